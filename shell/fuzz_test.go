package shell_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/shell"
)

// canary is in a file and in the environment of the process that runs the test,
// neither of which a command line may see.
const canary = "dJ3kLq9canaryZx81"

// bounded is a standard output that keeps little.
type bounded struct{ buffer }

func (b *bounded) WriteContext(ctx context.Context, p []byte) (int, error) {
	if len(b.String()) > 64<<10 {
		return 0, shell.ErrPipe
	}
	return b.buffer.WriteContext(ctx, p)
}

// more adds the scripts and attacks of the repository.
func more(f *testing.F) {
	scripts, err := filepath.Glob("../testdata/compat/shell/*.sh")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range scripts {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	text, err := os.ReadFile("../testdata/attacks/shell.json")
	if err != nil {
		f.Fatal(err)
	}
	var attacks []struct{ Command string }
	if err := json.Unmarshal(text, &attacks); err != nil {
		f.Fatal(err)
	}
	for _, a := range attacks {
		f.Add(a.Command)
	}
}

// FuzzShell runs command lines that nobody meant. Whatever one is, it ends
// within its budget, gives back all it held, leaves no goroutine, and neither
// sees nor changes anything outside of the workspace.
func FuzzShell(f *testing.F) {
	for _, file := range specs(f) {
		for _, r := range rules(f, file) {
			f.Add(r.script)
		}
	}
	if flag.Lookup("test.fuzz").Value.String() != "" { // else others run them
		more(f)
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte(canary), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 4096 {
			return
		}
		t.Chdir(dir)
		t.Setenv("CANARY", canary)
		const fuel, memory = 1_000_000, 4 << 20
		before := runtime.NumGoroutine()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		hangs := time.AfterFunc(30*time.Second, func() { panic("it does not end: " + line) })
		defer hangs.Stop()
		s := newSystem(ctx, t, shell.BudgetConfig{Fuel: fuel, Memory: memory}, nil)
		out, errs := &bounded{}, &bounded{}
		p, _, _ := s.start(shell.Start{Line: line, Stdout: out, Stderr: errs, Stdin: input{strings.NewReader("a b\nc\n")}})
		<-p.Done()
		s.close()
		if used := s.budget.FuelUsed(); used > fuel && s.Err() == nil && ctx.Err() == nil {
			t.Errorf("%d units were spent of %d, and nothing ended it", used, fuel)
		}
		printed := out.String() + errs.String()
		for _, secret := range []string{canary, dir, "goroutine ", "runtime error"} {
			if strings.Contains(printed, secret) && !strings.Contains(line, secret) {
				t.Errorf("%q was printed", secret)
			}
		}
		if list, err := os.ReadDir("."); err != nil || len(list) != 1 {
			t.Errorf("the folder of the process has %d files, %v", len(list), err)
		}
		if list, err := s.files.ReadDir("/"); err != nil || len(list) != 2 {
			t.Errorf("the root has %d files, %v", len(list), err)
		}
		for i := 0; runtime.NumGoroutine() > before; i++ { // those that are told to end, do
			if i > 10_000 {
				buf := make([]byte, 1<<20)
				t.Fatalf("goroutines are left:\n%s", buf[:runtime.Stack(buf, true)])
			}
			time.Sleep(time.Millisecond)
		}
	})
}
