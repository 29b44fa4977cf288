import type { RunRequest } from './request.ts';

export interface ContainerInput {
  readonly engine: 'podman' | 'docker';
  /** The image, as it was put there. */
  readonly image: string;
  /** What the container is called while it runs. */
  readonly name: string;
  readonly request: RunRequest;
  /** A file of the variables, so that their values are on no command line. */
  readonly environmentFile: string;
}

/** The command that has podman or docker run an image, which they have already. */
export function containerCommand(input: ContainerInput): readonly [string, ...string[]] {
  const { engine, image, name, request, environmentFile } = input;
  const { entrypoint, command = [], user, workingDirectory, volumes, ports, limits } = request;
  const [program, ...rest] = entrypoint ?? [];
  return [
    engine,
    ...['run', '--rm', '--interactive', '--pull', 'never', '--name', name],
    ...(request.hasTerminal ? ['--tty'] : []),
    ...(request.hasNetwork ? [] : ['--network', 'none']),
    ...(request.isReadOnly ? ['--read-only'] : []),
    ...(request.environment.length > 0 ? ['--env-file', environmentFile] : []),
    ...option('--user', user),
    ...option('--workdir', workingDirectory),
    ...option('--entrypoint', program),
    ...option('--memory', limits.memory),
    ...option('--cpus', limits.cpus),
    ...option('--pids-limit', limits.pids),
    ...volumes.flatMap(({ from, to, isReadOnly }) => ['--volume', `${from}:${to}${isReadOnly ? ':ro' : ''}`]),
    ...ports.flatMap((port) => ['--publish', port]),
    image,
    ...rest,
    ...command,
  ];
}

function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}
