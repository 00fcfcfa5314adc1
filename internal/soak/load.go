package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// load asks a server for things and keeps account of the answers.
type load struct {
	s *server

	mu      sync.Mutex
	kinds   map[string]*count // guarded by mu
	answers int               // guarded by mu; responses that came whole
	gone    int               // guarded by mu; requests that the client broke off
	wrong   []string          // guarded by mu; the first of what was not as it must be
	failed  int               // guarded by mu
}

// count is how often a kind of request was made, and refused for lack of room.
type count struct{ made, refused int }

func newLoad(s *server) *load { return &load{s: s, kinds: map[string]*count{}} }

type object = map[string]any

// answer is a response, with a result's fields at the top wherever they stand.
type answer struct {
	status int
	raw    []byte
	body   object
}

func (a answer) String() string { return fmt.Sprintf("status %d, %.300s", a.status, a.raw) }

// code is an error's.
func (a answer) code() string {
	e, _ := a.body["error"].(object)
	code, _ := e["code"].(string)
	return code
}

// limit is the kind of the limit that ended a program, also in a 507's details.
func (a answer) limit() string {
	body := a.body
	if e, ok := body["error"].(object); ok {
		body, _ = e["details"].(object)
	}
	l, _ := body["limit"].(object)
	kind, _ := l["kind"].(string)
	return kind
}

func (a answer) exit() int {
	v, ok := a.body["exitCode"].(float64)
	if !ok {
		return -1
	}
	return int(v)
}

func (a answer) text(field string) string { s, _ := a.body[field].(string); return s }

// errGone reports a request that the client broke off.
var errGone = errors.New("the client went away")

// ask sends one request. A refusal for lack of room is tried again, as a client
// should.
func (l *load) ask(ctx context.Context, kind, method, path string, body any) (answer, error) {
	for {
		a, err := l.once(ctx, method, path, body)
		l.mu.Lock()
		c := l.kinds[kind]
		if c == nil {
			c = &count{}
			l.kinds[kind] = c
		}
		c.made++
		switch {
		case err == nil:
			l.answers++
		case ctx.Err() != nil:
			l.gone++
			err = errGone
		}
		refused := err == nil && (a.status == http.StatusServiceUnavailable && a.code() == "overloaded" || a.status == http.StatusTooManyRequests && a.code() == "rate_limit_exceeded")
		if refused {
			c.refused++
		}
		l.mu.Unlock()
		if !refused {
			return a, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return a, errGone
		}
	}
}

func (l *load) once(ctx context.Context, method, path string, body any) (answer, error) {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, l.s.url+"/api"+path, r)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+rootKey)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode}
	if a.raw, err = io.ReadAll(resp.Body); err != nil {
		return a, err
	}
	text := a.raw
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		if text, err = lastEvent(a.raw); err != nil {
			return a, err
		}
	}
	_ = json.Unmarshal(text, &a.body) // a file's content need not be JSON
	return a, nil
}

// lastEvent is the data of the result, or the error, with which a stream ends.
func lastEvent(stream []byte) ([]byte, error) {
	whole, ok := bytes.CutSuffix(stream, []byte("\n\n"))
	last := whole[bytes.LastIndex(whole, []byte("\n\n"))+1:]
	name, data, found := bytes.Cut(bytes.TrimPrefix(last, []byte("\n")), []byte("\ndata: "))
	if !ok || !found || string(name) != "event: result" && string(name) != "event: error" {
		return nil, fmt.Errorf("a stream ended with %.100q", last)
	}
	return data, nil
}

// hold notes an answer that is not as it must be.
func (l *load) hold(kind string, ok bool, a answer, err error) {
	if ok && err == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed++
	if len(l.wrong) < 20 {
		l.wrong = append(l.wrong, fmt.Sprintf("%s: %v, error %v", kind, a, err))
	}
}

// program is one that is run without a session, and how it must end.
type program struct {
	kind   string
	code   string // or a command among the fields
	fields object
	status int
	exit   int
	limit  string
	check  func(answer) bool
}

