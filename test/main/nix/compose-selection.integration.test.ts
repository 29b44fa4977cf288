import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ComposedSelection,
  composeSelection,
  type SelectionRequest,
} from '../../../src/main/nix/compose-selection.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import type { PackageProblem } from '../../../src/main/nix/lookup-problems.ts';
import { runNix } from '../../../src/main/nix/run.ts';
import { Cancelled, StrataError } from '../../../src/shared/errors.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';
import { processesWith } from './support/processes.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

function compose(
  packages: readonly string[],
  request: Partial<SelectionRequest> = {},
  context: { readonly signal?: AbortSignal; readonly onEvent?: (event: NixEvent) => void } = {},
): Promise<ComposedSelection> {
  return composeSelection(
    {
      source: { type: 'path', path: FIXTURE_SET },
      importArguments: {},
      packages,
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [] },
      ...request,
    },
    { cacheDirectory: nix.cacheDirectory, env: nix.env, baseDirectory: FIXTURE_SET, ...context },
  );
}

async function failure(promise: Promise<unknown>): Promise<StrataError> {
  const error = await promise.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason,
  );
  if (error instanceof StrataError) return error;
  throw error;
}

function problemsOf(error: StrataError): readonly PackageProblem[] {
  return (error.details as { readonly problems: readonly PackageProblem[] }).problems;
}

async function isValid(path: string): Promise<boolean> {
  const { exitCode } = await runNix(
    { program: 'nix-store', args: ['--check-validity', path], expectedExitCodes: [0, 1] },
    await nix.run(),
  );
  return exitCode === 0;
}

const attributes = ({ packages }: ComposedSelection) =>
  packages.map(({ attribute, output }) => `${attribute}.${output}`);

