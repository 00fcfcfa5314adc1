package wasmhost

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// useCache makes an image and runs it with the cache in dir. It returns what the
// host reported.
func useCache(t *testing.T, dir string, key []byte) []string {
	t.Helper()
	var mu sync.Mutex
	var reports []string
	h, err := New(Config{CacheDir: dir, CacheKey: key, Report: func(err error) {
		mu.Lock()
		defer mu.Unlock()
		reports = append(reports, err.Error())
	}})
	if err != nil {
		t.Fatal(err)
	}
	i := newImage(t, h, guestModule())
	in := get(t, i, InstanceConfig{})
	if got := call(t, in, fnAdd, 40, 2); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
	in.Release()
	work := h.cache.work
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(work); !os.IsNotExist(err) {
		t.Errorf("working folder is left: %v", err)
	}
	return reports
}

// kept returns the files of the cache in dir and what they hold.
func kept(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(filepath.Join(dir, cacheFolder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, cacheFolder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Join(dir, cacheFolder, e.Name())] = data
	}
	return files
}

var cacheKey = []byte("0123456789abcdef0123456789abcdef")

func TestCacheIsUsed(t *testing.T) {
	dir := t.TempDir()
	if r := useCache(t, dir, cacheKey); len(r) != 0 {
		t.Errorf("reports: %q", r)
	}
	first := kept(t, dir)
	if len(first) != 2 { // the module, and the stripped one
		t.Fatalf("kept %d files, want 2", len(first))
	}
	for path := range first {
		info, err := os.Stat(path)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("mode of a kept file: %v, %v", info.Mode(), err)
		}
	}
	before := map[string]os.FileInfo{}
	for path := range first {
		before[path], _ = os.Stat(path)
	}
	if r := useCache(t, dir, cacheKey); len(r) != 0 {
		t.Errorf("reports: %q", r)
	}
	for path, info := range before {
		after, err := os.Stat(path)
		if err != nil || !os.SameFile(info, after) {
			t.Errorf("a good file was written again: %v", err)
		}
	}
}

