import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { isMissing, readUserFile, readUserText } from '../../../src/main/files/user-file.ts';
import { repositoryRoot } from '../../support/cli.ts';
import { temporaryDirectory } from '../documents/support.ts';

const at = (name: string) => join(temporaryDirectory(), name);
const failure = (path: string) =>
  readUserFile(path, { hint: 'Such files are lists.' }).catch((error) => error);

describe('a file that the user names', () => {
  it('is read whole, whatever size the system tells of it', async () => {
    const file = at('list');
    const bytes = Buffer.alloc(300_000, 'abc');
    writeFileSync(file, bytes);
    expect(await readUserFile(file)).toEqual(bytes);
    expect(await readUserFile('/proc/self/environ')).not.toHaveLength(0);
  });

  it('may be the empty device', async () => {
    expect(await readUserText('/dev/null')).toBe('');
  });

  it('is refused where it is more than such a file may have', async () => {
    const file = at('list');
    writeFileSync(file, '12345');
    expect(await readUserText(file, { mostBytes: 5 })).toBe('12345');
    await expect(readUserText(file, { mostBytes: 4 })).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot read ${file}: it has more than 4 bytes.`,
    });
    await expect(readUserText('/proc/self/status', { mostBytes: 4 })).rejects.toThrow('more than 4 bytes');
  });

  it('is refused at once where it is no file: to wait for its end might take for ever', async () => {
    const pipe = at('pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = at('socket');
    const server = createServer().listen(socket);
    const directory = temporaryDirectory();
    const refused: Record<string, string> = {
      [pipe]: 'it is a named pipe',
      [socket]: 'it is a device or a socket',
      '/dev/zero': 'it is a device or a socket',
      [directory]: 'it is a directory',
    };
    for (const [path, why] of Object.entries(refused)) {
      expect(await failure(path)).toMatchObject({
        code: 'file-system',
        message: `Cannot read ${path}: ${why}.`,
        hint: 'Such files are lists.',
      });
    }
    server.close();
  });

  it('is known to be missing', async () => {
    const error = await failure(at('none'));
    expect(error).toMatchObject({ code: 'file-system', hint: 'Such files are lists.' });
    expect(isMissing(error)).toBe(true);
    expect(isMissing(await failure('/dev/zero'))).toBe(false);
  });
});

/** Reads as a process of its own, whose input the shell has opened. */
function readInShell(command: string, patienceMs = 60_000) {
  const module = join(repositoryRoot, 'src/main/files/user-file.ts');
  const script = `const { readUserFile } = await import(${JSON.stringify(module)});
    const signal = AbortSignal.timeout(${patienceMs});
    await readUserFile(process.argv[1], { signal, mostBytes: 200_000 }).then(
      (bytes) => console.log(\`\${bytes.length} \${bytes.subarray(0, 5)}\`.trim()),
      (error) => console.log(error.name, error.message),
    );`;
  return execa('bash', ['-c', command], { reject: false, env: { READ: script, NODE: process.execPath } });
}

describe('a pipe that the shell opened', () => {
  const READ = '"$NODE" --input-type=module -e "$READ"';

  it.each([
    [
      'standard input',
      `{ sleep 0.1; printf hello; sleep 0.1; printf ' there'; } | ${READ} /dev/stdin`,
      '11 hello',
    ],
    ['a substituted process', `${READ} <(sleep 0.1; head -c 100000 /dev/zero | tr '\\0' x)`, '100000 xxxxx'],
    ['a file as standard input', `${READ} /dev/stdin < package.json`, /^\d+ \{/],
    ['nothing as standard input', `${READ} /dev/stdin < /dev/null`, '0'],
    ['what has no end', `cat /dev/zero | ${READ} /dev/stdin`, /more than 200000 bytes/],
  ])('is read to its end: %s', async (_, command, expected) => {
    const { stdout } = await readInShell(command);
    expect(stdout).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('is no longer waited for when the user changes their mind', async () => {
    const pipe = at('pipe');
    execFileSync('mkfifo', [pipe]);
    const { stdout } = await readInShell(`exec 3<> '${pipe}'; ${READ} /dev/fd/3`, 200);
    expect(stdout).toContain('Cancelled');
  });
});
