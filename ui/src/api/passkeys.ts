/** Passkeys: the person's own, and signing in and confirming with one. */
import { makePasskey, usePasskey } from '../lib/webauthn';
import { call, forgetCsrf, get, post, put } from './transport';
import type { Passkey } from './types';

const OWN = '_allauth/browser/v1/account/authenticators/webauthn';
const ALONE = '_allauth/browser/v1/auth/webauthn/login';
const SECOND = '_allauth/browser/v1/auth/webauthn/authenticate';
const AGAIN = '_allauth/browser/v1/auth/webauthn/reauthenticate';

type Asked = { data: { request_options: { publicKey: Record<string, unknown> } } };
type Offer = { data: { creation_options: { publicKey: Record<string, unknown> } } };

/** Answers the recovery codes that come with a first factor, this once. */
export async function addPasskey(name: string): Promise<string[]> {
  const { data } = await get<Offer>(OWN);
  const credential = await makePasskey(data.creation_options.publicKey);
  const added = await post<{ meta: { recovery_codes: string[] } }>(OWN, { name, credential });
  return added.meta.recovery_codes;
}

export const renamePasskey = (passkey: Passkey, name: string) => put(OWN, { id: passkey.id, name });

export const removePasskey = (passkey: Passkey) =>
  call('DELETE', OWN, { body: { authenticators: [passkey.id] } });

/** Without e-mail and password: the device knows who it belongs to. */
export const signInWithPasskey = () => prove(ALONE);

/** After the password. */
export const sendPasskey = () => prove(SECOND);

/** Within a session, for a step that asks whether one is still there. */
export const confirmWithPasskey = () => prove(AGAIN);

async function prove(path: typeof ALONE | typeof SECOND | typeof AGAIN): Promise<void> {
  const { data } = await call<Asked>('GET', path, { anonymous: true }).then((answer) => answer.data);
  const credential = await usePasskey(data.request_options.publicKey);
  await call('POST', path, { body: { credential }, anonymous: true });
  forgetCsrf();
}
