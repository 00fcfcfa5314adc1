import { parse as parser } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
const text = 'id,name,note\n1,"Smith, J.","said ""hi"""\n2,Ünal,"two\nlines"\n\n3,,\n'
console.log(parse(text, { skip_empty_lines: true }))
console.log(parse(text, { columns: true, skip_empty_lines: true, cast: (v, c) => c.column === 'id' && !c.header ? Number(v) : v || null }))
console.log(parse('a;b\n 1 ;2 \n# c\n', { delimiter: ';', trim: true, comment: '#', columns: ['x', 'y'], from_line: 2, info: true }).map((r) => [r.record, r.info.lines]))
console.log(parse('1|2\t3', { delimiter: ['|', '\t'], cast: true }), parse("'a b','c'", { quote: "'" }), parse('\ufeffa,b\n1,2', { bom: true, columns: true }), parse('a,b\r\n1,2\r\n', { to: 1 }))
for (const [bad, opts] of [['a,b\n1', {}], ['a,"b', {}], ['a"b', {}], ['1,2', { columns: ['a'] }], ['x', { delimiter: 5 }]]) try { parse(bad, opts) } catch (e) { console.log(e.code, e.message) }
console.log(parse('a,b\n1\n2,3,4', { relax_column_count: true }), parse('a,b\n1\n2,3', { skip_records_with_error: true }))
const rows = []
await pipeline(Readable.from([text.slice(0, 20), text.slice(20)]), parser({ columns: true, skip_empty_lines: true, on_record: (r) => ({ ...r, seen: true }) }), async function (src) { for await (const r of src) rows.push(r) })
console.log(rows)
const p = parser({ delimiter: ':' })
p.on('readable', () => { let r; while ((r = p.read()) !== null) console.log('read', r) }).on('end', () => console.log('end', p.info.records))
p.write('root:x:0\n'); p.write('bin:y:1'); p.end()
console.log(stringify([{ a: 1, b: 'x,y' }, { a: null, b: 'q"' }], { header: true, columns: { a: 'A', b: 'B' }, cast: { number: (n) => n.toFixed(1) } }))
