package hostfuncs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/weburl"
	"github.com/buntime/buntime/jsengine/wire"
)

// Budgets bound what one execution may do with the network. A zero field means
// its default.
type Budgets struct {
	Requests   int           // each redirect counts; default 1,000
	Concurrent int           // requests whose body is not read to its end; more wait; default 16
	Hosts      int           // distinct host names and addresses; default 64
	Received   int64         // bytes of bodies, decompressed; default 256 MiB
	Sent       int64         // bytes of bodies, each time they are sent; default 64 MiB
	Timeout    time.Duration // of one fetch, its body included; default 60 s
	Redirects  int           // of one fetch; default 20
}

// Bounds of what reaches or leaves a guest in headers.
const (
	maxHeaders     = 100
	maxHeaderBytes = 64 << 10 // names and values together
	maxHeaderValue = 8 << 10

	dialTimeout = 10 * time.Second
	maxURL      = 64 << 10
)

// Resolver looks names up. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// FetcherConfig describes a Fetcher.
type FetcherConfig struct {
	Policy   *Policy // nil: nothing is reachable
	Budgets  Budgets
	Resolver Resolver       // default net.DefaultResolver
	Deny     []netip.Prefix // never dialled unless the policy opens it: a cluster's own ranges
	RootCAs  *x509.CertPool // default the system's
	// OwnAddrs are this host's addresses; default those of its interfaces. An error
	// refuses all that is not opened.
	OwnAddrs func() ([]netip.Addr, error)
	// Charge is told how much host memory bodies hold more (or, negative, less). An
	// error refuses the fetch. It may be called by several goroutines. May be nil.
	Charge func(delta int64) error
	// Loopback is where the execution's own servers are, which need no policy and are
	// in no budget; nil: it has none.
	Loopback *jsengine.Loopback
}

// Fetcher is the network of one execution: HTTP and HTTPS to what its Policy
// allows, within its Budgets, and to its own servers. It implements jsengine.Net. It uses no proxy, keeps
// no cookies, and follows no redirect that is not checked like the first request.
// Safe for concurrent use.
type Fetcher struct {
	cfg       FetcherConfig // immutable
	transport *http.Transport
	own       *http.Transport // to the execution's own servers: no connection serves both
	slots     chan struct{}   // one for each request under way
	ctx       context.Context
	stop      context.CancelFunc
	active    sync.WaitGroup // of Fetch and dial

	mu       sync.Mutex
	closed   bool                // guarded by mu
	requests int                 // guarded by mu
	received int64               // guarded by mu
	sent     int64               // guarded by mu
	hosts    map[string]struct{} // guarded by mu
	conns    map[*conn]struct{}  // guarded by mu
	bodies   map[*body]struct{}  // guarded by mu; not closed yet
}

var _ jsengine.Net = (*Fetcher)(nil)

// NewFetcher returns a Fetcher. The caller must Close it; until it is used it
// holds no connection and no goroutine.
func NewFetcher(cfg FetcherConfig) *Fetcher {
	b := &cfg.Budgets
	for v, d := range map[*int]int{&b.Requests: 1000, &b.Concurrent: 16, &b.Hosts: 64, &b.Redirects: 20} {
		if *v == 0 {
			*v = d
		}
	}
	for v, d := range map[*int64]int64{&b.Received: 256 << 20, &b.Sent: 64 << 20} {
		if *v == 0 {
			*v = d
		}
	}
	if b.Timeout == 0 {
		b.Timeout = 60 * time.Second
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.OwnAddrs == nil {
		cfg.OwnAddrs = interfaceAddrs
	}
	f := &Fetcher{
		cfg: cfg, slots: make(chan struct{}, b.Concurrent),
		hosts: map[string]struct{}{}, conns: map[*conn]struct{}{}, bodies: map[*body]struct{}{},
	}
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.transport, f.own = f.newTransport(f.dial), f.newTransport(f.dialOwn)
	return f
}

func (f *Fetcher) newTransport(dial func(ctx context.Context, network, hostport string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  nil, // never from the environment
		DialContext:            dial,
		DisableCompression:     true, // decoded here, within bounds
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: f.cfg.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConnsPerHost:    4,
		MaxIdleConns:           f.cfg.Budgets.Concurrent,
		IdleConnTimeout:        30 * time.Second,
		WriteBufferSize:        4 << 10,
		ReadBufferSize:         4 << 10,
	}
}

// interfaceAddrs are the addresses of this host's interfaces.
func interfaceAddrs() ([]netip.Addr, error) {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, a := range list {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, p.Addr())
		}
	}
	return out, nil
}

