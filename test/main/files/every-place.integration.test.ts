import { once } from 'node:events';
import { existsSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot, temporaryDirectory } from '../../support/cli.ts';

/** Everything of Strata that writes, on file systems that let it not. */
const PROGRAM = join(repositoryRoot, 'test/support/write-everywhere-process.ts');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('Skipped but for names and open files: mounting file systems takes root.');
const canShutDown = isRoot && existsSync('/dev/loop-control') && existsSync('/usr/bin/python3');
if (isRoot && !canShutDown) console.log('Skipped errors of disks: they take loop devices and python3.');

interface Outcome {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
}

let directory: { path: string; remove: () => Promise<void> };
let place = '';
beforeEach(async () => {
  directory = await temporaryDirectory('places');
  place = join(directory.path, 'place');
  mkdirSync(place);
});
afterEach(async () => {
  await execa('umount', [place], { reject: false });
  await directory.remove();
});

/** @param happens once the program has what it needs to begin */
async function outcomes(
  happens: () => unknown,
  { options = [], limit = '' }: { options?: readonly string[]; limit?: string } = {},
): Promise<readonly Outcome[]> {
  const running = execa(
    'sh',
    ['-c', `${limit} exec "$@"`, 'sh', process.execPath, PROGRAM, place, ...options],
    {
      reject: false,
    },
  );
  const lines = createInterface({ input: running.stdout });
  await once(lines, 'line');
  await happens();
  const answer = once(lines, 'line');
  running.stdin.write('\n');
  const [line] = (await Promise.race([answer, running.then(({ stderr }) => [stderr])])) as [string];
  await running;
  return JSON.parse(line);
}

/** What is written for later, and that nobody waits for. */
const QUIET: readonly string[] = ['the log'];
/** It is made in a temporary file, which is of no interest to who reads of it. */
const IN_MEMORY = 'database of the image';

function expectFailures(
  found: readonly Outcome[],
  code: string,
  reason: RegExp,
  but: readonly string[] = [],
): void {
  const failed = found.filter(({ name }) => !QUIET.includes(name) && !but.includes(name));
  expect(failed.length).toBeGreaterThan(15);
  const wrong = failed.filter(
    ({ code: found, message = '' }) =>
      found !== code || !reason.test(message) || !(message.includes(place) || message.includes(IN_MEMORY)),
  );
  expect(wrong).toEqual([]);
  for (const name of QUIET) expect(found).toContainEqual({ name });
}

const mount = (...words: string[]) => execa('mount', [...words, place]);

describe('every place that Strata writes to', () => {
  it.skipIf(!isRoot)('is called full where it is', async () => {
    await mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs');
    const found = await outcomes(() => {
      const { bsize, bfree } = statfsSync(place);
      writeFileSync(join(place, 'all'), Buffer.alloc(bsize * bfree));
    });
    // These are directories alone, which a tmpfs makes without room.
    expectFailures(found, 'disk-full', /^There is no room left for .* \((ENOSPC|SQLITE_FULL)\)\.$/, [
      'a new directory',
      'the directory of a run',
    ]);
  });

  it.skipIf(!isRoot)('is called read-only where its file system is', async () => {
    await mount('-t', 'tmpfs', 'tmpfs');
    const found = await outcomes(() => execa('mount', ['-o', 'remount,ro', place]));
    expectFailures(found, 'file-system', /(EROFS|SQLITE_READONLY|SQLITE_CANTOPEN)\)\.$/);
  });

  it.skipIf(!canShutDown)('is said to be on a disk with errors where there are', async () => {
    const image = join(directory.path, 'disk');
    await execa('truncate', ['-s', '16m', image]);
    await execa('mkfs.ext4', ['-q', image]);
    await mount('-o', 'loop', image);
    const shutDown =
      'import fcntl,os,sys;fcntl.ioctl(os.open(sys.argv[1],0),0x8004587d,(2).to_bytes(4,"little"))';
    const found = await outcomes(() => execa('/usr/bin/python3', ['-c', shutDown, place]));
    expectFailures(found, 'file-system', /(EIO|SQLITE_IOERR|SQLITE_CANTOPEN)\)\.$/);
  });

  it.skipIf(!isRoot)('is said to be denied to who may not write there', async () => {
    const found = await outcomes(() => execa('chmod', ['755', directory.path]), {
      options: ['--as', '65534'],
    });
    expectFailures(found, 'file-system', /(EACCES|SQLITE_READONLY|SQLITE_CANTOPEN)\)\.$|another user/);
  });

  it('says that names are too long', async () => {
    const found = await outcomes(() => {}, { options: ['--long'] });
    expectFailures(found, 'file-system', /(ENAMETOOLONG|SQLITE_CANTOPEN)\)\.$/);
  });

  it('says that no more files can be opened', async () => {
    const found = await outcomes(() => {}, { options: ['--no-files'], limit: 'ulimit -n 200;' });
    expectFailures(found, 'file-system', /(EMFILE|SQLITE_CANTOPEN)\)\.$/, [
      'a new directory',
      'the directory of a run',
    ]);
  });
});
