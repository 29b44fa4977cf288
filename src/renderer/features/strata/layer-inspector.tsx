import { X } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { formatBytes } from '../../../shared/format.ts';
import { IconButton } from '../../components/button.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { nameAndVersion, withoutVersion } from '../../state/format.ts';
import { selectPath } from '../../state/ui.ts';
import { Facts, Section } from '../inspect/section.tsx';
import { explainLayer } from './explain.ts';
import { useKnownLayer } from './known-layers.ts';
import styles from './layer-inspector.module.css';
import { largestFirst } from './layer-labels.ts';
import type { FactsSource } from './layering-facts.ts';
import { shareInWords } from './share-words.ts';
import { openLayerOf } from './strata-state.ts';

export interface LayerInspectorProps {
  readonly closure: Closure;
  readonly layer: PlannedLayer;
  readonly place: number;
  readonly facts: FactsSource;
  readonly marked: boolean;
  readonly actions?: ReactNode;
}

/** One layer: what is in it, and why these paths are together. */
export function LayerInspector({ closure, layer, place, facts, marked, actions }: LayerInspectorProps) {
  const { names, graph } = closure;
  const nodes = useMemo(() => largestFirst(layer, graph.narSizes), [layer, graph]);
  const known = useKnownLayer(layer);
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
              ? [
                  [
                    'Push',
                    facts.isKept(layer) ? 'kept from the last image' : 'new since the last image',
                  ] as const,
                ]
              : []),
            ...(known ? [['Digest', <code key="digest">{shortDigest(known.digest)}</code>] as const] : []),
          ]}
        />
      </Section>
      <Section title={nodes.length === 1 ? 'Why alone' : 'Why together'}>
        <Why closure={closure} layer={layer} />
      </Section>
      {actions && <Section title="Layering">{actions}</Section>}
      <Section title="Packages">
        <ul className={styles.packages}>
          {nodes.map((node) => {
            const { name, version } = nameAndVersion(names[node]);
            return (
              <li key={node}>
                <button
                  type="button"
                  className={styles.package}
                  onClick={() => selectPath(graph.paths[node])}
                >
                  <span className={styles.name}>
                    {name} <small>{version}</small>
                  </span>
                  <span className={styles.size}>{formatBytes(graph.narSizes[node])}</span>
                  <i
                    className={styles.bar}
                    style={{ width: `${(100 * graph.narSizes[node]) / graph.narSizes[nodes[0]]}%` }}
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

function Why({ closure, layer }: { readonly closure: Closure; readonly layer: PlannedLayer }) {
  const { names, dominators } = closure;
  const { heads, headBytes, whole, neededBy } = useMemo(() => explainLayer(closure, layer), [closure, layer]);
  const nameOf = (node: number) => withoutVersion(names[node]);
  const needs =
    neededBy.length === 1 ? (
      <>
        Only <strong>{nameOf(neededBy[0])}</strong> needs it.
      </>
    ) : (
      <>
        {neededBy.length} packages of this image need it: {neededBy.slice(0, 4).map(nameOf).join(', ')}
        {neededBy.length > 4 && ` and ${neededBy.length - 4} more`}.
      </>
    );
  if (layer.nodes.length === 1) {
    const alone = dominators.parents[layer.nodes[0]] === dominators.root;
    return (
      <p>
        {needs}{' '}
        {alone && neededBy.length > 1 && 'No single one of them leads to it, so it changes on its own.'}
      </p>
    );
  }
  if (heads.length === 1) {
    const head = nameOf(heads[0]);
    return (
      <p>
        Only <strong>{head}</strong> leads to the rest of this layer
        {whole ? `: all of it goes if ${head} goes, and` : ', and'} an update to any of it rebuilds {head}.{' '}
        {needs}
      </p>
    );
  }
  return (
    <>
      <p>The budget asks for fewer layers, so {heads.length} groups share this one:</p>
      <ul className={styles.heads}>
        {heads.slice(0, 8).map((head) => (
          <li key={head}>
            <strong>{nameOf(head)}</strong> and what only it leads to ·{' '}
            {formatBytes(headBytes.get(head) ?? 0)}
          </li>
        ))}
        {heads.length > 8 && <li>and {heads.length - 8} more</li>}
      </ul>
    </>
  );
}
