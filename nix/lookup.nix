# Finds one package in a package set: `{ segments, … }` -> the package or what is wrong with it, as JSON-able data.
{ pkgs }:
let
  inherit (builtins)
    attrNames elem elemAt filter genList head isAttrs length listToAttrs map match parseDrvName replaceStrings seq tail
    tryEval;
  inherit (import ./package-facts.nix)
    attrsOr boolOr describeMeta isDerivation licencesOf listOr marksOf metaOf outputsOf stringOr strings
    vulnerabilitiesOf;

  upper = [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];
  lower = [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];
  toLower = replaceStrings upper lower;

  # Every spelling of an attribute name by its lower-case form; listToAttrs keeps the first of several.
  spellings = set: listToAttrs (map (name: { name = toLower name; value = name; }) (attrNames set));
  topSpellings = spellings pkgs;

  # The attribute of `set` that a person means by `name`, or null. nixpkgs writes 1password as _1password.
  repair = isTop: set: name:
    let
      table = if isTop then topSpellings else spellings set;
      digit = match "[0-9].*" name != null;
      lowered = toLower name;
    in
    if set ? ${name} then name
    else if digit && set ? "_${name}" then "_${name}"
    else if table ? ${lowered} then table.${lowered}
    else if digit && table ? "_${lowered}" then table."_${lowered}"
    else null;

  walk = { at, value, parent, segments }:
    if segments == [ ] then { inherit at value parent; }
    else if !isAttrs value then { problem = "not-a-set"; inherit at; }
    else
      let
        name = repair (at == [ ]) value (head segments);
        next = tryEval value.${name};
      in
      if name == null then { problem = "unknown"; inherit at; missing = head segments; }
      else if !next.success then { problem = "throws"; at = at ++ [ name ]; }
      else walk { at = at ++ [ name ]; value = next.value; parent = value; segments = tail segments; };

  # Manuals are what nixpkgs installs for a person at a terminal; in an image they are weight that nobody reads.
  documentation = [ "man" "doc" "info" "devdoc" "devman" "debug" ];
  defaultOutputs = drv:
    let
      outputs = outputsOf drv;
      listed = filter (output: elem output outputs) (strings ((metaOf drv).outputsToInstall or [ ]));
      useful = filter (output: !(elem output documentation)) listed;
      first = if elem "bin" outputs then "bin" else if elem "out" outputs then "out" else head outputs;
    in
    if useful != [ ] then useful else if listed != [ ] then listed else [ first ];

  # nixpkgs names only the first reason for which it refuses a package, and only by throwing. This names all of them.
  refusals = drv:
    let
      config = attrsOr { } (pkgs.config or { });
      allowed = name: boolOr false (config.${name} or false);
      isAllowed = {
        unfree = allowed "allowUnfree";
        broken = allowed "allowBroken";
        insecure = elem (stringOr "" (drv.name or "")) (strings (config.permittedInsecurePackages or [ ]));
        unsupported = allowed "allowUnsupportedSystem";
      };
    in
    filter (mark: !isAllowed.${mark}) (marksOf (metaOf drv));

  describe = { at, drv, output }:
    let
      buildable = tryEval (seq drv.drvPath true);
      meta = metaOf drv;
      name = stringOr (stringOr "unknown" (meta.name or null)) (drv.name or null);
      parsed = parseDrvName name;
    in
    if buildable.success then {
      type = "package";
      attribute = at;
      derivation = drv.drvPath;
      inherit name;
      pname = stringOr parsed.name (drv.pname or null);
      version = stringOr parsed.version (drv.version or null);
      outputs = map (each: { output = each; path = (drv.${each} or drv).outPath; })
        (if output == null then defaultOutputs drv else [ output ]);
      allOutputs = outputsOf drv;
      # As buildEnv of nixpkgs reads it: where files clash, the lower one wins.
      priority = if builtins.isInt (meta.priority or null) then meta.priority else 5;
      meta = describeMeta meta // {
        longDescription = stringOr null (meta.longDescription or null);
        platforms = strings (meta.platforms or [ ]);
      };
    } else {
      type = "problem";
      attribute = at;
      inherit name;
      problem = if refusals drv == [ ] then "throws" else "refused";
      reasons = refusals drv;
      licences = map (licence: licence.name) (licencesOf meta);
      vulnerabilities = vulnerabilitiesOf meta;
    };
in
{ segments, ... }:
let
  found = walk { at = [ ]; value = pkgs; parent = null; inherit segments; };
  last = length found.at - 1;
  selectsOutput = isDerivation found.parent && last > 0 && elem (elemAt found.at last) (outputsOf found.parent);
in
if found ? problem then {
  type = "problem";
  attribute = found.at;
  inherit (found) problem;
  missing = found.missing or null;
}
else if !isDerivation found.value then {
  type = "problem";
  attribute = found.at;
  problem = "not-a-package";
  kind = builtins.typeOf found.value;
}
else if selectsOutput then describe {
  at = genList (elemAt found.at) last;
  drv = found.parent;
  output = elemAt found.at last;
}
else describe { inherit (found) at; drv = found.value; output = null; }