var programs = []program{
	{kind: "value", code: "export default 6 * 7", check: func(a answer) bool { return a.body["result"] == 42.0 }},
	{kind: "output", code: "console.log('hello', [1, {a: 2}])", check: func(a answer) bool { return strings.HasPrefix(a.text("stdout"), "hello ") }},
	{kind: "TypeScript", code: "const x: number = 1; enum E { A = 'a' } console.log(x, E.A)", check: func(a answer) bool { return a.text("stdout") == "1 a\n" }},
	{kind: "timers", code: "for (let i = 0; i < 5; i++) await new Promise(r => setTimeout(r, 20)); export default 1"},
	{kind: "files", code: "import fs from 'node:fs'; fs.mkdirSync('d'); for (let i = 0; i < 20; i++) fs.writeFileSync('d/' + i, 'x'.repeat(1000)); export default fs.readdirSync('d').length", check: func(a answer) bool { return a.body["result"] == 20.0 }},
	{kind: "computing", code: "let s = 0; for (let i = 0; i < 2e6; i++) s += i; export default s"},
	{kind: "garbage", code: "for (let i = 0; i < 1e5; i++) { const a = {}; a.a = [a] } export default 1"},
	{kind: "memory, given back", code: "const a = []; for (let i = 0; i < 100; i++) a.push(new Uint8Array(1 << 18).fill(i)); export default a.length", check: func(a answer) bool { return a.body["result"] == 100.0 }},
	{kind: "uncaught error", code: "\n\nthrow new Error('boom')", exit: 1, check: func(a answer) bool { return strings.Contains(a.text("stderr"), "boom") }},
	{kind: "rejection", code: "Promise.reject(new Error('lost'))", exit: 1},
	{kind: "syntax error", code: "let let = 1", exit: 1},
	{kind: "exit", code: "setTimeout(() => process.exit(7), 5); await new Promise(() => {})", exit: 7},
	{kind: "stack overflow", code: "(function f() { f() })()", exit: 1, check: func(a answer) bool { return strings.Contains(a.text("stderr"), "RangeError") }},
	{kind: "refused fetch", code: "try { await fetch('http://127.0.0.1:1/') } catch (e) { console.log(e.name) }", check: func(a answer) bool { return a.text("stdout") == "TypeError\n" }},
	{kind: "endless, by fuel", code: "for (;;);", fields: object{"fuel": 20_000_000}, exit: 124, limit: "fuel"},
	{kind: "endless regex", code: "/(a*)*b/.test('a'.repeat(50000))", fields: object{"fuel": 20_000_000}, exit: 124, limit: "fuel"},
	{kind: "endless, by time", code: "for (;;) await 0", fields: object{"timeout": 1}, exit: 124, limit: "time"},
	{kind: "waiting, by time", code: "setInterval(() => {}, 10); await new Promise(() => {})", fields: object{"timeout": 1}, exit: 124, limit: "time"},
	{kind: "throttled", code: "let s = 0; for (let i = 0; i < 1e6; i++) s += i; export default 1", fields: object{"resourceLimits": object{"cpu": 0.05}}},
	{kind: "out of memory", code: "const a = []; for (;;) a.push(new Array(1e5).fill(1))", fields: object{"resourceLimits": object{"memory": 16}}, status: 507, limit: "memory"},
	{kind: "out of memory, caught", code: "try { const a = []; for (;;) a.push(new Uint8Array(1 << 20)) } catch { console.log('caught') }", fields: object{"resourceLimits": object{"memory": 16}}, check: func(a answer) bool { return a.text("stdout") == "caught\n" }},
	{kind: "disk full", code: "import fs from 'node:fs'; for (let i = 0; ; i++) fs.writeFileSync('f' + i, new Uint8Array(1 << 18))", fields: object{"resourceLimits": object{"disk": 1}}, status: 507, limit: "disk"},
	{kind: "worker", code: `import { Worker } from 'node:worker_threads'
const w = new Worker("const { parentPort } = require('node:worker_threads'); parentPort.on('message', n => { parentPort.postMessage(n * 2); if (n === 3) process.exit(4) })", { eval: true })
let sum = 0
w.on('message', n => { sum += n })
for (const n of [1, 2, 3]) w.postMessage(n)
export default await new Promise(r => w.on('exit', code => r([sum, code].join())))`, check: func(a answer) bool { return a.text("result") == "12,4" }},
	{kind: "workers, by time", code: `import { Worker } from 'node:worker_threads'
for (let i = 0; i < 3; i++) new Worker("for (;;);", { eval: true })`, fields: object{"timeout": 1}, exit: 124, limit: "time"},
	{kind: "workers, by fuel", code: `import { Worker } from 'node:worker_threads'
for (let i = 0; i < 3; i++) new Worker("for (;;);", { eval: true })`, fields: object{"fuel": 20_000_000}, exit: 124, limit: "fuel"},
	{kind: "database", code: `import { Database } from 'bun:sqlite'
const db = new Database('data.sqlite')
db.run('pragma journal_mode = wal'); db.run('create table t (n)')
db.transaction(() => { for (let i = 0; i < 200; i++) db.run('insert into t values (?)', [i]) })()
export default db.query('select sum(n) as n from t').get().n`, check: func(a answer) bool { return a.body["result"] == 19900.0 }},
	{kind: "endless query", code: `import { Database } from 'bun:sqlite'
new Database(':memory:').query('with recursive f(n) as (select 1 union all select n + 1 from f) select sum(n) from f').get()`, fields: object{"fuel": 20_000_000}, exit: 124, limit: "fuel"},
	{kind: "streams", code: `const text = 'stream '.repeat(5000)
const packed = new Response(text).body.pipeThrough(new CompressionStream('gzip'))
const back = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text()
export default back === text`, check: func(a answer) bool { return a.body["result"] == true }},
	{kind: "server, WebSocket", code: `const server = Bun.serve({ port: 0,
  fetch: (req, server) => server.upgrade(req) ? undefined : new Response(req.body),
  websocket: { message(ws, m) { ws.send(m + '!') } } })
const text = await (await fetch(server.url, { method: 'POST', body: 'x'.repeat(50000) })).text()
const ws = new WebSocket('ws://localhost:' + server.port)
const got = await new Promise(r => { ws.onopen = () => ws.send('hi'); ws.onmessage = e => r(e.data) })
server.stop(true)
export default [text.length, got].join()`, check: func(a answer) bool { return a.text("result") == "50000,hi!" }},
	{kind: "server, by time", code: "Bun.serve({ port: 0, fetch: () => new Response('x') })", fields: object{"timeout": 1}, exit: 124, limit: "time"},
	{kind: "children", code: `import { execSync, spawn } from 'node:child_process'
const endless = spawn('node', ['-e', 'for (;;);'])
const out = execSync('seq 3 | sort -r').toString()
endless.kill()
export default out + await new Promise(r => endless.on('exit', (code, signal) => r(signal)))`, check: func(a answer) bool { return a.text("result") == "3\n2\n1\nSIGTERM" }},
	{kind: "command line", fields: object{"command": `seq 500 | sort -rn | node -e "let s = ''; process.stdin.on('data', b => s += b).on('end', () => console.log(s.length))" | tee size | cat`}, check: func(a answer) bool { return a.text("stdout") == "1892\n" }},
	{kind: "command line, by time", fields: object{"command": "yes | node -e 'process.stdin.resume()' & yes | cat > /dev/null & wait", "timeout": 1}, exit: 124, limit: "time"},
	{kind: "command line, by fuel", fields: object{"command": "node -e 'for (;;);' | node -e 'for (;;);' | cat", "fuel": 20_000_000}, exit: 124, limit: "fuel"},
	{kind: "closed pipe", fields: object{"command": "yes | head -2"}, check: func(a answer) bool { return a.text("stdout") == "y\ny\n" }},
	{kind: "install", fields: object{"command": "bun add greet >/dev/null && npx greet you"}, check: func(a answer) bool { return a.text("stdout") == "hello you\n" }},
	{kind: "install of nothing", fields: object{"command": "npm install nothing-of-that-name"}, exit: 1},
	{kind: "import installs", code: "import greet from 'greet'; export default greet('me')", check: func(a answer) bool { return a.text("result") == "hello me" }},
	{kind: "much output", code: "for (let i = 0; i < 20000; i++) console.log('x'.repeat(100))", check: func(a answer) bool {
		cut, _ := a.body["truncated"].(object)
		return cut["stdout"] == true
	}},
}

