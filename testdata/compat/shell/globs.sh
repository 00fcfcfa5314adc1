mkdir d d/e; touch a.txt b.txt c.md .hidden d/x.txt d/e/y.txt 'sp ace.txt' file1 file2 file10
echo *
echo *.txt
echo ?.txt
echo [ab].txt [!a].txt
echo d/*
echo */*
echo .h*
echo nomatch*
echo "*.txt" '*.txt' \*.txt
echo file[0-9]
echo file{1,2,3}
echo {a,b}{1,2}
echo {1..5} {5..1} {a..e} {01..03} {1..10..3} {e..a..2}
echo pre{x,y}post {a,{b,c}} {single} {}
x='*.txt'; echo $x "$x"
for f in *.txt; do echo "[$f]"; done
shopt -s nullglob; echo none*here end; shopt -u nullglob
shopt -s dotglob; echo *hid*; shopt -u dotglob
shopt -s globstar; echo **/*.txt; shopt -u globstar
set -f; echo *.txt; set +f
shopt -s extglob
echo @(a|b).txt
echo !(a|b).txt
echo +(file)?([0-9])
case foobar in foo*(bar)) echo ext-case;; esac
case a.txt in *.txt) echo case-match;; esac
[[ a.txt == *.txt ]] && echo dbl-match
[[ a.txt == "*.txt" ]] || echo dbl-quoted
echo [[:digit:]]* [[:upper:]]*
echo ./a*
shopt -s nocaseglob; echo A.TX*; shopt -u nocaseglob
shopt -s failglob; echo zzz*; echo "after"
