# The part of nixpkgs' library that package expressions and image expressions use, under the same names. Written for
# this set; functions that are not here do not exist.
let
  parts = map import [
    ./trivial.nix
    ./fixed-points.nix
    ./attrsets.nix
    ./lists.nix
    ./strings.nix
    ./versions.nix
    ./customisation.nix
    ./licenses.nix
    ./platforms.nix
    ./meta.nix
  ];
  builtin = {
    inherit (builtins)
      add addErrorContext all any attrNames attrValues bitAnd bitOr bitXor catAttrs compareVersions concatLists concatMap
      concatStringsSep deepSeq div elem elemAt filter foldl' fromJSON genericClosure genList getAttr hasAttr head
      intersectAttrs isAttrs isBool isFloat isInt isList isPath isString length lessThan listToAttrs map mapAttrs match
      mul parseDrvName partition pathExists readDir readFile removeAttrs replaceStrings seq sort splitVersion stringLength
      sub substring tail toJSON toString trace typeOf unsafeDiscardStringContext unsafeGetAttrPos;
    importApply = file: args: import file args;
    traceVal = x: builtins.trace x x;
    traceValSeq = x: builtins.trace (builtins.deepSeq x x) x;
    attrsets = lib;
    lists = lib;
    strings = lib;
    customisation = lib;
  };
  lib = builtins.foldl' (acc: part: acc // part lib) builtin parts;
in
lib
