/** Which address shows which page. Pages beyond the first sight are loaded when they are asked for. */
import type { Component } from 'svelte';
import type { Resource } from './api/types';
import { session } from './lib/session.svelte';

// Each page has its own props; the table only pairs a page with the props it is given beside it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Page = Component<any>;
type Load = () => Promise<{ default: Page }>;
export type Match = { key: string; load: Load; props: Record<string, unknown> };

const overview: Load = () => import('./pages/Overview.svelte');
const keyboard: Load = () => import('./pages/Keyboard.svelte');
const profile: Load = () => import('./pages/profile/Profile.svelte');
const auditLog: Load = () => import('./pages/admin/AuditLog.svelte');
const everybodysTokens: Load = () => import('./pages/admin/Tokens.svelte');
const tokenPolicy: Load = () => import('./pages/admin/TokenPolicy.svelte');
const accounts: Load = () => import('./pages/accounts/ServiceAccounts.svelte');
const account: Load = () => import('./pages/accounts/AccountPage.svelte');
const accountForm: Load = () => import('./pages/accounts/AccountForm.svelte');
const token: Load = () => import('./pages/tokens/TokenPage.svelte');
const settings: Load = () => import('./pages/admin/Settings.svelte');
const list: Load = () => import('./pages/resource/ResourceList.svelte');
const detail: Load = () => import('./pages/resource/ResourceDetail.svelte');
const form: Load = () => import('./pages/resource/ResourceForm.svelte');
const shelf: Load = () => import('./pages/library/Shelf.svelte');
const library: Load = () => import('./pages/library/LibraryPage.svelte');
const audits: Load = () => import('./pages/audit/AuditList.svelte');
const audit: Load = () => import('./pages/audit/AuditPage.svelte');
const newAudit: Load = () => import('./pages/audit/NewAudit.svelte');
const auditWork: Load = () => import('./pages/audit/Work.svelte');
const controls: Load = () => import('./pages/controls/Controls.svelte');
const evidence: Load = () => import('./pages/evidence/EvidencePage.svelte');
const framework: Load = () => import('./pages/framework/FrameworkPage.svelte');
const missing: Load = () => import('./pages/NotFound.svelte');

const FIXED: Record<string, { load: Load; props?: Record<string, unknown> }> = {
  '/': { load: overview },
  '/keyboard': { load: keyboard },
  '/profile': { load: profile, props: { tab: 'profile' } },
  '/profile/settings': { load: profile, props: { tab: 'settings' } },
  '/admin/tokens': { load: everybodysTokens },
  '/admin/token-policy': { load: tokenPolicy },
  '/admin/service-accounts': { load: accounts },
  '/admin/service-accounts/new': { load: accountForm },
  '/audit-log': { load: auditLog },
  '/settings': { load: settings },
};

export function match(path: string): Match {
  const fixed = FIXED[path];
  if (fixed) {
    const key = path.startsWith('/profile') ? '/profile' : path;
    return { key, load: fixed.load, props: fixed.props ?? {} };
  }
  const [, first = '', second, third, ...rest] = path.split('/');
  if (first === 'profile' && second === 'tokens' && third && !rest.length)
    return { key: path, load: token, props: { id: third } };
  if (first === 'admin' && second === 'service-accounts' && third) {
    if (!rest.length) return { key: path, load: account, props: { id: third } };
    if (rest.join() === 'edit') return { key: path, load: accountForm, props: { id: third } };
  }
  const resource = session.resource(first);
  if (resource?.path === 'stored-libraries' && !third) {
    return second
      ? { key: path, load: library, props: { id: second } }
      : { key: path, load: shelf, props: {} };
  }
  if (resource?.path === 'compliance-assessments' && !rest.length) {
    if (!second) return { key: path, load: audits, props: { resource } };
    if (!third && second !== 'new') return { key: path, load: audit, props: { resource, id: second } };
    if (!third) return { key: `new ${resource.path}`, load: newAudit, props: { resource } };
    if (third === 'work') return { key: path, load: auditWork, props: { id: second } };
  }
  if (resource && ['applied-controls', 'policies'].includes(resource.path) && !second)
    return { key: `list ${resource.path}`, load: controls, props: { resource } };
  if (resource?.path === 'evidences' && second && second !== 'new' && !third)
    return { key: `detail evidences ${second}`, load: evidence, props: { resource, id: second } };
  if (resource?.path === 'frameworks' && second && !third)
    return { key: `detail frameworks ${second}`, load: framework, props: { resource, id: second } };
  const page = resource && !rest.length ? ofResource(resource, second, third) : null;
  return page ?? { key: 'missing', load: missing, props: {} };
}

function ofResource(resource: Resource, second?: string, third?: string): Match | null {
  const { path } = resource;
  if (!second) return { key: `list ${path}`, load: list, props: { resource } };
  if (second === 'new' && !third) return { key: `new ${path}`, load: form, props: { resource } };
  if (!third) return { key: `detail ${path} ${second}`, load: detail, props: { resource, id: second } };
  if (third === 'edit') return { key: `edit ${path} ${second}`, load: form, props: { resource, id: second } };
  return null;
}
