package jsengine_test

import (
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/wasmhost"
)

// inCheckpoint reports whether a slice ended within an operation of the host.
func inCheckpoint() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "(*Instance).Checkpoint") {
			return true
		}
		if !more {
			return false
		}
	}
}

// I2: an operation of the host that moves much ends slices, in each of its parts.
// Here every look at the clock ends one.
func TestI2HostWorkReturnsToGo(t *testing.T) {
	e := jsengine.TunedEngine(t, func(c *wasmhost.Config) { c.Slice = time.Nanosecond })
	const n = 1 << 20
	const big = "import fs from 'node:fs'; import nodeCrypto from 'node:crypto'; import zlib from 'node:zlib'; const n = 1 << 20; const bytes = new Uint8Array(n), text = 'x'.repeat(n), wide = '€'.repeat(n);\n"
	// What the arguments take to come over, and bytes to be moved, in pieces.
	const decoded, piece, files = n >> 16, n >> 16, n>>18 - 1
	tests := map[string]struct {
		code string
		want int
	}{
		"nothing much":       {"fs.writeFileSync('f', 'x'); fs.readFileSync('f')", 0},
		"text":               {"process.stdout.write(text)", decoded + piece - 1},
		"UTF-16":             {"process.stdout.write(wide)", 2*decoded + 3*piece - 2},
		"bytes":              {"process.stdout.write(bytes)", decoded + piece - 1},
		"writeFile":          {"fs.writeFileSync('f', bytes)", decoded + files},
		"write":              {"fs.writeSync(fs.openSync('f', 'w'), bytes)", decoded + files},
		"append":             {"fs.appendFileSync('f', bytes)", decoded + files},
		"read":               {"const fd = fs.openSync('f', 'w+'); fs.ftruncateSync(fd, n); fs.readSync(fd, bytes)", files + 2*piece},
		"readFile":           {"const fd = fs.openSync('f', 'w+'); fs.ftruncateSync(fd, n); fs.readFileSync('f')", files + 2*piece},
		"readdir":            {"for (let i = 0; i < 3000; i++) fs.writeFileSync('d' + i, ''); fs.readdirSync('.')", 3},
		"copyFile":           {"const fd = fs.openSync('f', 'w'); fs.ftruncateSync(fd, n); fs.copyFileSync('f', 'g')", files},
		"hash":               {"nodeCrypto.createHash('sha256').update(bytes)", decoded + piece - 1},
		"key of an HMAC":     {"nodeCrypto.createHmac('sha256', bytes).digest()", decoded + piece - 1},
		"random":             {"crypto.getRandomValues(new Uint8Array(65536)); nodeCrypto.randomFillSync(bytes)", piece - 1},
		"empty blocks":       {"zlib.inflateRawSync(Buffer.alloc(n, '000000ffff', 'hex'), { finishFlush: zlib.constants.Z_SYNC_FLUSH })", decoded + n>>15 - 1},
		"source of a module": {"fs.writeFileSync('m.mjs', '//' + text); await import('/workspace/m.mjs')", decoded + 2*files + piece},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := hostfuncs.NewWorkspace(hostfuncs.Config{})
			defer w.Release()
			got := 0
			var errs strings.Builder
			r, err := e.Run(t.Context(), &jsengine.Program{
				Code: big + tt.code, Language: "js", Files: w, Stderr: &errs, Stdout: &strings.Builder{},
				Limits: jsengine.Limits{Memory: 64 << 20, Output: 4 << 20, Timeout: time.Minute},
				Pace: func(time.Duration) time.Duration {
					if inCheckpoint() {
						got++
					}
					return 0
				},
			})
			if err != nil || r.ExitCode != 0 {
				t.Fatalf("%+v, %v, stderr %q", r, err, errs.String())
			}
			if got < tt.want || tt.want == 0 && got > 0 {
				t.Errorf("%d slices ended within the operation, want %d", got, tt.want)
			}
		})
	}
}

// slowFiles calls back where a workspace may take long.
type slowFiles struct {
	jsengine.Files
	called func()
}

func (f *slowFiles) ReadDir(p string) ([]fs.DirEntry, error) { f.called(); return f.Files.ReadDir(p) }
func (f *slowFiles) RemoveAll(p string) error                { f.called(); return f.Files.RemoveAll(p) }
func (f *slowFiles) Rename(a, b string) error                { f.called(); return f.Files.Rename(a, b) }

