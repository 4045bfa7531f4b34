import { expect, it } from 'vitest';
import { cronWords } from './cron';

it.each([
  ['* * * * *', 'every minute'],
  ['*/1 * * * *', 'every minute'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['7 * * * *', 'every hour at 07 past'],
  ['0 */2 * * *', 'every 2 hours'],
  ['0 3 * * *', 'daily at 03:00 UTC'],
  ['30 4,16 * * *', 'daily at 04:30 and 16:30 UTC'],
  ['0 6 * * 1', 'on Mondays at 06:00 UTC'],
  ['0 6 * * 0,3,6', 'on Sundays, Wednesdays and Saturdays at 06:00 UTC'],
  ['15 22 * * 1-5', 'Monday to Friday at 22:15 UTC'],
  ['0 2 1 * *', 'on day 1 of each month at 02:00 UTC'],
  ['0 0 29 2 *', 'each year on 29 February at 00:00 UTC'],
  // What is not as it looks is left as it is: after 56 past comes the full hour.
  ['*/7 * * * *', null],
  ['30 */2 * * *', null],
  ['0 3 1 * 1', null],
  ['0 3 1,15 * *', null],
  ['0 3 * 6-8 *', null],
  ['5-10 * * * *', null],
  ['0 24 * * *', null],
  ['0 3 * *', null],
  ['0 0 3 * * *', null],
  ['', null],
])('%s is %s', (line, words) => expect(cronWords(line)).toBe(words));
