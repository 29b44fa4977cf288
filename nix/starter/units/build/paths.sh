# Where a Debian path lives in the store.

# $1: absolute Debian path. Result in REPLY, without leading slash: /usr/sbin/nginx is at bin/nginx.
flatten() {
  REPLY=${1#/}
  REPLY=${REPLY#usr/}
  case $REPLY in
    sbin/*) REPLY=bin/${REPLY#sbin/} ;;
    games/*) REPLY=bin/${REPLY#games/} ;;
    sbin | games) REPLY=bin ;;
  esac
}

# $1: absolute Debian path. Result in REPLY: its store path in this unit or in what it depends on; fails if none has it.
locate() {
  local store
  flatten "$1"
  for store in "${outputPaths[@]}" $shells $searchPath; do
    if [ -e "$store/$REPLY" ] || [ -L "$store/$REPLY" ]; then
      REPLY=$store/$REPLY
      return 0
    fi
  done
  return 1
}

# $1: absolute path with . and .. in it. Result in REPLY: the same without them.
normalize() {
  local part result=()
  local IFS=/
  set -f
  for part in $1; do
    case $part in
      '' | .) ;;
      ..) [ ${#result[@]} -eq 0 ] || unset "result[-1]" ;;
      *) result+=("$part") ;;
    esac
  done
  set +f
  REPLY="/${result[*]}"
}
