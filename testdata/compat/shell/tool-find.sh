mkdir -p a/b/c a/d .git; touch a/1.txt a/b/2.txt a/b/c/3.md a/d/4.TXT .git/x; echo hello > a/big; ln -s a/1.txt ln
find . | sort; find a -type f | sort; find a -type d | sort; find . -type l; find a -name '*.txt' | sort; find a -iname '*.txt' | sort
find a -maxdepth 1 | sort; find a -mindepth 2 | sort; find . -path '*/b/*' | sort; find . -not -path './.git*' | sort; find a ! -type d | sort
find a -name '*.md' -o -name '*.TXT' | sort; find a \( -name '*.md' -o -name '1*' \) -type f | sort; find a -empty | sort; find a -size +0 -type f; find a -size -1k -type f | wc -l
find a -type f -exec echo got {} \; | sort; find a -name '*.txt' -exec echo {} + | tr ' ' '\n' | sort; find a -type f -print0 | tr '\0' '\n' | sort | head -2
find . -name .git -prune -o -type f -print | sort; find a -name 2.txt -delete; find a -name '2*'; find nope 2>&1; echo $?; find a -name 1.txt -printf '%f %s %p\n'
find a -type f | xargs ls | sort; find a -newer a/1.txt -name nothing; find a -regex '.*/[0-9]\.md'; find a -name '[0-9]*' | wc -l; find a -mtime -1 -name big; find a -quit | wc -l; find . -maxdepth 1 -type f,l | sort
find a d2 -maxdepth 0 2>/dev/null; find a -type f -exec grep -l hello {} +; find a -depth -name 'b*' | sort; find -name big; find a -perm 644 -name big; find a -type f -name big -ls | grep -c big
