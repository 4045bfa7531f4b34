/**
 * Opens every page at desktop and phone size in a real browser: each shows real data, nothing fails
 * unseen, nothing is wider than the screen, and axe finds nothing serious.
 *
 * node e2e/every-page.mjs <address> <folder for screenshots>
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect, launch, open, SIZES } from './browser.mjs';

const [address, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = {
  '/': 'section[data-verdict]',
  '/backups': 'text=The chain of main',
  '/replication': 'text=us-east-1',
  '/recovery': 'text=Restore tests',
  '/nowhere': 'text=There is no such page',
};

const browser = await launch();
try {
  for (const size of Object.keys(SIZES)) {
    const { context, page, troubles } = await open(browser, size);
    for (const [path, shown] of Object.entries(PAGES)) {
      await page.goto(address + path);
      await page.waitForSelector(shown);
      // The stream never ends, so the network is never idle: the page is whole when no place is held.
      await page.waitForFunction(() => !document.querySelector('.animate-pulse'));
      const name = path.slice(1) || 'now';
      await page.screenshot({ path: `${folder}/${name}-${size}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide <= 0, `${path} at ${size} size is ${wide} pixels wider than the screen`);
      // Not as a script of the page: its policy would refuse that, as it should.
      const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`);
      const serious = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      expect(
        serious.length === 0,
        `${path} at ${size} size: ${serious.map((v) => `${v.id} (${v.nodes.map((n) => n.html).join(' | ')})`).join('; ')}`,
      );
      expect((await page.locator('h1').count()) === 1, `${path} has no single h1`);
    }
    expect(troubles.length === 0, troubles.join('\n'));
    await context.close();
  }
  console.log('every page is well');
} finally {
  await browser.close();
}
