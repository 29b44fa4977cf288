import type { Compression, PackageSource, StrataDocument } from '../../../shared/document.ts';
import { splitPackageName } from '../../../shared/package-sources.ts';

/** Changes of a document: each gives the new document and what it did, in words for undo. */
export interface Edit {
  readonly document: StrataDocument;
  readonly title: string;
  /** Edits of one group in a row are one step of undo. */
  readonly group?: string;
}

/** Fields to set; a field that is set to undefined is taken out. */
type Change<Fields> = { readonly [Key in keyof Fields]?: Fields[Key] | undefined };

/** Names that are in already are not added twice. */
export function addPackages(document: StrataDocument, names: readonly string[]): Edit {
  const added = names.filter((name, i) => !document.packages.includes(name) && names.indexOf(name) === i);
  const title = added.length === 1 ? `Add ${added[0]}` : `Add ${added.length} packages`;
  if (added.length === 0) return { document, title };
  return { document: { ...document, packages: [...document.packages, ...added] }, title };
}

export function removePackages(document: StrataDocument, names: readonly string[]): Edit {
  return {
    document: { ...document, packages: document.packages.filter((name) => !names.includes(name)) },
    title: names.length === 1 ? `Remove ${names[0]}` : `Remove ${names.length} packages`,
  };
}

export function replacePackage(document: StrataDocument, name: string, replacement: string): Edit {
  const packages = document.packages.map((other) => (other === name ? replacement : other));
  return {
    document: { ...document, packages: [...new Set(packages)] },
    title: `Replace ${name} by ${replacement}`,
  };
}

/** @param to the place among the other packages, 0 for first */
export function movePackage(document: StrataDocument, name: string, to: number): Edit {
  const title = `Move ${name}`;
  const from = document.packages.indexOf(name);
  const others = document.packages.filter((other) => other !== name);
  const place = Math.min(others.length, Math.max(0, to));
  if (from < 0 || from === place) return { document, title };
  return { document: { ...document, packages: others.toSpliced(place, 0, name) }, title };
}

export function setBudget(document: StrataDocument, budget: number): Edit {
  return setLayering(document, { budget }, `Set the budget to ${budget}`, 'budget');
}

export function setLayering(
  document: StrataDocument,
  change: Change<StrataDocument['layering']>,
  title: string,
  group?: string,
): Edit {
  const layering = withoutUndefined({ ...document.layering, ...change }) as StrataDocument['layering'];
  return { document: { ...document, layering }, title, ...(group === undefined ? {} : { group }) };
}

/** Lets a name stand for a path that keeps a layer of its own. */
export function pin(document: StrataDocument, name: string): Edit {
  const pins = withName(document.layering.pins, name);
  return setLayering(document, { pins }, `Pin ${name} to its own layer`);
}

/** Lets a name stand for a path that changes with every build. */
export function makeVolatile(document: StrataDocument, name: string): Edit {
  const volatile = withName(document.layering.volatile, name);
  return setLayering(document, { volatile }, `Put ${name} into the last layer`);
}

/** Takes names out of the pins or out of what is volatile, however they are written there. */
export function dropHints(
  document: StrataDocument,
  list: 'pins' | 'volatile',
  names: readonly string[],
): Edit {
  const left = document.layering[list]?.filter((name) => !names.includes(name)) ?? [];
  const title = `${list === 'pins' ? 'Unpin' : 'Leave where it belongs:'} ${names.join(', ')}`;
  return setLayering(document, { [list]: left.length === 0 ? undefined : left }, title);
}

/** Takes a list of names that are kept together away. */
export function dropTogether(document: StrataDocument, names: readonly string[]): Edit {
  const lists = document.layering.keepTogether?.filter((list) => list !== names) ?? [];
  return setLayering(
    document,
    { keepTogether: lists.length === 0 ? undefined : lists },
    `No longer keep ${names.join(' and ')} together`,
  );
}

/** Keeps paths in one layer: a name that is in a list already brings its list along. */
export function keepTogether(document: StrataDocument, names: readonly string[]): Edit {
  const lists = document.layering.keepTogether ?? [];
  const touching = lists.filter((list) => list.some((name) => names.includes(name)));
  const united = [...new Set([...touching.flat(), ...names])];
  return setLayering(
    document,
    { keepTogether: [...lists.filter((list) => !touching.includes(list)), united] },
    `Keep ${names.join(' and ')} together`,
  );
}