func (l *load) program(ctx context.Context) {
	p := programs[rand.IntN(len(programs))]
	stream := rand.IntN(4) == 0
	body := object{"timeout": 300, "stream": stream} // the machine may have others to run
	if p.code != "" {
		body["code"] = p.code
	}
	maps.Copy(body, p.fields)
	a, err := l.ask(ctx, p.kind, "POST", "/run", body)
	status := p.status
	if status == 0 || stream { // what fails so has said why on its standard error: the stream has begun
		status = http.StatusOK
	}
	ok := a.status == status && a.limit() == p.limit
	if p.status == 0 {
		ok = ok && a.exit() == p.exit && (p.check == nil || p.check(a))
	}
	l.hold(p.kind, ok, a, err)
}

// session lives a session's life: what is written must be there, and gone with it.
func (l *load) session(ctx context.Context) {
	a, err := l.ask(ctx, "create", "POST", "/sessions/create", object{"ttl": 300, "resourceLimits": object{"disk": 8}})
	id := a.text("sessionId")
	l.hold("create", a.status == http.StatusOK && id != "", a, err)
	if id == "" {
		return
	}
	appended, rows := 0, 0
	for range 3 + rand.IntN(8) {
		switch rand.IntN(8) {
		case 0, 1:
			code, exit := "import fs from 'node:fs'; fs.appendFileSync('log', 'x');", 0
			fields := object{"sessionId": id}
			switch rand.IntN(3) { // what was written stays, however a program ends
			case 0:
				code, exit = code+" throw new Error('after')", 1
			case 1:
				code, exit = code+" for (;;);", 124
				fields["fuel"] = 5_000_000
			}
			fields["code"] = code
			a, err := l.ask(ctx, "execute", "POST", "/execute", fields)
			l.hold("execute", a.status == http.StatusOK && a.exit() == exit, a, err)
			appended++
		case 2:
			a, err := l.ask(ctx, "write", "POST", "/files/write", object{"sessionId": id, "path": "d/f", "content": strings.Repeat("content", rand.IntN(20_000))})
			l.hold("write", a.status == http.StatusOK, a, err)
		case 3:
			a, err := l.ask(ctx, "list", "GET", "/files/list?recursive=true&sessionId="+id, nil)
			l.hold("list", a.status == http.StatusOK, a, err)
		case 4:
			a, err := l.ask(ctx, "read", "GET", "/files/read?path=log&sessionId="+id, nil)
			l.hold("read", appended == 0 && a.status == http.StatusNotFound || a.status == http.StatusOK && len(a.raw) == appended, a, err)
		case 5:
			rows++
			a, err := l.ask(ctx, "rows", "POST", "/execute", object{"sessionId": id, "stream": rand.IntN(2) == 0, "code": "import { Database } from 'bun:sqlite'; const db = new Database('rows'); db.run('create table if not exists t (n)'); db.run('insert into t values (1)'); export default db.query('select count(*) as n from t').get().n"})
			l.hold("rows", a.status == http.StatusOK && a.body["result"] == float64(rows), a, err)
		case 6:
			a, err := l.ask(ctx, "session's packages", "POST", "/execute", object{"sessionId": id, "command": `npm install greet >/dev/null && node -e "console.log(require('greet')('us'))"`})
			l.hold("session's packages", a.status == http.StatusOK && a.text("stdout") == "hello us\n", a, err)
		case 7:
			appended += 2
			a, err := l.ask(ctx, "session's command line", "POST", "/execute", object{"sessionId": id, "command": "yes x | head -2 | tr -d '\\n' | tee -a log"})
			l.hold("session's command line", a.status == http.StatusOK && a.text("stdout") == "xx", a, err)
		}
	}
	if rand.IntN(3) == 0 { // deleted while a program runs in it
		done := make(chan struct{})
		body := object{"sessionId": id, "timeout": 20}
		maps.Copy(body, endless[rand.IntN(len(endless)-1)]) // where packages are installed, an import installs none
		go func() {
			defer close(done)
			a, err := l.ask(ctx, "execute, then deleted", "POST", "/execute", body)
			l.hold("execute, then deleted", a.status == http.StatusConflict || a.status == http.StatusNotFound, a, err)
		}()
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
		defer func() { <-done }()
	}
	a, err = l.ask(ctx, "delete", "DELETE", "/sessions/"+id, nil)
	l.hold("delete", a.status == http.StatusOK, a, err)
	a, err = l.ask(ctx, "get, deleted", "GET", "/sessions/"+id, nil)
	l.hold("get, deleted", a.status == http.StatusNotFound && a.code() == "session_not_found", a, err)
}

