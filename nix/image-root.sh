shopt -s nullglob dotglob
declare -A made=()

# reach PATH: a directory to write into, at REPLY. Links into the store on the way become directories of links.
reach() {
  local parts part target
  IFS=/ read -r -d "" -a parts < <(printf "%s\0" "$1")
  REPLY=.
  for part in "${parts[@]}"; do
    case $part in
      "" | .) continue ;;
      ..) REPLY=${REPLY%/*}; continue ;;
    esac
    REPLY=$REPLY/$part
    if [ -L "$REPLY" ]; then
      target=$(readlink "$REPLY")
      case $target in
        "$NIX_STORE"/*)
          rm "$REPLY"
          mkdir "$REPLY"
          find -H "$target" -mindepth 1 -maxdepth 1 -exec ln -s -t "$REPLY" {} +
          ;;
        /*) reach "$target" ;;
        *) reach "${REPLY%/*}/$target" ;;
      esac
    elif [ ! -d "$REPLY" ]; then
      mkdir "$REPLY"
      made[$REPLY]=1
    fi
  done
}

# unfold PATH: a directory that is real, with all directories in it.
unfold() {
  local entry at
  reach "$1"
  at=$REPLY
  for entry in "$at"/*; do
    if [ -L "$entry" ]; then
      case $(readlink "$entry") in "$NIX_STORE"/*) ;; *) continue ;; esac
    fi
    if [ -d "$entry" ]; then unfold "$entry"; fi
  done
}

# entry PATH: its place at REPLY, links to directories on the way followed.
entry() {
  local path=${1%/}
  reach "${path%/*}"
  REPLY=$REPLY/${path##*/}
}

# offer PATH TARGET: a link, unless something is there.
offer() {
  entry "$1"
  if [ ! -e "$REPLY" ] && [ ! -L "$REPLY" ]; then ln -s "$2" "$REPLY"; fi
}

# accounts FILE DEFAULT: the lines of all packages, each name once.
accounts() {
  local package line text="" known=:
  for package in $accountPackages; do
    [ -f "$package/etc/$1" ] || continue
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in *:*) ;; *) continue ;; esac
      case $known in *:"${line%%:*}":*) continue ;; esac
      known=$known${line%%:*}:
      text=$text$line$'\n'
    done < "$package/etc/$1"
  done
  text=${text:-$2}
  if [ -n "$text" ]; then printf "%s" "$text" > "etc/$1"; fi
  if [ "$1" = shadow ] && [ -n "$text" ]; then chmod 600 etc/shadow; fi
}

# account FILE LINE: an account in place of the one of that name, or after all others.
account() {
  local line text="" isNew=1
  while IFS= read -r line; do
    if [ "${line%%:*}" = "${2%%:*}" ]; then line=$2 isNew=""; fi
    text=$text$line$'\n'
  done < "etc/$1"
  printf "%s" "$text${isNew:+$2$'\n'}" > "etc/$1"
}

# passwords: a line for each user that has none. No password fits it.
passwords() {
  local name known=:
  if [ -e etc/shadow ]; then
    while IFS=: read -r name _; do known=$known$name:; done < etc/shadow
  fi
  while IFS=: read -r name _; do
    case $known in *:"$name":*) ;; *) echo "$name:*:::::::" >> etc/shadow ;; esac
  done < etc/passwd
  chmod 600 etc/shadow
}

# member GROUP USER
member() {
  local name secret number members
  while IFS=: read -r name secret number members; do
    if [ "$name" = "$1" ]; then account group "$name:$secret:$number:${members:+$members,}$2"; return; fi
  done < etc/group
  echo "There is no group $1." >&2
  exit 1
}

# number FILE NAME: of a name or a number, at REPLY; the group of a user at GROUP.
number() {
  local name secret number group
  REPLY=$2 GROUP=$2
  while IFS=: read -r name secret number group _; do
    if [ "$name" = "$2" ] || [ "$number" = "$2" ]; then REPLY=$number GROUP=$group; return; fi
  done < "etc/$1"
}

# own USER[:GROUP] PATH
own() {
  local user
  [ -n "$1" ] || return 0
  number passwd "${1%%:*}"
  user=$REPLY
  case $1 in *:*) number group "${1#*:}"; GROUP=$REPLY ;; esac
  chown -h "$user:$GROUP" "$2"
}

