# ref: bash
factor 0 1 2 97 1000000 18446744073709551557 12345678901234567; echo 30 49 | factor; factor x 2>/dev/null; echo $?
numfmt --to=iec 1000 1500 999 10240 1048575 123456; numfmt --to=si 999999 1234567; numfmt --from=si 1.5K; numfmt abc 2>/dev/null; echo $?; numfmt --to=iec-i 2048; printf 'a 2048\nb 1\n' | numfmt --field=2 --to=iec; numfmt --padding=8 12; numfmt --from=auto 1K 1Ki; numfmt --suffix=B --to=si 5000
printf 'a b c b\n' | tsort; printf '3 8\n3 10\n5 11\n7 8\n7 11\n8 9\n11 2\n11 9\n11 10\n' | tsort; printf 'x x y y\n' | tsort
fmt -w 30 <<< $'  The first line of it.\n  And more here, which goes on  and on. Yes.\n\nnext paragraph, that is longer than the width of a line by far\nand so'
fmt -30 <<< 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen'; seq 30 | fmt
seq 20 > f; split -n l/3 f p.; head p.*; split -n 3 -d f q.; wc -c q.*
join -i <(printf 'A 1\n') <(printf 'a 2\n'); join -v1 -o 1.2 <(printf 'a 1\nb 2\n') <(printf 'a 2\n'); join -a2 -e X -o '0 1.2 2.2' <(printf 'a 1\n') <(printf 'a 2\nc 3\n')
