package storage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// Damaged files of Badger's are an error of Open, which leaves the others alone:
// who puts the file back has the data again.
func TestDamagedTables(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "with [a] *")
	s := openAt(t, dir)
	commit(t, newSession(t, s, "ses_a"), file("a", strings.Repeat("x", 1<<20)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(strings.NewReplacer("[", `\[`, "*", `\*`).Replace(dir), badgerDir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	of := func(name string) string { return filepath.Join(dir, badgerDir, name) }
	damage := map[string]struct {
		path string
		left int64 // bytes; -1: none, and no file
	}{
		"half a table":    {tables[0], 1 << 19},
		"a table's start": {tables[0], 3},
		"no manifest":     {of(badger.ManifestFilename), -1},
		"no keys":         {of(badger.KeyRegistryFileName), -1},
	}
	for name, d := range damage {
		t.Run(name, func(t *testing.T) {
			good, err := os.ReadFile(d.path)
			if err != nil {
				t.Fatal(err)
			}
			if d.left < 0 {
				err = os.Remove(d.path)
			} else {
				err = os.Truncate(d.path, d.left)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), Config{Dir: dir, MasterKey: testKey})
			wantErr(t, err, ErrCorrupt)
			if err := os.WriteFile(d.path, good, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openAt(t, dir)
			w, err := s.Workspace("ses_a")
			if err != nil {
				t.Fatal(err)
			}
			if b, err := w.ReadAll("a"); err != nil || len(b) != 1<<20 {
				t.Errorf("%d bytes, %v", len(b), err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A log that a crash, or a full disk, left without its size is no reason not to open.
func TestEmptyLogs(t *testing.T) {
	for _, name := range []string{"00001.mem", "00099.mem", "000099.vlog"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "with [a] *")
			s := openAt(t, dir)
			commit(t, newSession(t, s, "ses_a"), file("a", "text"))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, badgerDir, name)
			if info, err := os.Stat(path); err == nil && info.Size() > 0 {
				t.Fatalf("it is there, with %d bytes", info.Size())
			}
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s = openAt(t, dir)
			w, err := s.Workspace("ses_a")
			if err != nil {
				t.Fatal(err)
			}
			if b, err := w.ReadAll("a"); err != nil || string(b) != "text" {
				t.Errorf("%q, %v", b, err)
			}
			commit(t, newSession(t, s, "ses_b"), file("a", "more"))
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
