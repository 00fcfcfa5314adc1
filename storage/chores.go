package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
	"go.uber.org/zap"
)

// A chore is work that a finished call left to do in the background. It is
// noted in Badger until it is done, so that a crash does not lose it.
type chore struct {
	key    []byte // of the note
	id     string // session
	sort   byte
	failed bool // before
}

// chores are the work to do, done by one goroutine.
type chores struct {
	mu    sync.Mutex
	queue []chore // guarded by mu
	wake  chan struct{}
}

func (c *chores) init() { c.wake = make(chan struct{}, 1) }

func (c *chores) add(list ...chore) {
	if len(list) == 0 {
		return
	}
	c.mu.Lock()
	c.queue = append(c.queue, list...)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *chores) take() []chore {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.queue
	c.queue = nil
	return list
}

// span is the keys from from up to to, or all with the prefix from if to is
// empty.
type span struct{ from, to []byte }

func appendSpans(b []byte, list []span) []byte {
	for _, r := range list {
		b = binary.AppendUvarint(b, uint64(len(r.from)))
		b = append(b, r.from...)
		b = binary.AppendUvarint(b, uint64(len(r.to)))
		b = append(b, r.to...)
	}
	return b
}

func decodeSpans(b []byte) ([]span, error) {
	d := decoder{rest: b}
	var list []span
	for len(d.rest) > 0 && !d.bad {
		r := span{from: d.bytes(int(d.uvarint(256)))}
		r.to = d.bytes(int(d.uvarint(256)))
		list = append(list, r)
	}
	if d.bad {
		return nil, fmt.Errorf("list of garbage: %w", ErrCorrupt)
	}
	return list, nil
}

// recoverChores finishes erasures that a crash cut and queues what else was
// left, before the store is used.
func (s *Store) recoverChores() error {
	var list []chore
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, []byte{preTodo}, func(item *badger.Item) (bool, error) {
			key := item.KeyCopy(nil)
			id, rest, ok := bytes.Cut(key[1:], []byte{0})
			if !ok || len(rest) == 0 {
				return false, fmt.Errorf("note of work: %w", ErrCorrupt)
			}
			list = append(list, chore{key: key, id: string(id), sort: rest[0]})
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.sort != todoErase {
			continue
		}
		b, err := s.get(recordKeyOf(c.id))
		if errors.Is(err, ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		p, err := parseRecordHeader(b)
		if err != nil {
			return err
		}
		if err := s.destroy(c.id, p); err != nil {
			return err
		}
	}
	s.chores.add(list...)
	return nil
}

// runChores does chores until the store closes, those that fail again and again;
// what is left then is done after the next Open.
func (s *Store) runChores(o *orphans) {
	defer s.owned.Done()
	again := time.NewTicker(s.cfg.retry)
	defer again.Stop()
	var failed []chore
	if err := o.free(s); err != nil {
		s.log.Warn("free unused slots", zap.Error(err))
	}
	if err := s.sweepParcels(); err != nil && s.closing.Err() == nil {
		s.log.Warn("remove what is left of parcels", zap.Error(err))
	}
	for {
		for _, c := range s.chores.take() {
			if s.closing.Err() != nil {
				return
			}
			if err := s.do(c); err != nil && s.closing.Err() == nil {
				if !c.failed {
					s.log.Warn("background work on a session failed; it is tried again", zap.String("session", c.id), zap.Duration("every", s.cfg.retry), zap.Error(err))
				}
				c.failed = true
				failed = append(failed, c)
			}
		}
		select {
		case <-s.closing.Done():
			return
		case <-s.chores.wake:
		case <-again.C:
			s.chores.add(failed...)
			failed = nil
		}
	}
}

// flushEvery is how long usage may wait to be written; callers may lose 5 s.
const flushEvery = 2 * time.Second

// runFlush writes buffered usage until the store closes.
func (s *Store) runFlush() {
	defer s.owned.Done()
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.closing.Done():
			return
		case <-tick.C:
			if err := s.flush(); err != nil {
				s.log.Warn("write usage", zap.Error(err))
			}
		}
	}
}

func (s *Store) do(c chore) error {
	switch c.sort {
	case todoErase:
		return s.purge(c)
	case todoSweep, todoGarbage:
		l, err := s.acquire(c.id)
		if errors.Is(err, ErrNotFound) {
			return s.write(entry{key: c.key, delete: true}) // erased: purge deletes more than this would
		} else if err != nil {
			return err
		}
		defer s.live.release(l)
		if c.sort == todoSweep {
			return s.sweep(l, c)
		}
		// A snapshot taken from here on is of a state that has no use for what
		// is deleted: it was published before the chore was queued.
		if l.park(c) {
			return nil
		}
		return s.collect(c)
	}
	return fmt.Errorf("note of unknown work %q: %w", c.sort, ErrCorrupt)
}

