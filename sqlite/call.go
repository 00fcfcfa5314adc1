package sqlite

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/buntime/buntime/internal/pull"
)

// maxCalls bounds SQL that runs within functions of the guest that run within SQL.
const maxCalls = 8

// Call is a function of the guest that SQL wants called: whoever gets one calls
// it and goes on with Resume.
type Call struct {
	Function int   // as CreateFunction, CreateAggregate or CreateTable was given it
	Kind     Kind  // of an aggregate or a table
	Group    int   // of an aggregate: which of those under way; of a table, which cursor
	Args     []any // nil, int64, float64, string, []byte
}

// Kind is what an aggregate or a table is to do.
type Kind int

// Kinds of a Call.
const (
	Scalar  Kind = iota
	Step         // take Args in
	Inverse      // take Args out
	Value        // give the result so far
	Final        // Group is over; nothing is returned
	Rows         // begin the rows of table Args[0], with the arguments that follow, and give the first: []any, or nil if there is none
	Next         // give the next row
	Connect      // make a table of a module; see DB.CreateTable
	Why          // fail, because column Args[0] of the row is Invalid
)

// call is work of a connection that runs beside the guest's goroutine, in turns
// with it, because it has to stop in the middle while the guest runs a function.
type call struct {
	next   func() (event, bool)
	cancel func()
	yield  func(event) bool
	over   bool // it was told to stop: it may not yield any more
	err    error

	result  any   // of the function it waits for
	failure error // instead
}

// event is why a call gave the goroutine back.
type event struct {
	call  *Call
	sleep time.Duration
	units int64
}

// run runs f on the connection. Without functions of the guest it returns when f
// has; with them it may return a *Call first.
func (db *DB) run(f func() error) (*Call, error) {
	if db.conn == nil {
		return nil, &UseError{Message: "database is not open"}
	}
	if !db.functions {
		return nil, db.guard(f)
	}
	if len(db.calls) == maxCalls {
		return nil, &UseError{Message: "too many levels of SQL within functions"}
	}
	c := &call{}
	c.next, c.cancel = pull.Pull(func(yield func(event) bool) {
		c.yield = yield
		c.err = db.guard(f)
	})
	db.calls = append(db.calls, c)
	return db.advance(c)
}

// Resume gives the function that the innermost call waits for its result, or its
// failure, and goes on.
func (db *DB) Resume(result any, failure error) (*Call, error) {
	if len(db.calls) == 0 {
		return nil, &UseError{Message: "no statement waits for a function"}
	}
	c := db.calls[len(db.calls)-1]
	c.result, c.failure = result, failure
	return db.advance(c)
}

// advance lets c go on until it wants a function called, or is over.
func (db *DB) advance(c *call) (*Call, error) {
	for {
		db.current = c
		e, ok := c.next()
		db.current = nil
		switch {
		case !ok:
			db.calls = db.calls[:len(db.calls)-1]
			return nil, c.err
		case e.call != nil:
			return e.call, nil
		case e.sleep > 0:
			c.over = !db.host.Sleep(e.sleep)
		default:
			c.over = !db.host.Spend(e.units)
		}
		if c.over {
			db.stop(c)
			return nil, ErrEnded
		}
	}
}

// stop ends c, which is the innermost call.
func (db *DB) stop(c *call) {
	c.over = true
	db.current = c
	c.cancel()
	db.current = nil
	db.calls = db.calls[:len(db.calls)-1]
}

// spend charges units, wherever the work runs, and reports whether it may go on.
func (db *DB) spend(units int64) bool {
	return db.wait(func() bool {
		if c := db.current; c != nil {
			return !c.over && c.yield(event{units: units})
		}
		return db.host.Spend(units)
	})
}

// sleep waits, wherever the work runs.
func (db *DB) sleep(d time.Duration) bool {
	return db.wait(func() bool {
		if c := db.current; c != nil {
			return !c.over && c.yield(event{sleep: d})
		}
		return db.host.Sleep(d)
	})
}

// wait runs f, in which the host or the guest does something and SQLite nothing.
func (db *DB) wait(f func() bool) bool {
	was, ok := db.watch.pause()
	if !ok {
		return false // its memory is gone
	}
	if was {
		defer db.watch.begin()
	}
	return f()
}

// ask has the guest call a function.
func (db *DB) ask(wanted Call) (any, error) {
	c := db.current
	if c == nil || c.over || !db.wait(func() bool { return c.yield(event{call: &wanted}) }) {
		return nil, sqlite3.INTERRUPT
	}
	return c.result, c.failure
}

