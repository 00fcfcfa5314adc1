package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// A server on loopback, and how often it was reached.
func counted(t *testing.T, handler http.HandlerFunc) (port string, hits *atomic.Int64) {
	t.Helper()
	hits = new(atomic.Int64)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, hits
}

const fetchIt = `
	try {
		const r = await fetch(import.meta.input)
		console.log(r.status, await r.text())
	} catch (e) {
		console.log('refused', e.code ?? e.cause?.code, e.message)
	}`

// However loopback is spelt, a guest's fetch does not reach it, and the same
// spelling works where the operator opened exactly that address (I7).
func TestEgress(t *testing.T) {
	port, hits := counted(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "served") })
	redirects, _ := counted(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:"+port+"/", http.StatusFound)
	})
	spellings := map[string]string{
		"dotted":             "http://127.0.0.1:PORT/",
		"another address":    "http://127.0.0.2:PORT/",
		"decimal":            "http://2130706433:PORT/",
		"hexadecimal":        "http://0x7f000001:PORT/",
		"hexadecimal parts":  "http://0x7f.0.0.0x1:PORT/",
		"octal":              "http://017700000001:PORT/",
		"octal parts":        "http://0177.0.0.01:PORT/",
		"short":              "http://127.1:PORT/",
		"unspecified":        "http://0.0.0.0:PORT/",
		"unspecified, short": "http://0:PORT/",
		"full-width digits":  "http://１２７.0.0.1:PORT/",
		"percent-encoded":    "http://%31%32%37.0.0.1:PORT/",
		"IPv6":               "http://[::1]:PORT/",
		"IPv6, long":         "http://[0:0:0:0:0:0:0:1]:PORT/",
		"IPv6, unspecified":  "http://[::]:PORT/",
		"mapped":             "http://[::ffff:127.0.0.1]:PORT/",
		"mapped, hex":        "http://[::ffff:7f00:1]:PORT/",
		"compatible":         "http://[::127.0.0.1]:PORT/",
		"NAT64":              "http://[64:ff9b::127.0.0.1]:PORT/",
		"6to4":               "http://[2002:7f00:1::]:PORT/",
		"localhost":          "http://localhost:PORT/",
		"localhost, rooted":  "http://localhost.:PORT/",
		"LOCALHOST":          "http://LOCALHOST:PORT/",
		"with credentials":   "http://example.com@127.0.0.1:PORT/",
		"backslashes":        `http:\\127.0.0.1:PORT\`,
	}
	closed := startServer(t, t.TempDir(), "--log-level", "warn")
	for name, url := range spellings {
		t.Run("refused/"+name, func(t *testing.T) {
			closed.t = t
			url = strings.ReplaceAll(url, "PORT", port)
			_, v := closed.call("POST", "/run", map[string]any{"code": fetchIt, "input": url})
			if out, _ := v["stdout"].(string); !strings.HasPrefix(out, "refused") {
				t.Errorf("fetch(%q) printed %v", url, v)
			}
			if n := hits.Load(); n != 0 {
				t.Errorf("fetch(%q) reached the server (%d requests)", url, n)
			}
		})
	}
	// The twins: the operator opened the server's address, and the name.
	open := startServer(t, t.TempDir(), "--log-level", "warn", "--egress", "none",
		"--egress-allow", "127.0.0.1:"+port, "--egress-allow", "localhost:"+port, "--egress-allow", "127.0.0.1:"+redirects)
	for _, name := range []string{"dotted", "decimal", "hexadecimal", "hexadecimal parts", "octal", "octal parts", "short", "full-width digits", "percent-encoded",
		"mapped", "mapped, hex", "localhost", "localhost, rooted", "LOCALHOST"} {
		t.Run("allowed/"+name, func(t *testing.T) {
			open.t = t
			before := hits.Load()
			url := strings.ReplaceAll(spellings[name], "PORT", port)
			_, v := open.call("POST", "/run", map[string]any{"code": fetchIt, "input": url, "egress": "public"})
			if v["stdout"] != "200 served\n" || hits.Load() != before+1 {
				t.Errorf("fetch(%q) printed %v after %d requests", url, v, hits.Load()-before)
			}
		})
	}
	t.Run("redirects are decided anew", func(t *testing.T) {
		open.t = t
		before := hits.Load()
		_, v := open.call("POST", "/run", map[string]any{"code": fetchIt, "input": "http://127.0.0.1:" + redirects})
		if v["stdout"] != "200 served\n" || hits.Load() != before+1 {
			t.Errorf("a redirect to what is open: %v", v)
		}
		half := startServer(t, t.TempDir(), "--log-level", "warn", "--egress-allow", "127.0.0.1:"+redirects)
		before = hits.Load()
		_, v = half.call("POST", "/run", map[string]any{"code": fetchIt, "input": "http://127.0.0.1:" + redirects})
		if out, _ := v["stdout"].(string); !strings.HasPrefix(out, "refused") || hits.Load() != before {
			t.Errorf("a redirect to what is closed: %v", v)
		}
	})
	t.Run("a session narrows", func(t *testing.T) {
		open.t = t
		before := hits.Load()
		_, v := open.call("POST", "/run", map[string]any{"code": fetchIt, "input": "http://127.0.0.1:" + port, "egress": "none"})
		if out, _ := v["stdout"].(string); !strings.HasPrefix(out, "refused") || hits.Load() != before {
			t.Errorf("egress none printed %v", v)
		}
	})
}
