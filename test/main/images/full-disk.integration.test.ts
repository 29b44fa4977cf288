import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

/** On a small file system of its own: a tmpfs, which takes root to mount. */
const PROGRAM = resolve(import.meta.dirname, '../../support/assemble-process.ts');
const reason = process.getuid?.() === 0 ? undefined : 'mounting a small tmpfs takes root';
if (reason !== undefined) console.log(`Skipped: ${reason}.`);

let store: FakeStore;
let paths: readonly string[];
let directory: string;
let small: string;

beforeAll(() => {
  store = fakeStore();
  paths = [1, 2, 3].map((index) => store.add(`noise-${index}`, { data: randomBytes(2_000_000) }));
});
afterAll(() => store.remove());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-full-'));
  small = join(directory, 'small');
  mkdirSync(small);
});
afterEach(async () => {
  await execa('umount', [small], { reject: false });
  rmSync(directory, { recursive: true });
});

const mount = (size: string) => execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', small]);
const enlarge = (size: string) => execa('mount', ['-o', `remount,size=${size}`, small]);

async function build(cache: string, output: string) {
  const { stdout, exitCode } = await execa(process.execPath, [PROGRAM, cache, output, ...paths], {
    reject: false,
  });
  return { exitCode, lastLine: stdout.split('\n').at(-1) ?? '' };
}

describe.skipIf(reason)('a full disk', () => {
  it.each(['200k', '3m', '5m'])(
    'under a cache of %s names the place and leaves nothing broken',
    async (size) => {
      await mount(size);
      const cache = join(small, 'cache');
      const output = join(directory, 'image.tar');
      const failed = await build(cache, output);
      expect(failed.exitCode).toBe(1);
      expect(failed.lastLine).toMatch(/^disk-full: There is no room left for /);
      expect(failed.lastLine).toContain(small);
      expect(readdirSync(directory)).toEqual(['small']);
      expect(temporaryFiles(cache)).toEqual([]);

      await enlarge('20m');
      const built = await build(cache, output);
      expect(built).toMatchObject({ exitCode: 0 });
      expect((await verifyImage(output)).problems).toEqual([]);
    },
  );

  it('under the target leaves the file that was there, and nothing beside it', async () => {
    await mount('3m');
    const output = join(small, 'image.tar');
    writeFileSync(output, 'what was there before');
    const cache = join(directory, 'cache');
    const failed = await build(cache, output);
    expect(failed).toEqual({
      exitCode: 1,
      lastLine: `disk-full: There is no room left for ${output} (ENOSPC).`,
    });
    expect(readFileSync(output, 'utf8')).toBe('what was there before');
    expect(readdirSync(small)).toEqual(['image.tar']);

    await enlarge('20m');
    expect(await build(cache, output)).toMatchObject({ exitCode: 0 });
    expect((await verifyImage(output)).problems).toEqual([]);
  });
});

function temporaryFiles(cache: string): readonly string[] {
  try {
    return readdirSync(join(cache, 'sessions'));
  } catch {
    return [];
  }
}
