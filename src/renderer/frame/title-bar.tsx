import { ChevronDown, Hammer, Redo2, Search, Undo2 } from 'lucide-react';
import { Button, IconButton } from '../components/button.tsx';
import { Keys } from '../components/keys.tsx';
import { Mark } from '../components/mark.tsx';
import { Tip } from '../components/tip.tsx';
import { useClosure } from '../state/closure/store.ts';
import { redo, undo, useDocument } from '../state/document/store.ts';
import { redoTitle, undoTitle } from '../state/history.ts';
import { isOver } from '../state/jobs.ts';
import { showPanel, showScreen } from '../state/ui.ts';
import { isOutOfDate, startBuild, useBuildJob } from '../state/work.ts';
import { DocumentMenu } from './document-menu.tsx';
import styles from './title-bar.module.css';

export function TitleBar() {
  const open = useDocument((state) => state.open);
  return (
    <header className={styles.bar}>
      <Mark size={22} />
      <DocumentMenu />
      {open && <SourceChip />}
      <div className={styles.space} />
      <button type="button" className={styles.palette} onClick={() => showPanel('palette')}>
        <Search size={14} aria-hidden />
        <span>Search commands</span>
        <Keys keys="mod+k" />
      </button>
      <div className={styles.space} />
      {open && (
        <>
          <IconButton
            icon={Undo2}
            label={`Undo ${undoTitle(open.history) ?? ''}`.trim()}
            shortcut="mod+z"
            disabled={undoTitle(open.history) === null}
            onClick={undo}
          />
          <IconButton
            icon={Redo2}
            label={`Redo ${redoTitle(open.history) ?? ''}`.trim()}
            shortcut="mod+shift+z"
            disabled={redoTitle(open.history) === null}
            onClick={redo}
          />
          <BuildButton />
        </>
      )}
    </header>
  );
}

function SourceChip() {
  const source = useDocument((state) => state.open?.source);
  if (source === undefined) return null;
  const problem = !source.trusted ? 'not trusted yet' : source.unavailable ? 'unavailable' : null;
  return (
    <Tip text={`Packages come from ${source.title}. Change the source…`}>
      <button
        type="button"
        className={styles.chip}
        data-problem={problem !== null || undefined}
        onClick={() => showPanel('sources')}
      >
        <span className={styles.chipText}>{source.title}</span>
        {source.revision && <code className={styles.revision}>{shortRevision(source.revision)}</code>}
        {problem && <span>· {problem}</span>}
        <ChevronDown size={13} aria-hidden />
      </button>
    </Tip>
  );
}

/** A hash is told by its first digits; everything else is short enough. */
function shortRevision(revision: string): string {
  return /^[0-9a-f]{32,}$/.test(revision) ? revision.slice(0, 7) : revision;
}

function BuildButton() {
  const open = useDocument((state) => state.open);
  const build = useClosure((state) => state.build);
  const job = useBuildJob();
  if (open === null) return null;
  const document = open.history.present;
  if (job !== null && !isOver(job)) {
    return (
      <Button onClick={() => showScreen('build')}>
        <span className={styles.live} aria-hidden />
        {job.cancelling ? 'Cancelling…' : 'Building…'}
      </Button>
    );
  }
  const current = build !== null && !isOutOfDate(build, document);
  return (
    <Tip text={current ? 'The packages are built. Build again' : 'Build the packages'} shortcut="mod+b">
      <Button
        variant={current ? 'default' : 'primary'}
        icon={Hammer}
        disabled={document.packages.length === 0}
        onClick={() => void startBuild()}
      >
        {build === null ? 'Build' : 'Rebuild'}
      </Button>
    </Tip>
  );
}
