import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ClosureGraph, pathsAt } from '../../engine/graph/closure-graph.ts';
import { StrataError } from '../../shared/errors.ts';
import { hexHash } from '../../shared/nix-hash.ts';
import { type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import {
  type ListDirectory,
  linkTo,
  place,
  type RootDirectory,
  type RootNode,
  textFile,
} from './root-tree.ts';

/** What Nix's file `schema` beside the database says; as since Nix 1.11.10 (libstore, local-store.hh, `nixSchemaVersion`). */
const SCHEMA_VERSION = '10';

/** The tables of Nix's database (libstore, schema.sql), without which it would not open one that is there. */
const SCHEMA = `
create table ValidPaths (
  id integer primary key autoincrement not null,
  path text unique not null,
  hash text not null,
  registrationTime integer not null,
  deriver text,
  narSize integer,
  ultimate integer,
  sigs text,
  ca text
);
create table Refs (
  referrer integer not null,
  reference integer not null,
  primary key (referrer, reference),
  foreign key (referrer) references ValidPaths(id) on delete cascade,
  foreign key (reference) references ValidPaths(id) on delete restrict
);
create index IndexReferrer on Refs(referrer);
create index IndexReference on Refs(reference);
create trigger DeleteSelfRefs before delete on ValidPaths begin
  delete from Refs where referrer = old.id and reference = old.id;
end;
create table DerivationOutputs (
  drv integer not null,
  id text not null,
  path text not null,
  primary key (drv, id),
  foreign key (drv) references ValidPaths(id) on delete cascade
);
create index IndexDerivationOutputs on DerivationOutputs(path);
`;

/** One second, as everything that Nix has no date for. */
const REGISTERED_AT = 1;

/**
 * What Nix needs to take the image's store for its own; it makes the other directories of its state itself. The packages
 * are roots: a garbage collection in the container does not take what the image is made of.
 */
export function putNixDatabase(root: RootDirectory, list: ListDirectory, closure: ClosureGraph): void {
  const put = (path: RawPath, node: RootNode) => place(root, raw`nix/var/nix/${path}`, node, list);
  const text = nixDatabase(closure).toString('latin1');
  put(raw`db/db.sqlite`, { ...textFile(''), contents: { type: 'text', text, encoding: 'latin1' } });
  put(raw`db/schema`, textFile(SCHEMA_VERSION));
  for (const path of pathsAt(closure, closure.roots))
    put(raw`gcroots/image/${rawPath(posix.basename(path))}`, linkTo(rawPath(path)));
  place(root, raw`etc/nix/nix.conf`, textFile(NIX_CONF), list);
}

/** In a container there are neither users to build as nor, as a rule, the right to make a sandbox. */
export const NIX_CONF = 'build-users-group =\nsandbox = false\n';

/**
 * Nix's database of an image: it says that the store paths of the closure are valid, so that Nix in the container takes
 * them for its own. Derivers and signatures are not in it: they differ from machine to machine.
 *
 * @returns the file, the same bytes for the same closure.
 * @throws StrataError `invalid-graph` where the hash of a path is not known; `file-system`, `disk-full`.
 */
export function nixDatabase(graph: ClosureGraph): Buffer {
  const database = new DatabaseSync(':memory:');
  try {
    database.exec(`${SCHEMA} begin;`);
    insertPaths(database, graph);
    insertReferences(database, graph);
    database.exec('commit');
    return fileOf(database);
  } finally {
    database.close();
  }
}

function insertPaths(database: DatabaseSync, { paths, narHashes, narSizes }: ClosureGraph): void {
  const insert = database.prepare(
    `insert into ValidPaths (id, path, hash, registrationTime, narSize) values (?, ?, ?, ${REGISTERED_AT}, ?)`,
  );
  for (const [node, path] of paths.entries()) {
    const hash = narHashes[node];
    if (!hash) {
      throw new StrataError('invalid-graph', `The hash of ${path} is not known.`, {
        hint: 'Nix’s database needs it: build the image again, or leave nixDatabase out.',
      });
    }
    insert.run(node + 1, path, `sha256:${hexHash(hash)}`, narSizes[node] ?? 0);
  }
}

function insertReferences(database: DatabaseSync, graph: ClosureGraph): void {
  const insert = database.prepare('insert into Refs (referrer, reference) values (?, ?)');
  const selfReferring = new Set(graph.selfReferences);
  for (let node = 0; node < graph.size; node += 1) {
    const row = [...graph.references.subarray(graph.offsets[node], graph.offsets[node + 1])];
    if (selfReferring.has(node)) row.push(node);
    for (const target of row.sort((a, b) => a - b)) insert.run(node + 1, target + 1);
  }
}

/** What is left in a temporary directory is no reason to have no image. */
function removeIfPossible(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // What the work ended with says more.
  }
}

/** Places in the header that tell of the program that wrote it (SQLite file format, section 1.3). */
const SQLITE_VERSION_AT = 96;

function fileOf(database: DatabaseSync): Buffer {
  try {
    const directory = mkdtempSync(join(tmpdir(), 'strata-nix-database-'));
    try {
      const file = join(directory, 'db.sqlite');
      database.prepare('vacuum into ?').run(file);
      const bytes = readFileSync(file);
      bytes.writeUInt32BE(0, SQLITE_VERSION_AT);
      return bytes;
    } finally {
      removeIfPossible(directory);
    }
  } catch (error) {
    throw fileSystemError(error, 'write', "Nix's database of the image");
  }
}
