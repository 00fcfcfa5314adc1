package shell

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// modeString is a mode as ls -l prints it.
func modeString(m fs.FileMode) string {
	kind := byte('-')
	switch {
	case m.IsDir():
		kind = 'd'
	case m&fs.ModeSymlink != 0:
		kind = 'l'
	case m&fs.ModeCharDevice != 0:
		kind = 'c'
	}
	p := m.Perm()
	if m&fs.ModeSymlink != 0 {
		p = 0o777
	}
	b := []byte{kind}
	const letters = "rwxrwxrwx"
	for i := range 9 {
		if p&(1<<(8-i)) != 0 {
			b = append(b, letters[i])
		} else {
			b = append(b, '-')
		}
	}
	return string(b)
}

func links(info fs.FileInfo) uint64 {
	if st, ok := info.(jsengine.FileStat); ok {
		return st.Nlink()
	}
	return 1
}

func humanSize(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10)
	}
	f := float64(n)
	for _, u := range "KMGTP" {
		f /= 1024
		if f < 1024 {
			if f < 10 {
				return fmt.Sprintf("%.1f%c", ceil(f*10)/10, u)
			}
			return fmt.Sprintf("%.0f%c", ceil(f), u)
		}
	}
	return strconv.FormatInt(n, 10)
}

func ceil(f float64) float64 {
	n := float64(int64(f))
	if n < f {
		n++
	}
	return n
}

type lsEntry struct {
	name string
	info fs.FileInfo
	path string
}

type lister struct {
	t                                             *tool
	all, almost, long, human, one, recursive, dir bool
	classify, slash, reverse, inode, commas       bool
	sortBy                                        byte
	deref                                         bool
	first                                         bool
}

func ls(t *tool) int {
	opts, names, bad := getopt(t.args, "aA1lhRdFpSrtimXUcunogsHLGQNbqvk", map[string]string{"all": "a", "almost-all": "A", "human-readable": "h", "recursive": "R", "directory": "d", "classify": "F", "reverse": "r", "inode": "i", "color?": "G", "sort=": "sort", "time-style=": "G", "group-directories-first": "G", "full-time": "l", "dereference": "L", "size": "s"})
	failed := 2
	if t.sh.bun {
		failed = 1
	}
	if bad != "" {
		return t.usage(failed, "%s", bad)
	}
	l := lister{t: t, first: true}
	for _, o := range opts {
		switch o.name {
		case "a":
			l.all = true
		case "A":
			l.almost = true
		case "1":
			l.one = true
		case "l", "n", "o", "g":
			l.long = true
		case "h":
			l.human = true
		case "R":
			l.recursive = true
		case "d":
			l.dir = true
		case "F":
			l.classify = true
		case "p":
			l.slash = true
		case "S", "t", "X", "U", "v":
			l.sortBy = o.name[0]
		case "sort":
			l.sortBy = map[string]byte{"size": 'S', "time": 't', "extension": 'X', "none": 'U', "version": 'v'}[o.value]
		case "r":
			l.reverse = true
		case "i":
			l.inode = true
		case "m":
			l.commas = true
		case "L", "H":
			l.deref = true
		}
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	var files, dirs []lsEntry
	for _, name := range names {
		look := t.sh.lstat
		if !l.long && !l.dir && !l.classify || l.deref {
			look = t.sh.stat
		}
		info, err := look(name)
		if err != nil && errCode(err) == "ENOENT" {
			info, err = t.sh.lstat(name)
		}
		if err != nil {
			t.say("cannot access %s: %s", quoteASCII(name), errText(err))
			t.code = failed
			continue
		}
		e := lsEntry{name, info, name}
		if info.IsDir() && !l.dir {
			dirs = append(dirs, e)
		} else {
			files = append(files, e)
		}
	}
	l.sort(files)
	l.sort(dirs)
	if len(files) > 0 {
		l.print(files)
		l.first = false
	}
	for _, d := range dirs {
		l.list(d.path, len(names) > 1 || l.recursive, 0)
	}
	return t.code
}

func (l *lister) sort(list []lsEntry) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch l.sortBy {
		case 'S':
			if a.info.Size() != b.info.Size() {
				return a.info.Size() > b.info.Size()
			}
		case 't':
			if !a.info.ModTime().Equal(b.info.ModTime()) {
				return a.info.ModTime().After(b.info.ModTime())
			}
		case 'X':
			if x, y := path.Ext(a.name), path.Ext(b.name); x != y {
				return x < y
			}
		case 'v':
			return versionLess(a.name, b.name)
		}
		return a.name < b.name
	})
	if l.reverse {
		slices.Reverse(list)
	}
}

func (l *lister) list(dir string, header bool, depth int) {
	t := l.t
	entries, err := t.sh.readDir(dir)
	if err != nil {
		t.say("cannot open directory %s: %s", quoteASCII(dir), errText(err))
		t.code = 2
		return
	}
	if header {
		if !l.first {
			t.out.WriteByte('\n')
		}
		t.out.WriteString(dir + ":\n")
	}
	l.first = false
	var list []lsEntry
	if l.all {
		for _, name := range []string{".", ".."} {
			if info, err := t.sh.lstat(joinName(dir, name)); err == nil {
				list = append(list, lsEntry{name, info, joinName(dir, name)})
			}
		}
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !l.all && !l.almost {
			continue
		}
		full := joinName(dir, e.Name())
		info, err := t.sh.lstat(full)
		if err != nil {
			continue
		}
		t.hold(128)
		list = append(list, lsEntry{e.Name(), info, full})
	}
	l.sort(list)
	if l.long {
		var blocks int64
		for _, e := range list {
			blocks += (e.info.Size() + 4095) / 4096 * 4
		}
		if l.human {
			fmt.Fprintf(t.out, "total %s\n", humanSize(blocks*1024))
		} else {
			fmt.Fprintf(t.out, "total %d\n", blocks)
		}
	}
	l.print(list)
	if !l.recursive || depth > maxNesting {
		return
	}
	for _, e := range list {
		if e.info.IsDir() && e.name != "." && e.name != ".." {
			l.list(e.path, true, depth+1)
		}
	}
}

func (l *lister) decorated(e lsEntry) string {
	m := e.info.Mode()
	switch {
	case m.IsDir() && (l.classify || l.slash):
		return e.name + "/"
	case !l.classify:
	case m&fs.ModeSymlink != 0:
		if !l.long {
			return e.name + "@"
		}
	case m.IsRegular() && m&0o111 != 0:
		return e.name + "*"
	}
	return e.name
}

