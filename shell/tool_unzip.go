package shell

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// zipArchive is an open archive.
type zipArchive struct {
	*zip.Reader
	name string
	size int64
	d    *desc
	held int64
}

const (
	// zipEntryBytes is what is held per byte of an archive's directory: an entry
	// of it is at least 46 bytes, and takes some hundred here.
	zipEntryBytes = 8
	// zipIndexPart of an archive's size is what its reader may take at once.
	zipIndexPart = 3
)

// zipSource reads an archive where it is asked to, and bills it. While the
// directory is read, each byte of it is memory.
type zipSource struct {
	t       *tool
	f       *fileStream
	a       *zipArchive
	opening bool
}

func (s *zipSource) ReadAt(b []byte, at int64) (int, error) {
	n, err := s.f.file.ReadAt(b, at)
	s.t.sh.spend(20 + int64(n)/16)
	if s.opening {
		s.t.hold(int64(n) * zipEntryBytes)
		s.a.held += int64(n) * zipEntryBytes
	}
	if n < len(b) && err == nil {
		err = io.EOF
	}
	return n, err
}

// openZip opens an archive by its name, or by that and ".zip".
func (t *tool) openZip(name string) (*zipArchive, error) {
	f, err := t.open(name)
	if err != nil && errCode(err) == "ENOENT" {
		if g, err2 := t.open(name + ".zip"); err2 == nil {
			f, err, name = g, nil, name+".zip"
		}
	}
	if err != nil {
		return nil, err
	}
	if f.d == nil || f.d.file() == nil {
		f.close()
		return nil, errno("EINVAL")
	}
	info, err := f.d.file().file.Stat()
	if err != nil {
		f.close()
		return nil, err
	}
	a := &zipArchive{name: name, size: info.Size(), d: f.take()}
	t.hold(a.size / zipIndexPart)
	a.held = a.size / zipIndexPart
	src := &zipSource{t: t, f: f.d.file(), a: a, opening: true}
	a.Reader, err = zip.NewReader(src, a.size)
	src.opening = false
	if err == nil && len(a.File) > maxArchiveEntries {
		err = errManyEntries
	}
	if err != nil {
		a.close(t)
		return nil, err
	}
	return a, nil
}

func (a *zipArchive) close(t *tool) {
	t.unhold(a.held)
	a.d.drop()
}

// unzipper is one run of unzip.
type unzipper struct {
	t                                        *tool
	a                                        *zipArchive
	dir                                      string
	mode                                     byte // x l v t p c z
	quiet                                    int
	junk, over, never, freshen, update, fold bool
	want, leave                              []*glob
	words                                    []string
	found                                    []bool
	links                                    [][2]string
	code                                     int
	answers                                  *lines
}

func unzip(t *tool) int {
	if len(t.args) > 0 && strings.HasPrefix(t.args[0], "-Z") {
		args := t.args[1:]
		if t.args[0] != "-Z" {
			args = append([]string{"-" + t.args[0][2:]}, args...)
		}
		return t.zipInfo(args)
	}
	u := unzipper{t: t, mode: 'x', answers: t.lines(t.in)}
	var names, leave []string
	excluding := false
	for i := 0; i < len(t.args); i++ {
		a := t.args[i]
		if len(a) < 2 || a[0] != '-' {
			if excluding {
				leave = append(leave, a)
			} else {
				names = append(names, a)
			}
			continue
		}
		excluding = false
		for j := 1; j < len(a); j++ {
			switch c := a[j]; c {
			case 'd':
				if u.dir = a[j+1:]; u.dir == "" {
					if i++; i == len(t.args) {
						return u.usage("must specify directory to which to extract with -d option")
					}
					u.dir = t.args[i]
				}
				j = len(a)
			case 'x':
				excluding = true
			case 'l', 'v', 't', 'p', 'c', 'z':
				u.mode = c
			case 'q':
				u.quiet++
			case 'j':
				u.junk = true
			case 'o':
				u.over = true
			case 'n':
				u.never = true
			case 'f':
				u.freshen = true
			case 'u':
				u.update = true
			case 'C':
				u.fold = true
			case 'a', 'b', 'B', 'D', 'K', 'L', 'U', 'X', 'V', ':', '^', '-':
			case 'P':
				return u.usage("passwords are not supported")
			default:
				return u.usage(fmt.Sprintf("unknown option -%c", c))
			}
		}
	}
	if len(names) == 0 {
		return u.usage("no archive is named")
	}
	mode := globMode{fold: u.fold}
	u.words, u.found = names[1:], make([]bool, len(names)-1)
	u.want, u.leave = t.globs(u.words, mode), t.globs(leave, mode)
	a, code := t.mustOpenZip(names[0])
	if a == nil {
		return code
	}
	defer a.close(t)
	u.a = a
	return u.run()
}

