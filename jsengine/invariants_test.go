package jsengine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
)

// The tests of this file are named for the invariants of ARCHITECTURE.md.

// failingFiles fails as the host's own code would: with host paths and Go's words.
type failingFiles struct{ Files }

const hostSecret = "/srv/secret/host/path"

func (failingFiles) err() error {
	return fmt.Errorf("panic in x: %w\ngoroutine 1 [running]:\nmain.go:7", &fs.PathError{Op: "open", Path: hostSecret, Err: errors.New("boom")})
}
func (f failingFiles) Stat(string) (fs.FileInfo, error)                 { return nil, f.err() }
func (f failingFiles) Lstat(string) (fs.FileInfo, error)                { return nil, f.err() }
func (f failingFiles) Realpath(string) (string, error)                  { return "", f.err() }
func (f failingFiles) ReadFile(string) ([]byte, error)                  { return nil, f.err() }
func (f failingFiles) ReadDir(string) ([]fs.DirEntry, error)            { return nil, f.err() }
func (f failingFiles) Open(string, int, fs.FileMode) (File, error)      { return nil, f.err() }
func (f failingFiles) WriteFile(string, []byte, int, fs.FileMode) error { return f.err() }

// panickingFiles panics, as a bug of ours would.
type panickingFiles struct{ failingFiles }

func (panickingFiles) ReadFile(string) ([]byte, error)  { panic(hostSecret) }
func (panickingFiles) Stat(string) (fs.FileInfo, error) { panic(hostSecret) }

// What fails on the host, and says so in the host's words, is an "internal error"
// to a guest, on every way an error takes.
func TestI4HostErrorsAreHidden(t *testing.T) {
	_, out, errOut := run(t, Program{Language: "js", Files: failingFiles{}, Code: `
		import fs from "node:fs";
		const say = e => console.log(e.name, e.message, e.stack.includes("secret"), Object.keys(e).join());
		for (const f of [
			() => fs.readFileSync("/workspace/a"), () => fs.statSync("/workspace/a"), () => fs.writeFileSync("/workspace/a", ""),
			() => fs.promises.readFile("/workspace/a"), () => fs.readdirSync("/workspace"), () => Bun.file("/workspace/a").text(),
		]) try { await f(); console.log("no error") } catch (e) { say(e) }
		await import("./b.js");
	`})
	if n := strings.Count(out, "Error internal error false"); n != 6 {
		t.Errorf("%d of 6 errors are hidden:\n%s", n, out)
	}
	// A panic in the background is an error; in the guest's own call it ends the sandbox.
	_, out2, errOut2 := run(t, Program{Language: "js", Files: panickingFiles{}, Code: `
		import fs from "node:fs";
		try { await fs.promises.readFile("/workspace/a") } catch (e) { console.log(e.message) }`})
	if out2 != "internal error\n" {
		t.Errorf("stdout %q", out2)
	}
	var stdout, stderr strings.Builder
	_, err := testEngine.Run(t.Context(), &Program{Language: "js", Files: panickingFiles{}, Stdout: &stdout, Stderr: &stderr,
		Code: `import fs from "node:fs"; try { fs.statSync("/workspace/a") } catch (e) { console.log(e) }`})
	if err == nil {
		t.Error("a panic of ours is no error")
	}
	all := fmt.Sprint(out, errOut, out2, errOut2, stdout.String(), stderr.String(), err)
	for _, secret := range []string{hostSecret, "goroutine", ".go", "boom", "panic"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q shows:\n%s", secret, all)
		}
	}
}

