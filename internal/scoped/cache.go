// Package scoped keeps results in memory by content, each scope's for itself.
package scoped

import (
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// Key names a result by the hash of all that goes into it.
type Key [sha256.Size]byte

// KeyOf is the key of parts, in their order.
func KeyOf(parts ...string) Key {
	n := 0
	for _, part := range parts {
		n += 8 + len(part)
	}
	var small [512]byte
	b := small[:0]
	if n > len(small) {
		b = make([]byte, 0, n)
	}
	for _, part := range parts {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// Cache keeps results by scope and key, least recently used dropped first. A
// scope sees only its own results, and can push out only its own beyond its
// share, an eighth, so that the cache tells one tenant nothing of another. It is
// safe for concurrent use.
type Cache[V any] struct {
	max   int64  // bytes in all
	share int64  // bytes of one scope
	wide  string // a scope that may have half; "": none

	mu     sync.Mutex
	used   int64                // guarded by mu
	scopes map[string]*scope[V] // guarded by mu
	order  *list.List           // guarded by mu; *entry[V], most recent first
}

type scope[V any] struct {
	used    int64
	entries map[Key]*list.Element
}

type entry[V any] struct {
	scope string
	key   Key
	value V
	size  int64
}

// entryBytes is what an entry takes beside its value.
const entryBytes = 256

// New returns a cache of at most max bytes.
func New[V any](max int64) *Cache[V] {
	return &Cache[V]{max: max, share: max / 8, scopes: make(map[string]*scope[V]), order: list.New()}
}

// Widen lets the scope have half of the cache. It is to be called before others.
func (c *Cache[V]) Widen(name string) { c.wide = name }

func (c *Cache[V]) shareOf(name string) int64 {
	if name == c.wide && name != "" {
		return c.max / 2
	}
	return c.share
}

// Get returns what the scope has under key.
func (c *Cache[V]) Get(name string, key Key) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.scopes[name]
	if s == nil {
		return value, false
	}
	el := s.entries[key]
	if el == nil {
		return value, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*entry[V]).value, true
}

// Put keeps value, of so many bytes, for the scope, in place of what it has under
// key. A value over a scope's share is not kept.
func (c *Cache[V]) Put(name string, key Key, value V, size int64) {
	size += entryBytes
	share := c.shareOf(name)
	if size > share {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.scopes[name]; s != nil && s.entries[key] != nil {
		c.dropLocked(s.entries[key])
	}
	s := c.scopes[name]
	if s == nil {
		s = &scope[V]{entries: make(map[Key]*list.Element)}
		c.scopes[name] = s
	}
	s.entries[key] = c.order.PushFront(&entry[V]{scope: name, key: key, value: value, size: size})
	s.used += size
	c.used += size
	for el := c.order.Back(); el != nil && (s.used > share || c.used > c.max); {
		prev := el.Prev()
		if c.used > c.max || el.Value.(*entry[V]).scope == name {
			c.dropLocked(el)
		}
		el = prev
	}
}

// dropLocked removes one entry. Precondition: c.mu is held.
func (c *Cache[V]) dropLocked(el *list.Element) {
	e := c.order.Remove(el).(*entry[V])
	s := c.scopes[e.scope]
	delete(s.entries, e.key)
	s.used -= e.size
	c.used -= e.size
	if len(s.entries) == 0 {
		delete(c.scopes, e.scope)
	}
}

// Forget drops all that the scope has.
func (c *Cache[V]) Forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.scopes[name]; s != nil {
		for _, el := range s.entries {
			c.dropLocked(el)
		}
	}
}
