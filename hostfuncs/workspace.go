package hostfuncs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// Quota bounds a Workspace. A zero field means its default.
type Quota struct {
	Bytes   int64 // of all files in /workspace; default 1 GiB
	Entries int64 // names in /workspace, and names in /tmp; default 100,000; their paths and links' targets: 256 bytes on average
	Tmp     int64 // bytes of /tmp; default 64 MiB
}

// Config describes a Workspace. The zero value is an empty one.
type Config struct {
	Base     Base
	Quota    Quota
	ReadOnly bool             // /workspace cannot be changed (EROFS); /tmp can
	Now      func() time.Time // default time.Now
	Files    int              // open files at once; default 1024; over it EMFILE
	MaxRead  int64            // bytes that one ReadFile may return; default 256 MiB; over it EFBIG
	// Charge is told how much host memory the workspace holds more (or, negative,
	// less): content written, and 512 bytes for each entry touched. An error
	// refuses growth: the guest sees ENOMEM. It is called with a lock held and
	// must not call back. May be nil.
	Charge func(delta int64) error
}

const (
	defaultFiles   = 1024
	defaultMaxRead = 256 << 20
	defaultTmp     = 64 << 20
	defaultDisk    = 1 << 30
	defaultEntries = 100_000
)

// Workspace is the files of one execution: /workspace, copy-on-write over a
// Base, and /tmp in memory, in a "/" that has nothing else and cannot be
// changed. It implements jsengine.Files with Linux's semantics for a process
// that owns everything, with umask 022 and noatime: modes are kept, not
// enforced. Hard links are real while the execution lasts; a commit makes each
// name a file of its own, so each name counts against the quota. /workspace and
// /tmp are different devices (EXDEV).
//
// A symbolic link that leads out of /workspace and /tmp is refused when it is
// made and when it is met: EACCES. A path leads through links whose targets have at
// most 8,192 bytes together: ENAMETOOLONG. Paths must be absolute. Other errors are those of
// the system calls; beyond them EDQUOT (entries, or bytes of their paths), ENOSPC (bytes; the whole write
// is refused), ENOMEM (Charge), EIO (the Base).
//
// Safe for concurrent use.
type Workspace struct {
	cfg Config // immutable

	mu             sync.Mutex
	root           *inode
	workspace, tmp mount
	roots          [3]inode // of "/", /workspace and /tmp
	lastID         uint64
	held           int64 // charged
	open           int   // files
	dirty          bool  // anything was changed
	released       bool  // nothing is charged any more, and nothing can grow
	bytesRefused   refusal
	entriesRefused refusal
	textRefused    refusal
	cache          [8]cached
	cacheAt        int
}

var _ jsengine.Files = (*Workspace)(nil)

// cached is a chunk of a file as the Base has it.
type cached struct {
	node *node
	idx  int64
	data []byte
}

// refusal is the first time a quota was hit.
type refusal struct {
	used, limit int64
	hit         bool
}

func (r *refusal) note(used, limit int64) {
	if !r.hit {
		*r = refusal{used, limit, true}
	}
}

var errShort = errors.New("hostfuncs: content is shorter than its entry says")

// NewWorkspace returns a Workspace. It costs the same however large the Base is.
// Nothing needs closing; Release gives back what was charged.
func NewWorkspace(cfg Config) *Workspace {
	def := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	def(&cfg.Quota.Bytes, defaultDisk)
	def(&cfg.Quota.Entries, defaultEntries)
	def(&cfg.Quota.Tmp, defaultTmp)
	def(&cfg.MaxRead, defaultMaxRead)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Files == 0 {
		cfg.Files = defaultFiles
	}
	if cfg.Base.Content == nil {
		cfg.Base.Content = ContentFunc(func(string, []byte, int64) (int, error) { return 0, errShort })
	}
	w := &Workspace{cfg: cfg}
	w.reset(cfg.Base.Tree)
	return w
}