// Close ends every fetch under way and every body still open, closes all
// connections, and waits for the calls of Fetch and for what was being dialled.
// It may be called twice.
func (f *Fetcher) Close() error {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.stop()
	f.active.Wait()
	f.mu.Lock()
	bodies, conns := f.bodies, f.conns
	f.bodies, f.conns = map[*body]struct{}{}, map[*conn]struct{}{}
	f.mu.Unlock()
	for b := range bodies {
		b.Close()
	}
	f.transport.CloseIdleConnections()
	f.own.CloseIdleConnections()
	for c := range conns {
		c.Conn.Close()
	}
	return nil
}

// enter keeps Close waiting until f.active.Done, or reports that f is closed.
func (f *Fetcher) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.active.Add(1)
	return true
}

// Usage returns the requests made and the bytes of bodies received and sent.
func (f *Fetcher) Usage() (requests int, received, sent int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests, f.received, f.sent
}

// denied is the refusal of a target by a rule of the policy or a budget.
func denied(target, rule string) error {
	return &jsengine.DeniedError{Capability: "net", Target: target, Grant: rule}
}

func typeError(format string, args ...any) error {
	return &jsengine.JSError{Name: "TypeError", Message: fmt.Sprintf(format, args...)}
}

// target is a URL taken apart: what is asked, of whom.
type target struct {
	u      *url.URL
	href   string // as WHATWG writes it, without fragment
	host   string // lower-case; IPv6 without brackets
	port   uint16
	origin string
	own    bool // a server of the execution's own, as check found
}

// hostPort names the target in errors.
func (t *target) hostPort() string { return net.JoinHostPort(t.host, strconv.Itoa(int(t.port))) }

// parseTarget reads a URL by the WHATWG rules, relative to base unless that is
// "". Every spelling of an IPv4 address comes out as four decimal numbers.
func parseTarget(base, raw string) (*target, error) {
	if len(raw) > maxURL {
		return nil, typeError("URL is longer than %d bytes", maxURL)
	}
	var from *weburl.URL
	if base != "" {
		var err error
		if from, err = weburl.Parse(base, nil); err != nil {
			return nil, typeError("Invalid URL")
		}
	}
	w, err := weburl.Parse(strings.ToValidUTF8(raw, "\uFFFD"), from) // a redirect's may be any bytes
	if err != nil {
		return nil, typeError("Invalid URL")
	}
	t := &target{host: w.Host}
	switch w.Scheme {
	case "http":
		t.port = 80
	case "https":
		t.port = 443
	default:
		return nil, denied(fmt.Sprintf("%.40s: URLs", w.Scheme), "only http: and https: URLs can be fetched")
	}
	if w.Username != "" || w.Password != "" {
		return nil, typeError("Request cannot be constructed from a URL that includes credentials")
	}
	switch {
	case w.Port == 0:
		return nil, typeError("Invalid URL: port 0")
	case w.Port > 0:
		t.port = uint16(w.Port)
	}
	authority := t.host
	if inner, ok := strings.CutPrefix(t.host, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if err != nil || addr.Zone() != "" {
			return nil, typeError("Invalid URL: host")
		}
		t.host = inner
	} else if _, err := netip.ParseAddr(t.host); err != nil {
		// A name. What the last label makes a number would be an address to some
		// resolvers; the WHATWG rules leave none, and none is looked up.
		if endsInNumber(strings.TrimSuffix(t.host, ".")) || !plainHost(t.host) {
			return nil, typeError("Invalid URL: host")
		}
	}
	if w.Port > 0 {
		authority += ":" + strconv.Itoa(w.Port)
	}
	path := escapePath(w.Pathname())
	unescaped, err := url.PathUnescape(path)
	if err != nil {
		return nil, typeError("Invalid URL: path")
	}
	if strings.ContainsFunc(w.Query, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, typeError("Invalid URL: query")
	}
	t.u = &url.URL{Scheme: w.Scheme, Host: authority, Path: unescaped, RawPath: path, RawQuery: w.Query}
	w.Fragment, w.HasFragment = "", false
	t.href = w.String()
	t.origin = w.Scheme + "://" + t.hostPort()
	return t, nil
}

