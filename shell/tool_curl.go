package shell

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buntime/buntime/jsengine"
)

type curlRun struct {
	t                                              *tool
	silent, showErr, fail, failBody, include, head bool
	follow, get, createDirs, verbose               bool
	method, writeOut, agent, user, dump, dir, jar  string
	outs                                           []string // of -o; "" is -O's
	headers                                        [][2]string
	body                                           []byte
	hasBody                                        bool
	maxTime                                        time.Duration
	retries                                        int // of --retry; with the two kinds of failures that it takes more of
	retryRefused, retryAll                         bool
	answered                                       *jsengine.FetchResponse // the last answer; nil: none came
	why                                            string                  // what was wrong, last
	retryDelay, retryMax                           time.Duration           // 0: a second, then twice as long each time; no limit
	socket                                         string                  // the path of --unix-socket; "": it is the URL's host that is asked
}

func curl(t *tool) int {
	opts, urls, bad := getopt(t.args, "sSfiIo:OX:H:d:LGu:A:e:m:w:kvD:b:c:F:T:x:#Nqnr:K:Rj46C:VgZ", map[string]string{
		"silent": "s", "show-error": "S", "fail": "f", "fail-with-body": "failBody", "include": "i", "head": "I", "output=": "o",
		"remote-name": "O", "request=": "X", "header=": "H", "data=": "d", "data-raw=": "raw", "data-binary=": "binary", "data-ascii=": "d",
		"data-urlencode=": "urlencode", "json=": "json", "location": "L", "get": "G", "user=": "u", "user-agent=": "A", "referer=": "e",
		"max-time=": "m", "connect-timeout=": "ignore1", "write-out=": "w", "insecure": "k", "compressed": "ignore", "verbose": "v",
		"dump-header=": "D", "cookie=": "b", "url=": "url", "retry=": "retry", "retry-delay=": "retryDelay", "retry-all-errors": "retryAll", "max-redirs=": "ignore1", "http1.1": "ignore",
		"http2": "ignore", "no-buffer": "N", "progress-bar": "ignore", "create-dirs": "dirs", "location-trusted": "L", "tlsv1.2": "ignore",
		"proto=": "ignore1", "no-progress-meter": "ignore", "globoff": "g", "form=": "F", "upload-file=": "T", "proxy=": "x", "output-dir=": "dir",
		"cookie-jar=": "c", "range=": "r", "version": "V", "parallel": "Z", "path-as-is": "ignore", "next": "ignore", "ipv4": "4", "ipv6": "6",
		"retry-connrefused": "retryRefused", "retry-max-time=": "retryMax", "disable": "q", "form-string=": "form-string", "remote-header-name": "j",
		"unix-socket=": "unix", "abstract-unix-socket=": "abstract", "interface=": "x", "config=": "K", "netrc": "n", "cacert=": "x", "cert=": "x", "key=": "x", "fail-early": "ignore",
	})
	if bad != "" {
		fmt.Fprintf(t.err, "curl: option %s\ncurl: try 'curl --help' or 'curl --manual' for more information\n", bad)
		return 2
	}
	c := curlRun{t: t}
	var data []string
	var formBody bytes.Buffer
	var form *multipart.Writer
	globs, upload := true, ""
	for _, o := range opts {
		switch o.name {
		case "s":
			c.silent = true
		case "S":
			c.showErr = true
		case "f":
			c.fail = true
		case "failBody":
			c.fail, c.failBody = true, true
		case "i":
			c.include = true
		case "I":
			c.head = true
		case "o":
			c.outs = append(c.outs, o.value)
		case "O":
			c.outs = append(c.outs, "")
		case "V":
			t.out.WriteString("curl 7.88.1\nProtocols: http https\n")
			return 0
		case "v":
			c.verbose = true
		case "g":
			globs = false
		case "dir":
			c.dir = o.value
		case "c":
			c.jar = o.value
		case "r":
			c.setHeader("Range", "bytes="+o.value)
		case "X":
			c.method = o.value
		case "H":
			text := o.value
			if file, ok := strings.CutPrefix(text, "@"); ok {
				b, code := c.read(file)
				if code != 0 {
					return code
				}
				text = string(b)
			}
			for _, line := range strings.Split(text, "\n") {
				if name, value, ok := strings.Cut(line, ":"); ok {
					c.headers = append(c.headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
				}
			}
		case "d", "raw", "binary", "urlencode", "json":
			s, code := c.data(o.name, o.value)
			if code != 0 {
				return code
			}
			data = append(data, s)
			if o.name == "json" {
				c.setHeader("Content-Type", "application/json")
				c.setHeader("Accept", "application/json")
			}
		case "L":
			c.follow = true
		case "G":
			c.get = true
		case "u":
			c.user = o.value
		case "A":
			c.agent = o.value
		case "e":
			c.setHeader("Referer", o.value)
		case "b":
			cookies := o.value
			if !strings.Contains(cookies, "=") {
				cookies = c.cookies(cookies)
			}
			if cookies != "" {
				c.setHeader("Cookie", cookies)
			}
		case "m":
			d, ok := duration(o.value)
			if !ok {
				t.say("option -m: expected a proper numerical parameter")
				return 2
			}
			c.maxTime = d
		case "retry":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				t.say("option --retry: expected a proper numerical parameter")
				return 2
			}
			c.retries = n
		case "retryDelay", "retryMax":
			d, ok := duration(o.value)
			if !ok {
				t.say("option --retry-delay: expected a proper numerical parameter")
				return 2
			}
			if o.name == "retryMax" {
				c.retryMax = d
			} else {
				c.retryDelay = d
			}
		case "retryAll":
			c.retryAll = true
		case "retryRefused":
			c.retryRefused = true
		case "w":
			c.writeOut = o.value
		case "D":
			c.dump = o.value
		case "unix", "abstract":
			c.socket = o.value
			if o.name == "abstract" {
				c.socket = "\x00" + o.value
			}
		case "url":
			urls = append(urls, o.value)
		case "dirs":
			c.createDirs = true
		case "F", "form-string":
			if form == nil {
				form = multipart.NewWriter(&formBody)
			}
			if code := c.part(form, o.value, o.name == "F"); code != 0 {
				return code
			}
		case "T":
			b, code := c.read(o.value)
			if code != 0 {
				return code
			}
			c.body, c.hasBody, upload = b, true, o.value
		case "x", "K", "n":
			t.say("option -%s is not supported here", o.name)
			return 2
		}
	}
	if len(data) > 0 {
		c.body, c.hasBody = []byte(strings.Join(data, "&")), true
	}
	if len(urls) == 0 {
		t.say("no URL specified!")
		fmt.Fprintf(t.err, "curl: try 'curl --help' or 'curl --manual' for more information\n")
		return 2
	}
	switch {
	case form != nil:
		_ = form.Close() // into memory
		t.hold(int64(formBody.Len()))
		c.body, c.hasBody = formBody.Bytes(), true
		c.setHeader("Content-Type", form.FormDataContentType())
	case upload != "":
		if c.method == "" {
			c.method = "PUT"
		}
		c.setHeader("Content-Type", "") // none, unless it was given
	}
	if globs {
		var all []string
		for _, u := range urls {
			all = globURL(all, u)
		}
		urls = all
	}
	code := 0
	for i, u := range urls {
		out, file := "", false
		if i < len(c.outs) {
			out, file = c.outs[i], true
		}
		if upload != "" && strings.HasSuffix(u, "/") {
			u += path.Base(upload)
		}
		if st := c.fetch(u, out, file); st != 0 {
			code = st
		}
	}
	return code
}

