linkProgram figlet figlet-figlet
wrapProgram "$out/bin/figlet-figlet" "FIGLET_FONTDIR?=$out/share/figlet"
