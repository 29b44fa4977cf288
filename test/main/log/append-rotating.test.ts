import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { appendRotating } from '../../../src/main/log/append-rotating.ts';
import { temporaryDirectory } from '../documents/support.ts';

const LARGEST = 1_000;

function filesIn(directory: string): Map<string, string> {
  return new Map(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

describe('a file that is rotated', () => {
  it('is this user’s alone, and so is the directory that is made for it', () => {
    const directory = join(temporaryDirectory(), 'data', 'logs');
    appendRotating(join(directory, 'host.log'), 'one\n');
    appendRotating(join(directory, 'host.log'), 'two\n');
    expect(readFileSync(join(directory, 'host.log'), 'utf8')).toBe('one\ntwo\n');
    expect(statSync(join(directory, 'host.log')).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('keeps the newest lines in a few files, none of them larger than it may be', () => {
    const directory = temporaryDirectory();
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}\n`);
    for (const line of lines) appendRotating(join(directory, 'host.log'), line, LARGEST);
    const files = filesIn(directory);
    expect([...files.keys()]).toEqual(['host.log', 'host.log.1', 'host.log.2', 'host.log.3']);
    for (const text of files.values()) expect(text.length).toBeLessThanOrEqual(LARGEST);
    const kept = [...files.values()].reverse().join('');
    expect(lines.join('').endsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(3 * LARGEST * 0.9);
  });

  it('takes a line that is larger than a file, and gives it one of its own', () => {
    const directory = temporaryDirectory();
    const large = `${'x'.repeat(2 * LARGEST)}\n`;
    appendRotating(join(directory, 'host.log'), large, LARGEST);
    appendRotating(join(directory, 'host.log'), 'next\n', LARGEST);
    expect(filesIn(directory)).toEqual(
      new Map([
        ['host.log', 'next\n'],
        ['host.log.1', large],
      ]),
    );
  });

  it('gets whole lines from several processes, none of them twice', async () => {
    const directory = temporaryDirectory();
    const module = join(import.meta.dirname, '../../../src/main/log/append-rotating.ts');
    const program = `
      const { appendRotating } = await import(${JSON.stringify(module)});
      for (let line = 0; line < 300; line += 1) {
        appendRotating(${JSON.stringify(join(directory, 'host.log'))}, process.argv[1] + ' ' + line + '\\n', ${LARGEST});
      }`;
    const writers = ['a', 'b', 'c'].map((name) =>
      execa(process.execPath, ['--input-type=module', '-e', program, name]),
    );
    await Promise.all(writers);
    const files = filesIn(directory);
    const kept = [...files.values()].flatMap((text) => text.split('\n').filter((line) => line !== ''));
    expect(files.size).toBeLessThanOrEqual(4);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.filter((line) => !/^[abc] \d+$/.test(line))).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
  });

  it('is not written where somebody else could have put it, nor through a link or a pipe', async () => {
    const directory = temporaryDirectory();
    const target = join(directory, 'target');
    writeFileSync(target, 'as it was');
    symlinkSync(target, join(directory, 'link'));
    expect(() => appendRotating(join(directory, 'link'), 'x\n')).toThrow('ELOOP');
    expect(readFileSync(target, 'utf8')).toBe('as it was');
    await execa('mkfifo', [join(directory, 'pipe')]);
    expect(() => appendRotating(join(directory, 'pipe'), 'x\n')).toThrow('ENXIO');
    writeFileSync(join(directory, 'open'), '', { mode: 0o600 });
    await execa('chmod', ['666', join(directory, 'open')]);
    expect(() => appendRotating(join(directory, 'open'), 'x\n')).toThrow('every user may write to it');
  });
});
