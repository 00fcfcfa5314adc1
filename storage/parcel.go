package storage

import (
	"bytes"
	"cmp"
	"container/list"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
	"go.uber.org/zap"
)

// Bounds of parcels.
const (
	MaxParcel     = 512 << 20 // bytes of one, meta included
	MaxParcelMeta = 16 << 20  // bytes of its meta

	defaultParcelBytes = 2 << 30
	parcelCacheChunks  = 256 // opened chunks kept in memory: 16 MiB

	// parcelGrace is how long a parcel stays after it was used: whoever has a
	// handle, or reads a state of a workspace that a commit has replaced, goes on
	// reading.
	parcelGrace = time.Hour

	// parcelsFullFor is how long a search for parcels to drop that found too few
	// is not repeated.
	parcelsFullFor = time.Minute
)

// ErrParcelsFull reports that a parcel has no room: those that are there are in
// use. What it would have held can be stored in the session itself.
var ErrParcelsFull = errors.New("storage: no room for another parcel")

// share says whose parcel a file's content is in.
type share byte

const (
	shareNone   share = iota // the session's own content
	shareAll                 // everyone's: sealed by the system's key
	shareTenant              // the tenant's: sealed by the tenant's key
)

// A Parcel is an immutable value outside of sessions: bytes, and a meta that
// says what they are. Files of sessions can have ranges of its bytes as content.
// It lives at least as long as a workspace's last commit refers to it; without
// such a reference it goes when room is needed, the one not used for longest
// first. It holds no resources and is safe for concurrent use.
type Parcel struct {
	store *Store
	key   *sealer
	share share
	info  *parcelInfo
	meta  []byte
}

// parcelInfo is what is known of a parcel in memory.
type parcelInfo struct {
	header []byte // Badger's key
	id     contentID
	size   int64 // of the bytes that files can have
	meta   int64 // bytes of meta, which follow

	place *list.Element // guarded by parcels.mu; nil: dropped
	used  time.Time     // guarded by parcels.mu
}

func (p *parcelInfo) total() int64 { return p.size + p.meta }

// parcels is the index of all parcels, filled from Badger on first use.
type parcels struct {
	mu     sync.Mutex
	loaded bool
	byKey  map[string]*parcelInfo    // guarded by mu; by header
	byID   map[contentID]*parcelInfo // guarded by mu
	order  list.List                 // guarded by mu; of *parcelInfo, the longest unused first
	bytes  int64                     // guarded by mu
	full   time.Time                 // guarded by mu; until then nothing can be dropped

	write sync.Mutex // held while parcels are written or dropped

	cache struct {
		sync.Mutex
		chunks map[parcelChunk]*list.Element
		order  list.List // of *openChunk, the longest unused first
	}
}

type parcelChunk struct {
	id    contentID
	chunk uint32
}

type openChunk struct {
	parcelChunk
	plain []byte
}

func (p *parcels) init() {
	p.byKey, p.byID = map[string]*parcelInfo{}, map[contentID]*parcelInfo{}
	p.cache.chunks = map[parcelChunk]*list.Element{}
}

// touchLocked notes a use.
func (p *parcels) touchLocked(info *parcelInfo, now time.Time) {
	info.used = now
	p.order.MoveToBack(info.place)
}

// addLocked adds a parcel as the one used last.
func (p *parcels) addLocked(info *parcelInfo) {
	info.place = p.order.PushBack(info)
	p.byKey[string(info.header)], p.byID[info.id] = info, info
	p.bytes += info.total()
}

func (p *parcels) removeLocked(info *parcelInfo) {
	p.order.Remove(info.place)
	info.place = nil
	delete(p.byKey, string(info.header))
	delete(p.byID, info.id)
	p.bytes -= info.total()
}

// present notes a use of a parcel, and reports whether it is there.
func (p *parcels) present(id contentID, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	info := p.byID[id]
	if info == nil {
		return false
	}
	p.touchLocked(info, now)
	return true
}

