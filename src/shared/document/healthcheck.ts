import { z } from 'zod';

const UNITS = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;
const SHORTEST = 1_000_000;

const WRITTEN = 'a duration such as 30s or 1m30s';

/** As Go reads a duration ("1m30s"), or a number of nanoseconds, which is how images have it. */
const duration = z
  .union([z.int(), z.string().regex(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, WRITTEN)], WRITTEN)
  .refine((value) => {
    const length = nanoseconds(value);
    return length === 0 || (length >= SHORTEST && Number.isSafeInteger(length));
  }, 'a duration of at least 1ms, or 0 for what Docker takes by itself');

/** How a container is found to be healthy, as Docker's images have it. */
export const healthcheckSchema = z.strictObject({
  Test: z
    .array(z.string())
    .refine(
      ([how, ...words]) => (how === 'NONE' && words.length === 0) || isCommand(how, words),
      '["CMD", PROGRAM, …], ["CMD-SHELL", COMMAND] or ["NONE"]',
    ),
  Interval: duration.optional(),
  Timeout: duration.optional(),
  StartPeriod: duration.optional(),
  StartInterval: duration.optional(),
  Retries: z.int().min(0).optional(),
});
export type DocumentHealthcheck = z.infer<typeof healthcheckSchema>;

function isCommand(how: string | undefined, words: readonly string[]): boolean {
  return (how === 'CMD' && words.length > 0) || (how === 'CMD-SHELL' && words.length === 1);
}

/** A check with its durations in nanoseconds, as an image's configuration has them. */
export function imageHealthcheck({ Test, Retries, ...durations }: DocumentHealthcheck) {
  const lengths = Object.entries(durations).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, nanoseconds(value)] as const],
  );
  return { Test, ...Object.fromEntries(lengths), ...(Retries === undefined ? {} : { Retries }) };
}

function nanoseconds(value: string | number): number {
  if (typeof value === 'number') return value;
  const parts = [...value.matchAll(PART)].map(
    ([, count, unit]) => Number(count) * UNITS[unit as keyof typeof UNITS],
  );
  return Math.round(parts.reduce((sum, part) => sum + part, 0));
}
