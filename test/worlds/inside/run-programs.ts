import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { execa } from 'execa';
import { runInRoot, whyNoImageRoots } from '../../main/starter/image-root.ts';
import { SMOKE_TESTS } from '../../main/starter/smoke.ts';

/**
 * Runs what images hold: `node run-programs.ts IMAGE.tar…`, with what `strata build --json` said of each beside it, as
 * IMAGE.json. An image is unpacked as a container engine does it, and nothing else is in the root.
 */
const reason = await whyNoImageRoots();
if (reason) {
  console.log(`world: skipped ${reason}`);
} else {
  const failures: string[] = [];
  let count = 0;
  for (const image of process.argv.slice(2)) {
    const root = await unpack(image);
    const packages = await packagesOf(image);
    for (const name of packages) {
      for (const { argv, output, beside = [], env } of SMOKE_TESTS[name] ?? []) {
        if (!beside.every((each) => packages.includes(each))) continue;
        const result = await runInRoot(root, argv, env);
        count += 1;
        // Many a program ends with an error after it showed its help; none by a signal.
        if (result.exitCode !== undefined && output.test(result.output)) continue;
        const said = result.output.trim().split('\n')[0] ?? '';
        failures.push(
          `${basename(image)}: ${argv.join(' ')} ended with ${result.exitCode ?? 'a signal'}: ${said}`,
        );
      }
    }
    await execa('chmod', ['-R', 'u+w', root], { reject: false });
    await rm(root, { recursive: true, force: true });
  }
  console.log(`world: count ${count - failures.length} of ${count}`);
  for (const failure of failures) console.log(failure);
  if (failures.length > 0 || count === 0) process.exitCode = 1;
}

interface Manifest {
  readonly layers: readonly { readonly digest: string; readonly mediaType: string }[];
}

async function unpack(image: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-world-image-'));
  const layout = join(directory, 'layout');
  const root = join(directory, 'root');
  for (const each of ['layout', 'root', 'root/proc', 'root/dev', 'root/tmp']) {
    await mkdir(join(directory, each), { recursive: true });
  }
  await execa('tar', ['-xf', image, '-C', layout]);
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
  const index = await readJson<{ manifests: readonly { readonly digest: string }[] }>(
    join(layout, 'index.json'),
  );
  const { layers } = await readJson<Manifest>(blob(index.manifests[0]?.digest ?? ''));
  for (const { digest, mediaType } of layers) {
    const input = createReadStream(blob(digest)).pipe(decompress(mediaType));
    await execa('tar', ['-x', '--no-same-owner', '-C', root], { input });
  }
  await rm(layout, { recursive: true });
  return root;
}

function decompress(mediaType: string): Transform {
  if (mediaType.endsWith('+gzip')) return createGunzip();
  if (mediaType.endsWith('+zstd')) return createZstdDecompress();
  return new PassThrough();
}

async function packagesOf(image: string): Promise<string[]> {
  const said = await readJson<{ packages: readonly { readonly attribute: string }[] }>(
    image.replace(/\.tar$/, '.json'),
  );
  return said.packages.map(({ attribute }) => attribute);
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
