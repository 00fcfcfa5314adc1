package shell

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

const (
	treeUsage = "usage: tree [-adfghilprstuDF] [-L level] [-P pattern] [-I pattern] [-o filename]\n\t[--gitignore] [--ignore-case] [--prune] [--dirsfirst] [--filesfirst] [--sort[=]<name>]\n\t[--charset[=]X] [--noreport] [--version] [--help] [--] [directory ...]\n"
	// treeDepth bounds how deep directories are shown, and so the stack.
	treeDepth = 200
	// treeEntry is what one entry holds, about, beside its name.
	treeEntry = 256
	// dirSize is the size of a directory, which has none here.
	dirSize = 4096
)

// treeNode is a file or a directory with what is shown of it.
type treeNode struct {
	name  string
	path  string // as it is shown with -f
	info  fs.FileInfo
	to    string      // of a link
	at    fs.FileInfo // what a link leads to; nil: nothing
	note  string      // what is said of it, in brackets
	files []*treeNode
}

func (n *treeNode) isDir() bool { return n.info.IsDir() || n.at != nil && n.at.IsDir() }

// treePrinter shows directories as trees.
type treePrinter struct {
	t                                                 *tool
	all, dirs, full, flat, follow, prune, class       bool
	perm, user, group, size, human, date, quote       bool
	raw, marks                                        bool // of control characters: as they are, or as question marks
	dirsFirst, filesFirst, reverse, noReport, foldAll bool
	git                                               bool
	sortBy                                            byte // 't': time, 's': size, 'v': version, 'u': none
	level                                             int  // 0: no bound
	only, not                                         *ignoreList
	lists                                             []*ignoreList   // of .gitignore, the innermost last
	seen                                              map[uint64]bool // directories, with -l: no link leads to one again
	bar, gap, tee, corner                             string
	nDirs, nFiles                                     int
}

func tree(t *tool) int {
	p := treePrinter{t: t, seen: map[uint64]bool{}, bar: "│\u00a0\u00a0 ", gap: "    ", tee: "├── ", corner: "└── "}
	var names, only, not []string
	output := ""
	args := t.args
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "--":
			names = append(names, args...)
			args = nil
		case strings.HasPrefix(a, "--"):
			name, value, has := strings.Cut(a[2:], "=")
			if (name == "charset" || name == "sort") && !has {
				if len(args) == 0 {
					t.say("Missing argument to --%s option.", name)
					return 1
				}
				value, args = args[0], args[1:]
			}
			switch name {
			case "version":
				t.out.WriteString("tree v2.1.0\n")
				return 0
			case "help":
				t.out.WriteString(treeUsage)
				return 0
			case "dirsfirst":
				p.dirsFirst = true
			case "filesfirst":
				p.filesFirst = true
			case "noreport":
				p.noReport = true
			case "prune":
				p.prune = true
			case "gitignore":
				p.git = true
			case "ignore-case":
				p.foldAll = true
			case "charset":
				if c := strings.ToLower(value); c != "utf-8" && c != "utf8" {
					p.bar, p.tee, p.corner = "|   ", "|-- ", "`-- "
				}
			case "sort":
				k, ok := map[string]byte{"name": 0, "mtime": 't', "ctime": 't', "size": 's', "version": 'v'}[value]
				if !ok {
					t.say("Sort type '%s' not valid, should be one of: name,version,size,mtime,ctime", clip(value))
					return 1
				}
				p.sortBy = k
			default:
				t.say("Invalid argument `%s'.", clip(a))
				fmt.Fprint(t.err, treeUsage)
				return 1
			}
		case len(a) > 1 && a[0] == '-':
			for _, c := range []byte(a[1:]) {
				value := ""
				if strings.IndexByte("LPIo", c) >= 0 {
					if len(args) == 0 {
						t.say("Missing argument to -%c option.", c)
						return 1
					}
					value, args = args[0], args[1:]
				}
				switch c {
				case 'L':
					n, err := strconv.Atoi(value)
					if err != nil || n <= 0 {
						t.say("Invalid level, must be greater than 0.")
						return 1
					}
					p.level = n
				case 'P':
					only = append(only, value)
				case 'I':
					not = append(not, value)
				case 'o':
					output = value
				case 'a':
					p.all = true
				case 'd':
					p.dirs = true
				case 'f':
					p.full = true
				case 'i':
					p.flat = true
				case 'l':
					p.follow = true
				case 'p':
					p.perm = true
				case 'u':
					p.user = true
				case 'g':
					p.group = true
				case 's':
					p.size = true
				case 'h':
					p.size, p.human = true, true
				case 'D':
					p.date = true
				case 'F':
					p.class = true
				case 'Q':
					p.quote = true
				case 'r':
					p.reverse = true
				case 't', 'c':
					p.sortBy = 't'
				case 'v':
					p.sortBy = 'v'
				case 'U':
					p.sortBy = 'u'
				case 'N':
					p.raw = true
				case 'q':
					p.marks = true
				case 'n', 'x', 'S', 'A', 'C': // as it is anyway
				default:
					t.say("Invalid argument -`%c'.", c)
					fmt.Fprint(t.err, treeUsage)
					return 1
				}
			}
		default:
			names = append(names, a)
		}
	}
	if len(only) > 0 {
		p.only = p.patterns(only)
	}
	if len(not) > 0 {
		p.not = p.patterns(not)
	}
	if output != "" {
		_, end, err := t.printTo(output, os.O_TRUNC)
		if err != nil {
			t.say("invalid filename '%s'", clip(output))
			return 1
		}
		defer end()
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	for _, name := range names {
		p.root(name)
	}
	if !p.noReport {
		dirs, files := "directories", "files"
		if p.nDirs == 1 {
			dirs = "directory"
		}
		if p.nFiles == 1 {
			files = "file"
		}
		fmt.Fprintf(t.out, "\n%d %s", p.nDirs, dirs)
		if !p.dirs {
			fmt.Fprintf(t.out, ", %d %s", p.nFiles, files)
		}
		t.out.WriteByte('\n')
	}
	return t.code
}