describe('a selection', () => {
  test('becomes a closure graph whose roots are the packages in the order asked for', async () => {
    const composed = await compose(['world', 'tool', 'libc']);
    expect(attributes(composed)).toEqual(['world.out', 'tool.bin', 'libc.out']);
    const { graph, packages } = composed;
    expect(packages.map(({ storePath }) => storePath)).toEqual(
      [...graph.roots].map((root) => graph.paths[root]),
    );
    expect(
      graph.paths.map((path) => path.slice(path.indexOf('-') + 1).replace(/^.*\/[0-9a-z]{32}-/, '')),
    ).toEqual(expect.arrayContaining(['world-1.0', 'hello-1.0', 'libc-1.0', 'tool-1.0', 'tool-1.0-bin']));
    expect(graph.size).toBe(5);
    expect(composed.platform).toEqual({ os: 'linux', architecture: composed.architecture });
  });

  test('says of each package what it is', async () => {
    const { packages } = await compose(['hello']);
    expect(packages[0]).toMatchObject({
      requested: 'hello',
      name: 'hello-1.0',
      pname: 'hello',
      version: '1.0',
      meta: {
        description: 'Says hello',
        homepage: 'https://example.org/hello',
        mainProgram: 'hello',
        licences: [
          { spdxId: 'MIT', name: 'MIT License', free: true },
          { spdxId: null, name: 'Something else', free: null },
        ],
      },
    });
  });

  test('repairs case on every level, and says so', async () => {
    const composed = await compose([
      'HELLO',
      'pythonpackages.Requests',
      'pythonPackages.flask',
      'mixed-case',
    ]);
    expect(attributes(composed)).toEqual([
      'hello.out',
      'pythonPackages.requests.out',
      'pythonPackages.Flask.out',
      'Mixed-Case.out',
    ]);
    expect(composed.notices).toContain('pythonpackages.Requests was taken for pythonPackages.requests.');
  });

  test('finds names that begin with a digit or hold a dot', async () => {
    expect(attributes(await compose(['1password', '"dotted.name"']))).toEqual([
      '_1password.out',
      '"dotted.name".out',
    ]);
  });

  test('takes the outputs that are asked for, else those that are of use in an image', async () => {
    expect(attributes(await compose(['tool', 'tool.man', 'tool.out', 'library', 'library.dev']))).toEqual([
      'tool.bin',
      'tool.man',
      'tool.out',
      'library.out',
      'library.dev',
    ]);
  });

  test('holds each path once, however often it is asked for', async () => {
    const composed = await compose(['hello', 'Hello', 'hello.out']);
    expect(composed.packages).toHaveLength(1);
    expect(composed.graph.roots).toHaveLength(1);
  });

  test('gets the default packages, and a notice of one that the set does not have', async () => {
    const composed = await compose(['hello'], { defaults: { cacert: true, ianaEtc: true } });
    expect(composed.packages.map(({ requested, isDefault }) => [requested, isDefault])).toEqual([
      ['hello', false],
      ['cacert', true],
    ]);
    expect(composed.notices).toEqual(['The package set has no iana-etc, so the image goes without.']);
  });

  test('gets of a meta-package what a small set has, and a notice of the rest', async () => {
    const overlays = ['../overlay.nix'];
    const composed = await compose(['shell', 'hello'], { importArguments: { overlays } });
    expect(attributes(composed)).toEqual(['nano.out', 'hello.out']);
    expect(composed.notices).toContain(
      'The package set has no coreutils, which shell stands for, so the image goes without.',
    );
  });

  test('of nothing is an empty graph', async () => {
    const composed = await compose([]);
    expect(composed.packages).toEqual([]);
    expect(composed.graph.size).toBe(0);
  });

  test('is the same again, and needs no build then', async () => {
    const first = await compose(['world']);
    const events: NixEvent[] = [];
    const second = await compose(['world'], {}, { onEvent: (event) => events.push(event) });
    expect(second.graph).toEqual(first.graph);
    expect(second.sources[0].gcRoot).toBe(first.sources[0].gcRoot);
    expect(events.filter(({ type }) => type === 'build-started')).toEqual([]);
  });

  test('passes import arguments and overlays on as data', async () => {
    const plain = await compose(['hello']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what Nix would take for code
    const greeted = await compose(['hello'], { importArguments: { greeting: 'good ${day} "\'\\' } });
    expect(greeted.packages[0]?.storePath).not.toBe(plain.packages[0]?.storePath);

    for (const overlay of [join(FIXTURE_SET, '../overlay.nix'), '../overlay.nix']) {
      const extended = await compose(['extra'], { importArguments: { overlays: [overlay] } });
      expect(attributes(extended)).toEqual(['extra.out']);
    }
    await expect(compose(['extra'], { importArguments: { overlays: [1] } })).rejects.toMatchObject({
      code: 'evaluation-failed',
      message: expect.stringContaining('An overlay is the path of a Nix file'),
    });
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: what Nix would take for code
  test.each(['x"; builtins.abort "code ran', '${builtins.abort "code ran"}', "''; abort ''"])(
    'is data, also where a name looks like code: %s',
    async (name) => {
      const error = await failure(compose([`"${name.replace(/["\\]/g, '\\$&')}"`]));
      expect(error.code).toBe('unknown-package');
      expect(error.log ?? '').not.toContain('code ran');
    },
  );
});

describe('packages that cannot be had', () => {
  test('are all named at once, unknown ones with the nearest names', async () => {
    const error = await failure(
      compose(['helo', 'wrld', 'requests', 'pythonPackages.flsk', 'tool.lib', 'hello', 'aString.x']),
    );
    expect(error.code).toBe('unknown-package');
    expect(problemsOf(error).map(({ requested, nearest }) => [requested, nearest])).toEqual([
      ['helo', ['hello']],
      ['wrld', ['world']],
      ['requests', ['python3Packages.requests']],
      ['pythonPackages.flsk', ['pythonPackages.Flask']],
      ['tool.lib', ['tool.out', 'tool.bin', 'tool.man']],
      ['aString.x', []],
    ]);
    for (const name of ['helo', 'wrld', 'hello']) expect(error.message).toContain(name);
  });

  test('are told apart by what nixpkgs has against them, all of it', async () => {
    const error = await failure(
      compose(
        ['unfree', 'broken', 'insecure', 'unsupported', 'several'].map((name) => `free-riders.${name}`),
      ),
    );
    expect(problemsOf(error).map(({ code, reasons, name }) => ({ code, reasons, name }))).toEqual([
      { code: 'unfree-package', reasons: ['unfree'], name: 'unfree-1.0' },
      { code: 'broken-package', reasons: ['broken'], name: 'broken-1.0' },
      { code: 'insecure-package', reasons: ['insecure'], name: 'insecure-1.0' },
      { code: 'unsupported-system', reasons: ['unsupported'], name: 'unsupported-1.0' },
      { code: 'unfree-package', reasons: ['unfree', 'broken'], name: 'several-1.0' },
    ]);
    expect(error.message).toContain('CVE-2000-1');
    expect(error.message).toContain('Proprietary');
    expect(error.hint).toContain('allowUnfree');
  });

  test('can be had where the import arguments allow them', async () => {
    const importArguments = { config: { allowUnfree: true, permittedInsecurePackages: ['insecure-1.0'] } };
    const composed = await compose(['free-riders.unfree', 'free-riders.insecure'], { importArguments });
    expect(composed.packages).toHaveLength(2);
    const error = await failure(compose(['free-riders.several'], { importArguments }));
    expect(problemsOf(error)[0]?.reasons).toEqual(['broken']);
  });

  test('are told when a dependency is what is refused', async () => {
    const [problem] = problemsOf(await failure(compose(['needs-unfree'])));
    expect(problem).toMatchObject({ requested: 'needs-unfree', code: 'unfree-package' });
    expect(problem?.message).toContain('unfree-1.0 has an unfree licence');
  });

  test('do not hide each other where Nix gives up altogether', async () => {
    const error = await failure(compose(['hello', 'uncatchable', 'helo', 'throws', 'uncatchable2', 'world']));
    expect(problemsOf(error).map(({ requested, code }) => [requested, code])).toEqual([
      ['uncatchable', 'evaluation-failed'],
      ['helo', 'unknown-package'],
      ['throws', 'evaluation-failed'],
      ['uncatchable2', 'evaluation-failed'],
    ]);
    expect(error.message).toContain('throws was removed; use hello');
    expect(error.message).toContain("attribute 'nothing' missing");
  });

  test('are not packages at all', async () => {
    const error = await failure(compose(['pythonPackages', 'aFunction', 'aString']));
    expect(problemsOf(error).map(({ message }) => message)).toEqual([
      'pythonPackages is a set of packages, not a package. Name one of them, as in pythonPackages.NAME.',
      'aFunction is a function, not a package.',
      'aString is a string, not a package.',
    ]);
  });

  test('a package for a system that nobody here builds for', async () => {
    const error = await failure(compose(['elsewhere']));
    expect(error.code).toBe('unsupported-system');
    expect(error.action).toEqual({ action: 'set-option', option: 'builders' });
  });

  test('a system that is named twice, differently', async () => {
    const error = await failure(compose(['arm64', 'hello'], { system: 'x86_64-linux' }));
    expect(error.code).toBe('usage');
  });
});

describe('a build that goes wrong', () => {
  test('says which derivation, why, and what it last wrote', async () => {
    const events: NixEvent[] = [];
    const error = await failure(compose(['needs-fails'], {}, { onEvent: (event) => events.push(event) }));
    expect(error).toMatchObject({
      code: 'build-failed',
      message: 'needs-fails needs fails-1.0, which failed to build: exit code 7.',
      log: 'line one\nline two',
    });
    const inputs = events.find(
      (event) => event.type === 'derivation-inputs' && /needs-fails/.test(event.derivation),
    );
    expect(inputs).toMatchObject({ inputs: [expect.stringContaining('-fails-1.0.drv')] });
  });

  test('a full disk is not blamed on the package', async () => {
    expect((await failure(compose(['full-disk']))).code).toBe('disk-full');
  });

  test('ends when its time is up, and leaves no process', async () => {
    const error = await failure(compose(['slow'], { nix: { options: [], timeoutSeconds: 2 } }));
    expect(error.code).toBe('build-timeout');
    expect(error.message).toBe('slow (slow-1.0) was still being built when 2 s were over.');
    expect(JSON.stringify(error.details)).toContain('slow-1.0.drv');
    expect(processesWith(nix.directory)).toEqual([]);
  });

  test("ends when Nix's own time limit is up", async () => {
    const error = await failure(compose(['slow'], { nix: { options: [['timeout', '1']] } }));
    expect(error).toMatchObject({
      code: 'build-timeout',
      message: 'slow (slow-1.0) took too long to build: it was ended after 1 seconds.',
    });
  });

  test('when cancelled leaves no process and nothing half-written', async () => {
    const controller = new AbortController();
    const before = await readdir(join(nix.cacheDirectory, 'gcroots'));
    const composing = compose(
      ['slow'],
      {},
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'build-log') controller.abort();
        },
      },
    );
    await expect(composing).rejects.toBeInstanceOf(Cancelled);
    expect(processesWith(nix.directory)).toEqual([]);
    expect(await readdir(join(nix.cacheDirectory, 'gcroots'))).toEqual(before);
    // Nix may leave the directory that the builder had begun; it does not take it for the package.
    const begun = (await readdir(nix.storeDirectory)).filter((name) => name.endsWith('-slow-1.0'));
    for (const name of begun) expect(await isValid(join(nix.storeDirectory, name))).toBe(false);
  });

  test('is not begun once cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(compose(['hello'], {}, { signal })).rejects.toBeInstanceOf(Cancelled);
  });
});
