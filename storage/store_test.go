package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

var (
	testKey  = bytes.Repeat([]byte{7}, MasterKeySize)
	testTime = time.Date(2026, 11, 1, 12, 0, 0, 123456789, time.UTC)
)

// openAt opens a store in dir that the test's end closes.
func openAt(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{Dir: dir, MasterKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newSession(t testing.TB, s *Store, id string) *Workspace {
	t.Helper()
	if err := s.CreateSession(t.Context(), testSession(id, "acme")); err != nil {
		t.Fatal(err)
	}
	w, err := s.Workspace(id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func testSession(id, tenant string) Session {
	return Session{
		ID: id, Tenant: tenant, CreatedAt: testTime, ExpiresAt: testTime.Add(time.Hour), LastActive: testTime,
		Metadata: json.RawMessage(`{"note":"m"}`), Egress: json.RawMessage(`"none"`),
		Limits: ResourceLimits{MemoryMB: 64, CPU: 0.25, TimeoutS: 30, DiskMB: 10},
	}
}

func file(path, content string) Change {
	return Change{Path: path, Kind: KindFile, Mode: 0o644, Modified: testTime, Content: strings.NewReader(content), Size: int64(len(content))}
}

// contentOf is what a change gives its file.
func contentOf(c Change) string {
	b := make([]byte, c.Size)
	if n, err := c.Content.ReadAt(b, 0); n < len(b) {
		panic(err)
	}
	return string(b)
}

func commit(t testing.TB, w *Workspace, changes ...Change) {
	t.Helper()
	if err := w.Commit(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
}

// listing is a workspace in text: paths with kinds and contents.
func listing(t testing.TB, w *Workspace) string {
	t.Helper()
	entries, err := w.Entries()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		switch e.Kind {
		case KindFile:
			content, err := w.ReadAll(e.Path)
			if err != nil {
				t.Fatalf("read %s: %v", e.Path, err)
			}
			if len(content) > 20 {
				content = fmt.Appendf(nil, "%d bytes", len(content))
			}
			fmt.Fprintf(&b, "%s=%s ", e.Path, content)
		case KindDir:
			fmt.Fprintf(&b, "%s/ ", e.Path)
		case KindSymlink:
			fmt.Fprintf(&b, "%s->%s ", e.Path, e.Target)
		}
	}
	return strings.TrimSpace(b.String())
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("error of several lines: %q", err)
	}
}

func TestCommitReopen(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a/b.ts", "x"), file("c", ""))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, dir)
	w, err := s.Workspace("ses_a")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := listing(t, w), "a/ a/b.ts=x c="; got != want {
		t.Errorf("after reopening: %s, want %s", got, want)
	}
	got, err := s.Session("ses_a")
	if err != nil {
		t.Fatal(err)
	}
	want := testSession("ses_a", "acme")
	want.FilesCount, want.Usage.DiskBytes = 2, 1
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("session %v, want %v", got, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	ctx := t.Context()
	setup := func(t *testing.T) string {
		dir := t.TempDir()
		s := openAt(t, dir)
		commit(t, newSession(t, s, "ses_a"), file("a", "x"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	change := func(dir, name string, fn func([]byte) []byte) error {
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, fn(b), 0o600)
	}
	tests := map[string]struct {
		prepare func(dir string) error
		cfg     Config
		err     error
	}{
		"the right key":      {cfg: Config{MasterKey: testKey}},
		"another key":        {cfg: Config{MasterKey: bytes.Repeat([]byte{8}, 32)}, err: ErrWrongKey},
		"a short key":        {cfg: Config{MasterKey: testKey[1:]}, err: ErrInvalid},
		"a missing key file": {cfg: Config{}, err: ErrWrongKey},
		"no encryption":      {cfg: Config{Plaintext: true}, err: ErrFormat},
		"a newer format": {cfg: Config{MasterKey: testKey}, err: ErrFormat, prepare: func(dir string) error {
			return change(dir, ringFile, func(b []byte) []byte { b[len(ringMagic)+2]++; return b })
		}},
		"an older format": {cfg: Config{MasterKey: testKey}, err: ErrFormat, prepare: func(dir string) error {
			return change(dir, ringFile, func(b []byte) []byte { b[len(ringMagic)+2]--; return b })
		}},
		"a damaged ring": {cfg: Config{MasterKey: testKey}, err: ErrCorrupt, prepare: func(dir string) error {
			return change(dir, ringFile, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
		}},
		"a truncated ring": {cfg: Config{MasterKey: testKey}, err: ErrCorrupt, prepare: func(dir string) error { return change(dir, ringFile, func(b []byte) []byte { return b[:12] }) }},
		"a missing ring":   {cfg: Config{MasterKey: testKey}, err: ErrCorrupt, prepare: func(dir string) error { return os.Remove(filepath.Join(dir, ringFile)) }},
		"a damaged registry": {cfg: Config{MasterKey: testKey}, err: ErrCorrupt, prepare: func(dir string) error {
			return change(dir, "badger/KEYREGISTRY", func(b []byte) []byte { b[20] ^= 1; return b })
		}},
		"a directory in use": {cfg: Config{MasterKey: testKey}, err: ErrLocked, prepare: func(dir string) error {
			f, err := lockDir(dir)
			if err == nil {
				t.Cleanup(func() { f.Close() })
			}
			return err
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := setup(t)
			if tt.prepare != nil {
				if err := tt.prepare(dir); err != nil {
					t.Fatal(err)
				}
			}
			tt.cfg.Dir = dir
			s, err := Open(ctx, tt.cfg)
			wantErr(t, err, tt.err)
			if err == nil {
				s.Close()
			}
		})
	}
}

func TestKeyFile(t *testing.T) {
	open := func(t *testing.T, cfg Config) *observer.ObservedLogs {
		t.Helper()
		core, logs := observer.New(zap.WarnLevel)
		cfg.Log = zap.New(core)
		s, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return logs
	}
	inside, outside := t.TempDir(), filepath.Join(t.TempDir(), "k")
	tests := map[string]struct {
		cfg   Config
		file  string
		warns int
	}{
		"by default in the data folder": {cfg: Config{Dir: inside}, file: filepath.Join(inside, masterFile), warns: 1},
		"elsewhere":                     {cfg: Config{Dir: t.TempDir(), KeyFile: outside}, file: outside},
		"given":                         {cfg: Config{Dir: t.TempDir(), MasterKey: testKey}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for range 2 { // made, then read
				if logs := open(t, tt.cfg); logs.Len() != tt.warns {
					t.Errorf("%d warnings, want %d: %v", logs.Len(), tt.warns, logs.All())
				}
			}
			if tt.file == "" {
				return
			}
			fi, err := os.Stat(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if fi.Mode() != 0o600 {
				t.Errorf("key file has mode %v", fi.Mode())
			}
		})
	}
}

func TestParseMasterKey(t *testing.T) {
	tests := map[string]struct {
		text string
		err  error
	}{
		"hexadecimal":   {text: strings.Repeat("07", 32)},
		"base64":        {text: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"},
		"unpadded":      {text: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"},
		"empty":         {err: ErrInvalid},
		"too short":     {text: "BwcHBwcHBwc=", err: ErrInvalid},
		"trailing bits": {text: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd", err: ErrInvalid},
		"not hex":       {text: strings.Repeat("0g", 32), err: ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			key, err := ParseMasterKey(tt.text)
			wantErr(t, err, tt.err)
			if err == nil && !bytes.Equal(key, testKey) {
				t.Errorf("key %x", key)
			}
		})
	}
}
