package storage

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func BenchmarkCommit(b *testing.B) {
	for _, entries := range []int{1, 1_000, 100_000} { // in the workspace
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			s := openAt(b, b.TempDir())
			w := newSession(b, s, "ses_a")
			fill(b, w, entries)
			content := strings.Repeat("x", 1024)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := w.Commit(b.Context(), []Change{file("d0/small", content)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCommitLarge(b *testing.B) {
	const size = 50 << 20
	s := openAt(b, b.TempDir())
	w := newSession(b, s, "ses_a")
	c := file("big", strings.Repeat("x", size))
	b.SetBytes(size)
	for b.Loop() {
		if err := w.Commit(b.Context(), []Change{c}); err != nil {
			b.Fatal(err)
		}
	}
}

// fill commits n small entries.
func fill(b testing.TB, w *Workspace, n int) {
	b.Helper()
	var set []Change
	for i := range n {
		set = append(set, file(fmt.Sprintf("d%d/file-with-some-name-%d.ts", i/100, i), "content"))
	}
	commit(b, w, set...)
}

func BenchmarkRead(b *testing.B) {
	for _, size := range []int{1 << 10, 64 << 10, 8 << 20} { // bytes of the file
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			s := openAt(b, b.TempDir())
			w := newSession(b, s, "ses_a")
			commit(b, w, file("f", strings.Repeat("x", size)))
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.ReadAll("f"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad opens a workspace that is not in memory.
func BenchmarkLoad(b *testing.B) {
	for _, entries := range []int{10, 100_000} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			s := openAt(b, b.TempDir())
			w := newSession(b, s, "ses_a")
			fill(b, w, entries)
			for b.Loop() {
				l := s.live.take("ses_a")
				s.live.forget(l)
				s.live.release(l)
				v, err := w.Snapshot()
				if err != nil {
					b.Fatal(err)
				}
				v.Close()
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, sessions := range []int{0, 1000} {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			dir := b.TempDir()
			s := openAt(b, dir)
			for i := range sessions {
				commit(b, newSession(b, s, fmt.Sprintf("ses_%d", i)), file("a", "x"))
			}
			for b.Loop() {
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				var err error
				if s, err = Open(context.Background(), Config{Dir: dir, MasterKey: testKey}); err != nil {
					b.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkSession(b *testing.B) {
	s := openAt(b, b.TempDir())
	newSession(b, s, "ses_a")
	for b.Loop() {
		if _, err := s.Session("ses_a"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreateErase(b *testing.B) {
	s := openAt(b, b.TempDir())
	for i := 0; b.Loop(); i++ {
		id := fmt.Sprintf("ses_%d", i)
		if err := s.CreateSession(b.Context(), testSession(id, "acme")); err != nil {
			b.Fatal(err)
		}
		if err := s.EraseSession(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
