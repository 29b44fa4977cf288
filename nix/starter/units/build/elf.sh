# Programs and libraries: the loader and the folders of the libraries that they need, in the store.

patchElfFiles() {
  local output file magic
  for output in "${outputPaths[@]}"; do
    # The C library and its loader find each other by themselves, and patching would break them.
    if [ -n "$isLibc" ] && [ "$output" = "$out" ]; then continue; fi
    while IFS= read -r -d '' file; do
      magic=
      IFS= read -r -N 4 magic < "$file" 2> /dev/null || true
      if [ "$magic" = $'\x7fELF' ]; then patchElf "$file"; fi
    done < <(find "$output" -type f -size +64c \( -perm /111 -o -name '*.so' -o -name '*.so.*' \) -print0 | sort -z)
  done
}

patchElf() {
  local file=$1 facts declared needed library interpreter runpath=
  # The RUNPATH on the first line, empty if there is none, then one library a line.
  facts=$(patchelf --print-rpath --print-needed "$file" 2> /dev/null) || return 0
  declared=${facts%%$'\n'*}
  needed=${facts#"$declared"}
  [ -n "$needed" ] || return 0
  for library in $needed; do
    if locateLibrary "$library" "$file" "$declared"; then
      case :$runpath: in *":$REPLY:"*) ;; *) runpath=${runpath:+$runpath:}$REPLY ;; esac
    elif interpreter=$(patchelf --print-interpreter "$file" 2> /dev/null); then
      echo "strata: $file needs $library, which none of its dependencies has." >&2
      exit 1
    else
      # A plugin for something that Debian only recommends.
      echo "strata: $file stays unusable, because nothing here has $library."
    fi
  done
  if interpreter=$(patchelf --print-interpreter "$file" 2> /dev/null); then
    # A hard link may have been patched under its other name.
    case $interpreter in
      "$NIX_STORE"/*) REPLY=$interpreter ;;
      *) locate "$interpreter" ;;
    esac
    patchelf --set-interpreter "$REPLY" --set-rpath "$runpath" "$file"
  else
    patchelf --set-rpath "$runpath" "$file"
  fi
}

# Folders of the libraries that were found in the usual places.
declare -A libraryFolders

# $1: name of a library, $2: the file that needs it, $3: its RUNPATH in Debian. Result in REPLY: the folder.
locateLibrary() {
  local folder folders store
  if [ -z "$3" ] && [ -n "${libraryFolders[$1]:-}" ]; then
    REPLY=${libraryFolders[$1]}
    return 0
  fi
  IFS=: read -r -a folders <<< "$3"
  for folder in "${folders[@]}" "/lib/$multiarch" /lib; do
    folder=${folder//'$ORIGIN'/${2%/*}}
    folder=${folder//'${ORIGIN}'/${2%/*}}
    if [ -e "$folder/$1" ]; then
      case $folder in "$NIX_STORE"/*) normalize "$folder"; return 0 ;; esac
    fi
    if locate "$folder/$1"; then
      REPLY=${REPLY%/*}
      libraryFolders[$1]=$REPLY
      return 0
    fi
  done
  # A private folder, such as one that the program adds to the search path itself.
  for store in "${outputPaths[@]}" $searchPath; do
    [ -d "$store/lib" ] || continue
    folder=$(find "$store/lib" -name "$1" -printf '%h\n' -quit)
    if [ -n "$folder" ]; then
      REPLY=$folder
      return 0
    fi
  done
  return 1
}
