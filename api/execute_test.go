package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buntime/buntime/session"
)

func (s *server) exec(id, code string, more ...any) reply {
	s.t.Helper()
	body := map[string]any{"code": code}
	if id != "" {
		body["sessionId"] = id
	}
	for i := 0; i < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	if id == "" {
		return s.do("POST", "/run", body)
	}
	return s.do("POST", "/execute", body)
}

// TestInput: a program's input is any JSON, also what an object of a request may not have.
func TestInput(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	deep := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	for input, code := range map[string]string{
		`{"a":1,"b":{"a":2,"a":3},"a":4}`: "export default import.meta.input.a === 4 && import.meta.input.b.a === 3",
		deep:                              "let n = 0; for (let v = import.meta.input; v; v = v[0]) n++; export default n === 1000",
		`null`:                            "export default import.meta.input === null",
		` { } `:                           "export default JSON.stringify(import.meta.input) === '{}'",
	} {
		for path, head := range map[string]string{"/run": `{`, "/execute": `{"sessionId":"` + id + `",`} {
			r := s.do("POST", path, head+`"code":`+strconv.Quote(code)+`,"input":`+input+`}`)
			s.want(r, 200, "")
			if r.get("result") != true {
				t.Errorf("%s %.40s: %s", path, input, r)
			}
		}
	}
	r := s.do("POST", "/run", `{"code":"","input":`+strings.Repeat("[", maxAnyDepth+1)+strings.Repeat("]", maxAnyDepth+1)+`}`)
	s.want(r, 400, "invalid_request")
	if r.str("error.details.field") != "input" || r.get("error.details.limit") != float64(maxAnyDepth) {
		t.Errorf("%s", r)
	}
}

var resultFields = []string{"stdout", "stderr", "exitCode", "executionTime", "cpuTime", "memoryUsed", "timedOut",
	"filesWritten", "fuel", "truncated", "limit"}

func TestExecute(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	code := `
		import { writeFileSync } from "node:fs";
		import { twice } from "./lib/twice.ts";
		const n: number = await Promise.resolve(21);
		console.log("out", twice(n));
		console.error("err", process.env.WHO, process.cwd());
		writeFileSync("made/it.txt", String(import.meta.input.x));
		export default { n: twice(n), input: import.meta.input };
	`
	files := []map[string]any{
		{"path": "work/lib/twice.ts", "content": "export const twice = (x: number): number => 2 * x"},
		{"path": "work/made/keep", "content": ""},
	}
	r := s.exec(id, code, "files", files, "env", map[string]string{"WHO": "me"}, "workingDir", "work", "input", map[string]any{"x": 7})
	s.want(r, 200, "")
	s.fields(r, "", append([]string{"result"}, resultFields...)...)
	if r.str("stdout") != "out 42\n" || r.str("stderr") != "err me /workspace/work\n" || r.get("exitCode") != 0. ||
		r.get("timedOut") != false || r.get("limit") != nil {
		t.Errorf("got %s", r)
	}
	if got := r.get("filesWritten"); !reflect.DeepEqual(got, []any{"work/made/it.txt"}) {
		t.Errorf("filesWritten %v", got)
	}
	if got, _ := json.Marshal(r.get("result")); string(got) != `{"input":{"x":7},"n":42}` {
		t.Errorf("result %s", got)
	}
	if r.get("fuel").(float64) <= 0 || r.get("executionTime").(float64) <= 0 || r.get("cpuTime").(float64) <= 0 {
		t.Errorf("got %s", r)
	}
	if got := s.read(id, "work/made/it.txt"); string(got.body) != "7" {
		t.Errorf("read %s", got)
	}
	// Files persist, variables and environment do not.
	r = s.exec(id, `import fs from "node:fs"; console.log(typeof n, process.env.WHO, fs.readFileSync("work/made/it.txt", "utf8")); globalThis.n = 1`)
	if r.str("stdout") != "undefined undefined 7\n" {
		t.Errorf("got %s", r)
	}
	r = s.exec(id, `console.log(typeof n)`)
	if r.str("stdout") != "undefined\n" {
		t.Errorf("got %s", r)
	}
	s.fields(r, "", resultFields...) // no export: no result
	if got := r.get("filesWritten"); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("filesWritten %v", got)
	}
	g := s.do("GET", "/sessions/"+id, nil)
	if g.get("usage.executions") != 3. || g.get("usage.fuel").(float64) <= 0 || g.get("usage.cpuMs").(float64) <= 0 || g.get("filesCount") != 3. {
		t.Errorf("got %s", g)
	}
}

