import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { RecentDocument } from '../../shared/contract/documents.ts';
import { createJsonFile } from '../files/own-json.ts';
import { createFeed } from '../jobs/feed.ts';

const KEPT = 20;
const fileSchema = z.array(z.object({ path: z.string(), openedAt: z.iso.datetime() }));

/** The documents that were opened or saved last, newest first. */
export interface RecentDocuments {
  list(): Promise<RecentDocument[]>;
  add(path: string): Promise<void>;
  /** null forgets all of them. */
  forget(path: string | null): Promise<void>;
  /** The list now, then again after each change. */
  follow(signal?: AbortSignal): AsyncGenerator<RecentDocument[], void>;
}

export function createRecentDocuments(dataDirectory: string, now: () => Date): RecentDocuments {
  const file = createJsonFile(join(dataDirectory, 'recent.json'), fileSchema, () => []);
  const changes = createFeed<'changed'>();
  const list = async (): Promise<RecentDocument[]> =>
    (await file.read()).map(({ path, openedAt }) => ({
      path,
      name: basename(path).replace(/(\.strata)?\.json$/, ''),
      directory: dirname(path),
      openedAt,
      exists: existsSync(path),
    }));
  return {
    list,
    async add(path) {
      const openedAt = now().toISOString();
      await file.update((entries) =>
        [{ path, openedAt }, ...entries.filter((entry) => entry.path !== path)].slice(0, KEPT),
      );
      changes.publish('changed');
    },
    async forget(path) {
      await file.update((entries) => (path === null ? [] : entries.filter((entry) => entry.path !== path)));
      changes.publish('changed');
    },
    async *follow(signal) {
      for await (const _ of changes.follow(signal, () => ['changed'])) yield await list();
    },
  };
}
