/** How far back alerts are looked at, in days; 0: all of them. */
export const DAYS = [1, 7, 30, 0] as const;
export type Days = (typeof DAYS)[number];

/** From when on: the same for an hour, so that it is the same question for a while; null: no beginning. */
export function alertsSince(days: Days, hour: number): string | null {
  return days === 0 ? null : new Date((hour - days * 24) * 3_600_000).toISOString();
}
