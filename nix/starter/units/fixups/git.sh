# git looks for its programs, templates and Perl modules under /usr.
wrapProgram "$out/bin/git" \
  "GIT_EXEC_PATH=$out/lib/git-core" \
  "GIT_TEMPLATE_DIR=$out/share/git-core/templates" \
  "GITPERLLIB=$out/share/perl5"
ln -sfn ../../bin/git "$out/lib/git-core/git"
