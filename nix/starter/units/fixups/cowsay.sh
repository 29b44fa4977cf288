wrapProgram "$out/bin/cowsay" "COWPATH?=$out/share/cowsay/cows"