/** Takes a name out of the list that it is kept together in; a list of one says nothing and goes. */
export function keepApart(document: StrataDocument, name: string): Edit {
  const lists = (document.layering.keepTogether ?? [])
    .map((list) => list.filter((other) => other !== name))
    .filter((list) => list.length > 1);
  return setLayering(
    document,
    { keepTogether: lists.length === 0 ? undefined : lists },
    `No longer keep ${name} with others`,
  );
}

function withName(names: readonly string[] = [], name: string): string[] {
  return [...names.filter((other) => other !== name), name];
}

export function setDefaults(document: StrataDocument, change: Partial<StrataDocument['defaults']>): Edit {
  const [name, on] = Object.entries(change)[0] ?? ['', false];
  const what = name === 'cacert' ? 'certificates' : 'names of protocols and services';
  return {
    document: { ...document, defaults: { ...document.defaults, ...change } },
    title: `${on ? 'Add' : 'Leave out'} ${what}`,
  };
}

export function setSource(document: StrataDocument, source: PackageSource, title: string): Edit {
  return { document: { ...document, source }, title };
}

/** Adds a source with a name, or makes it another; what its import is given stays. */
export function setNamedSource(document: StrataDocument, name: string, source: PackageSource): Edit {
  const { sources = {} } = document;
  const before = Object.hasOwn(sources, name) ? sources[name] : undefined;
  const kept = before?.importArguments === undefined ? {} : { importArguments: before.importArguments };
  return {
    document: { ...document, sources: { ...sources, [name]: { ...source, ...kept } } },
    title: before === undefined ? `Add the source ${name}` : `Change the source ${name}`,
  };
}

/** Takes a source away, with the packages that are of it. */
export function removeNamedSource(document: StrataDocument, name: string): Edit {
  const { [name]: _, ...left } = document.sources ?? {};
  const { sources: __, ...rest } = document;
  const packages = document.packages.filter((each) => splitPackageName(each).source !== name);
  return {
    document: { ...rest, packages, ...(Object.keys(left).length === 0 ? {} : { sources: left }) },
    title: `Remove the source ${name}`,
  };
}

export function setCompression(document: StrataDocument, compression: Compression): Edit {
  return { document: { ...document, compression }, title: `Compress with ${compression.type}` };
}

export function setConfig(
  document: StrataDocument,
  change: Change<StrataDocument['config']>,
  field: string,
): Edit {
  const config = withoutUndefined({ ...document.config, ...change }) as StrataDocument['config'];
  return { document: { ...document, config }, title: `Change ${field}`, group: `config.${field}` };
}

/** Further tags, beside the first one. */
export function setTags(document: StrataDocument, tags: readonly string[]): Edit {
  const { tags: _, ...rest } = document;
  return {
    document: tags.length === 0 ? rest : { ...rest, tags: [...tags] },
    title: 'Change the tags',
    group: 'document.tags',
  };
}

/** @param annotations undefined for none at all, which leaves out the usual ones too. */
export function setAnnotations(
  document: StrataDocument,
  annotations: StrataDocument['annotations'] | undefined,
): Edit {
  const { annotations: _, ...rest } = document;
  return {
    document: annotations === undefined ? rest : { ...rest, annotations },
    title: 'Change the annotations',
    group: 'document.annotations',
  };
}

/** Sets the media types, and takes out what images of those do not have. */
export function setMediaTypes(
  document: StrataDocument,
  mediaTypes: StrataDocument['mediaTypes'],
): Edit & { readonly lost: readonly string[] } {
  const { annotations, config, ...rest } = document;
  const { Healthcheck, Shell, ...common } = config;
  const title = 'Change the media types';
  if (mediaTypes === 'docker') {
    const lost = annotations === undefined ? [] : ['annotations'];
    return { document: { ...rest, config, mediaTypes }, title, lost };
  }
  const lost = [...(Healthcheck ? ['the health check'] : []), ...(Shell ? ['the shell'] : [])];
  return { document: { ...document, config: common, mediaTypes }, title, lost };
}

/** Sets fields of the document itself, such as its name. */
export function setField(
  document: StrataDocument,
  change: Change<Pick<StrataDocument, 'name' | 'tag' | 'created' | 'system'>>,
  field: string,
): Edit {
  return {
    document: withoutUndefined({ ...document, ...change }) as StrataDocument,
    title: `Change the ${field}`,
    group: `document.${field}`,
  };
}

/** Without what is set to undefined: a document says nothing of what it does not have. */
export function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
