import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { LayerExplanation } from '../../../engine/strategies/explain.ts';
import type { StrategyName } from '../../../engine/strategies/index.ts';
import { formatBytes } from '../../../shared/format.ts';
import { exposureInWords, reasonInWords, updateInWords } from '../../../shared/layer-reasons.ts';
import { holdersInWords } from '../../../shared/layer-sharing.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Facts, Section } from '../../components/section.tsx';
import { type HoldersOf, heldInWords } from '../../layers/holders.ts';
import { largestFirst } from '../../layers/layer-labels.ts';
import type { FactsSource } from '../../layers/layering-facts.ts';
import { rootsNeeding } from '../../layers/needed-by.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { nameAndVersion, withoutVersion } from '../../state/format.ts';
import { selectPath } from '../../state/ui.ts';
import { useCachedLayer } from './cached-layers.ts';
import styles from './layer-inspector.module.css';
import { shareInWords } from './share-words.ts';
import { openLayerOf } from './strata-state.ts';

export interface LayerInspectorProps {
  readonly closure: Closure;
  readonly layer: PlannedLayer;
  readonly place: number;
  readonly facts: FactsSource;
  readonly marked: boolean;
  /** null where no images are known. */
  readonly holders: HoldersOf | null;
  /** Of the layer, from what planned it; null where the closure is too large. */
  readonly explanation: LayerExplanation | null;
  readonly strategy: StrategyName;
}

/** One layer: what is in it, why these paths are together, and what an update to each would move. */
export function LayerInspector(props: LayerInspectorProps) {
  const { closure, layer, place, facts, marked, holders, explanation, strategy } = props;
  const held = holders?.(layer) ?? [];
  const { names, graph } = closure;
  const nodes = useMemo(() => largestFirst(layer, graph.narSizes), [layer, graph]);
  const known = useCachedLayer(layer);
  const share = facts.share(layer);
  return (
    <div className={styles.inspector}>
      <header className={styles.header}>
        <h2>Layer {place}</h2>
        <IconButton icon={X} size={15} label="Close the layer" onClick={() => openLayerOf(null)} />
      </header>
      <Section title="What it is">
        <Facts
          facts={[
            ['Size', formatBytes(layer.sizeBytes)],
            [
              'Compressed',
              known ? `${formatBytes(known.compressedBytes)} · packed already` : 'not packed yet',
            ],
            ['Paths', String(nodes.length)],
            ['Shared', shareInWords(share)],
            ...(marked
              ? [['Push', facts.isKept(layer) ? 'there already, not moved' : 'new, moved by a push'] as const]
              : []),
            ...(held.length > 0 ? [['Known', heldInWords(held)] as const] : []),
            ...(known ? [['Digest', <code key="digest">{shortDigest(known.digest)}</code>] as const] : []),
          ]}
        />
      </Section>
      <Section title={nodes.length === 1 ? 'Why alone' : 'Why together'}>
        {explanation === null ? (
          <p>
            The closure is too large to explain while you look: <code>strata explain</code> does, in a
            terminal.
          </p>
        ) : (
          <Why closure={closure} explanation={explanation} strategy={strategy} />
        )}
        {held.length > 0 && <p className={styles.holders}>{holdersInWords(held)}</p>}
      </Section>
      {explanation !== null && (
        <Section title="What updates move">
          <Updates key={layer.nodes[0]} closure={closure} explanation={explanation} />
        </Section>
      )}
      <Section title="Packages">
        <ul className={styles.packages}>
          {nodes.map((node) => {
            const { name, version } = nameAndVersion(itemAt(names, node));
            return (
              <li key={node}>
                <button
                  type="button"
                  className={styles.package}
                  onClick={() => selectPath(itemAt(graph.paths, node))}
                >
                  <span className={styles.name}>
                    {name} <small>{version}</small>
                  </span>
                  <span className={styles.size}>{formatBytes(itemAt(graph.narSizes, node))}</span>
                  <i
                    className={styles.bar}
                    style={{
                      width: `${(100 * itemAt(graph.narSizes, node)) / itemAt(graph.narSizes, itemAt(nodes, 0))}%`,
                    }}
                  />
                </button>
              </li>
            );
          })}
        </ul>
      </Section>
    </div>
  );
}

function shortDigest(digest: string): string {
  return `${digest.slice(0, 15)}…${digest.slice(-4)}`;
}

interface WhyProps {
  readonly closure: Closure;
  readonly explanation: LayerExplanation;
  readonly strategy: StrategyName;
}

/** The sentence that `strata explain` prints, and which packages of the image need the layer. */
function Why({ closure, explanation, strategy }: WhyProps) {
  const { names } = closure;
  const { layer, reason } = explanation;
  const neededBy = useMemo(() => rootsNeeding(closure, layer.nodes), [closure, layer]);
  const nameOf = (node: number) => withoutVersion(itemAt(names, node));
  return (
    <>
      <p>{reasonInWords(reason, strategy, nameOf)}</p>
      <p className={styles.aside}>
        {neededBy.length === 1
          ? `Only ${nameOf(itemAt(neededBy, 0))} needs it.`
          : `${neededBy.length} packages of this image need it: ${neededBy.slice(0, MOST_NAMES).map(nameOf).join(', ')}${
              neededBy.length > MOST_NAMES ? ` and ${neededBy.length - MOST_NAMES} more` : ''
            }.`}
      </p>
    </>
  );
}

const MOST_NAMES = 4;
const MOST_UPDATES = 5;

/** What an update of each path of the layer would move, the worst first. */
function Updates({ closure, explanation }: Pick<WhyProps, 'closure' | 'explanation'>) {
  const [all, setAll] = useState(false);
  const { updates } = explanation;
  const shown = all ? updates : updates.slice(0, MOST_UPDATES);
  return (
    <>
      <p>{exposureInWords(explanation)}</p>
      <ul className={styles.updates} aria-label="Updates">
        {shown.map((update) => (
          <li key={update.node}>
            <strong>{withoutVersion(itemAt(closure.names, update.node))}</strong> {updateInWords(update)}
          </li>
        ))}
      </ul>
      {updates.length > MOST_UPDATES && (
        <Button small aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${updates.length - MOST_UPDATES} more`}
        </Button>
      )}
    </>
  );
}
