/** The files in a ZIP archive, unpacked in the browser: an archive of many library files is the same as dropping them one by one. */

/** Unpacked sizes are said by the archive itself, and need not be true: more than this is not unpacked. */
const MOST = 100_000_000;
const [END, ENTRY] = [0x06054b50, 0x02014b50];
const [STORED, DEFLATED] = [0, 8];

/** Entries whose name `wanted` takes, under their own name without its folders. Throws where it is no archive that can be read. */
export async function unzip(archive: File, wanted: (name: string) => boolean): Promise<File[]> {
  const view = new DataView(await archive.arrayBuffer());
  const end = endOf(view);
  const files: File[] = [];
  let left = MOST;
  for (let at = view.getUint32(end + 16, true), n = view.getUint16(end + 10, true); n > 0; n--) {
    if (view.getUint32(at, true) !== ENTRY) throw new RangeError('no entry');
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const path = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, name));
    const base = path.split('/').at(-1) ?? '';
    // A Mac puts what it knows of each file beside it, under the same ending.
    if (wanted(base) && !base.startsWith('.') && !path.startsWith('__MACOSX/')) {
      const bytes = await contentOf(view, at, left);
      left -= bytes.length;
      files.push(new File([bytes], base));
    }
    at += 46 + name + extra + comment;
  }
  return files;
}

function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 65_557; at--)
    if (view.getUint32(at, true) === END) return at;
  throw new RangeError('no end');
}

async function contentOf(view: DataView, entry: number, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const [flags, method] = [view.getUint16(entry + 8, true), view.getUint16(entry + 10, true)];
  const [size, at] = [view.getUint32(entry + 20, true), view.getUint32(entry + 42, true)];
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = new Uint8Array(view.buffer as ArrayBuffer, start, size);
  if (flags & 1 || (method !== STORED && method !== DEFLATED))
    throw new RangeError('locked, or packed in another way');
  if (method === STORED) return packed;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) throw new RangeError('too large');
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
