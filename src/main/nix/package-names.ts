import { StrataError } from '../../shared/errors.ts';
import { defaultPackages, joinPackageName, splitPackageName } from '../../shared/package-sources.ts';

/** A name as nix/prepare-image.nix takes it. */
export interface RequestedPackage {
  /** As the user wrote it; the meta-package's name for its members. */
  readonly requested: string;
  /** Name of the package source; null for the one without a name. */
  readonly source: string | null;
  /** The attribute path: `python3Packages.requests` in two pieces. */
  readonly segments: readonly string[];
  /** Left out without an error where a small package set does not have it. */
  readonly optional: boolean;
  /** Added by Strata rather than asked for. */
  readonly isDefault: boolean;
}

export interface Expansion {
  readonly packages: readonly RequestedPackage[];
  /** What a meta-package says about the system, such as `aarch64-linux` for `arm64`; null otherwise. */
  readonly system: string | null;
}

/** Meta-packages as Nixery has them: `shell` is something to work in, `arm64` is an architecture. */
const SHELL = ['bashInteractive', 'coreutils', 'moreutils', 'nano'];
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['arm64', 'aarch64-linux'],
  ['amd64', 'x86_64-linux'],
]);

/** Names as the user wrote them, with meta-packages and defaults put in. @throws StrataError `usage`. */
export function expandPackages(
  names: readonly string[],
  defaults: { readonly cacert: boolean; readonly ianaEtc: boolean },
): Expansion {
  let system: string | null = null;
  const packages: RequestedPackage[] = [];
  for (const requested of names) {
    const named = SYSTEMS.get(requested);
    if (named !== undefined) {
      if (system !== null && system !== named) {
        throw new StrataError('usage', 'An image is for one system, and both arm64 and amd64 are asked for.');
      }
      system = named;
    } else if (requested === 'shell') {
      for (const member of SHELL) {
        packages.push({ requested, source: null, segments: [member], optional: true, isDefault: false });
      }
    } else {
      packages.push({ ...parsePackage(requested), optional: false, isDefault: false });
    }
  }
  for (const requested of defaultPackages(defaults)) {
    packages.push({ requested, source: null, segments: [requested], optional: true, isDefault: true });
  }
  return { packages, system };
}

/** A name with its source apart, such as `tools:python3Packages.requests`. @throws StrataError `usage`. */
function parsePackage(requested: string): Pick<RequestedPackage, 'requested' | 'source' | 'segments'> {
  const { source, attribute } = splitPackageName(requested);
  return { requested, source, segments: parseAttribute(attribute, requested) };
}

/** A name as it would be asked for. */
export function formatPackage({ source, segments }: Pick<RequestedPackage, 'source' | 'segments'>): string {
  return joinPackageName(source, formatAttribute(segments));
}

/**
 * The pieces of an attribute path. A piece that holds a dot is quoted, as in Nix: `nodePackages."@scope/a.b"`.
 *
 * @param asked what to call it where it is not one. @throws StrataError `usage`.
 */
export function parseAttribute(name: string, asked = name): string[] {
  const piece = /(?:"((?:[^"\\]|\\.)*)"|([^."\s]+))(\.|$)/y;
  const segments: string[] = [];
  for (let end = false; !end; ) {
    const match = piece.exec(name);
    if (match === null) {
      throw new StrataError('usage', `${JSON.stringify(asked)} is not the name of a package.`, {
        hint: 'Write it as the package set has it, such as curl or python3Packages.requests.',
      });
    }
    segments.push((match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'));
    end = match[3] === '';
  }
  return segments;
}

/** The opposite of {@link parseAttribute}. */
export function formatAttribute(segments: readonly string[]): string {
  return segments
    .map((segment) => (/^[^."\s\\:]+$/.test(segment) ? segment : `"${segment.replace(/["\\]/g, '\\$&')}"`))
    .join('.');
}
