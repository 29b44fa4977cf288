import { dirname } from 'node:path';
import type { SourceFields } from '../../shared/package-sources.ts';
import { absoluteArguments } from '../nix/overlays.ts';
import { absoluteSource } from '../nix/source/kinds.ts';

/** The same code with nothing relative in it: where it comes from no longer depends on where the document is. */
export function absoluteCode<Code extends SourceFields>(
  code: Code,
  documentPath: string | null,
  workingDirectory: string,
): Code {
  const base = documentPath === null ? workingDirectory : dirname(documentPath);
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
