import type { UtilityProcess, WebFrameMain } from 'electron';
import { CHANNELS } from '../../shared/contract/bridge.ts';
import type { ElectronMain } from './electron-main.ts';

/** The host: one for all windows, in a process of its own, so that a window that hangs stops no build. */
export interface HostProcess {
  /** Gives a window's page a port to the host. */
  connect(frame: WebFrameMain): void;
  /** Lets windows use a path that the user chose. Resolves once the host knows. */
  choose(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface HostProcessOptions {
  /** The bundled src/main/host.ts. */
  readonly module: string;
  /** Told when it ended by itself; the next window to connect gets a new one. */
  readonly onCrash: (exitCode: number) => void;
}

const CLOSE_MILLISECONDS = 15_000;

export function startHost(
  { utilityProcess, MessageChannelMain }: Pick<ElectronMain, 'utilityProcess' | 'MessageChannelMain'>,
  { module, onCrash }: HostProcessOptions,
): HostProcess {
  let child: UtilityProcess | undefined;
  let closing = false;

  const running = (): UtilityProcess => {
    if (child !== undefined) return child;
    const started = utilityProcess.fork(module, [], { serviceName: 'Strata host', stdio: 'inherit' });
    started.once('exit', (exitCode) => {
      if (child === started) child = undefined;
      if (!closing) onCrash(exitCode);
    });
    child = started;
    return started;
  };
  running();

  return {
    connect(frame) {
      const { port1, port2 } = new MessageChannelMain();
      running().postMessage('connect', [port1]);
      frame.postMessage(CHANNELS.port, null, [port2]);
    },
    choose(path) {
      const asked = running();
      return new Promise((resolve) => {
        const hear = (message: unknown): void => {
          if (!isAnswer(message) || message.chosen !== path) return;
          asked.off('message', hear);
          resolve();
        };
        asked.on('message', hear);
        // Another host is asked for the next file; this one's window says what it may not open.
        asked.once('exit', () => resolve());
        asked.postMessage({ choose: path });
      });
    },
    async close() {
      closing = true;
      const ending = child;
      if (ending === undefined) return;
      await new Promise<void>((resolve) => {
        // Cancelling a build waits for its processes to end; a host that does not answer is ended.
        const timer = setTimeout(() => ending.kill(), CLOSE_MILLISECONDS);
        ending.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
        ending.postMessage('close');
      });
    },
  };
}

function isAnswer(message: unknown): message is { readonly chosen: unknown } {
  return typeof message === 'object' && message !== null && 'chosen' in message;
}
