import type { ReactNode } from 'react';
import type { OpenedImage, OpenedLayer } from '../../../shared/contract/opened.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Split } from '../../components/split.tsx';
import { Tip } from '../../components/tip.tsx';
import { FileTree } from '../files/file-tree.tsx';
import styles from './open-screen.module.css';
import { useOpened } from './open-state.ts';
import { layerTitle, percent, type WasteRow, wasteRows } from './opened-words.ts';

/** What is in an image: its layers, their files, and what of it nobody needs. */
export function OpenedView({ image }: { readonly image: OpenedImage }) {
  const { view, layer } = useOpened();
  const { waste, layers, platform, notices } = image;
  const compressedBytes = layers.reduce((sum, { compressedBytes: bytes }) => sum + bytes, 0);
  const shown = layer === null ? null : (layers[layer] ?? null);
  return (
    <>
      <div className={styles.summary}>
        <dl className={styles.facts}>
          <Fact label="layers" hint={image.digest}>
            {layers.length}
          </Fact>
          <Fact label="to download" hint="The blobs of all layers.">
            {formatBytes(compressedBytes)}
          </Fact>
          <Fact label="files" hint="Contents of all files in all layers.">
            {formatBytes(waste.shippedBytes)}
          </Fact>
          <Fact
            label="efficiency"
            hint="Bytes that a container sees, each contents counted once, of all bytes in the layers."
          >
            {percent(waste.efficiency)}
          </Fact>
          <Fact label="as dive counts" hint="Only paths that several layers have count as waste.">
            {percent(image.diveEfficiency)}
          </Fact>
          <Fact label="superseded" hint="In a layer, but replaced or removed by one above it.">
            {formatBytes(waste.supersededBytes)}
          </Fact>
          <Fact label="duplicates" hint="The same contents under several names.">
            {formatBytes(waste.duplicateBytes)}
          </Fact>
          <Fact label="platform" hint={image.mediaType}>
            {platform.os}/{platform.architecture}
          </Fact>
        </dl>
        <span className={styles.space} />
        <Segmented
          label="View"
          value={view}
          options={[
            { value: 'files', title: 'Files' },
            { value: 'waste', title: 'Waste' },
            { value: 'config', title: 'Config' },
          ]}
          onChange={(next) => useOpened.setState({ view: next })}
        />
      </div>
      {notices.length > 0 && (
        <details className={styles.notices}>
          <summary>{count(notices.length, 'notice')}</summary>
          <ul>
            {notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </details>
      )}
      {view === 'config' ? (
        <div className={styles.pane}>
          <JsonView value={image.config} name="Configuration" />
        </div>
      ) : view === 'waste' ? (
        <div className={styles.pane}>
          <WasteTable image={image} />
        </div>
      ) : (
        <Split id="open" panes={[{ id: 'layers' }, { id: 'files', size: 520, min: 300, max: 900 }]}>
          <div className={styles.layers}>
            <DataTable
              name="Layers of the image"
              rows={layers}
              columns={LAYER_COLUMNS}
              rowKey={({ index }) => String(index)}
              isSelected={({ index }) => index === layer}
              onSelect={({ index }) => useOpened.setState({ layer: index === layer ? null : index })}
            />
            {shown !== null && <LayerDetail layer={shown} />}
          </div>
          <FileTree
            key={`${image.image} ${layer}`}
            image={image.image}
            layer={layer}
            title={shown === null ? 'the whole image' : `layer ${shown.index + 1}`}
          />
        </Split>
      )}
    </>
  );
}

interface FactProps {
  readonly label: string;
  readonly hint: string;
  readonly children: ReactNode;
}

function Fact({ label, hint, children }: FactProps) {
  return (
    <Tip text={hint}>
      <div className={styles.fact}>
        <dt>{label}</dt>
        <dd>{children}</dd>
      </div>
    </Tip>
  );
}

const LAYER_COLUMNS: readonly Column<OpenedLayer>[] = [
  {
    id: 'index',
    title: '#',
    width: '40px',
    align: 'end',
    order: ({ index }) => index,
    cell: ({ index }) => index + 1,
  },
  { id: 'title', title: 'Made by', width: 'minmax(0, 1fr)', order: layerTitle, cell: layerTitle },
  {
    id: 'paths',
    title: 'Store paths',
    width: '92px',
    align: 'end',
    order: ({ storePaths }) => storePaths.length,
    cell: ({ storePaths }) => storePaths.length || '–',
  },
  {
    id: 'entries',
    title: 'Entries',
    width: '76px',
    align: 'end',
    order: ({ entries }) => entries,
    cell: ({ entries }) => entries,
  },
  {
    id: 'size',
    title: 'Size',
    width: '84px',
    align: 'end',
    order: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => formatBytes(sizeBytes),
  },
  {
    id: 'blob',
    title: 'Blob',
    width: '84px',
    align: 'end',
    order: ({ compressedBytes }) => compressedBytes,
    cell: ({ compressedBytes }) => formatBytes(compressedBytes),
  },
];

function LayerDetail({ layer }: { readonly layer: OpenedLayer }) {
  const { index, digest, history, storePaths, whiteouts, whiteoutCount } = layer;
  return (
    <section className={styles.detail} aria-label={`Layer ${index + 1}`}>
      <p>
        <code>{digest}</code>
      </p>
      {history !== null && <pre>{history}</pre>}
      {whiteoutCount > 0 && (
        <>
          <h3>{count(whiteoutCount, 'path')} taken away</h3>
          <ul>
            {whiteouts.map((path) => (
              <li key={path}>/{path}</li>
            ))}
          </ul>
        </>
      )}
      {storePaths.length > 0 && (
        <>
          <h3>{count(storePaths.length, 'store path')}</h3>
          <ul>
            {storePaths.map(({ path, sizeBytes }) => (
              <li key={path}>
                <span>{path}</span>
                <span>{formatBytes(sizeBytes)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const WASTE_COLUMNS: readonly Column<WasteRow>[] = [
  {
    id: 'bytes',
    title: 'Wasted',
    width: '90px',
    align: 'end',
    order: ({ wastedBytes }) => wastedBytes,
    cell: ({ wastedBytes }) => formatBytes(wastedBytes),
  },
  { id: 'path', title: 'Path', width: 'minmax(0, 1fr)', order: ({ path }) => path, cell: ({ path }) => path },
  { id: 'why', title: 'Why', width: 'minmax(0, 0.8fr)', order: ({ why }) => why, cell: ({ why }) => why },
];

function WasteTable({ image }: { readonly image: OpenedImage }) {
  return (
    <DataTable
      name="Wasted bytes"
      rows={wasteRows(image)}
      columns={WASTE_COLUMNS}
      rowKey={({ id }) => id}
      initialSort={{ column: 'bytes', direction: -1 }}
      empty="Every byte is needed: nothing is replaced, removed or there twice."
    />
  );
}
