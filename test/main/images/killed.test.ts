import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBlobStore } from '../../../src/main/store/blob-store.ts';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

const PROGRAM = resolve(import.meta.dirname, '../../support/assemble-process.ts');

let store: FakeStore;
let paths: readonly string[];
/** The digest of the image that nobody disturbed. */
let undisturbed: string;
let directory: string;
let cache: string;
let output: string;

beforeAll(async () => {
  store = fakeStore();
  // Text of many numbers takes long enough to compress to be killed at it.
  const text = (seed: number) =>
    Array.from({ length: 800_000 }, (_, index) => (index * seed) % 999_983).join(' ');
  paths = [3, 5, 7, 11].map((seed) =>
    store.add(`numbers-${seed}`, { share: { directory: { numbers: text(seed) } } }),
  );
  newDirectory();
  const { stdout } = await run();
  undisturbed = stdout.split('\n').at(-1) ?? '';
  expect(undisturbed).toMatch(/^sha256:/);
});
afterAll(() => store.remove());
beforeEach(newDirectory);
afterEach(() => rmSync(directory, { recursive: true }));

function newDirectory(): void {
  directory = join(store.root, 'killed');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  cache = join(directory, 'cache');
  output = join(directory, 'image.tar');
}

const run = () => execa(process.execPath, [PROGRAM, cache, output, ...paths]);

/** Runs until it prints the line, then ends it as the kernel does when memory runs out. */
async function killAt(line: RegExp): Promise<void> {
  const child = execa(process.execPath, [PROGRAM, cache, output, ...paths], { reject: false });
  for await (const printed of child) {
    if (!line.test(printed)) continue;
    child.kill('SIGKILL');
    break;
  }
  expect((await child).signal).toBe('SIGKILL');
}

function expectOnlyWholeBlobs(): void {
  for (const name of readdirSync(join(cache, 'blobs/sha256'))) {
    const bytes = readFileSync(join(cache, 'blobs/sha256', name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
  }
}

describe('a process that is killed', () => {
  it.each([
    ['while it packs its first layers', /^packing/],
    ['when one layer is whole', /^packed/],
    ['in the middle of the export', /^exported/],
  ])('%s leaves nothing that the next one trusts wrongly', async (_, line) => {
    writeFileSync(output, 'what was there before');
    await killAt(line);
    expect(readFileSync(output, 'utf8')).toBe('what was there before');
    expectOnlyWholeBlobs();

    const { stdout } = await run();
    expect(stdout.split('\n').at(-1)).toBe(undisturbed);
    expect((await verifyImage(output)).problems).toEqual([]);
    expect(readdirSync(directory).toSorted()).toEqual(['cache', 'image.tar']);
  });

  it('leaves temporary files that the next one clears away', async () => {
    await killAt(/^packing/);
    const sessions = join(cache, 'sessions');
    const [left = ''] = readdirSync(sessions);
    expect(readdirSync(join(sessions, left)).length).toBeGreaterThan(0);
    const next = await openBlobStore(cache);
    expect(existsSync(join(sessions, left))).toBe(false);
    next.close();
  });

  it('holds nothing any more', async () => {
    await killAt(/^exported/);
    const next = await openBlobStore(cache);
    expect(next.prune({ unusedForMs: 0 })).toMatchObject({ keptBlobs: 0, heldBlobs: 0 });
    next.close();
  });
});
