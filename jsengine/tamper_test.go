package jsengine_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

var (
	//go:embed testdata/tamper/walk.js
	tamperWalk string
	//go:embed testdata/tamper/exercise.js
	tamperExercise string
)

// tamperEnds are ways for a program to end, after all that it does.
var tamperEnds = map[string]string{
	"value":         "export default { a: [1, { b: 'c' }], d: null };",
	"error":         "throw new NewError('boom');",
	"error, nested": "(function outer() { (() => { null.x; })() })();",
	"a value":       "throw { not: ['an', 'error'] };",
	"rejection":     "call(reject, NewPromise, [new NewError('no one')]); await new NewPromise(r => after(r, 20));",
	"timer":         "after(() => { throw new NewError('late'); }, 1); await new NewPromise(r => after(r, 20));",
	"exit":          "exit(3);",
	"exit later":    "after(() => exit(4), 1); await new NewPromise(() => {});",
	"never":         "await new NewPromise(() => {});",
	"syntax":        "await import('./broken.mjs');",
}

// tampered runs the exercise with what is chosen replaced, and shows what the
// host sees of it.
func tampered(t testing.TB, f failer, end, mode, chosen string) string {
	f.Helper()
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	defer w.Release()
	for name, text := range map[string]string{
		"a.txt": "content", "data.json": `{"x": [1, 2]}`, "common.cjs": "const path = require('node:path'); module.exports = { c: path.sep }; exports.d = 1;", "broken.mjs": "let let = 1",
		"other.mjs": `import { readFileSync, writeFileSync } from "node:fs"; import { join } from "node:path"; import data from "./data.json";
			writeFileSync("/workspace/o", "o"); export const json = data; export const seen = readFileSync(join("/workspace", "a.txt"), "utf8");`,
	} {
		if err := w.WriteFile("/workspace/"+name, []byte(text), 0, 0o644); err != nil {
			f.Fatalf("%v", err)
		}
	}
	walk := fmt.Sprintf("const MODE = %q, CHOSEN = %s;\n", mode, chosen) + tamperWalk
	code := strings.Replace(strings.Replace(tamperExercise, "//WALK", walk, 1), "//END", tamperEnds[end], 1)
	var stdout, stderr bytes.Buffer
	r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{
		Code: code, Language: "js", Files: w, Stdout: &stdout, Stderr: &stderr,
		Funcs:  map[string]jsengine.HostFunc{"same": func(_ context.Context, arg json.RawMessage) (json.RawMessage, error) { return arg, nil }},
		Limits: jsengine.Limits{Fuel: 3e8, Timeout: time.Minute, Memory: 256 << 20},
	})
	if err != nil {
		f.Fatalf("%s, %s: %v", end, mode, err)
	}
	denied := ""
	if r.Denied != nil {
		denied = r.Denied.Error()
	}
	return fmt.Sprintf("exit code %d, limit %v, value %s, code %q, denied %q\n%s--\n%s--\n%s", r.ExitCode, r.Limit, r.Value, r.UncaughtCode, denied, stdout.String(), stderr.String(), dump(w))
}

// I4, I10: whatever a program replaces of all that it can reach, by what throws,
// never returns or tells, the runtime library calls none of it on its own: the
// host and other modules see what they see without it.
func TestI10EverythingTampered(t *testing.T) {
	for end := range tamperEnds {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			want := tampered(t, t, end, "none", "0")
			if !strings.Contains(want, "\nexit ") {
				t.Fatalf("without tampering it does not come to its end:\n%s", want)
			}
			for _, mode := range []string{"record", "throw", "loop"} {
				compareLines(t, mode, tampered(t, t, end, mode, "() => true"), want)
			}
		})
	}
}

// The same with any part of it: what one replacement hides, another does not.
func TestI10PartlyTampered(t *testing.T) {
	want := tampered(t, t, "error", "none", "0")
	rapid.Check(t, func(rt *rapid.T) {
		mode := rapid.SampledFrom([]string{"record", "throw", "loop"}).Draw(rt, "mode")
		seed := rapid.Uint32().Draw(rt, "seed")
		part := rapid.IntRange(1, 64).Draw(rt, "part")
		chosen := fmt.Sprintf("(i) => ((i + %d) * 2654435761 >>> 7) %% %d === 0", seed, part)
		if got := tampered(t, rt, "error", mode, chosen); got != want {
			rt.Fatalf("%s, %s: got:\n%s\nwant:\n%s", mode, chosen, got, want)
		}
	})
}

// compareLines reports the first line that differs.
func compareLines(t *testing.T, what, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("%s: line %d: got %q, want %q\n%s", what, i+1, a, b, got)
			return
		}
	}
}
