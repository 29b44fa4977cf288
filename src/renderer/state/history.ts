/** Undo and redo over immutable values. */
export interface History<Value> {
  readonly past: readonly Step<Value>[];
  readonly present: Value;
  readonly future: readonly Step<Value>[];
}

interface Step<Value> {
  readonly value: Value;
  /** What leads away from this value, in words: "Add nginx". */
  readonly title: string;
  /** Changes of one kind in a row (such as typing into one field) are one step. */
  readonly group: string | null;
}

const MOST_STEPS = 200;

export function startHistory<Value>(present: Value): History<Value> {
  return { past: [], present, future: [] };
}

export interface ChangeLabel {
  readonly title: string;
  readonly group?: string | null;
}

export function changed<Value>(history: History<Value>, value: Value, label: ChangeLabel): History<Value> {
  if (value === history.present) return history;
  const { title, group = null } = label;
  const last = history.past.at(-1);
  const continues = group !== null && last?.group === group && history.future.length === 0;
  const past = continues
    ? history.past
    : [...history.past, { value: history.present, title, group }].slice(-MOST_STEPS);
  return { past, present: value, future: [] };
}

export function undone<Value>(history: History<Value>): History<Value> {
  const step = history.past.at(-1);
  if (step === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.value,
    future: [{ ...step, value: history.present, group: null }, ...history.future],
  };
}

export function redone<Value>(history: History<Value>): History<Value> {
  const step = history.future[0];
  if (step === undefined) return history;
  return {
    past: [...history.past, { ...step, value: history.present, group: null }],
    present: step.value,
    future: history.future.slice(1),
  };
}

export function undoTitle<Value>(history: History<Value>): string | null {
  return history.past.at(-1)?.title ?? null;
}

export function redoTitle<Value>(history: History<Value>): string | null {
  return history.future[0]?.title ?? null;
}
