import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// The command line is started from source some hundred times: what Node makes of that is kept.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, '.cache/node');

/**
 * `unit` holds what needs nothing but Node; `integration` runs the real parts (Nix, skopeo, umoci, a registry);
 * `fuzz` tries seeded inputs in great number, on demand; `browser` drives the app in a real Chromium. Timeouts are
 * generous: no test here asserts a duration.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{engine,shared,main,renderer,scripts,structure,worlds,engines}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts'],
          setupFiles: ['test/support/seed.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          // A Nix evaluates with one core. Two at a time share no more than two runs of the app may.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
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
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
