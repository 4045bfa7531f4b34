/**
 * Watches the first page without ever loading it anew: it is green, turns red when nothing can be
 * restored any more, and grey when the catalog does not answer.
 *
 * node e2e/outage.mjs <address> <folder for screenshots> <name> <password>
 *
 * Says 'green' when the outage may begin.
 */
import { expect, launch, openAs } from './browser.mjs';

const [address, folder, ...account] = process.argv.slice(2);
const browser = await launch();
try {
  const { context, page, troubles } = await openAs(browser, 'desktop', address, account);
  await page.goto(address);
  await page.waitForSelector('section[data-verdict=yes]');
  console.log('green');
  await page.waitForSelector('section[data-verdict=no]', { timeout: 60_000 });
  expect(await page.locator('text=/nothing can be restored/i').first().isVisible(), 'the reason is not shown');
  await page.screenshot({ path: `${folder}/outage.png` });
  expect(troubles.length === 0, troubles.join('\n'));
  console.log('red');
  await context.setOffline(true);
  await page.waitForSelector('section[data-verdict=unknown]', { timeout: 60_000 });
  expect(await page.locator('text=/the catalog does not answer/i').first().isVisible(), 'nobody is told that the catalog is silent');
  await page.screenshot({ path: `${folder}/silent.png` });
  console.log('grey');
  await context.setOffline(false);
  await page.waitForSelector('section[data-verdict=no]', { timeout: 60_000 });
  console.log('red again');
} finally {
  await browser.close();
}
