// Package jsengine runs JavaScript and TypeScript programs, each in a fresh
// sandbox: QuickJS in a metered WebAssembly instance that starts from an image
// in which the runtime library is already initialised.
//
// It knows modules, the event loop and what crosses between a guest and Go. It
// leaves to others where files live (Files), what the network allows (Net),
// how TypeScript is turned into JavaScript (Transformer), and sessions.
package jsengine

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"time"

	"github.com/buntime/buntime/wasmhost"
)

// Program describes one run.
type Program struct {
	// Code is the entry module's source. If it is empty, Entry is loaded.
	Code string
	// Entry is the absolute guest path of the entry module. With Code it is the
	// path the code goes by; "" means [eval].ts or .js in Dir.
	Entry string
	// Language of Code: "js", "ts", "jsx", "tsx"; "" and "auto" mean what
	// TypeScript, else TSX, makes of it.
	Language string
	// Node runs the program as Node would where Node and Bun differ: how modules
	// are found and named, and what console prints. The default is Bun's way.
	Node bool
	// Mixed, with Node, finds modules and tells them apart by Bun's rules, with what
	// packages have for Node: import and require in one file, whatever package.json
	// says, and tsconfig's paths. So does tsx.
	Mixed bool
	// Unnamed: process.argv has no entry module, as for node -e.
	Unnamed bool
	// Script is a text that Code evaluates by a name in brackets, as node -e does: an
	// error that nothing caught shows the line of it that it comes from.
	Script, ScriptName string
	// Preload is what the program loads before its entry module, in this order.
	Preload  []Preload
	ExecArgv []string          // process.execArgv
	Args     []string          // process.argv after the entry module
	Env      map[string]string // process.env
	Dir      string            // working directory; default /workspace
	Input    json.RawMessage   // import.meta.input; nil: undefined
	Stdin    []byte            // standard input
	Stream   InputStream       // standard input as it comes; nil: Stdin
	Stdout   io.Writer         // nil discards
	Stderr   io.Writer         // nil discards
	Files    Files             // nil: denied
	Net      Net               // nil: denied
	// Published knows which of Files are the same for everyone; nil: none.
	Published Published
	// Installer gets packages that are imported and not there; nil: none.
	Installer Installer
	// Inbound delivers requests to the program's servers; nil: only the program
	// itself reaches them.
	Inbound *Inbound
	// Loopback is what the program's servers listen on, and where it reaches those of
	// other programs; nil: one of its own.
	Loopback *Loopback
	// Processes starts programs beside this one; nil: denied.
	Processes Processes
	// Channel is how the program that started this one talks to it; nil: it does not.
	Channel *Channel
	// Funcs appear in the guest as globalThis.host.<name>(arg), awaited. They
	// may run at once on several goroutines.
	Funcs  map[string]HostFunc
	Limits Limits
	Seed   *[32]byte        // of all randomness in the guest; nil: the system's
	Clock  func() time.Time // the guest's clock; nil: the system's
	Tenant string           // whose turns the run takes
	Scope  string           // whose caches of transforms and of loaded programs are used
	// Pace throttles the guest; see wasmhost.InstanceConfig. nil: full speed.
	Pace func(cpu time.Duration) time.Duration
	// Pool is what the program shares with others; see wasmhost.InstanceConfig.
	Pool wasmhost.Pool

	gcAlways bool // the collector runs at every allocation: for tests

	family *family // of a worker
	worker *worker
	pacing *pacing
}

// Preload names what options of node load before a program.
type Preload struct {
	Kind string // "env": a file of variables; "require" or "import": a module
	Name string // the file's path, or the module's specifier in Dir
}

// InputStream is a standard input that comes piece by piece.
type InputStream interface {
	// ReadContext returns io.EOF at the end, and waits until there is something or
	// ctx ends.
	ReadContext(ctx context.Context, b []byte) (int, error)
}

// A BlockingWriter is a standard output that may have to wait for who reads it.
// When its Write fails the program ends: nobody reads any more.
type BlockingWriter interface {
	io.Writer
	// WriteContext is Write that ctx ends as well, which says nothing of who reads it.
	WriteContext(ctx context.Context, b []byte) (int, error)
}

