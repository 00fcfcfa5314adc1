package storage

import (
	"container/list"
	"sync"
	"time"
)

// shelf is the index in memory of a bounded set of stored values, oldest
// first. It is filled from Badger when first used.
type shelf struct {
	mu     sync.Mutex // held over writes of the values too, so that they agree
	loaded bool
	items  map[tag]*list.Element // of *slip
	order  list.List             // oldest first
	bytes  int64
}

// slip is one value on a shelf.
type slip struct {
	name    tag
	size    int64     // bytes
	set     uint64    // tells its chunks from those of the value before
	expires time.Time // zero: never
}

// put adds a slip and takes off what it replaces, what has expired at the old
// end, and what is over the bounds. It returns those taken off.
func (sh *shelf) put(s slip, maxItems int, maxBytes int64, now time.Time) (dropped []slip) {
	if sh.items == nil {
		sh.items = map[tag]*list.Element{}
	}
	if old, ok := sh.take(s.name); ok {
		dropped = append(dropped, old)
	}
	sh.items[s.name] = sh.order.PushBack(&s)
	sh.bytes += s.size
	for {
		oldest := sh.order.Front().Value.(*slip)
		over := sh.order.Len() > maxItems || sh.bytes > maxBytes
		expired := !oldest.expires.IsZero() && !now.Before(oldest.expires)
		if oldest.name == s.name || !over && !expired {
			return dropped
		}
		sh.take(oldest.name)
		dropped = append(dropped, *oldest)
	}
}

// take removes a slip.
func (sh *shelf) take(name tag) (slip, bool) {
	e := sh.items[name]
	if e == nil {
		return slip{}, false
	}
	delete(sh.items, name)
	s := sh.order.Remove(e).(*slip)
	sh.bytes -= s.size
	return *s, true
}
