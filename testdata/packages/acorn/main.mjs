import * as acorn from 'acorn'
import * as walk from 'acorn-walk'
const code = `#!/usr/bin/env node
import x, { y as z } from "m" with { type: "json" }; // comment
export class A extends B { #p = 1; static { this.q ??= 2n } get [k]() { return super.k?.[0] } }
async function* f({ a = 1, ...r }, [b, , c]) { for await (const i of r) yield* i; await using; }
label: for (;;) { if (a) break label; else continue }
const t = tag\`a\${b}c\`, re = /(?<n>x)+/dv, arrow = async (a, b = {}) => ({ ...a }), n = 1_000;
`.replace('await using;', '')
const comments = [], tokens = []
const ast = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true, ranges: true, onComment: comments, onToken: tokens })
console.log(ast.type, ast.body.map((n) => n.type), comments.map((c) => c.value), tokens.length, tokens.slice(0, 6).map((t) => t.type.label))
const counts = {}
walk.full(ast, (n) => { counts[n.type] = (counts[n.type] ?? 0) + 1 })
console.log(counts)
walk.simple(ast, { Identifier(n) { if (n.name === 'z') console.log(n.loc.start) }, Literal(n) { console.log(n.raw, n.value, n.bigint ?? '', n.regex ?? '') } })
walk.ancestor(ast, { YieldExpression(n, _, anc) { console.log(anc.map((a) => a.type).join(' > ')) } })
console.log(walk.findNodeAt(ast, null, null, 'ClassDeclaration').node.id.name, walk.findNodeAround(ast, code.indexOf('yield*'), 'Function').node.async)
console.log([...acorn.tokenizer('a => `x${1}` ?? /r/', { ecmaVersion: 2022 })].map((t) => `${t.type.label}:${t.value ?? ''}`))
console.log(JSON.stringify(acorn.parseExpressionAt('  1 + x * 2 rest', 2, { ecmaVersion: 2020 })))
for (const bad of ['let let = 1', 'a ?? b || c', 'return', 'var 1x', '"use strict"; with(a){}', 'import("x", "y", "z")', 'class A { constructor(){} constructor(){} }', '/[/', 'await 1', '`${']) try { acorn.parse(bad, { ecmaVersion: 2022 }); console.log('ok') } catch (e) { console.log(e.name, e.message, e.pos) }
const Loud = acorn.Parser.extend((P) => class extends P { parseLiteral(v) { const n = super.parseLiteral(v); n.loud = String(v).toUpperCase(); return n } })
console.log(Loud.parse('f("x")', { ecmaVersion: 5 }).body[0].expression.arguments[0].loud, acorn.isIdentifierStart(0x61), acorn.getLineInfo('a\nbc', 3))
