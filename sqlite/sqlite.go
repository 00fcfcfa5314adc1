// Package sqlite runs SQLite for a guest: databases are files of its workspace,
// and all work is charged, bounded and can be cancelled.
//
// SQLite itself is github.com/ncruces/go-sqlite3, whose every connection has a
// memory of its own. What SQL text, a database file or a user function does is
// hostile: no name leads out of the workspace, no VFS but the connection's own can
// be named, and what SQLite cannot interrupt is bounded or replaced.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
	"github.com/ncruces/go-sqlite3/ext/rtree"
)

// Bounds of one connection. SQLite's own defaults are hundreds of times larger:
// between two looks at the meter it runs some instructions, and each may make or
// read a value of the greatest length.
const (
	maxLength     = 4 << 20       // bytes of a value or row
	maxRow        = 2 * maxLength // bytes of a row of a result, or of a function's arguments: SQLite has the same value once for many columns
	maxSQL        = 1 << 20       // bytes of a statement
	maxColumns    = 2000
	maxDepth      = 500 // of an expression
	maxCompound   = 500
	maxOps        = 1 << 20 // instructions of a statement
	maxPattern    = 50_000  // bytes of a pattern of LIKE
	maxVariables  = 32766
	maxTriggers   = 1000
	maxStatements = 10_000   // prepared at once
	maxSerialized = 64 << 20 // bytes of a database on its way out
	busyTimeout   = 5 * time.Second
)

// Work, in units of fuel.
const (
	pagesEvery = 32 // looks at the meter between two at the count of pages
	pageUnits  = 80 // for a page of a database that was looked into
	stepEvery  = 16 // instructions of SQLite's machine between two looks at the meter
	stepUnits  = 4 * stepEvery
	bytesShift = 6 // a unit for 64 bytes moved
)

// File is an open file of a guest's workspace.
type File interface {
	ReadAt(p []byte, off int64) (int, error)
	WriteAt(p []byte, off int64) (int, error)
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	Close() error
}

// Host is what a database needs of the guest that it belongs to. Its functions
// are called by whoever calls the DB's methods, and on no other goroutine.
type Host struct {
	// Open opens a file of the workspace at an absolute path; flag is of os.O_*.
	Open func(path string, flag int, perm fs.FileMode) (File, error)
	// Stat describes a file, following links.
	Stat func(path string) (fs.FileInfo, error)
	// Unlink removes a file.
	Unlink func(path string) error
	// Real resolves every link of a path, whose last element need not exist.
	Real func(path string) (string, error)
	// Spend charges units of fuel and lets others have their turns. It returns
	// false if the guest has to end: the work under way stops with ErrEnded.
	Spend func(units int64) bool
	// Sleep waits, giving up the guest's turn; false as Spend's.
	Sleep func(d time.Duration) bool
	// Done is closed when the guest has to end: a step of SQLite that cannot be
	// interrupted is ended soon then. It may be nil.
	Done <-chan struct{}
	// Dir is the working directory: absolute.
	Dir string
	// Locks are shared by all databases of one workspace.
	Locks *Locks
	// Memory bounds a connection, in bytes; at least 4 MiB.
	Memory int64
	// Hold adds bytes to what the connection has of the host's memory, or, negative,
	// gives them back; false if there is no room, upon which the connection can only
	// be closed. It may be nil: then who opens it has charged for Memory. It may be
	// called on another goroutine, while the caller's waits for that.
	Hold func(delta int64) bool
}

// ErrEnded reports work that stopped because Host.Spend said so.
var ErrEnded = errors.New("sqlite: the guest has ended")

// Error is what SQLite reports, in its own words.
type Error struct {
	Code    int    // extended result code
	Message string // as sqlite3_errmsg gives it
}

func (e *Error) Error() string { return e.Message }

// UseError is a use of a connection or statement that it does not allow now.
type UseError struct{ Message string }

func (e *UseError) Error() string { return e.Message }

// Options say how to open a database.
type Options struct {
	ReadOnly bool
	Create   bool
	// Memory: the database lives in memory, whatever its name.
	Memory bool
	// NoDoubleQuotes: "text" is a name only, never a string.
	NoDoubleQuotes bool
	// ForeignKeys is whether constraints of foreign keys are held from the start.
	ForeignKeys bool
}

