package jsengine

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/big"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/sqlite"
)

const (
	// maxDatabases bounds the connections that one process has open.
	maxDatabases = 8
	// maxDatabaseMemory bounds what one connection holds beside its files.
	maxDatabaseMemory = 64 << 20
	// databaseFuel is what opening one costs: it makes a memory of SQLite's own.
	databaseFuel = 20_000
	// callFuel is what any use of one costs beside its work.
	callFuel = 60
)

// databases are the connections and statements of one process, by number.
type databases struct {
	open  map[int64]*database
	held  int64 // bytes of host memory that all of them have
	stmts map[int64]*statement
	last  int64
}

type database struct {
	*sqlite.DB
	id     int64
	locks  func()       // gives the workspace's locks back
	finish []func() any // what each call under way answers in the end, innermost last
}

type statement struct {
	*sqlite.Stmt
	db *database
}

func (t *databases) closeAll() {
	for _, db := range t.open {
		db.close()
	}
	t.open, t.stmts = nil, nil
}

func (db *database) close() {
	db.Close()
	db.locks()
}

// workspaceLocks are the locks of databases, by the workspace that their files
// are in: the processes of one workspace share them.
var workspaceLocks struct {
	mu sync.Mutex
	of map[Files]*locksOf // guarded by mu
}

type locksOf struct {
	sqlite.Locks
	users int
}

// locksFor returns the locks of a workspace, and what to call in the end. A Files that
// has a method Workspace is a view of what that returns.
func locksFor(files Files) (*sqlite.Locks, func()) {
	if view, ok := files.(interface{ Workspace() Files }); ok {
		files = view.Workspace()
	}
	w := &workspaceLocks
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[Files]*locksOf{}
	}
	l := w.of[files]
	if l == nil {
		l = &locksOf{}
		w.of[files] = l
	}
	l.users++
	return &l.Locks, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(w.of, files)
		}
	}
}

// sqliteHost is what a database may do in the name of p.
func sqliteHost(p *Process) (sqlite.Host, func()) {
	h := sqlite.Host{
		Dir:    p.program.Dir,
		Done:   p.ctx.Done(),
		Memory: min(max(p.program.Limits.Memory/2, 4<<20), maxDatabaseMemory),
		// All of them together have no more than the guest may have itself.
		Hold: func(delta int64) bool {
			t := &p.state.databases
			if delta > 0 && t.held+delta > max(p.program.Limits.Memory, 8<<20) || p.holding.Charge(delta) != nil {
				return false
			}
			t.held += delta
			return true
		},
		Spend: func(units int64) bool {
			p.in.Charge(units)
			return p.in.Checkpoint()
		},
		Sleep: func(d time.Duration) bool {
			p.Block(func() {
				t := time.NewTimer(d)
				defer t.Stop()
				select {
				case <-t.C:
				case <-p.ctx.Done():
				}
			})
			return p.ctx.Err() == nil
		},
	}
	files := p.program.Files
	if files == nil {
		none := func(name string) error { return &Errno{Code: "EACCES", Syscall: "open", Path: name} }
		h.Open = func(name string, _ int, _ fs.FileMode) (sqlite.File, error) { return nil, none(name) }
		h.Stat = func(name string) (fs.FileInfo, error) { return nil, none(name) }
		h.Unlink = none
		h.Real = func(name string) (string, error) { return "", none(name) }
		h.Locks = &sqlite.Locks{}
		return h, func() {}
	}
	of, done := DatabaseHost(files)
	h.Open, h.Stat, h.Unlink, h.Real, h.Locks = of.Open, of.Stat, of.Unlink, of.Real, of.Locks
	return h, done
}

// DatabaseHost returns a Host with what a database needs of files, and what to call
// once it is closed. The rest of the Host is the caller's.
func DatabaseHost(files Files) (h sqlite.Host, done func()) {
	h.Open = func(name string, flag int, perm fs.FileMode) (sqlite.File, error) {
		return files.Open(name, flag, perm)
	}
	h.Stat, h.Unlink = files.Stat, files.Unlink
	h.Real = func(name string) (string, error) {
		if real, err := files.Realpath(name); err == nil {
			return real, nil
		}
		dir, err := files.Realpath(path.Dir(name))
		if err != nil {
			return "", err
		}
		return path.Join(dir, path.Base(name)), nil
	}
	h.Locks, done = locksFor(files)
	return h, done
}

