package hostfuncs

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	brrr "github.com/molecule-man/go-brrr"
	"go.uber.org/goleak"

	"github.com/buntime/buntime/jsengine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names is a resolver of fixed answers.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	list, ok := n[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var out []netip.Addr
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out, nil
}

// testNames has what tests look up. The mapped form is how resolvers write IPv4.
var testNames = names{
	"localhost": {"127.0.0.1"}, "localhost.": {"127.0.0.1"}, "rebind.test": {"127.0.0.1"}, "mapped.test": {"::ffff:127.0.0.1"},
	"six.test": {"::1"}, "a.rebind.test": {"127.0.0.1"},
}

// server is a real server on a loopback address that counts what reaches it.
type server struct {
	*httptest.Server
	hits atomic.Int64
	port string
}

func newServer(t testing.TB, address string, h http.HandlerFunc) *server {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	s.Server = &httptest.Server{Listener: l, Config: &http.Server{
		Handler:   h,
		ConnState: func(_ net.Conn, st http.ConnState) { countNew(&s.hits, st) },
	}}
	s.Start()
	t.Cleanup(s.Close)
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	return s
}

// countNew counts connections, not requests: not even one may be opened.
func countNew(hits *atomic.Int64, st http.ConnState) {
	if st == http.StateNew {
		hits.Add(1)
	}
}

func newFetcher(t testing.TB, p *Policy, b Budgets) *Fetcher {
	t.Helper()
	f := NewFetcher(FetcherConfig{Policy: p, Budgets: b, Resolver: testNames})
	t.Cleanup(func() { f.Close() })
	return f
}

