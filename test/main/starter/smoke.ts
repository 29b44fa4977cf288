/** What shows that a package works: a program in the root of an image, and what its output must match. */
export interface SmokeTest {
  readonly argv: readonly string[];
  readonly output: RegExp;
  /** Other packages in the same root. */
  readonly beside?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const version = (program: string, output: RegExp, flag = '--version'): SmokeTest => ({
  argv: [program, ...flag.split(' ').filter(Boolean)],
  output,
});

/** A module is asked for together with the interpreter, as one would for an image. */
const python = (code: string, output: RegExp): SmokeTest => ({
  argv: ['python3', '-c', code],
  output,
  beside: ['python3'],
});

const module = (name: string): SmokeTest =>
  python(`import ${name}; from importlib.metadata import version; print(version("${name}"))`, /^\d/);

/** Every attribute of the set, with at least one test each; attributes without programs are tested through others. */
export const SMOKE_TESTS: Readonly<Record<string, readonly SmokeTest[]>> = {
  bash: [version('bash', /version 5/), { argv: ['sh', '-c', 'echo $((6 * 7))'], output: /^42$/ }],
  bat: [version('bat', /^bat \d/)],
  bc: [version('bc', /^bc \d/)],
  brotli: [version('brotli', /^brotli \d/)],
  busybox: [
    { argv: ['busybox', 'echo', 'hello'], output: /^hello$/ },
    { argv: ['sh', '-c', 'echo $((6 * 7))'], output: /^42$/ },
  ],
  bzip2: [version('bzip2', /Version 1/, '--help')],
  cacert: [
    {
      argv: ['grep', '-c', 'BEGIN CERTIFICATE', '/etc/ssl/certs/ca-certificates.crt'],
      output: /^1\d\d$/,
      beside: ['gnugrep'],
    },
  ],
  caddy: [version('caddy', /^v?\d/, 'version')],
  catatonit: [version('catatonit', /version \d/)],
  coreutils: [
    version('ls', /coreutils/),
    { argv: ['sha256sum', '/dev/null'], output: /^e3b0c44298fc1c14/ },
    { argv: ['env', 'cat', '/dev/null'], output: /^$/ },
  ],
  cowsay: [{ argv: ['cowsay', 'moo'], output: /< moo >[\s\S]*\(oo\)/ }],
  curl: [version('curl', /^curl \d.*OpenSSL/)],
  dash: [{ argv: ['dash', '-c', 'echo $((6 * 7))'], output: /^42$/ }],
  diffutils: [version('diff', /diffutils/)],
  dnsutils: [
    version('dig', /^DiG \d/, '-v'),
    version('host', /^host \d/, '-V'),
    version('nslookup', /^nslookup \d/, '-version'),
  ],
  'dumb-init': [version('dumb-init', /^dumb-init v\d/)],
  fd: [version('fd', /^fd\w* \d/)],
  figlet: [{ argv: ['figlet', 'strata'], output: /___/ }],
  file: [version('file', /^file-\d/), { argv: ['file', '-L', '/bin/file'], output: /script/ }],
  findutils: [version('find', /findutils/), version('xargs', /findutils/)],
  fzf: [version('fzf', /^\d/)],
  gawk: [version('gawk', /^GNU Awk 5/), { argv: ['awk', 'BEGIN { print 6 * 7 }'], output: /^42$/ }],
  gettext: [version('envsubst', /gettext/), version('msgfmt', /gettext/), version('gettext', /gettext/)],
  git: [version('git', /^git version 2/)],
  'git-lfs': [version('git-lfs', /^git-lfs\/\d/, 'version')],
  glibc: [{ argv: ['hello'], output: /^Hello, world!$/, beside: ['hello'] }],
  gnugrep: [version('grep', /GNU grep/)],
  gnumake: [version('make', /^GNU Make/)],
  gnupatch: [version('patch', /^GNU patch/)],
  gnused: [version('sed', /GNU sed/)],
  gnutar: [version('tar', /GNU tar/)],
  gosu: [version('gosu', /^1\./)],
  gzip: [version('gzip', /^gzip \d/), { argv: ['zcat', '--version'], output: /zcat/, beside: ['bash'] }],
  haproxy: [version('haproxy', /^HAProxy version \d/, '-v')],
  hello: [{ argv: ['hello'], output: /^Hello, world!$/ }],
  htop: [version('htop', /^htop 3/)],
  'iana-etc': [{ argv: ['grep', '^https', '/etc/services'], output: /443\/tcp/, beside: ['gnugrep'] }],
  iperf3: [version('iperf3', /^iperf 3/)],
  iproute2: [version('ip', /iproute2/, '-V'), version('ss', /iproute2/, '-V')],
  iputils: [version('ping', /iputils/, '-V'), version('tracepath', /iputils/, '-V')],
  jq: [{ argv: ['jq', '-n', '[6 * 7]', '-c'], output: /^\[42\]$/ }],
  less: [version('less', /^less \d/)],
  lsof: [version('lsof', /revision: 4/, '-v')],
  lua5_4: [version('lua', /^Lua 5\.4/, '-v')],
  lz4: [version('lz4', /lz4/i)],
  memcached: [version('memcached', /^memcached 1/)],
  moreutils: [
    { argv: ['ts', '--help'], output: /usage: ts/i },
    { argv: ['sponge', '-h'], output: /sponge/ },
    { argv: ['vidir', '--help'], output: /vidir/ },
  ],
  nano: [version('nano', /GNU nano/)],
  ncdu: [version('ncdu', /^ncdu 1/)],
  ncurses: [
    { argv: ['tput', '-T', 'xterm', 'colors'], output: /^8$/ },
    { argv: ['infocmp', 'xterm-256color'], output: /max_colors|colors#/ },
  ],
  netcat: [version('nc', /OpenBSD netcat/, '-h')],
  nix: [version('nix', /\(Nix\) \d/)],
  nginx: [
    version('nginx', /nginx\/1/, '-v'),
    version('nginx', /\/etc\/nginx\/nginx.conf syntax is ok/, '-t'),
  ],
  nodejs: [version('node', /^v\d/), { argv: ['node', '-p', '[6].map((n) => n * 7)[0]'], output: /^42$/ }],
  openssh: [
    version('ssh', /^OpenSSH/, '-V'),
    { argv: ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', '/tmp/ssh-key'], output: /^$/ },
  ],
  openssl: [
    version('openssl', /^OpenSSL 3/, 'version'),
    {
      argv: [
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        '/tmp/key',
        '-subj',
        '/CN=strata',
      ],
      output: /BEGIN CERTIFICATE/,
    },
  ],
  perl: [
    version('perl', /This is perl 5/),
    {
      argv: ['perl', '-MPOSIX', '-MJSON::PP', '-MList::Util=sum', '-e', 'print sum(40, floor(2.5))'],
      output: /^42$/,
    },
  ],
  pigz: [version('pigz', /^pigz \d/)],
  postgresql: [
    version('psql', /PostgreSQL/),
    version('pg_dump', /PostgreSQL/),
    version('postgres', /PostgreSQL/),
    version('initdb', /PostgreSQL/),
  ],
  procps: [version('ps', /procps/), version('top', /procps/), version('free', /procps/)],
  psmisc: [version('killall', /PSmisc/), version('pstree', /PSmisc/)],
  pv: [version('pv', /^pv \d/)],
  python3: [
    version('python3', /^Python 3/),
    version('python', /^Python 3/),
    python('import ssl, sqlite3, lzma, bz2, ctypes, readline, curses, json; print(6 * 7)', /^42$/),
  ],
  'python3Packages.aiohttp': [module('aiohttp')],
  'python3Packages.click': [module('click')],
  'python3Packages.cryptography': [
    python('from cryptography.fernet import Fernet; print(len(Fernet.generate_key()))', /^44$/),
  ],
  'python3Packages.django': [module('django'), version('django-admin', /^\d/)],
  'python3Packages.flask': [module('flask'), version('flask', /Flask/)],
  'python3Packages.gunicorn': [module('gunicorn'), version('gunicorn', /gunicorn/)],
  'python3Packages.jinja2': [python("import jinja2; print(jinja2.Template('{{ 6 * 7 }}').render())", /^42$/)],
  'python3Packages.lxml': [
    python("from lxml import etree; print(etree.fromstring('<a b=\"42\"/>').get('b'))", /^42$/),
  ],
  'python3Packages.numpy': [
    python('import numpy; print(numpy.linalg.det(numpy.eye(3) * 2))', /^(8\.0|7\.99)/),
  ],
  'python3Packages.pillow': [
    python(
      "from PIL import Image, features; print(features.check('jpg'), Image.new('L', (6, 7)).size)",
      /^True \(6, 7\)$/,
    ),
  ],
  'python3Packages.psycopg2': [module('psycopg2')],
  'python3Packages.pytest': [module('pytest'), version('pytest', /^pytest \d/)],
  'python3Packages.python-dateutil': [
    python("from dateutil import parser, tz; print(parser.parse('2 Jan 2030').date())", /^2030-01-02$/),
  ],
  'python3Packages.pyyaml': [
    python("import yaml; print(yaml.load('{a: 42}', yaml.CSafeLoader)['a'])", /^42$/),
  ],
  'python3Packages.redis': [module('redis')],
  'python3Packages.requests': [module('requests')],
  'python3Packages.rich': [python("from rich import print; print('[bold]42[/bold]')", /^42$/)],
  'python3Packages.setuptools': [module('setuptools')],
  'python3Packages.six': [module('six')],
  'python3Packages.sqlalchemy': [
    python(
      "import sqlalchemy as s; print(s.create_engine('sqlite://').connect().scalar(s.text('select 42')))",
      /^42$/,
    ),
  ],
  'python3Packages.tornado': [module('tornado')],
  'python3Packages.urllib3': [module('urllib3')],
  redis: [version('redis-server', /Redis server v/), version('redis-cli', /^redis-cli \d/)],
  ripgrep: [version('rg', /^ripgrep \d/)],
  rsync: [version('rsync', /^rsync +version/)],
  socat: [version('socat', /socat version/, '-V')],
  sqlite: [{ argv: ['sqlite3', ':memory:', 'select 6 * 7'], output: /^42$/ }],
  strace: [version('strace', /version/, '-V')],
  tcpdump: [version('tcpdump', /^tcpdump version/)],
  tini: [version('tini', /^tini version/)],
  tmux: [{ argv: ['tmux', '-V'], output: /^tmux \d/, env: { LC_ALL: 'C.UTF-8' } }],
  tree: [version('tree', /^tree v/)],
  tzdata: [
    { argv: ['date', '-d', '@0', '+%H'], output: /^09$/, beside: ['coreutils'], env: { TZ: 'Asia/Tokyo' } },
  ],
  unzip: [version('unzip', /^UnZip/, '-v')],
  'util-linux': [
    version('lsblk', /util-linux/),
    version('hexdump', /util-linux/),
    version('flock', /util-linux/),
  ],
  vim: [version('vim', /^VIM - Vi IMproved/), version('xxd', /xxd/, '-v')],
  wget: [version('wget', /^GNU Wget/)],
  whois: [version('whois', /^Version 5/)],
  xz: [version('xz', /^xz /)],
  yq: [version('yq', /^yq \d/)],
  zip: [version('zip', /Zip 3/, '-v')],
  zlib: [{ argv: ['hello'], output: /^Hello, world!$/, beside: ['hello'] }],
  zstd: [version('zstd', /Zstandard/i)],
};
