package sqlite

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	// maxStep bounds the time between two looks at the meter. Most of SQLite needs some
	// milliseconds for the longest of them; a step that takes this long is one whose time
	// grows with the square of what it is given, and would take hours with more of it.
	maxStep = 3 * time.Second
	// watchEvery is how often a connection at work is looked at. A guest that has ended
	// waits so long for a step.
	watchEvery = 100 * time.Millisecond
)

// watch ends steps of SQLite that do not end: nothing can interrupt it within an
// instruction, so it takes its memory away, upon which the step panics. The connection
// can only be closed then.
type watch struct {
	memory []byte          // all that the connection may ever have; nil: its steps cannot be ended
	done   <-chan struct{} // closed when the guest has ended

	step uint64 // of the goroutine at work; never 0 there
	// state is 0 while SQLite does nothing or waits for the host, else the step, or killed.
	state atomic.Uint64
	armed atomic.Bool // the timer runs
	mu    sync.Mutex  // held while memory is taken away
	timer *time.Timer // of fire

	seen  uint64 // by fire: the state
	times int    // by fire: how often in succession
}

const killed = ^uint64(0)

// start makes the watch of a connection with this memory, whose guest ends with done.
func (w *watch) start(memory []byte, done <-chan struct{}) {
	if canProtect {
		w.memory, w.done = memory[:cap(memory)], done
		w.timer = time.AfterFunc(time.Hour, w.fire)
		w.timer.Stop()
	}
}

// begin says that SQLite is at work from now on; it returns false if it was already.
func (w *watch) begin() bool {
	w.step++
	if !w.state.CompareAndSwap(0, w.step) {
		return false
	}
	if w.memory != nil && !w.armed.Load() && w.armed.CompareAndSwap(false, true) {
		w.timer.Reset(watchEvery)
	}
	return true
}

// pause says that SQLite waits for the host, until begin. It returns whether it was
// at work, and false if its memory was taken away.
func (w *watch) pause() (was, ok bool) {
	v := w.state.Load()
	return v != 0, v == 0 || v != killed && w.state.CompareAndSwap(v, 0)
}

// end says that SQLite does nothing any more. It gives the memory back, and returns
// false, if that was taken away.
func (w *watch) end() bool {
	if _, ok := w.pause(); ok {
		return true
	}
	w.mu.Lock() // all of it is gone
	defer w.mu.Unlock()
	_ = protect(w.memory, false) // the memory is there: it cannot fail
	w.state.Store(0)
	return false
}

// fire looks whether SQLite is where it was.
func (w *watch) fire() {
	v := w.state.Load()
	if v != w.seen {
		w.seen, w.times = v, 0
	}
	w.times++
	if v == 0 {
		w.armed.Store(false)
		if w.state.Load() == 0 || !w.armed.CompareAndSwap(false, true) {
			return
		}
	} else if v != killed && (w.times > int(maxStep/watchEvery) || w.times > 1 && w.ended()) {
		w.mu.Lock()
		if w.state.CompareAndSwap(v, killed) {
			_ = protect(w.memory, true) // the memory is there: it cannot fail
		}
		w.mu.Unlock()
	}
	w.timer.Reset(watchEvery)
}

func (w *watch) ended() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// tooLong is why a connection whose step was ended cannot be used.
var tooLong = &Error{
	Code:    int(sqlite3.INTERRUPT),
	Message: fmt.Sprintf("interrupted: one step of the statement took longer than %v, and the connection can only be closed", maxStep),
}

// panicOnFault makes access to memory that was taken away a panic of the caller's
// goroutine, until what it returns is called.
func panicOnFault() func() {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}
