package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCommit(t *testing.T) {
	dir := func(path string) Change { return Change{Path: path, Kind: KindDir, Mode: 0o755, Modified: testTime} }
	symlink := func(path, target string) Change {
		return Change{Path: path, Kind: KindSymlink, Target: target, Modified: testTime}
	}
	from := func(path, from string) Change {
		return Change{Path: path, Kind: KindFile, From: from, Modified: testTime}
	}
	remove := func(path string) Change { return Change{Path: path, Delete: true} }
	long := strings.Repeat("n", MaxComponent)
	tests := map[string]struct {
		sets [][]Change
		want string
		err  error // of the last set
	}{
		"nothing":                      {sets: [][]Change{{}}},
		"a file":                       {sets: [][]Change{{file("a", "1")}}, want: "a=1"},
		"replaced":                     {sets: [][]Change{{file("a", "1")}, {file("a", "2")}}, want: "a=2"},
		"twice in one set":             {sets: [][]Change{{file("a", "1"), file("a", "2")}}, want: "a=2"},
		"made and deleted":             {sets: [][]Change{{file("a", "1"), remove("a"), file("b", "2")}}, want: "b=2"},
		"emptied":                      {sets: [][]Change{{file("a", "1")}, {file("a", "")}}, want: "a="},
		"parents made":                 {sets: [][]Change{{file("a/b/c", "1")}}, want: "a/ a/b/ a/b/c=1"},
		"order of bytes":               {sets: [][]Change{{file("a/x", "1"), file("a.b", "2"), file("a0", "3")}}, want: "a/ a.b=2 a/x=1 a0=3"},
		"a tree deleted":               {sets: [][]Change{{file("a/b/c", "1"), file("a.b", "2"), file("a0", "3")}, {remove("a")}}, want: "a.b=2 a0=3"},
		"nothing to delete":            {sets: [][]Change{{file("a", "1")}, {remove("b"), remove("a/b")}}, want: "a=1"},
		"a link":                       {sets: [][]Change{{symlink("l", "../x")}}, want: "l->../x"},
		"a link replaced":              {sets: [][]Change{{symlink("l", "x")}, {file("l", "1")}}, want: "l=1"},
		"renamed":                      {sets: [][]Change{{file("a", "1")}, {from("b", "a"), remove("a")}}, want: "b=1"},
		"deleted, then renamed":        {sets: [][]Change{{file("a", "1")}, {remove("a"), from("b", "a")}}, want: "b=1"},
		"swapped":                      {sets: [][]Change{{file("a", "1"), file("b", "2")}, {from("a", "b"), from("b", "a")}}, want: "a=2 b=1"},
		"copied, then changed":         {sets: [][]Change{{file("a", "1")}, {from("b", "a")}, {file("a", "2")}}, want: "a=2 b=1"},
		"copied, one deleted":          {sets: [][]Change{{file("a", "1")}, {from("b", "a"), from("c", "a")}, {remove("a")}, {remove("b")}}, want: "c=1"},
		"a directory for a file":       {sets: [][]Change{{file("a", "1")}, {remove("a"), file("a/b", "2")}}, want: "a/ a/b=2"},
		"a file for a directory":       {sets: [][]Change{{file("a/b", "1")}, {remove("a"), file("a", "2")}}, want: "a=2"},
		"directory over directory":     {sets: [][]Change{{file("a/b", "1")}, {dir("a")}}, want: "a/ a/b=1"},
		"longest name":                 {sets: [][]Change{{file(long, "1")}}, want: long + "=1"},
		"directory over file":          {sets: [][]Change{{file("a", "1")}, {dir("a")}}, want: "a=1", err: ErrInvalid},
		"file over directory":          {sets: [][]Change{{dir("a")}, {file("a", "1")}}, want: "a/", err: ErrInvalid},
		"below a file":                 {sets: [][]Change{{file("a", "1")}, {file("a/b", "2")}}, want: "a=1", err: ErrInvalid},
		"bad after good":               {sets: [][]Change{{file("a", "1")}, {file("b", "2"), file("a/b", "2")}}, want: "a=1", err: ErrInvalid},
		"from nowhere":                 {sets: [][]Change{{from("b", "a")}}, err: ErrNotFound},
		"from a file of the same set":  {sets: [][]Change{{file("a", "1"), from("b", "a")}}, err: ErrNotFound},
		"from a directory":             {sets: [][]Change{{dir("a")}, {from("b", "a")}}, want: "a/", err: ErrNotFound},
		"no kind":                      {sets: [][]Change{{{Path: "a"}}}, err: ErrInvalid},
		"content in a directory":       {sets: [][]Change{{{Path: "a", Kind: KindDir, Content: strings.NewReader("x"), Size: 1}}}, err: ErrInvalid},
		"empty link":                   {sets: [][]Change{{symlink("a", "")}}, err: ErrInvalid},
		"the root":                     {sets: [][]Change{{dir(".")}}, err: ErrInvalid},
		"empty path":                   {sets: [][]Change{{file("", "")}}, err: ErrInvalid},
		"absolute":                     {sets: [][]Change{{file("/a", "")}}, err: ErrInvalid},
		"out of the workspace":         {sets: [][]Change{{file("../a", "")}}, err: ErrInvalid},
		"NUL":                          {sets: [][]Change{{file("a\x00b", "")}}, err: ErrInvalid},
		"not UTF-8":                    {sets: [][]Change{{file("\xff", "")}}, err: ErrInvalid},
		"name too long":                {sets: [][]Change{{file(long+"n", "")}}, err: ErrInvalid},
		"too deep":                     {sets: [][]Change{{file(strings.Repeat("a/", MaxDepth)+"a", "")}}, err: ErrInvalid},
		"path too long":                {sets: [][]Change{{file(strings.Repeat(long+"/", 16)+"a", "")}}, err: ErrInvalid},
		"deepest":                      {sets: [][]Change{{file(strings.Repeat("a/", MaxDepth-1)+"a", "")}, {remove("a")}}},
		"deleting what cannot be made": {sets: [][]Change{{remove("../a")}}, err: ErrInvalid},
	}
	s := openAt(t, t.TempDir())
	i := 0
	for name, tt := range tests {
		i++
		id := fmt.Sprintf("ses_%d", i)
		t.Run(name, func(t *testing.T) {
			w := newSession(t, s, id)
			for n, set := range tt.sets {
				err := w.Commit(t.Context(), set)
				if n < len(tt.sets)-1 {
					wantErr(t, err, nil)
				} else {
					wantErr(t, err, tt.err)
				}
			}
			if got := listing(t, w); got != tt.want {
				t.Errorf("workspace %q, want %q", got, tt.want)
			}
			// The same from disk.
			l := s.live.take(id)
			l.state.Store(nil)
			s.live.release(l)
			if got := listing(t, w); got != tt.want {
				t.Errorf("reloaded %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	content := make([]byte, 2*chunkSize+100)
	rnd := rand.NewChaCha8([32]byte{})
	rnd.Read(content)
	whole := content[:2*chunkSize]
	commit(t, w, file("f", string(content)), file("whole", string(whole)), file("e", ""), Change{Path: "d", Kind: KindDir})
	tests := map[string]struct {
		path string
		off  int64
		n    int
		want []byte
		err  error
	}{
		"all":                {path: "f", n: 1 << 20, want: content},
		"start":              {path: "f", n: 3, want: content[:3]},
		"across chunks":      {path: "f", off: chunkSize - 1, n: chunkSize + 2, want: content[chunkSize-1 : 2*chunkSize+1]},
		"one whole chunk":    {path: "f", off: chunkSize, n: chunkSize, want: content[chunkSize : 2*chunkSize]},
		"end":                {path: "f", off: 2*chunkSize + 99, n: 5, want: content[2*chunkSize+99:]},
		"at the end":         {path: "f", off: 2*chunkSize + 100, n: 5, want: []byte{}},
		"past the end":       {path: "f", off: 1 << 40, n: 5, want: []byte{}},
		"nothing":            {path: "f", want: []byte{}},
		"full last chunk":    {path: "whole", off: chunkSize, n: 1 << 20, want: whole[chunkSize:]},
		"empty":              {path: "e", n: 5, want: []byte{}},
		"negative offset":    {path: "f", off: -1, n: 1, err: ErrInvalid},
		"negative length":    {path: "f", n: -1, err: ErrInvalid},
		"directory":          {path: "d", n: 1, err: ErrNotFound},
		"missing":            {path: "x", n: 1, err: ErrNotFound},
		"the largest length": {path: "f", off: 1, n: int(^uint(0) >> 1), want: content[1:]},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := w.Read(tt.path, tt.off, tt.n)
			wantErr(t, err, tt.err)
			if !bytes.Equal(got, tt.want) {
				t.Errorf("%d bytes, want %d", len(got), len(tt.want))
			}
		})
	}
}

func TestSnapshot(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a/x", "1"), file("a/y/z", "2"), file("a.b", "3"), file("b", "4"))
	v, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	commit(t, w, Change{Path: "a", Delete: true}, file("b", "5"))
	for range 300 { // through a new base
		commit(t, w, file("b", "6"))
	}
	names := func(list []Entry) (s string) {
		for _, e := range list {
			s += e.Path + " "
		}
		return strings.TrimSpace(s)
	}
	for dir, want := range map[string]string{".": "a a.b b", "a": "a/x a/y", "a/y": "a/y/z", "b": "", "none": ""} {
		if got := names(v.ReadDir(dir)); got != want {
			t.Errorf("ReadDir(%s) = %q, want %q", dir, got, want)
		}
	}
	for path, want := range map[string]string{"a/x": "1", "a/y/z": "2", "b": "4"} {
		if got, err := v.ReadAll(path); err != nil || string(got) != want {
			t.Errorf("%s = %q, %v; want %q", path, got, err, want)
		}
	}
	if n, size := v.Files(); n != 4 || size != 4 || v.Len() != 6 || v.Generation() != 1 {
		t.Errorf("totals %d files, %d bytes, %d entries, generation %d", n, size, v.Len(), v.Generation())
	}
	if got, want := listing(t, w), "a.b=3 b=6"; got != want {
		t.Errorf("the last commit: %s, want %s", got, want)
	}
	v.Close()
	waitChores(t, s)
	if n := countKeys(t, s, preContent); n != 2 {
		t.Errorf("%d chunks of content are left, want 2", n)
	}
}

// waitChores returns when the background work that was queued is done.
func waitChores(t testing.TB, s *Store) {
	t.Helper()
	for {
		list := 0
		for range s.todo(t) {
			list++
		}
		if list == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestTree(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var tr tree
	model := map[string]bool{}
	for range 200 {
		before := tr
		var was []string
		before.from("", func(n *node) bool { was = append(was, n.Path); return true })
		e := tr.edit()
		for range rnd.IntN(100) {
			path := fmt.Sprintf("%d", rnd.IntN(2000))
			if rnd.IntN(3) == 0 {
				if got, want := len(e.remove(path)) > 0, model[path]; got != want {
					t.Fatalf("remove(%s) = %v", path, got)
				}
				delete(model, path)
			} else {
				if got, want := e.put(&node{Entry: Entry{Path: path}}) != nil, model[path]; got != want {
					t.Fatalf("put(%s) = %v", path, got)
				}
				model[path] = true
			}
		}
		tr = e.tree
		i := 0
		before.from("", func(n *node) bool {
			if n.Path != was[i] {
				t.Fatalf("an edit changed the tree it started from at %s", was[i])
			}
			i++
			return true
		})
		last, n := "", 0
		tr.from("", func(nd *node) bool {
			if nd.Path <= last || !model[nd.Path] {
				t.Fatalf("%s after %s", nd.Path, last)
			}
			last, n = nd.Path, n+1
			return true
		})
		if n != len(model) || n != tr.count || i != len(was) {
			t.Fatalf("%d nodes, count %d, want %d", n, tr.count, len(model))
		}
	}
}

// TestHammer has readers see whole commits while writers make them.
func TestHammer(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a", "0"), file("b", "0"))
	ctx, stop := context.WithCancel(t.Context())
	var readers, writers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				v, err := w.Snapshot()
				if err != nil {
					t.Error(err)
					return
				}
				a, errA := v.ReadAll("a")
				b, errB := v.ReadAll("b")
				if err := errors.Join(errA, errB); err != nil || !bytes.Equal(a, b) {
					t.Errorf("read %d bytes and %d bytes, %v", len(a), len(b), err)
				}
				v.Close()
				if err := s.UpdateUsage("ses_a", func(sess *Session) { sess.Usage.Executions++ }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 2 {
		writers.Go(func() {
			for n := range 30 {
				content := strings.Repeat(fmt.Sprint(i), n*7000)
				if err := w.Commit(t.Context(), []Change{file("a", content), file("b", content)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	stop()
	readers.Wait()
	waitChores(t, s)
	if n := countKeys(t, s, preContent); n != 8 {
		t.Errorf("%d chunks of content are left, want 8", n)
	}
}

func TestLargeCommit(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	var set []Change
	for i := range 3000 {
		set = append(set, file(fmt.Sprintf("dir%d/file%d", i%50, i), strings.Repeat("x", 1000+i)))
	}
	commit(t, w, set...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantErr(t, w.Commit(ctx, set), context.Canceled)
	v, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if n, size := v.Files(); n != 3000 || size != 3000*1000+2999*3000/2 {
		t.Errorf("%d files, %d bytes", n, size)
	}
	v.Close()
	commit(t, w, Change{Path: "dir0", Delete: true}, Change{Path: "dir1", Kind: KindDir, Mode: fs.ModePerm | fs.ModeSetuid | fs.ModeDir})
	if e, err := w.Lookup("dir1"); err != nil || e.Mode != fs.ModePerm|fs.ModeSetuid {
		t.Errorf("dir1 is %v, %v", e.Mode, err)
	}
	waitChores(t, s)
	before, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	kept := set[2]
	for i := range 50 {
		set[i] = Change{Path: fmt.Sprintf("dir%d", i), Delete: true}
	}
	commit(t, w, set[:50]...)
	// The sweep waits for the snapshot.
	parked := func() bool {
		before.live.readers.Lock()
		defer before.live.readers.Unlock()
		return len(before.live.readers.parked) > 0
	}
	for !parked() && len(s.todo(t)) > 0 {
		time.Sleep(time.Millisecond)
	}
	if got, err := before.ReadAll(kept.Path); err != nil || string(got) != contentOf(kept) {
		t.Errorf("the snapshot reads %d bytes, %v", len(got), err)
	}
	before.Close()
	waitChores(t, s)
	if n := countKeys(t, s, preContent); n != 0 {
		t.Errorf("%d chunks of content are left", n)
	}
}

// I3: what is kept in memory of sessions that nobody uses is bounded by what it takes, not
// by how many entries that is: an entry may have 8 KB of path and target.
func TestIdleLongPaths(t *testing.T) {
	s := openStore(t, Config{Dir: t.TempDir()})
	target := strings.Repeat("./", 2000)
	for i := range 3 {
		w := newSession(t, s, fmt.Sprintf("s%d", i))
		changes := make([]Change, 1000)
		for j := range changes {
			changes[j] = Change{Path: fmt.Sprintf("l%d", j), Kind: KindSymlink, Target: target, Modified: testTime}
		}
		commit(t, w, changes...)
	}
	s.live.Lock()
	defer s.live.Unlock()
	if got, want := s.live.entries, 3*1000*len(target)/entryText; got < want*9/10 {
		t.Errorf("what is idle counts as %d entries, want %d", got, want)
	}
}
