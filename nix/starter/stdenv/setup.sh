# Runs a builder: `buildCommand`, a file `customBuilder`, or the usual phases. Sourced phases see $out and the other
# attributes as in nixpkgs' stdenv. Ends with a builtin: Nix 2.8 kills a builder whose last command bash has replaced
# itself with.
set -eu
shopt -s inherit_errexit

if [ -e .attrs.sh ]; then
  . .attrs.sh
  for outputName in "${!outputs[@]}"; do export "$outputName=${outputs[$outputName]}"; done
  export PATH="${PATH:-}"
fi
# What the caller gave as PATH comes first, then the programs of the inputs, then those of the machine.
[ "${PATH:-/path-not-set}" != /path-not-set ] || PATH=
for input in ${nativeBuildInputs:-} ${buildInputs:-} ${propagatedBuildInputs:-}; do
  if [ -d "$input/bin" ]; then PATH="${PATH:+$PATH:}$input/bin"; fi
done
export PATH="${PATH:+$PATH:}$hostPath"
export HOME="${HOME:-/homeless-shelter}" LC_ALL="${LC_ALL:-C.UTF-8}"

runHook() {
  local body=${!1:-}
  if [ -n "$body" ]; then
    eval "$body"
  elif declare -F "$1" > /dev/null; then
    "$1"
  fi
}

# Refers from substituteInPlace FILE --replace OLD NEW (also --replace-fail, --replace-warn, --replace-quiet).
substituteInPlace() {
  local file=$1 text
  shift
  text=$(cat "$file"; printf .)
  text=${text%.}
  while [ $# -gt 0 ]; do
    case $1 in
      --replace | --replace-fail | --replace-warn | --replace-quiet)
        text=${text//"$2"/"$3"}
        shift 3
        ;;
      *)
        echo "substituteInPlace: unknown argument $1" >&2
        return 1
        ;;
    esac
  done
  printf %s "$text" > "$file"
}

unpackPhase() {
  runHook preUnpack
  local source folders
  for source in ${srcs:-${src:-}}; do
    if [ -d "$source" ]; then
      cp -r --no-preserve=mode "$source" "$(basename "$source" | cut -d- -f2-)"
    else
      tar -xf "$source"
    fi
  done
  if [ -n "${sourceRoot:-}" ]; then
    cd "$sourceRoot"
  else
    folders=(*/)
    if [ ${#folders[@]} -eq 1 ] && [ -d "${folders[0]}" ]; then cd "${folders[0]}"; fi
  fi
  runHook postUnpack
}
patchPhase() {
  runHook prePatch
  local patchFile
  for patchFile in ${patches:-}; do patch -p1 < "$patchFile"; done
  runHook postPatch
}
configurePhase() {
  runHook preConfigure
  if [ -x ./configure ]; then ./configure --prefix="$out" ${configureFlags:-}; fi
  runHook postConfigure
}
buildPhase() {
  runHook preBuild
  if [ -e Makefile ]; then make ${makeFlags:-}; fi
  runHook postBuild
}
checkPhase() {
  runHook preCheck
  runHook postCheck
}
installPhase() {
  runHook preInstall
  if [ -e Makefile ]; then make install PREFIX="$out" ${makeFlags:-}; fi
  runHook postInstall
}
fixupPhase() {
  runHook preFixup
  runHook postFixup
}
runPhase() {
  echo "Running phase: $1" >&2
  local body=${!1:-}
  if [ -n "$body" ]; then eval "$body"; else "$1"; fi
}
genericBuild() {
  local phase sequence=${phases:-unpackPhase patchPhase configurePhase buildPhase checkPhase installPhase fixupPhase}
  for phase in $sequence; do
    if [ "$phase" = unpackPhase ] && { [ -n "${dontUnpack:-}" ] || [ -z "${srcs:-${src:-}}" ]; }; then continue; fi
    if [ "$phase" = checkPhase ] && [ -z "${doCheck:-}" ]; then continue; fi
    runPhase "$phase"
  done
}

if [ -n "${customBuilder:-}" ]; then
  . "$customBuilder"
elif [ -n "${buildCommandPath:-}" ]; then
  . "$buildCommandPath"
elif [ -n "${buildCommand:-}" ]; then
  eval "$buildCommand"
else
  genericBuild
fi
exit 0
