import { latin1Path, type RawPath } from './raw-path.ts';
import { BadTar } from './tar-fields.ts';

/** What an extended header says of the entry after it. */
export interface Extension {
  readonly path?: RawPath;
  readonly linkpath?: RawPath;
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since the epoch. */
  readonly mtime?: number;
  /** Of a sparse file: what its contents are with the holes filled in. */
  readonly expandedSize?: number | undefined;
}

/**
 * Reads the records of a pax extended header (POSIX.1-2017, pax Interchange Format; GNU tar's manual for sparse files).
 * A record without a value takes back what was said before.
 *
 * @throws BadTar
 */
export function paxExtension(bytes: Buffer): Extension {
  const records = paxRecords(bytes);
  const text = (key: string): RawPath | undefined => {
    const value = records.get(key);
    if (value?.includes('\0')) throw new BadTar('an extended header has a name with a NUL in it');
    return value === undefined || value === '' ? undefined : latin1Path(value);
  };
  const number = (key: string): number | undefined => {
    const value = records.get(key);
    if (value === undefined || value === '') return undefined;
    if (!/^-?\d+(\.\d*)?$/.test(value)) throw new BadTar(`an extended header has a ${key} that is no number`);
    return Math.floor(Number(value));
  };
  const size = (key: string): number | undefined => {
    const value = number(key);
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 0)) {
      throw new BadTar('an extended header has a size that cannot be');
    }
    return value;
  };
  const found = {
    path: text('GNU.sparse.name') ?? text('path'),
    linkpath: text('linkpath'),
    size: size('size'),
    uid: number('uid'),
    gid: number('gid'),
    mtime: number('mtime'),
    expandedSize: size('GNU.sparse.realsize') ?? size('GNU.sparse.size'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** `LENGTH KEY=VALUE\n`, where the length counts the whole record. */
function paxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString('latin1', at, Math.max(at, space));
    const end = at + Number(digits);
    const record = bytes.toString('latin1', space + 1, end);
    const equals = record.indexOf('=');
    if (!/^\d{1,10}$/.test(digits) || end > bytes.length || equals < 1 || !record.endsWith('\n')) {
      throw new BadTar('an extended header is damaged');
    }
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at = end;
  }
  return records;
}
