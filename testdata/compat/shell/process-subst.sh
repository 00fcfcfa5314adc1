cat <(echo one) <(echo two)
diff <(printf '1\n2\n') <(printf '1\n3\n'); echo $?
while read -r x; do n=$((n+x)); done < <(seq 5); echo $n
paste -d, <(seq 3) <(seq 4 6)
comm -12 <(printf 'a\nb\n') <(printf 'b\nc\n')
mapfile -t A < <(printf 'x\ny z\n'); echo "${#A[@]} ${A[1]}"
echo data | tee >(cat > copy.txt) > /dev/null; sleep 1; cat copy.txt
wc -l < <(seq 7); sort -m <(seq 1 2 5) <(seq 2 2 6) | paste -sd' '
f() { cat "$1"; }; f <(echo via fn)
