import { randomUUID } from 'node:crypto';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { PopularityCounts } from '../../shared/contract/popularity.ts';
import type { FileAccess } from '../files/file-access.ts';
import { readPopularityFile } from '../planning/graph-file.ts';
import type { RecordStore } from './records/record-store.ts';

/** The popularity counts chosen for documents: what was read is kept, so that every plan is the one that a window shows. */
export interface Popularities {
  latest(ref: DocumentRef): Promise<PopularityCounts | null>;
  /** @throws StrataError `invalid-graph` for what are no counts, `file-system` for a file out of bounds */
  choose(ref: DocumentRef, path: string): Promise<PopularityCounts>;
  forget(ref: DocumentRef): Promise<void>;
  /** Undefined for null: then those of the package source count. @throws StrataError `not-found` */
  counts(id: string | null): Promise<Popularity | undefined>;
}

export interface PopularityServices {
  readonly files: FileAccess;
  /** Null where a document went back to its package source's. */
  readonly records: RecordStore<PopularityCounts | null>;
}

export function createPopularities({ files, records }: PopularityServices): Popularities {
  return {
    latest: async (ref) => (await records.latest(ref)) ?? null,
    async choose(ref, path) {
      const location = await files.check(path);
      const chosen = { id: randomUUID(), location, counts: await readPopularityFile(location) };
      await records.put(chosen.id, ref, chosen);
      return chosen;
    },
    forget: (ref) => records.put(randomUUID(), ref, null),
    counts: async (id) => (id === null ? undefined : (await records.get(id))?.counts),
  };
}