func opened(t testing.TB, allow ...string) *Policy {
	t.Helper()
	p, err := ServerPolicy("none", allow)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(ctx context.Context, f *Fetcher, u string, header ...[2]string) (*jsengine.FetchResponse, string, error) {
	r, err := f.Fetch(ctx, &jsengine.FetchRequest{Method: "GET", URL: u, Header: header})
	if err != nil {
		return nil, "", err
	}
	data, err := io.ReadAll(r.Body)
	return r, string(data), errors.Join(err, r.Body.Close())
}

func hello(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }

func isDenied(err error) bool {
	var d *jsengine.DeniedError
	return errors.As(err, &d) && d.Grant != ""
}

// TestLoopbackSpellings: no spelling of loopback is reached unless the policy
// opens exactly that address; then each is.
func TestLoopbackSpellings(t *testing.T) {
	four := newServer(t, "127.0.0.1:0", hello)
	six := newServer(t, "[::1]:0", hello)
	spellings := map[string]struct {
		url  string // P is the port
		six  bool
		open string // what opens it; default 127.0.0.1:P or [::1]:P
	}{
		"dotted":           {url: "http://127.0.0.1:P/"},
		"decimal":          {url: "http://2130706433:P/"},
		"hex":              {url: "http://0x7f000001:P/"},
		"hex, upper case":  {url: "http://0X7F000001:P/"},
		"octal":            {url: "http://0177.0.0.1:P/"},
		"octal whole":      {url: "http://017700000001:P/"},
		"mixed":            {url: "http://0x7f.0.1:P/"},
		"short":            {url: "http://127.1:P/"},
		"trailing dot":     {url: "http://127.0.0.1.:P/"},
		"percent-encoded":  {url: "http://%31%32%37.0.0.1:P/"},
		"full width":       {url: "http://１２７.0.0.1:P/"},
		"ideographic dots": {url: "http://127。0。0。1:P/"},
		"backslashes":      {url: "http:\\\\127.0.0.1:P\\"},
		"tab and newline":  {url: "http://127.0.\t0.\n1:P/"},
		"IPv6":             {url: "http://[::1]:P/", six: true},
		"IPv6 long":        {url: "http://[0:0:0:0:0:0:0:1]:P/", six: true},
		"mapped":           {url: "http://[::ffff:127.0.0.1]:P/"},
		"mapped, hex":      {url: "http://[::ffff:7f00:1]:P/"},
		"localhost":        {url: "http://localhost:P/"},
		"localhost.":       {url: "http://localhost.:P/"},
		"LOCALHOST":        {url: "http://LOCALHOST:P/"},
		"name":             {url: "http://rebind.test:P/"},
		"name, mapped":     {url: "http://mapped.test:P/"},
		"name, IPv6":       {url: "http://six.test:P/", six: true},
		"by name":          {url: "http://rebind.test:P/", open: "rebind.test:P"},
		"by name, dot":     {url: "http://localhost.:P/", open: "localhost:P"},
		"by name, case":    {url: "http://LocalHost:P/", open: "LOCALHOST.:P"},
		"this network":     {url: "http://0.0.0.0:P/", open: "0.0.0.0:P"},
		"this network, 0":  {url: "http://0:P/", open: "0.0.0.0:P"},
	}
	for name, tt := range spellings {
		t.Run(name, func(t *testing.T) {
			s, open := four, "127.0.0.1:P"
			if tt.six {
				s, open = six, "[::1]:P"
			}
			if tt.open != "" {
				open = tt.open
			}
			open = strings.ReplaceAll(open, "P", s.port)
			if strings.HasPrefix(tt.open, "L") {
				open = "LOCALHOST.:" + s.port
			}
			u := strings.ReplaceAll(tt.url, ":P", ":"+s.port)

			public, err := ServerPolicy("public", nil)
			if err != nil {
				t.Fatal(err)
			}
			other, _ := ServerPolicy("public", []string{"127.0.0.1:1", "[::1]:1", "localhost:1", "127.0.0.2:" + s.port})
			grants, _ := Grants([]string{"public", "*.test", "rebind.test", "localhost"})
			no, _ := ParseNarrowing([]byte(`{"allow":["example.com"]}`))
			none, _ := ParseNarrowing([]byte(`"none"`))
			before := s.hits.Load()
			for what, p := range map[string]*Policy{
				"nil": nil, "public": public, "none": opened(t), "others": other, "grants": grants,
				"narrowed": opened(t, open).Narrow(no), "narrowed to none": opened(t, open).Narrow(none),
			} {
				f := newFetcher(t, p, Budgets{})
				if _, _, err := get(t.Context(), f, u); !isDenied(err) {
					t.Errorf("%s: err = %v, want a refusal", what, err)
				}
			}
			if n := s.hits.Load() - before; n != 0 {
				t.Errorf("the server was reached %d times", n)
			}

			_, body, err := get(t.Context(), newFetcher(t, opened(t, open), Budgets{}), u)
			if err != nil || body != "hello" {
				t.Errorf("with %s open: %q, %v", open, body, err)
			}
			if n := s.hits.Load() - before; n != 1 {
				t.Errorf("with %s open the server was reached %d times, want 1", open, n)
			}
		})
	}
}

// TestRedirectIsChecked: a redirect is decided like a first request.
func TestRedirectIsChecked(t *testing.T) {
	inner := newServer(t, "127.0.0.1:0", hello)
	for _, to := range []string{"127.0.0.1", "2130706433", "localhost.", "[::ffff:127.0.0.1]", "rebind.test", "0x7f.1"} {
		outer := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+to+":"+inner.port+"/", http.StatusFound)
		})
		before := inner.hits.Load()
		if _, _, err := get(t.Context(), newFetcher(t, opened(t, "127.0.0.1:"+outer.port), Budgets{}), outer.URL); !isDenied(err) {
			t.Errorf("%s: err = %v, want a refusal", to, err)
		}
		if n := inner.hits.Load() - before; n != 0 {
			t.Errorf("%s: the server was reached %d times", to, n)
		}
		r, body, err := get(t.Context(), newFetcher(t, opened(t, "127.0.0.1:"+outer.port, "127.0.0.1:"+inner.port), Budgets{}), outer.URL)
		if err != nil || body != "hello" || !r.Redirected || !strings.HasSuffix(r.URL, ":"+inner.port+"/") {
			t.Errorf("%s, open: %q, %v", to, body, err)
		}
	}
}

