linkProgram awk gawk
