import { ShieldQuestion } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Split } from '../../components/split.tsx';
import { askForTrust } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { inBackground } from '../../state/notices.ts';
import { Basket } from './basket.tsx';
import { useCatalogStatus } from './catalog-state.ts';
import { Details } from './details.tsx';
import { Finder } from './finder.tsx';
import styles from './pick-screen.module.css';

/** Choose what goes into the image. */
export function PickScreen() {
  const { source } = useOpen();
  useCatalogStatus();
  return (
    <Split
      id="pick"
      panes={[
        { id: 'results', min: 300 },
        { id: 'details', size: 310, min: 220 },
        { id: 'basket', size: 320, min: 250 },
      ]}
    >
      {source.trusted ? (
        <Finder />
      ) : (
        <EmptyState
          title="A source that you have not trusted yet"
          actions={
            <Button
              variant="primary"
              icon={ShieldQuestion}
              onClick={() => inBackground('The source could not be trusted', askForTrust)}
            >
              Look at the source…
            </Button>
          }
        >
          This document takes its packages from {source.title}. Listing them would run its code, so nothing is
          listed until you have seen where it comes from.
        </EmptyState>
      )}
      <aside className={styles.details} aria-label="Package">
        <Details />
      </aside>
      <aside className={styles.basket} aria-label="In this image">
        <Basket />
      </aside>
    </Split>
  );
}