// sqliteError is what the runtime library makes an API's own error of: field
// sqlite is SQLite's extended code, or 0 for a use that is not allowed now.
func sqliteError(err error) error {
	var e *sqlite.Error
	var use *sqlite.UseError
	switch {
	case errors.As(err, &e):
		return &JSError{Message: strings.ToValidUTF8(e.Message, "�"), Fields: wire.Object{{Key: "sqlite", Value: int64(e.Code)}}}
	case errors.As(err, &use):
		return &JSError{Message: use.Message, Fields: wire.Object{{Key: "sqlite", Value: int64(0)}}}
	case errors.Is(err, sqlite.ErrEnded):
		return &JSError{Message: "interrupted", Fields: wire.Object{{Key: "sqlite", Value: int64(9)}}} // no guest sees it
	}
	return err
}

// How integers reach the guest, in the argument "ints" of operations.
const (
	intsAsNumbers = iota // rounded
	intsAsBigInts
	intsChecked // numbers, or an error
)

// toGuest makes a value of SQLite one that crosses.
func toGuest(v any, ints int64) (any, error) {
	switch v := v.(type) {
	case int64:
		switch {
		case ints == intsAsBigInts:
			return big.NewInt(v), nil
		case ints == intsChecked && (v > 1<<53-1 || v < -(1<<53-1)):
			return nil, &JSError{Name: "RangeError", Code: "ERR_OUT_OF_RANGE", Message: fmt.Sprintf("Value is too large to be represented as a JavaScript number: %d", v)}
		case int64(int32(v)) == v:
			return int32(v), nil
		}
		return float64(v), nil
	case string:
		return strings.ToValidUTF8(v, "�"), nil
	}
	return v, nil
}

