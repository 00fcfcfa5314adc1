package session

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/npm"
)

// An execution whose client goes away at any stage ends at once, and leaves nothing:
// no goroutine, sandbox, held memory, temporary file; its session serves the next.
func TestCancelledAnywhere(t *testing.T) {
	// Each is at its stage when it has printed "ready", or when it asked a server
	// that will not answer.
	stages := map[string]Execution{
		"computing":                {Code: `console.log('ready'); for (;;);`},
		"awaiting":                 {Code: `console.log('ready'); for (;;) await new Promise(f => setTimeout(f, 1))`},
		"idle":                     {Code: `setInterval(() => {}, 1e6); console.log('ready')`},
		"transforming":             {Code: `enum E { A } console.log('ready'); for (;;) new Bun.Transpiler({ loader: 'ts' }).transformSync('enum E { A }')`, Language: "ts"},
		"query":                    {Code: `import { Database } from 'bun:sqlite'; const db = new Database('data'); console.log('ready'); db.query('with recursive f(n) as (select 1 union all select n + 1 from f) select sum(n) from f').get()`},
		"transaction":              {Code: `import { Database } from 'bun:sqlite'; const db = new Database('open'); db.run('begin immediate'); db.run('create table t (n)'); console.log('ready'); for (;;) db.run('insert into t values (1)')`},
		"statement":                {Code: `import { DatabaseSync } from 'node:sqlite'; const db = new DatabaseSync(':memory:'); for (const row of db.prepare('with recursive f(n) as (select 1 union all select n + 1 from f) select n from f').iterate()) { console.log('ready'); await new Promise(() => setInterval(() => {}, 1e6)) }`},
		"workers":                  {Code: `import { Worker } from 'node:worker_threads'; for (let i = 0; i < 3; i++) new Worker("require('node:worker_threads').parentPort.postMessage(1); for (;;);", { eval: true }).on('message', () => console.log('ready'))`},
		"worker of a worker":       {Code: `import { Worker } from 'node:worker_threads'; new Worker("const { Worker, parentPort } = require('node:worker_threads'); new Worker('require(\"node:worker_threads\").parentPort.postMessage(1); for (;;);', { eval: true }).on('message', () => parentPort.postMessage(1))", { eval: true }).on('message', () => console.log('ready'))`},
		"messages to a worker":     {Code: `import { Worker } from 'node:worker_threads'; const w = new Worker("require('node:worker_threads').parentPort.on('message', () => { for (;;); })", { eval: true }); console.log('ready'); for (;;) { w.postMessage('x'.repeat(1000)); await new Promise(f => setImmediate(f)) }`},
		"server":                   {Code: `const s = Bun.serve({ port: 0, fetch: () => { console.log('ready'); return new Promise(() => {}) } }); await fetch(s.url)`},
		"body of a server":         {Code: `const s = Bun.serve({ port: 0, fetch: () => new Response(new ReadableStream({ pull(c) { c.enqueue('x'.repeat(1e4)) } })) }); const r = (await fetch(s.url)).body.getReader(); await r.read(); console.log('ready'); for (;;) await r.read()`},
		"WebSocket":                {Code: `const s = Bun.serve({ port: 0, fetch: (q, s) => { s.upgrade(q) }, websocket: { message(ws, m) { ws.send(m) } } }); const ws = new WebSocket('ws://localhost:' + s.port); ws.onopen = () => ws.send('ready'); ws.onmessage = (e) => { console.log(e.data); ws.send(e.data) }`},
		"compression":              {Code: `const c = new CompressionStream('gzip'); const w = c.writable.getWriter(); new Response(c.readable).body.pipeTo(new WritableStream({ write() { console.log('ready') } })); for (;;) await w.write(crypto.getRandomValues(new Uint8Array(60000)))`},
		"hashing":                  {Code: `import { pbkdf2 } from 'node:crypto'; console.log('ready'); for (let i = 0; i < 4; i++) pbkdf2('p', 's', 5e7, 32, 'sha512', () => {})`},
		"fetch":                    {Code: `await fetch(process.env.HANGS)`, Env: map[string]string{}},
		"body of a fetch":          {Code: `console.log(await (await fetch(process.env.HANGS + '/body')).text())`, Env: map[string]string{}},
		"upload":                   {Code: `await fetch(process.env.HANGS + '/upload', { method: 'POST', body: new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1000)); return new Promise(f => setTimeout(f, 1)) } }), duplex: 'half' })`, Env: map[string]string{}},
		"children":                 {Code: `import { spawn } from 'node:child_process'; spawn('sleep', ['1e6']); const c = spawn('node', ['-e', 'console.log(1); for (;;);']); c.stdout.on('data', () => console.log('ready'))`},
		"child that is waited for": {Code: `import { spawnSync } from 'node:child_process'; spawnSync('node', ['-e', 'console.log("ready"); setInterval(() => {}, 1000)'], { stdio: 'inherit' })`},
		"fork":                     {Code: `import { fork } from 'node:child_process'; import { writeFileSync } from 'node:fs'; writeFileSync('c.cjs', 'process.send(1); setInterval(() => {}, 1000)'); fork('./c.cjs').on('message', () => console.log('ready'))`},
		"shell of a program":       {Code: "const p = Bun.$`yes | cat > /dev/null`.then(() => {}); setTimeout(() => console.log('ready'), 1); await p"},
		"pipeline":                 {Command: `echo ready; yes | sort -r | cat`},
		"background":               {Command: `node -e 'for (;;);' | cat & sleep 1e6 & echo ready; wait`},
		"sandboxes in a pipeline":  {Command: `node -e 'console.log("ready"); for (;;);' | node -e 'process.stdin.pipe(process.stdout)' | tee f`},
		"shell alone":              {Command: `echo ready; while :; do :; done`},
		"tools":                    {Command: `echo ready; while :; do yes abc | head -1000 | sed 's/b/x/' | sort | uniq -c | awk '{ print $1 }' > f; done`},
		"blocked writer":           {Command: `echo ready; yes | sleep 1e6`},
		"install":                  {Command: `bun add waits`},
		"archive":                  {Command: `npm install archive`},
		"import":                   {Code: `import 'waits'`},
		"require":                  {Code: `import { createRequire } from 'node:module'; createRequire(import.meta.url)('waits')`},
		"tests":                    {Command: `echo "import { test } from 'bun:test'; test('t', async () => { console.log('ready'); await new Promise(f => setTimeout(f, 1e6)) })" > a.test.ts; bun test`},
	}

	at := make(chan struct{}, 1)
	arrived := func() {
		select {
		case at <- struct{}{}:
		default:
		}
	}
	hang := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" || strings.HasSuffix(r.URL.Path, ".tgz") {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("part"))
			_ = http.NewResponseController(w).Flush()
		}
		arrived()
		_, _ = io.Copy(io.Discard, r.Body) // a server notices that its client went away when it reads
		<-r.Context().Done()
	}
	hangs := httptest.NewServer(http.HandlerFunc(hang))
	t.Cleanup(hangs.Close)
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": "archive", "version": "1.0.0"}})
	reg.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/waits" && !strings.HasSuffix(r.URL.Path, ".tgz") {
			return false
		}
		hang(w, r)
		return true
	}
	f := open(t, t.TempDir(), func(c *Config) {
		var err error
		if c.Policy, err = hostfuncs.ServerPolicy("none", []string{strings.TrimPrefix(hangs.URL, "http://")}); err != nil {
			t.Fatal(err)
		}
		c.Packages = npm.Config{Registry: reg.URL}
	})
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	id := f.create()
	if _, err := f.Execute(t.Context(), "t", id, &Execution{Code: "enum E { A }", Language: "ts"}); err != nil { // the transformer runs
		t.Fatal(err)
	}
	leaks := []goleak.Option{goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("net/http.(*conn).serve"), goleak.IgnoreAnyFunction("net/http.(*connReader).backgroundRead")}
	for name, x := range stages {
		t.Run(name, func(t *testing.T) {
			x.IsCommand, x.Timeout = x.Command != "", 5*time.Minute
			if x.Env != nil {
				x.Env = map[string]string{"HANGS": hangs.URL}
			}
			for _, kept := range []bool{false, true} {
				select {
				case <-at:
				default:
				}
				x := x
				before := f.Stats().Ends["cancelled"]
				out := &readyWriter{ready: arrived}
				x.Stdout, x.Stderr = out, out
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() {
					var err error
					if kept {
						_, err = f.Execute(ctx, "t", id, &x)
					} else {
						_, err = f.Run(ctx, "t", &x, Limits{}, nil)
					}
					done <- err
				}()
				select {
				case <-at:
				case err := <-done:
					t.Fatalf("it ended with %v before it was at its stage: %s", err, out.text())
				}
				cancel()
				if err := <-done; !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
				if s := f.Stats(); s.Running != 0 || s.Guests != 0 || s.Memory != 0 {
					t.Errorf("%d run, %d bytes of sandboxes and %d of the host's are held", s.Running, s.Guests, s.Memory)
				}
				if n := f.Stats().Ends["cancelled"] - before; n != 1 {
					t.Errorf("%d executions are counted as cancelled", n)
				}
				if n := engine.Stats().Live; n != 0 {
					t.Errorf("%d sandboxes live", n)
				}
			}
			if err := goleak.Find(leaks...); err != nil {
				t.Error(err)
			}
			f.exec(id, "")
		})
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// readyWriter calls ready when the word is written to it.
type readyWriter struct {
	ready func()

	mu sync.Mutex
	b  strings.Builder // guarded by mu; the first of what is written
}

func (w *readyWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.b.Len() < 4096 {
		w.b.Write(b)
	}
	if strings.Contains(string(b), "ready") {
		w.ready()
	}
	return len(b), nil
}

func (w *readyWriter) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}
