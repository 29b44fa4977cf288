# The configuration and the plugins that Debian has under /usr/lib/ssl and /usr/lib.
wrapProgram "$bin/bin/openssl" \
  "OPENSSL_CONF?=$bin/etc/ssl/openssl.cnf" \
  "OPENSSL_MODULES?=$out/lib/$multiarch/ossl-modules"
