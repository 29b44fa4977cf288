import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Draft, draftIdSchema } from '../../shared/contract/documents.ts';
import { documentSchema } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { readOwnFile } from '../files/own-file.ts';
import { isAlive, processMark } from '../files/process-mark.ts';
import { writeOwnFile } from '../files/write-whole.ts';

const draftFileSchema = z.object({
  draft: draftIdSchema,
  path: z.string().nullable(),
  document: documentSchema,
  savedAt: z.iso.datetime(),
  fingerprint: z.string().nullable(),
  /** The host that wrote it: while that runs, its windows hold the draft. */
  host: z.string(),
});

/** A draft that nobody holds, or a file that cannot be read as one. */
type Recoverable = Draft | { readonly draft: string; readonly failure: StrataError };

/**
 * Unsaved work, kept so that a crash does not lose it. A draft is held by the connections that autosave or read it;
 * when the last of them is gone without having saved or discarded it, it can be recovered.
 */
export interface Drafts {
  save(connection: string, draft: Omit<Draft, 'savedAt'>): Promise<Draft>;
  /** Also holds it. */
  read(connection: string, draft: string): Promise<Draft | null>;
  discard(draft: string): Promise<void>;
  recoverable(): Promise<Recoverable[]>;
  release(connection: string): void;
}

export function createDrafts(dataDirectory: string, now: () => Date): Drafts {
  const directory = join(dataDirectory, 'drafts');
  const holders = new Map<string, Set<string>>();
  const fileOf = (draft: string): string => join(directory, `${draftIdSchema.parse(draft)}.json`);
  const hold = (connection: string, draft: string): void => {
    holders.set(draft, (holders.get(draft) ?? new Set()).add(connection));
  };

  const load = async (draft: string): Promise<z.infer<typeof draftFileSchema> | null> => {
    const text = readOwnFile(fileOf(draft));
    if (text === undefined) return null;
    try {
      return draftFileSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new StrataError('invalid-document', `Unsaved work of an earlier session cannot be read.`, {
        hint: `Its file is ${fileOf(draft)}.`,
        cause,
      });
    }
  };
  const toDraft = ({ host: _, ...draft }: z.infer<typeof draftFileSchema>): Draft => draft;

  return {
    async save(connection, draft) {
      hold(connection, draft.draft);
      const saved = { ...draft, savedAt: now().toISOString() };
      await writeOwnFile(fileOf(draft.draft), JSON.stringify({ ...saved, host: processMark() }));
      return saved;
    },
    async read(connection, draft) {
      const found = await load(draft);
      if (found === null) return null;
      hold(connection, draft);
      return toDraft(found);
    },
    async discard(draft) {
      holders.delete(draft);
      await rm(fileOf(draft), { force: true });
    },
    async recoverable() {
      const names = (await readdir(directory).catch(() => [])).sort();
      const found: Recoverable[] = [];
      for (const name of names) {
        const draft = draftIdSchema.safeParse(name.replace(/\.json$/, ''));
        if (!draft.success || (holders.get(draft.data)?.size ?? 0) > 0) continue;
        try {
          const entry = await load(draft.data);
          const ours = entry?.host === processMark();
          if (entry && (ours || !isAlive(entry.host))) found.push(toDraft(entry));
        } catch (error) {
          if (!(error instanceof StrataError)) throw error;
          found.push({ draft: draft.data, failure: error });
        }
      }
      return found;
    },
    release(connection) {
      for (const held of holders.values()) held.delete(connection);
    },
  };
}
