import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The browser of the machine; none is ever fetched. */
export function executable() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Looked for in the next folder.
      }
    }
  }
  return null;
}

export function launch() {
  return chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export const SIZES = {
  desktop: { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** A page that notes whatever a reader would not see: errors, and what the policy refused. */
export async function open(browser, size) {
  const context = await browser.newContext(SIZES[size]);
  const page = await context.newPage();
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`${page.url()}: ${message.text()}`);
  });
  return { context, page, troubles };
}

/** Fills in the form that is shown to who is not known. */
export async function fillIn(page, name, password) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A page of somebody who has signed in. */
export async function openAs(browser, size, address, [name, password]) {
  const opened = await open(browser, size);
  await opened.page.goto(address);
  await fillIn(opened.page, name, password);
  await opened.page.getByRole('button', { name: 'Sign out' }).waitFor();
  return opened;
}

/** What axe finds serious on a page. */
export async function serious(page) {
  // Not as a script of the page: its policy would refuse that, as it should.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
  return found.violations
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .map((v) => `${v.id} (${v.nodes.map((n) => n.html).join(' | ')})`)
    .join('; ');
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
