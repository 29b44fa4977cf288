import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { imageNameOf } from '../../shared/document/image-name-of.ts';
import type { StrataDocument } from '../../shared/document.ts';
import type { NixExpressionKind } from '../../shared/nix-expression.ts';
import { resourcePath } from '../files/paths.ts';
import { assignSources } from '../nix/assign-sources.ts';
import { expandPackages } from '../nix/package-names.ts';
import { lockedSource } from '../nix/source-lock.ts';
import { dockerToolsExpression, nix2containerExpression } from '../nix-expression/expression.ts';
import type { IgnoreRule } from '../nix-expression/ignore-patterns.ts';
import { usedLists } from '../root/ignored-files.ts';
import { ignoreListsOf, type ReadFilesContext } from '../root/read-own-files.ts';
import { type ComposeContext, lockOf } from './compose.ts';

export type CopyAsNixContext = Pick<ComposeContext, 'file' | 'baseDirectory' | 'unlocked'> &
  Pick<ReadFilesContext, 'checkFile'>;

/**
 * A document as a Nix expression that makes the same root, configuration and names without Strata, of the sources that its
 * lock holds. The layers are grouped as the other program does it, and the starter set becomes nixpkgs.
 *
 * @throws StrataError `usage` where a package's name is none, or its source; `invalid-document` where its lock does not fit,
 *   or accounts and owners do not go together; `file-system` where a `.dockerignore` cannot be read.
 */
export async function copyAsNix(
  document: StrataDocument,
  kind: NixExpressionKind,
  context: CopyAsNixContext = {},
): Promise<string> {
  const { packages, system } = expandPackages(document.packages, document.defaults);
  const lock = await lockOf(context);
  const baseDirectory = resolve(context.baseDirectory ?? '.');
  const assignment = assignSources(packages, document);
  const locked = assignment.shares.flatMap(({ name, source, importArguments }) => {
    const share = lockedSource({ name, source, importArguments }, lock, baseDirectory);
    return share === undefined ? [] : [[name, share.entry] as const];
  });
  const input = {
    document: { ...document, name: imageNameOf(document, context.file) },
    packages,
    assignment,
    system: document.system ?? system ?? undefined,
    locked: new Map(locked),
    ignored: await ignoredFiles(document, context),
    rootScript: await readFile(resourcePath('nix', 'image-root.sh'), 'utf8'),
  };
  return kind === 'dockerTools' ? dockerToolsExpression(input) : nix2containerExpression(input);
}

/** What of the files of a document is left out, by their index. */
async function ignoredFiles(
  { files = [] }: StrataDocument,
  context: CopyAsNixContext,
): Promise<ReadonlyMap<number, readonly IgnoreRule[]>> {
  const ignored = new Map<number, readonly IgnoreRule[]>();
  for (const [index, { from, exclude = [] }] of files.entries()) {
    if (from === undefined) continue;
    const { lists, top } = await ignoreListsOf(from, exclude, `files[${index}].from`, context);
    const rules = usedLists(lists, top);
    if (rules.length > 0) ignored.set(index, rules);
  }
  return ignored;
}
