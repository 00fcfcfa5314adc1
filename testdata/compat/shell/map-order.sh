# Maps in bash's own order, and how they are shown.
declare -A m; for i in {1..3000}; do m[k$i]=$i; done; echo "${!m[@]}" | md5sum; echo "${!m[@]}" | cut -c1-80
declare -A w; for x in the quick brown fox jumps over lazy dog apple banana cherry x y z 1 2 3 'a b' é; do w[$x]=1; done
echo "${!w[@]}"; declare -p w; unset 'w[fox]'; w[fox]=2; echo "${w[@]}"
declare -A c=([apple]=3 [banana]=1 [cherry]=2 [date]=5); for k in "${!c[@]}"; do echo $k ${c[$k]}; done
c+=([e]=1); echo "${c[*]}" ${c[@]@K}; declare -i n=4; s="a b"; arr=(1 "2 3"); echo "${n@A}" "${s@A}" "${arr[@]@A}"
for word in to be or not to be that is the question; do ((count[$word]++)) 2>/dev/null; done; declare -A count2; for word in to be or not to be; do ((count2[$word]++)); done; declare -p count2
set -- "a b" c "" d; IFS=,; printf '<%s>' $*; echo; printf '<%s>' $@; echo; set -- "" x ""; printf '<%s>' $*; echo