// parcelOwner returns what a parcel of tenant ("": everyone's) is kept under.
func (s *Store) parcelOwner(tenant, name string, make bool) (header []byte, key *sealer, sh share, err error) {
	header = []byte{preParcel}
	if tenant == "" {
		none, t := tag{}, blind(s.ring.Blind, "parcel", name)
		return append(append(header, none[:]...), t[:]...), s.parcelKey, shareAll, nil
	}
	t, err := s.tenant(tenant, make)
	if err != nil {
		return nil, nil, 0, err
	}
	n := blind(t.key.blinding, "parcel", name)
	return append(append(header, t.tag[:]...), n[:]...), t.key.sealer, shareTenant, nil
}

// Origin returns the parcel of everyone that a file's content is in, without its
// meta, and where it begins there. Errors: ErrNotFound, also if the content is the
// session's or the tenant's own.
func (w *Workspace) Origin(path string) (*Parcel, int64, error) {
	v, err := w.Snapshot()
	if err != nil {
		return nil, 0, err
	}
	defer v.Close()
	n := v.state.tree.get(path)
	if n == nil || n.Kind != KindFile || n.share != shareAll {
		return nil, 0, ErrNotFound
	}
	p := &w.store.parcels
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := w.store.loadParcelsLocked(); err != nil {
		return nil, 0, err
	}
	info := p.byID[n.content]
	if info == nil {
		return nil, 0, ErrNotFound
	}
	return &Parcel{store: w.store, key: w.store.parcelKey, share: shareAll, info: info}, int64(n.gen), nil
}

// LoadMeta returns what the parcel was stored with. Errors: of ReadAt.
func (p *Parcel) LoadMeta() ([]byte, error) {
	if err := p.store.enter(); err != nil {
		return nil, err
	}
	defer p.store.leave()
	meta := make([]byte, p.info.meta)
	return meta, p.store.readParcel(p.key, p.info.id, p.info.size, meta)
}

// sealerOf returns what opens the parcels that a session's files refer to.
func (s *Store) sealerOf(sh share, l *live) (*sealer, error) {
	if sh == shareAll {
		return s.parcelKey, nil
	}
	t, err := s.tenant(l.record.Load().Tenant, false)
	if err != nil {
		return nil, missing(l, "key of a tenant", err)
	}
	return t.key.sealer, nil
}

func parcelHeaderLabel(header []byte) label {
	return label{kind: kindParcelHeader, name: string(header), last: true}
}

func parcelPath(id contentID) []byte { return append([]byte{preParcelContent}, id[:]...) }

// Parcel returns the parcel of a name: a tenant's own, or everyone's if tenant
// is "". Errors: ErrNotFound, ErrCorrupt.
func (s *Store) Parcel(tenant, name string) (*Parcel, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	header, key, sh, err := s.parcelOwner(tenant, name, false)
	if err != nil {
		return nil, err
	}
	p := &s.parcels
	p.mu.Lock()
	if err := s.loadParcelsLocked(); err != nil {
		p.mu.Unlock()
		return nil, err
	}
	info := p.byKey[string(header)]
	if info == nil {
		p.mu.Unlock()
		return nil, ErrNotFound
	}
	p.touchLocked(info, s.cfg.Now())
	p.mu.Unlock()
	out := &Parcel{store: s, key: key, share: sh, info: info, meta: make([]byte, info.meta)}
	if err := s.readParcel(key, info.id, info.size, out.meta); err != nil {
		return nil, fmt.Errorf("parcel: %w", err)
	}
	return out, nil
}

// Meta returns what the parcel was stored with. It must not be changed.
func (p *Parcel) Meta() []byte { return p.meta }

// ID tells a parcel from all others.
func (p *Parcel) ID() [16]byte { return p.info.id }

// Size returns how many bytes files can have of it.
func (p *Parcel) Size() int64 { return p.info.size }

