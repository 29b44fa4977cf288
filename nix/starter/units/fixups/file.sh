wrapProgram "$out/bin/file" "MAGIC?=$out/lib/file/magic.mgc"
