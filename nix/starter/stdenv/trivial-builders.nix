# Small builders: commands, texts, scripts, and environments of links.
{ lib, self }:
let
  inherit (self.stdenv) mkDerivation;

  runCommandWith =
    { name, derivationArgs ? { }, stdenv ? self.stdenv, runLocal ? false }:
    buildCommand:
    stdenv.mkDerivation (
      {
        inherit name buildCommand;
        pos = builtins.unsafeGetAttrPos "name" derivationArgs;
        passAsFile = [ "buildCommand" ] ++ derivationArgs.passAsFile or [ ];
      }
      // lib.optionalAttrs runLocal {
        preferLocalBuild = true;
        allowSubstitutes = false;
      }
      // removeAttrs derivationArgs [ "passAsFile" ]
    );
  runCommand = name: env: runCommandWith { inherit name; derivationArgs = env; };
  runCommandLocal = name: env: runCommandWith { inherit name; derivationArgs = env; runLocal = true; };

  writeTextFile =
    { name, text, executable ? false, destination ? "", checkPhase ? "", meta ? { }, passthru ? { }, ... }:
    runCommandLocal name
      {
        inherit text meta passthru;
        passAsFile = [ "text" ];
      }
      ''
        target=$out${lib.escapeShellArg destination}
        mkdir -p "$(dirname "$target")"
        if [ -n "''${textPath:-}" ]; then cp "$textPath" "$target"; else printf %s "$text" > "$target"; fi
        ${lib.optionalString executable ''chmod +x "$target"''}
        ${checkPhase}
      '';
  inShell = text: "#!${self.runtimeShell}\n${text}\n";

  # Links every file of `paths` into one tree. The first path that has a file wins.
  linkTree =
    { name, paths, postBuild ? "", meta ? { }, passthru ? { }, extra ? { } }:
    runCommandLocal name
      (
        {
          paths = lib.flatten paths;
          inherit meta passthru;
        }
        // extra
      )
      ''
        . ${./link-tree.sh}
        ${postBuild}
      '';
in
{
  inherit runCommandWith runCommand runCommandLocal writeTextFile;
  runCommandNoCC = runCommand;
  runCommandCC = runCommand;
  runtimeShell = "${self.bash}/bin/bash";

  writeText = name: text: writeTextFile { inherit name text; };
  writeTextDir = path: text: writeTextFile { name = baseNameOf path; inherit text; destination = "/${path}"; };
  writeScript = name: text: writeTextFile { inherit name text; executable = true; };
  writeScriptBin = name: text: writeTextFile { inherit name text; executable = true; destination = "/bin/${name}"; };
  writeShellScript = name: text: writeTextFile { inherit name; text = inShell text; executable = true; };
  writeShellScriptBin =
    name: text:
    writeTextFile {
      inherit name;
      text = inShell text;
      executable = true;
      destination = "/bin/${name}";
      meta.mainProgram = name;
    };
  writeShellApplication =
    { name, text, runtimeInputs ? [ ], checkPhase ? "", meta ? { }, ... }:
    writeTextFile {
      inherit name checkPhase;
      executable = true;
      destination = "/bin/${name}";
      meta = { mainProgram = name; } // meta;
      text = inShell ''
        set -o errexit -o nounset -o pipefail
        ${lib.optionalString (runtimeInputs != [ ]) ''export PATH="${lib.makeBinPath runtimeInputs}:$PATH"''}
        ${text}'';
    };
  concatTextFile = { name, files, ... }: runCommandLocal name { inherit files; } ''cat $files > "$out"'';
  concatText = name: files: self.concatTextFile { inherit name files; };

  symlinkJoin =
    { name ? "${args.pname}-${args.version}", paths, postBuild ? "", meta ? { }, passthru ? { }, ... }@args:
    linkTree {
      inherit name paths postBuild meta passthru;
      extra = removeAttrs args [ "name" "paths" "postBuild" "meta" "passthru" ];
    };
  # A directory that one path has is a link to it; of files that clash, that of the lowest meta.priority is linked.
  buildEnv =
    {
      name,
      paths,
      pathsToLink ? [ "/" ],
      extraOutputsToInstall ? [ ],
      ignoreCollisions ? false,
      postBuild ? "",
      meta ? { },
      passthru ? { },
      ...
    }:
    let
      priority = path: path.meta.priority or 5;
      all = builtins.concatMap (
        path:
        [ path ]
        ++ builtins.concatMap (
          output: lib.optional (lib.isDerivation path && path ? ${output}) path.${output}
        ) extraOutputsToInstall
      ) (lib.flatten paths);
      sorted = lib.unique (builtins.sort (a: b: priority a < priority b) all);
    in
    runCommandLocal name
      {
        inherit ignoreCollisions meta passthru;
        linkedPaths = sorted;
        priorities = map priority sorted;
        folders = pathsToLink;
      }
      ''
        . ${./build-env.sh}
        ${postBuild}
      '';
  linkFarm =
    name: entries:
    runCommandLocal name { } ''
      mkdir -p "$out"
      ${lib.concatMapStrings (entry: ''
        mkdir -p "$(dirname "$out"/${lib.escapeShellArg entry.name})"
        ln -s ${lib.escapeShellArg "${entry.path}"} "$out"/${lib.escapeShellArg entry.name}
      '') (if builtins.isAttrs entries then lib.mapAttrsToList (name: path: { inherit name path; }) entries else entries)}
    '';
  linkFarmFromDrvs = name: drvs: self.linkFarm name (map (drv: { inherit (drv) name; path = drv; }) drvs);

  fetchurl =
    {
      url ? builtins.head urls,
      urls ? [ url ],
      name ? baseNameOf (toString url),
      sha256 ? "",
      hash ? "",
      executable ? false,
      ...
    }:
    derivation {
      inherit name url executable;
      builder = "builtin:fetchurl";
      system = "builtin";
      outputHashMode = if executable then "recursive" else "flat";
      outputHashAlgo = if hash == "" then "sha256" else null;
      outputHash = if hash == "" then sha256 else hash;
      unpack = false;
      preferLocalBuild = true;
    };
  srcOnly = drv: drv.src;
  emptyFile = runCommandLocal "empty-file" { } ''touch "$out"'';
  emptyDirectory = runCommandLocal "empty-directory" { } ''mkdir "$out"'';
  inherit mkDerivation;
}
