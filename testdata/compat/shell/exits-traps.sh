trap 'echo exit-trap $?' EXIT
true; echo $?; false; echo $?
nosuchcmd 2>/dev/null; echo $?
./nosuchfile 2>/dev/null; echo $?
mkdir d; ./d 2>/dev/null; echo $?
echo 'echo hi' > noexec.sh; ./noexec.sh 2>/dev/null; echo $?
chmod +x noexec.sh; ./noexec.sh; echo $?
(exit 300); echo $?; (exit -1); echo $?
sh -c 'exit 42'; echo $?; bash -c 'echo $0 $1 $2' a b c
trap 'echo err-trap' ERR; false; if false; then :; fi; false || true; trap - ERR
trap 'echo usr1' USR1; kill -USR1 $$; echo after-usr1
f() { trap 'echo ret' RETURN; echo in-f; }; f; trap - RETURN
(trap 'echo sub-exit' EXIT; exit 3); echo $?
bash -c 'trap "echo T; exit 5" TERM; kill -TERM $$; echo no'; echo $?
bash -c 'kill -9 $$'; echo $?
trap '' INT; trap -p INT; trap - INT
eval 'echo evald; false'; echo $?
. ./noexec.sh; source noexec.sh; echo 'return 6' > r.sh; . ./r.sh; echo $?
echo 'echo $1 $#' > args.sh; . ./args.sh x y; bash args.sh 1 2
exit 17
