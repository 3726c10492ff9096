/** The second factor of the person who is signed in. */
import { ApiError } from './errors';
import { get, post, remove } from './transport';
import type { FactorOffer, RecoveryCodes } from './types';

const TOTP = '_allauth/browser/v1/account/authenticators/totp';
const CODES = '_allauth/browser/v1/account/authenticators/recovery-codes';

/** A wrong code is told at its field. */
export const atCode = (error: unknown) =>
  error instanceof ApiError && error.status === 400 ? new ApiError(400, { code: [error.message] }) : error;

type CodesAnswer = {
  data: { total_code_count: number; unused_code_count: number; unused_codes?: string[] };
};

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

/** Answers the recovery codes, this once. */
export async function activate(code: string): Promise<string[]> {
  const answer = await post<{ meta: { recovery_codes: string[] } }>(TOTP, { code });
  return answer.meta.recovery_codes;
}

export const removeFactor = () => remove(TOTP);

export async function recoveryCodes(): Promise<RecoveryCodes> {
  const { data } = await get<CodesAnswer>(CODES);
  return { total: data.total_code_count, unused: data.unused_code_count };
}

export async function newRecoveryCodes(): Promise<string[]> {
  return (await post<CodesAnswer>(CODES)).data.unused_codes ?? [];
}
