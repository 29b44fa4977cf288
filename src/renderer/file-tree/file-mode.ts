import type { FileEntry } from '../../shared/contract/images.ts';

const KINDS: Readonly<Record<FileEntry['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
};

/** Permission bits as `ls -l` writes them, with the set-id and sticky bits. */
export function modeText(kind: FileEntry['kind'], mode: number): string {
  const triple = (shift: number, special: boolean, sign: string) => {
    const bits = (mode >> shift) & 7;
    const last = special ? (bits & 1 ? sign : sign.toUpperCase()) : bits & 1 ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  const set = (bit: number) => (mode & bit) !== 0;
  return `${KINDS[kind]}${triple(6, set(0o4000), 's')}${triple(3, set(0o2000), 's')}${triple(0, set(0o1000), 't')}`;
}
