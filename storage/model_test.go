package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// model is a workspace in its simplest form: "d", "f" and content, or "l" and
// target, by path.
type model map[string]string

// apply returns the model after a set, or the error that Commit must give.
func (m model) apply(set []Change) (model, error) {
	after := maps.Clone(m)
	for _, c := range set {
		if c.Delete {
			if after[c.Path] == "d" {
				for p := range after {
					if strings.HasPrefix(p, c.Path+"/") {
						delete(after, p)
					}
				}
			}
			delete(after, c.Path)
			continue
		}
		value := "d"
		switch c.Kind {
		case KindSymlink:
			value = "l" + c.Target
		case KindFile:
			if c.From == "" {
				value = "f" + contentOf(c)
			} else if value = m[c.From]; !strings.HasPrefix(value, "f") {
				return m, ErrNotFound
			}
		}
		if old, ok := after[c.Path]; ok && (old == "d") != (value == "d") {
			return m, ErrInvalid
		}
		for i, r := range c.Path {
			if r != '/' {
				continue
			}
			if old, ok := after[c.Path[:i]]; !ok {
				after[c.Path[:i]] = "d"
			} else if old != "d" {
				return m, ErrInvalid
			}
		}
		after[c.Path] = value
	}
	return after, nil
}

// drawSet makes a set from choices: pick(n) is one of 0…n-1.
func drawSet(pick func(n int) int) (set []Change) {
	paths := []string{"a", "a.b", "a/b", "a/b/c", "a/b/d", "a0", "b", "b/c", "c"}
	path := func() string { return paths[pick(len(paths))] }
	for range 1 + pick(5) {
		c := Change{Path: path(), Modified: testTime, Mode: 0o644}
		switch pick(8) {
		case 0, 1:
			c.Delete = true
		case 2:
			c.Kind = KindDir
		case 3:
			c.Kind, c.Target = KindSymlink, path()
		case 4:
			c.Kind, c.From = KindFile, path()
		default:
			size := []int{0, 1, 100, chunkSize, chunkSize + 1}[pick(5)]
			c.Kind, c.Content, c.Size = KindFile, strings.NewReader(strings.Repeat(strconv.Itoa(pick(10)), size)), int64(size)
		}
		set = append(set, c)
	}
	return set
}

// diff compares a workspace with a model.
func (m model) diff(w *Workspace) error {
	v, err := w.Snapshot()
	if err != nil {
		return err
	}
	defer v.Close()
	files, size, got := 0, int64(0), model{}
	for e := range v.All() {
		switch e.Kind {
		case KindDir:
			got[e.Path] = "d"
		case KindSymlink:
			got[e.Path] = "l" + e.Target
		case KindFile:
			b, err := v.ReadAll(e.Path)
			if err != nil {
				return fmt.Errorf("%s: %w", e.Path, err)
			}
			got[e.Path] = "f" + string(b)
			files, size = files+1, size+e.Size
		}
	}
	if !maps.Equal(got, m) {
		return fmt.Errorf("workspace has %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(m)))
	}
	if n, bytes := v.Files(); n != files || bytes != size {
		return fmt.Errorf("totals %d files, %d bytes; want %d, %d", n, bytes, files, size)
	}
	return nil
}

// contents is how many chunks a model's files need if none share content, and
// the least if they do.
func (m model) check(t testing.TB, s *Store) error {
	waitChores(t, s)
	l, err := s.acquire("ses_a")
	if err != nil {
		return err
	}
	defer s.live.release(l)
	st, err := s.workspace(l)
	if err != nil {
		return err
	}
	want := map[contentID]int{}
	st.tree.from("", func(n *node) bool {
		if n.Size > 0 {
			want[n.content] = int(chunks(n.Size))
		}
		return true
	})
	sum := 0
	for _, n := range want {
		sum += n
	}
	if got := countKeys(t, s, preContent); got != sum {
		return fmt.Errorf("%d chunks of content are stored, %d are used", got, sum)
	}
	return nil
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		var s *Store
		open := func() {
			if s, err = Open(context.Background(), Config{Dir: dir, MasterKey: testKey}); err != nil {
				rt.Fatal(err)
			}
		}
		open()
		defer func() { s.Close() }()
		create := func() {
			if err := s.CreateSession(context.Background(), testSession("ses_a", "acme")); err != nil {
				rt.Fatal(err)
			}
		}
		create()
		w := func() *Workspace { return &Workspace{store: s, id: "ses_a"} }
		m := model{}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) {
				set := drawSet(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") })
				after, want := m.apply(set)
				if err := w().Commit(context.Background(), set); !errors.Is(err, want) || want == nil && err != nil {
					rt.Fatalf("Commit = %v, want %v", err, want)
				}
				m = after
			},
			"evict": func(rt *rapid.T) {
				l := s.live.take("ses_a")
				s.live.forget(l)
				s.live.release(l)
			},
			"reopen": func(rt *rapid.T) {
				if rapid.IntRange(0, 9).Draw(rt, "seldom") > 0 {
					return
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				open()
			},
			"erase": func(rt *rapid.T) {
				if rapid.IntRange(0, 5).Draw(rt, "seldom") > 0 {
					return
				}
				if err := s.EraseSession(context.Background(), "ses_a"); err != nil {
					rt.Fatal(err)
				}
				waitChores(t, s)
				create()
				m = model{}
			},
			"": func(rt *rapid.T) {
				if err := m.diff(w()); err != nil {
					rt.Fatal(err)
				}
			},
		})
		if err := m.check(t, s); err != nil {
			rt.Fatal(err)
		}
	})
}

// childModel commits small sets from a fixed seed and counts them aloud.
func childModel(dir string) error {
	s, err := Open(context.Background(), Config{Dir: dir, MasterKey: testKey})
	if err != nil {
		return err
	}
	w, err := s.Workspace("ses_a")
	if err != nil {
		return err
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	m := model{}
	for n := 1; ; n++ {
		set := drawSet(rnd.IntN)
		after, want := m.apply(set)
		if err := w.Commit(context.Background(), set); !errors.Is(err, want) || want == nil && err != nil {
			return fmt.Errorf("Commit = %w, want %v", err, want)
		}
		m = after
		fmt.Println(n)
	}
}

// TestModelKilled kills a process that commits set after set: what is there
// afterwards is what it reported, or one set more.
func TestModelKilled(t *testing.T) {
	for _, at := range []int{1, 50, 400} {
		dir := t.TempDir()
		s := openAt(t, dir)
		newSession(t, s, "ses_a")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		c := startChild(t, "model", dir)
		last := ""
		for range at {
			last = c.line(t)
		}
		if more := c.kill(); len(more) > 0 {
			last = more[len(more)-1]
		}
		n, err := strconv.Atoi(last)
		if err != nil {
			t.Fatal(last)
		}
		rnd := rand.New(rand.NewPCG(1, 2))
		m := model{}
		for range n {
			m, _ = m.apply(drawSet(rnd.IntN))
		}
		s = openAt(t, dir)
		w, err := s.Workspace("ses_a")
		if err != nil {
			t.Fatal(err)
		}
		if err := m.diff(w); err != nil {
			more, _ := m.apply(drawSet(rnd.IntN))
			if more.diff(w) != nil {
				t.Fatalf("after %d sets: %v", n, err)
			}
			m = more
		}
		if err := m.check(t, s); err != nil {
			t.Error(err)
		}
	}
}
