# A package source as an attribute set of packages.
#
# `source` is a source that src/main/nix/source.ts has resolved and pinned:
#   { type = "path"; path = "/abs"; }                   a Nix file, or a directory with a default.nix
#   { type = "tarball"; url; sha256; }                  nixpkgs at a commit
#   { type = "git"; url; rev; ref ? null; }             a tree in a git repository
#   { type = "flake"; ref; }                            a locked flake reference
#   { type = "starter"; path; debset; debDir; }         the offline package set
# `importArguments` are the user's; they are JSON, so `overlays` is a list of paths of Nix files, relative ones to
# `source.overlayDirectory`.
{ source, importArguments ? { }, system }:
let
  toPath = string: /. + string;

  overlayOf = file:
    if !builtins.isString file then throw "An overlay is the path of a Nix file."
    else if builtins.substring 0 1 file == "/" then import (toPath file)
    else import (toPath "${source.overlayDirectory}/${file}");

  userArguments = importArguments // (
    if importArguments ? overlays then { overlays = map overlayOf importArguments.overlays; } else { }
  );

  # Given even where the user gives none: nixpkgs would otherwise read the configuration of whoever runs it, and the
  # same document would make another image for another person.
  defaults = { inherit system; config = { }; overlays = [ ]; };

  # What a function's pattern looks like: builtins.functionArgs tells neither `args:` from `{ }:` nor whether there is
  # an ellipsis, and an argument that is not expected cannot be caught.
  takesAnything = function:
    let
      pattern = builtins.toXML function;
      has = text: builtins.length (builtins.split text pattern) > 1;
    in
    has "<varpat " || has "ellipsis=\"1\"";

  call = value:
    if builtins.isFunction value then
      let
        known = builtins.functionArgs value;
        expected = if known == { } && takesAnything value then defaults else builtins.intersectAttrs known defaults;
      in
      value (expected // userArguments)
    else if importArguments != { } then
      throw "The package source is not a function, so it takes no import arguments."
    else
      value;

  packagesOfFlake = flake:
    let
      at = set: if set ? ${system} then set.${system} else { };
      isNixpkgs = builtins.pathExists (flake.outPath + "/pkgs/top-level/default.nix");
      merged = at (flake.legacyPackages or { }) // at (flake.packages or { });
      systems = builtins.attrNames ((flake.legacyPackages or { }) // (flake.packages or { }));
    in
    # An evaluated flake has its arguments behind it; nixpkgs can be imported again with others.
    if importArguments != { } && isNixpkgs then call (import flake.outPath)
    else if importArguments != { } then throw "The flake takes no import arguments; only nixpkgs does."
    else if merged == { } && systems == [ ] then throw "The flake has neither packages nor legacyPackages."
    else if merged == { } then
      throw "The flake has packages for ${builtins.concatStringsSep ", " systems}, but none for ${system}."
    else merged;

  loaders = {
    path = call (import (toPath source.path));
    tarball = call (import (builtins.fetchTarball { inherit (source) url sha256; }));
    git = call (import (builtins.fetchGit (
      { inherit (source) url rev; } // (if source ? ref then { inherit (source) ref; } else { allRefs = true; })
    )).outPath);
    flake = packagesOfFlake (builtins.getFlake source.ref);
    starter = import (toPath source.path) (defaults // {
      debset = toPath source.debset;
      debDir = toPath source.debDir;
    } // userArguments);
  };

  packages = loaders.${source.type};
in
if builtins.isAttrs packages then packages
else throw "The package source is a ${builtins.typeOf packages}, not a set of packages."
