# Every package of a set with what a search shows of it: a list of entries, in the order of the attribute names.
#
# `requestFile` holds JSON: { source, importArguments, system }. Goes where nix-env goes, into sets with
# recurseForDerivations, and leaves out, as nix-env does, what throws.
{ requestFile }:
let
  inherit (builtins) attrNames concatMap fromJSON isAttrs parseDrvName readFile tryEval;
  inherit (import ./package-facts.nix)
    boolOr describeMeta guarded isDerivation marksOf metaOf outputsOf stringOr strings vulnerabilitiesOf;

  asked = fromJSON (readFile requestFile);
  pkgs = import ./load-pkgs.nix { inherit (asked) source importArguments system; };

  entryOf = attribute: drv:
    let
      meta = metaOf drv;
      name = stringOr (stringOr null (meta.name or null)) (drv.name or null);
      parsed = parseDrvName name;
    in
    if name == null then [ ]
    else [
      (describeMeta meta // {
        inherit attribute name;
        pname = stringOr parsed.name (drv.pname or null);
        version = stringOr parsed.version (drv.version or null);
        outputs = strings (outputsOf drv);
        marks = marksOf meta;
        vulnerabilities = vulnerabilitiesOf meta;
      })
    ];

  # Sets may hold themselves (pkgs.pkgs): nothing worth finding is deeper than this.
  deepest = 4;
  entriesOf = path: set:
    concatMap
      (name:
        let
          value = tryEval set.${name};
          attribute = path ++ [ name ];
          isDrv = guarded (derivation: isDerivation derivation) null value.value != null;
          isSet = isAttrs value.value && boolOr false (value.value.recurseForDerivations or false);
        in
        if !value.success || !isAttrs value.value then [ ]
        else if isDrv then entryOf attribute value.value
        else if isSet && builtins.length attribute < deepest then entriesOf attribute value.value
        else [ ])
      (attrNames set);
in
entriesOf [ ] pkgs
