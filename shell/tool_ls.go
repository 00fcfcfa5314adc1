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
	"unicode/utf8"

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
	case m&fs.ModeSocket != 0:
		kind = 's'
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
	numeric, noOwner, noGroup, blocks             bool
	timeStyle                                     string
	columns                                       byte // 'C': downwards, 'x': across, 0: none
	width                                         int  // of all columns
}

func ls(t *tool) int {
	opts, names, bad := getopt(t.args, "aA1lhRdFpSrtimXUcunogsHLGQNbqvkI:BCxw:", map[string]string{"all": "a", "almost-all": "A", "human-readable": "h", "recursive": "R", "directory": "d", "classify": "F", "reverse": "r", "inode": "i", "color?": "N", "sort=": "sort", "time-style=": "time-style", "no-group": "G", "numeric-uid-gid": "n", "format=": "format", "width=": "w", "time=": "N", "literal": "N", "group-directories-first": "dirs", "ignore=": "I", "hide=": "hide", "ignore-backups": "B", "quote-name": "Q", "full-time": "full-time", "dereference": "L", "size": "s"})
	failed := 2
	if t.sh.bun {
		failed = 1
	}
	if bad != "" {
		return t.usage(failed, "%s", bad)
	}
	l := lister{t: t, first: true, width: 80}
	for _, o := range opts {
		switch o.name {
		case "a":
			l.all = true
		case "A":
			l.almost = true
		case "1":
			l.one, l.columns = true, 0
		case "l", "n", "o", "g", "full-time":
			l.long, l.commas, l.columns = true, false, 0
			switch o.name {
			case "n":
				l.numeric = true
			case "o":
				l.noGroup = true
			case "g":
				l.noOwner = true
			case "full-time":
				l.timeStyle = "full-iso"
			}
		case "G":
			l.noGroup = true
		case "s":
			l.blocks = true
		case "C", "x":
			l.long, l.commas, l.columns = false, false, o.name[0]
		case "w":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				t.say("invalid line width: %s", quoteName(o.value))
				return failed
			}
			if l.width = min(n, 4096); n == 0 {
				l.width = 4096
			}
		case "time-style":
			l.timeStyle = strings.TrimPrefix(o.value, "posix-")
		case "format":
			kind, ok := map[string]byte{"long": 'l', "verbose": 'l', "commas": 'm', "across": 'x', "horizontal": 'x', "vertical": 'C', "single-column": '1'}[o.value]
			if !ok {
				return t.usage(1, "invalid argument %s for '--format'", quoteName(o.value))
			}
			l.long, l.commas, l.columns = kind == 'l', kind == 'm', 0
			if kind == 'x' || kind == 'C' {
				l.columns = kind
			}
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
			l.long, l.commas, l.columns = false, true, 0
		case "dirs":
			l.dirsFirst = true
		case "I":
			l.ignore = append(l.ignore, t.glob(o.value, globMode{}))
		case "hide":
			l.hide = append(l.hide, t.glob(o.value, globMode{}))
		case "B":
			l.ignore = append(l.ignore, t.glob("*~", globMode{}))
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
	if l.long || l.blocks {
		var blocks int64
		for _, e := range list {
			blocks += kiloblocks(e.info)
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
	case m&fs.ModeSocket != 0:
		return e.name + "="
	case m.IsRegular() && m&0o111 != 0:
		return e.name + "*"
	}
	return e.name
}

func (l *lister) print(list []lsEntry) {
	t := l.t
	if l.commas {
		at := 0
		for i, e := range list {
			name := l.decorated(e)
			width := utf8.RuneCountInString(name)
			switch {
			case i == 0:
			case at+width+2 <= l.width:
				t.out.WriteString(", ")
				at += 2
			default:
				t.out.WriteString(",\n")
				at = 0
			}
			t.out.WriteString(name)
			at += width
		}
		if len(list) > 0 {
			t.out.WriteByte('\n')
		}
		return
	}
	if l.columns != 0 && !l.inode && !l.blocks {
		l.inColumns(list)
		return
	}
	sizeWidth, linkWidth, inoWidth, blockWidth := 0, 0, 0, 0
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
		blockWidth = max(blockWidth, len(strconv.FormatInt(kiloblocks(e.info), 10)))
	}
	owner := ""
	if !l.noOwner {
		owner += " " + l.who()
	}
	if !l.noGroup {
		owner += " " + l.who()
	}
	now := t.sh.sys.cfg.Now()
	for i, e := range list {
		if l.inode {
			ino, _ := fileID(e.info)
			fmt.Fprintf(t.out, "%*d ", inoWidth, ino)
		}
		if l.blocks {
			fmt.Fprintf(t.out, "%*d ", blockWidth, kiloblocks(e.info))
		}
		if !l.long {
			t.out.WriteString(l.decorated(e) + "\n")
			continue
		}
		when := e.info.ModTime().In(t.sh.zone())
		fmt.Fprintf(t.out, "%s %*d%s %*s %s %s", modeString(e.info.Mode()), linkWidth, links(e.info), owner, sizeWidth, sizes[i], l.stamp(when, now), l.decorated(e))
		if e.info.Mode()&fs.ModeSymlink != 0 {
			if target, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(e.path)); err == nil {
				t.out.WriteString(" -> " + target)
			}
		}
		t.out.WriteByte('\n')
	}
}

