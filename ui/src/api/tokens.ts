/** Personal access tokens: one's own, everybody's for administrators, and the organisation's rules for them. */
import type { NewToken, OneToken, Page, PolicyPreview, RevokeAnswer, Token, TokenPolicy } from './types';
import { get, patch, post, queryString, remove, type Query } from './transport';

export type TokenState = 'active' | 'expired' | 'revoked' | 'all';
/** What a token may do of what its owner may; what is absent is not limited. */
export type TokenLimits = {
  scopes?: string[];
  domains?: string[];
  include_subdomains?: boolean;
  allowed_ips?: string[];
};
export type TokenWish = TokenLimits & { name: string; expiry: number; self_rotate?: boolean };

export const listTokens = (state: TokenState = 'active') => get<Token[]>('iam/auth-tokens/', { state });
export const oneToken = (id: string) => get<OneToken>(`iam/auth-tokens/${encodeURIComponent(id)}/`);
export const createToken = (wish: TokenWish) => post<NewToken>('iam/auth-tokens/', wish);
export const renameToken = (id: string, name: string) =>
  patch<OneToken>(`iam/auth-tokens/${encodeURIComponent(id)}/`, { name });
export const rotateToken = (id: string, body: { expiry?: number; overlap_hours: number }) =>
  post<NewToken>(`iam/auth-tokens/${encodeURIComponent(id)}/rotate/`, body);
export const revokeToken = (id: string) => remove(`iam/auth-tokens/${encodeURIComponent(id)}/`);
export const revokeTokens = async (ids: string[]) =>
  (await post<{ revoked: string[] }>('iam/auth-tokens/revoke/', { ids })).revoked.length;

/** Ends all of the person's tokens; answers how many. */
export async function revokeAllTokens(): Promise<number> {
  const ids = (await listTokens()).map((token) => token.digest);
  return ids.length ? revokeTokens(ids) : 0;
}

export const tokenPolicy = () => get<TokenPolicy>('iam/token-policy/');
export const saveTokenPolicy = (changes: Partial<TokenPolicy>) =>
  patch<TokenPolicy>('iam/token-policy/', changes);
export const previewTokenPolicy = (changes: Partial<TokenPolicy>) =>
  post<PolicyPreview>('iam/token-policy/preview/', changes);

/** Of very many tokens nobody counts all: then `count` is how many there are at least. */
export type TokenPage = Page<Token> & { count_is_exact: boolean };
export const everybodysTokens = (query: Query, signal?: AbortSignal) =>
  get<TokenPage>('iam/admin/auth-tokens/', query, signal);
/** Where a browser downloads the same as a table. */
export const tableOfTokens = (query: Query) => `/api/iam/admin/auth-tokens/export_csv/${queryString(query)}`;
/** Which tokens: these, or all that a filter finds. */
export type Which = { ids: string[] } | { filter: Record<string, string> };
export const revokeMany = (which: Which, dryRun: boolean) =>
  post<RevokeAnswer>('iam/admin/auth-tokens/revoke/', { ...which, dry_run: dryRun });
