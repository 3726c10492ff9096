/** The first minute: the printed one-time link makes the first administrator, and is dead afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { fillSignIn, openBrowser, profileIcon } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('the printed link makes the first administrator, once', async (t) => {
  const tessera = await startTessera(t, { administrator: false });
  const page = await openBrowser(t, tessera.url);

  await t.test('the administrator chooses e-mail and password, then signs in with them', async () => {
    await page.goto(tessera.setUpLink);
    await page.getByLabel('Email').fill(ADMIN.email);
    await page.getByLabel(/^Password/).fill(ADMIN.password);
    await page.getByLabel('Confirm the password').fill(ADMIN.password);
    await makeAdministrator(page).click();
    await page.waitForURL(/\/sign-in/);
    await fillSignIn(page, ADMIN);
    await profileIcon(page).waitFor();
    assert.ok(!page.url().includes('code='), 'the code has left the address');
  });

  await t.test('the link is dead', async () => {
    const code = new URL(tessera.setUpLink).searchParams.get('code');
    const again = { code, email: 'other@example.org', password: ADMIN.password };
    const { status } = await new Api(tessera.url).request('POST', 'setup/', again);
    assert.ok(status >= 400 && status < 500, `a second use answered ${status}`);

    const stranger = await openBrowser(t, tessera.url);
    await stranger.goto(tessera.setUpLink);
    await stranger.getByText('set up already').waitFor();
    assert.equal(await makeAdministrator(stranger).count(), 0);
  });
});

const makeAdministrator = (page) => page.getByRole('button', { name: 'Create the administrator' });
