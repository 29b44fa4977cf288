/** A store path as a package of some version. */
export interface PackageVersion {
  readonly name: string;
  /** The empty string where the name has none. */
  readonly version: string;
  /** `out` where the name says nothing else. */
  readonly output: string;
}

const OUTPUTS = /(?<=.)-(bin|data|debug|dev|devdoc|devman|dist|doc|info|lib|man|out|static)$/;
const VERSION = /^(.+?)-(?=[^A-Za-z-])(.+)$/;

/**
 * Splits the name of a store path, without its hash, into package, version and output, as Nix itself does: the version
 * begins after the first dash that no letter follows (Nix manual, `builtins.parseDrvName`).
 */
export function parsePackageName(storeName: string): PackageVersion {
  const output = OUTPUTS.exec(storeName)?.[1];
  const rest = output === undefined ? storeName : storeName.slice(0, -output.length - 1);
  const [, name = rest, version = ''] = VERSION.exec(rest) ?? [];
  return { name, version, output: output ?? 'out' };
}