// reset makes w what it is at first.
func (w *Workspace) reset(tree *Tree) {
	base := tree.top()
	now := w.cfg.Now()
	dir := func(id uint64, m *mount, n *node) *inode {
		in := &w.roots[id-1]
		*in = inode{id: id, kind: KindDir, mode: 0o755, mtime: now, atime: now, ctime: now, links: 1, mount: m, node: n}
		return in
	}
	w.root = dir(1, nil, nil)
	w.root.mode = 0o555
	w.workspace = mount{
		name: Root[1:], readOnly: w.cfg.ReadOnly, used: base.bytes, limit: w.cfg.Quota.Bytes, text: base.text,
		entries: int64(base.count), maxEntries: w.cfg.Quota.Entries,
	}
	w.tmp = mount{name: Temp[1:], limit: w.cfg.Quota.Tmp, maxEntries: w.cfg.Quota.Entries}
	w.workspace.root = dir(2, &w.workspace, base)
	w.workspace.root.count = len(base.kids)
	w.tmp.root = dir(3, &w.tmp, nil)
	w.tmp.root.mode = 0o777
	for _, m := range []*mount{&w.workspace, &w.tmp} {
		m.root.parent, m.root.name = w.root, m.name
		w.root.setKid(m.name, m.root)
		w.root.count++
	}
	w.lastID = 3
}

func (w *Workspace) now() time.Time { return w.cfg.Now() }

// charge tells the owner of host memory, and reports whether it agrees. Giving
// back always succeeds.
func (w *Workspace) charge(delta int64) bool {
	if delta == 0 {
		return true
	}
	if w.released {
		return delta < 0
	}
	if w.cfg.Charge != nil {
		if err := w.cfg.Charge(delta); err != nil && delta > 0 {
			return false
		}
	}
	w.held += delta
	return true
}

// Release gives back all memory that was charged. The workspace is empty after,
// and its open files and Changes are no longer valid.
func (w *Workspace) Release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.charge(-w.held)
	w.released = true
	w.cache, w.dirty = [8]cached{}, false
	w.reset(nil)
}

// DiskUsed returns the bytes that count against Quota.Bytes now.
func (w *Workspace) DiskUsed() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.workspace.used
}

// Entries returns the names in /workspace now.
func (w *Workspace) Entries() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.workspace.entries
}

// Names returns the names in /workspace and /tmp now.
func (w *Workspace) Names() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.workspace.entries + w.tmp.entries
}

// DiskRefused reports whether a write was refused for a quota in bytes
// (/workspace's or /tmp's), with the use it would have made and the limit, of
// the first refusal.
func (w *Workspace) DiskRefused() (used, limit int64, hit bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bytesRefused.used, w.bytesRefused.limit, w.bytesRefused.hit
}

// EntriesRefused is DiskRefused for the quota in entries.
func (w *Workspace) EntriesRefused() (used, limit int64, hit bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.entriesRefused.used, w.entriesRefused.limit, w.entriesRefused.hit
}

// TextRefused is DiskRefused for the bytes of paths and links' targets.
func (w *Workspace) TextRefused() (used, limit int64, hit bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.textRefused.used, w.textRefused.limit, w.textRefused.hit
}

func fail(code, call, path string) error {
	return &jsengine.Errno{Code: code, Syscall: call, Path: path}
}

// outcome is fail's error, or nil without a code.
func outcome(code, call, path string) error {
	if code == "" {
		return nil
	}
	return fail(code, call, path)
}

// because adds what was behind err, for the host's log.
func because(err, cause error) error {
	if cause == nil {
		return err
	}
	return errors.Join(err, cause)
}

func fail2(code, call, path, dest string) error {
	return &jsengine.Errno{Code: code, Syscall: call, Path: path, Dest: dest}
}

// writable returns the errno that keeps names in dir from being changed, or "".
func writable(dir *inode) string {
	if dir.mount == nil || dir.mount.readOnly {
		return "EROFS"
	}
	return ""
}

// Flags that os does not name. Both are in every platform's open(2).
const (
	oNoFollow  = syscall.O_NOFOLLOW
	oDirectory = syscall.O_DIRECTORY
)

const umask = 0o022

// Open opens the file or directory at path. flag is made of os.O_* and
// syscall.O_NOFOLLOW and O_DIRECTORY. With O_APPEND, WriteAt appends whatever
// the offset.
func (w *Workspace) Open(path string, flag int, perm fs.FileMode) (jsengine.File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, code := w.openLocked(path, flag, perm)
	if code != "" {
		return nil, fail(code, "open", path)
	}
	return f, nil
}

