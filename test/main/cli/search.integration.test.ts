import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_SCHEMAS } from '../../../src/main/cli/output-schemas.ts';
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
    expect(OUTPUT_SCHEMAS.search.parse(JSON.parse(stdout))).toEqual(JSON.parse(stdout));
  });

  it('counts what throws and names what is broken, also when the catalogue is kept', async () => {
    const first = await search(FIXTURE_SET, 'hello');
    expect(first.stderr).toMatch(/\d+ that throws?/);
    const second = await search(FIXTURE_SET, 'hello');
    expect(second.stderr).not.toContain('Reading all packages');
    expect(second.stderr).toContain(first.stderr.split('\n').find((line) => line.startsWith('left out')));
    expect(second.stdout).toBe(first.stdout);
  });

  describe('with --sizes', () => {
    /** A binary cache that has `large`, which is not in the store, and nothing else. */
    const cache = () => `file://${join(nix.directory, 'binary-cache')}`;
    const sizes = (words: string, ...args: string[]) =>
      search(FIXTURE_SET, words, '--sizes', '--option', 'substituters', cache(), ...args);

    beforeAll(async () => {
      const inNix = { env: nix.env, extendEnv: false };
      const { stdout: path } = await execa('nix-build', [FIXTURE_SET, '-A', 'large', '--no-out-link'], inNix);
      const command = ['--extra-experimental-features', 'nix-command'];
      await execa('nix', ['copy', ...command, '--to', cache(), path], inNix);
      await execa('nix-store', ['--delete', path], inNix);
    });

    it('tells what a binary cache would send, and what that comes to', async () => {
      const { exitCode, stdout } = await sizes('large');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^attribute +version +download +installed +description\n/);
      // Three megabytes of zeros are next to nothing once compressed.
      expect(stdout).toMatch(/^large +1\.0 +\d+(\.\d+)? k?B +3\.00 MB$/m);
    });

    it('says of what no size is known, and why', async () => {
      const { stdout, stderr } = await sizes('world');
      expect(stdout).toMatch(/^world +1\.0 +\? +\?$/m);
      expect(stderr).toContain(
        `no size for world: It is not in the local store, ${cache()} did not have it: its size is known once it has been built.`,
      );
    });

    it('prints them as JSON', async () => {
      const [large, world] = [await sizes('large', '--json'), await sizes('world', '--json')].map(
        ({ stdout }) => {
          const found = OUTPUT_SCHEMAS.search.parse(JSON.parse(stdout));
          expect(found).toEqual(JSON.parse(stdout));
          return found.packages[0]?.size;
        },
      );
      expect(large).toMatchObject({ known: true, paths: 1, from: cache() });
      expect(large?.known && large.installedBytes).toBeGreaterThan(3_000_000);
      expect(world).toMatchObject({ known: false });
    });
  });
});
