package jsengine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/jsengine"
)

var packageDir = flag.String("package", "", "the folder of the package that BenchmarkImportPackage imports; a made-up one if empty")

// library is a CommonJS module with about as many functions, lines and names as
// the largest that programs commonly import as one file.
func library() []byte {
	var b strings.Builder
	b.WriteString(";(function() {\nvar root = this;\nvar runInContext = (function runInContext(context) {\n")
	for i := range 2_500 {
		fmt.Fprintf(&b, `
    /**
     * Gets what has the number %[1]d of a collection, and calls the function for each of its values.
     */
    function method%[1]d(collection, iteratee, accumulator) {
      var index = -1, length = collection == null ? 0 : collection.length;
      while (++index < length) {
        if (iteratee(collection[index], index, collection) === false) return accumulator['key%[1]d'];
      }
      return function wrapped%[1]d() { return method%[1]d(collection, iteratee, accumulator) || /^%[1]d\w+$/.test(index); };
    }
    context.method%[1]d = method%[1]d;
`, i)
	}
	b.WriteString("\ncontext.runInContext = () => runInContext({});\nreturn context;\n});\nmodule.exports = runInContext({ VERSION: '1' });\n}.call(this));\n")
	return []byte(b.String())
}

// BenchmarkImportPackage imports a large package in a fresh sandbox: when nothing
// is kept of it (first), and when the same scope imported it before (again). What
// it takes beyond an empty program and the package's own evaluation, as its
// runInContext does it once more, is ms-beyond, in processor time.
func BenchmarkImportPackage(b *testing.B) {
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	name, dir := "library", "/workspace/node_modules/library"
	put := func(path string, text []byte) {
		if err := w.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := w.WriteFile(path, text, os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if *packageDir == "" {
		put(dir+"/package.json", []byte(`{"name":"library","main":"library.js"}`))
		put(dir+"/library.js", library())
	} else {
		name = filepath.Base(*packageDir)
		dir = "/workspace/node_modules/" + name
		if err := filepath.WalkDir(*packageDir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err == nil {
				put(dir+strings.TrimPrefix(path, *packageDir), text)
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	run := func(code, scope string) time.Duration {
		var errs strings.Builder
		before := timing.Processor(b)
		r, err := jsengine.SharedEngine().Run(b.Context(), &jsengine.Program{Code: code, Language: "js", Files: w, Scope: scope, Stderr: &errs})
		took := timing.Processor(b) - before
		if err != nil || r.ExitCode != 0 {
			b.Fatalf("%+v, %v\n%s", r, err, errs.String())
		}
		return took
	}
	// The least of some, since what others do on the machine only adds to it.
	least := func(code string) time.Duration {
		least := time.Hour
		for range 20 {
			least = min(least, run(code, "again"))
		}
		return least
	}
	const times = 10
	imports, scopes := fmt.Sprintf("import x from %q; ", name), 0
	once := least(imports)
	evaluation := (least(imports+fmt.Sprintf("for (let i = 0; i < %d; i++) x.runInContext()", times)) - once) / times
	empty := least("export default 1")
	for _, kept := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[kept], func(b *testing.B) {
			least := time.Hour
			for range b.N {
				scope := "again"
				if !kept {
					scopes++
					scope = fmt.Sprint("first", scopes)
				}
				least = min(least, run(imports, scope))
			}
			beyond := least - evaluation - empty
			b.ReportMetric(float64(beyond)/1e6, "ms-beyond")
			b.ReportMetric(float64(evaluation)/1e6, "ms-evaluation")
		})
	}
}
