import type { FileField, PermissionField } from '../../../shared/document/root-fields.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { type Edit, withoutUndefined } from './edits.ts';

/** Changes of what an image has beside its packages and accounts: files, directories, modes and owners, and its base. */

/** Of a file or directory, as documents write them; undefined leaves it as it is. */
export interface Access {
  readonly mode: string | undefined;
  readonly owner: string | undefined;
}

export function addDirectory(document: StrataDocument, path: string, access: Access): Edit {
  const directories = [...(document.directories ?? []), { path, ...said(access) }];
  return { document: { ...document, directories }, title: `Make ${path}` };
}

/** Gives something in the image another mode or owner, whoever brought it. */
export function setAccess(document: StrataDocument, path: string, access: Access): Edit {
  const title = `Change ${path}`;
  const { directories = [], permissions = [] } = document;
  const own = directories.findLastIndex((directory) => samePath(directory.path, path));
  if (own >= 0 && !permissions.some((each) => isAbout(each, path))) {
    const changed = directories.map((each, index) => (index === own ? { ...each, ...said(access) } : each));
    return { document: { ...document, directories: changed }, title };
  }
  const before = permissions.find((each) => samePath(each.path, path) && each.recursive !== true);
  // Last, as later ones count more.
  const rest = permissions.filter((each) => each !== before);
  return {
    document: { ...document, permissions: [...rest, { ...(before ?? { path }), ...said(access) }] },
    title,
  };
}

/** Takes out what a document has at a place such as `files[0]`. */
export function removeOwn(document: StrataDocument, place: string): Edit {
  const { list, index } = placeIn(place) ?? {};
  if (list === undefined || index === undefined) return { document, title: 'Remove' };
  const field = document[list] ?? [];
  const gone = field[index];
  const what = gone === undefined ? 'a file' : 'to' in gone ? gone.to : gone.path;
  const rest = field.toSpliced(index, 1);
  return { document: withoutEmpty({ ...document, [list]: rest }, list), title: `Remove ${what}` };
}

/** Whether {@link removeOwn} can take it out. */
export function isRemovable(place: string): boolean {
  return placeIn(place) !== null;
}

/** Puts files, texts and links into the image. */
export function addOwnFiles(document: StrataDocument, added: readonly FileField[]): Edit {
  const [first] = added;
  const title = added.length === 1 && first !== undefined ? `Add ${first.to}` : `Add ${added.length} files`;
  return { document: { ...document, files: [...(document.files ?? []), ...added] }, title };
}

/** Changes what a document says of `files[index]`; a field that is set to undefined is taken out. */
export function setFile(
  document: StrataDocument,
  index: number,
  change: { readonly [Key in keyof FileField]?: FileField[Key] | undefined },
): Edit {
  const { files = [] } = document;
  const before = files[index];
  const title = `Change ${before?.to ?? 'a file'}`;
  if (before === undefined) return { document, title };
  const field = withoutUndefined({ ...before, ...change }) as FileField;
  return {
    document: { ...document, files: files.with(index, field) },
    title,
    group: `files.${index}.${Object.keys(change).join()}`,
  };
}

/** What of a document a place such as `files[0]` is; undefined for other places. */
export function fileAt(
  document: StrataDocument,
  place: string,
): { index: number; field: FileField } | undefined {
  const { list, index = -1 } = placeIn(place) ?? {};
  const field = list === 'files' ? document.files?.[index] : undefined;
  return field && { index, field };
}

/** Which package wins where files clash: the lowest number. Undefined leaves it to the package. */
export function setPriority(document: StrataDocument, name: string, priority: number | undefined): Edit {
  const { [name]: _, ...others } = document.priorities ?? {};
  const priorities = priority === undefined ? others : { ...others, [name]: priority };
  const { priorities: before, ...rest } = document;
  return {
    document: Object.keys(priorities).length === 0 ? rest : { ...rest, priorities },
    title: `Change the priority of ${name}`,
    group: `priorities.${name}`,
  };
}

/** Takes of packages only what they have at these paths; all of it where there are none. */
export function setPathsToLink(document: StrataDocument, paths: readonly string[]): Edit {
  const { pathsToLink: _, ...rest } = document;
  return {
    document: paths.length === 0 ? rest : { ...rest, pathsToLink: [...paths] },
    title: 'Change the paths to link',
    group: 'pathsToLink',
  };
}

/** @param base a location of an image; undefined for none. */
export function setBase(document: StrataDocument, base: string | undefined): Edit {
  const { base: _, ...rest } = document;
  return base === undefined
    ? { document: rest, title: 'Build on no other image' }
    : { document: { ...rest, base }, title: `Build on ${base}` };
}

function said({ mode, owner }: Access): { mode?: string; owner?: string } {
  return { ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }) };
}

function isAbout({ path: named, recursive }: PermissionField, path: string): boolean {
  return samePath(named, path) || (recursive === true && path.startsWith(`${trimmed(named)}/`));
}

/** Whether two paths of an image are the same but for a slash at the end. */
export function samePath(one: string, other: string): boolean {
  return trimmed(one) === trimmed(other);
}

function trimmed(path: string): string {
  return path.replace(/\/$/, '');
}

function placeIn(place: string): { list: 'files' | 'directories'; index: number } | null {
  const [, list, index] = /^(files|directories)\[(\d+)\]$/.exec(place) ?? [];
  return list === 'files' || list === 'directories' ? { list, index: Number(index) } : null;
}

/** A document says nothing of what it has none of. */
function withoutEmpty(document: StrataDocument, list: 'files' | 'directories'): StrataDocument {
  const { [list]: field, ...rest } = document;
  return field?.length === 0 ? rest : document;
}
