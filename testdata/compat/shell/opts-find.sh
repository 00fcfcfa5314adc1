mkdir -p src/lib/deep test node_modules/p .git; echo 'import x' > src/a.js; echo 'TODO: y' > src/lib/b.ts; echo z > src/lib/deep/c.js; echo t > test/a.test.js; echo n > node_modules/p/i.js; : > src/empty.txt; head -c 5000 /dev/zero > src/big.bin; touch -d '2020-01-01' src/lib/b.ts; touch -d '2024-06-01' src/a.js
find . -name '*.js' -not -path '*/node_modules/*' | sort
find src -type f -exec wc -c {} + | sort | tail -n 1 | tr -s ' '
find . -type f -name '*.js' -exec grep -l import {} \;
find . \( -name node_modules -o -name .git \) -prune -o -type f -print | sort
find src -type f -print0 | sort -z | xargs -0 -n 2 echo
find src -type f -size +4k; find src -type f -size -1k; find src -size 5000c; find src -empty
find . -type d -name 'lib*' -o -type d -name test | sort
find src -newer src/lib/b.ts -type f -name '*.js' | sort; find src ! -newermt '2021-01-01' -type f
find src -mtime +365 -type f | sort; find src -mmin -60 -type f -name big.bin
find . -maxdepth 2 -mindepth 2 -type f | sort; find . -maxdepth 1 -type d | sort
find src -type f -printf '%f|%s|%d|%P|%h\n' | sort
find src -type f -printf '%TY-%Tm-%Td %p\n' -name nothing | sort | head -n 2
find src -iname 'A.JS'; find src -regextype posix-extended -regex '.*/[ab]\.(js|ts)' | sort; find src -iregex '.*\.TS'
find src -type f -execdir echo {} \; | sort; find src -name '*.js' -exec sh -c 'echo "$1" | tr a-z A-Z' _ {} \; | sort
find src -type f -name '*.txt' -delete -print; find src -name '*.txt' | wc -l
find . -path ./node_modules -prune -o -name '*.ts' -print; find . -wholename './src/a.js'
find src test -maxdepth 1 -type f | sort; find src -type f | sed 's|.*/||' | sort | uniq -c | sed 's/^ *//'
find src -type f -name '*.js' -exec cp {} test \; ; ls test; find . -type f -links 1 -name c.js | sort; find . -samefile src/a.js
find src -perm -u=r -type f | wc -l; find src -type f -readable -name a.js; chmod +x src/a.js; find src -type f -perm /111; find src -type f -executable
find src -type f -not -name '*.bin' -and -not -name '*.js'; find src -depth -type d; find . -quit; find nope -name x 2>/dev/null; echo $?
find src -name '*.js' -exec false {} \; -print; find src -name '*.js' -exec true {} \; -print | sort; find src -name 'b.ts' -exec echo a {} b {} \;
find . -type f -name '*.js' -print | while read -r f; do echo "$(basename "$f" .js)"; done | sort -u; find -L . -xtype l
