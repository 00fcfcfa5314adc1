package jsengine_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// program runs code with an empty workspace and returns its result and output.
func program(t *testing.T, p jsengine.Program) (r *jsengine.Result, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	defer w.Release()
	p.Language, p.Stdout, p.Stderr = "js", &stdout, &stderr
	if p.Files == nil {
		p.Files = w
	}
	r, err := jsengine.SharedEngine().Run(t.Context(), &p)
	if err != nil {
		t.Fatalf("Run: %v (stderr %q)", err, stderr.String())
	}
	return r, stdout.String(), stderr.String()
}

// sameLines compares a program's output with a golden file.
func sameLines(t *testing.T, file, got, errOut string) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	wrong := 0
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("%s:%d:\n got %q\nwant %q", file, i+1, a, b)
			if wrong++; wrong == 5 {
				t.Fatalf("and so on (stderr %q)", errOut)
			}
		}
	}
}

// TestRuntimeHost runs the programs of runtime/testdata/host on a workspace and
// compares what they print with what Node 20 (bun.mjs: bun 1.4.5) printed.
func TestRuntimeHost(t *testing.T) {
	for _, name := range []string{"fs", "streams", "util", "path", "buffer", "bun"} {
		t.Run(name, func(t *testing.T) {
			base := filepath.Join("runtime", "testdata", "host", name)
			code, err := os.ReadFile(base + ".mjs")
			if err != nil {
				t.Fatal(err)
			}
			_, out, errOut := program(t, jsengine.Program{Code: string(code)})
			sameLines(t, base+".golden", out, errOut)
		})
	}
}

