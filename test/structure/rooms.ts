/** A part of the source with one purpose. `npm run rooms` writes docs/architecture.md and the READMEs after these tables. */
export interface Room {
  /** Its folder, in that of its house; `.` for the house itself. */
  readonly room: string;
  readonly purpose: string;
  /** Other rooms of the same house, all of them above this one in the list, so that there can be no circle. */
  readonly mayImport: readonly string[];
}

export interface House {
  readonly folder: string;
  readonly purpose: string;
  /** What any of its rooms may import from outside of it, in words. */
  readonly mayImport: string;
  /** The same for the test: paths from the root of the checkout, `node:…`, or names of packages. */
  readonly permits: (target: string) => boolean;
  /** Files beside its rooms: they start what is in them. */
  readonly entries: readonly string[];
  /** From the bottom up. */
  readonly rooms: readonly Room[];
}

const ENGINE_ROOMS: readonly Room[] = [
  {
    room: 'graph',
    purpose: 'closure graph in typed arrays (CSR), readers for every JSON shape of Nix, sizes, why-depends',
    mayImport: [],
  },
  {
    room: 'dominators',
    purpose: 'dominator tree, and the bytes that go when a path goes',
    mayImport: ['graph'],
  },
  {
    room: 'plan',
    purpose: 'what a plan is, and what it is told: hints, popularity',
    mayImport: ['graph'],
  },
  {
    room: 'strategies/strata',
    purpose: 'parts of the strategy `strata`, and how it measures layers',
    mayImport: ['graph', 'plan'],
  },
  {
    room: 'strategies/set',
    purpose: 'layers that images share, or that exist already',
    mayImport: ['graph', 'strategies/strata'],
  },
  {
    room: 'strategies',
    purpose: 'closure graph -> plan, one file a strategy; a plan explained',
    mayImport: ['graph', 'dominators', 'plan', 'strategies/strata', 'strategies/set'],
  },
  {
    room: 'oci',
    purpose: 'image configuration, manifest, index: types and pure builders',
    mayImport: [],
  },
  {
    room: 'compare',
    purpose: 'two images, or an image and its rules, held against each other',
    mayImport: ['graph', 'oci'],
  },
  {
    room: 'contents',
    purpose: 'the files of layers as a container sees them, and what of them is waste or unsafe',
    mayImport: ['oci'],
  },
  { room: 'sbom', purpose: 'bills of materials as values, and as SPDX', mayImport: ['oci'] },
];

const SHARED_ROOMS: readonly Room[] = [
  {
    room: '.',
    purpose: 'documents, errors, words and numbers as people read them',
    mayImport: [],
  },
  {
    room: 'contract',
    purpose: 'procedures between window and host: what is sent, and what is made of it',
    mayImport: ['.'],
  },
];

/**
 * The rooms of the host, from the bottom up. Data flows one way (source -> selection -> closure graph -> plan -> layers ->
 * image -> export | push), and so do imports: nothing further right is known to anything further left.
 */