// mustOpenZip opens an archive, or says why it cannot and gives the status.
func (t *tool) mustOpenZip(name string) (*zipArchive, int) {
	a, err := t.openZip(name)
	switch {
	case err == nil:
		return a, 0
	case errCode(err) == "ENOENT":
		t.sayPlain("%s:  cannot find or open %s, %s.zip or %s.ZIP.", t.name, clip(name), clip(name), clip(name))
	case errCode(err) != "":
		t.sayPlain("%s:  cannot open %s: %s", t.name, clip(name), errText(err))
	case errors.Is(err, errManyEntries):
		t.sayPlain("%s:  %s: %s", t.name, clip(name), err.Error())
	default:
		t.sayPlain("  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it constitutes one disk of a multi-part archive.\n%s:  cannot find zipfile directory in %s.", t.name, clip(name))
	}
	return nil, 9
}

// sayPlain writes a line to standard error.
func (t *tool) sayPlain(format string, args ...any) {
	_ = t.out.Flush()
	fmt.Fprintf(t.err, format+"\n", args...)
}

func (u *unzipper) usage(why string) int {
	u.t.sayPlain("unzip:  %s\nUsage: unzip [-cflnopqtuvz] [-CjX] file[.zip] [list] [-x xlist] [-d exdir]", why)
	return 10
}

// worse notes a status; the worst is how it ends.
func (u *unzipper) worse(code int) { u.code = max(u.code, code) }

// safeText is a name without what a terminal would take for a command.
func safeText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// chosen reports whether an entry is one that was asked for.
func (u *unzipper) chosen(name string) bool {
	u.t.sh.spend(100)
	yes := len(u.want) == 0
	for i, g := range u.want {
		if u.t.sh.match(g, name) {
			yes, u.found[i] = true, true
		}
	}
	return yes && !u.t.sh.matchAny(u.leave, name)
}

func (u *unzipper) run() int {
	t := u.t
	shown := u.a.name
	named := u.quiet == 0
	switch u.mode {
	case 'z':
		named = true
	case 'l', 'v':
		named = u.quiet < 2
	case 'p':
		named = false
	}
	if named {
		t.out.WriteString("Archive:  " + shown + "\n")
	}
	switch u.mode {
	case 'z':
		if c := u.a.Comment; c != "" {
			t.out.WriteString(safeText(c) + "\n")
		}
		return 0
	case 'l', 'v':
		u.list()
	default:
		if u.a.Comment != "" && u.mode == 'x' && u.quiet == 0 {
			t.out.WriteString(safeText(u.a.Comment) + "\n")
		}
		for _, f := range u.a.File {
			if u.chosen(f.Name) {
				u.one(f)
			}
		}
		u.link()
	}
	any := len(u.words) == 0
	for i, w := range u.words {
		any = any || u.found[i]
		if !u.found[i] {
			t.sayPlain("caution: filename not matched:  %s", clip(w))
		}
	}
	if !any {
		u.worse(11)
	}
	if u.mode == 't' && u.quiet < 2 {
		if u.code == 0 {
			t.out.WriteString("No errors detected in compressed data of " + shown + ".\n")
		} else {
			t.out.WriteString("At least one error was detected in " + shown + ".\n")
		}
	}
	return u.code
}

// numberOf is a number of things, as "1 file" or "2 files".
func numberOf(n int, one string) string {
	if n != 1 {
		one += "s"
	}
	return fmt.Sprintf("%d %s", n, one)
}

// percent is how much smaller something became.
func percent(small, large uint64) int {
	if large == 0 || small > large {
		return 0
	}
	return int((1-float64(small)/float64(large))*100 + 0.5)
}

