// Package pull turns a push function into one that is asked, as iter.Pull does,
// on an ordinary goroutine: iter.Pull's coroutine ends the whole process when it is
// resumed by a goroutine that is locked to its thread otherwise than when it was
// made, and those that run guests are locked and unlocked as they go.
package pull

// Pull returns two functions: next lets seq run until it yields, and returns what
// it yielded, or false once seq is over; stop makes the yield under way return
// false and waits for the end of seq. A panic of seq is that of next or stop. One
// of both must be called until seq is over. Neither may be called by several
// goroutines at once.
func Pull[V any](seq func(yield func(V) bool)) (next func() (V, bool), stop func()) {
	type item struct {
		value V
		ok    bool
		fault any
	}
	items := make(chan item)
	resume := make(chan bool)
	started, over := false, false
	run := func() {
		end := item{}
		defer func() {
			if r := recover(); r != nil {
				end.fault = r
			}
			items <- end
		}()
		seq(func(v V) bool {
			items <- item{value: v, ok: true}
			return <-resume
		})
	}
	step := func(more bool) (V, bool) {
		var none V
		if over {
			return none, false
		}
		if !started {
			if !more {
				over = true
				return none, false
			}
			started = true
			go run()
		} else {
			resume <- more
		}
		i := <-items
		if !i.ok {
			over = true
			if i.fault != nil {
				panic(i.fault)
			}
		}
		return i.value, i.ok
	}
	next = func() (V, bool) { return step(true) }
	stop = func() {
		for !over {
			step(false)
		}
	}
	return next, stop
}
