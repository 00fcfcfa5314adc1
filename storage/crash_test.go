package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

const setFiles = 30

// numberedSet is a set of 30 files of 100 KB that all say n: more than one
// Badger transaction takes.
func numberedSet(n int) (set []Change) {
	for i := range setFiles {
		set = append(set, file(fmt.Sprintf("d%d/f%d", n%3, i), strings.Repeat(fmt.Sprintf("%09d\n", n), 10_000)))
	}
	return append(set, file("n", strconv.Itoa(n)), Change{Path: fmt.Sprintf("d%d", (n+1)%3), Delete: true}, Change{Path: fmt.Sprintf("d%d", (n+2)%3), Delete: true})
}

// checkSet returns the number that the workspace says, if all its files do.
func checkSet(t *testing.T, w *Workspace) int {
	t.Helper()
	v, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if v.Len() == 0 {
		return 0
	}
	b, err := v.ReadAll("n")
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		t.Fatal(err)
	}
	if v.Len() != setFiles+2 {
		t.Errorf("%d entries, want %d", v.Len(), setFiles+2)
	}
	for _, c := range numberedSet(n)[:setFiles] {
		if got, err := v.ReadAll(c.Path); err != nil || string(got) != contentOf(c) {
			t.Fatalf("%s is not of set %d: %d bytes, %v", c.Path, n, len(got), err)
		}
	}
	return n
}

// childSets commits set after set and says which is durable.
func childSets(dir string) error {
	s, err := Open(context.Background(), Config{Dir: dir, MasterKey: testKey})
	if err != nil {
		return err
	}
	w, err := s.Workspace("ses_a")
	if err != nil {
		return err
	}
	n := 0
	if b, err := w.ReadAll("n"); err == nil {
		if n, err = strconv.Atoi(string(b)); err != nil {
			return err
		}
	}
	for {
		n++
		if err := w.Commit(context.Background(), numberedSet(n)); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// TestKilled kills a process in the middle of large commits. Each is there as
// a whole or not at all, and none that was reported is lost.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	newSession(t, s, "ses_a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		c := startChild(t, "sets", dir)
		said := c.line(t)
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // anywhere in a commit
		if more := c.kill(); len(more) > 0 {
			said = more[len(more)-1]
		}
		durable, err := strconv.Atoi(said)
		if err != nil {
			t.Fatal(said)
		}
		s := openAt(t, dir)
		w, err := s.Workspace("ses_a")
		if err != nil {
			t.Fatal(err)
		}
		if n := checkSet(t, w); n < durable || n > durable+1 {
			t.Errorf("set %d is there, %d was reported", n, durable)
		}
		waitChores(t, s)
		if got, want := countKeys(t, s, preContent), setFiles*2+1; got != want {
			t.Errorf("%d chunks of content are left, want %d", got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// failing is a context that ends when it has been asked n times.
type failing struct {
	context.Context
	n int
}

func (f *failing) Err() error {
	if f.n--; f.n < 0 {
		return context.Canceled
	}
	return nil
}

// TestAbandoned ends a large commit at each point where it can end, then looks
// at what a crash right then would leave: all or nothing, and no orphans in
// the end.
func TestAbandoned(t *testing.T) {
	for n := 0; ; n += 3 {
		dir := t.TempDir()
		s := openAt(t, dir)
		w := newSession(t, s, "ses_a")
		commit(t, w, numberedSet(1)...)
		waitChores(t, s)
		ctx := &failing{Context: t.Context(), n: n}
		err := w.Commit(ctx, numberedSet(2))
		crashed := openAt(t, copyDir(t, dir))
		want := 1
		if err == nil {
			want = 2
		} else {
			wantErr(t, err, context.Canceled)
		}
		for _, s := range []*Store{s, crashed} {
			w, err := s.Workspace("ses_a")
			if err != nil {
				t.Fatal(err)
			}
			if got := checkSet(t, w); got != want {
				t.Fatalf("abandoned at %d: set %d, want %d", n, got, want)
			}
			waitChores(t, s)
			if got, want := countKeys(t, s, preContent), setFiles*2+1; got != want {
				t.Errorf("abandoned at %d: %d chunks of content are left, want %d", n, got, want)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err == nil {
			if n == 0 {
				t.Error("the context was never asked")
			}
			return
		}
	}
}

func childLock(dir string) error {
	if _, err := Open(context.Background(), Config{Dir: dir, MasterKey: testKey}); err != nil {
		return err
	}
	fmt.Println("open")
	select {} // until killed
}

func TestLockedByAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, "lock", dir)
	if got := c.line(t); got != "open" {
		t.Fatal(got)
	}
	_, err := Open(t.Context(), Config{Dir: dir, MasterKey: testKey})
	wantErr(t, err, ErrLocked)
	wantErr(t, RotateMaster(dir, testKey, bytes.Repeat([]byte{8}, 32)), ErrLocked)
	c.kill()
	s := openAt(t, dir)
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a", "x"))
	v, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, readErr := v.ReadAll("a")
	v.Close()
	_, sessErr := s.Session("ses_a")
	for i, err := range []error{readErr, sessErr, s.Ready(t.Context()), w.Commit(t.Context(), nil), s.EraseSession(t.Context(), "ses_a")} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("call %d: %v", i, err)
		}
	}
}
