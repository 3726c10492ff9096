/** A reader of one domain: sees it, changes nothing, and learns nothing of the domain beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const READER = { email: 'reader@example.org', password: 'nine mosaics in a row' };

test('a reader sees one domain, without buttons to change it', async (t) => {
  const { url } = await startTessera(t);
  const { ours, theirs } = await prepare(url);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  await signIn(page, READER);

  await t.test('the list shows our asset alone, and nothing to create or choose', async () => {
    await page.goto('/assets');
    await main.getByRole('link', { name: ours.name }).waitFor();
    assert.equal(await main.getByText(theirs.name).count(), 0);
    assert.equal(await main.getByRole('link', { name: 'New asset' }).count(), 0);
    assert.equal(await main.getByRole('checkbox').count(), 0);
  });

  await t.test('its page has no buttons to change it', async () => {
    await main.getByRole('link', { name: ours.name }).click();
    await main.getByRole('heading', { level: 1, name: ours.name }).waitFor();
    for (const name of ['Edit', 'Delete']) {
      assert.equal(await main.getByRole('button', { name }).or(main.getByRole('link', { name })).count(), 0, name);
    }
  });

  await t.test('their asset is not found, nor is their domain in any list', async () => {
    await page.goto(`/assets/${theirs.id}`);
    await main.getByText('There is nothing here').waitFor();
    for (const path of ['/assets', '/folders', '/perimeters', '/assets?search=Theirs']) {
      await page.goto(path);
      await main.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      assert.equal(await page.getByText(/Theirs/).count(), 0, path);
    }
  });

  await t.test('the API behind the page says the same, to a session and to a token', async () => {
    const session = await Api.signIn(url, READER);
    for (const api of [session, await session.withToken()]) {
      assert.deepEqual((await api.get('assets/')).results.map(({ id }) => id), [ours.id]);
      assert.equal((await api.request('GET', `assets/${theirs.id}/`)).status, 404);
      assert.equal((await api.request('PATCH', `assets/${theirs.id}/`, { name: 'Mine' })).status, 404);
      assert.equal((await api.request('PATCH', `assets/${ours.id}/`, { name: 'Mine' })).status, 403);
      assert.equal((await api.request('DELETE', `assets/${ours.id}/`)).status, 403);
      assert.ok(!JSON.stringify(await api.get('folders/')).includes('Theirs'));
    }
  });
});

/** Two domains with an asset each, and a person who may read the first. */
async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const script = await admin.withToken();
  const [ours, theirs] = await Promise.all(
    ['Ours', 'Theirs'].map(async (name) => {
      const folder = await script.post('folders/', { name, create_iam_groups: true });
      return script.post('assets/', { name: `${name} ledger`, type: 'PR', folder: folder.id });
    }),
  );
  const user = await script.post('users/', { email: READER.email });
  const groups = await script.get('user-groups/');
  const readers = groups.results.find((group) => /Ours.*Reader/.test(group.name ?? group.str));
  await script.post(`user-groups/${readers.id}/add-members/`, { users: [user.id] });
  // A token may not set passwords: that takes the person's own session.
  const password = { user: user.id, new_password: READER.password, confirm_new_password: READER.password };
  await admin.post('iam/set-password/', password);
  return { ours, theirs };
}
