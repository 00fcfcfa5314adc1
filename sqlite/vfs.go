package sqlite

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// bufferName is the file that Serialize writes and Deserialize reads. No name of
// a guest is equal: those are absolute paths that the workspace knows.
const bufferName = "\x01buffer"

// workspaceVFS is one connection's file system: the guest's workspace. The
// library finds file systems by name, in the whole process; nobody can guess this
// one's.
type workspaceVFS struct {
	db     *DB
	name   string
	buffer *memFile // the file bufferName, while it exists
	open   map[*workspaceFile]struct{}

	opening bool // the connection is: a main database that cannot be opened is missing
	missing bool // the main database, for which an empty file stands
}

var _ vfs.VFS = (*workspaceVFS)(nil)

func newVFS(db *DB) *workspaceVFS {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	v := &workspaceVFS{db: db, name: "workspace-" + hex.EncodeToString(id[:]), open: map[*workspaceFile]struct{}{}}
	vfs.Register(v.name, v)
	return v
}

// closeAll forgets the VFS and closes what a broken connection left open.
func (v *workspaceVFS) closeAll() {
	vfs.Unregister(v.name)
	for f := range v.open {
		_ = f.Close()
	}
}

// isWAL reports whether the main database's header asks for a write-ahead log.
func (v *workspaceVFS) isWAL() bool {
	if v.db.path == "" {
		return false
	}
	f, err := v.db.host.Open(v.db.path, os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	var format [2]byte
	n, _ := f.ReadAt(format[:], 18)
	return n == 2 && format == [2]byte{2, 2}
}

// Open implements vfs.VFS.
func (v *workspaceVFS) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	if name == "/"+bufferName && v.buffer != nil {
		return v.buffer, flags | vfs.OPEN_MEMORY, nil
	}
	if v.missing && v.opening {
		return v.absent(flags)
	}
	if name == "" { // what SQLite keeps aside: within the connection's bounds
		return &memFile{limit: v.db.host.Memory, db: v.db}, flags | vfs.OPEN_MEMORY, nil
	}
	flag := os.O_RDWR
	if flags&vfs.OPEN_READONLY != 0 {
		flag = os.O_RDONLY
	}
	if flags&vfs.OPEN_CREATE != 0 {
		flag |= os.O_CREATE
	}
	if flags&vfs.OPEN_EXCLUSIVE != 0 {
		flag |= os.O_EXCL
	}
	fi, err := v.db.host.Stat(name)
	if err == nil && !fi.Mode().IsRegular() {
		return v.absent(flags)
	}
	h, err := v.db.host.Open(name, flag, 0o644)
	if err != nil {
		return v.absent(flags)
	}
	f := &workspaceFile{v: v, file: h, readOnly: flag&os.O_RDWR == 0}
	if flags&vfs.OPEN_MAIN_DB != 0 {
		f.lock = v.db.host.Locks.of(name)
	}
	if flags&vfs.OPEN_DELETEONCLOSE != 0 {
		f.temporary = name
	}
	v.open[f] = struct{}{}
	return f, flags, nil
}

// absent answers for a file that cannot be opened.
func (v *workspaceVFS) absent(flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	if v.opening {
		v.missing = true
		return &memFile{readOnly: true}, flags | vfs.OPEN_MEMORY, nil
	}
	return nil, flags, sqlite3.CANTOPEN
}

// Delete implements vfs.VFS.
func (v *workspaceVFS) Delete(name string, _ bool) error {
	if _, err := v.db.host.Stat(name); err != nil {
		return sqlite3.IOERR_DELETE_NOENT
	}
	if v.db.host.Unlink(name) != nil {
		return sqlite3.IOERR_DELETE
	}
	return nil
}

// Access implements vfs.VFS.
func (v *workspaceVFS) Access(name string, _ vfs.AccessFlag) (bool, error) {
	_, err := v.db.host.Stat(name)
	return err == nil, nil
}