// patterns are those of -P or -I: each may be several, with | between them.
func (p *treePrinter) patterns(list []string) *ignoreList {
	var all []string
	for _, s := range list {
		for _, one := range strings.Split(s, "|") {
			all = append(all, strings.TrimPrefix(one, "!"))
		}
	}
	return p.t.ignores("", all, false, p.foldAll)
}

// root shows what one operand names.
func (p *treePrinter) root(name string) {
	t := p.t
	info, err := t.sh.stat(name)
	n := &treeNode{name: name, path: name, info: info}
	if short := strings.TrimRight(name, "/"); short != "" {
		n.path = short
	}
	switch {
	case err != nil:
		t.out.WriteString(p.plain(name) + "  [error opening dir]\n")
		t.code = 2
		return
	case !info.IsDir():
		n.note = "error opening dir"
		p.nFiles++
	default:
		p.read(n, 1)
		if len(n.files) > 0 {
			p.nDirs++
		}
	}
	p.line("", n)
	p.print("", n)
}

// read finds what is in a directory.
func (p *treePrinter) read(dir *treeNode, depth int) {
	t := p.t
	if depth > treeDepth {
		dir.note = "too deep"
		return
	}
	entries, err := t.sh.readDir(dir.path)
	if err != nil {
		dir.note, t.code = "error opening dir", 2
		return
	}
	if p.git {
		if list := t.ignoreFile(dir.path, ".gitignore", false, false); list != nil {
			p.lists = append(p.lists, list)
			defer func() { p.lists = p.lists[:len(p.lists)-1] }()
		}
	}
	if p.follow {
		here := dir.info
		if dir.at != nil {
			here = dir.at
		}
		if id, ok := fileID(here); ok {
			p.seen[id] = true
		}
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !p.all {
			continue
		}
		n := &treeNode{name: name, path: joinName(dir.path, name)}
		t.hold(treeEntry + int64(len(n.path)))
		if n.info, err = t.sh.lstat(n.path); err != nil {
			continue
		}
		if n.info.Mode()&fs.ModeSymlink != 0 {
			n.to, _ = t.sh.sys.cfg.Files.Readlink(t.sh.abs(n.path))
			t.hold(int64(len(n.to)))
			n.at, _ = t.sh.stat(n.path)
		}
		inside := n.info.IsDir() || p.follow && n.isDir()
		if p.dirs && !n.isDir() || !p.shown(n, inside) {
			continue
		}
		if inside && (p.level == 0 || depth < p.level) {
			if n.at != nil && p.wasSeen(n.at) {
				n.note = "recursive, not followed"
			} else {
				p.read(n, depth+1)
			}
		}
		if p.prune && inside && len(n.files) == 0 {
			continue
		}
		dir.files = append(dir.files, n)
	}
	p.sort(dir.files)
}

func (p *treePrinter) wasSeen(info fs.FileInfo) bool {
	id, ok := fileID(info)
	return ok && p.seen[id]
}

