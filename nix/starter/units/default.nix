# One derivation a unit of debset.json: Debian packages unpacked, with every path in them pointing into the store.
{
  lib,
  data,
  debDir,
  mkDerivation,
  fetchurl,
  # The package of a unit, by the name of the unit's first Debian package.
  resolve,
  # More attributes of single units.
  passthru ? { },
}:
let
  # The .deb is content-addressed, so its derivation does not depend on where the folder of downloads is.
  fetchDeb =
    deb:
    fetchurl {
      name = lib.sanitizeDerivationName (builtins.replaceStrings [ "%3a" ] [ "-" ] deb.file);
      url = "file://${debDir}/${deb.sha256}.deb";
      inherit (deb) sha256;
    };

  # All units that building the given ones needs.
  closureOf =
    heads:
    map (item: item.key) (
      builtins.genericClosure {
        startSet = map (key: { inherit key; }) heads;
        operator = item: map (key: { inherit key; }) data.units.${item.key}.dependencies;
      }
    );
  allOutputs = package: map (output: package.${output}) (package.outputs or [ "out" ]);

  # The C library must not depend on the shells that depend on it, and neither may the shells' own dependencies.
  belowShells = closureOf data.shells;
  shells = head: if lib.elem head belowShells then lib.optional (head == "bash") "dash" else data.shells;

  fixupOf =
    head:
    let
      pname = data.units.${head}.pname;
      file = ./fixups + "/${pname}.sh";
      folder = ./fixups + "/${pname}";
    in
    if builtins.pathExists folder then
      { fixup = "${folder}/fixup.sh"; }
    else
      lib.optionalAttrs (builtins.pathExists file) { fixup = file; };

  makeUnit =
    head: unit:
    let
      outputs = map (output: output.name) unit.outputs;
      dependencies = lib.unique (lib.remove head (closureOf unit.dependencies ++ closureOf (shells head)));
      build =
        { dependencies, ... }:
        mkDerivation (
          {
            inherit (unit) name pname version;
            inherit outputs;
            inherit (data) multiarch;
            builder = ./build/unit.sh;
            unitScripts = ./build;
            shells = map resolve (shells head);
            searchPath = builtins.concatMap allOutputs dependencies;
            isLibc = if head == "libc6" then "1" else "";
            passthru = {
              debs = builtins.concatMap (output: output.debs) unit.outputs;
              dependencies = map resolve unit.dependencies;
            }
            // passthru.${head} or { };
            meta =
              {
                inherit (unit) description;
                license = lib.licenses.${unit.license};
                platforms = lib.platforms.linux;
                sourceProvenance = [ ];
                maintainers = [ ];
              }
              // lib.optionalAttrs (unit ? homepage) { inherit (unit) homepage; }
              // lib.optionalAttrs (unit ? mainProgram) { inherit (unit) mainProgram; }
              // lib.optionalAttrs (unit ? priority) { inherit (unit) priority; };
          }
          // lib.listToAttrs (
            map (output: lib.nameValuePair "debs_${output.name}" (map fetchDeb output.debs)) unit.outputs
          )
          // lib.optionalAttrs (unit ? startCommands) {
            startCommands = lib.concatStringsSep "\n" unit.startCommands;
          }
          // fixupOf head
        );
    in
    lib.makeOverridable build { dependencies = map resolve dependencies; };
in
builtins.mapAttrs makeUnit data.units
