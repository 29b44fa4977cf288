import type { Bill, BillComponent } from './bill.ts';

/** A package URL of type `nix` (package-url/purl-spec: `pkg:type/name@version?qualifiers`). */
export function componentPurl({ name, version, output, storePath }: BillComponent): string {
  const qualifiers = [
    ...(output === 'out' ? [] : [`output=${encode(output)}`]),
    `storepath=${encode(storePath.slice(storePath.lastIndexOf('/') + 1))}`,
  ];
  return `pkg:nix/${encode(name)}${version === '' ? '' : `@${encode(version)}`}?${qualifiers.join('&')}`;
}

/** A package URL of type `oci`: the last part of the repository and the digest of the manifest, and where it was pushed to. */
export function imagePurl({ name, tag, repository, manifestDigest, architecture }: Bill['image']): string {
  const last = (repository ?? name).replace(/^.*\//, '').toLowerCase();
  const qualifiers = [
    `arch=${encode(architecture)}`,
    ...(repository === undefined ? [] : [`repository_url=${encode(repository)}`]),
    `tag=${encode(tag)}`,
  ];
  return `pkg:oci/${encode(last)}@${encode(manifestDigest)}?${qualifiers.join('&')}`;
}

/** Percent-encodes everything but letters, digits and `. - _ ~`, as the purl specification asks. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