// I2: what may take long and cannot be cut lets others run meanwhile.
func TestI2LongCallsHoldNoTurn(t *testing.T) {
	e := jsengine.TunedEngine(t, func(c *wasmhost.Config) { c.Turns = 1 })
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	defer w.Release()
	calls := 0
	files := &slowFiles{Files: w, called: func() {
		calls++
		if r, err := e.Run(t.Context(), &jsengine.Program{Code: "export default 1", Language: "js"}); err != nil || string(r.Value) != "1" {
			t.Errorf("another program: %+v, %v", r, err)
		}
	}}
	var errs strings.Builder
	r, err := e.Run(t.Context(), &jsengine.Program{
		Code:     "import fs from 'node:fs'; fs.mkdirSync('d/e', { recursive: true }); fs.readdirSync('d'); fs.renameSync('d', 'f'); fs.rmSync('f', { recursive: true })",
		Language: "js", Files: files, Stderr: &errs,
	})
	if err != nil || r.ExitCode != 0 || calls != 3 {
		t.Fatalf("%+v, %v after %d calls, stderr %q", r, err, calls, errs.String())
	}
}

// I2: what the engine does in C is metered like all else: it spends fuel by length,
// and so slices end in it.
func TestI2CodecsAreMetered(t *testing.T) {
	const n = 1 << 20
	const given = "const n = 1 << 20; const bytes = Buffer.alloc(n, 0xe2), text = 'x'.repeat(n), hex = 'ab'.repeat(n / 2);\n"
	fuel := func(code string) int64 {
		var errs strings.Builder
		r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{Code: given + code, Language: "js", Stderr: &errs})
		if err != nil || r.ExitCode != 0 {
			t.Fatalf("%+v, %v, stderr %q", r, err, errs.String())
		}
		return r.Fuel
	}
	none := fuel("")
	for _, code := range []string{
		"bytes.toString('base64')", "Buffer.from(text, 'base64')", "bytes.toString('hex')", "Buffer.from(hex, 'hex')",
		"bytes.toString('latin1')", "Buffer.from(text, 'latin1')", "bytes.toString('utf16le')", "Buffer.from(text, 'utf16le')",
		"new TextDecoder().decode(bytes)", "new TextEncoder().encode(text)", "Buffer.byteLength(text)", "atob(text)", "btoa(text)",
		"structuredClone(bytes)", "bytes.equals(Buffer.alloc(n, 0xe2))", "bytes.indexOf('nothing')", "bytes.swap16()",
	} {
		if got := fuel(code) - none; got < n/64 { // a copy; more where each byte is looked at
			t.Errorf("%s of %d bytes spent %d", code, n, got)
		}
	}
}

// endsSlices runs a program, in a few engines at most, until none of its slices took longer than most.
func endsSlices(t *testing.T, tries int, most time.Duration, code string) {
	t.Helper()
	longest := time.Hour
	for range tries { // the system may stop a slice of any one for long
		e := jsengine.TunedEngine(t, func(*wasmhost.Config) {})
		var errs strings.Builder
		r, err := e.Run(t.Context(), &jsengine.Program{Code: code, Language: "js", Stderr: &errs})
		if err != nil || r.ExitCode != 0 {
			t.Fatalf("%+v, %v, stderr %q", r, err, errs.String())
		}
		if longest = min(longest, e.Stats().LongestSlice); longest <= most {
			return
		}
	}
	t.Errorf("the longest slice took %v at least", longest)
}

// I2: a block of brotli takes its encoder up to a second, for which others do not wait.
func TestI2BlocksHoldNoTurn(t *testing.T) {
	endsSlices(t, 3, 50*time.Millisecond, `import zlib from 'node:zlib'; zlib.brotliCompressSync(crypto.getRandomValues(new Uint8Array(65536)).toString().slice(0, 1 << 17).repeat(2));`)
}

// I2: a long URL is parsed and changed in a turn of its own, not in a slice.
func TestI2LongURLsEndNoSlice(t *testing.T) {
	endsSlices(t, 5, 150*time.Millisecond, `const path = 'a/'.repeat(1e6 - 100), u = new URL('http://a/');
u.pathname = path;
if (u.pathname.length !== path.length + 1 || new URL(u).pathname !== u.pathname) throw Error('another path');`)
}

// What a program writes counts once, also in pieces: the whole is tried out before.
func TestDirCountsGrowthOnce(t *testing.T) {
	d, err := hostfuncs.OpenDir(t.TempDir(), hostfuncs.DirConfig{Writable: true, MaxGrown: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run := func(code string) string {
		var errs strings.Builder
		r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{Code: "import fs from 'node:fs'; " + code, Language: "js", Files: d, Stderr: &errs})
		if err != nil {
			t.Fatal(err)
		}
		if r.ExitCode != 0 {
			return errs.String()
		}
		return ""
	}
	if said := run("fs.writeFileSync('/workspace/a', new Uint8Array(700_000))"); said != "" {
		t.Errorf("700 KB where 1 MB is allowed: %s", said)
	}
	if said := run("fs.writeFileSync('/workspace/b', new Uint8Array(400_000))"); !strings.Contains(said, "ENOSPC") {
		t.Errorf("400 KB more: %q", said)
	}
}
