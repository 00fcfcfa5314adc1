package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"go.uber.org/zap"
)

// Config says where data lives and what opens it.
type Config struct {
	// Dir is the data directory; made (0700) if missing.
	Dir string
	// KeyFile holds the master key; default "master.key" in Dir. It is made
	// (0600) when the directory is new. Ignored if MasterKey is set.
	KeyFile string
	// MasterKey is the 32-byte master key itself; see ParseMasterKey.
	MasterKey []byte
	// Log gets warnings; nil for none. Nothing of a guest is ever logged.
	Log *zap.Logger
	// Now is the clock for expiry of records; default time.Now.
	Now func() time.Time
	// ParcelBytes bounds what parcels hold together; default 2 GiB.
	ParcelBytes int64
	// Plaintext switches all encryption off, so that a test can show that its
	// search for a plaintext marker finds one. For tests only: Open refuses it
	// in any binary that is not a test's.
	Plaintext bool

	disk  func(dir string) (free, total int64, err error) // default diskSpace
	retry time.Duration                                   // of background work that failed; default a minute
}

// Store is an open data directory. It is safe for concurrent use.
type Store struct {
	cfg    Config // immutable after Open
	log    *zap.Logger
	lock   *os.File
	ring   *ring
	slots  *slots
	db     *badger.DB
	system *sealer // of API keys, settings and tenant records

	parcelKey *sealer // of everyone's parcels, and of the headers of all

	gate struct { // lets Close wait for calls
		sync.Mutex
		closed bool
		calls  sync.WaitGroup
	}
	closing   context.Context // ends when Close begins
	endCalls  context.CancelFunc
	owned     sync.WaitGroup // background goroutines
	closeOnce sync.Once
	closeErr  error

	writing atomic.Int64 // bytes that calls under way write

	live    liveSessions
	counts  counts
	tenants tenants
	keys    apiKeys
	chores  chores
	parcels parcels

	dirty struct { // when Badger's directory was last synced
		sync.Mutex
		mtime time.Time
	}
	ready struct {
		sync.Mutex
		until time.Time
	}
}

// Open opens the data directory, making it if it is missing or empty, and
// starts the store's background work. The caller must Close it.
//
// Errors: ErrLocked, ErrWrongKey, ErrFormat, ErrCorrupt, ErrNoSpace; each reads as
// one line.
func Open(ctx context.Context, cfg Config) (_ *Store, err error) {
	if cfg.Plaintext && !testing.Testing() {
		return nil, fmt.Errorf("%w: Plaintext outside a test", ErrInvalid)
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ParcelBytes == 0 {
		cfg.ParcelBytes = defaultParcelBytes
	}
	if cfg.disk == nil {
		cfg.disk = diskSpace
	}
	if cfg.retry == 0 {
		cfg.retry = time.Minute
	}
	if cfg.Dir == "" {
		return nil, fmt.Errorf("%w: no data directory", ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("open data directory %s: %w", cfg.Dir, err)
		}
	}()
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, log: cfg.Log}
	defer func() {
		if err != nil {
			s.release()
		}
	}()
	if s.lock, err = lockDir(cfg.Dir); err != nil {
		return nil, err
	}
	if err = s.openRing(); err != nil {
		return nil, err
	}
	if s.slots, err = openSlots(cfg.Dir, s.ring); err != nil {
		return nil, err
	}
	opt := s.badgerOptions()
	if err = checkTables(opt); err != nil {
		return nil, err
	}
	if err = dropEmpty(opt.Dir); err != nil {
		return nil, err
	}
	if err = s.roomAtAll(); err != nil {
		return nil, err
	}
	// Badger returns a half-built DB with an error.
	db, err := badger.Open(opt)
	if err != nil {
		if errors.Is(err, badger.ErrEncryptionKeyMismatch) {
			err = fmt.Errorf("key registry: %w", ErrCorrupt)
		}
		return nil, err
	}
	s.db = db
	s.system = useDataKey([dataKeySize]byte(s.ring.System), "system", s.ring.plain).sealer
	s.parcelKey = useDataKey([dataKeySize]byte(s.ring.System), "parcels", s.ring.plain).sealer
	s.closing, s.endCalls = context.WithCancel(context.Background())
	s.live.init()
	s.counts.init()
	s.tenants.init()
	s.chores.init()
	s.parcels.init()
	if err = s.loadKeys(); err != nil {
		return nil, err
	}
	if err = s.recoverChores(); err != nil {
		return nil, err
	}
	s.owned.Add(2)
	go s.runChores(s.newOrphans())
	go s.runFlush()
	return s, nil
}

