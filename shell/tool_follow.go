package shell

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"
)

// followPoll is how often tail -f looks for more.
const followPoll = 50 * time.Millisecond

// follower is tail -f: it prints what is added to files until it is ended.
type follower struct {
	t       *tool
	follows bool
	byName  bool // the file of a name, whichever it is
	retry   bool // a file that is not there may come
	pid     int  // ends when this one does; 0: nobody
	poll    time.Duration
	headers bool
	files   []*followed
	last    *followed // that was printed of
	printed bool      // a header
}

// followed is a file that is followed.
type followed struct {
	name string
	d    *desc // nil: it is not there
	info fs.FileInfo

	device bool // which is waited for, and has nothing
}

// header says which file what comes is of.
func (fo *follower) header(name string) {
	if !fo.headers {
		return
	}
	if fo.printed {
		fo.t.out.WriteByte('\n')
	}
	fo.printed = true
	if name == "-" {
		name = "standard input"
	}
	fmt.Fprintf(fo.t.out, "==> %s <==\n", name)
}

// add keeps a file that was printed.
func (fo *follower) add(f *file) {
	d := f.d
	if d == nil {
		d = fo.t.sh.fds[0]
	}
	if d == nil {
		return
	}
	if d.file() == nil { // nothing comes after the end of a pipe; a device has none
		if _, ok := d.stream.(deviceStream); ok {
			fo.files = append(fo.files, &followed{name: f.name, device: true})
		}
		return
	}
	info, _ := d.file().file.Stat()
	fw := &followed{name: f.name, d: d.dup(), info: info}
	fo.last = fw
	fo.files = append(fo.files, fw)
	fo.t.hold(256)
}

// await keeps the names of files that may come.
func (fo *follower) await(names []string) {
	for _, name := range names {
		if _, err := fo.t.sh.stat(name); err != nil && name != "-" && fo.retry {
			fo.t.hold(256)
			fo.files = append(fo.files, &followed{name: name})
		}
	}
}

// close drops the files.
func (fo *follower) close() {
	for _, f := range fo.files {
		if f.d != nil {
			f.d.drop()
		}
	}
}

// run prints until nothing can come any more, and returns the status.
func (fo *follower) run() int {
	t := fo.t
	if len(fo.files) == 0 {
		if t.code != 0 {
			t.say("no files remaining")
		}
		return t.code
	}
	for {
		gone := fo.pid > 0 && t.sh.sys.Find(fo.pid) == nil // before the last look
		for _, f := range fo.files {
			fo.look(f)
		}
		if t.out.Flush() != nil {
			return 1
		}
		if gone {
			return t.code
		}
		if t.abandoned() {
			t.sh.brokenPipe()
			return 1
		}
		t.sh.settle()
		t.sh.pause(fo.poll)
	}
}

// look prints what was added to a file.
func (fo *follower) look(f *followed) {
	t := fo.t
	t.sh.spend(200)
	if f.device {
		return
	}
	if f.d == nil || fo.byName && f.name != "-" {
		fo.find(f)
	}
	if f.d == nil {
		return
	}
	file := f.d.file()
	if info, err := file.file.Stat(); err == nil {
		file.mu.Lock()
		cut := info.Size() < file.off
		if cut {
			file.off = 0
		}
		file.mu.Unlock()
		if cut {
			t.say("%s: file truncated", f.name)
		}
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := t.sh.readFrom(f.d, buf)
		if n > 0 {
			if fo.last != f {
				fo.last = f
				fo.header(f.name)
			}
			t.out.Write(buf[:n])
		}
		if n == 0 || err != nil {
			if err != nil && !errors.Is(err, io.EOF) {
				t.fail("error reading %s: %s", quoteASCII(f.name), errText(err))
			}
			return
		}
	}
}

// find opens the file that a name is of by now.
func (fo *follower) find(f *followed) {
	t := fo.t
	info, err := t.sh.stat(f.name)
	if err != nil {
		if f.d != nil {
			t.say("%s has become inaccessible: %s", quoteASCII(f.name), errText(err))
			f.d.drop()
			f.d = nil
		}
		return
	}
	if f.d != nil && (f.info == nil || sameInode(f.info, info)) {
		return
	}
	in, err := t.open(f.name)
	if err != nil || in.d.file() == nil {
		if err == nil {
			in.close()
		}
		return
	}
	if f.d == nil {
		t.say("%s has appeared;  following new file", quoteASCII(f.name))
	} else {
		t.say("%s has been replaced;  following new file", quoteASCII(f.name))
		f.d.drop()
	}
	f.d, f.info = in.take(), info
}

// abandoned reports whether nobody reads what the tool prints.
func (t *tool) abandoned() bool {
	d := t.sh.fds[1]
	if d == nil {
		return false
	}
	switch s := d.stream.(type) {
	case pipeWriter:
		return s.abandoned()
	case writeStream:
		p, ok := s.w.(*Pipe)
		return ok && p.abandoned()
	}
	return false
}

// option reads an option of tail that is about following. It returns what is wrong
// with it.
func (fo *follower) option(o option) (bad string) {
	switch o.name {
	case "f":
		switch o.value {
		case "", "descriptor":
		case "name":
			fo.byName = true
		default:
			return "invalid argument " + quoteName(o.value) + " for " + quoteName("--follow")
		}
		fo.follows = true
	case "F":
		fo.follows, fo.byName, fo.retry = true, true, true
	case "retry":
		fo.retry = true
	case "pid":
		n, err := strconv.Atoi(o.value)
		if err != nil || n < 0 {
			return "invalid PID: " + quoteName(o.value)
		}
		fo.pid = n
	case "s":
		d, ok := duration(o.value)
		if !ok {
			return "invalid number of seconds: " + quoteName(o.value)
		}
		fo.poll = min(max(d, time.Millisecond), followPoll)
	}
	return ""
}