// plainHost reports whether a host name is made of what names are made of.
func plainHost(host string) bool {
	ok := func(r rune) bool {
		return r == '-' || r == '.' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z'
	}
	return host != "" && len(host) <= 254 && !strings.ContainsFunc(host, func(r rune) bool { return !ok(r) })
}

// escapePath escapes what WHATWG leaves in a path and net/url does not take, so
// that the path goes out as it is written otherwise.
func escapePath(path string) string {
	const hex = "0123456789ABCDEF"
	isHex := func(c byte) bool {
		return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	var b strings.Builder
	for i := range len(path) {
		switch c := path[i]; {
		case c == '%' && i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2]),
			'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-._~!$&'()*+,;=:@/[]", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// badPorts are those that the Fetch standard blocks: other protocols' that take
// HTTP for theirs. An opening lifts it.
var badPorts = map[uint16]bool{
	1: true, 7: true, 9: true, 11: true, 13: true, 15: true, 17: true, 19: true, 20: true, 21: true, 22: true, 23: true,
	25: true, 37: true, 42: true, 43: true, 53: true, 69: true, 77: true, 79: true, 87: true, 95: true, 101: true,
	102: true, 103: true, 104: true, 109: true, 110: true, 111: true, 113: true, 115: true, 117: true, 119: true,
	123: true, 135: true, 137: true, 139: true, 143: true, 161: true, 179: true, 389: true, 427: true, 465: true,
	512: true, 513: true, 514: true, 515: true, 526: true, 530: true, 531: true, 532: true, 540: true, 548: true,
	554: true, 556: true, 563: true, 587: true, 601: true, 636: true, 989: true, 990: true, 993: true, 995: true,
	1719: true, 1720: true, 1723: true, 2049: true, 3659: true, 4045: true, 4190: true, 5060: true, 5061: true,
	6000: true, 6566: true, 6665: true, 6666: true, 6667: true, 6668: true, 6669: true, 6679: true, 6697: true, 10080: true,
}

// ruleError carries a refusal out of net/http's dialling.
type ruleError struct{ rule string }

func (e *ruleError) Error() string { return e.rule }

// conn is a connection that Close can end.
type conn struct {
	net.Conn
	f *Fetcher
}

func (c *conn) Close() error {
	c.f.mu.Lock()
	delete(c.f.conns, c)
	c.f.mu.Unlock()
	return c.Conn.Close()
}

// dial is the Transport's. hostport is that of the URL; what is checked is each
// address that it leads to, at the moment it is dialled.
func (f *Fetcher) dial(ctx context.Context, _, hostport string) (net.Conn, error) {
	host, portText, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	port64, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, err
	}
	port := uint16(port64)

	// A dial may outlive its request (the connection could serve the next one),
	// but not the Fetcher.
	if !f.enter() {
		return nil, context.Canceled
	}
	defer f.active.Done()
	ctx, cancel := context.WithTimeout(ctx, 2*dialTimeout)
	defer cancel()
	defer context.AfterFunc(f.ctx, cancel)()

	t, refused := f.cfg.Policy.admit(host, port)
	if refused != "" {
		return nil, f.refusal(host, refused)
	}
	own, err := f.cfg.OwnAddrs()
	if err != nil {
		t.public = false
	}
	var addrs []netip.Addr
	if literal, err := netip.ParseAddr(host); err == nil {
		addrs = []netip.Addr{literal}
	} else {
		// The system's table of hosts knows no rooted names.
		addrs, err = f.cfg.Resolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(host, "."))
		if err != nil {
			return nil, err
		}
		for i := range addrs {
			addrs[i] = addrs[i].Unmap() // how resolvers write IPv4
		}
		if len(addrs) > 16 {
			addrs = addrs[:16]
		}
	}
	d := net.Dialer{
		Timeout: dialTimeout,
		Control: func(network, address string, _ syscall.RawConn) error {
			ap, err := netip.ParseAddrPort(address)
			if err != nil || ap.Port() != port || network != "tcp4" && network != "tcp6" {
				return &ruleError{"not an address"}
			}
			if refused := t.dial(netip.AddrPortFrom(ap.Addr(), port), own, f.cfg.Deny); refused != "" {
				return &ruleError{refused}
			}
			return nil
		},
	}
	err = &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	for _, a := range addrs {
		// Before the dialer too, which would unwrap an IPv4-mapped literal.
		ap := netip.AddrPortFrom(a, port)
		if refused := t.dial(ap, own, f.cfg.Deny); refused != "" {
			err = f.refusal(host, refused)
			continue
		}
		c, dialErr := d.DialContext(ctx, "tcp", ap.String())
		if dialErr != nil {
			err = dialErr
			continue
		}
		return f.track(c)
	}
	return nil, err
}