const HOST_ROOMS: readonly Room[] = [
  { room: 'files', purpose: 'directories, whole writes, locks, and what may be read back', mayImport: [] },
  {
    room: 'log',
    purpose: 'what programs that run on write down, without secrets',
    mayImport: ['files'],
  },
  { room: 'jobs', purpose: 'work that windows follow: progress, log, cancelling', mayImport: [] },
  { room: 'archive', purpose: 'tar and zstd, read and written', mayImport: ['files'] },
  { room: 'oci', purpose: 'the model of images: sources, manifests, platforms, references', mayImport: [] },
  {
    room: 'store',
    purpose: 'packed layers by digest: an OCI layout with an index in SQLite',
    mayImport: ['files'],
  },
  {
    room: 'pack',
    purpose: 'store paths -> tar -> compressed layer, in worker threads',
    mayImport: ['files', 'archive'],
  },
  {
    room: 'starter',
    purpose: 'generator of the starter set, from Debian packages',
    mayImport: ['files'],
  },
  {
    room: 'nix',
    purpose: 'every Nix process; source -> selection -> closure graph',
    mayImport: ['files', 'starter'],
  },
  {
    room: 'catalog',
    purpose: 'what a package source has, to be searched',
    mayImport: ['files', 'nix'],
  },
  {
    room: 'registry',
    purpose: 'the client of registries',
    mayImport: ['files', 'log', 'archive', 'oci', 'store'],
  },
  {
    room: 'popularity',
    purpose: 'how many packages depend on a path, counted',
    mayImport: ['files', 'nix', 'registry'],
  },
  {
    room: 'root',
    purpose: 'the root file system of an image: packages merged, accounts, own files',
    mayImport: ['files', 'archive'],
  },
  {
    room: 'run',
    purpose: 'an image run as it lies here, by bubblewrap, or by podman or docker',
    mayImport: ['files', 'archive'],
  },
  {
    room: 'assemble',
    purpose: 'layers -> image: the layers of the store and of the root, the documents',
    mayImport: ['archive', 'oci', 'store', 'pack', 'nix', 'root'],
  },
  {
    room: 'images',
    purpose: 'where images are read from and written to: layouts, archives, registries, the blob store',
    mayImport: ['files', 'archive', 'oci', 'store', 'registry', 'root', 'assemble'],
  },
  {
    room: 'engines',
    purpose: 'images put into the container engines of this machine',
    mayImport: ['files', 'assemble', 'store', 'images'],
  },
  {
    room: 'layer-cache',
    purpose: 'packed layers that machines share through a registry',
    mayImport: ['archive', 'oci', 'store', 'pack', 'registry', 'assemble', 'images'],
  },
  {
    room: 'verify',
    purpose: 'every digest and size of an image, computed again',
    mayImport: ['archive', 'oci', 'images'],
  },
  {
    room: 'sbom',
    purpose: 'bills of materials, written and attached',
    mayImport: ['files', 'nix', 'registry', 'assemble'],
  },
  { room: 'documents', purpose: 'documents, drafts, and those opened last', mayImport: ['files', 'jobs'] },
  {
    room: 'planning',
    purpose: 'what plans are made of besides a graph: hints, earlier builds, sets',
    mayImport: ['files', 'assemble'],
  },
  {
    room: 'compare',
    purpose: 'images summed up and held against rules',
    mayImport: ['files', 'oci', 'registry', 'assemble', 'images'],
  },
  {
    room: 'serve-registry',
    purpose: 'a read-only registry on this machine',
    mayImport: ['oci', 'assemble', 'images'],
  },
  {
    room: 'nix-expression',
    purpose: 'the image of a document as an expression, for those who build with Nix alone',
    mayImport: ['nix', 'root'],
  },
  {
    room: 'verbs',
    purpose: 'one file a verb: what the command line and the window both do',
    mayImport: [
      'files',
      'oci',
      'store',
      'nix',
      'catalog',
      'registry',
      'root',
      'run',
      'assemble',
      'images',
      'engines',
      'layer-cache',
      'verify',
      'sbom',
      'documents',
      'planning',
      'compare',
      'serve-registry',
      'nix-expression',
    ],
  },
  { room: 'page', purpose: 'the files of the built window, with their headers', mayImport: ['files'] },
  { room: 'serve', purpose: 'the window over HTTP, its host over a WebSocket', mayImport: ['page'] },
  {
    room: 'host',
    purpose: 'what windows ask for: procedures, jobs, what they opened',
    mayImport: [
      'files',
      'log',
      'jobs',
      'archive',
      'oci',
      'store',
      'pack',
      'nix',
      'catalog',
      'registry',
      'run',
      'assemble',
      'images',
      'engines',
      'sbom',
      'documents',
      'planning',
      'serve-registry',
      'verbs',
    ],
  },
  {
    room: 'shell',
    purpose: 'opens the app: Electron, a window of Chromium, or an address',
    mayImport: ['files', 'serve', 'host'],
  },
  {
    room: 'cli',
    purpose: 'the command line, one file a command',
    mayImport: [
      'files',
      'log',
      'oci',
      'store',
      'nix',
      'catalog',
      'registry',
      'popularity',
      'root',
      'run',
      'assemble',
      'images',
      'engines',
      'verify',
      'documents',
      'planning',
      'compare',
      'serve-registry',
      'verbs',
      'shell',
    ],
  },
  {
    room: 'electron',
    purpose: "the app's windows, menus and their bounds",
    mayImport: ['files', 'log', 'page'],
  },
];