// kiloblocks is the room of a file on a disk, in kilobytes.
func kiloblocks(info fs.FileInfo) int64 { return (info.Size() + 4095) / 4096 * 4 }

// who is the owner, and the group.
func (l *lister) who() string {
	if l.numeric {
		return strconv.Itoa(userID)
	}
	return userName
}

// stamp is a time as -l shows it.
func (l *lister) stamp(when, now time.Time) string {
	const halfYear = 31556952 * time.Second / 2
	old := when.After(now) || now.Sub(when) > halfYear
	format, custom := strings.CutPrefix(l.timeStyle, "+")
	switch {
	case custom:
		if recent, other, two := strings.Cut(format, "\n"); two && !old {
			format = other
		} else {
			format = recent
		}
		return strftime(when, format)
	case format == "full-iso":
		return when.Format("2006-01-02 15:04:05.000000000 -0700")
	case format == "long-iso":
		return when.Format("2006-01-02 15:04")
	case format == "iso" && old:
		return when.Format("2006-01-02 ")
	case format == "iso":
		return when.Format("01-02 15:04")
	case old:
		return when.Format("Jan _2  2006")
	}
	return when.Format("Jan _2 15:04")
}

// inColumns prints names in as many columns as there is room for.
func (l *lister) inColumns(list []lsEntry) {
	t := l.t
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = l.decorated(e)
	}
	if len(names) == 0 {
		return
	}
	var rows int
	var widths []int
	cols := min(len(names), max(l.width/3, 1))
	for ; ; cols-- {
		t.sh.spend(int64(len(names)))
		rows = (len(names) + cols - 1) / cols
		widths = make([]int, cols)
		for i, name := range names {
			col := i / rows
			if l.columns == 'x' {
				col = i % cols
			}
			width := utf8.RuneCountInString(name)
			if col < cols-1 {
				width += 2
			}
			widths[col] = max(widths[col], width, 3)
		}
		total := 0
		for _, w := range widths {
			total += w
		}
		if cols == 1 || total < l.width {
			break
		}
	}
	for row := range rows {
		at, want := 0, 0
		for col := range cols {
			i := col*rows + row
			if l.columns == 'x' {
				i = row*cols + col
			}
			if i >= len(names) {
				break
			}
			for at < want {
				if next := at - at%8 + 8; next <= want && next > at+1 {
					t.out.WriteByte('\t')
					at = next
				} else {
					t.out.WriteByte(' ')
					at++
				}
			}
			t.out.WriteString(names[i])
			at += utf8.RuneCountInString(names[i])
			want += widths[col]
		}
		t.out.WriteByte('\n')
	}
}
