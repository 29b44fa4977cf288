# Nix looks below /usr for the program that it asks whether another machine is to build.
wrapProgram "$out/bin/nix" "NIX_LIBEXEC_DIR?=$out/libexec"
