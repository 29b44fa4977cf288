# Debian puts a script in front that finds out which server is meant; here there is one version.
for program in "$out"/lib/postgresql/*/bin/*; do ln -sfnr "$program" "$out/bin/${program##*/}"; done
