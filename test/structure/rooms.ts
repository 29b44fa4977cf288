/** A part of the source with one purpose. */
export interface Room {
  /** Its folder. */
  readonly room: string;
  readonly purpose: string;
  /** Other rooms of the same house, all of them above this one in the list, so that there can be no circle. */
  readonly mayImport: readonly string[];
}

/**
 * The rooms of the host, from the bottom up. Data flows one way (source -> selection -> closure graph -> plan -> layers ->
 * image -> export | push), and so do imports: nothing further right is known to anything further left.
 */
export const HOST_ROOMS: readonly Room[] = [
  { room: 'files', purpose: 'directories, whole writes, locks, and what may be read back', mayImport: [] },
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
    mayImport: ['files', 'starter', 'nix'],
  },
  {
    room: 'registry',
    purpose: 'the client of registries',
    mayImport: ['files', 'archive', 'oci', 'store'],
  },
  {
    room: 'popularity',
    purpose: 'how many packages depend on a path, counted',
    mayImport: ['files', 'nix', 'registry'],
  },
  {
    room: 'assemble',
    purpose: 'layers -> image: the root layer, the packed layers, the documents',
    mayImport: ['files', 'archive', 'oci', 'store', 'pack'],
  },
  {
    room: 'images',
    purpose: 'where images are read from and written to: layouts, archives, registries, the blob store',
    mayImport: ['files', 'archive', 'oci', 'store', 'registry', 'assemble'],
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
    mayImport: ['files', 'pack', 'nix', 'registry', 'assemble'],
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
    room: 'work',
    purpose: 'one file a verb: what the command line and the window both do',
    mayImport: [
      'files',
      'oci',
      'store',
      'starter',
      'nix',
      'registry',
      'assemble',
      'images',
      'documents',
      'compare',
      'serve-registry',
    ],
  },
  { room: 'page', purpose: 'the files of the built window, with their headers', mayImport: ['files'] },
  { room: 'serve', purpose: 'the window over HTTP, its host over a WebSocket', mayImport: ['page'] },
  {
    room: 'host',
    purpose: 'what windows ask for: procedures, jobs, what they opened',
    mayImport: [
      'files',
      'jobs',
      'archive',
      'oci',
      'store',
      'pack',
      'nix',
      'catalog',
      'registry',
      'assemble',
      'images',
      'verify',
      'sbom',
      'documents',
      'planning',
      'compare',
      'serve-registry',
      'work',
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
      'oci',
      'store',
      'nix',
      'catalog',
      'registry',
      'popularity',
      'assemble',
      'images',
      'layer-cache',
      'verify',
      'sbom',
      'planning',
      'compare',
      'serve-registry',
      'work',
      'shell',
    ],
  },
  { room: 'electron', purpose: "the app's windows, menus and their bounds", mayImport: ['files', 'page'] },
];

/** The rooms of the window, from the bottom up: each may import those above it in this list, and nothing below. */
export const WINDOW_ROOMS: readonly string[] = [
  'client',
  'state',
  'components',
  'layers',
  'registry',
  'jobs',
  'file-tree',
  'locations',
  'inspect',
  'features',
  'frame',
];
