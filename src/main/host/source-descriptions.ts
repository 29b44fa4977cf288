import type { SourceDescription, SourceSelection } from '../../shared/contract/sources.ts';
import type { PackageSource } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { type SourceFields, sourceEntries } from '../../shared/package-sources.ts';
import { overlayFiles } from '../nix/overlays.ts';
import { nameSource } from '../nix/source/kinds.ts';
import { failureOf } from './failures.ts';
import type { SourceOpener } from './source-opener.ts';
import type { Trust } from './trust.ts';

export interface SourceDescriptions {
  /** From what the document says and what is known from before: evaluates and fetches nothing. */
  describe(
    selection: Pick<SourceSelection, 'source' | 'importArguments' | 'sources' | 'documentPath'>,
  ): Promise<SourceDescription>;
  /** What is worth offering: the built-in sources, then those that the user trusts. */
  choices(): Promise<SourceDescription[]>;
}

const BUILT_IN: readonly PackageSource[] = [{ type: 'auto' }, { type: 'starter' }, { type: 'nixpkgs' }];

export function createSourceDescriptions(sources: SourceOpener, trust: Trust): SourceDescriptions {
  /** A lock that cannot be read is told by whatever keeps to it: the document is described without. */
  const knownCode = async (
    selection: Parameters<SourceDescriptions['describe']>[0],
  ): Promise<SourceFields> => {
    try {
      return await sources.code(selection);
    } catch (error) {
      if (!(error instanceof StrataError)) throw error;
      return sources.locate(selection);
    }
  };
  const describe: SourceDescriptions['describe'] = async (selection) => {
    const code = await knownCode(selection);
    const { source } = code;
    const known = sources.memory(source);
    const resolved = known?.opened?.source;
    const since = await trust.since(code);
    const name = nameSource(source);
    return {
      source: source.type === 'auto' && resolved !== undefined ? builtInOf(resolved.type) : source,
      identity: name.identity,
      title: resolved?.title ?? resolved?.description ?? name.title,
      location: [
        name.isBuiltIn ? name.location : (resolved?.location ?? name.location),
        ...sourceEntries(code).flatMap(({ name: ofName, source: named, importArguments }) => [
          ...(ofName === null ? [] : [`${ofName}: ${nameSource(named).location}`]),
          ...overlayFiles(importArguments).map((file) => `overlay ${file}`),
        ]),
      ].join(', '),
      revision: resolved?.revision ?? name.revision,
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

/** `auto` comes out as another of the built-in sources. */
function builtInOf(type: PackageSource['type']): PackageSource {
  return BUILT_IN.find((source) => source.type === type) ?? { type: 'auto' };
}
