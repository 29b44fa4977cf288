# Debian chooses the variant when the package is configured.
for name in vim vi view vimdiff rvim ex; do ln -sfn vim.basic "$out/bin/$name"; done
runtime=("$out"/share/vim/vim[0-9]*)
wrapProgram "$out/bin/vim.basic" "VIM?=$out/share/vim" "VIMRUNTIME?=${runtime[0]}"
