import { produce, enablePatches, enableMapSet, produceWithPatches, applyPatches, original, current, isDraft, freeze, createDraft, finishDraft, nothing, Immer } from 'immer'
enablePatches(); enableMapSet()
const base = { todos: [{ t: 'a', done: false }, { t: 'b', done: true }], meta: { n: 1 }, m: new Map([['k', { v: 1 }]]), s: new Set([1]) }
const next = produce(base, (d) => { d.todos[0].done = true; d.todos.push({ t: 'c', done: false }); d.m.get('k').v++; d.s.add(2); delete d.meta.n })
console.log(next, base.todos.length, next.todos[1] === base.todos[1], next === base)
console.log(produce(base, () => {}) === base, Object.isFrozen(next), Object.isFrozen(next.todos[0]))
try { next.todos.push(1) } catch (e) { console.log(e.name) }
const [after, patches, inverse] = produceWithPatches({ a: [1, 2, 3], o: { x: 1 } }, (d) => { d.a.splice(1, 1); d.o.y = 2; d.o.x = undefined })
console.log(after, patches, inverse)
console.log(applyPatches(after, inverse), applyPatches({ a: [] }, [{ op: 'add', path: ['a', 0], value: 'z' }]))
produce(base, (d) => { d.meta.n = 5; console.log(isDraft(d), original(d).meta.n, current(d).meta, Array.isArray(d.todos), Object.keys(d)) })
const toggle = produce((d, i) => { d[i] = !d[i] })
console.log(toggle([true, false], 1), produce({ a: 1 }, () => nothing), produce(1, (x) => x + 1))
const draft = createDraft({ n: 1 })
draft.n = 2
console.log(finishDraft(draft), new Immer({ autoFreeze: false }).produce({ a: {} }, (d) => { d.a.b = 1 }))
class Point { constructor() { this.x = 1 } static { Point.prototype[Symbol.for('immer-draftable')] = true } get twice() { return this.x * 2 } }
const p = produce(new Point(), (d) => { d.x = 21 })
console.log(p.twice, p instanceof Point)
try { produce({}, (d) => { d.a = 1; return { b: 2 } }) } catch (e) { console.log(e.message) }
try { let out; produce({ a: {} }, (d) => { out = d.a }); out.x } catch (e) { console.log(e.name, e.message.includes('revoked')) }
