# Refuses packages that the configuration does not permit, with the wording of nixpkgs, which tools and people know.
{ lib, config, hostPlatform }:
let
  allowed = option: variable: config.${option} or false || builtins.getEnv variable == "1";
  allowUnfree = allowed "allowUnfree" "NIXPKGS_ALLOW_UNFREE";
  allowBroken = allowed "allowBroken" "NIXPKGS_ALLOW_BROKEN";
  allowUnsupportedSystem = allowed "allowUnsupportedSystem" "NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM";
  allowInsecure = builtins.getEnv "NIXPKGS_ALLOW_INSECURE" == "1";

  licensesOf = package: lib.toList (package.meta.license or [ ]);
  isUnfree = package: builtins.any (license: !(license.free or true)) (licensesOf package);
  isInsecure = package: package.meta.knownVulnerabilities or [ ] != [ ];
  isUnsupported = package: !lib.meta.availableOn hostPlatform package;

  permittedInsecure = config.permittedInsecurePackages or [ ];
  insecurePredicate = config.allowInsecurePredicate or (package: builtins.elem package.name permittedInsecure);
  unfreePredicate = config.allowUnfreePredicate or (_: false);

  permit =
    option: variable:
    "To use it all the same, set `${option} = true` in the import arguments' `config`, or ${variable}=1.";
  licenseNames = package: lib.concatMapStringsSep ", " (license: license.shortName or "unknown") (licensesOf package);

  # The first problem with what allows it, in the order in which nixpkgs checks them.
  problemOf =
    package:
    if isUnfree package && !allowUnfree && !unfreePredicate package then
      {
        says = "has an unfree license (‘${licenseNames package}’)";
        remedy = permit "allowUnfree" "NIXPKGS_ALLOW_UNFREE";
      }
    else if package.meta.broken or false && !allowBroken then
      {
        says = "is marked as broken";
        remedy = permit "allowBroken" "NIXPKGS_ALLOW_BROKEN";
      }
    else if isUnsupported package && !allowUnsupportedSystem then
      {
        says = lib.concatStringsSep "\n" [
          "is not available on the requested hostPlatform:"
          "  hostPlatform.system = ${builtins.toJSON hostPlatform.system}"
          "  package.meta.platforms = ${builtins.toJSON (package.meta.platforms or [ ])}"
          "  package.meta.badPlatforms = ${builtins.toJSON (package.meta.badPlatforms or [ ])}"
          ""
        ];
        remedy = permit "allowUnsupportedSystem" "NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM";
      }
    else if isInsecure package && !insecurePredicate package && !allowInsecure then
      {
        says = "is marked as insecure";
        remedy = ''
          Known issues:
          ${lib.concatMapStringsSep "\n" (issue: " - ${issue}") package.meta.knownVulnerabilities}

          To use it all the same, add ${builtins.toJSON package.name} to `permittedInsecurePackages` in the import
          arguments' `config`.'';
      }
    else
      null;
in
{
  # package: { name, meta }; position: where it was written, as builtins.unsafeGetAttrPos gives it.
  # `handled` is true, or throws.
  check =
    package: position:
    let
      problem = problemOf package;
      where = if position == null then "«unknown location»" else "${position.file}:${toString position.line}";
    in
    {
      handled =
        problem == null
        || throw ''
          Package ‘${package.name}’ in ${where} ${problem.says}, refusing to evaluate.

          ${problem.remedy}
        '';
      meta = {
        available = problem == null;
        broken = package.meta.broken or false;
        unfree = isUnfree package;
        insecure = isInsecure package;
        unsupported = isUnsupported package;
      };
    };
}
