import { runEngine } from './engine-command.ts';
import type { EngineTarget } from './target.ts';

/** An engine that answers, with its version. */
export interface FoundEngine {
  readonly target: EngineTarget;
  readonly version: string;
}

/** What asks an engine for its version. */
const QUESTIONS: Readonly<Record<EngineTarget['engine'], readonly [string, ...string[]]>> = {
  docker: ['docker', 'version', '--format', '{{.Server.Version}}'],
  podman: ['podman', 'version', '--format', '{{.Client.Version}}'],
  containerd: ['ctr', 'version'],
};

/** Asks an engine whether it is there, before anything is built for it. @throws StrataError `run-failed`; Cancelled. */
export async function checkEngine({ engine }: EngineTarget, signal?: AbortSignal): Promise<void> {
  await runEngine(QUESTIONS[engine], signal);
}

/** The container engines of this machine that answer this user. */
export async function findEngines(signal?: AbortSignal): Promise<readonly FoundEngine[]> {
  const simple = (['docker', 'podman'] as const).map(async (engine) => {
    const version = await answer(QUESTIONS[engine], signal);
    return version === undefined ? [] : [{ target: { engine }, version: version.trim() }];
  });
  return (await Promise.all([...simple, containerdNamespaces(signal)])).flat();
}

/** containerd once for each namespace that it has. */
async function containerdNamespaces(signal: AbortSignal | undefined): Promise<FoundEngine[]> {
  const said = await answer(QUESTIONS.containerd, signal);
  const version = /Server:\s+Version:\s+(\S+)/.exec(said ?? '')?.[1];
  if (version === undefined) return [];
  const listed = (await answer(['ctr', 'namespaces', 'ls', '--quiet'], signal)) ?? '';
  const namespaces = [...new Set(['default', ...listed.split('\n').filter(Boolean)])];
  return namespaces.map((namespace) => ({ target: { engine: 'containerd', namespace }, version }));
}

function answer(words: readonly [string, ...string[]], signal: AbortSignal | undefined) {
  return runEngine(words, signal).catch(() => undefined);
}
