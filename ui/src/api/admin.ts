/** Calls of the administration pages. */
import type { AccessAnswer, AuditEntry, Page, Permission } from './types';
import { call, get, patch, post, type Query } from './transport';

export const auditLog = (query: Query, signal?: AbortSignal) =>
  get<Page<AuditEntry>>('audit-log/', query, signal);
/** Who changed a field of an object last, as far as its last changes tell; nobody where the log may not be read. */
export async function changedBy(resource: string, id: string, field: string): Promise<string | null> {
  try {
    const { results } = await auditLog({ resource, object_id: id, limit: 20 });
    const entry = results.find((one) => one.changes && field in one.changes);
    return entry?.actor?.str ?? entry?.actor_name ?? null;
  } catch {
    return null; // what was changed matters more than by whom
  }
}
export const checkpoint = () => get<unknown>('audit-log/checkpoint/');

export const explainAccess = (resource: string, id: string, user: string) =>
  get<AccessAnswer>('explain-access/', { resource, id, user });

export const addMembers = (group: string, users: string[]) =>
  post(`user-groups/${group}/add-members/`, { users });
export const removeMembers = (group: string, users: string[]) =>
  post(`user-groups/${group}/remove-members/`, { users });

export const setPassword = (body: { user: string; new_password: string; confirm_new_password: string }) =>
  post('iam/set-password/', body);

export const removeSecondFactor = (user: string) => post('iam/disable-mfa/', { user });

export const generalSettings = () => get<Record<string, unknown>>('settings/general/object/');
export const saveGeneralSettings = (value: Record<string, unknown>) => patch('settings/general/', { value });
export const forceLanguage = (language: string) =>
  post<{ language: string; users: number }>('settings/general/force_language/', { language });
export const featureFlags = () => get<Record<string, boolean>>('settings/feature-flags/');
export const saveFeatureFlags = (flags: Record<string, boolean>) => patch('settings/feature-flags/', flags);

/** Every permission there is; the list is longer than a page of other kinds, so it is asked for whole. */
export const allPermissions = async () =>
  (await call<Page<Permission>>('GET', 'permissions/', { query: { limit: 5000 } })).data.results;
