# Debian chooses the version when the package is configured.
for program in "$out"/bin/lua[5c]*; do
  name=${program##*/}
  linkProgram "${name%%5*}" "$name"
done
