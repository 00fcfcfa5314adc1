bash -ec 'echo a; false; echo b'; echo $?
bash -ec 'false || echo c; if false; then :; fi; ! true; echo d; false && true; echo e'; echo $?
bash -ec 'f() { false; echo in; }; f; echo out'; echo $?
bash -ec 'f() { false; echo in; }; f || echo ored; echo out'; echo $?
bash -ec 'x=$(false); echo no'; echo $?
bash -ec 'echo $(false) ok'; echo $?
bash -ec 'false | true; echo ok'; echo $?
bash -ec 'set -o pipefail; false | true; echo no'; echo $?
bash -ec '(exit 3); echo no'; echo $?
bash -ec 'while false; do :; done; for i in; do :; done; echo loops'; echo $?
bash -uc 'echo $undef; echo no' 2>/dev/null; echo $?
bash -uc 'echo ${undef:-ok} ${undef+x}; echo "$@" $#'; echo $?
bash -uc 'a=(); echo "${a[@]}" done' ; echo $?
set -o pipefail; false | true; echo $?; set +o pipefail; false | true; echo $?
set -x; echo traced 2>/dev/null; set +x 2>/dev/null
bash -xc 'a=1; echo "$a b" "c d"; [ 1 = 1 ]; for i in 1; do :; done' 2>&1
set -e; set +e; false; echo still
bash -c 'set -euo pipefail; echo strict; [ -n "" ] && echo no; echo cont' ; echo $?
bash -nc 'echo notrun'; echo $?
bash -c 'echo $-' | grep -c h
set -- a b; set -- ; echo $#
bash -vc 'echo verbose' 2>&1
bash -c 'set -o | grep -c pipefail'
bash -c 'shopt -s inherit_errexit; set -e; x=$(false; echo hi); echo "[$x]"'; echo $?
bash -c 'if then' 2>/dev/null; echo "syntax $?"
bash -c 'echo "unterminated' 2>/dev/null; echo "syntax $?"
