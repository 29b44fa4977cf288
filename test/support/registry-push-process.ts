/**
 * Pushes a test image from a process of its own, so that a test can kill it:
 * `node registry-push-process.ts REGISTRY REPOSITORY MEMORY_FILE CHUNK_BYTES`.
 */
import { ANONYMOUS, fixedKeychain } from '../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../src/main/registry/memory.ts';
import { pushImage } from '../../src/main/registry/push.ts';
import { openTransport } from '../../src/main/registry/transport/transport.ts';
import { interruptedImage } from './registry-image.ts';

const [registry = '', repository = '', memoryFile = '', chunkBytes = ''] = process.argv.slice(2);
const transport = openTransport(registry, { keychain: fixedKeychain(ANONYMOUS) });
const memory = openRegistryMemory(memoryFile);
const result = await pushImage(transport, { registry, repository, tag: 'latest' }, await interruptedImage(), {
  memory,
  chunkBytes: Number(chunkBytes),
});
await transport.close();
memory.close();
process.stdout.write(JSON.stringify(result));
