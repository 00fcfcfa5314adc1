package hostfuncs

import (
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	chunkSize = 64 << 10 // unit of copy-on-write
	minChunk  = 512      // smallest allocation for content

	// inodeCost is what an entry is charged beside its content: the inode, its
	// name and its place in a directory, rounded up.
	inodeCost = 512

	maxTarget = 4095 // bytes of a symbolic link's target, as on Linux

	// maxTargets bounds the targets of all links that one path leads through, in bytes:
	// forty of maxTarget have 80,000 names, and finding them would take ten slices.
	maxTargets = 2 * MaxPath

	// textPerEntry is how many bytes of text there may be for each entry of the quota, on
	// average: see mount.text.
	textPerEntry = 256
)

// mount is one of the two trees below "/".
type mount struct {
	root       *inode
	name       string // "workspace", "tmp"
	readOnly   bool
	used       int64 // bytes: of each file, its size times its names
	limit      int64
	entries    int64
	maxEntries int64
	// text is the bytes of all entries' paths below the mount, a slash before each name,
	// and of the targets of links. Each is kept whole wherever the mount's names are once
	// they are committed, so that an entry of 4,000 bytes costs what forty others do.
	text int64
}

// inode is a file, directory, symbolic link or socket in use. Of a Base, only what was
// touched has one. All fields are guarded by Workspace.mu.
type inode struct {
	id    uint64
	kind  Kind
	mode  fs.FileMode // permission bits
	mtime time.Time
	atime time.Time
	ctime time.Time
	links int    // names; of a directory 1, or 0 once removed
	opens int    // open files
	mount *mount // nil: "/"
	node  *node  // what it was in the Base or in a layer; nil: new

	// Of a directory: where it is, and how its children differ from node's. A
	// nil child hides the one of the Base.
	parent *inode
	name   string
	kids   map[string]*inode
	most   int // that kids had since it was made
	count  int // children

	// Of a file. A chunk that is there is the truth for its range: what lies
	// beyond its length, within the file, is zero. A chunk that is not there is
	// the Base's content below fromBase, else zero.
	size     int64
	chunks   [][]byte
	fromBase int64
	changed  bool // content differs from node's
	held     int64

	target string // of a symbolic link
}

// fileInfo is a snapshot of an inode. Beside fs.FileInfo it has what stat(2)
// tells: Ino, Nlink, AccessTime, ChangeTime.
type fileInfo struct {
	name  string
	kind  Kind
	mode  fs.FileMode
	size  int64
	mtime time.Time
	atime time.Time
	ctime time.Time
	ino   uint64
	nlink uint64
}

func (i *fileInfo) Name() string          { return i.name }
func (i *fileInfo) Size() int64           { return i.size }
func (i *fileInfo) Mode() fs.FileMode     { return i.mode | typeBits(i.kind) }
func (i *fileInfo) ModTime() time.Time    { return i.mtime }
func (i *fileInfo) IsDir() bool           { return i.kind == KindDir }
func (i *fileInfo) Sys() any              { return nil }
func (i *fileInfo) Ino() uint64           { return i.ino }
func (i *fileInfo) Nlink() uint64         { return i.nlink }
func (i *fileInfo) AccessTime() time.Time { return i.atime }
func (i *fileInfo) ChangeTime() time.Time { return i.ctime }

func typeBits(k Kind) fs.FileMode {
	switch k {
	case KindDir:
		return fs.ModeDir
	case KindSymlink:
		return fs.ModeSymlink
	case KindSocket:
		return fs.ModeSocket
	}
	return 0
}

// dirSize is what a directory reports as its size.
const dirSize = 4096

func (in *inode) info(name string) *fileInfo {
	i := &fileInfo{
		name: name, kind: in.kind, mode: in.mode, mtime: in.mtime, atime: in.atime, ctime: in.ctime,
		ino: in.id, nlink: uint64(in.links),
	}
	switch in.kind {
	case KindFile:
		i.size = in.size
	case KindDir:
		i.size = dirSize
	case KindSymlink:
		i.size = int64(len(in.target))
	}
	return i
}

