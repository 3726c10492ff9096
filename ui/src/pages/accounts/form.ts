/** The form of a service account: what is typed, and what goes to the server. */
import type { AccountWish } from '../../api/serviceAccounts';
import type { ServiceAccount } from '../../api/types';
import { t } from '../../lib/i18n.svelte';

export type Values = {
  name: string;
  description: string;
  expiry: string;
  /** By a linked role, rather than by permissions. */
  linked: boolean;
  role: string;
  permissions: string[];
  folders: string[];
  below: boolean;
};

export function valuesOf(account: ServiceAccount | null): Values {
  return {
    name: account?.name ?? '',
    description: account?.description ?? '',
    expiry: account?.expiry_date ?? '',
    linked: !account || !!account.role,
    role: account?.role ?? '',
    permissions: (account?.permissions ?? []).map((p) => p.id),
    folders: (account?.folders ?? []).map((f) => f.id),
    below: account?.is_recursive ?? true,
  };
}

export function mistakes(values: Values): Record<string, string[]> {
  const wrong: Record<string, string[]> = {};
  if (!values.name.trim()) wrong.name = [t('error.required')];
  if (values.linked && !values.role) wrong.role = [t('error.required')];
  if (!values.linked && !values.permissions.length) wrong.permissions = [t('account.noPermission')];
  if (!values.folders.length) wrong.folders = [t('limit.noDomain')];
  return wrong;
}

export function onWire(values: Values): AccountWish {
  return {
    name: values.name.trim(),
    description: values.description.trim() || null,
    expiry_date: values.expiry || null,
    role: values.linked ? values.role : null,
    permissions: values.linked ? [] : values.permissions,
    folders: values.folders,
    is_recursive: values.below,
  };
}
