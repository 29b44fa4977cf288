# Links the files of `paths` into $out. Folders that only one path has are real folders here too, so that further links can
# be added by the caller's commands.
mkdir -p "$out"
for linkedPath in $paths; do
  while IFS= read -r -d '' linkedEntry; do
    linkedEntry=${linkedEntry#./}
    case $linkedEntry in nix-support | nix-support/*) continue ;; esac
    linkedTarget=$out/$linkedEntry
    linkedSource=$linkedPath/$linkedEntry
    if [ -d "$linkedSource" ] && [ ! -L "$linkedSource" ]; then
      # A folder that an earlier path has as a link becomes a folder of links.
      if [ -L "$linkedTarget" ]; then
        linkedBefore=$(readlink -f "$linkedTarget")
        rm "$linkedTarget"
        mkdir "$linkedTarget"
        find "$linkedBefore" -mindepth 1 -maxdepth 1 -exec ln -s -t "$linkedTarget" {} +
      fi
      mkdir -p "$linkedTarget"
    elif [ ! -e "$linkedTarget" ] && [ ! -L "$linkedTarget" ]; then
      ln -s "$linkedSource" "$linkedTarget"
    fi
  done < <(cd "$linkedPath" && find . -mindepth 1 -print0 | LC_ALL=C sort -z)
done
