package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// dialTCP connects to a server of the execution. There is no other connection that is
// not HTTP. Errors are *jsengine.Errno.
func (sh *shell) dialTCP(host, port string) (*jsengine.LoopbackConn, error) {
	n, err := strconv.Atoi(port)
	if host != "" && host != "0" && !jsengine.IsLocal(strings.ToLower(host)) {
		return nil, errno("ENETUNREACH")
	}
	if err != nil || n < 1 || n > 65535 || sh.sys.cfg.Loopback == nil {
		return nil, errno("ECONNREFUSED")
	}
	sh.spend(5000)
	conn, err := sh.sys.cfg.Loopback.Dial(n)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, errno("ECONNREFUSED")
	case err != nil:
		return nil, errno("ENOBUFS")
	}
	return conn, nil
}

// dialSocket connects to who listens on a Unix-domain socket of the execution. Errors are
// *jsengine.Errno.
func (sh *shell) dialSocket(path string) (*jsengine.LoopbackConn, error) {
	l := sh.sys.cfg.Loopback
	if len(path) >= jsengine.MaxSocketPath {
		return nil, errno("ENAMETOOLONG")
	}
	if l == nil {
		return nil, errno("ECONNREFUSED")
	}
	sh.spend(5000)
	if !strings.HasPrefix(path, "\x00") {
		path = sh.abs(path)
	}
	n, err := l.Socket(sh.sys.cfg.Files, path)
	if err != nil {
		return nil, err
	}
	conn, err := l.Dial(n)
	if err != nil {
		return nil, errno("ENOBUFS")
	}
	return conn, nil
}

// connStream is a connection as a descriptor.
type connStream struct{ *jsengine.LoopbackConn }

func (s connStream) read(ctx context.Context, b []byte) (int, error) {
	releaseTurn(ctx)
	return s.ReadContext(ctx, b)
}

func (s connStream) write(ctx context.Context, b []byte) (int, error) {
	releaseTurn(ctx)
	n, err := s.WriteContext(ctx, b)
	if errors.Is(err, syscall.EPIPE) {
		err = ErrPipe
	}
	return n, err
}

func (s connStream) close() { _ = s.Close() } // never fails

