package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/dgraph-io/badger/v4"
)

// A workspace's file table is a log, so that a commit writes what it changed
// and not the table, however big: a base (the whole table as of one generation)
// and a delta for each commit since. When the deltas outweigh the base, a
// commit writes a new base instead of its delta. All three kinds are sealed in
// chunks; the head names the base and the last generation and holds a hash
// over base and deltas, so that a record of another time cannot stand in.
//
// One record per entry would be simpler, but nothing would tie the records of
// one state together: each could be rolled back or dropped by itself, a large
// set would need a second log to be atomic, and loading would cost one
// decryption per entry.

// head is the root of a workspace.
type head struct {
	gen       uint64
	base      uint64 // generation of the base; 0: an empty table
	files     int
	bytes     int64
	baseSize  int64 // bytes of the base, unsealed
	deltaSize int64 // bytes of the deltas since, unsealed
	chain     [sha256.Size]byte
}

const headVersion = 1

func (h *head) marshal(key *dataKey) []byte {
	b := []byte{headVersion}
	b = binary.BigEndian.AppendUint64(b, h.base)
	for _, v := range []int64{int64(h.files), h.bytes, h.baseSize, h.deltaSize} {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	b = append(b, h.chain[:]...)
	return key.seal(binary.BigEndian.AppendUint64(nil, h.gen), label{kind: kindHead, gen: h.gen, last: true}, b)
}

func parseHead(b []byte, key *dataKey) (h head, err error) {
	if len(b) < 8 {
		return h, fmt.Errorf("head: %w", ErrCorrupt)
	}
	gen := binary.BigEndian.Uint64(b)
	plain, err := key.open(label{kind: kindHead, gen: gen, last: true}, b[8:])
	if err != nil {
		return h, fmt.Errorf("head: %w", err)
	}
	return decodeHead(gen, plain)
}

func decodeHead(gen uint64, plain []byte) (h head, err error) {
	if len(plain) != 1+5*8+sha256.Size || plain[0] != headVersion {
		return h, fmt.Errorf("head: %w", ErrCorrupt)
	}
	var v [5]uint64
	for i := range v {
		v[i] = binary.BigEndian.Uint64(plain[1+8*i:])
		if v[i] > math.MaxInt64 {
			return h, fmt.Errorf("head: %w", ErrCorrupt)
		}
	}
	h = head{gen: gen, base: v[0], files: int(v[1]), bytes: int64(v[2]), baseSize: int64(v[3]), deltaSize: int64(v[4])}
	copy(h.chain[:], plain[1+5*8:])
	if h.base > h.gen {
		return h, fmt.Errorf("head: %w", ErrCorrupt)
	}
	return h, nil
}

// link extends a chain by the bytes of a base (from the zero chain) or delta.
func link(chain [sha256.Size]byte, b []byte) [sha256.Size]byte {
	sum := sha256.Sum256(b)
	return sha256.Sum256(append(chain[:], sum[:]...))
}

// state is a workspace as of one commit. It is immutable.
type state struct {
	head
	tree   tree
	shared map[contentID]int // contents that more than one file has, and how many
	uses   map[contentID]int // parcels, and how many files are in each

	list struct {
		sync.Once
		entries []Entry
	}
}

// weight is what the state counts against maxIdleEntries: its entries, and those with
// long paths or targets as the several that they are in memory.
func (st *state) weight() int {
	return max(st.tree.count, int((st.baseSize+st.deltaSize-logSize)/entryText))
}

func (st *state) headEntry(id string, key *dataKey) entry {
	return entry{key: sessionKey(preHead, id), value: st.head.marshal(key)}
}

// refs is how many files have a content that at least one had.
func (st *state) refs(c contentID) int { return max(st.shared[c], 1) }

// entryText is how many bytes of the file table one entry has, at most, that counts as one.
const entryText = 256

// maxTable bounds the bytes of a base or delta.
const maxTable = 1 << 32

// workspace returns a session's workspace as of the last commit.
func (s *Store) workspace(l *live) (*state, error) {
	if st := l.state.Load(); st != nil {
		return st, nil
	}
	l.loading.Lock()
	defer l.loading.Unlock()
	if st := l.state.Load(); st != nil {
		return st, nil
	}
	st, err := s.readState(l)
	if err != nil {
		return nil, err
	}
	l.state.Store(st)
	return st, nil
}

func (s *Store) readState(l *live) (*state, error) {
	st := &state{}
	e := st.tree.edit()
	err := s.view(func(txn *badger.Txn) error {
		b, err := txnGet(txn, sessionKey(preHead, l.id))
		if err != nil {
			return missing(l, "head", err)
		}
		if st.head, err = parseHead(b, l.key); err != nil {
			return err
		}
		var chain [sha256.Size]byte
		read := func(prefix, kind byte, gen uint64) error {
			k := genKey(prefix, l.id, gen)
			b, err := l.key.openChunks(label{kind: kind, gen: gen}, maxTable, func(i uint32) ([]byte, error) {
				return txnGet(txn, chunkKey(k, i))
			})
			if err != nil {
				return missing(l, "file table", err)
			}
			chain = link(chain, b)
			return decodeTable(b, func(n *node) { e.put(n) }, func(path string) { e.remove(path) })
		}
		if st.base > 0 {
			if err := read(preBase, kindBase, st.base); err != nil {
				return err
			}
		}
		for gen := st.base + 1; gen <= st.gen; gen++ {
			if err := read(preDelta, kindDelta, gen); err != nil {
				return err
			}
		}
		if chain != st.chain {
			return fmt.Errorf("file table of another time: %w", ErrCorrupt)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	st.tree = e.tree
	st.shared, st.uses = map[contentID]int{}, map[contentID]int{}
	seen := make(map[contentID]struct{}, st.tree.count)
	st.tree.from("", func(n *node) bool {
		switch {
		case n.Size == 0:
			return true
		case n.share != shareNone:
			st.uses[n.content]++
			return true
		}
		if _, again := seen[n.content]; again {
			st.shared[n.content] = max(st.shared[n.content], 1) + 1
		}
		seen[n.content] = struct{}{}
		return true
	})
	return st, nil
}

// chunks is how many chunks a content of size bytes has.
func chunks(size int64) uint32 { return uint32((size + chunkSize - 1) / chunkSize) }

// readContent returns n bytes of a file's content from off, which lie in it.
func (s *Store) readContent(l *live, f *node, off int64, n int) ([]byte, error) {
	if n == 0 {
		return []byte{}, nil
	}
	if f.share != shareNone {
		return s.readShared(l, f, off, n)
	}
	out := make([]byte, 0, n)
	key := contentKey(l.id, f.content)
	last := chunks(f.Size) - 1
	err := s.view(func(txn *badger.Txn) error {
		for i := uint32(off / chunkSize); len(out) < n; i++ {
			if l.gone.Load() {
				return ErrNotFound
			}
			item, err := txn.Get(chunkKey(key, i))
			if errors.Is(err, badger.ErrKeyNotFound) {
				return missing(l, "content", ErrNotFound)
			} else if err != nil {
				return storeError("read", err)
			}
			var plain []byte
			err = item.Value(func(env []byte) (err error) {
				plain, err = l.key.open(label{kind: kindContent, name: string(f.content[:]), gen: f.gen, chunk: i, last: i == last}, env)
				return err
			})
			if err != nil {
				return fmt.Errorf("content: %w", err)
			}
			want := int64(chunkSize)
			if i == last {
				want = f.Size - int64(last)*chunkSize
			}
			if int64(len(plain)) != want {
				return fmt.Errorf("content chunk of %d bytes: %w", len(plain), ErrCorrupt)
			}
			skip := 0
			if len(out) == 0 {
				skip = int(off % chunkSize)
			}
			out = append(out, plain[skip:min(len(plain), skip+n-len(out))]...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// readShared is readContent of a file whose content is in a parcel.
func (s *Store) readShared(l *live, f *node, off int64, n int) ([]byte, error) {
	if l.gone.Load() {
		return nil, ErrNotFound
	}
	key, err := s.sealerOf(f.share, l)
	if err != nil {
		return nil, err
	}
	out := make([]byte, n)
	if err := s.readParcel(key, f.content, int64(f.gen)+off, out); err != nil {
		return nil, missing(l, "content", err)
	}
	return out, nil
}
