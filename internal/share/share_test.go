package share

import (
	"sync"
	"testing"
)

func TestPool(t *testing.T) {
	p := NewPool(800)
	hog, other := p.Part("hog"), p.Part("other")
	if !hog.Take(700) || hog.Take(1) || hog.Take(90) {
		t.Error("a tenant did not get what is not spare, or got more")
	}
	more := p.Part("hog")
	if more.Take(1) {
		t.Error("another part of the tenant got more")
	}
	if !other.Take(20) || other.Take(20) {
		t.Error("another tenant did not get a quarter of what is left, or got more")
	}
	hog.Note(100) // is there already
	if p.Used() != 820 || other.Take(1) {
		t.Error("what is there does not count")
	}
	if !hog.Take(-1000) || p.Used() != 20 {
		t.Errorf("%d are held after a part gave back more than it had", p.Used())
	}
	for _, x := range []*Part{hog, other, more, p.Part("none")} {
		x.Release()
		x.Release()
	}
	if p.Used() != 0 || len(p.accounts) != 0 {
		t.Errorf("%d are held by %d tenants after all were released", p.Used(), len(p.accounts))
	}
}

func TestPoolHammer(t *testing.T) {
	p := NewPool(1000)
	var wg sync.WaitGroup
	for _, tenant := range []string{"a", "a", "b", "c"} {
		wg.Go(func() {
			for i := range 5000 {
				x := p.Part(tenant)
				if x.Take(int64(i % 500)) {
					x.Take(-int64(i % 7))
				}
				if p.Used() > 1000 {
					t.Error("more is held than there is")
				}
				x.Release()
			}
		})
	}
	wg.Wait()
	if p.Used() != 0 || len(p.accounts) != 0 {
		t.Errorf("%d are held by %d tenants", p.Used(), len(p.accounts))
	}
}
