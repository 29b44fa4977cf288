// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BudgetDrill } from '../../../src/renderer/features/strata/budget-drill.tsx';
import { useStrata } from '../../../src/renderer/features/strata/strata-state.ts';
import { setBudget } from '../../../src/renderer/state/document/edits.ts';
import { edit, undo, useTheDocument } from '../../../src/renderer/state/document/store.ts';
import { openDocument, show, theDocument } from './window.tsx';

const MOST = 100;
const HEIGHT = 400;

/** The drill as the screen of the strata has it, over the document and what is under the hand. */
function Drill() {
  const { layering } = useTheDocument();
  const { liveBudget } = useStrata();
  return (
    <BudgetDrill
      budget={liveBudget ?? layering.budget}
      most={MOST}
      layers={7}
      maxLayers={50}
      costs={[4, 2, 1]}
      words={liveBudget === null ? '' : 'to push plus 2 MB'}
      onDrag={(budget) => useStrata.setState({ liveBudget: budget })}
      onDone={(budget) => {
        useStrata.setState({ liveBudget: null });
        if (budget !== null) edit((document) => setBudget(document, budget));
      }}
    />
  );
}

const handle = () => screen.getByRole('slider', { name: 'Layer budget' });
const budget = () => Number(handle().getAttribute('aria-valuenow'));
const aFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
/** Where a budget is on a track of this height: the scale is logarithmic, with the most at the top. */
const yOf = (wanted: number) => (1 - Math.log(wanted) / Math.log(MOST)) * HEIGHT;

beforeEach(() => {
  openDocument({ packages: ['bash'], layering: { strategy: 'strata', budget: 10 } });
  show(<Drill />);
  const bounds = { top: 0, height: HEIGHT } as DOMRect;
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(bounds);
  HTMLElement.prototype.setPointerCapture = () => {};
});

describe('the budget drill', () => {
  test('shows the budget of the document, and says what it comes to', () => {
    expect(budget()).toBe(10);
    expect(handle().getAttribute('aria-valuetext')).toBe('At most 10 layers; 7 used');
    expect(handle().style.top).toBe('50%');
  });

  test('is a slider for the keyboard, and undo takes back a row of keys at once', async () => {
    handle().focus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}');
    expect(theDocument().layering.budget).toBe(11);
    await userEvent.keyboard('{End}{ArrowUp}');
    expect(theDocument().layering.budget).toBe(MOST);
    await userEvent.keyboard('{Home}{ArrowDown}');
    expect(theDocument().layering.budget).toBe(1);
    undo();
    expect(theDocument().layering.budget).toBe(10);
  });

  test('follows the hand once a frame without touching the document, which takes what was chosen in the end', async () => {
    fireEvent.pointerDown(handle(), { button: 0, clientY: yOf(10) });
    fireEvent.pointerMove(handle(), { clientY: yOf(30) });
    fireEvent.pointerMove(handle(), { clientY: yOf(50) });
    expect(budget()).toBe(10);
    await aFrame();
    await vi.waitFor(() => expect(budget()).toBe(50));
    expect(theDocument().layering.budget).toBe(10);
    expect(handle().getAttribute('aria-valuetext')).toBe('At most 50 layers; 7 used: to push plus 2 MB');
    fireEvent.pointerUp(handle(), { clientY: yOf(40) });
    expect(theDocument().layering.budget).toBe(40);
    expect(useStrata.getState().liveBudget).toBeNull();
    undo();
    expect(theDocument().layering.budget).toBe(10);
  });

  test('the handle is taken where it is held, and the track jumps to the hand', async () => {
    fireEvent.pointerDown(handle(), { button: 0, clientY: yOf(10) + 8 });
    fireEvent.pointerUp(handle(), { clientY: yOf(10) + 8 });
    expect(theDocument().layering.budget).toBe(10);
    fireEvent.pointerDown(screen.getByText('20'), { button: 0, clientY: yOf(20) });
    fireEvent.pointerUp(handle(), { clientY: yOf(20) });
    expect(theDocument().layering.budget).toBe(20);
  });

  test('a drag that is given up leaves the document as it was', async () => {
    fireEvent.pointerDown(handle(), { button: 0, clientY: yOf(10) });
    fireEvent.pointerMove(handle(), { clientY: yOf(90) });
    fireEvent.pointerCancel(handle(), { clientY: yOf(90) });
    await aFrame();
    expect(budget()).toBe(10);
    expect(theDocument().layering.budget).toBe(10);
  });

  test('nothing but the main button drags', async () => {
    fireEvent.pointerDown(handle(), { button: 2, clientY: yOf(10) });
    fireEvent.pointerMove(handle(), { clientY: yOf(90) });
    fireEvent.pointerUp(handle(), { clientY: yOf(90) });
    await aFrame();
    expect(theDocument().layering.budget).toBe(10);
  });
});
