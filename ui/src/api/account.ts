/** The signed-in person's own things: profile, password, sessions, tokens. */
import type { BrowserSession, NewToken, Token } from './types';
import { get, patch, post, remove } from './transport';

export const saveProfile = (body: { first_name: string; last_name: string }) => patch('iam/profile/', body);

export const changePassword = (body: {
  old_password: string;
  new_password: string;
  confirm_new_password: string;
}) => post('iam/change-password/', body);

export const listSessions = () => get<BrowserSession[]>('iam/sessions/');
export const endSession = (id: string) => remove(`iam/sessions/${id}/`);
export const endOtherSessions = () => post<{ revoked_sessions: number }>('iam/revoke-sessions/');

/** Live tokens, or with `all` also those that ended lately. */
export const listTokens = (all = false) => get<Token[]>('iam/auth-tokens/', all ? { state: 'all' } : {});
export const createToken = (name: string, expiry: number) =>
  post<NewToken>('iam/auth-tokens/', { name, expiry });
export const revokeToken = (digest: string) => remove(`iam/auth-tokens/${encodeURIComponent(digest)}/`);

/** Ends all of the person's tokens; answers how many. */
export async function revokeAllTokens(): Promise<number> {
  const tokens = await listTokens();
  for (const token of tokens) await revokeToken(token.digest);
  return tokens.length;
}
