import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strata } from '../../support/cli.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

const ONE_BROKEN = resolve(import.meta.dirname, '../../fixtures/nix/one-broken-attribute.nix');

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

function search(source: string, ...args: string[]) {
  const env = { ...nix.env, STRATA_CACHE_DIR: join(nix.directory, 'cli') } as Record<string, string>;
  return strata(['search', ...args, '--source', `path:${source}`], { env });
}

describe('strata search', () => {
  it('finds what a broken attribute stands beside, and says what it left out', async () => {
    const { exitCode, stdout, stderr } = await search(ONE_BROKEN, 'ok');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok +1/m);
    expect(stderr).toMatch(/left out.*: 1 attribute that is broken/);
    expect(stderr).toContain("  broken: attribute 'missing' missing");
  });

  it('prints what it left out as JSON, with why', async () => {
    const { stdout } = await search(ONE_BROKEN, 'ok', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      total: 1,
      packages: [{ attribute: 'ok' }],
      leftOut: [{ attribute: 'broken', reason: "attribute 'missing' missing", isThrown: false }],
    });
  });

  it('counts what throws and names what is broken, also when the catalogue is kept', async () => {
    const first = await search(FIXTURE_SET, 'hello');
    expect(first.stderr).toMatch(/\d+ that throws?/);
    const second = await search(FIXTURE_SET, 'hello');
    expect(second.stderr).not.toContain('Reading all packages');
    expect(second.stderr).toContain(first.stderr.split('\n').find((line) => line.startsWith('left out')));
    expect(second.stdout).toBe(first.stdout);
  });
});