/** Each screen or panel of `features` is a room, and none is above another: none may import another. */
const WINDOW_ROOMS: readonly Room[] = [
  { room: 'client', purpose: 'the connection to the host, and what goes wrong with it', mayImport: [] },
  { room: 'state', purpose: 'stores: document, closure and plan, jobs, settings', mayImport: ['client'] },
  {
    room: 'components',
    purpose: 'buttons, fields, dialogs: what any screen may use',
    mayImport: ['client', 'state'],
  },
  {
    room: 'layers',
    purpose: 'what the layers of a plan are called and come to',
    mayImport: ['state', 'components'],
  },
  {
    room: 'registry',
    purpose: 'how registries are reached: accounts, trust, what is at a reference',
    mayImport: ['client', 'state', 'components'],
  },
  { room: 'jobs', purpose: 'how far a running job is', mayImport: ['state', 'components'] },
  {
    room: 'file-tree',
    purpose: 'files of a layer or an image as a tree',
    mayImport: ['client', 'state', 'components'],
  },
  {
    room: 'locations',
    purpose: 'where an image is: a field, and the screens that read one',
    mayImport: ['client', 'state', 'components', 'registry', 'jobs'],
  },
  {
    room: 'inspect',
    purpose: 'one store path: what it costs, why it is there, how it is layered',
    mayImport: ['state', 'components', 'layers'],
  },
  {
    room: 'features/pick',
    purpose: 'searching packages, and the basket of those chosen',
    mayImport: ['client', 'state', 'components'],
  },
  {
    room: 'features/build',
    purpose: 'a build: derivations, downloads, logs',
    mayImport: ['client', 'state', 'components'],
  },
  {
    room: 'features/strata',
    purpose: 'the layers, the budget that is dragged, and what decides them',
    mayImport: ['client', 'state', 'components', 'layers', 'registry', 'file-tree', 'inspect'],
  },
  {
    room: 'features/graph',
    purpose: 'the closure as a picture, and as a table',
    mayImport: ['state', 'components', 'layers', 'inspect'],
  },
  {
    room: 'features/dominators',
    purpose: 'what goes when a path goes, as tiles and as a tree',
    mayImport: ['state', 'components', 'layers', 'inspect'],
  },
  {
    room: 'features/files',
    purpose: 'what is in each layer',
    mayImport: ['state', 'components', 'layers', 'registry', 'jobs', 'file-tree', 'inspect'],
  },
  {
    room: 'features/contents',
    purpose: 'the root file system as a container sees it',
    mayImport: ['client', 'state', 'components', 'inspect'],
  },
  { room: 'features/config', purpose: 'what a container starts with', mayImport: ['state', 'components'] },
  {
    room: 'features/export',
    purpose: 'the image to a file, a registry or other machines, and as Nix',
    mayImport: ['client', 'state', 'components', 'layers', 'registry', 'jobs', 'inspect'],
  },
  {
    room: 'features/run',
    purpose: 'the image run in a terminal',
    mayImport: ['client', 'state', 'components', 'jobs'],
  },
  {
    room: 'features/compare',
    purpose: 'two images or plans, side by side',
    mayImport: ['state', 'components', 'layers', 'registry', 'locations'],
  },
  {
    room: 'features/known',
    purpose: 'images that the document is planned with',
    mayImport: ['client', 'state', 'components', 'layers', 'registry', 'jobs', 'locations'],
  },
  {
    room: 'features/open',
    purpose: 'an image read from a file or a registry',
    mayImport: ['state', 'components', 'registry', 'file-tree', 'locations'],
  },
  {
    room: 'features/documents',
    purpose: 'the start screen, opening and saving, the first tour',
    mayImport: ['client', 'state', 'components'],
  },
  {
    room: 'features/palette',
    purpose: 'commands by name, settings, help',
    mayImport: ['client', 'state', 'components', 'inspect'],
  },
  {
    room: 'frame',
    purpose: 'the window around the screens',
    mayImport: [
      'client',
      'state',
      'components',
      'features/pick',
      'features/build',
      'features/strata',
      'features/graph',
      'features/dominators',
      'features/files',
      'features/contents',
      'features/config',
      'features/export',
      'features/run',
      'features/compare',
      'features/known',
      'features/open',
      'features/documents',
      'features/palette',
    ],
  },
];

const engine = (target: string) => target.startsWith('src/engine/');
const shared = (target: string) => target.startsWith('src/shared/');
const isPackage = (target: string) => !/^(?:src\/|node:|electron$)/.test(target);

export const HOUSES: readonly House[] = [
  {
    folder: 'src/engine',
    purpose: 'pure TypeScript: runs in Node, in a worker, in the window',
    mayImport: 'nothing outside of the engine',
    permits: () => false,
    entries: [],
    rooms: ENGINE_ROOMS,
  },
  {
    folder: 'src/shared',
    purpose: 'what host and window agree on',
    mayImport: 'the engine; zod, the contracts of oRPC',
    permits: (target) => engine(target) || target === 'zod' || target === '@orpc/contract',
    entries: [],
    rooms: SHARED_ROOMS,
  },
  {
    folder: 'src/main',
    purpose: 'the host: everything that touches Nix, disk or network',
    mayImport: 'the engine, what is shared, Node, packages; `electron` alone also Electron',
    permits: (target) =>
      engine(target) ||
      shared(target) ||
      target.startsWith('node:') ||
      target === 'package.json' ||
      isPackage(target),
    entries: ['cli.ts', 'host.ts', 'index.ts'],
    rooms: HOST_ROOMS,
  },
  {
    folder: 'src/preload',
    purpose: 'one small bridge, sandboxed',
    mayImport: 'what is shared; Electron',
    permits: (target) => shared(target) || target === 'electron',
    entries: [],
    rooms: [
      {
        room: '.',
        purpose: 'the port to the host and what only the shell can do, handed to the window',
        mayImport: [],
      },
    ],
  },
  {
    folder: 'src/renderer',
    purpose: 'the window: React',
    mayImport: 'the engine, what is shared, packages; neither Node nor Electron',
    permits: (target) => engine(target) || shared(target) || isPackage(target),
    entries: ['app.tsx', 'main.tsx', 'no-eval.ts', 'style-nonce.ts'],
    rooms: WINDOW_ROOMS,
  },
];
