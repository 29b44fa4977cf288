import type { LayerEntries } from './layer-entry.ts';

/** A path of the Nix store as a layer holds it. */
export interface HeldStorePath {
  /** Absolute. */
  readonly path: string;
  readonly files: number;
  /** Contents of its files in this layer. */
  readonly sizeBytes: number;
}

const STORE_PATH = /^nix\/store\/([0-9a-z]{32}-[^/]+)/;

/** The store paths of which a layer holds something, ascending. */
export function heldStorePaths(entries: LayerEntries): readonly HeldStorePath[] {
  const held = new Map<string, { files: number; sizeBytes: number }>();
  for (const { path, type, sizeBytes } of entries) {
    const name = STORE_PATH.exec(path)?.[1];
    if (name === undefined) continue;
    const sum = held.get(name) ?? { files: 0, sizeBytes: 0 };
    if (type !== 'directory') sum.files += 1;
    sum.sizeBytes += sizeBytes;
    held.set(name, sum);
  }
  return [...held]
    .map(([name, sum]) => ({ path: `/nix/store/${name}`, ...sum }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
