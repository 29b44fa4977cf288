# Parts of a version.
lib: {
  versions = rec {
    splitVersion = builtins.splitVersion;
    part = index: version: lib.elemAt (splitVersion version ++ [ "" "" "" ]) index;
    major = part 0;
    minor = part 1;
    patch = part 2;
    majorMinor = version: lib.concatStringsSep "." (lib.take 2 (splitVersion version));
    pad = count: version: lib.concatStringsSep "." (lib.take count (splitVersion version ++ lib.replicate count "0"));
  };
}
