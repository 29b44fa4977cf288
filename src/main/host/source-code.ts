import { dirname, resolve } from 'node:path';
import type { StrataDocument } from '../../shared/document.ts';
import { absoluteSource } from '../nix/source/kinds.ts';

/** What decides which Nix code runs: a package source, and the overlays among its import arguments. */
export type SourceCode = Pick<StrataDocument, 'source' | 'importArguments'>;

/** The same code with nothing relative in it: where it comes from no longer depends on where the document is. */
export function absoluteCode<Code extends SourceCode>(
  code: Code,
  documentPath: string | null,
  workingDirectory: string,
): Code {
  const base = documentPath === null ? workingDirectory : dirname(documentPath);
  const { overlays, ...others } = code.importArguments;
  return {
    ...code,
    source: absoluteSource(code.source, base),
    importArguments: Array.isArray(overlays)
      ? {
          ...others,
          overlays: overlays.map((file) => (typeof file === 'string' ? resolve(base, file) : file)),
        }
      : code.importArguments,
  };
}

/** Files with Nix code that import arguments name; anything else among them is data. */
export function overlayFiles({
  importArguments: { overlays },
}: Pick<SourceCode, 'importArguments'>): string[] {
  return Array.isArray(overlays) ? overlays.filter((file) => typeof file === 'string') : [];
}
