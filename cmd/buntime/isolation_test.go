package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
)

// as returns the server as another tenant sees it.
func (s *testServer) as(tenant string) *testServer {
	s.t.Helper()
	status, v := s.call("POST", "/keys", map[string]any{"name": tenant, "tenant": tenant})
	key, _ := v["key"].(string)
	if status != http.StatusOK || key == "" {
		s.t.Fatalf("create a key: %d %v", status, v)
	}
	other := *s
	other.key = key
	return &other
}

// soil leaves traces of itself wherever a program can.
const soil = `
	import fs from 'node:fs'
	import path from 'node:path'
	globalThis.trace = 'TRACE'
	process.env.TRACE = 'TRACE'
	Object.prototype.trace = 'TRACE'
	Array.prototype.map = () => 'TRACE'
	JSON.stringify = () => 'TRACE'
	Math.random = () => 0.5
	path.trace = 'TRACE'
	console.trace = 'TRACE'
	fs.writeFileSync('trace', 'TRACE')
	fs.writeFileSync('/tmp/trace', 'TRACE')
	fs.writeFileSync('state.js', 'globalThis.count = (globalThis.count ?? 0) + 1; export const count = globalThis.count')
	const { count } = await import('./state.js')
	if (count !== 1) throw new Error('module state: ' + count)
	setInterval(() => {}, 1e6)
	new Uint8Array(4 << 20).fill(0x54)
	if (import.meta.input) process.exit(0)
	for (;;);`

// look reports every trace it finds, and its random values.
const look = `
	import fs from 'node:fs'
	import path from 'node:path'
	const seen = {
		globals: [typeof trace, process.env.TRACE, ({}).trace, path.trace, console.trace === 'TRACE', [1].map(x => x + 1), typeof count],
		tmp: fs.readdirSync('/tmp'), files: fs.readdirSync('/workspace'), env: Object.keys(process.env),
		zeroed: new Uint8Array(8 << 20).indexOf(0x54) === -1,
		random: [Math.random(), crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(16)).join()],
	}
	console.log(JSON.stringify(seen))`

type seen struct {
	Globals []any
	Tmp     []string
	Files   []string
	Env     []string
	Zeroed  bool
	Random  []any
}

