import { StrataError } from '../../shared/errors.ts';

/** A container engine of this machine, as the place that an image goes to. */
export type EngineTarget =
  | { readonly engine: 'docker' | 'podman' }
  | { readonly engine: 'containerd'; readonly namespace: string };

const TARGET = /^(docker|podman|containerd):\/\/(.*)$/;
const NAMESPACE = /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;

/**
 * Reads `docker://`, `podman://` or `containerd://NAMESPACE`; undefined for what is a file.
 *
 * @throws StrataError `usage` where more is said than there is to say.
 */
export function parseEngineTarget(text: string): EngineTarget | undefined {
  const [, engine, rest = ''] = TARGET.exec(text) ?? [];
  if (engine === undefined) return undefined;
  if (engine === 'containerd') {
    if (NAMESPACE.test(rest)) return { engine, namespace: rest };
    throw new StrataError('usage', `"${rest}" is not a namespace of containerd.`, {
      hint: 'containerd://default is what ctr shows, containerd://k8s.io what Kubernetes runs.',
    });
  }
  if (rest === '') return { engine: engine === 'docker' ? 'docker' : 'podman' };
  throw new StrataError(
    'usage',
    `${engine}:// is the engine of this machine: "${rest}" cannot stand behind it.`,
    {
      hint: `Name the image with --name; into a registry it goes by \`strata push DOCUMENT ${rest}\`.`,
    },
  );
}

/** As {@link parseEngineTarget} reads it. */
export function formatEngineTarget(target: EngineTarget): string {
  return target.engine === 'containerd' ? `containerd://${target.namespace}` : `${target.engine}://`;
}
