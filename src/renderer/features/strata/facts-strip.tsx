import { formatBytes } from '../../../shared/format.ts';
import { BY_CHAIN } from '../../../shared/stores.ts';
import { Fact, FactStrip } from '../../components/fact-strip.tsx';
import type { TakenOver } from '../../layers/holders.ts';
import type { LayeringFacts } from '../../layers/layering-facts.ts';
import type { Baseline } from '../../registry/baseline.ts';
import { costTitle } from './budget-drill.tsx';

const BY_CHAIN_HINT = `${BY_CHAIN[0]?.toUpperCase()}${BY_CHAIN.slice(1)} finds a layer only where all before it are the same.`;

/** Numbers that the ones shown are set against; null where it does not say one. */
export interface NumbersBefore extends Partial<Omit<LayeringFacts, 'largestBytes'>> {
  readonly largestBytes?: number | null;
  /** In a sentence: `the last image`, `30 layers`. */
  readonly title: string;
}

export interface FactsStripProps {
  readonly facts: LayeringFacts;
  readonly budget: number;
  readonly totalBytes: number;
  readonly leastUpdateBytes: number | null;
  readonly baseline: Baseline;
  /** Null where there is nothing to compare with. */
  readonly reference: NumbersBefore | null;
  /** What known images have; null where none are known. */
  readonly taken: TakenOver | null;
  /** What the image comes to in other measures, as it was packed last. */
  readonly packed: string | null;
}

/** The numbers that answer "what would this move". */
export function FactsStrip(props: FactsStripProps) {
  const { facts, budget, totalBytes, leastUpdateBytes, baseline, reference, taken, packed } = props;
  const { layers, newBytes, newLayers, uploadBytes, largestBytes, updateBytes, updateBytesByChain } = facts;
  const { kind, title, layers: there } = baseline;
  const note = (now: number, before: number | null | undefined, write: (value: number) => string) =>
    before === null || before === undefined ? null : difference(now - before, write);
  return (
    <FactStrip>
      <Fact
        value={String(layers)}
        note={note(layers, reference?.layers, String)}
        label={`layers, of at most ${budget}`}
        hint="Layers of packages, as drawn. One more with links, accounts and your own files, the root layer, lies on top."
      />
      <Fact
        value={formatBytes(totalBytes)}
        note={reference === null ? null : difference(0, formatBytes)}
        label="image"
        hint={`All store paths, each counted once, in bytes as Nix counts them (NAR); the same at every budget. ${packed ?? 'Its archives and what they compress to are known once it is packed.'}`}
      />
      {taken !== null && (
        <Fact
          value={String(taken.layers)}
          aside={formatBytes(taken.sizeBytes)}
          label="in known images"
          {...(taken.layers > 0 ? { tone: 'ok' } : {})}
          hint="Layers that known images have, or come to when they are planned along: moved only where they are not yet."
        />
      )}
      {there === undefined ? (
        <Fact
          value="–"
          note={null}
          label="to push: not known"
          hint={`Nobody has asked yet what is at ${title}.`}
        />
      ) : (
        <Fact
          value={formatBytes(newBytes)}
          note={note(newBytes, reference?.newBytes, formatBytes)}
          {...(newBytes === 0 ? { tone: 'ok' } : {})}
          label={there === null ? 'to push, all new' : `to push, ${newLayers} new`}
          hint={`${
            there === null
              ? kind === 'last'
                ? 'No image of this document has been packed yet, so everything is new.'
                : `Nothing is at ${title} yet, so everything is new.`
              : `Layers that are not in ${title} as they are; the root layer comes on top.`
          } Unpacked, in bytes as Nix counts them${uploadBytes === null || newBytes === 0 ? '' : `; about ${formatBytes(uploadBytes)} compressed`}.`}
        />
      )}
      <Fact
        value={formatBytes(largestBytes)}
        note={note(largestBytes, reference?.largestBytes, formatBytes)}
        label="largest layer"
        hint="A client fetches layers side by side: the largest one decides how long it takes."
      />
      {updateBytes !== null && leastUpdateBytes !== null && (
        <Fact
          value={formatBytes(updateBytes)}
          note={note(updateBytes, reference?.updateBytes, formatBytes)}
          label="fetched again per update"
          aside={updateBytesByChain !== null && `${formatBytes(updateBytesByChain)} by overlay2`}
          hint={`${costTitle(updateBytes, leastUpdateBytes)} The curve beside the drill shows this for every budget. ${BY_CHAIN_HINT}`}
        />
      )}
    </FactStrip>
  );
}

function difference(amount: number, write: (value: number) => string): string {
  if (write(Math.abs(amount)) === write(0)) return '±0';
  return `${amount > 0 ? '+' : '−'}${write(Math.abs(amount))}`;
}

/** What a change of the budget did, to be read out. */
export function changeInWords(now: LayeringFacts, before: LayeringFacts): string {
  const part = (title: string, change: number, write: (value: number) => string) => {
    const by = difference(change, write);
    return by === '±0' ? `${title} as before` : `${title} ${by.replace('−', 'minus ').replace('+', 'plus ')}`;
  };
  return [
    `${now.layers} layers`,
    part('to push', now.newBytes - before.newBytes, formatBytes),
    part('largest layer', now.largestBytes - before.largestBytes, formatBytes),
    ...(now.updateBytes === null || before.updateBytes === null
      ? []
      : [part('fetched again per update', now.updateBytes - before.updateBytes, formatBytes)]),
    'image as before',
  ].join(', ');
}
