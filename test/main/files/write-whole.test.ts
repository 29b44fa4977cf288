import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeOwnFile, writeWhole } from '../../../src/main/files/write-whole.ts';
import { temporaryDirectory } from '../documents/support.ts';

describe('a file written whole', () => {
  it('replaces the old one, keeps its mode and leaves nothing beside it', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.json');
    writeFileSync(path, 'old', { mode: 0o640 });
    await writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['a.json']);
  });

  it('of another user stays theirs', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('Only root may give a file to another user.');
    const path = join(temporaryDirectory(), 'a.json');
    writeFileSync(path, 'old', { mode: 0o600 });
    chownSync(path, 1234, 1235);
    await writeWhole(path, 'new');
    expect(statSync(path)).toMatchObject({ uid: 1234, gid: 1235, mode: 0o100600 });
  });

  it('may have as long a name as there is', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'é'.repeat(127));
    await writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('is the last of those that are written at once', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.json');
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => writeOwnFile(path, text, { isDurable: false })));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(directory)).toEqual(['a.json']);
  });

  it('goes through a symbolic link', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'real.json'), 'old');
    symlinkSync('real.json', join(directory, 'link.json'));
    await writeWhole(join(directory, 'link.json'), 'new');
    expect(readFileSync(join(directory, 'real.json'), 'utf8')).toBe('new');
    expect(readdirSync(directory).sort()).toEqual(['link.json', 'real.json']);
  });

  it('goes into a pipe that is there, which stays one', async () => {
    const pipe = join(temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeWhole(pipe, 'new')]);
    expect(read).toBe('new');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('that cannot be written says which and why, and leaves nothing', async () => {
    const directory = temporaryDirectory();
    await expect(writeWhole(join(directory, 'missing', 'a.json'), 'x')).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringContaining(join(directory, 'missing', 'a.json')),
    });
    mkdirSync(join(directory, 'is-a-directory'));
    await expect(writeWhole(join(directory, 'is-a-directory'), 'x')).rejects.toMatchObject({
      code: 'file-system',
    });
    expect(readdirSync(directory)).toEqual(['is-a-directory']);
  });

  it('of our own makes its directory', async () => {
    const path = join(temporaryDirectory(), 'deep', 'down', 'a.json');
    await writeOwnFile(path, 'x');
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  it('is never half there, though the writer is killed in the middle', { timeout: 60_000 }, async () => {
    const path = join(temporaryDirectory(), 'big.json');
    const module = resolve(import.meta.dirname, '../../../src/main/files/write-whole.ts');
    const program = `
      import { writeWhole } from ${JSON.stringify(module)};
      const path = ${JSON.stringify(path)};
      for (let i = 0; ; i += 1) {
        await writeWhole(path, String(i % 10).repeat(3_000_000));
        if (i === 0) console.log('first');
      }`;
    for (let round = 0; round < 5; round += 1) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', program]);
      await once(writer.stdout, 'data');
      await wait(20 + round * 13);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const text = readFileSync(path, 'utf8');
      expect(text.length).toBe(3_000_000);
      expect(text).toBe((text[0] ?? '').repeat(3_000_000));
    }
    await writeWhole(path, 'whole');
    expect(readdirSync(dirname(path))).toEqual(['big.json']);
  });
});