func (w *Workspace) openLocked(path string, flag int, perm fs.FileMode) (*file, string) {
	if w.open >= w.cfg.Files {
		return nil, "EMFILE"
	}
	access := flag & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
	excl := flag&os.O_CREATE != 0 && flag&os.O_EXCL != 0
	// A dangling link at the end of path is created through, as on Linux.
	p, code := w.walkLocked(path, !excl && flag&oNoFollow == 0)
	if code != "" {
		return nil, code
	}
	in := p.node
	switch {
	case in == nil && flag&os.O_CREATE == 0:
		return nil, "ENOENT"
	case in == nil:
		if p.slash {
			return nil, "EISDIR"
		}
		if flag&oDirectory != 0 {
			return nil, "EINVAL"
		}
		if in, code = w.createLocked(p, KindFile, perm&^umask, ""); code != "" {
			return nil, code
		}
		in.changed = true
	case excl:
		return nil, "EEXIST"
	case in.kind == KindSymlink && flag&oDirectory == 0:
		return nil, "ELOOP"
	case in.kind == KindSocket && flag&oDirectory == 0:
		return nil, "ENXIO"
	case in.kind == KindDir && (access != os.O_RDONLY || flag&(os.O_CREATE|os.O_TRUNC) != 0):
		return nil, "EISDIR"
	case in.kind != KindDir && flag&oDirectory != 0:
		return nil, "ENOTDIR"
	case in.kind == KindFile:
		if access != os.O_RDONLY || flag&os.O_TRUNC != 0 {
			if in.mount.readOnly {
				return nil, "EROFS"
			}
		}
		if flag&os.O_TRUNC != 0 {
			if code := w.truncateLocked(in, 0); code != "" {
				return nil, code
			}
		}
	}
	w.open++
	in.opens++
	return &file{w: w, in: in, access: access, append: flag&os.O_APPEND != 0, name: p.name}, ""
}

// createLocked makes an entry at p, where nothing is; a link with its target.
func (w *Workspace) createLocked(p place, kind Kind, mode fs.FileMode, target string) (*inode, string) {
	if code := writable(p.dir); code != "" {
		return nil, code
	}
	if _, code := boundsLocked(p.dir, p.name, nil); code != "" {
		return nil, code
	}
	if !w.textFitsLocked(p.dir.mount, textLocked(p.dir, p.name, target)) {
		return nil, "EDQUOT"
	}
	in, code := w.newLocked(p.dir.mount, kind, mode)
	if code != "" {
		return nil, code
	}
	if !w.charge(int64(len(target))) {
		w.dropLocked(in)
		return nil, "ENOMEM"
	}
	in.target, in.held = target, int64(len(target))
	w.attachLocked(p.dir, p.name, in)
	return in, ""
}

// stat is Stat and Lstat.
func (w *Workspace) stat(path string, follow bool, call string) (fs.FileInfo, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, follow)
	if code == "" && p.node == nil {
		code = "ENOENT"
	}
	if code != "" {
		return nil, fail(code, call, path)
	}
	return p.node.info(baseName(path)), nil
}

