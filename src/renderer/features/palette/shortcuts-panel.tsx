import { Dialog } from '../../components/dialog.tsx';
import { Keys } from '../../components/keys.tsx';
import { COMMANDS } from '../../state/commands.ts';
import { showPanel } from '../../state/ui.ts';
import styles from './shortcuts-panel.module.css';

/** Keys that work in one place only. */
const LOCAL: readonly (readonly [string, string, readonly string[]])[] = [
  ['Strata', 'One layer more or fewer, on the drill', ['arrowup', 'arrowdown']],
  ['Strata', 'Fewest, most layers, on the drill', ['home', 'end']],
  ['Strata', 'From stratum to stratum', ['arrowup', 'arrowdown']],
  ['Packages', 'From the search to the results', ['arrowdown']],
  ['Packages', 'Add or remove the package', ['enter']],
  ['Packages', 'Move a package in the image', ['alt+arrowup', 'alt+arrowdown']],
  ['Weight', 'Into a path, out again', ['enter', 'escape']],
  ['Trees', 'Unfold, fold', ['arrowright', 'arrowleft']],
  ['Lists', 'First, last', ['home', 'end']],
  ['Config', 'Another row', ['enter']],
  ['Everywhere', 'Close what lies above', ['escape']],
];

export function ShortcutsPanel() {
  const global = COMMANDS.filter(({ shortcut }) => shortcut !== undefined);
  return (
    <Dialog open reading size="l" title="Keyboard shortcuts" onClose={() => showPanel(null)}>
      <div className={styles.columns}>
        <List
          title="Everywhere"
          rows={global.map(({ id, title, shortcut }) => [id, title, [shortcut ?? '']])}
        />
        <List
          title="In its place"
          rows={LOCAL.map(([place, title, keys]) => [`${place} ${title}`, `${place}: ${title}`, keys])}
        />
      </div>
    </Dialog>
  );
}

interface ListProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string, readonly string[]])[];
}

function List({ title, rows }: ListProps) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.list}>
        {rows.map(([id, what, keys]) => (
          <div key={id} className={styles.row}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <Keys key={key} keys={key} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
