/** Debian's Chromium, driven by playwright-core; one browser for a test file, one clean context for a person. */
import { chromium } from 'playwright-core';

const DESKTOP = { width: 1280, height: 800 };
const PATIENCE = 10_000;

/** A person's browser: a page at `url`, closed when the test `t` ends, which fails on a script error or a foreign host. */
export async function openBrowser(t, url, { viewport = DESKTOP } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = watch(page, new URL(url).host);
  t.after(async () => {
    await browser.close();
    if (complaints.length) throw new Error(`the page complained:\n${complaints.join('\n')}`);
  });
  return page;
}

function watch(page, host) {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`script error: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, host: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== host) complaints.push(`asked another host: ${request.url()}`);
  });
  return complaints;
}

/** Signs in through the form. */
export async function signIn(page, { email, password }) {
  await page.goto('/');
  await fillSignIn(page, { email, password });
  await profileIcon(page).waitFor();
}

/** Fills the sign-in form and sends it. */
export async function fillSignIn(page, { email, password }) {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The round button at the far right of the top bar. */
export function profileIcon(page) {
  return page.getByRole('banner').getByRole('button', { name: 'Profile menu' });
}

/** Lets go of a file over `target`, as a hand with a mouse does. */
export const drop = (target, name, text) => dropAll(target, { [name]: text });

/** Lets go of several files at once; texts by name. */
export async function dropAll(target, files) {
  const dataTransfer = await target.page().evaluateHandle((files) => {
    const held = new DataTransfer();
    for (const [name, text] of Object.entries(files)) held.items.add(new File([text], name, { type: 'text/plain' }));
    return held;
  }, files);
  await target.dispatchEvent('dragover', { dataTransfer });
  await target.dispatchEvent('drop', { dataTransfer });
}

/** Chooses what is called so in a field that searches. */
export async function pick(box, text) {
  await box.click();
  await box.fill(text);
  const option = box.page().getByRole('option', { name: new RegExp(text) });
  await option.first().click();
}
