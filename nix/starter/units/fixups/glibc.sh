# Debian has the C.UTF-8 locale beside the programs; it belongs to the library.
mkdir -p "$out/lib"
mv "$bin/lib/locale" "$out/lib/locale"
