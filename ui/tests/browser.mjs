// Starts the mock (unless BASE names a running server) and Debian's chromium, signs in, and gives a page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';

export const EMAIL = process.env.EMAIL ?? 'admin@example.org';
export const PASSWORD = process.env.PASSWORD ?? 'correct horse battery';

export async function start({ env = {} } = {}) {
  let mock = null;
  let base = process.env.BASE;
  if (!base) {
    const port = 8100 + Math.floor(Math.random() * 800);
    const script = new URL('../mock/server.mjs', import.meta.url).pathname;
    mock = spawn('node', [script, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    await once(mock.stdout, 'data');
    base = `http://127.0.0.1:${port}`;
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const stop = async () => {
    await browser.close();
    mock?.kill();
  };
  return { base, browser, stop };
}

export async function open(
  browser,
  base,
  { width = 1280, height = 800, theme = 'light', locale = 'en-GB' } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.problems = [];
  page.on(
    'console',
    (m) => m.type() === 'error' && !/status of (4\d\d|5\d\d)/.test(m.text()) && page.problems.push(m.text()),
  );
  page.on('pageerror', (e) => page.problems.push(String(e.stack ?? e)));
  page.visit = async (path) => {
    await page.goto(base + path);
    await page.waitForLoadState('networkidle');
  };
  return page;
}

export async function signIn(page) {
  await page.visit('/');
  if (await page.getByLabel('Password').count()) {
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.waitForLoadState('networkidle');
}

/** Every page worth looking at, in the mock's data. */
export const PAGES = {
  overview: '/',
  assets: '/assets',
  filtered: '/assets?type=PR&search=vault&ordering=-ref_id',
  noMatch: '/assets?search=zzzzz',
  asset: '/assets/a55e7000-0000-4000-8000-000000000005',
  history: '/assets/a55e7000-0000-4000-8000-000000000013?tab=history',
  access: '/assets/a55e7000-0000-4000-8000-000000000005?tab=access&user=05e20000-0000-4000-8000-000000000002',
  edit: '/assets/a55e7000-0000-4000-8000-000000000005/edit',
  create: '/perimeters/new',
  folders: '/folders',
  users: '/users',
  user: '/users/05e20000-0000-4000-8000-000000000001',
  members: '/user-groups/960c9000-0000-4000-8000-000000000001?tab=members',
  role: '/roles/201e0000-0000-4000-8000-000000000004/edit',
  assignments: '/role-assignments',
  audit: '/audit-log',
  settings: '/settings',
  features: '/settings?tab=features',
  profile: '/profile',
  tokens: '/profile/settings',
  tokensAll: '/profile/settings?state=all',
  token: '/profile/tokens/70ce7000-0000-4000-8000-000000000001',
  everybodysTokens: '/admin/tokens',
  tokensFiltered: '/admin/tokens?state=active&scope=none&unused_days=30',
  tokenPolicy: '/admin/token-policy',
  serviceAccounts: '/admin/service-accounts',
  serviceAccount: '/admin/service-accounts/5acc0000-0000-4000-8000-000000000001',
  newServiceAccount: '/admin/service-accounts/new',
  editServiceAccount: '/admin/service-accounts/5acc0000-0000-4000-8000-000000000001/edit',
  userWithFactor: '/users/05e20000-0000-4000-8000-000000000002',
  keyboard: '/keyboard',
  missing: '/nothing/here',
};
