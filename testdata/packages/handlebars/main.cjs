const Handlebars = require('handlebars')
Handlebars.registerHelper('loud', (s) => String(s).toUpperCase() + '!')
Handlebars.registerHelper('list', function (items, o) { return items.map((i) => '<li>' + o.fn(i) + '</li>').join('') + (items.length ? '' : o.inverse(this)) })
Handlebars.registerHelper('link', (text, o) => new Handlebars.SafeString(`<a href="${Handlebars.escapeExpression(o.hash.href)}">${text}</a>`))
Handlebars.registerPartial('card', '[{{name}}{{#if (gt age 18)}} adult{{/if}}{{> @partial-block}}]')
Handlebars.registerHelper('gt', (a, b) => a > b)
const t = Handlebars.compile(`Hello {{user.name}} {{{raw}}} {{esc}} {{loud user.name}} {{link "x" href=url}}
{{#each people as |p i|}}{{i}}:{{p.name}}{{#unless @last}},{{/unless}}{{else}}nobody{{/each}}
{{#with user}}{{name}} {{../esc}} {{@root.url}}{{/with}}
{{#list people}}{{name}}{{/list}}{{#list none}}x{{else}}empty{{/list}}
{{#each map}}{{@key}}={{this}}{{#if @first}} first{{/if}};{{/each}}
{{#> card user}}!{{/card}}
{{!-- gone --}}{{~#if none~}} yes {{~else if user~}} else-if {{~/if}}
{{lookup map "b"}} {{people.[1].name}} {{#if zero includeZero=true}}zero{{/if}} \\{{kept}}
`)
console.log(t({ user: { name: 'Ann', age: 30 }, raw: '<b>', esc: '<&"\'`=>', url: '/?a=1&b=2', people: [{ name: 'x' }, { name: 'y' }], none: [], map: { a: 1, b: 2 }, zero: 0 }))
const pre = Handlebars.template(eval('(' + Handlebars.precompile('pre {{a}}') + ')'))
console.log(pre({ a: 'compiled' }))
try { Handlebars.compile('{{#if}')({}) } catch (e) { console.log(e.message.split('\n')[0]) }
try { Handlebars.compile('{{missing.helper 1}}', { strict: true })({}) } catch (e) { console.log(e.message) }
try { Handlebars.compile('{{nohelper 1}}')({}) } catch (e) { console.log(e.message) }
console.log(Handlebars.compile('{{constructor}}{{__proto__}}{{x.y}}')({}), JSON.stringify(Handlebars.parse('a{{b}}').body.map((n) => n.type)))
const iso = Handlebars.create()
iso.registerDecorator('set', (fn, props, c, o) => (context, more) => fn(context, more) + ' decorated ' + o.args[0])
console.log(iso.compile('{{*set "v"}}text')({}))
console.log(iso.compile('{{#*inline "p"}}inline {{x}}{{/inline}}{{> p x=5}}')({}))
