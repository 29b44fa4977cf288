import { Children, Fragment, type ReactNode } from 'react';
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

/** Panes with handles between them, whose sizes are remembered. */
export function Split({ id, direction = 'horizontal', panes, children }: SplitProps) {
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