func (n *node) info() *fileInfo {
	i := &fileInfo{name: n.name(), kind: n.Kind, mode: n.Mode, mtime: n.Modified, atime: n.Modified, ctime: n.Modified, size: n.Size, nlink: 1}
	switch n.Kind {
	case KindDir:
		i.size = dirSize
	case KindSymlink:
		i.size = int64(len(n.Target))
	}
	return i
}

// parts returns the names that lead to a directory from "/".
func (in *inode) parts() []string {
	var parts []string
	for d := in; d.parent != nil; d = d.parent {
		parts = append(parts, d.name)
	}
	slices.Reverse(parts)
	return parts
}

// weight is how often the file's size counts.
func (in *inode) weight() int64 {
	if in.links == 0 && in.opens > 0 {
		return 1
	}
	return int64(in.links)
}

// childLocked returns the child called name, or nil, giving it an inode if the
// Base has it.
func (w *Workspace) childLocked(dir *inode, name string) (*inode, string) {
	if in, ok := dir.kids[name]; ok || dir.node == nil {
		return in, ""
	}
	n := dir.node.child(name)
	if n == nil {
		return nil, ""
	}
	if !w.charge(inodeCost) {
		return nil, "ENOMEM"
	}
	w.lastID++
	in := &inode{
		id: w.lastID, kind: n.Kind, mode: n.Mode, mtime: n.Modified, atime: n.Modified, ctime: n.Modified,
		links: 1, mount: dir.mount, node: n, size: n.Size, fromBase: n.Size, target: n.Target, count: len(n.kids),
	}
	if in.kind == KindDir {
		in.parent, in.name = dir, name
	}
	dir.setKid(name, in)
	return in, ""
}

func (in *inode) setKid(name string, kid *inode) {
	if in.kids == nil {
		in.kids = map[string]*inode{}
	}
	in.kids[name] = kid
	in.most = max(in.most, len(in.kids))
}

// dropKid takes a name out of kids. A map keeps the room that it once had, which is
// charged with its entries and must not outlive them.
func (in *inode) dropKid(name string) {
	delete(in.kids, name)
	if in.most > 64 && len(in.kids) < in.most/4 {
		fewer := make(map[string]*inode, len(in.kids))
		maps.Copy(fewer, in.kids)
		in.kids, in.most = fewer, len(fewer)
	}
}

// pathLocked is the bytes of a directory's path below its mount, as mount.text counts them.
func (in *inode) pathLocked() (n int64) {
	for d := in; d != nil && !d.isMount(); d = d.parent {
		n += 1 + int64(len(d.name))
	}
	return n
}

// textLocked is what a name in dir, with a link's target, adds to the mount's text.
func textLocked(dir *inode, name, target string) int64 {
	return dir.pathLocked() + 1 + int64(len(name)+len(target))
}

// textFitsLocked reports whether a mount's text may grow by more.
func (w *Workspace) textFitsLocked(m *mount, more int64) bool {
	limit := m.maxEntries * textPerEntry
	if more > 0 && more > limit-m.text {
		w.textRefused.note(m.text+more, limit)
		return false
	}
	return true
}

// newLocked returns a new inode without a name.
func (w *Workspace) newLocked(m *mount, kind Kind, mode fs.FileMode) (*inode, string) {
	if m.entries+1 > m.maxEntries {
		w.entriesRefused.note(m.entries+1, m.maxEntries)
		return nil, "EDQUOT"
	}
	if !w.charge(inodeCost) {
		return nil, "ENOMEM"
	}
	now := w.now()
	w.lastID++
	return &inode{id: w.lastID, kind: kind, mode: mode & fs.ModePerm, mtime: now, atime: now, ctime: now, mount: m}, ""
}

// attachLocked gives in a name that dir does not have. The caller has checked
// the quota.
func (w *Workspace) attachLocked(dir *inode, name string, in *inode) {
	dir.setKid(name, in)
	dir.count++
	dir.mount.entries++
	dir.mount.text += textLocked(dir, name, in.target)
	before := in.weight()
	in.links++
	dir.mount.used += (in.weight() - before) * in.size
	if in.kind == KindDir {
		in.parent, in.name = dir, name
	}
	w.touchDirLocked(dir)
}

