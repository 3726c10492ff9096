/** The files in a ZIP archive: an archive of many library files is the same as dropping them one by one. */
import { unzipSync } from 'fflate';

/** Bytes that are unpacked at most: an archive may hold a thousand times what it weighs. */
const MOST = 100_000_000;

/** Entries whose name `wanted` takes, under their own name without its folders. Throws where it is no archive that can be read. */
export async function unzip(archive: File, wanted: (name: string) => boolean): Promise<File[]> {
  let left = MOST;
  const found = unzipSync(new Uint8Array(await archive.arrayBuffer()), {
    filter: ({ name, originalSize }) => {
      const base = nameOf(name);
      // A Mac puts what it knows of each file beside it, under the same ending.
      if (!wanted(base) || base.startsWith('.') || name.startsWith('__MACOSX/')) return false;
      left -= originalSize;
      if (left < 0) throw new RangeError('too large');
      return true;
    },
  });
  return Object.entries(found).map(([path, bytes]) => new File([bytes], nameOf(path)));
}

const nameOf = (path: string) => path.split('/').at(-1) ?? '';
