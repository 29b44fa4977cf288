import { posix } from 'node:path';
import type { RuntimeConfig } from '../../engine/oci/types.ts';
import { nearestNames } from '../nix/nearest-names.ts';

/** What is where in an image, by absolute paths. */
export interface ImageFileNames {
  readonly has: (path: string) => boolean;
  /** Of a directory; none where it is not. */
  readonly namesIn: (path: string) => readonly string[];
}

/** What execvp(3) searches where nothing says where to. */
const DEFAULT_PATH = 'PATH=/bin:/usr/bin';

/**
 * Whether the program that a configuration starts is not in the image, as a sentence with the nearest names that there are.
 *
 * @param config as the image has it, with what it has of a base.
 */
export function programNotices(config: RuntimeConfig, files: ImageFileNames): readonly string[] {
  const { Entrypoint = [], Cmd = [], Env = [], WorkingDir } = config;
  const [program] = [...Entrypoint, ...Cmd];
  if (program === undefined || program === '') return [];
  const variable = Env.findLast((setting) => setting.startsWith('PATH=')) ?? DEFAULT_PATH;
  const from = WorkingDir || '/';
  const searched = variable
    .slice('PATH='.length)
    .split(':')
    .map((directory) => posix.resolve(from, directory));
  const isPath = program.includes('/');
  const places = isPath ? [program] : searched.map((directory) => posix.join(directory, program));
  if (places.some((place) => files.has(posix.resolve(from, place)))) return [];
  const wanted = posix.basename(program);
  const near = nearestNames(wanted, [...new Set(searched.flatMap(files.namesIn))]);
  const where = isPath ? 'not in the image' : `not on the image's PATH (${searched.join(':')})`;
  const instead = near.length === 0 ? 'Add a package that brings it.' : `There is ${near.join(', ')}.`;
  return [`${program}, which the image starts, is ${where}. ${instead}`];
}
