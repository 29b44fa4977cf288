import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
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
  /** Whether what stands before `=`, or all of it, names a value, so that it may be there once only. */
  readonly named?: boolean;
  /** Called with the values when all of them are right; empty ones are left out. */
  readonly onChange: (values: readonly string[]) => void;
}

/** A list of texts, one a row. What is not right stays in the form and out of the document. */
export function ListField(props: ListFieldProps) {
  const { label, hint, values, placeholder, addTitle, check, ordered = false, named, onChange } = props;
  const id = useId();
  const box = useRef<HTMLFieldSetElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const [rows, setRows] = useState<readonly string[]>(values);
  const [told, setTold] = useState(values);
  // Undo and presets change the values from outside; then the form follows.
  if (!sameTexts(told, values, ordered)) {
    setTold(values);
    setRows(values);
  }
  const problemOf = (row: string, index: number, all: readonly string[]): string | null => {
    if (row === '') return null;
    const isTwice = named && all.findIndex((other) => nameOf(other) === nameOf(row)) < index;
    return check(row) ?? (isTwice ? `${nameOf(row)} is there already` : null);
  };
  const put = (next: readonly string[]) => {
    setRows(next);
    const filled = next.filter((row) => row !== '');
    if (filled.some((row, index) => problemOf(row, index, filled) !== null)) return;
    if (sameTexts(filled, told, true)) return;
    setTold(filled);
    onChange(filled);
  };
  const focus = (index: number) =>
    requestAnimationFrame(() => {
      const fields = box.current?.querySelectorAll<HTMLInputElement>('input');
      (fields?.[index] ?? fields?.[index - 1] ?? addButton.current)?.focus();
    });
  const remove = (index: number) => {
    put(rows.toSpliced(index, 1));
    focus(index);
  };
  const move = (from: number, to: number) => {
    put(rows.toSpliced(from, 1).toSpliced(to, 0, itemAt(rows, from)));
    focus(to);
  };

  return (
    <fieldset ref={box} className={styles.list}>
      <legend className={styles.legend}>{label}</legend>
      {hint && <p className={styles.hint}>{hint}</p>}
      {rows.map((row, index) => {
        const problem = problemOf(row, index, rows);
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
                  remove(index);
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
              onClick={() => remove(index)}
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
          ref={addButton}
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

function nameOf(row: string): string {
  const end = row.indexOf('=');
  return end < 0 ? row : row.slice(0, end);
}

/** @param ordered whether the order counts: that of an object's keys is not kept */
function sameTexts(a: readonly string[], b: readonly string[], ordered: boolean): boolean {
  const [first, second] = ordered ? [a, b] : [a.toSorted(), b.toSorted()];
  return first.length === second.length && first.every((text, index) => text === second[index]);
}
