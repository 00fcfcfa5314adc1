const { parse, parseExpression, tokTypes } = require('@babel/parser')
const ts = parse(`
import type { T } from './t'
export default abstract class A<T extends object = {}> extends B<T> implements C, D {
  declare x: number; private readonly y?: string = "1"; static #z = 1;
  constructor(private a: string, public b?: number) { super() }
  @dec() async *m<const K>(this: A<T>, k: K): AsyncGenerator<K> { yield k satisfies unknown as K }
}
enum E { A = 1, B = A << 1 }
namespace N.M { export const v = 1 }
type Cond<T> = T extends (infer U)[] ? U : \`a\${string}\`
const el = <div className="x" {...p}>text {e} <></></div>
function assertIsString(v: any): asserts v is string {}
let f = <const T,>(x: T) => x!
`, { sourceType: 'module', plugins: ['typescript', 'jsx', 'decorators'], tokens: true, ranges: true })
console.log(ts.program.body.map((n) => n.type + (n.declaration ? '/' + n.declaration.type : '')), ts.tokens.length, ts.errors.length)
const counts = {}
const visit = (n) => { if (!n || typeof n !== 'object') return; if (Array.isArray(n)) return n.forEach(visit); if (typeof n.type === 'string') counts[n.type] = (counts[n.type] ?? 0) + 1; for (const k in n) if (!['loc', 'start', 'end', 'range', 'tokens', 'extra'].includes(k)) visit(n[k]) }
visit(ts.program)
console.log(counts)
console.log(JSON.stringify(parseExpression('a?.b ?? c |> d(%)', { plugins: [['pipelineOperator', { proposal: 'hack', topicToken: '%' }]] }), (k, v) => ['loc', 'start', 'end', 'errors', 'comments'].includes(k) ? undefined : v))
const flow = parse('// @flow\ntype X = {| a: ?number |}; (x: any)', { plugins: ['flow'] })
console.log(flow.program.body.map((n) => n.type), flow.comments.map((c) => c.value))
for (const [bad, o] of [['let a; let a', {}], ['return 1', {}], ['<a></b>', { plugins: ['jsx'] }], ['class { ', {}], ['a: number', {}], ['import x from "y"', { sourceType: 'script' }], ['0b12', {}], ['({a:1, a:2} = x) => {}', {}]]) try { parse(bad, o); console.log('ok') } catch (e) { console.log(e.name, e.code, e.reasonCode, e.message, e.loc) }
const rec = parse('let a; let a; const b; 08n', { errorRecovery: true })
console.log(rec.errors.map((e) => e.reasonCode), rec.program.body.length, Object.keys(tokTypes).length > 100)
const c = parse('/* lead */ f(/* in */ a) // trail', { attachComment: true, createParenthesizedExpressions: true }).program.body[0]
console.log(c.leadingComments.map((x) => x.value), c.trailingComments.map((x) => x.value), c.expression.arguments[0].leadingComments[0].value)
