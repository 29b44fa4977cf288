import { createHash, type Hash } from 'node:crypto';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';

/**
 * SHA-256 of the NAR serialisation of a file or directory, as SRI, without the `.git` of a working tree: that changes with
 * every `git status`, and nothing is built from it.
 *
 * @throws StrataError `file-system`; Cancelled
 */
export async function narHashOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  text(hash, 'nix-archive-1');
  try {
    await node(hash, Buffer.from(path), signal, true);
  } catch (error) {
    throw fileSystemError(error, 'read', path);
  }
  return `sha256-${hash.digest('base64')}`;
}

async function node(hash: Hash, path: Buffer, signal: AbortSignal | undefined, isTop = false): Promise<void> {
  throwIfCancelled(signal);
  const status = await lstat(path);
  text(hash, '(', 'type');
  if (status.isFile()) {
    text(hash, 'regular', ...((status.mode & 0o100) === 0 ? [] : ['executable', '']), 'contents');
    await contents(hash, path, status.size);
  } else if (status.isSymbolicLink()) {
    text(hash, 'symlink', 'target', await readlink(path, 'buffer'));
  } else if (status.isDirectory()) {
    text(hash, 'directory');
    const names = await readdir(path, 'buffer');
    for (const name of names.sort(Buffer.compare)) {
      if (isTop && name.equals(GIT)) continue;
      text(hash, 'entry', '(', 'name', name, 'node');
      await node(hash, Buffer.concat([path, SLASH, name]), signal);
      text(hash, ')');
    }
  } else {
    throw new StrataError(
      'file-system',
      `Cannot read ${path}: it is neither a file, a directory nor a symbolic link.`,
    );
  }
  text(hash, ')');
}

const GIT = Buffer.from('.git');
const SLASH = Buffer.from('/');

async function contents(hash: Hash, path: Buffer, sizeBytes: number): Promise<void> {
  hash.update(length(sizeBytes));
  let read = 0;
  for await (const piece of readPieces(path)) {
    hash.update(piece);
    read += piece.length;
  }
  if (read !== sizeBytes) {
    throw new StrataError('file-system', `Cannot read ${path}: it changes while it is read.`);
  }
  hash.update(padding(sizeBytes));
}

/** Each with its length before it, filled up to eight bytes. */
function text(hash: Hash, ...words: readonly (string | Buffer)[]): void {
  for (const word of words) {
    const bytes = Buffer.from(word);
    hash.update(length(bytes.length)).update(bytes).update(padding(bytes.length));
  }
}

function length(bytes: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(bytes));
  return field;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((8 - (bytes % 8)) % 8);
}
