package npm

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
)

// writer changes the workspace, and can undo it.
type writer struct {
	j     *job
	files Files

	fresh  bool           // the root's node_modules is made anew
	place  []*node        // to be put into the workspace, parents first
	left   map[*node]bool // what is there though it is not asked for: whether it is what it should be
	gone   []string       // places to be emptied
	undo   []func()
	trash  string
	stage  string // what node_modules is called while it is made; "" if it stays
	serial int
}

// plan compares the tree with what is there.
func (j *job) plan() (*writer, error) {
	j.narrow()
	w := &writer{j: j, files: j.p.files, left: map[*node]bool{}}
	tops := j.b.roots()
	for _, top := range tops {
		info, err := w.files.Lstat(path.Join(top.dir, "node_modules"))
		if err == nil && !info.IsDir() {
			return nil, fail("EPATH", "", "node_modules is not a folder")
		}
	}
	old, err := j.recorded()
	if w.fresh = j.opt.clean || err != nil && j.only == nil; w.fresh { // what cannot be read says nothing
		old = map[string]lockEntry{}
	}
	if j.opt.prune {
		list, err := j.installed(old)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if _, known := old[e.path]; !known {
				old[e.path] = e
			}
		}
	}
	wanted := map[string]bool{}
	var visit func(n *node, moved bool)
	visit = func(n *node, moved bool) {
		for _, k := range n.kids() {
			at, stays := k.location(), j.stays(k)
			if k.bundled || !stays && !j.onDisk(k) {
				continue
			}
			wanted[at] = true
			same := !moved && w.same(k, old[at])
			if stays {
				w.left[k] = same
				visit(k, moved)
				continue
			}
			if !same {
				w.place = append(w.place, k)
				if _, was := old[at]; was {
					j.out.changed++
				} else if k.link == nil {
					j.out.added++
				}
			}
			visit(k, !same)
		}
	}
	for _, top := range tops {
		visit(top, false)
	}
	for at, e := range old {
		if !wanted[at] && !e.bundled && exists(w.files, path.Join(j.p.root, at)) {
			if p, err := parsePlace(at); err == nil && len(p.names) > 0 {
				w.gone = append(w.gone, at)
				if !e.link {
					j.out.removed++
				}
			}
		}
	}
	slices.Sort(w.gone)
	for _, n := range w.place {
		if n.link == nil && n.m.hasInstallScript() {
			j.out.scripts = append(j.out.scripts, n.id())
		}
	}
	return w, nil
}

// same reports whether a node is in its place already.
func (w *writer) same(n *node, e lockEntry) bool {
	at := w.path(n)
	switch {
	case e.m == nil || e.link != (n.link != nil):
		return false
	case n.link != nil:
		to, err := w.files.Readlink(at)
		return err == nil && to == w.linkText(n)
	case n.local != "":
		return false // the archive may be another
	}
	name := e.m.Name
	if name == "" {
		name = n.name
	}
	info, err := w.files.Lstat(at)
	return name == n.m.Name && e.m.Version == n.m.Version && e.integrity == n.integrity && n.integrity != "" && err == nil && info.IsDir() && exists(w.files, path.Join(at, "package.json"))
}

// path is where a node is in the workspace.
func (w *writer) path(n *node) string {
	if n.isTop() {
		return n.dir
	}
	return path.Join(w.path(n.parent), "node_modules", n.name)
}

// linkText is what a link says: relative, as npm has it.
func (w *writer) linkText(n *node) string {
	return relative(path.Dir(w.path(n)), w.path(n.link))
}

// at is where a node is while the tree is made.
func (w *writer) at(n *node) string { return w.staged(w.path(n)) }

func (w *writer) staged(p string) string {
	home := path.Join(w.j.p.root, "node_modules")
	if w.stage != "" && (p == home || strings.HasPrefix(p, home+"/")) {
		return w.stage + p[len(home):]
	}
	return p
}

// aside moves what is at a path out of the way.
func (w *writer) aside(p string) error {
	if !exists(w.files, p) {
		return nil
	}
	if w.trash == "" {
		w.trash = path.Join(w.j.p.root, ".npm-"+randomName())
		if err := w.files.MkdirAll(w.trash, 0o755); err != nil {
			return err
		}
	}
	w.serial++
	to := path.Join(w.trash, fmt.Sprint(w.serial))
	if err := w.files.Rename(p, to); err != nil {
		return err
	}
	w.undo = append(w.undo, func() {
		_ = w.files.RemoveAll(p)
		_ = w.files.Rename(to, p)
	})
	return nil
}

func randomName() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// apply does what was planned, or nothing.
func (w *writer) apply() (err error) {
	defer func() {
		if err != nil {
			for _, u := range slices.Backward(w.undo) {
				u()
			}
			err = diskError(err)
		}
		for _, p := range []string{w.trash, w.stage} {
			if p != "" {
				_ = w.files.RemoveAll(p)
			}
		}
	}()
	root := w.j.p.root
	home := path.Join(root, "node_modules")
	if w.fresh && len(w.place) > 0 {
		w.stage = path.Join(root, ".node_modules-"+randomName())
	}
	if w.fresh {
		for _, top := range w.j.b.roots() {
			if err := w.aside(path.Join(top.dir, "node_modules")); err != nil {
				return err
			}
		}
	}
	for _, at := range w.gone {
		if err := w.aside(path.Join(root, at)); err != nil {
			return err
		}
	}
	for _, n := range w.place {
		if err := w.put(n); err != nil {
			return err
		}
	}
	if err := w.commands(); err != nil {
		return err
	}
	if w.stage != "" {
		if err := w.files.Rename(w.stage, home); err != nil {
			return err
		}
		w.undo = append(w.undo, func() { _ = w.files.RemoveAll(home) })
		w.stage = ""
	}
	return w.records()
}

