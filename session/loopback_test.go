package session

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The programs of a command line, and the tools beside them, reach each other's servers.
func TestLoopback(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"http.js": `require("http").createServer(async (q, s) => {
	if (q.url === "/exit") { s.end("bye"); return process.exit(); }
	if (q.url === "/hang") return;
	let n = 0;
	for await (const b of q) n += b.length;
	s.setHeader("x-n", n);
	for (const part of [q.method, " ", q.url, " ", q.headers.host, "\n"]) { s.write(part); await new Promise((f) => setTimeout(f, 1)); }
	s.end();
}).listen(3000, () => console.log("up"));`,
		"net.js":   `const s = require("net").createServer({ allowHalfOpen: true }, (c) => { let n = 0; c.on("data", (b) => n += b.length); c.on("end", () => c.end("got " + n + " " + c.remoteFamily)); }).listen(0, () => console.log(s.address().port));`,
		"dial.js":  `const c = require("net").connect(+process.argv[2], () => { for (let i = 0; i < 20; i++) c.write(Buffer.alloc(100_000)); c.end(); }); c.on("data", (b) => console.log(String(b))); c.on("close", (e) => console.log("close", e, c.bytesWritten));`,
		"bun.ts":   `Bun.serve({ port: 4000, fetch: async (q, s) => new Response(await q.text() + s.requestIP(q)!.address) }); console.log("up");`,
		"fetch.js": `fetch(process.argv[2], { method: "POST", body: "x".repeat(1e6) }).then(async (r) => console.log(r.status, r.headers.get("x-n"), (await r.text()).length), (e) => console.log(e.message, e.cause?.code));`,
		"worker.js": `const { Worker, isMainThread, parentPort } = require("worker_threads");
if (!isMainThread) require("http").createServer((q, s) => s.end("a worker's")).listen(0, function () { parentPort.postMessage(this.address().port); });
else { const w = new Worker(__filename); w.once("message", async (p) => { console.log(await (await fetch("http://localhost:" + p)).text()); await w.terminate(); fetch("http://localhost:" + p).catch((e) => console.log(e.cause.code)); }); }`,
		"child.js": `const { spawn } = require("child_process"); const c = spawn("node", ["http.js"]); c.stdout.once("data", async () => { console.log(await (await fetch("http://127.0.0.1:3000/c")).text()); c.kill(); });
c.on("exit", (_, s) => { console.log(s); require("http").get("http://localhost:3000").on("error", (e) => console.log(e.code, e.syscall, e.port)); });`,
		"unref.js": `const c = require("net").connect(3000, () => { c.unref(); console.log("connected"); });`,
	}
	const up = "node http.js > out & until grep -qs up out; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{up + "curl -s localhost:3000/a; curl -s -H 'Host: a.example' http://127.0.0.1:3000/b", "GET /a localhost:3000\nGET /b a.example\n", 0},
		{up + "node fetch.js http://localhost:3000/f; node fetch.js http://localhost:3001", "200 1000000 23\nfetch failed ECONNREFUSED\n", 0},
		{up + "kill %1; wait; curl -sS localhost:3000/a 2>&1", "curl: (7) Failed to connect to localhost port 3000 after 0 ms: Couldn't connect to server\n", 7},
		{up + "curl -s localhost:3000/exit; echo; wait; curl -s localhost:3000", "bye\n", 7},
		{up + "(curl -s localhost:3000/hang; echo $?) & sleep 0.1; kill %1; wait %2", "52\n", 0},
		{up + "node http.js 2>&1 | grep ^Error; node unref.js", "Error: listen EADDRINUSE: address already in use :::3000\nconnected\n", 0},
		{"node net.js > port & until [ -s port ]; do sleep 0.01; done; node dial.js $(cat port); node dial.js 9 2>&1 | grep code", "got 2000000 IPv4\nclose false 2000000\n  code: 'ECONNREFUSED',\n", 0},
		{"bun bun.ts > out & until grep -qs up out; do sleep 0.01; done; curl -s -d hello localhost:4000; head -c 3000000 /dev/zero | curl -s --data-binary @- localhost:4000 | wc -c", "hello127.0.0.13000009\n", 0},
		{"node worker.js", "a worker's\nECONNREFUSED\n", 0},
		{"node child.js", "GET /c 127.0.0.1:3000\n\nSIGTERM\nECONNREFUSED connect 3000\n", 0},
		// Nobody waits for a server that is left behind.
		{"node http.js & sleep 0.1; echo over", "up\nover\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}

// separate shows that while a program runs that serves, and printed a line, no other
// execution reaches it, of the same tenant and session neither.
func separate(t *testing.T, server, want string, others ...*Execution) {
	t.Helper()
	m, err := New(Config{Engine: engine})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	up := &firstWrite{line: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	var served sync.WaitGroup
	served.Go(func() {
		if _, err := m.Run(ctx, "t", &Execution{Code: server, Language: "js", Stdout: up}, Limits{}, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	defer served.Wait()
	defer cancel()
	<-up.line
	for _, x := range others {
		r, err := m.Run(t.Context(), "t", x, Limits{}, nil)
		if err != nil || r.Stdout != want {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// The servers of an execution are its own.
func TestI10LoopbacksAreSeparate(t *testing.T) {
	separate(t, `require("http").createServer((q, s) => s.end("mine")).listen(3000, () => console.log("up"))`, "7\nECONNREFUSED\n",
		&Execution{Command: `curl -s localhost:3000; echo $?; node -e 'require("net").connect(3000).on("error", (e) => console.log(e.code))'`, IsCommand: true},
		&Execution{Code: `await fetch("http://localhost:3000").catch((e) => console.log(7)); import net from "node:net"; net.connect(3000).on("error", (e) => console.log(e.code))`, Language: "js"},
	)
}

// The Unix-domain sockets of an execution are its own as well, at paths and abstract.
func TestI10SocketsAreSeparate(t *testing.T) {
	separate(t, `const http = require("http"), f = (q, s) => s.end("mine");
http.createServer(f).listen("/tmp/x.sock", () => http.createServer(f).listen("x.sock", () => http.createServer(f).listen("\0x", () => console.log("up"))))`, "3\n",
		&Execution{Command: `curl -s --unix-socket /tmp/x.sock http://h/ || nc -U x.sock || curl -s --abstract-unix-socket x http://h/ || ls /tmp /workspace | wc -l`, IsCommand: true},
		&Execution{Code: `import net from "node:net"; import fs from "node:fs"; for (const at of ["/tmp/x.sock", "x.sock", "\0x"]) await new Promise((r) => net.connect(at, () => console.log("connected")).on("error", r)); console.log(fs.readdirSync("/tmp").length + 3)`, Language: "js"},
	)
}

// No socket of the host is reached, whatever it is called.
func TestI10HostSocketsAreNotReached(t *testing.T) {
	run := lines(t)
	dir, err := os.MkdirTemp("", "s") // short enough for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var hits atomic.Int32
	var paths []string
	for _, at := range []string{filepath.Join(dir, "real.sock"), "@" + filepath.Base(dir)} {
		l, err := net.Listen("unix", at)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go count(l, &hits)
		c, err := net.Dial("unix", at)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Fatal(err)
		}
		c.Close()
		if name, ok := strings.CutPrefix(at, "@"); ok {
			paths = append(paths, "\x00"+name)
			continue
		}
		paths = append(paths, at, "/workspace/.."+at, "/tmp/../.."+at, "../../../../.."+at, "/proc/self/root"+at, "//"+at, at+"/", "/dev/.."+at, "/var/run/docker.sock", "/workspace/link", "/workspace/dir/"+filepath.Base(at))
	}
	list, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	before := hits.Load()
	files := map[string]string{
		"try.ts": `import net from "node:net"; import http from "node:http"; import fs from "node:fs";
const all: string[] = ` + string(list) + `;
for (const [to, at] of [[all[0], "link"], [all[0].slice(0, all[0].lastIndexOf("/")), "dir"]]) try { fs.symlinkSync(to, at); } catch {}
for (const p of all) {
	const got = [
		await new Promise((r) => net.connect(p, () => r("connected")).on("error", (e: any) => r(e.code))),
		await new Promise((r) => http.get({ socketPath: p }, () => r("answered")).on("error", (e: any) => r(e.code))),
		await fetch("http://h/", { unix: p }).then(() => "fetched", (e) => e.code),
		await new Promise((r) => net.createServer().listen(p, () => r("listens")).on("error", (e: any) => r(e.code))),
	];
	for (const g of got) if (!["ENOENT", "ECONNREFUSED", "EACCES", "ENOTDIR", "EROFS", "EINVAL", "EADDRINUSE"].includes(g) && !(p[0] === "\0" && g === "listens")) console.log(JSON.stringify(p), g);
}
console.log("over"); process.exit();`,
		"try.sh": `for p in ` + strings.Join(paths[:len(paths)-1], " ") + `; do curl -s --unix-socket $p http://h/ && echo $p; nc -U $p < /dev/null 2> /dev/null && echo $p; done; curl -s --abstract-unix-socket ` + filepath.Base(dir) + ` http://h/ && echo abstract; echo over`,
	}
	for _, c := range []string{"bun try.ts", "bash try.sh"} {
		if out, errs, code := run(c, files); out != "over\n" || code != 0 {
			t.Errorf("%s: got %q, exit code %d, stderr %q", c, out, code, errs)
		}
	}
	if n := hits.Load() - before; n != 0 {
		t.Errorf("a socket of the host was reached %d times", n)
	}
}

// The programs of a command line, and the tools beside them, reach each other at paths.
func TestUnixSockets(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"http.js":  `require("http").createServer(async (q, s) => { let n = 0; for await (const b of q) n += b.length; s.end(q.method + " " + q.url + " " + q.headers.host + " " + n + "\n"); }).listen(process.argv[2]).on("error", (e) => console.log(e.message));`,
		"net.js":   `const s = require("net").createServer({ allowHalfOpen: true }, (c) => { let n = 0; c.on("data", (b) => n += b.length); c.on("end", () => { c.end("got " + n); s.close(); }); }).listen(process.argv[2]);`,
		"dial.js":  `const c = require("net").connect(process.argv[2], () => { for (let i = 0; i < 20; i++) c.write(Buffer.alloc(100_000)); c.end(); }); c.on("error", (e) => console.log(e.message)); c.on("data", (b) => console.log(String(b))); c.on("close", (e) => console.log("close", e));`,
		"bun.ts":   `Bun.serve({ unix: "b.sock", fetch: async (q) => new Response(await q.text() + " " + q.url) });`,
		"fetch.ts": `console.log(await (await fetch("http://h/x", { unix: "b.sock", method: "POST", body: "hello" })).text());`,
		"worker.js": `const { Worker, isMainThread, parentPort } = require("worker_threads"), net = require("net");
if (!isMainThread) net.createServer((c) => c.end("a worker's")).listen("w.sock", () => parentPort.postMessage(0));
else { const w = new Worker(__filename); w.once("message", () => net.connect("w.sock").on("data", (d) => console.log(String(d))).on("close", () => w.terminate().then(() => net.connect("w.sock").on("error", (e) => console.log(e.code))))); }`,
		"child.js":   `const { spawn } = require("child_process"), fs = require("fs"), net = require("net"); fs.mkdirSync("sub"); const c = spawn("node", ["../net.js", "c.sock"], { cwd: "sub" }); (function wait() { if (!fs.existsSync("sub/c.sock")) return setTimeout(wait, 5); let got; net.connect("sub/c.sock").end("abc").on("data", (d) => got = String(d)).on("close", () => c.exitCode === null ? c.on("exit", over) : over()); function over() { console.log(got, c.exitCode, fs.readdirSync("sub")); } })();`,
		"cluster.js": `const cluster = require("cluster"), net = require("net"); if (cluster.isPrimary) { const a = [cluster.fork(), cluster.fork()]; let up = 0; cluster.on("listening", async (w, at) => { if (++up < 2) return; console.log(at.address); const ids = new Set(); for (let i = 0; i < 4; i++) ids.add(await new Promise((r) => net.connect("k.sock").on("data", (d) => r(String(d))))); console.log(ids.size); for (const w of a) w.kill(); }); } else net.createServer((c) => c.end(String(cluster.worker.id))).listen("k.sock");`,
		"many.js":    `const net = require("net"); let up = 0, codes = new Set(), all = 300; for (let i = 0; i < 300; i++) { const s = net.createServer().listen((i % 2 ? "m" : "\0m") + i, () => { up++; done(); }).on("error", (e) => { codes.add(e.code); done(); }); } function done() { if (--all === 0) { console.log(up, ...codes, require("fs").readdirSync(".").filter((n) => n[0] === "m" && n !== "many.js").length); process.exit(); } }`,
		"long.js":    `const net = require("net"), at = (n) => "\0".padEnd(n, "x"); for (const p of [at(108), at(109), "y".repeat(109), "a\0b"]) { net.createServer().on("error", (e) => console.log("listen", p.length, e.code)).listen(p, function () { console.log(p.length); this.close(); }); } net.connect("y".repeat(109)).on("error", (e) => console.log("connect", e.code, e.address.length));`,
		"deaf.js":    `require("net").createServer({ pauseOnConnect: true }, () => {}).listen("d.sock");`,
		"hoard.js":   `const net = require("net"); let open = 0, failed = 0; for (let i = 0; i < 400; i++) { const c = net.connect("d.sock", () => { open++; c.write(Buffer.alloc(1e6)); }); c.on("error", (e) => { failed++; if (e.code !== "ENOBUFS") console.log(e.code); }); } setTimeout(() => { console.log(open, failed); process.exit(); }, 300);`,
		"close.js":   `const s = require("net").createServer().listen("z.sock", () => s.close(() => console.log(require("fs").existsSync("z.sock"))));`,
	}
	const up = "until [ -S x.sock ]; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"node http.js x.sock & " + up + "curl -s --unix-socket x.sock http://localhost/a; curl -s --unix-socket /workspace/x.sock -d body -H 'Host: b' http://h:81/b; head -c 3000000 /dev/zero | curl -s --unix-socket x.sock --data-binary @- h/c; curl -s --unix-socket x.sock -X PUT h/d h/e",
			"GET /a localhost 0\nPOST /b b 4\nPOST /c h 3000000\nPUT /d h 0\nPUT /e h 0\n", 0},
		{"node http.js x.sock & " + up + `printf 'GET /n HTTP/1.0\r\nHost: n\r\n\r\n' | nc -NU x.sock | tail -1; nc -zU x.sock; echo $?; ls -lF x.sock | cut -c1-10; ls -F x.sock; stat -c '%F %a' x.sock; file x.sock; find . -type s; test -f x.sock || echo no file; node http.js x.sock; kill %1; wait; nc -U x.sock 2>&1; node http.js x.sock`,
			"GET /n n 0\n0\nsrwxr-xr-x\nx.sock=\nsocket 755\nx.sock: socket\n./x.sock\nno file\nlisten EADDRINUSE: address already in use x.sock\nnc: x.sock: Connection refused\nlisten EADDRINUSE: address already in use x.sock\n", 0},
		{"curl -sS --unix-socket none http://h/ 2>&1; echo $?; touch plain; nc -U plain 2>&1; nc -U none 2>&1; curl -sS --unix-socket $(printf 'a%.0s' {1..108}) h 2>&1 | cut -c1-40; nc -U; nc -U a b; node http.js plain; node http.js no/such",
			"curl: (7) Failed to connect to h port 80 after 0 ms: Couldn't connect to server\n7\nnc: plain: Connection refused\nnc: none: No such file or directory\ncurl: (6) Unix socket path too long: 'aa\nlisten EADDRINUSE: address already in use plain\nlisten EACCES: permission denied no/such\n", 0},
		{"node net.js x.sock & " + up + "node dial.js x.sock; wait; ls | grep sock; node dial.js x.sock", "got 2000000\nclose false\nconnect ENOENT x.sock\nclose true\n", 0},
		{"bun bun.ts & until [ -S b.sock ]; do sleep 0.01; done; bun fetch.ts; curl -s -d x --unix-socket b.sock http://h/y", "hello http://h/x\nx http://h/y", 0},
		{"nc -lU x.sock > got & " + up + "seq 10000 | nc -NU x.sock; wait; tail -1 got; test -S x.sock && nc -lU x.sock > got & sleep 0.1; node dial.js x.sock; wc -c < got; nc -lU no/such 2>&1; touch plain; timeout 0.2 nc -lU plain; test -S plain; echo $?", "10000\nclose false\n2000000\nnc: No such file or directory\n0\n", 0},
		{"node worker.js", "a worker's\nECONNREFUSED\n", 0},
		{"node child.js", "got 3 0 []\n", 0},
		{"node cluster.js; node close.js", "k.sock\n2\nfalse\n", 0},
		{"node http.js x.sock & " + up + "(echo x > x.sock) 2>&1; cat x.sock 2>&1; cp x.sock y 2>&1; tar cf t.tar x.sock 2>&1; mv x.sock y.sock; curl -s --unix-socket y.sock h/y; rm y.sock; curl -s --unix-socket y.sock h/y; echo $?", "bash: line 1: x.sock: No such device or address\ncat: x.sock: No such device or address\ncp: cannot open 'x.sock' for reading: No such device or address\ntar: x.sock: socket ignored\nGET /y h 0\n7\n", 0},
		// Bounds.
		{"node many.js; node long.js | sort", "256 EMFILE 128\n108\nconnect EINVAL 109\nlisten 109 EINVAL\nlisten 109 EINVAL\nlisten 3 EINVAL\n", 0},
		{"node deaf.js & until [ -S d.sock ]; do sleep 0.01; done; node hoard.js; node hoard.js; kill %1; wait; rm d.sock; node deaf.js & until [ -S d.sock ]; do sleep 0.01; done; node hoard.js", "256 144\n0 400\n256 144\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}

// Bun.listen and Bun.connect meet the other programs of a command line, and nobody else.
func TestBunSockets(t *testing.T) {
	run := lines(t)
	var hits atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go count(l, &hits)
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	files := map[string]string{
		"listen.ts": `const l = Bun.listen({ ...(process.argv[2] ? { unix: process.argv[2] } : { hostname: "0.0.0.0", port: 3000 }), data: { n: 0 }, socket: { open(s: any) { s.data = { n: 0 }; }, data(s: any, d) { s.data.n += d.length; }, end(s: any) { s.end("got " + s.data.n); }, close() { l.stop(); } }, allowHalfOpen: true } as any); console.log("up");`,
		"dial.ts":   `let sent = 0, partial = 0; const chunk = Buffer.alloc(100_000); function go(s: any) { while (sent < 2e6) { const size = Math.min(chunk.length, 2e6 - sent), n = s.write(chunk, 0, size); sent += n; if (n < size) { partial++; return; } } s.shutdown(); } await Bun.connect({ ...(process.argv[2] ? { unix: process.argv[2] } : { hostname: "localhost", port: 3000 }), socket: { open: go, drain: go, data(s: any, d) { console.log(String(d)); }, close(s: any, e) { console.log("close", e, partial > 0); } } } as any);`,
		"flood.ts":  `await Bun.connect({ hostname: "localhost", port: 3000, socket: { open(s) { while (s.write(Buffer.alloc(1e6)) > 0); }, drain(s) { s.write(Buffer.alloc(1e6)); }, data() {} } });`,
		"deaf.ts":   `Bun.listen({ hostname: "localhost", port: 3000, socket: { open(s) { s.pause(); }, data() {} } }); console.log("up");`,
		"hoard.ts":  `let open = 0; const codes: any = {}; for (let i = 0; i < 400; i++) await Bun.connect({ hostname: "localhost", port: 3000, socket: { open() { open++; }, data() {} } }).catch((e) => codes[e.code] = (codes[e.code] ?? 0) + 1); console.log(open, JSON.stringify(codes)); process.exit();`,
		"host.ts":   `for (const hostname of ["127.0.0.1", "localhost", "::1", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "127.0.0.2", "[::1]", "::ffff:127.0.0.1", "localhost.", "LOCALHOST", "example.com", "10.0.0.1", "169.254.169.254"]) await Bun.connect({ hostname, port: ` + port + `, socket: { data() {}, open() { console.log("open", hostname); } } }).then(() => console.log("connected", hostname), (e) => ["ECONNREFUSED", "ERR_CAPABILITY_DENIED"].includes(e.code) || console.log(hostname, e.code)); await Bun.connect({ hostname: "localhost", port: 1, tls: true, socket: { data() {} } }).catch((e) => console.log(e.code));`,
		"unref.ts":  `const l = Bun.listen({ hostname: "localhost", port: 3000, socket: { data() {} } }); l.unref(); const s = await Bun.connect({ hostname: "localhost", port: 3000, socket: { data() {} } }); s.unref(); console.log("over");`,
	}
	const up = "until grep -qs up out; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"bun listen.ts > out & " + up + "bun dial.ts; wait; bun listen.ts x.sock > out & until [ -S x.sock ]; do sleep 0.01; done; bun dial.ts x.sock", "got 2000000\nclose undefined true\ngot 2000000\nclose undefined true\n", 0},
		{"bun listen.ts > out & " + up + "head -c 1000000 /dev/zero | nc -N localhost 3000; wait; lsof -ti:3000 | wc -l", "got 10000000\n", 0},
		{"bun deaf.ts > out & " + up + "timeout 0.5 bun flood.ts; echo $?; kill %1; wait; rm out; bun deaf.ts > out & " + up + "bun hoard.ts", "124\n256 {\"ENOBUFS\":144}\n", 0},
		{"bun host.ts; bun listen.ts no/such/x.sock 2>&1 | grep -o 'Failed.*'", "ERR_CAPABILITY_DENIED\nFailed to listen at no/such/x.sock\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
	if out, errs, _ := run("timeout 5 bun unref.ts; echo $?", files); out != "over\n0\n" {
		t.Errorf("what is unref'd holds the program: %q, stderr %q", out, errs)
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the host was reached %d times", n)
	}
}

// Datagrams go from program to program of an execution, and nowhere else.
func TestDatagrams(t *testing.T) {
	run := lines(t)
	host, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	port := strconv.Itoa(host.LocalAddr().(*net.UDPAddr).Port)
	files := map[string]string{
		"server.js": `const s = require("dgram").createSocket("udp4", (m, r) => { s.send("got " + m.length, r.port, r.address, () => { if (m.length === 3) s.close(); }); }).bind(4000, () => console.log("up")).on("error", (e) => console.log(e.message));`,
		"client.js": `const c = require("dgram").createSocket("udp4", (m) => { console.log(String(m)); if (String(m) === "got 3") c.close(); else c.send("end", 4000); }); c.send(Buffer.alloc(60000), 4000, "localhost");`,
		"many.js":   `const dgram = require("dgram"); let up = 0; const codes = {}; (async () => { for (let i = 0; i < 300; i++) await new Promise((r) => dgram.createSocket("udp4").on("error", (e) => { codes[e.code] = (codes[e.code] ?? 0) + 1; r(); }).bind(0, () => { up++; r(); })); console.log(up, JSON.stringify(codes)); process.exit(); })();`,
		"flood.js":  `const dgram = require("dgram"), s = dgram.createSocket("udp4", () => n++), c = dgram.createSocket("udp4"); let n = 0; s.bind(4001, () => c.bind(0, async () => { for (let i = 0; i < 2000; i++) c.send(Buffer.alloc(60000), 4001); setTimeout(() => { console.log(n > 0, n < 2000); process.exit(); }, 200); }));`,
		"host.js": `const dgram = require("dgram"); (async () => { for (const at of ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "255.255.255.255", "224.0.0.1", "example.com", "10.0.0.1", "169.254.169.254"]) for (const type of ["udp4", "udp6"]) { const c = dgram.createSocket(type); const e = await new Promise((r) => c.send("x", ` + port + `, at, r)); if (e && !["ERR_CAPABILITY_DENIED", "EINVAL"].includes(e.code)) console.log(type, at, e.code); c.close(); }
for (const at of ["10.0.0.1", "127.0.0.2", "example.com"]) await new Promise((r) => dgram.createSocket("udp4").on("error", (e) => { console.log(e.code); r(); }).bind(0, at)); const c = dgram.createSocket("udp4"); c.connect(` + port + `, "8.8.8.8", (e) => { console.log(e.code, e.syscall, e.address, e.port); c.close(); }); })();`,
		"worker.js": `const { Worker, isMainThread } = require("worker_threads"), dgram = require("dgram"); if (!isMainThread) { const s = dgram.createSocket("udp4"); s.send("from a worker", 4002, () => s.close()); } else dgram.createSocket("udp4", function (m) { console.log(String(m)); this.close(); }).bind(4002, () => new Worker(__filename));`,
	}
	const up = "until grep -qs up out; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"node server.js > out & " + up + "node server.js; node client.js; wait; rm out; node server.js > out & " + up + "kill $!; wait; timeout 0.3 node client.js; echo $?", "bind EADDRINUSE 0.0.0.0:4000\ngot 60000\ngot 3\n124\n", 0},
		{"node many.js; node flood.js; node worker.js", "256 {\"ENOBUFS\":44}\ntrue true\nfrom a worker\n", 0},
		{"node host.js", "EADDRNOTAVAIL\nEADDRNOTAVAIL\nERR_CAPABILITY_DENIED\nERR_CAPABILITY_DENIED send 8.8.8.8 " + port + "\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
	// What would have come to the host's came before this.
	if _, err := host.WriteTo([]byte("host"), host.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	if n, _, err := host.ReadFrom(buf); err != nil || string(buf[:n]) != "host" {
		t.Errorf("a socket of the host got %q, %v", buf[:n], err)
	}
}

// firstWrite closes line at the first write.
type firstWrite struct {
	line chan struct{}
	once sync.Once
}

func (w *firstWrite) Write(p []byte) (int, error) {
	w.once.Do(func() { close(w.line) })
	return len(p), nil
}

// Connections that nobody serves, reads or closes are bounded, and end with their programs.
func TestI12LoopbackAttacks(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"deaf.js":  `require("net").createServer({ pauseOnConnect: true }, () => {}).listen(3000, () => console.log("up"));`,
		"hoard.js": `const net = require("net"); let open = 0, failed = 0; for (let i = 0; i < 400; i++) { const c = net.connect(3000, () => { open++; c.write(Buffer.alloc(1e6)); }); c.on("error", (e) => { failed++; if (e.code !== "ENOBUFS") console.log(e.code); }); } setTimeout(() => { console.log(open, failed); process.exit(); }, 300);`,
		"flood.js": `const net = require("net"); const c = net.connect(3000); c.on("error", () => {}); (function more() { c.write(Buffer.alloc(1 << 16), more); })();`,
		"loop.js":  `const http = require("http"); http.createServer((q, s) => http.get("http://localhost:" + (process.argv[2] ^ 1) + "/", (r) => r.pipe(s)).on("error", () => s.end("over"))).listen(process.argv[2], () => console.log("up"));`,
	}
	const up = "until grep -qs up out; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		// A server that closes nothing keeps them, until it ends.
		{"node deaf.js > out & " + up + "node hoard.js; node hoard.js; kill %1; wait; node deaf.js > out & " + up + "sleep 0.1; node hoard.js", "256 144\n0 400\n256 144\n", 0},
		{"node deaf.js > out & " + up + "timeout 0.5 node flood.js; echo $?", "124\n", 0},
		// Each asks the other, until there are no connections left.
		{"node loop.js 3000 > out & node loop.js 3001 > out2 & " + up + "sleep 0.2; curl -s localhost:3000", "over", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}

// The tools that tell, reach and end servers, as scripts use them.
func TestLoopbackTools(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"server.js": `let n = 0; require("http").createServer((q, s) => {
	s.statusCode = q.url === "/none" ? 404 : q.url === "/flaky" && n++ < 2 ? 503 : 200;
	s.end(q.method + " " + q.url + "\n");
}).listen(3000, () => console.log("up"));`,
		"job.sh":       "sleep 5",
		"group.js":     `const c = require("child_process").spawn("bash", ["-c", "sleep 5 & sleep 6"], { detached: true }); setTimeout(() => console.log(process.kill(-c.pid)), 100); c.on("exit", (...a) => { console.log(...a); try { process.kill(-c.pid); } catch (e) { console.log(e.code); } });`,
		"package.json": `{"scripts":{"start":"node server.js"}}`,
	}
	const up = "node server.js > out & until nc -z localhost 3000; do sleep 0.01; done; "
	for _, c := range []struct {
		command, want string
		code          int
	}{
		// Who runs.
		{"sleep 5 & ps; (sleep 6; true) & sleep 0.05; ps -o pid,ppid,args; ps -o comm= -p $!", "    PID TTY          TIME CMD\n    100 ?        00:00:00 bash\n    101 ?        00:00:00 sleep\n    102 ?        00:00:00 ps\n" +
			"    PID    PPID COMMAND\n    100       1 bash\n    101     100 sleep 5\n    102     100 sleep 6\n    103     100 ps -o pid,ppid,args\nsleep\n", 0},
		{"node -e 'setTimeout(() => {}, 5000)' & sleep 0.05; ps --no-headers -o ppid,comm --ppid $$ | head -1; ps -C none; echo $?; ps axo pid,comm | head -2; ps -o nonsense 2>&1 | head -1", "    100 node\n    PID TTY          TIME CMD\n1\n    PID COMMAND\n    100 bash\nerror: unknown user-defined format specifier \"nonsense\"\n", 0},
		{"ps aux | head -2 | tr -s ' ' | cut -d' ' -f 1-8,11; ps -ef | head -2 | tr -s ' ' | cut -d' ' -f 1-4,6,8", "USER PID %CPU %MEM VSZ RSS TTY STAT COMMAND\nuser 100 0.0 0.0 0 0 ? S bash\nUID PID PPID C TTY CMD\nuser 100 1 0 ? bash\n", 0},
		{"sleep 5 & sleep 6 & pgrep sleep; pgrep -f 'sleep 6'; pgrep -a -x sleep; pgrep -c -P $$ sleep; pgrep -n sleep; pgrep nothing; echo $?; pgrep 2>&1 | head -1; pidof sleep; pkill -f 'sleep 5'; wait %1; echo $?; killall sleep; wait %2; echo $?; killall sleep 2>&1", "101\n102\n102\n101 sleep 5\n102 sleep 6\n2\n102\n1\npgrep: no matching criteria specified\n102 101\n143\n143\nsleep: no process found\n", 1},
		{"npm start > /dev/null & until pgrep -x node > /dev/null; do sleep 0.01; done; ps -o pid,ppid,args | grep -v 'PID\\|ps'; kill $!; wait; pgrep -c node", "    100       1 bash\n    101     100 npm start\n    102     101 bash\n    103     102 node server.js\n0\n", 1},
		{"bash job.sh & sleep 0.05; pkill -f job.sh; wait $!; echo $?; pkill -0 bash; echo $?", "143\n0\n", 0},
		{"node group.js; pgrep -c sleep", "true\nnull SIGTERM\nESRCH\n0\n", 1},
		// Who listens.
		{up + "lsof -i :3000; lsof -ti:3000; lsof -i tcp:4000; echo $?; lsof -nP -iTCP -sTCP:LISTEN -t", "COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\nnode    101 user   20u  IPv6  13000      0t0  TCP *:3000 (LISTEN)\n101\n1\n101\n", 0},
		{up + "ss -ltnpH; netstat -tln; fuser 3000/tcp 2>&1; fuser 4000/tcp; echo $?", "LISTEN 0      256                *:3000               *:*    users:((\"node\",pid=101,fd=20))\nActive Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \ntcp6       0      0 :::3000                 :::*                    LISTEN     \n3000/tcp:               101\n1\n", 0},
		{up + "kill $(lsof -ti:3000); wait; nc -z localhost 3000; echo $?; " + up + "fuser -k 3000/tcp > /dev/null 2>&1; wait; pgrep node", "1\n", 1},
		// Connections.
		{up + `printf 'GET /a HTTP/1.0\r\n\r\n' | nc localhost 3000 | tail -1; nc -zv localhost 3000 2>&1; nc localhost 4000 < /dev/null 2>&1; nc example.com 80 < /dev/null 2>&1`, "GET /a\nConnection to localhost 3000 port [tcp/*] succeeded!\nnc: connect to localhost port 4000 (tcp) failed: Connection refused\nnc: connect to example.com port 80 (tcp) failed: Network is unreachable\n", 1},
		{up + `exec 3<>/dev/tcp/127.0.0.1/3000; printf 'GET /b HTTP/1.0\r\n\r\n' >&3; tail -1 <&3; exec 3>&-; (echo > /dev/tcp/localhost/4000) 2>&1 || echo closed; (echo > /dev/tcp/10.0.0.1/80) 2>&1`, "GET /b\nbash: line 1: /dev/tcp/localhost/4000: Connection refused\nclosed\nbash: line 1: /dev/tcp/10.0.0.1/80: Network is unreachable\n", 1},
		{"nc -l 4000 > got & until lsof -i:4000 > /dev/null; do sleep 0.01; done; seq 10000 | nc localhost 4000; wait; tail -1 got; nc -l 4000 & sleep 0.05; nc -l 4000; kill %1", "10000\n", 0},
		{"nc -l 4000 > /dev/null & sleep 0.05; timeout 0.3 nc localhost 4000 < /dev/zero; echo $?; nc -l 4001 & kill $!; wait $!; echo $?", "124\n143\n", 0},
		// Files.
		{up + "wget -qO- localhost:3000/w; wget -q localhost:3000/f.txt; wget -q localhost:3000/f.txt; cat f.txt f.txt.1; wget -q -P dir --post-data=x http://localhost:3000/p; cat dir/p; wget -nv localhost:3000/none 2>&1 | sed 's/^[-0-9]* [:0-9]*/T/'; wget -q localhost:3000/none; echo $?; wget -q localhost:4000; echo $?; wget -q --spider localhost:3000 && echo there",
			"GET /w\nGET /f.txt\nGET /f.txt\nPOST /p\nT ERROR 404: Not Found.\n8\n4\nthere\n", 0},
		{up + "mkdir dir; wget -q -P dir 'localhost:3000/a?b=/../../c'; wget -q localhost:3000/..; ls . dir | grep -v out", ".:\ndir\ngroup.js\nindex.html\njob.sh\npackage.json\nserver.js\n\ndir:\na?b=%2F..%2F..%2Fc\n", 0},
		{"(sleep 0.1; exec node server.js) > /dev/null & curl -s --retry 20 --retry-connrefused --retry-delay 1 localhost:3000/r; curl -s --retry 3 --retry-delay 0 localhost:3000/flaky; curl -s --retry 1 -o /dev/null -w '%{http_code}\n' localhost:3000/none", "GET /r\nGET /flaky\n404\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}

// count counts what connects, until l is closed.
func count(l net.Listener, hits *atomic.Int32) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		hits.Add(1)
		c.Close()
	}
}
