# Calling packages with what they ask for, and changing them afterwards.
lib:
{
  # The result of `f args`, which can be computed again with other arguments.
  makeOverridable =
    f:
    lib.mirrorFunctionArgs f (
      args:
      let
        result = f args;
        overrideWith = changes: args // (if lib.isFunction changes then changes args else changes);
        override = changes: lib.makeOverridable f (overrideWith changes);
      in
      if builtins.isAttrs result then
        result
        // { inherit override; }
        // lib.optionalAttrs (result ? overrideAttrs) {
          overrideAttrs = change: lib.makeOverridable (lib.mirrorFunctionArgs f (a: (f a).overrideAttrs change)) args;
        }
      else if lib.isFunction result then
        lib.setFunctionArgs result (lib.functionArgs result) // { inherit override; }
      else
        result
    );

  callPackageWith =
    scope: packageOrFile: args:
    let
      f = if lib.isFunction packageOrFile then packageOrFile else import packageOrFile;
      wanted = lib.functionArgs f;
      given = builtins.intersectAttrs wanted scope // args;
      missing = builtins.filter (name: !wanted.${name} && !given ? ${name}) (builtins.attrNames wanted);
    in
    if missing == [ ] then
      lib.makeOverridable f given
    else
      throw "Function called without required argument \"${builtins.head missing}\" by callPackage.";
  callPackagesWith =
    scope: f: args:
    let
      result = lib.callPackageWith scope f args;
    in
    removeAttrs result [ "override" "overrideDerivation" ];

  # A derivation with more attributes, whose evaluation is refused unless the condition holds.
  extendDerivation =
    condition: extra: drv:
    let
      outputs = drv.outputs or [ "out" ];
      common = drv // each // { all = map (output: each.${output}) outputs; } // extra;
      each = lib.genAttrs outputs (
        output:
        common
        // {
          inherit (drv.${output}) type outputName;
          outputSpecified = true;
          drvPath = assert condition; drv.${output}.drvPath;
          outPath = assert condition; drv.${output}.outPath;
        }
      );
    in
    common
    // {
      drvPath = assert condition; drv.drvPath;
      outPath = assert condition; drv.outPath;
    };
  hydraJob = lib.id;
  addPassthru = extra: drv: drv // extra // { passthru = drv.passthru or { } // extra; };

  makeScope =
    newScope: f:
    let
      self = f self // {
        newScope = extra: newScope (self // extra);
        callPackage = self.newScope { };
        overrideScope = overlay: lib.makeScope newScope (lib.extends overlay f);
        packages = f;
      };
    in
    self;
}
