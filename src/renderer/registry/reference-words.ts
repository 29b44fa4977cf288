import { splitImageName } from '../../shared/image-name.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
const DEFAULT_REGISTRY = '127.0.0.1:5000';

/** The registry of a reference as it is being written; null where it names none. */
export function registryOf(reference: string): string | null {
  const [first = '', ...rest] = reference.trim().split('/');
  if (rest.length === 0) return null;
  return /[.:[]/.test(first) || first === 'localhost' ? first : null;
}

/** What the registry of a reference is called; one that names none goes to the default registry. */
export function registryTitle(reference: string): string {
  return registryOf(reference) ?? 'Docker Hub';
}

/** Whether a registry is on this machine, where plain HTTP gives nothing away. */
export function isOnThisMachine(registry: string | null): boolean {
  return registry !== null && LOOPBACK.test(registry);
}

/** Where the image of a document may go: to the registry that was used last. */
export function suggestedReference(registry: string | null, name: string, tag: string): string {
  const { host, repository } = splitImageName(name);
  return `${host || (registry ?? DEFAULT_REGISTRY)}/${repository}:${tag}`;
}

export const PULL_TOOLS = ['podman', 'docker', 'skopeo'] as const;
export type PullTool = (typeof PULL_TOOLS)[number];

/** What to type to get an image. Docker takes loopback registries as they are; the others want to be told. */
export function pullCommand(tool: PullTool, reference: string): string {
  const plain = isOnThisMachine(registryOf(reference));
  switch (tool) {
    case 'docker':
      return `docker pull ${reference}`;
    case 'podman':
      return `podman pull ${plain ? '--tls-verify=false ' : ''}${reference}`;
    case 'skopeo':
      return `skopeo copy ${plain ? '--src-tls-verify=false ' : ''}docker://${reference} oci:image`;
  }
}
