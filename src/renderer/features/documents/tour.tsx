import { X } from 'lucide-react';
import { useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { changeSettings, useSettings } from '../../state/settings.ts';
import { type ScreenId, showScreen } from '../../state/ui.ts';
import styles from './tour.module.css';

const STEPS: readonly { screen: ScreenId; title: string; text: string }[] = [
  {
    screen: 'pick',
    title: 'Pick packages',
    text: 'Search the whole source. Before you add a package you see what it would add. Then press Build: Nix does the rest.',
  },
  {
    screen: 'strata',
    title: 'Drag the budget',
    text: 'The image in cross-section, most shared on top. Drag the drill on the left: layers merge and split under your hand.',
  },
  {
    screen: 'export',
    title: 'Take it with you',
    text: 'Write an OCI file that Docker, Podman, skopeo and containerd all load. Only layers that are new get packed.',
  },
];

/** Three steps for a newcomer; dismissed once, they do not come back. */
export function Tour() {
  const dismissed = useSettings((state) => state.settings?.tourDismissed ?? true);
  const [at, setAt] = useState(0);
  if (dismissed) return null;
  const step = itemAt(STEPS, at);
  const last = at === STEPS.length - 1;
  const end = () => changeSettings({ tourDismissed: true });
  const go = (next: number) => {
    setAt(next);
    showScreen(itemAt(STEPS, next).screen);
  };
  return (
    <aside className={styles.tour} aria-label="Tour">
      <header className={styles.header}>
        <span className={styles.count}>
          {at + 1} of {STEPS.length}
        </span>
        <IconButton icon={X} size={14} label="Dismiss the tour" onClick={end} />
      </header>
      <h2 className={styles.title}>{step.title}</h2>
      <p className={styles.text}>{step.text}</p>
      <footer className={styles.footer}>
        <span className={styles.dots} aria-hidden>
          {STEPS.map(({ screen }, index) => (
            <i key={screen} data-on={index === at || undefined} />
          ))}
        </span>
        {at > 0 && (
          <Button small variant="ghost" onClick={() => go(at - 1)}>
            Back
          </Button>
        )}
        <Button small variant="primary" onClick={() => (last ? end() : go(at + 1))}>
          {last ? 'Done' : 'Next'}
        </Button>
      </footer>
    </aside>
  );
}
