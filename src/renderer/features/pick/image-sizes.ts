import {
  downloadBytesOf,
  narBytesOf,
  type PackageClosure,
  type PathWeight,
} from '../../../shared/contract/package-closures.ts';

/** What one package comes to in an image, on top of all its other packages. NAR bytes. */
export interface PackageShare {
  /** What only this package brings: what goes when it alone is taken out. */
  readonly addedBytes: number;
  readonly addedPaths: number;
  /** What other packages of the image bring as well. */
  readonly sharedBytes: number;
  readonly closureBytes: number;
  readonly closurePaths: number;
  /** Of what it adds, what has to be fetched; null where nobody says. */
  readonly downloadBytes: number | null;
  readonly from: string;
  /** The image with this package. */
  readonly imageBytes: number;
}

/** An image by the packages that are chosen for it, whether they are built or not. */
export interface ImageSizes {
  /** Store paths of all packages whose closures are known, each counted once. NAR bytes. */
  readonly totalBytes: number;
  readonly totalPaths: number;
  /** Packages that are chosen and whose closures are not known: the image is larger by these. */
  readonly unknown: readonly string[];
  /** Whether some are still being asked for. */
  readonly pending: boolean;
  /** Of a package that is chosen: on top of the others. Of any other: on top of all. */
  share(name: string, closure: PackageClosure): PackageShare | null;
}

/** @param chosen closures by name; undefined while one is being asked for */
export function imageSizes(chosen: ReadonlyMap<string, PackageClosure | undefined>): ImageSizes {
  /** How many of the chosen packages bring a path. */
  const bringers = new Map<string, number>();
  let totalBytes = 0;
  for (const closure of chosen.values()) {
    if (!closure?.known) continue;
    for (const [path, { narBytes }] of closure.paths) {
      const before = bringers.get(path) ?? 0;
      if (before === 0) totalBytes += narBytes;
      bringers.set(path, before + 1);
    }
  }
  return {
    totalBytes,
    totalPaths: bringers.size,
    unknown: [...chosen].flatMap(([name, closure]) => (closure?.known === false ? [name] : [])),
    pending: [...chosen.values()].includes(undefined),
    share: (name, closure) => {
      if (!closure.known) return null;
      const isChosen = chosen.get(name)?.known === true;
      const others = isChosen ? 1 : 0;
      const added: PathWeight[] = [];
      for (const [path, weight] of closure.paths) {
        if ((bringers.get(path) ?? 0) <= others) added.push(weight);
      }
      const addedBytes = narBytesOf(added);
      const closureBytes = narBytesOf(closure.paths.values());
      return {
        addedBytes,
        addedPaths: added.length,
        sharedBytes: closureBytes - addedBytes,
        closureBytes,
        closurePaths: closure.paths.size,
        downloadBytes: downloadBytesOf(added),
        from: closure.from,
        imageBytes: totalBytes + (isChosen ? 0 : addedBytes),
      };
    },
  };
}
