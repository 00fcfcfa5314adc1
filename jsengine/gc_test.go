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
// nothing reaches goes, wherever the collector runs.
func TestCollector(t *testing.T) {
	const churn = "function churn() { for (let i = 0; i < 2000; i++) { const o = {i, a: [i]}; o.o = o } }\n"
	tests := map[string]struct{ code, out string }{
		"a global":                           {"globalThis.mine = {a: {b: [1, {c: 2}]}}; churn(); console.log(mine.a.b[1].c)", "2\n"},
		"on a prototype":                     {"Map.prototype.mine = {a: {b: [1, 2]}}; churn(); console.log(new Map().mine.a.b[1])", "2\n"},
		"under a symbol":                     {"const s = Symbol('x'); Promise[s] = [{a: 1}]; churn(); console.log(Promise[s][0].a)", "1\n"},
		"in a getter":                        {"Object.defineProperty(Set.prototype, 'mine', {get: (() => { const held = {v: 3}; return () => held.v })()}); churn(); console.log(new Set().mine)", "3\n"},
		"as a prototype":                     {"Object.setPrototypeOf(Math, {deep: {er: 4}}); churn(); console.log(Math.deep.er)", "4\n"},
		"in a listener":                      {"process.on('exit', (() => { const held = {v: 5}; return () => console.log(held.v) })()); churn()", "5\n"},
		"in a timer":                         {"setTimeout((o => () => console.log(o.v))({v: 6})); churn()", "6\n"},
		"in a waiting promise":               {"const p = new Promise(r => setTimeout(r, 1, {v: [7]})); churn(); console.log((await p).v[0])", "7\n"},
		"a replaced intrinsic":               {"const get = Map.prototype.get; delete Map.prototype.get; (function () { const c = {get}; c.c = c })(); churn(); console.log(get.call(new Map([[1, 8]]), 1))", "8\n"},
		"an orphan of the image, in a cycle": {"(function () { const c = {f: Map.prototype.forEach, g: globalThis.URL}; c.c = c })(); delete Map.prototype.forEach; delete globalThis.URL; churn(); console.log(new Map([[1, 9]]).size, typeof URL)", "1 undefined\n"},
		"cycles go":                          {"const r = []; for (let i = 0; i < 5; i++) (() => { const a = {}, b = {a}; a.b = b; r.push(new WeakRef(a)) })(); for (let i = 0; i < 100 && r.some(x => x.deref()); i++) { churn(); await new Promise(f => setTimeout(f)) } console.log(r.filter(x => x.deref()).length)", "0\n"},
		"cycles through the image go":        {"let r; (() => { const a = {}; a.m = new Map([[a, Map.prototype]]); a.f = () => a; r = new WeakRef(a) })(); for (let i = 0; i < 100 && r.deref(); i++) { churn(); await new Promise(f => setTimeout(f)) } console.log(r.deref())", "undefined\n"},
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
