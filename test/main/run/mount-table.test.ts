import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockedOptions, mountTable } from '../../../src/main/run/mount-table.ts';

describe('mountTable', () => {
  it('mounts the store aside once, and each path from there', () => {
    expect(
      mountTable('/nix/store', ['nodev'], '/c/store', ['/c/root/nix/store/a', '/c/root/nix/store/b']),
    ).toBe(
      '/nix/store /c/store none bind,ro,nodev 0 0\n' +
        '/c/store/a /c/root/nix/store/a none bind 0 0\n' +
        '/c/store/b /c/root/nix/store/b none bind 0 0\n',
    );
  });

  it('is read back by util-linux, whatever the directory is called', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'strata-table-'));
    try {
      const file = join(directory, 'table');
      const odd = '/a b\t#c\\d';
      writeFileSync(file, mountTable(odd, [], '/aside', []));
      const { filesystems } = JSON.parse(
        execFileSync('findmnt', ['--json', '--tab-file', file], { encoding: 'utf8' }),
      ) as { filesystems: readonly { source: string }[] };
      expect(filesystems[0]?.source).toBe(odd);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

it('takes the options of the nearest mount that may not be left out', () => {
  const mountInfo = [
    '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw',
    '30 22 0:30 / /home rw,nosuid,nodev,noatime shared:2 - ext4 /dev/home rw',
    '31 22 0:31 / /home/a\\040b ro,noexec - tmpfs tmpfs rw',
    '',
  ].join('\n');
  expect(lockedOptions(mountInfo, '/nix/store')).toEqual(['relatime']);
  expect(lockedOptions(mountInfo, '/home/me/nix/store')).toEqual(['nosuid', 'nodev', 'noatime']);
  expect(lockedOptions(mountInfo, '/home/a b/store')).toEqual(['noexec']);
  expect(lockedOptions(mountInfo, '/homework')).toEqual(['relatime']);
});
