linkProgram bat batcat
