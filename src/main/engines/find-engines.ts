import { runEngine } from './engine-command.ts';
import type { EngineTarget } from './target.ts';

/** An engine that answers, with its version. */
export interface FoundEngine {
  readonly target: EngineTarget;
  readonly version: string;
}

const QUESTIONS: readonly (readonly [EngineTarget, readonly [string, ...string[]]])[] = [
  [{ engine: 'docker' }, ['docker', 'version', '--format', '{{.Server.Version}}']],
  [{ engine: 'podman' }, ['podman', 'version', '--format', '{{.Client.Version}}']],
];

/** The container engines of this machine that answer this user. */
export async function findEngines(signal?: AbortSignal): Promise<readonly FoundEngine[]> {
  const simple = QUESTIONS.map(async ([target, words]) => {
    const version = await answer(words, signal);
    return version === undefined ? [] : [{ target, version: version.trim() }];
  });
  return (await Promise.all([...simple, containerdNamespaces(signal)])).flat();
}

/** containerd once for each namespace that it has. */
async function containerdNamespaces(signal: AbortSignal | undefined): Promise<FoundEngine[]> {
  const said = await answer(['ctr', 'version'], signal);
  const version = /Server:\s+Version:\s+(\S+)/.exec(said ?? '')?.[1];
  if (version === undefined) return [];
  const listed = (await answer(['ctr', 'namespaces', 'ls', '--quiet'], signal)) ?? '';
  const namespaces = [...new Set(['default', ...listed.split('\n').filter(Boolean)])];
  return namespaces.map((namespace) => ({ target: { engine: 'containerd', namespace }, version }));
}

function answer(words: readonly [string, ...string[]], signal: AbortSignal | undefined) {
  return runEngine(words, signal).catch(() => undefined);
}
