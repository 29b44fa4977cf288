# The module loads OpenSSL's legacy algorithms, which the library looks for under /usr.
for store in $searchPath; do
  if [ -d "$store/lib/$multiarch/ossl-modules" ]; then
    printf '\nimport os\n\nos.environ.setdefault("OPENSSL_MODULES", "%s")\n' "$store/lib/$multiarch/ossl-modules" \
      >> "$out/lib/python3/dist-packages/cryptography/__init__.py"
  fi
done