// The table of ends.
func TestEnds(t *testing.T) {
	s := newServer(t, options{})
	r := s.do("POST", "/sessions/create", `{"resourceLimits":{"memory":32,"disk":1,"timeout":2}}`)
	id := r.str("sessionId")
	tests := map[string]struct {
		code   string
		more   []any
		status int
		errors string // code of the error
		exit   float64
		limit  string
		check  func(t *testing.T, get func(string) any)
	}{
		"nothing":   {code: ``, status: 200},
		"exit":      {code: `process.exit(3)`, status: 200, exit: 3},
		"exit late": {code: `try { throw 1 } finally { process.exit(3) }`, status: 200, exit: 3},
		"uncaught": {code: "\n\nthrow new TypeError('of ours')", status: 200, exit: 1, check: func(t *testing.T, get func(string) any) {
			if e := get("stderr").(string); !strings.Contains(e, "TypeError: of ours") || !strings.Contains(e, ":3") {
				t.Errorf("stderr %q", e)
			}
		}},
		"rejection": {code: "Promise.reject(new RangeError('late'))", status: 200, exit: 1, check: func(t *testing.T, get func(string) any) {
			if e := get("stderr").(string); !strings.Contains(e, "RangeError: late") {
				t.Errorf("stderr %q", e)
			}
		}},
		"time": {code: `console.log("kept"); for (;;);`, more: []any{"timeout", 1}, status: 200, exit: 124, limit: "time", check: func(t *testing.T, get func(string) any) {
			if get("timedOut") != true || get("stdout") != "kept\n" || get("limit").(map[string]any)["limit"] != 1000. {
				t.Errorf("timedOut %v, stdout %q, limit %v", get("timedOut"), get("stdout"), get("limit"))
			}
		}},
		"the session's time": {code: `await new Promise(r => setTimeout(r, 60000))`, status: 200, exit: 124, limit: "time"},
		"fuel": {code: `for (;;);`, more: []any{"fuel", 100000}, status: 200, exit: 124, limit: "fuel", check: func(t *testing.T, get func(string) any) {
			l := get("limit").(map[string]any)
			if get("timedOut") != false || l["limit"] != 100000. || l["used"].(float64) < 100000 {
				t.Errorf("timedOut %v, limit %v", get("timedOut"), l)
			}
		}},
		"memory": {code: `console.log("kept"); const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))`, status: 507, errors: "memory_limit_exceeded", exit: 1, limit: "memory", check: func(t *testing.T, get func(string) any) {
			if get("stdout") != "kept\n" {
				t.Errorf("stdout %q", get("stdout"))
			}
		}},
		"disk": {code: `import fs from "node:fs"; fs.writeFileSync("kept", "x"); console.log("kept"); for (let i = 0; ; i++) fs.writeFileSync("bomb", "x".repeat(i << 16))`,
			status: 507, errors: "disk_full", exit: 1, limit: "disk", check: func(t *testing.T, get func(string) any) {
				if get("stdout") != "kept\n" || get("limit").(map[string]any)["limit"] != float64(1<<20) {
					t.Errorf("stdout %q, limit %v", get("stdout"), get("limit"))
				}
			}},
		"disk, caught":   {code: `import fs from "node:fs"; try { fs.writeFileSync("b2", "x".repeat(2 << 20)) } catch (e) { console.log(e.code) }`, status: 200},
		"memory, caught": {code: `try { new ArrayBuffer(1 << 30) } catch (e) { console.log("caught") }`, status: 200},
		"output": {code: `const s = "x".repeat(1 << 16); for (let i = 0; i < 40; i++) console.log(s); console.error("small")`, status: 200, check: func(t *testing.T, get func(string) any) {
			tr := get("truncated").(map[string]any)
			if out := get("stdout").(string); tr["stdout"] != true || tr["stderr"] != false || len(out) < 1<<20 || len(out) > 1<<20+256 || get("stderr") != "small\n" {
				t.Errorf("truncated %v, %d bytes, end %q", tr, len(out), out[max(0, len(out)-100):])
			}
		}},
		"no JSON":        {code: `export default () => 1`, status: 200},
		"denied network": {code: `try { await fetch("http://127.0.0.1:1/") } catch (e) { console.log("refused") }`, status: 200},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			r := s.exec(id, tt.code, tt.more...)
			s.want(r, tt.status, tt.errors)
			prefix := ""
			if tt.errors != "" {
				prefix = "error.details."
				s.fields(r, "error.details", resultFields...)
			}
			get := func(name string) any { return r.get(prefix + name) }
			if get("exitCode") != tt.exit {
				t.Errorf("exitCode %v, want %v: %s", get("exitCode"), tt.exit, r)
			}
			kind := ""
			if l, ok := get("limit").(map[string]any); ok {
				kind, _ = l["kind"].(string)
			}
			if kind != tt.limit {
				t.Errorf("limit %q, want %q: %s", kind, tt.limit, r)
			}
			if tt.check != nil && !t.Failed() {
				tt.check(t, get)
			}
			// Another session answers at once.
			if r := s.exec("", `export default 1+1`); r.get("result") != 2. {
				t.Errorf("afterwards: %s", r)
			}
		})
	}
	if got := s.read(id, "kept"); string(got.body) != "x" { // committed however it ended
		t.Errorf("read %s", got)
	}
}

