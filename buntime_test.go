package buntime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/buntime/buntime"
)

func TestMain(m *testing.M) {
	buntime.MaybeTransformer()
	var err error
	if cacheDir, err = os.MkdirTemp("", "buntime-test-"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(cacheDir); err != nil {
			panic(err)
		}
		os.Exit(code)
	}))
}

// cacheDir keeps the compiled engine for the tests.
var cacheDir string

// cached is cfg with that.
func cached(cfg buntime.Config) buntime.Config {
	cfg.CacheDir, cfg.CacheKey = cacheDir, []byte("key of this test")
	return cfg
}

func open(t testing.TB, cfg buntime.Config) *buntime.Runtime {
	t.Helper()
	rt, err := buntime.Open(t.Context(), cached(cfg))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(); err != nil {
			t.Error(err)
		}
	})
	return rt
}

func TestRun(t *testing.T) {
	rt := open(t, buntime.Config{})
	tests := map[string]struct {
		program buntime.Program
		value   string
		stdout  string
		exit    int
	}{
		"a value":            {program: buntime.Program{Source: "export default { a: [1, 'x'] }"}, value: `{"a":[1,"x"]}`},
		"a promise":          {program: buntime.Program{Source: "export default Promise.resolve(7)"}, value: "7"},
		"no value":           {program: buntime.Program{Source: "console.log('hi')"}, stdout: "hi\n"},
		"TypeScript":         {program: buntime.Program{Source: "const x: number = 1; export default x as any"}, value: "1"},
		"a non-zero exit":    {program: buntime.Program{Source: "process.exit(7)"}, exit: 7},
		"an uncaught error":  {program: buntime.Program{Source: "throw new Error('x')"}, exit: 1},
		"input":              {program: buntime.Program{Source: "export default import.meta.input.b", Input: map[string]any{"b": []int{1}}}, value: "[1]"},
		"no input":           {program: buntime.Program{Source: "export default typeof import.meta.input"}, value: `"undefined"`},
		"arguments":          {program: buntime.Program{Source: "export default process.argv.slice(2)", Args: []string{"a", "b"}}, value: `["a","b"]`},
		"environment":        {program: buntime.Program{Source: "export default process.env", Env: map[string]string{"A": "1"}}, value: `{"A":"1"}`},
		"no environment":     {program: buntime.Program{Source: "export default Object.keys(process.env).length"}, value: "0"},
		"an entry in Files":  {program: buntime.Program{Entry: "a/b.ts", Files: map[string][]byte{"a/b.ts": []byte("import { c } from './c.js'; export default c as number"), "a/c.js": []byte("export const c = 3")}}, value: "3"},
		"an fs.FS":           {program: buntime.Program{Source: "import d from './d.json'; export default d", FS: fstest.MapFS{"d.json": {Data: []byte("[1]")}}}, value: "[1]"},
		"Files over an FS":   {program: buntime.Program{Source: "import d from './d.json'; export default d", FS: fstest.MapFS{"d.json": {Data: []byte("[1]")}}, Files: map[string][]byte{"d.json": []byte("[2]")}}, value: "[2]"},
		"a directory":        {program: buntime.Program{Source: "import c from './c.js'; export default [process.cwd(), c]", Dir: "a", Files: map[string][]byte{"a/c.js": []byte("export default 3")}}, value: `["/workspace/a",3]`},
		"a clock":            {program: buntime.Program{Source: "export default Date.now()", Clock: func() time.Time { return time.UnixMilli(1234567890) }}, value: "1234567890"},
		"standard input":     {program: buntime.Program{Source: "export default (await Bun.stdin.text()).length", Stdin: []byte("abc")}, value: "3"},
		"no host unless any": {program: buntime.Program{Source: "export default typeof host"}, value: `"undefined"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res, err := rt.Run(t.Context(), tt.program)
			if err != nil {
				t.Fatal(err)
			}
			if string(res.Value) != tt.value || string(res.Stdout) != tt.stdout || res.ExitCode != tt.exit {
				t.Errorf("value %s, stdout %q, exit %d; want %s, %q, %d; stderr %s", res.Value, res.Stdout, res.ExitCode, tt.value, tt.stdout, tt.exit, res.Stderr)
			}
		})
	}
}

func TestRunErrors(t *testing.T) {
	rt := open(t, buntime.Config{})
	var limit *buntime.LimitError
	isLimit := func(kind string) func(error) bool {
		return func(err error) bool { return errors.As(err, &limit) && limit.Kind == kind && limit.Used >= limit.Limit }
	}
	denied := func(err error) bool {
		var d *buntime.DeniedError
		return errors.As(err, &d)
	}
	names := func(field string) func(error) bool {
		return func(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "buntime: "+field) }
	}
	tests := map[string]struct {
		program buntime.Program
		want    func(error) bool
		started bool
	}{
		"memory below zero":              {buntime.Program{Source: "1", Limits: buntime.Limits{Memory: -1}}, names("Limits.Memory is -1"), false},
		"fuel below zero":                {buntime.Program{Source: "1", Limits: buntime.Limits{Fuel: -1}}, names("Limits.Fuel is -1"), false},
		"a timeout below zero":           {buntime.Program{Source: "1", Limits: buntime.Limits{Timeout: -1}}, names("Limits.Timeout is -1"), false},
		"a disk below zero":              {buntime.Program{Source: "1", Limits: buntime.Limits{Disk: -1}}, names("Limits.Disk is -1"), false},
		"output below zero":              {buntime.Program{Source: "1", Limits: buntime.Limits{Output: -1}}, names("Limits.Output is -1"), false},
		"a language that is none":        {buntime.Program{Source: "1", Language: "cobol"}, names(`Program.Language is "cobol"`), false},
		"a variable with =":              {buntime.Program{Source: "1", Env: map[string]string{"A=B": ""}}, names(`Program.Env["A=B"]`), false},
		"a variable without a name":      {buntime.Program{Source: "1", Env: map[string]string{"": ""}}, names(`Program.Env[""]`), false},
		"a NUL in a variable":            {buntime.Program{Source: "1", Env: map[string]string{"A": "\x00"}}, names(`Program.Env["A"]`), false},
		"a file outside":                 {buntime.Program{Source: "1", Files: map[string][]byte{"../x": nil}}, names(`Program.Files["../x"]`), false},
		"a file that is the workspace":   {buntime.Program{Source: "1", Files: map[string][]byte{".": nil}}, names(`Program.Files["."]`), false},
		"two names of one file":          {buntime.Program{Source: "1", Files: map[string][]byte{"a": nil, "./a": nil}}, names(`Program.Files["a"]: names the same file as Program.Files["./a"]`), false},
		"a file that ends in a slash":    {buntime.Program{Source: "1", Files: map[string][]byte{"a/": nil}}, names(`Program.Files["a/"]`), false},
		"fuel":                           {buntime.Program{Source: "for(;;);", Limits: buntime.Limits{Fuel: 1e6}}, isLimit("fuel"), true},
		"time":                           {buntime.Program{Source: "for(;;);", Limits: buntime.Limits{Timeout: 50 * time.Millisecond}}, isLimit("time"), true},
		"memory":                         {buntime.Program{Source: "const a = []; for(;;) a.push(new ArrayBuffer(1 << 20))", Limits: buntime.Limits{Memory: 16 << 20}}, isLimit("memory"), true},
		"memory for the value":           {buntime.Program{Source: "export default 'x'.repeat(12 << 20)", Limits: buntime.Limits{Memory: 16 << 20}}, isLimit("memory"), true},
		"memory for an object":           {buntime.Program{Source: "export default { s: 'x'.repeat(12 << 20) }", Limits: buntime.Limits{Memory: 16 << 20}}, isLimit("memory"), true},
		"disk":                           {buntime.Program{Source: "import fs from 'fs'; for(let i = 0;; i++) fs.writeFileSync('f' + i, 'x'.repeat(1 << 16))", Limits: buntime.Limits{Disk: 1 << 20}}, isLimit("disk"), true},
		"a network that was not granted": {buntime.Program{Source: "await fetch('http://127.0.0.1:1/')"}, denied, true},
		"nothing to run":                 {buntime.Program{}, func(err error) bool { return err != nil }, false},
		"a directory that is none":       {buntime.Program{Source: "1", Dir: "none"}, func(err error) bool { return err != nil }, false},
		"a directory elsewhere":          {buntime.Program{Source: "1", Dir: "/etc"}, func(err error) bool { return err != nil }, false},
		"a path that leaves":             {buntime.Program{Entry: "../x.js"}, func(err error) bool { return err != nil }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res, err := rt.Run(t.Context(), tt.program)
			if !tt.want(err) {
				t.Errorf("err = %v", err)
			}
			if (res != nil) != tt.started {
				t.Errorf("res = %+v, started %v", res, tt.started)
			}
		})
	}
}

// What no Config can have is refused by Open, in words that name field, value and bound.
func TestConfig(t *testing.T) {
	for want, cfg := range map[string]buntime.Config{
		"buntime: Config.Memory is -1 bytes, at least 16777216":                  {Memory: -1},
		"buntime: Config.Memory is 1 bytes, at least 16777216":                   {Memory: 1},
		"buntime: Config.Programs is -1, below 0":                                {Programs: -1},
		"buntime: Config.CacheKey has 5 bytes, at least 16":                      {CacheDir: t.TempDir(), CacheKey: []byte("short")},
		"buntime: Config.MasterKey has 3 bytes, not 32":                          {MasterKey: []byte("abc")},
		`buntime: Config.Transformer: exec: "no-such-buntime": executable file `: {Transformer: "no-such-buntime"},
	} {
		rt, err := buntime.Open(t.Context(), cfg)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("err = %v, want %s", err, want)
		}
		if rt != nil {
			rt.Close()
		}
	}
}

func TestCancel(t *testing.T) {
	rt := open(t, buntime.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	started := buntime.Func(func(context.Context, int) (int, error) { cancel(); return 0, nil })
	_, err := rt.Run(ctx, buntime.Program{Source: "await host.started(1); for(;;);", Host: buntime.Host{"started": started}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func TestHostFunctions(t *testing.T) {
	rt := open(t, buntime.Config{})
	type point struct{ X, Y int }
	ended := make(chan struct{})
	host := buntime.Host{
		"swap": buntime.Func(func(_ context.Context, p point) (point, error) { return point{p.Y, p.X}, nil }),
		"fail": buntime.Func(func(context.Context, *int) (any, error) { return nil, errors.New("no such thing") }),
		"wait": buntime.Func(func(ctx context.Context, _ any) (any, error) { <-ctx.Done(); close(ended); return nil, ctx.Err() }),
	}
	res, err := rt.Run(t.Context(), buntime.Program{Host: host, Source: `
		host.wait(1)
		const errors = []
		for (const f of [() => host.fail(), () => host.swap('x'), () => host.swap(1n)])
			try { await f() } catch (e) { errors.push(e.name + ': ' + e.message) }
		const all = await Promise.all([1, 2, 3].map(X => host.swap({ X, Y: 0 })))
		console.log(Object.keys(host).sort().join(), typeof host.swap)
		console.log(JSON.stringify(all), JSON.stringify(errors))
		process.exit(0)`})
	if err != nil {
		t.Fatal(err)
	}
	<-ended // a function that waits is cancelled with its program
	out := string(res.Stdout)
	for _, want := range []string{"fail,swap,wait function", `[{"X":0,"Y":1},{"X":0,"Y":2},{"X":0,"Y":3}]`, "Error: no such thing", "TypeError: "} {
		if !strings.Contains(out, want) {
			t.Errorf("stdout %s; stderr %s; want %q in it", out, res.Stderr, want)
		}
	}
}

// A host function that ends its goroutine, as FailNow of a test does, fails for the guest.
func TestHostFunctionGoexit(t *testing.T) {
	rt := open(t, buntime.Config{})
	gone := buntime.Func(func(context.Context, any) (any, error) { runtime.Goexit(); return nil, nil })
	res, err := rt.Run(t.Context(), buntime.Program{
		Source: "export default await host.gone().catch(e => e.message)", Host: buntime.Host{"gone": gone},
		Limits: buntime.Limits{Timeout: 10 * time.Second},
	})
	var said string
	if err := errors.Join(err, res.Decode(&said)); err != nil || said != "internal error" {
		t.Errorf("%q, %v; want an internal error", said, err)
	}
}

func TestAllowNet(t *testing.T) {
	hits := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hits++; fmt.Fprint(w, "served") }))
	defer srv.Close()
	rt := open(t, buntime.Config{})
	source := fmt.Sprintf("export default await (await fetch(%q)).text()", srv.URL)
	if _, err := rt.Run(t.Context(), buntime.Program{Source: source}); err == nil || hits != 0 {
		t.Errorf("err = %v after %d requests, want a denial and none", err, hits)
	}
	addr := strings.TrimPrefix(srv.URL, "http://")
	res, err := rt.Run(t.Context(), buntime.Program{Source: source, Allow: buntime.Allow{Net: []string{addr}}})
	if err != nil || string(res.Value) != `"served"` || hits != 1 {
		t.Errorf("res = %+v, err = %v, %d requests", res, err, hits)
	}
}

// node:http says of a connection that nobody takes what Node says, whichever way it went.
func TestConnectionRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	rt := open(t, buntime.Config{})
	res, err := rt.Run(t.Context(), buntime.Program{
		Source: `
			import http from "node:http";
			import https from "node:https";
			const got = [];
			for (const get of [() => http.get("http://" + import.meta.input), () => https.get("https://" + import.meta.input)]) {
				const e = await new Promise((done) => get().on("error", done));
				got.push([e.name, e.message, Object.entries(e).flat().join(" ")]);
			}
			export default got;`,
		Input: addr, Allow: buntime.Allow{Net: []string{addr}},
	})
	if err != nil {
		t.Fatalf("%v; %s", err, res.Stderr)
	}
	var got [][3]string
	if err := res.Decode(&got); err != nil {
		t.Fatal(err)
	}
	port := addr[strings.LastIndexByte(addr, ':')+1:]
	for i, e := range got {
		want := [3]string{"Error", "connect ECONNREFUSED " + addr, "errno -111 code ECONNREFUSED syscall connect address 127.0.0.1 port " + port}
		if e != want {
			t.Errorf("%d: got %q, want %q", i, e, want)
		}
	}
}

func TestWritten(t *testing.T) {
	rt := open(t, buntime.Config{})
	res, err := rt.Run(t.Context(), buntime.Program{
		Source: "import fs from 'fs'; fs.writeFileSync('b', '2'); fs.mkdirSync('d'); fs.writeFileSync('d/c', '3'); fs.writeFileSync('/tmp/t', '4')",
		Files:  map[string][]byte{"a": []byte("1")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %s", res.Written, res.Files); got != "[b d/c] map[b:2 d/c:3]" {
		t.Errorf("written: %s", got)
	}
}

// I3: what a program wrote is charged while it is copied for the caller.
func TestI3WrittenIsCharged(t *testing.T) {
	rt := open(t, buntime.Config{Memory: 32 << 20})
	const code = `import fs from "node:fs"; for (const name of ["a", "b", "c"]) fs.ftruncateSync(fs.openSync(name, "w"), %d)`
	res, err := rt.Run(t.Context(), buntime.Program{Source: fmt.Sprintf(code, 16<<20)})
	if !errors.Is(err, buntime.ErrOverloaded) || res == nil || len(res.Written) != 3 || len(res.Files) > 1 {
		t.Errorf("48 MiB of zeros in a budget of 32: %v", err)
	}
	res, err = rt.Run(t.Context(), buntime.Program{Source: fmt.Sprintf(code, 1<<20)})
	if err != nil || len(res.Files) != 3 || len(res.Files["b"]) != 1<<20 {
		t.Errorf("3 MiB: %v", err)
	}
}

// With a seed and a clock, a run can be replayed exactly, the times of its files included.
func TestReplay(t *testing.T) {
	rt := open(t, buntime.Config{})
	const source = `import fs from 'fs'
		fs.writeFileSync('new', '')
		const times = fs.readdirSync('.').sort().map(name => [name, fs.statSync(name).mtimeMs, fs.statSync(name).ctimeMs])
		export default [Math.random(), crypto.randomUUID(), Date.now(), performance.now(), new Date().toISOString(), times, busy(), process.cpuUsage(),
			Bun.password.hashSync('x', { algorithm: 'bcrypt', cost: 4 }), Bun.password.hashSync('x', { algorithm: 'argon2id', memoryCost: 8, timeCost: 1 })]
		function busy() { let n = 0; while (n < 3e5) n++; return n }`
	for name, run := range map[string]func(buntime.Program) (*buntime.Result, error){
		"alone": func(p buntime.Program) (*buntime.Result, error) { return rt.Run(t.Context(), p) },
		"session": func(p buntime.Program) (*buntime.Result, error) {
			s, err := rt.Create(t.Context(), buntime.SessionConfig{})
			if err != nil {
				t.Fatal(err)
			}
			return s.Run(t.Context(), p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := func() string {
				tick := time.Unix(1_700_000_000, 0)
				res, err := run(buntime.Program{
					Source: source, Language: "js", Files: map[string][]byte{"a": nil, "b/c": nil},
					Seed: &[32]byte{1}, Clock: func() time.Time { tick = tick.Add(time.Millisecond); return tick },
				})
				if err != nil {
					t.Fatal(err)
				}
				if res.ExitCode != 0 || res.Value == nil {
					t.Fatalf("exit code %d: %s", res.ExitCode, res.Stderr)
				}
				return fmt.Sprint(string(res.Value), res.Fuel)
			}
			first := run()
			for range 5 {
				if again := run(); again != first {
					t.Fatalf("first %s\nthen  %s", first, again)
				}
			}
		})
	}
}

func TestSessions(t *testing.T) {
	dir, key := t.TempDir(), bytes.Repeat([]byte{7}, 32)
	cfg := buntime.Config{Data: dir, MasterKey: key}
	rt, err := buntime.Open(t.Context(), cached(cfg))
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Create(t.Context(), buntime.SessionConfig{Metadata: map[string]any{"user": 1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WriteFile(t.Context(), "n.txt", []byte("1")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 { // one after another, whoever asks
		wg.Go(func() {
			_, err := s.Run(t.Context(), buntime.Program{Source: "import fs from 'fs'; fs.writeFileSync('n.txt', String(1 + +fs.readFileSync('n.txt', 'utf8')))"})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := rt.Close(); err != nil {
		t.Fatal(err)
	}

	rt = open(t, cfg)
	if s, err = rt.Session(t.Context(), s.ID()); err != nil {
		t.Fatal(err)
	}
	if text, err := fs.ReadFile(s.Files(), "n.txt"); string(text) != "9" {
		t.Errorf("n.txt holds %q, %v after a restart, want 9", text, err)
	}
	if err := s.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.Session(t.Context(), s.ID()); !errors.Is(err, buntime.ErrNotFound) {
		t.Errorf("err = %v, want ErrNotFound", err)
	}
	if _, err := s.Run(t.Context(), buntime.Program{Source: "1"}); !errors.Is(err, buntime.ErrNotFound) {
		t.Errorf("err = %v, want ErrNotFound", err)
	}
}

// Of too many runs of one session at once, one more than may wait is refused.
func TestSessionOverloaded(t *testing.T) {
	rt := open(t, buntime.Config{})
	s, err := rt.Create(t.Context(), buntime.SessionConfig{})
	if err != nil {
		t.Fatal(err)
	}
	in, out := make(chan struct{}), make(chan struct{})
	hold := buntime.Func(func(context.Context, any) (any, error) {
		close(in)
		<-out
		return nil, nil
	})
	var runs sync.WaitGroup
	runs.Go(func() {
		if _, err := s.Run(t.Context(), buntime.Program{Source: "await host.hold()", Host: buntime.Host{"hold": hold}}); err != nil {
			t.Error(err)
		}
	})
	<-in
	const waiting = 32
	errs := make(chan error, waiting+1)
	for range waiting + 1 {
		runs.Go(func() {
			_, err := s.Run(t.Context(), buntime.Program{Source: "0", Language: "js"})
			errs <- err
		})
	}
	if err := <-errs; !errors.Is(err, buntime.ErrOverloaded) {
		t.Errorf("got %v", err)
	}
	close(out)
	for range waiting {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	runs.Wait()
}

// A session's errors are those that are documented: who is told that the runtime
// closed, that the session is gone, or that the disk is full, can branch on it. What a
// program did before it was cut short is told as well.
func TestSessionErrors(t *testing.T) {
	rt, err := buntime.Open(t.Context(), cached(buntime.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	var s *buntime.Session
	create := func(cfg buntime.SessionConfig) {
		t.Helper()
		if s, err = rt.Create(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
	}
	// endless runs a program that does not end, and calls during once it runs.
	endless := func(ctx context.Context, during func()) (*buntime.Result, error) {
		in := buntime.Func(func(context.Context, any) (any, error) {
			go during()
			return nil, nil
		})
		return s.Run(ctx, buntime.Program{Source: "console.log(1); host.in(); for (;;) await 0", Language: "js", Host: buntime.Host{"in": in}})
	}

	for disk, want := range map[int64]string{
		6 << 30: "buntime: SessionConfig.Disk is 6442450944 bytes, not between 1 and 5368709120",
		-1:      "buntime: SessionConfig.Disk is -1 bytes, not between 1 and 5368709120",
	} {
		if _, err := rt.Create(t.Context(), buntime.SessionConfig{Disk: disk}); err == nil || err.Error() != want {
			t.Errorf("err = %v, want %s", err, want)
		}
	}
	create(buntime.SessionConfig{Disk: 1 << 20})
	if _, err := s.Run(t.Context(), buntime.Program{Source: "1", Files: map[string][]byte{"../f": nil}}); err == nil || !strings.HasPrefix(err.Error(), `buntime: Program.Files["../f"]: `) {
		t.Errorf("a file outside: %v", err)
	}
	for want, p := range map[string]buntime.Program{
		`buntime: Program.Files["a"]: names the same file as Program.Files["./a"]`: {Source: "1", Files: map[string][]byte{"a": nil, "./a": nil}},
		`buntime: Program.Files["a/b"]: lies below`:                                {Source: "1", Files: map[string][]byte{"a": nil, "a/b": nil}},
		`buntime: Program.Dir: "none" is not a directory of the workspace`:         {Source: "1", Dir: "none"},
		`buntime: Program.Dir: "/etc" is outside /workspace`:                       {Source: "1", Dir: "/etc"},
	} {
		if _, err := s.Run(t.Context(), p); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("err = %v, want %s", err, want)
		}
	}
	var limit *buntime.LimitError
	big := make([]byte, 1<<20+1)
	if _, err := s.Run(t.Context(), buntime.Program{Source: "1", Files: map[string][]byte{"f": big}}); !errors.As(err, &limit) || limit.Kind != "disk" || limit.Limit != 1<<20 {
		t.Errorf("files that do not fit: %v", err)
	}
	limit = nil
	if err := s.WriteFile(t.Context(), "f", big); !errors.As(err, &limit) || limit.Kind != "disk" {
		t.Errorf("a file that does not fit: %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	if r, err := endless(ctx, cancel); !errors.Is(err, context.Canceled) || r == nil || string(r.Stdout) != "1\n" {
		t.Errorf("cancelled: %v, %v", r, err)
	}

	deleted := make(chan error, 1)
	if _, err := endless(t.Context(), func() { deleted <- s.Delete(context.Background()) }); !errors.Is(err, buntime.ErrNotFound) {
		t.Errorf("deleted meanwhile: %v, want ErrNotFound", err)
	}
	if err := <-deleted; err != nil {
		t.Error(err)
	}

	create(buntime.SessionConfig{})
	if _, err := endless(t.Context(), func() { deleted <- rt.Close() }); !errors.Is(err, buntime.ErrClosed) {
		t.Errorf("closed meanwhile: %v, want ErrClosed", err)
	}
	if err := <-deleted; err != nil {
		t.Error(err)
	}
	_, err = s.Run(t.Context(), buntime.Program{Source: "1"})
	_, ferr := fs.ReadFile(s.Files(), "f")
	for name, err := range map[string]error{
		"Run": err, "Files": ferr, "WriteFile": s.WriteFile(t.Context(), "f", nil), "Delete": s.Delete(t.Context()),
	} {
		if !errors.Is(err, buntime.ErrClosed) {
			t.Errorf("%s after Close: %v, want ErrClosed", name, err)
		}
	}
}

// What Files returned before its session went says so when a file is read.
func TestFilesOfGoneSessions(t *testing.T) {
	tests := map[string]struct {
		end  func(*buntime.Runtime, *buntime.Session) error
		want error
	}{
		"deleted": {func(_ *buntime.Runtime, s *buntime.Session) error { return s.Delete(context.Background()) }, buntime.ErrNotFound},
		"closed":  {func(rt *buntime.Runtime, _ *buntime.Session) error { return rt.Close() }, buntime.ErrClosed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rt := open(t, buntime.Config{})
			s, err := rt.Create(t.Context(), buntime.SessionConfig{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.WriteFile(t.Context(), "f", []byte("secret")); err != nil {
				t.Fatal(err)
			}
			files := s.Files()
			opened, err := files.Open("f")
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			if err := tt.end(rt, s); err != nil {
				t.Fatal(err)
			}
			if text, err := fs.ReadFile(files, "f"); !errors.Is(err, tt.want) || len(text) > 0 {
				t.Errorf("ReadFile = %q, %v; want %v", text, err, tt.want)
			}
			if n, err := opened.Read(make([]byte, 6)); !errors.Is(err, tt.want) || n > 0 {
				t.Errorf("Read = %d, %v; want %v", n, err, tt.want)
			}
			if _, err := s.Files().Open("f"); !errors.Is(err, tt.want) {
				t.Errorf("Open = %v, want %v", err, tt.want)
			}
		})
	}
}

// A limit that a program does not name is the same in a session as without one.
func TestSessionMemory(t *testing.T) {
	rt := open(t, buntime.Config{})
	s, err := rt.Create(t.Context(), buntime.SessionConfig{})
	if err != nil {
		t.Fatal(err)
	}
	hungry := buntime.Program{Source: "const a = []; for (let i = 0; i < 100; i++) a.push(new Uint8Array(1 << 20).fill(1))", Language: "js"}
	var limit *buntime.LimitError
	if _, err := s.Run(t.Context(), hungry); !errors.As(err, &limit) || limit.Kind != "memory" || limit.Limit != 64<<20 {
		t.Errorf("err = %v, want a limit of 64 MiB of memory", err)
	}
	hungry.Limits.Memory = 256 << 20
	if _, err := s.Run(t.Context(), hungry); err != nil {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	rt, err := buntime.Open(t.Context(), cached(buntime.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rt.Close(), rt.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.Run(t.Context(), buntime.Program{Source: "1"}); !errors.Is(err, buntime.ErrClosed) {
		t.Errorf("err = %v, want ErrClosed", err)
	}
	if _, err := rt.Create(t.Context(), buntime.SessionConfig{}); !errors.Is(err, buntime.ErrClosed) {
		t.Errorf("err = %v, want ErrClosed", err)
	}
}

// Close ends also those that wait, which have no next slice to end at, and a second
// call waits like the first.
func TestClosedWhileWaiting(t *testing.T) {
	for name, source := range map[string]string{
		"timer":         "setTimeout(() => {}, 1e6)",
		"host function": "await host.wait()",
		"sleep":         "Bun.sleepSync(1e6)",
		"atomic":        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
		"server":        "Bun.serve({ port: 3000, fetch: () => new Response() })",
		"worker":        "new Worker('data:text/javascript,setTimeout(() => {}, 1e6)')",
	} {
		t.Run(name, func(t *testing.T) {
			rt, err := buntime.Open(t.Context(), cached(buntime.Config{}))
			if err != nil {
				t.Fatal(err)
			}
			defer rt.Close()
			started, ended := make(chan struct{}), make(chan error, 1)
			go func() {
				_, err := rt.Run(t.Context(), buntime.Program{
					Source: "await host.start(); " + source, Language: "js",
					Host: buntime.Host{
						"start": buntime.Func(func(context.Context, any) (any, error) { close(started); return nil, nil }),
						"wait":  buntime.Func(func(ctx context.Context, _ any) (any, error) { <-ctx.Done(); return nil, ctx.Err() }),
					},
				})
				ended <- err
			}()
			<-started
			time.Sleep(20 * time.Millisecond) // for it to wait
			began := time.Now()
			closes := make(chan error, 2)
			for range cap(closes) {
				go func() {
					err := rt.Close()
					select {
					case err := <-ended:
						ended <- err
					case <-time.After(time.Second):
						t.Error("Close returned before the program did")
					}
					closes <- err
				}()
			}
			for range cap(closes) {
				if err := <-closes; err != nil {
					t.Error(err)
				}
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("Close took %v", took)
			}
			if err := <-ended; !errors.Is(err, buntime.ErrClosed) {
				t.Errorf("err = %v, want ErrClosed", err)
			}
		})
	}
}

// The same program with the same inputs spends the same fuel.
func TestFuelIsDeterministic(t *testing.T) {
	rt := open(t, buntime.Config{})
	p := buntime.Program{Source: `
		const m = new Map()
		for (let i = 0; i < 3000; i++) m.set('k' + i, { i, s: String(i).padStart(5) })
		const text: string = JSON.stringify([...m.values()].filter(v => v.i % 3).sort((a, b) => b.i - a.i))
		await new Promise(r => setTimeout(r, 1))
		export default text.replace(/\d+/g, d => d + d).length`}
	first := int64(0)
	for i := range 100 {
		res, err := rt.Run(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = res.Fuel
		}
		if res.Fuel != first || res.Fuel == 0 {
			t.Fatalf("run %d spent %d, the first %d", i, res.Fuel, first)
		}
	}
}

// No more programs run at once than the Runtime allows.
func TestPrograms(t *testing.T) {
	rt := open(t, buntime.Config{Programs: 1})
	nested := func(ctx context.Context, _ any) (int, error) {
		if _, err := rt.Run(ctx, buntime.Program{Source: "1"}); !errors.Is(err, buntime.ErrOverloaded) {
			t.Errorf("a second program: %v, want ErrOverloaded", err)
		}
		return 7, nil
	}
	for range 2 {
		res, err := rt.Run(t.Context(), buntime.Program{Source: "export default await host.nested()", Host: buntime.Host{"nested": buntime.Func(nested)}})
		if err != nil || string(res.Value) != "7" {
			t.Errorf("%+v, %v", res, err)
		}
	}
}
