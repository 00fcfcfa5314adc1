package jsengine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/wasmhost"
)

// I2, I12: whatever path a program gives, finding out where it leads ends no slice
// late and is on its bill: not through links with thousands of names in each, and not
// along folders that are to be made or that are missing.
func TestI2LongPathsEndNoSlice(t *testing.T) {
	const links = `import fs from 'node:fs';
fs.mkdirSync('end');
fs.symlinkSync('end', 'l0');
for (let i = 1; i < 39; i++) fs.symlinkSync('./'.repeat(2045) + 'l' + (i - 1), 'l' + i);
const caught = f => { try { f() } catch (e) { if (e.code !== 'ENAMETOOLONG' && e.code !== 'ENOENT') throw e } };
`
	tests := map[string]struct {
		code string
		fuel int64 // it takes at least so much
	}{
		"a long chain of links":      {"caught(() => fs.statSync('l38'))", 0},
		"folders beyond the chain":   {"caught(() => fs.mkdirSync('l38' + '/x'.repeat(2000), { recursive: true }))", 0},
		"folders beyond one link":    {"caught(() => fs.mkdirSync('l1' + '/x'.repeat(2000), { recursive: true }))", 4_000_000},
		"folders that are missing":   {"caught(() => fs.realpathSync('/workspace/' + './'.repeat(2000) + 'x'))", 0},
		"a path that is long itself": {"for (let i = 0; i < 1000; i++) caught(() => fs.statSync('end' + '/x'.repeat(2000)))", 4_000_000},
		"what is missing, natively":  {"for (let i = 0; i < 20; i++) caught(() => fs.realpathSync.native('end/x' + '/x'.repeat(2000)))", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			longest := time.Hour
			for range 5 { // the system may stop a slice of any one for long
				e := jsengine.TunedEngine(t, func(*wasmhost.Config) {})
				w := hostfuncs.NewWorkspace(hostfuncs.Config{})
				defer w.Release()
				var errs strings.Builder
				r, err := e.Run(t.Context(), &jsengine.Program{Code: links + tt.code, Language: "js", Files: w, Stderr: &errs})
				if err != nil || r.ExitCode != 0 {
					t.Fatalf("%+v, %v, stderr %q", r, err, errs.String())
				}
				if r.Fuel < tt.fuel {
					t.Fatalf("it took %d units of fuel, want %d", r.Fuel, tt.fuel)
				}
				if longest = min(longest, e.Stats().LongestSlice); longest <= 20*time.Millisecond {
					return
				}
			}
			t.Errorf("the longest slice took %v at least", longest)
		})
	}
}