// TestDialledAddress: a name is decided by the address dialled, so that a
// resolver that changes its mind changes nothing.
func TestDialledAddress(t *testing.T) {
	s := newServer(t, "127.0.0.1:0", hello)
	public, _ := ServerPolicy("public", nil)
	// The first address is refused by its class, the second is the host's own.
	f := NewFetcher(FetcherConfig{
		Policy: public, Resolver: names{"two.test": {"10.0.0.1", "127.0.0.1"}, "own.test": {"93.184.216.34"}},
		OwnAddrs: func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil },
	})
	defer f.Close()
	for u, rule := range map[string]string{
		"http://two.test:" + s.port: "loopback", "http://own.test:" + s.port: "own", "http://93.184.216.34": "own",
	} {
		if _, _, err := get(t.Context(), f, u); !isDenied(err) || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v, want a refusal for %q", u, err, rule)
		}
	}
	broken := NewFetcher(FetcherConfig{Policy: public, OwnAddrs: func() ([]netip.Addr, error) { return nil, errors.New("no") }})
	defer broken.Close()
	if _, _, err := get(t.Context(), broken, "http://93.184.216.34"); !isDenied(err) {
		t.Errorf("without own addresses: %v, want a refusal", err)
	}
	if n := s.hits.Load(); n != 0 {
		t.Errorf("the server was reached %d times", n)
	}
}

