import { splitVersion } from './apt/version.ts';

/** Marks that Debian adds to upstream's version when it repacks or snapshots a source. */
const REPACK_SUFFIX = /[+~.-](dfsg|ds|debian|deb|repack|b|nmu|ubuntu|build)[.\d+~-]*([a-z~+.].*)?$/;

/**
 * Upstream's version as nixpkgs would write it: `5:7.0.15-1~deb12u3` gives `7.0.15`, `22.01+really26.01+dfsg-1` gives
 * `26.01`. Only characters that may be in a store path's name remain.
 */
export function upstreamVersion(debianVersion: string): string {
  const { upstream } = splitVersion(debianVersion);
  const real = upstream.split('really').at(-1) ?? upstream;
  return storeName(real.replace(REPACK_SUFFIX, ''));
}

/** Replaces what Nix does not allow in the name of a store path. */
export function storeName(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z+\-._?=]/g, '-').replace(/^\.+/, '');
}

/** The name of a .deb in the store, as nix/starter/units has it: nixpkgs' `sanitizeDerivationName` of the file's. */
export function debStoreName(file: string): string {
  return file
    .replaceAll('%3a', '-')
    .replace(/^\.+/, '')
    .replaceAll(/[^0-9A-Za-z+._?=-]+/g, '-');
}
