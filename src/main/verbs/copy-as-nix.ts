import type { StrataDocument } from '../../shared/document.ts';
import {
  dockerToolsExpression,
  type NixExpressionKind,
  nix2containerExpression,
} from '../../shared/nix-expression.ts';
import { sourceEntries } from '../../shared/package-sources.ts';
import { refuseUnknownSources } from '../nix/assign-sources.ts';
import { expandPackages } from '../nix/package-names.ts';

/**
 * A document as a Nix expression that makes much the same image without Strata. The layers are grouped as the other
 * program does it, and the starter set becomes nixpkgs.
 *
 * @throws StrataError `usage` where a package's name is none, or its source.
 */
export function copyAsNix(document: StrataDocument, kind: NixExpressionKind): string {
  const { packages, system } = expandPackages(document.packages, document.defaults);
  refuseUnknownSources(packages, sourceEntries(document));
  const input = {
    document,
    packages,
    system: document.system ?? system ?? undefined,
  };
  return kind === 'dockerTools' ? dockerToolsExpression(input) : nix2containerExpression(input);
}
