package storage

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// openFull opens a store on a disk that has as many bytes free as the test says.
func openFull(t *testing.T) (*Store, *atomic.Int64) {
	t.Helper()
	var free atomic.Int64
	free.Store(math.MaxInt64)
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), MasterKey: testKey, disk: func(string) (int64, int64, error) {
		return free.Load(), math.MaxInt64, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, &free
}

// Whatever would write to a full disk is refused, since Badger would not survive
// it, and what deletes is not.
func TestFullDisk(t *testing.T) {
	s, free := openFull(t)
	w := newSession(t, s, "ses_a")
	newSession(t, s, "ses_b")
	if _, err := s.tenant("acme", true); err != nil {
		t.Fatal(err)
	}
	commit(t, w, file("kept", "x"))
	// From a transaction's size on, values are written in several.
	large := strings.Repeat("x", 4<<20)
	writes := map[string]func() error{
		"session":      func() error { return s.CreateSession(t.Context(), testSession("ses_c", "acme")) },
		"commit":       func() error { return w.Commit(t.Context(), []Change{file("a", "x")}) },
		"large commit": func() error { return w.Commit(t.Context(), []Change{file("a", large)}) },
		"record": func() error {
			return s.PutRecord(t.Context(), RecordKey{Tenant: "acme", Key: "k"}, "ses_a", []byte("x"), time.Hour)
		},
		"large record": func() error {
			return s.PutRecord(t.Context(), RecordKey{Tenant: "acme", Key: "k"}, "ses_a", []byte(large), time.Hour)
		},
		"parcel": func() error {
			_, err := s.PutParcel(t.Context(), "", "p", nil, []byte(large))
			return err
		},
		"API key": func() error {
			return s.CreateKey(t.Context(), APIKey{ID: "key_a", Tenant: "acme", Hash: [HashSize]byte{1}})
		},
	}
	free.Store(spare)
	for name, write := range writes {
		if err := write(); !errors.Is(err, ErrNoSpace) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := countKeys(t, s, preBody) + countKeys(t, s, preParcelContent); n != 0 {
		t.Errorf("%d chunks were written", n)
	}
	before := s.slots.count
	for range slotPage + 1 {
		wantErr(t, writes["session"](), ErrNoSpace)
	}
	if s.slots.count != before {
		t.Errorf("%d slots, before refused sessions %d", s.slots.count, before)
	}
	if e, err := w.Entries(); err != nil || len(e) != 1 {
		t.Errorf("%d entries, %v", len(e), err)
	}
	if err := s.EraseSession(t.Context(), "ses_b"); err != nil {
		t.Error(err)
	}
	// To delete a file writes a little, and may; an empty file more frees nothing.
	wantErr(t, w.Commit(t.Context(), []Change{file("empty", "")}), ErrNoSpace)
	free.Store(spare/2 - 1)
	wantErr(t, w.Commit(t.Context(), []Change{{Path: "kept", Delete: true}}), ErrNoSpace)
	free.Store(spare - 1)
	commit(t, w, Change{Path: "kept", Delete: true})
	if e, err := w.Entries(); err != nil || len(e) != 0 {
		t.Errorf("%d entries, %v", len(e), err)
	}
	free.Store(math.MaxInt64)
	for name, write := range writes {
		if err := write(); err != nil {
			t.Errorf("%s, with room again: %v", name, err)
		}
	}
}

// Below the least nothing is written, also by what deletes, by the question whether
// the store can write, or to open and close it: Badger would end the process.
func TestDiskWithoutRoomAtAll(t *testing.T) {
	var free atomic.Int64
	free.Store(math.MaxInt64)
	cfg := Config{Dir: t.TempDir(), MasterKey: testKey, disk: func(string) (int64, int64, error) {
		return free.Load(), math.MaxInt64, nil
	}}
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, newSession(t, s, "ses_a"), file("kept", "x"))
	free.Store(spare/least - 1)
	wantErr(t, s.EraseSession(t.Context(), "ses_a"), ErrNoSpace)
	wantErr(t, s.Ready(t.Context()), ErrNoSpace)
	free.Store(spare / least)
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	free.Store(spare/least - 1)
	if w, err := s.Workspace("ses_a"); err != nil {
		t.Error(err)
	} else if b, err := w.ReadAll("kept"); err != nil || string(b) != "x" {
		t.Errorf("%q, %v", b, err)
	}
	wantErr(t, s.Close(), ErrNoSpace)
	_, err = Open(t.Context(), cfg)
	wantErr(t, err, ErrLocked)
	if err := s.release(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), cfg)
	wantErr(t, err, ErrNoSpace)
	if want := "127 MiB are free, and at least 128 are needed"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	free.Store(math.MaxInt64)
	if s, err = Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if err := s.EraseSession(t.Context(), "ses_a"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// gated is content that is there when the gate opens.
type gated struct {
	io.ReaderAt
	reading, gate chan struct{}
}

func (g gated) ReadAt(p []byte, off int64) (int, error) {
	if off == 0 {
		close(g.reading)
	}
	<-g.gate
	return g.ReaderAt.ReadAt(p, off)
}

// Room that one write has taken is none for another.
func TestFullDiskIsShared(t *testing.T) {
	s, free := openFull(t)
	a, b := newSession(t, s, "ses_a"), newSession(t, s, "ses_b")
	if _, err := s.tenant("acme", true); err != nil {
		t.Fatal(err)
	}
	const size = 4 << 20
	free.Store(spare + 3*size + 1<<20)
	first := file("a", strings.Repeat("x", size))
	g := gated{first.Content, make(chan struct{}), make(chan struct{})}
	first.Content = g
	done := make(chan error)
	go func() { done <- a.Commit(context.Background(), []Change{first}) }()
	<-g.reading
	second := b.Commit(t.Context(), []Change{file("b", strings.Repeat("x", size))})
	close(g.gate)
	wantErr(t, second, ErrNoSpace)
	if err := <-done; err != nil {
		t.Error(err)
	}
	commit(t, b, file("b", strings.Repeat("x", size)))
}