// baseName is the last name of path as os.Stat gives it.
func baseName(path string) string {
	path = strings.TrimRight(path, "/")
	if path == "" {
		return "/"
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

// Stat describes what path leads to. The result also has the methods Ino, Nlink
// (uint64), AccessTime and ChangeTime.
func (w *Workspace) Stat(path string) (fs.FileInfo, error) { return w.stat(path, true, "stat") }

// Lstat is Stat, of a symbolic link itself.
func (w *Workspace) Lstat(path string) (fs.FileInfo, error) { return w.stat(path, false, "lstat") }

// ReadDir returns the directory's entries by name.
func (w *Workspace) ReadDir(path string) ([]fs.DirEntry, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, true)
	switch {
	case code != "":
	case p.node == nil:
		code = "ENOENT"
	case p.node.kind != KindDir:
		code = "ENOTDIR"
	}
	if code != "" {
		return nil, fail(code, "scandir", path)
	}
	return listLocked(p.node), nil
}

func listLocked(dir *inode) []fs.DirEntry {
	out := make([]fs.DirEntry, 0, dir.count)
	for name, kid := range dir.kids {
		if kid != nil {
			out = append(out, fs.FileInfoToDirEntry(kid.info(name)))
		}
	}
	if dir.node != nil {
		for _, n := range dir.node.kids {
			if _, ok := dir.kids[n.name()]; !ok {
				out = append(out, fs.FileInfoToDirEntry(n.info()))
			}
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

// Mkdir makes a directory.
func (w *Workspace) Mkdir(path string, perm fs.FileMode) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.mkdirLocked(path, perm), "mkdir", path)
}

func (w *Workspace) mkdirLocked(path string, perm fs.FileMode) string {
	// A trailing slash is no reason to follow a link here.
	p, code := w.walkLocked(trimSlash(path), false)
	if code != "" {
		return code
	}
	if p.node != nil {
		return "EEXIST"
	}
	_, code = w.createLocked(p, KindDir, perm&^umask, "")
	return code
}

func trimSlash(path string) string {
	if t := strings.TrimRight(path, "/"); t != "" {
		return t
	}
	return path
}

// MkdirAll makes a directory and those that lead to it. It is no error if it
// exists.
func (w *Workspace) MkdirAll(path string, perm fs.FileMode) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.mkdirAllLocked(path, perm), "mkdir", path)
}

func (w *Workspace) mkdirAllLocked(path string, perm fs.FileMode) string {
	p, code := w.walkMakingLocked(path, true, func(p place) (*inode, string) {
		return w.createLocked(p, KindDir, perm&^umask, "")
	})
	if code == "" && p.node.kind != KindDir {
		code = "EEXIST"
	}
	return code
}

// Socket makes a socket, which is a name alone: who listens there is the Loopback's to
// know, by its inode's number, and no commit has it.
func (w *Workspace) Socket(path string, perm fs.FileMode) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.socketLocked(path, perm), "bind", path)
}

// freeLocked finds the place of a name that is to be made, and is no directory's.
func (w *Workspace) freeLocked(path string) (place, string) {
	p, code := w.walkLocked(path, false)
	switch {
	case code != "":
		return p, code
	case p.node != nil:
		return p, "EEXIST"
	case p.slash:
		return p, "ENOENT"
	}
	return p, ""
}

func (w *Workspace) socketLocked(path string, perm fs.FileMode) string {
	p, code := w.freeLocked(path)
	if code != "" {
		return code
	}
	_, code = w.createLocked(p, KindSocket, perm&^umask, "")
	return code
}

// Unlink removes a name that is not a directory's. A file lives on while it is
// open.
func (w *Workspace) Unlink(path string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.unlinkLocked(path), "unlink", path)
}

func (w *Workspace) unlinkLocked(path string) string {
	p, code := w.walkLocked(path, false)
	switch {
	case code != "":
		return code
	case p.node == nil:
		return "ENOENT"
	case p.node.kind == KindDir:
		return "EISDIR"
	}
	if code := writable(p.dir); code != "" {
		return code
	}
	w.detachLocked(p.dir, p.name, p.node)
	return ""
}

// Rmdir removes an empty directory.
func (w *Workspace) Rmdir(path string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.rmdirLocked(path), "rmdir", path)
}

func (w *Workspace) rmdirLocked(path string) string {
	switch name := baseName(path); name {
	case ".":
		return "EINVAL"
	case "..":
		return "ENOTEMPTY"
	}
	p, code := w.walkLocked(trimSlash(path), false)
	switch {
	case code != "":
		return code
	case p.node == nil:
		return "ENOENT"
	case p.node.kind != KindDir:
		return "ENOTDIR"
	case p.node.isMount():
		return "EBUSY"
	}
	if code := writable(p.dir); code != "" {
		return code
	}
	if p.node.count > 0 {
		return "ENOTEMPTY"
	}
	w.detachLocked(p.dir, p.name, p.node)
	return ""
}

// isMount reports whether in is "/", /workspace or /tmp.
func (in *inode) isMount() bool { return in.mount == nil || in.mount.root == in }

// RemoveAll removes what is at path and all below it. It is no error if there
// is nothing. /workspace and /tmp themselves cannot be removed (EBUSY).
func (w *Workspace) RemoveAll(path string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.removeAllLocked(path), "rm", path)
}

