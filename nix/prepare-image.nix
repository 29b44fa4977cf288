# From names to packages and their runtime graph, in one evaluation.
#
# `requestFile` holds JSON: { source, importArguments, system, hasShell, packages: [{ segments, optional }] }, where
# `hasShell` says whether builders find /bin/sh. It is data throughout: nothing that a user writes becomes Nix code. The
# result is JSON too (evaluate with --strict --json --read-write-mode, so that the derivations are there to be built):
#   results   one for each of `packages`: a package or a problem
#   levels    for every problem of type "unknown": the names that there are where the lookup stopped, once a level; the
#             outputs, where that is a package
#   nested    of well-known nested sets, the unknown names they do have
#   graph     the derivation of the runtime graph, or null where there is a problem
#   needsShell  whether the graph is built with /bin/sh although builders do not find it
{ requestFile }:
let
  inherit (builtins) all attrNames concatLists concatMap concatStringsSep elem filter fromJSON isAttrs isString length listToAttrs map readFile tryEval;

  asked = fromJSON (readFile requestFile);
  pkgs = import ./load-pkgs.nix { inherit (asked) source importArguments system; };
  lookup = import ./lookup.nix { inherit pkgs; };

  results = map (package: lookup package // { optional = package.optional; }) asked.packages;
  isMissingOptional = result: result.optional && result.type == "problem" && result.problem == "unknown";
  isFine = result: result.type == "package" || isMissingOptional result;

  unknown = filter (result: result.type == "problem" && result.problem == "unknown" && !result.optional) results;
  valueAt = path: builtins.foldl' (value: name: value.${name}) pkgs path;
  levelAt = path:
    let
      value = valueAt path;
      isPackage = (value.type or null) == "derivation";
    in
    {
      attribute = path;
      inherit isPackage;
      names = if isPackage then value.outputs or [ "out" ] else filter (name: name != "recurseForDerivations") (attrNames value);
    };
  levels = builtins.attrValues (listToAttrs (map
    (result: { name = concatStringsSep "." result.attribute; value = levelAt result.attribute; })
    unknown));

  # Sets that hold thousands of packages which people ask for without the set's name.
  wellKnown = [
    "python3Packages" "nodePackages" "perlPackages" "rubyPackages" "luaPackages" "haskellPackages" "ocamlPackages"
    "phpPackages" "rPackages" "xorg" "kdePackages" "linuxPackages" "beamPackages" "testing"
  ];
  has = set: name:
    let
      found = tryEval (pkgs ? ${set} && isAttrs pkgs.${set} && pkgs.${set} ? ${name});
    in
    found.success && found.value;
  missingAtTop = filter (result: result.attribute == [ ]) unknown;
  nested = listToAttrs (map
    (result: { name = result.missing; value = map (set: [ set result.missing ]) (filter (set: has set result.missing) wellKnown); })
    missingAtTop);

  packages = concatLists (map
    (result: if result.type == "package" then map (each: { inherit (each) output path; inherit (result) attribute; }) result.outputs else [ ])
    results);

  # Nix as Debian builds it has no /bin/sh in its sandbox. The set's own shell runs only on the system that it is for.
  ownShell =
    let found = tryEval (if pkgs ? runtimeShell && isString pkgs.runtimeShell then pkgs.runtimeShell else null);
    in if asked.hasShell || asked.system != builtins.currentSystem || !found.success then null else found.value;
in
# A set that cannot be told the names of is broken as a whole: that is no fault of the packages asked for.
builtins.seq (attrNames pkgs) {
  inherit results levels nested;
  graph =
    if all isFine results then
      (import ./runtime-graph.nix { inherit packages; shell = if ownShell == null then "/bin/sh" else ownShell; }).drvPath
    else null;
  needsShell = !asked.hasShell && ownShell == null;
}
