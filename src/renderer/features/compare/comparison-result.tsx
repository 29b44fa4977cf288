import { useMemo } from 'react';
import { nodeOf } from '../../../engine/graph/reach.ts';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { BY_CHAIN, BY_DIGEST } from '../../../shared/stores.ts';
import { bytesColumn, numberColumn, placeColumn, textColumn } from '../../components/columns.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Fact, FactStrip } from '../../components/fact-strip.tsx';
import { Split } from '../../components/split.tsx';
import { ResultHead, ResultPane } from '../../locations/image-task.tsx';
import { useClosure } from '../../state/closure/store.ts';
import styles from './compare-screen.module.css';
import { useCompare } from './compare-state.ts';
import {
  type ChangedPackageRow,
  type ComparedLayer,
  comparedLayers,
  FATES,
  packageRows,
  type Sides,
} from './compare-view.ts';
import { TwoSections } from './two-sections.tsx';

/** What became of the layers, the packages and the settings. */
export function ComparisonResult({ comparison }: { readonly comparison: Comparison }) {
  const view = useCompare((state) => state.view);
  const closure = useClosure((state) => state.closure);
  const sides = useMemo(() => {
    // Largest first, as everywhere, as far as the sizes of paths are known here.
    const bytesOf = (path: string) => closure?.graph.narSizes[nodeOf(closure.graph, path)] ?? 0;
    return comparedLayers(comparison, bytesOf);
  }, [comparison, closure]);
  const packages = useMemo(() => packageRows(comparison), [comparison]);
  const { diff } = comparison;
  const { added, removed, changed, rebuilt } = diff.packages;
  return (
    <>
      <ResultHead
        facts={
          <FactStrip>
            <Fact
              label="to download"
              value={formatBytes(diff.download.compressedBytes)}
              hint={`Blobs, compressed, that a client with the image before does not have, by ${BY_DIGEST}; ${formatBytes(diff.download.sizeBytes)} unpacked.`}
            />
            <Fact
              label={`by ${BY_CHAIN}`}
              value={formatBytes(diff.downloadByChain.compressedBytes)}
              hint="It finds a layer only where all layers before it are the same."
            />
            <Fact label="layers kept" value={diff.layers.kept.length} aside={`of ${diff.after.layers}`} />
            <Fact label="new" value={diff.layers.added.length} />
            <Fact label="gone" value={diff.layers.removed.length} />
            <Fact
              label="image"
              value={formatBytes(diff.after.sizeBytes)}
              aside={difference(diff.after.sizeBytes - diff.before.sizeBytes)}
              hint={`Both sides in the bytes of their unpacked layer archives (tar), root layers included: ${formatBytes(diff.before.sizeBytes)} before, ${formatBytes(diff.after.sizeBytes)} after.`}
            />
            <Fact
              label="packages"
              value={packages.length === 0 ? 'the same' : `+${added.length} −${removed.length}`}
              aside={packages.length > 0 && `${changed.length} changed, ${rebuilt.length} rebuilt`}
            />
          </FactStrip>
        }
        value={view}
        options={[
          { value: 'section', title: 'Section' },
          { value: 'table', title: 'Table' },
        ]}
        onChange={(next) => useCompare.setState({ view: next })}
      />
      <Split id="compare" panes={[{ id: 'layers' }, { id: 'packages', size: 400, min: 260, max: 640 }]}>
        {view === 'section' ? (
          <TwoSections
            sides={sides}
            names={{ before: comparison.before.name, after: comparison.after.name }}
          />
        ) : (
          <LayerTable sides={sides} />
        )}
        <aside className={styles.changes} aria-label="Changes">
          <h2>{packages.length === 0 ? 'The same packages' : count(packages.length, 'changed package')}</h2>
          {packages.length > 0 && (
            <DataTable
              name="Changed packages"
              rows={packages}
              columns={PACKAGE_COLUMNS}
              rowKey={({ id }) => id}
            />
          )}
          <h2>
            {diff.config.length === 0 ? 'The same settings' : count(diff.config.length, 'changed setting')}
          </h2>
          <dl className={styles.settings}>
            {diff.config.map(({ member, before, after }) => (
              <div key={member}>
                <dt>{member}</dt>
                <dd>
                  {before !== null && <del>{before}</del>}
                  {after !== null && <ins>{after}</ins>}
                </dd>
              </div>
            ))}
          </dl>
        </aside>
      </Split>
    </>
  );
}

function difference(bytes: number): string {
  if (bytes === 0) return 'as before';
  return `${bytes > 0 ? '+' : '−'}${formatBytes(Math.abs(bytes))}`;
}

const PACKAGE_COLUMNS: readonly Column<ChangedPackageRow>[] = [
  textColumn('name', 'Package', 'minmax(110px, 1.4fr)', ({ name }) => name),
  textColumn('change', 'Change', '74px', ({ change }) => change),
  {
    id: 'versions',
    title: 'Version',
    width: 'minmax(90px, 1fr)',
    cell: ({ before, after }) => (before === after || before === '' ? after : `${before} → ${after || '–'}`),
  },
];

interface LayerRow extends ComparedLayer {
  readonly side: 'before' | 'after';
}

const LAYER_COLUMNS: readonly Column<LayerRow>[] = [
  textColumn('side', 'Image', '64px', ({ side }) => side),
  placeColumn(({ index }) => index),
  textColumn('title', 'Layer', 'minmax(130px, 1fr)', ({ title }) => title),
  textColumn('fate', 'State', '96px', ({ fate, moved }) => `${FATES[fate]}${moved ? ', moved' : ''}`),
  numberColumn(
    'twin',
    'Other side',
    '76px',
    ({ twin }) => (twin ?? -1) + 1,
    (place) => (place === 0 ? '–' : `${place}`),
  ),
  bytesColumn('size', 'Size', '84px', ({ sizeBytes }) => sizeBytes),
];

function LayerTable({ sides }: { readonly sides: Sides }) {
  const rows = useMemo(
    () =>
      (['before', 'after'] as const).flatMap((side) =>
        sides[side].map((layer): LayerRow => ({ ...layer, side })),
      ),
    [sides],
  );
  return (
    <ResultPane>
      <DataTable
        name="Layers of both images"
        rows={rows}
        columns={LAYER_COLUMNS}
        rowKey={({ side, index }) => `${side} ${index}`}
      />
    </ResultPane>
  );
}
