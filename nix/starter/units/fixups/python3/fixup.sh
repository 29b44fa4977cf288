# Modules may be outside the interpreter's own folder (see strata_sites.py); python is a name that nixpkgs has.
ln -s python3 "$out/bin/python"
sites=$out/lib/python3/dist-packages
mkdir -p "$sites"
cp "${fixup%/*}/strata_sites.py" "$sites/"
echo 'import strata_sites; strata_sites.add()' > "$sites/strata-sites.pth"
