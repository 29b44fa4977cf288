import type { RuntimeConfig } from '../oci/types.ts';
import { type RootFacts, type RootHazard, stacked } from './root-hazards.ts';

/** What a layer says of the names in a configuration. */
export interface NameFacts {
  /** Names of programs that were looked for, and which of them something in the layer has, wherever it is. */
  readonly looked: ReadonlySet<string>;
  readonly found: ReadonlySet<string>;
  /** Texts of `etc/passwd` and `etc/group`, where the layer has them as short files. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What of a configuration has to be looked for in the layers: the name of the program that it starts. */
export function programNames({ Entrypoint, Cmd }: RuntimeConfig): readonly string[] {
  const program = [...(Entrypoint ?? []), ...(Cmd ?? [])][0];
  const name = program?.split('/').at(-1);
  return name ? [name] : [];
}

/**
 * What a configuration names and its image does not have: the user, the group, and the program that it starts. Said only
 * where it is certain: of a program, that nothing in any layer is called so.
 *
 * @param layers from the lowest to the topmost; undefined for one that could not be read.
 */
export function configHazards(
  layers: readonly (Readonly<{ root: RootFacts; names: NameFacts }> | undefined)[],
  config: RuntimeConfig,
): readonly RootHazard[] {
  const known = layers.filter((layer) => layer !== undefined);
  if (known.length < layers.length) return [];
  const layer = layers.length - 1;
  return [...missingAccounts(known, config), ...missingPrograms(known, config)].map((hazard) => ({
    ...hazard,
    layer,
  }));
}

type Said = Omit<RootHazard, 'layer'>;
type Known = Readonly<{ root: RootFacts; names: NameFacts }>;

function missingPrograms(layers: readonly Known[], config: RuntimeConfig): readonly Said[] {
  const program = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])][0];
  return programNames(config).flatMap((name) => {
    const isThere = layers.some(({ names }) => names.found.has(name) || !names.looked.has(name));
    if (isThere) return [];
    const message = `${program}, which the image starts, is in none of its layers.`;
    return [{ code: 'program-missing', message }];
  });
}

function missingAccounts(layers: readonly Known[], { User }: RuntimeConfig): readonly Said[] {
  const [user = '', group = ''] = (User ?? '').split(':', 2);
  const { present } = stacked(layers.map(({ root }) => root));
  // A link to a directory that is elsewhere: what is in it is not followed here.
  if (present.get('etc')?.entry.type === 'symlink') return [];
  const isMissing = (name: string, path: string): boolean => {
    if (name === '' || /^\d+$/.test(name)) return false;
    const found = present.get(path);
    if (found === undefined) return true;
    const text = layers[found.layer]?.names.texts.get(path);
    return text !== undefined && !text.split('\n').some((line) => line.startsWith(`${name}:`));
  };
  const said = (kind: 'user' | 'group', name: string, path: string): readonly Said[] => {
    if (!isMissing(name, path)) return [];
    const message = `The image runs as the ${kind} ${name}, which its /${path} does not have.`;
    return [{ code: 'user-missing', message }];
  };
  return [...said('user', user, 'etc/passwd'), ...said('group', group, 'etc/group')];
}

/** In bytes: of files that are longer nothing is said. */
const LONGEST_TEXT = 1 << 20;

/** Collects what a layer says, entry by entry; what an entry holds follows it. */
export function collectNames(looked: ReadonlySet<string>) {
  const found = new Set<string>();
  const texts = new Map<string, string>();
  let text: { readonly path: string; readonly pieces: string[] } | undefined;
  const finish = () => {
    if (text === undefined) return;
    texts.set(text.path, text.pieces.join(''));
    text = undefined;
  };
  return {
    /** @param path in the image, without a slash at either end. */
    add(path: string, type: string, sizeBytes: number): void {
      finish();
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (type !== 'directory' && looked.has(name)) found.add(name);
      const isAccounts = path === 'etc/passwd' || path === 'etc/group';
      if (isAccounts) texts.delete(path);
      if (isAccounts && type === 'file' && sizeBytes <= LONGEST_TEXT) text = { path, pieces: [] };
    },
    /** Whether what the entry holds is wanted. */
    isReading: () => text !== undefined,
    take(piece: string): void {
      text?.pieces.push(piece);
    },
    facts(): NameFacts {
      finish();
      return { looked, found, texts };
    },
  };
}
