import { dirname } from 'node:path';
import type { SourceFields } from '../../shared/package-sources.ts';
import { absoluteArguments } from '../nix/overlays.ts';
import { absoluteSource } from '../nix/source/kinds.ts';

/** Where the relative paths in a document are taken from. */
export function documentDirectory(documentPath: string | null, workingDirectory: string): string {
  return documentPath === null ? workingDirectory : dirname(documentPath);
}

/** The same code with nothing relative in it: where it comes from no longer depends on where the document is. */
export function absoluteCode<Code extends SourceFields>(
  code: Code,
  documentPath: string | null,
  workingDirectory: string,
): Code {
  const base = documentDirectory(documentPath, workingDirectory);
  const { sources } = code;
  return {
    ...code,
    source: absoluteSource(code.source, base),
    importArguments: absoluteArguments(code.importArguments, base),
    ...(sources === undefined
      ? {}
      : {
          sources: Object.fromEntries(
            Object.entries(sources).map(([name, { importArguments, ...source }]) => [
              name,
              {
                ...absoluteSource(source, base),
                ...(importArguments === undefined
                  ? {}
                  : { importArguments: absoluteArguments(importArguments, base) }),
              },
            ]),
          ),
        }),
  };
}
