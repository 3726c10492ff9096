/** Signing in: with the right password, with a wrong one, and too often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { fillSignIn, openBrowser, profileIcon, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

/** More wrong passwords than any sensible limit allows. */
const MANY = 30;

test('sign-in and sign-out', async (t) => {
  const { url } = await startTessera(t);
  const page = await openBrowser(t, url);

  await t.test('a wrong password is refused and nothing typed is lost', async () => {
    await page.goto('/');
    await fillSignIn(page, { ...ADMIN, password: 'not this one' });
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Email').inputValue(), ADMIN.email);
    assert.equal(await profileIcon(page).count(), 0);
  });

  await t.test('an unknown address is refused in the same words', async () => {
    const known = await page.getByRole('alert').innerText();
    // What stands there now is the answer to the one before; it goes with the next answer and comes anew.
    await page.getByRole('alert').evaluate((alert) => alert.setAttribute('data-old', ''));
    await fillSignIn(page, { email: 'nobody@example.org', password: 'not this one' });
    const alert = page.locator('[role=alert]:not([data-old])');
    await alert.waitFor();
    assert.equal(await alert.innerText(), known);
  });

  await t.test('the right password opens the door, and the session lasts', async () => {
    await signIn(page, ADMIN);
    await page.reload();
    await profileIcon(page).waitFor();
  });

  await t.test('signing out closes it', async () => {
    await profileIcon(page).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto('/assets');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

test('too many wrong passwords make everybody wait, the right password too', async (t) => {
  const { url } = await startTessera(t);
  const page = await openBrowser(t, url);
  await page.goto('/');

  let status;
  for (let tries = 0; tries < MANY && status !== 429; tries++) {
    const answer = page.waitForResponse((response) => response.url().includes('/auth/login'));
    await fillSignIn(page, { ...ADMIN, password: `wrong ${tries}` });
    status = (await answer).status();
  }
  assert.equal(status, 429);

  await page.getByText('Too many tries').waitFor();
  assert.ok(await page.locator('button[type=submit]').isDisabled(), 'the button waits');
  const { status: refused } = await new Api(url).request('POST', '_allauth/app/v1/auth/login', ADMIN);
  assert.equal(refused, 429);
});
