import { Pin } from 'lucide-react';
import type { PackageSource } from '../../../shared/document.ts';
import { formatSource } from '../../../shared/source-notation.ts';
import { Button } from '../../components/button.tsx';
import { Tip } from '../../components/tip.tsx';
import { useClosure } from '../../state/closure/store.ts';

export interface PinButtonProps {
  /** Of the source; null for the one without. */
  readonly name: string | null;
  readonly source: PackageSource;
  readonly onPin: (pinned: PackageSource) => void;
}

/** Takes a source as the last build found it, where it could be another tomorrow. */
export function PinButton({ name, source, onPin }: PinButtonProps) {
  const used = useUsedSource(name, source);
  if (used === null) return null;
  const pinned = formatSource(used.source);
  if (pinned === formatSource(source)) {
    return used.revision === null || name === null ? null : <span>at {short(used.revision)}</span>;
  }
  return (
    <Tip text={pinned}>
      <Button
        small
        icon={Pin}
        aria-label={`Pin ${name ?? 'the package source'} to ${used.revision ?? pinned}`}
        onClick={() => onPin(used.source)}
      >
        Pin to {used.revision === null ? pinned : short(used.revision)}
      </Button>
    </Tip>
  );
}

/** What a source came out as in the last build; null where it was another one then, or of no use. */
function useUsedSource(name: string | null, source: PackageSource) {
  const build = useClosure((state) => state.build);
  if (build === null) return null;
  const { selection } = build;
  const then = name === null ? selection.source : selection.sources?.[name];
  if (then === undefined || formatSource(then) !== formatSource(source)) return null;
  return build.sources.find((each) => each.name === name) ?? null;
}

/** A revision is known by its beginning. */
function short(revision: string): string {
  const text = revision.replace(/^sha256:/, '');
  return text.length > 16 ? text.slice(0, 10) : text;
}
