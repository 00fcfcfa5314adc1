package storage

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func openStore(t *testing.T, cfg Config) *Store {
	t.Helper()
	cfg.MasterKey = testKey
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func putParcel(t *testing.T, s *Store, tenant, name, meta, content string) *Parcel {
	t.Helper()
	p, err := s.PutParcel(t.Context(), tenant, name, []byte(meta), []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func inParcel(path string, p *Parcel, off, size int64) Change {
	return Change{Path: path, Kind: KindFile, Mode: 0o644, Modified: testTime, Parcel: p, Offset: off, Size: size}
}

func readAll(t *testing.T, s *Store, id, path string) string {
	t.Helper()
	w, err := s.Workspace(id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.ReadAll(path)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return string(b)
}

// Files of many sessions have parts of one parcel as content, before and after a
// restart, and what a session writes over them is its own.
func TestParcelFiles(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, Config{Dir: dir})
	big := strings.Repeat("0123456789abcdef", 20_000) // five chunks
	p := putParcel(t, s, "", "pkg", "meta", big)
	for _, id := range []string{"a", "b"} {
		newSession(t, s, id)
		w, err := s.Workspace(id)
		if err != nil {
			t.Fatal(err)
		}
		commit(t, w, inParcel("m/whole", p, 0, p.Size()), inParcel("m/part", p, chunkSize-8, 16), inParcel("m/none", p, 5, 0))
	}
	wa, err := s.Workspace("a")
	if err != nil {
		t.Fatal(err)
	}
	commit(t, wa, file("m/part", "own"), Change{Path: "moved", Kind: KindFile, From: "m/whole"}, Change{Path: "m/whole", Delete: true})
	check := func(s *Store) {
		t.Helper()
		for path, want := range map[string]string{"a/m/part": "own", "a/moved": big, "b/m/whole": big, "b/m/part": big[chunkSize-8:][:16], "b/m/none": ""} {
			id, name, _ := strings.Cut(path, "/")
			if got := readAll(t, s, id, name); got != want {
				t.Errorf("%s has %d bytes (%.20q), want %d", path, len(got), got, len(want))
			}
		}
		if n := countKeys(t, s, preContent); n != 1 {
			t.Errorf("%d chunks of own content, want 1", n)
		}
		w, err := s.Workspace("a")
		if err != nil {
			t.Fatal(err)
		}
		if e, err := w.Lookup("moved"); err != nil || e.Size != int64(len(big)) {
			t.Errorf("moved is %+v, %v", e, err)
		}
	}
	check(s)
	closeStore(t, s)
	s = openStore(t, Config{Dir: dir})
	check(s)
	p, err = s.Parcel("", "pkg")
	if err != nil || string(p.Meta()) != "meta" {
		t.Fatalf("after a restart: %v", err)
	}
	part := make([]byte, 20)
	if n, err := p.ReadAt(part, p.Size()-10); n != 10 || err != io.EOF || string(part[:n]) != big[len(big)-10:] {
		t.Errorf("ReadAt near the end: %d, %v", n, err)
	}
	if err := s.EraseSession(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, s, "b", "m/whole"); got != big {
		t.Error("erasing one session took another's files")
	}
}

// What a tenant stored is not found by others, nor can they refer to it.
func TestParcelTenants(t *testing.T) {
	s := openStore(t, Config{Dir: t.TempDir()})
	mine := putParcel(t, s, "acme", "secret", "m", "content")
	for _, other := range []string{"", "globex"} {
		if _, err := s.Parcel(other, "secret"); !errors.Is(err, ErrNotFound) {
			t.Errorf("tenant %q found acme's parcel: %v", other, err)
		}
	}
	sess := testSession("x", "globex")
	if err := s.CreateSession(t.Context(), sess); err != nil {
		t.Fatal(err)
	}
	w, err := s.Workspace("x")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context(), []Change{inParcel("f", mine, 0, 3)}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a file in another tenant's parcel: %v", err)
	}
	newSession(t, s, "y")
	wy, err := s.Workspace("y") // acme's
	if err != nil {
		t.Fatal(err)
	}
	commit(t, wy, inParcel("f", mine, 0, 3))
	if got := readAll(t, s, "y", "f"); got != "con" {
		t.Errorf("its own tenant reads %q", got)
	}
}

// Over the bound the parcel unused for longest goes, unless a session's files
// are in it; when all are in use a new one is refused.
func TestParcelEviction(t *testing.T) {
	now := testTime
	clock := func() time.Time { return now }
	dir := t.TempDir()
	cfg := Config{Dir: dir, Now: clock, ParcelBytes: 100_000}
	s := openStore(t, cfg)
	content := strings.Repeat("x", 40_000)
	used := putParcel(t, s, "", "used", "", content)
	putParcel(t, s, "", "idle", "", content)
	newSession(t, s, "a")
	w, err := s.Workspace("a")
	if err != nil {
		t.Fatal(err)
	}
	commit(t, w, inParcel("f", used, 0, 10))
	if _, err := s.PutParcel(t.Context(), "", "early", nil, []byte(content)); !errors.Is(err, ErrParcelsFull) {
		t.Errorf("within the grace of what was used just now: %v", err)
	}
	now = now.Add(2 * parcelGrace)
	closeStore(t, s)
	s = openStore(t, cfg)
	putParcel(t, s, "", "new", "", content)
	if _, err := s.Parcel("", "idle"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the idle parcel is still there: %v", err)
	}
	if got := readAll(t, s, "a", "f"); got != content[:10] {
		t.Errorf("the file in use reads %q", got)
	}
	now = now.Add(2 * parcelGrace)
	w, err = s.Workspace("a")
	if err != nil {
		t.Fatal(err)
	}
	next, err := s.Parcel("", "new")
	if err != nil {
		t.Fatal(err)
	}
	commit(t, w, inParcel("g", next, 0, 10))
	now = now.Add(2 * parcelGrace)
	if _, err := s.PutParcel(t.Context(), "", "more", nil, []byte(content)); !errors.Is(err, ErrParcelsFull) {
		t.Errorf("with all parcels in use: %v", err)
	}
	// Erased, a session keeps nothing alive.
	if err := s.EraseSession(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * parcelsFullFor)
	putParcel(t, s, "", "more", "", content)
	if err := s.CreateSession(t.Context(), testSession("c", "acme")); err != nil {
		t.Fatal(err)
	}
	wc, err := s.Workspace("c")
	if err != nil {
		t.Fatal(err)
	}
	if err := wc.Commit(t.Context(), []Change{inParcel("f", used, 0, 3)}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a file in a parcel that was dropped: %v", err)
	}
}

// Content without a header, as a crash leaves it, is removed.
func TestParcelOrphans(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, Config{Dir: dir})
	kept := putParcel(t, s, "", "kept", "", "kept")
	lost := putParcel(t, s, "", "lost", "", strings.Repeat("y", 3*chunkSize))
	if err := s.write(entry{key: lost.info.header, delete: true}); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	s = openStore(t, Config{Dir: dir})
	if err := s.sweepParcels(); err != nil { // or wait for the one that Open started
		t.Fatal(err)
	}
	if n := countKeys(t, s, preParcelContent); n != 1 {
		t.Errorf("%d chunks are left, want 1", n)
	}
	p, err := s.Parcel("", "kept")
	if err != nil || !bytes.Equal(p.info.id[:], kept.info.id[:]) {
		t.Errorf("the other parcel: %v", err)
	}
}

// Only content in everyone's parcels has an origin that others may know, wherever
// it went within the session.
func TestOrigin(t *testing.T) {
	s := openStore(t, Config{Dir: t.TempDir()})
	w := newSession(t, s, "a")
	all := putParcel(t, s, "", "pkg", "meta", "0123456789")
	own := putParcel(t, s, "acme", "own", "mine", "0123456789")
	commit(t, w, inParcel("all", all, 3, 4), inParcel("own", own, 3, 4), file("file", "3456"))
	commit(t, w, Change{Path: "moved", Kind: KindFile, From: "all"})
	for _, path := range []string{"all", "moved"} {
		p, off, err := w.Origin(path)
		if err != nil || p.ID() != all.ID() || off != 3 {
			t.Fatalf("%s: %v, %d, %v", path, p, off, err)
		}
		if meta, err := p.LoadMeta(); err != nil || string(meta) != "meta" {
			t.Errorf("%s: its parcel's meta is %q, %v", path, meta, err)
		}
	}
	for _, path := range []string{"own", "file", "none"} {
		if _, _, err := w.Origin(path); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
