import { existsSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readPathInfo } from '../../../src/engine/graph/path-info.ts';
import { type BuildState, EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { composeSelection, type SelectionRequest } from '../../../src/main/nix/compose-selection.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { pathInfoJson } from '../../../src/main/nix/path-info.ts';
import { nodeAsOrdinaryUser, whyNoOrdinaryUser } from '../../support/ordinary-user.ts';
import { type FileServer, fileServer } from './support/file-server.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix, PROGRAMS_IN_SANDBOX } from './support/isolated-nix.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix([PROGRAMS_IN_SANDBOX]);
});
afterAll(() => nix.remove());

/** Nothing is built or known yet; store paths keep their names. */
async function forget(): Promise<void> {
  for (const name of ['store', 'var', 'cache/gcroots', 'home/.cache']) {
    const directory = join(nix.directory, name);
    if (!existsSync(directory)) continue;
    await execa('chmod', ['-R', 'u+w', directory]);
    await rm(directory, { recursive: true });
  }
}

async function compose(packages: readonly string[], preferences: Partial<SelectionRequest['nix']> = {}) {
  const events: NixEvent[] = [];
  let state: BuildState = EMPTY_BUILD_STATE;
  const composed = await composeSelection(
    {
      source: { type: 'path', path: FIXTURE_SET },
      importArguments: {},
      packages,
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [], ...preferences },
    },
    {
      cacheDirectory: nix.cacheDirectory,
      env: nix.env,
      onEvent: (event) => {
        events.push(event);
        state = reduceBuild(state, [{ event, at: events.length }]);
      },
    },
  );
  return { ...composed, events, state };
}

describe('a binary cache', () => {
  let server: FileServer;
  let large: string;
  beforeAll(async () => {
    const built = await compose(['large', 'world']);
    large = built.packages[0]?.storePath ?? '';
    const cache = join(nix.directory, 'binary-cache');
    const config = `${nix.env.NIX_CONFIG}\nbuild-users-group =\nextra-experimental-features = nix-command`;
    await execa(
      'nix',
      [
        'copy',
        '--to',
        `file://${cache}?compression=none`,
        ...built.packages.map(({ storePath }) => storePath),
      ],
      { env: { ...nix.env, NIX_CONFIG: config }, extendEnv: false },
    );
    server = await fileServer(cache);
  });
  afterAll(() => server.close());
  beforeEach(forget);

  const from = (url: string) =>
    [
      ['substituters', url],
      ['require-sigs', 'false'],
    ] as const;

  test('gives what nobody has to build then, with its bytes as they come', async () => {
    const { state, events } = await compose(['large', 'world'], { options: from(server.url) });
    expect(existsSync(join(large, 'data'))).toBe(true);
    const built = Object.values(state.derivations).map(({ derivation }) =>
      derivation.replace(/^.*\/\w{32}-/, ''),
    );
    expect(built).toEqual(['strata-runtime-graph.drv']);

    expect(state.downloads[large]).toMatchObject({ from: server.url, state: 'done' });
    expect(state.downloads[large]?.totalBytes).toBeGreaterThan(3_000_000);
    expect(state.downloads[large]?.doneBytes).toBe(state.downloads[large]?.totalBytes);
    // Nix says it in whole hundredths of a mebibyte.
    expect(state.plannedUnpackedBytes).toBeGreaterThan(2_990_000);
    const steps = events.filter((event) => event.type === 'progress' && event.expected > 3_000_000);
    // A slow machine reads more at a time.
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.length).toBeLessThan(300);
  });

  test('tells what a package would take before it is fetched', async () => {
    const graph = readPathInfo(await pathInfoJson([large], await nix.run(), server.url));
    expect(graph.paths).toEqual([large]);
    expect(graph.narSizes[0]).toBeGreaterThan(3_000_000);
    expect(existsSync(large)).toBe(false);
  });

  test('that does not have a path says so', async () => {
    const path = `${nix.storeDirectory}/00000000000000000000000000000000-nothing`;
    const told = pathInfoJson([path], await nix.run(), server.url);
    await expect(told).rejects.toMatchObject({ code: 'nix-failed' });
  });

  test('that does not answer is gone without', async () => {
    const { state } = await compose(['world'], {
      options: [...from('http://127.0.0.1:9'), ['download-attempts', '1']],
    });
    expect(Object.keys(state.derivations).length).toBeGreaterThan(1);
    expect(state.messages.some(({ text }) => text.includes('127.0.0.1:9'))).toBe(true);
  });
});

describe('another machine', () => {
  beforeEach(forget);

  /** Nix speaks its protocol to a daemon of its own over a pipe, as it would over SSH. */
  const elsewhere = () => `ssh-ng://localhost?remote-store=${join(nix.directory, 'elsewhere')}`;

  test('that is the store builds there, and its closure comes here', async () => {
    const {
      packages,
      graph,
      sources: [{ gcRoot }],
      state,
    } = await compose(['world'], { store: elsewhere() });
    expect(existsSync(packages[0]?.storePath ?? '')).toBe(true);
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
    expect(graph.size).toBe(3);
    expect(existsSync(gcRoot)).toBe(true);
    const machines = new Set(Object.values(state.derivations).map(({ machine }) => machine));
    expect([...machines]).toEqual([elsewhere()]);

    await execa('nix-collect-garbage', [], { env: nix.env, extendEnv: false });
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
  });

  test('that is a builder is told of every build that it does', async () => {
    const builders = `${elsewhere()} ${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux - 1 1`;
    const { packages, state } = await compose(['hello'], { builders, options: [['max-jobs', '0']] });
    expect(existsSync(packages[0]?.storePath ?? '')).toBe(true);
    const hello = Object.values(state.derivations).find(({ derivation }) =>
      /-hello-1.0.drv$/.test(derivation),
    );
    expect(hello?.machine).toContain('localhost');
  });

  test('that cannot be reached', async () => {
    const store = `unix://${join(nix.directory, 'no-such-socket')}`;
    await expect(compose(['hello'], { store })).rejects.toMatchObject({
      code: expect.stringMatching(/network|nix-failed/),
    });
  });
});

describe('a store that is not ours to write', () => {
  test('says how it could be', async ({ skip }) => {
    const reason = await whyNoOrdinaryUser();
    if (reason) skip(reason);
    await forget();
    await mkdir(nix.storeDirectory);
    await mkdir(join(nix.directory, 'var'));
    await chmod(nix.directory, 0o755);
    // Root may write everywhere: then it is a user without rights who tries.
    if (process.getuid?.() !== 0) await chmod(nix.storeDirectory, 0o555);
    const script = join(import.meta.dirname, 'support/compose-process.ts');
    const { stdout } = await nodeAsOrdinaryUser(
      [script, JSON.stringify({ type: 'path', path: FIXTURE_SET }), join(nix.directory, 'cache'), 'hello'],
      { ...nix.env, TMPDIR: tmpdir() },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'nix-failed',
      message: 'The Nix store is not writable for this user.',
      hint: expect.stringContaining('daemon'),
    });
  });
});
