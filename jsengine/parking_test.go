package jsengine

import (
	"testing"
	"time"
)

// I2: who waits costs nobody else: many may, at one place.
func TestI2ManyWaitAtOnePlace(t *testing.T) {
	needsSharing(t)
	mem, err := testEngine.host.NewShared("", testEngine.host.SharePage())
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Release()
	var k parking
	at, order := place{mem, 0}, []int{}
	all := make([]*parked, maxWorkers*maxPending)
	for i := range all {
		all[i] = &parked{place: at, woken: func() { order = append(order, i) }}
		if !k.park(all[i], 4, 0) {
			t.Fatal("not parked")
		}
	}
	began := time.Now()
	for range 2000 {
		k.notify(at, 1)
	}
	for i := range 2000 {
		if !k.leave(all[len(all)/2+i]) || k.leave(all[i]) {
			t.Fatal("left twice, or never waited")
		}
	}
	if took := time.Since(began); took > 50*time.Millisecond {
		t.Errorf("waking 2,000 of %d, and 2,000 giving up, took %v", len(all), took)
	}
	for i, n := range order {
		if i != n {
			t.Fatalf("woken in the order %v …", order[:i+1])
		}
	}
	if n := k.notify(at, 1<<40); n != int64(len(all)-4000) || len(k.lists) != 0 {
		t.Errorf("the rest are %d, %d places are left", n, len(k.lists))
	}
}
