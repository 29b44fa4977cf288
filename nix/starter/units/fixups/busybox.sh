# One link an applet, as in nixpkgs.
while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$out/bin/$applet"
done < <("$out/bin/busybox" --list)
