import type { BillFormat } from '../../engine/sbom/bill.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { BlobUpload, RegistryAccessInput, RemoteImage } from '../../shared/contract/registry.ts';
import { remoteImageSchema } from '../../shared/contract/registry.ts';
import type { StrataDocument } from '../../shared/document.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import type { Image } from '../assemble/image.ts';
import { summarizeImage } from '../compare/summarize-image.ts';
import type { FileAccess } from '../files/file-access.ts';
import { openImage } from '../images/open-image.ts';
import { storedImageSource } from '../images/stored-image.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { hostPlatform } from '../oci/platform.ts';
import { formatReference, parseReference, type Reference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { OnBlobProgress } from '../registry/progress.ts';
import { attachBill } from '../sbom/write-bill.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { blobStoreDirectory } from '../work/build.ts';
import { pushToRegistry, rememberLayers } from '../work/push.ts';
import { checkedAccess, isNotThere } from './access.ts';
import { buildBill } from './build-bill.ts';
import { keepImage } from './keep-image.ts';
import type { KnownLists } from './known-lists.ts';
import { packBuild } from './pack-build.ts';
import type { BuildRecord } from './records/build-record.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';

export interface PushServices {
  readonly cacheDirectory: string;
  readonly version: string;
  readonly jobs: JobRegistry;
  readonly files: FileAccess;
  readonly builds: RecordStore<BuildRecord>;
  readonly images: RecordStore<ImageRecord>;
  readonly known: KnownLists;
  readonly now: () => Date;
}

interface PushInput {
  readonly ref: DocumentRef;
  readonly build: string;
  readonly document: StrataDocument;
  /** The list of images to plan with; null for none. */
  readonly known: string | null;
  readonly reference: string;
  readonly access: RegistryAccessInput;
  readonly bill: BillFormat | null;
}

export interface Pushes {
  /** @throws StrataError `usage` where the reference is none */
  start(input: PushInput): Promise<string>;
  /** What is at a reference; null where there is nothing. */
  summary(
    reference: string,
    access: RegistryAccessInput,
    signal: AbortSignal | undefined,
  ): Promise<RemoteImage | null>;
}

export function createPushes(services: PushServices): Pushes {
  const { cacheDirectory, jobs, files, builds } = services;
  return {
    async start(input) {
      const named = parseReference(input.reference);
      const reference = { ...named, tag: named.tag ?? 'latest' };
      const access = await checkedAccess(input.access, files);
      const record = await builds.get(input.build);
      const known = await services.known.images(input.known);
      return jobs.start({
        kind: 'push',
        title: `Push ${formatReference(reference)}`,
        document: input.ref,
        run: (report, signal) => push(input, reference, access, { record, known }, services, report, signal),
      });
    },
    async summary(text, input, signal) {
      const reference = parseReference(text);
      const access = await checkedAccess(input, files);
      const memory = openMemoryIn(cacheDirectory);
      try {
        const source = await openImage({ type: 'registry', reference }, transportOptions(access), signal);
        try {
          const summary = await summarizeImage(source, { platform: hostPlatform(), memory, signal });
          return remoteImageSchema.parse({ ...summary, name: formatReference(reference) });
        } finally {
          await source.close();
        }
      } catch (error) {
        if (isNotThere(error)) return null;
        throw error;
      } finally {
        memory.close();
      }
    },
  };
}

async function push(
  { ref, build, document, bill }: PushInput,
  reference: Reference,
  access: RegistryAccess,
  { record, known }: { readonly record: BuildRecord; readonly known: readonly KnownImage[] },
  { cacheDirectory, version, images, now }: PushServices,
  report: JobReport<'push'>,
  signal: AbortSignal,
): Promise<void> {
  const name = formatReference(reference);
  report.tell({ reference: name });
  const store = await openBlobStore(blobStoreDirectory(cacheDirectory));
  try {
    const packed = await packBuild(document, record, { store, signal, report, known });
    const { image } = packed;
    await keepImage(packed, { ref, build, output: null }, images, now);
    const result = await pushToRegistry({
      source: storedImageSource(image),
      reference: name,
      access,
      cacheDirectory,
      signal,
      onProgress: followUpload(report, image),
      async afterwards({ transport, repository, memory }) {
        rememberLayers(memory, image);
        if (bill === null) return;
        report.progress({ phase: 'Attaching the bill of materials', done: 0, total: null, unit: 'items' });
        const contents = buildBill(document, image, record, version);
        const subject = image.manifest.descriptor;
        await attachBill(transport, repository, subject, contents, bill, memory, signal);
      },
    });
    const pushed = {
      reference: name,
      pinned: result.reference,
      digest: result.digest,
      movedBytes: result.movedBytes,
      movedBlobs: result.blobs.filter(({ outcome }) => outcome === 'uploaded').length,
      blobs: result.blobs.length,
      changed: result.changed,
      bill,
    };
    report.tell({ result: pushed });
  } finally {
    store.close();
  }
}

/** Tells a job how far each blob of an image is on its way. */
function followUpload(report: JobReport<'push'>, { config, layers }: Image): OnBlobProgress {
  const waiting = { state: 'waiting', doneBytes: 0, bytesPerSecond: 0 } as const;
  const blobs = new Map<string, BlobUpload>();
  for (const { descriptor, packages, isRoot } of layers) {
    const { digest, size: sizeBytes } = descriptor;
    blobs.set(digest, { digest, title: isRoot ? 'root' : title(packages), sizeBytes, ...waiting });
  }
  const { digest, size: sizeBytes } = config.descriptor;
  blobs.set(digest, { digest, title: 'configuration', sizeBytes, ...waiting });
  report.tell({ blobs: [...blobs.values()] });
  const total = [...blobs.values()].reduce((sum, blob) => sum + blob.sizeBytes, 0);
  return (progress) => {
    const before = blobs.get(progress.digest);
    if (before === undefined) return;
    const after = { ...before, ...progress };
    blobs.set(after.digest, after);
    report.tell({ blobs: [after] });
    const done = [...blobs.values()].reduce((sum, { doneBytes }) => sum + doneBytes, 0);
    report.progress({ phase: 'Uploading', done, total, unit: 'bytes' });
  };
}

function title([first = 'layer', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
