import type { HeldRegion, LegalHold } from '../api/types';
import { count } from './spoken';

/** How a legal hold stands, in a word, and how good that is. */

export type Standing = { word: string; tone: 'good' | 'warn' | 'bad' | 'gone' | 'info' };

export function standing(hold: LegalHold): Standing {
  if (hold.pending === 'release') return { word: 'being released', tone: 'info' };
  switch (hold.status) {
    case 'requested':
      return { word: 'being placed', tone: 'info' };
    case 'failed':
      return { word: 'not placed', tone: 'bad' };
    case 'released':
      return hold.complete || hold.regions.length === 0 ? { word: 'released', tone: 'gone' } : { word: 'released in part', tone: 'warn' };
    case 'in-force':
      if (hold.complete) return { word: 'in force', tone: 'good' };
      // The vault says that it is in force; which objects are held, nobody has told since.
      return hold.regions.length === 0 ? { word: 'in force, not verified', tone: 'warn' } : { word: 'in force in part', tone: 'warn' };
  }
}

/** What became of the objects in a region. */
export function inWords(region: HeldRegion, released: boolean): string {
  const done = released ? `${count(region.changed)} objects released` : `${count(region.changed + region.already)} objects held`;
  const missing = region.failed > 0 ? `, ${count(region.failed)} are not there` : '';
  return `${region.region}: ${done}${missing}${region.problem ? `, ${region.problem}` : ''}`;
}
