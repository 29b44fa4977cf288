import { ChevronRight, Search, X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { count, formatCount } from '../../../shared/format.ts';
import { UNNAMED } from '../../../shared/source-names.ts';
import { formatSource } from '../../../shared/source-notation.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { TextInput } from '../../components/field.tsx';
import { Keys } from '../../components/keys.tsx';
import { ProgressBar } from '../../components/progress.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { SEARCH_FIELD_ID } from '../../state/commands.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { prepareCatalog, useCatalog, useSelection } from './catalog-state.ts';
import styles from './finder.module.css';
import { LeftOutButton } from './left-out.tsx';
import { ResultList } from './result-list.tsx';
import { useResults } from './use-results.ts';

/** Search as you type, over the whole source. */
export function Finder() {
  const { status, failure, query, set } = useCatalog();
  const { selection } = useSelection();
  const results = useResults();
  const list = useRef<HTMLDivElement>(null);
  const ready = status?.state === 'ready';
  const key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      list.current?.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus();
    } else if (event.key === 'Escape' && query !== '') {
      event.preventDefault();
      useCatalog.setState({ query: '' });
    }
  };
  const problem = failure ?? (status?.state === 'failed' ? status.failure : null);

  return (
    <div className={styles.finder}>
      <SourceChoice />
      <div className={styles.search}>
        <TextInput
          id={SEARCH_FIELD_ID}
          type="search"
          icon={Search}
          aria-label="Search packages"
          placeholder={
            ready
              ? `Search ${count(status.entries, 'package')} by name, description or program`
              : 'Search packages'
          }
          value={query}
          autoFocus
          onChange={({ target }) => useCatalog.setState({ query: target.value })}
          onKeyDown={key}
          trailing={
            query === '' ? (
              <Keys keys="/" />
            ) : (
              <IconButton
                icon={X}
                size={14}
                label="Clear the search"
                onClick={() => useCatalog.setState({ query: '' })}
              />
            )
          }
        />
      </div>
      <div className={styles.bar}>
        {set !== '' && query.trim() === '' ? (
          <SetTrail set={set} />
        ) : (
          <span role="status" className={styles.count}>
            {!ready || results.loading
              ? ''
              : query.trim() === ''
                ? 'Most used first'
                : results.total === 0
                  ? 'Nothing found'
                  : `${results.total >= 1000 ? '1,000 or more' : formatCount(results.total)} found`}
          </span>
        )}
        {ready && status.leftOut > 0 && <LeftOutButton total={status.leftOut} />}
      </div>
      {problem ? (
        <div className={styles.problem}>
          <FailureCard
            title="The packages could not be listed"
            failure={problem}
            onRetry={() => prepareCatalog(selection, true)}
          />
        </div>
      ) : !ready ? (
        <Indexing />
      ) : results.failure ? (
        <div className={styles.problem}>
          <FailureCard title="The search failed" failure={results.failure} onRetry={results.retry} />
        </div>
      ) : results.total === 0 && !results.loading ? (
        <EmptyState
          title={`Nothing called “${query.trim()}”`}
          actions={<Button onClick={() => useCatalog.setState({ query: '', set: '' })}>Show all</Button>}
        >
          The search looks at attributes, names, descriptions and programs. Perhaps the package has another
          name, or another source has it.
        </EmptyState>
      ) : (
        <ResultList ref={list} results={results} />
      )}
    </div>
  );
}

/** Which of several sources is looked into. */
function SourceChoice() {
  const { sources = {}, source } = useTheDocument();
  const { named } = useSelection();
  const names = Object.keys(sources);
  if (names.length === 0) return null;
  return (
    <div className={styles.sources}>
      <Segmented
        label="Source"
        value={named ?? UNNAMED}
        options={[
          { value: UNNAMED, title: formatSource(source) },
          ...names.map((value) => ({ value, title: value })),
        ]}
        onChange={(value) => useCatalog.setState({ named: value === UNNAMED ? null : value })}
      />
    </div>
  );
}

/** The way to the open set; each step leads back. */
function SetTrail({ set }: { readonly set: string }) {
  const parts = set.split('.');
  const open = (depth: number) => useCatalog.setState({ set: parts.slice(0, depth).join('.') });
  return (
    <nav className={styles.trail} aria-label="Set">
      <button type="button" onClick={() => open(0)}>
        All packages
      </button>
      {parts.map((part, index) => (
        <span key={parts.slice(0, index + 1).join('.')}>
          <ChevronRight size={13} aria-hidden />
          <button
            type="button"
            aria-current={index === parts.length - 1 ? 'true' : undefined}
            onClick={() => open(index + 1)}
          >
            {part}
          </button>
        </span>
      ))}
    </nav>
  );
}

function Indexing() {
  const status = useCatalog((state) => state.status);
  const building = status?.state === 'building' ? status : null;
  const value = building?.total ? building.done / building.total : null;
  return (
    <EmptyState title="Listing the packages of this source">
      <p>{building?.phase ?? 'Looking…'}</p>
      <p className={styles.meter}>
        <ProgressBar label="Listing the packages" value={value} />
      </p>
      <p>This is done once for each revision. You can go on meanwhile.</p>
    </EmptyState>
  );
}
