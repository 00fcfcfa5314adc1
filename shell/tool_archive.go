package shell

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
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
	"time"
)

// archiver is one run of tar.
type archiver struct {
	t                   *tool
	mode                byte
	file                string
	verbose, toOut      bool
	codec               *codec // nil: the archive is as it is
	strip               int
	exclude             []*glob
	keepOld             bool
	warnedSlash, failed bool
	differs             bool // -d found that something is otherwise
	deref, flat         bool
	wildcards           bool // the names to read are patterns
	top                 string
	transform           *sedder
	owner, group        *tarOwner // of all that is stored
	numeric             bool
	mtime               time.Time
	entries             int
	nameOfInode         map[uint64]string
	seen                map[string]bool
}

// tarOwner is a user or a group.
type tarOwner struct {
	name string
	id   int
}

// tarOwnerOf reads NAME, NAME:ID or ID. A name without a number has that of who is there.
func tarOwnerOf(s string) *tarOwner {
	name, id, _ := strings.Cut(s, ":")
	if n, err := strconv.Atoi(cmp.Or(id, name)); err == nil && n >= 0 {
		switch {
		case id == "" && n == 0:
			name = "root"
		case id == "":
			name = ""
		}
		return &tarOwner{name, n}
	}
	if name == "root" {
		return &tarOwner{name, 0}
	}
	return &tarOwner{name, userID}
}

