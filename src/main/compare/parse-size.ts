import { StrataError } from '../../shared/errors.ts';

const UNITS = new Map<string, number>(
  Object.entries({
    '': 1,
    b: 1,
    k: 1e3,
    kb: 1e3,
    m: 1e6,
    mb: 1e6,
    g: 1e9,
    gb: 1e9,
    t: 1e12,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
  }),
);
const SIZE = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;

/**
 * Bytes as a person writes them: `500MB`, `1.5 GiB`, `4096`.
 *
 * @throws StrataError `usage`.
 */
export function parseSize(text: string): number {
  const [, number, unit = ''] = SIZE.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  const bytes = factor === undefined ? Number.NaN : Math.round(Number(number) * factor);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new StrataError('usage', `"${text}" is not a size.`, {
    hint: 'Write it as 500MB, 1.5GiB or in bytes.',
  });
}
