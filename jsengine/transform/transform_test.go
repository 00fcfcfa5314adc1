package transform

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/buntime/buntime/jsengine"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	MaybeServe()
	goleak.VerifyTestMain(m)
}

func newPool(t testing.TB, cfg Config) *Pool {
	t.Helper()
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestTransform(t *testing.T) {
	p := newPool(t, Config{})
	tests := map[string]struct {
		loader, source string
		want           string // the code, blank space aside
		syntax         string // part of the error
	}{
		"types go":                          {"ts", "let x: number = 1; export type T = string", "let x = 1;", ""},
		"enums become objects":              {"ts", "enum E { A }", "var E = /* @__PURE__ */ ((E2) => { E2[E2[\"A\"] = 0] = \"A\"; return E2; })(E || {});", ""},
		"unused imports go":                 {"ts", "import { T } from './t'; import './side'", "import \"./side\";", ""},
		"javascript is kept":                {"js", "import { T } from './t'; x < y > (z)", "import { T } from \"./t\"; x < y > z;", ""},
		"auto reads generics as TypeScript": {"auto", "f<T>(z)", "f(z);", ""},
		"auto falls back to TSX":            {"auto", "let a = <b>c</b>", "import { jsx } from \"react/jsx-runtime\"; let a = /* @__PURE__ */ jsx(\"b\", { children: \"c\" });", ""},
		"auto takes a TypeScript cast":      {"auto", "let a = <any>b", "let a = b;", ""},
		"the classic JSX pragma":            {"jsx", "/** @jsx h */ let a = <b/>", "let a = /* @__PURE__ */ h(\"b\", null);", ""},
		"decorators are lowered":            {"ts", "@d class A {}", "", ""},
		"using is the engine's":             {"ts", "using x = f()", "using x = f();", ""},
		"private fields are the engine's":   {"ts", "class A { #a = 1; static { f() } }", "class A { #a = 1; static { f(); } }", ""},
		"an error says where":               {"ts", "let x = 1;\nlet y = = 2", "", "Unexpected \"=\" (/workspace/a.ts:2:9)"},
		"auto reports what TypeScript said": {"auto", "let = = 1", "", "Unexpected \"=\""},
		"600 KB of brackets":                {"ts", strings.Repeat("[", 600<<10), "", "nested too deeply"},
		"unary minus":                       {"ts", strings.Repeat("- ", 600<<10) + "1", "", "nested too deeply"},
		"a language that does not exist":    {"coffee", "", "", ""},
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res, err := p.Transform(t.Context(), jsengine.TransformRequest{Source: []byte(tt.source), Path: "/workspace/a.ts", Loader: tt.loader, Scope: "s"})
			var syntax *jsengine.SyntaxError
			switch {
			case tt.loader == "coffee":
				if err == nil || errors.As(err, &syntax) {
					t.Fatalf("err = %v, want one of ours", err)
				}
			case tt.syntax != "":
				if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tt.syntax) {
					t.Fatalf("err = %v, want a syntax error with %q", err, tt.syntax)
				}
			case err != nil:
				t.Fatal(err)
			case tt.want != "" && squeeze(string(res.Code)) != tt.want:
				t.Errorf("got  %s\nwant %s", squeeze(string(res.Code)), tt.want)
			case !bytes.Contains(res.Map, []byte(`"version": 3`)):
				t.Errorf("no source map: %s", res.Map)
			case bytes.Contains(res.Code, []byte("@d")):
				t.Errorf("decorators are left: %s", res.Code)
			}
		})
	}
}

// A child sees nothing of its parent: no environment, no working directory.
func TestChildEnvironment(t *testing.T) {
	t.Setenv("BUNTIME_TEST_SECRET", "secret")
	p := newPool(t, Config{})
	if _, err := p.Transform(t.Context(), jsengine.TransformRequest{Source: []byte("1"), Loader: "ts"}); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	pid := p.idle[0].cmd.Process.Pid
	p.mu.Unlock()
	if runtime.GOOS != "linux" {
		t.Skip("no /proc here")
	}
	env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(env, []byte("SECRET")) || bytes.Contains(env, []byte("PATH=")) {
		t.Errorf("the child's environment holds the parent's: %q", env)
	}
	fds, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		to, _ := os.Readlink("/proc/" + strconv.Itoa(pid) + "/fd/" + fd.Name())
		if !strings.HasPrefix(to, "pipe:") && !strings.HasPrefix(to, "/dev/null") && !strings.HasPrefix(to, "anon_inode:") && !strings.HasPrefix(to, "/sys/") {
			t.Errorf("the child holds %s", to)
		}
	}
}

