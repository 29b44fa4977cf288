import type { PackageClosuresMessage } from './catalog.ts';

/** What one store path weighs. */
export interface PathWeight {
  readonly narBytes: number;
  /** Compressed bytes to fetch; 0 where it is here already, null where nobody says. */
  readonly downloadBytes: number | null;
}

/** What a package brings into an image: its closure with what each path weighs, or why that is not known. */
export type PackageClosure =
  | {
      readonly known: true;
      readonly attribute: string;
      readonly paths: ReadonlyMap<string, PathWeight>;
      /** `store`, or the substituter that answered. */
      readonly from: string;
    }
  | { readonly known: false; readonly attribute: string; readonly reason: string };

/** The closures of a message, in its order. */
export function readPackageClosures({ paths, packages }: PackageClosuresMessage): PackageClosure[] {
  return packages.map((answer) => {
    if (!answer.known) return answer;
    const { closure, ...rest } = answer;
    const rows = closure.flatMap((place) => paths[place] ?? []);
    return { ...rest, paths: new Map(rows.map(({ path, ...weight }) => [path, weight])) };
  });
}

/** NAR bytes of paths. */
export function narBytesOf(weights: Iterable<PathWeight>): number {
  let sum = 0;
  for (const { narBytes } of weights) sum += narBytes;
  return sum;
}

/** Bytes to fetch for paths; null where one of them is not told. */
export function downloadBytesOf(weights: Iterable<PathWeight>): number | null {
  let sum = 0;
  for (const { downloadBytes } of weights) {
    if (downloadBytes === null) return null;
    sum += downloadBytes;
  }
  return sum;
}
