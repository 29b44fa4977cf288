# Scripts: the interpreter that their first line names, in the store.

# Modules of Python that could be run as scripts too are left: nobody does, and their compiled form has their hash in it.
patchScripts() {
  local output file magic
  for output in "${outputPaths[@]}"; do
    while IFS= read -r -d '' file; do
      magic=
      IFS= read -r -N 2 magic < "$file" 2> /dev/null || true
      if [ "$magic" = '#!' ]; then patchScript "$file"; fi
    done < <(find "$output" -type f -perm /111 ! -path '*/lib/python3*' -print0 | sort -z)
  done
}

patchScript() {
  local file=$1 line program arguments
  IFS= read -r line < "$file" || return 0
  line=${line#\#!}
  read -r program arguments <<< "$line"
  if [ "$program" = /usr/bin/env ]; then
    # `env NAME` looks NAME up in PATH; here it is known which one is meant.
    read -r program arguments <<< "$arguments"
    program=/usr/bin/$program
  fi
  case $program in
    /bin/sh | /usr/bin/sh) program=/bin/dash ;;
  esac
  if locate "$program"; then
    replaceFirstLine "$file" "#!$REPLY${arguments:+ $arguments}"
  fi
}

# $1: file, $2: its new first line. The mode stays.
replaceFirstLine() {
  { printf '%s\n' "$2"; tail -n +2 "$1"; } > "$1.strata"
  cat "$1.strata" > "$1"
  rm "$1.strata"
}

# $1: program in an output's bin; the rest are assignments for its environment, made by a script that takes its place:
# NAME=value; NAME?=value unless it is set already; NAME=value: goes before what it holds already.
# The program still sees the name that it was called by.
wrapProgram() {
  local program=$1 hidden assignment variable value
  hidden=${program%/*}/.${program##*/}-wrapped
  while [ -e "$hidden" ]; do hidden+=_; done
  shift
  locate /bin/bash
  mv "$program" "$hidden"
  {
    printf '#!%s\n' "$REPLY"
    for assignment in "$@"; do
      variable=${assignment%%=*}
      value=${assignment#*=}
      case $variable$value in
        *'?'*) printf 'export %s="${%s-%s}"\n' "${variable%'?'}" "${variable%'?'}" "$value" ;;
        *:) printf 'export %s="%s${%s:+:$%s}"\n' "$variable" "${value%:}" "$variable" "$variable" ;;
        *) printf 'export %s="%s"\n' "$variable" "$value" ;;
      esac
    done
    printf 'exec -a "$0" "%s" "$@"\n' "$hidden"
  } > "$program"
  chmod +x "$program"
}

# $1: name of a program that Debian gives another name, $2: Debian's name.
linkProgram() {
  if [ -e "$out/bin/$2" ] && [ ! -e "$out/bin/$1" ]; then ln -sfn "$2" "$out/bin/$1"; fi
}
