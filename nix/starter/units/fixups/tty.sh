# The library of terminals, libtinfo, has the list of folders for terminal descriptions compiled in, 47 bytes long. A
# store path that is the folder itself and has a name of three letters is exactly as long: see libtinfo6.sh.
for folder in "$out/lib/terminfo" "$out/share/terminfo"; do
  if [ -d "$folder" ]; then cp -a "$folder" "$PWD/"; fi
done
rm -rf "${out:?}"/*
cp -a "$PWD"/terminfo/. "$out/"