func (w *Workspace) removeAllLocked(path string) string {
	if name := baseName(path); name == "." || name == ".." {
		return "EINVAL"
	}
	p, code := w.walkLocked(trimSlash(path), false)
	switch {
	case code == "ENOENT" && path != "":
		return ""
	case code != "":
		return code
	case p.node == nil:
		return ""
	case p.node.isMount():
		return "EBUSY"
	}
	if code := writable(p.dir); code != "" {
		return code
	}
	w.clearLocked(p.node)
	w.detachLocked(p.dir, p.name, p.node)
	return ""
}

// clearLocked takes everything out of a directory.
func (w *Workspace) clearLocked(dir *inode) {
	if dir.kind != KindDir {
		return
	}
	for name, kid := range dir.kids {
		if kid != nil {
			w.clearLocked(kid)
			w.detachLocked(dir, name, kid)
		}
	}
	if dir.node == nil {
		return
	}
	for _, n := range dir.node.kids {
		if _, ok := dir.kids[n.name()]; !ok {
			dir.mount.entries -= int64(1 + n.count)
			dir.mount.text -= textLocked(dir, n.name(), "")*int64(1+n.count) + n.text
			dir.mount.used -= n.bytes
			dir.count--
		}
	}
	dir.node, dir.kids = nil, nil
}

// Rename moves from to to, replacing what is there.
func (w *Workspace) Rename(from, to string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code := w.renameLocked(from, to); code != "" {
		return fail2(code, "rename", from, to)
	}
	return nil
}

func (w *Workspace) renameLocked(from, to string) string {
	src, code := w.walkLocked(from, false)
	if code != "" {
		return code
	}
	dst, code := w.walkLocked(to, false)
	if code != "" {
		return code
	}
	in, old := src.node, dst.node
	switch {
	case src.name == "" || dst.name == "" || in != nil && in.isMount() || old != nil && old.isMount():
		return "EBUSY"
	case src.dir.mount != dst.dir.mount:
		if dst.dir.mount == nil {
			return "EROFS"
		}
		return "EXDEV"
	}
	if code := writable(dst.dir); code != "" {
		return code
	}
	if in == nil {
		return "ENOENT"
	}
	if in == old {
		return ""
	}
	if in.kind == KindDir {
		for d := dst.dir; d != nil; d = d.parent {
			if d == in {
				return "EINVAL"
			}
		}
	}
	for d := src.dir; old != nil && d != nil; d = d.parent {
		if d == old {
			return "ENOTEMPTY"
		}
	}
	switch {
	case old == nil && dst.slash && in.kind != KindDir:
		return "ENOTDIR"
	case old == nil:
	case in.kind == KindDir && old.kind != KindDir:
		return "ENOTDIR"
	case in.kind != KindDir && old.kind == KindDir:
		return "EISDIR"
	case old.kind == KindDir && old.count > 0:
		return "ENOTEMPTY"
	}
	below, code := boundsLocked(dst.dir, dst.name, in)
	if code != "" {
		return code
	}
	// What is below in moves with it.
	m, moved := dst.dir.mount, textLocked(dst.dir, dst.name, "")-textLocked(src.dir, src.name, "")
	if !w.textFitsLocked(m, int64(1+below)*moved) {
		return "EDQUOT"
	}
	m.text += int64(below) * moved
	if old != nil {
		w.detachLocked(dst.dir, dst.name, old)
	}
	in.opens++ // lives through being nameless
	w.detachLocked(src.dir, src.name, in)
	w.attachLocked(dst.dir, dst.name, in)
	in.opens--
	return ""
}

// Link gives the file at from a further name.
func (w *Workspace) Link(from, to string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code := w.linkLocked(from, to); code != "" {
		return fail2(code, "link", from, to)
	}
	return nil
}

