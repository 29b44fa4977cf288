# Every program that the package set offers is started once, so that none is handed out which does not start.

# $startCommands has a command a line. What a program prints or leaves behind is thrown away, and so is its exit code
# unless it tells that the program did not get to run: on `--help`, many end with one that is not 0.
startPrograms() {
  local scratch=$PWD/.start line program exitCode isFirst=1
  local -a command
  while read -r -a command; do
    [ ${#command[@]} -gt 0 ] || continue
    line=${command[*]}
    # Other releases may have some of the programs in other packages; the first is what the unit is for.
    program=${outputPaths[0]}/bin/${command[0]}
    if [ ! -e "$program" ] && [ ! -L "$program" ] && [ -z "$isFirst" ]; then
      echo "strata: ${command[0]} is not in this release's packages."
      continue
    fi
    isFirst=
    mkdir -p "$scratch/home"
    exitCode=0
    # PYTHON…: modules of other units are compiled already, and root could write into them.
    (
      cd "$scratch/home"
      exec env -i PATH="${outputPaths[0]}/bin" HOME="$scratch/home" TMPDIR="$scratch/home" LC_ALL=C.UTF-8 \
        PYTHONDONTWRITEBYTECODE=1 \
        "$(command -v timeout)" --kill-after=5 60 "$program" "${command[@]:1}"
    ) < /dev/null > "$scratch/output" 2>&1 || exitCode=$?
    if REPLY=$(whyNotStarted "$exitCode" "$scratch/output"); then
      echo "strata: $program does not start: \`$line\` $REPLY." >&2
      tail -n 20 "$scratch/output" >&2
      exit 1
    fi
    chmod -R u+rwx "$scratch"
    rm -rf "$scratch"
  done <<< "${startCommands:-}"
}

# $1: exit code, $2: file with what the program printed. Prints why it counts as not started; fails if it has started.
whyNotStarted() {
  case $1 in
    124 | 137) echo 'did not end within a minute, or was killed' ;;
    126 | 127) echo "ended with exit code $1: it, or something that it needs, is missing" ;;
    129 | 1[3-8]? | 19[0-2]) echo "was killed by the signal $(kill -l "$1")" ;;
    0) return 1 ;;
    # Interpreters end with an ordinary exit code when a module is missing.
    *) grep -m 1 -o -E 'ModuleNotFoundError.*|ImportError.*|Can.t locate .* in @INC|Cannot find module.*' "$2" |
         sed 's/^/lacks a module: /' | grep . ;;
  esac
}