// walker visits everything that a guest can reach: properties, accessors and
// prototypes from globalThis, every builtin module, syntax's hidden intrinsics,
// the module's own import.meta, errors and call sites. It calls what it finds,
// to see what no property shows.
const walker = `
const seen = new Set(), found = [], texts = new Set();
const { toString } = Function.prototype;
const note = s => { if (typeof s === "string") texts.add(s); else if (typeof s === "symbol") texts.add(String(s)) };
const queue = [];
const bridge = ["sync", "async", "start", "write", "exit", "classOf", "promiseState", "compile", "compiled", "evalScript", "importSync", "utf8Decode"];
let sitesSeen = 0;
const add = (v, path) => {
	note(v);
	if ((typeof v !== "object" && typeof v !== "function") || v === null || seen.has(v)) return;
	seen.add(v);
	queue.push([v, path]);
};
Error.prepareStackTrace = (e, sites) => {
	for (const s of sites) {
		if (++sitesSeen > 100) break;
		const f = s.getFunction(); // may be this program itself: not to be called again
		if (f && bridge.includes(f.name)) found.push("call site of " + f.name);
		add(s, "callsite");
		for (const k of Reflect.ownKeys(Object.getPrototypeOf(s))) if (typeof s[k] === "function" && k !== "getFunction") try { add(s[k](), "callsite." + String(k)) } catch (e) {}
	}
	return e.message;
};
for (const end of ["unhandledRejection", "uncaughtException"]) process.on(end, e => { note(e?.message); note(e?.stack) });
add(globalThis, "globalThis");
add(import.meta, "import.meta");
for (const f of [function* () {}, async function () {}, async function* () {}, async () => {}, class { #a }]) add(f, "function");
add((function* () {})(), "generator"); add((async function* () {})(), "generator");
add([][Symbol.iterator](), "iterator"); add(new Map().entries(), "iterator"); add("".matchAll(/a/g), "iterator"); add((function () { return arguments })(), "arguments");
const mods = import.meta.require("node:module").builtinModules;
for (const m of mods) { add(import.meta.require(m), m); add(await import(m), m) }
// Errors that the runtime makes itself.
for (const f of [() => Buffer.from({}), () => new URL("x"), () => structuredClone(() => 1), () => fetch("ftp://x"), () => import("nope"), () => process.chdir(1),
	() => new TextDecoder("x"), () => import.meta.require("./nope"), () => fs.readFileSync("/etc/passwd"), () => null.x, () => JSON.parse("{"), () => atob("*")])
	try { await f() } catch (e) { add(e, "error"); note(e.stack); note(e.message) }
const skip = new Set(["exit", "reallyExit", "abort", "kill", "sleepSync", "reportError", "gc", "exitCode"]);
let n = 0;
while (queue.length) {
	const [v, path] = queue.pop();
	for (const key of Reflect.ownKeys(v)) {
		note(key);
		const d = Reflect.getOwnPropertyDescriptor(v, key);
		if (!d) continue;
		for (const x of [d.value, d.get, d.set]) add(x, path + "." + String(key));
		if (d.get) try { add(d.get.call(v), path + "." + String(key)) } catch (e) { note(e?.message); note(e?.stack) }
	}
	add(Object.getPrototypeOf(v), path + ".__proto__");
	if (typeof v !== "function") continue;
	n++;
	const source = toString.call(v);
	note(source);
	if (!source.includes("[native code]")) { // this program's own, or the runtime's source shows
		if (!/^(\(e, sites\)|\(\) =>|attempt|async \(\)|s =>|v =>|function\* \(\) \{\}|async function\*? \(\) \{\}|class \{ #a|e =>|\(f, |\(v, path)/.test(source) && !source.includes("zQ7vX2")) found.push("source of " + path + ": " + source.slice(0, 100));
		continue;
	}
	if (skip.has(v.name) || /sleep|wait|exit|uncaught/i.test(v.name)) continue;
	probe(v, path);
}
`

// probe recognizes functions of the bridge by what only they do.
const probe = `
const marker = "bridge marker zQ7vX2", map = new Map(), promise = Promise.resolve(marker), proxy = new Proxy({}, {});
const attempt = (f, arg) => { try { return f(arg) } catch (e) { note(e?.message); note(e?.stack) } };
const probe = (f, path) => {
	const r = attempt(f, opArgv);
	if (Array.isArray(r) && r[0] === marker) found.push(path + " is sync");
	if (attempt(f, map) === "Map" && attempt(f, proxy) === "Proxy") found.push(path + " is classOf");
	const s = attempt(f, promise);
	if (Array.isArray(s) && s[1] === marker) found.push(path + " is promiseState");
	const d = attempt(f, proxy);
	if (Array.isArray(d) && d.length === 2 && typeof d[0] === "object" && d[0] !== proxy && d[0] !== null && typeof d[1] === "object" && d[1] !== null && Object.getPrototypeOf(d[0]) === Object.prototype) found.push(path + " is proxyDetails");
};
`

