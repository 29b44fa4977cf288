import { describe, expect, test, vi } from 'vitest';
import { connect } from '../../../src/renderer/client/connection.ts';
import { ConnectionLost, hintOf, panelOf, toFailure } from '../../../src/renderer/client/failure.ts';
import { follow } from '../../../src/renderer/client/follow.ts';
import { EntryRefused, type Transport } from '../../../src/renderer/client/transport.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { ACTIONS } from '../../support/actions.ts';

/** A transport whose calls are answered by `answer`, and that can be broken. */
function transport(answer: (path: readonly string[]) => Promise<unknown>): Transport & { break(): void } {
  const closed = Promise.withResolvers<void>();
  let over = false;
  return {
    link: {
      call: (path) =>
        Promise.race([
          answer(path),
          closed.promise.then(() => Promise.reject(new DOMException('', 'AbortError'))),
        ]),
    },
    closed: closed.promise,
    isClosed: () => over,
    break() {
      over = true;
      closed.resolve();
    },
  };
}

describe('the connection to the host', () => {
  test('a call that is made while the way is broken waits for the next one', async () => {
    const states: string[] = [];
    const first = transport(async () => 'first');
    const second = transport(async () => 'second');
    const ways = [first, second];
    const connection = connect(
      (state) => states.push(state),
      async () => ways.shift() ?? second,
    );
    expect(await connection.client.system.about()).toBe('first');
    first.break();
    await first.closed;
    const call = connection.client.system.about();
    connection.retryNow();
    expect(await call).toBe('second');
    expect(states).toEqual(['connecting', 'open', 'lost', 'open']);
  });

  test('a host that was started anew is told from one that cannot be reached', async () => {
    const states: string[] = [];
    const ways = [new EntryRefused(), new Error('nobody there'), transport(async () => 'in')];
    const connection = connect(
      (state) => states.push(state),
      async () => {
        const way = ways.shift();
        if (way === undefined || way instanceof Error) throw way;
        return way;
      },
    );
    await vi.waitFor(() => expect(states).toContain('refused'));
    connection.retryNow();
    await vi.waitFor(() => expect(states).toContain('lost'));
    connection.retryNow();
    await connection.ready();
    expect(states).toEqual(['connecting', 'refused', 'lost', 'open']);
  });

  test('a call that was under way fails as a lost connection, which a person can understand', async () => {
    const way = transport(() => new Promise(() => {}));
    const connection = connect(
      () => {},
      async () => way,
    );
    const call = connection.client.system.about().catch((error: unknown) => error);
    await connection.ready();
    way.break();
    const error = await call;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(toFailure(error)).toMatchObject({ code: 'connection-lost', fixes: [{ type: 'retry' }] });
  });
});

describe('following a stream', () => {
  const of = async function* (...events: readonly number[]) {
    yield* events;
  };

  test('goes on across broken connections, from the new beginning', async () => {
    const seen: number[] = [];
    let attempt = 0;
    const open = async () => {
      attempt += 1;
      if (attempt === 1) throw new ConnectionLost();
      return of(attempt, 7);
    };
    await follow({
      open,
      onEvent: (event) => seen.push(event),
      signal: new AbortController().signal,
      ready: async () => {},
    });
    expect(seen).toEqual([2, 7]);
  });

  test('ends at once when it is aborted, and never calls that a failure', async () => {
    const end = new AbortController();
    const seen: number[] = [];
    await follow({
      open: async () => of(1, 2, 3),
      onEvent: (event) => {
        seen.push(event);
        end.abort();
      },
      signal: end.signal,
      ready: async () => {},
    });
    expect(seen).toEqual([1]);
  });

  test('hands on what the host failed with', async () => {
    const failure = new StrataError('not-found', 'There is no such job.');
    const open = () => Promise.reject(failure);
    const followed = follow({
      open,
      onEvent: () => {},
      signal: new AbortController().signal,
      ready: async () => {},
    });
    await expect(followed).rejects.toBe(failure);
  });
});

describe('failures', () => {
  test('cancelled is none', () => {
    expect(toFailure(new DOMException('', 'AbortError'))).toBeNull();
  });

  test('that an action takes away is told with the control of this window', () => {
    expect(ACTIONS.map((action) => hintOf({ hint: 'First.', action }))).toMatchInlineSnapshot(`
      [
        "First. Name a machine for it under “Remote builders” in the settings.",
        "First. Name the authority that signed it under “Certificates…”, or put it in /etc/containers/certs.d.",
        "First. If it is a registry without TLS that you trust, allow an insecure connection under “Certificates…”.",
        "First. Add images that exist one by one, under “Known images”.",
        "First. Name a netrc file that has the password, as netrc-file in nix.conf.",
        "First. It has to be told which store paths to begin with.",
        "First. Wait longer: under “Registries” in the settings.",
        "First. Choose another, or none for one that is free.",
        "First. Give it more time in the settings, or name a substituter there that has it ready.",
        "First. Nix's setting for that is \`fallback = true\` in nix.conf.",
        "First. Use the starter set, or a nixpkgs that is on this machine, as the package source.",
        "First. Other package sources do without: nixpkgs, a directory, a git repository or a flake.",
        "First. Add bash to the image, under Packages.",
        "First. Look for it under Packages: it may have another name, or be in another source.",
        "First. Say what it is under sources in the document’s file, or write the package without it.",
        "First. Take it as it is now: “Lock again” is under “Package source”.",
        "First. Leave out the known images and the hints, or take the strategy strata.",
      ]
    `);
    expect(hintOf({ hint: null, action: null })).toBeNull();
  });

  test('names nothing that only the command line has', () => {
    for (const action of ACTIONS) expect(hintOf({ hint: null, action })).not.toMatch(/--[a-z]|`strata /);
  });

  test('leads to where the control is', () => {
    const places = ACTIONS.map((action) => panelOf(action)).filter((place) => place !== null);
    expect(new Set(places)).toEqual(new Set(['settings', 'known', 'sources']));
    expect(panelOf(null)).toBeNull();
  });

  test('a hint that names a command says where that is run', () => {
    const hint = 'Free some space: `strata cache prune --unused-for 30` removes old layers.';
    expect(hintOf({ hint })).toBe(`${hint} Commands are for a terminal of the machine that Strata runs on.`);
    const other = 'Its file is `a.json`.';
    expect(hintOf({ hint: other })).toBe(other);
  });

  test('what nobody expected is told as a bug, with the detail to copy', () => {
    const failure = toFailure(new TypeError('x is not a function'));
    expect(failure).toMatchObject({ code: 'bug' });
    expect(failure?.log).toContain('x is not a function');
  });
});
