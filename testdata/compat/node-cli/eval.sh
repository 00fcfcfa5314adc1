# Real Node is the reference.
# ref: bash
try() { echo "\$ $*"; "$@" 2>/dev/null; s=$?; [ $s = 0 ] || echo "[$s]"; }
try node -e 'console.log(1 + 1, process.argv.length)'
try node -p '1 + 1'
try node -p '({a: [1, "x"]})'
try node -pe 'process.argv.slice(1)' a b
try node -e 'console.log(process.argv.slice(1))' -- a --b
try node --eval 'require("fs").writeFileSync("x", "y")'
cat x; echo
try node --print 'require("fs").readFileSync("x", "utf8")'
try node --input-type=module -e 'import fs from "fs"; console.log(typeof fs.readFileSync, import.meta.url.slice(0, 5))'
try node -e 'throw new Error("no")'
try node -e 'process.exit(5)'
try node -e 'let x = ;'
try node -p 'Promise.resolve(1)'
try node -p '"text"'
try node -p 'undefined'
try node -p 'throw 1'
try node -e
try node --nonsense
echo 'console.log("from stdin", __filename)' | node
echo 'console.log("dash", process.argv.slice(2))' | node - a b
echo 'console.log(7)' | node --input-type=module -
try node nothing.js