// DB is one connection. It is not safe for concurrent use. The opener must Close it.
type DB struct {
	host       Host
	conn       *sqlite3.Conn
	inside     inside // what the library keeps to itself of conn
	watch      watch
	vfs        *workspaceVFS
	meter      *meter
	path       string // absolute; "" in memory
	statements map[*Stmt]struct{}
	calls      []*call // under way, that wait for a function of the guest; the last is innermost
	current    *call   // what runs now, beside the guest's goroutine
	groups     int     // of aggregates and cursors of tables, so far
	slots      []int   // of cursors that were closed
	functions  bool    // there are functions of the guest
	wantsWAL   bool    // the statement prepared last asks for a write-ahead log
	preparing  bool
	broken     error // why it can only be closed: out of memory, or a fault inside
	held       int64 // bytes that Host.Hold was told of
	aside      int64 // bytes of memory files
	owed       int64 // units that the next look at the meter charges
	pages      int64 // of databases, that were looked into so far
	looks      int   // at the meter
}

// Open opens the database at name, relative to Host.Dir. An empty name and
// ":memory:" are databases in memory.
func Open(host Host, name string, o Options) (*DB, error) {
	db := &DB{host: host, statements: map[*Stmt]struct{}{}}
	db.meter = &meter{db: db}
	if len(name) > 4096 || strings.ContainsRune(name, 0) {
		return nil, &Error{Code: int(sqlite3.CANTOPEN), Message: "unable to open database file"}
	}
	mode := "rw"
	switch {
	case o.ReadOnly:
		mode = "ro"
	case o.Create:
		mode = "rwc"
	}
	uri := "file::memory:"
	if !o.Memory && name != "" && name != ":memory:" {
		if file, ok := strings.CutPrefix(name, "file:"); ok { // a URI: its path counts, its parameters do not
			file, _, _ = strings.Cut(file, "#")
			file, _, _ = strings.Cut(file, "?")
			name = strings.TrimPrefix(file, "//")
			if decoded, err := url.PathUnescape(name); err == nil {
				name = decoded
			}
		}
		if !path.IsAbs(name) {
			name = path.Join(host.Dir, name)
		}
		db.path = path.Clean(name)
		uri = "file:" + (&url.URL{Path: db.path}).EscapedPath()
	}
	db.vfs = newVFS(db)
	query := url.Values{"vfs": {db.vfs.name}}
	if db.path != "" {
		query.Set("mode", mode)
	}
	ctx := sqlite3.WithMaxMemory(db.meter, max(host.Memory, 4<<20))
	err := db.guard(func() error {
		// The library keeps the memory of a connection that it cannot open, so opening
		// goes on without the file, and fails here.
		db.vfs.opening = true
		c, err := sqlite3.OpenContext(ctx, uri+"?"+query.Encode())
		db.vfs.opening = false
		if err != nil {
			return err
		}
		db.conn = c
		if db.inside, err = look(c); err != nil {
			return err
		}
		db.watch.start(*db.inside.memory, host.Done)
		if db.vfs.missing {
			return sqlite3.CANTOPEN
		}
		return db.setUp(o)
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// setUp makes a new connection safe for SQL from a guest.
func (db *DB) setUp(o Options) error {
	c := db.conn
	for id, n := range map[sqlite3.LimitCategory]int{
		sqlite3.LIMIT_LENGTH: maxLength, sqlite3.LIMIT_SQL_LENGTH: maxSQL, sqlite3.LIMIT_COLUMN: maxColumns,
		sqlite3.LIMIT_EXPR_DEPTH: maxDepth, sqlite3.LIMIT_COMPOUND_SELECT: maxCompound, sqlite3.LIMIT_VDBE_OP: maxOps,
		sqlite3.LIMIT_LIKE_PATTERN_LENGTH: maxPattern, sqlite3.LIMIT_VARIABLE_NUMBER: maxVariables,
		sqlite3.LIMIT_TRIGGER_DEPTH: maxTriggers, sqlite3.LIMIT_WORKER_THREADS: 0, sqlite3.LIMIT_ATTACHED: 10,
	} {
		c.Limit(id, n)
	}
	for option, on := range map[sqlite3.DBConfig]bool{
		sqlite3.DBCONFIG_DEFENSIVE:             true,
		sqlite3.DBCONFIG_TRUSTED_SCHEMA:        false,
		sqlite3.DBCONFIG_ENABLE_LOAD_EXTENSION: false,
		sqlite3.DBCONFIG_DQS_DML:               !o.NoDoubleQuotes,
		sqlite3.DBCONFIG_DQS_DDL:               !o.NoDoubleQuotes,
		sqlite3.DBCONFIG_ENABLE_FKEY:           o.ForeignKeys,
	} {
		if _, err := c.Config(option, on); err != nil {
			return err
		}
	}
	c.HardHeapLimit(max(db.host.Memory, 4<<20) * 7 / 8)
	c.SetInterrupt(db.meter)
	db.inside.lookOften()
	if db.vfs.isWAL() {
		if err := c.Exec(exclusive); err != nil {
			return err
		}
	}
	if err := fts5.Register(c); err != nil {
		return err
	}
	if err := rtree.Register(c); err != nil {
		return err
	}
	if err := db.replaceFunctions(); err != nil {
		return err
	}
	// Not SQLite's own, and slow: a program that wants them brings its own.
	for _, name := range []string{"regexp", "regexpi"} {
		if err := c.CreateFunction(name, 2, 0, nil); err != nil {
			return err
		}
	}
	// Temporary tables and sorts are files, which are in memory: what SQLite keeps in a
	// memory of its own it sorts within one instruction.
	if err := c.Exec("PRAGMA temp_store = file"); err != nil {
		return err
	}
	if err := c.BusyHandler(db.busy); err != nil {
		return err
	}
	return c.SetAuthorizer(db.authorize)
}

// exclusive makes a write-ahead log work: it needs memory shared between
// connections, or a connection that has the file for itself.
const exclusive = "PRAGMA locking_mode = exclusive"

// busy decides whether to wait for a lock that another connection has.
func (db *DB) busy(_ context.Context, count int) bool {
	const pause = 5 * time.Millisecond
	return time.Duration(count)*pause < busyTimeout && db.sleep(pause)
}

// authorize is asked about all that a statement would do, when it is prepared.
func (db *DB) authorize(action sqlite3.AuthorizerActionCode, name, arg, _, _ string) sqlite3.AuthorizerReturnCode {
	switch action {
	case sqlite3.AUTH_ATTACH:
		// What is attached must be a plain name in the text: an expression, which
		// comes here as no name, is not known yet, and a URI can name another file
		// system. VACUUM attaches no name or a known one, when it runs.
		if name == "" && db.preparing || strings.HasPrefix(name, "file:") {
			return sqlite3.AUTH_DENY
		}
	case sqlite3.AUTH_PRAGMA:
		switch strings.ToLower(name) {
		case "temp_store_directory", "data_store_directory", "mmap_size", "case_sensitive_like", "hard_heap_limit", "soft_heap_limit", "threads":
			if arg != "" {
				return sqlite3.AUTH_DENY
			}
		case "temp_store": // changes nothing that a program can see
			if arg != "" {
				return sqlite3.AUTH_IGNORE
			}
		case "journal_mode":
			if strings.EqualFold(arg, "wal") {
				db.wantsWAL = true
			}
		}
	case sqlite3.AUTH_FUNCTION:
		if slow(strings.ToLower(arg)) {
			return sqlite3.AUTH_DENY
		}
	case sqlite3.AUTH_CREATE_VTABLE:
		if slow(strings.ToLower(arg)) {
			return sqlite3.AUTH_DENY
		}
	}
	return sqlite3.AUTH_OK
}

// slow reports whether a function or module of this build of SQLite takes time in
// proportion to the square of what it is given, within one instruction, or
// reaches what is not the guest's.
func slow(name string) bool {
	switch name {
	case "json_patch", "jsonb_patch", "load_extension", "sqlite_log":
		return true
	}
	return strings.HasPrefix(name, "decimal") || strings.HasPrefix(name, "geopoly")
}

// guard runs f, which uses the connection, and makes what went wrong an *Error,
// *UseError or ErrEnded.
func (db *DB) guard(f func() error) (err error) {
	if db.broken != nil {
		return db.broken
	}
	defer panicOnFault()()
	outer := db.watch.begin()
	defer func() {
		// The library panics when the connection's memory is used up, and so does
		// SQLite's code on memory that makes no sense or was taken away.
		r := recover()
		if outer && !db.watch.end() {
			db.broken = tooLong
		} else if !db.fits() || r != nil {
			db.broken = outOfMemory
		}
		switch {
		case db.broken == tooLong && !db.watch.ended():
			err = tooLong
		case db.meter.ended, db.broken == tooLong:
			err = ErrEnded
		case db.broken != nil:
			err = db.broken
		}
	}()
	err = f()
	db.countPages()
	if db.owed > 0 && !db.settle(0) {
		db.meter.ended = true
	}
	return public(err)
}

// countPages owes units for the pages that were looked into since it was last called.
// Of an instruction that finds or changes a row they are most of its time.
func (db *DB) countPages() {
	if db.conn == nil || db.inside.memory == nil {
		return // it is being opened
	}
	n, _, _ := db.conn.Status(sqlite3.DBSTATUS_CACHE_HIT, false) // cannot fail
	db.owed += (n - db.pages) * pageUnits
	db.pages = n
}

// settle charges units and what is owed, and reports whether to go on.
func (db *DB) settle(units int64) bool {
	units += db.owed
	db.owed = 0
	return db.spend(units)
}

var outOfMemory = &Error{Code: int(sqlite3.NOMEM), Message: "out of memory"}

// fits charges for the memory that the connection took since it was last called, and
// reports whether there is room for it.
func (db *DB) fits() bool {
	total := db.aside
	if db.inside.memory != nil {
		total += int64(len(*db.inside.memory))
	}
	if db.host.Hold == nil {
		return total <= max(db.host.Memory, 4<<20)
	}
	if total == db.held {
		return true
	}
	ok := db.host.Hold(total - db.held)
	if ok {
		db.held = total
	}
	return ok
}

// public turns an error of the library into one of this package.
func public(err error) error {
	var e *sqlite3.Error
	var plain *UseError
	var ours *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &plain), errors.As(err, &ours), errors.Is(err, ErrEnded):
		return err
	case errors.As(err, &e):
		text := strings.TrimPrefix(e.Error(), "sqlite3: ")
		if sys := e.Unwrap(); sys != nil {
			text = strings.TrimSuffix(text, ": "+sys.Error())
		}
		// "SQL logic error: no such table: x" is what sqlite3_errmsg calls "no such table: x".
		if kind := strings.TrimPrefix(e.Code().Error(), "sqlite3: "); len(text) > len(kind)+2 && strings.HasPrefix(text, kind+": ") {
			text = text[len(kind)+2:]
		} else if kind := strings.TrimPrefix(e.ExtendedCode().Error(), "sqlite3: "); len(text) > len(kind)+2 && strings.HasPrefix(text, kind+": ") {
			text = text[len(kind)+2:]
		}
		return &Error{Code: int(e.ExtendedCode()), Message: text}
	}
	var code sqlite3.ExtendedErrorCode
	var short sqlite3.ErrorCode
	switch {
	case errors.As(err, &code):
	case errors.As(err, &short):
		code = short.ExtendedCode()
	default:
		code = sqlite3.ERROR.ExtendedCode()
	}
	return &Error{Code: int(code), Message: strings.TrimPrefix(code.Error(), "sqlite3: ")}
}

// Close closes the connection and all its statements; what waits for a function
// of the guest ends first. It may be called twice.
func (db *DB) Close() {
	for len(db.calls) > 0 {
		db.stop(db.calls[len(db.calls)-1])
	}
	if db.conn == nil {
		if db.vfs != nil {
			db.vfs.closeAll()
		}
		return
	}
	db.meter.closing = true
	for s := range db.statements {
		_ = db.quietly(s.stmt.Close)
	}
	db.statements = nil
	_ = db.quietly(db.conn.Close)
	_ = db.quietly(db.inside.free)
	db.conn = nil
	db.vfs.closeAll()
	db.aside = 0
	db.fits() // gives all back
}

// quietly runs a function of the end, whose failure changes nothing.
func (db *DB) quietly(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("sqlite: %v", r)
		}
	}()
	return f()
}

