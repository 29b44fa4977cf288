import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishFile, sharedSync } from '../../../src/main/files/durable.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-durable-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('publishing a file', () => {
  it('replaces what was there, and leaves nothing else', async () => {
    writeFileSync(join(directory, 'final'), 'old');
    writeFileSync(join(directory, 'temporary'), 'new');
    await publishFile(join(directory, 'temporary'), join(directory, 'final'));
    expect(readFileSync(join(directory, 'final'), 'utf8')).toBe('new');
    expect(readdirSync(directory)).toEqual(['final']);
  });

  it('has many files share a sync of their directory', async () => {
    let syncs = 0;
    const sync = sharedSync(directory);
    const counted = () => {
      syncs += 1;
      return sync();
    };
    const names = Array.from({ length: 50 }, (_, index) => `file-${index}`);
    for (const name of names) writeFileSync(join(directory, `${name}.new`), name);
    await Promise.all(
      names.map((name) => publishFile(join(directory, `${name}.new`), join(directory, name), counted)),
    );
    expect(syncs).toBe(50);
    expect(readdirSync(directory)).toHaveLength(50);
  });
});

describe('a shared sync', () => {
  it('is one that begins after the call', async () => {
    const sync = sharedSync(directory);
    const [first, second] = [sync(), sync()];
    expect(second).toBe(first);
    await first;
    const third = sync();
    expect(third).not.toBe(first);
    await third;
  });

  it('fails for all who share it, and works again when the reason is gone', async () => {
    const later = join(directory, 'later');
    const sync = sharedSync(later);
    await expect(sync()).rejects.toMatchObject({ code: 'ENOENT' });
    writeFileSync(later, '');
    await expect(sync()).resolves.toBeUndefined();
  });
});
