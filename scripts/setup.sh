# Sets up everything that Strata needs, says what it does, and does nothing where nothing is missing.
#
#   . scripts/setup.sh        (from the root of the checkout)
#   setup_node                Node packages, Node 24 among them
#   setup_system run|test     system packages: installed on Debian and Ubuntu, named elsewhere
#   setup_build               the bundles in out/
#
# Each returns non-zero, having said why, when it could not.

say() { printf 'strata: %s\n' "$*" >&2; }

# command -> Debian package. The first table is what Strata runs on; the second is what its tests drive.
run_tools='nix-build:nix-bin patchelf:patchelf'
test_tools='skopeo:skopeo umoci:umoci chromium:chromium docker-registry:docker-registry podman:podman runc:runc
  openssl:openssl htpasswd:apache2-utils pigz:pigz zstd:zstd git:git'

setup_node() {
  local stamp=node_modules/.strata-lock wanted
  wanted=$(sha256sum package-lock.json) || return 1
  if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$wanted" ]; then return 0; fi
  if ! command -v npm >/dev/null; then
    say 'npm is missing. Install Node.js 20 or newer with npm (Debian: apt-get install nodejs npm) and try again.'
    return 1
  fi
  say 'installing the Node packages (npm ci) …'
  npm ci --no-audit --no-fund --loglevel=error >&2 || { say 'npm ci failed; see above.'; return 1; }
  printf '%s\n' "$wanted" >"$stamp"
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
    install_packages "${missing[@]}" || { say "apt-get failed; see above. By hand: $install"; return 1; }
    return 0
  fi
  say "these system packages are missing: ${missing[*]}"
  say "  sudo $install"
  if [ -t 0 ] && [ -t 2 ]; then
    local answer
    read -r -p 'strata: run this now? [y/N] ' answer
    case $answer in
      y | Y | yes) sudo apt-get update -qq && sudo $install >&2 && return 0 ;;
    esac
  fi
  [ "$1" = run ]
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp) || return 1
  if { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

setup_build() {
  local stamp=out/.built
  if [ -f "$stamp" ] && [ -z "$(find src nix electron.vite.config.ts package-lock.json -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  say 'building …'
  local log started
  log=$(mktemp) || return 1
  started=$(mktemp) || return 1
  if PATH="$PWD/node_modules/.bin:$PATH" npm run --silent build >"$log" 2>&1; then
    # The time at which the build began, so that an edit made meanwhile is not missed.
    touch -r "$started" "$stamp"
    rm -f "$log" "$started"
  else
    cat "$log" >&2
    rm -f "$log" "$started"
    say 'the build failed; see above.'
    return 1
  fi
}
