# Modules of scripting languages: how a module's dependencies are found when only the module itself is in view.

# A Python module's folder gets a .pth file with the folders of all modules among its dependencies; whoever adds the
# folder as a site folder (the interpreter of this set does, see fixups/python3.sh) finds those too.
addModulePaths() {
  local folder=lib/python3/dist-packages store paths=
  [ "$pname" != python3 ] && [ -d "$out/$folder" ] || return 0
  for store in $searchPath; do
    if [ -d "$store/$folder" ] && [ ! -e "$store/bin/python3" ]; then paths+=$store/$folder$'\n'; fi
  done
  if [ -n "$paths" ]; then printf %s "$paths" > "$out/$folder/$name.pth"; fi
}
