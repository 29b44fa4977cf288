// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from 'vitest';
import { addPackages } from '../../../src/renderer/state/document/edits.ts';
import { recallSession, rememberSession } from '../../../src/renderer/state/document/session.ts';
import { edit, redo, undo, useDocument } from '../../../src/renderer/state/document/store.ts';
import { openDocument, theDocument } from '../window/window.tsx';

/** What a reload does to the document of a window. */
function reload(): void {
  rememberSession(useDocument.getState().open);
  useDocument.setState({ open: recallSession() });
}

beforeEach(() => openDocument({ packages: [] }));

describe('a window that is reloaded', () => {
  test('takes back what was done before, and does it again', () => {
    edit((document) => addPackages(document, ['bash']));
    edit((document) => addPackages(document, ['jq']));
    undo();
    reload();
    expect(theDocument().packages).toEqual(['bash']);
    redo();
    expect(theDocument().packages).toEqual(['bash', 'jq']);
    undo();
    undo();
    expect(theDocument().packages).toEqual([]);
  });

  test('remembers less of a document that is large, and the document always', () => {
    const text = 'x'.repeat(900_000);
    openDocument({ packages: ['a'], files: [{ to: '/large', text }] as never });
    for (const name of ['b', 'c', 'd']) edit((document) => addPackages(document, [name]));
    reload();
    expect(theDocument().packages).toEqual(['a', 'b', 'c', 'd']);
    undo();
    undo();
    expect(theDocument().packages).toEqual(['a', 'b', 'c']);
  });
});
