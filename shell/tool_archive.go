package shell

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

func gzipTool(t *tool) int {
	opts, names, bad := getopt(t.args, "cdfhklnNqrS:tv123456789", map[string]string{"stdout": "c", "to-stdout": "c", "decompress": "d", "uncompress": "d", "force": "f", "keep": "k", "list": "l", "no-name": "n", "name": "N", "quiet": "q", "recursive": "r", "suffix=": "S", "test": "t", "verbose": "v", "fast": "1", "best": "9"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	level := gzip.DefaultCompression
	toOut, dec, keep, list, test, force, verbose := t.name == "zcat", t.name != "gzip", false, false, false, false, false
	for _, o := range opts {
		switch o.name {
		case "c":
			toOut = true
		case "d":
			dec = true
		case "k":
			keep = true
		case "l":
			list = true
		case "t":
			test, dec = true, true
		case "f":
			force = true
		case "v":
			verbose = true
		case "1", "2", "3", "4", "5", "6", "7", "8", "9":
			level, _ = strconv.Atoi(o.name)
		}
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		switch {
		case list:
			t.gzipList(name)
		case name == "-" || toOut || test:
			f, err := t.open(name)
			if err != nil && errCode(err) == "ENOENT" && dec {
				if g, err2 := t.open(name + ".gz"); err2 == nil {
					f, err = g, nil
				}
			}
			if err != nil {
				t.fail("%s: %s", name, errText(err))
				continue
			}
			var w io.Writer = t.out
			if test {
				w = io.Discard
			}
			if dec {
				err = t.gunzip(w, f)
			} else {
				err = t.gzip(w, f, level)
			}
			f.close()
			if err != nil {
				t.fail("%s: %s", shownName(name), gzipText(err))
			} else if test && verbose {
				_ = t.out.Flush()
				fmt.Fprintf(t.err, "%s:\t OK\n", name)
			}
		default:
			t.gzipFile(name, dec, keep, force, level)
		}
	}
	return t.code
}

func shownName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}

// gzipText words an error of the format as gzip does.
func gzipText(err error) string {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, io.EOF):
		return "not in gzip format"
	case errors.Is(err, gzip.ErrChecksum):
		return "invalid compressed data--crc error"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected end of file"
	case errCode(err) != "":
		return errText(err)
	}
	return "invalid compressed data--format violated"
}

const (
	// gzipBytes is what compressing and decompressing hold.
	gzipBytes = 1 << 20
	// gzipUnits is the work per byte of them.
	gzipUnits = 4
)

func (t *tool) gunzip(w io.Writer, r io.Reader) error {
	t.hold(gzipBytes)
	defer t.unhold(gzipBytes)
	z, err := gzip.NewReader(bufio.NewReaderSize(r, 32<<10))
	if err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := z.Read(buf)
		t.sh.spend(int64(n) / 4)
		if _, werr := w.Write(buf[:n]); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tool) gzip(w io.Writer, r io.Reader, level int) error {
	t.hold(gzipBytes)
	defer t.unhold(gzipBytes)
	z, err := gzip.NewWriterLevel(w, level)
	if err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		t.sh.spend(int64(n) * gzipUnits)
		if _, werr := z.Write(buf[:n]); werr != nil {
			return werr
		}
		if err == io.EOF {
			return z.Close()
		}
		if err != nil {
			return err
		}
	}
}

func (t *tool) gzipFile(name string, dec, keep, force bool, level int) {
	info, err := t.sh.stat(name)
	if err != nil && dec && errCode(err) == "ENOENT" {
		if i, err2 := t.sh.stat(name + ".gz"); err2 == nil {
			name, info, err = name+".gz", i, nil
		}
	}
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	if info.IsDir() {
		t.say("%s is a directory -- ignored", name)
		t.code = max(t.code, 2)
		return
	}
	to := name + ".gz"
	if dec {
		switch {
		case strings.HasSuffix(name, ".tgz"):
			to = strings.TrimSuffix(name, ".tgz") + ".tar"
		case strings.HasSuffix(name, ".gz"):
			to = strings.TrimSuffix(name, ".gz")
		default:
			t.say("%s: unknown suffix -- ignored", name)
			t.code = max(t.code, 2)
			return
		}
	} else if strings.HasSuffix(name, ".gz") && !force {
		t.say("%s already has .gz suffix -- unchanged", name)
		t.code = max(t.code, 2)
		return
	}
	if _, err := t.sh.lstat(to); err == nil && !force {
		t.say("%s already exists;\tnot overwritten", to)
		t.code = max(t.code, 2)
		return
	}
	in, err := t.open(name)
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	defer in.close()
	out, err := t.create(to, os.O_TRUNC)
	if err != nil {
		t.fail("%s: %s", to, errText(err))
		return
	}
	defer out.drop()
	w := bufio.NewWriterSize(descWriter{t.sh, out}, 32<<10)
	if dec {
		err = t.gunzip(w, in)
	} else {
		err = t.gzip(w, in, level)
	}
	if ferr := w.Flush(); err == nil {
		err = ferr
	}
	files := t.sh.sys.cfg.Files
	if err != nil {
		t.fail("%s: %s", name, gzipText(err))
		_ = files.Unlink(t.sh.abs(to))
		return
	}
	_ = files.Chmod(t.sh.abs(to), info.Mode().Perm())
	_ = files.Chtimes(t.sh.abs(to), info.ModTime(), info.ModTime())
	if !keep {
		_ = files.Unlink(t.sh.abs(name))
	}
}