// dialOwn is dial for what check found to be the execution's own.
func (f *Fetcher) dialOwn(_ context.Context, _, hostport string) (net.Conn, error) {
	_, portText, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, err
	}
	c, err := f.cfg.Loopback.Dial(int(port))
	if err != nil {
		return nil, err
	}
	return f.track(c)
}

// track returns c as a connection that Close ends.
func (f *Fetcher) track(c net.Conn) (net.Conn, error) {
	tracked := &conn{c, f}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, errors.Join(context.Canceled, c.Close())
	}
	f.conns[tracked] = struct{}{}
	return tracked, nil
}

// ownServer reports whether a program of the execution listens there.
func (f *Fetcher) ownServer(host string, port uint16) bool {
	return jsengine.IsLocal(host) && f.cfg.Loopback != nil && f.cfg.Loopback.Listening(int(port))
}

// nobody reports whether a host that the policy refuses is the machine on which the
// execution had servers: nobody listens there, then.
func (f *Fetcher) nobody(host string) bool {
	return jsengine.IsLocal(host) && f.cfg.Loopback != nil && f.cfg.Loopback.Used()
}

// refusal carries a rule, or that nobody listens, out of net/http's dialling.
func (f *Fetcher) refusal(host, rule string) error {
	if f.nobody(host) {
		return syscall.ECONNREFUSED
	}
	return &ruleError{rule}
}

// refusedHeaders are those a guest cannot set: they belong to the connection or
// say where a request goes.
var refusedHeaders = map[string]bool{
	"Host": true, "Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Proxy-Authenticate": true,
	"Proxy-Authorization": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Expect": true,
	"Http2-Settings": true, "Via": true, "Alt-Used": true,
}

// requestHeader checks a guest's headers. Only a server of its own gets a Host.
func requestHeader(req *jsengine.FetchRequest, own bool) (http.Header, error) {
	if len(req.Header) > maxHeaders {
		return nil, typeError("a request can have at most %d headers", maxHeaders)
	}
	h, total := http.Header{}, 0
	for _, kv := range req.Header {
		name, value := kv[0], strings.Trim(kv[1], " \t\r\n")
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return nil, typeError("Invalid header: %.80q", name)
		}
		if total += len(name) + len(value); len(value) > maxHeaderValue || total > maxHeaderBytes {
			return nil, typeError("headers are too large: %.80q (at most %d bytes a value, %d together)", name, maxHeaderValue, maxHeaderBytes)
		}
		switch key := http.CanonicalHeaderKey(name); {
		case key == "Host" && own:
			h.Set(key, value)
		case refusedHeaders[key] || strings.HasPrefix(key, "Proxy-"):
			return nil, denied("header "+key, "a guest cannot set this header")
		case key == "Content-Length" && req.Stream != nil:
			if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < 0 {
				return nil, typeError("Content-Length is not a number")
			}
			h.Set(key, value) // the transport holds the stream to it
		case key == "Content-Length":
			if value != strconv.Itoa(len(req.Body)) {
				return nil, typeError("Content-Length does not match the body")
			}
		default:
			h.Add(key, value)
		}
	}
	if h.Get("Accept-Encoding") == "" {
		h.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	}
	if _, ok := h["User-Agent"]; !ok {
		h.Set("User-Agent", "buntime")
	}
	return h, nil
}

