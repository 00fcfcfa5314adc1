const esprima = require('esprima'), escodegen = require('escodegen')

const ast = esprima.parseScript('let x = a => ({ b: [...a, /x/g], c: 1 }.b); for (const [k, v] of m) { f?.(k) }'.replace('?.', ''), { range: true })
console.log(escodegen.generate(ast), '\n' + escodegen.generate(ast, { format: { compact: true } }))
console.log(esprima.tokenize('a + `b${c}` // d', { comment: true }).map((t) => [t.type, t.value]))
// Its errors inherit from one.
for (const text of ['var = 1', 'let a = ;', '`${']) {
  try { esprima.parseScript(text) } catch (e) { console.log(e.message, e.index, e.lineNumber, e.column, e instanceof Error, e.stack.split('\n')[0], require('util').inspect(e).split('\n')[0]) }
}
