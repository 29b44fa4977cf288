# Builder of one unit (units.nix): unpacks the Debian packages of each output, then makes every path in them point into
# the store. Sourced by setup.sh.
export LC_ALL=C
shopt -s nullglob dotglob
set -E
tellWhere() { echo "strata: ${BASH_SOURCE[1]##*/} line $1 failed: ${2%%$'\n'*}" >&2; }
trap 'tellWhere "$LINENO" "$BASH_COMMAND"' ERR
for tool in dpkg-deb patchelf tar find; do
  if ! command -v "$tool" > /dev/null; then
    echo "strata: the starter package set needs $tool on this machine (Debian: apt-get install patchelf)." >&2
    exit 1
  fi
done
IFS=' ' read -r -a outputNames <<< "$outputs"
outputPaths=()
for outputName in "${outputNames[@]}"; do outputPaths+=("${!outputName}"); done

. "$unitScripts/paths.sh"
. "$unitScripts/unpack.sh"
. "$unitScripts/elf.sh"
. "$unitScripts/scripts.sh"
. "$unitScripts/modules.sh"
. "$unitScripts/start.sh"

unpackOutputs
relinkOutputs
patchElfFiles
patchScripts
addPythonPaths
addPerlPaths
if [ -n "${fixup:-}" ]; then . "$fixup"; fi
compilePython
startPrograms
