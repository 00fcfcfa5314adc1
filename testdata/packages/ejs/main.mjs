import ejs from 'ejs'
import fs from 'node:fs'
console.log(ejs.render('<% for (const x of list) { -%>\n[<%= x %>|<%- x %>]\n<% } -%>\n<%# comment %>done <%% literal %>', { list: ['<a>', '&'] }))
const fn = ejs.compile('Hello <%= user.name %>, <%= locals.missing ?? "none" %>', { strict: false })
console.log(fn({ user: { name: 'Bo"b' } }))
fs.mkdirSync('views/part', { recursive: true })
fs.writeFileSync('views/page.ejs', '<h1><%= title %></h1><%- include("part/item", { n: 1 }) %><%- include("part/item", { n: 2 }) %>')
fs.writeFileSync('views/part/item.ejs', '<i><%= n %> of <%= title %></i>')
console.log(await ejs.renderFile('views/page.ejs', { title: 'T & t' }))
ejs.renderFile('views/none.ejs', {}, (e) => console.log(e.code))
console.log(await ejs.render('<%= await p %> <%= await f(2) %>', { p: Promise.resolve('async'), f: async (x) => x * 2 }, { async: true }))
console.log(ejs.render('<? if (a) { ?>yes<? } ?>', { a: 1 }, { delimiter: '?' }), ejs.render('[%= a %]', { a: 1 }, { openDelimiter: '[', closeDelimiter: ']' }))
try { ejs.render('one\n<%= nope.x %>\nthree', {}, { filename: 'f.ejs' }) } catch (e) { console.log(e.name); console.log(e.message) }
try { ejs.render('<% if ( %>') } catch (e) { console.log(e.name) }
console.log(ejs.render('<%_ if (true) { _%>   trimmed   <%_ } _%>\n', {}, { rmWhitespace: true }), ejs.escapeXML('<>&\'"'))
ejs.fileLoader = (f) => 'loaded ' + f.split('/').pop()
console.log(ejs.render('<%- include("part/item") %>', {}, { filename: process.cwd() + '/views/page.ejs' }))
