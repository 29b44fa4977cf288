import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { type PackageClosure, readPackageClosures } from '../../../shared/contract/package-closures.ts';
import { defaultPackages } from '../../../shared/package-sources.ts';
import { toFailure } from '../../client/failure.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { answers } from '../../state/questions.ts';
import { isOfSameSources } from '../../state/sources.ts';
import { builtClosures } from './built-closures.ts';
import { CLOSURES, useSelection, useSourceOf } from './catalog-state.ts';
import { type ImageSizes, imageSizes } from './image-sizes.ts';
import { useLookups } from './use-lookups.ts';

interface Question {
  readonly selection: ReturnType<typeof useSelection>['selection'];
  /** The last build: what was not known before it may be known now. */
  readonly build: string | null;
  readonly name: string;
  /** Of every image, where the source has it. */
  readonly isDefault: boolean;
}

const keyOf = ({ selection, build, name, isDefault }: Question) => [
  ...CLOSURES,
  selection,
  build,
  name,
  isDefault,
];

/** A name, and whether it is a package of every image. */
type Wanted = Pick<Question, 'name' | 'isDefault'>;

/** What each of these brings along, as the source has it now; undefined while that is being asked. */
function useAskedClosures(wanted: readonly Wanted[]): readonly (PackageClosure | undefined)[] {
  const { trusted } = useSelection();
  const sourceOf = useSourceOf();
  const build = useClosure((state) => state.build?.build ?? null);
  return useQueries({
    queries: wanted.map(({ name: asked, isDefault }) => {
      const { selection, attribute: name, isKnown } = sourceOf(asked);
      return {
        queryKey: keyOf({ selection, build, name, isDefault }),
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          askClosure({ selection, build, name, isDefault }, signal),
        enabled: trusted && isKnown,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: Number.POSITIVE_INFINITY,
      };
    }),
    combine: (results) =>
      results.map(({ data, error }, index): PackageClosure | undefined => {
        if (!error) return data;
        const reason = toFailure(error)?.message ?? 'Not asked to the end.';
        return { known: false, attribute: itemAt(wanted, index).name, reason };
      }),
  });
}

/** The sizes of the image by its packages, and the closure of any package: what every number of this screen is of. */
export interface ImageUnderHand {
  readonly sizes: ImageSizes;
  /** Undefined while it is being asked for. */
  closureOf(name: string): PackageClosure | undefined;
  /** Whether the package is in the last build. */
  isBuilt(name: string): boolean;
}

/** @param others packages that are looked at and need not be chosen */
export function useImageUnderHand(others: readonly string[] = []): ImageUnderHand {
  const document = useTheDocument();
  const { packages, defaults } = document;
  const { build, closure } = useClosure();
  const lookups = useLookups(packages);
  const built = useMemo(
    () =>
      build === null || closure === null || !isOfSameSources(build.selection, document)
        ? new Map<string, PackageClosure>()
        : builtClosures(build, closure),
    [build, closure, document],
  );
  const byDefault = defaultPackages(defaults);
  const chosen = [...packages, ...byDefault];
  const wanted = [...new Set([...chosen, ...others])]
    .filter((name) => !built.has(name) && lookups.get(name)?.entry !== null)
    .map((name): Wanted => ({ name, isDefault: byDefault.includes(name) && !packages.includes(name) }));
  const asked = useAskedClosures(wanted);
  const closures = new Map(wanted.map(({ name }, index) => [name, asked[index]] as const));
  const closureOf = (name: string): PackageClosure | undefined =>
    built.get(name) ??
    (lookups.get(name)?.entry === null
      ? { known: false, attribute: name, reason: 'The source does not have it.' }
      : closures.get(name));
  const sizes = imageSizes(new Map(chosen.map((name) => [name, closureOf(name)])));
  return { sizes, closureOf, isBuilt: (name) => build === null || built.has(name) };
}

const ASK_AFTER_MS = 220;
/** The rest is asked for when these have been answered. */
const MOST_AT_ONCE = 100;

interface Asked extends Question, PromiseWithResolvers<PackageClosure> {
  readonly signal: AbortSignal;
}

let waiting: Asked[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asked for together with others, a moment after the names stand still; not at all where it is not wanted any more. */
function askClosure(question: Question, signal: AbortSignal): Promise<PackageClosure> {
  const asked = { ...question, signal, ...Promise.withResolvers<PackageClosure>() };
  waiting.push(asked);
  clearTimeout(timer);
  timer = setTimeout(askTogether, ASK_AFTER_MS);
  return asked.promise;
}

async function askTogether(): Promise<void> {
  const wanted = waiting.filter(({ signal }) => !signal.aborted);
  waiting = [];
  const alike = Map.groupBy(wanted, ({ selection }) => JSON.stringify(selection));
  for (const group of alike.values()) {
    for (let at = 0; at < group.length; at += MOST_AT_ONCE)
      await askGroup(group.slice(at, at + MOST_AT_ONCE));
  }
}

async function askGroup(group: readonly Asked[]): Promise<void> {
  const { selection } = itemAt(group, 0);
  try {
    // The host answers for these after the others.
    const inOrder = [
      ...group.filter(({ isDefault }) => !isDefault),
      ...group.filter(({ isDefault }) => isDefault),
    ];
    const namesOf = (isDefault: boolean) =>
      inOrder.filter((asked) => asked.isDefault === isDefault).map(({ name }) => name);
    const message = await host().catalog.closures({
      ...selection,
      names: namesOf(false),
      defaults: namesOf(true),
    });
    const closures = readPackageClosures(message);
    for (const [index, asked] of inOrder.entries()) {
      const closure = itemAt(closures, index);
      asked.resolve(closure);
      // Kept also where nobody looks at it any more.
      if (asked.signal.aborted) answers.setQueryData(keyOf(asked), closure);
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
