/** Identities for machines, for administrators. */
import { get, patch, post, remove, type Query } from './transport';
import type { NewServiceAccount, Page, Ref, ServiceAccount } from './types';

export type AccountWish = {
  name: string;
  description: string | null;
  expiry_date: string | null;
  /** A role or a list of permissions, not both. */
  role: string | null;
  permissions: string[];
  folders: string[];
  is_recursive: boolean;
};

export const listAccounts = (query: Query, signal?: AbortSignal) =>
  get<Page<ServiceAccount>>('iam/service-accounts/', query, signal);
export const oneAccount = (id: string) =>
  get<ServiceAccount>(`iam/service-accounts/${encodeURIComponent(id)}/`);
export const createAccount = (wish: AccountWish) => post<NewServiceAccount>('iam/service-accounts/', wish);
export const changeAccount = (id: string, changes: Partial<AccountWish> | { is_active: boolean }) =>
  patch<ServiceAccount>(`iam/service-accounts/${encodeURIComponent(id)}/`, changes);
export const deleteAccount = (id: string) => remove(`iam/service-accounts/${encodeURIComponent(id)}/`);
export const rotateSecret = (id: string, graceHours: number) =>
  post<NewServiceAccount>(`iam/service-accounts/${encodeURIComponent(id)}/rotate-secret/`, {
    grace_hours: graceHours,
  });
export const rolesToLink = () => get<Ref[]>('iam/service-accounts/roles/');
