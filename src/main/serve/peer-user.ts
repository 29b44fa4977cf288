import { readFile } from 'node:fs/promises';

/**
 * The user whose process is at the other end of a connection over loopback, as Linux tells it (proc(5),
 * /proc/net/tcp); undefined where it cannot be told.
 */
export async function peerUser(remotePort: number, localPort: number): Promise<number | undefined> {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/);
      if (portOf(local) === remotePort && portOf(remote) === localPort) return Number(uid);
    }
  }
  return undefined;
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}
