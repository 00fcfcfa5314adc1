v=hello.tar.gz; p=/usr/local/lib/x.so; e=; unset u
echo ${v%.*} ${v%%.*} ${v#*.} ${v##*.}
echo ${p##*/} ${p%/*} ${p#/} ${#v}
echo ${u:-def} ${e:-def} ${u-def} [${e-def}] 
echo ${u:=asg} $u; unset u
echo ${v:+alt} [${e:+alt}] [${e+alt}]
(echo ${u:?not set}) 2>&1 | sed 's/.*: u: //'; 
echo ${v:0:5} ${v:6} ${v: -2} ${v:(-6):3} ${v:1:-3}
echo ${v/l/L} ${v//l/L} ${v/#he/HE} ${v/%gz/GZ} ${v//[aeiou]} ${v/nomatch/x}
w="Mixed Case"; echo ${w^^} ${w,,} ${w^} ${w,} ${w^^[aeiou]}
echo "${w@Q}" "${w@U}" "${w@L}" "${w@u}"
s="a  b   c"; echo $s; echo "$s"
echo $'tab\there\x41\u00e9\101\n.' | tr '\n' '~'; echo
echo "nested ${u:-${v%%.*}} ${e:-"q u o"}"
echo "a\$b \"q\" \\ \`"
echo 'single '"double "$v' end'
arr=(aa bb cc); echo ${arr[@]/b/X} ${arr[@]:1} ${arr[@]#a} ${#arr[1]} ${arr[@]^^}
echo "${arr[@]/%/!}" "${arr[*]:0:2}"
set -- x y z; echo "${@:2}" "${*:1:2}" "${@: -1}"
prefix_a=1 prefix_b=2; echo ${!prefix_*}
echo ~ | grep -c /; echo ~+ | grep -c /; echo "~" a~
a=~/x; case $a in /*) echo abs;; esac
IFS=:; path="a:b::c"; for i in $path; do echo "[$i]"; done; unset IFS
IFS=' '; t=" lead trail "; for i in $t; do echo "[$i]"; done; unset IFS
x=$(printf 'line1\nline2\n\n\n'); echo "$x" | wc -l
echo `echo back tick \`echo nested\``
echo $(( 2 + 3 )) $((v2=4, v2*2)) ${#} $?
echo "${arr[@]: -2:1}" "${arr[${#arr[@]}-1]}"
y="q*?[z"; echo "${y//\*/star}" "${y/\?/Q}"
echo ${v/tar/"&"} "${v//./ }"
unset z; echo "${z-unset}" "${z+set}"; z=; echo "${z-unset}" "${z+set}"
echo "$(echo "inner "quoted" x")"
echo a{1..3}b "{1..3}" $v{x,y}