func TestRequestHeaders(t *testing.T) {
	var got http.Header
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { got = r.Header })
	many := make([][2]string, maxHeaders+1)
	for i := range many {
		many[i] = [2]string{fmt.Sprintf("x-%d", i), "v"}
	}
	big := slices.Repeat([][2]string{{"x", strings.Repeat("v", maxHeaderValue)}}, 9)
	for name, tt := range map[string]struct {
		header [][2]string
		denied bool
		bad    bool
	}{
		"ordinary":            {header: [][2]string{{"authorization", "x"}, {"x-a", "1"}, {"x-a", "2"}}},
		"right length":        {header: [][2]string{{"content-length", "0"}}},
		"host":                {header: [][2]string{{"host", "internal"}}, denied: true},
		"Host":                {header: [][2]string{{"Host", "internal"}}, denied: true},
		"connection":          {header: [][2]string{{"connection", "x-a"}}, denied: true},
		"transfer-encoding":   {header: [][2]string{{"Transfer-Encoding", "chunked"}}, denied: true},
		"upgrade":             {header: [][2]string{{"upgrade", "websocket"}}, denied: true},
		"te":                  {header: [][2]string{{"TE", "trailers"}}, denied: true},
		"trailer":             {header: [][2]string{{"trailer", "x"}}, denied: true},
		"expect":              {header: [][2]string{{"expect", "100-continue"}}, denied: true},
		"keep-alive":          {header: [][2]string{{"keep-alive", "1"}}, denied: true},
		"proxy-authorization": {header: [][2]string{{"proxy-authorization", "x"}}, denied: true},
		"proxy-anything":      {header: [][2]string{{"proxy-x", "x"}}, denied: true},
		"wrong length":        {header: [][2]string{{"content-length", "5"}}, bad: true},
		"line break":          {header: [][2]string{{"x-a", "1\r\nx-b: 2"}}, bad: true},
		"NUL":                 {header: [][2]string{{"x-a", "1\x002"}}, bad: true},
		"bad name":            {header: [][2]string{{"x a", "1"}}, bad: true},
		"empty name":          {header: [][2]string{{"", "1"}}, bad: true},
		"name with break":     {header: [][2]string{{"x\r\nhost", "1"}}, bad: true},
		"too many":            {header: many, bad: true},
		"value too long":      {header: [][2]string{{"x", strings.Repeat("v", maxHeaderValue+1)}}, bad: true},
		"too large":           {header: big, bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := get(t.Context(), newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{}), s.URL, tt.header...)
			var js *jsengine.JSError
			if isDenied(err) != tt.denied || errors.As(err, &js) != tt.bad {
				t.Errorf("err = %v", err)
			}
			if !tt.denied && !tt.bad && (err != nil || got.Get("Accept-Encoding") != "gzip, deflate, br, zstd") {
				t.Errorf("err = %v, header = %v", err, got)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Method) })
	f := newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{})
	for method, want := range map[string]string{"": "GET", "get": "GET", "DELETE": "DELETE", "patch": "patch", "PROPFIND": "PROPFIND"} {
		r, err := f.Fetch(t.Context(), &jsengine.FetchRequest{Method: method, URL: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(r.Body); string(got) != want {
			t.Errorf("%q arrived as %q", method, got)
		}
		r.Body.Close()
	}
	for _, method := range []string{"CONNECT", "connect", "TRACE", "Track", "GE T", "GET\r\n", "é"} {
		if _, err := f.Fetch(t.Context(), &jsengine.FetchRequest{Method: method, URL: s.URL}); err == nil {
			t.Errorf("%q was sent", method)
		}
	}
}

func TestURLs(t *testing.T) {
	f := newFetcher(t, opened(t, "rebind.test:80"), Budgets{})
	for _, u := range []string{
		"", "x", "//rebind.test/", "file:///etc/passwd", "ftp://rebind.test/", "gopher://rebind.test/", "data:,x", "blob:x", "javascript:1",
		"http://", "http://user@rebind.test/", "http://u:p@rebind.test/", "http://rebind.test:0/", "http://rebind.test:99999/",
		"http://[::1%25lo]/", "http://[::1%lo]/", "http://rebind.test\x00/", "http://a b/", "http://1.2.3.4.5/", "http://256.0.0.1/",
		"http://0x/", "http://1.2.3.08/", "http://" + strings.Repeat("a", 300) + "/", "http://rebind.test/" + strings.Repeat("a", maxURL),
	} {
		if _, _, err := get(t.Context(), f, u); err == nil {
			t.Errorf("%.60q was fetched", u)
		}
	}
}

// TestTargets: what goes on the wire is what the URL says.
func TestTargets(t *testing.T) {
	var uri, host string
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { uri, host = r.RequestURI, r.Host })
	f := newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{})
	for path, want := range map[string]string{
		"/": "/", "": "/", "/a/../b": "/b", "/a%2Fb": "/a%2Fb", "/%": "/%25", "/%zz?%zz": "/%25zz?%zz", "//evil.test/x": "//evil.test/x",
		"/a b?c d": "/a%20b?c%20d", "/é": "/%C3%A9", "/|^": "/%7C%5E", "/x#frag": "/x", "/?a=1&b=\"": "/?a=1&b=%22", "/http://evil.test/": "/http://evil.test/",
	} {
		uri = ""
		if _, _, err := get(t.Context(), f, s.URL+path); err != nil || uri != want || host != "127.0.0.1:"+s.port {
			t.Errorf("%q: sent %q to host %q, %v; want %q", path, uri, host, err, want)
		}
	}
}

