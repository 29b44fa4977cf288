# Python with modules beside it. A module's unit lists all modules that it needs in a .pth file (build/unit.sh), so an
# interpreter that looks into its folder finds the rest.
{ lib, self, units, data }:
let
  sitePackages = "lib/python3/dist-packages";

  withPackages =
    choose:
    let
      modules = builtins.filter lib.isDerivation (lib.flatten (choose self.python3Packages));
      interpreter = units.python3;
    in
    self.runCommandLocal "python3-${interpreter.version}-env"
      {
        passthru = { inherit interpreter sitePackages; };
        meta = removeAttrs interpreter.meta [ "name" "position" "available" "broken" "unfree" "insecure" "unsupported" ];
      }
      ''
        mkdir -p "$out/bin"
        for program in ${interpreter}/bin/python3*; do
          [ -x "$program" ] && [ "''${program%-config}" = "$program" ] || continue
          wrapper=$out/bin/$(basename "$program")
          printf '#!%s\nNIX_PYTHONPATH=%s exec %s "$@"\n' \
            ${self.dash}/bin/dash '${lib.makeSearchPath sitePackages modules}' "$program" > "$wrapper"
          chmod +x "$wrapper"
        done
        ln -s python3 "$out/bin/python"
      '';

  passthru = {
    inherit withPackages sitePackages;
    pythonVersion = data.pythonVersion;
    pkgs = self.python3Packages;
    executable = "python${data.pythonVersion}";
    interpreter = "${units.python3}/bin/python3";
    isPy3 = true;
    buildEnv = throw "The starter package set has python3.withPackages, not python3.buildEnv.";
  };
in
{
  interpreter = units.python3 // passthru // { passthru = units.python3.passthru // passthru; };

  # What nixpkgs' python3Packages has beside the modules.
  extra = {
    python = self.python3;
    callPackage = lib.callPackageWith (self // self.python3Packages);
    recurseForDerivations = true;
  };
}