func (w *Workspace) linkLocked(from, to string) string {
	src, code := w.walkLocked(from, false)
	if code != "" {
		return code
	}
	if src.node == nil {
		return "ENOENT"
	}
	dst, code := w.freeLocked(to)
	if code != "" {
		return code
	}
	if code := writable(dst.dir); code != "" {
		return code
	}
	in, m := src.node, dst.dir.mount
	switch {
	case in.kind == KindDir:
		return "EPERM"
	case in.mount != m:
		return "EXDEV"
	}
	if _, code := boundsLocked(dst.dir, dst.name, nil); code != "" {
		return code
	}
	if !w.textFitsLocked(m, textLocked(dst.dir, dst.name, in.target)) {
		return "EDQUOT"
	}
	if m.entries+1 > m.maxEntries {
		w.entriesRefused.note(m.entries+1, m.maxEntries)
		return "EDQUOT"
	}
	if m.used+in.size > m.limit && in.size > 0 {
		w.bytesRefused.note(m.used+in.size, m.limit)
		return "ENOSPC"
	}
	w.attachLocked(dst.dir, dst.name, in)
	in.ctime = w.now()
	return ""
}

// Symlink makes path a symbolic link to target. A target that leads out of
// /workspace and /tmp is EACCES.
func (w *Workspace) Symlink(target, path string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code := w.symlinkLocked(target, path); code != "" {
		return fail2(code, "symlink", target, path)
	}
	return nil
}

func (w *Workspace) symlinkLocked(target, path string) string {
	switch {
	case target == "":
		return "ENOENT"
	case len(target) > maxTarget:
		return "ENAMETOOLONG"
	case checkGuestPath("/"+target) != "":
		return "EINVAL"
	}
	p, code := w.freeLocked(path)
	if code != "" {
		return code
	}
	if code := writable(p.dir); code != "" {
		return code
	}
	if !linkInside(p.dir.parts(), target) {
		return "EACCES"
	}
	_, code = w.createLocked(p, KindSymlink, 0o777, target)
	return code
}

// Readlink returns a symbolic link's target as it was given.
func (w *Workspace) Readlink(path string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, false)
	switch {
	case code != "":
	case p.node == nil:
		code = "ENOENT"
	case p.node.kind != KindSymlink:
		code = "EINVAL"
	default:
		return p.node.target, nil
	}
	return "", fail(code, "readlink", path)
}

// changeLocked finds what path leads to, or what it is itself, to change its metadata.
func (w *Workspace) changeLocked(path string, follow bool) (*inode, string) {
	p, code := w.walkLocked(path, follow)
	switch {
	case code != "":
		return nil, code
	case p.node == nil:
		return nil, "ENOENT"
	case p.node.mount == nil || p.node.mount.readOnly:
		return nil, "EROFS"
	}
	w.dirty = true
	return p.node, ""
}

// Chmod sets the permission bits of what path leads to.
func (w *Workspace) Chmod(path string, mode fs.FileMode) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, code := w.changeLocked(path, true)
	if code != "" {
		return fail(code, "chmod", path)
	}
	in.mode, in.ctime = mode&fs.ModePerm, w.now()
	return nil
}

// Chtimes sets the times of what path leads to.
func (w *Workspace) Chtimes(path string, atime, mtime time.Time) error {
	return w.chtimes(path, atime, mtime, true)
}

// Lchtimes sets the times of what is at path, a symbolic link's own.
func (w *Workspace) Lchtimes(path string, atime, mtime time.Time) error {
	return w.chtimes(path, atime, mtime, false)
}

func (w *Workspace) chtimes(path string, atime, mtime time.Time, follow bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, code := w.changeLocked(path, follow)
	if code != "" {
		return fail(code, "utime", path)
	}
	in.atime, in.mtime, in.ctime = atime, mtime, w.now()
	return nil
}

// Truncate sets the size of the file that path leads to.
func (w *Workspace) Truncate(path string, size int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, code := w.changeLocked(path, true)
	switch {
	case code != "":
	case in.kind == KindDir:
		code = "EISDIR"
	case in.kind == KindSocket:
		code = "ENXIO"
	default:
		code = w.truncateLocked(in, size)
	}
	return outcome(code, "truncate", path)
}

// Realpath returns path without symbolic links, "." and "..".
func (w *Workspace) Realpath(path string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, true)
	if code == "" && p.node == nil {
		code = "ENOENT"
	}
	if code != "" {
		return "", fail(code, "realpath", path)
	}
	if p.name == "" {
		return "/" + strings.Join(p.node.parts(), "/"), nil
	}
	return "/" + strings.Join(append(p.dir.parts(), p.name), "/"), nil
}

