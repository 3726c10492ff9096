/** Signing in and out, first set-up, password reset: the calls that work without a session. */
import type { CurrentUser, Meta } from './types';
import { ApiError } from './errors';
import { call, forgetCsrf } from './transport';

const anonymous = true;

export async function meta(): Promise<Meta> {
  return (await call<Meta>('GET', 'meta/', { anonymous })).data;
}

export async function currentUser(): Promise<CurrentUser> {
  return (await call<CurrentUser>('GET', 'iam/current-user/', { anonymous })).data;
}

export async function signIn(email: string, password: string): Promise<void> {
  await call('POST', '_allauth/browser/v1/auth/login', { body: { email, password }, anonymous });
  forgetCsrf();
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

export async function setUp(body: {
  code: string;
  email: string;
  password: string;
}): Promise<{ email: string }> {
  return (await call<{ email: string }>('POST', 'setup/', { body, anonymous })).data;
}

export async function askReset(email: string): Promise<void> {
  await call('POST', 'iam/password-reset/', { body: { email }, anonymous });
}

export async function confirmReset(body: Record<string, string>): Promise<void> {
  await call('POST', 'iam/password-reset/confirm/', { body, anonymous });
}