// Use notes that the parcel is in use, and reports whether it is still there.
func (p *Parcel) Use() bool { return p.store.parcels.present(p.info.id, p.store.cfg.Now()) }

// ReadAt implements io.ReaderAt. Errors: io.EOF, ErrNotFound once the parcel
// was dropped, ErrCorrupt.
func (p *Parcel) ReadAt(b []byte, off int64) (int, error) {
	if err := p.store.enter(); err != nil {
		return 0, err
	}
	defer p.store.leave()
	if off < 0 || off >= p.info.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), p.info.size-off))
	if err := p.store.readParcel(p.key, p.info.id, off, b[:n]); err != nil {
		return 0, err
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// PutParcel stores a parcel under a name, durably, or returns the one that has
// that name. It drops others that are not in use if there is no room. Errors:
// ErrParcelsFull, ErrTooLarge, ErrNoSpace.
func (s *Store) PutParcel(ctx context.Context, tenant, name string, meta, content []byte) (*Parcel, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	if len(meta) > MaxParcelMeta || int64(len(meta)+len(content)) > MaxParcel {
		return nil, fmt.Errorf("parcel: %w", ErrTooLarge)
	}
	header, key, sh, err := s.parcelOwner(tenant, name, true)
	if err != nil {
		return nil, err
	}
	p := &s.parcels
	p.write.Lock()
	defer p.write.Unlock()
	p.mu.Lock()
	err = s.loadParcelsLocked()
	info := p.byKey[string(header)]
	if info != nil {
		p.touchLocked(info, s.cfg.Now())
	}
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	out := &Parcel{store: s, key: key, share: sh, meta: bytes.Clone(meta)}
	if info != nil {
		out.info = info
		return out, nil
	}
	info = &parcelInfo{header: header, id: contentID(randomBytes(len(contentID{}))), size: int64(len(content)), meta: int64(len(meta))}
	if err := s.makeRoom(ctx, info.total()); err != nil {
		return nil, err
	}
	give, err := s.room(info.total())
	if err != nil {
		return nil, err
	}
	defer give()
	// The header comes last: without it the rest is rubbish, which the next Open
	// removes.
	path := parcelPath(info.id)
	var body []entry
	err = key.sealChunks(label{kind: kindParcel, name: string(info.id[:])}, append(content[:len(content):len(content)], meta...), func(i uint32, env []byte) error {
		body = append(body, entry{key: chunkKey(path, i), value: env})
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	final := entry{key: header, value: s.parcelKey.seal(nil, parcelHeaderLabel(header), marshalParcel(info, s.cfg.Now()))}
	if all := append(body, final); s.fits(all...) {
		err = s.write(all...)
	} else if err = s.writeBatch(body); err == nil {
		err = s.write(final)
	}
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addLocked(info)
	p.touchLocked(info, s.cfg.Now())
	out.info = info
	return out, nil
}

// marshalParcel returns what a header holds:
//
//	content id 16 | size 8 | meta size 8 | stored ms 8
func marshalParcel(info *parcelInfo, now time.Time) []byte {
	b := append([]byte{}, info.id[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(info.size))
	b = binary.BigEndian.AppendUint64(b, uint64(info.meta))
	return binary.BigEndian.AppendUint64(b, uint64(max(now.UnixMilli(), 0)))
}

func decodeParcel(header, b []byte) (info *parcelInfo, stored int64, err error) {
	info = &parcelInfo{header: header}
	if len(b) != len(info.id)+24 {
		return nil, 0, fmt.Errorf("parcel header: %w", ErrCorrupt)
	}
	copy(info.id[:], b)
	size, meta, ms := binary.BigEndian.Uint64(b[16:]), binary.BigEndian.Uint64(b[24:]), binary.BigEndian.Uint64(b[32:])
	if size > MaxParcel || meta > MaxParcelMeta || ms > math.MaxInt64 {
		return nil, 0, fmt.Errorf("parcel header: %w", ErrCorrupt)
	}
	info.size, info.meta = int64(size), int64(meta)
	return info, int64(ms), nil
}

// loadParcelsLocked fills the index. A header that does not open is left out:
// its parcel can be had again.
func (s *Store) loadParcelsLocked() error {
	p := &s.parcels
	if p.loaded {
		return nil
	}
	type found struct {
		*parcelInfo
		stored int64
	}
	var all []found
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, []byte{preParcel}, func(item *badger.Item) (bool, error) {
			header := item.KeyCopy(nil)
			err := item.Value(func(env []byte) error {
				plain, err := s.parcelKey.open(parcelHeaderLabel(header), env)
				if err == nil {
					var f found
					if f.parcelInfo, f.stored, err = decodeParcel(header, plain); err == nil {
						all = append(all, f)
						return nil
					}
				}
				s.log.Warn("parcel", zap.Error(err))
				return nil
			})
			return true, storeError("read", err)
		})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.stored, b.stored) })
	now := s.cfg.Now()
	for _, f := range all {
		p.addLocked(f.parcelInfo)
		if f.stored < now.UnixMilli() {
			f.used = time.UnixMilli(f.stored)
		}
	}
	p.loaded = true
	return nil
}