func (t *tool) gzipList(name string) {
	f, err := t.open(name)
	if err != nil {
		t.fail("%s: %s", name, errText(err))
		return
	}
	defer f.close()
	info, err := t.sh.stat(name)
	n := countWriter(0)
	if err == nil {
		err = t.gunzip(&n, f)
	}
	if err != nil {
		t.fail("%s: %s", name, gzipText(err))
		return
	}
	ratio := 0.0
	if n > 0 {
		ratio = 100 * (1 - float64(info.Size())/float64(n))
	}
	fmt.Fprintf(t.out, "         compressed        uncompressed  ratio uncompressed_name\n%19d %19d %5.1f%% %s\n", info.Size(), n, ratio, strings.TrimSuffix(name, ".gz"))
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}

// archiver is one run of tar.
type archiver struct {
	t                   *tool
	mode                byte
	file                string
	gz, verbose, toOut  bool
	strip               int
	exclude             []*glob
	keepOld             bool
	warnedSlash, failed bool
	deref               bool
	entries             int
	nameOfInode         map[uint64]string
	seen                map[string]bool
}

// maxArchiveEntries bounds the entries of an archive.
const maxArchiveEntries = 200_000

func tarTool(t *tool) int {
	args := slices.Clone(t.args)
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' { // tar xzf …
		bundle := args[0]
		rest := args[1:]
		args = nil
		for _, c := range bundle {
			args = append(args, "-"+string(c))
			if strings.ContainsRune("fCTXbIK", c) && len(rest) > 0 {
				args = append(args, rest[0])
				rest = rest[1:]
			}
		}
		args = append(args, rest...)
	}
	opts, names, bad := getopt(args, "cxtruzjJf:C:vOkpPT:X:hmwaI:b:SUg:", map[string]string{
		"create": "c", "extract": "x", "get": "x", "list": "t", "append": "r", "update": "u", "gzip": "z", "file=": "f", "directory=": "C",
		"verbose": "v", "to-stdout": "O", "strip-components=": "strip", "exclude=": "exclude", "keep-old-files": "k",
		"preserve-permissions": "p", "absolute-names": "P", "files-from=": "T", "exclude-from=": "X", "dereference": "h", "auto-compress": "a",
		"no-same-owner": "m", "same-owner": "m", "numeric-owner": "m", "owner=": "b", "group=": "b", "mtime=": "b", "sort=": "b", "format=": "b",
		"bzip2": "j", "xz": "J", "zstd": "J", "use-compress-program=": "I", "to-command=": "I", "checkpoint?": "m", "checkpoint-action=": "I", "touch": "m", "overwrite": "U", "wildcards": "m", "one-file-system": "m", "warning=": "b", "totals": "m",
	})
	if bad != "" {
		t.say("%s", bad)
		fmt.Fprintf(t.err, "Try 'tar --help' or 'tar --usage' for more information.\n")
		return 64
	}
	a := archiver{t: t, file: "-", nameOfInode: map[uint64]string{}, seen: map[string]bool{}}
	dir := t.sh.dir
	var from []string
	auto := false
	for _, o := range opts {
		switch o.name {
		case "c", "x", "t", "r", "u":
			if a.mode != 0 && a.mode != o.name[0] {
				t.say("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option")
				return 2
			}
			a.mode = o.name[0]
		case "z":
			a.gz = true
		case "j", "J":
			t.say("this compression is not supported: use gzip (-z)")
			return 2
		case "I":
			t.say("running programs from tar is not supported")
			return 2
		case "f":
			a.file = o.value
		case "C":
			if o.value != "" {
				if strings.HasPrefix(o.value, "/") {
					dir = o.value
				} else {
					dir = joinName(dir, o.value)
				}
			}
		case "v":
			a.verbose = true
		case "O":
			a.toOut = true
		case "k":
			a.keepOld = true
		case "h":
			a.deref = true
		case "strip":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				t.say("%s: Invalid number of elements", o.value)
				return 2
			}
			a.strip = n
		case "exclude":
			a.exclude = append(a.exclude, t.sh.glob(strings.TrimSuffix(o.value, "/"), globMode{}))
		case "a":
			auto = true
		case "T", "X":
			f, err := t.open(o.value)
			if err != nil {
				t.say("%s: Cannot open: %s", o.value, errText(err))
				return 2
			}
			list, _ := t.allLines(f, '\n')
			f.close()
			if o.name == "T" {
				from = append(from, list...)
			} else {
				for _, p := range list {
					a.exclude = append(a.exclude, t.sh.glob(p, globMode{}))
				}
			}
		}
	}
	a.gz = a.gz || auto && strings.HasSuffix(a.file, "gz")
	names = append(names, from...)
	// The archive is named from here, what is in it from the other directory.
	file := a.file
	if file != "-" {
		file = t.sh.abs(file)
	}
	if info, err := t.sh.stat(dir); err != nil || !info.IsDir() {
		t.say("%s: Cannot open: No such file or directory", dir)
		return 2
	}
	old := t.sh.dir
	t.sh.dir = logical(dir)
	defer func() { t.sh.dir = old }()
	var err error
	switch a.mode {
	case 'c':
		err = a.create(file, names)
	case 'r', 'u':
		err = a.append(file, names)
	case 'x', 't':
		err = a.read(file, names)
	default:
		t.say("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
		fmt.Fprintf(t.err, "Try 'tar --help' or 'tar --usage' for more information.\n")
		return 2
	}
	if err != nil {
		t.say("%s", tarText(a.file, err))
		return 2
	}
	if a.failed {
		t.say("Exiting with failure status due to previous errors")
		return 2
	}
	return 0
}