// maxURLs bounds what the braces and brackets of URLs stand for.
const maxURLs = 1000

// globURL adds the URLs that u with its {a,b} and [1-3] stands for.
func globURL(all []string, u string) []string {
	at := strings.IndexAny(u, "{[")
	if at < 0 || len(all) >= maxURLs {
		return append(all, u)
	}
	var items []string
	end := strings.IndexByte(u[at:], u[at]+2)
	if end < 0 {
		return append(all, u)
	}
	inside := u[at+1 : at+end]
	if u[at] == '{' {
		items = strings.Split(inside, ",")
	} else {
		lo, hi, ok := strings.Cut(inside, "-")
		a, err1 := strconv.Atoi(lo)
		b, err2 := strconv.Atoi(hi)
		if !ok || err1 != nil || err2 != nil || b-a >= maxURLs { // as of an address of IPv6
			return append(all, u)
		}
		for ; a <= b; a++ {
			items = append(items, fmt.Sprintf("%0*d", len(lo), a))
		}
	}
	for _, item := range items {
		if len(all) >= maxURLs {
			break
		}
		all = globURL(all, u[:at]+item+u[at+end+1:])
	}
	return all
}

// read returns what is in a file that an option names.
func (c *curlRun) read(name string) ([]byte, int) {
	f, err := c.t.open(name)
	if err != nil {
		c.t.say("Failed to open %s", name)
		return nil, 26
	}
	defer f.close()
	b, err := c.t.all(f)
	if err != nil {
		c.t.say("Failed to open %s", name)
		return nil, 26
	}
	return b, 0
}

