import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/main/assemble/image.ts';
import { EXIT } from '../../../src/main/cli/exit-codes.ts';
import { findEngines } from '../../../src/main/engines/find-engines.ts';
import { putImage } from '../../../src/main/engines/put-image.ts';
import { formatEngineTarget, parseEngineTarget } from '../../../src/main/engines/target.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import { strata } from '../../support/cli.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

/** Engines that answer as the real ones were seen to (`npm run engines` has those), and keep what they are sent. */
let sample: Sample;
let store: BlobStore;
let image: Image;
let programs: string;
const path = process.env.PATH;

beforeAll(async () => {
  sample = sampleImage();
  store = await sample.openStore();
  image = await sample.assemble(store);
  programs = join(sample.store.root, 'programs');
  mkdirSync(programs);
});
afterAll(() => {
  process.env.PATH = path;
  store.close();
  sample.remove();
});
beforeEach(() => {
  process.env.PATH = `${programs}:${path}`;
});

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

/** The blobs in what an engine was sent. */
async function sentBlobs(): Promise<string[]> {
  const { stdout } = await execa('tar', ['-tf', join(programs, 'sent')]);
  const digests = stdout
    .split('\n')
    .flatMap((entry) => /([0-9a-f]{64})(?:\.tar\S*)?$/.exec(entry)?.[1] ?? []);
  return digests.sort();
}

const name = { name: 'team/web', tags: ['v1', 'v2'] };
const put = (target: string) => {
  const parsed = parseEngineTarget(target);
  if (parsed === undefined) throw new Error(`${target} is no engine.`);
  return putImage(parsed, { image, store, name });
};
const hex = ({ descriptor }: { descriptor: { digest: string } }) => descriptor.digest.slice('sha256:'.length);

describe('an image that is put into an engine', () => {
  it("leaves out what is below in docker's own store", async () => {
    const below = image.layers.slice(0, 2).map(({ diffId }) => diffId);
    program(
      'docker',
      `case "$*" in
  info*) echo '[["Backing Filesystem","extfs"]]' ;;
  *ls*) echo sha256:1; echo sha256:2 ;;
  *inspect*) echo null; echo '${JSON.stringify([...below, 'sha256:other'])}' ;;
  load) cat >${join(programs, 'sent')} ;;
esac`,
    );
    const { names, sentBytes } = await put('docker://');
    expect(names).toEqual(['docker.io/team/web:v1', 'docker.io/team/web:v2']);
    expect(sentBytes).toBe(readFileSync(join(programs, 'sent')).length);
    const config = image.config.descriptor.digest.slice('sha256:'.length);
    const layers = (await sentBlobs()).filter((each) => each !== config);
    expect(layers).toEqual(image.layers.slice(2).map(hex).sort());
  });

  it("is whole where docker has containerd's store", async () => {
    const sent = join(programs, 'sent');
    program(
      'docker',
      `case "$*" in info*) echo '[["driver-type","io.containerd.snapshotter.v1"]]' ;; load) cat >${sent} ;; esac`,
    );
    await put('docker://');
    expect(await sentBlobs()).toEqual(expect.arrayContaining(image.layers.map(hex)));
  });

  it('leaves out what containerd has in whatever place', async () => {
    const last = image.layers.at(-1);
    program(
      'ctr',
      `[ "$1 $2" = '--namespace k8s.io' ] || exit 1
shift 2
case "$*" in 'content ls --quiet') echo ${last?.descriptor.digest} ;; 'images import -') cat >${join(programs, 'sent')} ;; esac`,
    );
    await put('containerd://k8s.io');
    const sent = await sentBlobs();
    expect(sent).toEqual(expect.arrayContaining(image.layers.slice(0, -1).map(hex)));
    expect(sent).not.toContain(last && hex(last));
  });

  it('is read by podman from where it lies, and has its own names alone', async () => {
    program(
      'podman',
      `echo "$*" >>${join(programs, 'asked')}
case "$*" in
  pull*) test -s strata-layout/blobs/sha256/${image.layers.map(hex)[0]} && echo 12ab ;;
  image*) echo '["localhost/strata-layout:latest","docker.io/team/web:v1"]' ;;
esac`,
    );
    expect((await put('podman://')).sentBytes).toBe(0);
    expect(readFileSync(join(programs, 'asked'), 'utf8').trim().split('\n')).toEqual([
      'pull --quiet oci:strata-layout',
      'tag 12ab docker.io/team/web:v1 docker.io/team/web:v2',
      'image inspect --format {{json .RepoTags}} 12ab',
      'untag 12ab localhost/strata-layout:latest',
    ]);
  });

  it('is not there where the engine refuses it, in its words', async () => {
    program('docker', 'echo "permission denied while trying to connect" >&2; exit 1');
    await expect(put('docker://')).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining('permission denied while trying to connect'),
    });
  });
});

describe('the engines of this machine', () => {
  it.each([
    ['docker', 'docker://'],
    ['ctr', 'containerd://default'],
  ])('are missed where there is no %s, before anything is built', async (client, target) => {
    const result = await strata(['build', '-p', 'hello', '-o', target], { env: { PATH: '/nowhere' } });
    expect(result).toMatchObject({
      exitCode: EXIT.run,
      stderr: expect.stringContaining(`error: ${client} cannot be found on this machine.`),
    });
  });

  it('are those that answer, containerd with its namespaces', async () => {
    program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    program('podman', 'echo 5.4.2');
    program(
      'ctr',
      `[ "$1" = version ] && printf 'Client:\\n  Version:  1.7.24\\n\\nServer:\\n  Version:  1.7.24~ds1\\n' || echo k8s.io`,
    );
    const found = (await findEngines()).map(({ target, version }) => [formatEngineTarget(target), version]);
    expect(found).toEqual([
      ['podman://', '5.4.2'],
      ['containerd://default', '1.7.24~ds1'],
      ['containerd://k8s.io', '1.7.24~ds1'],
    ]);
  });

  it.each(['docker://reg.example/web', 'podman://web', 'containerd://', 'containerd://a/b'])(
    'are not meant by %s',
    (text) => {
      expect(() => parseEngineTarget(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it('are told from files', () => {
    expect(parseEngineTarget('docker.tar')).toBeUndefined();
    expect(parseEngineTarget('/tmp/containerd:')).toBeUndefined();
  });
});
