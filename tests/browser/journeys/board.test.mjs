/** Controls on a board: cards are dragged, moved with the keyboard, come back when the server refuses; several are merged into one; a reader only looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { makeDomain, makePerson } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const READER = { email: 'reader@example.org', password: 'nine mosaics in a row' };
/** More than a column reads at once. */
const MANY = 25;

test('controls are moved on a board', async (t) => {
  const { url } = await startTessera(t);
  const api = await prepare(url);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const column = (name) => main.getByRole('region', { name: new RegExp(`^${name} \\d+$`) });
  const card = (name) => main.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) });
  const statusOf = async (name) => (await api.get(`applied-controls/?name=${name}`)).results[0].status;
  await signIn(page, ADMIN);

  await t.test('the table switches to a board, and the address keeps it', async () => {
    await page.goto('/applied-controls');
    await main.getByRole('table').waitFor();
    await main.getByRole('link', { name: 'Board', exact: true }).click();
    await column('To do').getByRole('link', { name: 'Locks' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('view'), 'board');
    await page.reload();
    await column('To do').getByRole('link', { name: 'Locks' }).waitFor();
    const headings = await main.getByRole('heading', { level: 2 }).allInnerTexts();
    assert.deepEqual(
      headings.map((text) => text.replace(/\s+/g, ' ')),
      ['To do 2', 'In progress 1', 'On hold 0', `Active ${MANY}`, 'Degraded 0', 'Deprecated 2', 'Undefined 0'],
    );
  });

  await t.test('a card tells its priority, its place, and what is late', async () => {
    for (const text of ['L-1', 'P1', 'Ours', /Overdue/]) await card('Locks').getByText(text).first().waitFor();
    assert.equal(await card('Fences').getByText(/Overdue/).count(), 0, 'due in the future');
  });

  await t.test('a long column shows its rest when asked', async () => {
    const active = column('Active');
    assert.equal(await active.getByRole('listitem').count(), 20);
    await active.getByRole('button', { name: 'Show more (5)' }).click();
    await active.getByRole('link', { name: `Camera ${MANY}`, exact: true }).waitFor();
    assert.equal(await active.getByRole('listitem').count(), MANY);
    assert.equal(await active.getByRole('button', { name: /Show more/ }).count(), 0);
  });

  await t.test('a card is dragged to another column, and undone', async () => {
    await drag(card('Locks'), column('On hold').getByRole('heading'));
    await column('On hold').getByRole('link', { name: 'Locks' }).waitFor();
    await page.getByText('Locks is now: On hold.').waitFor();
    assert.equal(await statusOf('Locks'), 'on_hold');
    await column('To do').getByRole('heading', { name: 'To do 1' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await column('To do').getByRole('link', { name: 'Locks' }).waitFor();
    await page.getByText('Locks is now: To do.').waitFor();
    assert.equal(await statusOf('Locks'), 'to_do');
  });

  await t.test('the keyboard moves one too, and stays on it', async () => {
    await card('Fences').getByRole('button', { name: 'Move Fences to…' }).focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('menu', { name: 'Move to' });
    await menu.getByRole('menuitem', { name: 'In progress' }).waitFor();
    assert.equal(await menu.getByRole('menuitem', { name: 'To do' }).count(), 0, 'where it is already');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await menu.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await column('On hold').getByRole('link', { name: 'Fences' }).waitFor();
    await page.getByText('Fences is now: On hold.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Fences');
    assert.equal(await statusOf('Fences'), 'on_hold');
  });

  await t.test('a card comes back when the server refuses', async () => {
    await page.route('**/api/applied-controls/*/', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 403, json: { detail: 'You do not have permission to perform this action.' } })
        : route.continue(),
    );
    await drag(card('Locks'), column('In progress').getByRole('heading'));
    await page.getByText(/Locks stays where it was/).waitFor();
    await column('To do').getByRole('link', { name: 'Locks' }).waitFor();
    assert.equal(await column('In progress').getByRole('link', { name: 'Locks' }).count(), 0);
    await page.unroute('**/api/applied-controls/*/');
  });

  await t.test('filters and search are the same as in the table', async () => {
    await page.goto('/applied-controls?view=board&status=to_do&status=active');
    await column('To do').waitFor();
    assert.equal(await main.getByRole('heading', { level: 2 }).count(), 2);
    await page.goto('/applied-controls?view=board&search=Camera+1');
    await column('Active').getByRole('link', { name: 'Camera 1', exact: true }).waitFor();
    assert.equal(await main.getByRole('link', { name: 'Locks' }).count(), 0);
    await page.goto('/applied-controls?view=board&search=nothing+of+this+name');
    await main.getByText('Nothing matches').waitFor();
  });

  await t.test('two that are one are merged, after it was seen what moves', async () => {
    await page.goto('/applied-controls?search=Gate');
    const choose = (name) => main.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
    await choose('Gate');
    const bar = main.getByRole('region', { name: 'Actions on the chosen rows' });
    await bar.waitFor();
    assert.equal(await bar.getByRole('button', { name: 'Merge…' }).count(), 0, 'one alone is nothing to merge');
    await choose('Gates');
    await bar.getByRole('button', { name: 'Merge…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Merge 2 applied controls?' });
    await dialog.getByRole('radio', { name: 'Gates', exact: true }).check();
    const moves = dialog.getByRole('region', { name: 'Moves to “Gates”' });
    await moves.getByText('North wall').waitFor();
    await dialog.getByRole('region', { name: 'Empty fields that it takes over' }).getByText('Due', { exact: true }).waitFor();
    await dialog.getByRole('region', { name: /^These are deleted/ }).getByText('Gate', { exact: true }).waitFor();
    assert.equal((await api.get('applied-controls/?search=Gate')).count, 2, 'it was only looked at');
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByText('1 was merged into “Gates”.').waitFor();
    await main.getByRole('link', { name: 'Gate', exact: true }).waitFor({ state: 'detached' });
    const { results } = await api.get('applied-controls/?search=Gate');
    assert.deepEqual(
      results.map((row) => [row.name, row.eta, row.assets.map((asset) => asset.str).sort()]),
      [['Gates', '2091-01-01', ['North wall', 'South wall']]],
    );
  });

  await t.test('a reader sees the cards, and nothing to move them with', async () => {
    await page.context().clearCookies();
    await signIn(page, READER);
    await page.goto('/applied-controls?view=board');
    await column('To do').getByRole('link', { name: 'Locks' }).waitFor();
    assert.equal(await main.getByRole('button', { name: /^Move / }).count(), 0);
    assert.equal(await main.locator('[draggable=true]').count(), 0);
  });
});

/** As a hand does it: press, move over, let go. */
async function drag(from, to) {
  const mouse = from.page().mouse;
  await from.scrollIntoViewIfNeeded();
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  await mouse.move(start.x + start.width / 2, start.y + start.height - 6);
  await mouse.down();
  await mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 8 });
  await mouse.up();
}

/** A domain with a reader and controls in three states. */
async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  await makePerson(admin, READER, 'Ours', 'Reader');
  const api = await admin.withToken();
  const add = (name, status, more = {}) => api.post('applied-controls/', { name, status, folder, ...more });
  await add('Locks', 'to_do', { ref_id: 'L-1', priority: 1, eta: '2020-02-01' });
  await add('Fences', 'to_do', { eta: '2090-02-01' });
  await add('Guards', 'in_progress');
  const walls = [];
  for (const name of ['North wall', 'South wall']) walls.push((await api.post('assets/', { name, folder })).id);
  await add('Gate', 'deprecated', { assets: walls, eta: '2091-01-01' });
  await add('Gates', 'deprecated', { assets: [walls[1]] });
  for (let n = 1; n <= MANY; n++) await add(`Camera ${n}`, 'active', { eta: '2020-02-01' });
  return api;
}
