import Mustache from 'mustache'
const view = { name: 'A & B', html: '<b>', list: [{ n: 1 }, { n: 2 }], empty: [], nested: { deep: { v: 'down' } }, yes: true, no: false, lambda: () => (text, render) => `{${render(text)}}`, calc() { return this.list.length * 2 }, strs: ['a', 'b'] }
console.log(Mustache.render('{{name}} {{{html}}} {{&html}} {{html}} {{missing}}|{{nested.deep.v}}|{{calc}}', view))
console.log(Mustache.render('{{#list}}<{{n}}>{{/list}}{{^empty}}none{{/empty}}{{#yes}}Y{{/yes}}{{^no}}N{{/no}}{{#strs}}{{.}},{{/strs}}', view))
console.log(Mustache.render('{{#nested}}{{#deep}}{{v}} {{name}}{{/deep}}{{/nested}} {{#lambda}}in {{name}}{{/lambda}}', view))
console.log(Mustache.render('a\n  {{#list}}\n  - {{n}}\n  {{/list}}\nb {{! comment }}c\n  {{> part}}\n', view, { part: 'part {{name}}\nline\n' }))
console.log(Mustache.render('{{=<% %>=}}<% name %> {{kept}} <%={{ }}=%>{{n}}', { name: 'delims', n: 1 }), Mustache.render('[[x]]', { x: 1 }, {}, ['[[', ']]']))
console.log(JSON.stringify(Mustache.parse('x {{a}} {{#b}}y{{/b}}')))
for (const bad of ['{{#a}}', '{{/a}}', '{{#a}}{{/b}}', '{{a']) try { Mustache.render(bad, {}) } catch (e) { console.log(e.message) }
console.log(Mustache.render('{{a}}', { a: '<>&"\'/`=' }), Mustache.render('{{a}}', { a: 1 }, {}, { escape: (v) => `(${v})` }), Mustache.name)
const w = new Mustache.Writer(), c = new Mustache.Context({ a: 1, b: { c: 2 } }).push({ d: 3 })
console.log(w.render('{{a}}{{b.c}}{{d}}', c), c.lookup('a'), c.lookup('zz'))
