import type { BillFormat } from '../../engine/sbom/bill.ts';
import type { MakeImageRequest } from '../../shared/contract/image-request.ts';
import type { RegistryAccessInput, RemoteImage } from '../../shared/contract/registry.ts';
import { remoteImageSchema } from '../../shared/contract/registry.ts';
import type { FileAccess } from '../files/file-access.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { packDocument } from '../verbs/pack.ts';
import { pushPacked, pushTarget } from '../verbs/push.ts';
import { summarizeLocation } from '../verbs/summarize.ts';
import { checkedAccess, isNotThere } from './access.ts';
import { keepImage } from './keep-image.ts';
import { type PlanningServices, planningInput } from './planning-input.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';
import { documentPlace } from './source-code.ts';

export interface PushServices extends ReportServices, PlanningServices {
  readonly workingDirectory: string;
  readonly jobs: JobRegistry;
  readonly files: FileAccess;
  readonly builds: RecordStore<BuildRecord>;
  readonly images: RecordStore<ImageRecord>;
  readonly settings: SettingsStore;
}

interface PushInput extends MakeImageRequest {
  readonly reference: string;
  readonly access: RegistryAccessInput;
  readonly bill: BillFormat | null;
}

export interface Pushes {
  /** @throws StrataError `usage` where the reference is none */
  start(request: PushInput): Promise<string>;
  /** What is at a reference; null where there is nothing. */
  summary(
    reference: string,
    access: RegistryAccessInput,
    signal: AbortSignal | undefined,
  ): Promise<RemoteImage | null>;
}

export function createPushes(services: PushServices): Pushes {
  const { cacheDirectory, jobs, builds, images, now } = services;
  return {
    async start(request) {
      const { ref, build, document, bill } = request;
      const { reference, tags } = pushTarget(request, document);
      const access = await checkedAccess(request.access, services);
      const closure = closureOf(await builds.get(build));
      const input = await planningInput(request, services);
      return jobs.start({
        kind: 'push',
        title: `Push ${reference}`,
        document: ref,
        run: (report, signal) =>
          reported(report, services, signal, { layers: report.tell, blobs: report.tell }, async (work) => {
            report.tell({ reference });
            const store = await openBlobStoreIn(cacheDirectory);
            try {
              const packed = await packDocument(document, closure, input, {
                ...work,
                store,
                ...(await documentPlace(ref.path, services)),
              });
              await keepImage(packed, { ref, build, output: null }, images, now);
              const bills = bill === null ? [] : [bill];
              const result = await pushPacked([{ document, packed }], {
                ...work,
                reference,
                tags,
                access,
                bills,
              });
              const pushed = {
                reference,
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
          }),
      });
    },
    async summary(text, input, signal) {
      const reference = parseReference(text);
      const access = await checkedAccess(input, services);
      const name = formatReference(reference);
      try {
        const location = { type: 'registry', reference } as const;
        return remoteImageSchema.parse(
          await summarizeLocation(location, name, { cacheDirectory, access, signal }),
        );
      } catch (error) {
        if (isNotThere(error)) return null;
        throw error;
      }
    },
  };
}