func TestCommands(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	s.write(id, "main.ts", `const x: string = "ran"; console.log(x, process.cwd())`)
	s.write(id, "d/sub.js", `console.log("sub")`)
	for command, want := range map[string]struct {
		exit   float64
		stdout string
	}{
		"bun run main.ts":            {0, "ran /workspace\n"},
		"bun main.ts":                {0, "ran /workspace\n"},
		"  node   d/sub.js ":         {0, "sub\n"},
		"node /workspace/d/sub.js":   {0, "sub\n"},
		"node ./d/../d/sub.js":       {0, "sub\n"},
		"":                           {0, ""},
		"ls":                         {0, "d\nmain.ts\n"},
		"no-such-command":            {127, ""},
		"bun install":                {1, "bun install v1.4.5 (a7733435c)\n"},
		"bun run main.ts x":          {0, "ran /workspace\n"},
		"node":                       {0, ""},
		"node d/sub.js; ls d":        {0, "sub\nsub.js\n"},
		"node d/*.js":                {0, "sub\n"},
		"node $(echo d/sub.js)":      {0, "sub\n"},
		"node d/sub.js\nexit 7":      {7, "sub\n"},
		"node --version":             {0, "v20.20.2\n"},
		"FOO=1 node d/sub.js":        {0, "sub\n"},
		"/usr/bin/node d/sub.js":     {0, "sub\n"},
		"node \"d/sub.js\"":          {0, "sub\n"},
		"node d/sub.js > /dev/null":  {0, ""},
		"node d/sub.js | tr a-z A-Z": {0, "SUB\n"},
		"./main.ts":                  {126, ""},
		"kill -9 $$":                 {137, ""},
		"kill -INT $$":               {130, ""},
	} {
		r := s.do("POST", "/execute", map[string]any{"sessionId": id, "command": command})
		s.want(r, 200, "")
		if r.get("exitCode") != want.exit || r.str("stdout") != want.stdout {
			t.Errorf("%q: %s", command, r)
		}
		if e := r.str("stderr"); want.exit == 127 && !strings.Contains(e, ": command not found\n") {
			t.Errorf("%q: stderr %q", command, e)
		}
	}
	r := s.do("POST", "/execute", map[string]any{"sessionId": id, "command": "node none.js"})
	s.want(r, 200, "")
	if r.get("exitCode") != 1. || !strings.Contains(r.str("stderr"), "none.js") {
		t.Errorf("a missing file: %s", r)
	}
	r = s.do("POST", "/execute", map[string]any{"sessionId": id, "command": "node ../etc/passwd"})
	s.want(r, 200, "")
	if r.get("exitCode") == 0. || strings.Contains(r.str("stdout"), "root:") {
		t.Errorf("outside: %s", r)
	}
	r = s.do("POST", "/execute", map[string]any{"sessionId": id, "command": "node sub.js", "workingDir": "d"})
	if r.str("stdout") != "sub\n" {
		t.Errorf("in a directory: %s", r)
	}
}