// FullPathname implements vfs.VFS.
func (v *workspaceVFS) FullPathname(name string) (string, error) {
	if name == "/"+bufferName && v.buffer != nil {
		return name, nil
	}
	if !path.IsAbs(name) {
		name = path.Join(v.db.host.Dir, name)
	}
	real, err := v.db.host.Real(path.Clean(name))
	if err != nil {
		if v.opening {
			v.missing = true
			return path.Clean(name), nil
		}
		return "", sqlite3.CANTOPEN
	}
	return real, nil
}

// workspaceFile is an open file of the workspace.
type workspaceFile struct {
	v         *workspaceVFS
	file      File
	lock      *fileLock // of a main database
	level     vfs.LockLevel
	readOnly  bool
	temporary string // to be removed when closed
	closed    bool
}

var _ vfs.FileLockState = (*workspaceFile)(nil)

func (f *workspaceFile) Close() error {
	if f.closed {
		return nil
	}
	f.closed = true
	delete(f.v.open, f)
	err := f.Unlock(vfs.LOCK_NONE)
	if f.lock != nil {
		f.v.db.host.Locks.drop(f.lock)
	}
	err = errors.Join(err, f.file.Close())
	if f.temporary != "" {
		err = errors.Join(err, f.v.db.host.Unlink(f.temporary))
	}
	if err != nil {
		return sqlite3.IOERR_CLOSE
	}
	return nil
}

func (f *workspaceFile) ReadAt(p []byte, off int64) (int, error) {
	f.v.db.moved(len(p))
	n, err := f.file.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, sqlite3.IOERR_READ
	}
	return n, err
}

func (f *workspaceFile) WriteAt(p []byte, off int64) (int, error) {
	f.v.db.moved(len(p))
	n, err := f.file.WriteAt(p, off)
	if err != nil {
		return n, sqlite3.FULL // over a quota; a file of the workspace fails for nothing else
	}
	return n, nil
}

func (f *workspaceFile) Truncate(size int64) error {
	if f.file.Truncate(size) != nil {
		return sqlite3.IOERR_TRUNCATE
	}
	return nil
}

// Sync does nothing: a workspace is committed as a set, when the program ends.
func (f *workspaceFile) Sync(vfs.SyncFlag) error { return nil }

func (f *workspaceFile) Size() (int64, error) {
	fi, err := f.file.Stat()
	if err != nil {
		return 0, sqlite3.IOERR_FSTAT
	}
	return fi.Size(), nil
}

func (f *workspaceFile) SectorSize() int { return 4096 }

func (f *workspaceFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_POWERSAFE_OVERWRITE | vfs.IOCAP_SAFE_APPEND | vfs.IOCAP_SEQUENTIAL
}

func (f *workspaceFile) LockState() vfs.LockLevel { return f.level }

func (f *workspaceFile) Lock(level vfs.LockLevel) error {
	if f.lock == nil || f.level >= level {
		return nil
	}
	if f.readOnly && level >= vfs.LOCK_RESERVED {
		return sqlite3.IOERR_LOCK
	}
	reached, ok := f.lock.raise(f.level, level)
	f.level = reached
	if !ok {
		return sqlite3.BUSY
	}
	return nil
}

func (f *workspaceFile) Unlock(level vfs.LockLevel) error {
	if f.lock == nil || f.level <= level {
		return nil
	}
	f.lock.lower(f.level, level)
	f.level = level
	return nil
}

func (f *workspaceFile) CheckReservedLock() (bool, error) {
	return f.lock != nil && f.lock.isReserved(), nil
}

// moved charges for bytes read or written.
func (db *DB) moved(n int) {
	if !db.meter.closing {
		db.spend(int64(n) >> bytesShift)
	}
}

// Locks are the locks that the connections of one workspace have on its files.
// The zero value has none. It is safe for concurrent use.
type Locks struct {
	mu    sync.Mutex
	files map[string]*fileLock // guarded by mu
}

// fileLock is SQLite's lock on one file: many readers, one that intends to write,
// and one that writes.
type fileLock struct {
	all      *Locks
	name     string
	users    int  // guarded by all.mu, as all that follows
	shared   int  // connections that read or more
	reserved bool // one of them intends to write
	pending  bool // it waits for the readers to leave
}

