/** One second after the epoch, the time that Nix gives every file: some tools read 0 as "unknown". */
export const DEFAULT_CREATED = '1970-01-01T00:00:01Z';

/**
 * The creation time of an image (RFC 3339, UTC): what the document says, else `SOURCE_DATE_EPOCH` (seconds;
 * https://reproducible-builds.org/specs/source-date-epoch/), else {@link DEFAULT_CREATED}. Never the clock.
 *
 * @throws RangeError when `sourceDateEpoch` is not a whole number of seconds up to the year 9999.
 */
export function imageCreated(created: string | undefined, sourceDateEpoch: string | undefined): string {
  if (created !== undefined) return created;
  if (sourceDateEpoch === undefined || sourceDateEpoch === '') return DEFAULT_CREATED;
  const seconds = Number(sourceDateEpoch);
  if (!/^\d+$/.test(sourceDateEpoch) || seconds > 253_402_300_799) {
    throw new RangeError(`SOURCE_DATE_EPOCH is not a number of seconds: ${sourceDateEpoch}`);
  }
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
