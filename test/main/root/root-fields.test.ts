import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
let packages: { readonly name: string; readonly path: string }[];
beforeAll(() => {
  store = fakeStore();
  const tree = (file: string) => ({
    bin: { directory: { [file]: { executable: file }, same: { executable: file } } },
    etc: { directory: { passwd: `${file}:x:7:7::/var/lib/${file}:/bin/sh\n`, odd: { link: '/nowhere' } } },
    sbin: { link: 'bin' },
    usr: { link: '.' },
    var: { directory: { lib: { directory: { [file]: { directory: { x: 'x' } } } } } },
  });
  packages = ['one', 'two'].map((name) => ({ name, path: store.add(name, tree(name)) }));
});
afterAll(() => store.remove());

/** Few names, so that things get into each other's way; and what nobody should write. */
const name = fc.constantFrom(
  'bin',
  'sbin',
  'usr',
  'etc',
  'var',
  'lib',
  'one',
  'same',
  'x',
  'passwd',
  'odd',
  'srv',
  'proc',
  'nix',
  'store',
  'tmp',
  'ä',
  '.wh.x',
);
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '/',
    '..',
    '/..',
    '/a/../b',
    'a\0b',
    '~',
    '/\ud800',
    'constructor',
    '__proto__',
    `/${'n'.repeat(300)}`,
  ),
  fc.string({ maxLength: 8 }),
);
const path = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`),
  },
  { weight: 1, arbitrary: oddText },
);
const mode = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('0755', '4711', '600') },
  { weight: 1, arbitrary: oddText },
);
const owner = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('root', 'one', '5:6', 'one:root', '0') },
  { weight: 1, arbitrary: oddText },
);
const account = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('app', 'one', 'nonroot', 'root') },
  { weight: 1, arbitrary: oddText },
);
const optional = <T extends object>(
  fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  required: (keyof T)[],
) => fc.record(fields, { requiredKeys: required });
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 2 });

const fields = fc.record(
  {
    files: few(
      fc.oneof(
        optional({ text: fc.string({ maxLength: 4 }), to: path, mode, owner, replace: fc.boolean() }, [
          'text',
          'to',
        ]),
        optional({ link: path, to: path, owner, replace: fc.boolean() }, ['link', 'to']),
      ),
    ),
    directories: few(optional({ path, mode, owner }, ['path'])),
    permissions: few(
      optional(
        {
          path,
          mode,
          owner,
          recursive: fc.boolean(),
          capabilities: fc.constantFrom('cap_net_raw=+ep', 'cap_kill=i', 'cap_x=p'),
        },
        ['path'],
      ),
    ),
    accounts: optional(
      {
        users: few(
          optional(
            {
              name: account,
              uid: fc.integer({ min: 0, max: 2000 }),
              home: path,
              groups: few(fc.constant('root')),
            },
            ['name'],
          ),
        ),
        groups: few(fc.record({ name: account, gid: fc.integer({ min: 0, max: 2000 }) })),
      },
      [],
    ),
    priorities: fc.dictionary(
      fc.constantFrom('one', 'two', 'two', 'one', 'three'),
      fc.integer({ min: -9, max: 9 }),
      { maxKeys: 2 },
    ),
    pathsToLink: fc.array(path, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

it('any fields about the root give a tree that can be unpacked, the same each time, or one clear error', () => {
  let made = 0;
  fc.assert(
    fc.property(fields, (own) => {
      const make = () => {
        const root = rootTree({ packages, own: checkDocument({ version: 1, ...own }, 'the document') });
        return {
          root,
          entries: [undefined, 'small' as const].flatMap((layer) => treeEntries(root.root, layer)),
        };
      };
      let first: ReturnType<typeof make>;
      try {
        first = make();
      } catch (error) {
        expect(error).toBeInstanceOf(StrataError);
        const { code, message, hint } = error as StrataError;
        expect(code).toBe('invalid-document');
        expect(message).toMatch(/(?:files|directories|permissions|accounts|priorities|pathsToLink)/);
        expect(hint).toBeTruthy();
        return;
      }
      made += 1;
      const directories = new Set(['']);
      for (const entry of first.entries) {
        expect(directories).toContain(entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/'))));
        if (entry.type === 'directory') directories.add(entry.path);
      }
      const paths = first.entries.map((entry) => entry.path);
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths.some((at) => /(?:^|\/)\.wh\.|^nix\/store\/|^proc\/|\0/.test(at))).toBe(false);
      expect(first.root.passwd.split('\n').every((line) => line === '' || line.split(':').length === 7)).toBe(
        true,
      );
      const again = make();
      expect(again.entries).toEqual(first.entries);
      // With its functions, which are others each time, left out.
      expect(JSON.stringify(again.root)).toBe(JSON.stringify(first.root));
    }),
    { numRuns: 400 },
  );
  expect(made).toBeGreaterThan(0);
}, 60_000);