func TestRedirects(t *testing.T) {
	type seen struct {
		method, body string
		header       http.Header
	}
	var last seen
	record := func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		last = seen{r.Method, string(data), r.Header}
		io.WriteString(w, "end")
	}
	other := newServer(t, "127.0.0.1:0", record)
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		var code int
		if _, err := fmt.Sscanf(r.URL.Path, "/same/%d", &code); err == nil {
			http.Redirect(w, r, "../end", code)
		} else if _, err := fmt.Sscanf(r.URL.Path, "/other/%d", &code); err == nil {
			http.Redirect(w, r, other.URL+"/end", code)
		} else if _, err := fmt.Sscanf(r.URL.Path, "/chain/%d", &code); err == nil && code > 0 {
			http.Redirect(w, r, fmt.Sprintf("/chain/%d", code-1), http.StatusFound)
		} else if r.URL.Path == "/to" {
			w.Header()["Location"] = []string{r.URL.Query().Get("u")}
			w.WriteHeader(302)
		} else {
			record(w, r)
		}
	})
	policy := opened(t, "127.0.0.1:"+s.port, "127.0.0.1:"+other.port)
	do := func(method, path, mode, body string) (*jsengine.FetchResponse, error) {
		req := &jsengine.FetchRequest{Method: method, URL: s.URL + path, Redirect: mode, Header: [][2]string{
			{"authorization", "secret"}, {"cookie", "secret"}, {"content-type", "text/plain"}, {"x-own", "1"},
		}}
		if body != "" {
			req.Body, req.HasBody = []byte(body), true
		}
		r, err := newFetcher(t, policy, Budgets{}).Fetch(t.Context(), req)
		if err == nil {
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
		return r, err
	}

	for name, tt := range map[string]struct {
		method, path, wantMethod, wantBody string
		kept                               bool
	}{
		"301 post":       {"POST", "/same/301", "GET", "", true},
		"302 post":       {"POST", "/same/302", "GET", "", true},
		"303 post":       {"POST", "/same/303", "GET", "", true},
		"303 put":        {"PUT", "/same/303", "GET", "", true},
		"301 put":        {"PUT", "/same/301", "PUT", "body", true},
		"307 post":       {"POST", "/same/307", "POST", "body", true},
		"308 post":       {"POST", "/same/308", "POST", "body", true},
		"307 away":       {"POST", "/other/307", "POST", "body", false},
		"302 away":       {"POST", "/other/302", "GET", "", false},
		"303 head stays": {"HEAD", "/same/303", "HEAD", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			body := "body"
			if tt.method == "HEAD" {
				body = ""
			}
			r, err := do(tt.method, tt.path, "follow", body)
			if err != nil || !r.Redirected || !strings.HasSuffix(r.URL, "/end") {
				t.Fatalf("%+v, %v", r, err)
			}
			if last.method != tt.wantMethod || last.body != tt.wantBody || last.header.Get("X-Own") != "1" {
				t.Errorf("arrived: %+v", last)
			}
			for _, h := range []string{"Authorization", "Cookie"} {
				if kept := last.header.Get(h) != ""; kept != tt.kept {
					t.Errorf("%s kept: %v, want %v", h, kept, tt.kept)
				}
			}
			if (last.header.Get("Content-Type") != "") != (tt.wantBody != "" || tt.method == "HEAD") {
				t.Errorf("content-type: %q", last.header.Get("Content-Type"))
			}
		})
	}
	if r, err := do("GET", "/same/302", "manual", ""); err != nil || r.Status != 302 || r.Redirected {
		t.Errorf("manual: %+v, %v", r, err)
	}
	if _, err := do("GET", "/same/302", "error", ""); err == nil {
		t.Error("error: followed")
	}
	if r, err := do("GET", "/chain/20", "follow", ""); err != nil || r.Status != 200 {
		t.Errorf("20 redirects: %v", err)
	}
	if _, err := do("GET", "/chain/21", "follow", ""); err == nil {
		t.Error("21 redirects were followed")
	}
	for _, u := range []string{"file:///etc/passwd", "http://u:p@127.0.0.1:" + s.port, "http://[", "ftp://x/"} {
		if _, err := do("GET", "/to?u="+url.QueryEscape(u), "follow", ""); err == nil {
			t.Errorf("redirect to %s was followed", u)
		}
	}
}

