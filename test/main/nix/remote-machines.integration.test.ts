import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BuildState, EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { composeSelection, type SelectionRequest } from '../../../src/main/nix/compose-selection.ts';
import type { StrataError } from '../../../src/shared/errors.ts';
import {
  FIXTURE_SET,
  type IsolatedNix,
  isolatedNix,
  PROGRAMS_IN_SANDBOX,
  removeDirectory,
} from './support/isolated-nix.ts';
import { processesWith } from './support/processes.ts';
import { noSshMachine, type SshMachine, sshMachine } from './support/ssh-machine.ts';

const SYSTEM = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux`;

const reason = noSshMachine();
if (reason !== undefined) console.warn(`Building over SSH is not tested: ${reason}`);

describe.skipIf(reason !== undefined)('another machine, over SSH', () => {
  let nix: IsolatedNix;
  let machine: SshMachine;
  beforeAll(async () => {
    nix = await isolatedNix();
    machine = await sshMachine(nix, [PROGRAMS_IN_SANDBOX]);
  });
  afterAll(async () => {
    await machine?.stop();
    await nix?.remove();
  });
  beforeEach(async () => {
    await machine.forget();
    for (const name of ['store', 'var', 'cache/gcroots']) {
      if (existsSync(join(nix.directory, name))) await removeDirectory(join(nix.directory, name));
    }
  });

  interface Run {
    readonly env?: NodeJS.ProcessEnv;
    readonly signal?: AbortSignal;
    readonly onState?: (state: BuildState) => void;
  }

  async function compose(
    packages: readonly string[],
    preferences: Partial<SelectionRequest['nix']>,
    { env = machine.env, signal, onState }: Run = {},
  ) {
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
        env,
        signal,
        onEvent: (event) => {
          state = reduceBuild(state, [{ event, at: 0 }]);
          onState?.(state);
        },
      },
    );
    return { ...composed, state };
  }

  const builder = (system = SYSTEM) => ({
    builders: `${machine.store} ${system} - 1 1`,
    options: [['max-jobs', '0']] as const,
  });
  const machines = ({ derivations }: BuildState) => [
    ...new Set(Object.values(derivations).map((derivation) => derivation.machine)),
  ];

  test('that is the store builds there, says so, and the closure comes here', async () => {
    const { graph, state } = await compose(['world'], { store: machine.store });
    expect(graph.size).toBe(3);
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
    expect(machines(state)).toEqual([machine.store]);
    const copied = Object.values(state.downloads).filter(({ from }) => from === machine.store);
    expect(copied.map(({ path }) => path)).toEqual(expect.arrayContaining([...graph.paths]));
    expect(new Set(copied.map((each) => each.state))).toEqual(new Set(['done']));
    // SSH says nothing of its own work.
    expect(state.messages.filter(({ text }) => /^debug\d|^Authenticated/.test(text))).toEqual([]);
  });

  test('that is a builder is told of each build, to its end', async () => {
    const { graph, state } = await compose(['world'], builder());
    expect(graph.size).toBe(3);
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
    // The builder tells of the same builds once more, as its own.
    expect(machines(state)).toEqual([machine.store]);
    expect(new Set(Object.values(state.downloads).map((each) => each.state))).toEqual(new Set(['done']));
  });

  test.each(['store', 'builder'] as const)(
    'that is the %s: where to read the log of what failed',
    async (role) => {
      const preferences = role === 'store' ? { store: machine.store } : builder();
      const error = await compose(['fails'], preferences).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'build-failed', log: 'line one\nline two' });
      const [, command = ''] = /^The whole log: (.*)$/m.exec((error as StrataError).hint ?? '') ?? [];
      const [program = '', ...args] = command.split(' ');
      const options = program === 'ssh' ? (machine.env.NIX_SSHOPTS ?? '').split(' ') : [];
      const { stdout } = await execa(program, [...options, ...args], { env: machine.env, extendEnv: false });
      expect(program).toBe(role === 'store' ? 'ssh' : 'nix-store');
      expect(stdout).toBe('line one\nline two');
    },
  );

  test.each(['store', 'builder'] as const)('that is the %s builds no more once we cancel', async (role) => {
    const cancel = new AbortController();
    const preferences = role === 'store' ? { store: machine.store } : builder();
    const built = compose(['slow'], preferences, {
      signal: cancel.signal,
      onState: ({ derivations }) => {
        const lines = Object.values(derivations).flatMap(({ logTail }) => logTail);
        if (lines.includes('started')) cancel.abort();
      },
    });
    await expect(built).rejects.toMatchObject({ name: 'Cancelled' });
    await expect
      .poll(() => processesWith(nix.directory).filter((line) => /sleep 600|nix-daemon/.test(line)), {
        timeout: 60_000,
      })
      .toEqual([]);
  });

  describe('that cannot be had says why, and what to do', () => {
    const failure = (env: NodeJS.ProcessEnv, preferences: Partial<SelectionRequest['nix']>) =>
      compose(['hello'], preferences, { env }).then(
        () => undefined,
        (error: unknown) => error,
      );
    const roles = () => [{ store: machine.store }, builder()];

    test('nobody listens', async () => {
      for (const role of roles()) {
        expect(await failure(machine.envWith({ port: 9 }), role)).toMatchObject({
          code: 'network',
          message: expect.stringContaining('Connection refused'),
        });
      }
    });

    test('its key is not known', async () => {
      const knownHosts = join(nix.directory, 'no-known-hosts');
      await writeFile(knownHosts, '');
      for (const role of roles()) {
        expect(await failure(machine.envWith({ knownHosts }), role)).toMatchObject({
          code: 'network',
          message: expect.stringContaining('host key'),
          hint: expect.stringContaining('`ssh`'),
        });
      }
    });

    test('it lets us not in', async () => {
      for (const role of roles()) {
        expect(await failure(machine.envWith({ key: machine.otherKey }), role)).toMatchObject({
          code: 'network',
          message: expect.stringContaining('Permission denied'),
          hint: expect.stringContaining('NIX_SSHOPTS'),
        });
      }
    });

    test('it has no Nix', async () => {
      await machine.setHasNix(false);
      try {
        for (const role of roles()) {
          expect(await failure(machine.env, role)).toMatchObject({
            code: 'network',
            message: expect.stringContaining('nix-daemon'),
            hint: expect.stringContaining('remote-program'),
          });
        }
      } finally {
        await machine.setHasNix(true);
      }
    });

    test.each(['store', 'builder'] as const)(
      'it goes away as the %s, in the middle of a build',
      async (role) => {
        const preferences = role === 'store' ? { store: machine.store } : builder();
        const built = compose(['slow'], preferences, {
          onState: ({ derivations }) => {
            const lines = Object.values(derivations).flatMap(({ logTail }) => logTail);
            if (lines.includes('started')) void machine.disconnect();
          },
        });
        await expect(built).rejects.toMatchObject({
          code: 'network',
          message: `slow (slow-1.0) was being built on ${machine.store} when the connection broke off.`,
          hint: expect.stringContaining('run the command again'),
        });
      },
    );

    test('it builds for another system', async () => {
      expect(await failure(machine.env, builder('mips64el-linux'))).toMatchObject({
        code: 'unsupported-system',
        action: { action: 'set-option', option: 'builders' },
      });
    });
  });
});
