import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { parseReference } from '../../../src/main/registry/name.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openRemoteImage } from '../../../src/main/registry/remote/remote-image.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { makeImage, noise } from '../../support/registry-image.ts';

describe('push', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  it('pushes an image that skopeo reads', async () => {
    const image = await makeImage([
      [{ path: 'a', content: 'first' }],
      [{ path: 'b', content: noise('b', 40_000_000) }],
    ]);
    const transport = openTransport(registry.host, { keychain: fixedKeychain({ type: 'anonymous' }) });
    const reference = parseReference(`${registry.host}/team/web:1`);
    const memory = openRegistryMemory(':memory:');
    const result = await pushImage(transport, reference, image, { memory });
    expect(result.blobs.map((blob) => blob.outcome)).toEqual(['uploaded', 'uploaded', 'uploaded']);
    const { stdout } = await execa('skopeo', [
      'inspect',
      '--tls-verify=false',
      `docker://${registry.host}/team/web:1`,
    ]);
    expect(JSON.parse(stdout).Digest).toBe(image.root.digest);
    const again = await pushImage(transport, reference, image, { memory });
    expect(again.movedBytes).toBe(0);
    expect(again.changed).toBe(false);
    const remote = await openRemoteImage(transport, reference);
    const layer = image.layers[1];
    if (!layer) throw new Error();
    let size = 0;
    for await (const piece of await remote.openBlob(layer)) size += piece.length;
    expect(size).toBe(layer.size);
    await transport.close();
  });
});