// Path returns the database's file, absolute, or "" if it is in memory.
func (db *DB) Path() string { return db.path }

// Waiting reports whether a call is under way that waits for a function of the guest.
func (db *DB) Waiting() bool { return len(db.calls) > 0 }

// InTransaction reports whether a transaction is open.
func (db *DB) InTransaction() bool { return db.conn != nil && !db.conn.GetAutocommit() }

// Changes returns the rows that the last statement changed, those changed since
// the connection was opened, and the last row inserted.
func (db *DB) Changes() (last, total, rowID int64) {
	return db.conn.Changes(), db.conn.TotalChanges(), db.conn.LastInsertRowID()
}

// ReadOnly reports whether the main database cannot be written.
func (db *DB) ReadOnly() bool {
	ro, _ := db.conn.ReadOnly("main")
	return ro
}

// Exec runs all statements of sql, and drops what they return. With a *Call it
// is not over: see Resume.
func (db *DB) Exec(sql string) (*Call, error) {
	if len(sql) > maxSQL {
		return nil, tooBig
	}
	return db.run(func() error {
		for rest := sql; rest != ""; {
			stmt, tail, err := db.prepare(rest)
			if err != nil || stmt == nil && tail == "" {
				return err
			}
			rest = tail
			if stmt == nil {
				continue
			}
			for stmt.Step() {
			}
			err = stmt.Err()
			_ = stmt.Close() // it says again what Err said
			if err != nil {
				return err
			}
		}
		return nil
	})
}