// part adds a part to a form: name=text, name=@file or name=<file, of which the
// latter two mean files only if files is set.
func (c *curlRun) part(form *multipart.Writer, spec string, files bool) int {
	name, value, ok := strings.Cut(spec, "=")
	if !ok {
		c.t.say("Illegally formatted input field")
		return 2
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "").Replace
	head := textproto.MIMEHeader{}
	disposition := `form-data; name="` + quoted(name) + `"`
	text := []byte(value)
	if files && value != "" && (value[0] == '@' || value[0] == '<') {
		file, params, _ := strings.Cut(value[1:], ";")
		b, code := c.read(file)
		if code != 0 {
			return code
		}
		text = b
		if value[0] == '@' {
			shown, kind := path.Base(file), "application/octet-stream"
			if k := formTypes[path.Ext(file)]; k != "" {
				kind = k
			}
			for _, p := range strings.Split(params, ";") {
				switch k, v, _ := strings.Cut(p, "="); k {
				case "type":
					kind = v
				case "filename":
					shown = v
				}
			}
			disposition += `; filename="` + quoted(shown) + `"`
			head.Set("Content-Type", quoted(kind))
		}
	}
	head.Set("Content-Disposition", disposition)
	c.t.hold(int64(len(text)) + 512)
	w, err := form.CreatePart(head)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil { // never: it writes to memory
		return 2
	}
	return 0
}

// formTypes are the types of files that curl knows by name.
var formTypes = map[string]string{
	".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain",
	".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf", ".xml": "application/xml",
}

// cookies are those in a file that -c wrote, as a header.
func (c *curlRun) cookies(name string) string {
	f, err := c.t.open(name)
	if err != nil {
		return ""
	}
	defer f.close()
	b, _ := c.t.all(f)
	var all []string
	for _, line := range strings.Split(string(b), "\n") {
		if cols := strings.Split(line, "\t"); len(cols) == 7 && !strings.HasPrefix(line, "# ") {
			all = append(all, cols[5]+"="+cols[6])
		}
	}
	return strings.Join(all, "; ")
}

// keep writes the cookies of an answer to the file of -c.
func (c *curlRun) keep(u *url.URL, resp *jsengine.FetchResponse) {
	var b strings.Builder
	b.WriteString("# Netscape HTTP Cookie File\n\n")
	for _, h := range resp.Header {
		if !strings.EqualFold(h[0], "set-cookie") {
			continue
		}
		pair, attrs, _ := strings.Cut(h[1], ";")
		name, value, _ := strings.Cut(pair, "=")
		at, secure, clean := "/", "FALSE", strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace
		for _, a := range strings.Split(attrs, ";") {
			switch k, v, _ := strings.Cut(strings.TrimSpace(a), "="); strings.ToLower(k) {
			case "path":
				at = v
			case "secure":
				secure = "TRUE"
			}
		}
		fmt.Fprintf(&b, "%s\tFALSE\t%s\t%s\t0\t%s\t%s\n", u.Hostname(), clean(at), secure, clean(strings.TrimSpace(name)), clean(value))
	}
	c.save(c.jar, b.String())
}

