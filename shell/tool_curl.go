package shell

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/buntime/buntime/jsengine"
)

type curlRun struct {
	t                                              *tool
	silent, showErr, fail, failBody, include, head bool
	follow, get, remoteName, createDirs            bool
	method, out, writeOut, agent, user, dump       string
	headers                                        [][2]string
	body                                           []byte
	hasBody                                        bool
	maxTime                                        time.Duration
}

func curl(t *tool) int {
	opts, urls, bad := getopt(t.args, "sSfiIo:OX:H:d:LGu:A:e:m:w:kvD:b:c:F:T:x:#Nqnr:K:Rj46C:", map[string]string{
		"silent": "s", "show-error": "S", "fail": "f", "fail-with-body": "failBody", "include": "i", "head": "I", "output=": "o",
		"remote-name": "O", "request=": "X", "header=": "H", "data=": "d", "data-raw=": "raw", "data-binary=": "binary", "data-ascii=": "d",
		"data-urlencode=": "urlencode", "json=": "json", "location": "L", "get": "G", "user=": "u", "user-agent=": "A", "referer=": "e",
		"max-time=": "m", "connect-timeout=": "ignore1", "write-out=": "w", "insecure": "k", "compressed": "ignore", "verbose": "v",
		"dump-header=": "D", "cookie=": "b", "url=": "url", "retry=": "ignore1", "retry-delay=": "ignore1", "retry-all-errors": "ignore", "max-redirs=": "ignore1", "http1.1": "ignore",
		"http2": "ignore", "no-buffer": "N", "progress-bar": "ignore", "create-dirs": "dirs", "location-trusted": "L", "tlsv1.2": "ignore",
		"proto=": "ignore1", "no-progress-meter": "ignore", "globoff": "ignore", "form=": "F", "upload-file=": "T", "proxy=": "x",
		"unix-socket=": "x", "interface=": "x", "config=": "K", "netrc": "n", "cacert=": "x", "cert=": "x", "key=": "x", "fail-early": "ignore",
	})
	if bad != "" {
		fmt.Fprintf(t.err, "curl: option %s\ncurl: try 'curl --help' or 'curl --manual' for more information\n", bad)
		return 2
	}
	c := curlRun{t: t}
	var data []string
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
			c.out = o.value
		case "O":
			c.remoteName = true
		case "X":
			c.method = o.value
		case "H":
			name, value, ok := strings.Cut(o.value, ":")
			if ok {
				c.headers = append(c.headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
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
			c.setHeader("Cookie", o.value)
		case "m":
			d, ok := duration(o.value)
			if !ok {
				t.say("option -m: expected a proper numerical parameter")
				return 2
			}
			c.maxTime = d
		case "w":
			c.writeOut = o.value
		case "D":
			c.dump = o.value
		case "url":
			urls = append(urls, o.value)
		case "dirs":
			c.createDirs = true
		case "F", "T", "x", "K", "n", "k", "c", "r":
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
	code := 0
	for _, u := range urls {
		if st := c.fetch(u); st != 0 {
			code = st
		}
	}
	return code
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
	t := c.t
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
	f, err := t.open(file)
	if err != nil {
		t.say("Failed to open %s", file)
		return "", 26
	}
	defer f.close()
	b, err := t.all(f)
	if err != nil {
		t.say("Failed to open %s", file)
		return "", 26
	}
	if kind == "d" {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\n"), nil), []byte("\r"), nil)
	}
	return string(b), 0
}

func (c *curlRun) complain(code int, format string, args ...any) int {
	if !c.silent || c.showErr {
		c.t.say("(%d) %s", code, fmt.Sprintf(format, args...))
	}
	return code
}

func (c *curlRun) fetch(target string) int {
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
	t.sh.spend(5000)
	t.sh.settle()
	resp, err := t.sh.sys.cfg.Net.Fetch(ctx, req)
	if err != nil {
		t.sh.proc.check()
		if ctx.Err() != nil {
			return c.complain(28, "Operation timed out")
		}
		return c.refused(u, err)
	}
	defer resp.Body.Close()
	return c.answer(ctx, u, resp)
}

// refused words why there is no answer. The text of other errors is the host's.
func (c *curlRun) refused(u *url.URL, err error) int {
	var denied *jsengine.DeniedError
	var js *jsengine.JSError
	switch {
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
		}
		return c.complain(7, "Failed to connect to %s: %s", clip(u.Host), clip(js.Message))
	}
	return c.complain(7, "Failed to connect to %s", clip(u.Host))
}

func (c *curlRun) answer(ctx context.Context, u *url.URL, resp *jsengine.FetchResponse) int {
	t := c.t
	var w io.Writer = t.out
	name := c.out
	if c.remoteName {
		if name = path.Base(u.Path); name == "/" || name == "." || name == "" {
			return c.complain(23, "Remote file name has no length")
		}
	}
	failed := c.fail && resp.Status >= 400
	discard := failed && !c.failBody
	if name != "" && name != "-" && !discard {
		if c.createDirs {
			_ = t.sh.sys.cfg.Files.MkdirAll(path.Dir(t.sh.abs(name)), 0o755)
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
		fmt.Fprintf(&head, "%s: %s\r\n", h[0], h[1])
	}
	head.WriteString("\r\n")
	if c.dump != "" {
		if d, err := t.create(c.dump, os.O_TRUNC); err == nil {
			io.WriteString(descWriter{t.sh, d}, head.String())
			d.drop()
		}
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
		if err := t.copy(io.MultiWriter(w, &n), resp.Body); err != nil {
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
		c.write(resp, int64(n), name)
	}
	return code
}

func (c *curlRun) write(resp *jsengine.FetchResponse, n int64, name string) {
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
		"%{redirect_url}", redirect, "%{filename_effective}", name, "%{http_version}", "1.1", "%{exitcode}", "0",
		"%{time_total}", "0.000000", "%{num_redirects}", strconv.Itoa(int(truth(resp.Redirected))), "%%", "%", "%{scheme}", "HTTP",
	)
	c.t.out.WriteString(r.Replace(format))
}
