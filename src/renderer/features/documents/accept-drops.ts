import { formatBytes } from '../../../shared/format.ts';
import { openText } from '../../state/document/actions.ts';
import { inBackground, notify } from '../../state/notices.ts';

/** Documents are a few kilobytes; what is larger than this was dropped by mistake, and is not read. */
const MOST_BYTES = 4_000_000;

/**
 * Opens a document that is dropped anywhere on the window. Without this a browser would leave the window for the file.
 *
 * @returns what ends it
 */
export function acceptDrops(): () => void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    if (file.size > MOST_BYTES) {
      notify({
        tone: 'failure',
        title: `${file.name} is no document`,
        detail: `It has ${formatBytes(file.size)}. Images are looked into under Inspect.`,
      });
      return;
    }
    inBackground(`${file.name} could not be read`, async () => openText(await file.text(), file.name));
  };
  window.addEventListener('dragover', over);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('drop', drop);
  };
}