// save writes a text to a file, or to the output if that is -. One that cannot be
// written is left out.
func (c *curlRun) save(name, text string) {
	if name == "-" {
		c.t.out.WriteString(text)
		return
	}
	if d, err := c.t.create(name, os.O_TRUNC); err == nil {
		defer d.drop()
		io.WriteString(descWriter{c.t.sh, d}, text)
	}
}

func (c *curlRun) setHeader(name, value string) {
	for _, h := range c.headers {
		if strings.EqualFold(h[0], name) {
			return
		}
	}
	c.headers = append(c.headers, [2]string{name, value})
}

// data is what an option adds to the body.
func (c *curlRun) data(kind, v string) (string, int) {
	if kind == "urlencode" {
		name, content, ok := strings.Cut(v, "=")
		if !ok {
			return url.QueryEscape(v), 0
		}
		enc := url.QueryEscape(content)
		if name != "" {
			enc = name + "=" + enc
		}
		return enc, 0
	}
	file, ok := strings.CutPrefix(v, "@")
	if !ok || kind == "raw" {
		return v, 0
	}
	b, code := c.read(file)
	if code != 0 {
		return "", code
	}
	if kind == "d" {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\n"), nil), []byte("\r"), nil)
	}
	return string(b), 0
}

func (c *curlRun) complain(code int, format string, args ...any) int {
	c.why = fmt.Sprintf(format, args...)
	if !c.silent || c.showErr {
		c.t.say("(%d) %s", code, c.why)
	}
	return code
}

// fetch gets one URL; file says that the answer goes to the file out, or to one
// of the URL's own name if that is "".
func (c *curlRun) fetch(target, out string, file bool) int {
	t := c.t
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		if err == nil && u.Scheme != "http" && u.Scheme != "https" {
			return c.complain(1, "Protocol \"%s\" not supported", clip(u.Scheme))
		}
		return c.complain(3, "URL using bad/illegal format or missing URL")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return c.complain(1, "Protocol \"%s\" not supported or disabled in libcurl", clip(u.Scheme))
	}
	req := &jsengine.FetchRequest{Method: "GET", URL: target, Redirect: "manual"}
	if c.follow {
		req.Redirect = "follow"
	}
	if c.hasBody {
		if c.get {
			if u.RawQuery != "" {
				u.RawQuery += "&"
			}
			u.RawQuery += string(c.body)
			req.URL = u.String()
		} else {
			req.Method, req.Body, req.HasBody = "POST", c.body, true
		}
	}
	if c.head {
		req.Method = "HEAD"
	}
	if c.method != "" {
		req.Method = c.method
	}
	req.Header = append(req.Header, c.headers...)
	add := func(name, value string) {
		for _, h := range req.Header {
			if strings.EqualFold(h[0], name) {
				return
			}
		}
		req.Header = append(req.Header, [2]string{name, value})
	}
	agent := "curl/7.88.1"
	if c.agent != "" {
		agent = c.agent
	}
	add("User-Agent", agent)
	add("Accept", "*/*")
	if req.HasBody {
		add("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header = slices.DeleteFunc(req.Header, func(h [2]string) bool { return h[1] == "" }) // "Accept:" takes it away
	if u.User != nil && c.user == "" {
		pw, _ := u.User.Password()
		c.user = u.User.Username() + ":" + pw
		u.User = nil
		req.URL = u.String()
	}
	if c.user != "" {
		add("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.user)))
	}
	if t.sh.sys.cfg.Net == nil {
		return c.complain(7, "Failed to connect to %s: the network is not granted", clip(u.Host))
	}
	ctx := t.context()
	if c.maxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.maxTime)
		defer cancel()
	}
	if c.verbose {
		c.say('>', req.Method+" "+u.RequestURI()+" HTTP/1.1", append([][2]string{{"Host", u.Host}}, req.Header...))
	}
	resp, err := c.ask(ctx, req)
	if err != nil {
		t.sh.proc.check()
		if ctx.Err() != nil {
			return c.complain(28, "Operation timed out")
		}
		return c.refused(u, err)
	}
	c.answered = resp
	defer resp.Body.Close()
	if c.verbose {
		c.say('<', fmt.Sprintf("HTTP/1.1 %d %s", resp.Status, resp.StatusText), resp.Header)
	}
	if c.jar != "" {
		c.keep(u, resp)
	}
	if file && out == "" {
		if out = path.Base(u.Path); out == "/" || out == "." {
			return c.complain(23, "Remote file name has no length")
		}
	}
	if c.dir != "" && out != "" && out != "-" {
		out = path.Join(c.dir, out)
	}
	return c.answer(ctx, resp, out, req.Method)
}

