import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';

const A = digestOfHex('a'.repeat(64));
const B = digestOfHex('b'.repeat(64));

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-memory-'));
  file = join(directory, 'deep', 'registry.sqlite');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('what is remembered of registries', () => {
  it('outlives the process', () => {
    const first = openRegistryMemory(file);
    const descriptor = { mediaType: 'm', digest: A, size: 7 };
    first.rememberBlob('r', 'one', A);
    first.rememberSession('r', 'one', A, { location: 'http://r/x?y', holder: '12.0.0' });
    first.rememberLayer('r', 'one', 'key', { descriptor, diffId: B });
    first.rememberContents(A, { diffId: B, sizeBytes: 5, storePaths: ['/nix/store/x', '/nix/store/y'] });
    first.rememberContents(B, { diffId: B, sizeBytes: 0, storePaths: [] });
    first.close();
    const second = openRegistryMemory(file);
    expect(second.repositoriesWith('r', A)).toEqual(['one']);
    expect(second.session('r', 'one', A)).toEqual({ location: 'http://r/x?y', holder: '12.0.0' });
    expect(second.layer('r', 'one', 'key')).toEqual({ descriptor, diffId: B });
    expect(second.contents(A)?.storePaths).toEqual(['/nix/store/x', '/nix/store/y']);
    expect(second.contents(B)?.storePaths).toEqual([]);
    second.close();
  });

  it('is kept apart by registry and repository, and can be forgotten', () => {
    const memory = openRegistryMemory(':memory:');
    memory.rememberBlob('r', 'one', A);
    memory.rememberBlob('r', 'two', A);
    memory.forgetBlob('r', 'one', A);
    expect(memory.repositoriesWith('r', A)).toEqual(['two']);
    expect(memory.repositoriesWith('other', A)).toEqual([]);
    expect(memory.repositoriesWith('r', B)).toEqual([]);
    expect(memory.session('r', 'one', A)).toBeUndefined();
    expect(memory.layer('r', 'one', 'key')).toBeUndefined();
  });

  it('is for the user alone', async () => {
    openRegistryMemory(file).close();
    expect((await stat(join(directory, 'deep'))).mode & 0o777).toBe(0o700);
  });

  it('is begun anew when the file is damaged', async () => {
    openRegistryMemory(file).close();
    await writeFile(file, 'this is no database, and has not been one for a long time'.repeat(100));
    const memory = openRegistryMemory(file);
    memory.rememberBlob('r', 'one', A);
    expect(memory.repositoriesWith('r', A)).toEqual(['one']);
    memory.close();
  });

  it('is begun anew when its tables are gone while it is open', () => {
    const memory = openRegistryMemory(file);
    memory.rememberBlob('r', 'one', A);
    const other = new DatabaseSync(file);
    other.exec('DROP TABLE blob; DROP TABLE session; DROP TABLE layer; DROP TABLE contents');
    other.close();
    memory.rememberBlob('r', 'two', A);
    expect(memory.repositoriesWith('r', A)).toEqual(['two']);
    memory.close();
  });

  it('knows nothing where it can neither be read nor written any more', async () => {
    const memory = openRegistryMemory(file);
    memory.rememberBlob('r', 'one', A);
    await rm(directory, { recursive: true });
    memory.rememberBlob('r', 'two', A);
    memory.rememberSession('r', 'one', A, { location: 'l', holder: '1.0.0' });
    memory.rememberContents(A, { diffId: B, sizeBytes: 1, storePaths: [] });
    memory.forgetBlob('r', 'one', A);
    expect(memory.repositoriesWith('r', A)).toEqual([]);
    expect(memory.session('r', 'one', A)).toBeUndefined();
    expect(memory.layer('r', 'one', 'key')).toBeUndefined();
    expect(memory.contents(A)).toBeUndefined();
    memory.close();
  });

  it('is shared by connections', () => {
    const [one, two] = [openRegistryMemory(file), openRegistryMemory(file)];
    one.rememberBlob('r', 'one', A);
    two.rememberBlob('r', 'two', A);
    expect(one.repositoriesWith('r', A).toSorted()).toEqual(['one', 'two']);
    one.close();
    two.close();
  });
});
