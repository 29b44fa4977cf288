# The packages of a set, a slice at a time, for a session (`nix repl`) that outlives what cannot be evaluated.
#
# `requestFile` holds JSON: { source, importArguments, system }. `read` takes the name of a file that holds JSON too,
# { token, path, names }: it says of each of `names` in the set at `path` what it is, in their order, by tracing
# `TOKEN {JSON}`:
#   { entry }          a package
#   { set }            a set to go into: the names of its attributes
#   { }                anything else
#   { thrown = true }  it throws; what it says ends the call
# What tryEval does not catch ends the call as well: the name after the last that was traced is the culprit. Goes where
# nix-env goes, into sets with recurseForDerivations; the path [ ] has the whole set as `packages`.
{ requestFile }:
let
  inherit (builtins) attrNames foldl' fromJSON isAttrs length parseDrvName readFile seq toJSON trace tryEval;
  inherit (import ./package-facts.nix)
    boolOr describeMeta isDerivation marksOf metaOf outputsOf stringOr strings vulnerabilitiesOf;

  asked = fromJSON (readFile requestFile);
  pkgs = import ./load-pkgs.nix { inherit (asked) source importArguments system; };

  entryOf = drv:
    let
      meta = metaOf drv;
      name = stringOr (stringOr null (meta.name or null)) (drv.name or null);
      parsed = parseDrvName name;
    in
    if name == null then { }
    else {
      entry = describeMeta meta // {
        inherit name;
        pname = stringOr parsed.name (drv.pname or null);
        version = stringOr parsed.version (drv.version or null);
        outputs = strings (outputsOf drv);
        marks = marksOf meta;
        vulnerabilities = vulnerabilitiesOf meta;
      };
    };

  # Sets may hold themselves (pkgs.pkgs): nothing worth finding is deeper than this.
  deepest = 4;
  describe = depth: value:
    if depth == 0 then { set = attrNames value; }
    else if !isAttrs value then { }
    else if boolOr false (isDerivation value) then entryOf value
    else if depth < deepest && boolOr false (value.recurseForDerivations or false) then { set = attrNames value; }
    else { };
in
{
  read = sliceFile:
    let
      slice = fromJSON (readFile sliceFile);
      set = foldl' (value: name: value.${name}) { packages = pkgs; } slice.path;
      say = answer: trace "${slice.token} ${toJSON answer}";
      readOne = name:
        let value = tryEval set.${name};
        in if value.success then say (describe (length slice.path) value.value) null
        else say { thrown = true; } set.${name};
    in
    foldl' (_: name: seq (readOne name) null) null slice.names;
}