// detachLocked takes the name away from dir. The inode lives on while it is open
// or has other names.
func (w *Workspace) detachLocked(dir *inode, name string, in *inode) {
	if dir.node != nil && dir.node.child(name) != nil {
		dir.setKid(name, nil)
	} else {
		dir.dropKid(name)
	}
	dir.count--
	dir.mount.entries--
	dir.mount.text -= textLocked(dir, name, in.target)
	before := in.weight()
	in.links--
	in.ctime = w.now()
	dir.mount.used += (in.weight() - before) * in.size
	if in.kind == KindDir {
		in.parent, in.name = nil, ""
	}
	w.touchDirLocked(dir)
	w.dropLocked(in)
}

func (w *Workspace) touchDirLocked(dir *inode) {
	dir.mtime = w.now()
	dir.ctime = dir.mtime
	w.dirty = true
}

// dropLocked frees an inode that nothing refers to.
func (w *Workspace) dropLocked(in *inode) {
	if in.links > 0 || in.opens > 0 {
		return
	}
	w.charge(-in.held - inodeCost)
	in.chunks, in.held = nil, 0
}

// roomLocked reports whether in may grow to size.
func (w *Workspace) roomLocked(in *inode, size int64) bool {
	if size <= in.size {
		return true
	}
	m := in.mount
	grow := size - in.size
	weight := in.weight()
	// Written so that no product overflows: weight is at least 1.
	if grow > (m.limit-m.used)/weight {
		used := m.limit + 1
		if grow <= (1<<62)/weight-m.used {
			used = m.used + grow*weight
		}
		w.bytesRefused.note(used, m.limit)
		return false
	}
	return true
}

func (w *Workspace) setSizeLocked(in *inode, size int64) {
	in.mount.used += (size - in.size) * in.weight()
	in.size = size
}

// touchLocked notes that the file's content changed.
func (w *Workspace) touchLocked(in *inode) {
	in.changed = true
	in.mtime = w.now()
	in.ctime = in.mtime
	w.dirty = true
}

// readNode reads a file as the Base has it.
func (w *Workspace) readNode(n *node, p []byte, off int64) (int, error) {
	if off >= n.Size {
		return 0, io.EOF
	}
	atEnd := false
	if int64(len(p)) > n.Size-off {
		p, atEnd = p[:n.Size-off], true
	}
	content := w.cfg.Base.Content
	if n.layer != nil {
		content = n.layer.content
	}
	got, err := content.ReadFileAt(n.Path, p, off)
	if got < len(p) {
		if err == nil || err == io.EOF {
			err = errShort
		}
		return got, err
	}
	if atEnd {
		return got, io.EOF
	}
	return got, nil
}

// readChunkLocked returns the Base's content of the chunk idx of n, from a small
// cache that makes reads in little pieces cheap. It must not be changed.
func (w *Workspace) readChunkLocked(n *node, idx int64) ([]byte, error) {
	for i := range w.cache {
		if w.cache[i].node == n && w.cache[i].idx == idx {
			return w.cache[i].data, nil
		}
	}
	data := make([]byte, min(chunkSize, n.Size-idx*chunkSize))
	if got, err := w.readNode(n, data, idx*chunkSize); got < len(data) {
		return nil, err
	}
	w.cache[w.cacheAt] = cached{n, idx, data}
	w.cacheAt = (w.cacheAt + 1) % len(w.cache)
	return data, nil
}

// readLocked reads like io.ReaderAt. Its errors are io.EOF and the Base's.
func (w *Workspace) readLocked(in *inode, p []byte, off int64) (n int, err error) {
	if off >= in.size {
		return 0, io.EOF
	}
	atEnd := false
	if int64(len(p)) > in.size-off {
		p, atEnd = p[:in.size-off], true
	}
	for n < len(p) {
		at := off + int64(n)
		idx := at / chunkSize
		rest := p[n:min(int64(len(p)), int64(n)+(idx+1)*chunkSize-at)]
		if idx < int64(len(in.chunks)) && in.chunks[idx] != nil {
			got := 0
			if c := in.chunks[idx]; at-idx*chunkSize < int64(len(c)) {
				got = copy(rest, c[at-idx*chunkSize:])
			}
			clear(rest[got:])
			n += len(rest)
			continue
		}
		if at >= in.fromBase {
			clear(rest)
			n += len(rest)
			continue
		}
		// All that follows in one piece, up to the next chunk of our own.
		end := idx + 1
		for end*chunkSize < in.fromBase && (end >= int64(len(in.chunks)) || in.chunks[end] == nil) && end*chunkSize < off+int64(len(p)) {
			end++
		}
		run := p[n:min(int64(len(p)), int64(n)+min(end*chunkSize, in.fromBase)-at)]
		if len(run) < chunkSize && end == idx+1 {
			c, err := w.readChunkLocked(in.node, idx)
			if err != nil {
				return n, err
			}
			copy(run, c[at-idx*chunkSize:])
		} else if got, err := w.readNode(in.node, run, at); got < len(run) {
			return n + got, err
		}
		n += len(run)
	}
	if atEnd {
		return n, io.EOF
	}
	return n, nil
}

