import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import { formatBytes } from '../../shared/format.ts';
import { TextInput } from '../components/field.tsx';
import type { Closure } from '../state/closure/analysis.ts';
import styles from './find-path.module.css';
import { matchPaths } from './match-paths.ts';

export interface FindPathProps {
  readonly closure: Closure;
  readonly icon: LucideIcon;
  readonly onFind: (node: number) => void;
}

/** Finds a path of the image by name, as a combobox (ARIA Authoring Practices). */
export function FindPath({ closure, icon, onFind }: FindPathProps) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const found = open && query !== '' ? matchPaths(closure, query, 8) : [];
  const take = (node: number | undefined) => {
    if (node === undefined) return;
    setOpen(false);
    setQuery('');
    onFind(node);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (event.key === 'Enter') take(found[at]);
    else if (event.key === 'Escape') setOpen(false);
  };
  return (
    <div className={styles.find}>
      <TextInput
        icon={icon}
        role="combobox"
        aria-label="Find a path"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        placeholder="Find a path"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setAt(0);
          setOpen(true);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={key}
      />
      {found.length > 0 && (
        <div id={`${id}-list`} role="listbox" aria-label="Paths found" className={styles.list}>
          {found.map((node, index) => (
            <div
              key={node}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={styles.option}
              onPointerDown={(event) => {
                event.preventDefault();
                take(node);
              }}
            >
              <span>{closure.names[node]}</span>
              <small>{formatBytes(itemAt(closure.graph.narSizes, node))}</small>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
