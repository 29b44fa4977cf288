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

test('what is warned of for each path of a binary cache is said once of the cache', () => {
  const passed: string[] = [];
  const onEvent = withWarningsOnce((event) =>
    passed.push(event.type === 'message' ? event.text : event.type),
  );
  const path = (name: string) => `/nix/store/c1sn1d28dyf5dc5mrnr0l6v26hl2cqp1-${name}`;
  const unsigned = (name: string, cache: string) => [
    // Up to 2.18, and since.
    `the substitute for '${path(name)}' from '${cache}' is not signed by any of the keys in 'trusted-public-keys'`,
    `ignoring substitute for '${path(name)}' from '${cache}', as it's not signed by any of the keys in 'trusted-public-keys'`,
  ];
  const warnings = [
    ...unsigned('a-1', 'http://one'),
    ...unsigned('b-1', 'http://one'),
    ...unsigned('a-1', 'http://two'),
    "'http://three' does not appear to be a binary cache",
    "unable to download 'http://four/nix-cache-info': HTTP error 401",
    "unable to download 'http://five/nix-cache-info': HTTP error 500\n\nresponse body:\n\nno",
  ];
  for (const text of warnings) onEvent?.({ type: 'message', level: 'warning', text: `warning: ${text}` });
  expect(passed).toEqual([
    'warning: http://one: what no key in trusted-public-keys has signed is not taken, such as a-1.',
    'warning: http://two: what no key in trusted-public-keys has signed is not taken, such as a-1.',
    expect.stringMatching(/^warning: http:\/\/three does not answer as a binary cache does.* password/),
    expect.stringMatching(
      /^warning: http:\/\/four is left out: it asks for a password .*netrc-file lacks\.$/,
    ),
    'warning: http://five is left out: HTTP error 500.',
  ]);
});