// writeLocked writes like pwrite, except that a quota refuses the whole of it.
// code is "" or an errno; cause is the Base's error behind an EIO.
func (w *Workspace) writeLocked(in *inode, p []byte, off int64) (n int, code string, cause error) {
	if len(p) == 0 {
		return 0, "", nil
	}
	if off > 1<<62-int64(len(p)) {
		return 0, "EFBIG", nil
	}
	if !w.roomLocked(in, off+int64(len(p))) {
		return 0, "ENOSPC", nil
	}
	for n < len(p) {
		at := off + int64(n)
		idx := at / chunkSize
		from := int(at - idx*chunkSize)
		to := min(chunkSize, from+len(p)-n)
		c, code, err := w.chunkLocked(in, idx, from, to)
		if code != "" {
			if n > 0 {
				w.setSizeLocked(in, max(in.size, at))
				w.touchLocked(in)
			}
			return n, code, err
		}
		n += copy(c[from:to], p[n:])
	}
	w.setSizeLocked(in, max(in.size, off+int64(n)))
	w.touchLocked(in)
	return n, "", nil
}

// chunkLocked returns the chunk idx of in, at least to bytes long and ready for
// bytes from to to to be overwritten: what else the Base has in it is loaded.
func (w *Workspace) chunkLocked(in *inode, idx int64, from, to int) ([]byte, string, error) {
	if n := idx + 1 - int64(len(in.chunks)); n > 0 {
		in.chunks = slices.Grow(in.chunks, int(n))[:idx+1]
	}
	c := in.chunks[idx]
	load := 0
	if c == nil {
		load = int(min(max(in.fromBase-idx*chunkSize, 0), chunkSize))
	}
	want := max(len(c), load, to)
	if want > cap(c) {
		size := minChunk
		for size < want {
			size *= 2
		}
		if !w.charge(int64(size - cap(c))) {
			return nil, "ENOMEM", nil
		}
		grown := make([]byte, max(len(c), load), size)
		if load > 0 && (from > 0 || to < load) {
			if got, err := w.readNode(in.node, grown[:load], idx*chunkSize); got < load {
				w.charge(-int64(size - cap(c)))
				return nil, "EIO", err
			}
		}
		copy(grown, c)
		in.held += int64(size - cap(c))
		c = grown
	}
	if len(c) < want {
		old := len(c)
		c = c[:want]
		clear(c[old:])
	}
	in.chunks[idx] = c
	return c, "", nil
}

// truncateLocked sets the file's size. What it grows by is zero.
func (w *Workspace) truncateLocked(in *inode, size int64) string {
	if size < 0 {
		return "EINVAL"
	}
	if !w.roomLocked(in, size) {
		return "ENOSPC"
	}
	if size < in.size {
		keep := int((size + chunkSize - 1) / chunkSize)
		var freed int64
		for i := keep; i < len(in.chunks); i++ {
			freed += int64(cap(in.chunks[i]))
			in.chunks[i] = nil
		}
		if keep < len(in.chunks) {
			in.chunks = in.chunks[:keep]
		}
		if keep < cap(in.chunks)/2 {
			// What is charged is content, so the table must not outlive the size that it was made for.
			in.chunks = slices.Clone(in.chunks)
		}
		if rem := int(size % chunkSize); rem > 0 && keep == len(in.chunks) && len(in.chunks[keep-1]) > rem {
			in.chunks[keep-1] = in.chunks[keep-1][:rem]
		}
		if size == 0 {
			in.chunks = nil
		}
		in.held -= freed
		w.charge(-freed)
		in.fromBase = min(in.fromBase, size)
	}
	w.setSizeLocked(in, size)
	w.touchLocked(in)
	return ""
}

