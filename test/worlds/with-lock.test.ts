import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './with-lock.ts';

const { failed: noFlock } = await execa('flock', ['--version'], { reject: false });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a lock', () => {
  it('lets one in after the other, and says that one waits', async ({ skip }) => {
    if (noFlock) skip('flock is missing here (util-linux)');
    const file = join(directory, 'made/world.lock');
    const events: string[] = [];
    const note = (line: string) => events.push(line);
    let second: Promise<void> | undefined;
    await withLock(file, note, async () => {
      const waits = Promise.withResolvers<void>();
      second = withLock(
        file,
        (line) => waits.resolve(void note(line)),
        async () => void note('second'),
      );
      await waits.promise;
      note('first');
    });
    await second;
    expect(events).toEqual([`waiting for another run, which has ${file} …`, 'first', 'second']);
  });

  it('is free again after its holder failed, or was killed', async ({ skip }) => {
    if (noFlock) skip('flock is missing here (util-linux)');
    const file = join(directory, 'world.lock');
    const fail = () => Promise.reject(new Error('it broke'));
    await expect(withLock(file, () => {}, fail)).rejects.toThrow('it broke');
    const module = join(import.meta.dirname, 'with-lock.ts');
    const script = `import { withLock } from ${JSON.stringify(module)};
      await withLock(${JSON.stringify(file)}, () => {}, async () => process.kill(process.pid, 'SIGKILL'));`;
    const killed = await execa(process.execPath, ['--input-type=module', '--eval', script], {
      reject: false,
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(
      await withLock(
        file,
        () => {},
        async () => 'mine',
      ),
    ).toBe('mine');
  });
});
