import type { DirectoryField } from '../../shared/document/root-fields.ts';
import type { RawPath } from '../archive/raw-path.ts';
import type { Home } from './own-accounts.ts';
import { inTheWay, ownPath } from './own-path.ts';
import type { Owner } from './owner.ts';
import { reachDirectory } from './reach.ts';
import type { RootRule } from './root-rules.ts';
import type { ListDirectory, RootDirectory, RootOrigin } from './root-tree.ts';

/** What it takes to put something of a document's into a root. */
export interface OwnContext {
  readonly root: RootDirectory;
  readonly list: ListDirectory;
  readonly ruleOf: (path: RawPath) => RootRule;
  readonly ownerOf: (owner: string, place: string) => Owner;
}

/** Makes the directories of a document in the root. @throws StrataError `invalid-document`. */
export function putDirectories(fields: readonly DirectoryField[], context: OwnContext): void {
  for (const [index, { path, mode, owner }] of fields.entries()) {
    const place = `directories[${index}]`;
    const directory = reach(path, place, `${place}.path`, context);
    if (mode !== undefined) directory.mode = Number.parseInt(mode, 8);
    if (owner !== undefined) Object.assign(directory, context.ownerOf(owner, `${place}.owner`));
    directory.origin = { type: 'own', place };
  }
}

/** Makes the homes of users, or gives them those that packages bring. Those that every image has stay as they are. */
export function putHomes(homes: readonly Home[], context: OwnContext): void {
  for (const { path, uid, gid, place } of homes) {
    const home = reach(path, place, `${place}.home`, context);
    if (home.origin.type !== 'default') Object.assign(home, { uid, gid });
  }
}

function reach(text: string, origin: string, place: string, context: OwnContext): RootDirectory {
  const path = ownPath(text, context.ruleOf, place);
  const reached = reachDirectory(context.root, path, context.list, {
    type: 'own',
    place: origin,
  } satisfies RootOrigin);
  if (reached.type === 'directory') return reached.directory;
  throw inTheWay(place, reached.at, reached.node, 'A directory cannot be there. Choose another path.');
}
