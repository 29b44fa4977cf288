import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRecordStore } from '../../../src/main/host/records/record-store.ts';
import { temporaryDirectory } from '../documents/support.ts';

const store = (directory: string, kept = 3) =>
  createRecordStore({ directory, schema: z.object({ n: z.number() }), title: 'This build', kept });
const draft = () => ({ draft: randomUUID(), path: null });

describe('kept results', () => {
  it('are found by their id and by their document, the newest first, also by another process', async () => {
    const directory = temporaryDirectory();
    const records = store(directory);
    const [mine, other] = [draft(), draft()];
    const first = randomUUID();
    await records.put(first, mine, { n: 1 });
    await records.put(randomUUID(), mine, { n: 2 });
    await records.put(randomUUID(), other, { n: 3 });
    expect(await records.latest(mine)).toEqual({ n: 2 });
    expect(await store(directory).latest(other)).toEqual({ n: 3 });
    expect(await records.get(first)).toEqual({ n: 1 });
    expect(await records.latest(draft())).toBeUndefined();
  });

  it('follow a draft to its file', async () => {
    const records = store(temporaryDirectory());
    const ref = draft();
    await records.put(randomUUID(), ref, { n: 1 });
    await records.attach({ draft: ref.draft, path: '/a.strata.json' });
    expect(await records.latest({ draft: randomUUID(), path: '/a.strata.json' })).toEqual({ n: 1 });
    expect(await records.latest({ draft: randomUUID(), path: '/b.strata.json' })).toBeUndefined();
  });

  it('are only so many', async () => {
    const directory = temporaryDirectory();
    const records = store(directory, 2);
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const [n, id] of ids.entries()) await records.put(id, draft(), { n });
    expect(readdirSync(directory)).toHaveLength(3);
    await expect(records.get(ids[0] ?? '')).rejects.toMatchObject({ code: 'not-found' });
    expect(await records.get(ids[2] ?? '')).toEqual({ n: 2 });
  });

  it('that are damaged count as gone', async () => {
    const directory = temporaryDirectory();
    const records = store(directory);
    const [ref, id] = [draft(), randomUUID()];
    await records.put(id, ref, { n: 1 });
    writeFileSync(join(directory, `${id}.json`), '{"n":');
    await expect(records.get(id)).rejects.toMatchObject({
      code: 'not-found',
      message: 'This build is not kept any more.',
    });
    expect(await records.latest(ref)).toBeUndefined();
  });

  it('have no other files than their own: an id is not a path', async () => {
    await expect(store(temporaryDirectory()).get('../settings')).rejects.toMatchObject({ code: 'not-found' });
  });
});
