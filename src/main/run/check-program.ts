import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import type { ImageView } from './image-view.ts';
import { interpreterOf } from './interpreter.ts';
import type { RunSettings } from './settings.ts';

/** What execvp(3) searches where nothing says where to. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * Checks that an image has the program that is to be run in it, as execve(2) would find it.
 *
 * @throws StrataError `program-missing` where it, or what runs it, is not in the image; `program-unusable` where it cannot
 *   be run.
 */
export function checkProgram(
  view: ImageView,
  {
    words: [program],
    environment,
    workingDirectory,
  }: Pick<RunSettings, 'words' | 'environment' | 'workingDirectory'>,
): void {
  const searched = (environment.get('PATH') ?? DEFAULT_PATH).split(':').map((place) => place || '.');
  const isPath = program.includes('/');
  const candidates = isPath ? [program] : searched.map((place) => posix.join(place, program));
  const found = candidates.flatMap((path) => view.resolve(posix.resolve(workingDirectory, path)) ?? []);
  if (found.length === 0) throw missing(program, isPath ? '' : ` on its PATH (${searched.join(', ')})`);
  const runnable = found.find((path) => isRunnable(view.onDisk(path)));
  if (runnable === undefined) {
    throw new StrataError('program-unusable', `${found[0]} is in the image and is no program.`, {
      hint: 'It is a directory, or not marked as executable.',
      details: { program },
    });
  }
  const interpreter = interpreterOf(head(view.onDisk(runnable)), (offset, length) =>
    readAt(view.onDisk(runnable), offset, length),
  );
  if (interpreter === undefined || view.resolve(posix.resolve(workingDirectory, interpreter)) !== undefined)
    return;
  throw missing(interpreter, `, and ${program} is run by it`);
}

function missing(program: string, where: string): StrataError {
  return new StrataError('program-missing', `${program} is not in the image${where}.`, {
    action: { action: 'add-package', name: packageOfProgram(posix.basename(program)) },
    details: { program },
  });
}

/** Packages of programs that people look for and that have another name than theirs. */
const PACKAGES: readonly (readonly [packageName: string, ...programs: string[]])[] = [
  ['bash', 'sh'],
  [
    'coreutils',
    'cat',
    'chmod',
    'cp',
    'date',
    'echo',
    'env',
    'id',
    'ls',
    'mkdir',
    'mv',
    'rm',
    'sleep',
    'true',
  ],
  ['findutils', 'find', 'xargs'],
  ['glibc', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'],
  ['gnugrep', 'grep'],
  ['gnused', 'sed'],
  ['gnutar', 'tar'],
  ['iproute2', 'ip', 'ss'],
  ['iputils', 'ping'],
  ['nodejs', 'node', 'npm', 'npx'],
  ['procps', 'ps', 'top', 'free', 'kill'],
  ['python3', 'python'],
  ['vim', 'vi'],
];

/** The package that is most likely to have a program. */
export function packageOfProgram(program: string): string {
  return PACKAGES.find(([, ...programs]) => programs.includes(program))?.[0] ?? program;
}

function isRunnable(file: string): boolean {
  const stats = statSync(file);
  return stats.isFile() && (stats.mode & 0o111) !== 0;
}

const HEAD_BYTES = 4096;

function head(file: string): Buffer {
  return readAt(file, 0, HEAD_BYTES);
}

/** Nothing of what this user may not read: who runs it may. */
function readAt(file: string, offset: number, length: number): Buffer {
  try {
    const fd = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
