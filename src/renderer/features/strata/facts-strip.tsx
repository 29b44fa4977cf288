import { formatBytes } from '../../../shared/format.ts';
import { BY_CHAIN } from '../../../shared/stores.ts';
import { Fact, FactStrip } from '../../components/fact-strip.tsx';
import type { TakenOver } from '../../layers/holders.ts';
import type { LastImageFacts, LayeringFacts } from '../../layers/layering-facts.ts';
import { costTitle } from './budget-drill.tsx';

const BY_CHAIN_HINT = `${BY_CHAIN[0]?.toUpperCase()}${BY_CHAIN.slice(1)} finds a layer only where all before it are the same.`;

export interface FactsStripProps {
  readonly facts: LayeringFacts;
  readonly budget: number;
  readonly totalBytes: number;
  readonly leastUpdateBytes: number | null;
  /** Of the last image; null where there is none. */
  readonly before: LastImageFacts | null;
  /** What known images have; null where none are known. */
  readonly taken: TakenOver | null;
}

/** The numbers that answer "what would this move". */
export function FactsStrip({ facts, budget, totalBytes, leastUpdateBytes, before, taken }: FactsStripProps) {
  const { layers, newBytes, newLayers, largestBytes, updateBytes, updateBytesByChain } = facts;
  return (
    <FactStrip>
      <Fact
        value={String(layers)}
        aside={before && difference(layers - before.layers, String)}
        label={`layers of ${budget}`}
        hint="Layers of store paths. The root layer with the links comes on top."
      />
      <Fact value={formatBytes(totalBytes)} label="image" hint="The sum of all store paths, uncompressed." />
      {taken !== null && (
        <Fact
          value={String(taken.layers)}
          aside={formatBytes(taken.sizeBytes)}
          label="in known images"
          {...(taken.layers > 0 ? { tone: 'ok' } : {})}
          hint="Layers that known images have, or come to when they are planned along: moved only where they are not yet."
        />
      )}
      <Fact
        value={formatBytes(newBytes)}
        tone={newBytes === 0 ? 'ok' : 'warn'}
        label={before ? `to push, ${newLayers} new` : 'to push, all new'}
        hint={
          before
            ? 'Layers that the last image does not have as they are. Only these are packed and pushed.'
            : 'No image of this document has been packed yet, so everything is new.'
        }
      />
      <Fact
        value={formatBytes(largestBytes)}
        aside={
          before === null || before.largestBytes === null
            ? null
            : difference(largestBytes - before.largestBytes, formatBytes)
        }
        label="largest layer"
        hint="A client fetches layers side by side: the largest one decides how long it takes."
      />
      {updateBytes !== null && leastUpdateBytes !== null && (
        <Fact
          value={formatBytes(updateBytes)}
          label="an update moves"
          aside={updateBytesByChain !== null && `${formatBytes(updateBytesByChain)} by overlay2`}
          hint={`${costTitle(updateBytes, leastUpdateBytes)} The curve beside the drill shows this for every budget. ${BY_CHAIN_HINT}`}
        />
      )}
    </FactStrip>
  );
}

function difference(amount: number, write: (value: number) => string): string | null {
  if (amount === 0) return null;
  return `${amount > 0 ? '+' : '−'}${write(Math.abs(amount))}`;
}
