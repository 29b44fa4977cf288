import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, type RenderResult, render } from '@testing-library/react';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { afterEach } from 'vitest';
import { openedAs, useDocument } from '../../../src/renderer/state/document/store.ts';
import { answers } from '../../../src/renderer/state/questions.ts';
import { documentSchema, type StrataDocument } from '../../../src/shared/document.ts';

afterEach(() => {
  cleanup();
  answers.clear();
});

/** Shows something as the frame of the window does. */
export function show(what: ReactNode): RenderResult {
  return render(what, {
    wrapper: ({ children }) => (
      <QueryClientProvider client={answers}>
        <Tooltip.Provider>{children}</Tooltip.Provider>
      </QueryClientProvider>
    ),
  });
}

/** Opens a new document of a trusted source, but for what is given. */
export function openDocument(given: Partial<StrataDocument>): void {
  const document = documentSchema.parse({
    version: 1,
    name: 'tools',
    source: { type: 'starter' },
    packages: [],
    ...given,
  });
  const source = {
    source: document.source,
    identity: 'starter',
    title: 'Starter set',
    location: '',
    revision: null,
    reason: null,
    trusted: true,
    trustedAt: null,
    unavailable: null,
  };
  const opened = { path: null, fingerprint: null, document, source, recovery: null };
  useDocument.setState({ open: openedAs(opened as never, crypto.randomUUID()) });
}

/** The document as it is now. */
export function theDocument(): StrataDocument {
  const { open } = useDocument.getState();
  if (open === null) throw new Error('No document is open.');
  return open.history.present;
}
