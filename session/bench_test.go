package session

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/npm"
)

var packageDir = flag.String("package", "", "the folder of the package, with its package.json, that BenchmarkImportFromStore imports; a made-up one if empty")

// BenchmarkImportFromStore imports a package in a session that has just installed
// it, and ran nothing before, where another tenant has imported it: with what is
// kept of that in memory, and with what is kept in the store, as after a restart.
// What it takes beyond an empty program and the evaluation of the package's file,
// as running the same function again and again gives it, is ms-beyond, in processor
// time: the median of what each round gives.
func BenchmarkImportFromStore(b *testing.B) {
	reg := npmtest.New()
	b.Cleanup(reg.Close)
	p := npmtest.Package{Manifest: npmtest.Object{"name": "library", "version": "1.0.0", "main": "library.js"}, Files: map[string]string{}}
	if *packageDir == "" {
		p.Files["library.js"] = "exports.all = [" + strings.Repeat("function (a, b) { return a.b === b ? `${a}` : [a, b].map(x => x + 1); },\n", 5000) + "];"
	} else {
		err := filepath.WalkDir(*packageDir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "package.json" {
				return err
			}
			text, err := os.ReadFile(path)
			p.Files[strings.TrimPrefix(path, *packageDir+"/")] = string(text)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		p.Manifest["main"] = filepath.Base(*packageDir) + ".js"
	}
	reg.Add(p)
	f := open(b, b.TempDir(), func(c *Config) { c.Packages, c.MaxSessions = npm.Config{Registry: reg.URL}, 1<<20 })
	tenants := 0
	run := func(code string) time.Duration {
		tenants++
		tenant := fmt.Sprint("t", tenants)
		id := f.tenantSession(tenant)
		if r := f.command(tenant, id, "bun add library"); r.ExitCode != 0 {
			b.Fatalf("%+v", r)
		}
		before := timing.Processor(b)
		r, err := f.Execute(b.Context(), tenant, id, &Execution{Code: code, Language: "js"})
		took := timing.Processor(b) - before
		if err != nil || r.ExitCode != 0 {
			b.Fatalf("%+v, %v", r, err)
		}
		if err := f.Delete(b.Context(), tenant, id); err != nil {
			b.Fatal(err)
		}
		return took
	}
	const times = 10
	imports := "import x from 'library'; "
	evaluates := func(times int) string {
		return fmt.Sprintf("import fs from 'node:fs'; const f = new Function('exports', 'module', 'require', fs.readFileSync(require.resolve('library'), 'utf8'));"+
			"for (let i = 0; i < %d; i++) { const m = { exports: {} }; f.call(m.exports, m.exports, m, require) }", times)
	}
	first := run(imports)
	f.published.close()
	median := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/2]) / 1e6
	}
	for _, where := range []string{"memory", "store"} {
		b.Run(where, func(b *testing.B) {
			var beyond, evaluation []time.Duration
			for range b.N {
				empty := run("export default 1")
				if where == "store" {
					engine.Forget("\x00published")
				}
				imported := run(imports)
				once := run(evaluates(1))
				evaluated := (run(evaluates(1+times)) - once) / times
				evaluation = append(evaluation, evaluated)
				beyond = append(beyond, imported-evaluated-empty)
			}
			b.ReportMetric(median(beyond), "ms-beyond")
			b.ReportMetric(median(evaluation), "ms-evaluation")
			b.ReportMetric(float64(first)/1e6, "ms-first")
		})
	}
}
