import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Of } from '../../../src/main/files/read-pieces.ts';
import {
  debsetPath,
  type GeneratedSet,
  readGenerated,
  writeGenerated,
} from '../../../src/main/starter/cache.ts';
import { generateDebset } from '../../../src/main/starter/generate.ts';
import { computeRevision } from '../../../src/main/starter/revision.ts';
import { archiveOf, MACHINE } from './fixture.ts';

const generated: GeneratedSet = {
  debset: generateDebset(archiveOf({ bash: 'libc6', dash: '', libc6: '' }), MACHINE, []),
  popularity: { 'libc6-1.0': 2 },
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-starter-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the cache of generated sets', () => {
  it('gives back what was written, and leaves nothing else', async () => {
    await writeGenerated(join(folder, 'one'), generated);

    expect(await readGenerated(join(folder, 'one'))).toEqual(generated);
    expect(await readdir(folder)).toEqual(['one']);
  });

  it('gives nothing for what is missing or damaged, which can then be written again', async () => {
    const one = join(folder, 'one');
    expect(await readGenerated(one)).toBeUndefined();
    await writeGenerated(one, generated);
    const whole = await readFile(debsetPath(one), 'utf8');
    await writeFile(debsetPath(one), whole.slice(0, 100));
    expect(await readGenerated(one)).toBeUndefined();

    await writeGenerated(one, generated);
    expect(await readFile(debsetPath(one), 'utf8')).toBe(whole);
  });

  it('may be written by many at once', async () => {
    const one = join(folder, 'one');
    await Promise.all(Array.from({ length: 8 }, () => writeGenerated(one, generated)));

    expect(await readGenerated(one)).toEqual(generated);
    expect(await readdir(folder)).toEqual(['one']);
  });
});

describe('computeRevision', () => {
  const definition = { attribute: 'a', outputs: { out: ['a', /^b/] }, license: 'mit', programs: [] };

  it('depends on the lists, the definitions and the expression, and on nothing else', async () => {
    const list = join(folder, 'list');
    const expression = join(folder, 'expression');
    await mkdir(expression);
    await writeFile(list, 'Package: a\n');
    await writeFile(join(expression, 'default.nix'), '{ }');
    const compute = async (files: string[], definitions = [definition]) => {
      const indices = await Promise.all(
        files.map(async (file) => ({ file, priority: 500, sha256: await sha256Of(file) })),
      );
      return computeRevision({ indices, definitions, expression });
    };
    const revision = await compute([list]);
    await writeFile(list, 'Package: a\n');
    expect(await compute([list], [{ ...definition }])).toBe(revision);
    expect(revision).toMatch(/^[0-9a-f]{32}$/);

    expect(await compute([])).not.toBe(revision);
    expect(await compute([list], [{ ...definition, outputs: { out: ['a', /^c/] } }])).not.toBe(revision);
    await writeFile(list, 'Package: b\n');
    const updated = await compute([list]);
    expect(updated).not.toBe(revision);
    await writeFile(join(expression, 'default.nix'), '{ a = 1; }');
    expect(await compute([list])).not.toBe(updated);
  });
});
