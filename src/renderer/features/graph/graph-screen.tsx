import { Maximize, Minus, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type Sigma from 'sigma';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { nodeOf } from '../../../engine/graph/reach.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { Section } from '../../components/section.tsx';
import { ClosureGate } from '../../inspect/closure-gate.tsx';
import { Inspected } from '../../inspect/inspected.tsx';
import { PathInspector } from '../../inspect/path-inspector.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { usePlan } from '../../state/closure/use-plan.ts';
import { documentTitle, useOpen } from '../../state/document/store.ts';
import { selectPath, useUi } from '../../state/ui.ts';
import { fitAll, showNodes } from './camera.ts';
import { whyFocus } from './focus.ts';
import styles from './graph-screen.module.css';
import { GraphTable } from './graph-table.tsx';
import { GraphToolbar } from './graph-toolbar.tsx';
import { useGraphView } from './graph-view.ts';
import { nodeColours, nodeRadii } from './node-look.ts';
import { SigmaCanvas } from './sigma-canvas.tsx';

/** What refers to what, and why each path is here. */
export function GraphScreen() {
  return <ClosureGate title="The graph">{(closure) => <Graph closure={closure} />}</ClosureGate>;
}

function Graph({ closure }: { readonly closure: Closure }) {
  const open = useOpen();
  const document = open.history.present;
  const plan = usePlan(document);
  const { budget } = document.layering;
  const { layout, sizeBy, colourBy, minBytes, layerOf, view } = useGraphView();
  const { selectedPath, dark, reducedMotion } = useUi();
  const selected = selectedPath === null ? -1 : nodeOf(closure.graph, selectedPath);
  const [sigma, setSigma] = useState<Sigma | null>(null);

  const radii = useMemo(() => nodeRadii(closure, sizeBy), [closure, sizeBy]);
  const { colours, key } = useMemo(
    () => nodeColours(closure, colourBy, dark ? 'dark' : 'light', plan, budget),
    [closure, colourBy, dark, plan, budget],
  );
  const layers = useMemo(() => plan?.layers(budget) ?? [], [plan, budget]);
  const onlyLayer = useMemo(() => {
    const node = layerOf === null ? -1 : nodeOf(closure.graph, layerOf);
    return layers.find(({ nodes }) => nodes.includes(node)) ?? null;
  }, [closure, layerOf, layers]);
  const shown = useMemo(() => {
    const inside = onlyLayer && new Set(onlyLayer.nodes);
    return (node: number) => itemAt(closure.graph.narSizes, node) >= minBytes && (inside?.has(node) ?? true);
  }, [closure, minBytes, onlyLayer]);
  const focus = useMemo(() => (selected < 0 ? null : whyFocus(closure, selected)), [closure, selected]);
  const nodes = useMemo(
    () => Array.from({ length: closure.graph.size }, (_, node) => node).filter(shown),
    [closure, shown],
  );

  const select = (node: number | null) =>
    selectPath(node === null ? null : itemAt(closure.graph.paths, node));
  const find = (node: number) => {
    select(node);
    if (sigma !== null) showNodes(sigma, whyFocus(closure, node).nodes, reducedMotion);
  };

  return (
    <Inspected
      id="graph"
      inspector={
        selected >= 0 ? (
          <PathInspector closure={closure} node={selected} />
        ) : (
          <Section title="The closure">
            <p>
              {count(closure.graph.size, 'path')}, {count(closure.graph.references.length, 'reference')},{' '}
              {formatBytes(closure.totalBytes)}.{' '}
              {nodes.length < closure.graph.size && `${formatCount(nodes.length)} shown.`}
            </p>
            <p className={styles.hint}>
              Point at a path to see what it is connected to. Choose one to see every shortest way that leads
              to it from the packages you asked for.
            </p>
          </Section>
        )
      }
    >
      <GraphToolbar
        closure={closure}
        layers={layers}
        onlyLayer={onlyLayer}
        sigma={sigma}
        shown={shown}
        name={documentTitle(open)}
        onFind={find}
      />
      {view === 'table' ? (
        <GraphTable closure={closure} nodes={nodes} selected={selected} onSelect={select} />
      ) : (
        <div className={styles.canvas}>
          <ErrorBoundary fallback={noPicture}>
            <SigmaCanvas
              closure={closure}
              layout={layout}
              radii={radii}
              colours={colours}
              shown={shown}
              selected={selected}
              focus={focus}
              onSelect={select}
              onReady={setSigma}
            />
          </ErrorBoundary>
          <Zoom sigma={sigma} />
        </div>
      )}
      {view === 'graph' && (
        <ul className={styles.key} aria-label="Colours">
          {key.map(({ title, colour }) => (
            <li key={title}>
              <i style={{ background: colour }} /> {title}
            </li>
          ))}
        </ul>
      )}
    </Inspected>
  );
}

/** How near the picture is. */
function Zoom({ sigma }: { readonly sigma: Sigma | null }) {
  const reducedMotion = useUi((state) => state.reducedMotion);
  const duration = { duration: reducedMotion ? 1 : 160 };
  return (
    <div className={styles.zoom}>
      <IconButton
        icon={Plus}
        side="left"
        label="Zoom in"
        onClick={() => void sigma?.getCamera().animatedZoom(duration)}
      />
      <IconButton
        icon={Minus}
        side="left"
        label="Zoom out"
        onClick={() => void sigma?.getCamera().animatedUnzoom(duration)}
      />
      <IconButton
        icon={Maximize}
        side="left"
        label="Show all"
        onClick={() => sigma && fitAll(sigma, reducedMotion)}
      />
    </div>
  );
}

/** The picture is drawn with WebGL, which not every machine has. */
function noPicture() {
  return (
    <EmptyState
      title="The graph cannot be drawn here"
      actions={<Button onClick={() => useGraphView.setState({ view: 'table' })}>Show the table</Button>}
    >
      It needs WebGL, which this window does not have. The table lists the same paths.
    </EmptyState>
  );
}
