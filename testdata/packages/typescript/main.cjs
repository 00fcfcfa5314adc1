const ts = require('typescript')
const source = `
import { a, type T } from './a'
enum Color { Red, Green = 'g', Blue = 1 << 2 }
const enum Hidden { X = 1 }
namespace N { export const v = 1 }
abstract class A<T> { constructor(private x: number, readonly y?: T) {} @dec m(@par p: string): void {} accessor z = 1; declare q: string }
export default <T,>(x: T) => x satisfies unknown as any
const el = <div className="x">{a}</div>
export async function* gen({ b = 1, ...rest }: any = {}) { for await (const i of rest) yield i?.x ?? b ** 2 }
`
const r = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2017, jsx: ts.JsxEmit.ReactJSX, experimentalDecorators: true, sourceMap: true }, fileName: 'x.tsx', reportDiagnostics: true })
console.log(r.outputText)
console.log(JSON.parse(r.sourceMapText).sources, r.diagnostics.length)
console.log(ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.Preserve, removeComments: true }, fileName: 'x.tsx' }).outputText)
const bad = ts.transpileModule('let x: = 1\nclass {', { reportDiagnostics: true, fileName: 'bad.ts' })
console.log(bad.diagnostics.map((d) => `${d.start} TS${d.code}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`))
const file = ts.createSourceFile('f.ts', 'function f<T>(a: T, b = [1]): string { return `x${a}` }', ts.ScriptTarget.Latest, true)
const kinds = []
const visit = (n) => { kinds.push(ts.SyntaxKind[n.kind]); ts.forEachChild(n, visit) }
visit(file)
console.log(kinds.join(' '))
const renamed = ts.transform(file, [(ctx) => (root) => { const v = (n) => ts.isIdentifier(n) && n.text === 'a' ? ctx.factory.createIdentifier('renamed') : ts.visitEachChild(n, v, ctx); return ts.visitNode(root, v) }])
console.log(ts.createPrinter({ removeComments: true }).printFile(renamed.transformed[0]))
console.log(ts.parseConfigFileTextToJson('tsconfig.json', '{ "compilerOptions": { /* c */ "strict": true, }, }').config, ts.version.split('.').length)