func (l *lister) print(list []lsEntry) {
	t := l.t
	if l.commas {
		var names []string
		for _, e := range list {
			names = append(names, l.decorated(e))
		}
		t.out.WriteString(strings.Join(names, ", ") + "\n")
		return
	}
	sizeWidth, linkWidth, inoWidth := 0, 0, 0
	sizes := make([]string, len(list))
	for i, e := range list {
		sizes[i] = strconv.FormatInt(e.info.Size(), 10)
		if l.human {
			sizes[i] = humanSize(e.info.Size())
		}
		sizeWidth = max(sizeWidth, len(sizes[i]))
		linkWidth = max(linkWidth, len(strconv.FormatUint(links(e.info), 10)))
		ino, _ := fileID(e.info)
		inoWidth = max(inoWidth, len(strconv.FormatUint(ino, 10)))
	}
	now := t.sh.sys.cfg.Now()
	for i, e := range list {
		if l.inode {
			ino, _ := fileID(e.info)
			fmt.Fprintf(t.out, "%*d ", inoWidth, ino)
		}
		if !l.long {
			t.out.WriteString(l.decorated(e) + "\n")
			continue
		}
		when := e.info.ModTime().In(t.sh.zone())
		stamp := when.Format("Jan _2 15:04")
		if when.After(now) || now.Sub(when) > 180*24*time.Hour {
			stamp = when.Format("Jan _2  2006")
		}
		fmt.Fprintf(t.out, "%s %*d %s %s %*s %s %s", modeString(e.info.Mode()), linkWidth, links(e.info), userName, userName, sizeWidth, sizes[i], stamp, l.decorated(e))
		if e.info.Mode()&fs.ModeSymlink != 0 {
			if target, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(e.path)); err == nil {
				t.out.WriteString(" -> " + target)
			}
		}
		t.out.WriteByte('\n')
	}
}

// copier is cp, mv and install.
type copier struct {
	t                                            *tool
	recursive, force, noClobber, update, verbose bool
	preserve, noDeref, link, symlink             bool
	depth                                        int
	made                                         map[string]bool // directories that this copy made
}

