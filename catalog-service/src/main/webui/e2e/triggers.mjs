/**
 * Watches the triggers without ever loading them anew: they turn grey when nobody tells them any more,
 * by the passing of time alone. Then looks for alerts.
 *
 * node e2e/triggers.mjs <address> <folder for screenshots> <name> <password>
 *
 * Says 'about to fire' when the monitor may fall silent.
 */
import { expect, launch, openAs, serious } from './browser.mjs';

const [address, folder, ...account] = process.argv.slice(2);
const browser = await launch();
try {
  const { context, page, troubles } = await openAs(browser, 'phone', address, account);
  await page.goto(`${address}/triggers`);
  const behind = page.getByRole('region', { name: 'Standby Behind' });
  await behind.getByText('about to fire').waitFor();
  expect(await behind.getByText('7,250,000').isVisible(), 'the value is not shown');
  expect(await behind.getByText('threshold 5,000,000').isVisible(), 'the threshold is not shown');
  expect(/held for 1 min of 2 min/.test(await behind.innerText()), 'how long it has held is not shown');
  const latency = page.getByRole('region', { name: 'Regional Latency Spike' });
  expect((await latency.getByText('not measured', { exact: true }).count()) === 2, 'what nobody measures looks measured');
  console.log('about to fire');
  await behind.getByText('silent', { exact: true }).waitFor({ timeout: 60_000 });
  expect(!(await page.getByText('armed', { exact: true }).count()), 'a trigger that nobody confirms is green');
  expect(await behind.getByText(/Nobody has said anything about this trigger since/).isVisible(), 'since when is not shown');
  await page.screenshot({ path: `${folder}/triggers-silent.png`, fullPage: true });
  console.log('silent');

  const alerts = page.getByRole('region', { name: 'Alerts' });
  await alerts.getByText('something info was seen').waitFor();
  await page.getByLabel('Severity').selectOption('high');
  await alerts.getByText('something info was seen').waitFor({ state: 'detached' });
  expect(await alerts.getByText('something high was seen').isVisible(), 'an alert of the severity is missing');
  await page.getByLabel('About').fill('source/other');
  await alerts.getByText('Nobody was told anything').waitFor();
  const found = await serious(page);
  expect(found === '', found);
  expect(troubles.length === 0, troubles.join('\n'));
  await context.close();
  console.log('filtered');
} finally {
  await browser.close();
}
