import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCompositionOptions,
  addImageOptions,
  addLayeringOptions,
  documentFrom,
} from '../../src/main/cli/options.ts';
import { buildArguments, shellWords, unsaidFields } from '../../src/shared/command-line.ts';
import { documentSchema, type StrataDocument } from '../../src/shared/document.ts';

/** What the command line makes of the arguments. */
async function readBack(words: readonly string[]): Promise<StrataDocument> {
  const command = addImageOptions(addLayeringOptions(addCompositionOptions(new Command())))
    .option('--format <format>')
    .requiredOption('--output <file>')
    .argument('[spec]')
    .exitOverride();
  command.parse([...words.slice(1)], { from: 'user' });
  return documentFrom(command.args[0], command.opts());
}

const request = (document: StrataDocument) =>
  ({ document, path: null, output: 'image.tar', format: 'oci' }) as const;

describe('the equivalent command line', () => {
  it('says no more than it has to', () => {
    const document = documentSchema.parse({ version: 1, packages: ['bash', 'curl'] });
    expect(shellWords(['strata', ...buildArguments(request(document))])).toBe(
      'strata build --packages bash,curl --output image.tar',
    );
  });

  it('names the file of a document that is saved', () => {
    const document = documentSchema.parse({ version: 1, packages: ['bash'] });
    const words = buildArguments({
      document,
      path: '/home/me/my web.strata.json',
      output: '/tmp/x',
      format: 'oci-dir',
    });
    expect(shellWords(words)).toBe("build '/home/me/my web.strata.json' --format oci-dir --output /tmp/x");
  });

  it('names the images that it is planned with', () => {
    const document = documentSchema.parse({ version: 1, packages: ['bash'] });
    const known = ['/home/me/base image.tar', 'registry.example/team/api:v3'];
    const popularity = '/home/me/counts.json';
    expect(shellWords(buildArguments({ ...request(document), known, popularity }))).toBe(
      "build --packages bash --known '/home/me/base image.tar' --known registry.example/team/api:v3 --pop /home/me/counts.json --output image.tar",
    );
  });

  it('names each package source, with its arguments', () => {
    const document = documentSchema.parse({
      version: 1,
      packages: ['app:default', 'bash'],
      source: { type: 'starter' },
      sources: {
        app: { type: 'flake', ref: '.' },
        own: { type: 'path', path: 'set', importArguments: { greeting: "it's" } },
      },
    });
    expect(shellWords(buildArguments(request(document)))).toBe(
      'build --packages app:default,bash --source starter --source-as app=flake:. --source-as own=path:set ' +
        `--import-arguments 'own={"greeting":"it'\\''s"}' --output image.tar`,
    );
  });

  it('tells what only a document can say', () => {
    const said = documentSchema.parse({ version: 1, packages: ['bash'], layering: { budget: 3, pins: [] } });
    expect(unsaidFields(said)).toEqual([]);
    const unsaid = documentSchema.parse({
      version: 1,
      created: '2026-01-02T03:04:05Z',
      layering: { pins: ['glibc'], keepTogether: [['a', 'b']], volatile: ['app'] },
      annotations: {},
    });
    expect(unsaidFields(unsaid)).toEqual([
      'created',
      'annotations',
      'layering.pins',
      'layering.keepTogether',
      'layering.volatile',
    ]);
  });

  it('gives the same document when it is read back', async () => {
    const document = documentSchema.parse({
      version: 1,
      name: 'team/web',
      tag: 'v1.2',
      tags: ['v1', 'latest'],
      annotations: { 'org.opencontainers.image.version': '1.2', none: '' },
      source: { type: 'git', url: 'https://git.example/set', ref: 'main' },
      importArguments: { config: { allowUnfree: true } },
      system: 'aarch64-linux',
      packages: ['nginx', 'python3Packages.requests', 'openssl.bin'],
      defaults: { cacert: false, ianaEtc: false },
      layering: {
        budget: 12,
        strategy: 'nixery',
        closureSizeThreshold: 5,
        popularityThreshold: 7,
        minLayerBytes: 0,
      },
      compression: { type: 'zstd', level: 9 },
      config: {
        Cmd: ['nginx', '-g', "daemon off; it's"],
        Entrypoint: ['/bin/sh', '-c'],
        Env: ['A=b c', 'EMPTY='],
        User: '1000:100',
        WorkingDir: '/srv',
        ExposedPorts: { '80/tcp': {}, '443': {} },
        Volumes: { '/data': {} },
        Labels: { 'org.example.note': 'a=b', empty: '' },
        StopSignal: 'SIGQUIT',
      },
    });
    expect(await readBack(buildArguments(request(document)))).toEqual(document);
  });

  it("gives the same document with what Docker's media types have", async () => {
    const document = documentSchema.parse({
      version: 1,
      packages: ['bash'],
      mediaTypes: 'docker',
      tags: ['v1'],
      config: {
        Healthcheck: { Test: ['CMD', 'true'], Interval: '1m30s', Retries: 3 },
        Shell: ['/bin/sh', '-c'],
      },
    });
    expect(await readBack(buildArguments(request(document)))).toEqual(document);
  });

  it('gives the same document whatever its texts are', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text),
        fc.array(text),
        fc.dictionary(
          text.filter((key) => !key.includes('=')),
          text,
        ),
        async (cmd, env, labels) => {
          const document = documentSchema.parse({
            version: 1,
            name: 'bash',
            packages: ['bash'],
            config: { Cmd: cmd, Env: env.map((value) => `X=${value}`), Labels: labels },
          });
          const expected = structuredClone(document);
          // Nothing is said of what is empty.
          if (env.length === 0) delete expected.config.Env;
          if (Object.keys(labels).length === 0) delete expected.config.Labels;
          expect(await readBack(buildArguments(request(document)))).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is read by a shell as it is meant', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1 }).filter((word) => !word.includes('\0')),
          { minLength: 1 },
        ),
        (words) => {
          const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], {
            encoding: 'utf8',
          });
          expect(printed.split('\0').slice(0, -1)).toEqual(words);
        },
      ),
      { numRuns: 40 },
    );
  });
});
