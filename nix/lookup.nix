# Finds one package in a package set: `{ segments, … }` -> the package or what is wrong with it, as JSON-able data.
{ pkgs }:
let
  inherit (builtins)
    attrNames concatMap elem elemAt filter genList head isAttrs isBool isList isString length listToAttrs map match
    parseDrvName replaceStrings seq sort tail tryEval;

  upper = [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];
  lower = [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];
  toLower = replaceStrings upper lower;
  isDerivation = value: isAttrs value && (value.type or null) == "derivation";
  outputsOf = drv: drv.outputs or [ "out" ];

  # `value`, or `fallback` where it throws or is not what was hoped for.
  guarded = isValid: fallback: value:
    let result = tryEval (let ok = isValid value; in seq ok { inherit ok value; });
    in if result.success && result.value.ok then value else fallback;
  stringOr = guarded isString;
  boolOr = guarded isBool;

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
      wanted = guarded isList [ ] (drv.meta.outputsToInstall or [ ]);
      listed = filter (output: elem output outputs) wanted;
      useful = filter (output: !(elem output documentation)) listed;
      first = if elem "bin" outputs then "bin" else if elem "out" outputs then "out" else head outputs;
    in
    if useful != [ ] then useful else if listed != [ ] then listed else [ first ];

  licencesOf = meta:
    let
      licence = guarded (value: isAttrs value || isString value || isList value) [ ] (meta.license or [ ]);
      one = value:
        if isString value then [{ name = value; spdxId = null; free = null; }]
        else if isList value then concatMap one value
        else if isAttrs value && isList (value.licenses or null) then concatMap one value.licenses
        else if isAttrs value && (value ? spdxId || value ? fullName || value ? shortName) then [{
          spdxId = if isString (value.spdxId or null) then value.spdxId else null;
          name = stringOr "unknown" (value.fullName or value.shortName or value.spdxId);
          free = if isBool (value.free or null) then value.free else null;
        }]
        else [ ];
    in
    guarded (value: builtins.deepSeq value true) [ ] (one licence);

  homepageOf = meta:
    let homepage = meta.homepage or null;
    in guarded (value: value == null || isString value) null
      (if isList homepage && homepage != [ ] then head homepage else homepage);

  metaOf = drv:
    let meta = guarded isAttrs { } (drv.meta or { });
    in {
      description = stringOr null (meta.description or null);
      homepage = homepageOf meta;
      licences = licencesOf meta;
      mainProgram = stringOr null (meta.mainProgram or null);
      position = stringOr null (meta.position or null);
    };

  # Why nixpkgs' check-meta.nix refuses a package. It names only the first reason, and only by throwing.
  refusals = drv:
    let
      meta = guarded isAttrs { } (drv.meta or { });
      config = guarded isAttrs { } (pkgs.config or { });
      allowed = name: boolOr false (config.${name} or false);
      flagged = name: boolOr false (meta.${name} or false);
      vulnerabilities = guarded isList [ ] (meta.knownVulnerabilities or [ ]);
      permitted = guarded isList [ ] (config.permittedInsecurePackages or [ ]);
      unfree = flagged "unfree" || builtins.any (licence: licence.free == false) (licencesOf meta);
    in
    (if unfree && !allowed "allowUnfree" then [ "unfree" ] else [ ])
    ++ (if flagged "broken" && !allowed "allowBroken" then [ "broken" ] else [ ])
    ++ (if (flagged "insecure" || vulnerabilities != [ ]) && !(elem (stringOr "" (drv.name or "")) permitted)
        then [ "insecure" ] else [ ])
    ++ (if flagged "unsupported" && !allowed "allowUnsupportedSystem" then [ "unsupported" ] else [ ]);

  describe = { at, drv, output }:
    let
      outputs = if output == null then defaultOutputs drv else [ output ];
      buildable = tryEval (seq drv.drvPath true);
      name = stringOr "unknown" (drv.name or drv.meta.name);
      parsed = parseDrvName name;
      meta = guarded isAttrs { } (drv.meta or { });
    in
    if buildable.success then {
      type = "package";
      attribute = at;
      inherit name;
      pname = stringOr parsed.name (drv.pname or parsed.name);
      version = stringOr parsed.version (drv.version or parsed.version);
      outputs = map (each: { output = each; path = (drv.${each} or drv).outPath; }) outputs;
      allOutputs = outputsOf drv;
      meta = metaOf drv;
    } else {
      type = "problem";
      attribute = at;
      inherit name;
      problem = let reasons = refusals drv; in if reasons == [ ] then "throws" else "refused";
      reasons = refusals drv;
      licences = map (licence: licence.name) (licencesOf meta);
      vulnerabilities = filter isString (guarded isList [ ] (meta.knownVulnerabilities or [ ]));
    };
in
{ segments, ... }:
let
  found = walk { at = [ ]; value = pkgs; parent = null; inherit segments; };
  selectsOutput = isDerivation found.parent && length found.at > 1
    && elem (elemAt found.at (length found.at - 1)) (outputsOf found.parent);
in
if found ? problem then { type = "problem"; attribute = found.at; inherit (found) problem; missing = found.missing or null; }
else if !isDerivation found.value then { type = "problem"; attribute = found.at; problem = "not-a-package"; kind = builtins.typeOf found.value; }
else if selectsOutput then describe {
  at = genList (elemAt found.at) (length found.at - 1);
  drv = found.parent;
  output = elemAt found.at (length found.at - 1);
}
else describe { inherit (found) at; drv = found.value; output = null; }
