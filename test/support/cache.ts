import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Kept between runs and out of git: downloads that every test may share, since they are checked by their hash. */
const SHARED = resolve(import.meta.dirname, '../../.cache/test');

export interface TestCache {
  readonly path: string;
  /** To run the command line with. */
  readonly env: { readonly STRATA_CACHE_DIR: string };
  readonly remove: () => Promise<void>;
}

/** An empty cache directory that shares nothing but the starter set's downloads with other tests. */
export async function emptyCache(parent = tmpdir()): Promise<TestCache> {
  const path = await mkdtemp(join(parent, 'strata-cache-'));
  await mkdir(join(SHARED, 'starter'), { recursive: true });
  await symlink(join(SHARED, 'starter'), join(path, 'starter'));
  return {
    path,
    env: { STRATA_CACHE_DIR: path },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
