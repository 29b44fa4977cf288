import type { SourceSelection } from '../../shared/contract/sources.ts';
import type { PackageSource } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { type SourceFields, sourceFields } from '../../shared/package-sources.ts';
import type { FileAccess } from '../files/file-access.ts';
import type { OnNixEvent } from '../nix/events.ts';
import { type OpenSource, openSource } from '../nix/open-source.ts';
import type { ResolvedSource } from '../nix/source/resolved-source.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import type { SettingsStore } from './settings.ts';
import { absoluteCode, withLocked } from './source-code.ts';
import type { Trust } from './trust.ts';

/** What is known of a source since it was opened last. */
interface SourceMemory {
  readonly opened?: OpenSource;
  readonly failure?: StrataError;
}

export interface SourceOpener {
  /** The code of a selection with nothing relative in it. */
  locate(selection: LocatedSelection): SourceFields;
  /** The same with what the lock of the document holds: all that has to be trusted. */
  code(selection: LocatedSelection): Promise<SourceFields>;
  /** Names a selection: the same for the same packages. */
  keyOf(selection: SourceSelection): string;
  /**
   * Finds out what the source is; kept for some minutes.
   *
   * @throws StrataError `untrusted-source` before anything is evaluated; `source-unavailable`, `nix-missing`; Cancelled
   */
  open(selection: SourceSelection, options?: OpenOptions): Promise<OpenSource>;
  /** What the last opening of such a source came to. */
  memory(source: PackageSource): SourceMemory | undefined;
}

type LocatedSelection = Pick<SourceSelection, 'source' | 'importArguments' | 'sources' | 'documentPath'>;

interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnNixEvent | undefined;
  /** Ask again, although it is known. */
  readonly afresh?: boolean;
}

export interface SourceOpenerOptions {
  readonly cacheDirectory: string;
  readonly workingDirectory: string;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly files: FileAccess;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

/** How long what was found out about a source holds, in milliseconds. */
export function freshFor({ mayChange }: Pick<ResolvedSource, 'mayChange'>): number {
  return mayChange ? 2_000 : 10 * 60_000;
}

export function createSourceOpener(options: SourceOpenerOptions): SourceOpener {
  const { cacheDirectory, workingDirectory, settings, trust, env, now } = options;
  const opened = new Map<string, { readonly at: number; readonly source: OpenSource }>();
  const memories = new Map<string, SourceMemory>();

  const locate: SourceOpener['locate'] = ({ documentPath, ...code }) =>
    absoluteCode(sourceFields(code), documentPath, workingDirectory);
  const keyOf: SourceOpener['keyOf'] = (selection) => {
    const { source, importArguments } = locate(selection);
    return JSON.stringify([source, importArguments, selection.system ?? null]);
  };

  return {
    locate,
    code: (selection) => withLocked(locate(selection), selection.documentPath, options.files),
    keyOf,
    memory: (source) => memories.get(JSON.stringify(source)),
    async open(selection, { signal, onEvent, afresh = false } = {}) {
      const code = locate(selection);
      const { source, importArguments } = code;
      await trust.require(code);
      const preferences = preferencesFromSettings(await settings.get());
      const key = JSON.stringify([keyOf(selection), preferences]);
      const known = opened.get(key);
      if (known && !afresh && now().getTime() - known.at < freshFor(known.source.source)) {
        return { ...known.source, run: { ...known.source.run, signal, onEvent } };
      }
      try {
        const found = await openSource(
          {
            source,
            importArguments,
            system: selection.system,
            nix: preferences,
          },
          { cacheDirectory, baseDirectory: workingDirectory, env, signal, onEvent },
        );
        opened.set(key, { at: now().getTime(), source: found });
        memories.set(JSON.stringify(source), { opened: found });
        return found;
      } catch (error) {
        if (error instanceof StrataError) memories.set(JSON.stringify(source), { failure: error });
        throw error;
      }
    },
  };
}
