# Functions about attribute sets.
lib:
let
  inherit (builtins) attrNames concatMap head isAttrs listToAttrs tail;
in
{
  attrByPath =
    path: fallback: set:
    if path == [ ] then
      set
    else if isAttrs set && set ? ${head path} then
      lib.attrByPath (tail path) fallback set.${head path}
    else
      fallback;
  hasAttrByPath =
    path: set: path == [ ] || (isAttrs set && set ? ${head path} && lib.hasAttrByPath (tail path) set.${head path});
  getAttrFromPath =
    path: set:
    lib.attrByPath path (throw "cannot find attribute `${lib.concatStringsSep "." path}'") set;
  setAttrByPath = path: value: if path == [ ] then value else { ${head path} = lib.setAttrByPath (tail path) value; };

  nameValuePair = name: value: { inherit name value; };
  attrVals = names: set: map (name: set.${name}) names;
  genAttrs = names: f: listToAttrs (map (name: lib.nameValuePair name (f name)) names);
  getAttrs = names: set: lib.genAttrs names (name: set.${name});

  filterAttrs = keep: set: removeAttrs set (builtins.filter (name: !keep name set.${name}) (attrNames set));
  filterAttrsRecursive =
    keep: set:
    builtins.mapAttrs (_: value: if isAttrs value then lib.filterAttrsRecursive keep value else value) (
      lib.filterAttrs keep set
    );
  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  attrsToList = lib.mapAttrsToList lib.nameValuePair;
  concatMapAttrs = f: set: lib.mergeAttrsList (lib.mapAttrsToList f set);
  mapAttrsRecursive = lib.mapAttrsRecursiveCond (_: true);
  mapAttrsRecursiveCond =
    condition: f:
    let
      go =
        path:
        builtins.mapAttrs (
          name: value:
          if isAttrs value && condition value then go (path ++ [ name ]) value else f (path ++ [ name ]) value
        );
    in
    go [ ];
  collect =
    wanted: set:
    if wanted set then
      [ set ]
    else if isAttrs set then
      concatMap (lib.collect wanted) (builtins.attrValues set)
    else
      [ ];
  foldlAttrs = f: initial: set: builtins.foldl' (acc: name: f acc name set.${name}) initial (attrNames set);

  mergeAttrs = a: b: a // b;
  mergeAttrsList = builtins.foldl' lib.mergeAttrs { };
  foldAttrs =
    f: initial: sets:
    lib.genAttrs (lib.unique (concatMap attrNames sets)) (
      name: lib.foldr (set: acc: if set ? ${name} then f set.${name} acc else acc) initial sets
    );
  zipAttrsWith =
    f: sets:
    lib.genAttrs (lib.unique (concatMap attrNames sets)) (name: f name (lib.catAttrs name sets));
  recursiveUpdateUntil =
    stop: left: right:
    let
      go =
        path: a: b:
        a
        // builtins.mapAttrs (
          name: value:
          let
            here = path ++ [ name ];
          in
          if a ? ${name} && isAttrs a.${name} && isAttrs value && !stop here a.${name} value then
            go here a.${name} value
          else
            value
        ) b;
    in
    go [ ] left right;
  recursiveUpdate = lib.recursiveUpdateUntil (_: _: _: false);

  optionalAttrs = condition: set: if condition then set else { };
  cartesianProduct =
    sets:
    builtins.foldl' (
      acc: name: concatMap (partial: map (value: partial // { ${name} = value; }) sets.${name}) acc
    ) [ { } ] (attrNames sets);

  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };

  isDerivation = value: isAttrs value && value.type or null == "derivation";
  getOutput =
    output: package:
    if package.outputSpecified or false then package else package.${output} or package.out or package;
  getBin = lib.getOutput "bin";
  getLib = lib.getOutput "lib";
  getDev = lib.getOutput "dev";
  getMan = lib.getOutput "man";
  chooseDevOutputs = map lib.getDev;
  toDerivation = path: { type = "derivation"; name = builtins.baseNameOf path; outPath = path; };
  showAttrPath =
    path:
    lib.concatMapStringsSep "." (
      part: if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" part == null then "\"${part}\"" else part
    ) path;
}