// vcsNames are what --exclude-vcs leaves out.
var vcsNames = []string{"CVS", ".cvsignore", "RCS", "SCCS", ".git", ".gitignore", ".gitattributes", ".gitmodules", ".svn", ".arch-ids", "{arch}", ".bzr", ".bzrignore", ".bzrtags", ".hg", ".hgignore", ".hgrags", "_darcs"}

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
	opts, names, bad := getopt(args, "cxtrudzjJf:C:vOkpPT:X:hmwaI:b:SUg:", map[string]string{
		"diff": "d", "compare": "d", "delete": "D", "create": "c", "extract": "x", "get": "x", "list": "t", "append": "r", "update": "u", "gzip": "z", "file=": "f", "directory=": "C",
		"verbose": "v", "to-stdout": "O", "strip-components=": "strip", "exclude=": "exclude", "keep-old-files": "k",
		"preserve-permissions": "p", "absolute-names": "P", "files-from=": "T", "exclude-from=": "X", "dereference": "h", "auto-compress": "a",
		"no-same-owner": "m", "same-owner": "m", "numeric-owner": "numeric", "owner=": "owner", "group=": "group", "mtime=": "mtime", "sort=": "b", "format=": "b",
		"transform=": "transform", "xform=": "transform", "one-top-level?": "top", "no-recursion": "flat", "null": "null", "exclude-vcs": "vcs", "no-wildcards": "plain",
		"no-same-permissions": "m", "show-transformed-names": "m", "verbatim-files-from": "m", "delay-directory-restore": "m", "no-xattrs": "m", "no-acls": "m",
		"bzip2": "j", "xz": "J", "zstd": "zstd", "use-compress-program=": "I", "to-command=": "I", "checkpoint?": "m", "checkpoint-action=": "I", "touch": "m", "overwrite": "U", "wildcards": "wildcards", "one-file-system": "m", "warning=": "b", "totals": "m",
	})
	if bad != "" {
		t.say("%s", bad)
		fmt.Fprintf(t.err, "Try 'tar --help' or 'tar --usage' for more information.\n")
		return 64
	}
	a := archiver{t: t, file: "-", nameOfInode: map[uint64]string{}, seen: map[string]bool{}}
	dir := t.sh.dir
	var from []string
	auto, listEnd := false, byte('\n')
	for _, o := range opts {
		switch o.name {
		case "null":
			listEnd = 0
		case "flat":
			a.flat = true
		case "wildcards", "plain":
			a.wildcards = o.name == "wildcards"
		case "vcs":
			a.exclude = append(a.exclude, t.globs(vcsNames, globMode{})...)
		case "numeric":
			a.numeric = true
		case "owner":
			a.owner = tarOwnerOf(o.value)
		case "group":
			a.group = tarOwnerOf(o.value)
		case "mtime":
			when, ok := parseDate(o.value, t.sh.sys.cfg.Now(), t.sh.zone())
			if info, err := t.sh.stat(o.value); err == nil && strings.ContainsAny(o.value, "./") {
				when, ok = info.ModTime(), true
			}
			if !ok {
				t.say("Substituting %s for unknown date format %s", t.sh.sys.cfg.Now().Format(time.DateTime), quoteName(o.value))
				when = t.sh.sys.cfg.Now()
			}
			a.mtime = when
		case "transform":
			if a.transform == nil {
				a.transform = &sedder{t: t, quiet: true}
			}
			p := sedParser{s: a.transform, text: o.value}
			if !p.parse() || slices.ContainsFunc(a.transform.cmds, func(c *sedCmd) bool { return c.name != 's' || c.to != nil || c.print || c.a1 != nil }) {
				t.say("Invalid transform expression: %s", clip(cmp.Or(p.bad, o.value)))
				return 2
			}
		case "top":
			if a.top = o.value; a.top == "" {
				a.top = "?" // the name of the archive, which is not known yet
			}
		case "c", "x", "t", "r", "u", "d", "D":
			if a.mode != 0 && a.mode != o.name[0] {
				t.say("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option")
				return 2
			}
			a.mode = o.name[0]
		case "z":
			a.codec = &gzipCodec
		case "zstd":
			a.codec = &zstdCodec
		case "j":
			a.codec = &bzip2Codec
		case "J":
			t.say("this compression is not supported: use gzip (-z) or --zstd")
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
			a.exclude = append(a.exclude, t.glob(strings.TrimSuffix(o.value, "/"), globMode{}))
		case "a":
			auto = true
		case "T", "X":
			list, _, err := t.fileLines(o.value, listEnd)
			if err != nil {
				t.say("%s: Cannot open: %s", o.value, errText(err))
				return 2
			}
			if o.name == "T" {
				from = append(from, list...)
			} else {
				a.exclude = append(a.exclude, t.globs(list, globMode{})...)
			}
		}
	}
	for _, c := range codecs {
		if auto && a.codec == nil && (strings.HasSuffix(a.file, c.suffix) || strings.HasSuffix(a.file, c.tar)) {
			a.codec = c
		}
	}
	if a.top == "?" {
		a.top = baseName(a.file)
		if i := strings.Index(a.top, ".t"); i > 0 {
			a.top = a.top[:i]
		}
	}
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
	case 'x', 't', 'd':
		err = a.read(file, names)
	case 'D':
		err = a.delete(file, names)
	default:
		t.say("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
		fmt.Fprintf(t.err, "Try 'tar --help' or 'tar --usage' for more information.\n")
		return 2
	}
	if err != nil {
		t.say("%s", tarText(a.file, err))
		if a.mode != 'c' {
			t.say("Error is not recoverable: exiting now")
		}
		return 2
	}
	if a.differs && !a.failed {
		return 1
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
	case errors.Is(err, errManyEntries):
		return err.Error()
	}
	return "damaged archive"
}

var errManyEntries = fmt.Errorf("more than %d entries", maxArchiveEntries)

func (a *archiver) excluded(name string) bool {
	for at := 0; ; at++ { // a pattern may begin at any part of the name
		if a.t.sh.matchAny(a.exclude, name[at:]) {
			return true
		}
		i := strings.IndexByte(name[at:], '/')
		if i < 0 || len(a.exclude) == 0 {
			return false
		}
		at += i
	}
}

