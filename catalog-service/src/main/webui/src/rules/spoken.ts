/** Durations, sizes and counts as people say them. */

const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** In the two largest units: `4 min 5 s`. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  const [unit, size] = UNITS[first]!;
  const many = Math.floor(whole / size);
  const smaller = UNITS[first + 1];
  const rest = smaller ? Math.floor((whole % size) / smaller[1]) : 0;
  return rest === 0 ? `${many} ${unit}` : `${many} ${unit} ${rest} ${smaller![0]}`;
}

/** As a clock shows it: `0:07`, `4:05`, `1:02:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function count(many: number): string {
  return many.toLocaleString('en-US');
}

/** With what is counted: `1 table`, `2 tables`. */
export function counted(many: number, one: string): string {
  return `${count(many)} ${one}${many === 1 ? '' : 's'}`;
}

/** Never rounds up to 100 %: one failure in a thousand is to be seen. */
export function percent(share: number): string {
  if (share >= 1) return '100 %';
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Seconds of an ISO-8601 duration of days and smaller, such as `PT1M2.5S`; null when it is none. */
export function isoSeconds(text: string): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) return null;
  const [d, h, m, s] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return d * 86_400 + h * 3_600 + m * 60 + s;
}
