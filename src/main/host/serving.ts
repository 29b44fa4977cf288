import { randomUUID } from 'node:crypto';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { ServedImage } from '../../shared/contract/serving.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { startRegistryServer } from '../serve-registry/server.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { packDocument } from '../work/pack.ts';
import type { KnownLists } from './known-lists.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { RecordStore } from './records/record-store.ts';

/** Images of open documents that container tools on this machine can pull. */
export interface Serving {
  list(): ServedImage[];
  /** Serves the image of a document in place of the one that was served of it before. */
  start(
    ref: DocumentRef,
    build: string,
    document: StrataDocument,
    known: string | null,
    signal: AbortSignal | undefined,
  ): Promise<ServedImage>;
  /** Does nothing where it has ended already. */
  stop(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface ServingServices {
  readonly cacheDirectory: string;
  readonly builds: RecordStore<BuildRecord>;
  readonly known: KnownLists;
  readonly now: () => Date;
}

interface Served {
  readonly describe: () => ServedImage;
  readonly stop: () => Promise<void>;
}

export function createServing({ cacheDirectory, builds, known, now }: ServingServices): Serving {
  const served = new Map<string, Served>();
  const closing = new AbortController();

  const stop = async (id: string): Promise<void> => {
    const found = served.get(id);
    served.delete(id);
    await found?.stop();
  };

  return {
    list: () => [...served.values()].map(({ describe }) => describe()),
    async start(ref, build, document, list, callSignal) {
      const signals = callSignal === undefined ? [closing.signal] : [callSignal, closing.signal];
      const signal = AbortSignal.any(signals);
      const closure = closureOf(await builds.get(build));
      const images = await known.images(list);
      // Open for as long as the image is served: that holds its layers against pruning.
      const store = await openBlobStoreIn(cacheDirectory);
      try {
        const context = { cacheDirectory, store, signal };
        const { image } = await packDocument(document, closure, { known: images }, context);
        throwIfCancelled(signal);
        const { name, tag } = document;
        let pulls = 0;
        const server = await startRegistryServer({
          port: 0,
          onPull: ({ error }) => {
            if (error === undefined) pulls += 1;
          },
          async buildImage() {
            throw new StrataError('unknown-package', `Only ${name}:${tag} can be pulled here.`);
          },
        });
        const id = randomUUID();
        const reference = server.serveImage(name, tag, image);
        const startedAt = now().toISOString();
        const { digest } = image.manifest.descriptor;
        for (const [other, { describe }] of served) {
          if (describe().document.draft === ref.draft) await stop(other);
        }
        served.set(id, {
          describe: () => ({ id, document: ref, reference, digest, startedAt, pulls }),
          async stop() {
            await server.stop();
            store.close();
          },
        });
        return { id, document: ref, reference, digest, startedAt, pulls };
      } catch (error) {
        store.close();
        throw error;
      }
    },
    stop,
    async close() {
      closing.abort();
      for (const id of [...served.keys()]) await stop(id);
    },
  };
}
