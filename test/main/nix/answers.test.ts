import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPathInfo } from '../../../src/engine/graph/path-info.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { readConfiguration } from '../../../src/main/nix/configuration.ts';
import { hasSandboxShell } from '../../../src/main/nix/environment.ts';
import { readFlakeMetadata } from '../../../src/main/nix/source/flake.ts';
import { readTrust } from '../../../src/main/nix/trust.ts';
import { parseVersion } from '../../../src/main/nix/version.ts';

const directory = join(import.meta.dirname, '../../fixtures/nix/answers');
const read = (file: string) => readFileSync(join(directory, file), 'utf8');
const versions = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
/** Files of a kind, of every version that has it. */
const files = (prefix: string) =>
  versions.flatMap((version) =>
    readdirSync(join(directory, version)).flatMap((name) =>
      name.startsWith(prefix) ? [`${version}/${name}`] : [],
    ),
  );

test('every version is read from what it calls itself', () => {
  const parsed = versions.map((version) => parseVersion(read(`${version}/version.txt`)));
  expect(parsed.map(({ flavour, version }) => `${flavour}-${version}`.slice(0, 8)).toSorted()).toEqual(
    versions.map((version) => version.slice(0, 8)).toSorted(),
  );
});

describe('the configuration of', () => {
  test.each(versions)('%s', (version) => {
    const configuration = readConfiguration(read(`${version}/config.json`));
    expect(configuration).toMatchObject({
      buildUsersGroup: 'nixbld',
      connectTimeoutSeconds: expect.any(Number),
      netrcFile: '/etc/nix/netrc',
      sandbox: true,
      system: 'x86_64-linux',
      substituters: ['https://cache.nixos.org/'],
    });
    // Debian 12 gave its sandbox no shell; later ones have bash-static in it.
    expect(hasSandboxShell(configuration)).toBe(version !== 'nix-2.8.0');
  });

  test.each(versions)('%s, with paths in the sandbox', (version) => {
    const configuration = readConfiguration(read(`${version}/config-sandbox-paths.json`));
    expect(configuration.sandboxTargets).toEqual(['/bin/sh', '/etc/hosts', '/opt/tool', '/srv/data']);
    expect(hasSandboxShell(configuration)).toBe(true);
  });

  test('a Nix to come: what is in a shape that nobody knows is as if it had not been said', () => {
    const known = JSON.parse(read('nix-2.34.8/config.json'));
    const unknown = { value: [[{}]] };
    for (const name of Object.keys(known)) {
      const changed = readConfiguration(JSON.stringify({ ...known, [name]: unknown }));
      const without = readConfiguration(JSON.stringify({ ...known, [name]: undefined }));
      expect(changed).toEqual(without);
      expect(readConfiguration(JSON.stringify({ ...known, [name]: null }))).toEqual(without);
    }
    for (const text of ['', '[]', 'null', '"a"', '{'])
      expect(hasSandboxShell(readConfiguration(text))).toBe(true);
  });
});

describe('the closure that is the same in all versions, from', () => {
  const expected = readPathInfo(read('nix-2.8.0/path-info.json'));

  test.each(files('path-info'))('%s', (file) => {
    expect(expected.size).toBe(3);
    expect(readPathInfo(read(file))).toEqual(expected);
  });

  test.each(files('structured-attrs'))('%s', (file) => {
    // The hashes are written in another base.
    expect({ ...readStructuredAttrs(read(file)), narHashes: [] }).toEqual({ ...expected, narHashes: [] });
  });
});

test.each(files('store-info'))('the daemon trusts root, from %s', (file) => {
  expect(readTrust(read(file))).toBe(true);
});

describe('a flake, from', () => {
  test.each(files('flake-metadata-git'))('%s', (file) => {
    const { revision, url, locked } = readFlakeMetadata(read(file));
    expect(revision).toMatch(/^[0-9a-f]{40}$/);
    expect(url).toContain(`rev=${revision}`);
    expect(locked.narHash).toMatch(/^sha256-/);
  });

  test.each([...files('flake-metadata-dirty'), ...files('flake-metadata-path')])('%s', (file) => {
    const { revision, locked } = readFlakeMetadata(read(file));
    expect(revision).toBe(undefined);
    expect(locked.narHash).toMatch(/^sha256-/);
  });

  test('what does not say what the flake is has no use', () => {
    for (const text of ['{}', '', '[]']) expect(() => readFlakeMetadata(text)).toThrow('does not read');
  });
});
