/** Between the server's JSON and `navigator.credentials`. Browsers can do this themselves, but not the older ones. */
import { t } from './i18n.svelte';

type Json = Record<string, unknown>;
type Descriptor = { type: 'public-key'; id: string; transports?: AuthenticatorTransport[] };

const bytes = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const text = (buffer: ArrayBuffer | null) =>
  buffer &&
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const known = (list: unknown) =>
  (list as Descriptor[]).map((one) => ({ ...one, id: bytes(one.id) })) as PublicKeyCredentialDescriptor[];

/** Whether this page, in this browser, can use passkeys made for `origin`. */
export const usable = (origin: string | undefined) =>
  origin === location.origin && typeof PublicKeyCredential === 'function';

/** Makes a passkey on a device of the person's choice. */
export async function makePasskey(options: Json): Promise<Json> {
  const user = options.user as { id: string; name: string; displayName: string };
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: known(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await asking(navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

/** Lets the person prove who they are with a passkey. */
export async function usePasskey(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    allowCredentials: known(options.allowCredentials),
  } as PublicKeyCredentialRequestOptions;
  const used = await asking(navigator.credentials.get({ publicKey }));
  const response = used.response as AuthenticatorAssertionResponse;
  return answer(used, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  });
}

const answer = (credential: PublicKeyCredential, response: Json): Json => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
  clientExtensionResults: credential.getClientExtensionResults(),
});

/** What browsers throw is for developers; here in words for a person. */
async function asking(question: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await question;
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'InvalidStateError') throw new Error(t('passkey.onDevice'), { cause: error });
    if (name !== 'NotAllowedError' && name !== 'AbortError')
      throw new Error(t('passkey.failed'), { cause: error });
  }
  throw new Error(t('passkey.cancelled'));
}
