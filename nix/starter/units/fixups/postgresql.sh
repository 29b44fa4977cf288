# Debian puts a script in front that finds out which server is meant; here there is one version.
for program in "$out"/lib/postgresql/*/bin/*; do ln -sfnr "$program" "$out/bin/${program##*/}"; done
# Compiles queries, for which it needs LLVM: three times as large as all else. nixpkgs leaves it out too.
rm -rf "$out"/lib/postgresql/*/lib/{bitcode,llvmjit*}
