import type { RunUsage } from '../../shared/contract/runs.ts';
import type { RunningProgram } from '../run/program.ts';
import { type ResourceUse, resourceUse } from '../run/resource-use.ts';

const EVERY_MS = 1_000;

/** Tells what a program takes, every second until the function that is returned is called. */
export function watchUsage(
  program: Pick<RunningProgram, 'findProcesses'>,
  tell: (usage: RunUsage) => void,
): () => void {
  let before: { readonly use: ResourceUse; readonly at: number } | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const use = resourceUse(await program.findProcesses());
    const at = performance.now();
    if (use === undefined) return;
    const seconds = before === undefined ? 0 : (at - before.at) / 1000;
    // What ended and was waited for by nobody takes its time along.
    const spent = Math.max(0, use.cpuSeconds - (before?.use.cpuSeconds ?? 0));
    before = { use, at };
    tell({ ...use, cpuPercent: seconds === 0 ? 0 : (100 * spent) / seconds });
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
