package shell

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/buntime/buntime/jsengine"
)

func kindName(info fs.FileInfo) string {
	m := info.Mode()
	switch {
	case m.IsDir():
		return "directory"
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m&fs.ModeCharDevice != 0:
		return "character special file"
	case m&fs.ModeSocket != 0:
		return "socket"
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
			format, _ = unescapeC(o.value, false)
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
		spec, n := readSpec(format[i-1:], nil)
		if n > 1 && !spec.tooWide() && i-1+n < len(format) { // a width or a precision
			t.hold(spec.room())
			text := t.statFormat("%"+format[i-1+n:i+n], name, shown, info)
			if spec.prec >= 0 && spec.prec < len(text) {
				text = text[:spec.prec]
			}
			if x, err := strconv.ParseUint(text, 10, 63); err == nil && spec.has('0') {
				text = spec.int(int64(x), 'd')
			}
			b.WriteString(spec.pad(text))
			i += n - 1
			continue
		}
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
