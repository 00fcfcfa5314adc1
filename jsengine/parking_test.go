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
	goOn := func(int64) bool { return true }
	began := time.Now()
	for range 2000 {
		k.notify(at, 1, goOn)
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
	// All of the rest, in pieces; but who comes meanwhile waits on.
	pieces, late := 0, &parked{place: at, woken: func() { t.Error("who came later was woken") }}
	if n := k.notify(at, 1<<40, func(woken int64) bool {
		if pieces++; pieces == 1 && !k.park(late, 4, 0) || woken > 1000 {
			t.Errorf("%d were woken at once", woken)
		}
		return true
	}); n != int64(len(all)-4000) || pieces < 100 {
		t.Errorf("the rest are %d, in %d pieces", n, pieces)
	}
	if !k.leave(late) || len(k.lists) != 0 {
		t.Errorf("%d places are left", len(k.lists))
	}
}
