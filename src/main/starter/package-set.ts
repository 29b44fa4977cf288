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
  /** The package that gives the version, where it is not the first one. */
  readonly versionOf?: RegExp;
  /** Where Debian's first line of description would mislead, or names Debian. */
  readonly description?: string;
  /** Arguments with which a program shows that it starts and ends at once, where those are not `--version`. */
  readonly started?: Readonly<Record<string, string>>;
  /** As nixpkgs has it, where that is not the usual one: of files that clash, the lower one's win. */
  readonly priority?: number;
}

type Extras = Pick<PackageDefinition, 'pname' | 'description' | 'versionOf' | 'started' | 'priority'>;

const words = (text: string): string[] => text.split(' ').filter(Boolean);

/** An attribute with one output. */
const one = (
  attribute: string,
  packages: Member | readonly Member[],
  license: string,
  programs = '',
  extras: Extras = {},
): PackageDefinition => many(attribute, { out: [packages].flat() }, license, programs, extras);

/** An attribute with several outputs. */
function many(
  attribute: string,
  outputs: Record<string, readonly Member[]>,
  license: string,
  programs = '',
  extras: Extras = {},
): PackageDefinition {
  return { attribute, outputs, license, programs: words(programs), ...extras };
}

const python = (name: string, license: string, debian = name, programs = ''): PackageDefinition =>
  one(`python3Packages.${name}`, `python3-${debian}`, license, programs);

/**
 * The starter set. Every program named here has been seen running in a root made of nothing but its closure
 * (test/main/starter).
 */
