# Modules of scripting languages: how a module finds the modules that it depends on, and a program its modules.

pythonModules=lib/python3/dist-packages

# A Python module's folder gets a .pth file with the folders of all modules among its dependencies; whoever adds the
# folder as a site folder (the interpreter of this set does, see fixups/python3) finds those too.
addPythonPaths() {
  local store paths= program line
  [ "$pname" != python3 ] || return 0
  for store in $searchPath; do
    if [ -d "$store/$pythonModules" ] && [ ! -e "$store/bin/python3" ]; then paths+=$store/$pythonModules$'\n'; fi
  done
  local output programs=()
  for output in "${outputPaths[@]}"; do
    for program in "$output"/bin/*; do
      if startsWith "$program" '#!*/bin/python3*'; then programs+=("$program"); fi
    done
  done
  [ -d "$out/$pythonModules" ] || [ ${#programs[@]} -gt 0 ] || return 0
  if [ -n "$paths" ]; then
    mkdir -p "$out/$pythonModules"
    printf %s "$paths" > "$out/$pythonModules/$name.pth"
  fi
  for program in "${programs[@]}"; do wrapProgram "$program" "NIX_PYTHONPATH=$out/$pythonModules"; done
}

# Python writes what it has compiled beside the source wherever it may, and root may write into the store, which would
# change the store path. So everything is compiled here, with a mark that Python neither checks nor renews.
compilePython() {
  local output folder store interpreter=
  for store in "${outputPaths[@]}" $searchPath; do
    if [ -x "$store/bin/python3" ]; then interpreter=$store/bin/python3; fi
  done
  [ -n "$interpreter" ] || return 0
  for output in "${outputPaths[@]}"; do
    for folder in "$output"/lib/python3*; do
      # The order of a set in the result depends on the seed. Sources for another version of Python stay as they are.
      env -i PYTHONHASHSEED=0 "$interpreter" -B -s -m compileall -qq -f --invalidation-mode unchecked-hash "$folder" ||
        true
    done
  done
}

# Programs written in Perl find the modules of this unit and of its dependencies.
addPerlPaths() {
  local store folder paths= output program
  [ "$pname" != perl ] || return 0
  for store in "${outputPaths[@]}" $searchPath; do
    [ ! -e "$store/bin/perl" ] || continue
    for folder in "$store"/share/perl5 "$store"/lib/"$multiarch"/perl5/*; do
      if [ -d "$folder" ]; then paths+=$folder:; fi
    done
  done
  [ -n "$paths" ] || return 0
  for output in "${outputPaths[@]}"; do
    for program in "$output"/bin/*; do
      if startsWith "$program" '#!*/bin/perl*'; then wrapProgram "$program" "PERL5LIB=$paths"; fi
    done
  done
}

# Whether the first line of the file $1 (not of a link) matches the pattern $2.
startsWith() {
  local line=
  [ -f "$1" ] && [ ! -L "$1" ] || return 1
  IFS= read -r -n 200 line < "$1" 2> /dev/null || true
  [[ $line == $2 ]]
}