// shown reports whether an entry is asked for.
func (p *treePrinter) shown(n *treeNode, dir bool) bool {
	sh := p.t.sh
	if p.not != nil && p.not.says(sh, "/"+n.name, dir) == isIgnored {
		return false
	}
	if p.only != nil && !dir && p.only.says(sh, "/"+n.name, dir) != isIgnored {
		return false
	}
	abs := path.Clean(sh.abs(n.path))
	for i := len(p.lists) - 1; i >= 0; i-- {
		switch p.lists[i].says(sh, abs, dir) {
		case isIgnored:
			return false
		case isKept:
			return true
		}
	}
	return true
}

func (p *treePrinter) sort(list []*treeNode) {
	p.t.sh.spend(int64(len(list)) * 20)
	if p.sortBy == 'u' {
		return
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if (p.dirsFirst || p.filesFirst) && a.isDir() != b.isDir() {
			return a.isDir() == p.dirsFirst
		}
		if p.reverse {
			a, b = b, a
		}
		switch p.sortBy {
		case 't':
			if !a.info.ModTime().Equal(b.info.ModTime()) {
				return a.info.ModTime().Before(b.info.ModTime())
			}
		case 's':
			if x, y := treeSize(a.info), treeSize(b.info); x != y {
				return x > y
			}
		case 'v':
			return versionLess(a.name, b.name)
		}
		return a.name < b.name
	})
}

func treeSize(info fs.FileInfo) int64 {
	if info.IsDir() {
		return dirSize
	}
	return info.Size()
}

// print shows what is in a directory, behind the lines that lead to it.
func (p *treePrinter) print(before string, dir *treeNode) {
	for i, n := range dir.files {
		if n.isDir() {
			p.nDirs++
		} else {
			p.nFiles++
		}
		branch, below := p.tee, p.bar
		if i == len(dir.files)-1 {
			branch, below = p.corner, p.gap
		}
		if p.flat {
			branch, below = "", ""
		}
		p.line(before+branch, n)
		p.print(before+below, n)
	}
}

// line shows one entry.
func (p *treePrinter) line(before string, n *treeNode) {
	t := p.t
	t.sh.spend(20 + int64(len(before)+len(n.path))/8)
	t.out.WriteString(before)
	var about []string
	if p.perm {
		about = append(about, modeString(n.info.Mode()))
	}
	if p.user {
		about = append(about, fmt.Sprintf("%-8s", userName))
	}
	if p.group {
		about = append(about, fmt.Sprintf("%-8s", userName))
	}
	if p.size {
		if p.human {
			about = append(about, fmt.Sprintf("%4s", treeHuman(treeSize(n.info))))
		} else {
			about = append(about, fmt.Sprintf("%11d", treeSize(n.info)))
		}
	}
	if p.date {
		l := lister{}
		about = append(about, l.stamp(n.info.ModTime().In(t.sh.zone()), t.sh.sys.cfg.Now()))
	}
	if len(about) > 0 {
		t.out.WriteString("[" + strings.Join(about, " ") + "]  ")
	}
	name := n.name
	if p.full {
		name = n.path
	}
	t.out.WriteString(p.plain(name))
	if n.to != "" {
		t.out.WriteString(" -> " + p.plain(n.to))
	}
	if p.class {
		info := n.info
		if n.to != "" {
			info = n.at
		}
		switch {
		case info == nil:
		case info.IsDir():
			if !strings.HasSuffix(name, "/") {
				t.out.WriteByte('/')
			}
		case info.Mode().IsRegular() && info.Mode()&0o111 != 0:
			t.out.WriteByte('*')
		}
	}
	if n.note != "" {
		t.out.WriteString("  [" + n.note + "]")
	}
	t.out.WriteByte('\n')
}

// plain is a name as it is shown: without control characters.
func (p *treePrinter) plain(s string) string {
	if !p.raw && strings.ContainsFunc(s, unicode.IsControl) {
		var b strings.Builder
		for _, r := range s {
			switch {
			case !unicode.IsControl(r):
				b.WriteRune(r)
			case p.marks:
				b.WriteByte('?')
			default:
				fmt.Fprintf(&b, `\%03o`, r)
			}
		}
		s = b.String()
	}
	if p.quote {
		return `"` + s + `"`
	}
	return s
}

// treeHuman is a size with a unit: rounded, where ls rounds up.
func treeHuman(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10)
	}
	f := float64(n)
	for _, u := range "KMGT" {
		if f /= 1024; f < 1024 {
			if f < 10 {
				return fmt.Sprintf("%.1f%c", f, u)
			}
			return fmt.Sprintf("%.0f%c", f, u)
		}
	}
	return strconv.FormatInt(n, 10)
}