// say tells on standard error of the head of a request or of an answer.
// ask sends a request, again if it fails in a way that may pass and --retry says so.
func (c *curlRun) ask(ctx context.Context, req *jsengine.FetchRequest) (*jsengine.FetchResponse, error) {
	sh := c.t.sh
	began, delay := time.Now(), cmp.Or(c.retryDelay, time.Second)
	for left := c.retries; ; left-- {
		sh.spend(5000)
		sh.settle()
		sh.proc.turn.release()
		resp, err := c.send(ctx, req)
		why := c.passing(resp, err)
		if left == 0 || why == "" || ctx.Err() != nil || c.retryMax > 0 && time.Since(began)+delay > c.retryMax {
			return resp, err
		}
		if err == nil {
			if err := resp.Body.Close(); err != nil {
				return nil, err
			}
		}
		if !c.silent {
			fmt.Fprintf(c.t.err, "Warning: Problem: %s. Will retry in %d seconds. %d retries left.\n", why, int(delay.Seconds()), left)
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if c.retryDelay == 0 {
			delay = min(2*delay, 10*time.Minute)
		}
	}
}

// send sends a request to the URL's host, or to the socket that was named.
func (c *curlRun) send(ctx context.Context, req *jsengine.FetchRequest) (*jsengine.FetchResponse, error) {
	if c.socket != "" {
		var err error
		if req.Conn, err = c.t.sh.dialSocket(c.socket); errCode(err) == "ENAMETOOLONG" {
			return nil, err
		} else if err != nil {
			return nil, &jsengine.JSError{Message: "connection refused", Code: "ECONNREFUSED"}
		}
	}
	return c.t.sh.sys.cfg.Net.Fetch(ctx, req)
}

// passing says what is wrong with an answer if another try may have a better one, or "".
func (c *curlRun) passing(resp *jsengine.FetchResponse, err error) string {
	var js *jsengine.JSError
	var denied *jsengine.DeniedError
	switch {
	case err == nil:
		switch resp.Status {
		case 408, 429, 500, 502, 503, 504:
			return "HTTP error"
		}
		if c.retryAll && c.fail && resp.Status >= 400 {
			return "(retrying all errors)"
		}
	case errors.As(err, &js) && js.Code == "ECONNREFUSED":
		if c.retryRefused || c.retryAll {
			return "connection refused"
		}
	case errors.As(err, &denied): // the machine's own, before any program listened
		if host, _, _ := strings.Cut(denied.Target, ":"); (c.retryRefused || c.retryAll) && (host == "localhost" || host == "127.0.0.1") {
			return "connection refused"
		}
	case errors.As(err, &js) && js.Code == "ETIMEDOUT":
		return "timeout"
	case c.retryAll:
		return "(retrying all errors)"
	}
	return ""
}

func (c *curlRun) say(mark byte, first string, header [][2]string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%c %s\r\n", mark, first)
	for _, h := range header {
		fmt.Fprintf(&b, "%c %s: %s\r\n", mark, textproto.CanonicalMIMEHeaderKey(h[0]), h[1])
	}
	fmt.Fprintf(&b, "%c\r\n", mark)
	_ = c.t.out.Flush() // in the order they were printed
	io.WriteString(c.t.err, b.String())
}

// refused words why there is no answer. The text of other errors is the host's.
func (c *curlRun) refused(u *url.URL, err error) int {
	var denied *jsengine.DeniedError
	var js *jsengine.JSError
	switch {
	case errCode(err) == "ENAMETOOLONG":
		return c.complain(6, "Unix socket path too long: '%s'", clip(c.socket))
	case errors.As(err, &denied):
		return c.complain(7, "Failed to connect to %s: %s", clip(u.Host), denied.Error())
	case errors.As(err, &js):
		switch {
		case strings.Contains(js.Code, "NOTFOUND"), strings.Contains(js.Code, "EAI"):
			return c.complain(6, "Could not resolve host: %s", clip(u.Hostname()))
		case strings.Contains(js.Code, "CERT"), strings.Contains(js.Code, "TLS"):
			return c.complain(60, "SSL certificate problem")
		case strings.Contains(js.Code, "REDIRECT"):
			return c.complain(47, "Maximum (20) redirects followed")
		case js.Code == "ECONNREFUSED":
			port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
			return c.complain(7, "Failed to connect to %s port %s after 0 ms: Couldn't connect to server", clip(u.Hostname()), port)
		case js.Code == "ECONNRESET":
			return c.complain(52, "Empty reply from server")
		case js.Code == "ETIMEDOUT":
			return c.complain(28, "Operation timed out")
		}
		return c.complain(7, "Failed to connect to %s: %s", clip(u.Host), clip(js.Message))
	}
	return c.complain(7, "Failed to connect to %s", clip(u.Host))
}

func (c *curlRun) answer(ctx context.Context, resp *jsengine.FetchResponse, name, method string) int {
	t := c.t
	var w io.Writer = t.out
	failed := c.fail && resp.Status >= 400
	discard := failed && !c.failBody
	if name != "" && name != "-" && !discard {
		if c.createDirs {
			_ = t.sh.mkdirAll(path.Dir(t.sh.abs(name)))
		}
		d, err := t.create(name, os.O_TRUNC)
		if err != nil {
			return c.complain(23, "Failure writing output to destination: %s", errText(err))
		}
		defer d.drop()
		w = descWriter{t.sh, d}
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", resp.Status, resp.StatusText)
	for _, h := range resp.Header {
		fmt.Fprintf(&head, "%s: %s\r\n", textproto.CanonicalMIMEHeaderKey(h[0]), h[1])
	}
	head.WriteString("\r\n")
	if c.dump != "" {
		c.save(c.dump, head.String())
	}
	if c.include || c.head {
		io.WriteString(w, head.String())
	}
	n := countWriter(0)
	code := 0
	if !c.head {
		if discard {
			w = io.Discard
		}
		if err := t.copy(io.MultiWriter(w, &n), waits{t.sh.proc, resp.Body}); err != nil {
			t.sh.proc.check()
			switch {
			case ctx.Err() != nil:
				code = c.complain(28, "Operation timed out")
			case errCode(err) != "":
				code = c.complain(23, "Failure writing output to destination: %s", errText(err))
			default:
				code = c.complain(18, "transfer closed with outstanding read data remaining")
			}
		}
	}
	if failed && code == 0 {
		code = c.complain(22, "The requested URL returned error: %d", resp.Status)
	}
	if c.writeOut != "" {
		c.write(resp, int64(n), name, method, code)
	}
	return code
}

func (c *curlRun) write(resp *jsengine.FetchResponse, n int64, name, method string, code int) {
	format, _ := unescapeC(c.writeOut, true)
	ctype := ""
	redirect := ""
	for _, h := range resp.Header {
		if strings.EqualFold(h[0], "content-type") {
			ctype = h[1]
		}
		if strings.EqualFold(h[0], "location") {
			redirect = h[1]
		}
	}
	r := strings.NewReplacer(
		"%{http_code}", fmt.Sprintf("%03d", resp.Status), "%{response_code}", fmt.Sprintf("%03d", resp.Status),
		"%{size_download}", strconv.FormatInt(n, 10), "%{content_type}", ctype, "%{url_effective}", resp.URL,
		"%{redirect_url}", redirect, "%{filename_effective}", name, "%{http_version}", "1.1", "%{exitcode}", strconv.Itoa(code),
		"%{method}", method, "%{errormsg}", "", "%{num_headers}", strconv.Itoa(len(resp.Header)),
		"%{time_total}", "0.000000", "%{num_redirects}", strconv.Itoa(int(truth(resp.Redirected))), "%%", "%", "%{scheme}", "HTTP",
	)
	c.t.out.WriteString(r.Replace(format))
}