// endless is what a client leaves, or deletes the session of: programs in each of
// the places where one can be when it has to end.
var endless = []object{
	{"code": "for (;;);"},
	{"code": "for (;;) await new Promise(r => setTimeout(r, 1))"},
	{"code": "import { Worker } from 'node:worker_threads'; for (let i = 0; i < 3; i++) new Worker('for (;;);', { eval: true })"},
	{"code": "import { Database } from 'bun:sqlite'; new Database('f').query('with recursive f(n) as (select 1 union all select n + 1 from f) select sum(n) from f').get()"},
	{"code": "const server = Bun.serve({ port: 0, fetch: () => new Promise(() => {}) }); await fetch(server.url)"},
	{"code": "import { spawn } from 'node:child_process'; spawn('node', ['-e', 'setInterval(() => {}, 1)']); spawn('sleep', ['1000'])"},
	{"command": "yes | sort -r | cat"},
	{"command": "node -e 'for (;;);' | node -e 'process.stdin.resume()' & sleep 1000"},
	{"command": "bun add greet@1.0.0 " + slowPackage},
	{"code": "import '" + slowPackage + "'"},
}

// leave breaks a request off while its program runs.
func (l *load) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(1+rand.IntN(300))*time.Millisecond)
	defer cancel()
	body := object{"timeout": 5, "stream": rand.IntN(2) == 0}
	maps.Copy(body, endless[rand.IntN(len(endless))])
	a, err := l.ask(ctx, "client leaves", "POST", "/run", body)
	if !errors.Is(err, errGone) {
		l.hold("client leaves", false, a, err)
	}
}

