import { resolve } from 'node:path';
import type { ImportArguments } from '../../shared/package-sources.ts';

/** Files with Nix code that import arguments name: anything else among them is data. */
export function overlayFiles({ overlays }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(overlays) ? overlays.filter((file) => typeof file === 'string') : [];
}

/** The same arguments with no overlay relative any more. */
export function absoluteArguments(given: ImportArguments, baseDirectory: string): ImportArguments {
  const { overlays, ...others } = given;
  if (!Array.isArray(overlays)) return given;
  return {
    ...others,
    overlays: overlays.map((file) => (typeof file === 'string' ? resolve(baseDirectory, file) : file)),
  };
}
