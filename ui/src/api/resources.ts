/** The eight verbs every kind of object shares. */
import type { BatchResult, Cascade, Page, Resource, Row } from './types';
import { call, get, post, remove, type Query } from './transport';

export const describe = () => get<Resource[]>('meta/resources/');

export const list = (path: string, query: Query, signal?: AbortSignal) =>
  get<Page<Row>>(`${path}/`, query, signal);

export const count = async (path: string, query: Query = {}) =>
  (await list(path, { ...query, limit: 1 })).count;

export const retrieve = (path: string, id: string) => call<Row>('GET', `${path}/${id}/`);

/** The write shape (ids and codes) with the version it had, for the edit form. */
export const raw = (path: string, id: string) => call<Row>('GET', `${path}/${id}/object/`);

export const create = (path: string, body: Record<string, unknown>) => post<Row>(`${path}/`, body);

export const update = (path: string, id: string, body: Record<string, unknown>, etag: string | null) =>
  call<Row>('PATCH', `${path}/${id}/`, { body, etag });

export const destroy = (path: string, id: string) => remove(`${path}/${id}/`);

export const cascade = (path: string, id: string) => get<Cascade>(`${path}/${id}/cascade-info/`);

export const destroyMany = (path: string, ids: string[]) =>
  post<BatchResult>(`${path}/batch-action/`, { action: 'delete', ids });

/** Rows for a picker. Kinds without `autocomplete` (or unknown ones) are searched through their list. */
export function suggest(path: string, resource: Resource | undefined, search: string, signal?: AbortSignal) {
  const route = resource?.operations.includes('autocomplete') ? `${path}/autocomplete` : path;
  return list(route, { search, limit: 20 }, signal);
}
