import { isIP } from 'node:net';
import { isDigest } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { hostProblem, repositoryProblem, splitImageName } from '../../shared/image-name.ts';

/** Where an image is, or is to go: `registry/repository:tag@digest`. */
export interface Reference {
  /** Host, with its port if it has one, as a person writes it: `docker.io`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_NAMES = [DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'];
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

function refuse(text: string, at: number, problem: string): never {
  throw new StrataError('usage', `"${text}" is not an image reference: ${problem} (character ${at + 1}).`, {
    hint: 'Write it as REGISTRY/REPOSITORY:TAG, such as 127.0.0.1:5000/team/web:latest.',
  });
}

function parseRegistry(text: string, at: number, host: string): string {
  const problem = hostProblem(host, at);
  if (problem !== undefined) return refuse(text, problem.at, problem.problem);
  return DOCKER_HUB_NAMES.includes(host.toLowerCase()) ? DOCKER_HUB : host.toLowerCase();
}

function parseRepository(text: string, at: number, path: string): string {
  const problem = repositoryProblem(path, at);
  return problem === undefined ? path : refuse(text, problem.at, problem.problem);
}

/**
 * Reads an image reference as docker and podman do: without a host it is on Docker Hub, there without a slash in
 * `library/`. A leading `docker://` is allowed. (Grammar: distribution/reference.)
 *
 * @throws StrataError `usage` with the place of the first problem.
 */
export function parseReference(text: string): Reference {
  const start = text.startsWith('docker://') ? 'docker://'.length : 0;
  let rest = text.slice(start);

  const at = rest.indexOf('@');
  const digest = at === -1 ? undefined : rest.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) {
    return refuse(text, start + at + 1, `"${digest}" is not a sha256 digest`);
  }
  if (at !== -1) rest = rest.slice(0, at);

  const colon = rest.lastIndexOf(':');
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : undefined;
  if (tag !== undefined) {
    if (!TAG.test(tag)) refuse(text, start + colon + 1, `"${tag}" is not a tag`);
    rest = rest.slice(0, colon);
  }

  const { host, repository: written } = splitImageName(rest);
  const registry = host === '' ? DOCKER_HUB : parseRegistry(text, start, host);
  const path = parseRepository(text, start + rest.length - written.length, written);
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The reference as a person writes it; {@link parseReference} reads it back. */
export function formatReference(reference: Reference): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** What a manifest is asked for by: the digest where there is one, else the tag, else `latest`. */
export function manifestSelector(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

/** The host that answers for a registry: Docker Hub's API has a name of its own. */
export function apiHost(registry: string): string {
  return registry === DOCKER_HUB ? 'registry-1.docker.io' : registry;
}

/** Whether a registry is on this machine, so that plain HTTP gives nothing away. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}
