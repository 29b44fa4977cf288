import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDrafts } from '../../../src/main/documents/drafts.ts';
import { createRecentDocuments } from '../../../src/main/documents/recent-documents.ts';
import { createJsonFile } from '../../../src/main/files/own-json.ts';
import { isAlive, newProcessName, processMark } from '../../../src/main/files/process-mark.ts';
import { documentOf, temporaryDirectory } from './support.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const draftOf = (...packages: string[]) => ({
  draft: randomUUID(),
  path: null,
  document: documentOf(...packages),
  fingerprint: null,
});

describe('unsaved work', () => {
  it('of a window that is there is not offered for recovery; of one that is gone it is', async () => {
    const drafts = createDrafts(temporaryDirectory(), now);
    const draft = draftOf('bash');
    await drafts.save('window 1', draft);
    expect(await drafts.recoverable()).toEqual([]);
    drafts.release('window 1');
    expect(await drafts.recoverable()).toEqual([{ ...draft, savedAt: now().toISOString() }]);
  });

  it('is found again by the window that was reloaded', async () => {
    const drafts = createDrafts(temporaryDirectory(), now);
    const draft = draftOf('bash');
    await drafts.save('window 1', draft);
    drafts.release('window 1');
    expect(await drafts.read('window 1, reloaded', draft.draft)).toMatchObject({ document: draft.document });
    expect(await drafts.recoverable()).toEqual([]);
  });

  it('is gone when it was discarded', async () => {
    const drafts = createDrafts(temporaryDirectory(), now);
    const draft = draftOf('bash');
    await drafts.save('window 1', draft);
    await drafts.discard(draft.draft);
    drafts.release('window 1');
    expect(await drafts.recoverable()).toEqual([]);
    expect(await drafts.read('window 2', draft.draft)).toBeNull();
  });

  it('survives the host that is killed, and is left alone while another host runs', async () => {
    const directory = temporaryDirectory();
    const draft = draftOf('bash');
    const module = resolve(import.meta.dirname, '../../../src/main/documents/drafts.ts');
    const other = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createDrafts } from ${JSON.stringify(module)};
       const drafts = createDrafts(${JSON.stringify(directory)}, () => new Date());
       await drafts.save('its window', ${JSON.stringify(draft)});
       console.log('saved');
       setInterval(() => {}, 1000);`,
    ]);
    await once(other.stdout, 'data');
    const drafts = createDrafts(directory, now);
    expect(await drafts.recoverable()).toEqual([]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await drafts.recoverable()).toMatchObject([{ draft: draft.draft, document: draft.document }]);
  });

  it('that cannot be read is named, and does not hide the rest', async () => {
    const directory = temporaryDirectory();
    const drafts = createDrafts(directory, now);
    const good = draftOf('bash');
    await drafts.save('window 1', good);
    drafts.release('window 1');
    const broken = randomUUID();
    writeFileSync(join(directory, 'drafts', `${broken}.json`), '{"draft":');
    writeFileSync(join(directory, 'drafts', 'notes.txt'), 'not a draft');
    const found = await drafts.recoverable();
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.objectContaining({ draft: good.draft }));
    expect(found).toContainEqual({
      draft: broken,
      failure: expect.objectContaining({ code: 'invalid-document' }),
    });
  });

  it('has no other file than its own: an id is not a path', async () => {
    const drafts = createDrafts(temporaryDirectory(), now);
    await expect(drafts.discard('../settings')).rejects.toThrow();
  });
});

describe('the mark of a process', () => {
  it('tells a running process from one that had the same number', () => {
    expect(isAlive(processMark())).toBe(true);
    const [pid = '', namespace = '', start = ''] = processMark().split('.');
    expect(isAlive(newProcessName())).toBe(true);
    expect(isAlive(`${pid}.${namespace}.1`)).toBe(false);
    expect(isAlive(`999999999.${namespace}.${start}`)).toBe(false);
    expect(isAlive('nonsense')).toBe(false);
  });

  it('takes what a process of another container has not touched for a day for left behind', () => {
    const path = temporaryDirectory();
    expect(isAlive('1.1.1', path)).toBe(true);
    utimesSync(path, new Date(0), new Date(0));
    expect(isAlive('1.1.1', path)).toBe(false);
    expect(isAlive('1.1.1', join(path, 'gone'))).toBe(false);
  });
});

describe('the recent documents', () => {
  it('are the last ones, each once, newest first, also after a restart', async () => {
    const directory = temporaryDirectory();
    const recent = createRecentDocuments(directory, now);
    for (let i = 0; i < 25; i += 1) await recent.add(join(directory, `d${i}.strata.json`));
    await recent.add(join(directory, 'd10.strata.json'));
    writeFileSync(join(directory, 'd24.strata.json'), '');
    const list = await createRecentDocuments(directory, now).list();
    expect(list).toHaveLength(20);
    expect(list.slice(0, 2)).toMatchObject([
      { name: 'd10', exists: false },
      { name: 'd24', exists: true },
    ]);
    await recent.forget(join(directory, 'd10.strata.json'));
    expect((await recent.list())[0]?.name).toBe('d24');
    await recent.forget(null);
    expect(await recent.list()).toEqual([]);
  });

  it('lose nothing when two are added at once', async () => {
    const recent = createRecentDocuments(temporaryDirectory(), now);
    await Promise.all(['a', 'b', 'c'].map((name) => recent.add(`/${name}.strata.json`)));
    expect((await recent.list()).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });
});

describe('a file of our own', () => {
  it('that cannot be read counts as empty and is kept aside', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'x.json'), '{ broken');
    const file = createJsonFile(join(directory, 'x.json'), z.object({ a: z.number() }), () => ({ a: 0 }));
    expect(await file.read()).toEqual({ a: 0 });
    await file.update(({ a }) => ({ a: a + 1 }));
    expect(readdirSync(directory).sort()).toEqual(['x.json', 'x.json.unreadable']);
  });

  it('keeps what another host has written meanwhile', async () => {
    const path = join(temporaryDirectory(), 'x.json');
    const [ours, theirs] = [1, 2].map(() => createJsonFile(path, z.array(z.string()), () => []));
    await ours?.update((entries) => [...entries, 'ours']);
    await theirs?.update((entries) => [...entries, 'theirs']);
    await ours?.update((entries) => [...entries, 'ours again']);
    expect(await theirs?.read()).toEqual(['ours', 'theirs', 'ours again']);
  });
});
