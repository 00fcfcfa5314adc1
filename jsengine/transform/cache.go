package transform

import (
	"container/list"
	"sync"
)

// cache keeps results by scope and content, least recently used dropped first.
// A scope sees only its own results, and can push out only its own beyond its
// share, so that the cache tells one tenant nothing of another.
type cache struct {
	max   int64 // bytes in all
	share int64 // bytes of one scope

	mu     sync.Mutex
	used   int64              // guarded by mu
	scopes map[string]*scoped // guarded by mu
	order  *list.List         // guarded by mu; *entry, most recent first
}

type scoped struct {
	used    int64
	entries map[cacheKey]*list.Element
}

type entry struct {
	scope string
	key   cacheKey
	rep   reply
	size  int64
}

func newCache(max int64) *cache {
	return &cache{max: max, share: max / 8, scopes: make(map[string]*scoped), order: list.New()}
}

func (c *cache) get(scope string, key cacheKey) (reply, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.scopes[scope]
	if s == nil {
		return reply{}, false
	}
	el := s.entries[key]
	if el == nil {
		return reply{}, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*entry).rep, true
}

func (c *cache) put(scope string, key cacheKey, rep reply) {
	size := int64(len(rep.Code) + len(rep.Map) + 256)
	if size > c.share {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.scopes[scope]
	if s == nil {
		s = &scoped{entries: make(map[cacheKey]*list.Element)}
		c.scopes[scope] = s
	}
	if s.entries[key] != nil {
		return
	}
	s.entries[key] = c.order.PushFront(&entry{scope: scope, key: key, rep: rep, size: size})
	s.used += size
	c.used += size
	for el := c.order.Back(); el != nil && (s.used > c.share || c.used > c.max); {
		prev := el.Prev()
		if c.used > c.max || el.Value.(*entry).scope == scope {
			c.dropLocked(el)
		}
		el = prev
	}
}

// dropLocked removes one entry. Precondition: c.mu is held.
func (c *cache) dropLocked(el *list.Element) {
	e := c.order.Remove(el).(*entry)
	s := c.scopes[e.scope]
	delete(s.entries, e.key)
	s.used -= e.size
	c.used -= e.size
	if len(s.entries) == 0 {
		delete(c.scopes, e.scope)
	}
}

func (c *cache) forget(scope string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.scopes[scope]; s != nil {
		for _, el := range s.entries {
			c.dropLocked(el)
		}
	}
}
