import { expect, test } from 'vitest';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { withWarningsOnce } from '../../../src/main/nix/warnings-once.ts';

test('a warning is passed on once, whichever run of Nix repeats it', () => {
  const passed: NixEvent[] = [];
  const onEvent = withWarningsOnce((event) => passed.push(event));
  const warning = (text: string): NixEvent => ({ type: 'message', level: 'warning', text });
  const error: NixEvent = { type: 'message', level: 'error', text: 'error: x' };
  const events = [
    warning("warning: Git tree '/x' is dirty"),
    error,
    warning("warning: Git tree '/x' is dirty"),
    warning("warning: Git tree '/y' is dirty"),
    warning("warning: error: unable to download 'http://c/x': gone; retrying in 300 ms"),
    warning("warning: error: unable to download 'http://c/x': gone; retrying in 600 ms (attempt 2/5)"),
    warning("warning: unable to download 'http://c/x': gone"),
    error,
  ];
  for (const event of events) onEvent?.(event);
  expect(passed).toEqual([events[0], error, events[3], events[4], error]);
});
