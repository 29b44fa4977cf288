import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/renderer/features/config/user-field.tsx';
import { isMended, refusedField } from '../../../src/renderer/state/mended.ts';
import { documentSchema } from '../../../src/shared/document.ts';

const runningAs = (User?: string) =>
  documentSchema.parse({
    version: 1,
    name: 'web',
    source: { type: 'starter' },
    packages: [],
    config: User === undefined ? {} : { User },
  });

describe('a field that was refused', () => {
  const details = { user: 'app', known: ['root'], field: 'config.User', value: 'app' };

  test('is mended as soon as something else is in it', () => {
    expect(isMended(details, runningAs('app'))).toBe(false);
    expect(isMended(details, runningAs('root'))).toBe(true);
    expect(isMended(details, runningAs())).toBe(true);
  });

  test.each([null, undefined, 'text', [], { known: [] }, { field: 3 }])('%j names none', (other) => {
    expect(refusedField(other)).toBeNull();
    expect(isMended(other, runningAs('app'))).toBe(false);
  });
});

describe('the user that a container runs as', () => {
  const accounts = {
    users: [{ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' }],
    groups: [{ name: 'wheel', gid: 0, members: [] }],
  };

  test.each([
    [undefined, null],
    ['', null],
    ['root', null],
    ['1000', null],
    ['root:wheel', null],
    ['1000:1000', null],
    ['app', 'no user named “app”: it has root.'],
    ['root:app', 'no group named “app”: it has wheel.'],
  ])('%s', (user, refusal) => {
    const said = refusalOf(user, accounts);
    if (refusal === null) expect(said).toBeNull();
    else expect(said).toContain(refusal);
  });
});
