# Where complaints stand among what is printed, empty arguments, and characters that are none.
printf '%d\n' 1 x 2 '' y 2>&1 | sed 's/^.*printf/printf/'
printf '%d|' 1 x 2 2>&1 | sed 's/^.*printf/printf/'; echo
printf '%c|%3c|%-3c|' '' ab '' | od -An -c
printf '%c' | od -An -c
printf '%d %i %x %f\n' '' '' '' ''; echo $?
printf -v v '%d' zz 2>/dev/null; echo "$v $?"
