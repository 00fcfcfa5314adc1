# Corners of expansions, of classes of characters, and of printf.
exec 2>/dev/null
v=axb e= l='ab/c'; unset u; for w in '\n' '\\n' '\&' '\\&' '&' 'a\b' '\'; do echo ${v/x/$w} "${v/x/$w}" "${v/x/"$w"}" ${v/x/"$w"}; done
echo "[${e/*/E}]" "[${e//*/$v}]" "[${e/#/p}]" "[${e/x/y}]" "[${u:0:-1}]" "[${u:1:2}]" "[${e:0}]"
for x in é É ñ ß 1 a A _ - ' '; do for c in alpha upper lower alnum digit punct space print word; do case $x in [[:$c:]]) printf "$c ";; esac; done; echo "$x" | grep -q '[[:alpha:]]' && printf 'g '; echo "$x" | sed 's/[[:upper:]]/U/;s/[[:lower:]]/L/'; done
n=1 i=2; (( 1 + i = 3 )) || echo refused; (( -n = 3 )) || echo refused; (( (i) = 3 )) || echo refused; echo $i $((i=n=4, i+n)) $((n<5&&(i=7))) $i
printf '[%.0d][%5.0x][%#o][%#o][%-05d][%-08.0f][%+.0e]\n' 0 0 0 8 7 2.5 15000