# put SOURCE NAME PATH MODE DIRECTORY-MODE OWNER: a file, or what is in a directory.
put() {
  local name path at
  while IFS= read -r -d "" name; do
    path=$3${name#.}
    case $path in */) [ -d "$1" ] || path=$path$2 ;; esac
    if [ -d "$1/$name" ] && [ ! -L "$1/$name" ]; then
      entry "$path"
      at=$REPLY
      if [ ! -e "$at" ]; then
        mkdir "$at"
        made[$at]=1
      fi
      reach "$path"
      at=$REPLY
      if [ -n "${made[$at]:-}" ]; then
        if [ -n "$5" ]; then chmod "$5" "$at"; fi
        own "$6" "$at"
      fi
    else
      entry "$path"
      at=$REPLY
      rm -rf "$at"
      cp -P --no-preserve=all "$1${name#.}" "$at"
      own "${6:-0:0}" "$at"
      if [ -L "$at" ]; then continue; fi
      if [ -x "$1${name#.}" ]; then chmod "${4:-755}" "$at"; else chmod "${4:-644}" "$at"; fi
    fi
  done < <(if [ -d "$1" ]; then cd "$1"; find . -print0 | LC_ALL=C sort -z; else printf ".\0"; fi)
}

# text PATH TEXT: a file, unless something is there.
text() {
  entry "$1"
  if [ ! -e "$REPLY" ] && [ ! -L "$REPLY" ]; then printf "%s" "$2" > "$REPLY"; fi
}

# link TARGET PATH OWNER
link() {
  entry "$2"
  rm -rf "$REPLY"
  ln -s "$1" "$REPLY"
  own "$3" "$REPLY"
}

# directory PATH MODE OWNER
directory() {
  reach "$1"
  made[$REPLY]=1
  if [ -n "$2" ]; then chmod "$2" "$REPLY"; fi
  own "$3" "$REPLY"
}

# permit PATH MODE DIRECTORY-MODE OWNER RECURSIVE: files of the store are copied for it.
permit() {
  local at target child
  entry "$1"
  at=$REPLY
  if [ -d "$at" ]; then
    reach "$1"
    at=$REPLY
    own "$4" "$at"
    if [ -n "$3" ]; then chmod "$3" "$at"; fi
    [ -n "$5" ] || return 0
    for child in "$at"/*; do
      if [ -L "$child" ] && [ -L "$(readlink "$child")" ]; then
        own "$4" "$child"
      else
        permit "$child" "$2" "$3" "$4" 1
      fi
    done
    return
  fi
  if [ -L "$at" ]; then
    target=$(readlink "$at")
    case $target in
      "$NIX_STORE"/*) cp --remove-destination --preserve=mode "$(readlink -f "$target")" "$at" ;;
      *)
        if [ -n "$5" ]; then
          own "$4" "$at"
        else
          case $target in /*) ;; *) target=${1%/*}/$target ;; esac
          permit "$target" "$2" "$3" "$4" ""
        fi
        return
        ;;
    esac
  fi
  own "$4" "$at"
  if [ -n "$2" ]; then chmod "$2" "$at"; fi
}

# takeRoot PACKAGES: from links to packages to a root. PACKAGES in the order in which their accounts count.
takeRoot() {
  local name certificates=""
  accountPackages=$1
  rm -rf dev proc sys ".${NIX_STORE:?}" etc/passwd etc/group etc/shadow
  for name in *; do if [ -d "$name" ]; then reach "$name"; fi; done
  for name in home root run srv tmp var; do if [ -d "$name" ]; then unfold "$name"; fi; done
  for name in opt/*; do if [ -d "$name" ]; then reach "$name"; fi; done
  for name in bash dash busybox; do if [ -e "bin/$name" ]; then offer bin/sh "$(readlink "bin/$name")"; fi; done
  if [ -e bin/env ]; then offer usr/bin/env "$(readlink bin/env)"; fi
  for name in ca-bundle.crt ca-certificates.crt; do
    if [ -e "etc/ssl/certs/$name" ]; then reach etc/ssl/certs; certificates=${certificates:-$(readlink "$REPLY/$name")}; fi
  done
  if [ -n "$certificates" ]; then
    for name in ca-bundle.crt ca-certificates.crt; do offer "etc/ssl/certs/$name" "$certificates"; done
  fi
  for name in dev:755 proc:555 root:700 run:755 sys:555 tmp:1777 var/empty:555 var/tmp:1777; do
    reach "${name%:*}"
    chmod "${name#*:}" "$REPLY"
  done
  reach etc
  made=()
}
