import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detectNix } from '../../../src/main/nix/environment.ts';
import { runNix } from '../../../src/main/nix/run.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';
import { processesWith } from './support/processes.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

describe('a run of Nix', () => {
  test('gives what it printed', async () => {
    const run = { program: 'nix-instantiate', args: ['--eval', '--expr', '1 + 2'] } as const;
    expect(await runNix(run, await nix.run())).toMatchObject({ stdout: '3', exitCode: 0 });
  });

  test('takes arguments as they are: no shell reads them', async () => {
    const text = '$(touch evil) `x` "quotes" ; & \n * ~';
    const run = {
      program: 'nix-instantiate',
      args: ['--eval', '--json', '--expr', '{ text }: text', '--argstr', 'text', text],
    } as const;
    expect(JSON.parse((await runNix(run, await nix.run())).stdout)).toBe(text);
  });

  test('without Nix on the machine says how to get it', async () => {
    const env = { ...nix.env, PATH: join(nix.directory, 'home') };
    await expect(detectNix(env)).rejects.toMatchObject({
      code: 'nix-missing',
      hint: expect.stringContaining('nix-bin'),
    });
  });

  test('that is stopped and does not react is killed, with what it started', async () => {
    const programs = join(nix.directory, 'stubborn');
    await mkdir(programs);
    // Ignores the polite signal; its child is in a session of its own, as a builder is.
    await writeFile(
      join(programs, 'nix-build'),
      "#!/bin/sh\ntrap '' TERM INT\nsetsid sleep 600 &\necho started >&2\nwhile :; do sleep 1; done\n",
      { mode: 0o755 },
    );
    const controller = new AbortController();
    const env = { ...nix.env, PATH: `${programs}:${nix.env.PATH}` };
    const context = await nix.run({
      env,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'message' && event.text === 'started') controller.abort();
      },
    });
    await expect(runNix({ program: 'nix-build', args: [] }, context)).rejects.toBeInstanceOf(Cancelled);
    expect(processesWith(nix.directory)).toEqual([]);
  });

  test('prefers the options of the user to everything else', async () => {
    const context = await nix.run({
      settings: [
        ['max-jobs', '3'],
        ['cores', '5'],
      ],
      options: [['max-jobs', '7']],
    });
    const args = ['show-config', '--json', '--extra-experimental-features', 'nix-command'];
    const config = JSON.parse((await runNix({ program: 'nix', args }, context)).stdout);
    expect([config['max-jobs'].value, config.cores.value]).toEqual([7, 5]);
  });
});

describe('the Nix of this machine', () => {
  test('is described', async () => {
    expect(await detectNix(nix.env)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/),
      storeDirectory: nix.storeDirectory,
      system: expect.stringMatching(/^\w+-\w+$/),
      substituters: [],
    });
  });
});
