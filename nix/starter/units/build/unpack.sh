# From .deb files to the outputs' trees.

# Not for running programs: manuals, translations, and what a service manager or a package manager reads.
unwanted=(
  var run dev tmp
  share/man share/info share/locale share/lintian share/doc-base share/bug share/bash-completion share/zsh share/fish
  share/apport share/menu share/pixmaps share/applications share/icons share/metainfo share/reportbug
  etc/init.d etc/cron.d etc/cron.daily etc/cron.weekly etc/logrotate.d etc/default etc/ufw etc/apparmor.d
  etc/bash_completion.d etc/ld.so.conf.d etc/update-motd.d etc/NetworkManager etc/ppp etc/network etc/dpkg
  lib/systemd/system lib/systemd/user lib/tmpfiles.d lib/sysusers.d lib/udev
)

unpackOutputs() {
  local outputName deb debs tree folder
  for outputName in "${outputNames[@]}"; do
    # Beside where the files will be, so that they can be renamed.
    tree=${!outputName}/.tree
    mkdir -p "$tree"
    debs=debs_$outputName
    for deb in ${!debs}; do
      # Not dpkg-deb -x: it restores setuid and setgid bits, which Nix's system call filter refuses.
      dpkg-deb --fsys-tarfile "$deb" |
        tar -x --no-same-owner --no-same-permissions --keep-directory-symlink -C "$tree" -f -
      [ "${PIPESTATUS[*]}" = '0 0' ]
    done
    chmod -R u+w,a-s "$tree"
    absoluteLinks "$tree"
    flattenTree "$tree" "${!outputName}"
    for folder in "${unwanted[@]}"; do rm -rf "${!outputName:?}/$folder"; done
    if [ -d "${!outputName}/share/doc" ]; then
      find "${!outputName}/share/doc" ! -type d ! -name copyright -delete
    fi
    rm -rf "$tree"
    find "${!outputName}" -mindepth 1 -type d -empty -delete
  done
}

# Makes every link in the tree $1 name the absolute Debian path that it means, because its surroundings will change.
# One from /sbin to /bin, which become the same folder, goes.
absoluteLinks() {
  local link target own
  while IFS= read -r -d '' link && IFS= read -r -d '' target; do
    case $target in
      /*) normalize "$target" ;;
      *) normalize "/${link%/*}/$target" ;;
    esac
    target=$REPLY
    flatten "$link"
    own=$REPLY
    flatten "$target"
    if [ "$REPLY" = "$own" ]; then rm "$1/$link"; else ln -sfn "$target" "$1/$link"; fi
  done < <(find "$1" -type l -printf '%P\0%l\0')
}

# Moves / and /usr of the tree $1 together into $2, and all programs into bin.
flattenTree() {
  local folder
  moveInto "$2" "$1"/*
  moveInto "$2" "$2"/usr/*
  for folder in sbin games; do moveInto "$2/bin" "$2/$folder"/*; done
  rm -rf "$2"/{usr,sbin,games}
}

# $1: folder; the rest: what to move into it. A folder that is there already takes in the other one's files.
moveInto() {
  local target=$1 entry
  shift
  for entry; do
    mkdir -p "$target"
    if [ -d "$target/${entry##*/}" ] && [ ! -L "$entry" ]; then
      moveInto "$target/${entry##*/}" "$entry"/*
    else
      mv "$entry" "$target/"
    fi
  done
}

# Points the links, which name Debian paths now, to where those are. Links to what is not there go, except to places
# that only a running system has.
relinkOutputs() {
  local output link target
  for output in "${outputPaths[@]}"; do
    while IFS= read -r -d '' link && IFS= read -r -d '' target; do
      if locate "$target"; then
        case $REPLY in
          "$output"/*) ln -sfnr "$REPLY" "$output/$link" ;;
          *) ln -sfn "$REPLY" "$output/$link" ;;
        esac
      else
        case $target in
          /proc/* | /dev/* | /run/* | /var/* | /sys/* | /etc/*) ;;
          *) rm "$output/$link" ;;
        esac
      fi
    done < <(find "$output" -type l -printf '%P\0%l\0')
  done
}

# Programs that look for a fixed path under /usr find it in an image when their package is asked for, because the
# image's root has links to what the package has in each of its folders. $1: folder, such as share/zoneinfo.
offerUnderUsr() {
  mkdir -p "$out/usr/${1%/*}"
  ln -sr "$out/$1" "$out/usr/$1"
}

# The same for C.UTF-8, which the C library looks for under /usr/lib/locale.
offerLocale() {
  local store
  for store in $searchPath; do
    if [ -d "$store/lib/locale" ]; then
      mkdir -p "$out/usr/lib"
      ln -s "$store/lib/locale" "$out/usr/lib/locale"
    fi
  done
}
