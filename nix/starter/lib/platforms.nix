# Systems, and the questions that expressions ask about them.
lib:
let
  linux = [ "x86_64-linux" "aarch64-linux" "i686-linux" "armv7l-linux" "riscv64-linux" "powerpc64le-linux" "s390x-linux" ];
  darwin = [ "x86_64-darwin" "aarch64-darwin" ];
  x86_64 = [ "x86_64-linux" "x86_64-darwin" ];
  aarch64 = [ "aarch64-linux" "aarch64-darwin" ];
in
{
  platforms = {
    inherit linux darwin x86_64 aarch64;
    unix = linux ++ darwin;
    all = linux ++ darwin;
    none = [ ];
  };

  systems = {
    examples = { };
    elaborate =
      given:
      let
        system = if builtins.isString given then given else given.system;
        parts = lib.splitString "-" system;
        cpu = builtins.head parts;
        kernel = lib.last parts;
        isLinux = kernel == "linux";
        isDarwin = kernel == "darwin";
      in
      {
        inherit system isLinux isDarwin;
        config = if isLinux then "${cpu}-unknown-linux-gnu" else "${cpu}-apple-darwin";
        isUnix = true;
        isWindows = false;
        isMusl = false;
        isGnu = isLinux;
        isStatic = false;
        isx86_64 = cpu == "x86_64";
        isx86_32 = cpu == "i686";
        isx86 = lib.elem cpu [ "x86_64" "i686" ];
        isAarch64 = cpu == "aarch64";
        isAarch = lib.elem cpu [ "aarch64" "armv7l" ];
        is64bit = lib.hasSuffix "64" cpu || cpu == "s390x" || cpu == "powerpc64le";
        is32bit = lib.elem cpu [ "i686" "armv7l" ];
        linuxArch = if cpu == "aarch64" then "arm64" else cpu;
        parsed = {
          cpu.name = cpu;
          kernel.name = kernel;
        };
        libc = if isLinux then "glibc" else "libSystem";
        extensions.sharedLibrary = if isDarwin then ".dylib" else ".so";
        canExecute = other: other.system == system;
      };
  };
}
