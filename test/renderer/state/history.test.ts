import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changed,
  redone,
  redoTitle,
  startHistory,
  undone,
  undoTitle,
} from '../../../src/renderer/state/history.ts';

describe('undo and redo', () => {
  test('as many undos as changes lead back to the beginning, as many redos to the end', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 50 }), (values) => {
        const [first, ...rest] = values;
        let history = startHistory(first);
        for (const value of rest) history = changed(history, value, { title: `to ${value}` });
        const last = history;
        for (const _ of rest) history = undone(history);
        expect(history.present).toBe(first);
        expect(undoTitle(history)).toBeNull();
        for (const _ of rest) history = redone(history);
        expect(history.present).toBe(last.present);
        expect(redoTitle(history)).toBeNull();
      }),
    );
  });

  test('a change after an undo makes the undone ones unreachable', () => {
    const three = changed(changed(startHistory(1), 2, { title: 'two' }), 3, { title: 'three' });
    const other = changed(undone(three), 9, { title: 'nine' });
    expect(redoTitle(other)).toBeNull();
    expect(undone(other).present).toBe(2);
  });

  test('typing into one field is one step; another field begins a new one', () => {
    let history = startHistory('');
    for (const text of ['n', 'ng', 'ngi']) history = changed(history, text, { title: 'Name', group: 'name' });
    history = changed(history, 'ngi!', { title: 'Tag', group: 'tag' });
    expect(undone(history).present).toBe('ngi');
    expect(undone(undone(history)).present).toBe('');
  });

  test('what does not change anything is no step', () => {
    const history = startHistory('same');
    expect(changed(history, 'same', { title: 'nothing' })).toBe(history);
  });
});