// All files are there before the program runs, or none is.
func TestFilesAllOrNone(t *testing.T) {
	s := newServer(t, options{})
	id := s.do("POST", "/sessions/create", `{"resourceLimits":{"disk":1}}`).str("sessionId")
	files := func(second string) []map[string]any {
		return []map[string]any{{"path": "one", "content": "1"}, {"path": second, "content": strings.Repeat("x", 1<<20)}}
	}
	s.want(s.exec(id, `console.log("ran")`, "files", files("two")), 507, "disk_full")
	s.want(s.exec(id, `console.log("ran")`, "files", files("one/two")), 400, "invalid_request")
	if got, total := s.list("sessionId=" + id); total != 0 {
		t.Errorf("listed %q", got)
	}
}

// Executions and writes of one session happen one after another, in order; reads
// see the last commit and do not wait.
func TestOrder(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	const n = 10
	s.write(id, "log", "")
	started := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		r := s.exec(id, `import fs from "node:fs"; fs.writeFileSync("started", ""); await new Promise(r => setTimeout(r, 700)); fs.appendFileSync("log", "first ")`)
		if r.get("exitCode") != 0. {
			t.Errorf("first: %s", r)
		}
		close(started)
	})
	for s.do("GET", "/sessions/"+id, nil).get("activeProcesses") != 1. {
		time.Sleep(time.Millisecond)
	}
	if r := s.do("GET", "/sessions/"+id, nil); r.str("state") != "active" {
		t.Errorf("got %s", r)
	}
	// It runs; what it wrote is not committed, and reading does not wait for it.
	s.want(s.read(id, "started"), 404, "file_not_found")
	select {
	case <-started:
		t.Error("the first execution was over before a read: the test shows nothing")
	default:
	}
	for i := range n {
		before := s.mgr.Stats().Waiting
		wg.Go(func() {
			if r := s.exec(id, fmt.Sprintf(`import fs from "node:fs"; fs.appendFileSync("log", "%d ")`, i)); r.get("exitCode") != 0. {
				t.Errorf("%d: %s", i, r)
			}
		})
		for s.mgr.Stats().Waiting == before && !closed(started) {
			time.Sleep(time.Millisecond)
		}
	}
	wg.Wait()
	want := "first "
	for i := range n {
		want += fmt.Sprint(i, " ")
	}
	if got := s.read(id, "log"); string(got.body) != want {
		t.Errorf("order %q, want %q", got.body, want)
	}
}