// Options of a function.
type FunctionOptions struct {
	Args          int // how many it takes; negative: any number
	Deterministic bool
	DirectOnly    bool // not from views, triggers and the like
}

func (o FunctionOptions) flags() sqlite3.FunctionFlag {
	var f sqlite3.FunctionFlag
	if o.Deterministic {
		f |= sqlite3.DETERMINISTIC
	}
	if o.DirectOnly {
		f |= sqlite3.DIRECTONLY
	} else {
		f |= sqlite3.INNOCUOUS
	}
	return f
}

// CreateFunction makes a function of the guest known to SQL as name.
func (db *DB) CreateFunction(name string, id int, o FunctionOptions) error {
	return db.create(func() error {
		return db.conn.CreateFunction(name, max(o.Args, -1), o.flags(), func(ctx sqlite3.Context, args ...sqlite3.Value) {
			vs, err := values(args)
			if err != nil {
				ctx.ResultError(err)
				return
			}
			db.answer(ctx, Call{Function: id, Args: vs})
		})
	})
}

// CreateAggregate makes an aggregate of the guest known to SQL as name; with
// inverse, also as a window function.
func (db *DB) CreateAggregate(name string, id int, inverse bool, o FunctionOptions) error {
	return db.create(func() error {
		return db.conn.CreateWindowFunction(name, max(o.Args, -1), o.flags(), func() sqlite3.AggregateFunction {
			db.groups++
			a := &aggregate{db: db, id: id, group: db.groups}
			if inverse {
				return &window{a}
			}
			return a
		})
	})
}

func (db *DB) create(f func() error) error {
	if db.conn == nil {
		return &UseError{Message: "database is not open"}
	}
	if err := db.guard(f); err != nil {
		return err
	}
	db.functions = true
	return nil
}

// answer asks the guest, and makes its result that of ctx.
func (db *DB) answer(ctx sqlite3.Context, wanted Call) {
	v, err := db.ask(wanted)
	if err != nil {
		ctx.ResultError(err)
		return
	}
	result(ctx, v)
}

// result makes v that of ctx.
func result(ctx sqlite3.Context, v any) {
	switch v := v.(type) {
	case nil:
		ctx.ResultNull()
	case int64:
		ctx.ResultInt64(v)
	case float64:
		ctx.ResultFloat(v)
	case string:
		ctx.ResultText(v)
	case []byte:
		if v == nil {
			v = []byte{}
		}
		ctx.ResultBlob(v)
	default:
		ctx.ResultError(&Error{Message: "a function returned what SQL cannot hold"})
	}
}

// aggregate is one group of an aggregate of the guest.
type aggregate struct {
	db    *DB
	id    int
	group int
}

func (a *aggregate) do(ctx sqlite3.Context, kind Kind, args []sqlite3.Value) {
	vs, err := values(args)
	if err == nil {
		_, err = a.db.ask(Call{Function: a.id, Kind: kind, Group: a.group, Args: vs})
	}
	if err != nil {
		ctx.ResultError(err)
	}
}

func (a *aggregate) Step(ctx sqlite3.Context, args ...sqlite3.Value) { a.do(ctx, Step, args) }

func (a *aggregate) Value(ctx sqlite3.Context) {
	a.db.answer(ctx, Call{Function: a.id, Kind: Value, Group: a.group})
}

// Close is called when the group is over.
func (a *aggregate) Close() error {
	_, err := a.db.ask(Call{Function: a.id, Kind: Final, Group: a.group})
	return err
}

// window is an aggregate that can take out what it took in.
type window struct{ *aggregate }

func (w *window) Inverse(ctx sqlite3.Context, args ...sqlite3.Value) { w.do(ctx, Inverse, args) }

// values copies arguments out of SQLite's memory. The error is sqlite3.TOOBIG.
func values(args []sqlite3.Value) ([]any, error) {
	out := make([]any, len(args))
	size := 0
	for i, v := range args {
		if size > maxRow {
			return nil, sqlite3.TOOBIG
		}
		switch v.Type() {
		case sqlite3.INTEGER:
			out[i] = v.Int64()
		case sqlite3.FLOAT:
			out[i] = v.Float()
		case sqlite3.TEXT:
			text := v.Text()
			out[i], size = text, size+len(text)
		case sqlite3.BLOB:
			blob := append([]byte{}, v.RawBlob()...)
			out[i], size = blob, size+len(blob)
		}
	}
	return out, nil
}
