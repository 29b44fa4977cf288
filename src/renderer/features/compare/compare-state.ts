import { create } from 'zustand';
import type { Compared } from '../../../shared/contract/compare.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { registryOf } from '../../registry/reference-words.ts';
import { accessTo } from '../../registry/registry-state.ts';
import { type ClosureState, useClosure } from '../../state/closure/store.ts';
import { currentDocument } from '../../state/document/store.ts';
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
  readonly before: SideChoice;
  readonly after: SideChoice;
  readonly jobId: string | null;
  readonly view: 'section' | 'table';
}

export const useCompare = create<CompareState>(() => ({
  before: { kind: 'location', location: '' },
  after: { kind: 'plan', location: '' },
  jobId: null,
  view: 'section',
}));

/** @returns null where the choice names nothing yet */
export function comparedOf(
  { kind, location }: SideChoice,
  { build, image }: Pick<ClosureState, 'build' | 'image'>,
  document: StrataDocument | null,
): Compared | null {
  switch (kind) {
    case 'plan':
      return (
        build && document && { type: 'plan', build: build.build, document, ...plannedWith(document.layering) }
      );
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
  { before, after }: Pick<CompareState, Side>,
  { message, details }: Pick<Failure, 'message' | 'details'>,
): string {
  const references = [before, after]
    .filter(({ kind, location }) => kind === 'location' && registryOf(location) !== null)
    .map(({ location }) => location.trim());
  const text = `${message} ${JSON.stringify(details)}`;
  return references.find((reference) => text.includes(registryOf(reference) ?? '')) ?? references[0] ?? '';
}

/** Compares what the sides name now, with the access to registries as it is now. */
export async function startComparison(): Promise<void> {
  const closure = useClosure.getState();
  const document = currentDocument();
  const { before: left, after: right } = useCompare.getState();
  const before = comparedOf(left, closure, document);
  const after = comparedOf(right, closure, document);
  if (before === null || after === null) return;
  const { jobId } = await host().compare.start({ before, after });
  followJob(jobId);
  useCompare.setState({ jobId });
}
