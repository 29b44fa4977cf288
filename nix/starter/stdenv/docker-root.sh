# The layer of an image's root: links to what is in $contents, changed by commands that may give files away.
if ! command -v fakeroot > /dev/null; then
  echo "strata: dockerTools of the starter package set needs fakeroot on this machine (Debian: apt-get install fakeroot)." >&2
  exit 1
fi
mkdir root "$out"
for content in $contents; do cp -rPn --no-preserve=mode,ownership "$content/." root; done
(cd root && . "$extraCommandsPath")
export out
fakeroot -- "$shell" -c '
  set -eu
  cd root
  . "$fakeRootCommandsPath"
  tar --sort=name --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf "$out/layer.tar" .
'
