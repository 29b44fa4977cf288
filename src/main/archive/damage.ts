import { TooLarge } from './decompress.ts';
import { BadTar } from './tar-fields.ts';

/** Damage in the data of a layer, as opposed to a bug: the readers' own errors and those of the decompressors. */
export function isDamagedData(error: unknown): error is Error {
  if (error instanceof BadTar || error instanceof TooLarge) return true;
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_)/.test(String(error.code));
}
