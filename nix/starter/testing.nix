# Packages that go wrong on purpose, so that every error can be met, tested and shown without waiting for it. They are
# not in the catalogue of packages.
{ lib, self }:
let
  inherit (self.stdenv) mkDerivation;
  unfit =
    pname: meta:
    mkDerivation {
      inherit pname;
      version = "1.0";
      buildCommand = ''
        mkdir -p "$out/bin"
        printf '#!%s\necho "I am %s."\n' ${self.runtimeShell} ${pname} > "$out/bin/${pname}"
        chmod +x "$out/bin/${pname}"
      '';
      meta = {
        license = lib.licenses.mit;
        mainProgram = pname;
        platforms = lib.platforms.linux;
      } // meta;
    };
in
{
  # Each is refused unless the import arguments' config permits it.
  unfree-hello = unfit "unfree-hello" {
    description = "Package under a licence that is not free";
    license = lib.licenses.unfree;
  };
  broken-hello = unfit "broken-hello" {
    description = "Package that is marked as broken";
    broken = true;
  };
  insecure-hello = unfit "insecure-hello" {
    description = "Package with a known vulnerability";
    knownVulnerabilities = [ "It exists to be refused" ];
  };
  unsupported-hello = unfit "unsupported-hello" {
    description = "Package for another system";
    platforms = lib.platforms.darwin;
  };
  # Evaluation fails with an error that is nobody's vocabulary.
  evaluation-failure = throw "testing.evaluation-failure cannot be evaluated: this is what it is for.";

  # Always fails, after some lines of output.
  build-failure = mkDerivation {
    pname = "build-failure";
    version = "1.0";
    buildCommand = ''
      echo "checking for a way to succeed... no"
      echo "build-failure: error: this package always fails" >&2
      exit 3
    '';
    meta = {
      description = "Package whose build always fails";
      license = lib.licenses.mit;
    };
  };

  # Runs for `seconds` and prints a line each second: testing.slow-build.override { seconds = 2; }
  slow-build = lib.makeOverridable (
    { seconds }:
    mkDerivation {
      pname = "slow-build";
      version = "1.0";
      inherit seconds;
      buildCommand = ''
        for ((second = 1; second <= seconds; second++)); do
          echo "slow-build: second $second of $seconds"
          sleep 1
        done
        mkdir "$out"
        echo "took $seconds seconds" > "$out/slow-build"
      '';
      meta = {
        description = "Package that takes long to build";
        license = lib.licenses.mit;
      };
    }
  ) { seconds = 600; };
}
