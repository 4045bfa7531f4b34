/**
 * Signs in and out: nothing is shown to who is not known, nothing is offered to who may not, and a
 * session that ends in the middle of something loses nothing of it.
 *
 * node e2e/sign-in.mjs <address> <folder for screenshots> <viewer> <password> <admin> <password>
 */
import { expect, fillIn, launch, open, serious, SIZES } from './browser.mjs';

const [address, folder, viewer, viewerPassword, admin, adminPassword] = process.argv.slice(2);
const browser = await launch();
try {
  for (const size of Object.keys(SIZES)) {
    const { context, page, troubles } = await open(browser, size);
    await page.goto(`${address}/backups?tab=chain`);
    await page.waitForSelector('text=Sign in to Holdfast');
    expect(!(await page.locator('nav').count()), 'pages are offered to who is not known');
    const found = await serious(page);
    expect(found === '', `the form at ${size} size: ${found}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide <= 0, `the form at ${size} size is ${wide} pixels wider than the screen`);
    await page.screenshot({ path: `${folder}/sign-in-${size}.png` });
    expect(troubles.length === 0, troubles.join('\n'));
    await context.close();
  }

  const { context, page, troubles } = await open(browser, 'desktop');
  await page.goto(`${address}/backups`);
  await fillIn(page, viewer, 'not the password');
  await page.waitForSelector('[role=alert]:has-text("not right")');
  expect((await page.getByLabel('Password').inputValue()) === '', 'the wrong password is still there');
  await fillIn(page, viewer, viewerPassword);
  await page.waitForSelector('text=The chain of main');
  expect(new URL(page.url()).pathname === '/backups', 'another page is shown than was asked for');
  expect(await page.locator(`text=${viewer}`).first().isVisible(), 'nobody says who is signed in');
  expect(!(await page.getByRole('button', { name: /^Run / }).count()), 'a viewer is offered a backup');
  expect(!(await page.getByRole('link', { name: 'Audit' }).count()), 'a viewer is offered the audit log');
  expect(!(await page.evaluate(() => document.cookie)), 'a script can read the cookie');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('text=Sign in to Holdfast');
  await page.reload();
  await page.waitForSelector('text=Sign in to Holdfast');

  await fillIn(page, admin, adminPassword);
  await page.getByRole('button', { name: /^Run / }).first().waitFor();
  await page.evaluate(() => { document.querySelector('h1').dataset.mine = 'yes'; });
  await context.clearCookies();
  await page.waitForSelector('text=Your session has ended', { timeout: 30_000 });
  expect(!(await page.locator('nav').isVisible()), 'what was there is still shown');
  await fillIn(page, admin, adminPassword);
  await page.locator('h1[data-mine=yes]').waitFor();
  expect(new URL(page.url()).pathname === '/backups', 'another page is shown than before');
  await page.waitForSelector('text=live');
  await page.screenshot({ path: `${folder}/signed-in.png` });
  // The browser itself notes every answer of 401.
  const others = troubles.filter((trouble) => !/status of 401/.test(trouble));
  expect(others.length === 0, others.join('\n'));
  console.log('signed in and out');
} finally {
  await browser.close();
}
