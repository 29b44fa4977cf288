# Makes the compiled-in search path for terminal descriptions the store path that has them (see tty.sh). Both have the
# same length, so that nothing else moves.
compiledIn=/etc/terminfo:/lib/terminfo:/usr/share/terminfo
for store in $searchPath; do
  case $store in *-tty) descriptions=$store ;; esac
done
if [ -n "${descriptions:-}" ] && [ ${#descriptions} -eq ${#compiledIn} ]; then
  for library in "$out/lib/$multiarch"/libtinfo.so.*.*; do
    sed -i "s#$compiledIn#$descriptions#g" "$library"
    grep -q "$descriptions" "$library"
  done
fi
