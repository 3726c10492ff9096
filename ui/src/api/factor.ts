/** Second factors of the person who is signed in. */
import { ApiError } from './errors';
import { get, post, remove } from './transport';
import type { FactorOffer, Factors, Passkey } from './types';

const TOTP = '_allauth/browser/v1/account/authenticators/totp';
const ALL = '_allauth/browser/v1/account/authenticators';
const CODES = '_allauth/browser/v1/account/authenticators/recovery-codes';

/** A wrong code is told at its field. */
export const atCode = (error: unknown) =>
  error instanceof ApiError && error.status === 400 ? new ApiError(400, { code: [error.message] }) : error;

type Told =
  | ({ type: 'webauthn' } & Passkey)
  | { type: 'recovery_codes'; total_code_count: number; unused_code_count: number }
  | { type: 'totp' };

/** Passkeys, and how many recovery codes are left. */
export async function factors(): Promise<Factors> {
  const { data } = await get<{ data: Told[] }>(ALL);
  const codes = data.find((one) => one.type === 'recovery_codes');
  return {
    passkeys: data.filter((one) => one.type === 'webauthn'),
    codes: codes ? { total: codes.total_code_count, unused: codes.unused_code_count } : null,
  };
}

/** Since when an authenticator is in use, or (the server answers 404) a secret for a new one. */
export async function factor(): Promise<{ since: Date } | { offer: FactorOffer }> {
  try {
    const answer = await get<{ data: { created_at: number } }>(TOTP);
    return { since: new Date(answer.data.created_at * 1000) };
  } catch (error) {
    const offer = error instanceof ApiError && error.status === 404 ? error.body.meta : null;
    if (offer) return { offer: offer as FactorOffer };
    throw error;
  }
}

/** Answers the recovery codes that come with a first factor, this once. */
export async function activate(code: string): Promise<string[]> {
  const answer = await post<{ meta: { recovery_codes: string[] } }>(TOTP, { code });
  return answer.meta.recovery_codes;
}

export const removeFactor = () => remove(TOTP);

export async function newRecoveryCodes(): Promise<string[]> {
  return (await post<{ data: { unused_codes?: string[] } }>(CODES)).data.unused_codes ?? [];
}
