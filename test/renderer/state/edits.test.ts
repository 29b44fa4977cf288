import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import {
  addPackages,
  dropHints,
  dropTogether,
  keepApart,
  keepTogether,
  movePackage,
  pin,
  removePackages,
  replacePackage,
  setConfig,
} from '../../../src/renderer/state/document/edits.ts';
import { documentSchema } from '../../../src/shared/document.ts';

const documentOf = (packages: readonly string[]) => documentSchema.parse({ version: 1, packages });
const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 12 });

describe('edits of a document', () => {
  test('a package is never in it twice', () => {
    fc.assert(
      fc.property(names, names, (before, added) => {
        const { packages } = addPackages(documentOf(before), [...added, ...added]).document;
        expect(new Set(packages).size).toBe(packages.length);
        expect(packages.slice(0, before.length)).toEqual(before);
        expect(new Set(packages)).toEqual(new Set([...before, ...added]));
      }),
    );
  });

  test('moving changes the order and nothing else', () => {
    fc.assert(
      fc.property(names, fc.nat(), fc.integer({ min: -3, max: 20 }), (packages, n, to) => {
        fc.pre(packages.length > 0);
        const name = itemAt(packages, n % packages.length);
        const moved = movePackage(documentOf(packages), name, to).document.packages;
        expect(moved.toSorted()).toEqual(packages.toSorted());
        expect(moved.indexOf(name)).toBe(Math.min(packages.length - 1, Math.max(0, to)));
      }),
    );
  });

  test('removing and replacing say what they did, for undo', () => {
    const document = documentOf(['bash', 'curl', 'git']);
    expect(removePackages(document, ['curl'])).toMatchObject({
      title: 'Remove curl',
      document: { packages: ['bash', 'git'] },
    });
    expect(replacePackage(document, 'curl', 'git').document.packages).toEqual(['bash', 'git']);
  });

  test('an empty field of the config is a field that is not there', () => {
    const document = documentSchema.parse({ version: 1, config: { User: 'nobody', Cmd: ['sh'] } });
    expect(setConfig(document, { User: undefined }, 'User').document.config).toEqual({ Cmd: ['sh'] });
  });

  test('every edit leaves a document that the schema accepts', () => {
    let document = documentOf(['bash']);
    document = pin(document, 'glibc').document;
    document = keepTogether(document, ['perl', 'git']).document;
    document = keepTogether(document, ['git', 'curl']).document;
    expect(documentSchema.parse(document).layering).toMatchObject({
      pins: ['glibc'],
      keepTogether: [['perl', 'git', 'curl']],
    });
    document = keepApart(keepApart(document, 'curl').document, 'git').document;
    document = keepTogether(document, ['perl', 'curl']).document;
    document = dropTogether(document, document.layering.keepTogether?.[0] ?? []).document;
    document = dropHints(document, 'pins', ['glibc']).document;
    expect(documentSchema.parse(document).layering.keepTogether).toBeUndefined();
    expect(documentSchema.parse(document).layering.pins).toBeUndefined();
  });
});
