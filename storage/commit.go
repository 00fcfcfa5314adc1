package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

// Change is one step of a set that is committed together. Steps apply in
// order.
//
// Delete removes Path and, if it is a directory, everything below it; a Path
// that does not exist is no error. Otherwise the entry is created or replaced.
// A file replaces a file or a link; a directory over a directory changes its
// mode and time only; other replacements need a Delete before. Missing parent
// directories are created with mode 0755 and the time of what is put in them.
type Change struct {
	Path     string
	Delete   bool
	Kind     Kind
	Mode     fs.FileMode // permission, setuid, setgid and sticky bits; others are dropped
	Modified time.Time
	Target   string // symbolic link: at most MaxPath bytes of UTF-8, not empty

	// Of a file, where its content comes from; at most one, and none is empty.
	Content io.ReaderAt // Size bytes, which Commit reads in pieces and which must not change until it returns
	Parcel  *Parcel     // Size bytes from Offset of a parcel
	From    string      // the file that had this path before the set (rename, copy, chmod)
	Offset  int64
	Size    int64 // with From, that file's counts
}

// Bounds of the log of a file table: a new base is written when the deltas are
// this much bigger than the base, or this many.
const (
	logFactor = 2
	logSize   = 64 << 10 // bytes
	logCount  = 256      // and one for each 8 entries
)

// maxGarbage is how many ranges a commit lists for deletion; more, and the
// session is swept.
const maxGarbage = 512

// content is that of a new file.
type content struct {
	io.ReaderAt
	size int64
}

// draft is a commit in the making.
type draft struct {
	old      *state
	tree     *edit
	gen      uint64
	ops      []byte                // the delta
	contents map[contentID]content // new ones
	refs     map[contentID]int     // change in how many files have a content
	uses     map[contentID]int     // change in how many files are in a parcel
	present  func(contentID) bool  // whether a parcel is there
	tenant   *sealer               // what seals the tenant's parcels; nil: it has none
	files    int
	bytes    int64
}

