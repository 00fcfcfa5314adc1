const cx = require('classnames')
const bind = require('classnames/bind')
const dedupe = require('classnames/dedupe')
const { clsx } = require('clsx')
const cases = [['a', 'b'], [{ a: true, b: false, c: 1 }], [['a', ['b', { c: true }]]], ['a', null, undefined, 0, 1, '', false, true, NaN], [], [{ 'x y': 'yes', z: undefined }], ['a', 'a b'], [[], [[]], {}], [Infinity, 2n], [{ toString: () => 'own' }], [new Map([['a', 1]])], [{ null: null, undefined: undefined, empty: '', arr: [] }]]
for (const c of cases) console.log(JSON.stringify([cx(...c), clsx(...c), dedupe(...c)]))
console.log(bind.bind({ a: 'a_hash', b: 'b_hash' })('a', { b: true, c: true }, ['a', 3]), dedupe('a', 'b', { a: false, d: true }), dedupe(['x', { x: false }]))
console.log(clsx(() => 1), cx(() => 1), typeof cx.default, cx.default === cx)