func tarText(file string, err error) string {
	switch {
	case errCode(err) != "":
		return file + ": Cannot open: " + errText(err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return "This does not look like a gzip archive"
	case errors.Is(err, tar.ErrHeader), errors.Is(err, io.EOF):
		return "This does not look like a tar archive"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "Unexpected EOF in archive"
	case errors.Is(err, errTarBig):
		return err.Error()
	}
	return "damaged archive"
}

var errTarBig = fmt.Errorf("more than %d entries", maxArchiveEntries)

func (a *archiver) excluded(name string) bool {
	for _, g := range a.exclude {
		if a.t.sh.match(g, name) || a.t.sh.match(g, path.Base(name)) {
			return true
		}
	}
	return false
}

func (a *archiver) create(file string, names []string) error {
	t := a.t
	if len(names) == 0 {
		t.say("Cowardly refusing to create an empty archive")
		fmt.Fprintf(t.err, "Try 'tar --help' or 'tar --usage' for more information.\n")
		panic(stopped{2})
	}
	var w io.Writer = t.out
	if file != "-" {
		d, err := t.create(file, os.O_TRUNC)
		if err != nil {
			return err
		}
		defer d.drop()
		b := bufio.NewWriterSize(descWriter{t.sh, d}, 32<<10)
		defer b.Flush()
		w = b
	}
	if a.gz {
		t.hold(gzipBytes)
		z := gzip.NewWriter(w)
		defer z.Close()
		w = z
	}
	tw := tar.NewWriter(w)
	for _, n := range names {
		if err := a.add(tw, n, file, 0); err != nil {
			return err
		}
	}
	return tw.Close()
}

func (a *archiver) add(tw *tar.Writer, name, file string, depth int) error {
	t := a.t
	t.sh.spend(200)
	if a.entries++; a.entries > maxArchiveEntries {
		return errTarBig
	}
	look := t.sh.lstat
	if a.deref {
		look = t.sh.stat
	}
	if a.excluded(name) {
		return nil
	}
	info, err := look(name)
	if err != nil {
		t.say("%s: Cannot stat: %s", name, errText(err))
		a.failed = true
		return nil
	}
	if strings.HasPrefix(t.sh.abs(name), "/dev/") {
		t.say("%s: not a file of the workspace", name)
		a.failed = true
		return nil
	}
	if file != "-" && logical(t.sh.abs(name)) == logical(file) {
		t.say("%s: file is the archive; not dumped", name)
		return nil
	}
	stored := name
	if strings.HasPrefix(stored, "/") {
		if !a.warnedSlash {
			t.say("Removing leading `/' from member names")
			a.warnedSlash = true
		}
		stored = strings.TrimLeft(stored, "/")
	}
	h := &tar.Header{Name: stored, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Uid: userID, Gid: userID, Uname: userName, Gname: userName, Format: tar.FormatGNU}
	switch {
	case info.IsDir():
		h.Typeflag = tar.TypeDir
		if h.Name = strings.TrimSuffix(stored, "/") + "/"; stored == "" {
			h.Name = "./"
		}
	case info.Mode()&fs.ModeSymlink != 0:
		h.Typeflag = tar.TypeSymlink
		if h.Linkname, err = t.sh.sys.cfg.Files.Readlink(t.sh.abs(name)); err != nil {
			return nil
		}
		h.Mode = 0o777
	default:
		h.Typeflag = tar.TypeReg
		h.Size = info.Size()
		if ino, ok := fileID(info); ok && links(info) > 1 {
			if first, ok := a.nameOfInode[ino]; ok {
				h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
			} else {
				t.hold(int64(len(stored)) + 64)
				a.nameOfInode[ino] = stored
			}
		}
	}
	if a.verbose {
		if file == "-" {
			fmt.Fprintln(t.err, h.Name)
		} else {
			t.out.WriteString(h.Name + "\n")
		}
	}
	if err := tw.WriteHeader(h); err != nil {
		return err
	}
	if h.Typeflag == tar.TypeReg {
		f, err := t.open(name)
		if err != nil {
			return err
		}
		defer f.close()
		return t.copy(tw, io.LimitReader(f, h.Size))
	}
	if h.Typeflag == tar.TypeDir && depth < maxNesting {
		entries, err := t.sh.readDir(name)
		if err != nil {
			return nil
		}
		for _, e := range entries {
			if err := a.add(tw, joinName(name, e.Name()), file, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// append adds to an archive by copying what it has.
func (a *archiver) append(file string, names []string) error {
	t := a.t
	if a.gz || file == "-" {
		t.say("Cannot update compressed archives")
		panic(stopped{2})
	}
	in, err := t.open(file)
	if err != nil {
		return a.create(file, names)
	}
	old, err := t.all(in)
	in.close()
	if err != nil {
		return err
	}
	d, err := t.create(file, os.O_TRUNC)
	if err != nil {
		return err
	}
	defer d.drop()
	w := bufio.NewWriterSize(descWriter{t.sh, d}, 32<<10)
	tw := tar.NewWriter(w)
	tr := tar.NewReader(strings.NewReader(string(old)))
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if err := t.copy(tw, tr); err != nil {
			return err
		}
	}
	for _, n := range names {
		if err := a.add(tw, n, file, 0); err != nil {
			return err
		}
	}
	if err := tw.Close(); err != nil {
		return err
	}
	return w.Flush()
}

func (a *archiver) read(file string, names []string) error {
	t := a.t
	f, err := t.open(file)
	if err != nil {
		return err
	}
	defer f.close()
	br := bufio.NewReaderSize(f, 32<<10)
	var r io.Reader = br
	if magic, err := br.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		t.hold(gzipBytes)
		z, err := gzip.NewReader(br)
		if err != nil {
			return err
		}
		r = &spendReader{t, z}
	} else if a.gz {
		return gzip.ErrHeader
	}
	tr := tar.NewReader(r)
	found := make([]bool, len(names))
	for first := true; ; first = false {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			if first && errors.Is(err, io.ErrUnexpectedEOF) {
				err = tar.ErrHeader
			}
			return err
		}
		t.sh.spend(200)
		if a.entries++; a.entries > maxArchiveEntries {
			return errTarBig
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if len(names) > 0 {
			want := false
			for i, n := range names {
				n = strings.TrimSuffix(n, "/")
				if strings.TrimSuffix(h.Name, "/") == n || strings.HasPrefix(h.Name, n+"/") {
					want, found[i] = true, true
				}
			}
			if !want {
				continue
			}
		}
		if a.excluded(strings.TrimSuffix(h.Name, "/")) {
			continue
		}
		if a.mode == 't' {
			a.list(h)
			continue
		}
		a.extract(h, tr)
	}
	for i, n := range names {
		if !found[i] {
			t.say("%s: Not found in archive", n)
			a.failed = true
		}
	}
	return nil
}

type spendReader struct {
	t *tool
	r io.Reader
}

func (s *spendReader) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.t.sh.spend(10 + int64(n)/4)
	return n, err
}

func (a *archiver) list(h *tar.Header) {
	t := a.t
	if !a.verbose {
		t.out.WriteString(h.Name + "\n")
		return
	}
	mode := fs.FileMode(h.Mode).Perm()
	shown := h.Name
	switch h.Typeflag {
	case tar.TypeDir:
		mode |= fs.ModeDir
	case tar.TypeSymlink:
		mode |= fs.ModeSymlink
		shown += " -> " + h.Linkname
	case tar.TypeLink:
		shown += " link to " + h.Linkname
	}
	m := modeString(mode)
	if h.Typeflag == tar.TypeLink {
		m = "h" + m[1:]
	}
	owner := userName + "/" + userName
	fmt.Fprintf(t.out, "%s %s %*d %s %s\n", m, owner, max(19-len(owner), 1), h.Size, h.ModTime.In(t.sh.zone()).Format("2006-01-02 15:04"), shown)
}

// member checks the name of an entry and returns where it goes, or "".
func (a *archiver) member(name string) string {
	name = strings.TrimLeft(name, "/")
	parts := strings.Split(path.Clean("/" + name)[1:], "/")
	for _, p := range strings.Split(name, "/") {
		if p == ".." {
			return ""
		}
	}
	if a.strip > 0 {
		if len(parts) <= a.strip {
			return ""
		}
		parts = parts[a.strip:]
	}
	return strings.Join(parts, "/")
}

func (a *archiver) extract(h *tar.Header, r io.Reader) {
	t := a.t
	files := t.sh.sys.cfg.Files
	name := a.member(h.Name)
	if name == "" {
		if a.strip == 0 && strings.Contains(h.Name, "..") {
			t.say("%s: Member name contains '..'", clip(h.Name))
			a.failed = true
		}
		return
	}
	if a.toOut {
		if h.Typeflag == tar.TypeReg {
			_ = t.copy(t.out, r)
		}
		return
	}
	fail := func(err error) {
		t.say("%s: Cannot open: %s", clip(h.Name), errText(err))
		a.failed = true
	}
	if a.verbose {
		t.out.WriteString(h.Name + "\n")
	}
	mode := fs.FileMode(h.Mode).Perm()
	abs := t.sh.abs(name)
	// No part of the way may be a link, which the archive itself may have made.
	if t.linked(name) {
		t.say("%s: Cannot open: a part of its path is a symbolic link", clip(h.Name))
		a.failed = true
		return
	}
	if dir := path.Dir(abs); dir != "/" {
		if err := t.sh.mkdirAll(dir); err != nil {
			fail(err)
			return
		}
	}
	old, oldErr := t.sh.lstat(name)
	if oldErr == nil && a.keepOld && !old.IsDir() {
		fail(errno("EEXIST"))
		return
	}
	replace := func() error {
		if oldErr == nil {
			if old.IsDir() {
				return errno("EISDIR")
			}
			return files.Unlink(abs)
		}
		return nil
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if oldErr == nil && old.IsDir() {
			break
		}
		if err := files.Mkdir(abs, mode|0o700); err != nil {
			fail(err)
			return
		}
	case tar.TypeSymlink:
		err := replace()
		if err == nil {
			err = files.Symlink(h.Linkname, abs)
		}
		if err != nil {
			t.say("%s: Cannot create symlink to %s: %s", clip(h.Name), quoteName(clip(h.Linkname)), errText(err))
			a.failed = true
			return
		}
	case tar.TypeLink:
		target := a.member(h.Linkname)
		err := errno("EACCES")
		if target != "" {
			if info, serr := t.sh.lstat(target); serr != nil {
				err = serr
			} else if info.Mode().IsRegular() {
				if err = replace(); err == nil {
					err = files.Link(t.sh.abs(target), abs)
				}
			}
		}
		if err != nil {
			t.say("%s: Cannot hard link to %s: %s", clip(h.Name), quoteName(clip(h.Linkname)), errText(err))
			a.failed = true
		}
		return
	case tar.TypeReg:
		if err := replace(); err != nil {
			fail(err)
			return
		}
		d, err := t.sh.open(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			fail(err)
			return
		}
		err = t.copy(descWriter{t.sh, d}, r)
		d.drop()
		if err != nil {
			if errCode(err) == "" {
				t.say("%s: %s", clip(h.Name), tarText(a.file, err))
			} else {
				t.say("%s: Cannot write: %s", clip(h.Name), errText(err))
			}
			a.failed = true
			return
		}
		_ = files.Chmod(abs, mode)
	default:
		t.say("%s: Cannot create: this kind of file is not supported", clip(h.Name))
		a.failed = true
		return
	}
	if h.Typeflag != tar.TypeSymlink {
		_ = files.Chtimes(abs, h.ModTime, h.ModTime)
	}
}
