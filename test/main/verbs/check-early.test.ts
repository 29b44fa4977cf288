import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDocument } from '../../../src/main/verbs/build.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';

let baseDirectory: string;
beforeAll(async () => {
  baseDirectory = await mkdtemp(join(tmpdir(), 'strata-early-'));
  await writeFile(join(baseDirectory, 'empty.tar'), '');
});
afterAll(() => rm(baseDirectory, { recursive: true, force: true }));

describe('what is known before anything is built', () => {
  it.each([
    [{ files: [{ from: 'gone', to: '/srv/app' }] }, 'files[0].from: '],
    [{ accounts: { users: [{ name: 'a' }, { name: 'a' }] } }, 'accounts.users[1].name: "a" is there twice.'],
    [{ permissions: [{ path: '/bin/ping', capabilities: 'cap_flying=+ep' }] }, 'permissions[0].capabilities'],
    [{ base: './gone.tar' }, 'The base ./gone.tar cannot be had: '],
    [{ base: './empty.tar' }, 'The base ./empty.tar cannot be had: '],
  ])('is told then: %j', async (fields, message) => {
    const document = checkDocument({ version: 1, packages: ['hello'], ...fields }, 'the test');
    // Where nothing runs Nix, nothing can be built.
    const env = { PATH: '/nowhere' };
    const building = buildDocument(document, { known: [] }, {
      baseDirectory,
      env,
      cacheDirectory: baseDirectory,
    } as unknown as Parameters<typeof buildDocument>[2]);
    await expect(building).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });
});