// diskError words what the workspace said.
func diskError(err error) error {
	if codeOf(err) != "" {
		return err
	}
	code, _, _ := strings.Cut(err.Error(), ":")
	switch code {
	case "ENOSPC":
		return fail("ENOSPC", "", "the packages do not fit the session's disk")
	case "EDQUOT":
		return fail("EDQUOT", "", "the packages have more files, or longer paths, than the session may have")
	}
	return err
}

func (w *writer) put(n *node) error {
	at := w.at(n)
	if err := w.aside(at); err != nil {
		return err
	}
	if err := w.mkdir(path.Dir(at)); err != nil {
		return err
	}
	var err error
	switch other := w.j.twins[n]; {
	case n.link != nil:
		err = w.files.Symlink(w.linkText(n), at)
	case other != nil:
		err = w.putTwin(at, n, other)
	default:
		err = w.files.Place(at, w.j.pkgs[n])
	}
	if err != nil {
		return err
	}
	w.undo = append(w.undo, func() { _ = w.files.RemoveAll(at) })
	return nil
}

// mkdir makes a folder, and remembers which of those that lead to it are new.
func (w *writer) mkdir(p string) error {
	first := ""
	for d := p; !exists(w.files, d); d = path.Dir(d) {
		first = d
	}
	if first == "" {
		return nil
	}
	if err := w.files.MkdirAll(p, 0o755); err != nil {
		return err
	}
	w.undo = append(w.undo, func() { _ = w.files.RemoveAll(first) })
	return nil
}

// commands makes the .bin folders anew.
func (w *writer) commands() error {
	var err error
	w.j.b.walk(func(n *node) {
		if err == nil && n.link == nil && w.j.onDisk(n) && !n.bundled {
			err = w.bins(n)
		}
	})
	return err
}

// bins makes the commands of what is in n's node_modules.
func (w *writer) bins(n *node) error {
	folder := path.Join(w.path(n), "node_modules")
	at := w.staged(path.Join(folder, ".bin"))
	want := map[string]string{}
	kids := n.kids()
	// What n itself asks for comes first.
	slices.SortStableFunc(kids, func(a, b *node) int {
		ea, eb := n.edge(a.name) != nil, n.edge(b.name) != nil
		switch {
		case ea == eb:
			return 0
		case ea:
			return -1
		}
		return 1
	})
	for _, k := range kids {
		if k.bundled || !w.j.onDisk(k) && !w.j.stays(k) {
			continue
		}
		for name, file := range k.target().m.bin() {
			if _, taken := want[name]; taken {
				continue
			}
			full := path.Join(w.at(k), file)
			info, err := w.files.Stat(full)
			if err != nil || !info.Mode().IsRegular() {
				continue
			}
			want[name] = path.Join("..", k.name, file)
			if info.Mode().Perm()&0o111 == 0 {
				if err := w.files.Chmod(full, 0o755); err != nil {
					return err
				}
			}
		}
	}
	if !w.fresh && w.sameLinks(at, want) {
		return nil
	}
	if err := w.aside(at); err != nil {
		return err
	}
	if len(want) == 0 {
		return nil
	}
	if err := w.mkdir(at); err != nil {
		return err
	}
	for _, name := range sortedKeys(want) {
		if err := w.files.Symlink(want[name], path.Join(at, name)); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) sameLinks(at string, want map[string]string) bool {
	list, err := w.files.ReadDir(at)
	if err != nil {
		return len(want) == 0
	}
	if len(list) != len(want) {
		return false
	}
	for _, e := range list {
		if to, err := w.files.Readlink(path.Join(at, e.Name())); err != nil || want[e.Name()] != to {
			return false
		}
	}
	return true
}

// records writes package.json and the lockfiles.
func (w *writer) records() error {
	j := w.j
	root := j.p.root
	if !j.opt.noSave && (len(j.opt.add) > 0 || len(j.opt.remove) > 0 || j.out.raised) {
		if err := w.replace(j.docName, j.doc.bytes()); err != nil {
			return err
		}
	}
	if !j.opt.frozen && !j.opt.noSave {
		if j.b.asBun && j.b.bunCanSay() {
			if err := w.replace(path.Join(root, bunName), j.b.writeBunLock()); err != nil {
				return err
			}
			return w.hidden()
		}
		indent := "  "
		name := lockName
		if j.lockFile == shrinkName {
			name = shrinkName
		}
		if d, err := parseDocument(j.lockOld); err == nil && j.lockFile != bunName && d.indent != "" {
			indent = d.indent
		} else if j.docName == path.Join(root, "package.json") && j.doc.indent != "" {
			indent = j.doc.indent
		}
		if err := w.replace(path.Join(root, name), j.b.writeLock(indent, j.pkgs, nil)); err != nil {
			return err
		}
	}
	return w.hidden()
}

// hidden writes the lockfile of node_modules, if there is one.
func (w *writer) hidden() error {
	j := w.j
	home := path.Join(j.p.root, "node_modules")
	if j.opt.lockOnly {
		return nil
	}
	if info, err := w.files.Lstat(home); err != nil || !info.IsDir() {
		return nil // nothing was installed
	}
	return w.replace(path.Join(home, hiddenName), j.b.writeLock("  ", j.pkgs, func(n *node) bool { return n.bundled || w.left[n] || j.onDisk(n) }))
}

// replace writes a file, and can undo that.
func (w *writer) replace(name string, data []byte) error {
	undo, err := w.j.p.replace(name, data)
	w.undo = append(w.undo, undo)
	return err
}
