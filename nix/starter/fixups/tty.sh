# The C library of terminals, libtinfo, has the list of folders for terminal descriptions compiled in, 47 bytes long. A
# store path that is the folder itself and has a name of three letters is exactly as long: see libtinfo6.sh.
mv "$out"/lib/terminfo "$PWD/terminfo"
rm -rf "${out:?}"/*
cp -r "$PWD"/terminfo/. "$out/"
