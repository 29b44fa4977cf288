# The starter package set: packages of a Debian or Ubuntu machine in the shape of nixpkgs.
#
#   import ./. { debset = …/debset.json; debDir = …/debs; }
#
# debset  what there is and what it is made of, written by the generator (src/main/starter)
# debDir  folder with the packages as <sha256>.deb; only those of what is built need to be there
# system, config and overlays are as in nixpkgs. config knows allowUnfree, allowUnfreePredicate, allowBroken,
# allowUnsupportedSystem, permittedInsecurePackages and allowInsecurePredicate.
{
  debset,
  debDir,
  system ? null,
  localSystem ? null,
  crossSystem ? null,
  config ? { },
  overlays ? [ ],
  ...
}:
let
  lib = import ./lib;
  data = builtins.fromJSON (builtins.readFile debset);
  requested =
    if system != null then
      system
    else if localSystem != null then
      localSystem.system or localSystem
    else
      data.system;
  givenConfig = if lib.isFunction config then config { inherit pkgs; } else config;

  base =
    self:
    {
      inherit lib pkgs;
      config = givenConfig;
      inherit overlays;
      extend = overlay: lib.fix (lib.extends overlay (lib.extends (lib.composeManyExtensions overlays) base));
      appendOverlays = extra: lib.fix (lib.extends (lib.composeManyExtensions (overlays ++ extra)) base);
      callPackage = lib.callPackageWith self;
      callPackages = lib.callPackagesWith self;
      newScope = extra: lib.callPackageWith (self // extra);
      system = requested;
      buildPackages = self;
      pkgsBuildHost = self;
      targetPackages = self;
      recurseIntoAttrs = lib.recurseIntoAttrs;
    }
    // import ./stdenv {
      inherit lib;
      config = givenConfig;
      system = requested;
    }
    // import ./stdenv/trivial-builders.nix { inherit lib self; }
    // {
      dockerTools = import ./stdenv/docker-tools.nix {
        inherit lib self;
        system = requested;
      };
    }
    // import ./packages.nix {
      inherit lib self data;
      debDir = toString debDir;
    }
    // { testing = import ./testing.nix { inherit lib self; }; };

  pkgs = lib.fix (lib.extends (lib.composeManyExtensions overlays) base);
in
if crossSystem != null && crossSystem != requested then
  throw "The starter package set cannot be cross-compiled."
else if requested != data.system then
  throw "The starter package set of this machine is for ${data.system}, not for ${requested}."
else
  pkgs
