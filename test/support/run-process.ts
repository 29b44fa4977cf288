import { type ImageParts, prepareBwrap } from '../../src/main/run/prepare-bwrap.ts';
import type { RunRequest } from '../../src/main/run/request.ts';

/**
 * Runs an image with bubblewrap, in a process of its own that can be another user's: with signals passed on, and with
 * the program's exit code.
 */
export interface RunOrder {
  readonly image: ImageParts;
  readonly request: RunRequest;
  readonly cacheDirectory: string;
}

const { image, request, cacheDirectory } = JSON.parse(process.argv[2] ?? '') as RunOrder;
try {
  const run = await prepareBwrap(image, request, { cacheDirectory, hostname: 'box' });
  try {
    const program = await run.start({ type: 'inherited', hasTerminal: request.hasTerminal });
    process.on('SIGTERM', program.signal);
    process.exitCode = await program.exitCode;
  } finally {
    run.close();
  }
} catch (error) {
  console.error(`${(error as Error).name} ${(error as { code?: string }).code}: ${(error as Error).message}`);
  process.exitCode = 99;
}
