package sqlite

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// Stmt is a prepared statement. It ends with its DB; Finalize ends it earlier.
type Stmt struct {
	db     *DB
	stmt   *sqlite3.Stmt
	active bool // it was stepped and is not over
}

// Prepare compiles the first statement of sql, and sets what follows it. The Stmt is
// nil if there is none. With a *Call it is not over: see Resume, after which into
// holds what there is.
func (db *DB) Prepare(sql string, into *Prepared) (*Call, error) {
	if db.conn == nil {
		return nil, &UseError{Message: "database is not open"}
	}
	if len(db.statements) >= maxStatements {
		return nil, &UseError{Message: fmt.Sprintf("too many prepared statements: at most %d at once", maxStatements)}
	}
	if len(sql) > maxSQL {
		return nil, tooBig
	}
	return db.run(func() error {
		stmt, rest, err := db.prepare(sql)
		if err != nil {
			return err
		}
		into.Tail = rest
		if stmt != nil {
			into.Stmt = &Stmt{db: db, stmt: stmt}
			db.statements[into.Stmt] = struct{}{}
		}
		return nil
	})
}

// Prepared is what Prepare made.
type Prepared struct {
	*Stmt
	Tail string
}

// use is guard for a statement that must not be finalized.
func (s *Stmt) use(f func() error) error {
	if s.stmt == nil || s.db.conn == nil {
		return &UseError{Message: "statement has been finalized"}
	}
	return s.db.guard(f)
}

// Finalize frees the statement. It may be called twice.
func (s *Stmt) Finalize() {
	if s.stmt == nil || s.db.conn == nil {
		return
	}
	delete(s.db.statements, s)
	_ = s.use(s.stmt.Close) // it says again what the last step said
	s.stmt = nil
}

// Parameters returns the parameters' names, with their prefix, by position; ""
// for one that has none.
func (s *Stmt) Parameters() (names []string, err error) {
	err = s.use(func() error {
		names = make([]string, s.stmt.BindCount())
		for i := range names {
			names[i] = s.stmt.BindName(i + 1)
		}
		return nil
	})
	return names, err
}

// Column describes a column of the result.
type Column struct {
	Name                    string
	Database, Table, Origin string // "" for an expression
	Type                    string // as declared
}

// Columns describes the result; it has none if the statement returns no rows.
func (s *Stmt) Columns() (columns []Column, err error) {
	err = s.use(func() error {
		columns = make([]Column, s.stmt.ColumnCount())
		for i := range columns {
			columns[i] = Column{
				Name: s.stmt.ColumnName(i), Database: s.stmt.ColumnDatabaseName(i), Table: s.stmt.ColumnTableName(i),
				Origin: s.stmt.ColumnOriginName(i), Type: s.stmt.ColumnDeclType(i),
			}
		}
		return nil
	})
	return columns, err
}

// ReadOnly reports whether the statement changes nothing of the database.
func (s *Stmt) ReadOnly() (ro bool, err error) {
	err = s.use(func() error { ro = s.stmt.ReadOnly(); return nil })
	return ro, err
}

// Expanded returns the text with the bound values in it.
func (s *Stmt) Expanded() (sql string, err error) {
	err = s.use(func() error { sql = s.stmt.ExpandedSQL(); return nil })
	return sql, err
}

// Bind resets the statement and binds values to its parameters by position: nil,
// bool, int64, float64, string or []byte. Unset are parameters beyond them if
// clear is true, else they stay as they were.
func (s *Stmt) Bind(args []any, clear bool) error {
	return s.use(func() error {
		s.active = false
		_ = s.stmt.Reset() // it says again what the last step said
		if clear {
			if err := s.stmt.ClearBindings(); err != nil {
				return err
			}
		}
		for i, v := range args {
			var err error
			switch v := v.(type) {
			case nil:
				err = s.stmt.BindNull(i + 1)
			case bool:
				err = s.stmt.BindBool(i+1, v)
			case int64:
				err = s.stmt.BindInt64(i+1, v)
			case float64:
				err = s.stmt.BindFloat(i+1, v)
			case string:
				s.db.moved(len(v))
				err = s.stmt.BindText(i+1, v)
			case []byte:
				s.db.moved(len(v))
				if v == nil {
					v = []byte{}
				}
				err = s.stmt.BindBlob(i+1, v)
			default:
				err = &UseError{Message: fmt.Sprintf("parameter %d cannot be bound", i+1)}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Result is what Step collects: Values has Rows times as many values as there are
// columns. Done is whether the statement is over; it is reset then, unless Keep is
// true, as which an EXPLAIN still counts as in progress.
type Result struct {
	Columns, Rows int
	Values        []any // nil, int64, float64, string, []byte
	Done          bool
	Keep          bool // set by the caller
}

// Step runs the statement until it has returned rows of some size, is over, or
// fails, which resets it. With a *Call it is not over: see Resume, after which rows
// holds what there is.
func (s *Stmt) Step(rows *Result, most int) (*Call, error) {
	if s.stmt == nil || s.db.conn == nil {
		return nil, &UseError{Message: "statement has been finalized"}
	}
	const mostBytes = 256 << 10
	return s.db.run(func() error {
		if s.stmt == nil { // finalized by a function
			return &UseError{Message: "statement has been finalized"}
		}
		rows.Columns = s.stmt.ColumnCount()
		s.active = true
		size := 0
		for rows.Rows < most && size < mostBytes {
			if !s.stmt.Step() {
				err := s.stmt.Err()
				s.active = false
				rows.Done = true
				if err != nil || !rows.Keep {
					_ = s.stmt.Reset() // it says again what Err said
				}
				return err
			}
			row := 0
			for i := range rows.Columns {
				v, n := column(s.stmt, i)
				rows.Values = append(rows.Values, v)
				if row += n; row > maxRow {
					rows.Values = rows.Values[:rows.Rows*rows.Columns]
					s.active, rows.Done = false, true
					_ = s.stmt.Reset() // nothing failed in SQLite
					return tooBig
				}
			}
			rows.Rows++
			size += row
			if !s.db.spend(int64(size>>bytesShift) + 8) {
				return ErrEnded
			}
		}
		return nil
	})
}

// Reset ends the statement's run.
func (s *Stmt) Reset() error {
	return s.use(func() error {
		s.active = false
		_ = s.stmt.Reset() // it says again what the last step said
		return nil
	})
}

// Active reports whether the statement was stepped and is not over.
func (s *Stmt) Active() bool { return s.active }

// column copies a value out of SQLite's memory, and returns its size.
func column(s *sqlite3.Stmt, i int) (any, int) {
	switch s.ColumnType(i) {
	case sqlite3.INTEGER:
		return s.ColumnInt64(i), 8
	case sqlite3.FLOAT:
		return s.ColumnFloat(i), 8
	case sqlite3.TEXT:
		t := s.ColumnText(i)
		return t, 8 + len(t)
	case sqlite3.BLOB:
		b := append([]byte{}, s.ColumnRawBlob(i)...)
		return b, 8 + len(b)
	}
	return nil, 8
}
