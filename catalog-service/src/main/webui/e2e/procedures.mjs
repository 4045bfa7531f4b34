/**
 * Runs a procedure from the page, and aborts it: nobody is offered it who may not, nothing is sent that
 * was not confirmed by the source's name, and what was asked for is shown at once.
 *
 * node e2e/procedures.mjs <address> <folder for screenshots> <viewer> <password> <operator> <password>
 */
import { expect, launch, openAs, serious, SIZES } from './browser.mjs';

const [address, folder, viewer, viewerPassword, operator, operatorPassword] = process.argv.slice(2);
const browser = await launch();

async function isWell(page, what, size) {
  await page.screenshot({ path: `${folder}/${what}-${size}.png`, fullPage: true });
  const found = await serious(page);
  expect(found === '', `${what} at ${size} size: ${found}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide <= 0, `${what} at ${size} size is ${wide} pixels wider than the screen`);
}

try {
  const looking = await openAs(browser, 'desktop', address, [viewer, viewerPassword]);
  await looking.page.goto(`${address}/procedures`);
  await looking.page.waitForSelector('text=Predicted RTO');
  expect(!(await looking.page.getByRole('button', { name: /Execute/ }).count()), 'a viewer is offered to run a procedure');
  await looking.context.close();

  for (const size of Object.keys(SIZES)) {
    const { context, page, troubles } = await openAs(browser, size, address, [operator, operatorPassword]);
    await page.goto(`${address}/recovery`);
    await page.getByRole('link', { name: 'Disaster recovery' }).click();
    expect(await page.getByRole('link', { name: 'Disaster recovery' }).isVisible(), 'the page is not in the navigation');
    await page.getByRole('button', { name: 'Execute …' }).click();
    if (size === 'desktop') {
      const execute = page.getByRole('button', { name: 'Execute on main' });
      const typed = page.getByLabel('Type the source');
      expect(await execute.isDisabled(), 'nothing has to be typed');
      await typed.fill('other');
      expect(await execute.isDisabled(), 'another name confirms');
      await typed.fill('main');
      await isWell(page, 'procedures-execute', size);
      await execute.click();
      await page.waitForURL(/\/recovery\/run-/);
      await page.waitForSelector('text=requested');
      await page.getByRole('timer').waitFor();
      expect(/\d left/.test(await page.getByRole('timer').innerText()), 'nothing counts down to the objective');
    } else {
      // One at a time: the page says so, and where it is.
      await page.waitForSelector('text=Another run is at work on main');
      expect(!(await page.getByRole('button', { name: 'Execute on main' }).count()), 'a second run is offered');
      await isWell(page, 'procedures-active', size);
      await page.getByRole('form').getByRole('link', { name: /^run-/ }).click();
      await page.waitForURL(/\/recovery\/run-/);
    }
    await page.getByRole('button', { name: 'Abort …' }).click();
    await page.getByLabel('Comment').fill('it was a test');
    await isWell(page, 'run-abort', size);
    await page.getByRole('button', { name: 'Let it go on' }).click();
    if (size === 'phone') {
      await page.getByRole('button', { name: 'Abort …' }).click();
      await page.getByRole('button', { name: 'Abort the run' }).click();
      await page.waitForSelector('text=on its way to the orchestrator');
    }
    expect(troubles.length === 0, troubles.join('\n'));
    await context.close();
  }
  console.log('a procedure was run and aborted');
} finally {
  await browser.close();
}
