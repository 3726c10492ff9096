/** The main pages, for everybody: no violation that axe-core knows, and no sideways scrolling on a phone. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 360, height: 740 };
const PAGES = [
  '/',
  '/assets',
  '/assets/new',
  '/assets/:asset',
  '/assets/:asset/edit',
  '/folders',
  '/perimeters',
  '/users',
  '/user-groups',
  '/role-assignments',
  '/audit-log',
  '/stored-libraries',
  '/frameworks',
  '/applied-controls',
  '/evidences',
  '/admin/service-accounts',
  '/admin/token-policy',
  '/settings',
  '/profile',
  '/profile/settings',
];

test('the main pages', async (t) => {
  const { url } = await startTessera(t);
  const api = await Api.signIn(url, ADMIN);
  const { id } = await api.post('assets/', { name: 'A ledger with an uncommonly long name '.repeat(4), type: 'PR' });
  const pages = PAGES.map((path) => path.replace(':asset', id));

  await t.test('have no violations in the light and in the dark', async (t) => {
    const page = await openBrowser(t, url);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await assertAccessible(page, 'sign-in');
    await signIn(page, ADMIN);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const path of pages) {
        await visit(page, path);
        await assertAccessible(page, `${path} (${colorScheme})`);
      }
    }
  });

  await t.test('fit a screen of 360 pixels', async (t) => {
    const page = await openBrowser(t, url, { viewport: PHONE });
    await signIn(page, ADMIN);
    for (const path of pages) {
      await visit(page, path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= PHONE.width, `${path} is ${width} pixels wide`);
    }
  });
});

async function visit(page, path) {
  await page.goto(path);
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

async function assertAccessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(' ')})`);
  assert.deepEqual(told, [], where);
}