// Commit applies changes as a set: after it returns nil they are durable, and
// after an error or a crash either all of them are visible or none is. Commits
// of one session run one after another. A context that ends before the set is
// decided abandons it.
//
// Errors: ErrInvalid (nothing was changed), ErrNotFound (the session, or a
// From), ErrNoSpace.
func (w *Workspace) Commit(ctx context.Context, changes []Change) error {
	s := w.store
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	l, err := s.acquire(w.id)
	if err != nil {
		return err
	}
	defer s.live.release(l)
	select {
	case l.writer <- struct{}{}:
		defer func() { <-l.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if l.gone.Load() {
		return ErrNotFound
	}
	old, err := s.workspace(l)
	if err != nil {
		return err
	}
	d := &draft{
		old: old, tree: old.tree.edit(), gen: old.gen + 1, ops: []byte{tableVersion},
		contents: map[contentID]content{}, refs: map[contentID]int{}, uses: map[contentID]int{}, files: old.files, bytes: old.bytes,
		present: func(c contentID) bool { return s.parcels.present(c, s.cfg.Now()) },
	}
	if t, err := s.tenant(l.record.Load().Tenant, false); err == nil {
		d.tenant = t.key.sealer
	}
	for i := range changes {
		if err := d.apply(&changes[i]); err != nil {
			return err
		}
	}
	if len(d.ops) == 1 {
		return nil
	}
	return s.commit(ctx, l, d)
}

func (d *draft) apply(c *Change) error {
	if err := validPath(c.Path); err != nil {
		return err
	}
	if c.Delete {
		if removed := d.tree.remove(c.Path); len(removed) > 0 {
			d.ops = appendRemove(d.ops, c.Path)
			for _, n := range removed {
				d.count(n, -1)
			}
		}
		return nil
	}
	n := &node{Entry: Entry{Path: c.Path, Kind: c.Kind, Mode: c.Mode & modeBits}}
	n.Modified = time.Unix(c.Modified.Unix(), int64(c.Modified.Nanosecond())).UTC()
	if c.Kind != KindFile && (c.Content != nil || c.From != "" || c.Parcel != nil) || c.Kind != KindSymlink && c.Target != "" {
		return fmt.Errorf("%w change: content or target does not fit the kind", ErrInvalid)
	}
	switch c.Kind {
	case KindDir:
	case KindSymlink:
		if err := validTarget(c.Target); err != nil {
			return err
		}
		n.Target = c.Target
	case KindFile:
		switch {
		case c.Parcel != nil:
			if err := d.inParcel(n, c); err != nil {
				return err
			}
		case c.From != "":
			from := d.old.tree.get(c.From)
			if from == nil || from.Kind != KindFile {
				return fmt.Errorf("file to take content from: %w", ErrNotFound)
			}
			if c.Content != nil {
				return fmt.Errorf("%w change: both content and from", ErrInvalid)
			}
			n.Size, n.content, n.gen, n.share = from.Size, from.content, from.gen, from.share
		case c.Size < 0 || c.Content == nil && c.Size > 0:
			return fmt.Errorf("%w change: a file of %d bytes without content", ErrInvalid, c.Size)
		case c.Size > 0:
			n.Size = c.Size
			n.content, n.gen = contentID(randomBytes(len(contentID{}))), d.gen
			d.contents[n.content] = content{c.Content, c.Size}
		}
	default:
		return fmt.Errorf("%w kind of entry", ErrInvalid)
	}
	if old := d.tree.get(c.Path); old != nil && (old.Kind == KindDir) != (c.Kind == KindDir) {
		return fmt.Errorf("%w change: a directory in the place of a file, or the other way round", ErrInvalid)
	}
	if err := d.parents(n); err != nil {
		return err
	}
	d.put(n)
	return nil
}

// parents makes sure that what n is in is a directory.
func (d *draft) parents(n *node) error {
	slash := strings.LastIndexByte(n.Path, '/')
	if slash < 0 {
		return nil
	}
	switch dir := d.tree.get(n.Path[:slash]); {
	case dir == nil:
		dir = &node{Entry: Entry{Path: n.Path[:slash], Kind: KindDir, Mode: 0o755, Modified: n.Modified}}
		if err := d.parents(dir); err != nil {
			return err
		}
		d.put(dir)
	case dir.Kind != KindDir:
		return fmt.Errorf("%w change: a parent is no directory", ErrInvalid)
	}
	return nil
}

func (d *draft) put(n *node) {
	if old := d.tree.put(n); old != nil {
		d.count(old, -1)
	}
	d.count(n, 1)
	d.ops = appendPut(d.ops, n)
}

// count keeps the totals for an entry that came or went.
func (d *draft) count(n *node, by int) {
	if n.Kind == KindFile {
		d.files += by
		d.bytes += int64(by) * n.Size
	}
	switch {
	case n.Size == 0:
	case n.share != shareNone:
		d.uses[n.content] += by
	default:
		d.refs[n.content] += by
	}
}

// inParcel makes a part of a parcel the content of n.
func (d *draft) inParcel(n *node, c *Change) error {
	p := c.Parcel
	switch {
	case c.Content != nil || c.From != "":
		return fmt.Errorf("%w change: both a parcel and other content", ErrInvalid)
	case c.Offset < 0 || c.Size < 0 || c.Offset > p.info.size || c.Size > p.info.size-c.Offset:
		return fmt.Errorf("%w change: not inside the parcel", ErrInvalid)
	case p.share == shareTenant && p.key != d.tenant:
		return fmt.Errorf("parcel of another tenant: %w", ErrNotFound)
	case c.Size == 0:
		return nil
	case !d.present(p.info.id):
		return fmt.Errorf("parcel: %w", ErrNotFound)
	}
	n.Size, n.content, n.gen, n.share = c.Size, p.info.id, uint64(c.Offset), p.share
	return nil
}

// settleUses returns the parcels in use after the draft, and whether they are
// others than before.
func (d *draft) settleUses() (uses map[contentID]int, changed bool) {
	uses = d.old.uses
	for c, by := range d.uses {
		if by == 0 {
			continue
		}
		if !changed {
			if uses = maps.Clone(uses); uses == nil {
				uses = map[contentID]int{}
			}
			changed = true
		}
		if uses[c] += by; uses[c] <= 0 {
			delete(uses, c)
		}
	}
	if !changed {
		return uses, false
	}
	if len(uses) != len(d.old.uses) {
		return uses, true
	}
	for c := range uses {
		if _, ok := d.old.uses[c]; !ok {
			return uses, true
		}
	}
	return uses, false
}

// settle sorts out which new contents are needed, which old ones are garbage,
// and which are shared now.
func (d *draft) settle() (garbage []contentID, shared map[contentID]int) {
	shared = d.old.shared
	cloned := false
	for c, by := range d.refs {
		_, isNew := d.contents[c]
		was := 0
		if !isNew {
			was = d.old.refs(c)
		}
		now := was + by
		switch {
		case now <= 0 && isNew:
			delete(d.contents, c)
		case now <= 0:
			garbage = append(garbage, c)
		}
		if max(now, 1) != max(was, 1) {
			if !cloned {
				shared, cloned = maps.Clone(shared), true
			}
			if now > 1 {
				if shared == nil {
					shared = map[contentID]int{}
				}
				shared[c] = now
			} else {
				delete(shared, c)
			}
		}
	}
	return garbage, shared
}

// commit writes a draft and publishes its state. The writer's token is held.
func (s *Store) commit(ctx context.Context, l *live, d *draft) error {
	dead, shared := d.settle()
	uses, usesChanged := d.settleUses()
	if len(uses) > maxUses {
		return fmt.Errorf("parcels of one workspace: %w", ErrTooLarge)
	}
	st := &state{tree: d.tree.tree, shared: shared, uses: uses}
	st.head = d.old.head
	st.gen, st.files, st.bytes = d.gen, d.files, d.bytes

	table, kind, prefix := d.ops, kindDelta, byte(preDelta)
	var garbage []span
	since := d.gen - d.old.base
	if d.old.deltaSize+int64(len(d.ops)) > logFactor*d.old.baseSize+logSize || since > logCount+uint64(st.tree.count)/8 {
		table, kind, prefix = []byte{tableVersion}, kindBase, preBase
		st.tree.from("", func(n *node) bool {
			table = appendPut(table, n)
			return true
		})
		st.base, st.baseSize, st.deltaSize = d.gen, int64(len(table)), 0
		st.chain = link([sha256.Size]byte{}, table)
		if d.old.base > 0 {
			garbage = append(garbage, span{from: genKey(preBase, l.id, d.old.base)})
		}
		if since > 1 {
			garbage = append(garbage, span{from: genKey(preDelta, l.id, d.old.base+1), to: genKey(preDelta, l.id, d.gen)})
		}
	} else {
		st.deltaSize += int64(len(table))
		st.chain = link(st.chain, table)
	}
	for _, c := range dead {
		garbage = append(garbage, span{from: contentKey(l.id, c)})
	}

	size := int64(len(table))
	for _, b := range d.contents {
		size += b.size
	}
	room := s.room
	if len(d.contents) == 0 && d.bytes < d.old.bytes {
		room = s.roomToShrink
	}
	give, err := room(size)
	if err != nil {
		return err
	}
	defer give()
	// each calls put for every chunk of the set.
	each := func(put func(entry) error) error {
		for c, b := range d.contents {
			if err := ctx.Err(); err != nil {
				return err
			}
			key := contentKey(l.id, c)
			err := l.key.sealFrom(label{kind: kindContent, name: string(c[:]), gen: d.gen}, b, b.size, func(i uint32, env []byte) error {
				return put(entry{key: chunkKey(key, i), value: env})
			})
			if err != nil {
				return err
			}
		}
		key := genKey(prefix, l.id, d.gen)
		return l.key.sealChunks(label{kind: kind, gen: d.gen}, table, func(i uint32, env []byte) error {
			return put(entry{key: chunkKey(key, i), value: env})
		})
	}

	final := []entry{st.headEntry(l.id, l.key)}
	if usesChanged {
		final = append(final, useEntry(l.id, l.key, uses))
	}
	var next chore
	sweep := chore{key: append(sessionKey(preTodo, l.id), todoSweep), id: l.id, sort: todoSweep}
	switch {
	case len(garbage) > maxGarbage:
		next = sweep
		final = append(final, entry{key: sweep.key})
	case len(garbage) > 0:
		next = chore{key: append(sessionKey(preTodo, l.id), todoGarbage), id: l.id, sort: todoGarbage}
		next.key = binary.BigEndian.AppendUint64(next.key, d.gen)
		final = append(final, entry{key: next.key, value: appendSpans(nil, garbage)})
	}

	// Small sets go in one transaction.
	if size+int64(len(d.contents))*256 < s.db.MaxBatchSize()/4 {
		small := slices.Clone(final)
		if err := each(func(e entry) error { small = append(small, e); return nil }); err != nil {
			return err
		}
		if s.fits(small...) {
			if err := s.apply(small...); err != nil {
				l.state.Store(nil) // it may have been written: look again
				return err
			}
			s.publish(l, st, next)
			return nil
		}
	}

	// Others are written first and decided last. A sweep that is noted before
	// removes what a crash leaves.
	if err := s.apply(entry{key: sweep.key}); err != nil {
		return err
	}
	batch := s.db.NewWriteBatch()
	batch.SetMaxPendingTxns(2)
	err = each(func(e entry) error { return storeError("write", batch.SetEntry(e.badger())) })
	if err != nil {
		batch.Cancel()
	} else {
		err = storeError("write", batch.Flush())
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		s.chores.add(sweep)
		return err
	}
	if next.sort != todoSweep {
		final = append(final, entry{key: sweep.key, delete: true})
	}
	if err := s.apply(final...); err != nil {
		l.state.Store(nil)
		s.chores.add(sweep)
		return err
	}
	s.publish(l, st, next)
	return nil
}

// publish makes st what reads see, and then lets go of what it replaced.
func (s *Store) publish(l *live, st *state, next chore) {
	l.state.Store(st)
	if next.key != nil {
		s.chores.add(next)
	}
}
