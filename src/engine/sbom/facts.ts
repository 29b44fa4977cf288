import { hexOf } from '../oci/digest.ts';
import type { Digest } from '../oci/types.ts';
import type { Bill, BillComponent } from './bill.ts';
import { componentPurl, imagePurl } from './purl.ts';

/** What a bill says, in the forms that SPDX and CycloneDX both ask for. */
export interface BillFacts {
  readonly image: {
    readonly name: string;
    readonly tag: string;
    /** Of the manifest, hexadecimal. */
    readonly sha256: string;
    /** UTC to the second, the one form that SPDX takes. */
    readonly created: string;
    readonly purl: string;
  };
  readonly base: Bill['base'];
  /** In manifest order. */
  readonly layers: readonly { readonly digest: Digest; readonly sha256: string }[];
  readonly components: readonly ComponentFacts[];
  readonly tool: Bill['tool'];
}

/** As in the bill, but with references that are in it, ascending, and a homepage only where it is a web address. */
export interface ComponentFacts extends BillComponent {
  readonly purl: string;
}

export function billFacts({ image, base, layers, components, tool }: Bill): BillFacts {
  const known = new Set(components.map(({ storePath }) => storePath));
  const { name, tag, repository, manifestDigest, created } = image;
  return {
    image: {
      name: repository ?? name,
      tag,
      sha256: hexOf(manifestDigest),
      created: new Date(created).toISOString().replace(/\.\d+Z$/, 'Z'),
      purl: imagePurl(image),
    },
    base,
    layers: layers.map(({ digest }) => ({ digest, sha256: hexOf(digest) })),
    components: components.map((component) => ({
      ...component,
      references: component.references.filter((reference) => known.has(reference)).toSorted(),
      homepage: webAddress(component.homepage),
      purl: componentPurl(component),
    })),
    tool,
  };
}

/** A homepage that may stand where a URI has to. */
function webAddress(homepage: string | undefined): string | undefined {
  return homepage !== undefined && /^https?:\/\/[!-;=?-[\]_a-z~]+$/i.test(homepage) ? homepage : undefined;
}