func cp(t *tool) int {
	opts, names, bad := getopt(t.args, "abdfiHlLnPpRrsTt:uvx", map[string]string{"archive": "a", "force": "f", "no-clobber": "n", "recursive": "r", "update": "u", "verbose": "v", "target-directory=": "t", "no-target-directory": "T", "link": "l", "symbolic-link": "s", "no-dereference": "P", "dereference": "L", "preserve?": "p", "parents": "parents"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	c := copier{t: t, made: map[string]bool{}}
	target, noTarget := "", false
	deref := false
	parents := false
	for _, o := range opts {
		switch o.name {
		case "a":
			c.recursive, c.preserve, c.noDeref = true, true, true
		case "r", "R":
			c.recursive = true
		case "d", "P":
			c.noDeref = true
		case "L":
			deref = true
		case "parents":
			parents = true
		case "f":
			c.force = true
		case "n":
			c.noClobber = true
		case "u":
			c.update = true
		case "v":
			c.verbose = true
		case "p":
			c.preserve = true
		case "l":
			c.link = true
		case "s":
			c.symlink = true
		case "t":
			target = o.value
		case "T":
			noTarget = true
		}
	}
	if c.recursive && !deref {
		c.noDeref = true
	}
	sources, dest, dir, ok := t.targets(names, target, noTarget)
	if !ok {
		return 1
	}
	for _, src := range sources {
		to := dest
		if dir {
			to = joinName(dest, path.Base(path.Clean(src)))
			switch {
			case parents:
				to = joinName(dest, strings.TrimLeft(path.Clean(src), "/"))
				if err := t.sh.sys.cfg.Files.MkdirAll(t.sh.abs(path.Dir(to)), 0o755); err != nil {
					t.fail("cannot make directory %s: %s", quoteASCII(path.Dir(to)), errText(err))
					continue
				}
			case strings.HasSuffix(src, "/.") || src == ".": // what is in it
				to = dest
			}
		}
		c.copy(src, to, true)
	}
	return t.code
}

// targets reads the operands of cp and mv.
func (t *tool) targets(names []string, target string, noTarget bool) (sources []string, dest string, dir, ok bool) {
	switch {
	case len(names) == 0:
		t.usage(1, "missing file operand")
		return nil, "", false, false
	case target != "":
		info, err := t.sh.stat(target)
		if err != nil || !info.IsDir() {
			t.say("target directory %s: %s", quoteASCII(target), "No such file or directory")
			return nil, "", false, false
		}
		return names, target, true, true
	case len(names) == 1:
		t.usage(1, "missing destination file operand after %s", quoteASCII(names[0]))
		return nil, "", false, false
	}
	dest = names[len(names)-1]
	sources = names[:len(names)-1]
	info, err := t.sh.stat(dest)
	dir = err == nil && info.IsDir() && !noTarget
	if len(sources) > 1 && !dir {
		why := "No such file or directory"
		if err == nil {
			why = "Not a directory"
		}
		t.say("target %s: %s", quoteASCII(dest), why)
		return nil, "", false, false
	}
	return sources, dest, dir, true
}

func (c *copier) copy(src, dst string, top bool) {
	t := c.t
	t.sh.spend(200)
	look := t.sh.stat
	if c.noDeref {
		look = t.sh.lstat
	}
	info, err := look(src)
	if err != nil {
		t.fail("cannot stat %s: %s", quoteASCII(src), errText(err))
		return
	}
	old, oldErr := t.sh.stat(dst)
	if info.IsDir() {
		c.copyDir(src, dst, info, old, oldErr)
		return
	}
	if oldErr == nil {
		if info.Mode()&fs.ModeSymlink == 0 && sameInode(info, old) {
			t.fail("%s and %s are the same file", quoteASCII(src), quoteASCII(dst))
			return
		}
		switch {
		case old.IsDir():
			t.fail("cannot overwrite directory %s with non-directory", quoteASCII(dst))
			return
		case c.noClobber:
			return
		case c.update && !info.ModTime().After(old.ModTime()):
			return
		}
	}
	files := t.sh.sys.cfg.Files
	switch {
	case c.link:
		err = files.Link(t.sh.abs(src), t.sh.abs(dst))
	case c.symlink:
		err = files.Symlink(src, t.sh.abs(dst))
	case info.Mode()&fs.ModeSymlink != 0:
		var to string
		if to, err = files.Readlink(t.sh.abs(src)); err == nil {
			if _, e := t.sh.lstat(dst); e == nil {
				_ = files.Unlink(t.sh.abs(dst))
			}
			err = files.Symlink(to, t.sh.abs(dst))
		}
	default:
		err = t.copyFile(src, dst, info, c.preserve)
	}
	if err != nil {
		t.fail("cannot create regular file %s: %s", quoteASCII(dst), errText(err))
		return
	}
	if c.verbose {
		fmt.Fprintf(t.out, "%s -> %s\n", quoteASCII(src), quoteASCII(dst))
	}
}

func (c *copier) copyDir(src, dst string, info, old fs.FileInfo, oldErr error) {
	t := c.t
	if !c.recursive {
		t.fail("-r not specified; omitting directory %s", quoteASCII(src))
		return
	}
	if c.depth++; c.depth > maxNesting {
		t.fail("%s: more than %d directories deep", quoteASCII(src), maxNesting)
		c.depth--
		return
	}
	defer func() { c.depth-- }()
	real := logical(t.sh.abs(src))
	if d := logical(t.sh.abs(dst)); d == real || strings.HasPrefix(d, real+"/") {
		if d == real {
			t.fail("%s and %s are the same file", quoteASCII(src), quoteASCII(dst))
			return
		}
		t.fail("cannot copy a directory, %s, into itself, %s", quoteASCII(src), quoteASCII(dst))
		return
	}
	if oldErr == nil && !old.IsDir() {
		t.fail("cannot overwrite non-directory %s with directory %s", quoteASCII(dst), quoteASCII(src))
		return
	}
	if oldErr != nil {
		if err := t.sh.sys.cfg.Files.Mkdir(t.sh.abs(dst), info.Mode().Perm()); err != nil {
			t.fail("cannot create directory %s: %s", quoteASCII(dst), errText(err))
			return
		}
		if c.verbose {
			fmt.Fprintf(t.out, "%s -> %s\n", quoteASCII(src), quoteASCII(dst))
		}
	}
	entries, err := t.sh.readDir(src)
	if err != nil {
		t.fail("cannot access %s: %s", quoteASCII(src), errText(err))
		return
	}
	for _, e := range entries {
		c.copy(joinName(src, e.Name()), joinName(dst, e.Name()), false)
	}
	if c.preserve {
		_ = t.sh.sys.cfg.Files.Chtimes(t.sh.abs(dst), info.ModTime(), info.ModTime())
	}
}

func (t *tool) copyFile(src, dst string, info fs.FileInfo, preserve bool) error {
	in, err := t.sh.open(src, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer in.drop()
	out, err := t.sh.open(dst, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode().Perm()&^0o022)
	if err != nil {
		return err
	}
	defer out.drop()
	if err := t.copy(descWriter{t.sh, out}, descReader{t.sh, in}); err != nil {
		return err
	}
	if preserve {
		_ = t.sh.sys.cfg.Files.Chmod(t.sh.abs(dst), info.Mode().Perm())
		_ = t.sh.sys.cfg.Files.Chtimes(t.sh.abs(dst), info.ModTime(), info.ModTime())
	}
	return nil
}

func mv(t *tool) int {
	opts, names, bad := getopt(t.args, "fint:Tuv", map[string]string{"force": "f", "no-clobber": "n", "update": "u", "verbose": "v", "target-directory=": "t", "no-target-directory": "T"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	c := copier{t: t, recursive: true, preserve: true, noDeref: true, made: map[string]bool{}}
	target, noTarget, verbose := "", false, false
	for _, o := range opts {
		switch o.name {
		case "n":
			c.noClobber = true
		case "u":
			c.update = true
		case "v":
			verbose = true
		case "t":
			target = o.value
		case "T":
			noTarget = true
		}
	}
	sources, dest, dir, ok := t.targets(names, target, noTarget)
	if !ok {
		return 1
	}
	files := t.sh.sys.cfg.Files
	for _, src := range sources {
		t.sh.spend(200)
		to := dest
		if dir {
			to = joinName(dest, path.Base(path.Clean(src)))
		}
		info, err := t.sh.lstat(src)
		if err != nil {
			t.fail("cannot stat %s: %s", quoteASCII(src), errText(err))
			continue
		}
		old, oldErr := t.sh.lstat(to)
		if oldErr == nil {
			if c.noClobber || c.update && !info.ModTime().After(old.ModTime()) {
				continue
			}
			if sameInode(info, old) {
				t.fail("%s and %s are the same file", quoteASCII(src), quoteASCII(to))
				continue
			}
			if old.IsDir() && !info.IsDir() {
				t.fail("cannot overwrite directory %s with non-directory", quoteASCII(to))
				continue
			}
		}
		err = files.Rename(t.sh.abs(src), t.sh.abs(to))
		switch {
		case errCode(err) == "EXDEV":
			before := t.code
			c.copy(src, to, true)
			if t.code == before {
				err = files.RemoveAll(t.sh.abs(src))
			} else {
				continue
			}
		case errCode(err) == "EINVAL" && info.IsDir():
			t.fail("cannot move %s to a subdirectory of itself, %s", quoteASCII(src), quoteASCII(to))
			continue
		}
		if err != nil {
			t.fail("cannot move %s to %s: %s", quoteASCII(src), quoteASCII(to), errText(err))
			continue
		}
		if verbose {
			fmt.Fprintf(t.out, "renamed %s -> %s\n", quoteASCII(src), quoteASCII(to))
		}
	}
	return t.code
}

func rm(t *tool) int {
	opts, names, bad := getopt(t.args, "dfiIrRv", map[string]string{"force": "f", "recursive": "r", "dir": "d", "verbose": "v", "one-file-system": "x", "preserve-root?": "x", "no-preserve-root": "root", "interactive?": "i"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var recursive, force, verbose, dirs, ask, root bool
	for _, o := range opts {
		switch o.name {
		case "r", "R":
			recursive = true
		case "f":
			force, ask = true, false
		case "i":
			ask, force = true, false
		case "root":
			root = true
		case "v":
			verbose = true
		case "d":
			dirs = true
		}
	}
	if len(names) == 0 {
		if force {
			return 0
		}
		return t.usage(1, "missing operand")
	}
	var answers *lines
	if ask {
		answers = t.lines(t.in)
	}
	for _, name := range names {
		if recursive && !root && path.Clean(t.sh.abs(name)) == "/" {
			t.fail("it is dangerous to operate recursively on %s", quoteASCII(name))
			t.fail("use --no-preserve-root to override this failsafe")
			continue
		}
		if ask && !t.agreed(answers, name) {
			continue
		}
		t.rmOne(name, recursive, force, verbose, dirs, 0)
	}
	return t.code
}

// agreed asks whether a file is to be removed.
func (t *tool) agreed(answers *lines, name string) bool {
	info, err := t.sh.lstat(name)
	if err != nil {
		return true // rm says what is wrong
	}
	_ = t.out.Flush() // in the order they were printed
	fmt.Fprintf(t.err, "rm: remove %s %s? ", kindName(info), quoteASCII(name))
	answer, _ := answers.next()
	return len(answer) > 0 && answer[0]|0x20 == 'y'
}

func (t *tool) rmOne(name string, recursive, force, verbose, dirs bool, depth int) {
	t.sh.spend(100)
	files := t.sh.sys.cfg.Files
	if base := path.Base(name); recursive && (base == "." || base == "..") {
		t.fail("refusing to remove '.' or '..' directory: skipping %s", quoteASCII(name))
		return
	}
	info, err := t.sh.lstat(name)
	if err != nil {
		if !force || errCode(err) != "ENOENT" {
			t.fail("cannot remove %s: %s", quoteASCII(name), errText(err))
		}
		return
	}
	if !info.IsDir() {
		if err := files.Unlink(t.sh.abs(name)); err != nil {
			t.fail("cannot remove %s: %s", quoteASCII(name), errText(err))
		} else if verbose {
			fmt.Fprintf(t.out, "removed %s\n", quoteASCII(name))
		}
		return
	}
	switch {
	case recursive && depth <= maxNesting:
		entries, err := t.sh.readDir(name)
		if err == nil {
			for _, e := range entries {
				t.rmOne(joinName(name, e.Name()), true, force, verbose, dirs, depth+1)
			}
		}
	case !dirs:
		t.fail("cannot remove %s: Is a directory", quoteASCII(name))
		return
	}
	if err := files.Rmdir(t.sh.abs(name)); err != nil {
		t.fail("cannot remove %s: %s", quoteASCII(name), errText(err))
	} else if verbose {
		fmt.Fprintf(t.out, "removed directory %s\n", quoteASCII(name))
	}
}

func mkdir(t *tool) int {
	opts, names, bad := getopt(t.args, "m:pv", map[string]string{"mode=": "m", "parents": "p", "verbose": "v"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	parents, verbose, mode, hasMode := false, false, fs.FileMode(0o755), false
	for _, o := range opts {
		switch o.name {
		case "p":
			parents = true
		case "v":
			verbose = true
		case "m":
			m, ok := parseMode(o.value, 0o777)
			if !ok {
				t.say("invalid mode %s", quoteName(o.value))
				return 1
			}
			mode, hasMode = m, true
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	files := t.sh.sys.cfg.Files
	for _, name := range names {
		t.sh.spend(100)
		abs := t.sh.abs(name)
		if parents {
			made := []string{}
			for dir := path.Clean(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
				if info, err := t.sh.stat(dir); err == nil {
					if !info.IsDir() {
						break
					}
					break
				}
				made = append(made, dir)
			}
			if err := files.MkdirAll(abs, 0o755); err != nil {
				t.fail("cannot create directory %s: %s", quoteName(name), errText(err))
				continue
			}
			if verbose {
				for _, dir := range slices.Backward(made) {
					fmt.Fprintf(t.out, "%s: created directory %s\n", t.name, quoteASCII(dir))
				}
			}
		} else {
			if err := files.Mkdir(abs, mode); err != nil {
				t.fail("cannot create directory %s: %s", quoteName(name), errText(err))
				continue
			}
			if verbose {
				fmt.Fprintf(t.out, "%s: created directory %s\n", t.name, quoteASCII(name))
			}
		}
		if hasMode {
			_ = files.Chmod(abs, mode)
		}
	}
	return t.code
}

func rmdir(t *tool) int {
	opts, names, bad := getopt(t.args, "pv", map[string]string{"parents": "p", "verbose": "v", "ignore-fail-on-non-empty": "i"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var parents, verbose, ignore bool
	for _, o := range opts {
		switch o.name {
		case "p":
			parents = true
		case "v":
			verbose = true
		case "i":
			ignore = true
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	for _, name := range names {
		for dir := path.Clean(name); ; dir = path.Dir(dir) {
			if verbose {
				fmt.Fprintf(t.out, "%s: removing directory, %s\n", t.name, quoteASCII(dir))
			}
			if err := t.sh.sys.cfg.Files.Rmdir(t.sh.abs(dir)); err != nil {
				if !ignore || errCode(err) != "ENOTEMPTY" {
					t.fail("failed to remove %s: %s", quoteASCII(dir), errText(err))
				}
				break
			}
			if up := path.Dir(dir); !parents || up == "." || up == "/" {
				break
			}
		}
	}
	return t.code
}

func ln(t *tool) int {
	opts, names, bad := getopt(t.args, "fnrsvTt:Pi", map[string]string{"force": "f", "symbolic": "s", "no-dereference": "n", "relative": "r", "verbose": "v", "target-directory=": "t"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var soft, force, verbose, noDeref, relative bool
	target := ""
	for _, o := range opts {
		switch o.name {
		case "s":
			soft = true
		case "f":
			force = true
		case "v":
			verbose = true
		case "n", "T":
			noDeref = true
		case "r":
			relative = true
		case "t":
			target = o.value
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing file operand")
	}
	dest := "."
	if target != "" {
		dest = target
	} else if len(names) > 1 {
		dest = names[len(names)-1]
		names = names[:len(names)-1]
	}
	files := t.sh.sys.cfg.Files
	for _, name := range names {
		at := dest
		look := t.sh.stat
		if noDeref {
			look = t.sh.lstat
		}
		if info, err := look(dest); err == nil && info.IsDir() {
			at = joinName(dest, path.Base(name))
		}
		if force {
			if info, err := t.sh.lstat(at); err == nil && !info.IsDir() {
				_ = files.Unlink(t.sh.abs(at))
			}
		}
		var err error
		to := name
		if soft {
			if relative {
				to = relPath(path.Dir(logical(t.sh.abs(at))), logical(t.sh.abs(name)))
			}
			if err = files.Symlink(to, t.sh.abs(at)); err != nil {
				t.fail("failed to create symbolic link %s: %s", quoteASCII(at), errText(err))
				continue
			}
		} else if _, e := t.sh.lstat(name); e != nil {
			t.fail("failed to access %s: %s", quoteASCII(name), errText(e))
			continue
		} else if err = files.Link(t.sh.abs(name), t.sh.abs(at)); err != nil {
			t.fail("failed to create hard link %s: %s", quoteASCII(at), errText(err))
			continue
		}
		if verbose {
			arrow := "=>"
			if soft {
				arrow = "->"
			}
			fmt.Fprintf(t.out, "%s %s %s\n", quoteASCII(at), arrow, quoteASCII(to))
		}
	}
	return t.code
}

// relPath is how to reach to from the directory from. Both are clean and absolute.
func relPath(from, to string) string {
	a, b := strings.Split(strings.Trim(from, "/"), "/"), strings.Split(strings.Trim(to, "/"), "/")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	var parts []string
	for range a[i:] {
		parts = append(parts, "..")
	}
	parts = append(parts, b[i:]...)
	if len(parts) == 0 {
		return "."
	}
	return strings.Join(parts, "/")
}

func touch(t *tool) int {
	opts, names, bad := getopt(t.args, "acd:fhmr:t:", map[string]string{"no-create": "c", "date=": "d", "reference=": "r", "time=": "x"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	now := t.sh.sys.cfg.Now()
	when, noCreate := now, false
	for _, o := range opts {
		switch o.name {
		case "c":
			noCreate = true
		case "d":
			w, ok := parseDate(o.value, now, t.sh.zone())
			if !ok {
				t.say("invalid date format %s", quoteName(o.value))
				return 1
			}
			when = w
		case "t":
			s, sec, _ := strings.Cut(o.value, ".")
			if len(s) == 8 {
				s = now.Format("2006") + s
			} else if len(s) == 10 {
				s = "20" + s
			}
			w, err := time.ParseInLocation("200601021504", s, t.sh.zone())
			if err != nil {
				t.say("invalid date format %s", quoteName(o.value))
				return 1
			}
			n, _ := strconv.Atoi(sec)
			when = w.Add(time.Duration(n) * time.Second)
		case "r":
			info, err := t.sh.stat(o.value)
			if err != nil {
				t.say("failed to get attributes of %s: %s", quoteASCII(o.value), errText(err))
				return 1
			}
			when = info.ModTime()
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing file operand")
	}
	for _, name := range names {
		if _, err := t.sh.stat(name); err != nil {
			if noCreate && errCode(err) == "ENOENT" {
				continue
			}
			d, err := t.create(name, 0)
			if err != nil {
				t.fail("cannot touch %s: %s", quoteASCII(name), errText(err))
				continue
			}
			d.drop()
		}
		if strings.HasPrefix(t.sh.abs(name), "/dev/") {
			continue
		}
		if err := t.sh.sys.cfg.Files.Chtimes(t.sh.abs(name), when, when); err != nil {
			t.fail("cannot touch %s: %s", quoteASCII(name), errText(err))
		}
	}
	return t.code
}

// parseMode reads an octal or symbolic mode.
func parseMode(s string, old fs.FileMode) (fs.FileMode, bool) {
	if n, err := strconv.ParseUint(s, 8, 32); err == nil {
		return fs.FileMode(n & 0o777), n <= 0o7777
	}
	mode := old.Perm()
	for _, clause := range strings.Split(s, ",") {
		i := 0
		var who fs.FileMode
		for ; i < len(clause) && strings.IndexByte("ugoa", clause[i]) >= 0; i++ {
			switch clause[i] {
			case 'u':
				who |= 0o700
			case 'g':
				who |= 0o070
			case 'o':
				who |= 0o007
			case 'a':
				who |= 0o777
			}
		}
		umask := fs.FileMode(0)
		if who == 0 {
			who, umask = 0o777, 0o022
		}
		if i == len(clause) {
			return 0, false
		}
		for i < len(clause) {
			op := clause[i]
			if op != '+' && op != '-' && op != '=' {
				return 0, false
			}
			i++
			var bits fs.FileMode
			for ; i < len(clause) && strings.IndexByte("+-=", clause[i]) < 0; i++ {
				switch clause[i] {
				case 'r':
					bits |= 0o444
				case 'w':
					bits |= 0o222
				case 'x':
					bits |= 0o111
				case 'X':
					if old.IsDir() || old&0o111 != 0 {
						bits |= 0o111
					}
				case 's', 't':
				default:
					return 0, false
				}
			}
			bits &= who &^ umask
			switch op {
			case '+':
				mode |= bits
			case '-':
				mode &^= bits
			case '=':
				mode = mode&^who | bits
			}
		}
	}
	return mode, true
}

func chmod(t *tool) int {
	args := t.args
	// A mode like -w looks like an option.
	for i, a := range args {
		if len(a) > 1 && a[0] == '-' && strings.IndexByte("rwxXst", a[1]) >= 0 {
			args = slices.Concat(args[:i], []string{"--"}, args[i:])
			break
		}
	}
	opts, names, bad := getopt(args, "Rvcf", map[string]string{"recursive": "R", "verbose": "v", "changes": "c", "silent": "f", "quiet": "f", "reference=": "ref"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var recursive, verbose, changes bool
	for _, o := range opts {
		switch o.name {
		case "R":
			recursive = true
		case "v":
			verbose = true
		case "c":
			changes = true
		case "ref":
			info, err := t.sh.stat(o.value)
			if err != nil {
				t.say("failed to get attributes of %s: %s", quoteASCII(o.value), errText(err))
				return 1
			}
			names = slices.Insert(names, 0, fmt.Sprintf("%04o", info.Mode().Perm()))
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	if len(names) == 1 {
		return t.usage(1, "missing operand after %s", quoteName(names[0]))
	}
	if _, ok := parseMode(names[0], 0); !ok {
		return t.usage(1, "invalid mode: %s", quoteName(names[0]))
	}
	var apply func(name string, depth int)
	apply = func(name string, depth int) {
		t.sh.spend(100)
		info, err := t.sh.stat(name)
		if err != nil {
			t.fail("cannot access %s: %s", quoteASCII(name), errText(err))
			return
		}
		mode, _ := parseMode(names[0], info.Mode())
		if err := t.sh.sys.cfg.Files.Chmod(t.sh.abs(name), mode); err != nil {
			t.fail("changing permissions of %s: %s", quoteASCII(name), errText(err))
			return
		}
		if verbose || changes && mode != info.Mode().Perm() {
			if mode == info.Mode().Perm() {
				fmt.Fprintf(t.out, "mode of %s retained as %04o (%s)\n", quoteASCII(name), mode, modeString(mode)[1:])
			} else {
				fmt.Fprintf(t.out, "mode of %s changed from %04o (%s) to %04o (%s)\n", quoteASCII(name), info.Mode().Perm(), modeString(info.Mode().Perm())[1:], mode, modeString(mode)[1:])
			}
		}
		if recursive && info.IsDir() && depth < maxNesting {
			entries, _ := t.sh.readDir(name)
			for _, e := range entries {
				if e.Type()&fs.ModeSymlink == 0 {
					apply(joinName(name, e.Name()), depth+1)
				}
			}
		}
	}
	for _, name := range names[1:] {
		apply(name, 0)
	}
	return t.code
}

func install(t *tool) int {
	opts, names, bad := getopt(t.args, "dm:Dvt:po:g:cs", map[string]string{"directory": "d", "mode=": "m", "verbose": "v"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	dirs, makeDirs, mode := false, false, fs.FileMode(0o755)
	for _, o := range opts {
		switch o.name {
		case "d":
			dirs = true
		case "D":
			makeDirs = true
		case "m":
			m, ok := parseMode(o.value, 0)
			if !ok {
				t.say("invalid mode %s", quoteName(o.value))
				return 1
			}
			mode = m
		}
	}
	files := t.sh.sys.cfg.Files
	if dirs {
		for _, name := range names {
			if err := files.MkdirAll(t.sh.abs(name), mode); err != nil {
				t.fail("cannot create directory %s: %s", quoteName(name), errText(err))
			}
		}
		return t.code
	}
	if makeDirs && len(names) == 2 {
		_ = files.MkdirAll(path.Dir(t.sh.abs(names[1])), 0o755)
	}
	sources, dest, dir, ok := t.targets(names, "", false)
	if !ok {
		return 1
	}
	for _, src := range sources {
		to := dest
		if dir {
			to = joinName(dest, path.Base(src))
		}
		info, err := t.sh.stat(src)
		if err == nil && info.IsDir() {
			err = errno("EISDIR")
		}
		if err == nil {
			err = t.copyFile(src, to, info, false)
		}
		if err != nil {
			t.fail("cannot stat %s: %s", quoteASCII(src), errText(err))
			continue
		}
		_ = files.Chmod(t.sh.abs(to), mode)
	}
	return t.code
}

func kindName(info fs.FileInfo) string {
	m := info.Mode()
	switch {
	case m.IsDir():
		return "directory"
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m&fs.ModeCharDevice != 0:
		return "character special file"
	case info.Size() == 0:
		return "regular empty file"
	}
	return "regular file"
}

func stat(t *tool) int {
	opts, names, bad := getopt(t.args, "c:fLt", map[string]string{"format=": "c", "printf=": "printf", "dereference": "L", "terse": "t", "file-system": "f"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	format, deref, newline := "", false, "\n"
	for _, o := range opts {
		switch o.name {
		case "c":
			format = o.value
		case "printf":
			format, _ = unescapeC(o.value, true)
			newline = ""
		case "L":
			deref = true
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	for _, name := range names {
		look := t.sh.lstat
		if deref {
			look = t.sh.stat
		}
		info, err := look(name)
		if err != nil {
			t.fail("cannot statx %s: %s", quoteASCII(name), errText(err))
			continue
		}
		shown := quoteASCII(name)
		if info.Mode()&fs.ModeSymlink != 0 {
			if to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(name)); err == nil {
				shown += " -> " + quoteASCII(to)
			}
		}
		if format == "" {
			shownName := strings.ReplaceAll(shown, "'", "")
			stamp := info.ModTime().In(t.sh.zone()).Format("2006-01-02 15:04:05.000000000 -0700")
			ino, _ := fileID(info)
			fmt.Fprintf(t.out, "  File: %s\n  Size: %-10d\tBlocks: %-10d IO Block: 4096   %s\nDevice: 0,1\tInode: %-11d Links: %d\nAccess: (%04o/%s)  Uid: (%5d/%8s)   Gid: (%5d/%8s)\nAccess: %s\nModify: %s\nChange: %s\n Birth: -\n",
				shownName, info.Size(), (info.Size()+511)/512, kindName(info), ino, links(info), info.Mode().Perm(), modeString(info.Mode()), userID, userName, userID, userName, stamp, stamp, stamp)
			continue
		}
		t.out.WriteString(t.statFormat(format, name, shown, info) + newline)
	}
	return t.code
}

func (t *tool) statFormat(format, name, shown string, info fs.FileInfo) string {
	var b strings.Builder
	mode := info.Mode()
	perm := mode.Perm()
	if mode&fs.ModeSymlink != 0 {
		perm = 0o777
	}
	mtime := info.ModTime().In(t.sh.zone())
	atime := mtime
	if st, ok := info.(jsengine.FileStat); ok {
		atime = st.AccessTime().In(t.sh.zone())
	}
	ino, _ := fileID(info)
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		const stamp = "2006-01-02 15:04:05.000000000 -0700"
		switch format[i] {
		case 'n':
			b.WriteString(name)
		case 'N':
			b.WriteString(shown)
		case 's':
			fmt.Fprint(&b, info.Size())
		case 'F':
			b.WriteString(kindName(info))
		case 'a':
			fmt.Fprintf(&b, "%o", perm)
		case 'A':
			b.WriteString(modeString(mode))
		case 'f':
			fmt.Fprintf(&b, "%x", uint32(perm))
		case 'u', 'g':
			fmt.Fprint(&b, userID)
		case 'U', 'G':
			b.WriteString(userName)
		case 'h':
			fmt.Fprint(&b, links(info))
		case 'i':
			fmt.Fprint(&b, ino)
		case 'b':
			fmt.Fprint(&b, (info.Size()+511)/512)
		case 'B':
			b.WriteString("512")
		case 'o':
			b.WriteString("4096")
		case 'y', 'z':
			b.WriteString(mtime.Format(stamp))
		case 'x':
			b.WriteString(atime.Format(stamp))
		case 'Y', 'Z':
			fmt.Fprint(&b, mtime.Unix())
		case 'X':
			fmt.Fprint(&b, atime.Unix())
		case 'w':
			b.WriteByte('-')
		case 'W', 'd', 't', 'T':
			b.WriteByte('0')
		case '%':
			b.WriteByte('%')
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

func du(t *tool) int {
	opts, names, bad := getopt(t.args, "abchskmd:xLS0", map[string]string{"all": "a", "bytes": "b", "total": "c", "human-readable": "h", "summarize": "s", "max-depth=": "d", "apparent-size": "A"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var all, inBytes, total, human, summary, apparent bool
	depth := 1 << 20
	unit := int64(1024)
	for _, o := range opts {
		switch o.name {
		case "a":
			all = true
		case "b":
			inBytes = true
		case "c":
			total = true
		case "h":
			human = true
		case "s":
			summary = true
		case "m":
			unit = 1 << 20
		case "A":
			apparent = true
		case "d":
			n, err := strconv.Atoi(o.value)
			if err != nil {
				return t.usage(1, "invalid maximum depth %s", quoteName(o.value))
			}
			depth = n
		}
	}
	if summary {
		depth = 0
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	show := func(n int64, name string) {
		switch {
		case inBytes:
			fmt.Fprintf(t.out, "%d\t%s\n", n, name)
		case human:
			fmt.Fprintf(t.out, "%s\t%s\n", humanSize(n), name)
		default:
			fmt.Fprintf(t.out, "%d\t%s\n", (n+unit-1)/unit, name)
		}
	}
	var walk func(name string, level int) int64
	walk = func(name string, level int) int64 {
		info, err := t.sh.lstat(name)
		if err != nil {
			t.fail("cannot access %s: %s", quoteASCII(name), errText(err))
			return 0
		}
		n := info.Size()
		if info.IsDir() {
			n = 4096
		}
		if !inBytes && !apparent {
			n = (n + 4095) / 4096 * 4096
		}
		if info.IsDir() && level < maxNesting {
			entries, _ := t.sh.readDir(name)
			for _, e := range entries {
				n += walk(joinName(name, e.Name()), level+1)
			}
		}
		if level <= depth && (info.IsDir() || all || level == 0) {
			show(n, name)
		}
		return n
	}
	var sum int64
	for _, name := range names {
		sum += walk(name, 0)
	}
	if total {
		show(sum, "total")
	}
	return t.code
}

func df(t *tool) int {
	t.out.WriteString("Filesystem     1K-blocks    Used Available Use% Mounted on\nworkspace              -       -         -    - /workspace\n")
	return 0
}

func truncate(t *tool) int {
	opts, names, bad := getopt(t.args, "s:cr:", map[string]string{"size=": "s", "no-create": "c", "reference=": "r"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	spec, noCreate := "", false
	for _, o := range opts {
		switch o.name {
		case "s":
			spec = o.value
		case "c":
			noCreate = true
		}
	}
	if spec == "" {
		return t.usage(1, "you must specify either %s or %s", quoteName("--size"), quoteName("--reference"))
	}
	op := byte(0)
	if strings.IndexByte("+-<>/%", spec[0]) >= 0 {
		op = spec[0]
		spec = spec[1:]
	}
	n, ok := size(spec)
	if !ok {
		t.say("Invalid number: %s", quoteName(spec))
		return 1
	}
	if len(names) == 0 {
		return t.usage(1, "missing file operand")
	}
	for _, name := range names {
		info, err := t.sh.stat(name)
		if err != nil {
			if noCreate {
				continue
			}
			d, err := t.create(name, 0)
			if err != nil {
				t.fail("cannot open %s for writing: %s", quoteASCII(name), errText(err))
				continue
			}
			d.drop()
			if info, err = t.sh.stat(name); err != nil {
				continue
			}
		}
		to := n
		switch op {
		case '+':
			to = info.Size() + n
		case '-':
			to = max(info.Size()-n, 0)
		case '<':
			to = min(info.Size(), n)
		case '>':
			to = max(info.Size(), n)
		}
		if err := t.sh.sys.cfg.Files.Truncate(t.sh.abs(name), to); err != nil {
			t.fail("failed to truncate %s at %d bytes: %s", quoteASCII(name), to, errText(err))
		}
	}
	return t.code
}

func mktemp(t *tool) int {
	opts, names, bad := getopt(t.args, "dup:qt", map[string]string{"directory": "d", "dry-run": "u", "tmpdir?": "p", "quiet": "q", "suffix=": "S"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var dir, dry bool
	base, tail := "", ""
	for _, o := range opts {
		switch o.name {
		case "d":
			dir = true
		case "u":
			dry = true
		case "p":
			if base = o.value; base == "" {
				base = t.sh.tempDir()
			}
		case "t":
			base = t.sh.tempDir()
		case "S":
			tail = o.value
		}
	}
	tmpl := "tmp.XXXXXXXXXX"
	if len(names) > 0 {
		tmpl = names[0]
	} else if base == "" {
		base = t.sh.tempDir()
	}
	end := strings.LastIndexByte(tmpl, 'X') + 1
	start := end
	for start > 0 && tmpl[start-1] == 'X' {
		start--
	}
	if end-start < 3 {
		t.say("too few X's in template %s", quoteName(tmpl))
		return 1
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for range 100 {
		raw := make([]byte, end-start)
		t.sh.sys.cfg.Random(raw)
		for i := range raw {
			raw[i] = letters[int(raw[i])%len(letters)]
		}
		name := tmpl[:start] + string(raw) + tmpl[end:] + tail
		if base != "" {
			name = joinName(base, name)
		}
		var err error
		switch {
		case dry:
		case dir:
			err = t.sh.sys.cfg.Files.Mkdir(t.sh.abs(name), 0o700)
		default:
			var d *desc
			if d, err = t.sh.open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
				d.drop()
			}
		}
		if errCode(err) == "EEXIST" {
			continue
		}
		if err != nil {
			t.say("failed to create file via template %s: %s", quoteName(tmpl), errText(err))
			return 1
		}
		t.out.WriteString(name + "\n")
		return 0
	}
	return 1
}

func realpath(t *tool) int {
	opts, names, bad := getopt(t.args, "efmnqszLP", map[string]string{"canonicalize": "f", "canonicalize-existing": "e", "canonicalize-missing": "m", "no-newline": "n", "relative-to=": "R", "relative-base=": "B", "strip": "s", "no-symlinks": "s", "quiet": "q"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var canon, missing, existing, noNewline, quiet, strip, zero bool
	rel := ""
	for _, o := range opts {
		switch o.name {
		case "f":
			canon = true
		case "e":
			canon, existing = true, true
		case "m":
			canon, missing = true, true
		case "n":
			noNewline = true
		case "z":
			zero = true
		case "q":
			quiet = true
		case "s":
			strip = true
		case "R":
			rel = o.value
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	end := "\n"
	if noNewline {
		end = ""
	}
	if zero {
		end = "\x00"
	}
	for _, name := range names {
		if t.name == "readlink" && !canon {
			to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(name))
			if err != nil {
				t.code = 1
				continue
			}
			t.out.WriteString(to + end)
			continue
		}
		p, err := t.resolvePath(name, missing, existing, strip)
		if err != nil {
			t.code = 1
			if !quiet && t.name == "realpath" {
				t.fail("%s: %s", name, errText(err))
			}
			continue
		}
		if rel != "" {
			if from, err := t.resolvePath(rel, true, false, strip); err == nil {
				p = relPath(from, p)
			}
		}
		t.out.WriteString(p + end)
	}
	return t.code
}

// resolvePath is where a name leads to in the end. Its last part may be missing,
// all of it if missing is set, nothing if existing is.
func (t *tool) resolvePath(name string, missing, existing, strip bool) (string, error) {
	abs := logical(t.sh.abs(name))
	if strip {
		return abs, nil
	}
	if strings.HasPrefix(abs, "/dev") {
		if _, err := t.sh.stat(abs); err != nil && !missing {
			return "", err
		}
		return abs, nil
	}
	files := t.sh.sys.cfg.Files
	p, err := files.Realpath(abs)
	if err == nil || existing || errCode(err) != "ENOENT" {
		return p, err
	}
	dir, base := path.Split(abs)
	if missing {
		tail := base
		for dir = path.Clean(dir); ; dir = path.Dir(dir) {
			if real, err := files.Realpath(dir); err == nil {
				return joinName(real, tail), nil
			}
			if dir == "/" {
				return abs, nil
			}
			tail = path.Join(path.Base(dir), tail)
		}
	}
	real, err := files.Realpath(path.Clean(dir))
	if err != nil {
		return "", err
	}
	return joinName(real, base), nil
}

func basename(t *tool) int {
	opts, names, bad := getopt(t.args, "+as:z", map[string]string{"multiple": "a", "suffix=": "s"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	many, tail := false, ""
	for _, o := range opts {
		switch o.name {
		case "a":
			many = true
		case "s":
			many, tail = true, o.value
		}
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	if !many {
		if len(names) > 2 {
			return t.usage(1, "extra operand %s", quoteName(names[2]))
		}
		if len(names) == 2 {
			tail = names[1]
		}
		names = names[:1]
	}
	for _, n := range names {
		b := strings.TrimRight(n, "/")
		if b == "" && n != "" {
			b = "/"
		}
		if b != "/" {
			b = baseName(b)
		}
		if b != tail {
			b = strings.TrimSuffix(b, tail)
		}
		t.out.WriteString(b + "\n")
	}
	return 0
}

func dirname(t *tool) int {
	if len(t.args) == 0 {
		return t.usage(1, "missing operand")
	}
	for _, n := range t.args {
		s := strings.TrimRight(n, "/")
		switch i := strings.LastIndexByte(s, '/'); {
		case s == "" && n != "":
			s = "/"
		case i < 0:
			s = "."
		default:
			if s = strings.TrimRight(s[:i], "/"); s == "" {
				s = "/"
			}
		}
		t.out.WriteString(s + "\n")
	}
	return 0
}

func dd(t *tool) int {
	in, out, bs, count, skip, seek, trunc := "-", "", int64(512), int64(-1), int64(0), int64(0), os.O_TRUNC
	for _, a := range t.args {
		k, v, _ := strings.Cut(a, "=")
		n, ok := size(v)
		switch k {
		case "if":
			in = v
			ok = true
		case "of":
			out = v
			ok = true
		case "bs", "ibs", "obs":
			bs = n
		case "count":
			count = n
		case "skip":
			skip = n
		case "seek":
			seek = n
		case "conv":
			ok = true
			if strings.Contains(v, "notrunc") {
				trunc = 0
			}
		case "status", "iflag", "oflag":
			ok = true
		default:
			ok = false
		}
		if !ok || bs < 1 {
			t.say("unrecognized operand %s", quoteName(a))
			return 1
		}
	}
	f, err := t.open(in)
	if err != nil {
		t.say("failed to open %s: %s", quoteASCII(in), errText(err))
		return 1
	}
	defer f.close()
	var w interface{ Write([]byte) (int, error) } = t.out
	if out != "" {
		d, err := t.create(out, trunc)
		if err != nil {
			t.say("failed to open %s: %s", quoteASCII(out), errText(err))
			return 1
		}
		defer d.drop()
		if fl := d.file(); fl != nil && seek > 0 {
			fl.off = seek * bs
		}
		w = descWriter{t.sh, d}
	}
	t.hold(bs)
	buf := make([]byte, bs)
	r := bufio.NewReaderSize(f, 16)
	var full, part, total int64
	for n := int64(0); count < 0 || n < count+skip; n++ {
		k, err := readFull(r, buf)
		if k > 0 && n >= skip {
			if _, werr := w.Write(buf[:k]); werr != nil {
				t.fail("error writing %s: %s", quoteASCII(out), errText(werr))
				break
			}
			total += int64(k)
			if k == len(buf) {
				full++
			} else {
				part++
			}
		}
		if err != nil {
			break
		}
	}
	_ = t.out.Flush()
	if !slices.Contains(t.args, "status=none") {
		fmt.Fprintf(t.err, "%d+%d records in\n%d+%d records out\n", full, part, full, part)
		if !slices.Contains(t.args, "status=noxfer") {
			fmt.Fprintf(t.err, "%d bytes copied\n", total)
		}
	}
	return t.code
}

func readFull(r interface{ Read([]byte) (int, error) }, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	return n, err
}
