import { expect, test } from 'vitest';
import { failedBuilds } from '../../../src/main/nix/failed-builds.ts';

const DRV = '/nix/store/cxjcbsc6hnqgaia8a1m2y12vmvwq98lg-bb.drv';

test.each([
  [`error: builder for '${DRV}' failed with exit code 3`, 'failed'],
  [`error: builder for '${DRV}' failed due to signal 9 (Killed)`, 'failed'],
  [`error: build of '${DRV}' on 'ssh://b' failed: x`, 'failed'],
  [`error: Cannot build '${DRV}'.\n       Reason: builder failed with exit code 3.`, 'failed'],
  [`error: 1 dependencies of derivation '${DRV}' failed to build`, 'dependency'],
  [`error: Cannot build '${DRV}'.\n       Reason: 2 dependencies failed.`, 'dependency'],
  [`error: building of '${DRV}!out' from .drv file timed out after 3 seconds`, 'timeout'],
  [`error: building '${DRV}' timed out after 3 seconds of silence`, 'timeout'],
  [`error: hash mismatch in fixed-output derivation '${DRV}':\n  specified: a\n  got: b`, 'hash-mismatch'],
  [`error: a 'aarch64-linux' with features {} is required to build '${DRV}', but I am a 'x'`, 'no-builder'],
  [`error: Cannot build '${DRV}'.\n  Reason: required system or feature not available`, 'no-builder'],
])('%s', (message, reason) => {
  expect(failedBuilds(message)).toEqual([{ derivation: DRV, reason }]);
});

test('a message about something else names no derivation', () => {
  expect(failedBuilds('error: attribute missing')).toEqual([]);
  expect(failedBuilds(`copying path '${DRV}'`)).toEqual([]);
});
