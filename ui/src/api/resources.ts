/** The eight verbs every kind of object shares. Kinds are known only at run time, so their addresses are put together here. */
import type { BatchResult, Cascade, Merged, Page, Resource, Row } from './types';
import { call, get, type Query } from './transport';

export const describe = () => get<Resource[]>('meta/resources/');

export const list = async (path: string, query: Query, signal?: AbortSignal) =>
  (await call<Page<Row>>('GET', `${path}/`, { query, signal })).data;

export const count = async (path: string, query: Query = {}) =>
  (await list(path, { ...query, limit: 1 })).count;

export const retrieve = (path: string, id: string) => call<Row>('GET', `${path}/${id}/`);

/** The write shape (ids and codes) with the version it had, for the edit form. */
export const raw = (path: string, id: string) => call<Row>('GET', `${path}/${id}/object/`);

export const create = async (path: string, body: Record<string, unknown>) =>
  (await call<Row>('POST', `${path}/`, { body })).data;

export const update = (path: string, id: string, body: Record<string, unknown>, etag: string | null) =>
  call<Row>('PATCH', `${path}/${id}/`, { body, etag });

export const destroy = (path: string, id: string) => call('DELETE', `${path}/${id}/`);

export const cascade = async (path: string, id: string) =>
  (await call<Cascade>('GET', `${path}/${id}/cascade-info/`)).data;

export const destroyMany = async (path: string, ids: string[]) =>
  (await call<BatchResult>('POST', `${path}/batch-action/`, { body: { action: 'delete', ids } })).data;

/** Rows become a part of the one that stays; `look` only asks what would come of it. */
export const merge = async (path: string, target: string, sources: string[], look: boolean) =>
  (await call<Merged>('POST', `${path}/merge/`, { body: { target, sources, dry_run: look } })).data;

/** Rows for a picker. Kinds without `autocomplete` (or unknown ones) are searched through their list. */
export function suggest(
  path: string,
  resource: Resource | undefined,
  search: string,
  signal?: AbortSignal,
  narrow: Query = {},
) {
  const route = resource?.operations.includes('autocomplete') ? `${path}/autocomplete` : path;
  return list(route, { ...narrow, search, limit: 20 }, signal);
}
