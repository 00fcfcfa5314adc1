package jsengine

import (
	"context"
	"runtime"

	"github.com/buntime/buntime/jsengine/wire"
)

// work is long work of the host on a guest's behalf, as the work sees it: it pays
// for each piece before doing it, and stops when it may do no more.
type work struct {
	p     *Process
	async context.Context // nil: on the guest's own goroutine
}

// pay puts units on the guest's bill and reports whether the work may go on. In
// between others get their turns; ctx and the guest's end stop it.
func (w work) pay(units int64) bool {
	if w.async == nil {
		w.p.Charge(units)
		return w.p.in.Checkpoint()
	}
	owed := w.p.state.owed.Add(units)
	limit := w.p.program.Limits.Fuel
	return w.async.Err() == nil && (limit == 0 || owed <= limit)
}

// run runs f, which may take longer than a slice and has no place to pay: of a guest's own
// goroutine in a turn for such work, and not at all if the guest's end comes first.
func (w work) run(f func()) {
	if w.async == nil {
		w.p.Work(f)
		return
	}
	f()
}

// errStopped ends work that may not go on. No guest sees it: it has ended, or its
// call was cancelled.
var errStopped = &JSError{Name: "AbortError", Message: "The operation was aborted", Code: "ABORT_ERR"}

// workers are the places of long work in the background, over all guests: half of
// the processors, so that guests keep theirs.
var workers = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// workOps makes of f the operation name, run at once, and name + "Async", run in
// the background when one of the workers is free.
func workOps(name string, f func(w work, c *Call) (any, error)) []Op {
	return []Op{
		{Name: name, Sync: func(c *Call) (any, error) { return f(work{p: c.Process}, c) }},
		{Name: name + "Async", Async: func(ctx context.Context, c *Call) (any, error) {
			select {
			case workers <- struct{}{}:
				defer func() { <-workers }()
			case <-ctx.Done():
				return nil, errStopped
			}
			return f(work{p: c.Process, async: ctx}, c)
		}},
	}
}

// rangeError is Node's ERR_OUT_OF_RANGE for a bound of ours.
func rangeError(name, want string) error {
	return &JSError{Name: "RangeError", Code: "ERR_OUT_OF_RANGE", Message: "The value of \"" + name + "\" is out of range. It must be " + want}
}

func object(pairs ...any) wire.Object {
	var o wire.Object
	for i := 0; i < len(pairs); i += 2 {
		o = append(o, wire.Pair{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return o
}

// field is a member of an object of the guest's, or undefined.
func field(o wire.Object, name string) any {
	for _, p := range o {
		if p.Key == name {
			return p.Value
		}
	}
	return wire.Undefined{}
}

func fieldString(o wire.Object, name string) string {
	s, _ := field(o, name).(string)
	return s
}

func fieldBytes(o wire.Object, name string) []byte {
	b, _ := field(o, name).([]byte)
	return b
}

// fieldInt is an integer member, or dflt.
func fieldInt(o wire.Object, name string, dflt int64) int64 {
	switch v := field(o, name).(type) {
	case int32:
		return int64(v)
	case float64:
		return int64(min(max(v, -1<<53), 1<<53))
	}
	return dflt
}
