package shell

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// copier is cp, mv and install.
type copier struct {
	t                                            *tool
	recursive, force, noClobber, update, verbose bool
	preserve, noDeref, link, symlink             bool
	depth                                        int
	made                                         map[string]bool // directories that this copy made
}

func cp(t *tool) int {
	opts, names, bad := getopt(t.args, "abdfiHlLnPpRrsTt:uvx", map[string]string{"archive": "a", "force": "f", "no-clobber": "n", "recursive": "r", "update": "u", "verbose": "v", "target-directory=": "t", "no-target-directory": "T", "link": "l", "symbolic-link": "s", "no-dereference": "P", "dereference": "L", "preserve?": "p", "parents": "parents", "reflink?": "x", "sparse=": "x", "no-preserve=": "x", "one-file-system": "x"})
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
	if parents && !dir {
		return t.usage(1, "with --parents, the destination must be a directory")
	}
	for _, src := range sources {
		to := dest
		if dir {
			to = joinName(dest, path.Base(path.Clean(src)))
			switch {
			case parents:
				to = joinName(dest, strings.TrimLeft(path.Clean(src), "/"))
				if err := t.sh.mkdirAll(t.sh.abs(path.Dir(to))); err != nil {
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
	case info.Mode()&fs.ModeSocket != 0:
		t.fail("cannot open %s for reading: %s", quoteASCII(src), errText(errno("ENXIO")))
		return
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
		if err := t.sh.mkdir(t.sh.abs(dst), info.Mode().Perm()); err != nil {
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
	out, err := t.sh.open(dst, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode().Perm())
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
	parents, verbose, mode, hasMode := false, false, fs.FileMode(0o777), false
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
				if _, err := t.sh.stat(dir); err == nil {
					break
				}
				made = append(made, dir)
			}
			if err := t.sh.mkdirAll(abs); err != nil {
				t.fail("cannot create directory %s: %s", quoteName(name), errText(err))
				continue
			}
			if verbose {
				for _, dir := range slices.Backward(made) {
					fmt.Fprintf(t.out, "%s: created directory %s\n", t.name, quoteASCII(dir))
				}
			}
		} else {
			if err := t.sh.mkdir(abs, mode); err != nil {
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

func touch(t *tool) int {
	opts, names, bad := getopt(t.args, "acd:fhmr:t:", map[string]string{"no-create": "c", "date=": "d", "reference=": "r", "time=": "x", "no-dereference": "h"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	now := t.sh.sys.cfg.Now()
	when, noCreate := now, false
	look, set := t.sh.stat, t.sh.sys.cfg.Files.Chtimes
	links := slices.ContainsFunc(opts, func(o option) bool { return o.name == "h" })
	if links {
		look, set = t.sh.lstat, t.sh.sys.cfg.Files.Lchtimes
	}
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
			info, err := look(o.value)
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
		if _, err := look(name); err != nil {
			if noCreate && errCode(err) == "ENOENT" {
				continue
			}
			if links {
				t.fail("setting times of %s: %s", quoteASCII(name), errText(err))
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
		if err := set(t.sh.abs(name), when, when); err != nil {
			t.fail("cannot touch %s: %s", quoteASCII(name), errText(err))
		}
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
