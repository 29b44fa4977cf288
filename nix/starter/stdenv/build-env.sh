# Links what `linkedPaths` have below `folders` into $out, as nixpkgs' buildEnv does: a directory that one path has is a link
# to it, one that several have is a real directory; of files, the first path's is linked.
linkInto() { # DIRECTORY FOLDER SOURCE...
  local into=$1 folder=$2 name source
  shift 2
  local -A sources=()
  for source in "$@"; do
    while IFS= read -r -d '' name; do
      isLinked "$folder$name" || continue
      sources[$name]+=$source/$name$'\n'
    done < <(find -H "$source" -mindepth 1 -maxdepth 1 -printf '%f\0')
  done
  for name in "${!sources[@]}"; do
    linkOne "$into/$name" "$folder$name" "${sources[$name]}"
  done
}

linkOne() { # TARGET PATH SOURCES
  local target=$1 path=$2 first source
  local -a all directories=()
  mapfile -t all < <(printf %s "$3")
  first=${all[0]}
  for source in "${all[@]}"; do
    if [ -d "$source" ]; then directories+=("$source"); fi
  done
  if [ -d "$first" ] && { [ ${#directories[@]} -gt 1 ] || isAbove "$path"; }; then
    mkdir "$target"
    linkInto "$target" "$path/" "${directories[@]}"
    return
  fi
  ln -s "$first" "$target"
  if [ -n "$ignoreCollisions" ] || [ ${#all[@]} = 1 ]; then return; fi
  for source in "${all[@]}"; do
    [ "$(priorityOf "$source")" = "$(priorityOf "$first")" ] || continue
    if ! cmp -s "$first" "$source"; then
      echo "error: collision between '$source' and '$first'" >&2
      exit 1
    fi
  done
}

# Of the path that a file is in.
priorityOf() {
  local rest=${1#"$NIX_STORE"/} index
  local -a paths=($linkedPaths) all=($priorities)
  for index in "${!paths[@]}"; do
    if [ "${paths[index]}" = "$NIX_STORE/${rest%%/*}" ]; then echo "${all[index]}"; fi
  done
}

# Whether something of a path, or of what is in it, is wanted.
isLinked() {
  local folder
  case $1 in nix-support) return 1 ;; esac
  for folder in $folders; do
    folder=${folder#/}
    case $1 in "$folder" | "${folder:+$folder/}"*) return 0 ;; esac
    case $folder in "$1"/*) return 0 ;; esac
  done
  return 1
}

# Whether only a part of a directory is wanted.
isAbove() {
  local folder
  for folder in $folders; do
    case ${folder#/} in "$1" | "$1"/*) return 0 ;; esac
  done
  return 1
}

mkdir "$out"
linkInto "$out" "" $linkedPaths
