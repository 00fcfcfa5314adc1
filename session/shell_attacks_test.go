package session

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// attack is one entry of testdata/attacks/shell.json and process.json.
type attack struct {
	Name     string
	Command  string
	Generate *generated                 // the command, if it is not written out
	Files    map[string]json.RawMessage // see attackFile
	Fuel     int64

	Exit      *int     // the exit code
	Stdout    *string  // all of standard output
	Contains  string   // in standard output
	Stderr    string   // in standard error
	Never     []string // in neither
	Secrets   bool     // neither holds anything of this process's environment
	Limit     string   // the limit that ends it
	AnyOf     []string // one of these limits ends it
	OrExit    *int     // or it ends by itself with this code
	Truncated bool     // its output is cut
}

// generated is a text of a part that is repeated: prefix, part, count, suffix.
type generated string

func (g *generated) UnmarshalJSON(b []byte) error {
	var parts [4]any
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	n, ok := parts[2].(float64)
	if !ok {
		return errors.New("the third part is a count")
	}
	*g = generated(fmt.Sprint(parts[0]) + strings.Repeat(fmt.Sprint(parts[1]), int(n)) + fmt.Sprint(parts[3]))
	return nil
}

// attackFile makes a file of what the table says of it.
func attackFile(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var g generated
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &g); err != nil {
			t.Fatal(err)
		}
		return []byte(g)
	}
	var spec struct {
		Tar      [][2]string
		TgzBomb  int64
		GzBomb   int64
		TarLie   int64
		TgzNames int
		zipSpec
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	if b := spec.archive(t); b != nil {
		return b
	}
	var out bytes.Buffer
	var w io.WriteCloser = nopCloser{&out}
	if spec.TgzBomb+spec.GzBomb > 0 || spec.TgzNames > 0 {
		w = gzip.NewWriter(&out)
	}
	zeros := func(w io.Writer, n int64) {
		if _, err := io.CopyN(w, zeroReader{}, n); err != nil {
			t.Fatal(err)
		}
	}
	// A bomb repeats the same compressed block; what matters is what it becomes.
	switch {
	case spec.GzBomb > 0:
		zeros(w, min(spec.GzBomb, 96<<20))
	default:
		tw := tar.NewWriter(w)
		head := func(h *tar.Header) {
			h.Mode = 0o644
			if err := tw.WriteHeader(h); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range spec.Tar {
			name, what := e[0], e[1]
			switch {
			case strings.HasPrefix(what, "->"):
				head(&tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: what[2:]})
			case strings.HasPrefix(what, "=>"):
				head(&tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: what[2:]})
			case what == "!dev":
				head(&tar.Header{Name: name, Typeflag: tar.TypeBlock, Devmajor: 8})
			case what == "!fifo":
				head(&tar.Header{Name: name, Typeflag: tar.TypeFifo})
			default:
				head(&tar.Header{Name: name, Size: int64(len(what))})
				_, _ = io.WriteString(tw, what)
			}
		}
		for i := range spec.TgzNames {
			head(&tar.Header{Name: fmt.Sprintf("f%d", i)})
		}
		if n := min(spec.TgzBomb, 96<<20); n > 0 {
			head(&tar.Header{Name: "bomb", Size: n})
			zeros(tw, n)
		}
		if spec.TarLie > 0 {
			head(&tar.Header{Name: "lie", Size: spec.TarLie, Format: tar.FormatGNU})
			_, _ = io.WriteString(tw, "short")
			_ = tw.Flush()
			return out.Bytes()
		}
		if err := tw.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestI12ShellAttacks runs the tables of hostile command lines, and of programs
// that start others. Each ends as the
// table says, and says nothing of the host.
func TestI12ShellAttacks(t *testing.T) {
	var attacks []attack
	for _, name := range []string{"shell", "process"} {
		b, err := os.ReadFile("../testdata/attacks/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var list []attack
		if err := json.Unmarshal(b, &list); err != nil {
			t.Fatal(err)
		}
		attacks = append(attacks, list...)
	}
	t.Setenv("SECRET_OF_HOST", "SECRET_OF_HOST")
	f := open(t, t.TempDir(), nil)
	for _, a := range attacks {
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			command := a.Command
			if a.Generate != nil {
				command = string(*a.Generate)
			}
			// What runs into the limit of time need not run long. Those that end by
			// themselves have all the time that a busy machine takes for them.
			timeout := time.Minute
			if a.Limit == "time" || slices.Contains(a.AnyOf, "time") {
				timeout = 400 * time.Millisecond
			}
			x := &Execution{Command: command, IsCommand: true, Timeout: timeout, Fuel: a.Fuel}
			for name, raw := range a.Files {
				x.Files = append(x.Files, File{Path: name, Content: attackFile(t, raw)})
			}
			r, err := f.Run(t.Context(), a.Name, x, Limits{MemoryMB: 64, DiskMB: 64, CPU: MaxCPU}, nil)
			if err != nil {
				t.Fatal(err)
			}
			a.check(t, r)
		})
	}
}

func (a *attack) check(t *testing.T, r *Result) {
	t.Helper()
	limit := ""
	if r.Limit != nil {
		limit = r.Limit.Kind
		if r.Limit.Used < r.Limit.Limit && limit != "disk" {
			t.Errorf("limit %+v was not reached", r.Limit)
		}
	}
	show := func(s string) string { return fmt.Sprintf("%.300q", s) }
	ended := false
	for _, k := range append(a.AnyOf, a.Limit) {
		ended = ended || k != "" && k == limit
	}
	ended = ended || a.OrExit != nil && limit == "" && r.ExitCode == *a.OrExit
	if (a.Limit != "" || a.AnyOf != nil || a.OrExit != nil) && !ended {
		t.Errorf("limit %q, exit %d: stdout %s stderr %s", limit, r.ExitCode, show(r.Stdout), show(r.Stderr))
	}
	if a.Limit == "" && a.AnyOf == nil && limit != "" {
		t.Errorf("limit %q", limit)
	}
	if a.Exit != nil && r.ExitCode != *a.Exit {
		t.Errorf("exit %d, want %d: stdout %s stderr %s", r.ExitCode, *a.Exit, show(r.Stdout), show(r.Stderr))
	}
	if a.Stdout != nil && r.Stdout != *a.Stdout {
		t.Errorf("stdout %s, want %s (stderr %s)", show(r.Stdout), show(*a.Stdout), show(r.Stderr))
	}
	if !strings.Contains(r.Stdout, a.Contains) {
		t.Errorf("stdout %s, want %q in it (stderr %s)", show(r.Stdout), a.Contains, show(r.Stderr))
	}
	if !strings.Contains(r.Stderr, a.Stderr) {
		t.Errorf("stderr %s, want %q in it", show(r.Stderr), a.Stderr)
	}
	if a.Truncated && !r.StdoutTruncated {
		t.Error("output is whole")
	}
	for _, s := range append(a.Never, "goroutine ", "runtime error") {
		if strings.Contains(r.Stdout, s) || strings.Contains(r.Stderr, s) {
			t.Errorf("%q in stdout %s or stderr %s", s, show(r.Stdout), show(r.Stderr))
		}
	}
	if a.Secrets {
		host, _ := os.Hostname()
		for _, kv := range append(os.Environ(), "="+host) {
			_, v, _ := strings.Cut(kv, "=")
			if len(v) > 6 && strings.Contains(r.Stdout, v) && !strings.HasPrefix(v, "/usr/local/bin") && !strings.HasPrefix(v, "/bin/") && v != "/workspace" {
				t.Errorf("%q in stdout %s", kv, show(r.Stdout))
			}
		}
	}
}
