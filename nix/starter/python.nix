# Python with modules beside it. A module's unit lists all modules that it needs in a .pth file (build/modules.sh), so
# an interpreter that looks into its folder finds the rest.
{ lib, self, data }:
let
  sitePackages = "lib/python3/dist-packages";

  withPackages =
    choose:
    let
      modules = builtins.filter lib.isDerivation (lib.flatten (choose self.python3Packages));
    in
    self.runCommandLocal "python3-${self.python3.version}-env"
      {
        passthru = {
          interpreter = self.python3;
          inherit sitePackages;
        };
        meta = { inherit (self.python3.meta) description homepage license mainProgram; };
      }
      ''
        mkdir -p "$out/bin"
        for program in ${self.python3}/bin/python${data.pythonVersion} ${self.python3}/bin/python3; do
          wrapper=$out/bin/''${program##*/}
          printf '#!%s\nexport NIX_PYTHONPATH=%s\nexec "%s" "$@"\n' \
            ${self.dash}/bin/dash '${lib.makeSearchPath sitePackages modules}' "$program" > "$wrapper"
          chmod +x "$wrapper"
        done
        ln -s python3 "$out/bin/python"
      '';
in
{
  # What the interpreter offers to expressions.
  passthru = {
    inherit withPackages sitePackages;
    pythonVersion = data.pythonVersion;
    pkgs = self.python3Packages;
    executable = "python${data.pythonVersion}";
    interpreter = "${self.python3}/bin/python3";
    isPy3 = true;
    buildEnv = throw "The starter package set has python3.withPackages, not python3.buildEnv.";
  };

  # What nixpkgs' python3Packages has beside the modules.
  extra = {
    python = self.python3;
    callPackage = lib.callPackageWith (self // self.python3Packages);
    recurseForDerivations = true;
  };
}