// encode applies content codings, first to last.
func encode(t testing.TB, data []byte, list ...string) []byte {
	t.Helper()
	for _, coding := range list {
		var buf bytes.Buffer
		var w io.WriteCloser
		var err error
		switch coding {
		case "gzip":
			w = gzip.NewWriter(&buf)
		case "deflate":
			w = zlib.NewWriter(&buf)
		case "raw":
			w, err = flate.NewWriter(&buf, 6)
		case "br":
			w, err = brrr.NewWriter(&buf, 5)
		case "zstd":
			w, err = zstd.NewWriter(&buf)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		data = buf.Bytes()
	}
	return data
}

func TestContentCodings(t *testing.T) {
	text := []byte(strings.Repeat("some text to be compressed ", 5000))
	var body []byte
	var coding string
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		w.Write(body)
	})
	for name, tt := range map[string]struct {
		coding string
		apply  []string
		want   string // "" means text, "!" an error
	}{
		"gzip": {"gzip", []string{"gzip"}, ""}, "x-gzip": {"X-GZip", []string{"gzip"}, ""},
		"deflate": {"deflate", []string{"deflate"}, ""}, "bare deflate": {"deflate", []string{"raw"}, ""},
		"br": {"br", []string{"br"}, ""}, "zstd": {"zstd", []string{"zstd"}, ""},
		"two": {"gzip, br", []string{"gzip", "br"}, ""}, "identity": {"identity", nil, ""},
		"unknown": {"lzw", nil, ""}, "four": {"gzip, gzip, gzip, gzip", nil, "!"},
		"damaged gzip": {"gzip", nil, "!"}, "damaged br": {"br", nil, "!"}, "damaged zstd": {"zstd", nil, "!"},
	} {
		t.Run(name, func(t *testing.T) {
			coding, body = tt.coding, encode(t, text, tt.apply...)
			_, got, err := get(t.Context(), newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{}), s.URL)
			if tt.want == "!" {
				if err == nil {
					t.Error("no error")
				}
				return
			}
			if err != nil || got != string(text) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	// An empty body is empty in every coding.
	coding, body = "gzip", nil
	if _, got, err := get(t.Context(), newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{}), s.URL); err != nil || got != "" {
		t.Errorf("empty: %q, %v", got, err)
	}
}

// TestBombs: what a body may become is bounded, in every coding and in between.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	var body []byte
	var coding string
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		w.Write(body)
	})
	empties := bytes.Repeat(encode(t, nil, "gzip"), 200_000) // 4.6 MB that decode to nothing
	for name, tt := range map[string]struct {
		coding string
		body   []byte
	}{
		"gzip":    {"gzip", encode(t, zeros, "gzip")},
		"deflate": {"deflate", encode(t, zeros, "deflate")},
		"br":      {"br", encode(t, zeros, "br")},
		"zstd":    {"zstd", encode(t, zeros, "zstd")},
		"nested":  {"gzip, gzip", encode(t, zeros, "gzip", "gzip")},
		"between": {"gzip, gzip", encode(t, empties, "gzip")},
	} {
		t.Run(name, func(t *testing.T) {
			coding, body = tt.coding, tt.body
			var held, most atomic.Int64
			f := NewFetcher(FetcherConfig{
				Policy: opened(t, "127.0.0.1:"+s.port), Budgets: Budgets{Received: 1 << 20},
				Charge: func(delta int64) error { most.Store(max(most.Load(), held.Add(delta))); return nil },
			})
			defer f.Close()
			_, got, err := get(t.Context(), f, s.URL)
			if !isDenied(err) || len(got) > 1<<20 {
				t.Errorf("%d bytes, %v; want a refusal after at most 1 MiB", len(got), err)
			}
			if held.Load() != 0 || most.Load() == 0 {
				t.Errorf("%d bytes still charged, at most %d", held.Load(), most.Load())
			}
		})
	}
	coding, body = "zstd", encode(t, []byte("x"), "zstd")
	f := NewFetcher(FetcherConfig{Policy: opened(t, "127.0.0.1:"+s.port), Charge: func(delta int64) error {
		if delta > 0 {
			return errors.New("no memory")
		}
		return nil
	}})
	defer f.Close()
	if _, _, err := get(t.Context(), f, s.URL); !isDenied(err) {
		t.Errorf("without memory: %v, want a refusal", err)
	}
}

func TestResponseHeaders(t *testing.T) {
	var set func(http.Header)
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { set(w.Header()) })
	f := newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{})
	set = func(h http.Header) {
		h["Set-Cookie"] = []string{"a=1", "b=2"}
		h.Set("X-Long", strings.Repeat("v", maxHeaderValue+1))
		for i := range 150 {
			h.Set(fmt.Sprintf("Y-%03d", i), "v")
		}
	}
	r, _, err := get(t.Context(), f, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Header) != maxHeaders || !slices.Contains(r.Header, [2]string{"set-cookie", "b=2"}) ||
		slices.ContainsFunc(r.Header, func(h [2]string) bool { return h[0] == "x-long" }) {
		t.Errorf("%d headers: %v", len(r.Header), r.Header)
	}
	set = func(h http.Header) {
		for i := range 20 {
			h.Set(fmt.Sprintf("X-%d", i), strings.Repeat("v", maxHeaderValue))
		}
	}
	if _, _, err := get(t.Context(), f, s.URL); err == nil || !strings.Contains(err.Error(), "headers") {
		t.Errorf("160 KB of headers: %v", err)
	}
}