// Limits bound a run. A zero field means its default, never "unbounded", but
// for Fuel, where zero means that time is the only bound.
type Limits struct {
	Memory  int64         // bytes of linear memory beyond the image; default 64 MiB
	Fuel    int64         // units; 0: no limit
	Timeout time.Duration // wall clock from the start of the guest; default 30 s
	Output  int64         // bytes of each of stdout and stderr; default 1 MiB
}

// HostFunc is a function of the host that a guest may call: JSON in, JSON out.
// The context ends with the program. An error's text reaches the guest.
type HostFunc func(ctx context.Context, arg json.RawMessage) (json.RawMessage, error)

// Result is how a program ended. A guest's own faults are here, not in an error.
type Result struct {
	ExitCode int
	Value    json.RawMessage // export default as JSON; nil if none or not JSON
	Fuel     int64           // units spent
	CPUTime  time.Duration   // while the guest held a turn
	WallTime time.Duration
	// MemoryPeak is the most linear memory held, in bytes beyond the image.
	MemoryPeak      int64
	StdoutTruncated bool
	StderrTruncated bool
	// UncaughtCode is the code ("ENOSPC") of the error that ended the program
	// because nothing caught it; "" if it had none. The guest chooses it.
	UncaughtCode string
	Denied       *DeniedError // the refusal that ended the program, uncaught; or nil
	Limit        *LimitError  // the limit that ended the program, or nil
}

// Files is the workspace a guest may use. All paths are absolute guest paths;
// errors are *Errno. It is used by one goroutine at a time unless it says more.
type Files interface {
	Open(path string, flag int, perm fs.FileMode) (File, error)
	Stat(path string) (fs.FileInfo, error)
	Lstat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
	Mkdir(path string, perm fs.FileMode) error
	MkdirAll(path string, perm fs.FileMode) error
	// Socket makes a socket, which nothing is read from: whoever listens there is on a Loopback.
	Socket(path string, perm fs.FileMode) error
	Unlink(path string) error
	Rmdir(path string) error
	RemoveAll(path string) error
	Rename(from, to string) error
	Link(from, to string) error
	Symlink(target, path string) error
	Readlink(path string) (string, error)
	Chmod(path string, mode fs.FileMode) error
	Chtimes(path string, atime, mtime time.Time) error
	Lchtimes(path string, atime, mtime time.Time) error // of a symbolic link itself
	Truncate(path string, size int64) error
	Realpath(path string) (string, error)
	ReadFile(path string) ([]byte, error)
	WriteFile(path string, data []byte, flag int, perm fs.FileMode) error
}

// File is an open file of Files. The opener closes it.
type File interface {
	ReadAt(p []byte, off int64) (int, error)
	WriteAt(p []byte, off int64) (int, error)
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	Sync() error
	Close() error
}

// Net is the network a guest may use.
type Net interface {
	Fetch(ctx context.Context, req *FetchRequest) (*FetchResponse, error)
}

// FetchRequest is one HTTP request of a guest.
type FetchRequest struct {
	Method   string
	URL      string
	Header   [][2]string
	Body     []byte
	HasBody  bool
	Stream   io.ReadCloser // instead of Body, if it is not nil: sent as it comes. Fetch closes it
	Redirect string        // "follow", "error", "manual"
	Close    bool          // the connection is for this request alone
	// Conn is where the request goes instead of to the URL's host, for it alone: a
	// connection of the execution's Loopback. Fetch closes it. A redirect leads elsewhere.
	Conn *LoopbackConn
}

// FetchResponse is the answer. The caller closes Body.
type FetchResponse struct {
	Status     int
	StatusText string
	URL        string
	Header     [][2]string
	Body       io.ReadCloser
	Redirected bool
}

// Transformer turns TypeScript and JSX into JavaScript.
type Transformer interface {
	// Transform returns *SyntaxError for what is wrong with the guest's source.
	Transform(ctx context.Context, req TransformRequest) (TransformResult, error)
}

// TransformRequest is one source file.
type TransformRequest struct {
	Source []byte
	Path   string // guest path, for messages
	Loader string // "ts", "tsx", "jsx", "js"
	Scope  string // whose cache
	// Compiler is the options of a tsconfig.json that matter, as a JSON object; "" if there are none.
	Compiler string
	JSXDev   bool // JSX for jsx-dev-runtime, if Compiler says nothing else
}

// TransformResult is JavaScript and its source map (v3, JSON).
type TransformResult struct {
	Code []byte
	Map  []byte
}
