import { ChevronRight, Grid2x2, ListTree, Rows4 } from 'lucide-react';
import { Fragment } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { nodeOf } from '../../../engine/graph/reach.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Section } from '../../components/section.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { ClosureGate } from '../../inspect/closure-gate.tsx';
import { Inspected } from '../../inspect/inspected.tsx';
import { PathInspector } from '../../inspect/path-inspector.tsx';
import { Legend } from '../../layers/legend.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { withoutVersion } from '../../state/format.ts';
import { selectPath, useUi } from '../../state/ui.ts';
import { dominated, dominatorTrail } from './dominator-hierarchy.ts';
import styles from './dominators-screen.module.css';
import { Tiles } from './tiles.tsx';
import { WeightTree } from './weight-tree.tsx';
import { useWeightView } from './weight-view.ts';

/** What goes if this goes. */
export function DominatorsScreen() {
  return <ClosureGate title="The weight">{(closure) => <Dominators closure={closure} />}</ClosureGate>;
}

function Dominators({ closure }: { readonly closure: Closure }) {
  const { view, zoomedPath } = useWeightView();
  const selectedPath = useUi((state) => state.selectedPath);
  const { root } = closure.dominators;
  const zoomed = zoomedPath === null ? -1 : nodeOf(closure.graph, zoomedPath);
  const from = zoomed < 0 ? root : zoomed;
  const selected = selectedPath === null ? -1 : nodeOf(closure.graph, selectedPath);
  const trail = dominatorTrail(closure, from);
  const zoomTo = (node: number) =>
    useWeightView.setState({ zoomedPath: node === root ? null : itemAt(closure.graph.paths, node) });
  const select = (node: number) => selectPath(node === root ? null : itemAt(closure.graph.paths, node));

  return (
    <Inspected
      id="weight"
      inspector={
        selected >= 0 ? <PathInspector closure={closure} node={selected} /> : <Heaviest closure={closure} />
      }
    >
      <header className={styles.bar}>
        <nav className={styles.trail} aria-label="Zoomed to">
          {trail.map((node, index) => (
            <Fragment key={node}>
              {index > 0 && <ChevronRight size={13} aria-hidden />}
              <button
                type="button"
                aria-current={index === trail.length - 1 ? 'true' : undefined}
                onClick={() => zoomTo(node)}
              >
                {node === root ? 'The image' : withoutVersion(itemAt(closure.names, node))}
                <small>
                  {formatBytes(node === root ? closure.totalBytes : itemAt(closure.dominatedBytes, node))}
                </small>
              </button>
            </Fragment>
          ))}
        </nav>
        <Segmented
          label="View"
          value={view}
          options={[
            { value: 'treemap', title: 'Map', icon: Grid2x2 },
            { value: 'icicle', title: 'Icicle', icon: Rows4 },
            { value: 'tree', title: 'Tree', icon: ListTree },
          ]}
          onChange={(next) => useWeightView.setState({ view: next })}
        />
      </header>
      {view === 'tree' ? (
        <WeightTree key={from} closure={closure} from={from} selected={selected} onSelect={select} />
      ) : (
        <>
          <div className={styles.picture}>
            <Tiles
              closure={closure}
              layout={view}
              from={from}
              selected={selected}
              onSelect={select}
              onZoom={zoomTo}
              onZoomOut={() => zoomTo(trail.at(-2) ?? root)}
            />
          </div>
          <div className={styles.legend}>
            <Legend from={closure.sharingFrom} marked={null} />
            <span>Double click or Enter goes in, Escape goes out.</span>
          </div>
        </>
      )}
    </Inspected>
  );
}

/** What to look at first: what frees the most. */
function Heaviest({ closure }: { readonly closure: Closure }) {
  const { dominators, dominatedBytes, names, graph } = closure;
  return (
    <>
      <Section title="How to read it">
        <p>
          A path lies inside of another if only that one leads to it: it goes if the other goes. What several
          packages share lies directly in the image.
        </p>
      </Section>
      <Section title="What would free the most">
        <ul>
          {dominated(closure, dominators.root)
            .slice(0, 12)
            .map((node) => (
              <li key={node}>
                <button
                  type="button"
                  className={styles.heavy}
                  onClick={() => selectPath(itemAt(graph.paths, node))}
                >
                  <span>{withoutVersion(itemAt(names, node))}</span>
                  <span>{formatBytes(itemAt(dominatedBytes, node))}</span>
                </button>
              </li>
            ))}
        </ul>
      </Section>
    </>
  );
}
