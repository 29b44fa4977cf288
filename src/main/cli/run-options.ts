import { type Command, Option } from 'commander';
import { parseVariable, parseVolume } from '../run/parse-request.ts';
import { ENGINES, type Engine, type RunRequest } from '../run/request.ts';
import { addCompositionOptions, type CompositionOptions, collect, parseWords } from './options.ts';
import { parseCount } from './parse-count.ts';

/** Options of the commands that run an image. */
export interface RunOptions extends CompositionOptions {
  readonly with?: Engine;
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly entrypoint?: readonly string[];
  readonly volume?: readonly string[];
  readonly publish?: readonly string[];
  readonly network?: true;
  readonly readOnly?: true;
  readonly memory?: string;
  readonly cpus?: string;
  readonly pidsLimit?: number;
}

export function addRunOptions(command: Command): Command {
  return addCompositionOptions(command)
    .addOption(new Option('--with <engine>', 'what runs it; the first that is there').choices(ENGINES))
    .option('--env <name[=value]>', 'environment variable, or one of this environment; repeatable', collect)
    .option('--user <user>', 'user, or user:group')
    .option('--workdir <directory>', 'working directory')
    .option('--volume <host:dir[:ro]>', 'file or directory of this machine; repeatable', collect)
    .option('--network', 'let it reach the network; with bwrap, this machine’s own')
    .option(
      '--publish <host:port>',
      'port of this machine that leads to one of the program; repeatable',
      collect,
    )
    .option('--read-only', 'let it write to its volumes, /tmp, /run and /var/tmp alone')
    .option('--memory <size>', 'most memory, such as 512m; podman and docker')
    .option('--cpus <count>', 'most processors, such as 1.5; podman and docker')
    .option('--pids-limit <count>', 'most processes; podman and docker', parseCount);
}

export function addEntrypointOption(command: Command): Command {
  return command.option('--entrypoint <words>', 'entry point: a JSON array, or words', parseWords);
}

/** @throws StrataError `usage`. */
export function runRequest(
  options: RunOptions,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): RunRequest {
  return {
    command: words.length > 0 ? words : undefined,
    entrypoint: options.entrypoint,
    environment: (options.env ?? []).flatMap((text) => parseVariable(text, env)),
    user: options.user,
    workingDirectory: options.workdir,
    volumes: (options.volume ?? []).map(parseVolume),
    ports: options.publish ?? [],
    hasNetwork: options.network === true,
    isReadOnly: options.readOnly === true,
    limits: { memory: options.memory, cpus: options.cpus, pids: options.pidsLimit },
    hasTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}
