/** What the source without a name is called where it has to be called something. */
export const UNNAMED = 'source';

/** A source by name, in words that a sentence goes on from: `the source tools`. */
export function sourceTitle(name: string | null): string {
  return name === null ? 'the package source' : `the source ${name}`;
}

/** As `--update` takes it. */
export function updateName(name: string | null): string {
  return name ?? UNNAMED;
}
