const dotenv = require('dotenv')
const { expand } = require('dotenv-expand')
const fs = require('node:fs')
fs.writeFileSync('.env', `# comment
PLAIN=value
export EXPORTED = spaced 
EMPTY=
SINGLE='single $PLAIN \\n'
DOUBLE="line1\\nline2 # not a comment"
TICK=\`it's "ticked"\`
HASH=before # after
MULTI="one
two"
JSON={"a": "b"}
EQUALS=a=b=c
TAKEN=file
REF=\${PLAIN}-\${MISSING:-default}-$TAKEN
`)
fs.writeFileSync('.env.local', 'PLAIN=local\nEXTRA=1\n')
process.env.TAKEN = 'already'
const r = dotenv.config({ quiet: true })
console.log(r.parsed, r.error)
console.log(process.env.PLAIN, process.env.TAKEN, process.env.MULTI)
console.log(dotenv.config({ path: ['.env.local', '.env'], override: true, quiet: true }).parsed.EXTRA, process.env.PLAIN, process.env.TAKEN)
console.log(dotenv.parse(Buffer.from('A=1\r\nB : yaml\r\nC=" x "\n  D  =  y  ')))
console.log(dotenv.config({ path: 'none.env', quiet: true }).error.code)
console.log(expand({ parsed: dotenv.parse('A=1\nB=${A}2\nC=\\$kept\nD=${NOPE:-x}\n'), processEnv: {} }).parsed)
const target = {}
dotenv.populate(target, { X: '1' }, { override: true })
console.log(target)
try { dotenv.populate(target, 'bad') } catch (e) { console.log(e.code, e.message.split('\n')[0]) }
