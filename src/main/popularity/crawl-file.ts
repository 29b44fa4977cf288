import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fileSystemError } from '../files/file-system-error.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readOwnFile } from '../files/own-file.ts';
import { hashPart, isBaseName, type NarInfo } from './narinfo.ts';

/** What is known of a cache already, kept on disk so that an interrupted crawl goes on where it was. */
export interface CrawlFile {
  /** By hash part. Paths that the cache did not have are asked for again. */
  readonly known: ReadonlyMap<string, NarInfo>;
  /** Adds what was read; several may be added at once. */
  add(info: NarInfo): Promise<void>;
  close(): Promise<void>;
}

const lineSchema = z.tuple([z.string().refine(isBaseName), z.array(z.string().refine(isBaseName))]);

export function crawlFilePath(directory: string, place: string): string {
  return join(directory, `${createHash('sha256').update(place).digest('hex').slice(0, 32)}.jsonl`);
}

/**
 * Opens the file of a cache: a line of JSON a store path. A line that is damaged, such as the last one of a crawl that
 * was killed, is passed over. @throws StrataError `file-system` or `disk-full`.
 */
export async function openCrawlFile(directory: string, place: string): Promise<CrawlFile> {
  const path = crawlFilePath(directory, place);
  const failed = (error: unknown): never => {
    throw fileSystemError(error, 'write', path);
  };
  makeDirectory(dirname(path));
  const old = readOwnFile(path) ?? '';
  const known = new Map<string, NarInfo>();
  for (const line of old.split('\n')) {
    const info = readLine(line);
    if (info !== undefined) known.set(hashPart(info.name), info);
  }
  const file = await open(path, 'a').catch(failed);
  // After a torn last line, what is added must not become part of it.
  if (old !== '' && !old.endsWith('\n')) await file.appendFile('\n').catch(failed);
  let written = Promise.resolve();
  return {
    known,
    add(info) {
      known.set(hashPart(info.name), info);
      const line = `${JSON.stringify([info.name, info.references])}\n`;
      // One after the other: a file takes no two writes at once.
      written = written.then(() => file.appendFile(line)).catch(failed);
      return written;
    },
    close: () => file.close(),
  };
}

function readLine(line: string): NarInfo | undefined {
  if (line === '') return undefined;
  try {
    const [name, references] = lineSchema.parse(JSON.parse(line));
    return { name, references };
  } catch {
    return undefined;
  }
}
