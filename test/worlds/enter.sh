#!/usr/bin/env bash
# A Debian root of another release, and a script run in it. Needs root and, to make one, debootstrap and a mirror.
#
#   enter.sh make ROOT SUITE MIRROR PACKAGE…   a minimal system with these packages
#   enter.sh add  ROOT SUITE MIRROR PACKAGE…   packages of another suite, which nothing else is taken from
#   enter.sh run  ROOT STATE USER SCRIPT       runs a script as a user of the root, in his home directory
#
# ROOT is never changed by `run`: what is written goes to STATE, and is there in the next run with the same STATE.
# STATE/checkout is ~/strata there, STATE/data is /data, which is no overlay; STATE/prelude is run by root first. When the script ends, or this program does,
# every process that it left behind ends too: all are in a process namespace of their own.
set -euo pipefail
here=$(readlink -f "${BASH_SOURCE[0]}")

# As a container engine enters a root, by namespaces and pivot_root: a chroot would forbid user namespaces, and with them
# hide what Nix does for ordinary users.
in_namespaces() {
  exec unshare --mount --propagation private --pid --fork --kill-child bash "$here" "$@"
}

# The machine's file systems, name resolution and authorities, in the root that is the working directory.
furnish() {
  mkdir -p proc dev sys
  mount -t proc proc proc
  mount --rbind /dev dev
  mount --rbind /sys sys
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    [ ! -f "$file" ] || { rm -f ".$file" && mkdir -p ".${file%/*}" && cp -L "$file" ".$file"; }
  done
}

switch_root() {
  mkdir -p .old
  pivot_root . .old
  cd /
  umount -l /.old
  rmdir /.old
  export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
}

# Where apt finds packages: the machine's mirror, by way of the machine's proxy.
sources() { # MIRROR SUITE
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$1" "$2"
}

# A mirror may stand still for long, and a root be kept for long.
apt_install() {
  echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/90lasting
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@"
  apt-get clean
}

case ${1-} in
  make)
    root=$2 suite=$3 mirror=$4
    shift 4
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"
    sources "$mirror" "$suite" >"$root/etc/apt/sources.list"
    # The root can be made again, so nothing waits for the disk.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/world"
    apt-config dump --format '%F "%v";%n' Acquire | grep -i '::proxy' >"$root/etc/apt/apt.conf.d/90machine" || true
    in_namespaces install "$root" "" "$@"
    ;;
  add)
    root=$2 suite=$3 mirror=$4
    shift 4
    sources "$mirror" "$suite" >"$root/etc/apt/sources.list.d/added.list"
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$suite" >"$root/etc/apt/preferences.d/added"
    in_namespaces install "$root" "$suite" "$@"
    ;;
  install)
    root=$2 suite=$3
    shift 3
    mount --bind "$root" "$root"
    cd "$root"
    furnish
    switch_root
    export DEBIAN_FRONTEND=noninteractive
    apt_install ${suite:+-t "$suite"} "$@"
    # Other packages, those of the starter set among them, come from the root's own release.
    if [ -n "$suite" ]; then
      rm -f /etc/apt/sources.list.d/added.list /etc/apt/preferences.d/added
      apt-get update -qq
    fi
    ;;
  run)
    mkdir -p "$3"/{upper,work,root}
    in_namespaces inside "${@:2}"
    ;;
  inside)
    root=$2 state=$3 user=$4 script=$5
    mount -t overlay overlay -o "lowerdir=$root,upperdir=$state/upper,workdir=$state/work" "$state/root"
    cd "$state/root"
    furnish
    home=$(sed -nE "s/^$user:([^:]*:){4}([^:]*):.*/\2/p" etc/passwd)
    if [ -n "$home" ] && [ -d "$state/checkout" ]; then
      mkdir -p ".$home/strata"
      mount --bind "$state/checkout" ".$home/strata"
    fi
    if [ -d "$state/data" ]; then
      mkdir -p data
      mount --bind "$state/data" data
    fi
    prelude=
    [ ! -f "$state/prelude" ] || prelude=$(<"$state/prelude")
    switch_root
    [ -n "$home" ] || { echo "there is no user $user" >&2; exit 2; }
    cd "$home"
    eval "$prelude"
    # Not exec: this shell is the first process, which takes in what others leave behind.
    certificates=/etc/ssl/certs/ca-certificates.crt
    env -i HOME="$home" USER="$user" LOGNAME="$user" PATH="$PATH" LANG=C.UTF-8 SHELL=/bin/bash TERM=dumb \
      SSL_CERT_FILE=$certificates NODE_EXTRA_CA_CERTS=$certificates NIX_SSL_CERT_FILE=$certificates \
      ${npm_config_registry:+npm_config_registry="$npm_config_registry"} \
      ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
      setpriv --reuid "$user" --regid "$user" --init-groups bash -c "$script" </dev/null
    exit $?
    ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$here"
    exit 2
    ;;
esac
