/** Sends a file and tells how much of it has left. A part of `transport.ts` that few pages need. */
import type { Options } from './transport';

/** `fetch` does not tell how much of a body has left; this does. */
export function watched(
  method: string,
  address: string,
  headers: Record<string, string>,
  file: File,
  { onsent, signal }: Pick<Options, 'onsent' | 'signal'>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const failed = () => reject(new TypeError('no connection'));
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onsent?.(loaded, total);
    // The server has it all now, and may be half through: what comes of it is waited for.
    request.upload.onload = () => signal?.removeEventListener('abort', stop);
    request.onload = () => {
      const text = request.status === 204 ? null : request.responseText;
      const after = request.getResponseHeader('Retry-After');
      resolve(
        new Response(text, { status: request.status, headers: after ? { 'Retry-After': after } : undefined }),
      );
    };
    request.onerror = request.ontimeout = failed;
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    if (signal?.aborted) return reject(new DOMException('stopped', 'AbortError'));
    signal?.addEventListener('abort', stop);
    request.send(file);
  });
}
