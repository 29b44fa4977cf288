import { Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { reconnectNow, useHost } from '../state/host.ts';
import styles from './connection-banner.module.css';

/** A connection that is back within this time was never gone. */
const TELL_AFTER_MS = 800;

/** Says that the host cannot be reached, what that means for the reader, and what can be done. */
export function ConnectionBanner() {
  const connection = useHost((state) => state.connection);
  const lost = connection === 'lost' || connection === 'refused';
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (!lost) return;
    const timer = setTimeout(() => setTold(true), TELL_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setTold(false);
    };
  }, [lost]);
  // The region is there before there is something to say: only then is it read out.
  return (
    <div role="status">
      {told && (
        <div className={styles.banner}>
          <Unplug size={16} aria-hidden />
          {connection === 'refused' ? (
            <p>
              <strong>Strata was started anew and does not know this window.</strong> Open the new address
              that it printed in this browser: then this window goes on too, with all that is not saved.
            </p>
          ) : (
            <p>
              <strong>The Strata host cannot be reached.</strong> What you change stays in this window, and
              what you ask for waits until the host is back. If it was stopped, start it again.
            </p>
          )}
          <Button small onClick={reconnectNow}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