func toGuestAll(values []any, ints int64) ([]any, error) {
	for i, v := range values {
		var err error
		if values[i], err = toGuest(v, ints); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// fromGuest makes a value that crossed one of SQLite; with doubles, every number
// is a floating-point one.
func fromGuest(v any, doubles bool) (any, error) {
	switch v := v.(type) {
	case nil, wire.Undefined:
		return nil, nil
	case bool, string, []byte:
		return v, nil
	case int32:
		if doubles {
			return float64(v), nil
		}
		return int64(v), nil
	case float64:
		if !doubles && v == math.Trunc(v) && math.Abs(v) < 1<<53 && (v != 0 || !math.Signbit(v)) {
			return int64(v), nil
		}
		if math.IsNaN(v) {
			return nil, nil
		}
		return v, nil
	case *big.Int:
		if v.IsInt64() {
			return v.Int64(), nil
		}
	}
	return nil, ArgError("value", "one that SQL can hold")
}

// answerOf makes what a function of the guest answered one of SQLite's values, or, of
// an array, several: what SQL cannot hold is an array in it.
func answerOf(v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return answered(v)
	}
	out := make([]any, len(list))
	for i, v := range list {
		if _, ok := v.([]any); ok {
			out[i] = sqlite.Invalid{}
			continue
		}
		var err error
		if out[i], err = answered(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// answered makes one value of an answer one of SQLite's, which has no booleans.
func answered(v any) (any, error) {
	switch v {
	case false:
		return int64(0), nil
	case true:
		return int64(1), nil
	}
	return fromGuest(v, true)
}

func (c *Call) database(i int) (*database, error) {
	id, err := c.Int(i, "database")
	if err != nil {
		return nil, err
	}
	c.Process.Charge(callFuel)
	db, ok := c.Process.state.databases.open[id]
	if !ok {
		return nil, sqliteError(&sqlite.UseError{Message: "database is not open"})
	}
	return db, nil
}

func (c *Call) statement(i int) (*statement, error) {
	id, err := c.Int(i, "statement")
	if err != nil {
		return nil, err
	}
	c.Process.Charge(callFuel)
	s, ok := c.Process.state.databases.stmts[id]
	if !ok {
		return nil, sqliteError(&sqlite.UseError{Message: "statement has been finalized"})
	}
	return s, nil
}

// went answers for work on a connection: ["call", function, kind, group, args] if
// the guest has to call a function and go on with sqlite.resume, else what finish
// says.
func (db *database) went(call *sqlite.Call, err error, finish func() any) (any, error) {
	if err != nil {
		return nil, sqliteError(err)
	}
	if call == nil {
		answer := finish()
		if err, ok := answer.(error); ok {
			return nil, err
		}
		return answer, nil
	}
	db.finish = append(db.finish, finish)
	return asked(call)
}

func asked(call *sqlite.Call) (any, error) {
	args, err := toGuestAll(call.Args, intsAsBigInts)
	if err != nil {
		return nil, err
	}
	if args == nil {
		args = []any{}
	}
	return []any{"call", int64(call.Function), int64(call.Kind), int64(call.Group), args}, nil
}

// sqliteOps are the operations behind bun:sqlite, node:sqlite and better-sqlite3.
func sqliteOps() []Op {
	return []Op{
		// sqlite.open (path, readOnly, create, noDoubleQuotes, foreignKeys) → number
		{Name: "sqlite.open", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "path")
			if err != nil {
				return nil, err
			}
			var flags [4]bool
			for i := range flags {
				if flags[i], err = c.Bool(i+1, "option"); err != nil {
					return nil, err
				}
			}
			t := &c.Process.state.databases
			if len(t.open) >= maxDatabases {
				return nil, sqliteError(&sqlite.UseError{Message: fmt.Sprintf("too many open databases: at most %d at once", maxDatabases)})
			}
			c.Process.Charge(databaseFuel)
			host, done := sqliteHost(c.Process)
			db, err := sqlite.Open(host, name, sqlite.Options{ReadOnly: flags[0], Create: flags[1], NoDoubleQuotes: flags[2], ForeignKeys: flags[3]})
			if err != nil {
				done()
				return nil, sqliteError(err)
			}
			if t.open == nil {
				t.open, t.stmts = map[int64]*database{}, map[int64]*statement{}
			}
			t.last++
			t.open[t.last] = &database{DB: db, id: t.last, locks: done}
			return t.last, nil
		}},
		{Name: "sqlite.close", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			if db.Waiting() {
				return nil, sqliteError(&sqlite.UseError{Message: "database is busy: a function called by SQL cannot close it"})
			}
			t := &c.Process.state.databases
			for id, s := range t.stmts {
				if s.db == db {
					delete(t.stmts, id)
				}
			}
			delete(t.open, db.id)
			db.close()
			return wire.Undefined{}, nil
		}},
		// sqlite.state (database) → [in a transaction, read-only, path or null]
		{Name: "sqlite.state", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			var name any
			if db.Path() != "" {
				name = db.Path()
			}
			return []any{db.InTransaction(), db.ReadOnly(), name}, nil
		}},
		// sqlite.exec (database, text) → [changes, all changes, last row id (bigint)]
		{Name: "sqlite.exec", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			sql, err := c.String(1, "sql")
			if err != nil {
				return nil, err
			}
			call, err := db.Exec(sql)
			return db.went(call, err, db.changes)
		}},
		// sqlite.prepare (database, text) → [statement, what follows it, parameters' names,
		// number of columns, read-only], or null if there is none in the text
		{Name: "sqlite.prepare", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			sql, err := c.String(1, "sql")
			if err != nil {
				return nil, err
			}
			var made sqlite.Prepared
			call, err := db.Prepare(sql, &made)
			return db.went(call, err, func() any {
				answer, err := c.prepared(db, made)
				if err != nil {
					return err
				}
				return answer
			})
		}},
		{Name: "sqlite.finalize", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "statement")
			if err != nil {
				return nil, err
			}
			t := &c.Process.state.databases
			if s, ok := t.stmts[id]; ok {
				if s.db.Waiting() {
					return nil, sqliteError(&sqlite.UseError{Message: "database is busy: a function called by SQL cannot finalize statements"})
				}
				delete(t.stmts, id)
				s.Finalize()
			}
			return wire.Undefined{}, nil
		}},
		// sqlite.columns (statement) → a [name, database, table, column, type] for each, null for what it has not
		{Name: "sqlite.columns", Sync: func(c *Call) (any, error) {
			s, err := c.statement(0)
			if err != nil {
				return nil, err
			}
			columns, err := s.Columns()
			if err != nil {
				return nil, sqliteError(err)
			}
			out := make([]any, len(columns))
			for i, col := range columns {
				row := []any{strings.ToValidUTF8(col.Name, "�"), col.Database, col.Table, col.Origin, col.Type}
				for j := 1; j < len(row); j++ {
					if row[j] == "" {
						row[j] = nil
					}
				}
				out[i] = row
			}
			return out, nil
		}},
		{Name: "sqlite.expanded", Sync: func(c *Call) (any, error) {
			s, err := c.statement(0)
			if err != nil {
				return nil, err
			}
			sql, err := s.Expanded()
			if err != nil {
				return nil, sqliteError(err)
			}
			return strings.ToValidUTF8(sql, "�"), nil
		}},
		{Name: "sqlite.reset", Sync: func(c *Call) (any, error) {
			s, err := c.statement(0)
			if err != nil {
				return nil, err
			}
			if err := s.Reset(); err != nil {
				return nil, sqliteError(err)
			}
			return wire.Undefined{}, nil
		}},
		// sqlite.bind (statement, values, clear, doubles)
		{Name: "sqlite.bind", Sync: func(c *Call) (any, error) {
			s, err := c.statement(0)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, s.bind(c)
		}},
		// sqlite.step (statement, values or undefined, clear, doubles, rows at most, ints, keep) → [over, values, changes…]
		{Name: "sqlite.step", Sync: func(c *Call) (any, error) {
			s, err := c.statement(0)
			if err != nil {
				return nil, err
			}
			if c.Has(1) {
				if err := s.bind(c); err != nil {
					return nil, err
				}
			}
			most, err := c.Int(4, "rows")
			if err != nil {
				return nil, err
			}
			ints, err := c.Int(5, "ints")
			if err != nil {
				return nil, err
			}
			keep, err := c.Bool(6, "keep")
			if err != nil {
				return nil, err
			}
			rows := sqlite.Result{Keep: keep}
			call, err := s.Step(&rows, int(max(min(most, 10_000), 1)))
			return s.db.went(call, err, func() any {
				values, err := toGuestAll(rows.Values, ints)
				if err != nil {
					_ = s.Reset() // what is wrong is the value
					return err
				}
				if values == nil {
					values = []any{}
				}
				if rows.Done {
					return append([]any{true, values}, s.db.changes().([]any)...)
				}
				return []any{false, values}
			})
		}},
		// sqlite.resume (database, failure text or null, value) → as the operation that asked
		{Name: "sqlite.resume", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			var value any
			var failure error
			if c.Has(1) {
				text, err := c.String(1, "failure")
				if err != nil {
					return nil, err
				}
				failure = errors.New(text)
			} else if value, err = answerOf(c.arg(2)); err != nil {
				failure = errors.New("a function returned what SQL cannot hold")
			}
			if len(db.finish) == 0 {
				return nil, sqliteError(&sqlite.UseError{Message: "no statement waits for a function"})
			}
			call, err := db.Resume(value, failure)
			if err == nil && call != nil {
				return asked(call)
			}
			finish := db.finish[len(db.finish)-1]
			db.finish = db.finish[:len(db.finish)-1]
			return db.went(nil, err, finish)
		}},
		// sqlite.function (database, name, number, arguments, deterministic, directOnly, kind: 0 scalar, 1 aggregate, 2 window)
		{Name: "sqlite.function", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			name, err := c.String(1, "name")
			if err != nil {
				return nil, err
			}
			var n [2]int64
			for i := range n {
				if n[i], err = c.Int(2+i, "number"); err != nil {
					return nil, err
				}
			}
			var o sqlite.FunctionOptions
			o.Args = int(max(min(n[1], 127), -1))
			if o.Deterministic, err = c.Bool(4, "deterministic"); err != nil {
				return nil, err
			}
			if o.DirectOnly, err = c.Bool(5, "directOnly"); err != nil {
				return nil, err
			}
			kind, err := c.Int(6, "kind")
			if err != nil {
				return nil, err
			}
			if kind == 0 {
				err = db.CreateFunction(name, int(n[0]), o)
			} else {
				err = db.CreateAggregate(name, int(n[0]), kind == 2, o)
			}
			if err != nil {
				return nil, sqliteError(err)
			}
			return wire.Undefined{}, nil
		}},
		// sqlite.table (database, name, number, parameters, columns or null if it is a module, directOnly)
		{Name: "sqlite.table", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			name, err := c.String(1, "name")
			if err != nil {
				return nil, err
			}
			number, err := c.Int(2, "number")
			if err != nil {
				return nil, err
			}
			var def *sqlite.Table
			if c.Has(4) {
				def = &sqlite.Table{}
				for i, names := range []*[]string{&def.Parameters, &def.Columns} {
					list, err := c.Array(3+i, "names")
					if err != nil {
						return nil, err
					}
					for _, v := range list {
						s, ok := v.(string)
						if !ok {
							return nil, ArgError("names", "an array of strings")
						}
						*names = append(*names, s)
					}
				}
				if def.DirectOnly, err = c.Bool(5, "directOnly"); err != nil {
					return nil, err
				}
			}
			if err := db.CreateTable(name, int(number), def); err != nil {
				return nil, sqliteError(err)
			}
			return wire.Undefined{}, nil
		}},
		{Name: "sqlite.serialize", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			data, err := db.Serialize()
			if err != nil {
				return nil, sqliteError(err)
			}
			return data, nil
		}},
		{Name: "sqlite.deserialize", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			data, err := c.Bytes(1, "data")
			if err != nil {
				return nil, err
			}
			if err := db.Deserialize(data); err != nil {
				return nil, sqliteError(err)
			}
			return wire.Undefined{}, nil
		}},
		// sqlite.backup (database, path) → pages
		{Name: "sqlite.backup", Sync: func(c *Call) (any, error) {
			db, err := c.database(0)
			if err != nil {
				return nil, err
			}
			name, err := c.String(1, "path")
			if err != nil {
				return nil, err
			}
			pages, err := db.Backup(name)
			if err != nil {
				return nil, sqliteError(err)
			}
			return int64(pages), nil
		}},
	}
}