// Nothing of the host is reachable from guest code: no function of the bridge,
// no host path, no Go text, no source and no frame of the runtime library.
func TestI4NothingOfTheHostIsReachable(t *testing.T) {
	op := -1
	for i, o := range testEngine.ops {
		if o.Name == "process.argv" {
			op = i + opFirst
		}
	}
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	host := []string{filepath.Dir(wd), t.TempDir(), ".go:", "goroutine ", "runtime error", "0xc0", "buntime:", "github.com/"}
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		host = append(host, home+"/")
	}
	list, err := json.Marshal(host)
	if err != nil {
		t.Fatal(err)
	}
	code := `import fs from "node:fs"; import process from "node:process";` +
		fmt.Sprintf("const opArgv = %d, secrets = %s;\n", op, list) + probe + walker + `
		for (const text of texts) for (const s of secrets) if (text.includes(s)) { found.push("text: " + text.slice(0, 200)); break }
		fs.writeSync(1, "\nvisited " + (seen.size > 2000 && n > 1500) + "\n" + found.slice(0, 20).join("\n") + "\n"); process.exit(0); // servers may listen by now`
	r, out, errOut := run(t, Program{Language: "js", Code: code, Args: []string{"bridge marker zQ7vX2"}, Limits: Limits{Memory: 256 << 20, Timeout: 5 * time.Minute, Output: 1 << 20}})
	if _, end, _ := strings.Cut(out, "\nvisited "); end != "true\n\n" || r.Limit != nil {
		t.Errorf("exit %d, limit %v, got:\n%s\nstderr %s", r.ExitCode, r.Limit, out, errOut)
	}
}

// Two sandboxes, whether or not they use one instance after the other, draw
// different randomness; the same seed draws the same.
func TestI10SandboxesDiffer(t *testing.T) {
	const code = `
		const b = crypto.getRandomValues(new Uint8Array(16));
		for (const x of [Math.random(), crypto.randomUUID(), [...b].join()]) console.log(x);`
	seen := map[string]int{}
	for i := range 3 {
		_, out, errOut := run(t, Program{Code: code, Language: "js"})
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if len(lines) != 3 {
			t.Fatalf("got %q, %q", out, errOut)
		}
		for _, line := range lines {
			if j, ok := seen[line]; ok {
				t.Errorf("runs %d and %d both drew %q", j, i, line)
			}
			seen[line] = i
		}
	}
	seed := [32]byte{1}
	_, first, _ := run(t, Program{Code: code, Language: "js", Seed: &seed})
	_, second, _ := run(t, Program{Code: code, Language: "js", Seed: &seed})
	if first != second || first == "" {
		t.Errorf("one seed drew %q and %q", first, second)
	}
}

// A sandbox has nothing of the host's environment, nor of the one before it.
func TestI10NothingOfTheHost(t *testing.T) {
	t.Setenv("BUNTIME_TEST_SECRET", "zQ7vX2")
	_, out, errOut := run(t, Program{
		Language: "js", Env: map[string]string{"GIVEN": "1"}, Args: []string{"a"},
		Code: `console.log(JSON.stringify([process.env, process.argv, process.cwd(), Bun.env, process.env.BUNTIME_TEST_SECRET ?? null, process.env.PATH ?? null]))`,
	})
	if want := `[{"GIVEN":"1"},["/usr/local/bin/bun","/workspace/[eval].js","a"],"/workspace",{"GIVEN":"1"},null,null]` + "\n"; out != want {
		t.Errorf("got %q, want %q (stderr %q)", out, want, errOut)
	}
}