// sweepParcels deletes content that no header leads to: a crash came between.
func (s *Store) sweepParcels() error {
	p := &s.parcels
	p.write.Lock()
	defer p.write.Unlock()
	p.mu.Lock()
	err := s.loadParcelsLocked()
	p.mu.Unlock()
	if err != nil {
		return err
	}
	var lost []contentID
	err = s.view(func(txn *badger.Txn) error {
		var last contentID
		return scan(txn, []byte{preParcelContent}, func(item *badger.Item) (bool, error) {
			key := item.Key()
			if len(key) != 1+len(last)+4 {
				return true, nil
			}
			id := contentID(key[1:])
			if id != last {
				p.mu.Lock()
				if p.byID[id] == nil {
					lost = append(lost, id)
				}
				p.mu.Unlock()
			}
			last = id
			return s.closing.Err() == nil, nil
		})
	})
	if err != nil || len(lost) == 0 || s.closing.Err() != nil {
		return err
	}
	return s.dropParcels(nil, lost)
}

// dropParcels deletes headers, then content.
func (s *Store) dropParcels(headers [][]byte, ids []contentID) error {
	var gone []entry
	for _, h := range headers {
		gone = append(gone, entry{key: h, delete: true})
	}
	if err := s.writeBatch(gone); err != nil {
		return err
	}
	gone = gone[:0]
	err := s.view(func(txn *badger.Txn) error {
		for _, id := range ids {
			err := scan(txn, parcelPath(id), func(item *badger.Item) (bool, error) {
				gone = append(gone, entry{key: item.KeyCopy(nil), delete: true})
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.writeBatch(gone)
}

// makeRoom drops parcels that are not in use until n more bytes fit.
// Precondition: parcels.write is held.
func (s *Store) makeRoom(ctx context.Context, n int64) error {
	p := &s.parcels
	limit := s.cfg.ParcelBytes
	now := s.cfg.Now()
	p.mu.Lock()
	fits, full := p.bytes+n <= limit, now.Before(p.full)
	p.mu.Unlock()
	switch {
	case fits:
		return nil
	case n > limit || full:
		return ErrParcelsFull
	}
	used, err := s.parcelsInUse(ctx)
	if err != nil {
		return err
	}
	var (
		headers [][]byte
		ids     []contentID
	)
	p.mu.Lock()
	// A tenth more than is needed, so that not every parcel looks for room.
	for e := p.order.Front(); e != nil && p.bytes+n > limit-limit/10; {
		info := e.Value.(*parcelInfo)
		e = e.Next()
		if now.Sub(info.used) < parcelGrace {
			break
		}
		if !used[info.id] {
			p.removeLocked(info)
			headers, ids = append(headers, info.header), append(ids, info.id)
		}
	}
	fits = p.bytes+n <= limit
	if !fits {
		p.full = now.Add(parcelsFullFor)
	}
	p.mu.Unlock()
	if err := s.dropParcels(headers, ids); err != nil {
		return err
	}
	if !fits {
		return ErrParcelsFull
	}
	return nil
}

// parcelsInUse returns the parcels that the last commits of all sessions refer
// to. One that a commit refers to from now on was used within parcelGrace.
func (s *Store) parcelsInUse(ctx context.Context) (map[contentID]bool, error) {
	var ids []string
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, []byte{preUse}, func(item *badger.Item) (bool, error) {
			key := item.Key()
			if len(key) > 2 {
				ids = append(ids, string(key[1:len(key)-1]))
			}
			return true, nil
		})
	})
	if err != nil {
		return nil, err
	}
	used := map[contentID]bool{}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l, err := s.acquire(id)
		if errors.Is(err, ErrNotFound) {
			continue // erased
		} else if err != nil {
			return nil, err
		}
		b, err := s.get(sessionKey(preUse, id))
		if err == nil {
			b, err = l.key.open(label{kind: kindUse, last: true}, b)
		}
		s.live.release(l)
		if errors.Is(err, ErrNotFound) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("parcels of a session: %w", err)
		}
		for ; len(b) >= len(contentID{}); b = b[len(contentID{}):] {
			used[contentID(b)] = true
		}
	}
	return used, nil
}