// openRing reads the key ring, or makes it with the master key if the
// directory is new, and finishes a rotation that was cut.
func (s *Store) openRing() error {
	dir := s.cfg.Dir
	found, err := exists(filepath.Join(dir, ringFile))
	if err != nil {
		return err
	}
	if !found {
		for _, name := range []string{badgerDir, slotsFile} {
			if other, err := exists(filepath.Join(dir, name)); err != nil {
				return err
			} else if other {
				return fmt.Errorf("key ring is missing: %w", ErrCorrupt)
			}
		}
	}
	var master []byte
	if !s.cfg.Plaintext {
		if master, err = masterKey(s.cfg, !found); err != nil {
			return err
		}
	}
	if !found {
		// Durable before anything that needs it.
		s.ring = newRing(s.cfg.Plaintext)
		return s.ring.write(dir, master)
	}
	if s.ring, err = readRing(dir, master, s.cfg.Plaintext); err != nil {
		return err
	}
	return finishRotation(dir, s.ring, master)
}

// badgerOptions are Badger's settings for a small machine: two memtables of
// 16 MiB and 24 MiB of caches.
//
// SyncWrites, rather than DB.Sync after what must last: DB.Sync reaches only
// the memtable in use, so a set that a flush cuts in two would be durable in
// part, its later part.
//
// Values stay in the LSM tree (all are under ValueThreshold): the value log
// learns what is garbage only when small keys are compacted, by when it may
// hold many times the live data; the tree gives space back as fast as data
// comes. It costs writing content about three times. So there is no value log
// to collect. Content is encrypted before Badger sees it, so compressing it is
// futile, and so is detecting conflicts: locks here order all writers of a key.
func (s *Store) badgerOptions() badger.Options {
	opt := badger.DefaultOptions(filepath.Join(s.cfg.Dir, badgerDir)).
		WithLogger(badgerLog{s.log.Named("badger").Sugar()}).
		WithMetricsEnabled(false).
		WithSyncWrites(true).
		WithDetectConflicts(false).
		WithCompression(options.None).
		WithMemTableSize(16 << 20).
		WithNumMemtables(2).
		WithNumLevelZeroTables(3).
		WithNumLevelZeroTablesStall(9).
		WithBaseTableSize(4 << 20).
		WithBaseLevelSize(32 << 20).
		WithNumCompactors(2).
		WithNumGoroutines(1).
		WithBlockCacheSize(16 << 20).
		WithIndexCacheSize(8 << 20).
		WithValueThreshold(maxValue).
		WithValueLogFileSize(1 << 20).
		WithExternalMagic(FormatVersion)
	opt.LmaxCompaction = true
	if !s.ring.plain {
		opt = opt.WithEncryptionKey(s.ring.Badger).WithEncryptionKeyRotationDuration(badgerKeyAge)
	}
	return opt
}

// maxValue bounds every value given to Badger, in bytes.
const maxValue = 1 << 20

// badgerLog makes Badger's chatter debug output.
type badgerLog struct{ *zap.SugaredLogger }

func (l badgerLog) Warningf(format string, args ...any) { l.Warnf(format, args...) }
func (l badgerLog) Infof(format string, args ...any)    { l.SugaredLogger.Debugf(format, args...) }

// enter begins a call, which must end with leave if it returns nil.
func (s *Store) enter() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.gate.closed {
		return ErrClosed
	}
	s.gate.calls.Add(1)
	return nil
}

func (s *Store) leave() { s.gate.calls.Done() }

// Close writes what is buffered, stops the background work, waits for it, and
// releases the directory. It may be called twice. On a full disk it releases nothing,
// as Badger would not survive it, and returns ErrNoSpace: the process should end, and
// the directory is as after a crash, with all that was committed.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		s.gate.Lock()
		s.gate.closed = true
		s.gate.Unlock()
		s.endCalls()
		s.gate.calls.Wait()
		s.owned.Wait()
		if s.closeErr = s.roomAtAll(); s.closeErr == nil {
			s.closeErr = errors.Join(s.flush(), s.release())
		}
	})
	return s.closeErr
}