func TestBudgets(t *testing.T) {
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	policy := opened(t, "127.0.0.1:"+s.port, "localhost:"+s.port, "rebind.test:"+s.port)
	post := func(f *Fetcher, host string, n int) error {
		r, err := f.Fetch(t.Context(), &jsengine.FetchRequest{Method: "POST", URL: "http://" + host + ":" + s.port, Body: make([]byte, n), HasBody: true})
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r.Body)
		return errors.Join(err, r.Body.Close())
	}
	tests := map[string]struct {
		b    Budgets
		fits []func(*Fetcher) error
		over func(*Fetcher) error
	}{
		"requests": {Budgets{Requests: 1}, []func(*Fetcher) error{func(f *Fetcher) error { return post(f, "127.0.0.1", 1) }},
			func(f *Fetcher) error { return post(f, "127.0.0.1", 1) }},
		"hosts": {Budgets{Hosts: 2}, []func(*Fetcher) error{
			func(f *Fetcher) error { return post(f, "127.0.0.1", 1) }, func(f *Fetcher) error { return post(f, "localhost", 1) },
			func(f *Fetcher) error { return post(f, "127.1", 1) },
		}, func(f *Fetcher) error { return post(f, "rebind.test", 1) }},
		"sent": {Budgets{Sent: 100}, []func(*Fetcher) error{func(f *Fetcher) error { return post(f, "127.0.0.1", 100) }},
			func(f *Fetcher) error { return post(f, "127.0.0.1", 1) }},
		"received": {Budgets{Received: 100}, []func(*Fetcher) error{func(f *Fetcher) error { return post(f, "127.0.0.1", 100) }},
			func(f *Fetcher) error { return post(f, "127.0.0.1", 1) }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFetcher(t, policy, tt.b)
			for i, do := range tt.fits {
				if err := do(f); err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
			if err := tt.over(f); !isDenied(err) {
				t.Errorf("over budget: %v", err)
			}
		})
	}
}