func (u *unzipper) list() {
	t := u.t
	head, line, tail := "  Length      Date    Time    Name\n", "---------  ---------- -----   ----\n", "---------                     -------\n"
	if u.mode == 'v' {
		head, line, tail = " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n", "--------  ------  ------- ---- ---------- ----- --------  ----\n", "--------          -------  ---                            -------\n"
	}
	if u.quiet < 2 {
		t.out.WriteString(head + line)
	}
	var size, packed uint64
	n := 0
	for _, f := range u.a.File {
		if !u.chosen(f.Name) {
			continue
		}
		n++
		size += f.UncompressedSize64
		packed += f.CompressedSize64
		when := f.Modified.In(t.sh.zone()).Format("2006-01-02 15:04")
		if u.mode == 'l' {
			fmt.Fprintf(t.out, "%9d  %s   %s\n", f.UncompressedSize64, when, safeText(f.Name))
			continue
		}
		method := "Stored"
		switch f.Method {
		case zip.Store:
		case zip.Deflate:
			method = "Defl:N"
		default:
			method = fmt.Sprintf("Unk:%03d", f.Method)
		}
		fmt.Fprintf(t.out, "%8d  %s %8d %3d%% %s %08x  %s\n", f.UncompressedSize64, method, f.CompressedSize64, percent(f.CompressedSize64, f.UncompressedSize64), when, f.CRC32, safeText(f.Name))
	}
	switch {
	case u.quiet >= 2:
	case u.mode == 'l':
		fmt.Fprintf(t.out, "%s%9d                     %s\n", tail, size, numberOf(n, "file"))
	default:
		fmt.Fprintf(t.out, "%s%8d         %8d %3d%%                            %s\n", tail, size, packed, percent(packed, size), numberOf(n, "file"))
	}
}

// target is where an entry goes below the directory, or "".
func (u *unzipper) target(name string) string {
	if strings.ContainsRune(name, 0) {
		return ""
	}
	kept := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	if strings.HasPrefix(name, "/") {
		u.t.sayPlain("warning:  stripped absolute path spec from %s", safeText(clip(name)))
		u.worse(1)
	}
	n := 0
	up := false
	for _, p := range kept {
		if up = up || p == ".."; p != ".." && p != "." {
			kept[n] = p
			n++
		}
	}
	if up {
		u.t.sayPlain("warning:  skipped \"../\" path component(s) in %s", safeText(clip(name)))
		u.worse(1)
	}
	if u.junk && n > 0 {
		return kept[n-1]
	}
	return strings.Join(kept[:n], "/")
}

// data opens what an entry holds; nil: it cannot be read here, which was said.
func (u *unzipper) data(f *zip.File) io.ReadCloser {
	if f.Flags&1 != 0 {
		u.t.sayPlain("   skipping: %-22s  encrypted entries are not supported", safeText(clip(f.Name)))
		u.worse(81)
		return nil
	}
	r, err := f.Open()
	if err != nil {
		if errors.Is(err, zip.ErrAlgorithm) {
			u.t.sayPlain("   skipping: %-22s  unsupported compression method %d", safeText(clip(f.Name)), f.Method)
			u.worse(81)
		} else {
			u.t.sayPlain("file %s:  bad zipfile offset (local header sig)", safeText(clip(f.Name)))
			u.worse(3)
		}
		return nil
	}
	return r
}

// copy moves an entry's data, and says what is wrong with them.
func (u *unzipper) copy(w io.Writer, r io.Reader, f *zip.File) {
	u.t.hold(gzipBytes)
	defer u.t.unhold(gzipBytes)
	err := u.t.copy(w, &spendReader{u.t, r})
	switch {
	case err == nil:
	case errors.Is(err, zip.ErrChecksum):
		u.t.sayPlain("%s:  bad CRC (should be %08x)", safeText(clip(f.Name)), f.CRC32)
		u.worse(2)
	case errCode(err) != "":
		u.t.sayPlain("%s:  write error: %s", safeText(clip(f.Name)), errText(err))
		u.worse(50)
	default:
		u.t.sayPlain("%s:  invalid compressed data to inflate", safeText(clip(f.Name)))
		u.worse(2)
	}
}

