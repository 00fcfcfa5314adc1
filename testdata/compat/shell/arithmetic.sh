echo $((1+2*3)) $(((1+2)*3)) $((7/2)) $((-7/2)) $((7%3)) $((-7%3)) $((2**10))
echo $((5>3)) $((5<3)) $((5==5)) $((5!=5)) $((1&&0)) $((1||0)) $((!5)) $((~5))
echo $((6&3)) $((6|3)) $((6^3)) $((1<<4)) $((256>>2))
x=5; echo $((x++)) $x $((++x)) $((x--)) $((--x)) $((x+=10)) $((x*=2)) $((x%=7)) $((x<<=2))
echo $((x>3?1:0)) $((1,2,3)) $((0x1f)) $((010)) $((2#101)) $((36#z)) $((16#ff))
y=x; echo $((y)) $((y+1)) $((undef+1))
((x=3)); echo $? $x; ((0)); echo $?
let a=5+3 b=a*2; echo $a $b; let 'c = a > b'; echo $c $?
echo $((9223372036854775807+1)) $((-9223372036854775808))
(echo $((1/0))) 2>/dev/null; echo "div $?"
arr=(10 20 30); echo $((arr[1]+1)) $((${arr[2]}*2)); i=0; echo $((arr[i++]+arr[i])) $i
echo $(( (1+1) * (2+2) )) $((- - 3)) $((+4)) $((2**3**2))
for ((s=0,i=1;i<=10;i++)); do ((s+=i)); done; echo $s
echo $[1+2]
z="1 + 1"; echo $((z*2))
n=08; echo $((10#$n))
((u++)); echo $u; ((v = 1 ? 2 : 3)); echo $v
expr 1 + 2; expr 7 \* 6; expr 10 / 3; expr 10 % 3; expr 5 \> 3; expr abc : 'a\(.\)c'; expr length hello; expr substr hello 2 3; expr index hello l
expr 0; echo $?; expr a = b; echo $?; expr 1 / 0 2>/dev/null; echo $?; expr \( 1 + 2 \) \* 3; expr a \| b; expr '' \| c; expr 1 \& 0
if ((x >= 3 && x < 10)); then echo range; fi
echo $((x = 4 , x * x)) $((x == 4 ? x : -1))
