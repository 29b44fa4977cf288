import { existsSync } from 'node:fs';
import { chmod, chown, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { detectNix } from '../../../src/main/nix/environment.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { nodeAsOrdinaryUser, whyNoOrdinaryUser } from '../../support/ordinary-user.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';
import { type NixDaemon, nixDaemon } from './support/nix-daemon.ts';
import { processesWith } from './support/processes.ts';

/** A group that every Debian has (base-passwd): daemon. */
const ANY_GROUP = 1;

let nix: IsolatedNix;
let daemon: NixDaemon;
beforeAll(async () => {
  nix = await isolatedNix();
  daemon = await nixDaemon(nix);
});
afterAll(async () => {
  await daemon.stop();
  await nix.remove();
});

function compose(packages: readonly string[], signal?: AbortSignal, onEvent?: (event: NixEvent) => void) {
  return composeSelection(
    {
      source: { type: 'path', path: FIXTURE_SET },
      importArguments: {},
      packages,
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [] },
    },
    { cacheDirectory: nix.cacheDirectory, env: daemon.env, signal, onEvent },
  );
}

describe('through the Nix daemon', () => {
  test('Nix is found to be so', async () => {
    expect(await detectNix(daemon.env)).toMatchObject({ storeAccess: 'daemon', storeProblem: null });
  });

  test('a selection is built, and held by a root that the daemon knows', async () => {
    const {
      graph,
      sources: [{ gcRoot }],
    } = await compose(['world']);
    expect(graph.size).toBe(3);
    expect(existsSync(gcRoot)).toBe(true);
    await execa('nix-collect-garbage', [], { env: daemon.env, extendEnv: false });
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
  });

  test('cancelling ends the builder, which is a process of the daemon', async () => {
    const controller = new AbortController();
    const composing = compose(['slow'], controller.signal, (event) => {
      if (event.type === 'build-log') controller.abort();
    });
    await expect(composing).rejects.toBeInstanceOf(Cancelled);
    // It is the daemon that ends it, once it notices that nobody is waiting any more.
    await expect.poll(sleepers, { timeout: 60_000 }).toEqual([]);
  });

  const script = join(import.meta.dirname, 'support/compose-process.ts');

  /** Composes as another user. @returns what went wrong, and what to do */
  async function composeAsAnother(
    skip: (reason: string) => void,
  ): Promise<{ message: string; hint: string }> {
    if (process.getuid?.() !== 0) skip('Only root can try this as another user.');
    const reason = await whyNoOrdinaryUser();
    if (reason) skip(reason);
    const env = { ...daemon.env, NIX_CONFIG: '', TMPDIR: tmpdir() };
    const args = [script, '{"type":"starter"}', join(nix.directory, 'cache-of-another'), 'file'];
    const { stdout } = await nodeAsOrdinaryUser(args, env);
    return JSON.parse(stdout);
  }

  test('a user whom it does not trust is told what the starter set needs, before anything is built', async ({
    skip,
  }) => {
    expect(await composeAsAnother(skip)).toMatchObject({
      message: expect.stringContaining('only for users whom it trusts'),
      hint: expect.stringContaining('trusted-users'),
    });
  });

  test('a user whom it is closed to is told which group may use it', async ({ skip }) => {
    const directory = dirname(daemon.socket);
    await chown(directory, 0, ANY_GROUP).catch(() => skip('Only root can give it to a group.'));
    await chmod(directory, 0o770);
    try {
      const group = (await readFile('/etc/group', 'utf8')).match(
        new RegExp(`^(.+?):[^:]*:${ANY_GROUP}:`, 'm'),
      );
      expect(await composeAsAnother(skip)).toMatchObject({
        message: `The Nix daemon is for the group ${group?.[1]}, and you are not in it.`,
        hint: expect.stringContaining(`usermod -aG ${group?.[1]}`),
      });
    } finally {
      await chmod(directory, 0o755);
    }
  });

  test('one that has ended is told from one that was never there', async () => {
    await daemon.stop();
    expect(await detectNix(daemon.env)).toMatchObject({
      storeAccess: 'none',
      storeProblem: 'daemon-not-running',
    });
    await expect(compose(['world'])).rejects.toMatchObject({ message: 'The Nix daemon is not running.' });
  });
});

function sleepers(): string[] {
  return processesWith(nix.directory).filter((commandLine) => commandLine.includes('sleep'));
}
