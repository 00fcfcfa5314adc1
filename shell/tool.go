package shell

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/buntime/buntime/jsengine"
)

// tool is one run of one of the tools.
type tool struct {
	sh   *shell
	name string
	path string   // as it was called
	args []string // without the name
	in   io.Reader
	out  *bufio.Writer
	err  io.Writer
	code int

	cannot string // format of the complaint of inputs; "" for the usual one
	held   int64
	opened map[*file]struct{} // inputs that are not closed
}

// runTool runs a tool in the process of the shell.
func (sh *shell) runTool(f func(*tool) int, args []string) (status int) {
	t := &tool{sh: sh, name: baseName(args[0]), path: args[0], args: args[1:], opened: map[*file]struct{}{}}
	switch t.name {
	case "bash", "sh", "dash", "env", "nice", "nohup", "stdbuf", "setsid": // the last becomes what it runs
	default:
		sh.whole = false
	}
	t.in = toolIO{sh, 0}
	t.err = toolIO{sh, 2}
	t.out = bufio.NewWriterSize(toolIO{sh, 1}, 16<<10)
	defer func() {
		for f := range t.opened { // those of a tool that was ended
			f.close()
		}
		_ = sh.sys.cfg.Budget.Hold(-t.held)
		switch r := recover().(type) {
		case nil:
		case stopped:
			sh.proc.check() // the process was ended, not only the tool
			status = r.status
		default:
			panic(r)
		}
	}()
	if text := t.about(); text != "" {
		t.out.WriteString(text)
	} else {
		status = f(t)
	}
	if err := t.out.Flush(); err != nil && status == 0 {
		t.fail("write error: %s", errText(err))
		status = 1
	}
	return status
}

func baseName(p string) string {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[i+1:]
	}
	return p
}

// toolIO is a standard stream of a tool. Writing where nobody reads ends it.
type toolIO struct {
	sh *shell
	fd int
}

func (s toolIO) Read(b []byte) (int, error) {
	d := s.sh.fds[s.fd]
	if d == nil {
		return 0, errno("EBADF")
	}
	return s.sh.readFrom(d, b)
}

func (s toolIO) Write(b []byte) (int, error) {
	d := s.sh.fds[s.fd]
	if d == nil {
		return 0, errno("EBADF")
	}
	return s.sh.writeTo(d, b)
}

// readFrom reads and bills what was read.
func (sh *shell) readFrom(d *desc, b []byte) (int, error) {
	n, err := d.read(sh.proc.ctx, b)
	sh.spend(20 + int64(n)/16)
	if err != nil && err != io.EOF {
		sh.proc.check()
	}
	return n, err
}

func (sh *shell) writeTo(d *desc, b []byte) (int, error) {
	sh.spend(20 + int64(len(b))/16)
	n, err := d.write(sh.proc.ctx, b)
	if err != nil {
		if errors.Is(err, ErrPipe) {
			sh.brokenPipe()
			panic(stopped{1})
		}
		if code := errCode(err); code == "ENOSPC" || code == "EDQUOT" {
			sh.sys.full.Store(true)
		}
		sh.proc.check()
		var limit *jsengine.LimitError
		if errors.As(err, &limit) {
			sh.proc.fail(err)
		}
	}
	return n, err
}

// fail prints "name: …" and makes the tool end with 1.
func (t *tool) fail(format string, args ...any) {
	t.code = max(t.code, 1)
	t.say(format, args...)
}

func (t *tool) say(format string, args ...any) {
	_ = t.out.Flush() // in the order they were printed
	fmt.Fprintf(t.err, "%s: %s\n", t.name, fmt.Sprintf(format, args...))
}

// usage complains of the arguments; the tool ends with code.
func (t *tool) usage(code int, format string, args ...any) int {
	t.say(format, args...)
	fmt.Fprintf(t.err, "Try '%s --help' for more information.\n", t.name)
	return code
}

// hold takes memory until the tool ends.
func (t *tool) hold(n int64) {
	if n <= 0 {
		return
	}
	if err := t.sh.sys.cfg.Budget.Hold(n); err != nil {
		t.sh.proc.fail(err)
	}
	t.held += n
}

