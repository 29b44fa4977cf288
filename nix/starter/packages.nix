# The attributes: units by their names in nixpkgs, and Python.
{ lib, self, data, debDir }:
let
  python = import ./python.nix { inherit lib self data; };

  attributeOf = lib.mapAttrs' (
    attribute: { unit, ... }: lib.nameValuePair unit (lib.splitString "." attribute)
  ) data.attributes;
  units = import ./units {
    inherit lib data debDir;
    inherit (self.stdenv) mkDerivation;
    inherit (self) fetchurl;
    # Dependencies are looked up in the final set, so that an overlay which changes a package changes what depends on it.
    resolve = head: lib.attrByPath (attributeOf.${head} or [ "debianUnits" head ]) units.${head} self;
    passthru.python3 = python.passthru;
  };

  # Nested sets are marked so that tools walk into them, as in nixpkgs.
  place =
    set: attribute:
    let
      path = lib.splitString "." attribute;
      outer = builtins.head path;
      package = units.${data.attributes.${attribute}.unit};
    in
    set
    // {
      ${outer} =
        if lib.length path == 1 then
          package
        else
          lib.recurseIntoAttrs (set.${outer} or { } // { ${lib.last path} = package; });
    };
  attributes = builtins.foldl' place { } (builtins.attrNames data.attributes);
in
attributes
// builtins.mapAttrs (_: attribute: lib.getAttrFromPath (lib.splitString "." attribute) self) data.aliases
// {
  # Every unit by the name of its first Debian package.
  debianUnits = units;
}
// lib.optionalAttrs (attributes ? python3) {
  python3Packages = attributes.python3Packages or { } // python.extra;
}
