nosuchcommand; echo $?
nosuchcommand 2>&1 | sed 's/line [0-9]*/line N/'
./missing 2>&1; echo $?
cd /nonexistent 2>&1; echo $?
cat missing 2>&1
(echo ${x?custom message}) 2>&1
echo $?
(unset u; set -u; echo $u) 2>&1
readonly R=1; (R=2) 2>&1; echo "after ro"
f() { return abc; }; f 2>&1
[ 1 -eq 2 -x ] 2>&1
[ a b ] 2>&1
test 1 -eq a 2>&1
shift 99; echo $?
exit_code() { (exit $1); echo $?; }; exit_code 0; exit_code 255; exit_code 256
break 2>&1; continue 2>&1; return 2>/dev/null; echo $?
local x 2>&1
$(echo nosuch2) 2>&1
"" 2>&1; echo $?
mkdir dd; dd/ 2>&1; . missing.sh 2>&1; echo $?
(eval 'echo $((1 +))') 2>/dev/null; echo $?
echo unreached
