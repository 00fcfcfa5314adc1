package shell

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
	"unicode/utf8"
)

// zipper is one run of zip.
type zipper struct {
	t                                                         *tool
	name                                                      string // of the archive; "-" is standard output
	level                                                     int
	quiet, recurse, junk, noDirs, move, update, freshen, keep bool
	remove, test, verbose, sync, list                         bool
	leave, only                                               []*glob

	items   []zipItem
	at      map[string]int // of a stored name in items
	entries int
	missing bool
}

// zipItem is an entry of the archive that is made.
type zipItem struct {
	stored, source string
	info           fs.FileInfo
	old            *zip.File // as it is in the archive that there was
	fresh          bool      // the source is to be stored
	gone           bool
}

func zipTool(t *tool) int {
	z := zipper{t: t, level: flate.DefaultCompression, at: map[string]int{}}
	var names []string
	var lists [2][]string // of -x and -i
	take := -1
	fail := func(code int, what, why string) int {
		t.out.WriteString("\nzip error: " + what + " (" + why + ")\n")
		return code
	}
	dashes := false
	for i := 0; i < len(t.args); i++ {
		a := t.args[i]
		if take >= 0 && (a == "@" || len(a) > 1 && a[0] == '-') {
			take = -1
			if a == "@" {
				continue
			}
		}
		switch {
		case take >= 0:
			lists[take] = append(lists[take], strings.TrimPrefix(a, "./"))
			continue
		case dashes || len(a) < 2 || a[0] != '-':
			names = append(names, a)
			continue
		case a == "--":
			dashes = true
			continue
		}
		word := a[1:]
		switch {
		case a == "-FS" || a == "--filesync":
			z.sync, word = true, ""
		case strings.HasPrefix(a, "--"):
			long := map[string]string{"recurse-paths": "r", "quiet": "q", "junk-paths": "j", "delete": "d", "move": "m", "update": "u", "freshen": "f", "exclude": "x", "include": "i", "names-stdin": "@", "no-dir-entries": "D", "symlinks": "y", "no-extra": "X", "test": "T", "verbose": "v", "grow": "g", "encrypt": "e", "password": "P"}
			if word = long[a[2:]]; word == "" {
				return fail(16, "Invalid command arguments", "long option '"+clip(a[2:])+"' not supported")
			}
		}
		for j := 0; j < len(word); j++ {
			switch c := word[j]; c {
			case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
				z.level = int(c - '0')
			case 'q':
				z.quiet = true
			case 'r':
				z.recurse = true
			case 'j':
				z.junk, z.noDirs = true, true
			case 'D':
				z.noDirs = true
			case 'm':
				z.move = true
			case 'u':
				z.update = true
			case 'f':
				z.freshen = true
			case 'd':
				z.remove = true
			case 'y':
				z.keep = true
			case 'T':
				z.test = true
			case 'v':
				z.verbose = true
			case '@':
				z.list = true
			case 'x', 'i':
				take = 0
				if c == 'i' {
					take = 1
				}
				if rest := word[j+1:]; rest != "" && !strings.HasPrefix(a, "--") {
					lists[take] = append(lists[take], strings.TrimPrefix(rest, "./"))
					j = len(word)
				}
			case 'X', 'g', 'o', 'A', 'S', 'k', 'l', 'L':
			default:
				return fail(16, "Invalid command arguments", "option '"+string(rune(c))+"' not supported")
			}
		}
	}
	if len(names) == 0 {
		t.sayPlain("zip [-options] [zipfile list]: name an archive and the files to add to it")
		return 16
	}
	z.leave, z.only = t.globs(lists[0], globMode{}), t.globs(lists[1], globMode{})
	z.name, names = names[0], names[1:]
	if z.list {
		more, _ := t.allLines(t.in, '\n')
		names = append(names, more...)
	}
	if z.name != "-" && path.Ext(z.name) == "" {
		if _, err := t.sh.stat(z.name); err != nil {
			z.name += ".zip"
		}
	}
	var old *zipArchive
	if _, err := t.sh.stat(z.name); err == nil && z.name != "-" {
		if old, err = t.openZip(z.name); err != nil {
			if errors.Is(err, errManyEntries) {
				return fail(3, err.Error(), clip(z.name))
			}
			return fail(3, "Zip file structure invalid", clip(z.name))
		}
		defer old.close(t)
		for _, f := range old.File {
			z.item(zipItem{stored: f.Name, old: f})
		}
	}
	if z.remove {
		return z.delete(old, names, fail)
	}
	if len(names) == 0 && !z.freshen && old == nil {
		return fail(12, "Nothing to do!", z.name)
	}
	if len(names) == 0 && z.freshen {
		for _, it := range z.items {
			names = append(names, it.stored)
		}
	}
	for _, name := range names {
		if err := z.add(name, 0); err != nil {
			return fail(3, err.Error(), clip(z.name))
		}
	}
	if z.test && len(names) == 0 && old != nil {
		u := unzipper{t: t, a: old, mode: 't', quiet: 2}
		if u.run() != 0 {
			return fail(8, "Zip file invalid", clip(z.name))
		}
		t.out.WriteString("test of " + z.name + " OK\n")
		return 0
	}
	some := false
	for i := range z.items {
		it := &z.items[i]
		if z.sync && it.old != nil && it.info == nil {
			it.gone = true
		}
		some = some || it.fresh || it.gone
	}
	if !some {
		if old != nil && (z.update || z.freshen || z.sync) && !z.missing {
			return 12
		}
		return fail(12, "Nothing to do!", z.name)
	}
	if code, why := z.make(); code != 0 {
		return fail(code, why, clip(z.name))
	}
	if z.test {
		t.out.WriteString("test of " + z.name + " OK\n")
	}
	if z.move {
		z.clear()
	}
	if z.missing {
		return 18
	}
	return t.code
}

