/**
 * Restores from the page: a moment that nothing covers cannot be asked for, nor anything that was not
 * confirmed, after its plan was looked at; what was asked for is shown at once.
 *
 * node e2e/restore.mjs <address> <folder for screenshots> <covered moment> <name> <password>
 */
import { expect, launch, openAs, serious, SIZES } from './browser.mjs';

const [address, folder, covered, ...account] = process.argv.slice(2);
const browser = await launch();
try {
  for (const size of Object.keys(SIZES)) {
    const { context, page, troubles } = await openAs(browser, size, address, account);
    await page.goto(`${address}/recovery`);
    await page.getByRole('button', { name: 'Restore …' }).click();
    const restore = page.getByRole('button', { name: 'Restore', exact: true });
    await restore.waitFor();
    await page.getByLabel('A moment before').check();
    const moment = page.getByLabel('Day and time');
    // In the zone of this browser, as somebody would type it.
    const typed = (at) => page.evaluate((time) => new Date(new Date(time).getTime() - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19), at);
    await moment.fill(await typed('2020-01-01T00:00:00Z'));
    await page.waitForSelector('text=before the first moment');
    await page.getByLabel('Url of the database').fill('jdbc:postgresql://127.0.0.1:5432/restored?user=me&password=pw');
    await page.waitForSelector('text=without user and password.');
    await page.getByLabel('Url of the database').fill('jdbc:postgresql://127.0.0.1:5432/restored');
    await page.getByLabel('Type the database').fill('restored');
    expect(await restore.isDisabled(), 'a moment that nothing covers can be asked for');
    await moment.fill(await typed(covered));
    await page.getByLabel('Type the database').fill('other');
    expect(await restore.isDisabled(), 'another name confirms');
    await page.getByLabel('Type the database').fill('restored');
    await page.getByLabel('Only these').fill('public.orders, log%');
    const show = page.getByRole('button', { name: 'Show the plan' });
    await page.getByLabel('Url of the database').fill('jdbc:postgresql://127.0.0.1:5432/full');
    await page.getByLabel('Type the database').fill('full');
    await show.click();
    await page.waitForSelector('text=cannot be done');
    await page.waitForSelector('[role=alert]:has-text("empty it, or name another")');
    expect(await restore.isDisabled(), 'what would be refused can be asked for');
    await page.screenshot({ path: `${folder}/restore-refused-${size}.png`, fullPage: true });
    await page.getByLabel('Url of the database').fill('jdbc:postgresql://127.0.0.1:5432/restored');
    await page.getByLabel('Type the database').fill('restored');
    expect((await page.locator('text=cannot be done').count()) === 0, 'the plan of another order is still shown');
    await page.getByLabel('A restore point').check();
    expect((await page.getByRole('combobox', { name: 'Restore point' }).inputValue()) === 'release 42', 'the newest restore point is not chosen');
    await show.click();
    await page.waitForSelector('dl:has-text("restore point \'release 42\'")');
    await page.screenshot({ path: `${folder}/restore-point-${size}.png`, fullPage: true });
    await page.getByLabel('A moment before').check();
    await moment.fill(await typed(covered));
    await page.getByRole('button', { name: 'Show the transactions around it' }).click();
    await page.waitForSelector('ol[aria-label="Transactions around the moment"]:has-text("public.orders: 2 updated, 40,000 deleted")');
    await page.screenshot({ path: `${folder}/restore-transactions-${size}.png`, fullPage: true });
    const listed = await serious(page);
    expect(listed === '', `the transactions at ${size} size: ${listed}`);
    await page.getByRole('button', { name: 'All but it: transaction 742' }).click();
    await page.waitForSelector('text=Without transaction 742');
    await show.click();
    await page.waitForSelector('dl[aria-label="The plan"]:has-text("without 742")');
    await page.getByRole('button', { name: 'Take it in again' }).click();
    await page.getByLabel('A moment before').check();
    await moment.fill(await typed(covered));
    await page.getByRole('button', { name: 'Show the transactions around it' }).click();
    await page.getByRole('button', { name: 'Just before it: transaction 742' }).click();
    await page.waitForSelector('text=Just before transaction 742');
    await page.getByLabel('In the place of live tables').check();
    await page.waitForSelector('text=their rows are replaced');
    expect(!(await restore.isDisabled()), 'rows cannot be put in place');
    await page.getByLabel('Only these').fill('');
    await page.waitForSelector('text=nothing else is replaced');
    expect(await restore.isDisabled(), 'everything can be replaced');
    await page.getByLabel('Beside live tables').check();
    await page.waitForSelector('text=Name the new schema.');
    await page.getByRole('textbox', { name: 'New schema' }).fill('undo');
    await page.waitForSelector('text=Its live tables are not touched.');
    await page.screenshot({ path: `${folder}/restore-beside-${size}.png`, fullPage: true });
    await page.getByLabel('A database of its own').check();
    await page.getByLabel('Only these').fill('public.orders, log%');
    await page.getByLabel('A moment before').check();
    await moment.fill(await typed(covered));
    await show.click();
    await page.waitForSelector('text=can be done');
    await page.waitForSelector('dl[aria-label="The plan"]:has-text("42 s"):has-text("only public.orders, log%")');
    const found = await serious(page);
    expect(found === '', `the plan at ${size} size: ${found}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide <= 0, `the plan at ${size} size is ${wide} pixels wider than the screen`);
    await page.screenshot({ path: `${folder}/restore-filled-${size}.png`, fullPage: true });
    await restore.click();
    await page.waitForURL(/\/recovery\/restore-/);
    await page.waitForSelector('text=requested');
    await page.screenshot({ path: `${folder}/restore-requested-${size}.png`, fullPage: true });
    await page.goto(`${address}/backups`);
    await page.getByLabel('Name the present moment of main').fill(`before ${size}`);
    await page.getByRole('button', { name: 'Create restore point' }).click();
    await page.waitForSelector('form:has-text("requested")');
    await page.screenshot({ path: `${folder}/restore-point-requested-${size}.png`, fullPage: true });
    expect(troubles.length === 0, troubles.join('\n'));
    await context.close();
  }
  console.log('restores were asked for');
} finally {
  await browser.close();
}
