import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PreparedStarter, prepareStarter, starterCatalog } from '../../../src/main/starter/prepare.ts';
import { makeImageRoot, NIX_ENVIRONMENT } from './image-root.ts';
import { SMOKE_TESTS } from './smoke.ts';

let starter: PreparedStarter;
let built: Map<string, string>;

async function build(attributes: readonly string[], ...args: string[]): Promise<string[]> {
  const { debset, debDir } = starter.arguments;
  const common = [starter.path, '--argstr', 'debset', debset, '--argstr', 'debDir', debDir, '--no-out-link'];
  const selected = attributes.flatMap((attribute) => ['--attr', attribute]);
  const { stdout } = await execa('nix-build', [...common, ...selected, ...args], { env: NIX_ENVIRONMENT });
  return stdout.split('\n');
}

beforeAll(async () => {
  starter = await prepareStarter('all');
  const attributes = (await starterCatalog()).map(({ attribute }) => attribute);
  const paths = await build(attributes);
  built = new Map(attributes.map((attribute, index) => [attribute, paths[index] ?? '']));
});

describe('every attribute of the starter set', () => {
  it('has a test here', async () => {
    const attributes = (await starterCatalog()).map(({ attribute }) => attribute);
    expect(attributes.filter((attribute) => !SMOKE_TESTS[attribute])).toEqual([]);
  });

  it.each(Object.entries(SMOKE_TESTS))('%s works in the root of an image', async (attribute, tests) => {
    const beside = tests.flatMap((test) => test.beside ?? []);
    const packages = [...new Set([attribute, ...beside])].map((name) => built.get(name) ?? '');
    const root = await makeImageRoot(packages);
    try {
      for (const test of tests) {
        const { output } = await root.run(test.argv, test.env);
        expect(output, test.argv.join(' ')).toMatch(test.output);
      }
    } finally {
      await root.remove();
    }
  });
});
