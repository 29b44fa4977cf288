wrapProgram "$bin/bin/openssl" "OPENSSL_CONF?=$bin/etc/ssl/openssl.cnf" "OPENSSL_MODULES?=$out/lib/$multiarch/ossl-modules"
