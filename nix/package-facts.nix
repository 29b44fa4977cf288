# What a package says of itself, as data that can be written as JSON whatever the package set holds: nothing here throws.
let
  inherit (builtins) any concatMap deepSeq elem filter head isAttrs isBool isList isString seq tryEval;

  # `value`, or `fallback` where it throws or is not what was hoped for.
  guarded = isValid: fallback: value:
    let result = tryEval (let ok = isValid value; in seq ok { inherit ok value; });
    in if result.success && result.value.ok then value else fallback;
  stringOr = guarded isString;
  boolOr = guarded isBool;
  listOr = guarded isList;
  attrsOr = guarded isAttrs;
  strings = list: filter (value: guarded isString null value != null) (listOr [ ] list);

  # One licence, a list, a compound of newer nixpkgs, or text.
  licencesOf = meta:
    let
      one = value:
        if isString value then [{ name = value; spdxId = null; free = null; }]
        else if isList value then concatMap one value
        else if isAttrs value && isList (value.licenses or null) then concatMap one value.licenses
        else if isAttrs value && (value ? spdxId || value ? fullName || value ? shortName) then [{
          spdxId = stringOr null (value.spdxId or null);
          name = stringOr "unknown" (value.fullName or value.shortName or value.spdxId);
          free = boolOr null (value.free or null);
        }]
        else [ ];
    in
    guarded (value: deepSeq value true) [ ] (one (meta.license or [ ]));

  homepageOf = meta:
    let homepages = guarded (value: isString value || (isList value && value != [ ])) null (meta.homepage or null);
    in stringOr null (if isList homepages then head homepages else homepages);
in
rec {
  inherit guarded stringOr boolOr listOr attrsOr strings licencesOf;

  isDerivation = value: isAttrs value && (value.type or null) == "derivation";
  outputsOf = drv: drv.outputs or [ "out" ];
  metaOf = drv: attrsOr { } (drv.meta or { });

  describeMeta = meta: {
    description = stringOr null (meta.description or null);
    homepage = homepageOf meta;
    licences = licencesOf meta;
    mainProgram = stringOr null (meta.mainProgram or null);
  };

  vulnerabilitiesOf = meta: strings (meta.knownVulnerabilities or [ ]);

  # What nixpkgs' check-meta.nix has against a package, whether or not it is allowed.
  marksOf = meta:
    let flagged = name: boolOr false (meta.${name} or false);
    in (if flagged "unfree" || any (licence: licence.free == false) (licencesOf meta) then [ "unfree" ] else [ ])
    ++ (if flagged "broken" then [ "broken" ] else [ ])
    ++ (if flagged "insecure" || vulnerabilitiesOf meta != [ ] then [ "insecure" ] else [ ])
    ++ (if flagged "unsupported" then [ "unsupported" ] else [ ]);
}
