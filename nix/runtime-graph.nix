# A derivation whose output is its own .attrs.json: `graph` is the closure of the given packages as Nix writes it for
# exportReferencesGraph, `packages` what was asked for, in order. Holding the output holds the whole closure.
{ packages, shell }:
derivation {
  name = "strata-runtime-graph";
  system = builtins.currentSystem;
  builder = shell;
  # Shell builtins only: a sandbox holds a shell and nothing else. It ends with a builtin, because bash replaces itself
  # with a last external command, and Nix 2.8 now and then kills the builder when it sees its output close. The file is
  # taken from the working directory, because what 2.8 says in NIX_ATTRS_JSON_FILE is its path outside the sandbox.
  args = [
    "-c"
    ''
      set -e
      attrs=.attrs.json
      [ -e "$attrs" ] || attrs=$NIX_ATTRS_JSON_FILE
      while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done < "$attrs" > "$1"
      exit 0
    ''
    "sh"
    (builtins.placeholder "out")
  ];
  __structuredAttrs = true;
  exportReferencesGraph.graph = map (package: package.path) packages;
  inherit packages;
  preferLocalBuild = true;
  allowSubstitutes = false;
}
