# Programs and libraries: the loader and the folders of the libraries that they need, in the store.

# Files that have all libraries that they need.
patchedFiles=()

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
  # Not before all are patched: they may need each other.
  if [ ${#patchedFiles[@]} -gt 0 ]; then verifyElfFiles; fi
}

patchElf() {
  local file=$1 facts declared needed library interpreter runpath= isComplete=1
  # The RUNPATH on the first line, empty if there is none, then one library a line.
  facts=$(patchelf --print-rpath --print-needed "$file" 2> /dev/null) || return 0
  declared=${facts%%$'\n'*}
  needed=${facts#"$declared"}
  [ -n "$needed" ] || return 0
  interpreter=$(patchelf --print-interpreter "$file" 2> /dev/null) || interpreter=
  # A hard link that has been patched under its other name.
  case $interpreter in "$NIX_STORE"/*) return 0 ;; esac
  for library in $needed; do
    if locateLibrary "$library" "$file" "$declared"; then
      case :$runpath: in *":$REPLY:"*) ;; *) runpath=${runpath:+$runpath:}$REPLY ;; esac
    elif [ -n "$interpreter" ]; then
      echo "strata: $file needs $library, which none of its dependencies has." >&2
      exit 1
    else
      # A plugin for something that Debian only recommends.
      echo "strata: $file stays unusable, because nothing here has $library."
      isComplete=
    fi
  done
  # patchelf 0.18 lays one segment over another in programs with a fixed address, when it is given both at once or the
  # interpreter first.
  patchelf --set-rpath "$runpath" "$file"
  if [ -n "$interpreter" ]; then
    locate "$interpreter"
    patchelf --set-interpreter "$REPLY" "$file"
  fi
  refuseOverlaps "$file"
  if [ -n "$isComplete" ]; then patchedFiles+=("$file"); fi
}

# Ends the build where two segments of the file $1 that are loaded share a page: of what was loaded first, part is lost.
refuseOverlaps() {
  local -a header segment
  local -i start end=0
  # The file's header in numbers of 16 bits: where the list of segments is, how long an entry is, how many there are.
  read -r -a header < <(od -An -v -w64 -t u2 -N 64 "$1")
  # Only files of 64 bits have their numbers at these places.
  [ $((header[2] & 255)) = 2 ] || return 0
  while read -r -a segment; do
    # Type (1: loaded), place in the file, address, …, length in memory.
    [ $((segment[0] & 0xffffffff)) = 1 ] || continue
    start=$((segment[2] / 4096))
    if ((start < end)); then
      echo "strata: patchelf $(patchelf --version | cut -d ' ' -f 2) has damaged $1: a segment of it lies over another one." >&2
      echo "strata: The program would not start. Another version of patchelf may be able to do it." >&2
      exit 1
    fi
    end=$(((segment[2] + segment[5] + 4095) / 4096))
  done < <(od -An -v -w"${header[27]}" -t u8 -j $((header[16] + (header[17] << 16))) -N $((header[27] * header[28])) "$1")
}

# The loader of the C library must find all that a file needs, and what that needs.
verifyElfFiles() {
  local store loader= candidate file
  for store in "${outputPaths[@]}" $searchPath; do
    for candidate in "$store"/lib*/ld-linux*.so.*; do loader=${loader:-$candidate}; done
  done
  [ -n "$loader" ] || return 0
  for file in "${patchedFiles[@]}"; do
    if ! REPLY=$(env -i "$loader" --list "$file" 2>&1); then
      echo "strata: The loader refuses $file: $REPLY" >&2
      exit 1
    fi
  done
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