func (a *archiver) create(file string, names []string) (err error) {
	last := func(f func() error) { // what is still to be written may fail, too
		if e := f(); err == nil {
			err = e
		}
	}
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
		defer last(b.Flush)
		w = b
	}
	if a.codec != nil {
		if a.codec.writer == nil {
			t.say("compressing as %s is not supported: use gzip (-z) or --zstd", a.codec.name)
			panic(stopped{2})
		}
		t.hold(a.codec.bytes)
		z, err := a.codec.writer(w, -1)
		if err != nil {
			return err
		}
		defer last(z.Close)
		w = &spendWriter{t, z}
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
		return errManyEntries
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
	stored = a.renamed(stored)
	h := &tar.Header{Name: stored, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Uid: userID, Gid: userID, Uname: userName, Gname: userName, Format: tar.FormatGNU}
	if !a.mtime.IsZero() {
		h.ModTime = a.mtime
	}
	if a.owner != nil {
		h.Uname, h.Uid = a.owner.name, a.owner.id
	}
	if a.group != nil {
		h.Gname, h.Gid = a.group.name, a.group.id
	}
	if a.numeric {
		h.Uname, h.Gname = "", ""
	}
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
	case info.Mode()&fs.ModeSocket != 0:
		fmt.Fprintf(t.err, "tar: %s: socket ignored\n", clip(name))
		return nil
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
		shown := name
		if info.IsDir() {
			shown = strings.TrimSuffix(name, "/") + "/"
		}
		if file == "-" {
			fmt.Fprintln(t.err, shown)
		} else {
			t.out.WriteString(shown + "\n")
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
	if h.Typeflag == tar.TypeDir && depth < maxNesting && !a.flat {
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
	if _, err := a.t.sh.stat(file); err != nil && file != "-" && a.codec == nil {
		return a.create(file, names)
	}
	return a.rewrite(file, func(*tar.Header) bool { return true }, func(tw *tar.Writer) error {
		for _, n := range names {
			if err := a.add(tw, n, file, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// delete takes the named entries out of an archive.
func (a *archiver) delete(file string, names []string) error {
	t := a.t
	found := make([]bool, len(names))
	patterns := t.globs(names, globMode{})
	err := a.rewrite(file, func(h *tar.Header) bool {
		keep := true
		for i, n := range names {
			name, n := strings.TrimSuffix(h.Name, "/"), strings.TrimSuffix(n, "/")
			if name == n || strings.HasPrefix(h.Name, n+"/") || a.wildcards && t.sh.match(patterns[i], name) {
				keep, found[i] = false, true
			}
		}
		return keep
	}, func(*tar.Writer) error { return nil })
	for i, n := range names {
		if !found[i] && err == nil {
			t.say("%s: Not found in archive", n)
			a.failed = true
		}
	}
	return err
}

// compare says what is otherwise in the workspace than in an entry.
func (a *archiver) compare(h *tar.Header, r io.Reader) error {
	t := a.t
	name := h.Name
	if a.verbose {
		t.out.WriteString(name + "\n")
	}
	differ := func(what string) {
		t.out.WriteString(name + ": " + what + "\n")
		a.differs = true
	}
	info, err := t.sh.lstat(strings.TrimSuffix(name, "/"))
	if err != nil {
		t.say("%s: Warning: Cannot stat: %s", name, errText(err))
		a.differs = true
		return nil
	}
	kind := map[byte]fs.FileMode{tar.TypeDir: fs.ModeDir, tar.TypeSymlink: fs.ModeSymlink}[h.Typeflag]
	if h.Typeflag == tar.TypeLink {
		to, err := t.sh.lstat(h.Linkname)
		if err != nil || !sameInode(to, info) {
			differ("Not linked to " + h.Linkname)
		}
		return nil
	}
	if info.Mode().Type() != kind {
		differ("File type differs")
		return nil
	}
	if kind == fs.ModeSymlink {
		if to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(name)); err != nil || to != h.Linkname {
			differ("Symlink differs")
		}
		return nil
	}
	if info.Mode().Perm() != fs.FileMode(h.Mode).Perm() {
		differ("Mode differs")
	}
	if kind == fs.ModeDir {
		return nil
	}
	if h.Uid != userID {
		differ("Uid differs")
	}
	if h.Gid != userID {
		differ("Gid differs")
	}
	if info.ModTime().Unix() != h.ModTime.Unix() {
		differ("Mod time differs")
	}
	if info.Size() != h.Size {
		differ("Size differs")
		return nil
	}
	f, err := t.open(name)
	if err != nil {
		t.say("%s: Cannot open: %s", name, errText(err))
		a.failed = true
		return nil
	}
	defer f.close()
	x, y := make([]byte, 16<<10), make([]byte, 16<<10)
	for {
		n, err := io.ReadFull(r, x)
		m, _ := io.ReadFull(f, y[:n])
		t.sh.spend(int64(n) / 16)
		if !bytes.Equal(x[:n], y[:m]) {
			differ("Contents differ")
			return nil
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) && n < len(x) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rewrite writes an archive again with the entries that keep says, and what more adds.
func (a *archiver) rewrite(file string, keep func(*tar.Header) bool, more func(*tar.Writer) error) error {
	t := a.t
	if a.codec != nil || file == "-" {
		t.say("Cannot update compressed archives")
		panic(stopped{2})
	}
	in, err := t.open(file)
	if err != nil {
		return err
	}
	old, err := t.all(in)
	in.close()
	if err != nil {
		return err
	}
	for _, c := range codecs {
		if bytes.HasPrefix(old, []byte(c.magic)) {
			t.say("Cannot update compressed archives")
			t.say("Error is not recoverable: exiting now")
			panic(stopped{2})
		}
	}
	for tr := tar.NewReader(bytes.NewReader(old)); ; { // nothing is lost if it is damaged
		if _, err := tr.Next(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		t.sh.spend(100)
	}
	d, err := t.create(file, os.O_TRUNC)
	if err != nil {
		return err
	}
	defer d.drop()
	w := bufio.NewWriterSize(descWriter{t.sh, d}, 32<<10)
	tw := tar.NewWriter(w)
	tr := tar.NewReader(bytes.NewReader(old))
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		t.sh.spend(200)
		if a.entries++; a.entries > maxArchiveEntries {
			return errManyEntries
		}
		if !keep(h) {
			continue
		}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if err := t.copy(tw, tr); err != nil {
			return err
		}
	}
	if err := more(tw); err != nil {
		return err
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
	magic, _ := br.Peek(4)
	packed := false
	for _, c := range codecs {
		if !bytes.HasPrefix(magic, []byte(c.magic)) {
			continue
		}
		t.hold(c.bytes)
		z, end, err := c.reader(br)
		if err != nil {
			return err
		}
		defer end()
		r, packed = &spendReader{t, z}, true
	}
	if a.codec != nil && !packed {
		return gzip.ErrHeader
	}
	tr := tar.NewReader(r)
	found := make([]bool, len(names))
	var patterns []*glob
	if a.wildcards {
		patterns = t.globs(names, globMode{})
	}
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
			return errManyEntries
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if len(names) > 0 {
			want := false
			for i, n := range names {
				n = strings.TrimSuffix(n, "/")
				if a.wildcards && t.sh.match(patterns[i], strings.TrimSuffix(h.Name, "/")) || strings.TrimSuffix(h.Name, "/") == n || strings.HasPrefix(h.Name, n+"/") {
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
		switch a.mode {
		case 't':
			a.list(h)
			continue
		case 'd':
			if err := a.compare(h, tr); err != nil {
				return err
			}
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

// spendWriter bills what is to be compressed.
type spendWriter struct {
	t *tool
	w io.Writer
}

func (s *spendWriter) Write(b []byte) (int, error) {
	s.t.sh.spend(int64(len(b)) * gzipUnits)
	return s.w.Write(b)
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
	user, group := strconv.Itoa(h.Uid), strconv.Itoa(h.Gid)
	if !a.numeric {
		user, group = cmp.Or(h.Uname, user), cmp.Or(h.Gname, group)
	}
	owner := user + "/" + group
	fmt.Fprintf(t.out, "%s %s %*d %s %s\n", m, owner, max(18-len(owner), 1), h.Size, h.ModTime.In(t.sh.zone()).Format("2006-01-02 15:04"), shown)
}

// member checks the name of an entry and returns where it goes, or "".
func (a *archiver) member(name string) string {
	name = strings.TrimLeft(a.renamed(name), "/")
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
	if a.top != "" && parts[0] != "" && parts[0] != a.top {
		parts = append([]string{a.top}, parts...)
	}
	return strings.Join(parts, "/")
}

// renamed is what --transform makes of a name.
func (a *archiver) renamed(name string) string {
	if a.transform == nil {
		return name
	}
	s := a.transform
	s.space = []byte(name)
	for _, c := range s.cmds {
		s.substitute(c)
	}
	return string(s.space)
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
	if t.linked("", name) {
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
		if err = t.copyTo(d, r); err != nil {
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