// What one program leaves behind, the next does not find, though it runs in the
// same instance.
func TestI10NothingIsLeftBehind(t *testing.T) {
	const look = `
		import fs from "node:fs"; import path from "node:path";
		console.log(globalThis.left, Array.prototype.left, fs.left, path.join("a", "b"), process.left, process.env.LEFT, console.left, process.exitCode,
			process.listenerCount("exit"), typeof Map.prototype.get, new Error("x").left, Symbol.for("left").description);`
	_, before, errOut := run(t, Program{Code: look, Language: "js"})
	reused := testEngine.host.Stats().Reused
	run(t, Program{Language: "js", Code: `
		import fs from "node:fs"; import path from "node:path";
		globalThis.left = Array.prototype.left = fs.left = process.left = console.left = Error.prototype.left = 1;
		path.join = () => "tampered"; process.env.LEFT = "1"; process.exitCode = 0; delete Map.prototype.get;
		process.on("exit", () => {}); setInterval(() => {}, 1e6).unref(); Symbol.for("left");
		globalThis.big = new Array(1e5).fill("left");`, Limits: Limits{Memory: 64 << 20}})
	_, after, _ := run(t, Program{Code: look, Language: "js"})
	if after != before || !strings.HasPrefix(before, "undefined undefined undefined a/b ") {
		t.Errorf("before %q, after %q (stderr %q)", before, after, errOut)
	}
	if testEngine.host.Stats().Reused == reused {
		t.Error("no instance was reused")
	}
}

// An operation answers only in the way it was made for, and only what exists.
func TestI11OperationKinds(t *testing.T) {
	p := newProcess(t)
	for i, op := range testEngine.ops {
		wrong := int32(i + opFirst)
		if op.Sync != nil {
			wrong |= opAsync
		}
		v, err := p.dispatch(wrong, []any{int32(1), "x"})
		var js *JSError
		if !errors.As(err, &js) || js.Name != "RangeError" {
			t.Errorf("%s called the other way: %v, %v", op.Name, v, err)
		}
	}
	for _, op := range []int32{-1, -1 << 31, 6, opFirst - 1, opAsync, opAsync | (opFirst - 1), int32(len(testEngine.ops) + opFirst), int32(len(testEngine.ops)+opFirst) | opAsync, 1<<31 - 1} {
		v, err := p.dispatch(op, []any{int32(1), "x"})
		var js *JSError
		if !errors.As(err, &js) || js.Name != "RangeError" {
			t.Errorf("operation %#x: %v, %v", op, v, err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.pending) > 0 || len(p.done) > 0 {
		t.Errorf("%d operations are under way, %d done", len(p.pending), len(p.done))
	}
}

// What the host does for a guest is on the guest's bill, in proportion.
func TestI12HostWorkIsCharged(t *testing.T) {
	p := newProcess(t)
	data := make([]byte, 1<<20)
	ops := map[string]int32{}
	for i, op := range testEngine.ops {
		ops[op.Name] = int32(i + opFirst)
	}
	spent := func(op string, args ...any) int64 {
		before := p.in.FuelUsed()
		if _, err := p.dispatch(ops[op], args); err != nil {
			t.Errorf("%s: %v", op, err)
		}
		return p.in.FuelUsed() - before
	}
	// Without the crossing, which hostCall charges: the work itself.
	if got := spent("crypto.hash", "sha256", data[:hostPiece]); got < hostPiece/8 {
		t.Errorf("hashing %d bytes cost %d", hostPiece, got)
	}
	if got := spent("crypto.hmac", "sha256", data[:100], data[:hostPiece]); got < hostPiece/8 {
		t.Errorf("an HMAC of %d bytes cost %d", hostPiece, got)
	}
	// And the crossing, both ways.
	in, err := wire.Append(nil, data[:60<<10])
	if err != nil {
		t.Fatal(err)
	}
	view, ok := p.in.View(1<<20, uint32(len(in)))
	if !ok {
		t.Fatal("no memory")
	}
	copy(view, in)
	before := p.in.FuelUsed()
	p.hostCall(ops["process.cwd"], 1<<20, uint32(len(in)), 0, 0)
	if got := p.in.FuelUsed() - before; got < int64(len(in))/64 {
		t.Errorf("a crossing with %d bytes cost %d", len(in), got)
	}
	p.program.Stdin = data
	if in, err = wire.Append(nil, int32(len(data))); err != nil {
		t.Fatal(err)
	}
	copy(view, in)
	before = p.in.FuelUsed()
	p.hostCall(ops["stdin.readSync"], 1<<20, uint32(len(in)), 0, 0)
	if got := p.in.FuelUsed() - before; got < maxStdin/64 {
		t.Errorf("an answer of %d bytes cost %d", maxStdin, got)
	}
}
