import { createHash } from 'node:crypto';

/**
 * A mark of values that are kept: a disk that flips a bit leaves a database and a JSON text that can be read, with
 * something else in it than was written.
 */
export function sealOf(...values: readonly (string | number)[]): string {
  return sumOf(JSON.stringify(values));
}

/** {@link sealOf} for one text: its SHA-256, in hexadecimal digits. */
export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