// one does with an entry what is to be done.
func (u *unzipper) one(f *zip.File) {
	t := u.t
	dir := strings.HasSuffix(f.Name, "/")
	verb := "  inflating:"
	if f.Method == zip.Store {
		verb = " extracting:"
	}
	switch u.mode {
	case 'x':
		u.extract(f, dir, verb)
		return
	case 't':
		if u.quiet == 0 {
			fmt.Fprintf(t.out, "    testing: %-22s ", safeText(f.Name))
		}
	case 'c':
		if dir {
			return
		}
		if u.quiet == 0 {
			fmt.Fprintf(t.out, "%s %-22s  \n", verb, safeText(f.Name))
		}
	}
	before := u.code
	if !dir {
		if r := u.data(f); r != nil {
			var w io.Writer = t.out
			if u.mode == 't' {
				w = io.Discard
			}
			u.copy(w, r, f)
			_ = r.Close()
		}
	}
	switch {
	case u.mode == 'c' && u.quiet == 0:
		t.out.WriteByte('\n')
	case u.mode == 't' && u.quiet == 0 && u.code == before:
		t.out.WriteString("  OK\n")
	case u.mode == 't' && u.quiet == 0:
		t.out.WriteByte('\n')
	}
}

func (u *unzipper) extract(f *zip.File, dir bool, verb string) {
	t := u.t
	files := t.sh.sys.cfg.Files
	name := u.target(f.Name)
	if name == "" || dir && u.junk {
		if name == "" && !dir {
			t.sayPlain("   skipping: %s  (its name is none)", safeText(clip(f.Name)))
			u.worse(1)
		}
		return
	}
	full := joinName(u.dir, name)
	fail := func(why string) {
		t.sayPlain("checkdir error:  cannot create %s\n                 %s", safeText(clip(full)), why)
		u.worse(2)
	}
	if t.linked(u.dir, name) {
		fail("a part of its path is a symbolic link")
		return
	}
	abs := t.sh.abs(full)
	if dir {
		if info, err := t.sh.stat(full); err == nil && info.IsDir() {
			return
		}
		if err := t.sh.mkdirAll(abs); err != nil {
			fail(errText(err))
			return
		}
		if u.quiet == 0 {
			t.out.WriteString("   creating: " + safeText(full) + "/\n")
		}
		return
	}
	old, err := t.sh.lstat(full)
	exists := err == nil
	if exists {
		if old.IsDir() {
			fail("Is a directory")
			return
		}
		newer := f.Modified.After(old.ModTime())
		if (u.freshen || u.update) && !newer || u.never || !u.over && !u.ask(full) {
			return
		}
	} else if u.freshen {
		return
	}
	r := u.data(f)
	if r == nil {
		return
	}
	defer r.Close()
	if err := t.sh.mkdirAll(t.sh.abs(joinName(u.dir, path.Dir(name)))); err != nil {
		fail(errText(err))
		return
	}
	if exists {
		if err := files.Unlink(abs); err != nil {
			fail(errText(err))
			return
		}
	}
	if f.Mode()&fs.ModeSymlink != 0 {
		u.later(f, r, full)
		return
	}
	mode := fs.FileMode(0o666)
	if f.CreatorVersion>>8 == 3 && f.Mode().Perm() != 0 {
		mode = f.Mode().Perm()
	}
	d, err := t.sh.open(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		fail(errText(err))
		return
	}
	defer d.drop()
	if u.quiet == 0 {
		fmt.Fprintf(t.out, "%s %-22s  \n", verb, safeText(full))
	}
	u.copy(descWriter{t.sh, d}, r, f)
	_ = files.Chtimes(abs, f.Modified, f.Modified)
}

// ask asks whether a file may be replaced.
func (u *unzipper) ask(name string) bool {
	for {
		fmt.Fprintf(u.t.out, "replace %s? [y]es, [n]o, [A]ll, [N]one: ", safeText(name))
		_ = u.t.out.Flush()
		line, ok := u.answers.next()
		if !ok {
			u.t.sayPlain(" NULL\n(EOF or read error, treating as \"[N]one\" ...)")
			u.never = true
			u.worse(1)
			return false
		}
		switch strings.TrimSpace(string(line)) {
		case "y", "Y", "yes":
			return true
		case "n", "no":
			return false
		case "A":
			u.over = true
			return true
		case "N":
			u.never = true
			return false
		}
		fmt.Fprintf(u.t.out, "error:  invalid response\n")
	}
}

// maxZipLink bounds the target of a symbolic link.
const maxZipLink = 4096

