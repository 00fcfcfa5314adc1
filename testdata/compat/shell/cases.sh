t() { case $1 in
 a|b) echo ab;;
 [0-9]) echo digit;;
 [0-9][0-9]*) echo number;;
 *.txt) echo text;;
 "star*") echo literal;;
 '') echo empty;;
 -*) echo option;;
 ???) echo three;;
 *) echo other;;
esac; }
for x in a b 5 42 f.txt 'star*' 'starx' '' -v xyz hello; do t "$x"; done
case x in x) echo one;& y) echo two;; z) echo three;; esac
case x in x) echo one;;& [a-z]) echo two;; *) echo three;; esac
case nomatch in a) :;; esac; echo $?
case a in (a) echo paren;; esac
v=b; case b in $v) echo var;; esac
p='[a-c]'; case b in $p) echo pat;; esac; case b in "$p") echo no;; *) echo quoted;; esac
shopt -s nocasematch; case ABC in abc) echo nocase;; esac; shopt -u nocasematch
case "a b" in "a b") echo space;; esac
case $(echo hi) in hi) echo subst;; esac
case x in [!x]) echo n;; [^y]) echo neg;; esac
case 'a]b' in *]*) echo bracket;; esac
case é in ?) echo onechar;; esac
