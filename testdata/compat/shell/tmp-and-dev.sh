echo x > /tmp/mine; cat /tmp/mine; rm /tmp/mine; cd /tmp; echo y > rel; cat /tmp/rel; cd - > /dev/null
echo discard > /dev/null; cat /dev/null | wc -c; head -c 4 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c; echo err > /dev/stderr 2>/dev/null; echo out > /dev/stdout; echo in | cat /dev/stdin; echo fd | cat /dev/fd/0; echo fd1 > /dev/fd/1
[ -e /dev/null ] && echo devnull; [ -c /dev/null ] && echo char; [ -d /tmp ] && echo tmp; ls /dev/null; [ -w /tmp ] && echo writable
exec 5> five; echo a >&5; echo b >&5; exec 5>&-; cat five; exec 6< five; read -u 6 l; echo $l; cat <&6; exec 6<&-; { echo to5 >&5; } 2>/dev/null || echo closed
exec 7<> rw; echo line >&7; cat rw; exec 7>&-; { echo one; echo two >&8; } 8> eight; cat eight; exec {fd}> named; echo n >&$fd; exec {fd}>&-; cat named
