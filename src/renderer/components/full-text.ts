/** Marks titles that were put here, so that those that a component wrote are left alone. */
const MARK = 'data-full-text';

/**
 * Gives whatever is cut short with an ellipsis its whole text as a tooltip, when it is pointed at. One listener for the
 * window: what is cut off depends on the widths of the moment.
 *
 * @returns what ends it
 */
export function tellFullText(): () => void {
  const tell = ({ target }: PointerEvent) => {
    const cut =
      target instanceof Element ? target.closest<HTMLElement>('span, strong, code, div, td, dd, h2') : null;
    if (cut === null || (cut.title !== '' && !cut.hasAttribute(MARK))) return;
    if (cut.scrollWidth > cut.clientWidth && getComputedStyle(cut).textOverflow === 'ellipsis') {
      cut.title = cut.textContent;
      cut.setAttribute(MARK, '');
    } else if (cut.hasAttribute(MARK)) {
      cut.removeAttribute('title');
      cut.removeAttribute(MARK);
    }
  };
  document.addEventListener('pointerover', tell);
  return () => document.removeEventListener('pointerover', tell);
}