// ReadFile returns the content of the file that path leads to, the caller's.
func (w *Workspace) ReadFile(path string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, true)
	switch {
	case code != "":
	case p.node == nil:
		code = "ENOENT"
	case p.node.kind == KindSocket:
		code = "ENXIO"
	}
	if code != "" {
		return nil, fail(code, "open", path)
	}
	in := p.node
	if in.kind == KindDir {
		return nil, fail("EISDIR", "read", "")
	}
	if in.size > w.cfg.MaxRead {
		return nil, fail("EFBIG", "read", path)
	}
	data := make([]byte, in.size)
	if n, err := w.readLocked(in, data, 0); n < len(data) {
		return nil, because(fail("EIO", "read", path), err)
	}
	return data, nil
}

// WriteFile opens path with flag (0 means O_WRONLY|O_CREATE|O_TRUNC) and writes
// data at its start, or at its end with O_APPEND.
func (w *Workspace) WriteFile(path string, data []byte, flag int, perm fs.FileMode) error {
	if flag == 0 {
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f, code := w.openLocked(path, flag, perm)
	if code != "" {
		return fail(code, "open", path)
	}
	defer f.closeLocked()
	if f.access == os.O_RDONLY {
		return fail("EBADF", "write", "")
	}
	off := int64(0)
	if f.append {
		off = f.in.size
	}
	if _, code, cause := w.writeLocked(f.in, data, off); code != "" {
		return because(fail(code, "write", ""), cause)
	}
	return nil
}

// file is an open file of a Workspace.
type file struct {
	w      *Workspace
	in     *inode
	access int // O_RDONLY, O_WRONLY or O_RDWR
	append bool
	name   string
	closed bool // guarded by w.mu
}

// ReadAt implements jsengine.File as io.ReaderAt: io.EOF if it meets the end.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	switch {
	case f.closed || f.access == os.O_WRONLY:
		return 0, fail("EBADF", "read", "")
	case f.in.kind == KindDir:
		return 0, fail("EISDIR", "read", "")
	case off < 0:
		return 0, fail("EINVAL", "read", "")
	case len(p) == 0:
		return 0, nil
	}
	n, err := f.w.readLocked(f.in, p, off)
	if err != nil && err != io.EOF {
		err = because(fail("EIO", "read", ""), err)
	}
	return n, err
}

// WriteAt implements jsengine.File. With O_APPEND it writes at the end.
func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	switch {
	case f.closed || f.access == os.O_RDONLY:
		return 0, fail("EBADF", "write", "")
	case f.append:
		off = f.in.size
	case off < 0:
		return 0, fail("EINVAL", "write", "")
	}
	n, code, cause := f.w.writeLocked(f.in, p, off)
	if code != "" {
		return n, because(fail(code, "write", ""), cause)
	}
	return n, nil
}

// Truncate implements jsengine.File.
func (f *file) Truncate(size int64) error {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	code := ""
	switch {
	case f.closed:
		code = "EBADF"
	case f.access == os.O_RDONLY || f.in.kind == KindDir:
		code = "EINVAL"
	default:
		code = f.w.truncateLocked(f.in, size)
	}
	return outcome(code, "ftruncate", "")
}

// Stat implements jsengine.File.
func (f *file) Stat() (fs.FileInfo, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if f.closed {
		return nil, fail("EBADF", "fstat", "")
	}
	return f.in.info(f.name), nil
}

// Sync implements jsengine.File. What an execution writes becomes durable with
// its commit, so there is nothing to do.
func (f *file) Sync() error {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if f.closed {
		return fail("EBADF", "fsync", "")
	}
	return nil
}

// Close implements jsengine.File.
func (f *file) Close() error {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if f.closed {
		return fail("EBADF", "close", "")
	}
	f.closeLocked()
	return nil
}

func (f *file) closeLocked() {
	f.closed = true
	f.w.open--
	before := f.in.weight()
	f.in.opens--
	if f.in.kind == KindFile {
		f.in.mount.used += (f.in.weight() - before) * f.in.size
	}
	f.w.dropLocked(f.in)
}
