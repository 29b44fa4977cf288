import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { Button, IconButton } from '../../components/button.tsx';
import { TextInput } from '../../components/field.tsx';
import { asSentence } from './config-checks.ts';
import styles from './config-fields.module.css';

export interface ListFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly values: readonly string[];
  readonly placeholder: string;
  readonly addTitle: string;
  /** What is wrong with one value; null where it is right. */
  readonly check: (value: string) => string | null;
  /** Whether the order means something. */
  readonly ordered?: boolean;
  /** Called with the values when all of them are right; empty ones are left out. */
  readonly onChange: (values: readonly string[]) => void;
}

/** A list of texts, one a row. What is not right stays in the form and out of the document. */
export function ListField(props: ListFieldProps) {
  const { label, hint, values, placeholder, addTitle, check, ordered, onChange } = props;
  const id = useId();
  const box = useRef<HTMLFieldSetElement>(null);
  const [rows, setRows] = useState<readonly string[]>(values);
  const told = useRef(values);
  // Undo and presets change the values from outside; then the form follows.
  if (!sameTexts(told.current, values)) {
    told.current = values;
    setRows(values);
  }
  const put = (next: readonly string[]) => {
    setRows(next);
    const filled = next.filter((row) => row !== '');
    if (filled.some((row) => check(row) !== null) || sameTexts(filled, told.current)) return;
    told.current = filled;
    onChange(filled);
  };
  const focus = (index: number) =>
    requestAnimationFrame(() => box.current?.querySelectorAll<HTMLInputElement>('input')[index]?.focus());
  const move = (from: number, to: number) => {
    put(rows.toSpliced(from, 1).toSpliced(to, 0, rows[from]));
    focus(to);
  };

  return (
    <fieldset ref={box} className={styles.list}>
      <legend className={styles.legend}>{label}</legend>
      {hint && <p className={styles.hint}>{hint}</p>}
      {rows.map((row, index) => {
        const problem = row === '' ? null : check(row);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its text changes with every letter
          <div key={index} className={styles.row}>
            <TextInput
              mono
              aria-label={`${label} ${index + 1}`}
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : `${id}-${index}`}
              placeholder={placeholder}
              value={row}
              onChange={({ target }) => put(rows.with(index, target.value))}
              onKeyDown={(event) => {
                if (event.key === 'Enter') {
                  event.preventDefault();
                  setRows(rows.toSpliced(index + 1, 0, ''));
                  focus(index + 1);
                } else if (event.key === 'Backspace' && row === '') {
                  event.preventDefault();
                  put(rows.toSpliced(index, 1));
                  focus(Math.max(0, index - 1));
                }
              }}
            />
            {ordered && (
              <>
                <IconButton
                  icon={ArrowUp}
                  size={13}
                  label={`Move ${label} ${index + 1} up`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  icon={ArrowDown}
                  size={13}
                  label={`Move ${label} ${index + 1} down`}
                  disabled={index === rows.length - 1}
                  onClick={() => move(index, index + 1)}
                />
              </>
            )}
            <IconButton
              icon={X}
              size={14}
              label={`Remove ${label} ${index + 1}`}
              onClick={() => put(rows.toSpliced(index, 1))}
            />
            {problem !== null && (
              <p id={`${id}-${index}`} role="alert" className={styles.problem}>
                {asSentence(problem)}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button
          small
          icon={Plus}
          onClick={() => {
            setRows([...rows, '']);
            focus(rows.length);
          }}
        >
          {addTitle}
        </Button>
      </div>
    </fieldset>
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
