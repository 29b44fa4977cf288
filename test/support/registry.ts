import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { request } from 'undici';
import { freePort } from './free-port.ts';
import type { Certificate } from './registry-certificates.ts';

export interface TestRegistryOptions {
  /** Basic authentication with one account. */
  readonly basic?: { readonly username: string; readonly password: string };
  /** Token authentication: where tokens come from, and the certificate of the key that signs them. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly certificateFile: string;
  };
  readonly tls?: Certificate;
}

/** Debian's docker-registry on a free port of this machine, with nothing in it. */
export interface TestRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  /** Where it keeps its blobs. */
  readonly directory: string;
  log(): string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-registry-'));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const configFile = join(directory, 'config.json');
  // The configuration is YAML, of which JSON is a part.
  await writeFile(configFile, JSON.stringify(await configuration(directory, host, options)));
  await mkdir(join(directory, 'data'));

  const output: string[] = [];
  const server = execa('docker-registry', ['serve', configFile], { reject: false, all: true, buffer: false });
  server.all.on('data', (piece: Buffer) => output.push(piece.toString()));
  const url = `${options.tls === undefined ? 'http' : 'https'}://${host}`;
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await server;
    await rm(directory, { recursive: true, force: true });
  };

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await listens(host))) {
    if (server.nodeChildProcess.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`docker-registry did not start:\n${output.join('')}`);
    }
    await delay(50);
  }
  return { host, url, directory: join(directory, 'data'), log: () => output.join(''), stop };
}

async function configuration(
  directory: string,
  host: string,
  options: TestRegistryOptions,
): Promise<unknown> {
  const { basic, token, tls } = options;
  const htpasswd = join(directory, 'htpasswd');
  if (basic !== undefined) {
    const { stdout } = await execa('htpasswd', ['-niB', basic.username], { input: basic.password });
    await writeFile(htpasswd, `${stdout}\n`);
  }
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: join(directory, 'data') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: {
      addr: host,
      ...(tls === undefined ? {} : { tls: { certificate: tls.certificateFile, key: tls.keyFile } }),
    },
    ...(basic === undefined ? {} : { auth: { htpasswd: { realm: 'strata-test', path: htpasswd } } }),
    ...(token === undefined
      ? {}
      : {
          auth: {
            token: {
              realm: token.realm,
              service: token.service,
              issuer: token.issuer,
              rootcertbundle: token.certificateFile,
            },
          },
        }),
  };
}

async function listens(host: string): Promise<boolean> {
  try {
    const { body } = await request(`http://${host}/`);
    await body.dump();
    return true;
  } catch {
    return false;
  }
}
