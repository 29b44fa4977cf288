import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withTemporaryFile } from '../../../src/main/files/with-temporary-file.ts';
import { temporaryDirectory } from '../documents/support.ts';

describe('a temporary file', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('holds the text for this user alone, while the work runs and no longer', async () => {
    let seen = '';
    const work = async (file: string) => {
      seen = file;
      expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
      return readFileSync(file, 'utf8');
    };
    expect(await withTemporaryFile('text', work)).toBe('text');
    expect(existsSync(dirname(seen))).toBe(false);
    await expect(withTemporaryFile('text', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('names the setting where there is no place for it', async () => {
    const nowhere = join(temporaryDirectory(), 'none');
    vi.stubEnv('TMPDIR', nowhere);
    await expect(withTemporaryFile('text', async () => {})).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot write ${nowhere}: it does not exist (ENOENT).`,
      hint: 'Set TMPDIR to a directory that can be written.',
    });
  });
});
