package session

import (
	"encoding/json"
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

var treeDir = flag.String("tree", "", "the folder, with package-lock.json and node_modules as npm made them, whose packages BenchmarkInstallAgain installs; if empty, packages of express's tree with made-up files")

const expressTree = "../testdata/packages/express"

// publishTree publishes what a lockfile of npm's lists, with the files that its
// node_modules has, or as many and as large ones as express's tree has: 611 files
// of 2.9 MB. It returns the
// project's package.json.
func publishTree(b *testing.B, reg *npmtest.Registry, dir string) string {
	b.Helper()
	real := dir != ""
	if !real {
		dir = expressTree
	}
	text, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		b.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		b.Fatal(err)
	}
	var doc struct {
		Packages map[string]npmtest.Object `json:"packages"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		b.Fatal(err)
	}
	for at, m := range doc.Packages {
		if at == "" {
			continue
		}
		i := strings.LastIndex(at, "node_modules/")
		p := npmtest.Package{Manifest: npmtest.Object{"name": at[i+len("node_modules/"):]}, Files: map[string]string{}}
		for _, key := range []string{"version", "license", "dependencies", "optionalDependencies", "peerDependencies", "engines", "bin"} {
			if m[key] != nil {
				p.Manifest[key] = m[key]
			}
		}
		if real {
			root := filepath.Join(dir, at)
			err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.Name() == "package.json" && filepath.Dir(path) == root {
					return err
				}
				if d.IsDir() {
					if d.Name() == "node_modules" {
						return fs.SkipDir
					}
					return nil
				}
				data, err := os.ReadFile(path)
				p.Files[strings.TrimPrefix(path, root+"/")] = string(data)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		} else {
			for n, size := range []int{300, 700, 1100, 1100, 2000, 4000, 8000, 25_000} {
				p.Files[fmt.Sprintf("lib/file-%d.js", n)] = strings.Repeat(fmt.Sprintf("// %s %d\n", at, n), size/(len(at)+6))
			}
		}
		reg.Add(p)
	}
	return string(manifest)
}

// BenchmarkInstallAgain installs express's tree in a session where another one
// has: ms is how long that command takes, the median, ms-first how long the first one
// of all did, which fetched everything; ms-processor is processor time. "kept" has the packages' names in memory,
// "store" reads them from the store, as after a restart.
func BenchmarkInstallAgain(b *testing.B) {
	reg := npmtest.New()
	b.Cleanup(reg.Close)
	reg.MaxAge = "max-age=300"
	project := publishTree(b, reg, *treeDir)
	f := open(b, b.TempDir(), func(c *Config) { c.Packages, c.MaxSessions = npm.Config{Registry: reg.URL}, 1<<20 })
	tenants := 0
	// run returns the time and the processor time of a command, and the lockfile after it.
	run := func(setup, line string) (took, used time.Duration, lock string) {
		tenants++
		tenant := fmt.Sprint("t", tenants)
		id := f.tenantSession(tenant)
		if setup != "" {
			if r := f.command(tenant, id, setup); r.ExitCode != 0 {
				b.Fatalf("%+v", r)
			}
		}
		begun, before := time.Now(), timing.Processor(b)
		r := f.command(tenant, id, line)
		took, used = time.Since(begun), timing.Processor(b)-before
		if r.ExitCode != 0 {
			b.Fatalf("%+v", r)
		}
		lock = f.command(tenant, id, "cat package-lock.json").Stdout
		if err := f.Delete(b.Context(), tenant, id); err != nil {
			b.Fatal(err)
		}
		return took, used, lock
	}
	put := func(name, text string) string { return "cat > " + name + " <<'END'\n" + text + "\nEND\n" }
	first, _, lock := run("", "npm install express")
	locked := put("package.json", project) + put("package-lock.json", lock)
	for _, c := range []struct{ name, setup, line string }{
		{"ci", locked, "npm ci"}, {"install", locked, "npm install"}, {"nolock", put("package.json", project), "npm install"}, {"add", "", "npm install express"},
	} {
		for _, where := range []string{"kept", "store"} {
			b.Run(c.name+"/"+where, func(b *testing.B) {
				var all, cpu []time.Duration
				for b.Loop() {
					if where == "store" {
						f.packages.mu.Lock()
						for name := range f.packages.kept {
							f.packages.forgetLocked(name)
						}
						f.packages.mu.Unlock()
					}
					took, used, _ := run(c.setup, c.line)
					all, cpu = append(all, took), append(cpu, used)
				}
				slices.Sort(all)
				slices.Sort(cpu)
				b.ReportMetric(float64(all[len(all)/2])/1e6, "ms")
				b.ReportMetric(float64(first)/1e6, "ms-first")
				b.ReportMetric(float64(cpu[len(cpu)/2])/1e6, "ms-processor")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