// maxUses bounds the parcels of one workspace, so that their list is one value.
const maxUses = chunkSize / len(contentID{})

// useEntry returns the record of the parcels that a workspace refers to.
func useEntry(id string, key *dataKey, uses map[contentID]int) entry {
	k := sessionKey(preUse, id)
	if len(uses) == 0 {
		return entry{key: k, delete: true}
	}
	list := make([]byte, 0, len(uses)*len(contentID{}))
	for c := range uses {
		list = append(list, c[:]...)
	}
	return entry{key: k, value: key.seal(nil, label{kind: kindUse, last: true}, list)}
}

// readParcel fills b from byte off of a parcel's content, where there is enough.
func (s *Store) readParcel(key *sealer, id contentID, off int64, b []byte) error {
	path := parcelPath(id)
	return s.view(func(txn *badger.Txn) error {
		for n := 0; n < len(b); {
			i := uint32((off + int64(n)) / chunkSize)
			plain, err := s.parcelChunk(txn, key, path, parcelChunk{id, i})
			if err != nil {
				return err
			}
			skip := int((off + int64(n)) % chunkSize)
			if skip >= len(plain) {
				return fmt.Errorf("parcel chunk of %d bytes: %w", len(plain), ErrCorrupt)
			}
			n += copy(b[n:], plain[skip:])
		}
		return nil
	})
}

// parcelChunk returns an opened chunk, which must not be changed. Many files are
// in one chunk, so some are kept.
func (s *Store) parcelChunk(txn *badger.Txn, key *sealer, path []byte, at parcelChunk) (plain []byte, err error) {
	c := &s.parcels.cache
	c.Lock()
	if e := c.chunks[at]; e != nil {
		c.order.MoveToBack(e)
		c.Unlock()
		return e.Value.(*openChunk).plain, nil
	}
	c.Unlock()
	item, err := txn.Get(chunkKey(path, at.chunk))
	if err != nil {
		return nil, storeError("read", err)
	}
	err = item.Value(func(env []byte) (err error) {
		plain, err = key.open(label{kind: kindParcel, name: string(at.id[:]), chunk: at.chunk, last: envelopeLast(env)}, env)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.Lock()
	defer c.Unlock()
	if c.chunks[at] == nil {
		c.chunks[at] = c.order.PushBack(&openChunk{at, plain})
		if c.order.Len() > parcelCacheChunks {
			oldest := c.order.Remove(c.order.Front()).(*openChunk)
			delete(c.chunks, oldest.parcelChunk)
		}
	}
	return plain, nil
}