// unhold gives memory back before the tool ends.
func (t *tool) unhold(n int64) {
	_ = t.sh.sys.cfg.Budget.Hold(-n)
	t.held -= n
}

// file is an input of a tool.
type file struct {
	io.Reader
	name string
	t    *tool
	d    *desc // nil: standard input
}

func (f *file) close() {
	if f.d != nil {
		f.take().drop()
	}
}

// take returns the descriptor of a file, which is the caller's to drop.
func (f *file) take() *desc {
	delete(f.t.opened, f)
	return f.d
}

type descReader struct {
	sh *shell
	d  *desc
}

func (r descReader) Read(b []byte) (int, error) { return r.sh.readFrom(r.d, b) }

type descWriter struct {
	sh *shell
	d  *desc
}

func (w descWriter) Write(b []byte) (int, error) { return w.sh.writeTo(w.d, b) }

// open opens an input: "-" is standard input.
func (t *tool) open(name string) (*file, error) {
	if name == "-" {
		return &file{Reader: t.in, name: name}, nil
	}
	d, err := t.sh.open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	if _, dir := d.stream.(dirStream); dir {
		d.drop()
		return nil, errno("EISDIR")
	}
	f := &file{Reader: descReader{t.sh, d}, name: name, t: t, d: d}
	t.opened[f] = struct{}{}
	return f, nil
}

// create opens an output.
func (t *tool) create(name string, flags int) (*desc, error) {
	return t.sh.open(name, os.O_WRONLY|os.O_CREATE|flags, 0o666)
}

// printTo makes a file what the tool prints to, until end is called.
func (t *tool) printTo(name string, flags int) (d *desc, end func(), err error) {
	if d, err = t.create(name, flags); err != nil {
		return nil, nil, err
	}
	_ = t.out.Flush()
	t.out.Reset(descWriter{t.sh, d})
	return d, func() {
		defer d.drop()
		_ = t.out.Flush() // an error of it stays
	}, nil
}

// inputs calls f for each file, or for standard input if there is none; those
// that cannot be opened are complained of.
func (t *tool) inputs(names []string, f func(*file)) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		in, err := t.open(name)
		if err != nil {
			if t.cannot != "" {
				t.fail(t.cannot, quoteASCII(name), errText(err))
			} else {
				t.fail("%s: %s", name, errText(err))
			}
			continue
		}
		f(in)
		in.close()
	}
}

// lines reads the lines of an input.
type lines struct {
	t     *tool
	r     *bufio.Reader
	buf   []byte
	delim byte
	held  int64
	ended bool // the last line had its delimiter
	err   error
}

func (t *tool) lines(r io.Reader) *lines {
	return &lines{t: t, r: bufio.NewReaderSize(r, 32<<10), delim: '\n'}
}

// binary reports whether what comes first of the input is no text.
func (l *lines) binary() bool {
	if _, err := l.r.Peek(1); err != nil {
		return false // next finds it, too
	}
	first, _ := l.r.Peek(l.r.Buffered())
	return bytes.IndexByte(first, 0) >= 0
}

// next returns the next line without its delimiter, valid until the next call.
func (l *lines) next() ([]byte, bool) {
	l.buf = l.buf[:0]
	for {
		piece, err := l.r.ReadSlice(l.delim)
		if need := len(l.buf) + len(piece); need > cap(l.buf) {
			grown := int64(max(2*cap(l.buf), need))
			l.t.hold(grown - l.held)
			l.held = max(l.held, grown)
			l.buf = append(make([]byte, 0, grown), l.buf...)
		}
		l.buf = append(l.buf, piece...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			l.ended = false
			if err != io.EOF {
				l.err = err
			}
			return l.buf, len(l.buf) > 0
		}
		l.ended = true
		l.t.sh.spend(10)
		return l.buf[:len(l.buf)-1], true
	}
}

