import { constants, openSync, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { errorCode, fileSystemError } from './file-system-error.ts';

/** More than any file has that people write by hand. */
const MOST_BYTES = 2 ** 24;
/** Read at once from what does not tell its size beforehand, as in /proc. */
const PIECE_BYTES = 2 ** 16;
/** Opening waits for nobody, whatever took the file's place in the meantime. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

export interface UserFile {
  /** Larger files are refused. */
  readonly mostBytes?: number;
  /** What such a file is, for whoever named something else. */
  readonly hint?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a file that the user names: a regular file, or a pipe that the shell opened for this process, such as
 * /dev/stdin or `<(…)`. Anything else is refused at once: a device may have no end, and a named pipe no writer.
 *
 * @throws StrataError `file-system`; Cancelled while a pipe is read
 */
export async function readUserFile(path: string, expected: UserFile = {}): Promise<Buffer> {
  const { mostBytes = MOST_BYTES, signal } = expected;
  try {
    const stats = await stat(path);
    const isPipe = stats.isFIFO() && isHandedOver(path);
    if (!isPipe && !(await isEmptyDevice(stats))) refuseIrregular(path, stats);
    const tooLarge = refusal(path, `it has more than ${mostBytes} bytes`);
    if (stats.size > mostBytes) throw tooLarge;
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    for await (const piece of isPipe ? piecesOfPipe(path, signal) : piecesOfFile(path, stats.size)) {
      sizeBytes += piece.length;
      if (sizeBytes > mostBytes) throw tooLarge;
      pieces.push(piece);
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  } catch (error) {
    throw withHint(fileSystemError(error, 'read', path), expected.hint);
  }
}

/** {@link readUserFile} as text. */
export async function readUserText(path: string, expected?: UserFile): Promise<string> {
  return (await readUserFile(path, expected)).toString('utf8');
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof StrataError ? errorCode(error.cause) : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isHandedOver(path: string): boolean {
  return /^\/dev\/(stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/.test(path);
}

/** /dev/null is how a file that holds nothing is named. */
async function isEmptyDevice(stats: Stats): Promise<boolean> {
  return stats.isCharacterDevice() && stats.rdev === (await stat('/dev/null')).rdev;
}

function refuseIrregular(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw refusal(path, 'it is a directory');
  throw refusal(path, stats.isFIFO() ? 'it is a named pipe' : 'it is a device or a socket');
}

function refusal(path: string, why: string): StrataError {
  return new StrataError('file-system', `Cannot read ${path}: ${why}.`, { details: { place: path } });
}

function withHint(error: unknown, hint: string | undefined): unknown {
  const isOther = error instanceof StrataError && (error.cause === undefined || isMissing(error));
  if (!isOther || hint === undefined) return error;
  const { code, message, details, cause } = error;
  return new StrataError(code, message, { hint, details, cause });
}

/** A large file comes much sooner in one piece than in many. */
async function* piecesOfFile(path: string, expectedBytes: number): AsyncGenerator<Buffer> {
  const file = await open(path, FLAGS);
  try {
    for (let length = expectedBytes || PIECE_BYTES; ; length = PIECE_BYTES) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** By events: a read that waits in a thread would keep the process from ending. */
async function* piecesOfPipe(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  throwIfCancelled(signal);
  const pipe = new Socket({ fd: openSync(path, FLAGS), readable: true, writable: false });
  if (signal !== undefined) addAbortSignal(signal, pipe);
  try {
    yield* pipe;
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}
