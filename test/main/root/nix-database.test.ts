import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { nixDatabase } from '../../../src/main/root/nix-database.ts';

const path = (letter: string, name: string) => `/nix/store/${letter.repeat(32)}-${name}`;
const HASH = `sha256:${'0'.repeat(52)}`;

/** `a` needs `b` and itself; `b` needs nothing. */
function graph(narHash = HASH) {
  const [a, b] = [path('a', 'app'), path('b', 'lib')];
  return readStructuredAttrs(
    JSON.stringify({
      exportReferencesGraph: { graph: [a] },
      graph: [
        { path: b, narHash, narSize: 100, closureSize: 100, references: [] },
        { path: a, narHash, narSize: 200, closureSize: 300, references: [b, a] },
      ],
    }),
  );
}

let directory: string | undefined;
afterEach(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true });
  directory = undefined;
});

describe("Nix's database", () => {
  it('has each path with its hash, size and references, to itself too', async () => {
    directory = await mkdtemp(join(tmpdir(), 'nix-database-'));
    const file = join(directory, 'db.sqlite');
    writeFileSync(file, nixDatabase(graph()));
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = (sql: string) =>
      database
        .prepare(sql)
        .all()
        .map((row) => Object.values(row));
    expect(
      rows('select path, hash, registrationTime, narSize, deriver from ValidPaths order by path'),
    ).toEqual([
      [path('a', 'app'), `sha256:${'0'.repeat(64)}`, 1, 200, null],
      [path('b', 'lib'), `sha256:${'0'.repeat(64)}`, 1, 100, null],
    ]);
    expect(rows('select referrer, reference from Refs order by 1, 2')).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(rows('pragma integrity_check')).toEqual([['ok']]);
    database.close();
  });

  it('is the same bytes for the same closure', () => {
    expect(nixDatabase(graph()).equals(nixDatabase(graph()))).toBe(true);
  });

  it('cannot be made without hashes', () => {
    expect(() => nixDatabase({ ...graph(), narHashes: ['', ''] })).toThrow('hash of /nix/store/aaaa');
  });
});