// release gives back what Open took.
func (s *Store) release() error {
	var errs []error
	if s.endCalls != nil {
		s.endCalls()
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.slots != nil {
		errs = append(errs, s.slots.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Ready reports whether the store can write: it has written within the last 5
// seconds, or does so now.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.ready.Lock()
	defer s.ready.Unlock()
	now := time.Now()
	if now.Before(s.ready.until) {
		return nil
	}
	if err := s.write(entry{key: []byte{preReady}}); err != nil {
		return err
	}
	s.ready.until = now.Add(5 * time.Second)
	return nil
}

// entry is one write: a value, or a delete.
type entry struct {
	key, value []byte
	delete     bool
	ttl        time.Duration // 0: none
}

func (e entry) badger() *badger.Entry {
	b := badger.NewEntry(e.key, e.value)
	if e.ttl > 0 {
		b = b.WithTTL(e.ttl)
	}
	return b
}

// cost is what an entry counts for in a Badger transaction, from above.
func (e entry) cost() int64 { return int64(len(e.key)+len(e.value)) + 64 }

// spare is the disk space that writes leave free, in bytes, or half of a disk that
// is smaller than two of it: Badger writes through memory maps, where a full disk
// is a fatal signal and no error, and its compactions, which write what they keep
// before they delete what was, took up to 470 MiB on a disk of 1.5 GiB.
const spare = 1 << 30

// room takes room on the disk for n bytes, which are written about three times
// before compaction is done, until the caller gives it back. Errors: ErrNoSpace.
func (s *Store) room(n int64) (give func(), err error) { return s.roomWith(n, 1) }

// roomToShrink is room for a write after which less is stored than before: it may
// take half of what others leave free. It is how a full disk gets room.
func (s *Store) roomToShrink(n int64) (give func(), err error) { return s.roomWith(n, 2) }

func (s *Store) roomWith(n, part int64) (give func(), err error) {
	free, total, err := s.cfg.disk(s.cfg.Dir)
	if err != nil {
		return nil, err
	}
	give = func() { s.writing.Add(-n) }
	if all := s.writing.Add(n); free < min(spare, total/2)/part+3*all {
		give()
		return nil, ErrNoSpace
	}
	return give, nil
}

// least is the part of what writes leave free below which nothing is written at
// all: to delete and to open and close take little, but that little through memory
// maps too. Errors: ErrNoSpace.
const least = 8

func (s *Store) roomAtAll() error {
	free, total, err := s.cfg.disk(s.cfg.Dir)
	if err != nil {
		return err
	}
	if need := min(spare, total/2) / least; free < need {
		return fmt.Errorf("%w: %d MiB are free, and at least %d are needed", ErrNoSpace, free>>20, (need+1<<20-1)>>20)
	}
	return nil
}

// roomFor is room for the values of entries. What only deletes needs next to none.
func (s *Store) roomFor(entries []entry) (give func(), err error) {
	var n int64
	for _, e := range entries {
		n += int64(len(e.value))
	}
	if n == 0 {
		return func() {}, s.roomAtAll()
	}
	return s.room(n)
}

// fits reports whether entries go into one transaction. Half of Badger's
// bounds leaves room for what it adds.
func (s *Store) fits(entries ...entry) bool {
	var n int64
	for _, e := range entries {
		n += e.cost()
	}
	return n < s.db.MaxBatchSize()/2 && int64(len(entries)) < s.db.MaxBatchCount()/2
}

// write applies entries in one transaction, durably. After an error they may
// have been written or not.
func (s *Store) write(entries ...entry) error {
	give, err := s.roomFor(entries)
	if err != nil {
		return err
	}
	defer give()
	return s.apply(entries...)
}

// apply is write where the caller has the room.
func (s *Store) apply(entries ...entry) error {
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	for _, e := range entries {
		var err error
		if e.delete {
			err = txn.Delete(e.key)
		} else {
			err = txn.SetEntry(e.badger())
		}
		if err != nil {
			return storeError("write", err)
		}
	}
	if err := txn.Commit(); err != nil {
		return storeError("write", err)
	}
	return s.syncNames()
}

// syncNames makes the names of Badger's files durable when there are new ones,
// which Badger leaves to chance.
func (s *Store) syncNames() error {
	dir := filepath.Join(s.cfg.Dir, badgerDir)
	fi, err := os.Stat(dir)
	if err != nil {
		return storeError("write", err)
	}
	s.dirty.Lock()
	defer s.dirty.Unlock()
	if fi.ModTime().Equal(s.dirty.mtime) {
		return nil
	}
	if err := syncDir(dir); err != nil {
		return storeError("write", err)
	}
	s.dirty.mtime = fi.ModTime()
	return nil
}

// get reads one value, or ErrNotFound.
func (s *Store) get(key []byte) (value []byte, err error) {
	err = s.view(func(txn *badger.Txn) error {
		value, err = txnGet(txn, key)
		return err
	})
	return value, err
}

func (s *Store) view(fn func(*badger.Txn) error) error {
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	return fn(txn)
}

func txnGet(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if err != nil {
		return nil, storeError("read", err)
	}
	value, err := item.ValueCopy(nil)
	return value, storeError("read", err)
}

// scan calls fn for the keys with a prefix in order until it returns false. The
// item is valid until fn returns.
func scan(txn *badger.Txn, prefix []byte, fn func(*badger.Item) (bool, error)) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		if more, err := fn(it.Item()); err != nil || !more {
			return err
		}
	}
	return nil
}

// storeError names what failed and turns Badger's errors into ours.
func storeError(verb string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, badger.ErrKeyNotFound):
		return ErrNotFound
	case errors.Is(err, badger.ErrDBClosed), errors.Is(err, badger.ErrBlockedWrites):
		return ErrClosed
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrNoSpace
	}
	return fmt.Errorf("storage: %s: %w", verb, err)
}
