# The attributes: units by their names in nixpkgs, and Python.
{ lib, self, data, debDir }:
let
  units = import ./units.nix { inherit lib self data debDir; };
  python = import ./python.nix { inherit lib self units data; };

  # Nested sets are marked so that tools walk into them, as in nixpkgs.
  place =
    set: attribute:
    let
      path = lib.splitString "." attribute;
      outer = builtins.head path;
      unit = data.attributes.${attribute}.unit;
      package = if unit == "python3" then python.interpreter else units.${unit};
    in
    set
    // (
      if lib.length path == 1 then
        { ${outer} = package; }
      else
        { ${outer} = lib.recurseIntoAttrs (set.${outer} or { } // { ${lib.last path} = package; }); }
    );
  attributes = builtins.foldl' place { } (builtins.attrNames data.attributes);
  numbered = builtins.replaceStrings [ "." ] [ "" ] (data.pythonVersion or "");
in
attributes
// {
  # Every unit by the name of its first Debian package.
  debianUnits = units;
  bashInteractive = attributes.bash;
  bashNonInteractive = attributes.bash;
}
// lib.optionalAttrs (attributes ? python3) {
  python3Packages = attributes.python3Packages or { } // python.extra;
  python3 = python.interpreter;
  python3Minimal = python.interpreter;
  "python${numbered}" = python.interpreter;
  "python${numbered}Packages" = self.python3Packages;
}
