package wasmhost

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
)

const (
	cacheMagic   = "buntime native 1\n"
	cacheFolder  = "native-1"
	minCacheKey  = 16
	maxCacheFile = 1 << 30

	// unusedMost is how long a file is kept that no host loaded: that of a version which is
	// no longer run, of 5 MB.
	unusedMost = 60 * 24 * time.Hour
	usedEvery  = 24 * time.Hour // how exactly a file says when it was last loaded, by its time
)

// diskCache keeps the native code that wazero compiles, each file under our own
// MAC. wazero itself checks no more than a CRC of the code, takes a damaged
// offset table for good and a truncated file for a permanent error. So it never
// reads the kept files: what verified is laid into a private folder that lives
// as long as the host, where wazero finds it or leaves what it compiled.
type diskCache struct {
	key    []byte
	folder string // of the kept files
	work   string // wazero's own, emptied after each module
	report func(error)

	mu     sync.Mutex // held while a module compiles
	wazero wazero.CompilationCache
}

// openCache opens the cache in dir, or one that keeps nothing if dir is "".
func openCache(dir string, key []byte, report func(error)) (*diskCache, error) {
	if dir == "" {
		return &diskCache{wazero: wazero.NewCompilationCache()}, nil
	}
	if len(key) < minCacheKey {
		return nil, fmt.Errorf("wasmhost: a compilation cache needs a key of at least %d bytes", minCacheKey)
	}
	c := &diskCache{key: append([]byte(nil), key...), folder: filepath.Join(dir, cacheFolder), report: report}
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return nil, fmt.Errorf("wasmhost: make compilation cache: %w", err)
	}
	info, err := os.Lstat(c.folder)
	if err != nil {
		return nil, fmt.Errorf("wasmhost: compilation cache: %w", err)
	}
	if err := checkPrivate(info, true); err != nil {
		return nil, fmt.Errorf("wasmhost: compilation cache %s: %w", c.folder, err)
	}
	// What lies there is run unchecked, so nobody else may be able to put something in its
	// place: as in a private folder, or where the system keeps strangers from it.
	where := dir
	if info, err := os.Lstat(dir); err != nil || checkPrivate(info, true) != nil {
		where = ""
	}
	c.work, err = os.MkdirTemp(where, "buntime-compile-") // mode 0700
	if err != nil {
		return nil, fmt.Errorf("wasmhost: compilation cache: %w", err)
	}
	if c.wazero, err = wazero.NewCompilationCacheWithDir(c.work); err != nil {
		return nil, errors.Join(fmt.Errorf("wasmhost: compilation cache: %w", err), os.RemoveAll(c.work))
	}
	return c, nil
}

func (c *diskCache) close() error {
	err := c.wazero.Close(context.Background())
	if c.work != "" {
		err = errors.Join(err, os.RemoveAll(c.work))
	}
	return err
}

// compile compiles module in rt, with native code from the cache if it has it.
func (c *diskCache) compile(ctx context.Context, rt wazero.Runtime, module []byte) (wazero.CompiledModule, error) {
	if c.folder == "" {
		return rt.CompileModule(ctx, module)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := sha256.Sum256(module)
	kept := filepath.Join(c.folder, hex.EncodeToString(sum[:])+"-"+runtime.GOARCH)
	given, err := c.load(kept, sum)
	if err != nil {
		c.report(fmt.Errorf("wasmhost: refused a file of the compilation cache: %w", err))
		if err := os.Remove(kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.report(fmt.Errorf("wasmhost: compilation cache: %w", err))
		}
	}
	compiled, err := rt.CompileModule(ctx, module)
	if err != nil && given != "" {
		// Ours, but wazero does not take it: it would refuse it for ever.
		c.report(fmt.Errorf("wasmhost: refused a file of the compilation cache: %w", err))
		if err := c.empty(given); err != nil {
			return nil, err
		}
		given = ""
		compiled, err = rt.CompileModule(ctx, module)
	}
	if err != nil {
		// It may be that the copy for the cache found no room on the disk. The code is in
		// memory then, where wazero finds it.
		first := err
		if compiled, err = rt.CompileModule(ctx, module); err != nil {
			return nil, errors.Join(first, c.empty(given))
		}
		c.report(fmt.Errorf("wasmhost: compilation cache: %w", first))
	}
	// A cache that cannot be written costs the next start time, no more.
	if err := c.keep(kept, sum, given); err != nil {
		c.report(fmt.Errorf("wasmhost: compilation cache: %w", err))
	}
	return compiled, nil
}

// load lays the kept file, if there is one and it verifies, where wazero looks
// for it, and returns its path below c.work. An error says why it was refused.
func (c *diskCache) load(kept string, sum [32]byte) (given string, err error) {
	f, err := openPrivate(kept)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() > maxCacheFile {
		return "", errors.New("too long")
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return "", err
	}
	name, code, err := c.open(data, sum)
	if err != nil {
		return "", err
	}
	if !filepath.IsLocal(name) {
		return "", errors.New("name leaves the folder")
	}
	if now := time.Now(); now.Sub(info.ModTime()) > usedEvery {
		_ = os.Chtimes(kept, now, now) // else it is made again some day
	}
	path := filepath.Join(c.work, name)
	if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
		err = os.WriteFile(path, code, 0o600)
	}
	if err != nil {
		// The kept file is good: there is no room for a copy of it.
		c.report(fmt.Errorf("wasmhost: compilation cache: %w", errors.Join(err, os.RemoveAll(path))))
		return "", nil
	}
	return name, nil
}

