package jsengine_test

import (
	"bytes"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// TestExitIsTheEnd: nothing that anyone could see happens after process.exit,
// also where an async function or a generator swallowed it.
func TestExitIsTheEnd(t *testing.T) {
	const swallow = "import fs from 'node:fs'; async function end() { process.exit(6) }\n"
	tests := map[string]string{
		"straight line":      "end(); let a = 1; a += 2; globalThis.a = a; fs.writeFileSync('no', 'x')",
		"loop":               "end(); for (;;);",
		"loop that prints":   "end(); for (;;) console.log('no')",
		"recursion":          "end(); (function f() { f() })()",
		"try":                "end(); try { console.log('no') } catch { fs.writeFileSync('no', 'x') } finally { fs.writeFileSync('no', 'x') }",
		"getter":             "end(); ({get x() { fs.writeFileSync('no', 'x') }}).x",
		"module scope":       "end(); export default fs.writeFileSync('no', 'x')",
		"value":              "end(); export default 1",
		"await":              "end(); await 0; fs.writeFileSync('no', 'x')",
		"awaited":            "await end(); fs.writeFileSync('no', 'x')",
		"then":               "end().then(() => fs.writeFileSync('no', 'x'), () => fs.writeFileSync('no', 'x')).finally(() => fs.writeFileSync('no', 'x')); await new Promise(() => {})",
		"started before":     "const p = fs.promises.writeFile('later', 'x'); end(); await p; fs.writeFileSync('no', 'x')",
		"started after":      "end(); fs.promises.writeFile('no', 'x')",
		"timer":              "setTimeout(() => fs.writeFileSync('no', 'x')); end()",
		"microtask":          "queueMicrotask(() => fs.writeFileSync('no', 'x')); end()",
		"rejection":          "Promise.reject(1); end()",
		"uncaught":           "end(); throw new Error('no')",
		"exit again":         "end(); process.exit(7)",
		"exitCode":           "end(); process.exitCode = 8",
		"exit listener":      "process.on('exit', c => { if (c !== 6) fs.writeFileSync('no', 'x'); end(); fs.writeFileSync('no', 'x') }); end()",
		"async generator":    "async function* g() { yield process.exit(6) } g().next(); fs.writeFileSync('no', 'x')",
		"promise executor":   "new Promise(() => process.exit(6)); fs.writeFileSync('no', 'x')",
		"promise.try":        "Promise.try(() => process.exit(6)); fs.writeFileSync('no', 'x')",
		"iterator's closing": "function* g() { try { yield 1 } finally { fs.writeFileSync('no', 'x') } } for (const x of g()) end()",
		"using":              "{ using a = {[Symbol.dispose]() { fs.writeFileSync('no', 'x') }}; process.exit(6) }",
	}
	for name, code := range tests {
		t.Run(name, func(t *testing.T) {
			w := hostfuncs.NewWorkspace(hostfuncs.Config{})
			var out, errOut bytes.Buffer
			r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{Code: swallow + code, Language: "js", Files: w, Stdout: &out, Stderr: &errOut, Limits: jsengine.Limits{Fuel: 1e8}})
			if err != nil {
				t.Fatal(err)
			}
			if r.ExitCode != 6 || r.Limit != nil || r.Value != nil {
				t.Errorf("exit code %d, limit %v, value %s; want 6 and nothing else", r.ExitCode, r.Limit, r.Value)
			}
			if out.Len() > 0 || errOut.Len() > 0 {
				t.Errorf("printed %q and %q", out.String(), errOut.String())
			}
			if _, err := w.Stat("/workspace/no"); err == nil {
				t.Error("a file was written")
			}
		})
	}
}
