import type { FileField } from '../../shared/document/root-fields.ts';
import { StrataError } from '../../shared/errors.ts';
import { displayPath, joinRaw, latin1Path, type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import type { OwnContext } from './own-directories.ts';
import { inTheWay, ownPath } from './own-path.ts';
import type { Owner } from './owner.ts';
import { reachDirectory } from './reach.ts';
import type { FoundEntry, FoundFiles } from './read-own-files.ts';
import {
  directory,
  type FileLayer,
  type RootDirectory,
  type RootNode,
  type RootOrigin,
} from './root-tree.ts';

/** Entries that bring more than this have a layer below that of the others: it stays when those change. */
const LARGE_BYTES = 4_000_000;

const ROOT_OWNER: Owner = { uid: 0, gid: 0 };

/** A field of a document's `files`, with what does not change from one of its files to the next. */
interface Placing extends OwnContext {
  readonly place: string;
  readonly replaces: boolean;
  readonly origin: RootOrigin;
  readonly owner: Owner | undefined;
  readonly mode: number | undefined;
  readonly layer: FileLayer | undefined;
}

/**
 * Puts the files of a document into the root.
 *
 * @param found what is on this machine, by the index of the field.
 * @throws StrataError `invalid-document` where something else is in the way, or nothing may be.
 */
export function putFiles(
  fields: readonly FileField[],
  found: ReadonlyMap<number, FoundFiles>,
  context: OwnContext,
): void {
  for (const [index, field] of fields.entries()) {
    const { to, mode, owner, replace = false } = field;
    const place = `files[${index}]`;
    const files = found.get(index);
    const placing: Placing = {
      ...context,
      place,
      replaces: replace,
      origin: { type: 'own', place },
      owner: owner === undefined ? undefined : context.ownerOf(owner, `${place}.owner`),
      mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
      layer: files && (files.sizeBytes > LARGE_BYTES ? 'large' : 'small'),
    };
    const entries = files?.entries ?? [textOrLink(field)];
    const isDirectory = entries[0]?.node.type === 'directory';
    // As cp(1) has it: a file goes into what is named as a directory.
    const into = to.endsWith('/') && files !== undefined && !isDirectory;
    const target = to === '/' ? raw`` : ownPath(to, context.ruleOf, `${place}.to`);
    const top = into ? joinRaw(target, files.name) : target;
    if (top === '' && !isDirectory)
      throw unfit(
        `${place}.to`,
        'a file cannot be in place of the root',
        `Name the file, such as ${to}file.`,
      );
    for (const entry of entries) putEntry(joinRaw(top, entry.path), entry, placing);
  }
}

type Entry =
  | FoundEntry
  | { readonly path: RawPath; readonly node: { readonly type: 'text'; readonly text: string } };

function textOrLink({ text, link }: FileField): Entry {
  if (link !== undefined) return { path: raw``, node: { type: 'link', target: rawPath(link) } };
  return { path: raw``, node: { type: 'text', text: text ?? '' } };
}

function putEntry(path: RawPath, { node }: Entry, placing: Placing): void {
  if (path === '') return;
  checkPath(path, placing);
  if (node.type === 'directory') putDirectory(path, placing);
  else putNode(path, nodeOf(node, placing), placing);
}

function putDirectory(path: RawPath, placing: Placing): void {
  const { root, list, origin, owner = ROOT_OWNER, mode, layer } = placing;
  const { parent, name } = parentOf(path, placing);
  const present = parent.children.get(name);
  if (present !== undefined) {
    const reached = reachDirectory(root, path, list, origin);
    if (reached.type === 'directory') {
      takeOver(reached.directory, placing);
      return;
    }
    if (!placing.replaces) throw conflict(reached.at, reached.node, placing);
  }
  parent.children.set(name, {
    ...directory(mode === undefined ? 0o755 : directoryMode(mode), origin),
    ...owner,
    layer,
  });
}

/** What the document made already, such as on the way to another file, may be told more of. */
function takeOver(present: RootDirectory, { owner, mode }: Placing): void {
  if (present.origin.type !== 'own') return;
  if (owner !== undefined) Object.assign(present, owner);
  if (mode !== undefined) present.mode = directoryMode(mode);
}

function putNode(path: RawPath, node: RootNode, placing: Placing): void {
  const { parent, name } = parentOf(path, placing);
  const present = parent.children.get(name);
  if (present !== undefined && !placing.replaces) throw conflict(path, present, placing);
  parent.children.set(name, node);
}

function nodeOf(node: Exclude<Entry['node'], { readonly type: 'directory' }>, placing: Placing): RootNode {
  const {
    origin,
    owner = ROOT_OWNER,
    layer,
    mode = node.type === 'file' && node.isExecutable ? 0o755 : 0o644,
  } = placing;
  if (node.type === 'link') {
    return { type: 'link', target: node.target, toDirectory: false, ...owner, origin, layer };
  }
  const contents = node.type === 'text' ? node : ({ type: 'disk', disk: node.disk } as const);
  return { type: 'file', mode, ...owner, origin, layer, contents };
}

function parentOf(
  path: RawPath,
  placing: Placing,
): { readonly parent: RootDirectory; readonly name: RawPath } {
  const slash = path.lastIndexOf('/');
  const reached = reachDirectory(
    placing.root,
    latin1Path(path.slice(0, Math.max(0, slash))),
    placing.list,
    placing.origin,
  );
  if (reached.type === 'blocked') throw conflict(reached.at, reached.node, placing);
  return { parent: reached.directory, name: latin1Path(path.slice(slash + 1)) };
}

/** Whoever may look into a file may look into a directory. */
export function directoryMode(mode: number): number {
  const permissions = mode & 0o777;
  return permissions | ((permissions & 0o444) >> 2);
}

function checkPath(path: RawPath, { ruleOf, place }: Placing): void {
  const rule = ruleOf(path);
  const shown = `/${displayPath(path)}`;
  if (rule.type === 'leave-out')
    throw unfit(
      `${place}.to`,
      `${shown} cannot be had: ${rule.reason}`,
      'Choose another path, or leave it out with exclude.',
    );
  if (rule.type === 'ignore' && path.startsWith('etc/')) {
    throw unfit(
      `${place}.to`,
      `${shown} is made of the accounts`,
      'Say them in accounts: packages and documents are merged there.',
    );
  }
}

function conflict(at: RawPath, node: RootNode, { place }: Placing): StrataError {
  return inTheWay(`${place}.to`, at, node, `Choose another path, or say "replace": true in ${place}.`);
}

function unfit(place: string, problem: string, hint: string): StrataError {
  return new StrataError('invalid-document', `${place}: ${problem}.`, { hint });
}
