import { Command } from 'cmdk';
import { Package } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Keys } from '../../components/keys.tsx';
import { matchPaths } from '../../inspect/match-paths.ts';
import { useClosure } from '../../state/closure/store.ts';
import { COMMANDS } from '../../state/commands.ts';
import { selectPath, showPanel, showScreen, useUi } from '../../state/ui.ts';
import styles from './command-palette.module.css';

const GROUPS = ['Go to', 'Image', 'Document', 'Window'] as const;
const SHOWS_PATHS = ['strata', 'graph', 'dominators'];

/** Everything that the window can do, and every path of the image, by a few letters. */
export function CommandPalette() {
  const [query, setQuery] = useState('');
  const closure = useClosure((state) => state.closure);
  const paths = closure === null || query.length < 2 ? [] : matchPaths(closure, query, 6);
  const close = () => showPanel(null);
  const run = (work: () => void) => {
    close();
    work();
  };
  const openPath = (path: string) => {
    if (!SHOWS_PATHS.includes(useUi.getState().screen)) showScreen('strata');
    selectPath(path);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <div className={styles.scrim}>
          <Dialog.Content className={styles.palette} aria-describedby={undefined}>
            <Dialog.Title className="visually-hidden">Search commands</Dialog.Title>
            <Command loop label="Commands">
              <Command.Input
                className={styles.input}
                placeholder="Search commands and paths of this image…"
                value={query}
                onValueChange={setQuery}
              />
              <Command.List className={styles.list}>
                <Command.Empty className={styles.empty}>Nothing by that name.</Command.Empty>
                {GROUPS.map((group) => (
                  <Command.Group key={group} heading={group} className={styles.group}>
                    {COMMANDS.filter((command) => command.group === group && command.id !== 'palette').map(
                      ({ id, title, icon: Icon, shortcut, keywords, run: work }) => (
                        <Command.Item
                          key={id}
                          value={`${group} ${title}`}
                          keywords={[...(keywords ?? [])]}
                          className={styles.item}
                          onSelect={() => run(work)}
                        >
                          <Icon size={15} aria-hidden />
                          <span>{title}</span>
                          {shortcut && <Keys keys={shortcut} />}
                        </Command.Item>
                      ),
                    )}
                  </Command.Group>
                ))}
                {closure !== null && paths.length > 0 && (
                  <Command.Group heading="Paths of this image" className={styles.group}>
                    {paths.map((node) => (
                      <Command.Item
                        key={node}
                        value={itemAt(closure.graph.paths, node)}
                        className={styles.item}
                        onSelect={() => run(() => openPath(itemAt(closure.graph.paths, node)))}
                      >
                        <Package size={15} aria-hidden />
                        <span>{closure.names[node]}</span>
                        <small>{formatBytes(itemAt(closure.graph.narSizes, node))}</small>
                      </Command.Item>
                    ))}
                  </Command.Group>
                )}
              </Command.List>
            </Command>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
