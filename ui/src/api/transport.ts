/**
 * The one place that talks to the server: same origin, the session cookie, the CSRF header, the language, and what to do
 * when the session has ended. No other module calls `fetch`.
 */
import { i18n } from '../lib/i18n.svelte';
import { ApiError } from './errors';
import type { Known } from './known';
import { watched } from './watched';

export type Query = Record<string, string | number | boolean | null | undefined | (string | number)[]>;
export type Options = {
  query?: Query;
  body?: unknown;
  etag?: string | null;
  signal?: AbortSignal;
  /** Told how many bytes of the body have left, and of how many. From the last on, `signal` stops nothing any more. */
  onsent?: (sent: number, of: number) => void;
  /** Pages for people who are not signed in must not be asked to sign in again. */
  anonymous?: boolean;
};
export type Answer<T> = { data: T; etag: string | null; status: number };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type AskReason = 'ended' | 'confirm';

let csrf: string | null = null;
/** Asks the person for the password; resolves to true once signed in. Set by the session. */
let askSignIn: ((reason: AskReason) => Promise<boolean>) | null = null;

export function onSignInNeeded(handler: typeof askSignIn) {
  askSignIn = handler;
}

/** Told when the organisation wants a second factor and the person has none yet. Set by the session. */
let wantSecondFactor: (() => void) | null = null;

export function onSecondFactorWanted(handler: typeof wantSecondFactor) {
  wantSecondFactor = handler;
}

export function forgetCsrf() {
  csrf = null;
}

export function queryString(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) value.forEach((v) => params.append(name, String(v)));
    else if (value !== null && value !== undefined && value !== '') params.append(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** For any address; the functions below take only those that the OpenAPI document knows. */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
  let response = await send(method, path, options);
  let body = await read(response);
  if (response.status === 403 && codeOf(body) === 'csrf_failed') {
    csrf = null;
    response = await send(method, path, options);
    body = await read(response);
  }
  const reason = options.anonymous ? null : signInReason(response.status, body);
  if (reason && askSignIn && (await askSignIn(reason))) {
    response = await send(method, path, options);
    body = await read(response);
  }
  if (response.status === 403 && codeOf(body) === 'second_factor_required') wantSecondFactor?.();
  if (!response.ok) throw new ApiError(response.status, body, response.headers.get('Retry-After'));
  return { data: body as T, etag: response.headers.get('ETag'), status: response.status };
}

export async function get<T>(path: Known<'get'>, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await call<T>('GET', path, { query, signal })).data;
}

export async function post<T>(path: Known<'post'>, body: unknown = {}, query?: Query): Promise<T> {
  return (await call<T>('POST', path, { body, query })).data;
}

export async function put<T>(path: Known<'put'>, body: unknown): Promise<T> {
  return (await call<T>('PUT', path, { body })).data;
}

export async function patch<T>(path: Known<'patch'>, body: unknown): Promise<T> {
  return (await call<T>('PATCH', path, { body })).data;
}

export async function remove(path: Known<'delete'>): Promise<void> {
  await call('DELETE', path);
}

/** Sends a file as the body, under its name. */
export async function sendFile<T>(
  path: Known<'post'>,
  file: File,
  { query, onsent, signal }: Pick<Options, 'query' | 'onsent' | 'signal'> = {},
): Promise<T> {
  return (await call<T>('POST', path, { query, body: file, onsent, signal })).data;
}

/** The first bytes of a file as text, and whether that is all of it. */
export async function beginning(
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<{ text: string; whole: boolean }> {
  const response = await send('GET', path, { query: { inline: 1 }, signal });
  if (!response.ok || !response.body) throw new ApiError(response.status, await read(response));
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let left = bytes; ;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    text += decoder.decode(value.subarray(0, left), { stream: true });
    if (value.length > left) {
      await reader.cancel();
      return { text, whole: false };
    }
    left -= value.length;
  }
}

/** A file that is made for the person, under the name that the server gives it. */
export async function fetchFile(path: string, query?: Query): Promise<File> {
  let response = await send('GET', path, { query });
  if (response.status === 401 && askSignIn && (await askSignIn('ended')))
    response = await send('GET', path, { query });
  if (!response.ok)
    throw new ApiError(response.status, await read(response), response.headers.get('Retry-After'));
  const name = fileName(response.headers.get('Content-Disposition') ?? '');
  return new File([await response.blob()], name || 'download');
}

/** `attachment; filename*=UTF-8''…`, or `filename=…` with quotes or without. */
function fileName(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  const [, quoted, bare] = /filename="((?:[^"\\]|\\.)*)"|filename=([^;]+)/i.exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? bare?.trim() ?? '';
}

async function send(method: Method, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18n.language };
  if (method !== 'GET') headers['X-CSRFToken'] = await csrfToken();
  const file = options.body instanceof File ? options.body : null;
  // The browser names the boundary of a form itself.
  const form = options.body instanceof FormData ? options.body : null;
  if (file) {
    headers['Content-Type'] = file.type || 'application/octet-stream';
    headers['Content-Disposition'] = `attachment; filename=${encodeURIComponent(file.name)}`;
  } else if (options.body !== undefined && !form) headers['Content-Type'] = 'application/json';
  if (options.etag) headers['If-Match'] = options.etag;
  const address = `/api/${path}${queryString(options.query)}`;
  if (file && options.onsent) return watched(method, address, headers, file, options);
  return fetch(address, {
    method,
    headers,
    body: file ?? form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    signal: options.signal,
    credentials: 'same-origin',
    cache: 'no-store',
  });
}

async function csrfToken(): Promise<string> {
  if (csrf === null) {
    const response = await fetch('/api/csrf/', {
      headers: { Accept: 'application/json' },
      cache: 'no-store',
    });
    const body = (await read(response)) as { csrfToken?: string } | null;
    csrf = body?.csrfToken ?? '';
  }
  return csrf;
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? (body as { code?: unknown }).code : undefined;
}

function signInReason(status: number, body: unknown): AskReason | null {
  if (status === 401) return 'ended';
  return status === 403 && codeOf(body) === 'reauthentication_required' ? 'confirm' : null;
}
