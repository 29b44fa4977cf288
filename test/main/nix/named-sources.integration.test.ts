import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ComposedSelection,
  composeSelection,
  type SelectionRequest,
} from '../../../src/main/nix/compose-selection.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { type GitRepository, gitRepository } from './support/git-repository.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';

let nix: IsolatedNix;
let repository: GitRepository;
let sources: SelectionRequest['sources'];
beforeAll(async () => {
  nix = await isolatedNix();
  repository = await gitRepository(join(nix.directory, 'repository'), FIXTURE_SET);
  const flake = join(nix.directory, 'flake');
  await mkdir(flake);
  await cp(FIXTURE_SET, join(flake, 'set'), { recursive: true });
  // Nothing but packages, as most flakes of programs have.
  await writeFile(
    join(flake, 'flake.nix'),
    `{ outputs = { self }: { packages.${system} = rec {
      default = (import ./set { system = "${system}"; greeting = "the app"; }).world;
      fails = (import ./set { system = "${system}"; }).needs-fails;
    }; }; }`,
  );
  sources = {
    app: { type: 'flake', ref: 'path:./flake' },
    set: { type: 'git', url: './repository', importArguments: { greeting: 'from git' } },
    own: { type: 'path', path: FIXTURE_SET, importArguments: { overlays: ['overlay.nix'] } },
  };
  await cp(join(FIXTURE_SET, '../overlay.nix'), join(nix.directory, 'overlay.nix'));
});
afterAll(() => nix.remove());

function compose(
  packages: readonly string[],
  request: Partial<SelectionRequest> = {},
  context: { readonly signal?: AbortSignal; readonly onEvent?: (event: NixEvent) => void } = {},
): Promise<ComposedSelection> {
  return composeSelection(
    {
      source: { type: 'auto' },
      importArguments: {},
      sources,
      packages,
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [] },
      ...request,
    },
    { cacheDirectory: nix.cacheDirectory, env: nix.env, baseDirectory: nix.directory, ...context },
  );
}

const names = ({ packages }: ComposedSelection) =>
  packages.map(({ source, attribute }) => `${source}:${attribute}`);

async function contentOf(storePath: string | undefined, file: string): Promise<string> {
  return (await readFile(join(storePath ?? '', file), 'utf8')).trim();
}

describe('several package sources', () => {
  test('give one closure, in the order asked for, each with its own arguments', async () => {
    const composed = await compose(['set:hello', 'app:default', 'own:extra', 'set:libc', 'own:libc']);
    expect(names(composed)).toEqual(['set:hello', 'app:default', 'own:extra', 'set:libc', 'own:libc']);
    const { graph, packages, sources: used } = composed;
    expect([...graph.roots].map((root) => graph.paths[root])).toEqual(
      packages.map(({ storePath }) => storePath),
    );
    expect(await contentOf(packages[0]?.storePath, 'bin/hello')).toMatch(/^from git /);
    expect(await contentOf(packages[1]?.storePath, 'bin/world')).toMatch(/^the app /);
    for (const path of graph.paths) expect(existsSync(path)).toBe(true);
    expect(used.map(({ name, source }) => [name, source.type])).toEqual([
      ['app', 'flake'],
      ['set', 'git'],
      ['own', 'path'],
    ]);
    expect(used[1]?.source.revision).toBe(await repository.git('rev-parse', 'HEAD'));
    for (const { gcRoot } of used) expect(existsSync(gcRoot)).toBe(true);
  });

  test('are looked into only as far as packages are of them', async () => {
    const composed = await compose(['set:hello'], {
      sources: { ...sources, gone: { type: 'path', path: '/nowhere' } },
    });
    expect(composed.sources).toHaveLength(1);
    expect(composed.notices).toContain('No package is of the source gone.');
  });

  test('give the defaults where the one without a name is of no use, the first that has them', async () => {
    const defaults = { cacert: true, ianaEtc: true };
    const composed = await compose(['app:default', 'set:hello', 'own:libc'], { defaults });
    expect(names(composed)).toEqual(['app:default', 'set:hello', 'own:libc', 'set:cacert']);
    expect(composed.notices).toEqual([
      'cacert is of set, the first package source that has it.',
      'No package source has iana-etc, so the image goes without.',
    ]);
    expect(composed.packages.at(-1)).toMatchObject({ requested: 'cacert', isDefault: true });
  });

  test('do not give the defaults where the document names the one without a name', async () => {
    const composed = await compose(['set:hello'], {
      source: { type: 'path', path: FIXTURE_SET },
      defaults: { cacert: true, ianaEtc: false },
    });
    expect(names(composed)).toEqual(['set:hello', 'null:cacert']);
  });

  test('name what is unknown in any of them, all at once', async () => {
    await expect(compose(['set:helo', 'own:hello', 'app:defualt'])).rejects.toMatchObject({
      code: 'unknown-package',
      message:
        'app:defualt is not in the package set app. Did you mean app:default?\n' +
        'set:helo is not in the package set set. Did you mean set:hello?',
      details: {
        problems: [
          expect.objectContaining({ requested: 'app:defualt', source: 'app', nearest: ['app:default'] }),
          expect.objectContaining({ requested: 'set:helo', source: 'set' }),
        ],
      },
    });
  });

  test('name the package that needs what failed to build', async () => {
    await expect(compose(['set:hello', 'app:fails'])).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringMatching(/^app:fails needs fails-1.0, which failed to build/),
      details: { requested: ['app:fails'] },
    });
  });

  test('say which of them each step is about', async () => {
    const phases: string[] = [];
    await compose(
      ['set:world', 'own:world'],
      {},
      { onEvent: (event) => event.type === 'phase' && phases.push(event.text) },
    );
    expect(phases).toContain('Looking the packages up (set)');
    expect(phases).toContain('Building and fetching the packages (own)');
  });

  test('end together when they are cancelled', async () => {
    const abort = new AbortController();
    const onEvent = (event: NixEvent) => {
      if (event.type === 'phase' && event.text.startsWith('Building')) abort.abort();
    };
    await expect(compose(['set:slow', 'own:slow'], {}, { signal: abort.signal, onEvent })).rejects.toThrow(
      Cancelled,
    );
  });

  test('one alone is what it would be without a name', async () => {
    const named = await compose(['set:world']);
    const plain = await compose(['world'], {
      source: { type: 'git', url: './repository' },
      importArguments: { greeting: 'from git' },
      sources: undefined,
    });
    expect(named.graph).toEqual(plain.graph);
    expect(named.sources[0].gcRoot).toBe(plain.sources[0].gcRoot);
    await rm(named.sources[0].gcRoot);
  });
});
