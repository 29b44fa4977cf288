import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { OUTPUT_SCHEMAS } from '../../../src/main/cli/output-schemas.ts';
import { recordBuild } from '../../../src/main/planning/build-records.ts';
import { strata, temporaryDirectory } from '../../support/cli.ts';

let directory: { path: string; remove: () => Promise<void> };
const at = (name: string) => join(directory.path, name);

/** An application on two libraries; `libHash` stands for another build of the library. */
const path = (hash: string, name: string) => `/nix/store/${hash.repeat(32)}-${name}`;
const attrsOf = (libHash: string, version = '1.0') => {
  const lib = path(libHash, `lib-${version}`);
  const app = path(libHash === 'b' ? 'a' : 'd', 'app-2.1');
  return {
    exportReferencesGraph: { graph: [app] },
    graph: [
      { path: app, narSize: 30_000_000, references: [lib, path('c', 'data')] },
      { path: lib, narSize: 20_000_000, references: [] },
      { path: path('c', 'data'), narSize: 10_000_000, references: [] },
    ],
  };
};

beforeAll(async () => {
  directory = await temporaryDirectory('planning-commands');
  await writeFile(at('graph.json'), JSON.stringify(attrsOf('b')));
  await writeFile(at('hints.json'), JSON.stringify({ version: 1, pins: ['lib', 'libb'], volatile: ['app'] }));
});
afterAll(() => directory.remove());

describe('strata explain', () => {
  it('takes the hints into account that the layers were planned with, and names those of no use', async () => {
    const result = await strata(['explain', '--graph', at('graph.json'), '--hints', at('hints.json')]);

    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toContain('Pinned to a layer of its own.');
    expect(result.stdout).toContain('Marked as changing with every build, so it comes last.');
    expect(result.stdout).toContain(
      "update lib-1.0: moves 50.0 MB in 2 layers (60.0 MB by docker's overlay2 store); the paths that change have 50.0 MB",
    );
    expect(result.stderr).toContain('warning: the hints name what this image does not have: libb');
  });

  it('says as JSON what it says in words', async () => {
    const args = ['explain', '--graph', at('graph.json'), '--hints', at('hints.json'), '--json'];
    const layers = JSON.parse((await strata(args)).stdout) as { contents: string[] }[];

    expect(layers.find(({ contents }) => contents[0]?.endsWith('lib-1.0'))).toMatchObject({
      sizeBytes: 20_000_000,
      reason: { kind: 'pinned', text: 'Pinned to a layer of its own.' },
      exposure: 1,
      updates: [{ movedBytes: 50_000_000, changedBytes: 50_000_000, changedLayers: 2 }],
    });
  });
});

describe('strata plan --known', () => {
  it('shows which layers exist, and how much that is', async () => {
    await strata(['plan', '--graph', at('graph.json'), '--out', at('plan.json')]);
    const result = await strata(['plan', '--graph', at('graph.json'), '--known', at('plan.json')]);

    expect(result.stdout).toMatch(/also in/);
    expect(result.stdout).toMatch(/plan\.json +lib-1\.0/);
    expect(result.stderr).toContain('3 of 3 layers, 60.0 MB of 60.0 MB, exist in known images already');
  });
});

describe('strata learn', () => {
  const env = () => ({ STRATA_DATA_DIR: at('data') });
  const record = (libHash: string, version: string) =>
    recordBuild(at('data/builds'), at('web.strata.json'), {
      system: 'x86_64-linux',
      graph: readStructuredAttrs(attrsOf(libHash, version)),
    });

  it('takes two builds, and then says what changed and why the rest did', async () => {
    await record('b', '1.0');
    const early = await strata(['learn', at('web.strata.json')], { env: env() });
    expect(early.exitCode).toBe(2);
    expect(early.stderr).toContain('It takes two builds');

    await record('e', '1.1');
    const asJson = await strata(['learn', at('web.strata.json'), '--json'], { env: env() });
    const output: unknown = JSON.parse(asJson.stdout);
    expect(OUTPUT_SCHEMAS.learn.parse(output)).toEqual(output);
    const learned = await strata(['learn', at('web.strata.json')], { env: env() });
    expect(learned.stdout).toBe('   1 of 1  lib-*');
    expect(learned.stderr).toContain(
      '1 step from one build to the next; 1 name changed, not only because of others',
    );
    expect(learned.stderr).toContain('The last changed lib-1.0 to lib-1.1; 1 more path because of that');
    expect(JSON.parse(await readFile(at('web.hints.json'), 'utf8'))).toEqual({
      version: 1,
      updates: { steps: 1, changes: { 'lib-*': 1 } },
    });
  });
});
