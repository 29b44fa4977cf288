# Perl has the folders of its library compiled in.
perlVersion=$(basename "$out"/share/perl/5.*.*)
paths=
for folder in lib/$multiarch/perl/$perlVersion share/perl/$perlVersion lib/$multiarch/perl-base share/perl5; do
  if [ -d "$out/$folder" ]; then paths+=$out/$folder:; fi
done
for program in perl "perl$perlVersion"; do
  if [ -e "$out/bin/$program" ] && [ ! -L "$out/bin/$program" ]; then
    wrapProgram "$out/bin/$program" "PERL5LIB=$paths"
  fi
done