func closed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// occupy keeps a session busy until the returned function is called.
func (s *server) occupy(id string) (end func() reply) {
	s.t.Helper()
	done := make(chan reply, 1)
	go func() {
		r, err := s.try("POST", "/execute", map[string]any{"sessionId": id, "code": `console.log("in"); await new Promise(r => setTimeout(r, 250000))`, "timeout": 300})
		if err != nil {
			s.t.Errorf("the occupying request: %v", err)
		}
		done <- r
	}()
	for s.do("GET", "/sessions/"+id, nil).get("activeProcesses") != 1. {
		time.Sleep(time.Millisecond)
	}
	return func() reply { return <-done }
}

func TestQueueFull(t *testing.T) {
	s := newServer(t, options{session: func(c *sessionConfig) { c.Queue = 2 }})
	id := s.create()
	end := s.occupy(id)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			s.want(s.exec(id, ``), 409, "conflict") // it waits until the session is deleted
		})
	}
	for s.mgr.Stats().Waiting != 2 {
		time.Sleep(time.Millisecond)
	}
	for _, r := range []reply{
		s.exec(id, ``),
		s.do("PUT", "/files/write?sessionId="+id+"&path=x", "x"),
		s.do("DELETE", "/files?sessionId="+id+"&path=x", nil),
	} {
		s.want(r, 429, "rate_limit_exceeded")
		if r.header.Get("Retry-After") == "" || r.get("error.details.limit") != 2. {
			t.Errorf("got %s %v", r, r.header)
		}
	}
	// Deleting does not queue: it cancels what runs and who waits.
	s.want(s.do("DELETE", "/sessions/"+id, nil), 200, "")
	s.want(end(), 409, "conflict")
	wg.Wait()
	s.want(s.do("GET", "/sessions/"+id, nil), 404, "session_not_found")
	s.want(s.exec(id, ``), 404, "session_not_found")
}

func TestQueuedTooLong(t *testing.T) {
	s := newServer(t, options{session: func(c *sessionConfig) { c.QueueWait = 50 * time.Millisecond }})
	id := s.create()
	end := s.occupy(id)
	r := s.exec(id, ``)
	s.want(r, 503, "overloaded")
	if r.header.Get("Retry-After") == "" {
		t.Errorf("no Retry-After")
	}
	s.want(s.do("DELETE", "/sessions/"+id, nil), 200, "")
	end()
}

// All places are taken, and all that may wait do.
func TestNoPlace(t *testing.T) {
	s := newServer(t, options{session: func(c *sessionConfig) { c.Places, c.PlaceQueue = 1, 1 }})
	id := s.create()
	end := s.occupy(id)
	var wg sync.WaitGroup
	wg.Go(func() {
		s.want(s.do("POST", "/run", map[string]any{"code": "0", "language": "js"}), 200, "")
	})
	for s.mgr.Stats().Queued != 1 {
		time.Sleep(time.Millisecond)
	}
	r := s.do("POST", "/run", map[string]any{"code": "0", "language": "js"})
	s.want(r, 503, "overloaded")
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.want(s.do("GET", "/sessions/"+id, nil), 200, "") // what is no execution needs no place
	s.want(s.do("DELETE", "/sessions/"+id, nil), 200, "")
	end()
	wg.Wait()
}

// executing sends a request to /execute with the idempotency key k, and returns where
// its answer comes.
func (s *server) executing(body map[string]any) <-chan reply {
	first := make(chan reply, 1)
	go func() {
		r, err := s.try("POST", "/execute", body, "Idempotency-Key", "k")
		if err != nil {
			s.t.Error(err)
		}
		first <- r
	}()
	return first
}

// The second request with an idempotency key while the first runs.
func TestIdempotencyWhileRunning(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	body := map[string]any{"sessionId": id, "code": `await new Promise(r => setTimeout(r, 400)); console.log("once")`}
	first := s.executing(body)
	s.waitRunning(1)
	r := s.do("POST", "/execute", body, "Idempotency-Key", "k")
	if len(first) == 0 { // else it came too late to show anything
		s.want(r, 409, "conflict")
	}
	one := <-first
	s.want(one, 200, "")
	again := s.do("POST", "/execute", body, "Idempotency-Key", "k")
	if string(again.body) != string(one.body) || s.do("GET", "/sessions/"+id, nil).get("usage.executions") != 1. {
		t.Errorf("got %s, first %s", again, one)
	}
}

