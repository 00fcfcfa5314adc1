package pull

import (
	"runtime"
	"slices"
	"testing"
)

func TestPull(t *testing.T) {
	ended := false
	next, stop := Pull(func(yield func(int) bool) {
		defer func() { ended = true }()
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	})
	var got []int
	runtime.LockOSThread() // whoever resumes it may be locked or not
	for v, ok := next(); ok; v, ok = next() {
		got = append(got, v)
		runtime.UnlockOSThread()
		defer runtime.UnlockOSThread()
		runtime.LockOSThread()
	}
	if !slices.Equal(got, []int{0, 1, 2}) || !ended {
		t.Errorf("got %v, ended %v", got, ended)
	}
	stop()
	next, stop = Pull(func(yield func(int) bool) {
		for yield(1) {
		}
	})
	if v, ok := next(); v != 1 || !ok {
		t.Errorf("%d, %v", v, ok)
	}
	stop()
	if _, ok := next(); ok {
		t.Error("it goes on after stop")
	}
	next, _ = Pull(func(func(int) bool) { panic("x") })
	defer func() {
		if r := recover(); r != "x" {
			t.Errorf("recovered %v", r)
		}
	}()
	next()
}
