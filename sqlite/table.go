package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// Table describes a virtual table of the guest's, whose rows a function of its makes.
type Table struct {
	Columns []string
	// Parameters are hidden columns, which the function gets as arguments; at most 32.
	Parameters []string
	DirectOnly bool // not from views, triggers and the like
}

// Invalid stands for a value of a row that SQL cannot hold: the guest is asked why
// when it is read.
type Invalid struct{}

const maxParameters = 32

// CreateTable makes a virtual table of the guest known to SQL as name. With def nil,
// name is a module: each CREATE VIRTUAL TABLE asks the guest to Connect.
func (db *DB) CreateTable(name string, id int, def *Table) error {
	if def != nil {
		if err := def.check(); err != nil {
			return err
		}
	}
	return db.create(func() error {
		if def == nil {
			create := func(c *sqlite3.Conn, module, schema, name string, args ...string) (*table, error) {
				return db.connect(c, id, append([]string{module, schema, name}, args...))
			}
			//lint:ignore SA1019 the method that replaces it needs Go 1.27
			return sqlite3.CreateModule(db.conn, name, create, create)
		}
		//lint:ignore SA1019 the method that replaces it needs Go 1.27
		return sqlite3.CreateModule(db.conn, name, nil, func(c *sqlite3.Conn, _, _, _ string, _ ...string) (*table, error) {
			return newTable(db, c, id, 0, def)
		})
	})
}

func (t *Table) check() error {
	switch {
	case len(t.Columns) == 0 || len(t.Columns)+len(t.Parameters) > maxColumns:
		return &UseError{Message: fmt.Sprintf("a virtual table has at least one column, and at most %d", maxColumns)}
	case len(t.Parameters) > maxParameters:
		return &UseError{Message: fmt.Sprintf("a virtual table has at most %d parameters", maxParameters)}
	}
	return nil
}

// declaration is what SQLite is told of the table's columns.
func (t *Table) declaration() string {
	var all []string
	for _, p := range t.Parameters {
		all = append(all, sqlite3.QuoteIdentifier(p)+" HIDDEN")
	}
	for _, c := range t.Columns {
		all = append(all, sqlite3.QuoteIdentifier(c))
	}
	return "CREATE TABLE x(" + strings.Join(all, ", ") + ")"
}

// connect has the guest make a table of the module id. It answers with the table's
// number, whether it is for direct use only, how many parameters it has, and the names
// of parameters and columns.
func (db *DB) connect(c *sqlite3.Conn, id int, args []string) (*table, error) {
	wanted := Call{Function: id, Kind: Connect}
	for _, a := range args {
		wanted.Args = append(wanted.Args, a)
	}
	v, err := db.ask(wanted)
	if err != nil {
		return nil, err
	}
	bad := errors.New("the module's table makes no sense")
	answer, ok := v.([]any)
	if !ok || len(answer) < 3 {
		return nil, bad
	}
	var n [3]int64
	for i := range n {
		if n[i], ok = answer[i].(int64); !ok {
			return nil, bad
		}
	}
	names := make([]string, len(answer)-3)
	for i, name := range answer[3:] {
		if names[i], ok = name.(string); !ok {
			return nil, bad
		}
	}
	if n[2] < 0 || n[2] > int64(len(names)) {
		return nil, bad
	}
	def := &Table{Parameters: names[:n[2]], Columns: names[n[2]:], DirectOnly: n[1] != 0}
	if err := def.check(); err != nil {
		return nil, err
	}
	return newTable(db, c, id, n[0], def)
}

// table is a virtual table: number number of the module id.
type table struct {
	db     *DB
	id     int
	number int64
	def    *Table
}

func newTable(db *DB, c *sqlite3.Conn, id int, number int64, def *Table) (*table, error) {
	if err := c.DeclareVTab(def.declaration()); err != nil {
		return nil, err
	}
	use := sqlite3.VTAB_INNOCUOUS
	if def.DirectOnly {
		use = sqlite3.VTAB_DIRECTONLY
	}
	return &table{db, id, number, def}, c.VTabConfig(use)
}

