import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diveEfficiency } from '../../../src/engine/contents/efficiency.ts';
import { type LayerEntry, parentPath } from '../../../src/engine/contents/layer-entry.ts';
import { stackLayers, walk } from '../../../src/engine/contents/stack-layers.ts';
import { heldStorePaths } from '../../../src/engine/contents/store-paths.ts';
import { accountForBytes } from '../../../src/engine/contents/waste.ts';

function file(path: string, sizeBytes: number, contentDigest = `${path}:${sizeBytes}`): LayerEntry {
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes, contentDigest };
}

function directory(path: string): LayerEntry {
  return { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, sizeBytes: 0 };
}

function link(path: string, linkTarget: string): LayerEntry {
  return { path, type: 'symlink', mode: 0o777, uid: 0, gid: 0, sizeBytes: 0, linkTarget };
}

/** What a container sees: files with the layer that they come from. */
function seen(...layers: LayerEntry[][]): string[] {
  return [...walk(stackLayers(layers).root)]
    .filter(({ children }) => children === undefined)
    .map(({ path, layer }) => `${path}@${layer}`);
}

describe('stackLayers', () => {
  it('shows the topmost of each path', () => {
    expect(seen([file('a', 1), file('b', 1)], [file('b', 2)])).toEqual(['a@0', 'b@1']);
  });

  it('takes away what a whiteout names, a whole directory too', () => {
    const base = [directory('d'), file('d/x', 1), file('d/y', 1), file('e', 1)];
    expect(seen(base, [file('d/.wh.x', 0)])).toEqual(['d/y@0', 'e@0']);
    expect(seen(base, [file('.wh.d', 0)])).toEqual(['e@0']);
  });

  it('takes away everything below an opaque directory, but nothing of its own layer', () => {
    const base = [directory('d'), file('d/x', 1)];
    expect(seen(base, [file('d/y', 1), file('d/.wh..wh..opq', 0)])).toEqual(['d/y@1']);
  });

  it('does not let a whiteout touch its own layer', () => {
    expect(seen([file('x', 1)], [file('x', 2), file('.wh.x', 0)])).toEqual(['x@1']);
  });

  it('lets a file take the place of a directory and the other way round', () => {
    expect(seen([file('a/b', 1)], [file('a', 1)])).toEqual(['a@1']);
    expect(seen([file('a', 1)], [file('a/b', 1)])).toEqual(['a/b@1']);
  });

  it('puts what is below a link to a directory into that directory', () => {
    const base = [directory('usr'), directory('usr/bin'), link('bin', 'usr/bin'), file('usr/bin/sh', 1)];
    expect(seen(base, [file('bin/tool', 1), file('bin/sh', 2)])).toEqual([
      'bin@0',
      'usr/bin/sh@1',
      'usr/bin/tool@1',
    ]);
    const { superseded } = stackLayers([base, [file('bin/sh', 2)]]);
    expect(superseded).toMatchObject([{ path: 'usr/bin/sh', how: 'replaced' }]);
    // Links may be absolute, lead over others, and nowhere yet; none leads out of the image.
    const links = [link('a', '/b/./x'), link('b', 'c'), link('out', '../../../d')];
    expect(seen(links, [file('a/f', 1), file('out/f', 1)])).toEqual([
      'a@0',
      'b@0',
      'c/x/f@1',
      'd/f@1',
      'out@0',
    ]);
  });

  it('takes away below a link to a directory too, and the link itself where that is named', () => {
    const base = [directory('usr'), file('usr/x', 1), file('usr/y', 1), link('l', 'usr')];
    expect(seen(base, [file('l/.wh.x', 0)])).toEqual(['l@0', 'usr/y@0']);
    expect(seen(base, [file('l/.wh..wh..opq', 0)])).toEqual(['l@0']);
    expect(seen(base, [file('.wh.l', 0)])).toEqual(['usr/x@0', 'usr/y@0']);
    expect(seen(base, [directory('l'), file('l/z', 1)])).toEqual(['l/z@1', 'usr/x@0', 'usr/y@0']);
  });

  it('does not follow links in circles, nor further than a path can be long', () => {
    const circle = [link('a', 'b'), link('b', 'a')];
    expect(seen(circle, [file('a/f', 1)]).filter((path) => path.endsWith('f@1'))).toHaveLength(1);
    const long = [link('a', 'x/'.repeat(3_000))];
    expect(seen(long, [file('a/f', 1)])).toEqual(['a/f@1']);
  });

  it('takes a whiteout of nothing for a file', () => {
    for (const name of ['.wh.', '.wh..', '.wh...']) {
      expect(seen([file('a', 1), file('d/a', 1)], [file(`d/${name}`, 0)])).toEqual([
        'a@0',
        `d/${name}@1`,
        'd/a@0',
      ]);
    }
  });

  it('keeps what is in a directory whose mode a layer changes', () => {
    expect(seen([directory('d'), file('d/x', 1)], [directory('d')])).toEqual(['d/x@0']);
  });

  it('walks a path of thousands of directories', () => {
    const deep = `${'d/'.repeat(5_000)}f`;
    expect(seen([file(deep, 1)])).toEqual([`${deep}@0`]);
  });

  it('agrees with a plain table of paths', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    const change = fc.record({ path, remove: fc.boolean() });
    const layer = fc.uniqueArray(change, { maxLength: 6, selector: (each) => each.path });
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
        const table = new Map<string, number>();
        const drop = (target: string) => {
          for (const known of table.keys()) {
            if (known === target || known.startsWith(`${target}/`)) table.delete(known);
          }
        };
        for (const [index, changes] of layers.entries()) {
          for (const { path: target } of changes.filter(({ remove }) => remove)) drop(target);
          for (const { path: target } of changes.filter(({ remove }) => !remove)) {
            drop(target);
            for (let parent = parentPath(target); parent !== ''; parent = parentPath(parent))
              table.delete(parent);
            table.set(target, index);
          }
        }
        const entries = layers.map((changes) =>
          changes.map(({ path: target, remove }) => {
            const slash = target.lastIndexOf('/') + 1;
            return file(remove ? `${target.slice(0, slash)}.wh.${target.slice(slash)}` : target, 1);
          }),
        );
        expect(seen(...entries)).toEqual(
          [...table].map(([known, index]) => `${known}@${index}`).sort(byParts),
        );
      }),
    );
  });
});

