/** Files that prove a requirement: each becomes a piece of evidence of its own. */
import { addEvidence, fillEvidence, type Assessment } from '../../api/audits';
import { ApiError } from '../../api/errors';
import { destroy } from '../../api/resources';

/** The evidence that was made of a file. A file that is refused leaves none behind. */
export async function prove(to: Assessment, file: File): Promise<string> {
  const { id } = await named(to, file.name);
  try {
    await fillEvidence(id, file);
  } catch (error) {
    // Who may add and not delete leaves an empty one, which is linked with nothing; why the file was refused matters more.
    await destroy('evidences', id).catch(() => undefined);
    throw error;
  }
  return id;
}

/** Names are unique in a domain, and files of one name prove many things: the requirement tells them apart. */
async function named(to: Assessment, name: string) {
  const more = `${name} (${to.requirement.ref_id ?? to.requirement.name ?? ''})`;
  const names = [name, more, ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${more} ${n}`)];
  for (const candidate of names.slice(0, -1)) {
    try {
      return await addEvidence(candidate, to.folder.id);
    } catch (error) {
      if (!(error instanceof ApiError && error.fields.name)) throw error;
    }
  }
  return addEvidence(names.at(-1)!, to.folder.id);
}

/** An image from the clipboard has no name worth keeping; several of one moment are numbered. */
export function pastedName(file: File, at: number, now: Date): File {
  if (file.name !== 'image.png') return file;
  const stamp = now.toISOString().slice(0, 19).replace(/[T:]/g, '-');
  return new File([file], `screenshot-${stamp}${at ? `-${at + 1}` : ''}.png`, { type: file.type });
}