export const PACKAGE_SET: readonly PackageDefinition[] = [
  // the shell and what belongs to it
  one('bash', 'bash', 'gpl3Plus', 'bash sh'),
  one('busybox', 'busybox-static', 'gpl2Only', 'busybox', { started: { busybox: '--help' }, priority: 15 }),
  one('coreutils', 'coreutils', 'gpl3Plus', 'ls cat cp env sort sha256sum'),
  one('dash', 'dash', 'bsd3', 'dash', { started: { dash: '-c :' } }),
  one('diffutils', 'diffutils', 'gpl3Plus', 'diff cmp'),
  one('findutils', 'findutils', 'gpl3Plus', 'find xargs'),
  one('gawk', 'gawk', 'gpl3Plus', 'gawk awk'),
  one('gnugrep', 'grep', 'gpl3Plus', 'grep'),
  one('gnumake', 'make', 'gpl3Plus', 'make'),
  one('gnupatch', 'patch', 'gpl3Plus', 'patch'),
  one('gnused', 'sed', 'gpl3Plus', 'sed'),
  one('gnutar', 'tar', 'gpl3Plus', 'tar'),
  one('less', 'less', 'gpl3Plus', 'less'),
  one('moreutils', 'moreutils', 'gpl2Plus', 'sponge ts vidir', {
    started: { sponge: '-h', ts: '--help', vidir: '--help' },
  }),
  one(
    'util-linux',
    ['util-linux', 'util-linux-extra', 'bsdextrautils'],
    'gpl2Plus',
    'lsblk getopt flock hexdump',
  ),

  // what images start with
  one('cacert', 'ca-certificates', 'mpl20', '', {
    pname: 'nss-cacert',
    description: 'Certificates of the authorities that Mozilla trusts',
  }),
  one('catatonit', 'catatonit', 'gpl3Plus', 'catatonit'),
  one('dumb-init', 'dumb-init', 'mit', 'dumb-init'),
  one('gosu', 'gosu', 'asl20', 'gosu'),
  one('iana-etc', 'netbase', 'gpl2Only', '', {
    description: 'The services, protocols and RPC programs that the Internet knows by name',
  }),
  one('tini', 'tini', 'mit', 'tini'),
  one('tzdata', 'tzdata', 'publicDomain'),

  // compression and archives
  many('bzip2', { bin: ['bzip2'], out: ['libbz2-1.0'] }, 'bzip2', 'bzip2 bunzip2', {
    started: { bzip2: '--help', bunzip2: '--help' },
  }),
  one('brotli', 'brotli', 'mit', 'brotli'),
  one('gzip', 'gzip', 'gpl3Plus', 'gzip gunzip zcat'),
  one('lz4', 'lz4', 'gpl2Plus', 'lz4'),
  one('pigz', 'pigz', 'zlib', 'pigz'),
  one('unzip', 'unzip', 'infoZip', 'unzip', { started: { unzip: '-v' } }),
  many('xz', { bin: ['xz-utils'], out: ['liblzma5'] }, 'gpl2Plus', 'xz unxz'),
  one('zip', 'zip', 'infoZip', 'zip', { started: { zip: '-v' } }),
  one('zlib', ['zlib1g'], 'zlib'),
  many('zstd', { bin: ['zstd'], out: ['libzstd1'] }, 'bsd3', 'zstd unzstd'),

  // network
  many('curl', { bin: ['curl'], out: ['libcurl4', 'libcurl4t64'] }, 'curl', 'curl'),
  one('dnsutils', ['bind9-dnsutils', 'bind9-host'], 'mpl20', 'dig host nslookup', {
    description: 'Clients of the Domain Name System, from BIND',
    started: { dig: '-v', host: '-V', nslookup: '-version' },
  }),
  one('iperf3', ['iperf3', 'libiperf0'], 'bsd3', 'iperf3'),
  one('iproute2', 'iproute2', 'gpl2Only', 'ip ss', { started: { ip: '-V', ss: '-V' } }),
  one('iputils', ['iputils-ping', 'iputils-tracepath'], 'gpl2Plus', 'ping tracepath', {
    started: { ping: '-V', tracepath: '-V' },
  }),
  one('netcat', 'netcat-openbsd', 'bsd3', 'nc', { started: { nc: '-h' } }),
  many(
    'openssl',
    { bin: ['openssl'], dev: ['libssl-dev'], out: ['libssl3', 'libssl3t64'] },
    'asl20',
    'openssl',
    {
      description: 'Cryptographic library that implements the SSL and TLS protocols',
      started: { openssl: 'version' },
    },
  ),
  one('openssh', 'openssh-client', 'bsd2', 'ssh scp sftp ssh-keygen', {
    started: { ssh: '-V', scp: '-h', sftp: '-h', 'ssh-keygen': '-?' },
  }),
  one('rsync', 'rsync', 'gpl3Plus', 'rsync'),
  one('socat', 'socat', 'gpl2Only', 'socat', { started: { socat: '-V' } }),
  one('tcpdump', 'tcpdump', 'bsd3', 'tcpdump'),
  one('wget', 'wget', 'gpl3Plus', 'wget'),
  one('whois', 'whois', 'gpl2Plus', 'whois'),

  // looking at processes and files
  one('file', ['file', 'libmagic1', 'libmagic1t64', 'libmagic-mgc'], 'bsd2', 'file'),
  one('htop', 'htop', 'gpl2Only', 'htop'),
  one('lsof', 'lsof', 'purdueBsd', 'lsof', { started: { lsof: '-v' } }),
  one('ncdu', 'ncdu', 'mit', 'ncdu'),
  one('procps', 'procps', 'gpl2Only', 'ps top free pgrep'),
  one('psmisc', 'psmisc', 'gpl2Plus', 'killall pstree fuser'),
  one('pv', 'pv', 'artistic2', 'pv'),
  one('strace', 'strace', 'lgpl21Plus', 'strace', { started: { strace: '-V' } }),
  one('tree', 'tree', 'gpl2Plus', 'tree'),

  // text and terminals
  one('bat', 'bat', 'asl20', 'bat'),
  one('bc', 'bc', 'gpl3Plus', 'bc'),
  one('cowsay', 'cowsay', 'gpl3Only', 'cowsay', { started: { cowsay: '-l' } }),
  one('fd', 'fd-find', 'asl20', 'fd'),
  one('figlet', 'figlet', 'afl21', 'figlet', { started: { figlet: '-v' } }),
  one('fzf', 'fzf', 'mit', 'fzf'),
  one('gettext', ['gettext-base', 'gettext'], 'gpl3Plus', 'gettext envsubst msgfmt'),
  one('hello', 'hello', 'gpl3Plus', 'hello'),
  one('jq', ['jq', 'libjq1'], 'mit', 'jq'),
  one('nano', 'nano', 'gpl3Plus', 'nano'),
  one('ncurses', ['ncurses-bin'], 'ncursesLicense', 'tput clear infocmp', {
    started: { tput: '-V', clear: '-V', infocmp: '-V' },
  }),
  one('ripgrep', 'ripgrep', 'mit', 'rg'),
  one('tmux', 'tmux', 'isc', 'tmux', { started: { tmux: '-V' } }),
  one('vim', ['vim', 'vim-runtime', 'vim-common', 'xxd'], 'vim', 'vim xxd', { started: { xxd: '-v' } }),
  one('yq', 'yq', 'asl20', 'yq'),

  // data bases and servers
  one('caddy', 'caddy', 'asl20', 'caddy', { started: { caddy: 'version' } }),
  one('haproxy', 'haproxy', 'gpl2Plus', 'haproxy', { started: { haproxy: '-v' } }),
  one('memcached', 'memcached', 'bsd3', 'memcached'),
  one('nginx', ['nginx', 'nginx-common'], 'bsd2', 'nginx', { started: { nginx: '-v' } }),
  one(
    'postgresql',
    [
      'postgresql-client',
      /^postgresql-client-\d+$/,
      'postgresql-client-common',
      'postgresql',
      /^postgresql-\d+$/,
    ],
    'postgresql',
    'psql pg_dump initdb postgres pg_ctl',
    { versionOf: /^postgresql-client-\d+$/, description: 'Object-relational data base: server and clients' },
  ),
  one('redis', ['redis-server', 'redis-tools'], 'free', 'redis-server redis-cli', {
    description: 'Key-value store in memory that survives restarts',
  }),
  many('sqlite', { bin: ['sqlite3'], out: ['libsqlite3-0'] }, 'publicDomain', 'sqlite3'),

  // development and languages
  one('git', ['git', 'git-man', 'liberror-perl'], 'gpl2Only', 'git'),
  one('nix', 'nix-bin', 'lgpl21Plus', 'nix nix-store nix-build nix-env nix-instantiate', {
    description: 'The package manager that images are made with',
  }),
  one('git-lfs', 'git-lfs', 'mit', 'git-lfs', { started: { 'git-lfs': 'version' } }),
  many(
    'glibc',
    { out: ['libc6', 'libgcc-s1', /^gcc-\d+-base$/, /^libcrypt1$/], bin: ['libc-bin'] },
    'lgpl2Plus',
    '',
    { description: 'GNU C library' },
  ),
  one('lua5_4', 'lua5.4', 'mit', 'lua', { pname: 'lua', started: { lua: '-v' } }),
  one('nodejs', ['nodejs', /^(libnode\d+|node-.*)$/], 'mit', 'node', {
    description: 'JavaScript runtime built on V8',
  }),
  one('perl', ['perl', 'perl-base', /^perl-modules-5/, /^libperl5/], 'artistic1', 'perl'),
  one(
    'python3',
    [
      'python3',
      'python3-minimal',
      'libpython3-stdlib',
      /^python3\.\d+(-minimal)?$/,
      /^libpython3\.\d+-(minimal|stdlib)$/,
      'python3-distutils',
      'python3-lib2to3',
    ],
    'psfl',
    'python3 python',
  ),
  python('aiohttp', 'asl20'),
  python('click', 'bsd3'),
  python('cryptography', 'asl20'),
  python('django', 'bsd3', 'django', 'django-admin'),
  python('flask', 'bsd3', 'flask', 'flask'),
  one('python3Packages.gunicorn', ['python3-gunicorn', 'gunicorn'], 'mit', 'gunicorn'),
  python('jinja2', 'bsd3'),
  python('lxml', 'bsd3'),
  python('numpy', 'bsd3'),
  python('pillow', 'mit', 'pil'),
  python('psycopg2', 'lgpl3Plus'),
  python('pytest', 'mit', 'pytest', 'pytest'),
  python('python-dateutil', 'asl20', 'dateutil'),
  python('pyyaml', 'mit', 'yaml'),
  python('redis', 'mit'),
  python('requests', 'asl20'),
  python('rich', 'mit'),
  python('setuptools', 'mit'),
  python('six', 'mit'),
  python('sqlalchemy', 'mit'),
  python('tornado', 'asl20'),
  python('urllib3', 'mit'),
];