// begin takes what one request costs from the budgets.
func (f *Fetcher) begin(t *target, body int) error {
	if t.own {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.cfg.Budgets
	_, known := f.hosts[t.host]
	switch {
	case f.closed:
		return context.Canceled
	case f.requests >= b.Requests:
		return denied(t.hostPort(), fmt.Sprintf("more than %d requests in one execution", b.Requests))
	case !known && len(f.hosts) >= b.Hosts:
		return denied(t.hostPort(), fmt.Sprintf("more than %d hosts in one execution", b.Hosts))
	case f.sent+int64(body) > b.Sent:
		return denied(t.hostPort(), fmt.Sprintf("more than %d bytes sent in one execution", b.Sent))
	}
	f.requests++
	f.hosts[t.host] = struct{}{}
	f.sent += int64(body)
	return nil
}

// Fetch implements jsengine.Net. The context bounds the fetch and its body. It
// waits while too many requests are under way, and returns when the response's
// head is there. Errors: *DeniedError for what policy or budgets refuse, *JSError
// (a TypeError) for what is wrong with the request and what fails on the way,
// ctx's own.
func (f *Fetcher) Fetch(ctx context.Context, req *jsengine.FetchRequest) (resp *jsengine.FetchResponse, err error) {
	defer func() {
		if err != nil && req.Stream != nil {
			_ = req.Stream.Close() // whoever feeds it stops
		}
		if err != nil && req.Conn != nil {
			_ = req.Conn.Close() // never fails
		}
	}()
	if !f.enter() {
		return nil, context.Canceled
	}
	defer f.active.Done()

	method := req.Method
	switch up := strings.ToUpper(method); {
	case method == "":
		method = http.MethodGet
	case up == "CONNECT" || up == "TRACE" || up == "TRACK":
		return nil, denied("method "+up, "a guest cannot use this method")
	case !httpguts.ValidHeaderFieldName(method) || len(method) > 64: // both are tokens
		return nil, typeError("Invalid method")
	case up == "GET" || up == "HEAD" || up == "POST" || up == "PUT" || up == "DELETE" || up == "OPTIONS":
		method = up
	}
	if (method == "GET" || method == "HEAD") && req.HasBody {
		return nil, typeError("Request with GET/HEAD method cannot have body")
	}
	t, err := parseTarget("", req.URL)
	if err != nil {
		return nil, err
	}
	header, err := requestHeader(req, req.Conn != nil || f.ownServer(t.host, t.port))
	if err != nil {
		return nil, err
	}

	// From here the slot, the timer and what is charged belong to end, which the
	// body of a response takes over.
	reqCtx, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(f.ctx, func() { cancel(nil) })
	if req.Stream != nil {
		// The transport waits for whoever reads the stream, also when it gave the request up.
		context.AfterFunc(reqCtx, func() { _ = req.Stream.Close() })
	}
	var timer *time.Timer // once it has a slot
	outside := func() error {
		if timer != nil {
			return nil
		}
		select {
		case f.slots <- struct{}{}:
		case <-reqCtx.Done():
			return reqCtx.Err()
		}
		timer = time.AfterFunc(f.cfg.Budgets.Timeout, func() { cancel(context.DeadlineExceeded) })
		return nil
	}
	end := func() {
		unhook()
		cancel(nil)
		if timer != nil {
			timer.Stop()
			<-f.slots
		}
	}
	defer func() {
		if err != nil {
			err = f.failure(ctx, reqCtx, t, err) // before end, which ends reqCtx
			end()
		}
	}()

	payload, hasBody, conn := req.Body, req.HasBody, req.Conn
	redirected := false
	for hops := 0; ; hops++ {
		if conn != nil {
			t.own = true
		} else if err := f.check(t); err != nil {
			return nil, err
		}
		if !t.own {
			if err := outside(); err != nil {
				return nil, err
			}
		}
		if err := f.begin(t, len(payload)); err != nil {
			return nil, err
		}
		hr := (&http.Request{
			Method: method, URL: t.u, Host: t.u.Host, Header: header.Clone(),
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}).WithContext(reqCtx)
		hr.Close = req.Close || conn != nil
		if name := hr.Header.Get("Host"); name != "" {
			hr.Host = name
			hr.Header.Del("Host")
			header.Del("Host") // of this one alone
		}
		if hasBody {
			hr.ContentLength = int64(len(payload))
		}
		if req.Stream != nil && hasBody {
			hr.ContentLength = -1
			if n := header.Get("Content-Length"); n != "" {
				hr.ContentLength, _ = strconv.ParseInt(n, 10, 64) // requestHeader looked at it
				hr.Header.Del("Content-Length")
			}
			hr.Body = &sender{f: f, r: req.Stream, target: t}
		} else if hasBody {
			hr.Body, hr.GetBody = http.NoBody, func() (io.ReadCloser, error) { return http.NoBody, nil }
			if len(payload) > 0 {
				data := payload
				hr.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
				hr.Body, _ = hr.GetBody()
			}
		}
		transport := f.transport
		switch {
		case conn != nil:
			transport = f.newTransport(func(context.Context, string, string) (net.Conn, error) { return f.track(req.Conn) })
		case t.own:
			transport = f.own
		}
		r, err := transport.RoundTrip(hr)
		if err != nil {
			return nil, err
		}
		location := r.Header.Get("Location")
		redirect := location != "" && (r.StatusCode >= 301 && r.StatusCode <= 303 || r.StatusCode == 307 || r.StatusCode == 308)
		switch {
		case r.StatusCode == http.StatusSwitchingProtocols:
			r.Body.Close()
			return nil, typeError("fetch failed: the server switched protocols")
		case redirect && req.Redirect == "error":
			r.Body.Close()
			return nil, typeError("unexpected redirect")
		case !redirect || req.Redirect == "manual":
			return f.response(reqCtx, r, method, t, redirected, end)
		case hasBody && req.Stream != nil && r.StatusCode != http.StatusSeeOther:
			r.Body.Close()
			return nil, typeError("fetch failed: the redirect needs the body again, which was a stream")
		}
		r.Body.Close()
		if hops >= f.cfg.Budgets.Redirects {
			return nil, typeError("fetch failed: more than %d redirects", f.cfg.Budgets.Redirects)
		}
		next, err := parseTarget(t.href, location)
		if err != nil {
			return nil, err
		}
		if (r.StatusCode == 301 || r.StatusCode == 302) && method == "POST" || r.StatusCode == 303 && method != "GET" && method != "HEAD" {
			method, payload, hasBody = "GET", nil, false
			for name := range header {
				if strings.HasPrefix(name, "Content-") {
					header.Del(name)
				}
			}
		}
		if next.origin != t.origin {
			header.Del("Authorization")
			header.Del("Cookie")
		}
		t, redirected, conn = next, true, nil
	}
}

// sender is the body of a request that comes as a stream: counted as it is sent.
type sender struct {
	f      *Fetcher
	r      io.ReadCloser
	target *target
}

// Read implements io.Reader. Errors: the stream's, *DeniedError for the budget.
func (s *sender) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.target.own {
		return n, err
	}
	s.f.mu.Lock()
	s.f.sent += int64(n)
	over := s.f.sent > s.f.cfg.Budgets.Sent
	s.f.mu.Unlock()
	if over {
		return 0, denied(s.target.hostPort(), fmt.Sprintf("more than %d bytes sent in one execution", s.f.cfg.Budgets.Sent))
	}
	return n, err
}

