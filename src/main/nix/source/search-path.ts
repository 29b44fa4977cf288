import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { askSource } from './ask-source.ts';
import { locate, type SourcePlace } from './locate.ts';
import type { SourceContext } from './resolved-source.ts';

/** nixpkgs as the search path has it, with what it says of itself. */
export interface OnSearchPath extends SourcePlace {
  readonly revision?: string | null | undefined;
  readonly version?: string | null | undefined;
}

const foundSchema = z.object({
  path: z.string().nullable(),
  revision: z.string().nullish(),
  version: z.string().nullish(),
});

/** nixpkgs on the search path (NIX_PATH, channels), if it is there. @throws StrataError as {@link askSource} does */
export async function findOnSearchPath(context: SourceContext): Promise<OnSearchPath | undefined> {
  if (context.installation.storeRoot !== '') {
    const inStore = await findBelowStoreRoot(context);
    if (inStore !== undefined) return inStore;
  }
  const { path, revision, version } = await askSource({ type: 'search-path' }, foundSchema, context);
  return path === null ? undefined : { path, onDisk: path, revision, version };
}

const entriesSchema = z.array(z.object({ prefix: z.string(), path: z.string() }));

/** Before 2.34, Nix does not find what the search path has in a store below another root, as channels are then. */
async function findBelowStoreRoot(context: SourceContext): Promise<OnSearchPath | undefined> {
  const { installation } = context;
  for (const { prefix, path } of await askSource({ type: 'search-path-entries' }, entriesSchema, context)) {
    if (prefix !== '' && prefix !== 'nixpkgs') continue;
    // A URL is fetched by Nix.
    if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return undefined;
    const place = locate(resolve(path, prefix === '' ? 'nixpkgs' : ''), installation);
    if (place === undefined) continue;
    if (place.path === place.onDisk) return undefined;
    const [revision, version] = await Promise.all([
      firstLine(join(place.onDisk, '.git-revision')),
      firstLine(join(place.onDisk, '.version')),
    ]);
    return { ...place, revision, version };
  }
  return undefined;
}

function firstLine(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.split('\n', 1)[0] ?? null,
    () => null,
  );
}
