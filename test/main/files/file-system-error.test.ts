import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { fileSystemError } from '../../../src/main/files/file-system-error.ts';
import { Cancelled, StrataError } from '../../../src/shared/errors.ts';

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

describe('fileSystemError', () => {
  it('says what could not be done, where and why', () => {
    const error = fileSystemError(
      failureOf(() => readFileSync('/nowhere/at all')),
      'read',
      '/nowhere/at all',
    );
    expect(error).toMatchObject({
      code: 'file-system',
      message: 'Cannot read /nowhere/at all: it does not exist (ENOENT).',
      details: { place: '/nowhere/at all', code: 'ENOENT' },
    });
  });

  it('tells a full disk apart', () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    expect(fileSystemError(full, 'write', '/cache')).toMatchObject({
      code: 'disk-full',
      message: 'There is no room left for /cache (ENOSPC).',
    });
  });

  it('understands the database of the index', () => {
    const db = new DatabaseSync(':memory:');
    db.exec('PRAGMA max_page_count = 1');
    const full = failureOf(() => db.exec('CREATE TABLE a (b)'));
    expect(fileSystemError(full, 'write', '/cache/index')).toMatchObject({ code: 'disk-full' });
    const bug = failureOf(() => db.exec('SELECT nonsense'));
    expect(fileSystemError(bug, 'write', '/cache/index')).toBe(bug);
  });

  it('leaves alone what is not its own', () => {
    const others = [new Cancelled(), new StrataError('usage', 'no'), new TypeError('bug'), 'text'];
    for (const other of others) expect(fileSystemError(other, 'read', '/x')).toBe(other);
  });
});