// later keeps a symbolic link until all else is there, so that nothing of the
// archive goes through it.
func (u *unzipper) later(f *zip.File, r io.Reader, full string) {
	var to bytes.Buffer
	u.copy(&to, io.LimitReader(r, maxZipLink+1), f)
	if to.Len() == 0 || to.Len() > maxZipLink || bytes.IndexByte(to.Bytes(), 0) >= 0 {
		u.t.sayPlain("   skipping: %s  (a bad symbolic link)", safeText(clip(full)))
		u.worse(2)
		return
	}
	u.t.hold(int64(to.Len()+len(full)) + 64)
	u.links = append(u.links, [2]string{full, to.String()})
	if u.quiet == 0 {
		fmt.Fprintf(u.t.out, "    linking: %-22s  -> %s \n", safeText(full), safeText(to.String()))
	}
}

func (u *unzipper) link() {
	if len(u.links) > 0 && u.quiet == 0 {
		u.t.out.WriteString("finishing deferred symbolic links:\n")
	}
	for _, l := range u.links {
		if u.quiet == 0 {
			fmt.Fprintf(u.t.out, "  %-22s -> %s\n", safeText(l[0]), safeText(l[1]))
		}
		if err := u.t.sh.sys.cfg.Files.Symlink(l[1], u.t.sh.abs(l[0])); err != nil {
			u.t.sayPlain("symlink error: %s: %s", safeText(clip(l[0])), errText(err))
			u.worse(2)
		}
	}
}

func zipinfo(t *tool) int { return t.zipInfo(t.args) }

// zipInfo is zipinfo, and unzip -Z.
func (t *tool) zipInfo(args []string) int {
	opts, names, bad := getopt(args, "12CTMshltmvxz", nil)
	if bad != "" {
		return t.usage(10, "%s", bad)
	}
	if len(names) == 0 {
		return t.usage(10, "no archive is named")
	}
	on := map[string]bool{}
	for _, o := range opts {
		on[o.name] = true
	}
	a, code := t.mustOpenZip(names[0])
	if a == nil {
		return code
	}
	defer a.close(t)
	u := unzipper{t: t, a: a, words: names[1:], want: t.globs(names[1:], globMode{}), found: make([]bool, len(names)-1)}
	bare := on["1"] || on["2"]
	only := (on["h"] || on["t"]) && !on["s"] && !on["l"] && !on["m"]
	header := on["h"] || !bare && !only && len(u.words) == 0
	totals := on["t"] || !bare && !only && len(u.words) == 0
	if header {
		fmt.Fprintf(t.out, "Archive:  %s\nZip file size: %d bytes, number of entries: %d\n", a.name, a.size, len(a.File))
	}
	var size, packed uint64
	n := 0
	for _, f := range a.File {
		if !u.chosen(f.Name) {
			continue
		}
		n++
		size += f.UncompressedSize64
		packed += f.CompressedSize64
		switch {
		case only && !bare:
		case bare:
			t.out.WriteString(safeText(f.Name) + "\n")
		default:
			system, kind, method := "unx", "b", "stor"
			if f.CreatorVersion>>8 != 3 {
				system = "fat"
			}
			if len(f.Extra) > 0 {
				kind += "x"
			} else {
				kind += "-"
			}
			switch f.Method {
			case zip.Store:
			case zip.Deflate:
				method = "defN"
			default:
				method = fmt.Sprintf("u%03d", f.Method)
			}
			between := ""
			switch {
			case on["m"]:
				between = fmt.Sprintf(" %2d%%", percent(f.CompressedSize64, f.UncompressedSize64))
			case on["l"]:
				between = fmt.Sprintf(" %8d", f.CompressedSize64)
			}
			fmt.Fprintf(t.out, "%s  %d.%d %s %8d %s%s %s %s %s\n", modeString(f.Mode()), f.CreatorVersion&0xff/10, f.CreatorVersion&0xff%10, system,
				f.UncompressedSize64, kind, between, method, f.Modified.In(t.sh.zone()).Format("06-Jan-02 15:04"), safeText(f.Name))
		}
	}
	if totals {
		ratio := 0.0
		if size > 0 {
			ratio = (1 - float64(packed)/float64(size)) * 100
		}
		fmt.Fprintf(t.out, "%s, %d bytes uncompressed, %d bytes compressed:  %.1f%%\n", numberOf(n, "file"), size, packed, ratio)
	}
	if len(u.words) > 0 && n == 0 {
		return 11
	}
	return 0
}
