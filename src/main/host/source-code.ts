import { dirname } from 'node:path';
import type { SourceFields } from '../../shared/package-sources.ts';
import { updateName } from '../../shared/source-names.ts';
import { lockFileOf } from '../documents/lock-file.ts';
import type { FileAccess } from '../files/file-access.ts';
import { absoluteArguments } from '../nix/overlays.ts';
import { absoluteSource } from '../nix/source/kinds.ts';
import { lockStates } from '../verbs/lock.ts';
import type { Trust } from './trust.ts';

/** Where the relative paths in a document are taken from. */
function documentDirectory(documentPath: string | null, workingDirectory: string): string {
  return documentPath === null ? workingDirectory : dirname(documentPath);
}

/** Where an open document is, as verbs take it. Its lock, beside it, has to be within bounds. */
export async function documentPlace(
  documentPath: string | null,
  { files, workingDirectory }: Pick<DocumentGuard, 'files' | 'workingDirectory'>,
) {
  if (documentPath !== null) await files.check(lockFileOf(documentPath));
  return {
    file: documentPath ?? undefined,
    baseDirectory: documentDirectory(documentPath, workingDirectory),
  };
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

/**
 * The same with what the lock of the document holds in place of its sources, as further ones: that is code too, and a lock
 * may come from anywhere as a document may.
 *
 * @param code with nothing relative in it. @throws StrataError `invalid-document`, `file-system`.
 */
export async function withLocked(
  code: SourceFields,
  documentPath: string | null,
  files: FileAccess,
): Promise<SourceFields> {
  if (documentPath === null) return code;
  await files.check(lockFileOf(documentPath));
  const { states = [] } = (await lockStates(code, documentPath)) ?? {};
  const locked = states.flatMap(({ name, entry, fit }) =>
    entry === undefined || fit !== 'fits'
      ? []
      : [[`${updateName(name)} locked`, absoluteSource(entry.locked, dirname(documentPath))] as const],
  );
  return locked.length === 0
    ? code
    : { ...code, sources: { ...code.sources, ...Object.fromEntries(locked) } };
}

export interface DocumentGuard {
  readonly trust: Trust;
  readonly files: FileAccess;
  readonly workingDirectory: string;
}

/**
 * A document that may be evaluated, with nothing relative in what code it names.
 *
 * @throws StrataError `untrusted-source` before anything of it is read
 */
export async function allowDocument<Code extends SourceFields>(
  document: Code,
  path: string | null,
  { trust, files, workingDirectory }: DocumentGuard,
): Promise<Code> {
  const located = absoluteCode(document, path, workingDirectory);
  await trust.require(await withLocked(located, path, files));
  return located;
}
