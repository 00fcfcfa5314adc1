package shell

import (
	"fmt"
	"io/fs"
	"math"
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
				return fmt.Sprintf("%.1f%c", math.Ceil(f*10)/10, u)
			}
			return fmt.Sprintf("%.0f%c", math.Ceil(f), u)
		}
	}
	return strconv.FormatInt(n, 10)
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
	first, dirsFirst, quote                       bool
	ignore, hide                                  []*glob
}

func ls(t *tool) int {
	opts, names, bad := getopt(t.args, "aA1lhRdFpSrtimXUcunogsHLGQNbqvkI:B", map[string]string{"all": "a", "almost-all": "A", "human-readable": "h", "recursive": "R", "directory": "d", "classify": "F", "reverse": "r", "inode": "i", "color?": "G", "sort=": "sort", "time-style=": "G", "group-directories-first": "dirs", "ignore=": "I", "hide=": "hide", "ignore-backups": "B", "quote-name": "Q", "full-time": "l", "dereference": "L", "size": "s"})
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
		case "dirs":
			l.dirsFirst = true
		case "I":
			l.ignore = append(l.ignore, t.sh.glob(o.value, globMode{}))
		case "hide":
			l.hide = append(l.hide, t.sh.glob(o.value, globMode{}))
		case "B":
			l.ignore = append(l.ignore, t.sh.glob("*~", globMode{}))
		case "Q":
			l.quote = true
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
		if l.dirsFirst && a.info.IsDir() != b.info.IsDir() {
			return a.info.IsDir() != l.reverse // which turns them around
		}
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
		if t.sh.matchAny(l.ignore, e.Name()) || !l.all && !l.almost && t.sh.matchAny(l.hide, e.Name()) {
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
	if l.quote {
		e.name = strings.ReplaceAll(strconv.Quote(e.name), `\'`, "'")
	}
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