// refused asks for what must be refused.
func (l *load) refused(ctx context.Context) {
	a, err := l.ask(ctx, "unknown field", "POST", "/run", object{"code": "1", "nope": 1})
	l.hold("unknown field", a.status == http.StatusBadRequest && a.code() == "invalid_request", a, err)
	a, err = l.ask(ctx, "no session", "POST", "/execute", object{"sessionId": "ses_aaaaaaaaaaaaaaaaaaaa", "code": "1"})
	l.hold("no session", a.status == http.StatusNotFound, a, err)
}

// during loads the server for some time and samples what it holds, each second.
// All requests have ended when it returns.
func (l *load) during(ctx context.Context, length time.Duration, workers int) ([]sample, error) {
	end := time.Now().Add(length)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for time.Now().Before(end) && ctx.Err() == nil {
				switch n := rand.IntN(20); {
				case n < 13:
					l.program(ctx)
				case n < 17:
					l.session(ctx)
				case n < 19:
					l.leave(ctx)
				default:
					l.refused(ctx)
				}
			}
		})
	}
	defer wg.Wait()
	var samples []sample
	for {
		m, err := l.s.measure(ctx)
		if err != nil {
			return nil, err
		}
		samples = append(samples, m)
		if !time.Now().Before(end) {
			return samples, nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// report prints what was asked for.
func (l *load) report(w io.Writer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "requests\trefused\t\t")
	for _, kind := range slices.Sorted(maps.Keys(l.kinds)) {
		fmt.Fprintf(t, "%d\t%d\t%s\t\n", l.kinds[kind].made, l.kinds[kind].refused, kind)
	}
	t.Flush()
}

// verdict says what of the answers was wrong, and what the server, idle now, holds
// or counts that it should not.
func (l *load) verdict(idle sample) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	if l.failed > 0 {
		errs = append(errs, fmt.Errorf("%d answers were wrong:\n%s", l.failed, strings.Join(l.wrong, "\n")))
	}
	// Of what the client broke off the server may have answered any part. The last
	// account of its metrics does not count itself.
	answered := int(idle.metrics["buntime_http_requests_total"])
	if least := l.answers + l.s.accounts - 1; answered < least || answered > least+l.gone {
		errs = append(errs, fmt.Errorf("the server counts %d answers; %d came, and %d requests were broken off", answered, least, l.gone))
	}
	for _, name := range []string{"buntime_executions_running", "buntime_session_waiting", "buntime_sessions", "buntime_guest_host_bytes"} {
		if v, ok := idle.metrics[name]; !ok || v != 0 {
			errs = append(errs, fmt.Errorf("%s is %v when all is over", name, v))
		}
	}
	return errors.Join(errs...)
}
