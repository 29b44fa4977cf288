# An image as `docker load` takes it: one layer of the store paths that the root refers to, and the root.
mkdir image
while IFS= read -r path; do
  if [ "$path" != "$root" ]; then printf "%s\n" "${path#/}"; fi
done < <(grep "^$NIX_STORE/" closure) | LC_ALL=C sort -u > paths
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --hard-dereference -C / -T paths \
  -cf image/store.tar
cp "$root/layer.tar" image/root.tar
digest() { sha256sum "$1" | cut -d " " -f 1; }
layers="\"sha256:$(digest image/store.tar)\",\"sha256:$(digest image/root.tar)\""
cat > image/config.json << END
{"created":"$created","architecture":"$architecture","os":"linux","config":$config,"rootfs":{"type":"layers","diff_ids":[$layers]}}
END
cat > image/manifest.json << END
[{"Config":"config.json","RepoTags":["$reference"],"Layers":["store.tar","root.tar"]}]
END
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C image -cf "$out" .
