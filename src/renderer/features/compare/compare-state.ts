import { create } from 'zustand';
import type { Compared } from '../../../shared/contract/compare.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { registryOf } from '../../registry/reference-words.ts';
import { accessTo, useAgainst, useReference } from '../../registry/registry-state.ts';
import { type ClosureState, useClosure } from '../../state/closure/store.ts';
import { type OpenDocument, useDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { followJob } from '../../state/jobs.ts';
import { plannedWith } from '../../state/planned-with.ts';

export type Side = 'before' | 'after';
type SideKind = 'plan' | 'image' | 'location';

export interface SideChoice {
  readonly kind: SideKind;
  readonly location: string;
}

/** What is compared, kept while the reader looks at another screen. */
export interface CompareState {
  /** null while it is the image that pushes are compared with. */
  readonly before: SideChoice | null;
  readonly after: SideChoice;
  readonly jobId: string | null;
  readonly view: 'section' | 'table';
}

export const useCompare = create<CompareState>(() => ({
  before: null,
  after: { kind: 'plan', location: '' },
  jobId: null,
  view: 'section',
}));

/** Both sides as they are chosen, or likely. */
export function useSides(): Record<Side, SideChoice> {
  const { before, after } = useCompare();
  const against = useAgainst();
  const reference = useReference();
  const isPacked = useClosure(({ image }) => image !== null);
  const likely: SideChoice =
    against === 'reference'
      ? { kind: 'location', location: reference }
      : { kind: isPacked ? 'image' : 'location', location: '' };
  return { before: before ?? likely, after };
}

/** @returns null where the choice names nothing yet */
export function comparedOf(
  { kind, location }: SideChoice,
  { build, image }: Pick<ClosureState, 'build' | 'image'>,
  open: OpenDocument | null,
): Compared | null {
  switch (kind) {
    case 'plan': {
      if (build === null || open === null) return null;
      const document = open.history.present;
      return {
        type: 'plan',
        build: build.build,
        document,
        documentPath: open.path,
        ...plannedWith(document.layering),
      };
    }
    case 'image':
      return image && { type: 'image', image: image.image };
    case 'location':
      return location.trim() === ''
        ? null
        : { type: 'location', location: location.trim(), access: accessTo(location.trim()) };
  }
}

/** The reference whose registry refused to answer: the failure names it. */
export function refusedReference(
  { before, after }: Record<Side, SideChoice>,
  { message, details }: Pick<Failure, 'message' | 'details'>,
): string {
  const references = [before, after]
    .filter(({ kind, location }) => kind === 'location' && registryOf(location) !== null)
    .map(({ location }) => location.trim());
  const text = `${message} ${JSON.stringify(details)}`;
  return references.find((reference) => text.includes(registryOf(reference) ?? '')) ?? references[0] ?? '';
}

/** Compares what the sides name now, with the access to registries as it is now. */
export async function startComparison(sides: Record<Side, SideChoice>): Promise<void> {
  const closure = useClosure.getState();
  const { open } = useDocument.getState();
  const before = comparedOf(sides.before, closure, open);
  const after = comparedOf(sides.after, closure, open);
  if (before === null || after === null) return;
  const { jobId } = await host().compare.start({ before, after });
  followJob(jobId);
  useCompare.setState({ jobId });
}
