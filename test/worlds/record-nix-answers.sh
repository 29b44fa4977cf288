#!/usr/bin/env bash
# What the Nix of this machine answers to the questions that Strata asks, as a tar on standard output: one directory,
# named after the version, for test/fixtures/nix/answers. Needs root, git and Node.js, and writes to the Nix store; made
# to be run in a world that is thrown away:
#   record-nix-answers.sh | tar -x -C test/fixtures/nix/answers
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
# Nothing of this machine shall be in the answers.
export HOME=$work/home NIX_CONFIG='' GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C.UTF-8
unset NIX_PATH NIX_SSL_CERT_FILE SSL_CERT_FILE
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_AUTHOR_DATE='2020-01-01T00:00:00Z'
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'
mkdir -p "$HOME"
experimental=(--extra-experimental-features 'nix-command flakes')
building=(--option sandbox false --option build-users-group '' --option substituters '')

version=$(nix --version)
out=$work/out/nix-${version##* }
mkdir -p "$out"
printf '%s\n' "$version" >"$out/version.txt"

# --- How it is configured: the settings that Strata reads; as it comes, and with paths of the sandbox in every form.
config() {
  { nix config show --json "${experimental[@]}" 2>/dev/null || nix show-config --json "${experimental[@]}" 2>/dev/null; } |
    node -e '
      const kept = ["allowed-users", "build-users-group", "connect-timeout", "experimental-features", "netrc-file",
        "sandbox", "sandbox-paths", "store", "substituters", "system", "trusted-users"];
      const config = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const values = kept.flatMap((name) => name in config ? [[name, { value: config[name].value }]] : []);
      console.log(JSON.stringify(Object.fromEntries(values), null, 2));'
}
config >"$out/config.json"
NIX_CONFIG='sandbox-paths = /bin/sh=/bin/busybox /etc/hosts /opt/tool? /srv/data=/var/data?' config >"$out/config-sandbox-paths.json"

# --- A closure: as the store has it, as a binary cache has it, and as a builder is told it.
cat >"$work/set.nix" <<'NIX'
let
  make = name: script: derivation {
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    args = [ "-c" "${script}\nexit 0" ];
  };
  leaf = make "leaf-1.0" "echo leaf > $out";
  lib = make "lib-2.0" "echo ${leaf} $out > $out";
in
make "tool-3.0" "echo ${lib} ${leaf} > $out"
NIX
tool=$(nix-build "${building[@]}" --no-out-link "$work/set.nix" 2>/dev/null)
info() { nix path-info "${experimental[@]}" --json --closure-size --recursive "$@" 2>/dev/null; }
info "$tool" >"$out/path-info.json"
nix copy "${experimental[@]}" --to "file://$work/cache" "$tool" 2>/dev/null
info --store "file://$work/cache" "$tool" >"$out/path-info-cache.json"
for format in 1 2 3; do
  info --json-format "$format" "$tool" >"$out/path-info-format-$format.json" || rm "$out/path-info-format-$format.json"
done

cat >"$work/graph.nix" <<NIX
import $here/../../nix/runtime-graph.nix {
  packages = [ { output = "out"; path = (import $work/set.nix).outPath; attribute = [ "tool" ]; } ];
  shell = "/bin/sh";
}
NIX
cp "$(nix-build "${building[@]}" --no-out-link "$work/graph.nix" 2>/dev/null)" "$out/structured-attrs.json"

# --- A flake: committed, with changes, and in no repository.
mkdir "$work/flake"; cd "$work/flake"
echo '{ outputs = _: { }; }' >flake.nix
git init -q -b main .; git add flake.nix; git commit -q -m 'a flake'
metadata() { nix flake metadata "$1" --json --no-write-lock-file "${experimental[@]}" 2>/dev/null | sed "s|$work|/srv|g"; }
metadata "git+file://$work/flake" >"$out/flake-metadata-git.json"
echo '# changed' >>flake.nix
metadata "git+file://$work/flake" >"$out/flake-metadata-dirty.json"
mkdir "$work/plain"; cp flake.nix "$work/plain"
metadata "path:$work/plain" >"$out/flake-metadata-path.json"

# --- What it says of its store, where it can be asked for that as JSON.
{ nix store info --json "${experimental[@]}" 2>/dev/null || nix store ping --json "${experimental[@]}" 2>/dev/null; } \
  >"$out/store-info.json" || rm "$out/store-info.json"

tar -C "$work/out" -c .
