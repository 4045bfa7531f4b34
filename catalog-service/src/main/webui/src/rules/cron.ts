/** Schedules as people say them. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** A cron line of five fields in UTC in words, where it has an easy form; else null. */
export function cronWords(line: string): string | null {
  const [minute, hour, day, month, weekday, ...more] = line.trim().split(/\s+/);
  if (weekday === undefined || more.length > 0) return null;
  const everyDay = day === '*' && month === '*' && weekday === '*';
  if (everyDay && hour === '*') return withinHours(minute!);
  if (everyDay && minute === '0' && step(hour!, 24)) return every(step(hour!, 24)!, 'hour');
  const times = timesOf(minute!, hour!);
  if (!times) return null;
  const date = numbers(day!, 1, 31);
  const months = numbers(month!, 1, 12);
  if (everyDay) return `daily at ${times}`;
  if (day === '*' && month === '*') {
    const days = weekdays(weekday);
    return days && `${days} at ${times}`;
  }
  if (weekday !== '*' || date?.length !== 1) return null;
  if (month === '*') return `on day ${date[0]} of each month at ${times}`;
  return months?.length === 1 ? `each year on ${date[0]} ${MONTHS[months[0]! - 1]} at ${times}` : null;
}

function withinHours(minute: string): string | null {
  if (minute === '*') return 'every minute';
  const minutes = step(minute, 60);
  if (minutes) return every(minutes, 'minute');
  const at = numbers(minute, 0, 59);
  return at?.length === 1 ? `every hour at ${String(at[0]).padStart(2, '0')} past` : null;
}

function every(many: number, what: string): string {
  return many === 1 ? `every ${what}` : `every ${many} ${what}s`;
}

/** Of `*`+`/n`, where the steps are as long around the end as before it. */
function step(field: string, of: number): number | null {
  const n = Number(/^\*\/(\d+)$/.exec(field)?.[1]);
  return n > 0 && n < of && of % n === 0 ? n : null;
}

function timesOf(minute: string, hour: string): string | null {
  const at = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  if (at?.length !== 1 || !hours) return null;
  const times = hours.map((it) => `${String(it).padStart(2, '0')}:${String(at[0]).padStart(2, '0')}`);
  return `${listed(times)} UTC`;
}

/** Of a list of numbers; null where it is anything else. */
function numbers(field: string, least: number, most: number): number[] | null {
  if (!/^\d+(,\d+)*$/.test(field)) return null;
  const all = field.split(',').map(Number);
  return all.every((it) => it >= least && it <= most) ? all : null;
}

function weekdays(field: string): string | null {
  const range = /^([0-7])-([0-7])$/.exec(field);
  if (range) return `${DAYS[Number(range[1])]} to ${DAYS[Number(range[2])]}`;
  const days = numbers(field, 0, 7);
  return days && `on ${listed(days.map((it) => `${DAYS[it]}s`))}`;
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
