# The certificates that are meant where none are named.
for store in $searchPath; do
  certificates=$store/etc/ssl/certs/ca-certificates.crt
  if [ -e "$certificates" ]; then
    sed -i "s#^DEBIAN_CA_CERTS_PATH = .*#import os\n\nDEBIAN_CA_CERTS_PATH = os.environ.get('SSL_CERT_FILE') or '$certificates'#" \
      "$out/lib/python3/dist-packages/certifi/core.py"
    grep -q "$store" "$out/lib/python3/dist-packages/certifi/core.py"
  fi
done