// park puts a chore off until no snapshot is open, and reports whether it did.
func (l *live) park(c chore) bool {
	l.readers.Lock()
	defer l.readers.Unlock()
	if l.readers.n == 0 {
		return false
	}
	l.readers.parked = append(l.readers.parked, c)
	return true
}

// collect deletes the ranges that a commit listed.
func (s *Store) collect(c chore) error {
	b, err := s.get(c.key)
	if errors.Is(err, ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	list, err := decodeSpans(b)
	if err != nil {
		return err
	}
	for _, r := range list {
		// The list is not sealed: it may name nothing of another session's.
		if len(r.from) == 0 || !bytes.HasPrefix(r.from[1:], sessionKey(0, c.id)[1:]) {
			return fmt.Errorf("list of garbage: %w", ErrCorrupt)
		}
	}
	return s.deleteSpans(list, c.key)
}

// deleteSpans deletes all keys in the ranges and then the note of the work.
func (s *Store) deleteSpans(list []span, note []byte) error {
	if err := s.roomAtAll(); err != nil {
		return err
	}
	batch := s.db.NewWriteBatch()
	batch.SetMaxPendingTxns(1)
	defer batch.Cancel()
	for _, r := range list {
		err := s.view(func(txn *badger.Txn) error {
			prefix := r.from
			if len(r.to) > 0 {
				prefix = r.from[:commonPrefix(r.from, r.to)]
			}
			it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
			defer it.Close()
			for it.Seek(r.from); it.Valid(); it.Next() {
				if len(r.to) > 0 && bytes.Compare(it.Item().Key(), r.to) >= 0 {
					return nil
				}
				if err := s.closing.Err(); err != nil {
					return ErrClosed
				}
				if err := batch.Delete(it.Item().KeyCopy(nil)); err != nil {
					return storeError("delete", err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := batch.Delete(note); err != nil {
		return storeError("delete", err)
	}
	return storeError("delete", batch.Flush())
}

func commonPrefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// sweep deletes all content and tables of a session that its last commit does
// not refer to.
func (s *Store) sweep(l *live, c chore) error {
	select {
	case l.writer <- struct{}{}:
		defer func() { <-l.writer }()
	case <-s.closing.Done():
		return ErrClosed
	}
	// With the writer's token, a snapshot taken from here on is of the state
	// that is swept for.
	if l.gone.Load() || l.park(c) {
		return nil
	}
	st, err := s.workspace(l)
	if err != nil {
		return err
	}
	used := make(map[contentID]struct{}, st.tree.count)
	st.tree.from("", func(n *node) bool {
		used[n.content] = struct{}{}
		return true
	})
	list := []span{
		{from: sessionKey(preBase, l.id), to: genKey(preBase, l.id, st.base)},
		{from: genKey(preBase, l.id, st.base+1), to: prefixEnd(sessionKey(preBase, l.id))},
		{from: sessionKey(preDelta, l.id), to: genKey(preDelta, l.id, st.base+1)},
		{from: genKey(preDelta, l.id, st.gen+1), to: prefixEnd(sessionKey(preDelta, l.id))},
	}
	prefix := sessionKey(preContent, l.id)
	err = s.view(func(txn *badger.Txn) error {
		var last contentID
		return scan(txn, prefix, func(item *badger.Item) (bool, error) {
			key := item.Key()
			if len(key) < len(prefix)+len(last) {
				return true, nil
			}
			id := contentID(key[len(prefix):][:len(last)])
			if _, ok := used[id]; !ok && id != last {
				list = append(list, span{from: contentKey(l.id, id)})
			}
			last = id
			return s.closing.Err() == nil, nil
		})
	})
	if err != nil {
		return err
	}
	if s.closing.Err() != nil {
		return ErrClosed
	}
	return s.deleteSpans(list, c.key)
}

// purge deletes what is left of an erased session.
func (s *Store) purge(c chore) error {
	var list []span
	for _, prefix := range []byte{preHead, preBase, preDelta, preContent, preUse} {
		list = append(list, span{from: sessionKey(prefix, c.id)})
	}
	var headers [][]byte
	links := sessionKey(preLink, c.id)
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, links, func(item *badger.Item) (bool, error) {
			record := item.KeyCopy(nil)[len(links):]
			headers = append(headers, append([]byte{preRecord}, record...))
			list = append(list, span{from: headers[len(headers)-1]}, span{from: append([]byte{preBody}, record...)})
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	s.forgetRecords(headers)
	return s.deleteSpans(append(list, span{from: links}), c.key)
}
