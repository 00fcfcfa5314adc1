echo a > f; ln -s f l; touch -d '1999-01-01 UTC' f; touch -h -d '2001-02-03 04:05:06 UTC' l; stat -c %Y f; stat -c %Y l; touch --no-dereference -r l f; stat -c %Y f
touch -h nosuch 2>&1; echo $?; touch -ch nosuch; echo $?; ls nosuch 2>/dev/null; touch -d '2002-01-01 UTC' l; stat -c %Y f; stat -c %Y l; touch -h -d '2003-01-01 UTC' f; stat -c %Y f
ln -s nosuch d; touch -h -d '2004-01-01 UTC' d; stat -c %Y d; touch d; ls nosuch
