import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { asSentence } from '../state/document/schema-problem.ts';
import { Button, IconButton } from './button.tsx';
import { TextInput } from './field.tsx';
import styles from './list-field.module.css';

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
  const { label, hint, placeholder, addTitle, ordered = false } = props;
  const box = useRef<HTMLFieldSetElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const { rows, problemOf, put, insert } = useRows(props);
  const focus = (index: number) =>
    requestAnimationFrame(() => {
      const fields = box.current?.querySelectorAll<HTMLInputElement>('input');
      (fields?.[index] ?? fields?.[index - 1] ?? addButton.current)?.focus();
    });
  const add = (index: number) => {
    insert(index);
    focus(index);
  };

  return (
    <fieldset ref={box} className={styles.list}>
      <legend className={styles.legend}>{label}</legend>
      {hint && <p className={styles.hint}>{hint}</p>}
      {rows.map((row, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its text changes with every letter
          key={index}
          label={`${label} ${index + 1}`}
          placeholder={placeholder}
          text={row}
          problem={problemOf(row, index, rows)}
          ordered={ordered}
          isFirst={index === 0}
          isLast={index === rows.length - 1}
          onChange={(text) => put(rows.with(index, text))}
          onAddBelow={() => add(index + 1)}
          onMove={(by) => {
            put(rows.toSpliced(index, 1).toSpliced(index + by, 0, row));
            focus(index + by);
          }}
          onRemove={() => {
            put(rows.toSpliced(index, 1));
            focus(index);
          }}
        />
      ))}
      <div>
        <Button ref={addButton} small icon={Plus} onClick={() => add(rows.length)}>
          {addTitle}
        </Button>
      </div>
    </fieldset>
  );
}

/** The rows as they are in the form, which tell the document of themselves when all of them are right. */
function useRows({ values, check, ordered = false, named, onChange }: ListFieldProps) {
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
  return { rows, problemOf, put, insert: (index: number) => setRows(rows.toSpliced(index, 0, '')) };
}

interface RowProps {
  /** With its number. */
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly problem: string | null;
  readonly ordered: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onChange: (text: string) => void;
  readonly onAddBelow: () => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function Row(props: RowProps) {
  const { label, placeholder, text, problem, ordered, isFirst, isLast, onChange, onMove, onRemove } = props;
  const id = useId();
  const key = (event: KeyboardEvent) => {
    const act =
      event.key === 'Enter' ? props.onAddBelow : event.key === 'Backspace' && text === '' && onRemove;
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div className={styles.row}>
      <TextInput
        mono
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : id}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={key}
      />
      {ordered && (
        <>
          <IconButton
            icon={ArrowUp}
            size={13}
            label={`Move ${label} up`}
            disabled={isFirst}
            onClick={() => onMove(-1)}
          />
          <IconButton
            icon={ArrowDown}
            size={13}
            label={`Move ${label} down`}
            disabled={isLast}
            onClick={() => onMove(1)}
          />
        </>
      )}
      <IconButton icon={X} size={14} label={`Remove ${label}`} onClick={onRemove} />
      {problem !== null && (
        <p id={id} role="alert" className={styles.problem}>
          {asSentence(problem)}
        </p>
      )}
    </div>
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
