import { Check, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { PackageSource } from '../../../shared/document.ts';
import { formatSource, parseSource } from '../../../shared/source-notation.ts';
import { toFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { InputField } from '../../components/field.tsx';
import { Spinner } from '../../components/progress.tsx';
import { askForTrust, switchSource } from '../../state/document/actions.ts';
import { useDocument } from '../../state/document/store.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { showPanel } from '../../state/ui.ts';
import { FurtherSources } from './further-sources.tsx';
import { LockSection } from './lock-section.tsx';
import { PinButton } from './pin-button.tsx';
import styles from './sources-panel.module.css';

/** Where the packages come from, at which revision, and what else there is. */
export function SourcesPanel() {
  const open = useDocument((state) => state.open);
  const { value: choices, failure, retry } = useAnswer(questions().sources.choices.queryOptions());
  if (open === null) return null;
  const current = open.history.present.source;
  const take = (source: PackageSource, title: string) => {
    switchSource(source, `Take packages from ${title}`);
    showPanel(null);
  };
  return (
    <Dialog
      open
      title="Package source"
      description={`In use: ${open.source.title}${open.source.revision ? `, revision ${open.source.revision}` : ''}. ${open.source.reason ?? ''}`}
      onClose={() => showPanel(null)}
    >
      {failure && <FailureCard title="The sources could not be listed" failure={failure} onRetry={retry} />}
      {choices === null && failure === null && <Spinner label="Looking for sources" />}
      <ul className={styles.list}>
        {choices?.map((choice) => {
          const chosen = formatSource(choice.source) === formatSource(current);
          const Shield = choice.trusted ? ShieldCheck : ShieldQuestion;
          return (
            <li key={choice.identity}>
              <button
                type="button"
                className={styles.choice}
                aria-pressed={chosen}
                disabled={choice.unavailable !== null}
                onClick={() => take(choice.source, choice.title)}
              >
                <Shield size={17} aria-label={choice.trusted ? 'trusted' : 'not trusted yet'} />
                <span className={styles.text}>
                  <strong>{choice.title}</strong>
                  <span>{choice.unavailable?.message ?? choice.location}</span>
                </span>
                {choice.revision && <code>{choice.revision}</code>}
                {chosen && <Check size={16} aria-label="in use" />}
              </button>
            </li>
          );
        })}
      </ul>
      {!open.source.trusted && (
        <div className={styles.untrusted}>
          <p>You have not trusted this source yet, so nothing of it is run.</p>
          <Button
            onClick={() => {
              showPanel(null);
              void askForTrust();
            }}
          >
            Look at it…
          </Button>
        </div>
      )}
      <div className={styles.pin}>
        <PinButton name={null} source={current} onPin={(pinned) => take(pinned, formatSource(pinned))} />
      </div>
      <OtherSource current={current} onTake={take} />
      <FurtherSources />
      <LockSection />
    </Dialog>
  );
}

interface OtherSourceProps {
  readonly current: PackageSource;
  readonly onTake: (source: PackageSource, title: string) => void;
}

/** Any other source, in the notation of the command line. */
function OtherSource({ current, onTake }: OtherSourceProps) {
  const [text, setText] = useState(formatSource(current));
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    try {
      onTake(parseSource(text), text);
    } catch (error) {
      setProblem(toFailure(error)?.message ?? null);
    }
  };
  return (
    <form className={styles.other} onSubmit={submit}>
      <InputField
        label="Another source"
        hint="nixpkgs:CHANNEL, nixpkgs:COMMIT, path:DIRECTORY, flake:REFERENCE, git:URL?ref=BRANCH&rev=COMMIT"
        error={problem}
        mono
        value={text}
        onChange={(text) => {
          setText(text);
          setProblem(null);
        }}
      />
      <Button onClick={submit} disabled={text.trim() === '' || text.trim() === formatSource(current)}>
        Use it
      </Button>
    </form>
  );
}
