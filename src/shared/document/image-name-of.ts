import { DEFAULT_NAME } from '../document.ts';

/** A name that people can still read. */
const LONGEST_NAME = 60;

/**
 * What the image of a document is called: as the document says, else as its file, else as its packages in the order of the alphabet, so that images that
 * nobody named do not take each other's place where they are loaded.
 *
 * @param file of the document, if it has one.
 */
export function imageNameOf(
  { name, packages }: { readonly name: string; readonly packages: readonly string[] },
  file: string | null | undefined,
): string {
  if (name !== DEFAULT_NAME) return name;
  const ofFile = namePart((file ?? '').replace(/^.*[/\\]/, '').replace(/(\.strata)?\.json$/, ''));
  if (ofFile !== '') return ofFile;
  let ofPackages = '';
  for (const part of packages
    .map((each) => namePart(each.replace(/^.*:/, '')))
    .filter(Boolean)
    .sort()) {
    const longer = ofPackages === '' ? part : `${ofPackages}-${part}`;
    if (longer.length > LONGEST_NAME) break;
    ofPackages = longer;
  }
  return ofPackages || DEFAULT_NAME;
}

/** As a part of a repository: lower-case letters and digits, with one separator between them. */
function namePart(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]*([._-])/g, '$1')
    .replace(/^[._-]+|[._-]+$/g, '');
}
