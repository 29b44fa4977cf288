import { useRef } from 'react';
import { count } from '../../../shared/format.ts';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Switch } from '../../components/field.tsx';
import { Spinner } from '../../components/progress.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { knownFor } from '../../state/known.ts';
import { answers, questions, useAnswer } from '../../state/questions.ts';
import { useStart } from '../../state/use-start.ts';
import { PullCommand } from './pull-command.tsx';
import styles from './ship.module.css';

const LOOK_EVERY_MS = 3000;

/** Serve this image: container tools on this machine pull it from here, without any registry. */
export function ServeSection() {
  const open = useOpen();
  const build = useClosure((state) => state.build);
  const { list } = questions().serving;
  const { value: all, failure: unknown } = useAnswer(list.queryOptions({ refetchInterval: LOOK_EVERY_MS }));
  const served = all?.find(({ document }) => document.draft === open.draft) ?? null;
  const call = useRef<AbortController | null>(null);
  const look = () => answers.invalidateQueries({ queryKey: list.key() });

  const serve = useStart(async () => {
    if (build === null) return;
    const end = new AbortController();
    call.current = end;
    const document = open.history.present;
    const known = knownFor(document.layering);
    const request = { ref: refOf(open), build: build.build, document, known };
    await host().serving.start(request, { signal: end.signal });
    await look();
  });
  const stop = useStart(async () => {
    if (served !== null) await host().serving.stop({ id: served.id });
    await look();
  });
  const toggle = (on: boolean) => {
    call.current?.abort();
    if (on) serve.start();
    else stop.start();
  };
  const failure = serve.failure ?? stop.failure ?? unknown;

  return (
    <Card title="Serve this image">
      <Switch
        label="Serve on this machine"
        hint="A read-only registry on 127.0.0.1, until you turn it off or Strata ends. What is not packed yet is packed first."
        checked={served !== null || serve.starting}
        onChange={toggle}
      />
      {serve.starting && (
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
