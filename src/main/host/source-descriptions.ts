import type { SourceDescription, SourceSelection } from '../../shared/contract/sources.ts';
import type { PackageSource } from '../../shared/document.ts';
import type { ResolvedSource } from '../nix/source/resolved-source.ts';
import { failureOf } from './failures.ts';
import {
  isBuiltIn,
  namedRevision,
  overlayFiles,
  sourceIdentity,
  sourceLocation,
  sourceTitle,
} from './source-identity.ts';
import type { SourceOpener } from './source-opener.ts';
import type { Trust } from './trust.ts';

export interface SourceDescriptions {
  /** From what the document says and what is known from before: evaluates and fetches nothing. */
  describe(
    selection: Pick<SourceSelection, 'source' | 'importArguments' | 'documentPath'>,
  ): Promise<SourceDescription>;
  /** What is worth offering: the built-in sources, then those that the user trusts. */
  choices(): Promise<SourceDescription[]>;
}

const BUILT_IN: readonly PackageSource[] = [{ type: 'auto' }, { type: 'starter' }, { type: 'nixpkgs' }];

export function createSourceDescriptions(sources: SourceOpener, trust: Trust): SourceDescriptions {
  const describe: SourceDescriptions['describe'] = async (selection) => {
    const code = sources.locate(selection);
    const { source } = code;
    const known = sources.memory(source);
    const resolved = known?.opened?.source;
    const since = await trust.since(code);
    return {
      source: source.type === 'auto' && resolved !== undefined ? builtInOf(resolved.type) : source,
      identity: sourceIdentity(source),
      title: resolved === undefined ? sourceTitle(source) : titleOf(resolved),
      location: [
        isBuiltIn(source) ? sourceLocation(source) : (resolved?.location ?? sourceLocation(source)),
        ...overlayFiles(code).map((file) => `overlay ${file}`),
      ].join(', '),
      revision: resolved?.revision ?? namedRevision(source),
      reason: source.type === 'auto' ? (resolved?.reason ?? null) : null,
      trusted: since !== undefined,
      trustedAt: since ?? null,
      unavailable: known?.failure === undefined ? null : failureOf(known.failure),
    };
  };
  return {
    describe,
    async choices() {
      const trusted = (await trust.list()).flatMap(({ source }) => source ?? []);
      return Promise.all(
        [...BUILT_IN, ...trusted].map((source) =>
          describe({ source, importArguments: {}, documentPath: null }),
        ),
      );
    },
  };
}

/** What the starter set is made of is told by its location: as a title it would push the document's own aside. */
function titleOf({ type, description }: ResolvedSource): string {
  return type === 'starter' ? sourceTitle({ type }) : description;
}

/** `auto` comes out as nixpkgs or as the starter set. */
function builtInOf(type: PackageSource['type']): PackageSource {
  return type === 'starter' ? { type: 'starter' } : { type: 'nixpkgs' };
}
