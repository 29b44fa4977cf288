/** A part of the source with one purpose. */
export interface Room {
  readonly room: string;
  /** Directories, files, `node:` for what is Node's, `npm` for packages. */
  readonly mayImport: readonly string[];
}

/**
 * The rooms of docs/architecture.md. Data flows one way (source -> selection -> closure graph -> plan -> layers ->
 * image -> export | push), and so do imports: nothing further right is known to anything further left.
 */
export const ROOMS: readonly Room[] = [
  { room: 'src/engine', mayImport: ['src/engine'] },
  { room: 'src/shared', mayImport: ['src/shared', 'src/engine', 'zod', '@orpc/contract'] },
  { room: 'src/preload', mayImport: ['src/preload', 'src/shared', 'electron'] },
  {
    room: 'src/main/nix',
    mayImport: [
      'src/main/nix',
      'src/main/starter',
      'src/main/files/paths.ts',
      'src/main/files/make-directory.ts',
      'src/main/files/own-directory.ts',
      'src/main/files/own-file.ts',
      'src/main/files/sealed-json.ts',
      'src/main/files/with-temporary-file.ts',
      ...common(),
    ],
  },
  {
    room: 'src/main/starter',
    mayImport: [
      'src/main/starter',
      'src/main/files/paths.ts',
      'src/main/files/make-directory.ts',
      'src/main/files/own-directory.ts',
      'src/main/files/own-file.ts',
      'src/main/files/sealed-json.ts',
      ...common(),
    ],
  },
  {
    room: 'src/main/pack',
    mayImport: ['src/main/pack', 'src/main/store', 'src/main/files/paths.ts', ...common()],
  },
  {
    room: 'src/main/store',
    mayImport: [
      'src/main/store',
      'src/main/pack',
      'src/main/files/paths.ts',
      'src/main/files/make-directory.ts',
      'src/main/files/own-file.ts',
      ...common(),
    ],
  },
];

/** What every room of the host may import. */
function common(): string[] {
  return ['src/shared', 'src/engine', 'node:', 'npm'];
}

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
