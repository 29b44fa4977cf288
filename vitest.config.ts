import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// The command line is started from source some hundred times: what Node makes of that is kept.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, '.cache/node');

/**
 * One queue of files for all projects: the browser's, then the real parts, then units, which fill what is left of the end.
 * One worker more than there are cores, as these wait for registries, daemons and pages now and then. No more than four,
 * since each may have a Nix, a Chromium or an image in memory.
 */
const maxWorkers = Math.min(availableParallelism() + 1, 4);

/** What is waited for comes some time; vitest gives it a second, which a busy machine has not always to give. */
const patience = { expect: { poll: { timeout: 60_000 } } };

/**
 * `unit` holds what needs nothing but Node; `integration` runs the real parts (Nix, skopeo, umoci, a registry);
 * `fuzz` tries seeded inputs in great number, on demand; `browser` drives the app in a real Chromium. Timeouts are
 * generous: no test here asserts a duration.
 */
export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{engine,shared,main,renderer,scripts,structure,worlds,engines}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts'],
          setupFiles: ['test/support/seed.ts'],
          ...patience,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          ...patience,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.fuzz.test.ts'],
          testTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.browser.test.ts'],
          ...patience,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
