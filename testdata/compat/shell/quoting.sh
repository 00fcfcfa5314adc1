echo 'single $x `y` \n' "double \$x \`y\` \\n" un\ quoted\$x
x='a  b'; echo $x "$x" '$x' \$x "\$x" "'$x'" '"$x"'
echo "a"'b'c$'d\te'"f"
echo \\ \' \" \a "\a" '\a' "\\" '\\'
echo "line
two" 'line
three'
echo a\
b "c\
d" 'e\
f'
echo "$(echo "nested "quo"ted")" "`echo \`echo bt\``"
set -- "a b" c; for i in $@; do echo "<$i>"; done; for i in "$@"; do echo "[$i]"; done; for i in "$*"; do echo "{$i}"; done
e=; set -- $e "" ''; echo $#; set -- "$e" $e; echo $#; set -- ""$e; echo $#
echo "!" "a!b" '#not' a#b # comment
echo "*" \* '*' "[a]" {a "a{b,c}" 'x{y}'
echo $'\x41\u263a\101\'\"\\\?' "$'no'"
y='$(echo no)'; echo $y "$y"; z="it's"; echo "$z"
printf '%s|' "a b" 'c d' e\ f; echo
echo "${x:-"quoted default"}" ${u:-'single'} "${u:-'single'}" "${u:-\$d}"
echo ~root | wc -l; echo "~" '~'
a=(\$x "b c" 'd e'); echo "${#a[@]} ${a[0]}"; cmd='echo "x y"'; $cmd; eval "$cmd"
echo --opt="val ue" -x'y z'; echo a;echo b; echo c&&echo d
