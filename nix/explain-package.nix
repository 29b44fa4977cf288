# Fails the way a package fails: nix/lookup.nix can see that something throws, but not what it says.
#
# `requestFile` holds JSON: { source, importArguments, system, attribute }, where `attribute` is a path that exists.
{ requestFile }:
let
  asked = builtins.fromJSON (builtins.readFile requestFile);
  pkgs = import ./load-pkgs.nix { inherit (asked) source importArguments system; };
  package = builtins.foldl' (set: name: set.${name}) pkgs asked.attribute;
in
builtins.seq package.drvPath null
