import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileAccess } from '../../../src/main/files/file-access.ts';
import { createPopularities } from '../../../src/main/host/popularities.ts';
import { createRecordStore } from '../../../src/main/host/records/record-store.ts';
import { popularityCountsSchema } from '../../../src/shared/contract/popularity.ts';
import { temporaryDirectory } from '../documents/support.ts';

async function services() {
  const root = temporaryDirectory();
  const work = join(root, 'work');
  mkdirSync(work);
  const records = createRecordStore({
    directory: join(root, 'data'),
    schema: popularityCountsSchema.nullable(),
    title: 'These popularity counts',
    kept: 3,
  });
  const files = await createFileAccess([work]);
  return { work, popularities: createPopularities({ files, records }) };
}

const draft = () => ({ draft: randomUUID(), path: null });

describe('popularity counts that a window chooses', () => {
  it('are kept as they were when they were read', async () => {
    const { work, popularities } = await services();
    const [mine, other] = [draft(), draft()];
    const location = join(work, 'counts.json');
    writeFileSync(location, '{"glibc-2.40": 7}');
    const chosen = await popularities.choose(mine, location);
    rmSync(location);
    expect(chosen).toMatchObject({ location, counts: { 'glibc-2.40': 7 } });
    expect(await popularities.latest(mine)).toEqual(chosen);
    expect(await popularities.latest(other)).toBeNull();
    expect(await popularities.counts(chosen.id)).toEqual({ 'glibc-2.40': 7 });
  });

  it('are forgotten when the package source is to count again', async () => {
    const { work, popularities } = await services();
    const mine = draft();
    writeFileSync(join(work, 'counts.json'), '{"glibc-2.40": 7}');
    await popularities.choose(mine, join(work, 'counts.json'));
    await popularities.forget(mine);
    expect(await popularities.latest(mine)).toBeNull();
    expect(await popularities.counts(null)).toBeUndefined();
  });

  it('are read from where the window may look, and only where they are counts', async () => {
    const { work, popularities } = await services();
    writeFileSync(join(work, 'words.json'), '{"glibc-2.40": "often"}');
    await expect(popularities.choose(draft(), join(work, 'words.json'))).rejects.toMatchObject({
      code: 'invalid-graph',
    });
    await expect(popularities.choose(draft(), '/etc/passwd')).rejects.toMatchObject({ code: 'file-system' });
    await expect(popularities.counts(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });
});
