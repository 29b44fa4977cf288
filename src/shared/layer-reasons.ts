import type { LayerExplanation, LayerReason, PathUpdate } from '../engine/strategies/explain.ts';
import type { StrategyName } from '../engine/strategies/index.ts';
import { count, formatBytes } from './format.ts';
import { BY_CHAIN } from './stores.ts';

const BY_STRATEGY: Readonly<Record<StrategyName, string>> = {
  strata: 'The strategy strata put it together.',
  nixery:
    'Only one path leads to the rest of it, or the budget joined the groups of least popularity times size.',
  'popularity-contest':
    'One of the paths with most ways to it, or all that the budget has no more layers for.',
  auto: 'The same big paths depend on all of it.',
  'per-path': 'One of the biggest paths, or all that the budget has no more layers for.',
  single: 'This strategy makes one layer.',
};

/** Why the paths of a layer are together, in a sentence. Command line and window say it alike. */
export function reasonInWords(
  reason: LayerReason,
  strategy: StrategyName,
  nameOf: (node: number) => string,
): string {
  switch (reason.kind) {
    case 'alone':
      return reason.sharedChance >= 0.5
        ? 'Alone, because other images are likely to have it too: they share the layer as long as nothing else is in it.'
        : 'Alone, because in a layer with others it would move with their updates.';
    case 'pinned':
      return 'Pinned to a layer of its own.';
    case 'kept-together':
      return 'Kept together as asked for.';
    case 'volatile':
      return 'Marked as changing with every build, so it comes last.';
    case 'hint-given-up':
      return 'The budget is too small for what was pinned or marked volatile here.';
    case 'reused':
      return 'Taken over as it is from an image that has it already.';
    case 'planned-along':
      return 'An image that is planned along needs the same paths.';
    case 'tools':
      return 'Requested tools bring these along; other images with the same tools come to the same layer.';
    case 'companions':
      return `Small paths that ${nameOf(reason.host)} brings along wherever it is.`;
    case 'merged':
      return 'Merged: of all layers that could share one, these make updates move the fewest bytes more.';
    case 'strategy':
      return BY_STRATEGY[strategy];
  }
}

/** Which updates change a layer, and what they move on average, in a sentence. */
export function exposureInWords({ layer, exposure, commonExposure, ...expected }: LayerExplanation): string {
  const average =
    `${formatBytes(expected.expectedBytes)} an update on average ` +
    `(${formatBytes(expected.expectedByChainBytes)} by ${BY_CHAIN})`;
  if (exposure === 1) return `Changes with its own updates only: ${average}.`;
  if (layer.nodes.length === 1) return `Changes with an update of any of ${exposure} paths: ${average}.`;
  return (
    `Changes with an update of any of ${exposure} paths, ${commonExposure || 'none'} of which change all of it: ` +
    `${average}, and ${formatBytes(expected.expectedApartBytes)} if each path were a layer.`
  );
}

/** What an update of a path moves, without a verb of its own: `moves 9.1 MB in 4 layers; …`. */
export function updateInWords({
  movedBytes,
  movedByChainBytes,
  changedLayers,
  changedBytes,
}: PathUpdate): string {
  return (
    `moves ${formatBytes(movedBytes)} in ${count(changedLayers, 'layer')} ` +
    `(${formatBytes(movedByChainBytes)} by ${BY_CHAIN}); ` +
    `the paths that change have ${formatBytes(changedBytes)}`
  );
}
