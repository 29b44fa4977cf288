import packageJson from '../../../package.json' with { type: 'json' };
import type { Bill } from '../../engine/sbom/bill.ts';
import type { PackageSource, StrataDocument } from '../../shared/document.ts';
import { formatSource } from '../../shared/source-notation.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { imageBill } from '../sbom/image-bill.ts';
import type { PackableClosure, PackedImage } from './pack.ts';

/**
 * What an image is made of, with what the package source says of its packages.
 *
 * @param pushed where it is in a registry, in place of what the document calls it.
 */
export function billOf(
  document: StrataDocument,
  { image, closure }: PackedImage,
  pushed?: { readonly repository: string; readonly tag: string },
): Bill {
  const { graph, sources } = closure;
  const origins = new Map(sources.map((used) => [used.name, originOf(used)]));
  const packages = closure.packages.map((each) => ({ ...each, origin: origins.get(each.source) }));
  const called = { name: document.name, tag: document.tag, ...pushed };
  return imageBill({ ...called, image, graph, packages, version: packageJson.version });
}

/** `tools: nixpkgs:COMMIT`. Where on this machine a source lies says nothing to others, and is nothing to be told. */
function originOf({ name, source: { pinned, revision } }: PackableClosure['sources'][number]): string {
  const text = isElsewhere(pinned)
    ? withoutCredentials(formatSource(pinned))
    : [pinned.type, revision?.startsWith('/') ? null : revision].filter((part) => part !== null).join(' ');
  return name === null ? text : `${name}: ${text}`;
}

function isElsewhere(source: PackageSource): boolean {
  switch (source.type) {
    case 'git':
      return !/^(?:file:|\/|\.)/.test(source.url);
    case 'flake':
      return !/^(?:(?:path|git\+file):|\/|\.)/.test(source.ref);
    default:
      return source.type === 'nixpkgs';
  }
}
