import { StrataError } from '../../shared/errors.ts';
import { findProgram } from '../files/find-program.ts';
import { ENGINES, type Engine, type RunRequest } from './request.ts';

/** What bubblewrap is run with: all of util-linux, but for the shell. */
const TOOLS: readonly string[] = ['setpriv', 'unshare', 'mount', 'sh'];
const TERMINAL_TOOLS: readonly string[] = ['script', 'stty'];

/**
 * What is to run an image: what is asked for, else the first that this machine has.
 *
 * @param path that programs are searched on, as PATH says it.
 * @throws StrataError `run-failed` where there is none.
 */
export function chooseEngine(asked: Engine | undefined, path: string | undefined): Engine {
  const engine = asked ?? ENGINES.find((each) => findProgram([each], path) !== null);
  if (engine === undefined) {
    throw new StrataError('run-failed', 'Nothing on this machine can run an image.', {
      hint: 'Install bubblewrap (Debian: apt-get install bubblewrap), podman or docker.',
    });
  }
  const needed = [engine, ...(engine === 'bwrap' ? TOOLS : [])];
  const missing = needed.filter((tool) => findProgram([tool], path) === null);
  if (missing.length === 0) return engine;
  throw new StrataError('run-failed', `${missing.join(', ')} cannot be found on this machine.`, {
    hint: 'Debian has bwrap in bubblewrap, and setpriv, unshare and mount in util-linux and mount.',
    details: { missing },
  });
}

/** @throws StrataError `run-failed` where what gives programs a terminal is not there. */
export function requireTerminalTools(path: string | undefined): void {
  const missing = TERMINAL_TOOLS.filter((tool) => findProgram([tool], path) === null);
  if (missing.length === 0) return;
  throw new StrataError('run-failed', `A terminal takes ${missing.join(' and ')}, which cannot be found.`, {
    hint: 'They are in bsdutils and coreutils on Debian, in util-linux and coreutils elsewhere.',
  });
}

/**
 * Refuses what an engine cannot do, instead of leaving it out.
 *
 * @throws StrataError `usage`.
 */
export function refuseUnsupported(engine: Engine, request: RunRequest): void {
  if (engine === 'bwrap') refuseForBwrap(request);
  const broken = request.environment.find((setting) => setting.includes('\n'));
  if (engine === 'bwrap' || broken === undefined) return;
  throw new StrataError('usage', `${engine} takes no variable of several lines: ${nameOf(broken)}.`, {
    hint: 'Run the image with bubblewrap, which does.',
  });
}

function refuseForBwrap({ limits, ports, hasNetwork }: RunRequest): void {
  const limited = Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (limited.length > 0) {
    throw new StrataError('usage', `bubblewrap cannot limit what a program takes (${limited.join(', ')}).`, {
      hint: 'podman and docker can: run the image with one of them.',
    });
  }
  if (ports.length === 0) return;
  if (!hasNetwork) {
    throw new StrataError('usage', 'A port can be reached only where the network is on.', {
      hint: 'With bubblewrap, the program then has the network of this machine: the port that it listens on is one of this machine.',
    });
  }
  const moved = ports.find((port) => !isSamePort(port));
  if (moved === undefined) return;
  throw new StrataError('usage', `bubblewrap cannot lead one port to another: ${moved}.`, {
    hint: 'The program has the network of this machine: the port that it listens on is one of this machine. podman and docker can lead another one there.',
  });
}

/** Such as `80`, `80:80`, `80:80/tcp`. */
function isSamePort(port: string): boolean {
  const [outer, inner = outer, ...rest] = port.replace(/\/(tcp|udp)$/, '').split(':');
  return rest.length === 0 && outer === inner;
}

function nameOf(setting: string): string {
  return setting.slice(0, setting.indexOf('='));
}
