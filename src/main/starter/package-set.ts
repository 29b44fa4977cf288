/** A package by name (wanted, where the archive has it), or every dependency whose name matches (never pulled in by itself). */
export type Member = string | RegExp;

/** One attribute of the package set and the Debian packages that it is made of. */
export interface PackageDefinition {
  /** Attribute path as in nixpkgs. */
  readonly attribute: string;
  /**
   * Packages of each output in the order in which Nix shall know them, so that the first is the default. The very first
   * package gives version and description and must exist; of the others, those that the archive has are taken.
   */
  readonly outputs: Readonly<Record<string, readonly Member[]>>;
  /** Key into lib.licenses of the Nix side. */
  readonly license: string;
  /** Programs in bin/ of the default output; the first is meta.mainProgram. */
  readonly programs: readonly string[];
  /** Where nixpkgs' name differs from the attribute's last part. */
  readonly pname?: string;
  /** Where Debian's first line of description would mislead, or names Debian. */
  readonly description?: string;
}

const one = (
  attribute: string,
  packages: Member | readonly Member[],
  license: string,
  programs: string | readonly string[] = [],
  more: { pname?: string; description?: string } = {},
): PackageDefinition => ({
  attribute,
  outputs: { out: typeof packages === 'string' || packages instanceof RegExp ? [packages] : packages },
  license,
  programs: typeof programs === 'string' ? programs.split(' ').filter(Boolean) : programs,
  ...more,
});

const many = (
  attribute: string,
  outputs: Record<string, readonly Member[]>,
  license: string,
  programs: string,
  more: { pname?: string; description?: string } = {},
): PackageDefinition => ({
  attribute,
  outputs,
  license,
  programs: programs.split(' ').filter(Boolean),
  ...more,
});

const python = (name: string, debian: string, license: string): PackageDefinition =>
  one(`python3Packages.${name}`, `python3-${debian}`, license);

/** The starter set. Every program named here has been seen running in a root made of nothing but its closure. */
export const PACKAGE_SET: readonly PackageDefinition[] = [
  one('bash', 'bash', 'gpl3Plus', 'bash sh'),
  one('cacert', 'ca-certificates', 'mpl20', '', {
    pname: 'nss-cacert',
    description: 'Certificates of the authorities that Mozilla trusts',
  }),
  one('coreutils', 'coreutils', 'gpl3Plus', 'ls cat cp env sort sha256sum'),
  many('curl', { bin: ['curl'], out: ['libcurl4', 'libcurl4t64'] }, 'curl', 'curl'),
  one('dash', 'dash', 'bsd3', 'dash'),
  one('git', ['git', 'git-man', 'liberror-perl'], 'gpl2Only', 'git'),
  many(
    'glibc',
    { out: ['libc6', 'libgcc-s1', /^gcc-\d+-base$/, /^libcrypt1$/], bin: ['libc-bin'] },
    'lgpl2Plus',
    '',
  ),
  one('iana-etc', 'netbase', 'gpl2Only', '', {
    description: 'The services, protocols and RPC programs that the Internet knows by name',
  }),
  many(
    'openssl',
    { bin: ['openssl'], dev: ['libssl-dev'], out: ['libssl3', 'libssl3t64'] },
    'asl20',
    'openssl',
  ),
  one('perl', ['perl', 'perl-base', /^perl-modules-5/, /^libperl5/], 'artistic1', 'perl'),
  one(
    'python3',
    [
      'python3',
      'python3-minimal',
      'libpython3-stdlib',
      /^python3\.\d+(-minimal)?$/,
      /^libpython3\.\d+-(minimal|stdlib)$/,
      'media-types',
    ],
    'psfl',
    'python3 python',
  ),
  python('requests', 'requests', 'asl20'),
];
