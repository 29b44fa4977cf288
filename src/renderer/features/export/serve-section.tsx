import { useEffect, useRef, useState } from 'react';
import type { ServedImage } from '../../../shared/contract/serving.ts';
import { count } from '../../../shared/format.ts';
import { isConnectionError, type ShownFailure, toFailure } from '../../client/failure.ts';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Switch } from '../../components/field.tsx';
import { Spinner } from '../../components/progress.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { knownFor } from '../../state/known.ts';
import { PullCommand } from './pull-command.tsx';
import styles from './ship.module.css';

const LOOK_EVERY_MS = 3000;

/** Serve this image: container tools on this machine pull it from here, without any registry. */
export function ServeSection() {
  const open = useOpen();
  const build = useClosure((state) => state.build);
  const [served, setServed] = useState<ServedImage | null>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const [starting, setStarting] = useState(false);
  const call = useRef<AbortController | null>(null);

  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    // One question at a time: while the host cannot be reached, they would pile up.
    const look = () =>
      host()
        .serving.list(undefined, { signal: end.signal })
        .then((all) => setServed(all.find(({ document }) => document.draft === open.draft) ?? null))
        .catch(
          (error: unknown) => end.signal.aborted || isConnectionError(error) || setFailure(toFailure(error)),
        )
        .finally(() => {
          if (!end.signal.aborted) timer = setTimeout(look, LOOK_EVERY_MS);
        });
    void look();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [open.draft]);

  const serve = async (on: boolean): Promise<void> => {
    setFailure(null);
    call.current?.abort();
    if (!on) {
      if (served !== null) await host().serving.stop({ id: served.id });
      setServed(null);
      return;
    }
    if (build === null) return;
    const end = new AbortController();
    call.current = end;
    setStarting(true);
    const document = open.history.present;
    const request = {
      ref: refOf(open),
      build: build.build,
      document,
      known: knownFor(document.layering),
    };
    setServed(await host().serving.start(request, { signal: end.signal }));
  };
  const toggle = (on: boolean) => {
    serve(on)
      .catch((error: unknown) => setFailure(toFailure(error)))
      .finally(() => setStarting(false));
  };

  return (
    <Card title="Serve this image">
      <Switch
        label="Serve on this machine"
        hint="A read-only registry on 127.0.0.1, until you turn it off or Strata ends. What is not packed yet is packed first."
        checked={served !== null || starting}
        onChange={toggle}
      />
      {starting && (
        <p className={styles.hint} role="status">
          <Spinner /> Packing what is missing…
        </p>
      )}
      {failure && <FailureCard compact title="The image could not be served" failure={failure} />}
      {served !== null && (
        <>
          <PullCommand reference={served.reference} />
          <p className={styles.hint} role="status">
            {served.pulls === 0 ? 'Not pulled yet' : `${count(served.pulls, 'request')} for it so far`}
          </p>
        </>
      )}
    </Card>
  );
}