func (db *database) changes() any {
	last, total, row := db.Changes()
	return []any{last, total, big.NewInt(row)}
}

// prepared is what the guest is told of a statement, which gets a number.
func (c *Call) prepared(db *database, made sqlite.Prepared) (any, error) {
	s := made.Stmt
	if s == nil {
		return nil, nil
	}
	names, err := s.Parameters()
	if err != nil {
		return nil, sqliteError(err)
	}
	columns, err := s.Columns()
	if err != nil {
		return nil, sqliteError(err)
	}
	ro, err := s.ReadOnly()
	if err != nil {
		return nil, sqliteError(err)
	}
	t := &c.Process.state.databases
	t.last++
	t.stmts[t.last] = &statement{s, db}
	params := make([]any, len(names))
	for i, n := range names {
		params[i] = n
	}
	return []any{t.last, made.Tail, params, int64(len(columns)), ro}, nil
}

// bind binds argument 1, an array, to the statement's parameters.
func (s *statement) bind(c *Call) error {
	args, err := c.Array(1, "values")
	if err != nil {
		return err
	}
	clear, err := c.Bool(2, "clear")
	if err != nil {
		return err
	}
	doubles, err := c.Bool(3, "doubles")
	if err != nil {
		return err
	}
	values := make([]any, len(args))
	for i, v := range args {
		if values[i], err = fromGuest(v, doubles); err != nil {
			return err
		}
	}
	if s.db.Waiting() && s.Active() {
		return sqliteError(&sqlite.UseError{Message: "statement is busy: it waits for a function that it called"})
	}
	if err := s.Bind(values, clear); err != nil {
		return sqliteError(err)
	}
	return nil
}
