# stdenv.mkDerivation: what makes every package of this set. Builders run under the machine's own bash with its
# coreutils in PATH, so they need `sandbox = false` or both brought into it; there is no compiler.
{ lib, config, system }:
let
  hostPlatform = lib.systems.elaborate system;
  inherit (import ./check-meta.nix { inherit lib config hostPlatform; }) check;

  # The machine's, not the store's: see docs/decisions.
  shell = "/bin/bash";
  hostPath = "/usr/bin:/bin:/usr/sbin:/sbin";

  # Attributes that describe a package and are not the builder's business.
  descriptive = [ "meta" "passthru" "pos" "overrideAttrs" "finalPackage" ];

  make =
    definition:
    let
      # A definition may refer to the attributes as overrideAttrs leaves them.
      attributes = definition (attributes // { finalPackage = package; });
      name =
        if attributes ? name then
          attributes.name
        else if attributes ? pname && attributes ? version then
          "${attributes.pname}-${attributes.version}"
        else
          throw "mkDerivation needs a name, or pname and version.";
      givenMeta = attributes.meta or { };
      position =
        if attributes ? pos then
          attributes.pos
        else
          lib.findFirst (p: p != null) null (
            map (key: builtins.unsafeGetAttrPos key attributes) [ "version" "name" "pname" ]
          );
      verdict = check { inherit name; meta = givenMeta; } position;
      outputs = attributes.outputs or [ "out" ];
      meta =
        {
          inherit name;
          outputsToInstall = [ (if lib.elem "bin" outputs then "bin" else builtins.head outputs) ];
        }
        // lib.optionalAttrs (position != null) { position = "${position.file}:${toString position.line}"; }
        // givenMeta
        // verdict.meta;
      drv = derivation (
        {
          inherit shell;
          SOURCE_DATE_EPOCH = "315532800";
          builder = shell;
          args = [ "-e" ./setup.sh ];
          inherit hostPath;
        }
        // removeAttrs attributes (descriptive ++ [ "builder" "args" ])
        // { inherit name system; }
        // lib.optionalAttrs (attributes ? builder) { customBuilder = attributes.builder; }
      );
      package = lib.extendDerivation verdict.handled (
        {
          inherit meta;
          passthru = attributes.passthru or { };
          overrideAttrs =
            change:
            make (
              lib.extends (if lib.isFunction change then lib.toOverlay change else (_: _: change)) definition
            );
        }
        // attributes.passthru or { }
      ) drv;
    in
    package;

  mkDerivation = definition: make (if lib.isFunction definition then definition else (_: definition));

  stdenv = {
    inherit mkDerivation shell hostPlatform system;
    buildPlatform = hostPlatform;
    targetPlatform = hostPlatform;
    inherit (hostPlatform) isLinux isDarwin isx86_64 isAarch64 is64bit;
    hasCC = false;
    name = "stdenv-starter";
    override = _: stdenv;
  };
in
{
  inherit stdenv;
  stdenvNoCC = stdenv;
  inherit (stdenv) mkDerivation;
}