func (l *Locks) of(name string) *fileLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.files == nil {
		l.files = map[string]*fileLock{}
	}
	f := l.files[name]
	if f == nil {
		f = &fileLock{all: l, name: name}
		l.files[name] = f
	}
	f.users++
	return f
}

func (l *Locks) drop(f *fileLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.users--; f.users == 0 {
		delete(l.files, f.name)
	}
}

// raise tries to bring a connection's lock from one level to another, and returns
// the level it has then.
func (f *fileLock) raise(from, to vfs.LockLevel) (vfs.LockLevel, bool) {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	switch to {
	case vfs.LOCK_SHARED:
		if f.pending {
			return from, false
		}
		f.shared++
	case vfs.LOCK_RESERVED:
		if f.reserved {
			return from, false
		}
		f.reserved = true
	case vfs.LOCK_EXCLUSIVE:
		if from < vfs.LOCK_RESERVED { // recovering a journal
			if f.reserved {
				return from, false
			}
			f.reserved = true
		}
		f.pending = true
		if f.shared > 1 {
			return vfs.LOCK_PENDING, false
		}
	}
	return to, true
}

func (f *fileLock) lower(from, to vfs.LockLevel) {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if from >= vfs.LOCK_RESERVED {
		f.reserved, f.pending = false, false
	}
	if to == vfs.LOCK_NONE {
		f.shared--
	}
}

func (f *fileLock) isReserved() bool {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	return f.reserved
}

// memFile is a file in memory: one that SQLite keeps aside, or a whole database
// on its way in or out.
type memFile struct {
	data     []byte
	limit    int64
	readOnly bool
	kept     bool // closing it leaves its bytes to who made it
	db       *DB  // whose memory they are in; nil: in nobody's
}

var _ vfs.File = (*memFile)(nil)

func (f *memFile) Close() error {
	if !f.kept {
		f.drop()
	}
	return nil
}

// drop forgets the bytes.
func (f *memFile) drop() {
	if f.db != nil {
		f.db.aside -= int64(cap(f.data))
	}
	f.data = nil
}

func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(f.data)) {
		return 0, io.EOF
	}
	if f.db != nil {
		f.db.moved(len(p))
	}
	n := copy(p, f.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(p []byte, off int64) (int, error) {
	if f.readOnly {
		return 0, sqlite3.READONLY
	}
	if f.db != nil {
		f.db.moved(len(p))
	}
	end := off + int64(len(p))
	if end > f.limit && !f.kept {
		return 0, sqlite3.NOMEM
	}
	if end > f.limit {
		return 0, sqlite3.FULL
	}
	if end > int64(len(f.data)) {
		if !f.grow(end) {
			return 0, sqlite3.NOMEM
		}
	}
	return copy(f.data[off:], p), nil
}

// grow makes the file size bytes long, if there is room for them.
func (f *memFile) grow(size int64) bool {
	if room := int64(cap(f.data)); size > room {
		room = min(max(size, 2*room, 64<<10), max(f.limit, size))
		if f.db != nil {
			f.db.aside += room
			if !f.db.fits() {
				f.db.aside -= room
				return false
			}
			f.db.aside -= int64(cap(f.data))
		}
		f.data = append(make([]byte, 0, room), f.data...)
	}
	was := len(f.data)
	f.data = f.data[:size]
	clear(f.data[was:])
	return true
}

func (f *memFile) Truncate(size int64) error {
	if f.readOnly {
		return sqlite3.READONLY
	}
	if size < int64(len(f.data)) {
		f.data = f.data[:size]
	}
	return nil
}

func (f *memFile) Sync(vfs.SyncFlag) error          { return nil }
func (f *memFile) Size() (int64, error)             { return int64(len(f.data)), nil }
func (f *memFile) Lock(vfs.LockLevel) error         { return nil }
func (f *memFile) Unlock(vfs.LockLevel) error       { return nil }
func (f *memFile) CheckReservedLock() (bool, error) { return false, nil }
func (f *memFile) SectorSize() int                  { return 4096 }
func (f *memFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_ATOMIC | vfs.IOCAP_SAFE_APPEND | vfs.IOCAP_SEQUENTIAL | vfs.IOCAP_POWERSAFE_OVERWRITE
}
