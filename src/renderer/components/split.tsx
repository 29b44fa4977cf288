import { Children, Fragment, type ReactNode, useCallback, useSyncExternalStore } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { viewStorage } from '../state/settings.ts';
import styles from './split.module.css';

interface SplitPane {
  readonly id: string;
  /** Pixels to begin with; one pane of a split has none and takes the rest. */
  readonly size?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface SplitProps {
  /** Names the split: its sizes are remembered by it. */
  readonly id: string;
  readonly direction?: 'horizontal' | 'vertical';
  readonly panes: readonly SplitPane[];
  readonly children: ReactNode;
}

/** Panes beside each other have no room in a narrower window: there they are one below the other. */
const NARROW = '(width < 720px)';

function useNarrow(): boolean {
  const subscribe = useCallback((onChange: () => void) => {
    const query = matchMedia(NARROW);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}

/** Panes with handles between them, whose sizes are remembered. */
export function Split(props: SplitProps) {
  const isStacked = useNarrow() && props.direction !== 'vertical';
  // Their sizes are other ones then.
  return isStacked ? (
    <Panes
      key="stacked"
      {...props}
      id={`${props.id}.stacked`}
      direction="vertical"
      panes={props.panes.map(({ id }) => ({ id, min: 120 }))}
    />
  ) : (
    <Panes key="beside" {...props} />
  );
}

function Panes({ id, direction = 'horizontal', panes, children }: SplitProps) {
  const content = Children.toArray(children);
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: `split.${id}`,
    panelIds: panes.map((pane) => pane.id),
    storage: viewStorage,
  });
  return (
    <Group
      className={styles.group}
      orientation={direction}
      {...(defaultLayout ? { defaultLayout } : {})}
      onLayoutChanged={onLayoutChanged}
    >
      {panes.map((pane, index) => (
        <Fragment key={pane.id}>
          {index > 0 && <Separator className={styles.separator} aria-label={`Resize ${pane.id}`} />}
          <Panel
            id={pane.id}
            className={styles.pane}
            minSize={pane.min ?? 160}
            {...(pane.size === undefined
              ? {}
              : { defaultSize: pane.size, groupResizeBehavior: 'preserve-pixel-size' })}
            {...(pane.max === undefined ? {} : { maxSize: pane.max })}
          >
            {content[index]}
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}
