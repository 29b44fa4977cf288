import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { setLayering } from '../state/document/edits.ts';
import { edit } from '../state/document/store.ts';

/** Says what only the strategy `strata` does, with the way to it. */
export function OtherStrategy({ children }: { readonly children: ReactNode }) {
  const change = () => edit((document) => setLayering(document, { strategy: 'strata' }, 'Plan by Strata'));
  return (
    <>
      {children}{' '}
      <Button small onClick={change}>
        Plan by Strata
      </Button>
    </>
  );
}
