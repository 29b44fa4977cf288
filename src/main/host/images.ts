import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Waste } from '../../engine/contents/waste.ts';
import { blobPath } from '../../engine/oci/digest.ts';
import type { BillFormat } from '../../engine/sbom/bill.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { MakeImageRequest, PlannedWith } from '../../shared/contract/image-request.ts';
import type { CachedLayer, ImageResult } from '../../shared/contract/images.ts';
import { imageNameOf } from '../../shared/document/image-name-of.ts';
import type { Compression, Layering } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import { plannedAlong } from '../../shared/plan-graph.ts';
import { compressionSettings } from '../archive/codec.ts';
import { findEngines } from '../engines/find-engines.ts';
import { type EngineTarget, formatEngineTarget, parseEngineTarget } from '../engines/target.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { billPath } from '../sbom/write-bill.ts';
import { blobStoreDirectory, openBlobStoreIn } from '../store/blob-store.ts';
import type { WorkContext } from '../verbs/events.ts';
import { exportPacked } from '../verbs/export.ts';
import { type PackableClosure, packDocument } from '../verbs/pack.ts';
import { type PlanningInput, planClosure } from '../verbs/plan.ts';
import { cachedLayers } from './cached-layers.ts';
import type { LayerTree } from './image-files/file-tree.ts';
import { createImageTrees } from './image-files/image-files.ts';
import { keepImage } from './keep-image.ts';
import { type PlanningServices, planningInput } from './planning-input.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportServices, reported } from './report-work.ts';
import { documentPlace } from './source-code.ts';

export interface ImageServices extends ReportServices, PlanningServices {
  readonly jobs: JobRegistry;
  readonly workingDirectory: string;
  readonly builds: RecordStore<BuildRecord>;
  readonly records: RecordStore<ImageRecord>;
  /** Whether windows may have container engines do something. */
  readonly mayRun: boolean;
}

interface PackRequest extends MakeImageRequest {
  readonly output: {
    readonly path: string;
    readonly format: ExportFormat;
    readonly replace: boolean;
    readonly bill: BillFormat | null;
  } | null;
  /** As {@link parseEngineTarget} reads it. */
  readonly into: string | null;
}

interface CachedLayersRequest extends PlannedWith {
  readonly build: string;
  readonly layering: Layering;
  readonly compression: Compression;
}

export interface Images {
  start(request: PackRequest): Promise<string>;
  engines(): Promise<{ engine: string; version: string }[]>;
  latest(ref: DocumentRef): Promise<ImageResult | null>;
  get(image: string): Promise<ImageRecord>;
  cachedLayers(request: CachedLayersRequest): Promise<CachedLayer[]>;
  tree(image: string, layer: number | null): Promise<LayerTree>;
  waste(image: string): Promise<Waste>;
}

export function createImages(services: ImageServices): Images {
  const { cacheDirectory, jobs, records } = services;
  const directory = blobStoreDirectory(cacheDirectory);
  const imageFiles = createImageTrees((digest) => join(directory, blobPath(digest)));
  return {
    async start(request) {
      const output = request.output && {
        ...request.output,
        path: await services.files.check(request.output.path),
      };
      if (output !== null) {
        await refuseExisting(output);
        const { bill, replace } = output;
        if (bill !== null) await refuseExisting({ path: billPath(output.path, bill), replace });
      }
      const into = request.into === null ? null : engineTarget(request.into, services);
      const closure = closureOf(await services.builds.get(request.build));
      const input = await planningInput(request, services);
      return jobs.start({
        kind: 'image',
        title: `${output === null && into === null ? 'Pack' : 'Export'} ${request.document.name}`,
        document: request.ref,
        run: (report, signal) =>
          reported(report, services, signal, { layers: report.tell, written: report.tell }, async (work) => {
            const result = await makeImage({ ...request, output, into }, closure, input, services, work);
            report.tell({ result });
          }),
      });
    },
    engines: async () =>
      services.mayRun
        ? (await findEngines()).map(({ target, version }) => ({
            engine: formatEngineTarget(target),
            version,
          }))
        : [],
    latest: async (ref) => (await records.latest(ref))?.result ?? null,
    get: (image) => records.get(image),
    async cachedLayers({ build, layering, compression, ...plannedWith }) {
      const closure = closureOf(await services.builds.get(build));
      const input = await planningInput(plannedWith, services);
      const { graph, plan } = planClosure(closure, layering, input);
      // Planned along, each budget is a plan of its own: all of them would take the host a while.
      const budgets = plannedAlong(graph, input.known).length > 0 ? [layering.budget] : undefined;
      const store = await openBlobStoreIn(cacheDirectory);
      try {
        const packed = new Map(store.list().map((record) => [record.key, record]));
        return cachedLayers(graph, plan, compressionSettings(compression), packed, budgets);
      } finally {
        store.close();
      }
    },
    async tree(image, layer) {
      const { result } = await records.get(image);
      return imageFiles.tree(image, result.layers, layer);
    },
    async waste(image) {
      const { result } = await records.get(image);
      return imageFiles.waste(image, result.layers);
    },
  };
}

/** @throws StrataError `usage` for what is no engine, and where no engine may be used. */
function engineTarget(text: string, { mayRun }: Pick<ImageServices, 'mayRun'>): EngineTarget {
  const target = parseEngineTarget(text);
  if (target === undefined) throw new StrataError('usage', `${text} is no container engine.`);
  if (mayRun) return target;
  throw new StrataError('usage', 'No engine may be used from this window.', {
    hint: 'Whoever serves it forbids that. Export the image to a file instead.',
  });
}

async function refuseExisting({ path, replace }: { path: string; replace: boolean }): Promise<void> {
  if (replace || (await stat(path).catch(() => undefined)) === undefined) return;
  throw new StrataError('conflict', `${path} exists already.`, {
    hint: 'Replace it, or choose another name.',
    details: { path },
  });
}

async function makeImage(
  {
    ref,
    build,
    document: asked,
    output,
    into,
  }: Omit<PackRequest, 'into'> & { readonly into: EngineTarget | null },
  closure: PackableClosure,
  input: PlanningInput,
  services: ImageServices,
  work: WorkContext,
): Promise<ImageResult> {
  const { records, now, cacheDirectory } = services;
  const document = { ...asked, name: imageNameOf(asked, ref.path) };
  const place = await documentPlace(ref.path, services);
  const store = await openBlobStoreIn(cacheDirectory);
  try {
    const packed = await packDocument(document, closure, input, { ...work, ...place, store });
    if (into !== null) {
      const { writtenBytes: sentBytes, names } = await exportPacked(document, packed, into, {
        ...work,
        store,
      });
      const put = { engine: formatEngineTarget(into), names: [...names], sentBytes };
      return await keepImage(packed, { ref, build, output: null, into: put }, records, now);
    }
    if (output === null) return await keepImage(packed, { ref, build, output: null }, records, now);
    const { path, format, bill } = output;
    const bills = bill === null ? [] : [bill];
    const target = { path, format, bills };
    const { writtenBytes: sizeBytes, billPaths } = await exportPacked(document, packed, target, {
      ...work,
      store,
    });
    const [beside] = billPaths;
    const written = { path, format, sizeBytes, ...(beside === undefined ? {} : { billPath: beside }) };
    return await keepImage(packed, { ref, build, output: written }, records, now);
  } finally {
    store.close();
  }
}
