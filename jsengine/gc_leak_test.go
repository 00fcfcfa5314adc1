package jsengine

import (
	"fmt"
	"testing"
)

// churns are things that programs make and drop: each runs a function many times,
// and must leave nothing behind, whether counting references or only the
// collector can tell that it is garbage.
var churns = map[string]string{
	"cycle":                  "const a = {}, b = [a]; a.b = b",
	"long cycle":             "let first = {}, o = first; for (let k = 0; k < 20; k++) o = o.next = {k}; o.next = first",
	"closure cycle":          "let f = () => f; f.f = f",
	"class cycle":            "class A { static self = A; #p = this; m() { return A } } new A().a = A",
	"accessor cycle":         "const o = {get a() { return o }, set a(v) { o.b = v }}; o.a = o",
	"symbol key":             "const s = Symbol('x' + i), o = {[s]: 1}; o.o = o",
	"unique names":           "const o = {}; o['name' + i] = o; o['__' + i * 7] = 1",
	"map and set":            "const m = new Map(), s = new Set([m]); m.set(s, m); m.set(m, s); m.delete(s); m.set(s, [m])",
	"weak map":               "const k = {}, w = new WeakMap([[k, {k}]]); k.w = w; new WeakSet([k]).add(w)",
	"weak ref":               "const a = {}; a.r = new WeakRef(a); a.a = a",
	"registry":               "const a = {}; a.a = a; const b = {}; registry.register(a, {a: i}, b); if (i % 2) registry.unregister(b)",
	"registry of its own":    "const a = {}; a.r = new FinalizationRegistry(() => a); a.r.register(a, 1); a.r.register({}, a)",
	"generator, suspended":   "function* g() { const me = yield; try { yield me } finally { g } } const it = g(); it.next(); it.next(it)",
	"async, never settled":   "let a; const p = new Promise(() => {}); a = (async () => { await p; return a })(); p.a = a",
	"async generator":        "async function* g(x) { yield x; await new Promise(() => {}) } const it = g({}); it.it = it; it.next(); it.next()",
	"promise chain":          "const p = new Promise(r => { globalThis.r = r }); p.p = p.then(() => p).finally(() => p); r(i); r = null",
	"rejection, handled":     "const p = Promise.reject(new Error('x')); p.p = p; p.catch(() => {})",
	"arguments and scope":    "(function (a) { a.args = arguments; eval('a.f = () => a') })({})",
	"proxy":                  "const t = {}, h = {get: () => p}, p = new Proxy(t, h); t.p = p; h.h = p; const r = Proxy.revocable({p}, h); r.proxy.x; r.revoke()",
	"bound function":         "const o = {}; o.b = function () {}.bind(o, o); o.b()",
	"error with stack":       "try { null.x } catch (e) { e.e = e; e.stack } const e = new AggregateError([1], 'x', {cause: {}}); e.errors.push(e)",
	"call sites":             "Error.prepareStackTrace = (e, s) => s; const e = new Error('x'); e.e = e.stack; delete Error.prepareStackTrace",
	"buffers":                "const b = new ArrayBuffer(100, {maxByteLength: 400}), v = new Uint8Array(b); v.v = new DataView(b); v.v.v = v; b.resize(300); v.s = b.transfer(); v.s.v = v",
	"typed array of its own": "class T extends Float32Array {} const t = new T(9); t.t = t; t.map(x => x + 1).sort()",
	"regexp":                 "const r = new RegExp('a' + i % 9 + '(?<n>.)', 'dg'), m = r.exec('a' + i % 9 + 'z'); m.m = m; r.m = m; 'xyx'.replace(/y/g, () => r).match(/x/)",
	"strings":                "let s = 'é' + i; for (let k = 0; k < 10; k++) s += s + k; s.slice(3, 50).split('é').join(s.at(1)).normalize('NFD')",
	"bigint":                 "const b = 3n ** BigInt(100 + i % 50); b * b % 7n; b.toString(36)",
	"date and number":        "const d = new Date(1e12 + i); d.d = d; d.toISOString(); d.toLocaleString(); (i / 7).toFixed(3)",
	"iterator helpers":       "const it = [1, 2, 3].values().map(x => x).filter(x => it).take(2); it.it = it; it.next(); Iterator.concat([1], [it]).next()",
	"destructuring":          "const [a, ...b] = new Set([i, 2, 3]), {c = b, ...d} = {e: b, f: a}; b.push(d); d.b = b; d.c = c",
	"array methods":          "const a = Array.from({length: 10}, (_, k) => ({k})); a[0].a = a; a.toSorted((x, y) => y.k - x.k).flatMap(x => [x, a]).copyWithin(0, 3); a.splice(2, 3); a.shift()",
	"sparse array":           "const a = []; a[1000 + i % 10] = a; a.length = 3; a.a = a",
	"JSON":                   "const o = JSON.parse('{\"a\": [1, {\"b\": \"x\"}], \"n' + i % 10 + '\": null}', function (k, v) { return v && typeof v === 'object' ? Object.assign(v, {up: this}) : v }); delete o.up; JSON.stringify({a: [o.a?.[0]], toJSON() { return [1] }}, null, 2)",
	"disposal":               "{ using d = {[Symbol.dispose]() { this.d = this }}; } const s = new DisposableStack(); s.defer(() => s); s.s = s; if (i % 2) s.dispose()",
	"eval":                   "(0, eval)('(function () { const o = {}; o.o = o; return o })()'); new Function('a', 'return a')({})",
	"template objects":       "const t = s => s; t.o = t`a${i}b`; new Function('t', 'return t`x${1}y`')(t)",
	"on the image":           "Map.prototype.mine = {i}; Map.prototype.mine.m = Map; delete Map.prototype.mine; Object.defineProperty(Array.prototype, 'mine', {get() { return i }, configurable: true}); [].mine; delete Array.prototype.mine",
	"of the image":           "const c = {f: Map.prototype.get, g: URL, h: console.log, i: Buffer.prototype}; c.c = c; c.k = Object.create(Promise.prototype, {x: {value: c}}); c.l = class extends URL {}; c.l.c = c",
	"prototype of the image": "const o = Object.setPrototypeOf({}, Math); o.o = o; class E extends Error { constructor() { super('x'); this.e = this } } new E(); Reflect.construct(Object, [], E)",
	"replaced and put back":  "const {get} = Map.prototype; Map.prototype.get = function () { return i }; new Map().get(); Map.prototype.get = get",
	"console":                "const o = {a: [1, {b: new Map([[1, {}]])}]}; o.o = o; if (i % 50 == 0) console.log(o)",
	"timer, cleared":         "const t = setTimeout(() => t, 1e6, {i}); t.t = t; clearTimeout(t); const v = setInterval(() => v, 1e6); clearInterval(v)",
	"timer, unreferenced":    "const t = setTimeout(() => t, 0, {i}); t.t = t; t.unref(); t.ref(); t.close()",
	"microtasks":             "queueMicrotask(() => i); process.nextTick(o => { o.o = o }, {i})",
	"emitter":                "const e = new EventEmitter(); e.on('x', () => e); e.once('y' + i % 5, () => e); e.emit('x'); e.emit('y' + i % 5)",
	"event target":           "const t = new EventTarget(), a = new AbortController(); t.addEventListener('x', () => a, {signal: a.signal}); t.a = a; t.dispatchEvent(new Event('x')); if (i % 2) a.abort()",
	"signals":                "const a = new AbortController(), s = AbortSignal.any([a.signal, AbortSignal.abort()]); s.a = a; a.signal.onabort = () => s; a.abort(a)",
	"Buffer":                 "const b = Buffer.from('text ' + i); b.b = b; b.toString('base64'); Buffer.concat([b, b]).subarray(2).readUInt16LE(0); b.equals(Buffer.from(b.toString('hex'), 'hex'))",
	"text codecs":            "const b = new TextEncoder().encode('é' + i), d = new TextDecoder('utf-8', {fatal: true}); d.d = d; d.decode(b.subarray(0, 1), {stream: true}); d.decode(b.subarray(1))",
	"URL":                    "const u = new URL('https://example.com/a?b=' + i); u.u = u; u.searchParams.append('c', u); u.hash = 'x'; new URLSearchParams({a: 1}).entries().next()",
	"structuredClone":        "const o = {m: new Map([[1, new Set([new Date(0)])]]), b: new Uint8Array(8)}; o.o = o; structuredClone(o).o; try { structuredClone(() => o) } catch {}",
	"headers and blobs":      "const h = new Headers({a: '1'}); h.h = h; h.append('b', i); new Request('http://x/', {headers: h}); new Response('x' + i, {headers: h}); new Blob(['a', h]).slice(1, 2)",
	"streams":                "const s = new ReadableStream({start(c) { c.enqueue(s0); s0.c = c }, pull(c) { s0.p = c }}); s0.s = s; s.getReader().read(); s0 = {}",
	"path and util":          "path.resolve('a', '..', 'b' + i); util.format('%s %j', 'x', {i}); util.inspect({i, o: [[1]]}); util.promisify(f => f()).x",
	"fs, failing":            "try { fs.readFileSync('/workspace/none' + i % 10) } catch (e) { e.e = e }",
	"fs promises":            "const p = fs.promises.stat('/workspace/none'); p.p = p; await p.catch(() => {})",
	"import again":           "const m = await import('node:path'); m.default.x; const o = {m}; o.o = o",
}

