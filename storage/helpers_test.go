package storage

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// childEnv makes the test binary run one of children instead of tests: its
// value is the child's name, a space, and its data directory.
const childEnv = "BUNTIME_STORAGE_TEST_CHILD"

// children run in processes of their own that a test kills. They report on
// standard output, a line at a time.
var children = map[string]func(dir string) error{
	"sets":   childSets,
	"model":  childModel,
	"marker": childMarker,
	"lock":   childLock,
}

func TestMain(m *testing.M) {
	if name, dir, ok := strings.Cut(os.Getenv(childEnv), " "); ok {
		if err := children[name](dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a running process of children.
type child struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func startChild(t *testing.T, name, dir string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	c.cmd.Env = append(os.Environ(), childEnv+"="+name+" "+dir)
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.kill() })
	c.out = bufio.NewScanner(out)
	return c
}

// line returns the next line the child prints.
func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.out.Scan() {
		t.Fatalf("the child printed no line: %v", c.out.Err())
	}
	return c.out.Text()
}

// kill ends the child as a power cut would end it, except for the kernel's
// caches, and returns the lines it had still printed.
func (c *child) kill() (lines []string) {
	_ = c.cmd.Process.Kill()
	for c.out.Scan() {
		lines = append(lines, c.out.Text())
	}
	_ = c.cmd.Wait()
	return lines
}

// keysOf returns the stored keys with a prefix.
func keysOf(t testing.TB, s *Store, prefix ...byte) (keys [][]byte) {
	t.Helper()
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, prefix, func(item *badger.Item) (bool, error) {
			keys = append(keys, item.KeyCopy(nil))
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func countKeys(t testing.TB, s *Store, prefix byte) int { return len(keysOf(t, s, prefix)) }

// todo returns the notes of work that is left.
func (s *Store) todo(t testing.TB) [][]byte { return keysOf(t, s, preTodo) }

// copyDir copies a data directory, open or not.
func copyDir(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a compaction's
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		b, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// grep returns which of the needles are in the names and bytes of the files
// under dir.
func grep(t testing.TB, dir string, needles []string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, n := range needles {
			if bytes.Contains(b, []byte(n)) || strings.Contains(path, n) {
				found[n] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