// Close implements io.Closer.
func (s *sender) Close() error { return s.r.Close() }

// Allowed decides on a URL as Fetch does before it looks anything up. Errors:
// *DeniedError, *JSError, syscall.ECONNREFUSED.
func (f *Fetcher) Allowed(url string) error {
	t, err := parseTarget("", url)
	if err != nil {
		return err
	}
	return f.check(t)
}

// check decides on a target by its URL.
func (f *Fetcher) check(t *target) error {
	if t.own = f.ownServer(t.host, t.port); t.own {
		return nil
	}
	ticket, refused := f.cfg.Policy.admit(t.host, t.port)
	switch {
	case refused != "" && f.nobody(t.host):
		return syscall.ECONNREFUSED
	case refused != "":
		return denied(t.hostPort(), refused)
	}
	if !badPorts[t.port] || ticket.opened {
		return nil
	}
	literal, err := netip.ParseAddr(t.host)
	ap := netip.AddrPortFrom(literal, t.port)
	if err == nil && slices.ContainsFunc(f.cfg.Policy.openings, func(r rule) bool { return r.matchAddr(ap) }) {
		return nil
	}
	return denied(t.hostPort(), fmt.Sprintf("port %d is blocked by the Fetch standard", t.port))
}

// response makes the guest's response of r. end is called once, when its body
// is done with; not if this returns an error.
func (f *Fetcher) response(ctx context.Context, r *http.Response, method string, t *target, redirected bool, end func()) (*jsengine.FetchResponse, error) {
	out := &jsengine.FetchResponse{
		Status: r.StatusCode, URL: t.href, Redirected: redirected,
		StatusText: strings.TrimSpace(strings.TrimPrefix(r.Status, strconv.Itoa(r.StatusCode))),
	}
	out.Header = responseHeader(r.Header)
	b := &body{f: f, src: r.Body, end: end, target: t}
	b.r = r.Body
	list, tooMany := codings(r.Header.Values("Content-Encoding"))
	if tooMany {
		r.Body.Close()
		return nil, typeError("fetch failed: more than %d content codings", maxCodings)
	}
	if method == "HEAD" || r.StatusCode == 204 || r.StatusCode == 304 {
		list = nil
	}
	f.mu.Lock()
	left := f.cfg.Budgets.Received - f.received
	f.mu.Unlock()
	memory := int64(0)
	for _, coding := range slices.Backward(list) {
		s := &stage{coding: coding, src: b.r, limit: left}
		b.stages, b.r = append(b.stages, s), s
		memory += codingMemory[coding]
	}
	if memory > 0 && f.cfg.Charge != nil {
		if err := f.cfg.Charge(memory); err != nil {
			r.Body.Close()
			return nil, denied(t.hostPort(), "no memory is left to decode the response")
		}
		b.held = memory
	}
	out.Body = b
	if r.Body == http.NoBody {
		b.err = io.EOF
		b.finish()
		return out, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bodies[b] = struct{}{}
	// A body that nobody reads must not hold its place for ever.
	b.unhook = context.AfterFunc(ctx, b.finish)
	return out, nil
}

// responseHeader lists headers by name, in lower case. What goes over the bounds
// is left out: values over 8 KB, then what comes after 100 headers or 64 KB.
func responseHeader(h http.Header) [][2]string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var out [][2]string
	total := 0
	for _, name := range names {
		for _, value := range h[name] {
			if len(value) > maxHeaderValue {
				continue
			}
			if total += len(name) + len(value); len(out) == maxHeaders || total > maxHeaderBytes {
				return out
			}
			out = append(out, [2]string{strings.ToLower(name), value})
		}
	}
	return out
}

