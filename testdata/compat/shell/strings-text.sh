cat > data.csv <<'EOF'
id,name,qty,price
1,apple,5,1.20
2,pear,10,0.50
3,fig,2,3.00
EOF
tail -n +2 data.csv | while IFS=, read -r id name qty price; do echo "$name x$qty @ $price"; done
tail -n +2 data.csv | cut -d, -f2 | sort | tr '\n' ' '; echo
sum=0; for q in $(tail -n +2 data.csv | cut -d, -f3); do sum=$((sum+q)); done; echo "sum $sum"
sort -t, -k3,3nr data.csv | head -n 1
grep -v '^id' data.csv | sed -E 's/^([0-9]+),([a-z]+).*/\2=\1/'
s="The quick brown fox"; echo "${#s}"; set -- $s; echo $#; echo "${s// /_}"; echo "${s%% *}" "${s##* }"
for w in $s; do echo "${w:0:1}"; done | tr -d '\n'; echo
echo "$s" | tr ' ' '\n' | while read w; do echo "${#w}"; done | sort -n | tail -1
str=$'multi\nline\tstring'; echo "$str"; echo $str; printf '%q\n' "$str"
echo "é ü 漢字" | wc -m; u=漢字; echo ${#u} ${u:0:1}
if [[ "foo@bar.com" =~ ^[a-z]+@([a-z]+)\.com$ ]]; then echo "domain ${BASH_REMATCH[1]}"; fi
printf '%s\n' "a b" 'c"d' "e'f" 'g\h'
printf '%s\0' x y | xargs -0 echo
echo 'a1b2c3' | sed 's/[0-9]//g'; echo 'a1b2c3' | grep -o '[0-9]' | paste -sd+ ; echo $(( $(echo 'a1b2c3' | grep -o '[0-9]' | paste -sd+) ))
x="  trim me  "; x="${x#"${x%%[![:space:]]*}"}"; x="${x%"${x##*[![:space:]]}"}"; echo "[$x]"
printf '%-8s%8s\n' left right; printf '%08.3f\n' 3.14159; printf '%s' abc | rev; echo
echo hello | od -An -c | tr -s ' '; printf 'B\nA\n' | sort | nl | tr -s ' \t' ' '
IFS=$'\n'; for l in $(printf 'a b\nc d\n'); do echo "[$l]"; done