// fetchServer answers what fetch.mjs asks. closed counts requests whose client went away.
func fetchServer(t *testing.T, closed *atomic.Int64) *httptest.Server {
	flush := func(w http.ResponseWriter, s string) {
		_, _ = io.WriteString(w, s)
		w.(http.Flusher).Flush()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		out := []string{`"m":` + quoted(r.Method), `"b":` + quoted(string(b))}
		if v := r.Header.Get("Content-Type"); v != "" {
			out = append(out, `"ct":`+quoted(v))
		}
		if v := r.Header.Get("X-A"); v != "" {
			out = append(out, `"h":`+quoted(v))
		}
		out = append(out, `"a":`+quoted(r.Header.Get("Accept")))
		_, _ = fmt.Fprintf(w, "{%s}", strings.Join(out, ","))
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		flush(w, "one")
		flush(w, "two")
		flush(w, "three")
	})
	mux.HandleFunc("/redir", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/echo")
		w.WriteHeader(http.StatusFound)
	})
	hang := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			flush(w, "x")
		}
		<-r.Context().Done()
		closed.Add(1)
	}
	mux.HandleFunc("/slow", hang)
	mux.HandleFunc("/hang", hang)
	mux.HandleFunc("/gzip", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, "zipped")
		_ = z.Close()
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("a"), 3_000_000)) })
	mux.HandleFunc("/204", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = io.Copy(w, r.Body)
	})
	mux.HandleFunc("/cookie", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "nope")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func fetcher(t *testing.T, s *httptest.Server) *hostfuncs.Fetcher {
	t.Helper()
	policy, err := hostfuncs.ServerPolicy("none", []string{strings.TrimPrefix(s.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	f := hostfuncs.NewFetcher(hostfuncs.FetcherConfig{Policy: policy})
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestRuntimeFetch(t *testing.T) {
	var closed atomic.Int64
	s := fetchServer(t, &closed)
	base := filepath.Join("runtime", "testdata", "host", "fetch")
	code, err := os.ReadFile(base + ".mjs")
	if err != nil {
		t.Fatal(err)
	}
	_, out, errOut := program(t, jsengine.Program{Code: string(code), Env: map[string]string{"BASE": s.URL}, Net: fetcher(t, s)})
	sameLines(t, base+".golden", out, errOut)
	s.Close() // waits: nothing of the guest's hangs on
	if closed.Load() == 0 {
		t.Error("no request ended with its guest")
	}
}

// TestRuntimeDenied shows what a program sees of a capability that it has not got.
func TestRuntimeDenied(t *testing.T) {
	var closed atomic.Int64
	s := fetchServer(t, &closed)
	tests := map[string]struct{ code, want string }{
		"fetch without network": {
			`try { await fetch("http://example.com/") } catch (e) { console.log(e.name, e.code, e.cause.code) }`,
			"TypeError ERR_CAPABILITY_DENIED ERR_CAPABILITY_DENIED\n",
		},
		"fetch of loopback": {
			`try { await fetch("` + s.URL + `/echo") } catch (e) { console.log(e.name, e.code) }`,
			"TypeError ERR_CAPABILITY_DENIED\n",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, out, errOut := program(t, jsengine.Program{Code: tt.code})
			if out != tt.want {
				t.Errorf("got %q (stderr %q), want %q", out, errOut, tt.want)
			}
		})
	}
}

// TestRuntimeNoFiles shows the same for a workspace.
func TestRuntimeNoFiles(t *testing.T) {
	var out bytes.Buffer
	_, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{
		Code:     `import fs from "node:fs"; try { fs.readFileSync("/etc/passwd") } catch (e) { console.log(e.code) }`,
		Language: "js", Stdout: &out,
	})
	if err != nil || out.String() != "ERR_CAPABILITY_DENIED\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

// TestRuntimeBounds holds what a guest can make the host keep.
func TestRuntimeBounds(t *testing.T) {
	tests := map[string]struct{ code, want string }{
		"descriptors": {
			`import fs from "node:fs"; fs.writeFileSync("f", ""); let n = 0;
			try { for (;; n++) fs.openSync("f") } catch (e) { console.log(n <= 1024, e.code) }`,
			"true EMFILE\n",
		},
		"descriptors come back": {
			`import fs from "node:fs"; fs.writeFileSync("f", "");
			for (let i = 0; i < 3000; i++) fs.closeSync(fs.openSync("f"));
			const a = fs.openSync("f"), b = fs.openSync("f"); fs.closeSync(a); console.log(fs.openSync("f") === a, b > a)`,
			"true true\n",
		},
		"hashes": {
			`import { createHash } from "node:crypto"; const big = "x".repeat(70000); let n = 0; const keep = [];
			try { for (;; n++) { const h = createHash("md5"); h.update(big); keep.push(h) } } catch (e) { console.log(n) }`,
			"4096\n",
		},
		"big files": {
			`import fs from "node:fs"; const b = Buffer.alloc(9_000_001, 7); fs.writeFileSync("f", b); const c = fs.readFileSync("f");
			console.log(c.length, c[9_000_000], b.equals(c)); fs.copyFileSync("f", "g"); console.log(fs.statSync("g").size)`,
			"9000001 7 true\n9000001\n",
		},
		"outside": {
			`import fs from "node:fs"; for (const p of ["../../etc/passwd", "/etc/passwd", "/proc/self/environ"]) try { fs.readFileSync(p); console.log("read", p) } catch (e) { console.log(e.code) }`,
			"ENOENT\nENOENT\nENOENT\n",
		},
		"standard input": {
			`import fs from "node:fs"; console.log(fs.readFileSync("/dev/stdin", "utf8"), fs.readFileSync(0).length)`,
			"given 0\n",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, out, errOut := program(t, jsengine.Program{Code: tt.code, Stdin: []byte("given"), Limits: jsengine.Limits{Memory: 512 << 20}})
			if out != tt.want {
				t.Errorf("got %q (stderr %q), want %q", out, errOut, tt.want)
			}
		})
	}
}

// TestRuntimeTamper breaks what the library would use if it looked it up again.
func TestRuntimeTamper(t *testing.T) {
	const code = `
import fs from "node:fs"; import fsp from "node:fs/promises"; import { Buffer } from "node:buffer"; import path from "node:path";
const seen = [];
const spy = (o, k) => { const old = o[k]; o[k] = function (...a) { seen[seen.length] = k; return Reflect.apply(old, this, a) } };
const log = console.log, then = Promise.prototype.then;
for (const k of ["push", "shift", "slice", "splice", "indexOf", "map", "forEach", "join", "concat"]) spy(Array.prototype, k);
for (const k of ["slice", "split", "indexOf", "replace", "startsWith", "charCodeAt"]) spy(String.prototype, k);
for (const k of ["then", "catch", "finally"]) spy(Promise.prototype, k);
for (const k of ["get", "set", "has"]) spy(Map.prototype, k);
spy(Array.prototype, Symbol.iterator); spy(Function.prototype, "call"); spy(JSON, "stringify"); spy(JSON, "parse"); spy(Object, "keys"); spy(Object, "assign");
Object.defineProperty(Object.prototype, "highWaterMark", { get() { seen[seen.length] = "hwm"; return undefined }, configurable: true });
seen.length = 0;
fs.mkdirSync("a/b", { recursive: true }); fs.writeFileSync("a/f", "text"); fs.readFileSync("a/f", "utf8"); fs.readdirSync("a"); fs.statSync("a/f");
await fsp.readFile("a/f"); await fsp.appendFile("a/f", "x"); await Bun.file("a/f").text(); await Bun.write("a/g", "y");
Buffer.concat([Buffer.from("ab"), Buffer.from("63", "hex")]).toString("base64"); path.resolve("a", "../b"); path.parse("/x/y.z");
await new Response("body").text(); await new Response("{}").json;
const reader = new ReadableStream({ start(c) { c.enqueue(1); c.close() } }).getReader(); await reader.read(); await reader.read();
delete Object.prototype.highWaterMark;
let count = 0, first; for (let i = 0; i < seen.length; i++) if (seen[i] !== "hwm") { count++; first ??= seen[i] }
log(count, first);
`
	_, out, errOut := program(t, jsengine.Program{Code: code})
	if out != "0 undefined\n" {
		t.Errorf("got %q (stderr %q)", out, errOut)
	}
}

// TestRuntimeFuel holds work of the host to the guest's budget: what is moved costs, the same every time.
func TestRuntimeFuel(t *testing.T) {
	run := func(n int) int64 {
		r, _, errOut := program(t, jsengine.Program{Code: fmt.Sprintf(
			`import fs from "node:fs"; import { createHash } from "node:crypto"; const b = Buffer.alloc(%d); fs.writeFileSync("f", b); fs.readFileSync("f"); createHash("sha256").update(b).digest()`, n)})
		if r.ExitCode != 0 {
			t.Fatal(errOut)
		}
		return r.Fuel
	}
	const small, big = 1 << 20, 3 << 20
	a, b := run(small), run(big)
	if a != run(small) || b != run(big) {
		t.Error("the same program spent different fuel")
	}
	if b-a < 2*(big-small)/64 {
		t.Errorf("moving %d more bytes cost only %d", big-small, b-a)
	}
	// A budget that the data alone exceeds ends the program.
	r, _, _ := program(t, jsengine.Program{Code: `import fs from "node:fs"; const b = Buffer.alloc(1 << 20); for (;;) fs.writeFileSync("f", b)`, Limits: jsengine.Limits{Fuel: 1_000_000, Timeout: 20 * time.Second}})
	if r.ExitCode != 124 || r.Limit == nil || r.Limit.Kind != "fuel" {
		t.Errorf("exit code %d, limit %v", r.ExitCode, r.Limit)
	}
}
