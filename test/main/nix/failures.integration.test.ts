import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSelection, type SelectionRequest } from '../../../src/main/nix/compose-selection.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { fileServer } from './support/file-server.ts';
import { gitRepository } from './support/git-repository.ts';
import { type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

const FAILURES = resolve(import.meta.dirname, '../../fixtures/nix/failures');
const FILE = join(FAILURES, 'default.nix');

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

interface Asked {
  readonly source?: PackageSource;
  readonly importArguments?: SelectionRequest['importArguments'];
  readonly onEvent?: (event: NixEvent) => void;
}

/** What composing says of packages that cannot be had. */
async function failure(packages: readonly string[], asked: Asked = {}): Promise<StrataError> {
  const { source = { type: 'path', path: FAILURES }, importArguments = {}, onEvent } = asked;
  const request = { source, importArguments, packages, nix: { options: [] } };
  try {
    await composeSelection(
      { ...request, defaults: { cacert: false, ianaEtc: false } },
      { cacheDirectory: nix.cacheDirectory, env: nix.env, baseDirectory: nix.directory, onEvent },
    );
  } catch (error) {
    if (error instanceof StrataError) return error;
    throw error;
  }
  throw new Error('It succeeded.');
}

describe('a derivation that fails', () => {
  test('is told as what the packages asked for need, from afar', async () => {
    const error = await failure(['jinja', 'gunicorn', 'flask']);
    expect(error).toMatchObject({
      code: 'build-failed',
      message:
        'gunicorn and flask need python3.13-werkzeug-3.0, which failed to build: exit code 3.\n' +
        '(flask-3.0 → python3.13-click-8.1 → python3.13-werkzeug-3.0)',
      log: 'compiling\nno such header: x.h',
      details: { requested: ['gunicorn', 'flask'] },
    });
  });

  test.each([
    [
      'forbidden',
      'forbidden (forbidden-1.0) failed to build: it refers to python3.13-jinja-3.1, which it must not.',
    ],
    [
      'other-feature',
      'other-feature (other-feature-1.0) cannot be built here: it needs a machine with the feature quantum.',
    ],
    [
      'fetch-unreachable',
      /^fetch-unreachable needs nowhere\.tar\.gz, which could not be fetched from http:\/\/127\.0\.0\.1:9\//,
    ],
  ])('%s', async (name, message) => {
    const error = await failure([name]);
    expect(error.message).toMatch(message);
    expect(`${error.message} ${error.log}`).not.toContain('strata-runtime-graph');
  });
});

describe('an evaluation that fails', () => {
  test("shows the user's own file, and none of ours", async () => {
    const error = await failure(['missing-attribute']);
    expect(error.message).toBe(
      `missing-attribute cannot be evaluated: attribute 'absent' missing, at ${FILE}:52:69.`,
    );
    expect(error.log?.split('\n').slice(0, 2)).toEqual(["attribute 'absent' missing", `  at ${FILE}:52:69`]);
    expect(error.log).not.toMatch(/(?:prepare-image|load-pkgs|lookup|explain-package)\.nix/);
  });

  test('for the network fails at once: what cannot be reached is asked for once', async () => {
    const server = await fileServer(nix.directory);
    const importArguments = { server: server.url };
    const error = await failure(['jinja', 'from-missing', 'flask'], { importArguments });
    await server.close();
    expect(error).toMatchObject({
      code: 'network',
      message: `${server.url}/missing.tar.gz could not be downloaded: HTTP error 404${/\(Not Found\)/.exec(error.message)?.[0] ?? ''}.`,
    });
    expect(server.requests).toEqual(['/missing.tar.gz']);
  });
});

describe('a flake', () => {
  async function flake(text: string): Promise<string> {
    const directory = await mkdtemp(join(nix.directory, 'flake-'));
    await writeFile(join(directory, 'flake.nix'), text);
    return directory;
  }

  test('with a fault in its flake.nix is told so, with the place', async () => {
    const directory = await flake('{\n  outputs = { self }: {\n    packages = 1\n  };\n}\n');
    expect(await failure(['hello'], { source: { type: 'flake', ref: `path:${directory}` } })).toMatchObject({
      code: 'evaluation-failed',
      message: `The flake.nix of path:${directory} cannot be read: syntax error, unexpected '}', expecting ';', at flake.nix:4:3.`,
    });
  });

  test('says once that it differs from its commit', async () => {
    const content = await flake('{ outputs = { self }: { packages.x86_64-linux.hello = 1; }; }');
    const { directory } = await gitRepository(join(nix.directory, 'dirty'), content);
    await writeFile(join(directory, 'flake.nix'), '{ outputs = { self }: { packages.none.hello = 1; }; }');
    const warnings: string[] = [];
    const onEvent = (event: NixEvent): void => {
      if (event.type === 'message' && event.level === 'warning') warnings.push(event.text);
    };
    await failure(['hello'], { source: { type: 'flake', ref: directory }, onEvent });
    expect(warnings.filter((text) => text.includes('dirty'))).toHaveLength(1);
  });

  test('that is asked for as a git repository is pointed to', async () => {
    const content = await flake('{ outputs = { self }: { }; }');
    const { directory, git } = await gitRepository(join(nix.directory, 'flake-only'), content);
    const commit = await git('rev-parse', 'HEAD');
    const error = await failure(['hello'], { source: { type: 'git', url: directory } });
    expect(error).toMatchObject({
      code: 'source-unavailable',
      message: `The git repository ${directory} at ${commit} has no default.nix.`,
      hint: `It is a flake: use flake:git+file://${directory}?rev=${commit} as the source.`,
    });
  });
});

test('a git repository that cannot be reached is asked once, whether a branch or a tag is meant', async () => {
  const server = await fileServer(nix.directory);
  const error = await failure(['hello'], {
    source: { type: 'git', url: `${server.url}/x.git`, ref: 'main' },
  });
  await server.close();
  expect(error.code).toBe('source-unavailable');
  expect(error.message).toContain(`The git repository ${server.url}/x.git`);
});

test('a source is described without its revision, which is shown beside it', async () => {
  const content = await mkdtemp(join(nix.directory, 'content-'));
  await cp(FAILURES, content, { recursive: true });
  const { directory, git } = await gitRepository(join(nix.directory, 'repository'), content);
  const { source } = await openSource(
    { source: { type: 'git', url: directory }, importArguments: {}, nix: { options: [] } },
    { cacheDirectory: nix.cacheDirectory, env: nix.env, baseDirectory: nix.directory },
  );
  expect(source).toMatchObject({ description: directory, revision: await git('rev-parse', 'HEAD') });
});
