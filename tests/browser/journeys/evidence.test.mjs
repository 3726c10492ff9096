/** Evidence: looked at in the page (picture, document, text), kept, replaced by another revision; a reader only looks. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { pdf, png } from '../lib/files.mjs';
import { makeDomain, makePerson } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const READER = { email: 'reader@example.org', password: 'nine mosaics in a row' };
/** Longer than what the page shows of a text. */
const LONG = '<img src=x onerror="document.title=1"> locked\n'.repeat(4000);

test('evidence is looked at, kept and replaced', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder } = await prepare(url);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const holds = main.getByRole('region', { name: 'What it holds' });
  const revisions = main.getByRole('region', { name: 'Revisions' });
  const dialog = page.getByRole('dialog');
  const read = async () => (await api.get(`evidence-revisions/?evidence=${evidence}`)).results;
  let evidence;

  const add = async (button, { file, link, observation }) => {
    await main.getByRole('button', { name: button }).last().click();
    if (file) await dialog.getByLabel('File').setInputFiles(file);
    if (link) await dialog.getByLabel('Link').fill(link);
    if (observation) await dialog.getByLabel('Observation').fill(observation);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  };
  await signIn(page, ADMIN);

  await t.test('new evidence holds nothing, says so, and offers to add', async () => {
    evidence = (await api.post('evidences/', { name: 'Door', folder })).id;
    await page.goto(`/evidences/${evidence}`);
    await holds.getByText('Nothing is here yet').waitFor();
    await main.getByRole('button', { name: 'Add a file or a link' }).first().click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('Choose a file, or give a link below.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await t.test('a picture fills the first revision, and is shown with its digest', async () => {
    const buffer = png();
    await add('Add a file or a link', { file: { name: 'door.png', mimeType: 'image/png', buffer } });
    const image = holds.getByRole('img', { name: 'door.png' });
    await image.waitFor();
    await page.waitForFunction(() => document.querySelector('img[alt="door.png"]')?.naturalWidth === 24);
    await main.getByText(createHash('sha256').update(buffer).digest('hex')).waitFor();
    const found = await read();
    assert.deepEqual(found.map(({ version, attachment }) => [version, attachment]), [[1, 'door.png']]);
  });

  await t.test('a document becomes the second revision, and is shown in a frame', async () => {
    const file = { name: 'door.pdf', mimeType: 'application/pdf', buffer: pdf('A locked door') };
    await add('Add a revision', { file, observation: 'The report of the locksmith.' });
    const frame = holds.locator('iframe[title="door.pdf"]');
    await frame.waitFor();
    const inside = await (await frame.elementHandle()).contentFrame();
    // A frame that the policy of a page forbids has the address of the browser's own error page instead.
    await inside.waitForURL(/^http:.*inline=1$/);
    await revisions.getByText('The report of the locksmith.').waitFor();
    await revisions.getByRole('row').filter({ hasText: 'Version 2' }).getByText(ADMIN.email).waitFor();
    await main.getByText('In review').first().waitFor();
  });

  await t.test('a text is shown as it is written, and only its beginning', async () => {
    await add('Add a revision', { file: { name: 'door.md', mimeType: 'text/markdown', buffer: Buffer.from(LONG) } });
    const text = holds.getByRole('region', { name: 'door.md' });
    await text.waitFor();
    assert.equal(await text.textContent(), LONG.slice(0, 100_000));
    await holds.getByText(/^The first 100 kB are shown/).waitFor();
    assert.equal(await holds.locator('img').count(), 0, 'tags in a text stay text');
    assert.notEqual(await page.title(), '1');
  });

  await t.test('an earlier revision can still be looked at and kept', async () => {
    await revisions.getByRole('link', { name: 'Version 1', exact: true }).click();
    await holds.getByText(/This is version 1/).waitFor();
    await holds.getByRole('img', { name: 'door.png' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      revisions.getByRole('link', { name: 'Download door.png of version 1' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'door.png');
    assert.deepEqual(await readFile(await download.path()), png());
    await page.reload();
    await holds.getByText(/This is version 1/).waitFor();
    await holds.getByRole('link', { name: 'Show the current one' }).click();
    await holds.getByRole('region', { name: 'door.md' }).waitFor();
  });

  await t.test('what is refused is told in the dialog, and what was typed stays', async () => {
    const file = { name: 'door.html', mimeType: 'text/html', buffer: Buffer.from('<p>door</p>') };
    await add('Add a revision', { file, observation: 'As a page' });
    await dialog.getByText(/Unsupported file extension/).waitFor();
    assert.equal(await dialog.getByLabel('Observation').inputValue(), 'As a page');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await read()).length, 3);
  });

  await t.test('a file that cannot be shown is named, and a link is one', async () => {
    await add('Add a revision', { file: { name: 'door.zip', mimeType: 'application/zip', buffer: Buffer.from('PK') } });
    await holds.getByText('Files of type ZIP are not shown here.').waitFor();
    await holds.getByRole('link', { name: 'Download' }).waitFor();
    await add('Add a revision', { link: 'https://doors.example.org/1' });
    const open = holds.getByRole('link', { name: 'Open the link' });
    assert.equal(await open.getAttribute('href'), 'https://doors.example.org/1');
  });

  await t.test('its state and its last day are changed in place, and undone', async () => {
    // Without the notices of what came before.
    await page.reload();
    const said = page.getByText('The evidence was saved.');
    await main.getByLabel('Status').selectOption({ label: 'Approved' });
    await said.waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await said.waitFor({ state: 'detached' });
    await main.getByLabel('Expires on').fill('2090-05-01');
    await said.waitFor();
    const { status, expiry_date } = await api.get(`evidences/${evidence}/object/`);
    assert.deepEqual([status, expiry_date], ['approved', '2090-05-01']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The change was undone.').waitFor();
    assert.equal((await api.get(`evidences/${evidence}/object/`)).expiry_date, null);
  });

  await t.test('a reader sees what it holds, and nothing to change', async () => {
    await page.context().clearCookies();
    await signIn(page, READER);
    await page.goto(`/evidences/${evidence}`);
    await holds.getByRole('link', { name: 'Open the link' }).waitFor();
    await revisions.getByRole('link', { name: 'Version 2', exact: true }).click();
    await holds.locator('iframe[title="door.pdf"]').waitFor();
    assert.equal(await main.getByRole('button', { name: /^Add/ }).count(), 0);
    assert.equal(await main.getByRole('combobox').count(), 0);
    await main.getByText('Approved').first().waitFor();
  });
});

/** A domain with a reader. */
async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  await makePerson(admin, READER, 'Ours', 'Reader');
  return { api: await admin.withToken(), folder };
}
