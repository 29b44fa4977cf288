# Perl has the folders of its library compiled in.
perlVersion=$(basename "$out"/share/perl/5.*.*)
paths=
for folder in "$out/lib/$multiarch/perl/$perlVersion" "$out/share/perl/$perlVersion" "$out/lib/$multiarch/perl-base" "$out/share/perl5"; do
  if [ -d "$folder" ]; then paths+=$folder:; fi
done
for program in perl "perl$perlVersion"; do
  if [ -e "$out/bin/$program" ] && [ ! -L "$out/bin/$program" ]; then wrapProgram "$out/bin/$program" "PERL5LIB=$paths"; fi
done