var tooBig = &Error{Code: int(sqlite3.TOOBIG), Message: "string or blob too big"}

// prepare compiles the first statement of sql, and gives the file to this
// connection alone if the statement asks for a write-ahead log.
func (db *DB) prepare(sql string) (*sqlite3.Stmt, string, error) {
	db.spend(int64(len(sql)))
	before := db.preparing // a table of the guest's may be connected in the middle
	db.wantsWAL, db.preparing = false, true
	stmt, tail, err := db.conn.Prepare(sql)
	db.preparing = before
	if err == nil && stmt != nil && db.wantsWAL {
		db.wantsWAL = false
		if err := db.conn.Exec(exclusive); err != nil {
			return nil, "", errors.Join(err, stmt.Close())
		}
	}
	return stmt, tail, err
}

// Serialize returns the main database as the bytes of its file, at most 64 MiB.
func (db *DB) Serialize() (data []byte, err error) {
	err = db.guard(func() error {
		buffer := &memFile{limit: maxSerialized, kept: true, db: db}
		db.vfs.buffer = buffer
		defer func() {
			db.vfs.buffer = nil
			buffer.drop() // what it held is the caller's
		}()
		if err := db.backup("file:/" + bufferName); err != nil {
			return err
		}
		data = buffer.data
		return nil
	})
	return data, err
}

