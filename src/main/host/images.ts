import { stat } from 'node:fs/promises';
import { join } from 'node:path';
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
}

interface PackRequest extends MakeImageRequest {
  readonly output: {
    readonly path: string;
    readonly format: ExportFormat;
    readonly replace: boolean;
    readonly bill: BillFormat | null;
  } | null;
}

interface CachedLayersRequest extends PlannedWith {
  readonly build: string;
  readonly layering: Layering;
  readonly compression: Compression;
}

export interface Images {
  start(request: PackRequest): Promise<string>;
  latest(ref: DocumentRef): Promise<ImageResult | null>;
  get(image: string): Promise<ImageRecord>;
  cachedLayers(request: CachedLayersRequest): Promise<CachedLayer[]>;
  tree(image: string, layer: number | null): Promise<LayerTree>;
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
      const closure = closureOf(await services.builds.get(request.build));
      const input = await planningInput(request, services);
      return jobs.start({
        kind: 'image',
        title: output === null ? `Pack ${request.document.name}` : `Export ${request.document.name}`,
        document: request.ref,
        run: (report, signal) =>
          reported(report, services, signal, { layers: report.tell, written: report.tell }, async (work) => {
            const result = await makeImage({ ...request, output }, closure, input, services, work);
            report.tell({ result });
          }),
      });
    },
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
  };
}

async function refuseExisting({ path, replace }: { path: string; replace: boolean }): Promise<void> {
  if (replace || (await stat(path).catch(() => undefined)) === undefined) return;
  throw new StrataError('conflict', `${path} exists already.`, {
    hint: 'Replace it, or choose another name.',
    details: { path },
  });
}

async function makeImage(
  { ref, build, document: asked, output }: PackRequest,
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
