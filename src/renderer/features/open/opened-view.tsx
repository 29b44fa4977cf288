import { useMemo } from 'react';
import { formatPlatform } from '../../../engine/oci/platform.ts';
import type { OpenedImage, OpenedLayer } from '../../../shared/contract/opened.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { bytesColumn, numberColumn, placeColumn, textColumn } from '../../components/columns.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Fact, FactStrip } from '../../components/fact-strip.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Split } from '../../components/split.tsx';
import { FileTree } from '../../file-tree/file-tree.tsx';
import { ResultHead, ResultPane } from '../../locations/image-task.tsx';
import styles from './open-screen.module.css';
import { useOpened } from './open-state.ts';
import { layerTitle, percent, type WasteRow, wasteRows } from './opened-words.ts';

/** What is in an image: its layers, their files, and what of it nobody needs. */
export function OpenedView({ image }: { readonly image: OpenedImage }) {
  const { view, layer } = useOpened();
  const { waste, layers, platform, notices } = image;
  const compressedBytes = layers.reduce((sum, { compressedBytes: bytes }) => sum + bytes, 0);
  const rawBytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const shown = layer === null ? null : (layers[layer] ?? null);
  return (
    <>
      <ResultHead
        facts={
          <FactStrip>
            <Fact label="layers" value={layers.length} hint={image.digest} />
            <Fact
              label="to download"
              value={formatBytes(compressedBytes)}
              hint="The blobs of all layers, compressed."
            />
            <Fact label="unpacked" value={formatBytes(rawBytes)} hint="The archives (tar) of all layers." />
            <Fact
              label="files"
              value={formatBytes(waste.shippedBytes)}
              hint="Contents of all files in all layers."
            />
            <Fact
              label="efficiency"
              value={percent(waste.efficiency)}
              hint="Bytes that a container sees, each contents counted once, of all bytes in the layers."
            />
            <Fact
              label="as dive counts"
              value={percent(image.diveEfficiency)}
              hint="Only paths that several layers have count as waste."
            />
            <Fact
              label="superseded"
              value={formatBytes(waste.supersededBytes)}
              hint="In a layer, but replaced or removed by one above it."
            />
            <Fact
              label="duplicates"
              value={formatBytes(waste.duplicateBytes)}
              hint="The same contents under several names."
            />
            <Fact label="platform" value={formatPlatform(platform)} hint={image.mediaType} />
          </FactStrip>
        }
        value={view}
        options={[
          { value: 'files', title: 'Files' },
          { value: 'waste', title: 'Waste' },
          { value: 'config', title: 'Config' },
        ]}
        onChange={(next) => useOpened.setState({ view: next })}
      />
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
        <ResultPane>
          <JsonView value={image.config} name="Configuration" />
        </ResultPane>
      ) : view === 'waste' ? (
        <ResultPane>
          <WasteTable image={image} />
        </ResultPane>
      ) : (
        <Split
          id="open"
          panes={[
            { id: 'layers', min: 340 },
            { id: 'files', size: 520, min: 300, max: 900 },
          ]}
        >
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

const LAYER_COLUMNS: readonly Column<OpenedLayer>[] = [
  placeColumn(({ index }) => index),
  textColumn('title', 'Made by', 'minmax(140px, 1fr)', layerTitle),
  numberColumn(
    'paths',
    'Store paths',
    '92px',
    ({ storePaths }) => storePaths.length,
    (paths) => (paths === 0 ? '–' : formatCount(paths)),
  ),
  numberColumn('entries', 'Entries', '76px', ({ entries }) => entries),
  bytesColumn('size', 'Size', '84px', ({ sizeBytes }) => sizeBytes),
  bytesColumn('blob', 'Blob', '84px', ({ compressedBytes }) => compressedBytes),
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
  bytesColumn('bytes', 'Wasted', '90px', ({ wastedBytes }) => wastedBytes),
  textColumn('path', 'Path', 'minmax(200px, 1fr)', ({ path }) => path),
  textColumn('why', 'Why', 'minmax(180px, 0.8fr)', ({ why }) => why),
];

function WasteTable({ image }: { readonly image: OpenedImage }) {
  const rows = useMemo(() => wasteRows(image), [image]);
  return (
    <DataTable
      name="Wasted bytes"
      rows={rows}
      columns={WASTE_COLUMNS}
      rowKey={({ id }) => id}
      initialSort={{ column: 'bytes', direction: -1 }}
      empty="Every byte is needed: nothing is replaced, removed or there twice."
    />
  );
}
