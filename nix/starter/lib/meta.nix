# Functions about packages' descriptions of themselves.
lib: {
  addMetaAttrs = meta: drv: drv // { meta = drv.meta or { } // meta; };
  setName = name: drv: drv // { inherit name; };
  lowPrio = lib.addMetaAttrs { priority = 10; };
  hiPrio = lib.addMetaAttrs { priority = -10; };
  setPrio = priority: lib.addMetaAttrs { inherit priority; };
  getExe =
    package:
    lib.getExe' package (
      package.meta.mainProgram or (lib.warn "getExe: ${package.name} has no meta.mainProgram." (lib.getName package))
    );
  getExe' = package: program: "${lib.getBin package}/bin/${program}";
  getLicenseFromSpdxId =
    id: lib.findFirst (l: l.spdxId or null == id) { shortName = id; } (builtins.attrValues lib.licenses);
  licensesSpdx = lib.mapAttrs' (_: l: lib.nameValuePair l.spdxId l) (lib.filterAttrs (_: l: l ? spdxId) lib.licenses);

  # A platform is a system's name, or a pattern over the attributes of an elaborated system.
  meta = {
    inherit (lib) getExe getExe';
    platformMatch =
      platform: pattern:
      if builtins.isString pattern then
        pattern == platform.system
      else
        lib.matchAttrs pattern platform || lib.matchAttrs pattern (platform.parsed or { });
    availableOn =
      platform: package:
      (!package ? meta.platforms || builtins.any (lib.meta.platformMatch platform) package.meta.platforms)
      && !builtins.any (lib.meta.platformMatch platform) (package.meta.badPlatforms or [ ]);
  };
  matchAttrs =
    pattern: set:
    builtins.all (
      name:
      set ? ${name}
      && (
        if builtins.isAttrs pattern.${name} then
          lib.matchAttrs pattern.${name} set.${name}
        else
          pattern.${name} == set.${name}
      )
    ) (builtins.attrNames pattern);
}
