import { implement } from '@orpc/server';
import { storePathName } from '../../../src/engine/graph/closure-graph.ts';
import { nixery } from '../../../src/engine/plan/nixery.ts';
import { type BuildResult, type GraphMessage, selectionSchema } from '../../../src/shared/contract/builds.ts';
import type { ImageResult } from '../../../src/shared/contract/images.ts';
import { settingsSchema } from '../../../src/shared/contract/system.ts';
import { contract } from '../../../src/shared/contract.ts';
import { documentSchema } from '../../../src/shared/document.ts';
import { readGraphMessage } from '../../../src/shared/graph-message.ts';

const os = implement(contract);

const source = {
  source: { type: 'starter' as const },
  identity: 'starter',
  title: 'Starter set, Debian bookworm',
  location: 'Real packages from the Debian archive of this machine',
  revision: '2024.1',
  reason: null,
  trusted: true,
  trustedAt: null,
  unavailable: null,
};

/** Answers what the screens of a built document ask. */
export function standIn(message: GraphMessage, theme: string) {
  const roots = message.roots.map((root) => message.paths[root] ?? '');
  const names = roots.map((path) => storePathName(path).replace(/-\d.*$/, ''));
  const document = documentSchema.parse({
    version: 1,
    name: 'web',
    packages: names,
    layering: { budget: 30 },
    config: { Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } },
  });
  let settings = settingsSchema.parse({ theme, tourDismissed: true });
  const ref = { draft: crypto.randomUUID(), path: '/home/ada/images/web.strata.json' };
  const build: BuildResult = {
    build: 'b1',
    document: ref,
    selection: selectionSchema.strip().parse(document),
    source: source.source,
    revision: source.revision,
    sourceDescription: source.title,
    sourceReason: '',
    system: 'x86_64-linux',
    finishedAt: new Date(Date.now() - 60_000).toISOString(),
    packages: names.map((name, i) => ({
      asked: name,
      attribute: name,
      name,
      version: '1',
      storePaths: [roots[i] ?? ''],
    })),
    notices: [],
    storePaths: message.paths.length,
    closureBytes: message.narSizes.reduce((a, b) => a + b, 0),
    built: 0,
    downloaded: 0,
  };
  const { graph, popularity } = readGraphMessage(message);
  const image: ImageResult = {
    image: 'i1',
    build: 'b1',
    document: ref,
    finishedAt: build.finishedAt,
    manifestDigest: `sha256:${'a'.repeat(64)}`,
    configDigest: `sha256:${'b'.repeat(64)}`,
    layers: nixery(graph, { popularity })
      .layers(20)
      .map((layer, index) => ({
        index,
        kind: 'store' as const,
        packages: [...layer.nodes].map((node) => storePathName(graph.paths[node] ?? '')),
        storePaths: [...layer.nodes].map((node) => graph.paths[node] ?? ''),
        digest: `sha256:${String(index).padStart(64, 'c')}` as const,
        diffId: `sha256:${String(index).padStart(64, 'd')}` as const,
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        sizeBytes: layer.sizeBytes,
        compressedBytes: layer.sizeBytes * 0.4,
        cached: index % 3 > 0,
      })),
    notices: [],
    output: null,
  };
  const never = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));

  return os.router({
    system: {
      about: os.system.about.handler(() => ({
        version: '0.1.0',
        shell: 'browser',
        platform: 'linux',
        nixSystem: 'x86_64-linux',
        nodeVersion: '24',
        nixVersion: '2.8.0',
        cores: 2,
        homeDirectory: '/home/ada',
        workingDirectory: '/home/ada',
        cacheDirectory: '/home/ada/.cache/strata',
        dataDirectory: '/home/ada/.local/share/strata',
        hostId: 'harness',
      })),
      doctor: os.system.doctor.handler(() => []),
    },
    settings: {
      get: os.settings.get.handler(() => settings),
      update: os.settings.update.handler(({ input }) => {
        settings = settingsSchema.parse({ ...settings, ...input, view: { ...settings.view, ...input.view } });
        return settings;
      }),
      watch: os.settings.watch.handler(async function* ({ signal }) {
        yield settings;
        await never(signal);
      }),
    },
    documents: {
      recent: os.documents.recent.handler(() => []),
      watchRecent: os.documents.watchRecent.handler(async function* ({ signal }) {
        yield [];
        await never(signal);
      }),
      example: os.documents.example.handler(() => ({
        path: ref.path,
        document,
        fingerprint: 'f',
        source,
        recovery: null,
      })),
      open: os.documents.open.handler(() => ({
        path: ref.path,
        document,
        fingerprint: 'f',
        source,
        recovery: null,
      })),
      autosave: os.documents.autosave.handler(() => ({ savedAt: new Date().toISOString() })),
    },
    jobs: {
      watch: os.jobs.watch.handler(async function* ({ signal }) {
        yield { type: 'snapshot', jobs: [] };
        await never(signal);
      }),
    },
    builds: {
      latest: os.builds.latest.handler(() => build),
      graph: os.builds.graph.handler(() => message),
    },
    images: {
      latest: os.images.latest.handler(() => image),
      knownLayers: os.images.knownLayers.handler(() => []),
    },
  } as never);
}