// The response of a program whose session expired meanwhile, and is not erased
// yet, goes with its session as well.
func TestIdempotencyWhileExpiring(t *testing.T) {
	s := newServer(t, options{session: func(c *session.Config) { c.Sweep = time.Hour }})
	id := s.do("POST", "/sessions/create", `{"ttl":300}`).str("sessionId")
	body := map[string]any{"sessionId": id, "code": `await new Promise(r => setTimeout(r, 400)); console.log("secret")`}
	first := s.executing(body)
	s.waitRunning(1)
	s.clock.advance(301 * time.Second)
	s.want(<-first, 200, "")
	s.want(s.do("GET", "/sessions", nil), 200, "") // erases what expired
	s.want(s.do("POST", "/execute", body, "Idempotency-Key", "k"), 404, "session_not_found")
}

// A session that expires is gone at once, and what runs in it ends.
func TestExpiry(t *testing.T) {
	s := newServer(t, options{})
	id := s.do("POST", "/sessions/create", `{"ttl":300}`).str("sessionId")
	s.write(id, "f", "x")
	end := s.occupy(id)
	s.clock.advance(301 * time.Second)
	s.want(s.read(id, "f"), 404, "session_not_found")
	s.want(s.do("PATCH", "/sessions/"+id, `{"ttl":300}`), 404, "session_not_found")
	if r := end(); r.status != 409 && r.status != 404 {
		t.Errorf("what ran: %s", r)
	}
	for { // the sweeper has erased it when the store has forgotten it
		if n, err := s.store.CountSessions(""); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
}

// Nothing is kept of a stateless run.
func TestRun(t *testing.T) {
	s := newServer(t, options{})
	r := s.exec("", `import fs from "node:fs"; fs.writeFileSync("f", "x"); export default fs.readdirSync(".")`,
		"resourceLimits", map[string]any{"memory": 16, "cpu": 1, "timeout": 1, "disk": 1}, "egress", "none")
	s.want(r, 200, "")
	s.fields(r, "", append([]string{"result"}, resultFields...)...)
	if !reflect.DeepEqual(r.get("filesWritten"), []any{"f"}) || !reflect.DeepEqual(r.get("result"), []any{"f"}) {
		t.Errorf("got %s", r)
	}
	if r := s.exec("", `import fs from "node:fs"; export default fs.readdirSync(".")`); !reflect.DeepEqual(r.get("result"), []any{}) {
		t.Errorf("got %s", r)
	}
	r = s.exec("", `for (;;);`, "resourceLimits", map[string]any{"timeout": 1})
	if r.get("timedOut") != true {
		t.Errorf("got %s", r)
	}
	r = s.do("POST", "/run", `{"command":"bun run a.ts","files":[{"path":"a.ts","content":"const x: number = 1; console.log(x)"}]}`)
	if r.str("stdout") != "1\n" {
		t.Errorf("got %s", r)
	}
}

// The same program with the same inputs spends the same fuel.
func TestFuelIsDeterministic(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	code := `const x: number[] = []; for (let i = 0; i < 1000; i++) x.push(i * i); console.log(x.reduce((a, b) => a + b)); export default import.meta.input`
	var fuel any
	for i := range 100 {
		r := s.exec(id, code, "input", 1)
		if r.status != 200 {
			t.Fatal(r)
		}
		if fuel == nil {
			fuel = r.get("fuel")
		}
		if got := r.get("fuel"); got != fuel {
			t.Fatalf("run %d spent %v, the first %v", i, got, fuel)
		}
	}
}