// item adds an entry, or finds the one of that name.
func (z *zipper) item(it zipItem) *zipItem {
	if i, ok := z.at[it.stored]; ok {
		return &z.items[i]
	}
	z.t.hold(int64(2*len(it.stored)+len(it.source)) + 200)
	z.at[it.stored] = len(z.items)
	z.items = append(z.items, it)
	return &z.items[len(z.items)-1]
}

func (z *zipper) chosen(stored string) bool {
	sh := z.t.sh
	return !sh.matchAny(z.leave, stored) && (len(z.only) == 0 || sh.matchAny(z.only, stored))
}

// add takes a file, or with -r a directory and all in it. Its error is that there
// are too many.
func (z *zipper) add(name string, depth int) error {
	t := z.t
	t.sh.spend(200)
	if z.entries++; z.entries > maxArchiveEntries {
		return errManyEntries
	}
	if name == "-" && depth == 0 {
		it := z.item(zipItem{stored: "-"})
		it.source, it.fresh = "-", true
		return nil
	}
	look := t.sh.stat
	if z.keep {
		look = t.sh.lstat
	}
	info, err := look(name)
	if err != nil || strings.HasPrefix(t.sh.abs(name), "/dev/") {
		if depth == 0 {
			t.sayPlain("\tzip warning: name not matched: %s", clip(name))
			z.missing = true
		}
		return nil
	}
	if logical(t.sh.abs(name)) == logical(t.sh.abs(z.name)) {
		return nil
	}
	stored := path.Clean("/" + name)[1:]
	if z.junk {
		stored = path.Base(stored)
	}
	if info.IsDir() {
		stored += "/"
	}
	if stored != "/" && stored != "" && !(info.IsDir() && z.noDirs) && z.chosen(stored) {
		z.take(name, stored, info)
	}
	if !info.IsDir() || !z.recurse || depth >= maxNesting {
		return nil
	}
	entries, err := t.sh.readDir(name)
	if err != nil {
		t.sayPlain("\tzip warning: could not open for reading: %s", clip(name))
		z.missing = true
		return nil
	}
	for _, e := range entries {
		if err := z.add(joinName(name, e.Name()), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// take says that a file is to be stored, unless what is stored is as new.
func (z *zipper) take(name, stored string, info fs.FileInfo) {
	_, has := z.at[stored]
	if z.freshen && !has {
		return
	}
	it := z.item(zipItem{stored: stored})
	it.source, it.info, it.fresh = name, info, true
	if it.old != nil && (z.update || z.freshen || z.sync) {
		seconds := it.old.Modified.Unix()
		it.fresh = info.ModTime().Unix() > seconds || z.sync && (info.ModTime().Unix() != seconds || !info.IsDir() && uint64(info.Size()) != it.old.UncompressedSize64)
	}
}

// delete is zip -d.
func (z *zipper) delete(old *zipArchive, names []string, fail func(int, string, string) int) int {
	if old == nil {
		return fail(12, "Nothing to do!", z.name)
	}
	any := false
	for _, name := range names {
		g := z.t.glob(name, globMode{})
		found := false
		for i := range z.items {
			if z.t.sh.match(g, z.items[i].stored) {
				z.items[i].gone = true
				found = true
			}
		}
		if !found {
			z.t.sayPlain("\tzip warning: name not matched: %s", clip(name))
		}
		any = any || found
	}
	if !any {
		return fail(12, "Nothing to do!", z.name)
	}
	if code, why := z.make(); code != 0 {
		return fail(code, why, clip(z.name))
	}
	return z.t.code
}

// make writes the archive anew, and puts it in the place of the old one when it
// is whole.
func (z *zipper) make() (code int, why string) {
	t := z.t
	files := t.sh.sys.cfg.Files
	left := 0
	for _, it := range z.items {
		if !it.gone {
			left++
		}
	}
	abs := t.sh.abs(z.name)
	if left == 0 {
		t.sayPlain("\tzip warning: zip file empty")
		z.tell()
		_ = files.Unlink(abs)
		return 0, ""
	}
	var w io.Writer = t.out
	temp := ""
	if z.name != "-" {
		raw := make([]byte, 8)
		t.sh.sys.cfg.Random(raw)
		temp = path.Join(path.Dir(abs), fmt.Sprintf("zi%x", raw))
		d, err := t.sh.open(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return 15, "Could not create output file"
		}
		done := false
		defer func() {
			d.drop()
			if !done {
				_ = files.Unlink(temp)
			}
		}()
		w = descWriter{t.sh, d}
		defer func() {
			if code == 0 {
				mode := fs.FileMode(0)
				if info, err := t.sh.stat(z.name); err == nil {
					mode = info.Mode().Perm()
				}
				if err := files.Rename(temp, abs); err != nil {
					code, why = 15, "Could not create output file"
					return
				}
				done = true
				if mode != 0 {
					_ = files.Chmod(abs, mode)
				}
			}
		}()
	}
	zw := zip.NewWriter(w)
	t.hold(gzipBytes)
	defer t.unhold(gzipBytes)
	for _, it := range z.items {
		t.sh.spend(200)
		switch {
		case it.gone:
			z.say("deleting: " + it.stored)
			continue
		case it.fresh:
			if code, why := z.store(zw, it); code != 0 {
				return code, why
			}
			continue
		}
		t.hold(256)
		if err := zw.Copy(it.old); err != nil {
			return zipFailure(err)
		}
	}
	if err := zw.Close(); err != nil {
		return zipFailure(err)
	}
	return 0, ""
}

// zipFailure words an error of reading or writing an archive.
func zipFailure(err error) (int, string) {
	if errCode(err) != "" {
		return 14, "Output file write failure: " + errText(err)
	}
	return 3, "Zip file structure invalid"
}

func (z *zipper) say(s string) {
	if !z.quiet {
		z.t.out.WriteString(safeText(s) + "\n")
	}
}

func (z *zipper) tell() {
	for _, it := range z.items {
		if it.gone {
			z.say("deleting: " + it.stored)
		}
	}
}

// zipPass compresses what r holds: w gets it, sum and size are of what it was.
func (z *zipper) zipPass(w io.Writer, r io.Reader, level int) (sum uint32, size uint64, err error) {
	out, end := w, func() error { return nil }
	if level != 0 {
		f, err := flate.NewWriter(w, level)
		if err != nil {
			return 0, 0, err
		}
		out, end = f, f.Close
	}
	h := crc32.NewIEEE()
	var n countWriter
	if err := z.t.copy(io.MultiWriter(h, &n, &spendWriter{z.t, out}), r); err != nil {
		return 0, 0, err
	}
	return h.Sum32(), uint64(n), end()
}

// store writes an entry. What it holds is read twice: its size and sum come
// first in the archive.
func (z *zipper) store(zw *zip.Writer, it zipItem) (code int, why string) {
	t := z.t
	h := &zip.FileHeader{Name: it.stored, ReaderVersion: 10}
	when := t.sh.sys.cfg.Now()
	mode := fs.FileMode(0o600)
	open := func() (io.Reader, func(), error) { return bytes.NewReader(nil), func() {}, nil }
	switch {
	case it.source == "-":
		b, err := t.all(t.in)
		if err != nil {
			return 11, "Read error: " + errText(err)
		}
		open = func() (io.Reader, func(), error) { return bytes.NewReader(b), func() {}, nil }
	case it.info.IsDir():
	case it.info.Mode()&fs.ModeSymlink != 0:
		to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(it.source))
		if err != nil {
			return 18, "Could not open a file to read: " + clip(it.source)
		}
		open = func() (io.Reader, func(), error) { return strings.NewReader(to), func() {}, nil }
	default:
		open = func() (io.Reader, func(), error) {
			f, err := t.open(it.source)
			if err != nil {
				return nil, nil, err
			}
			return io.LimitReader(f, it.info.Size()), f.close, nil
		}
	}
	if it.info != nil {
		when, mode = it.info.ModTime(), it.info.Mode()
	}
	h.SetMode(mode)
	z.stamp(h, when)
	if strings.IndexFunc(h.Name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 && utf8.ValidString(h.Name) {
		h.Flags |= 0x800
	}
	pass := func(w io.Writer, level int) error {
		r, end, err := open()
		if err != nil {
			return err
		}
		defer end()
		h.CRC32, h.UncompressedSize64, err = z.zipPass(w, r, level)
		return err
	}
	var n countWriter
	level := z.level
	if err := pass(&n, level); err != nil {
		t.sayPlain("\tzip warning: could not open for reading: %s", clip(it.source))
		z.missing = true
		return 0, ""
	}
	h.CompressedSize64 = uint64(n)
	what := "stored"
	if level != 0 && h.CompressedSize64 < h.UncompressedSize64 {
		h.Method, h.ReaderVersion, what = zip.Deflate, 20, "deflated"
	} else {
		h.CompressedSize64, level = h.UncompressedSize64, 0
	}
	w, err := zw.CreateRaw(h)
	if err != nil {
		return zipFailure(err)
	}
	sum, size, packed := h.CRC32, h.UncompressedSize64, h.CompressedSize64
	n = 0
	if err := pass(io.MultiWriter(w, &n), level); err != nil {
		return zipFailure(err)
	}
	if h.CRC32 != sum || h.UncompressedSize64 != size || uint64(n) != packed {
		return 18, "a file changed while it was read: " + clip(it.source)
	}
	verb := "  adding: "
	switch {
	case it.old != nil && z.freshen:
		verb = "freshening: "
	case it.old != nil:
		verb = "updating: "
	}
	between := ""
	if z.verbose {
		between = fmt.Sprintf("\t(in=%d) (out=%d)", size, packed)
	}
	z.report(fmt.Sprintf("%s%s%s (%s %d%%)\n", verb, safeText(it.stored), between, what, percent(packed, size)))
	return 0, ""
}

// report prints what was stored: beside the archive, if that goes to the output.
func (z *zipper) report(line string) {
	switch {
	case z.quiet:
	case z.name == "-":
		_, _ = io.WriteString(z.t.err, line)
	default:
		z.t.out.WriteString(line)
	}
}

// stamp sets the time of an entry: to two seconds in its head, in full beside it.
func (z *zipper) stamp(h *zip.FileHeader, when time.Time) {
	local := when.In(z.t.sh.zone())
	year := min(max(local.Year(), 1980), 2107)
	//lint:ignore SA1019 an entry that is written raw has these as they are set
	h.ModifiedDate = uint16(local.Day() + int(local.Month())<<5 + (year-1980)<<9)
	//lint:ignore SA1019 likewise
	h.ModifiedTime = uint16(local.Second()/2 + local.Minute()<<5 + local.Hour()<<11)
	h.Extra = append(h.Extra, 'U', 'T', 5, 0, 1)
	h.Extra = binary.LittleEndian.AppendUint32(h.Extra, uint32(when.Unix()))
}

// clear removes what was stored: zip -m.
func (z *zipper) clear() {
	files := z.t.sh.sys.cfg.Files
	for i := len(z.items) - 1; i >= 0; i-- {
		it := z.items[i]
		if !it.fresh || it.source == "-" {
			continue
		}
		abs := z.t.sh.abs(it.source)
		if it.info.IsDir() {
			_ = files.Rmdir(abs)
		} else if err := files.Unlink(abs); err != nil {
			z.t.sayPlain("\tzip warning: could not remove: %s", clip(it.source))
		}
	}
}
