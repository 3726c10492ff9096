/** The modules of the side bar, in the order of the house, each with its kinds of object. */
import type { Resource } from '../api/types';
import { ICONS, type IconName } from '../components/base/icons';
import { domain } from './domain.svelte';
import { t } from './i18n.svelte';
import { filterFields } from './list';
import { kindPlural, moduleName } from './names.svelte';
import { session } from './session.svelte';

export type Entry = { href: string; path: string; label: string };
export type Module = { key: string; label: string; icon: IconName; entries: Entry[] };

const ORDER = ['organisation', 'compliance', 'risk', 'controls', 'operations', 'catalog', 'administration'];

/** Kinds that are only reached through others. */
const HIDDEN = [
  'permissions',
  'actors',
  'loaded-libraries',
  'requirement-nodes',
  'questions',
  'question-choices',
  'requirement-assessments',
  'answers',
  'evidence-revisions',
];

/** Whether people go to a kind by itself. */
export const isListed = (resource: Resource) => !HIDDEN.includes(resource.path);

export function listAddress(resource: Resource): string {
  const narrowed = domain.current && filterFields(resource).some((f) => f.name === 'folder');
  return narrowed ? `/${resource.path}?folder=${domain.current}` : `/${resource.path}`;
}

export function modules(): Module[] {
  const found: Record<string, Entry[]> = {};
  for (const resource of session.visible()) {
    if (!isListed(resource)) continue;
    const entry = { href: listAddress(resource), path: `/${resource.path}`, label: kindPlural(resource) };
    (found[resource.module] ??= []).push(entry);
  }
  const own = administration();
  if (own.length) (found.administration ??= []).push(...own);
  const keys = [...ORDER, ...Object.keys(found).filter((key) => !ORDER.includes(key))];
  return keys
    .filter((key) => found[key]?.length)
    .map((key) => ({
      key,
      label: moduleName(key),
      icon: key in ICONS ? (key as IconName) : 'other',
      entries: found[key]!,
    }));
}

/** Pages of the administration that are not kinds of object. */
function administration(): Entry[] {
  const entries: Entry[] = [];
  if (session.can('change_globalsettings') || session.user?.is_admin) {
    entries.push({ href: '/settings', path: '/settings', label: t('settings.title') });
    entries.push({ href: '/admin/tokens', path: '/admin/tokens', label: t('tokens.title') });
    entries.push({
      href: '/admin/service-accounts',
      path: '/admin/service-accounts',
      label: t('account.title'),
    });
    entries.push({ href: '/admin/token-policy', path: '/admin/token-policy', label: t('policy.title') });
  }
  if (session.can('view_central_auditlog')) {
    entries.push({ href: '/audit-log', path: '/audit-log', label: t('audit.title') });
  }
  return entries;
}
