package jsengine_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// TestConformance runs a program for each part of the language that the engine
// says it has; so does it in the module as it was built, without metering, and with
// the collector at every allocation, which must lose nothing that is still in use.
// The engine as it is published runs them in engine/build's TestConformanceUpstream.
func TestConformance(t *testing.T) {
	const dir = "testdata/conformance"
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var programs []string
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.WriteFile("/workspace/"+f.Name(), text, os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(f.Name()) == ".js" {
			programs = append(programs, f.Name())
		}
	}
	if len(programs) < 10 {
		t.Fatalf("only %d programs", len(programs))
	}
	plain := jsengine.UnmeteredEngine(t)
	for _, name := range programs {
		for _, way := range []string{"", " collecting always", " not metered"} {
			t.Run(name+way, func(t *testing.T) {
				var out, errOut bytes.Buffer
				p := &jsengine.Program{Entry: "/workspace/" + name, Files: w, Stdout: &out, Stderr: &errOut, Limits: jsengine.Limits{Timeout: 2 * time.Minute}}
				var runner jsengine.Runner = jsengine.SharedEngine()
				switch way {
				case " collecting always":
					p.CollectAlways()
				case " not metered":
					runner = plain
				}
				r, err := runner.Run(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				if out.String() != "ok\n" || r.ExitCode != 0 {
					t.Errorf("exit code %d, stdout %q, stderr %q", r.ExitCode, out.String(), errOut.String())
				}
			})
		}
	}
}