// BestIndex passes on what parameters are equal to: bit i of the plan's number is
// that parameter i is an argument.
func (t *table) BestIndex(info *sqlite3.IndexInfo) error {
	at := map[int]int{} // constraints, by parameter
	for i, c := range info.Constraint {
		switch {
		case c.Op == sqlite3.INDEX_CONSTRAINT_LIMIT || c.Op == sqlite3.INDEX_CONSTRAINT_OFFSET || c.Column < 0 || c.Column >= len(t.def.Parameters):
			continue
		case c.Op != sqlite3.INDEX_CONSTRAINT_EQ:
			return fmt.Errorf("virtual table parameter %q can only be constrained by the '=' operator", t.def.Parameters[c.Column])
		case !c.Usable:
			return sqlite3.CONSTRAINT // a plan without the argument would be another table
		}
		if _, ok := at[c.Column]; !ok {
			at[c.Column] = i
		}
	}
	args := 0
	for p := range t.def.Parameters {
		if i, ok := at[p]; ok {
			args++
			info.IdxNum |= 1 << p
			info.ConstraintUsage[i] = sqlite3.IndexConstraintUsage{ArgvIndex: args, Omit: true}
		}
	}
	// High, so that the rows are not made again in a loop if that can be avoided.
	info.EstimatedRows = int64(1_000_000_000 / (args + 1))
	info.EstimatedCost = float64(info.EstimatedRows)
	return nil
}

// Open implements sqlite3.VTab.
func (t *table) Open() (sqlite3.VTabCursor, error) {
	c := &cursor{t: t, done: true}
	if n := len(t.db.slots); n > 0 {
		c.slot, t.db.slots = t.db.slots[n-1], t.db.slots[:n-1]
	} else {
		t.db.groups++
		c.slot = t.db.groups
	}
	return c, nil
}

// cursor goes through rows of a table. The guest keeps what makes them under its slot
// until they are over or the slot is another cursor's: it cannot be told of the end of
// a statement, which is no call.
type cursor struct {
	t     *table
	slot  int
	args  []any // by parameter
	row   []any
	done  bool
	rowID int64
}

// Close gives the slot back.
func (c *cursor) Close() error {
	c.t.db.slots = append(c.t.db.slots, c.slot)
	return nil
}

// Filter implements sqlite3.VTabCursor.
func (c *cursor) Filter(plan int, _ string, given ...sqlite3.Value) error {
	c.args = make([]any, len(c.t.def.Parameters))
	c.rowID, c.done = 0, true
	vs, err := values(given)
	if err != nil {
		return err
	}
	for p := range c.args {
		if plan&(1<<p) == 0 || len(vs) == 0 {
			continue
		}
		c.args[p], vs = vs[0], vs[1:]
		if c.args[p] == nil {
			return nil // nothing is equal to NULL
		}
	}
	return c.advance(Call{Function: c.t.id, Kind: Rows, Group: c.slot, Args: append([]any{c.t.number}, c.args...)})
}

// Next implements sqlite3.VTabCursor.
func (c *cursor) Next() error {
	return c.advance(Call{Function: c.t.id, Kind: Next, Group: c.slot})
}

// advance asks the guest for a row; nil is the end.
func (c *cursor) advance(wanted Call) error {
	c.done = true
	v, err := c.t.db.ask(wanted)
	if err != nil || v == nil {
		return err
	}
	row, ok := v.([]any)
	if !ok || len(row) != len(c.t.def.Columns) {
		return errors.New("a virtual table made no row")
	}
	c.row, c.done = slices.Clone(row), false
	c.rowID++
	return nil
}

// EOF implements sqlite3.VTabCursor.
func (c *cursor) EOF() bool { return c.done }

// RowID implements sqlite3.VTabCursor.
func (c *cursor) RowID() (int64, error) { return c.rowID, nil }

// Column implements sqlite3.VTabCursor.
func (c *cursor) Column(ctx sqlite3.Context, n int) error {
	if n < len(c.args) {
		result(ctx, c.args[n])
		return nil
	}
	v := c.row[n-len(c.args)]
	if _, ok := v.(Invalid); ok {
		_, err := c.t.db.ask(Call{Function: c.t.id, Kind: Why, Group: c.slot, Args: []any{int64(n - len(c.args))}})
		return errors.Join(err, errors.New("a virtual table made what SQL cannot hold"))
	}
	result(ctx, v)
	return nil
}