// keep seals what wazero compiled, if it did not use given, and empties the
// working folder.
func (c *diskCache) keep(kept string, sum [32]byte, given string) error {
	var name string
	err := filepath.WalkDir(c.work, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".tmp") {
			return err
		}
		if rel, err := filepath.Rel(c.work, path); err != nil || rel != given {
			name = rel
		}
		return nil
	})
	if err == nil && name != "" {
		var code []byte
		if code, err = os.ReadFile(filepath.Join(c.work, name)); err == nil {
			err = errors.Join(writePrivate(kept, c.seal(name, code, sum)), c.prune())
		}
	}
	return errors.Join(err, c.empty(name), c.empty(given))
}

// prune removes the kept files that were not loaded for long. It is called when there is
// one more.
func (c *diskCache) prune() error {
	entries, err := os.ReadDir(c.folder)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > unusedMost {
			if err := os.Remove(filepath.Join(c.folder, e.Name())); !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// empty removes one file of the working folder; its folders stay, as wazero
// makes them only once.
func (c *diskCache) empty(name string) error {
	if name == "" {
		return nil
	}
	return os.Remove(filepath.Join(c.work, name))
}

// seal encodes a kept file: magic, MAC, length of the name, name, code. The MAC
// covers everything else and the module that the code belongs to.
func (c *diskCache) seal(name string, code []byte, sum [32]byte) []byte {
	out := make([]byte, 0, len(cacheMagic)+sha256.Size+4+len(name)+len(code))
	out = append(out, cacheMagic...)
	out = append(out, make([]byte, sha256.Size)...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(name)))
	out = append(out, name...)
	out = append(out, code...)
	copy(out[len(cacheMagic):], c.mac(out[len(cacheMagic)+sha256.Size:], sum))
	return out
}

func (c *diskCache) open(data []byte, sum [32]byte) (name string, code []byte, err error) {
	rest, ok := strings.CutPrefix(string(data[:min(len(data), len(cacheMagic))]), cacheMagic)
	if !ok || rest != "" || len(data) < len(cacheMagic)+sha256.Size+4 {
		return "", nil, errors.New("not a cache file")
	}
	body := data[len(cacheMagic)+sha256.Size:]
	if !hmac.Equal(data[len(cacheMagic):len(cacheMagic)+sha256.Size], c.mac(body, sum)) {
		return "", nil, errors.New("MAC does not match")
	}
	n := binary.LittleEndian.Uint32(body)
	body = body[4:]
	if uint64(n) > uint64(len(body)) {
		return "", nil, errors.New("not a cache file")
	}
	return string(body[:n]), body[n:], nil
}

func (c *diskCache) mac(body []byte, sum [32]byte) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write([]byte(cacheMagic))
	h.Write(sum[:])
	h.Write(body)
	return h.Sum(nil)
}

// writePrivate replaces path with data, all of it or nothing.
func writePrivate(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