// place is where a path leads.
type place struct {
	dir   *inode // the directory that holds the name
	name  string // "" if the path ends in "/", "." or "..": node is then a directory
	node  *inode // what is there; nil: nothing
	slash bool   // the path ends in a slash
}

// walkLocked resolves a path as Linux does, following a symbolic link in its
// last place only if follow. code is "" or an errno.
func (w *Workspace) walkLocked(path string, follow bool) (p place, code string) {
	return w.walkMakingLocked(path, follow, nil)
}

// walkMakingLocked is walkLocked that lets missing make what is not there, unless
// it is nil.
func (w *Workspace) walkMakingLocked(path string, follow bool, missing func(place) (*inode, string)) (p place, code string) {
	if code := checkGuestPath(path); code != "" {
		return place{}, code
	}
	cur, rest, links, text := w.root, path, 0, 0
	for {
		rest = strings.TrimLeft(rest, "/")
		if rest == "" {
			if links > 0 && cur == w.root {
				return place{}, "EACCES"
			}
			return place{dir: cur.parent, node: cur, slash: true}, ""
		}
		name, tail, slash := strings.Cut(rest, "/")
		last := strings.Trim(tail, "/") == ""
		if len(name) > MaxComponent {
			return place{}, "ENAMETOOLONG"
		}
		if name == "." || name == ".." {
			if name == ".." && cur.parent != nil {
				cur = cur.parent
			}
			rest = tail
			continue
		}
		child, code := w.childLocked(cur, name)
		if code != "" {
			return place{}, code
		}
		if child == nil && missing != nil {
			if child, code = missing(place{dir: cur, name: name}); code != "" {
				return place{}, code
			}
		}
		if child == nil {
			if last {
				return place{dir: cur, name: name, slash: slash}, ""
			}
			return place{}, "ENOENT"
		}
		if child.kind == KindSymlink && (!last || follow || slash) {
			if links++; links > 40 {
				return place{}, "ELOOP"
			}
			if text += len(child.target); text > maxTargets {
				return place{}, "ENAMETOOLONG"
			}
			// Checked here too: the link may have been moved, or come from a Base.
			if !linkInside(cur.parts(), child.target) {
				return place{}, "EACCES"
			}
			if rest = child.target; slash {
				rest += "/" + tail
			}
			if strings.HasPrefix(child.target, "/") {
				cur = w.root
			}
			continue
		}
		if child.kind != KindDir && (slash || !last) {
			return place{}, "ENOTDIR"
		}
		if last {
			return place{dir: cur, name: name, node: child, slash: slash}, ""
		}
		cur, rest = child, tail
	}
}

// subtreeLocked returns how many levels lie below in, the bytes of the longest
// path below it, and how many entries.
func subtreeLocked(in *inode) (height, longest, count int) {
	if in.kind != KindDir {
		return 0, 0, 0
	}
	for name, kid := range in.kids {
		if kid != nil {
			h, l, n := subtreeLocked(kid)
			height, longest, count = max(height, 1+h), max(longest, 1+len(name)+l), count+1+n
		}
	}
	if in.node != nil {
		for _, k := range in.node.kids {
			if _, ok := in.kids[k.name()]; !ok {
				height, longest, count = max(height, 1+k.height), max(longest, 1+len(k.name())+k.longest), count+1+k.count
			}
		}
	}
	return height, longest, count
}

// boundsLocked checks that in may stand as name in dir: MaxDepth and MaxPath
// hold for it and all below it. It returns how many entries that is.
func boundsLocked(dir *inode, name string, in *inode) (below int, code string) {
	parts := dir.parts()
	length := 1 + len(name)
	for _, p := range parts {
		length += 1 + len(p)
	}
	height, longest := 0, 0
	if in != nil {
		height, longest, below = subtreeLocked(in)
	}
	// parts has the mount's own name, which MaxDepth does not count.
	if len(parts)+height > MaxDepth || length+longest > MaxPath {
		return 0, "ENAMETOOLONG"
	}
	return below, ""
}
