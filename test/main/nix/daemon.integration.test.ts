import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { detectNix } from '../../../src/main/nix/environment.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';
import { type NixDaemon, nixDaemon } from './support/nix-daemon.ts';
import { processesWith } from './support/processes.ts';

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
    expect(await detectNix(daemon.env)).toMatchObject({ storeAccess: 'daemon' });
  });

  test('a selection is built, and held by a root that the daemon knows', async () => {
    const { graph, gcRoot } = await compose(['world']);
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

  test('a user whom it does not trust is told what the starter set needs', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('Only root can try this as another user.');
    const script = join(import.meta.dirname, 'support/compose-process.ts');
    const other = { cwd: '/', uid: 65_534, gid: 65_534 };
    const check = await execa(process.execPath, ['--check', script], { ...other, reject: false });
    if (check.failed) skip('Another user cannot read this checkout.');

    const cache = join(nix.directory, 'starter-cache');
    const args = [script, '{"type":"starter"}', cache];
    await execa(process.execPath, [...args, 'tree'], { env: daemon.env, extendEnv: false });
    await execa('chmod', ['-R', 'a+rwX', cache]);
    const env = { ...daemon.env, NIX_CONFIG: '', TMPDIR: tmpdir() };
    const { stdout } = await execa(process.execPath, [...args, 'file'], { env, extendEnv: false, ...other });
    expect(JSON.parse(stdout).hint).toContain('trusted-users');
  });
});

function sleepers(): string[] {
  return processesWith(nix.directory).filter((commandLine) => commandLine.includes('sleep'));
}
