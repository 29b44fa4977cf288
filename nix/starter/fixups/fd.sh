linkProgram fd fdfind
