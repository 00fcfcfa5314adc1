# An error in an expansion skips the rest of its line, in eval and . of theirs; a command
# that is arithmetic just fails.
exec 2>/dev/null
i=$(( 1/0 )); echo same line
echo next $?
echo $(( 2 ** -1 ))
x=$((1/0)) echo x
export y=$((1/0))
echo "x is ${x-unset}, y is ${y-unset}"
f() { echo in; echo $((1/0)); echo not here; }
f; echo nor here
echo after f
eval 'echo $((1/0)); echo no'; echo after eval
eval 'echo $((1/0))
echo second line'; echo after it
printf 'echo of the file; echo $((1/0)); echo no\necho its next line\n' > inc.sh
. ./inc.sh; echo after the file
(( 1/0 )) || echo failed
let 'a=1' 'b=1/0'; echo "$? $a ${b-unset}"
while (( 1 / 0 )); do :; done; echo no loop
for x in 1 2; do echo $((x/0)); done; echo skipped
(echo $((1/0)); echo no); echo "subshell $?"
echo "$(echo $((1/0)); echo no) substituted"
readonly r=1; r=2; echo no
echo ${!nothing}; echo no
set -e
i=$((1/0))
echo still here
( let 'z=1/0'; echo no )
echo not here
