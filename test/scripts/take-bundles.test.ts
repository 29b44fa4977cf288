import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot, temporaryDirectory } from '../support/cli.ts';

let directory: { path: string; remove: () => Promise<void> };
const at = (name: string) => join(directory.path, name);

beforeEach(async () => {
  directory = await temporaryDirectory('bundles');
});
afterEach(() => directory.remove());

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  }
}

const read = (name: string) => readFile(at(name), 'utf8').catch(() => undefined);

describe('taking new bundles over', () => {
  it('replaces entries, and leaves parts for programs that run until they are a week old', async () => {
    await write({
      'out/main/cli.js': 'old entry',
      'out/main/chunks/plan-1.js': 'old part',
      'out/main/chunks/plan-0.js': 'part of long ago',
      'out/renderer/index.html': 'old page',
      'next/main/cli.js': 'new entry',
      'next/main/chunks/plan-2.js': 'new part',
      'next/renderer/index.html': 'new page',
      'next/renderer/assets/index-2.css': 'new style',
    });
    const eightDaysAgo = Date.now() / 1000 - 8 * 86_400;
    await utimes(at('out/main/chunks/plan-0.js'), eightDaysAgo, eightDaysAgo);
    const script = `. "$0/scripts/setup.sh" && take_bundles next`;
    await execa('bash', ['-euo', 'pipefail', '-c', script, repositoryRoot], {
      cwd: directory.path,
      stdin: 'ignore',
    });

    expect(await read('out/main/cli.js')).toBe('new entry');
    expect(await read('out/main/chunks/plan-1.js')).toBe('old part');
    expect(await read('out/main/chunks/plan-2.js')).toBe('new part');
    expect(await read('out/main/chunks/plan-0.js')).toBeUndefined();
    expect(await read('out/renderer/index.html')).toBe('new page');
    expect(await read('out/renderer/assets/index-2.css')).toBe('new style');
  });
});