// wazero takes a truncated file for a permanent error, and damage outside of the
// code for good.
func TestSilentCacheDamage(t *testing.T) {
	dir := t.TempDir()
	useCache(t, dir, cacheKey)
	good := kept(t, dir)
	var other []byte // of another module, honestly sealed
	for path, data := range good {
		if other == nil {
			other = data
			continue
		}
		header := len(cacheMagic) + 32 + 4
		c := &diskCache{key: cacheKey}
		var sum [32]byte
		if _, err := hex.Decode(sum[:], []byte(filepath.Base(path)[:64])); err != nil {
			t.Fatal(err)
		}
		name, code, err := c.open(data, sum)
		if err != nil {
			t.Fatal(err)
		}
		tests := map[string][]byte{
			"ours, but truncated before": c.seal(name, code[:len(code)/2], sum),
			"empty":                      {},
			"truncated":                  data[:len(data)/2],
			"no code":                    data[:header],
			"longer":                     append(bytes.Clone(data), 0),
			"magic":                      append([]byte("X"), data[1:]...),
			"offset table":               flip(data, header+int(data[len(cacheMagic)+32])+60),
			"code":                       flip(data, len(data)/2),
			"last byte":                  flip(data, len(data)-1),
			"MAC":                        flip(data, len(cacheMagic)),
			"name":                       flip(data, header),
			"of another module":          other,
			"planted by another key":     (&diskCache{key: []byte("another key of many bytes")}).seal("../../x", []byte("code"), [32]byte{}),
		}
		for name, bad := range tests {
			t.Run(name, func(t *testing.T) {
				if bad == nil {
					t.Fatal("no damage")
				}
				if err := os.WriteFile(path, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				r := useCache(t, dir, cacheKey)
				if len(r) != 1 || !strings.Contains(r[0], "refused") {
					t.Errorf("reports: %q, want one refusal", r)
				}
				if got := kept(t, dir)[path]; !bytes.Equal(got, data) {
					t.Error("the file was not made again")
				}
			})
		}
	}
}

func flip(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 1
	return data
}

func TestCacheFilesOfOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	dir := t.TempDir()
	useCache(t, dir, cacheKey)
	for path, data := range kept(t, dir) {
		plant := map[string]func() error{
			"readable by others": func() error { return os.Chmod(path, 0o644) },
			"symbolic link": func() error {
				target := filepath.Join(t.TempDir(), "target")
				if err := os.WriteFile(target, data, 0o600); err != nil {
					return err
				}
				if err := os.Remove(path); err != nil {
					return err
				}
				return os.Symlink(target, path)
			},
		}
		for name, f := range plant {
			t.Run(name, func(t *testing.T) {
				if err := f(); err != nil {
					t.Fatal(err)
				}
				if r := useCache(t, dir, cacheKey); len(r) != 1 || !strings.Contains(r[0], "refused") {
					t.Errorf("reports: %q, want one refusal", r)
				}
			})
		}
	}
	if err := os.Chmod(filepath.Join(dir, cacheFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{CacheDir: dir, CacheKey: cacheKey}); err == nil {
		t.Error("a folder that others can read was accepted")
	}
}

func TestCacheNeedsAKey(t *testing.T) {
	for _, key := range [][]byte{nil, []byte("short")} {
		if _, err := New(Config{CacheDir: t.TempDir(), CacheKey: key}); err == nil {
			t.Errorf("a key of %d bytes was accepted", len(key))
		}
	}
	dir := t.TempDir()
	useCache(t, dir, cacheKey)
	if r := useCache(t, dir, bytes.Repeat([]byte("k"), 32)); len(r) != 2 {
		t.Errorf("with another key: reports %q, want two refusals", r)
	}
}

// A file that no host loads any more goes when another is made; loading one says that it is used.
func TestCacheForgetsWhatIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	age := func(path string, by time.Duration) {
		t.Helper()
		at := time.Now().Add(-by)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	useCache(t, dir, cacheKey)
	used := slices.Sorted(maps.Keys(kept(t, dir)))
	for _, path := range used {
		age(path, 90*24*time.Hour)
	}
	old, young := filepath.Join(dir, cacheFolder, "old"), filepath.Join(dir, cacheFolder, "young")
	for path, by := range map[string]time.Duration{old: 61 * 24 * time.Hour, young: 59 * 24 * time.Hour} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		age(path, by)
	}
	useCache(t, dir, cacheKey) // loads what was made
	if err := os.Remove(used[0]); err != nil {
		t.Fatal(err)
	}
	useCache(t, dir, cacheKey) // makes one again
	want := append(slices.Clone(used), young)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(kept(t, dir))); !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
}

// A folder that cannot be written costs the next start time, no more.
func TestCacheThatCannotBeWritten(t *testing.T) {
	tests := map[string]struct {
		filled bool // the cache, before
		broken func(c *diskCache) error
	}{
		"the kept files":           {broken: func(c *diskCache) error { return os.RemoveAll(c.folder) }},
		"wazero's own":             {broken: noRoom},
		"the copy of what is kept": {filled: true, broken: noRoom},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var before map[string][]byte
			if tt.filled {
				useCache(t, dir, cacheKey)
				before = kept(t, dir)
			}
			var reports atomic.Int64
			h, err := New(Config{CacheDir: dir, CacheKey: cacheKey, Report: func(error) { reports.Add(1) }})
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			if err := tt.broken(h.cache); err != nil {
				t.Fatal(err)
			}
			in := get(t, newImage(t, h, guestModule()), InstanceConfig{})
			defer in.Release()
			if got, err := in.Call(context.Background(), fnAdd, 1, 2); err != nil || got != 3 {
				t.Errorf("got %d, %v", got, err)
			}
			if reports.Load() == 0 {
				t.Error("nothing was reported")
			}
			if tt.filled && !maps.EqualFunc(kept(t, dir), before, bytes.Equal) {
				t.Error("good files of the cache are gone")
			}
		})
	}
}

// noRoom makes it fail to write where wazero keeps its files, and leaves reading
// alone, as a full disk does.
func noRoom(c *diskCache) error {
	entries, err := os.ReadDir(c.work)
	if err != nil || len(entries) != 1 {
		return fmt.Errorf("%d folders, want 1: %w", len(entries), err)
	}
	folder := filepath.Join(c.work, entries[0].Name())
	return errors.Join(os.RemoveAll(folder), os.Symlink(filepath.Join(c.work, "nothing"), folder))
}
