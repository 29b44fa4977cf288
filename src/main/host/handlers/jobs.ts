import type { JobRegistry } from '../../jobs/job-registry.ts';
import { procedures } from '../procedures.ts';

export function jobHandlers(jobs: JobRegistry) {
  const os = procedures.jobs;
  return {
    list: os.list.handler(() => jobs.list()),
    watch: os.watch.handler(({ signal }) => jobs.followList(signal)),
    get: os.get.handler(({ input }) => jobs.get(input.id)),
    subscribe: os.subscribe.handler(({ input, signal }) => jobs.follow(input.id, signal)),
    cancel: os.cancel.handler(({ input }) => jobs.cancel(input.id)),
    dismiss: os.dismiss.handler(({ input }) => jobs.dismiss(input.id)),
    followLog: os.followLog.handler(({ input, signal }) =>
      jobs.followLog(input.id, input.derivation, input.from, signal),
    ),
  };
}