const churnHead = `
import fs from "node:fs"; import path from "node:path"; import util from "node:util"; import { EventEmitter } from "node:events";
const registry = new FinalizationRegistry(() => {});
let s0 = {};
`

// churn makes a program that runs the body n times, with rest between, so that
// jobs and finalizers get their turns.
func churn(body string, n int) string {
	return churnHead + fmt.Sprintf("const once = async i => { %s };\nfor (let i = 0; i < %d; i++) { await once(i); if (i %% 100 == 99) await new Promise(r => setTimeout(r)) }\n", body, n)
}

// left runs a program to its end, with the collector at every allocation, and
// returns how many objects it cannot free afterwards.
func left(t *testing.T, code string) uint64 {
	t.Helper()
	p := newProcess(t)
	p.program.Code, p.program.Language, p.program.gcAlways = code, "js", true
	var errOut lines
	p.stderr.w = &errOut
	if err := p.loop(p.ctx, 16<<20); err != nil {
		t.Fatalf("%v; stderr %s", err, errOut.b)
	}
	if s, err := p.guest.status(); err != nil || s.exitCode != 0 {
		t.Fatalf("exit code %d, %v; stderr %s", s.exitCode, err, errOut.b)
	}
	// What the last one frees, the next does not count.
	collect(t, p.guest)
	return collect(t, p.guest)
}

// lines keeps what is written to it.
type lines struct{ b []byte }

func (l *lines) Write(p []byte) (int, error) {
	l.b = append(l.b, p...)
	return len(p), nil
}

// TestCollectorLeavesNothing: however often a program makes and drops something,
// as many objects stay, and the memory it needs is as much.
func TestCollectorLeavesNothing(t *testing.T) {
	for name, body := range churns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if few, many := left(t, churn(body, 220)), left(t, churn(body, 420)); few != many {
				t.Errorf("after 220 rounds %d objects are left, after 420 %d", few, many)
			}
			r, _, errOut := run(t, Program{Code: churn(body, 5000), Language: "js", Limits: Limits{Memory: 1 << 20}})
			if r.ExitCode != 0 || r.Limit != nil {
				t.Errorf("after 5000 rounds: exit code %d, limit %v, stderr %q", r.ExitCode, r.Limit, errOut)
			}
		})
	}
}
