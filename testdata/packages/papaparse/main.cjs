const Papa = require('papaparse')
const { Readable } = require('node:stream')
const text = 'id,name,note,ok\n1,"Smith, J.","said ""hi""",true\n2,Ünal,"two\nlines",FALSE\n3,x\n'
console.log(JSON.stringify(Papa.parse(text), null, 1))
console.log(Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: 'greedy' }))
console.log(Papa.parse('a\tb\n1\t2').meta.delimiter, Papa.parse('x;y;z\n1;2;3', { preview: 1 }).data, Papa.parse('# c\n1,2', { comments: '#' }).data)
console.log(Papa.parse('a,"b\n').errors, Papa.parse('A,A,B\n1,2,3', { header: true }).data, Papa.parse(' h \n v ', { header: true, transformHeader: (h) => h.trim(), transform: (v) => v.trim() }).data)
const seen = []
Papa.parse('1,2\n3,4\n5,6', { step: (r, p) => { seen.push(r.data); if (seen.length === 2) p.abort() }, complete: (r) => console.log(seen, r.meta.aborted) })
console.log(Papa.unparse([{ a: 1, b: 'x,y' }, { a: null, b: 'q"', c: 1 }]))
console.log(Papa.unparse({ fields: ['x', 'y'], data: [[1, '=cmd'], [' pad', 2]] }, { quotes: [true, false], delimiter: ';', newline: '\n', escapeFormulae: true }))
console.log(Papa.unparse([['a', 'b'], [new Date(0), { toString: () => 'obj' }]], { header: false, skipEmptyLines: true }))
const rows = []
Readable.from(['h,i\n1,', '2\n3,4\n']).pipe(Papa.parse(Papa.NODE_STREAM_INPUT, { header: true })).on('data', (r) => rows.push(r)).on('end', () => console.log('stream', rows))
Papa.parse(Readable.from(['k,v\n', 'a,1']), { header: true, complete: (r) => console.log('readable', r.data) })
