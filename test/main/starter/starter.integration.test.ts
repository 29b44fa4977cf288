import { beforeAll, describe, expect, it } from 'vitest';
import { type PreparedStarter, starterCatalog } from '../../../src/main/starter/prepare.ts';
import { makeImageRoot } from './image-root.ts';
import { build, importStarter, prepared, whyNoStarter } from './nix.ts';
import { SMOKE_TESTS } from './smoke.ts';

let starter: PreparedStarter;
let built: Map<string, string>;

beforeAll(async () => {
  starter = await prepared('all');
  const attributes = (await starterCatalog()).map(({ attribute }) => attribute);
  const paths = await build(`with ${importStarter(starter)}; [ ${attributes.join(' ')} ]`);
  built = new Map(attributes.map((attribute, index) => [attribute, paths[index] ?? '']));
});

describe.skipIf(whyNoStarter !== undefined)('every attribute of the starter set', () => {
  it('has a test here', async () => {
    const attributes = (await starterCatalog()).map(({ attribute }) => attribute);
    expect(attributes.filter((attribute) => !SMOKE_TESTS[attribute])).toEqual([]);
  });

  it.concurrent.each(Object.entries(SMOKE_TESTS))(
    '%s works in the root of an image',
    async (attribute, tests) => {
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
    },
  );
});
