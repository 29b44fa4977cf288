import { Pin, X } from 'lucide-react';
import { useMemo } from 'react';
import { resolveHints } from '../../../engine/plan/hints.ts';
import { DEFAULT_MIN_LAYER_BYTES } from '../../../engine/strategies/strata.ts';
import { formatBytes } from '../../../shared/format.ts';
import { planOptions } from '../../../shared/plan-options.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { InputField } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { dropHints, dropTogether, setLayering } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './hints.module.css';
import { wholeNumber } from './whole-number.ts';

/** What the document tells the Strata strategy of its paths, also of those that are no longer in the image. */
export function Hints({ closure }: { readonly closure: Closure }) {
  const { layering } = useTheDocument();
  const { pins = [], keepTogether = [], volatile = [], minLayerBytes } = layering;
  const unmatched = useMemo(
    () => new Set(resolveHints(closure.graph, planOptions(layering).hints ?? {}).unmatched),
    [closure, layering],
  );
  const total = pins.length + keepTogether.length + volatile.length;
  return (
    <Popover
      label="Hints"
      trigger={
        <Button variant="ghost" icon={Pin}>
          {total === 0 ? 'Hints' : `Hints · ${total}`}
        </Button>
      }
    >
      <InputField
        label="Smallest layer"
        hint={`A smaller path joins a popular one that brings it along, where that costs little. ${formatBytes(minLayerBytes ?? DEFAULT_MIN_LAYER_BYTES)}${minLayerBytes === undefined ? ' unless you say otherwise' : ''}.`}
        inputMode="numeric"
        placeholder={String(DEFAULT_MIN_LAYER_BYTES)}
        value={minLayerBytes ?? ''}
        trailing="bytes"
        onChange={(text) =>
          edit((document) =>
            setLayering(
              document,
              { minLayerBytes: wholeNumber(text) },
              'Change the smallest layer',
              'smallest layer',
            ),
          )
        }
      />
      <HintList
        title="Layers of their own"
        hints={pins.map((name) => [name])}
        unmatched={unmatched}
        onRemove={(names) => edit((document) => dropHints(document, 'pins', names))}
      />
      <HintList
        title="Kept together"
        hints={keepTogether}
        unmatched={unmatched}
        onRemove={(names) => edit((document) => dropTogether(document, names))}
      />
      <HintList
        title="Last, as they change with every build"
        hints={volatile.map((name) => [name])}
        unmatched={unmatched}
        onRemove={(names) => edit((document) => dropHints(document, 'volatile', names))}
      />
      <p className={styles.note}>
        {total === 0 && 'There are none. '}Select a path, then choose under “Its layer”.
      </p>
    </Popover>
  );
}

interface HintListProps {
  readonly title: string;
  readonly hints: readonly (readonly string[])[];
  readonly unmatched: ReadonlySet<string>;
  readonly onRemove: (names: readonly string[]) => void;
}

function HintList({ title, hints, unmatched, onRemove }: HintListProps) {
  if (hints.length === 0) return null;
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.list} aria-label={title}>
        {hints.map((names) => {
          const missing = names.filter((name) => unmatched.has(name));
          return (
            <li key={names.join()} className={styles.hint}>
              <span className={styles.names}>
                {names.join(', ')}
                {missing.length > 0 && (
                  <small>
                    {names.length === 1 ? 'not in this image' : `${missing.join(', ')} not in this image`}
                  </small>
                )}
              </span>
              <IconButton
                icon={X}
                size={13}
                label={`Remove the hint ${names.join(', ')}`}
                onClick={() => onRemove(names)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
