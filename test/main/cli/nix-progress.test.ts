import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nixProgressLines } from '../../../src/main/cli/nix-progress.ts';
import { progressOf } from '../../../src/main/host/build-progress.ts';
import { type BuildState, EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { parseInternalJson } from '../../../src/main/nix/internal-json.ts';

const RECORDING = join(import.meta.dirname, '../../fixtures/nix/internal-json/cache-broke-off-2.26.log');

/** The states of a build that fetches two paths, one of them from a cache that breaks off and from the next. */
function states(): BuildState[] {
  let state = EMPTY_BUILD_STATE;
  return readFileSync(RECORDING, 'utf8')
    .split('\n')
    .map((line) => {
      state = reduceBuild(
        state,
        parseInternalJson(line).map((event) => ({ event, at: 0 })),
      );
      return state;
    });
}

const shown = states().map((state) => nixProgressLines(state, 3_000_000, 0, 200));

test('what is fetched is shown with its bytes, of how many, how fast and from which cache', () => {
  const second = shown.find((lines) => lines.some((line) => line.includes(' from http://whole.example')));
  expect(second?.[0]).toMatch(/0 of 2 paths fetched, 0 B of 4\.10 MB, 3\.00 MB\/s$/);
  expect(second?.[1]).toMatch(/↓ lib-1\.0 .* of 4\.10 MB from http:\/\/whole\.example$/);
});

test('what broke off is not counted as fetched', () => {
  const failed = states().findIndex((state) =>
    Object.values(state.downloads).some((download) => download.state === 'failed'),
  );
  expect(shown[failed]?.[0]).toMatch(/0 of 2 paths fetched, 2\.\d\d MB of 4\.10 MB$/);
});

test('where all is fetched, the progress of the window is bytes as well, up to all of them', () => {
  const progress = states().map(progressOf);
  expect(progress.every(({ unit }) => unit === 'bytes')).toBe(true);
  const last = progress.at(-1);
  expect(last?.done).toBe(4_096_120);
  expect(last?.total).toBe(last?.done);
});
