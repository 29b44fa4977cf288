import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { readUserText } from '../../files/user-file.ts';
import { readAuthorities } from './authorities.ts';

/** PEM texts in the form in which `node:tls` takes them. */
export interface TlsIdentity {
  /** Authorities that are trusted beside the machine's own; undefined where Node's own choice is enough. */
  readonly authorities?: readonly string[];
  /** The client's own certificates with their keys, one index a pair. */
  readonly cert?: string[];
  readonly key?: string[];
}

/**
 * What TLS connections to a registry have in common. Reading the authorities of a machine takes as long as a push of
 * little: it is done once, and not at all where nobody's word is asked for.
 */
export function secureContextOf({ authorities, cert, key }: TlsIdentity, verify: boolean): SecureContext {
  const ca =
    authorities && verify
      ? [...getCACertificates('default'), ...getCACertificates('system'), ...authorities]
      : undefined;
  return createSecureContext({ ca, cert, key });
}

/** Where container tools look for a registry's certificates (containers-certs.d(5)), the first directory first. */
export function certificateDirectories(registry: string, env: NodeJS.ProcessEnv): readonly string[] {
  const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return [
    join(config, 'containers', 'certs.d', registry),
    join('/etc/containers/certs.d', registry),
    join('/etc/docker/certs.d', registry),
  ];
}

/**
 * The authorities and client certificates for a registry: the machine's own, `caFile`, and the first certs.d directory
 * that exists.
 *
 * @throws StrataError `file-system` where a file cannot be read, or `caFile` holds no certificate.
 */
export async function readTlsIdentity(
  directories: readonly string[],
  caFile: string | undefined,
): Promise<TlsIdentity> {
  const authorities = caFile === undefined ? [] : [(await readAuthorities(caFile)).pem];
  const cert: string[] = [];
  const key: string[] = [];
  for (const directory of directories) {
    const names = (await readdir(directory).catch(() => [])).sort();
    if (names.length === 0) continue;
    for (const name of names) {
      const path = join(directory, name);
      if (name.endsWith('.crt')) authorities.push(await readUserText(path));
      if (name.endsWith('.cert')) {
        cert.push(await readUserText(path));
        key.push(await readUserText(path.replace(/\.cert$/, '.key')));
      }
    }
    break;
  }
  return {
    authorities,
    ...(cert.length === 0 ? {} : { cert, key }),
  };
}
