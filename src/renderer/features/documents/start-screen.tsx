import { FilePlus2, FolderOpen, History, PackageOpen, Sparkles } from 'lucide-react';
import type { Draft } from '../../../shared/contract/documents.ts';
import { count } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Keys } from '../../components/keys.tsx';
import { Mark } from '../../components/mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { newDocument, openExample, openPath, openWithDialog } from '../../state/document/actions.ts';
import { recoverDraft } from '../../state/document/recovery.ts';
import { ago, formatMoment } from '../../state/format.ts';
import { host } from '../../state/host.ts';
import { inBackground } from '../../state/notices.ts';
import { ask } from '../../state/prompts.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { showScreen } from '../../state/ui.ts';
import { PresetList } from './preset-list.tsx';
import styles from './start-screen.module.css';
import { useRecent } from './use-recent.ts';

/** What a window shows that has no document yet. */
export function StartScreen() {
  const recent = useRecent().filter(({ exists }) => exists);
  const now = useNow(60_000);
  return (
    <main className={styles.screen} id="screen">
      <div className={styles.column}>
        <Mark size={48} />
        <h1 className={styles.title}>Compose an image</h1>
        <p className={styles.lead}>
          Pick packages, see what every path costs and why it is there, and decide how the image is layered.
        </p>
        <div className={styles.ways}>
          <Way icon={FilePlus2} title="New" detail="Start from nothing" keys="alt+n" run={newDocument} />
          <Way
            icon={FolderOpen}
            title="Open…"
            detail="A *.strata.json document"
            keys="mod+o"
            run={openWithDialog}
          />
          <Way icon={Sparkles} title="Example" detail="See strata in a minute" run={openExample} />
          <Way
            icon={PackageOpen}
            title="Inspect"
            detail="Look into any image"
            run={async () => showScreen('open')}
          />
        </div>
        <Recoverable />
        <section className={styles.presets} aria-labelledby="presets-title">
          <h2 id="presets-title">Or begin with</h2>
          <PresetList />
        </section>
        {recent.length > 0 && (
          <section className={styles.recent} aria-labelledby="recent-title">
            <h2 id="recent-title">Recent</h2>
            <ul>
              {recent.slice(0, 8).map(({ path, name, directory, openedAt }) => (
                <li key={path}>
                  <button type="button" className={styles.document} onClick={() => void openPath(path)}>
                    <strong>{name}</strong>
                    <span className={styles.directory}>{directory}</span>
                    <span className={styles.when}>{ago(openedAt, now)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
}

interface WayProps {
  readonly icon: typeof FilePlus2;
  readonly title: string;
  readonly detail: string;
  readonly keys?: string;
  readonly run: () => Promise<void>;
}

function Way({ icon: Icon, title, detail, keys, run }: WayProps) {
  return (
    <button type="button" className={styles.way} onClick={() => void run()}>
      <Icon size={20} aria-hidden strokeWidth={1.7} />
      <strong>{title}</strong>
      <span>{detail}</span>
      {keys && <Keys keys={keys} />}
    </button>
  );
}

/** Unsaved work that a crash left behind. */
function Recoverable() {
  const { value, retry: lookAgain } = useAnswer(
    questions().documents.recoverable.queryOptions({
      meta: { failedTitle: 'Unsaved work could not be looked for' },
    }),
  );
  const drafts = value?.filter((draft) => 'document' in draft) ?? [];
  if (drafts.length === 0) return null;
  const discard = async (draft: Draft) => {
    const go = await ask({
      type: 'confirm',
      title: 'Discard unsaved work?',
      subject: draft.path ?? draft.document.name,
      text: `The changes of ${formatMoment(draft.savedAt)} are lost for good.`,
      stay: 'Keep it',
      go: 'Discard it',
    });
    if (!go) return;
    await host().documents.discardDraft({ draft: draft.draft });
    lookAgain();
  };
  return (
    <section className={styles.recover} aria-labelledby="recover-title">
      <h2 id="recover-title">
        <History size={14} aria-hidden /> Unsaved work
      </h2>
      <ul>
        {drafts.map((draft) => (
          <li key={draft.draft} className={styles.draft}>
            <span>
              <strong>{draft.document.name}</strong> · {count(draft.document.packages.length, 'package')} ·{' '}
              {ago(draft.savedAt, Date.now())}
            </span>
            <Button
              small
              variant="ghost"
              onClick={() => inBackground('The draft could not be discarded', () => discard(draft))}
            >
              Discard
            </Button>
            <Button
              small
              onClick={() => inBackground('The draft could not be recovered', () => recoverDraft(draft))}
            >
              Recover
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
