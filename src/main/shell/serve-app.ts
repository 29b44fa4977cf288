import { createHost } from '../host/create-host.ts';
import { type AppServer, serve } from './serve.ts';

export interface ServeAppOptions {
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly version: string;
  /** Of the built window (out/renderer). */
  readonly staticDirectory: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly address?: string;
  readonly hostNames?: readonly string[];
  /** Directories that windows may use beside the home and the working directory. */
  readonly fileRoots?: readonly string[];
  /** Whether windows may run the images. */
  readonly mayRun?: boolean;
}

/** A host of its own behind the browser shell. @throws StrataError as {@link serve} does. */
export async function serveApp(options: ServeAppOptions): Promise<AppServer> {
  const { cacheDirectory, dataDirectory, homeDirectory, workingDirectory, version, fileRoots = [] } = options;
  const host = await createHost({
    cacheDirectory,
    dataDirectory,
    homeDirectory,
    workingDirectory,
    version,
    shell: 'browser',
    fileRoots: [homeDirectory, workingDirectory, ...fileRoots],
    ...(options.mayRun === undefined ? {} : { mayRun: options.mayRun }),
  });
  const { staticDirectory, port, address, hostNames } = options;
  process.on('uncaughtException', host.onUncaught);
  const close = async (): Promise<void> => {
    await host.close();
    process.off('uncaughtException', host.onUncaught);
  };
  try {
    return await serve({
      host: { ...host, close },
      staticDirectory,
      port,
      ...(address === undefined ? {} : { address }),
      ...(hostNames === undefined ? {} : { hostNames }),
    });
  } catch (error) {
    await close();
    throw error;
  }
}
