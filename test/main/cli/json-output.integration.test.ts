import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_SCHEMAS } from '../../../src/main/cli/output-schemas.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { strata, temporaryDirectory } from '../../support/cli.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { whyNoStarter } from '../starter/nix.ts';

let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;
let registry: TestRegistry;
const image = () => join(directory.path, 'hello.tar');
const reference = () => `${registry.host}/hello:v1`;
const STARTER = ['--source', 'starter', '--packages', 'hello'] as const;

const NAMED = ['--source-as', 'tools=starter', '--packages', 'tools:hello'] as const;

beforeAll(async () => {
  directory = await temporaryDirectory('json');
  const document = { version: 1, packages: ['hello'], source: { type: 'starter' } };
  await writeFile(join(directory.path, 'web.strata.json'), JSON.stringify(document));
  cache = await emptyCache();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await directory.remove();
  await cache.remove();
});

async function run(args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await strata(args, { env: cache.env });
  expect(stderr).not.toMatch(/^error:/m);
  return JSON.parse(stdout);
}

describe.skipIf(whyNoStarter !== undefined)('what the commands print as JSON', () => {
  // In this order: the later ones read what the first one built.
  it.each([
    ['build', () => ['build', ...STARTER, '-o', image(), '--json']],
    ['plan', () => ['plan', ...STARTER, '--json']],
    ['plan', () => ['plan', ...STARTER, '--known', image(), '--json']],
    ['explain', () => ['explain', ...STARTER, '--json']],
    ['contents', () => ['contents', ...STARTER, '--account', 'app', '--file', 'README.md:/', '--json']],
    ['graph', () => ['graph', ...STARTER, '--format', 'json']],
    ['why', () => ['why', ...STARTER, 'glibc', '--json']],
    ['verify', () => ['verify', image(), '--json']],
    ['open', () => ['open', image(), '--json']],
    ['open', () => ['open', image(), '--files', '--json']],
    ['build', () => ['build', ...NAMED, '-o', image(), '--json']],
    ['lock', () => ['lock', join(directory.path, 'web.strata.json'), '--json']],
    ['doctor', () => ['doctor', '--json']],
    ['cache', () => ['cache', '--json']],
    ['diff', () => ['diff', image(), join(directory.path, 'web.strata.json'), '--json']],
    ['plan-set', () => ['plan-set', join(directory.path, 'web.strata.json'), '--known', image(), '--json']],
    ['push', () => ['push', image(), reference(), '--json']],
    ['pull', () => ['pull', reference(), '-o', join(directory.path, 'pulled.tar'), '--json']],
  ] as const)('is as it is documented: %s', async (command, args) => {
    const output = await run(args());
    expect(OUTPUT_SCHEMAS[command].parse(output)).toEqual(output);
  });

  it('is planned with popularity counts as it is built with them', async () => {
    const pop = join(directory.path, 'pop.json');
    const curl = ['--source', 'starter', '--packages', 'curl'] as const;
    const strategy = ['--strategy', 'nixery', '--budget', '3'] as const;
    const layersOf = async (command: 'plan' | 'build', ...more: readonly string[]) => {
      const { layers } = (await run([command, ...curl, ...strategy, ...more, '--json'])) as {
        layers: { contents?: readonly string[]; paths?: readonly string[]; kind?: string }[];
      };
      const stored = layers.filter(({ kind }) => kind !== 'root');
      return stored.map(({ contents, paths }) => [...(contents ?? paths ?? [])].sort());
    };
    const usual = await layersOf('plan');
    // What nothing asks for by itself comes first, once it counts for more than all else.
    const [rest] = usual.toSorted((one, other) => other.length - one.length);
    const name = rest?.find((path) => path.includes('-zlib-'))?.replace(/^[^-]+-/, '');
    await writeFile(pop, JSON.stringify({ [`${name}`]: 1_000_000 }));
    const planned = await layersOf('plan', '--pop', pop);
    expect(planned).not.toEqual(usual);
    expect(await layersOf('build', '--pop', pop, '-o', join(directory.path, 'pop.tar'))).toEqual(planned);
  });

  it('has every file with --files', async () => {
    const { files } = OUTPUT_SCHEMAS.open.parse(await run(['open', image(), '--files', '--json']));
    const { stdout } = await strata(['open', image(), '--files'], { env: cache.env });
    expect(files?.length).toBe(stdout.split('\n').filter((line) => / {2}\/\S/.test(line)).length);
  });
});