// all reads a whole input within the memory there is.
func (t *tool) all(r io.Reader) ([]byte, error) {
	var out []byte
	for {
		if len(out) == cap(out) {
			out = t.grow(out)
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
}

// grow gives b twice the room, and at least 4 KB, which is held.
func (t *tool) grow(b []byte) []byte {
	grown := max(2*cap(b), 4096)
	t.hold(int64(grown - cap(b)))
	return append(make([]byte, 0, grown), b...)
}

// copyTo moves an input to an output, which it closes.
func (t *tool) copyTo(d *desc, r io.Reader) error {
	defer d.drop()
	return t.copy(descWriter{t.sh, d}, r)
}

// copy moves an input to an output.
func (t *tool) copy(w io.Writer, r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// command runs another program by its words, as xargs and find do. Functions
// and builtins are not for them.
func (t *tool) command(args []string) int {
	_ = t.out.Flush()
	return t.commandIn(t.sh, args)
}

func (t *tool) commandIn(sh *shell, args []string) int {
	l := sh.lookPath(args[0])
	if l.status != 0 {
		why := l.why
		if why == "command not found" {
			why = "No such file or directory"
		}
		fmt.Fprintf(t.err, "%s: %s: %s\n", t.name, quoteName(args[0]), why)
		return l.status
	}
	sh.deeper()
	defer func() { sh.depth-- }()
	return sh.start(l, args)
}

// quoteName quotes as Debian's tools do.
func quoteName(s string) string { return "‘" + s + "’" }

func quoteASCII(s string) string { return "'" + s + "'" }

// option is one flag of a tool as it was given.
type option struct {
	name  string // "n" or "lines"
	value string
}

// getopt reads the arguments of a tool. short is as getopt(3)'s: a colon after
// a letter takes a value, two an optional one. Long names map to the short
// letter, or to a name of their own; with "=" at the end they take a value, with
// "?" an optional one. Options may follow operands, unless short begins with +.
func getopt(args []string, short string, long map[string]string) (opts []option, rest []string, bad string) {
	stop := strings.HasPrefix(short, "+")
	short = strings.TrimPrefix(short, "+")
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			return opts, append(rest, args[i+1:]...), ""
		case strings.HasPrefix(a, "--"):
			name, value, has := strings.Cut(a[2:], "=")
			key, target, n := "", "", 0
			for k, to := range long {
				base := strings.TrimRight(k, "=?")
				if base == name {
					key, target, n = k, to, 1
					break
				}
				if strings.HasPrefix(base, name) {
					key, target = k, to
					n++
				}
			}
			if n == 0 {
				return opts, rest, fmt.Sprintf("unrecognized option '%s'", a)
			}
			if n > 1 {
				return opts, rest, fmt.Sprintf("option '%s' is ambiguous", a)
			}
			switch {
			case strings.HasSuffix(key, "=") && !has:
				if i++; i == len(args) {
					return opts, rest, fmt.Sprintf("option '%s' requires an argument", a)
				}
				value = args[i]
			case has && !strings.HasSuffix(key, "=") && !strings.HasSuffix(key, "?"):
				return opts, rest, fmt.Sprintf("option '--%s' doesn't allow an argument", name)
			}
			if target == "" {
				target = strings.TrimRight(key, "=?")
			}
			opts = append(opts, option{target, value})
		case len(a) > 1 && a[0] == '-':
			for j := 1; j < len(a); j++ {
				at := strings.IndexByte(short, a[j])
				if at < 0 || a[j] == ':' {
					return opts, rest, fmt.Sprintf("invalid option -- '%c'", a[j])
				}
				name := a[j : j+1]
				optional := strings.HasPrefix(short[at+1:], "::")
				if at+1 < len(short) && short[at+1] == ':' {
					value := a[j+1:]
					if value == "" && !optional {
						if i++; i == len(args) {
							return opts, rest, fmt.Sprintf("option requires an argument -- '%s'", name)
						}
						value = args[i]
					}
					opts = append(opts, option{name, value})
					break
				}
				opts = append(opts, option{name, ""})
			}
		default:
			rest = append(rest, a)
			if stop {
				return opts, append(rest, args[i+1:]...), ""
			}
		}
	}
	return opts, rest, ""
}

// context is of the process that the tool runs in.
func (t *tool) context() context.Context { return t.sh.proc.ctx }
