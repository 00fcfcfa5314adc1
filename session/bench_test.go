package session

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
// What it takes beyond an empty program and the package's own evaluation, as its
// runInContext does it once more, is ms-beyond, in processor time.
func BenchmarkImportFromStore(b *testing.B) {
	reg := npmtest.New()
	b.Cleanup(reg.Close)
	p := npmtest.Package{Manifest: npmtest.Object{"name": "library", "version": "1.0.0", "main": "library.js"}, Files: map[string]string{}}
	if *packageDir == "" {
		p.Files["library.js"] = "exports.runInContext = () => [" + strings.Repeat("function (a, b) { return a.b === b ? `${a}` : [a, b].map(x => x + 1); },\n", 5000) + "];"
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
	// The least of some, since what others do on the machine only adds to it.
	least := func(code string) time.Duration {
		least := time.Hour
		for range 10 {
			least = min(least, run(code))
		}
		return least
	}
	first := run(imports)
	f.published.close()
	once := least(imports)
	evaluation := (least(imports+fmt.Sprintf("for (let i = 0; i < %d; i++) x.runInContext()", times)) - once) / times
	empty := least("export default 1")
	for _, where := range []string{"memory", "store"} {
		b.Run(where, func(b *testing.B) {
			least := time.Hour
			for range b.N {
				if where == "store" {
					engine.Forget("\x00published")
				}
				least = min(least, run(imports))
			}
			b.ReportMetric(float64(least-evaluation-empty)/1e6, "ms-beyond")
			b.ReportMetric(float64(evaluation)/1e6, "ms-evaluation")
			b.ReportMetric(float64(first-evaluation-empty)/1e6, "ms-first")
		})
	}
}
