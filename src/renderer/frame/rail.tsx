import { Tip } from '../components/tip.tsx';
import { useClosure } from '../state/closure/store.ts';
import { SCREEN_INFO } from '../state/commands.ts';
import { isOver } from '../state/jobs.ts';
import { showScreen, useUi } from '../state/ui.ts';
import { useBuildJob } from '../state/work.ts';
import styles from './rail.module.css';

const NEEDS_CLOSURE: readonly string[] = ['strata', 'graph', 'dominators', 'files', 'contents', 'export'];

/** The way between the screens. */
export function Rail() {
  const current = useUi((state) => state.screen);
  const built = useClosure((state) => state.state !== 'none');
  const job = useBuildJob();
  const building = job !== null && !isOver(job);
  return (
    <nav className={styles.rail} aria-label="Screens">
      {SCREEN_INFO.map(({ id, title, icon: Icon, hint }, index) => (
        <Tip key={id} text={hint} shortcut={index < 9 ? `mod+${index + 1}` : undefined} side="right">
          <button
            type="button"
            className={styles.item}
            aria-current={id === current ? 'page' : undefined}
            data-waiting={(!built && NEEDS_CLOSURE.includes(id)) || undefined}
            onClick={() => showScreen(id)}
          >
            <span className={styles.icon}>
              <Icon size={19} aria-hidden strokeWidth={1.8} />
              {id === 'build' && (building || job?.state === 'failed') && (
                <span className={styles.dot} data-state={building ? 'running' : 'failed'} />
              )}
            </span>
            {title}
          </button>
        </Tip>
      ))}
    </nav>
  );
}
