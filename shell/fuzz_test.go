package shell_test

import (
	"bytes"
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

// readers are tools that read what anyone may have written, in the files f and .gitignore.
var readers = []string{
	"sqlite3 f .dump .schema",
	"sqlite3 :memory: '.import --csv f t' '.mode box' 'select * from t' .dump",
	"sqlite3 :memory: '.read f'",
	"xxd -r f | od -c; xxd -r -p f | xxd",
	"rg -f f f; rg -Fof f f; rg -U 'a' f",
	"rg --files --hidden; tree -a --gitignore",
	"od -t x1acf4z f; strings f; hexdump -C f; xxd -e f; xxd -i f",
	"openssl base64 -d -in f; uuidgen -s -n @dns -N \"$(cat f)\"",
	"mapfile -t a < f; read -r x < f; read -a y < f; declare -n r=$x; alias \"$x\"; declare \"$x\"",
	"grep -wf f f; grep -cB9 '' f",
}

// FuzzReaders gives bytes to the tools that read them. Whatever they are, the tools end
// within their budget, give back all they held, and none fails but as a tool does.
func FuzzReaders(f *testing.F) {
	for i, seed := range []string{
		"SQLite format 3\x00\x10\x00\x01\x01\x00@  \x00\x00\x00\x01\x00\x00\x00\x01", "a,b\n\"x\"\"y\",\r\n\"", "select 1;\n.mode box\ncreate trigger t begin; end;\n.print", "0000: 41 42\n-5: 43\n7fffffffffffffff: 44",
		"(a|b)\\pL[x\n\\", "!a\n*.{b,c}\n/**/[!x]\\ \n[z-a]\n**", "\x00\xff\x7f\x01", "aGVs bG8=\n=", "a=b\n\\\x00 c", "",
	} {
		f.Add(byte(i), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		if len(data) > 4096 {
			return
		}
		const fuel, memory = 20_000_000, 16 << 20
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		line := readers[int(which)%len(readers)]
		hangs := time.AfterFunc(30*time.Second, func() { panic("it does not end: " + line) })
		defer hangs.Stop()
		s := newSystem(ctx, t, shell.BudgetConfig{Fuel: fuel, Memory: memory}, nil)
		for _, name := range []string{"f", ".gitignore"} {
			if err := s.files.WriteFile("/workspace/"+name, data, os.O_WRONLY|os.O_CREATE, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		out, errs := &bounded{}, &bounded{}
		p, _, _ := s.start(shell.Start{Line: line, Stdout: out, Stderr: errs, Dir: "/workspace"})
		<-p.Done()
		s.close()
		if used := s.budget.FuelUsed(); used > fuel && s.Err() == nil && ctx.Err() == nil {
			t.Errorf("%d units were spent of %d, and nothing ended it", used, fuel)
		}
		if printed := out.String() + errs.String(); strings.Contains(printed, "goroutine ") && !bytes.Contains(data, []byte("goroutine ")) {
			t.Errorf("%q was printed", printed)
		}
	})
}