// Deserialize makes data, the bytes of a database's file, the contents of the
// main database.
func (db *DB) Deserialize(data []byte) error {
	return db.guard(func() error {
		db.vfs.buffer = &memFile{data: data, limit: int64(len(data)), readOnly: true, kept: true}
		defer func() { db.vfs.buffer = nil }()
		return db.conn.Restore("main", "file:/"+bufferName+"?immutable=1&vfs="+url.QueryEscape(db.vfs.name))
	})
}

// Backup copies the main database to a file of the workspace.
func (db *DB) Backup(name string) (pages int, err error) {
	if !path.IsAbs(name) {
		name = path.Join(db.host.Dir, name)
	}
	err = db.guard(func() error { return db.backup("file:" + (&url.URL{Path: path.Clean(name)}).EscapedPath()) })
	if err == nil {
		err = db.guard(func() error {
			s, _, err := db.conn.Prepare("PRAGMA page_count")
			if err != nil {
				return err
			}
			defer s.Close()
			if s.Step() {
				pages = s.ColumnInt(0)
			}
			return s.Err()
		})
	}
	return pages, err
}

func (db *DB) backup(uri string) error {
	return db.conn.Backup("main", uri+"?vfs="+url.QueryEscape(db.vfs.name))
}

// meter is the context whose end SQLite looks at every stepEvery instructions.
type meter struct {
	context.Context // nil: only Err and Value are asked for
	db              *DB
	ended           bool
	closing         bool // what is left may finish
}

func (m *meter) Err() error {
	if m.closing {
		return nil
	}
	if !m.db.fits() {
		return context.Canceled // and guard says why
	}
	if m.db.looks++; m.db.looks%pagesEvery == 0 {
		m.db.countPages()
	}
	if m.ended || !m.db.settle(stepUnits) {
		m.ended = true
		return context.Canceled
	}
	return nil
}

func (m *meter) Value(any) any               { return nil }
func (m *meter) Done() <-chan struct{}       { return nil }
func (m *meter) Deadline() (time.Time, bool) { return time.Time{}, false }