// While one scope parses bombs with all it may use, another is served.
func TestBombsDoNotStopOthers(t *testing.T) {
	p := newPool(t, Config{Workers: 2})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, _ = p.Transform(ctx, jsengine.TransformRequest{Source: []byte(strings.Repeat("{", 20000) + strings.Repeat("}", 20000)), Loader: "ts", Scope: "bomber"})
		})
	}
	for i := range 20 {
		src := strings.Repeat("let x: number;", i+1)
		if _, err := p.Transform(t.Context(), jsengine.TransformRequest{Source: []byte("{" + src + "}"), Loader: "js", Scope: "other"}); err == nil {
			t.Fatal("types passed as JavaScript")
		}
	}
	stop()
	wg.Wait()
}

// A program that is no transformer is ours to put right: no source is to blame for it.
func TestAnotherProgram(t *testing.T) {
	for name, program := range map[string]string{"says nothing": "true", "says something": "echo"} {
		t.Run(name, func(t *testing.T) {
			command, err := exec.LookPath(program)
			if err != nil {
				t.Fatal(err)
			}
			p := newPool(t, Config{Command: command})
			_, err = p.Transform(t.Context(), jsengine.TransformRequest{Source: []byte("let x: number"), Loader: "ts"})
			var syntax *jsengine.SyntaxError
			if err == nil || errors.As(err, &syntax) || !strings.Contains(err.Error(), "the program is no transformer of this version: "+command) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestCancelKillsTheChild(t *testing.T) {
	p := newPool(t, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := p.Transform(ctx, jsengine.TransformRequest{Source: []byte(strings.Repeat("a=>", 20000) + "0"), Loader: "ts"})
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func TestClosed(t *testing.T) {
	p := newPool(t, Config{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Transform(t.Context(), jsengine.TransformRequest{Source: []byte("1"), Loader: "ts"}); !errors.Is(err, jsengine.ErrClosed) {
		t.Errorf("err = %v, want ErrClosed", err)
	}
}

// Whatever bytes arrive, a frame is read or refused, and what was read writes
// back to the same bytes.
func FuzzFrames(f *testing.F) {
	var buf bytes.Buffer
	_ = writeReply(&buf, reply{Code: []byte("x"), Map: []byte("{}"), Err: &failure{Message: "m", Line: 1, Column: 2, Text: "t"}})
	f.Add(buf.Bytes())
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	buf.Reset()
	_ = writeFields(&buf, []byte("x"), []byte("p"), nil, []byte{2}, []byte("1"))
	f.Add(buf.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if rep, err := readReply(bytes.NewReader(data)); err == nil {
			var out bytes.Buffer
			if err := writeReply(&out, rep); err != nil {
				t.Fatal(err)
			}
			if rep.Err != nil && !bytes.HasPrefix(data, out.Bytes()) {
				t.Errorf("read %x, wrote %x", data, out.Bytes())
			}
		}
		if req, err := readRequest(bytes.NewReader(data)); err == nil {
			var out bytes.Buffer
			if err := writeRequest(&out, req); err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(data, out.Bytes()) {
				t.Errorf("read %x, wrote %x", data, out.Bytes())
			}
		}
	})
}

func BenchmarkTransform(b *testing.B) {
	p := newPool(b, Config{})
	src := []byte("import { readFileSync } from 'node:fs';\nconst x: string = readFileSync('a', 'utf8');\nconsole.log(x as any);\n")
	for _, cached := range []bool{false, true} {
		name := map[bool]string{false: "fresh", true: "cached"}[cached]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Transform(b.Context(), jsengine.TransformRequest{Source: src, Loader: "ts", Scope: "s"}); err != nil {
					b.Fatal(err)
				}
				if !cached {
					p.Forget("s")
				}
			}
		})
	}
}

// What Bun.Transpiler asks for besides.
func TestTranspilerOptions(t *testing.T) {
	p := newPool(t, Config{})
	r, err := p.Transform(t.Context(), jsengine.TransformRequest{
		Source: []byte("import a from 'a';\nconst x: string = NAME;"), Path: "input.ts", Loader: "ts",
		Compiler: `{"verbatimModuleSyntax":true,"bun:transpiler":{"define":{"NAME":"\"n\""},"minifyWhitespace":true}}`,
	})
	if got := string(r.Code); err != nil || got != `import a from"a";const x="n";`+"\n" {
		t.Errorf("%q, %v", got, err)
	}
}