// However a program ends, the next one, of another session, another tenant or
// the same session, finds nothing of it, and nobody's random values are another's
// (I10).
func TestIsolation(t *testing.T) {
	s := startServer(t, t.TempDir(), "--log-level", "warn")
	a, b := s.as("tenant-a"), s.as("tenant-b")
	soiled, sibling, foreign := a.session(nil), a.session(nil), b.session(nil)
	random := map[string]bool{}
	var mu sync.Mutex
	check := func(s *testServer, id string, files int) {
		path, body := "/execute", map[string]any{"sessionId": id, "code": look}
		if id == "" {
			path = "/run"
			delete(body, "sessionId")
		}
		status, v := s.call("POST", path, body)
		var got seen
		out, _ := v["stdout"].(string)
		if err := json.Unmarshal([]byte(out), &got); status != http.StatusOK || err != nil {
			t.Errorf("look: %d %v", status, v)
			return
		}
		if want := `[undefined <nil> <nil> <nil> false [2] undefined]`; fmt.Sprint(got.Globals) != want {
			t.Errorf("globals: %v", got.Globals)
		}
		if len(got.Tmp) != 0 || len(got.Files) != files || len(got.Env) != 0 || !got.Zeroed {
			t.Errorf("found %+v, want %d files", got, files)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, r := range got.Random {
			if random[fmt.Sprint(r)] {
				t.Errorf("the random value %v came before", r)
			}
			random[fmt.Sprint(r)] = true
		}
	}
	for i := range 8 {
		body := map[string]any{"sessionId": soiled, "code": soil, "env": map[string]string{"OWN": "x"}}
		if i%2 == 0 {
			body["input"] = true // it exits; else it runs out of fuel
		} else {
			body["fuel"] = 3_000_000
		}
		if status, v := a.call("POST", "/execute", body); status != http.StatusOK || v["exitCode"] != float64(124*(i%2)) {
			t.Fatalf("soil: %d %v", status, v)
		}
		var together sync.WaitGroup
		together.Go(func() { check(a, soiled, 2) })
		together.Go(func() { check(a, sibling, 0) })
		together.Go(func() { check(b, foreign, 0) })
		together.Go(func() { check(b, "", 0) })
		together.Wait()
	}
	// A session is not there for another tenant.
	for what, call := range map[string]func() int{
		"get":    func() int { n, _ := b.raw("GET", "/sessions/"+soiled, nil); return n },
		"patch":  func() int { n, _ := b.raw("PATCH", "/sessions/"+soiled, map[string]any{"ttl": 300}); return n },
		"delete": func() int { n, _ := b.raw("DELETE", "/sessions/"+soiled, nil); return n },
		"execute": func() int {
			n, _ := b.raw("POST", "/execute", map[string]any{"sessionId": soiled, "code": "1"})
			return n
		},
		"read": func() int { n, _ := b.raw("GET", "/files/read?sessionId="+soiled+"&path=trace", nil); return n },
		"list": func() int { n, _ := b.raw("GET", "/files/list?sessionId="+soiled, nil); return n },
		"write": func() int {
			n, _ := b.raw("POST", "/files/write", map[string]any{"sessionId": soiled, "path": "x", "content": ""})
			return n
		},
	} {
		if status := call(); status != http.StatusNotFound {
			t.Errorf("%s of another tenant's session: %d", what, status)
		}
	}
	if got := a.read(soiled, "trace"); got != "TRACE" {
		t.Errorf("the owner reads %q", got)
	}
}

// Programs that are stopped at any point of theirs take nothing with them: their
// files are a set, another session is served at once, and the store opens again
// (I5).
func TestStoppedAnywhere(t *testing.T) {
	const code = `
		import fs from 'node:fs'
		const n = String(import.meta.input)
		fs.rmSync('dir', { recursive: true, force: true })
		fs.mkdirSync('dir')
		for (let i = 0; i < 20; i++) fs.writeFileSync('dir/' + i, n)
		const all = JSON.parse(JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ i, s: 'x'.repeat(i) }))))
		all.sort((a, b) => b.i - a.i)
		;/(\d+)+x/.test('1'.repeat(12))
		await new Promise(r => setTimeout(r, 0))
		fs.writeFileSync('last', n)
		console.log(all.length)`
	data := t.TempDir()
	s := startServer(t, data, "--log-level", "warn")
	id, other := s.session(nil), s.session(nil)
	execute := func(n int, fuel int64) (int, map[string]any) {
		body := map[string]any{"sessionId": id, "code": code, "input": n}
		if fuel > 0 {
			body["fuel"] = fuel
		}
		return s.call("POST", "/execute", body)
	}
	if status, v := execute(0, 0); status != http.StatusOK || v["exitCode"] != 0.0 {
		t.Fatalf("%d %v", status, v)
	}
	_, v := execute(0, 0) // on the files that the others find too
	total, _ := v["fuel"].(float64)
	seed := rand.Uint64()
	t.Logf("seed %d, %v units of fuel", seed, total)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for n := 1; n <= 60; n++ {
		fuel := 1 + rnd.Int64N(int64(total))
		status, v := execute(n, fuel)
		limit, _ := v["limit"].(map[string]any)
		if status != http.StatusOK || v["exitCode"] != 124.0 || limit["kind"] != "fuel" {
			// What remains of the files of a stopped program costs less to remove.
			if status != http.StatusOK || v["exitCode"] != 0.0 {
				t.Fatalf("with %d units: %d %v", fuel, status, v)
			}
		}
		if status, v := s.call("POST", "/execute", map[string]any{"sessionId": other, "code": "console.log(6 * 7)"}); status != http.StatusOK || v["stdout"] != "42\n" {
			t.Fatalf("another session after %d units: %d %v", fuel, status, v)
		}
	}
	list := func() string {
		s.t.Helper()
		_, body := s.raw("GET", "/files/list?sessionId="+id+"&recursive=true&limit=100", nil)
		return string(body)
	}
	if status, v := execute(61, 0); status != http.StatusOK || v["exitCode"] != 0.0 || v["stdout"] != "500\n" {
		t.Errorf("unlimited: %d %v", status, v)
	}
	before := list()
	if code := s.stop(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	s = startServer(t, data, "--log-level", "warn")
	if after := list(); after != before {
		t.Errorf("after a restart the files are %s, not %s", after, before)
	}
	for i := range 20 {
		if got := s.read(id, fmt.Sprint("dir/", i)); got != "61" {
			t.Errorf("dir/%d holds %q", i, got)
		}
	}
}
