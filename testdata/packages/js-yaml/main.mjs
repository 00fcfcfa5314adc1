import yaml from 'js-yaml'
const doc = yaml.load(`
str: plain text
quoted: "tab\\t \\u00e9"
single: 'it''s'
int: 42
hex: 0xff
oct: 0o17
float: 1.5e3
inf: -.inf
nan: .nan
bool: true
nil: ~
date: 2024-02-29
time: 2024-02-29T13:05:09.007Z
list: [1, two, {three: 3}]
block: |
  line 1
    line 2
folded: >-
  one
  two

  three
base: &base {a: 1, b: 2}
derived:
  <<: *base
  b: 3
bin: !!binary aGVsbG8=
set: !!set {x, y}
? complex key
: value
`)
console.log(doc)
console.log(yaml.dump({ a: [1, 'two', { three: null }], 'needs quotes': 'yes', multi: 'l1\nl2\n', empty: {}, long: 'x '.repeat(50), d: new Date(0), u: undefined }, { skipInvalid: true, sortKeys: true, lineWidth: 60 }))
console.log(yaml.dump([[1, [2]], { f: true }], { flowLevel: 1, noRefs: true }))
const shared = { s: 1 }
console.log(yaml.dump({ x: shared, y: shared }))
for (const bad of ['a: [1, 2', 'a: 1\na: 2', '\tx: 1', '*none', '!custom x', 'a: b: c']) try { yaml.load(bad) } catch (e) { console.log(e.name, e.reason, e.mark?.line, e.mark?.column) }
yaml.loadAll('---\na: 1\n---\n- b\n...\n', (d) => console.log(d))
const Point = new yaml.Type('!point', { kind: 'sequence', construct: ([x, y]) => ({ x, y, point: true }), represent: (p) => [p.x, p.y], predicate: (o) => o?.point })
const schema = yaml.DEFAULT_SCHEMA.extend([Point])
console.log(yaml.load('p: !point [1, 2]', { schema }), yaml.dump({ p: { x: 1, y: 2, point: true } }, { schema }), yaml.load('a: 2024-01-01', { schema: yaml.JSON_SCHEMA }))
