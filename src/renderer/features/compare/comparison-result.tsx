import { useMemo } from 'react';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Split } from '../../components/split.tsx';
import styles from './compare-screen.module.css';
import { useCompare } from './compare-state.ts';
import {
  type ChangedPackageRow,
  type ComparedLayer,
  comparedLayers,
  packageRows,
  type Sides,
} from './compare-view.ts';
import { TwoSections } from './two-sections.tsx';

const FATES = { kept: 'kept', repacked: 'repacked', new: 'new', removed: 'gone' } as const;

/** What became of the layers, the packages and the settings. */
export function ComparisonResult({ comparison }: { readonly comparison: Comparison }) {
  const view = useCompare((state) => state.view);
  const sides = useMemo(() => comparedLayers(comparison), [comparison]);
  const packages = useMemo(() => packageRows(comparison), [comparison]);
  const { diff } = comparison;
  const { added, removed, changed, rebuilt } = diff.packages;
  return (
    <>
      <div className={styles.summary}>
        <dl className={styles.facts}>
          <Fact label="to download">
            {formatBytes(diff.download.compressedBytes ?? diff.download.sizeBytes)}
            <small>{diff.download.compressedBytes === undefined ? 'unpacked' : ''}</small>
          </Fact>
          <Fact label="layers kept">
            {diff.layers.kept.length}
            <small>of {diff.after.layers}</small>
          </Fact>
          <Fact label="new">{diff.layers.added.length}</Fact>
          <Fact label="gone">{diff.layers.removed.length}</Fact>
          <Fact label="image">
            {formatBytes(diff.after.sizeBytes)}
            <small>{difference(diff.after.sizeBytes - diff.before.sizeBytes)}</small>
          </Fact>
          <Fact label="packages">
            +{added.length} −{removed.length}
            <small>
              {changed.length} changed, {rebuilt.length} rebuilt
            </small>
          </Fact>
        </dl>
        <span className={styles.space} />
        <Segmented
          label="View"
          value={view}
          options={[
            { value: 'section', title: 'Section' },
            { value: 'table', title: 'Table' },
          ]}
          onChange={(next) => useCompare.setState({ view: next })}
        />
      </div>
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

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function difference(bytes: number): string {
  if (bytes === 0) return 'as before';
  return `${bytes > 0 ? '+' : '−'}${formatBytes(Math.abs(bytes))}`;
}

const PACKAGE_COLUMNS: readonly Column<ChangedPackageRow>[] = [
  {
    id: 'name',
    title: 'Package',
    width: 'minmax(0, 1.4fr)',
    order: ({ name }) => name,
    cell: ({ name }) => name,
  },
  {
    id: 'change',
    title: 'Change',
    width: '74px',
    order: ({ change }) => change,
    cell: ({ change }) => <span data-change={change}>{change}</span>,
  },
  {
    id: 'versions',
    title: 'Version',
    width: 'minmax(0, 1fr)',
    cell: ({ before, after }) => (before === after || before === '' ? after : `${before} → ${after || '–'}`),
  },
];

interface LayerRow extends ComparedLayer {
  readonly side: 'before' | 'after';
}

const LAYER_COLUMNS: readonly Column<LayerRow>[] = [
  { id: 'side', title: 'Image', width: '64px', order: ({ side }) => side, cell: ({ side }) => side },
  {
    id: 'index',
    title: '#',
    width: '44px',
    align: 'end',
    order: ({ index }) => index,
    cell: ({ index }) => index + 1,
  },
  {
    id: 'title',
    title: 'Layer',
    width: 'minmax(0, 1fr)',
    order: ({ title }) => title,
    cell: ({ title }) => title,
  },
  {
    id: 'fate',
    title: 'State',
    width: '96px',
    order: ({ fate }) => fate,
    cell: ({ fate, moved }) => `${FATES[fate]}${moved ? ', moved' : ''}`,
  },
  {
    id: 'twin',
    title: 'Other side',
    width: '76px',
    align: 'end',
    order: ({ twin }) => twin ?? -1,
    cell: ({ twin }) => (twin === null ? '–' : twin + 1),
  },
  {
    id: 'size',
    title: 'Size',
    width: '84px',
    align: 'end',
    order: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => formatBytes(sizeBytes),
  },
];

function LayerTable({ sides }: { readonly sides: Sides }) {
  const rows = [
    ...sides.before.map((layer) => ({ ...layer, side: 'before' as const })),
    ...sides.after.map((layer) => ({ ...layer, side: 'after' as const })),
  ];
  return (
    <div className={styles.tablePane}>
      <DataTable
        name="Layers of both images"
        rows={rows}
        columns={LAYER_COLUMNS}
        rowKey={({ side, index }) => `${side} ${index}`}
      />
    </div>
  );
}
