/** Signing in and out, first set-up, password reset: the calls that work without a session. */
import type { CurrentUser, Meta, Way } from './types';
import type { Known } from './known';
import { ApiError } from './errors';
import { call, forgetCsrf } from './transport';

const anonymous = true;

const get = async <T>(path: Known<'get'>) => (await call<T>('GET', path, { anonymous })).data;
const post = async <T>(path: Known<'post'>, body: unknown) =>
  (await call<T>('POST', path, { body, anonymous })).data;

export const meta = () => get<Meta>('meta/');

export const currentUser = () => get<CurrentUser>('iam/current-user/');

/** Nothing left to do, or the ways to go on: the password was right, and a second factor is awaited. */
export async function signIn(email: string, password: string): Promise<Way[]> {
  try {
    await post('_allauth/browser/v1/auth/login', { email, password });
  } catch (error) {
    const ways = awaited(error);
    if (ways.length) return ways;
    throw error;
  }
  forgetCsrf();
  return [];
}

/** The second half of a sign-in: a code of the authenticator, or a recovery code. */
export async function sendCode(code: string): Promise<void> {
  await post('_allauth/browser/v1/auth/2fa/authenticate', { code });
  forgetCsrf();
}

function awaited(error: unknown): Way[] {
  if (!(error instanceof ApiError) || error.status !== 401) return [];
  const data = error.body.data as
    { flows?: { id: string; is_pending?: boolean; types?: Way[] }[] } | undefined;
  return data?.flows?.find((flow) => flow.id === 'mfa_authenticate' && flow.is_pending)?.types ?? [];
}

/** The server answers 401 to say "you are signed out now": that is the success. */
export async function signOut(): Promise<void> {
  try {
    await call('DELETE', '_allauth/browser/v1/auth/session', { anonymous });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  } finally {
    forgetCsrf();
  }
}

export const setUp = (body: { code: string; email: string; password: string }) =>
  post<{ email: string }>('setup/', body);

export const askReset = (email: string) => post('iam/password-reset/', { email });

export const confirmReset = (body: Record<string, string>) => post('iam/password-reset/confirm/', body);
