# Elements of an array that begin as an index does, and are none.
touch a1 b1 '[x]'
a=([^ab]1 [ab]1 [[:digit:]]* "[x]" [k]=v [!a]1)
echo "${#a[@]}: ${a[@]}"
b=(
  [ab]*
  x [ab]1
)
echo "${b[@]}"
c=([2]=two [ab]1 [0]=zero)
echo "${!c[@]}: ${c[@]}"
d+=([a]1); d+=([b]1)
echo "${d[@]} ${v=[ab]1}"
declare -A m=([k]=1 [k2]=2)
echo "${m[k]} ${m[k2]}"
