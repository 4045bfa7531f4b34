/**
 * Opens every page at desktop and phone size in a real browser: each shows real data, nothing fails
 * unseen, nothing is wider than the screen, and axe finds nothing serious.
 *
 * node e2e/every-page.mjs <address> <folder for screenshots> <name> <password>
 */
import { expect, launch, openAs, serious, SIZES } from './browser.mjs';

const [address, folder, ...account] = process.argv.slice(2);

const PAGES = {
  '/': 'section[data-verdict]',
  '/backups': 'text=The chain of main',
  '/replication': 'text=us-east-1',
  '/recovery': 'text=Restore tests',
  '/procedures': 'role=list[name="Remedies for step 2"]',
  '/triggers': 'text=It can never fire here',
  '/keys': 'text=Who can open it',
  '/settings': 'text=Policy in force',
  '/restore': 'text=Is this meant?',
  '/audit': 'role=row >> text=signIn',
  '/nowhere': 'text=There is no such page',
};

const browser = await launch();
try {
  for (const size of Object.keys(SIZES)) {
    const { context, page, troubles } = await openAs(browser, size, address, account);
    for (const [path, shown] of Object.entries(PAGES)) {
      await page.goto(address + path);
      await page.waitForSelector(shown);
      // The stream never ends, so the network is never idle: the page is whole when no place is held.
      await page.waitForFunction(() => !document.querySelector('.animate-pulse'));
      const name = path.slice(1) || 'now';
      await page.screenshot({ path: `${folder}/${name}-${size}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide <= 0, `${path} at ${size} size is ${wide} pixels wider than the screen`);
      const found = await serious(page);
      expect(found === '', `${path} at ${size} size: ${found}`);
      expect((await page.locator('h1').count()) === 1, `${path} has no single h1`);
    }
    expect(troubles.length === 0, troubles.join('\n'));
    await context.close();
  }
  console.log('every page is well');
} finally {
  await browser.close();
}
