/**
 * Where a store path lies on disk: the store of a user without rights on /nix is below another root (Nix manual: Local
 * Store, `root`), while its paths say /nix/store all the same.
 *
 * @param root the directory below which the store lies; '' where its paths lie where they say
 */
export function physicalPath(root: string, path: string): string {
  return root + path;
}
