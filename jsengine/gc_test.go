package jsengine

import (
	"testing"

	"github.com/buntime/buntime/wasmhost"
)

// freshGuest is an instance of the image that has run nothing.
func freshGuest(tb testing.TB) guest {
	tb.Helper()
	in, err := testEngine.image.Get(tb.Context(), wasmhost.InstanceConfig{Memory: 64 << 20})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(in.Release)
	return guest{in: in, shared: testEngine.shared}
}

// collect runs the collector; it returns how many objects it looked at.
func collect(tb testing.TB, g guest) uint64 {
	tb.Helper()
	n, err := g.call(tb.Context(), callGC, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// TestCollectorSparesImage: the collector looks at no object of the image.
func TestCollectorSparesImage(t *testing.T) {
	if n := collect(t, freshGuest(t)); n != 0 {
		t.Errorf("the collector looked at %d objects of the image", n)
	}
}

// TestCollector: what is reachable only from the image's objects stays, what
// nothing reaches goes, wherever the collector runs. (What deref returned stays
// to the end of the job, so the last two collect in another.)
func TestCollector(t *testing.T) {
	const churn = "function churn() { for (let i = 0; i < 2000; i++) { const o = {i, a: [i]}; o.o = o } }\n"
	tests := map[string]struct{ code, out string }{
		"a global":                            {"globalThis.mine = {a: {b: [1, {c: 2}]}}; churn(); console.log(mine.a.b[1].c)", "2\n"},
		"on a prototype":                      {"Map.prototype.mine = {a: {b: [1, 2]}}; churn(); console.log(new Map().mine.a.b[1])", "2\n"},
		"under a symbol":                      {"const s = Symbol('x'); Promise[s] = [{a: 1}]; churn(); console.log(Promise[s][0].a)", "1\n"},
		"in a getter":                         {"Object.defineProperty(Set.prototype, 'mine', {get: (() => { const held = {v: 3}; return () => held.v })()}); churn(); console.log(new Set().mine)", "3\n"},
		"as a prototype":                      {"Object.setPrototypeOf(Math, {deep: {er: 4}}); churn(); console.log(Math.deep.er)", "4\n"},
		"in a listener":                       {"process.on('exit', (() => { const held = {v: 5}; return () => console.log(held.v) })()); churn()", "5\n"},
		"in a timer":                          {"setTimeout((o => () => console.log(o.v))({v: 6})); churn()", "6\n"},
		"in a waiting promise":                {"const p = new Promise(r => setTimeout(r, 1, {v: [7]})); churn(); console.log((await p).v[0])", "7\n"},
		"a replaced intrinsic":                {"const get = Map.prototype.get; delete Map.prototype.get; (function () { const c = {get}; c.c = c })(); churn(); console.log(get.call(new Map([[1, 8]]), 1))", "8\n"},
		"an orphan of the image, in a cycle":  {"(function () { const c = {f: Map.prototype.forEach, g: globalThis.URL}; c.c = c })(); delete Map.prototype.forEach; delete globalThis.URL; churn(); console.log(new Map([[1, 9]]).size, typeof URL)", "1 undefined\n"},
		"the only holder of the image's":      {"const held = [URL, Map.prototype.forEach, Buffer, Object.getOwnPropertyDescriptor(Map.prototype, 'size').get]; held.held = held; delete globalThis.URL; delete globalThis.Buffer; delete Map.prototype.forEach; delete Map.prototype.size; churn(); const m = new Map([[1, 2]]); held[1].call(m, v => console.log(v, held[3].call(m))); console.log(new held[0]('http://a/b').pathname, held[2].from('x').toString('hex'))", "2 1\n/b 78\n"},
		"prototypes that only syntax reaches": {"for (const o of [function* () {}, (function* () {}).prototype, async function* () {}, [].values(), ''.matchAll(/a/g)]) { const p = Object.getPrototypeOf(o); p.mine = {p, v: [1]}; churn(); if (Object.getPrototypeOf(o).mine.v[0] !== 1) throw o } console.log(Object.getPrototypeOf(function* () {}).mine.v, (function* () {})().mine.v)", "[ 1 ] [ 1 ]\n"},
		"under a weak map's key of the image": {"const w = new WeakMap([[Map, {v: [1]}], [console.log, {v: [2]}]]); churn(); console.log(w.get(Map).v[0], w.get(console.log).v[0])", "1 2\n"},
		"weak references to the image":        {"const r = [Map, console.log, fetch, Buffer.prototype].map(x => new WeakRef(x)), f = new FinalizationRegistry(() => console.log('gone')); f.register(Map, 1); f.register(fetch, 2, f); for (let i = 0; i < 5; i++) { churn(); await new Promise(r => setTimeout(r)) } console.log(r.every(x => x.deref()))", "true\n"},
		"held for a finalizer":                {"let n = 0; const f = new FinalizationRegistry(h => { n += h.v[0] + (h.m === Map) }); (() => { const a = {}; a.a = a; f.register(a, {v: [1], m: Map}); f.register({}, {v: [4], m: Map}) })(); for (let i = 0; i < 100 && n < 7; i++) { churn(); await new Promise(r => setTimeout(r)) } console.log(n)", "7\n"},
		"a finalizer is called once":          {"let n = 0; const f = new FinalizationRegistry(h => { n += h }); for (let i = 0; i < 10; i++) (() => { const a = {}; a.a = a; f.register(a, 1); f.register(a, 100, Map); f.unregister(Map) })(); for (let i = 0; i < 30; i++) { churn(); await new Promise(r => setTimeout(r)) } console.log(n)", "10\n"},
		"its own token":                       {"let n = 0; const f = new FinalizationRegistry(h => { n += h }), kept = {}, other = {}; f.register(kept, 100, kept); (() => { const a = {}; a.a = a; f.register(a, 1, a); f.register(other, 2, kept) })(); const gone = f.unregister(kept); for (let i = 0; i < 100 && !n; i++) { churn(); await new Promise(r => setTimeout(r)) } console.log(gone, f.unregister(kept), n)", "true false 1\n"},
		"an image's values, replaced":         {"const keep = {}; for (const k of Reflect.ownKeys(Map.prototype)) { const d = Object.getOwnPropertyDescriptor(Map.prototype, k); if (typeof d.value !== 'function' || !d.configurable) continue; keep[k] = d.value; Map.prototype[k] = {k, c: [Map.prototype]} } churn(); for (const k of Reflect.ownKeys(keep)) { if (Map.prototype[k].k !== k) throw k; Map.prototype[k] = keep[k] } churn(); console.log([...new Map([[1, 2]]).set(3, 4).entries()].join())", "1,2,3,4\n"},
		"shapes of the image":                 {"for (let i = 0; i < 200; i++) { Set.prototype['p' + i] = {i}; console['p' + i] = [i] } churn(); for (let i = 0; i < 200; i++) { if (Set.prototype['p' + i].i !== i || console['p' + i][0] !== i) throw i; delete Set.prototype['p' + i]; delete console['p' + i] } Object.setPrototypeOf(console, {up: {v: 3}}); Object.freeze(Set.prototype); churn(); console.log(console.up.v, new Set([1]).has(1))", "3 true\n"},
		"everything deleted":                  {"import fs from 'node:fs'; const log = console.log, all = []; for (const k of Reflect.ownKeys(globalThis)) { const v = globalThis[k]; if (typeof v === 'function') { all.push(v); if (v.prototype) all.push(v.prototype) } } all.push(console, Math, JSON, Reflect, Buffer, fs); const { ownKeys } = Reflect, { freeze } = Object; (function () { for (let i = 0; i < all.length; i++) { const keys = ownKeys(all[i]); for (let j = 0; j < keys.length; j++) delete_(all[i], keys[j]) } function delete_(o, k) { try { delete o[k] } catch {} } })(); all.length = 0; const names = ownKeys(globalThis); for (let i = 0; i < names.length; i++) try { delete globalThis[names[i]] } catch {} churn(); log('still', [1, {a: 2}]); churn(); export default {a: [1]}", "still [ 1, {\n    a: 2,\n  } ]\n"},
		"names of the image":                  {"const d = Object.getOwnPropertyDescriptor(Map.prototype, 'getOrInsertComputed'); delete Map.prototype.getOrInsertComputed; churn(); const o = {}; o['getOrInsert' + 'Computed'] = 1; Object.defineProperty(Map.prototype, 'getOrInsertComputed', d); churn(); console.log(Object.keys(o).join(), new Map().getOrInsertComputed(1, () => 2), Symbol.keyFor(Symbol.for('a' + 'b')))", "getOrInsertComputed 2 ab\n"},
		"modules of the image":                {"import path from 'node:path'; const ns = await import('node:path'); path.mine = {ns, path}; ns.default.mine.c = [path.mine]; churn(); console.log((await import('node:path')).default.mine.c[0].path.join('a', 'b'))", "a/b\n"},
		"listeners of the image":              {"const t = {}; t.f = e => { if (t.t === t) console.log('listened') }; t.t = t; process.once('x', t.f); process.on('y', t.f); process.off('y', t.f); churn(); process.emit('x'); process.emit('x'); process.emit('y')", "listened\n"},
		"cycles go":                           {"const r = []; for (let i = 0; i < 5; i++) (() => { const a = {}, b = {a}; a.b = b; r.push(new WeakRef(a)) })(); for (let i = 0; i < 100 && r.some(x => x.deref()); i++) { await new Promise(f => setTimeout(f)); churn() } console.log(r.filter(x => x.deref()).length)", "0\n"},
		"cycles through the image go":         {"let r; (() => { const a = {}; a.m = new Map([[a, Map.prototype]]); a.f = () => a; r = new WeakRef(a) })(); for (let i = 0; i < 100 && r.deref(); i++) { await new Promise(f => setTimeout(f)); churn() } console.log(r.deref())", "undefined\n"},
	}
	for name, tt := range tests {
		for _, always := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				r, out, errOut := run(t, Program{Code: churn + tt.code, Language: "js", Limits: Limits{Memory: 16 << 20}, gcAlways: always})
				if out != tt.out || r.ExitCode != 0 {
					t.Errorf("always %v: printed %q, want %q; exit code %d, stderr %q", always, out, tt.out, r.ExitCode, errOut)
				}
			})
		}
	}
}

// BenchmarkGC is one run of the collector in an instance that ran nothing.
func BenchmarkGC(b *testing.B) {
	g := freshGuest(b)
	for b.Loop() {
		collect(b, g)
	}
}
