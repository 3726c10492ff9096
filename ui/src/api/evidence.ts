/** Evidence: its revisions, the files in them, and who handed them in. */
import { auditLog } from './admin';
import { beginning, call } from './transport';
import type { Page, Ref, Row } from './types';

export type Revision = Row & {
  version: number;
  attachment: string | null;
  attachment_hash: string | null;
  size: string | null;
  link: string | null;
  observation: string | null;
  created_at: string;
  folder: Ref;
};
export type NewRevision = { file: File | null; link: string; observation: string };

const REVISIONS = 'evidence-revisions';

/** The newest first. */
export const revisions = async (evidence: string, limit: number, offset = 0) =>
  (await call<Page<Revision>>('GET', `${REVISIONS}/`, { query: { evidence, limit, offset } })).data;

export const revision = async (id: string) => (await call<Revision>('GET', `${REVISIONS}/${id}/`)).data;

/** With `fill` into a revision that holds nothing yet, else as a new one. File and words go in one request. */
export async function addRevision(evidence: string, { file, link, observation }: NewRevision, fill?: string) {
  const form = new FormData();
  if (!fill) form.append('evidence', evidence);
  if (link) form.append('link', link);
  if (observation) form.append('observation', observation);
  if (file) form.append('attachment', file);
  return fill
    ? (await call<Row>('PATCH', `${REVISIONS}/${fill}/`, { body: form })).data
    : (await call<Row>('POST', `${REVISIONS}/`, { body: form })).data;
}

/** Where the file of a revision is: to keep, or to look at in the page. */
export const fileAddress = (id: string, inline = false) =>
  `/api/${REVISIONS}/${id}/attachment/${inline ? '?inline=1' : ''}`;

export const textOf = (id: string, bytes: number, signal: AbortSignal) =>
  beginning(`${REVISIONS}/${id}/attachment/`, bytes, signal);

/** Who made a revision, from the log; nobody where the log may not be read. */
export async function madeBy(id: string): Promise<string | null> {
  const entries = await auditLog({ resource: REVISIONS, object_id: id, action: 'create', limit: 1 });
  const entry = entries.results[0];
  return entry?.actor?.str ?? entry?.actor_name ?? null;
}
