import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DocumentRef } from '../../../shared/contract/documents.ts';
import { StrataError } from '../../../shared/errors.ts';
import { createJsonFile, readOwnJson } from '../../files/own-json.ts';
import { writeOwnFile } from '../../files/write-whole.ts';

const indexSchema = z.array(z.object({ id: z.uuid(), draft: z.string(), path: z.string().nullable() }));

/** Results that outlive the host, one file each, with which document they belong to. Newest last. */
export interface RecordStore<Value> {
  put(id: string, document: DocumentRef, value: Value): Promise<void>;
  /** @throws StrataError `not-found` */
  get(id: string): Promise<Value>;
  /** The newest of a document; undefined where there is none, or its file cannot be read. */
  latest(document: DocumentRef): Promise<Value | undefined>;
  /** A draft was saved: what belongs to it is found by its path from now on. */
  attach(document: DocumentRef): Promise<void>;
}

export interface RecordStoreOptions<Schema extends z.ZodType> {
  readonly directory: string;
  readonly schema: Schema;
  /** What a record is called where it is missing: "The build". */
  readonly title: string;
  /** What to do where it is missing. */
  readonly hint?: string;
  readonly kept: number;
}

export function createRecordStore<Schema extends z.ZodType>({
  directory,
  schema,
  title,
  hint = 'Build again: what has not changed is taken from the cache.',
  kept,
}: RecordStoreOptions<Schema>): RecordStore<z.output<Schema>> {
  const index = createJsonFile(join(directory, 'index.json'), indexSchema, () => []);
  const fileOf = (id: string): string => join(directory, `${z.uuid().parse(id)}.json`);

  const get = async (id: string): Promise<z.output<Schema>> => {
    const value = z.uuid().safeParse(id).success ? readOwnJson(fileOf(id), schema) : undefined;
    if (value !== undefined) return value;
    throw new StrataError('not-found', `${title} is not kept any more.`, { hint, details: { id } });
  };

  return {
    get,
    async put(id, { draft, path }, value) {
      await writeOwnFile(fileOf(id), JSON.stringify(value));
      const dropped: string[] = [];
      await index.update((entries) => {
        const all = [...entries, { id, draft, path }];
        for (const entry of all.slice(0, -kept)) dropped.push(entry.id);
        return all.slice(-kept);
      });
      for (const old of dropped) await rm(fileOf(old), { force: true });
    },
    async latest({ draft, path }) {
      const entries = await index.read();
      const found = entries.findLast(
        (entry) => entry.draft === draft || (path !== null && entry.path === path),
      );
      return found && get(found.id).catch(() => undefined);
    },
    async attach({ draft, path }) {
      const entries = await index.read();
      if (!entries.some((entry) => entry.draft === draft && entry.path !== path)) return;
      await index.update((before) =>
        before.map((entry) => (entry.draft === draft ? { ...entry, path } : entry)),
      );
    },
  };
}