function byParts(a: string, b: string): number {
  return a.replaceAll('/', '\u0001') < b.replaceAll('/', '\u0001') ? -1 : 1;
}

describe('diveEfficiency', () => {
  it('is 1 where no path repeats, whatever their contents', () => {
    expect(diveEfficiency([[file('a', 10, 'same')], [file('b', 10, 'same')]])).toEqual({
      score: 1,
      repeated: [],
    });
  });

  it('counts the smallest of each path as useful', () => {
    const { score, repeated } = diveEfficiency([[file('a', 100), file('b', 50)], [file('a', 60)]]);
    expect(score).toBeCloseTo((60 + 50) / (100 + 60 + 50));
    expect(repeated).toEqual([{ path: 'a', times: 2, bytes: 160 }]);
  });

  it('counts a removed file as wholly wasted', () => {
    const { score } = diveEfficiency([[file('a', 100), file('b', 100)], [file('.wh.a', 0)]]);
    expect(score).toBe(0.5);
  });

  it('counts the removal of a directory with the size of what was in it, as dive does', () => {
    const { score } = diveEfficiency([
      [directory('d'), file('d/a', 30), file('d/b', 70)],
      [file('.wh.d', 0)],
    ]);
    expect(score).toBe(1);
  });

  it('is 1 for an image of nothing', () => {
    expect(diveEfficiency([]).score).toBe(1);
  });
});

describe('accountForBytes', () => {
  it('tells replaced, removed and repeated contents apart', () => {
    const layers = [
      [file('old', 100), file('gone', 10), file('one', 7, 'same')],
      [file('old', 120), file('.wh.gone', 0), file('two', 7, 'same'), file('three', 7, 'same')],
    ];
    const waste = accountForBytes(layers, stackLayers(layers));
    expect(waste).toMatchObject({
      shippedBytes: 251,
      usefulBytes: 127,
      supersededBytes: 110,
      duplicateBytes: 14,
      duplicates: [{ contentDigest: 'same', sizeBytes: 7, paths: ['one', 'three', 'two'] }],
    });
    expect(waste.superseded.map(({ path, how }) => [path, how])).toEqual([
      ['old', 'replaced'],
      ['gone', 'removed'],
    ]);
  });

  it('accounts for every byte', () => {
    const entry = fc
      .tuple(
        fc.constantFrom('a', 'b', 'd/a', '.wh.a', '.wh.d', 'd/.wh..wh..opq'),
        fc.nat(100),
        fc.constantFrom('x', 'y'),
      )
      .map(([path, size, digest]) => file(path, path.includes('.wh.') ? 0 : size, `${digest}${size}`));
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 4 }), (layers) => {
        const stack = stackLayers(layers);
        const waste = accountForBytes(layers, stack);
        expect(waste.usefulBytes + waste.supersededBytes + waste.duplicateBytes).toBe(waste.shippedBytes);
        expect(waste.superseded.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(
          waste.supersededBytes,
        );
      }),
    );
  });
});

describe('heldStorePaths', () => {
  it('sums up what a layer holds of each store path', () => {
    const hash = '0123456789abcdfghijklmnpqrsvwxyz';
    const entries = [
      directory('nix/store'),
      directory(`nix/store/${hash}-hello-2.12`),
      file(`nix/store/${hash}-hello-2.12/bin/hello`, 40),
      file(`nix/store/${hash}-hello-2.12/share/doc`, 2),
      file(`nix/store/${hash}-source`, 5),
      file('nix/store/.links/x', 1),
    ];
    expect(heldStorePaths(entries)).toEqual([
      { path: `/nix/store/${hash}-hello-2.12`, files: 2, sizeBytes: 42 },
      { path: `/nix/store/${hash}-source`, files: 1, sizeBytes: 5 },
    ]);
  });
});
