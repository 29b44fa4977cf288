import {
  appendFileSync,
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot, temporaryDirectory } from '../support/cli.ts';

const builder = process.env.ELECTRON_BUILDER;
const reason =
  builder === undefined
    ? 'ELECTRON_BUILDER names no electron-builder, see build/README.md'
    : !existsSync(join(repositoryRoot, 'out/renderer/index.html'))
      ? 'the window has not been built (npm run build)'
      : undefined;
if (reason !== undefined) console.log(`test/scripts/package did not run: ${reason}`);

/** What @electron/fuses looks for in the binary: this, a version, a length, and a sign for each fuse. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

interface Archived {
  readonly files?: Readonly<Record<string, Archived>>;
  readonly integrity?: { readonly hash: string };
}

/** The files in an asar archive, with what is known of each. */
function filesOfArchive(path: string): Map<string, Archived> {
  const bytes = readFileSync(path);
  const header: Archived = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const found = new Map<string, Archived>();
  const walk = (entry: Archived, at: string): void => {
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      if (child.files === undefined) found.set(`${at}${name}`, child);
      else walk(child, `${at}${name}/`);
    }
  };
  walk(header, '');
  return found;
}

describe.skipIf(reason !== undefined)('the package of the desktop app', () => {
  let directory: { path: string; remove: () => Promise<void> };
  let app = '';
  const at = (path: string) => join(app, path);

  beforeAll(async () => {
    directory = await temporaryDirectory('package');
    const standIn = join(directory.path, 'electron');
    mkdirSync(join(standIn, 'resources'), { recursive: true });
    for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox']) {
      writeFileSync(join(standIn, file), 'stand-in');
    }
    writeFileSync(join(standIn, 'electron'), '#!/bin/sh\nexit 0\n');
    appendFileSync(
      join(standIn, 'electron'),
      Buffer.concat([Buffer.from(FUSES), Buffer.from([1, 8]), Buffer.from('10110011')]),
    );
    chmodSync(join(standIn, 'electron'), 0o755);
    await execa(
      builder ?? '',
      [
        ...['--config', 'build/electron-builder.json', '--linux', '--dir'],
        `-c.electronDist=${standIn}`,
        `-c.directories.output=${directory.path}`,
      ],
      { cwd: repositoryRoot },
    );
    app = join(directory.path, 'linux-unpacked');
  });
  afterAll(() => directory?.remove());

  test('has the app in an archive, each file with its digest, and nothing of sources, tests or maps', () => {
    const files = filesOfArchive(at('resources/app.asar'));
    const names = [...files.keys()].filter((name) => !/\/(chunks|assets)\//.test(name));
    expect(names.sort()).toEqual([
      'out/main/host.js',
      'out/main/index.js',
      'out/preload/index.cjs',
      'out/preload/licenses.json',
      'out/renderer/index.html',
      'out/renderer/licenses.json',
      'out/renderer/third-party-notices.txt',
      'package.json',
    ]);
    for (const [name, { integrity }] of files) {
      expect([name, integrity?.hash]).toEqual([name, expect.stringMatching(/^[0-9a-f]{64}$/)]);
      expect(name).not.toMatch(/\.map$/);
    }
  });

  test('has beside it what Nix, worker threads and the command line read', () => {
    const beside = globSync('resources/**', { cwd: app, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(at('resources/').length))
      .filter((name) => !/^(nix|examples)\/|\/(chunks|assets)\//.test(name));
    expect(beside.sort()).toEqual([
      'LICENSE',
      'app.asar',
      'bin/node',
      'bin/strata',
      'docs/strata.schema.json',
      expect.stringMatching(/^licenses\/node-linux-[^/]+\/LICENSE$/),
      'out/main/cli.js',
      'out/main/layer-worker.js',
      'out/renderer/index.html',
      'out/renderer/third-party-notices.txt',
      'package.json',
    ]);
    expect(globSync('nix/**/*.{nix,sh}', { cwd: at('resources') }).sort()).toEqual(
      globSync('nix/**/*.{nix,sh}', { cwd: repositoryRoot }).sort(),
    );
  });

  test('holds Electron to the archive: nothing else is loaded, and it runs as nothing but the app', () => {
    const binary = readFileSync(at('strata-desktop'), 'latin1');
    const wire = binary.slice(binary.indexOf(FUSES) + FUSES.length + 2);
    // In the order of the fuses: runAsNode, cookie encryption, NODE_OPTIONS, --inspect, integrity, only the archive.
    expect(wire.slice(0, 6)).toBe('010011');
    expect(wire[7]).toBe('0');
  });

  test('has a command line that runs without anything of this machine’s Node', async () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    const asked = await execa(at('resources/bin/strata'), ['--version'], {
      env: { PATH: '/usr/bin:/bin', HOME: directory.path },
      extendEnv: false,
    });
    expect(asked.stdout).toBe(version);
  });
});
