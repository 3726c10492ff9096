/** What a token may do, in the scope language of the server and in words. */
import type { TokenLimits } from '../../api/tokens';
import type { Token, TokenDomain } from '../../api/types';
import { domain } from '../../lib/domain.svelte';
import { i18n, t, tn, tOr, type Key } from '../../lib/i18n.svelte';
import { humanise, kindPlural } from '../../lib/names.svelte';
import { session } from '../../lib/session.svelte';

export const VERBS = ['read', 'write', 'delete'] as const;
export type Verb = (typeof VERBS)[number];
export const EVERY = '*';

/** What the form holds. */
export type Limits = {
  access: 'all' | 'read' | 'kinds';
  /** `kind:verb`, for chosen kinds. */
  scopes: string[];
  everywhere: boolean;
  domains: string[];
  below: boolean;
  addresses: string;
};

export const noLimits = (): Limits => ({
  access: 'all',
  scopes: [],
  everywhere: true,
  domains: [],
  below: true,
  addresses: '',
});

/** Writing and deleting include reading, so reading is not said beside them. */
function shortest(scopes: string[]): string[] {
  const more = (kind: string) => scopes.includes(`${kind}:write`) || scopes.includes(`${kind}:delete`);
  return scopes.filter((scope) => !(scope.endsWith(':read') && more(scope.slice(0, -5)))).sort();
}

export function scopesOf(limits: Limits): string[] | null {
  if (limits.access === 'all') return null;
  return limits.access === 'read' ? ['*:read'] : shortest(limits.scopes);
}

export const addressesOf = (limits: Limits) =>
  limits.addresses
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** As the server takes it; what is not limited is not sent. */
export function onWire(limits: Limits): TokenLimits {
  const addresses = addressesOf(limits);
  return {
    ...(limits.access === 'all' ? {} : { scopes: scopesOf(limits)! }),
    ...(limits.everywhere ? {} : { domains: limits.domains, include_subdomains: limits.below }),
    ...(addresses.length ? { allowed_ips: addresses } : {}),
  };
}

/** Messages by field for what would surely be refused, or surely is not meant. */
export function mistakes(limits: Limits): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  if (limits.access === 'kinds' && !limits.scopes.length) found.scopes = [t('limit.noKind')];
  if (!limits.everywhere && !limits.domains.length) found.domains = [t('limit.noDomain')];
  const wrong = addressMistake(limits.addresses);
  if (wrong) found.allowed_ips = [wrong];
  return found;
}

export function addressMistake(text: string): string | null {
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() && !isNetwork(line.trim()))
      return t('limit.badAddress', { line: at + 1, text: line.trim() });
  }
  return null;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const v4 =
    /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) < 256);
  const v6 = !v4 && address.includes(':') && URL.canParse(`http://[${address}]/`);
  if (rest.length || !(v4 || v6)) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (v4 ? 32 : 128));
}

/** "a, b and c" in the language of the interface. */
export const enumerate = (items: string[]) =>
  new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(items);

export function kindWords(kind: string): string {
  if (kind === EVERY) return t('limit.everyKind');
  const resource = session.resource(kind);
  return resource ? kindPlural(resource) : humanise(kind);
}

/** "read assets and perimeters; read, create and change users" */
function sayAccess(scopes: string[] | null): string {
  if (!scopes) return t('limit.say.all');
  if (!scopes.length) return t('limit.say.nothing');
  const verbs: Record<string, string> = {};
  for (const scope of shortest(scopes)) {
    const [kind = '', verb = ''] = scope.split(':');
    verbs[kind] = verbs[kind] ? `${verbs[kind]}_${verb}` : verb;
  }
  const groups: Record<string, string[]> = {};
  for (const [kind, combined] of Object.entries(verbs)) {
    const key = combined === 'write_delete' ? 'delete_write' : combined;
    (groups[key] ??= []).push(kindWords(kind).toLowerCase());
  }
  return Object.entries(groups)
    .map(([key, kinds]) => t(`limit.say.${key}` as Key, { kinds: enumerate(kinds) }))
    .join('; ');
}

function sayWhere(domains: TokenDomain[] | null): string {
  if (!domains) return t('limit.say.everywhere');
  if (!domains.length) return t('limit.say.nowhere');
  const names = enumerate(domains.map((d) => domain.name(d.id) ?? d.id.slice(0, 8)));
  return t(domains.some((d) => d.recursive) ? 'limit.say.inBelow' : 'limit.say.in', { names });
}

type Bound = Pick<Token, 'scopes' | 'domains' | 'allowed_ips' | 'self_rotate'>;

/** One sentence about what a token may do; the present for one that exists, the future for one being made. */
export function sentence(bound: Bound, until: string, future = false): string {
  const parts = {
    access: sayAccess(bound.scopes),
    where: sayWhere(bound.domains),
    from: bound.allowed_ips?.length
      ? t('limit.say.from', { networks: enumerate(bound.allowed_ips) })
      : t(bound.allowed_ips ? 'limit.say.fromNowhere' : 'limit.say.fromAnywhere'),
  };
  const first = future ? t('limit.willBe', { ...parts, until }) : t('limit.is', parts);
  const more = [bound.scopes?.length && t('limit.neverMore'), bound.self_rotate && t('limit.rotates')];
  return [first, ...more.filter(Boolean)].join(' ');
}

/** The same sentence for what the form holds. */
export function formSentence(limits: Limits, selfRotate: boolean, until: string): string {
  const addresses = addressesOf(limits);
  const bound: Bound = {
    scopes: scopesOf(limits),
    domains: limits.everywhere ? null : limits.domains.map((id) => ({ id, recursive: limits.below })),
    allowed_ips: addresses.length ? addresses : null,
    self_rotate: selfRotate,
  };
  return sentence(bound, until, true);
}

/** A few words for a table: "Read only · 2 domains · 1 network". */
export function summary(token: Bound): string {
  const { scopes, domains, allowed_ips } = token;
  const kinds = [...new Set((scopes ?? []).map((scope) => scope.split(':')[0]!))];
  const verbs = (scopes ?? []).map((scope) => tOr(`limit.${scope.split(':')[1]}`, scope).toLowerCase());
  const access = !scopes
    ? t('limit.all')
    : !scopes.length
      ? t('limit.nothing')
      : scopes.join() === '*:read'
        ? t('limit.readOnly')
        : kinds.length === 1
          ? `${kindWords(kinds[0]!)}: ${verbs.join(', ')}`
          : tn('limit.kinds', kinds.length);
  return [
    access,
    domains && tn('limit.domains', domains.length),
    allowed_ips && tn('limit.networks', allowed_ips.length),
  ]
    .filter(Boolean)
    .join(' · ');
}
