import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Hammer } from 'lucide-react';
import { useState } from 'react';
import type { Contents } from '../../../shared/contract/contents.ts';
import { rootDocumentOf } from '../../../shared/document.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { toFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Spinner } from '../../components/progress.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Split } from '../../components/split.tsx';
import { ClosureGate } from '../../inspect/closure-gate.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { fileAt } from '../../state/document/root-edits.ts';
import { useOpen } from '../../state/document/store.ts';
import { questions } from '../../state/questions.ts';
import { isOutOfDate, startBuild } from '../../state/work.ts';
import { Accounts } from './accounts.tsx';
import { Base } from './base.tsx';
import styles from './contents-screen.module.css';
import { ContentsTree, type TreeView } from './contents-tree.tsx';
import { Merging } from './merging.tsx';
import { NewEntry } from './new-entry.tsx';
import { OwnFile } from './own-file.tsx';
import { directoryOf } from './own-places.ts';
import { Remarks } from './remarks.tsx';
import { SelectedEntry } from './selected-entry.tsx';

const SIDES = [
  { value: 'files', title: 'Files' },
  { value: 'accounts', title: 'Accounts' },
  { value: 'base', title: 'Base' },
  { value: 'merging', title: 'Packages' },
] as const;
type Side = (typeof SIDES)[number]['value'];

/** The root file system of the image, as a container sees it, and what the document adds to it. */
export function ContentsScreen() {
  return (
    <ClosureGate ofNow title="The root file system">
      {(closure) => <Root build={closure.build} />}
    </ClosureGate>
  );
}

function Root({ build }: { readonly build: string }) {
  const open = useOpen();
  const document = open.history.present;
  const { data, error, isPlaceholderData, refetch } = useQuery({
    ...questions().builds.contents.queryOptions({
      input: { ref: refOf(open), build, document: rootDocumentOf(document) },
    }),
    placeholderData: keepPreviousData,
  });
  const failure = error && toFailure(error);
  const packagesChanged = useClosure((state) => isOutOfDate(state.build, document));
  // Kept while an edit that does not go is shown in place of the tree.
  const [view, setView] = useState<TreeView>({ open: new Set(), query: '', selected: null });
  const [side, setSide] = useState<Side>('files');
  const entry = data?.entries.find(({ path }) => path === view.selected) ?? null;
  const own = entry?.origin.type === 'own' ? fileAt(document, entry.origin.place) : undefined;

  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h2 className={styles.title}>Contents</h2>
        <p className={styles.sub}>{data && sizeWords(data)}</p>
        <p className={styles.stale} role="status">
          {isPlaceholderData && <>As before the last change. Reading again…</>}
          {packagesChanged && <>The packages have changed since the build.</>}
        </p>
        {packagesChanged && (
          <Button small icon={Hammer} onClick={() => void startBuild()}>
            Build again
          </Button>
        )}
      </header>
      <Split
        id="contents"
        panes={[
          { id: 'tree', min: 320 },
          { id: 'accounts', size: 340, min: 260 },
        ]}
      >
        <div className={styles.pane} data-stale={isPlaceholderData || undefined}>
          {failure !== null ? (
            <div className={styles.problem}>
              <FailureCard
                compact
                title="The root file system could not be made"
                failure={failure}
                onRetry={() => void refetch()}
              />
            </div>
          ) : data === undefined ? (
            <p className={styles.reading}>
              <Spinner /> Reading the root file system…
            </p>
          ) : (
            <>
              <Remarks contents={data} isStale={isPlaceholderData} />
              <ContentsTree
                contents={data}
                view={view}
                onView={(change) => setView((before) => ({ ...before, ...change }))}
              />
            </>
          )}
        </div>
        <div className={styles.side}>
          <Segmented wide label="About the contents" value={side} options={SIDES} onChange={setSide} />
          {side === 'files' && (
            <>
              {entry !== null && <SelectedEntry key={JSON.stringify(entry)} entry={entry} />}
              {own !== undefined && <OwnFile key={own.index} {...own} path={entry?.path ?? ''} />}
              <NewEntry directory={directoryOf(entry)} />
            </>
          )}
          {side === 'accounts' && <Accounts users={data?.users ?? []} groups={data?.groups ?? []} />}
          {side === 'base' && <Base base={data?.base ?? null} />}
          {side === 'merging' && <Merging />}
        </div>
      </Split>
    </div>
  );
}

function sizeWords({ entries, total, sizeBytes }: Contents): string {
  const said = `${count(total, 'entry', 'entries')}, ${formatBytes(sizeBytes)} beside the store`;
  return entries.length < total ? `${said}; the first ${formatCount(entries.length)} are shown` : said;
}
