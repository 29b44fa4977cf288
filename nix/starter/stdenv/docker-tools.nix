# Images as nixpkgs' dockerTools makes them, as far as `strata nix` asks for them: what is on the root is the same, the
# store paths are in one layer.
{ lib, self, system }:
let
  architectures = {
    x86_64-linux = "amd64";
    aarch64-linux = "arm64";
  };

  buildLayeredImage =
    {
      name,
      tag ? "latest",
      contents ? [ ],
      config ? { },
      created ? "1970-01-01T00:00:01Z",
      extraCommands ? "",
      fakeRootCommands ? "",
      maxLayers ? 100,
    }:
    let
      baseName = baseNameOf name;
      root = self.runCommandLocal "${baseName}-customisation-layer" {
        inherit extraCommands fakeRootCommands;
        contents = lib.toList contents;
        passAsFile = [ "extraCommands" "fakeRootCommands" ];
      } (builtins.readFile ./docker-root.sh);
    in
    self.runCommandLocal "docker-image-${baseName}.tar" {
      inherit root created;
      reference = "${name}:${tag}";
      architecture = architectures.${system};
      config = builtins.toJSON config;
      exportReferencesGraph = [ "closure" root ];
    } (builtins.readFile ./docker-image.sh);

  streamLayeredImage =
    image:
    self.writeScript "stream-${baseNameOf image.name}" ''
      #!${self.runtimeShell}
      exec ${self.coreutils}/bin/cat ${buildLayeredImage image}
    '';
in
{
  inherit buildLayeredImage streamLayeredImage;
}
