/** Without a mouse: the palette takes what is typed at once, dialogs begin with what they ask, a list is walked and opened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('the keyboard reaches everything', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder } = await prepare(url);
  for (const name of ['Hinges', 'Locks']) await api.post('applied-controls/', { name, folder });
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  await signIn(page, ADMIN);

  await t.test('Ctrl-K, a few letters, Enter', async () => {
    await keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await keyboard.type('applied');
    await page.getByRole('option', { name: /^Applied controls/ }).waitFor();
    await keyboard.press('Enter');
    await main.getByRole('heading', { level: 1, name: 'Applied controls' }).waitFor();
  });

  await t.test('a search, a line, its page', async () => {
    await main.getByRole('link', { name: 'Hinges' }).waitFor();
    await keyboard.press('/');
    await keyboard.type('Lock');
    await main.getByRole('link', { name: 'Hinges' }).waitFor({ state: 'detached' });
    await keyboard.press('Escape');
    await main.getByRole('link', { name: 'Locks' }).focus();
    await keyboard.press('Enter');
    await main.getByRole('heading', { level: 1, name: 'Locks' }).waitFor();
    // Escape has emptied the search, which follows after a pause: not here any more.
    await page.waitForTimeout(400);
    assert.equal(new URL(page.url()).search, '');
  });

  await t.test('a dialog begins with what it asks, and gives the focus back', async () => {
    await page.goto('/profile/settings');
    const open = main.getByRole('button', { name: 'Generate new token' });
    await open.focus();
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await keyboard.type('nightly');
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'nightly');
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Generate new token');
  });

  await t.test('the keys are shown by a question mark', async () => {
    await keyboard.press('?');
    await page.getByRole('dialog').getByText('Keyboard keys').waitFor();
    await keyboard.press('Escape');
  });
});