// TestConcurrency: more requests than slots wait for a body to be done with.
func TestConcurrency(t *testing.T) {
	var now, most atomic.Int64
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		io.WriteString(w, "x")
	})
	f := newFetcher(t, opened(t, "127.0.0.1:"+s.port), Budgets{Concurrent: 2})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := get(t.Context(), f, s.URL); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if m := most.Load(); m > 2 {
		t.Errorf("%d at once, want at most 2", m)
	}
	// Empty bodies hold no slot, though nobody reads them.
	for range 5 {
		if _, err := f.Fetch(t.Context(), &jsengine.FetchRequest{Method: "HEAD", URL: s.URL}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEnds: a fetch ends with its context, with its time, and with the Fetcher,
// wherever it waits.
func TestEnds(t *testing.T) {
	release := make(chan struct{})
	s := newServer(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, "begun")
			w.(http.Flusher).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	policy := opened(t, "127.0.0.1:"+s.port)
	for _, path := range []string{"/head", "/body"} {
		for name, end := range map[string]func(f *Fetcher, cancel func()){
			"context": func(_ *Fetcher, cancel func()) { cancel() },
			"close":   func(f *Fetcher, _ func()) { f.Close() },
			"time":    func(*Fetcher, func()) {},
		} {
			t.Run(path+" "+name, func(t *testing.T) {
				b := Budgets{Timeout: time.Hour}
				if name == "time" {
					b.Timeout = 20 * time.Millisecond
				}
				f := newFetcher(t, policy, b)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				done := make(chan error)
				go func() {
					_, _, err := get(ctx, f, s.URL+path)
					done <- err
				}()
				end(f, cancel)
				if err := <-done; err == nil {
					t.Error("no error")
				}
			})
		}
	}
	// Nobody reads, and the slot comes back all the same.
	f := newFetcher(t, policy, Budgets{Concurrent: 1, Timeout: 20 * time.Millisecond})
	for range 3 {
		if _, err := f.Fetch(t.Context(), &jsengine.FetchRequest{URL: s.URL + "/body"}); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	if _, err := f.Fetch(t.Context(), &jsengine.FetchRequest{URL: s.URL}); err == nil {
		t.Error("fetched after Close")
	}
}

// TestFailuresSayNothing: an error for a guest names what the guest named, and
// nothing of the host.
func TestFailuresSayNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, closed, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	tlsServer := httptest.NewUnstartedServer(http.HandlerFunc(hello))
	tlsServer.Config.ErrorLog = log.New(io.Discard, "", 0)
	tlsServer.StartTLS()
	t.Cleanup(tlsServer.Close)
	_, tlsPort, _ := net.SplitHostPort(tlsServer.Listener.Addr().String())
	f := newFetcher(t, opened(t, "rebind.test:"+closed, "nowhere.test:80", "rebind.test:"+tlsPort), Budgets{})
	for u, code := range map[string]string{
		"http://rebind.test:" + closed:   "ECONNREFUSED",
		"http://nowhere.test/":           "ENOTFOUND",
		"https://rebind.test:" + tlsPort: "ERR_TLS_CERT_INVALID",
	} {
		_, _, err := get(t.Context(), f, u)
		var js *jsengine.JSError
		if !errors.As(err, &js) || js.Code != code || js.Name != "TypeError" || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v, want %s", u, err, code)
		}
	}
}

// TestNoProxy: the environment has no say.
func TestNoProxy(t *testing.T) {
	proxy := newServer(t, "127.0.0.1:0", hello)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("ALL_PROXY", proxy.URL)
	f := newFetcher(t, opened(t, "nowhere.test:80"), Budgets{})
	if _, _, err := get(t.Context(), f, "http://nowhere.test/"); err == nil || proxy.hits.Load() != 0 {
		t.Errorf("err = %v, the proxy was reached %d times", err, proxy.hits.Load())
	}
}

func TestBadPorts(t *testing.T) {
	public, _ := ServerPolicy("public", nil)
	f := newFetcher(t, public, Budgets{})
	for _, u := range []string{"http://93.184.216.34:25/", "http://93.184.216.34:6667/"} {
		if _, _, err := get(t.Context(), f, u); !isDenied(err) || !strings.Contains(err.Error(), "blocked") {
			t.Errorf("%s: %v", u, err)
		}
	}
}

// TestStreamedBody: what a stream sends is counted as it is sent, and the stream is
// closed however the fetch ends.
func TestStreamedBody(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	defer s.Close()
	host := strings.TrimPrefix(s.URL, "http://")
	policy, err := ServerPolicy("public", []string{host})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		url    string
		header [][2]string
		body   string
		want   string // of the error
	}{
		"within":      {s.URL, nil, "some", ""},
		"over":        {s.URL, nil, strings.Repeat("x", 200_000), "more than 100 bytes sent"},
		"not granted": {"http://127.0.0.1:1", nil, "some", "not granted"},
		"no length":   {s.URL, [][2]string{{"content-length", "-1"}}, "some", "Content-Length"},
	} {
		t.Run(name, func(t *testing.T) {
			f := NewFetcher(FetcherConfig{Policy: policy, Budgets: Budgets{Sent: 100}})
			defer f.Close()
			r, w := io.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = io.WriteString(w, tt.body) // until it is closed
				_ = w.Close()
			}()
			resp, err := f.Fetch(t.Context(), &jsengine.FetchRequest{Method: "POST", URL: tt.url, Header: tt.header, HasBody: true, Stream: r})
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				<-done
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(resp.Body)
			if err != nil || string(b) != tt.body {
				t.Errorf("%q, %v", b, err)
			}
			resp.Body.Close()
			<-done
		})
	}
}
