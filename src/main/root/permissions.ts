import type { PermissionField } from '../../shared/document/root-fields.ts';
import { StrataError } from '../../shared/errors.ts';
import { count, formatBytes } from '../../shared/format.ts';
import { displayPath, latin1Path, type RawPath, raw } from '../archive/raw-path.ts';
import { CAPABILITY_XATTR, fileCapabilities } from './capabilities.ts';
import type { PackageFiles } from './list-package.ts';
import type { OwnContext } from './own-directories.ts';
import { directoryMode } from './own-files.ts';
import { inTheWay, originText, ownPath } from './own-path.ts';
import type { Owner } from './owner.ts';
import { find } from './reach.ts';
import { inOrder, openUp, type RootDirectory, type RootFile, type RootLink } from './root-tree.ts';

interface Permission {
  readonly place: string;
  readonly mode: number | undefined;
  readonly owner: Owner | undefined;
  readonly capabilities: string | undefined;
  readonly isRecursive: boolean;
}

interface PermissionContext extends OwnContext {
  readonly fileAt: PackageFiles['fileAt'];
}

/** What of a store was copied into the root, so that it could have other permissions. */
interface Copied {
  files: number;
  sizeBytes: number;
}

/**
 * Gives what is in the root the modes, owners and capabilities that a document says. Files of the store stay as they are
 * there: copies of them in the root get the permissions.
 *
 * @returns what the user should know, as sentences. @throws StrataError `invalid-document`.
 */
export function putPermissions(
  fields: readonly PermissionField[],
  context: PermissionContext,
): readonly string[] {
  return fields.flatMap(({ path, mode, owner, recursive = false, capabilities }, index) => {
    const place = `permissions[${index}]`;
    const permission: Permission = {
      place,
      mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
      owner: owner === undefined ? undefined : context.ownerOf(owner, `${place}.owner`),
      capabilities:
        capabilities === undefined ? undefined : fileCapabilities(capabilities, `${place}.capabilities`),
      isRecursive: recursive,
    };
    const copied: Copied = { files: 0, sizeBytes: 0 };
    permitAt(ownPath(path, context.ruleOf, `${place}.path`), permission, context, copied);
    if (copied.files === 0) return [];
    return [
      `${path}: ${count(copied.files, 'file')} of the store, ${formatBytes(copied.sizeBytes)}, ${copied.files === 1 ? 'is' : 'are'} copied into the root layer for other permissions (${place}).`,
    ];
  });
}

function permitAt(path: RawPath, permission: Permission, context: PermissionContext, copied: Copied): void {
  const { place } = permission;
  const found = find(context.root, path, context.list);
  if (found === undefined) throw nothingAt(path, place);
  const { parent, name, at } = found;
  permit(parent, at, permission, context, copied);
  const node = parent.children.get(name);
  if (permission.capabilities !== undefined && !permission.isRecursive && node?.type === 'directory') {
    const hint = 'Only files have capabilities: name one, or say "recursive": true.';
    throw inTheWay(`${place}.capabilities`, path, node, hint);
  }
}

function permit(
  parent: RootDirectory,
  path: RawPath,
  permission: Permission,
  context: PermissionContext,
  copied: Copied,
): void {
  const name = latin1Path(path.slice(path.lastIndexOf('/') + 1));
  const node = parent.children.get(name);
  if (node === undefined) return;
  if (node.type === 'file') {
    if (node.isInBase) {
      const hint = 'Files of the base stay as they are. Name others, or put a file of your own in its place.';
      throw inTheWay(`${permission.place}.path`, path, node, hint);
    }
    permitFile(node, permission);
    return;
  }
  const directory = openUp(node, context.list);
  if (directory !== undefined) {
    parent.children.set(name, directory);
    Object.assign(directory, permission.owner);
    directory.isInBase = undefined;
    const { mode } = permission;
    if (mode !== undefined) directory.mode = permission.isRecursive ? directoryMode(mode) : mode;
    if (!permission.isRecursive) return;
    for (const [child, below] of inOrder(directory)) {
      // As chmod(1) and chown(1) do: who goes through a tree does not follow its links.
      if (below.type === 'link' && below.leadsToLink) Object.assign(below, permission.owner);
      else permit(directory, raw`${path}/${child}`, permission, context, copied);
    }
    return;
  }
  const copy = node.type === 'link' ? copyOf(node, context, copied) : undefined;
  if (copy !== undefined) {
    permitFile(copy, permission);
    parent.children.set(name, copy);
  } else if (permission.isRecursive) {
    Object.assign(node, permission.owner);
  } else {
    throw inTheWay(
      `${permission.place}.path`,
      path,
      node,
      'It leads out of the image. Name a file or a directory.',
    );
  }
}

function permitFile(file: RootFile, { mode, owner, capabilities }: Permission): void {
  if (mode !== undefined) file.mode = mode;
  Object.assign(file, owner);
  if (capabilities !== undefined) file.xattrs = { ...file.xattrs, [CAPABILITY_XATTR]: capabilities };
}

function copyOf(link: RootLink, { fileAt }: PermissionContext, copied: Copied): RootFile | undefined {
  const found = link.target.startsWith('/') ? fileAt(link.target) : undefined;
  if (found === undefined) return undefined;
  const { disk, isExecutable } = found;
  copied.files += 1;
  copied.sizeBytes += disk.sizeBytes;
  const { uid, gid, origin, layer } = link;
  return {
    type: 'file',
    mode: isExecutable ? 0o555 : 0o444,
    uid,
    gid,
    origin,
    layer,
    contents: { type: 'disk', disk },
  };
}

function nothingAt(path: RawPath, place: string): StrataError {
  return new StrataError(
    'invalid-document',
    `${place}.path: the image has nothing at /${displayPath(path)}.`,
    {
      hint: 'strata contents shows what there is.',
    },
  );
}

const MOST_NOTICES = 20;

/** Files that run as somebody else than who starts them, as sentences. Those of a base are its maker's business. */
export function privilegeNotices(root: RootDirectory): readonly string[] {
  const notices: string[] = [];
  const visit = (parent: RootDirectory, prefix: string) => {
    for (const [name, node] of inOrder(parent)) {
      const path = `${prefix}/${displayPath(name)}`;
      if (node.type === 'directory') visit(node, path);
      if (node.type !== 'file' || node.isInBase) continue;
      const gains = [
        ...(node.mode & 0o4000 ? [`as the user ${node.uid}, whoever starts it (set-user-ID)`] : []),
        ...(node.mode & 0o2000 ? [`as the group ${node.gid} (set-group-ID)`] : []),
        ...(node.xattrs?.[CAPABILITY_XATTR] === undefined ? [] : ['with capabilities of its own']),
      ];
      if (gains.length > 0) notices.push(`${path} of ${originText(node.origin)} runs ${gains.join(', ')}.`);
    }
  };
  visit(root, '');
  const more = notices.length - MOST_NOTICES;
  return more > 0 ? [...notices.slice(0, MOST_NOTICES), `So do ${more} more files.`] : notices;
}