// body is a response's body: decoded, counted, and ended with its request. It is
// read by one goroutine; Close may come from another.
type body struct {
	f      *Fetcher
	src    io.Closer
	r      io.Reader
	stages []*stage
	end    func()
	unhook func() bool // guarded by f.mu; nil if there is nothing to read
	target *target
	held   int64

	mu   sync.Mutex // held while reading
	err  error      // guarded by mu
	once sync.Once
}

// Read implements io.Reader. Errors: io.EOF, *DeniedError for the budget,
// *JSError for what fails on the way.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.r.Read(p)
	b.f.mu.Lock()
	if !b.target.own {
		b.f.received += int64(n)
	}
	over := b.f.received > b.f.cfg.Budgets.Received
	b.f.mu.Unlock()
	if over || errors.Is(err, errTooLong) {
		n, err = 0, denied(b.target.hostPort(), fmt.Sprintf("more than %d bytes received in one execution", b.f.cfg.Budgets.Received))
	}
	if err == nil {
		return n, nil
	}
	if err != io.EOF {
		err = b.failure(err)
	}
	b.err = err
	b.finish()
	return n, err
}

func (b *body) failure(err error) error {
	var d *jsengine.DeniedError
	switch {
	case errors.As(err, &d):
		return d
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return typeError("terminated: the response's body could not be read")
}

// finish gives back what the request held.
func (b *body) finish() {
	b.once.Do(func() {
		b.f.mu.Lock()
		unhook := b.unhook
		delete(b.f.bodies, b)
		b.f.mu.Unlock()
		if unhook != nil {
			unhook()
		}
		b.end() // before Close: it unblocks a Read
		b.src.Close()
		if b.held > 0 {
			b.f.cfg.Charge(-b.held)
		}
	})
}

// Close implements io.Closer. It unblocks a Read, and waits for it.
func (b *body) Close() error {
	b.finish()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.stages {
		s.Close()
	}
	b.stages = nil
	if b.err == nil {
		b.err = errors.New("hostfuncs: read of a closed body")
	}
	return nil
}

// failure words an error of net/http for the guest. Nothing of the host's own
// detail (its addresses, its resolver) is in it.
func (f *Fetcher) failure(ctx, reqCtx context.Context, t *target, err error) error {
	var (
		d    *jsengine.DeniedError
		js   *jsengine.JSError
		rule *ruleError
		dns  *net.DNSError
		no   syscall.Errno
		cert *tls.CertificateVerificationError
	)
	// The guest words it as Node or Bun does, by the code, the system's call, and whom it was about.
	failed := func(code, call, format string, args ...any) error {
		e := &jsengine.JSError{Name: "TypeError", Message: "fetch failed: " + fmt.Sprintf(format, args...), Code: code}
		if call != "" {
			e.Fields = wire.Object{{Key: "syscall", Value: call}, {Key: "hostname", Value: t.host}, {Key: "port", Value: int32(t.port)}}
		}
		return e
	}
	switch {
	case errors.As(err, &d), errors.As(err, &js):
		return err
	case errors.As(err, &rule):
		return denied(t.hostPort(), rule.rule)
	case ctx.Err() != nil:
		return ctx.Err()
	case f.ctx.Err() != nil:
		return context.Canceled
	case reqCtx.Err() != nil:
		return failed("ETIMEDOUT", "", "%s did not answer within %v", t.hostPort(), f.cfg.Budgets.Timeout)
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return failed("ENOTFOUND", "getaddrinfo", "the name %s was not found", t.host)
		}
		return failed("EAI_AGAIN", "getaddrinfo", "the name %s could not be looked up", t.host)
	case errors.As(err, &cert):
		return failed("ERR_TLS_CERT_INVALID", "", "the certificate of %s is not trusted", t.hostPort())
	case errors.As(err, &no):
		code := codeOf(no)
		call := "connect"
		if no == syscall.ECONNRESET || no == syscall.EPIPE {
			call = "read"
		}
		return failed(code, call, "%s (%s)", code, t.hostPort())
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return failed("ETIMEDOUT", "", "%s did not answer in time", t.hostPort())
	}
	if strings.Contains(err.Error(), "header") && strings.Contains(err.Error(), "exceeded") {
		return failed("ERR_HEADERS_OVERFLOW", "", "the headers of %s are over %d bytes", t.hostPort(), maxHeaderBytes)
	}
	return failed("ECONNRESET", "", "the connection to %s ended too early, or does not speak HTTP", t.hostPort())
}
