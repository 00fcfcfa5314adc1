printf 'a b c\nd e\n' | { read x y; echo "$x|$y"; read z; echo "$z"; read w; echo "$? [$w]"; }
echo '  lead trail  ' | { read x; echo "[$x]"; }
echo '  lead trail  ' | { IFS= read -r x; echo "[$x]"; }
echo 'back\slash \n' | { read x; echo "$x"; }
echo 'back\slash \n' | { read -r x; echo "$x"; }
echo 'a:b:c' | { IFS=: read -ra A; echo "${#A[@]} ${A[2]}"; }
echo abcdef | { read -n 3 x; echo $x; }
printf 'no newline' | { read x; echo "$? $x"; }
printf 'x,y' | { read -d, a; echo $a; }
echo reply | { read; echo "$REPLY"; }
printf 'p\0q\0' | { while IFS= read -r -d '' x; do echo "<$x>"; done; }
echo "1 2 3 4 5" | { read a b rest; echo "$rest"; }
while read -r k v; do echo "$v:$k"; done <<EOF
k1 v1
k2 v2 more
EOF
mapfile -t L <<< $'x\ny z\nw'; echo ${#L[@]} "${L[1]}"
readarray -t -n 2 M <<< $'1\n2\n3'; echo ${#M[@]}
printf "one\ntwo" | while read -r line || [ -n "$line" ]; do echo "l:$line"; done
read -p 'prompt' v <<< val; echo $v
read -t 1 v <<< fast; echo $v
IFS=, read a b c <<< "1,,3"; echo "[$a][$b][$c]"
IFS=' ,' read a b c <<< "x , y z"; echo "[$a][$b][$c]"
read a <<< ''; echo "$? [$a]"
cat > in.txt <<< $'f1\nf2'; { read l1; read l2; } < in.txt; echo $l2 $l1
echo "x\
y" | { read v; echo $v; }
