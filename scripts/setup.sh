# Sets up everything that Strata needs, says what it does, and does nothing where nothing is missing.
#
#   . scripts/setup.sh        (from the root of the checkout)
#   setup_node                Node packages, Node 24 among them
#   setup_system run|test     system packages: installed on Debian and Ubuntu, named elsewhere
#   setup_build               the bundles in out/
#
# Each returns non-zero, having said why, when it could not. Of several at once, one works and the others wait.

say() { printf 'strata: %s\n' "$*" >&2; }

# command -> Debian package. The first table is what Strata runs on; the second is what its tests drive.
run_tools='nix-build:nix-bin patchelf:patchelf bwrap:bubblewrap'
test_tools='skopeo:skopeo umoci:umoci chromium:chromium docker-registry:docker-registry podman:podman runc:runc
  openssl:openssl htpasswd:apache2-utils pigz:pigz zstd:zstd git:git sshd:openssh-server'

# Runs a function while no other set-up of this checkout runs one.
alone() {
  if ! command -v flock >/dev/null; then
    "$@"
    return
  fi
  (
    flock -n 9 || { say 'waiting for another set-up of this checkout …'; flock 9; }
    "$@" 9<&-
  ) 9<package-lock.json
}

setup_node() {
  has_node_packages || alone install_node_packages
}

has_node_packages() {
  [ -f node_modules/.strata-lock ] && [ "$(<node_modules/.strata-lock)" = "$(sha256sum package-lock.json)" ]
}

install_node_packages() {
  if has_node_packages; then return 0; fi
  if ! command -v npm >/dev/null; then
    say 'npm is missing. Install Node.js 18 or newer with npm (Debian: apt-get install nodejs npm) and try again.'
    return 1
  fi
  say 'installing the Node packages (npm ci) …'
  # Asked before the Node that is installed here is there: in `npm start` it comes first on the PATH.
  local older=
  has_recent_node || older=$(node --version)
  npm_ci npm || return 1
  if [ -n "$older" ]; then
    # Under an older Node, npm leaves out parts of the build tools, and does not say so.
    say "once more, under Node $(node_modules/.bin/node --version) in place of $older …"
    local bin
    bin=$(mktemp -d) && cp node_modules/node/bin/node "$bin" || return 1
    PATH="$bin:$PATH" npm_ci "$bin/node" "$(readlink -f "$(command -v npm)")" || { rm -rf "$bin"; return 1; }
    rm -rf "$bin"
  fi
  sha256sum package-lock.json >node_modules/.strata-lock
}

npm_ci() {
  "$@" ci --no-audit --no-fund --loglevel=error >&2 || { say 'npm ci failed; see above.'; return 1; }
}

# What the build tools declare in package-lock.json.
has_recent_node() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
}

setup_system() {
  local tools=$run_tools entry command missing=()
  if [ "$1" = test ]; then tools="$run_tools $test_tools"; fi
  for entry in $tools; do
    command=${entry%%:*}
    # Daemons live in sbin, which is not on every user's PATH.
    PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null || missing+=("${entry##*:}")
  done
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi
  if ! command -v apt-get >/dev/null; then
    say "these programs are missing: ${missing[*]} (named as Debian's packages)."
    say "Install them with this system's package manager; Nix comes from https://nixos.org/download or https://lix.systems/install."
    [ "$1" = run ] # the app starts without them and says what cannot work; the tests need them
    return
  fi
  local install="apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then
    say "installing ${missing[*]} (apt-get) …"
    alone install_packages "$1" "${missing[@]}" || { say "apt-get failed; see above. By hand: $install"; return 1; }
    return 0
  fi
  say "these system packages are missing: ${missing[*]}"
  say "  sudo $install"
  if [ -t 0 ] && [ -t 2 ] && command -v sudo >/dev/null; then
    local answer=
    read -r -p 'strata: run this now? [y/N] ' answer || say ''
    case $answer in
      y | Y | yes)
        sudo bash -c "$(declare -f install_packages forbid_services disable_services quietly); install_packages \"\$@\"" \
          bash "$1" "${missing[@]}" && return 0
        ;;
    esac
  fi
  [ "$1" = run ]
}

# run|test, and packages. Of what tests drive, nothing runs on its own: neither now nor after the machine's next start.
install_packages() {
  local purpose=$1 code=0
  shift
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update -qq || return 1
  [ "$purpose" = run ] || forbid_services || return 1
  quietly apt-get install -y -qq --no-install-recommends "$@" || code=1
  [ "$purpose" = run ] || disable_services "$@"
  return $code
}

# Debian asks this program before a package starts a service; where there is another one, the machine has its own rule.
# Killed, this shell would leave it behind: so it allows everything once this shell is gone.
forbid_services() {
  local policy=/usr/sbin/policy-rc.d
  if [ -e $policy ] && ! grep -q '^# strata:' $policy; then return 0; fi
  printf '%s\n' '#!/bin/sh' "# strata: while it installs what its tests drive" \
    "kill -0 $BASHPID 2>/dev/null && exit 101" 'exit 0' >$policy &&
    chmod 755 $policy && trap "rm -f $policy" EXIT
}

disable_services() {
  command -v systemctl >/dev/null || return 0
  dpkg-query --listfiles "$@" 2>/dev/null | grep -oE '/systemd/system/[^/@]+\.(service|socket|timer)$' |
    xargs -r -n 1 basename | xargs -r systemctl --quiet disable 2>/dev/null || true
}

setup_build() {
  is_built || alone build
}

is_built() {
  [ -f out/.built ] &&
    [ -z "$(find src nix electron.vite.config.ts package-lock.json -newer out/.built -print -quit)" ]
}

build() {
  if is_built; then return 0; fi
  say 'building …'
  local started next
  mkdir -p out && rm -rf out/.next-* || return 1
  started=$(mktemp) || return 1
  next=$(mktemp -d out/.next-XXXXXX) || return 1
  if quietly env PATH="$PWD/node_modules/.bin:$PATH" npm run --silent build -- --outDir "$PWD/$next" &&
    take_bundles "$next"; then
    # The time at which the build began, so that an edit made meanwhile is not missed.
    touch -r "$started" out/.built
    rm -rf "$started" "$next"
  else
    rm -rf "$started" "$next"
    say 'the build failed; see above.'
    return 1
  fi
}

# Programs that run now load parts of the bundles when they need them. So parts, whose names say what is in them, come
# first and stay for a week; then each entry is replaced in one step.
take_bundles() {
  local file kind
  for kind in parts entries; do
    while IFS= read -r file; do
      case $kind:$file in
        parts:*/chunks/* | parts:*/assets/*) ;;
        parts:* | entries:*/chunks/* | entries:*/assets/*) continue ;;
      esac
      mkdir -p "out/${file%/*}" && mv -f "$1/$file" "out/$file" || return 1
    done < <(cd "$1" && find . -type f)
  done
  find out/main/chunks out/renderer/assets -type f -mtime +7 -delete
}

# Shows what a command writes only where it fails.
quietly() {
  local log
  log=$(mktemp) || return 1
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}
