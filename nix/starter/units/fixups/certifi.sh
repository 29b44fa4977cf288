# The certificates that are meant where none are named.
for store in $searchPath; do
  certificates=$store/etc/ssl/certs/ca-certificates.crt
  if [ -e "$certificates" ]; then
    module=$out/lib/python3/dist-packages/certifi/core.py
    path="os.environ.get('SSL_CERT_FILE') or '$certificates'"
    sed -i "s#^DEBIAN_CA_CERTS_PATH = .*#import os\n\nDEBIAN_CA_CERTS_PATH = $path#" "$module"
    grep -q "$store" "$module"
  fi
done
