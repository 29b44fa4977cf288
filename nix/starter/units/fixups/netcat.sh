linkProgram nc nc.openbsd
linkProgram netcat nc.openbsd
