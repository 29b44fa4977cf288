import type { PackageSet } from './data.ts';
import { type CutImage, cutImage, drawEvents, type ImageSet } from './image-set.ts';
import { pythonRandom } from './python-random.ts';

/** What people put into images by name: servers, languages, and the tools beside them. */
const WELL_KNOWN =
  `ansible apache2 bash bind9 buildah busybox ca-certificates clang cmake coreutils curl default-jre-headless
dnsutils elixir erlang-base exim4-daemon-light ffmpeg g++ gcc gdb git git-lfs gnupg golang-go graphviz haproxy htop
imagemagick iproute2 iputils-ping jq llvm-14 lua5.4 make mariadb-server memcached mercurial mosquitto nano nginx nodejs npm
ocaml octave openjdk-17-jre-headless openssh-client openssh-server openssl pandoc perl php-cli php-fpm postfix postgresql-15
postgresql-client-15 prometheus prometheus-node-exporter python3 python3-flask python3-minimal python3-numpy python3-pip
python3-requests r-base-core rabbitmq-server redis-server rsync ruby rustc sbcl skopeo sqlite3 squid strace subversion tar
tcpdump tmux unbound unzip valgrind varnish vim vim-tiny wget xz-utils zsh zstd`.split(/\s+/);

const IMAGES = 40;
const LARGEST_IMAGE = 600;

/** The paths of a package set whose name, without its version, is a well-known one. */
export function wellKnown(set: PackageSet): number[] {
  const indexOf = new Map(set.paths.map(({ name }, index) => [name.replace(/-\d.*$/, ''), index]));
  return WELL_KNOWN.flatMap((name) => indexOf.get(name) ?? []);
}

/**
 * Cuts images of one to eight well-known packages each, with nothing that all of them have: what every image of
 * `layer_eval.py` asks for would otherwise be taken for the rule.
 */
export function cutComposed(set: PackageSet, candidates: readonly number[], seed: number): ImageSet {
  const random = pythonRandom(seed);
  const images: CutImage[] = [];
  const used = new Set<number>();
  while (images.length < IMAGES) {
    const image = cutImage(set, random.sample(candidates, random.choice([1, 2, 3, 4, 6, 8])));
    if (image.members.length > LARGEST_IMAGE) continue;
    for (const member of image.members) used.add(member);
    images.push(image);
  }
  return { set, seed, images, events: drawEvents(set, used, random) };
}
