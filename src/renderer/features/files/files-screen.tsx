import { Braces, Files as FilesIcon, PackageCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { nodeOf } from '../../../engine/graph/reach.ts';
import type { Plan } from '../../../engine/plan/plan.ts';
import type { ImageResult } from '../../../shared/contract/images.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Split } from '../../components/split.tsx';
import { useNow } from '../../components/use-now.ts';
import { FileTree } from '../../file-tree/file-tree.tsx';
import { useWaste } from '../../file-tree/use-waste.ts';
import { ClosureGate, PlanGate } from '../../inspect/closure-gate.tsx';
import { PackingProgress } from '../../jobs/packing-progress.tsx';
import { factsSource } from '../../layers/layering-facts.ts';
import { layersOf } from '../../registry/baseline.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { ago } from '../../state/format.ts';
import { isOver } from '../../state/jobs.ts';
import { isMended } from '../../state/mended.ts';
import { inBackground } from '../../state/notices.ts';
import { startImage, useImageJob } from '../../state/work.ts';
import styles from './files-screen.module.css';
import { LayerTable, layerName } from './layer-table.tsx';
import { RawView } from './raw-view.tsx';

/** The layers of the image, and the files in them. */
export function FilesScreen() {
  return (
    <ClosureGate title="The list of files">
      {(closure) => <PlanGate>{(plan) => <LayersAndFiles closure={closure} plan={plan} />}</PlanGate>}
    </ClosureGate>
  );
}

function LayersAndFiles({ closure, plan }: { readonly closure: Closure; readonly plan: Plan }) {
  const document = useTheDocument();
  const image = useClosure((state) => state.image);
  const job = useImageJob();
  const packing = job !== null && !isOver(job);
  const [selected, setSelected] = useState<number | null>(null);
  const [view, setView] = useState<'files' | 'json'>('files');
  const bytesOf = useCallback(
    (path: string) => closure.graph.narSizes[nodeOf(closure.graph, path)] ?? 0,
    [closure],
  );
  const mended = job?.state === 'failed' && isMended(job.failure?.details, document);
  const toShow = packing || (job?.state === 'failed' && !mended) ? job : null;
  const pack = () => inBackground('The layers could not be packed', () => startImage(null));

  if (image === null) {
    return toShow ? (
      <div className={styles.packing}>
        <PackingProgress job={toShow} onRetry={pack} />
      </div>
    ) : (
      <EmptyState
        title="Nothing packed yet"
        actions={
          <Button variant="primary" icon={PackageCheck} onClick={pack}>
            Pack the layers
          </Button>
        }
      >
        Digests, compressed sizes and files are known once the layers are packed. Exporting packs them too.
      </EmptyState>
    );
  }
  const shown = image.layers.find(({ index }) => index === selected) ?? null;
  return (
    <div className={styles.screen}>
      <Head image={image} closure={closure} plan={plan} packing={packing} onPack={pack} />
      {toShow && (
        <div className={styles.running}>
          <PackingProgress job={toShow} onRetry={pack} />
        </div>
      )}
      <Split
        id="files"
        direction="vertical"
        panes={[
          { id: 'layers', size: 300, min: 120 },
          { id: 'files', min: 140 },
        ]}
      >
        <LayerTable
          layers={image.layers}
          bytesOf={bytesOf}
          selected={selected}
          onSelect={(index) => setSelected(index === selected ? null : index)}
        />
        <div className={styles.lower}>
          <div className={styles.tabs}>
            <Segmented
              label="What to show"
              value={view}
              options={[
                { value: 'files', title: 'Files', icon: FilesIcon },
                { value: 'json', title: 'Manifest and config', icon: Braces },
              ]}
              onChange={setView}
            />
            {view === 'files' && (
              <Button small variant="ghost" disabled={selected === null} onClick={() => setSelected(null)}>
                Whole image
              </Button>
            )}
          </div>
          {view === 'json' ? (
            <RawView image={image.image} />
          ) : (
            <FileTree
              key={`${image.image} ${selected}`}
              image={image.image}
              layer={shown?.index ?? null}
              title={
                shown === null ? 'Whole image' : `Layer ${shown.index + 1}: ${layerName(shown, bytesOf, 2)}`
              }
              layerName={(index) => {
                const of = image.layers[index];
                return of === undefined ? '' : layerName(of, bytesOf, 1);
              }}
            />
          )}
        </div>
      </Split>
    </div>
  );
}

interface HeadProps {
  readonly image: ImageResult;
  readonly closure: Closure;
  readonly plan: Plan;
  readonly packing: boolean;
  readonly onPack: () => void;
}

/** Which image this is, and whether it is still what the document asks for. */
function Head({ image, closure, plan, packing, onPack }: HeadProps) {
  const { layering } = useTheDocument();
  const now = useNow(30_000);
  const waste = useWaste(image.image, true);
  const { newLayers, newBytes } = useMemo(
    () =>
      factsSource(closure, { layers: layersOf(image), compressionRatio: null }).facts(
        plan.layers(layering.budget),
      ),
    [closure, image, plan, layering.budget],
  );
  const raw = image.layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const compressed = image.layers.reduce((sum, layer) => sum + layer.compressedBytes, 0);
  return (
    <header className={styles.head}>
      <div>
        <h2 className={styles.title}>
          {count(image.layers.length, 'layer')}, {formatBytes(raw)}, {formatBytes(compressed)} compressed
        </h2>
        <p className={styles.sub}>
          Packed {ago(image.finishedAt, now)} ·{' '}
          <code title={image.manifestDigest}>{image.manifestDigest.slice(0, 19)}</code>
          {waste !== null && ` · ${waste}`}
        </p>
      </div>
      <span className={styles.space} />
      {newLayers > 0 && !packing && (
        <p className={styles.stale}>
          The layers have changed since: {count(newLayers, 'new layer')}, {formatBytes(newBytes)}.
        </p>
      )}
      {!packing && (
        <Button variant={newLayers > 0 ? 'primary' : 'default'} icon={PackageCheck} onClick={onPack}>
          Pack again
        </Button>
      )}
    </header>
  );
}
