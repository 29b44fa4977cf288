/** What a binary cache says of a store path: the part that popularity needs. */
export interface NarInfo {
  /** Base name of the store path: `<hash>-<name>`. */
  readonly name: string;
  /** Base names of the store paths that it refers to, possibly itself among them. */
  readonly references: readonly string[];
}

/** A store path's base name: the hash in Nix's base32, then the characters that Nix allows in names. */
const BASE_NAME = /^[0-9a-df-np-sv-z]{32}-[0-9A-Za-z+\-._?=]{1,211}$/;

export function isBaseName(text: string): boolean {
  return BASE_NAME.test(text);
}

/** The part of a store path that names its narinfo file. */
export function hashPart(baseName: string): string {
  return baseName.slice(0, 32);
}

/** Reads a `.narinfo` file (Nix manual, "Binary cache": lines of `Key: value`); where it is none, says why at what place. */
export function parseNarInfo(text: string, place: string): NarInfo | string {
  const fields = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(': ');
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 2).trim()]];
    }),
  );
  const path = fields.get('StorePath') ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const references = (fields.get('References') ?? '').split(' ').filter((reference) => reference !== '');
  const wrong = [name, ...references].find((each) => !isBaseName(each));
  if (wrong === undefined) return { name, references };
  if (path === '') return `${place} is not a narinfo file: it names no store path.`;
  return `${place} is not a narinfo file: ${JSON.stringify(wrong.slice(0, 80))} is no store path.`;
}
