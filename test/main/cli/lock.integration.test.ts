import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { strata } from '../../support/cli.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

let nix: IsolatedNix;
let document: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  nix = await isolatedNix();
  env = { ...(nix.env as Readonly<Record<string, string>>), STRATA_CACHE_DIR: nix.cacheDirectory };
  await cp(FIXTURE_SET, join(nix.directory, 'set'), { recursive: true });
  document = join(nix.directory, 'web.strata.json');
  await writeFile(
    document,
    JSON.stringify({
      version: 1,
      source: { type: 'path', path: './set' },
      packages: ['hello'],
      defaults: { cacert: false, ianaEtc: false },
      config: { Cmd: ['hello'] },
    }),
  );
  const locked = await strata(['lock', document], { env });
  expect(locked.exitCode, locked.stderr).toBe(0);
  const file = join(nix.directory, 'set/default.nix');
  await writeFile(file, `${await readFile(file, 'utf8')}\n`);
});
afterAll(() => nix.remove());

it.each([
  ['build', ['-o', '/dev/null/nothing.tar']],
  ['contents', []],
  ['explain', []],
  ['graph', []],
  ['plan', []],
  ['run', []],
  ['shell', []],
  ['why', ['hello']],
])('%s keeps to the lock of a document', async (command, args) => {
  const words = command === 'why' ? [...args, document] : [document, ...args];
  const { exitCode, stderr } = await strata([command, ...words], { env });
  expect(stderr).toContain('web.strata.lock');
  expect(stderr).toMatch(/strata lock .*--update/);
  expect(exitCode).not.toBe(0);
});

it('is done without where that is asked for', async () => {
  const { exitCode, stderr } = await strata(['contents', document, '--no-lock'], { env });
  expect(exitCode, stderr).toBe(0);
});
