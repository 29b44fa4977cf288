import type { StrategyName } from '../../../engine/strategies/index.ts';
import { STRATEGIES } from '../../../shared/document.ts';

/** What a planning strategy is called, and what it is after. */
export interface StrategyInfo {
  readonly title: string;
  readonly hint: string;
}

const INFO: Readonly<Record<StrategyName, StrategyInfo>> = {
  strata: { title: 'Strata', hint: 'Moves the fewest bytes: for a first pull and for every update.' },
  nixery: { title: 'Nixery', hint: 'Popularity times size over the dominator tree, as Nixery groups.' },
  'popularity-contest': {
    title: 'Popularity contest',
    hint: 'The most referred paths alone, the rest together.',
  },
  auto: { title: 'Auto (nixpkgs)', hint: 'The layering of dockerTools in nixpkgs.' },
  'per-path': { title: 'A layer a path', hint: 'The largest paths alone, the rest together.' },
  single: { title: 'One layer', hint: 'Everything together: what layering saves you from.' },
};

/** In the order in which they are offered. */
export const OFFERED_STRATEGIES: readonly StrategyName[] = STRATEGIES;

export function strategyInfo(name: StrategyName): StrategyInfo {
  return INFO[name];
}
