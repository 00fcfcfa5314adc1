# What the options of node are to the program, and to what it forks.
# ref: bash
node --trace-warnings -e 'console.log(process.execArgv, process.argv.length)' a b
node -p 'process.execArgv.length'
node --no-warnings -pe 'process.execArgv' -- x
echo 'console.log(process.execArgv, process.argv.length)' | node --no-warnings - x
echo 'console.log(process.execArgv, process.argv.length)' > a.js
node --no-warnings -- a.js x
node --no-warnings a.js --no-warnings
node --no-warnings -e 'require("child_process").fork("./a.js", ["y"])'
node -e 'require("child_process").fork("./a.js", ["z"], { execArgv: ["--no-deprecation"] })'
