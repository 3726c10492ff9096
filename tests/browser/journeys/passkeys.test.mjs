/** Passkeys from the first to the last, with the virtual authenticator of Chromium. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { fillSignIn, openBrowser, profileIcon, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('a passkey is added, signs in, confirms, and is removed', async (t) => {
  const { url, local } = await start(t);
  const page = await openBrowser(t, local);
  const device = await addAuthenticator(page);
  const dialog = page.getByRole('dialog').last();
  const button = (name, exact = true) => page.getByRole('button', { name, exact });
  let recoveryCodes;

  await t.test('the first one brings recovery codes', async () => {
    await signIn(page, ADMIN);
    await page.goto('/profile/settings');
    await button('Add passkey').click();
    await dialog.getByLabel('Name').fill('My laptop');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('button', { name: 'Copy' }).click();
    recoveryCodes = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    assert.equal(new Set(recoveryCodes).size, 10);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('cell', { name: 'My laptop', exact: true }).waitFor();
    await page.getByText('10 of 10 recovery codes left').waitFor();
    const [credential] = await device.credentials();
    assert.equal(credential.rpId, 'localhost');
    assert.equal(credential.isResidentCredential, true);
  });

  await t.test('the same device is not taken twice', async () => {
    await button('Add passkey').click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('This device has a passkey for your account already.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await t.test('it signs in without e-mail and password', async () => {
    await signOut(page);
    await button('Sign in with a passkey').click();
    await profileIcon(page).waitFor();
    await page.goto('/profile/settings');
    await page.getByRole('cell', { name: 'My laptop', exact: true }).waitFor();
    assert.equal(await page.getByRole('cell', { name: 'Never', exact: true }).count(), 0);
  });

  await t.test('it is the second half after the password, or a recovery code is', async () => {
    await signOut(page);
    await fillSignIn(page, ADMIN);
    await button('Use a passkey').click();
    await profileIcon(page).waitFor();

    await signOut(page);
    await fillSignIn(page, ADMIN);
    await button('Use a recovery code').click();
    await page.getByLabel('Recovery code').fill(recoveryCodes[0]);
    await button('Sign in').click();
    await profileIcon(page).waitFor();
  });

  await t.test('without the finger on the reader nothing happens, and one can try again', async () => {
    await signOut(page);
    await device.verifies(false);
    await button('Sign in with a passkey').click();
    await page.getByText('No passkey was used.').waitFor();
    await device.verifies(true);
    await button('Sign in with a passkey').click();
    await profileIcon(page).waitFor();
  });

  await t.test('it confirms a step that wants to know again who is there', async () => {
    // From now on each such step asks.
    const { status } = await policy(url, recoveryCodes[1], { recent_sign_in_minutes: 0 });
    assert.equal(status, 200);
    await page.goto('/profile/settings');
    await button('Add passkey').click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await button('Confirm with a passkey').waitFor();
    const answer = page.waitForResponse((r) => r.url().endsWith('/webauthn/reauthenticate') && r.request().method() === 'POST');
    await button('Confirm with a passkey').click();
    assert.equal((await answer).status(), 200);
    await policy(url, recoveryCodes[2], { recent_sign_in_minutes: 15 });
    await page.goto('/profile/settings');
  });

  await t.test('it gets another name', async () => {
    await button('Rename “My laptop”').click();
    await dialog.getByLabel('Name').fill('Work laptop');
    await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('cell', { name: 'Work laptop', exact: true }).waitFor();
  });

  await t.test('a copy that counts from an older state is refused', async () => {
    await signOut(page);
    await device.forgetCount();
    await button('Sign in with a passkey').click();
    await page.getByText('This passkey was not accepted.').waitFor();
  });

  await t.test('removed after a question, the password is enough again', async () => {
    await fillSignIn(page, ADMIN);
    await button('Use a recovery code').click();
    await page.getByLabel('Recovery code').fill(recoveryCodes[3]);
    await button('Sign in').click();
    await profileIcon(page).waitFor();
    await page.goto('/profile/settings');
    await button('Remove “Work laptop”').click();
    await dialog.getByText('Your password alone opens your account again').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('cell', { name: 'Work laptop', exact: true }).waitFor({ state: 'detached' });
    await signOut(page);
    await button('Sign in with a passkey').click();
    await page.getByText('This passkey was not accepted.').waitFor();
    await signIn(page, ADMIN);
  });
});

test('at an address that no device takes, the page says where passkeys work', async (t) => {
  const { url, local } = await start(t);
  const page = await openBrowser(t, url);
  await signIn(page, ADMIN);
  await page.goto('/profile/settings');
  await page.getByRole('link', { name: local }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add passkey' }).count(), 0);
  await signOut(page);
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0);
});

test('where everybody needs a second factor, a passkey is one', async (t) => {
  const { url, local } = await start(t);
  const admin = await Api.signIn(url, ADMIN);
  await admin.request('PATCH', 'settings/general/', { value: { enforce_mfa: true } });
  const page = await openBrowser(t, local);
  await addAuthenticator(page);
  const dialog = page.getByRole('dialog').last();

  await signIn(page, ADMIN);
  await page.getByText('Your organisation wants everybody to have a second factor').waitFor();
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  await page.getByRole('link', { name: 'Assets', exact: true }).click();
  await page.getByRole('heading', { name: 'Assets', exact: true }).waitFor();
});

/** Devices take no addresses: the same server by its name. */
async function start(t) {
  const { url } = await startTessera(t);
  return { url, local: url.replace('127.0.0.1', 'localhost') };
}

/** A fingerprint reader in the machine. */
async function addAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const credentials = async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return {
    credentials,
    verifies: (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    /** As if a copy from the day of its making were put in its place. */
    async forgetCount() {
      const [credential] = await credentials();
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId });
      await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount: 0 } });
    },
  };
}

/** Changes the rules from another client, which signs in with a recovery code. */
async function policy(url, code, change) {
  const { body } = await new Api(url).request('POST', '_allauth/app/v1/auth/login', ADMIN);
  const response = await fetch(`${url}/api/_allauth/app/v1/auth/2fa/authenticate`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session-Token': body.meta.session_token },
    body: JSON.stringify({ code }),
  });
  const { meta } = await response.json();
  return new Api(url, meta.access_token).request('PATCH', 'iam/token-policy/', change);
}

async function signOut(page) {
  await profileIcon(page).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
}
