import { setTimeout as delay } from 'node:timers/promises';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { RunRecord, StartRunRequest, TerminalOutput } from '../../shared/contract/runs.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { packageOfProgram } from '../run/check-program.ts';
import { missingProgram } from '../run/missing-program.ts';
import type { RunningProgram } from '../run/program.ts';
import type { RunRequest } from '../run/request.ts';
import { prepareRun, prepareShell, type ReadyRun } from '../verbs/run.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';
import { allowDocument, documentPlace } from './source-code.ts';
import { createTerminalLog, type TerminalLog } from './terminal-output.ts';
import type { Trust } from './trust.ts';
import { watchUsage } from './watch-usage.ts';

/** Programs that run in images of open documents, each in a terminal that windows show. */
export interface Runs {
  /** @throws StrataError `usage` where runs are forbidden; `untrusted-source` before anything of the source is read. */
  start(request: StartRunRequest): Promise<string>;
  /** Ends a run, and starts it anew with another state of its document. @throws StrataError as start does; `not-found`. */
  restart(job: string, document: StrataDocument): Promise<string>;
  write(job: string, text: string): void;
  resize(job: string, columns: number, rows: number): void;
  /** @throws StrataError `not-found`. */
  follow(job: string, from: number, signal: AbortSignal | undefined): AsyncGenerator<TerminalOutput, void>;
  latest(ref: DocumentRef): Promise<RunRecord | null>;
}

export interface RunServices extends ReportServices {
  readonly workingDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly jobs: JobRegistry;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly records: RecordStore<RunRecord>;
  /** Whether windows may run programs at all. */
  readonly mayRun: boolean;
}

const KEPT_CHARACTERS = 1_000_000;
/** As `podman stop` has it: time to end in, before a program is killed. */
const GRACE_MS = 10_000;

interface Session {
  readonly request: StartRunRequest;
  readonly log: TerminalLog;
  program?: RunningProgram;
}

export function createRuns(services: RunServices): Runs {
  const { jobs, records } = services;
  const sessions = new Map<string, Session>();

  const sessionOf = (job: string): Session => {
    const session = sessions.get(job);
    if (session !== undefined) return session;
    throw new StrataError('not-found', 'There is no such run any more.', {
      hint: 'The host was restarted, or the run was dismissed. Start it again.',
      details: { job },
    });
  };

  return {
    async restart(job, document) {
      const { request } = sessionOf(job);
      jobs.cancel(job);
      await jobs.settled(job);
      return this.start({ ...request, document });
    },
    async start(request) {
      if (!services.mayRun) {
        throw new StrataError('usage', 'No programs may be run from this window.', {
          hint: 'Whoever serves it forbids that. `strata run` in a terminal is another matter.',
        });
      }
      const { ref, document } = request;
      const located = await allowDocument(document, ref.path, services);
      const session: Session = { request, log: createTerminalLog(KEPT_CHARACTERS) };
      const id = jobs.start({
        kind: 'run',
        title: titleOf(request),
        document: ref,
        run: (report, signal) => runIn(session, { ...request, document: located }, services, report, signal),
      });
      sessions.set(id, session);
      void jobs.settled(id).then(async ({ title, finishedAt, detail }) => {
        session.log.end();
        const exitCode = detail.kind === 'run' ? detail.exitCode : null;
        const output = session.log.text();
        await records.put(id, ref, { title, finishedAt: finishedAt ?? '', exitCode, output });
        forget(sessions, jobs);
      });
      return id;
    },
    write: (job, text) => void sessions.get(job)?.program?.input?.write(text),
    resize: (job, columns, rows) => sessions.get(job)?.program?.resize(columns, rows),
    follow: (job, from, signal) => sessionOf(job).log.follow(from, signal),
    latest: async (ref) => (await records.latest(ref)) ?? null,
  };
}

/** Of jobs that were dismissed, nobody can ask for the output. */
function forget(sessions: Map<string, Session>, jobs: JobRegistry): void {
  const known = new Set(jobs.list().map(({ id }) => id));
  for (const id of sessions.keys()) if (!known.has(id)) sessions.delete(id);
}

function titleOf({ words, isShell, document }: StartRunRequest): string {
  if (isShell) return `Shell in ${document.name}`;
  return words === null ? `Run ${document.name}` : `Run ${words.join(' ')} in ${document.name}`;
}

async function runIn(
  session: Session,
  request: StartRunRequest,
  services: RunServices,
  report: JobReport<'run'>,
  signal: AbortSignal,
): Promise<void> {
  const { ref, document, isShell, engine, columns, rows } = request;
  const prepare = isShell ? prepareShell : prepareRun;
  const nix = preferencesFromSettings(await services.settings.get());
  const place = await documentPlace(ref.path, services);
  const run = await reported(report, services, signal, {}, (work) =>
    prepare(document, requestOf(request), {
      ...work,
      engine: engine ?? undefined,
      ...place,
      nix,
      env: services.env,
    }),
  );
  try {
    throwIfCancelled(signal);
    const program = await run.start({ type: 'terminal', columns, rows });
    session.program = program;
    program.output?.setEncoding('utf8').on('data', (text: string) => session.log.append(text));
    report.tell({ engine: run.engine });
    report.progress({ phase: `Runs with ${run.engine}`, done: 0, total: null, unit: 'items' });
    const stopWatching = watchUsage(program, (usage) => report.tell({ usage }));
    const exitCode = await endOf(program, run, signal).finally(stopWatching);
    report.tell({
      exitCode,
      usage: null,
      missing: exitCode === NOT_FOUND ? missingIn(session.log.text()) : null,
    });
    throwIfCancelled(signal);
  } finally {
    run.close();
  }
}

/** What a shell exits with where it does not find a program. */
const NOT_FOUND = 127;

function missingIn(output: string) {
  const program = missingProgram(output);
  return program === undefined ? null : { program, packageName: packageOfProgram(program) };
}

function requestOf({ words, hasNetwork, ports, limits, isReadOnly }: StartRunRequest): RunRequest {
  return {
    command: words ?? undefined,
    environment: [],
    volumes: [],
    ports,
    hasNetwork,
    isReadOnly,
    limits,
    hasTerminal: true,
  };
}

/** Waits for a program, which is asked to end where the job is cancelled, and killed where it does not. */
async function endOf(program: RunningProgram, run: ReadyRun, signal: AbortSignal): Promise<number> {
  const over = new AbortController();
  const stop = async (): Promise<void> => {
    program.signal(run.stopSignal ?? 'SIGTERM');
    await delay(GRACE_MS, undefined, { signal: over.signal });
    program.kill();
  };
  const onAbort = (): void => void stop().catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await program.exitCode;
  } finally {
    over.abort();
    signal.removeEventListener('abort', onAbort);
  }
}