// nc connects its input and output with a server, or with a client (-l).
func nc(t *tool) int {
	opts, rest, bad := getopt(t.args, "zvnlkNuUw:p:q:i:46Cd", map[string]string{"listen": "l", "keep-open": "k", "wait=": "w", "zero": "z", "verbose": "v"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	zero, verbose, listen, keep, detached, local := false, false, false, false, false, false
	port, wait := "", time.Duration(0)
	for _, o := range opts {
		switch o.name {
		case "z":
			zero = true
		case "v":
			verbose = true
		case "l":
			listen = true
		case "k":
			keep = true
		case "d":
			detached = true
		case "p":
			port = o.value
		case "w":
			if d, ok := duration(o.value); ok {
				wait = d
			}
		case "U":
			local = true
		case "u":
			t.say("UDP is not supported here: node:dgram is there")
			return 1
		}
	}
	if local {
		switch {
		case len(rest) == 0:
			return t.usage(1, "missing socket pathname")
		case len(rest) > 1:
			return t.usage(1, "cannot use port with -U")
		case listen:
			return t.ncListenSocket(rest[0], keep, verbose)
		}
		conn, err := t.sh.dialSocket(rest[0])
		if err != nil {
			t.say("%s: %s", clip(rest[0]), errText(err))
			return 1
		}
		if zero {
			_ = conn.Close() // never fails
			return 0
		}
		return t.ncTalk(conn, wait, !detached, true)
	}
	if listen {
		if len(rest) > 0 {
			port = rest[len(rest)-1]
		}
		return t.ncListen(port, keep)
	}
	if len(rest) < 2 {
		return t.usage(1, "missing port number")
	}
	host, code := rest[0], 0
	for _, p := range ncPorts(rest[1]) {
		conn, err := t.sh.dialTCP(host, p)
		if err != nil {
			code = 1
			if verbose || !zero {
				t.say("connect to %s port %s (tcp) failed: %s", clip(host), clip(p), errText(err))
			}
			continue
		}
		code = 0
		if verbose {
			fmt.Fprintf(t.err, "Connection to %s %s port [tcp/*] succeeded!\n", clip(host), p)
		}
		if zero {
			_ = conn.Close() // never fails
			continue
		}
		return t.ncTalk(conn, wait, !detached, true)
	}
	return code
}

// ncPorts are those of 3000 or 3000-3005, at most 1,000. What is none of these is one
// that no server has.
func ncPorts(s string) []string {
	lo, hi, ok := strings.Cut(s, "-")
	a, err1 := strconv.Atoi(lo)
	b, err2 := strconv.Atoi(hi)
	if !ok || err1 != nil || err2 != nil || a > b || b > 65535 || b-a >= 1000 {
		return []string{s}
	}
	var all []string
	for ; a <= b; a++ {
		all = append(all, strconv.Itoa(a))
	}
	return all
}

// ncTalk copies what is read to a connection, and what comes to the output, until the
// other end says that nothing more comes, and for a client until all is sent.
func (t *tool) ncTalk(conn *jsengine.LoopbackConn, wait time.Duration, reads, client bool) int {
	defer conn.Close()
	sent := make(chan struct{})
	// The turn is the other goroutine's, which pays as well: what is sent is received.
	ctx, stop := context.WithCancel(context.WithValue(t.context(), processKey{}, nil))
	in := t.sh.fds[0]
	go func() {
		defer close(sent)
		buf := make([]byte, 8<<10)
		for reads && in != nil {
			n, err := in.read(ctx, buf)
			if _, werr := conn.WriteContext(ctx, buf[:n]); err != nil || werr != nil {
				break
			}
		}
		if client {
			_ = conn.CloseWrite() // never fails
		}
	}()
	defer func() {
		stop()
		<-sent
	}()
	buf := make([]byte, 8<<10)
	for {
		if wait > 0 {
			_ = conn.SetReadDeadline(time.Now().Add(wait))
		}
		n, err := connStream{conn}.read(t.context(), buf)
		t.sh.spend(100 + int64(n)/16)
		if _, err := t.out.Write(buf[:n]); err != nil || t.out.Flush() != nil {
			return 1
		}
		if err == nil {
			continue
		}
		if client && errors.Is(err, io.EOF) {
			t.sh.proc.turn.release()
			select {
			case <-sent:
			case <-ctx.Done():
			}
		}
		t.sh.proc.check()
		return 0
	}
}

func (t *tool) ncListen(port string, keep bool) int {
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 || t.sh.sys.cfg.Loopback == nil {
		t.say("port number invalid: %s", clip(port))
		return 1
	}
	l, err := t.sh.sys.cfg.Loopback.Listen(n, t.self())
	if err != nil {
		t.say("Address already in use")
		return 1
	}
	return t.ncServe(l, keep, func(string) {})
}

// ncListenSocket is ncListen on a Unix-domain socket, in place of what is at its path.
func (t *tool) ncListenSocket(path string, keep, verbose bool) int {
	l, files := t.sh.sys.cfg.Loopback, t.sh.sys.cfg.Files
	switch {
	case len(path) >= jsengine.MaxSocketPath:
		t.say("%s: %s", clip(path), errText(errno("ENAMETOOLONG")))
		return 1
	case l == nil:
		t.say("%s", errText(errno("EACCES")))
		return 1
	}
	_ = files.Unlink(t.sh.abs(path)) // listening says what is there still
	n, err := l.ListenSocket(files, t.sh.abs(path), t.self())
	if err != nil {
		t.say("%s", errText(err))
		return 1
	}
	say := func(what string) {
		if verbose {
			fmt.Fprintf(t.err, "%s %s\n", what, clip(path))
		}
	}
	say("Bound on")
	say("Listening on")
	return t.ncServe(n, keep, say)
}

// ncServe talks to who connects, one after the other if keep is set. say is told of each.
func (t *tool) ncServe(l net.Listener, keep bool, say func(what string)) int {
	defer l.Close()
	for {
		t.sh.settle()
		t.sh.proc.turn.release()
		stop := context.AfterFunc(t.context(), func() { l.Close() })
		conn, err := l.Accept()
		stop()
		if err != nil {
			t.sh.proc.check()
			return 1
		}
		say("Connection received on")
		if !keep {
			_ = l.Close() // it takes one
		}
		if code := t.ncTalk(conn.(*jsengine.LoopbackConn), 0, true, false); code != 0 || !keep {
			return code
		}
	}
}

// wget gets files as wget does, by the ways of curl.
func wget(t *tool) int {
	opts, urls, bad := getopt(t.args, "qvcNSO:P:U:T:t:i:dxrp", map[string]string{
		"quiet": "q", "no-verbose": "nv", "verbose": "v", "output-document=": "O", "directory-prefix=": "P", "header=": "header", "user-agent=": "U", "post-data=": "post", "post-file=": "postFile",
		"method=": "method", "body-data=": "body", "body-file=": "bodyFile", "spider": "spider", "server-response": "S", "timeout=": "T", "tries=": "t", "continue": "c", "no-check-certificate": "ignore",
		"no-clobber": "nc", "show-progress": "ignore", "progress=": "ignore", "timestamping": "N", "content-disposition": "ignore", "max-redirect=": "ignore", "input-file=": "i", "http-user=": "user",
		"http-password=": "password", "user=": "user", "password=": "password", "retry-connrefused": "refused", "waitretry=": "ignore", "connect-timeout=": "ignore", "read-timeout=": "ignore", "content-on-error": "onError",
		"no-cache": "ignore", "no-proxy": "ignore", "recursive": "r", "page-requisites": "p", "version": "version",
	})
	// -nv and -nc are one option each, which getopt(3) does not know.
	if bad != "" {
		args, again := make([]string, 0, len(t.args)), false
		for _, a := range t.args {
			switch a {
			case "-nv":
				a, again = "--no-verbose", true
			case "-nc":
				a, again = "--no-clobber", true
			}
			args = append(args, a)
		}
		if again {
			t.args = args
			return wget(t)
		}
		return t.usage(2, "%s", bad)
	}
	c := curlRun{t: t, follow: true, silent: true, fail: true, agent: "Wget/1.21.3"}
	quiet, brief, spider, onError, keep, dir, password, list := false, false, false, false, false, "", "", ""
	out, toFile, tries := "", false, 20
	for _, o := range opts {
		switch o.name {
		case "q":
			quiet = true
		case "nv":
			brief = true
		case "O":
			out, toFile = o.value, true
		case "P":
			dir = o.value
		case "header":
			if name, value, ok := strings.Cut(o.value, ":"); ok {
				c.headers = append(c.headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
			}
		case "U":
			c.agent = o.value
		case "post", "body":
			c.body, c.hasBody = []byte(o.value), true
		case "postFile", "bodyFile":
			b, code := c.read(o.value)
			if code != 0 {
				return 3
			}
			c.body, c.hasBody = b, true
		case "method":
			c.method = strings.ToUpper(o.value)
		case "spider":
			spider = true
		case "S":
			c.dump = "/dev/stderr"
		case "T":
			if d, ok := duration(o.value); ok {
				c.maxTime = d
			}
		case "t":
			if n, err := strconv.Atoi(o.value); err == nil {
				tries = n
			}
		case "refused":
			c.retryRefused = true
		case "user":
			c.user = o.value
		case "password":
			password = o.value
		case "onError":
			onError = true
		case "nc":
			keep = true
		case "i":
			list = o.value
		case "r", "p":
			t.say("whole sites are not fetched here: name the files")
			return 2
		case "version":
			t.out.WriteString("GNU Wget 1.21.3\n")
			return 0
		}
	}
	if c.user != "" {
		c.user += ":" + password
	}
	if c.retryRefused {
		c.retries, c.retryDelay = min(max(tries-1, 0), 100), time.Second
	}
	if list != "" {
		text, err := t.script(list)
		if err != nil {
			t.say("%s: %s", clip(list), errText(err))
			return 3
		}
		urls = append(urls, strings.Fields(text)...)
	}
	if len(urls) == 0 {
		return t.usage(1, "missing URL")
	}
	if spider {
		c.head, toFile, out = true, true, "/dev/null"
	}
	if toFile && out != "-" && !spider { // it is there even if nothing comes
		d, err := t.create(out, os.O_TRUNC)
		if err != nil {
			t.say("%s: %s", clip(out), errText(err))
			return 3
		}
		d.drop()
	}
	code := 0
	for _, raw := range urls {
		if !strings.Contains(raw, "://") {
			raw = "http://" + raw
		}
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" {
			t.say("%s: Invalid URL", clip(raw))
			code = 1
			continue
		}
		name := out
		if !toFile {
			if name = path.Base(u.Path); name == "/" || name == "." || name == ".." {
				name = "index.html"
			}
			if u.RawQuery != "" { // which is no path
				name += "?" + strings.ReplaceAll(u.RawQuery, "/", "%2F")
			}
			if dir != "" {
				_ = t.sh.mkdirAll(t.sh.abs(dir)) // writing says why not
				name = path.Join(dir, name)
			}
			if _, err := t.sh.stat(name); err == nil {
				if keep {
					if !quiet {
						fmt.Fprintf(t.err, "File ‘%s’ already there; not retrieving.\n", name)
					}
					continue
				}
				for i := 1; ; i++ {
					other := name + "." + strconv.Itoa(i)
					if _, err := t.sh.stat(other); err != nil {
						name = other
						break
					}
				}
			}
		}
		if st := c.getFile(raw, u, name, wgetSays{quiet: quiet, brief: brief, onError: onError, spider: spider}); st != 0 {
			code = st
		}
	}
	return code
}

// wgetSays is what of a file is told, and whether it is only looked for.
type wgetSays struct{ quiet, brief, onError, spider bool }

// getFile gets one URL into a file, and returns wget's exit code.
func (c *curlRun) getFile(raw string, u *url.URL, name string, says wgetSays) int {
	t := c.t
	now := func() string { return t.sh.sys.cfg.Now().In(t.sh.zone()).Format("2006-01-02 15:04:05") }
	say := func(format string, args ...any) {
		if !says.quiet {
			fmt.Fprintf(t.err, format, args...)
		}
	}
	if !says.brief {
		say("--%s--  %s\n", now(), clip(raw))
	}
	c.answered = nil
	c.failBody = says.onError
	st := c.fetch(raw, name, true)
	resp := c.answered
	switch {
	case resp != nil && resp.Status >= 400:
		if says.spider && resp.Status == 404 {
			say("Remote file does not exist -- broken link!!!\n")
		} else {
			say("%s ERROR %d: %s.\n", now(), resp.Status, resp.StatusText)
		}
		return 8
	case st != 0 && resp == nil:
		if !says.quiet {
			io.WriteString(t.err, "failed: "+c.why+".\n")
		}
		return 4
	case st != 0:
		return 3
	}
	if says.spider {
		say("Remote file exists.\n")
	} else if says.brief {
		say("%s URL:%s -> \"%s\" [1]\n", now(), clip(raw), name)
	} else if name != "-" {
		say("%s (%s) - ‘%s’ saved\n\n", now(), u.Host, name)
	}
	return 0
}
