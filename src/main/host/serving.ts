import { once } from 'node:events';
import type { MakeImageRequest } from '../../shared/contract/image-request.ts';
import type { ServedImage } from '../../shared/contract/serving.ts';
import { imageNameOf } from '../../shared/document/image-name-of.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { count } from '../../shared/format.ts';
import { splitImageName } from '../../shared/image-name.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { startRegistryServer } from '../serve-registry/server.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { packDocument } from '../verbs/pack.ts';
import { type PlanningServices, planningInput } from './planning-input.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportServices, reported } from './report-work.ts';
import { documentPlace } from './source-code.ts';

/** Images of open documents that container tools on this machine can pull. */
export interface Serving {
  /** Starts the job that serves the image of a document, in place of the one that was served of it before. */
  start(request: MakeImageRequest): Promise<string>;
}

export interface ServingServices extends ReportServices, PlanningServices {
  readonly workingDirectory: string;
  readonly jobs: JobRegistry;
  readonly builds: RecordStore<BuildRecord>;
}

export function createServing(services: ServingServices): Serving {
  const { cacheDirectory, jobs, builds } = services;

  const giveWay = (draft: string, to: string): void => {
    for (const { id, kind, document } of jobs.list()) {
      if (kind === 'serve' && document?.draft === draft && id !== to) jobs.cancel(id);
    }
  };

  return {
    async start(request) {
      const { ref, build, document } = request;
      const closure = closureOf(await builds.get(build));
      const input = await planningInput(request, services);
      // A host in its name is that of the registry it is pushed to.
      const { repository: name } = splitImageName(imageNameOf(document, ref.path));
      const { tag } = document;
      const job = jobs.start({
        kind: 'serve',
        title: `Serve ${name}:${tag}`,
        document: ref,
        run: (report, signal) =>
          reported(report, services, signal, { layers: report.tell }, async (work) => {
            // Open for as long as the image is served: that holds its layers against pruning.
            const store = await openBlobStoreIn(cacheDirectory);
            try {
              const { image } = await packDocument(document, closure, input, {
                ...work,
                store,
                ...(await documentPlace(ref.path, services)),
              });
              throwIfCancelled(signal);
              const told = tellPulls(report, image.manifest.descriptor.digest);
              const server = await startRegistryServer({
                port: 0,
                onAsked: ({ error }) => error === undefined && told.pulled(),
              });
              told.served(server.serveImage(name, tag, image));
              giveWay(ref.draft, job);
              if (!signal.aborted) await once(signal, 'abort');
              await server.stop();
              throwIfCancelled(signal);
            } finally {
              store.close();
            }
          }),
      });
      return job;
    },
  };
}

/** Tells a job under which name its image is served, and how often it was asked for. */
function tellPulls(report: JobReport<'serve'>, digest: ServedImage['digest']) {
  let image: ServedImage = { reference: '', digest, pulls: 0 };
  const tell = (change: Partial<ServedImage>, line: string): void => {
    image = { ...image, ...change };
    const phase = `${image.reference}, ${count(image.pulls, 'request')} so far`;
    report.tell({ image });
    report.progress({ phase, done: 1, total: 1, unit: 'items' });
    report.log(null, line);
  };
  return {
    served: (reference: string) => tell({ reference }, `Served as ${reference}`),
    pulled: () => tell({ pulls: image.pulls + 1 }, 'Asked for'),
  };
}
