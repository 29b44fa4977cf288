import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diagnose } from '../../../src/main/verbs/doctor.ts';
import { lockDocument } from '../../../src/main/verbs/lock.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

test('the sources of a document are looked for, those that it needs', async () => {
  const selection = checkDocument(
    {
      version: 1,
      packages: ['own:hello', 'gone:x'],
      sources: { own: { type: 'path', path: FIXTURE_SET }, gone: { type: 'path', path: './nowhere' } },
    },
    'the test',
  );
  const file = join(nix.directory, 'web.strata.json');
  const { cacheDirectory, env } = nix;
  const find = async () => {
    const checks = await diagnose({
      cacheDirectory,
      env,
      dataDirectory: join(nix.directory, 'data'),
      document: { selection, file },
    });
    return checks.filter(({ id }) => id.startsWith('source'));
  };
  expect(await find()).toMatchObject([
    { id: 'source-own', title: 'Packages own:…', state: 'ok', detail: expect.stringContaining(FIXTURE_SET) },
    { id: 'source-gone', state: 'missing', detail: expect.stringContaining('nowhere') },
  ]);
  const { gone: _, ...sources } = selection.sources ?? {};
  const locked = { ...selection, sources, packages: ['own:hello'] };
  await lockDocument(locked, { cacheDirectory, env, file, nix: { options: [] }, update: 'all' });
  expect((await find())[0]?.detail).toContain('It is what web.strata.lock holds.');
  await writeFile(join(nix.directory, 'web.strata.lock'), '{');
  expect(await find()).toMatchObject([{ state: 'missing' }, { state: 'missing' }]);
});
