package npm

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buntime/buntime/internal/npmtest"
)

// lies are what a registry says of a package that is not so, by the table's names.
func lies(archive []byte) map[string]obj {
	weak, middling := sha1.Sum(archive), sha256.Sum256(archive)
	wrong := "sha512-" + base64.StdEncoding.EncodeToString(make([]byte, 64))
	only := func(integrity any) obj { return obj{"integrity": integrity, "shasum": nil} }
	return map[string]obj{
		"sri-wrong":     only(wrong),
		"sri-sha1":      {"integrity": nil, "shasum": hex.EncodeToString(weak[:])},
		"sri-md5":       only("md5-" + base64.StdEncoding.EncodeToString(make([]byte, 16))),
		"sri-none":      only(nil),
		"sri-mixed":     {"integrity": wrong, "shasum": hex.EncodeToString(weak[:])},
		"sri-strongest": only("sha256-" + base64.StdEncoding.EncodeToString(middling[:]) + " " + wrong),
		"sri-short":     only(wrong[:40]),
		"sri-many":      only(strings.Repeat(wrong+" ", 10_000)),
		"sri-garbage":   only("sha512-!!!"),
		"url-host":      {"tarball": "http://other.invalid/bad.tgz"},
		"url-port":      {"tarball": "http://127.0.0.1:1/bad.tgz"},
		"url-file":      {"tarball": "file:///etc/passwd"},
		"url-user":      {"tarball": "http://u:p@127.0.0.1/bad.tgz"},
		"url-crlf":      {"tarball": "http://127.0.0.1/bad.tgz\r\nX: y"},
		"version-name":  {"name": "other"},
		"version-key":   {"version": "2.0.0"},
	}
}

// date is when what the attacks publish was published, and a world's now is a
// minute later.
var date = time.Date(2026, 10, 31, 23, 59, 0, 0, time.UTC)

// attackRegistry asks a registry that lies.
func attackRegistry(t *testing.T, a attack) {
	bad := npmtest.Simple("bad", "1.0.0", nil)
	cfg, line := Config{}, "npm install bad"
	answer := func(what string, with func(http.ResponseWriter, *http.Request)) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/-/") != (what == "archive") {
				return false
			}
			with(w, r)
			return true
		}
	}
	// What is written to a client may find it gone.
	text := func(body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
	}
	endless := func(w http.ResponseWriter, _ *http.Request) {
		for piece := make([]byte, 1<<20); ; {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
	var intercept func(http.ResponseWriter, *http.Request) bool
	var touched atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		touched.Add(1)
		_, _ = w.Write(bad.Archive())
	}))
	defer other.Close()
	tag := ""
	lie, isLie := lies(bad.Archive())[a.Make]
	switch {
	case isLie:
		bad.Lies = lie
	case a.Make == "redirect-private":
		intercept = answer("archive", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/bad.tgz", http.StatusFound)
		})
	case a.Make == "redirect-loop":
		intercept = answer("archive", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	case a.Make == "redirect-file":
		intercept = answer("packument", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		})
	case a.Make == "packument-huge":
		intercept = answer("packument", endless)
	case a.Make == "packument-html":
		intercept = answer("packument", text("<html>"))
	case a.Make == "packument-name":
		intercept = answer("packument", text(`{"name":"other","versions":{}}`))
	case a.Make == "packument-deep":
		intercept = answer("packument", text(`{"name":`+strings.Repeat("[", 100_000)))
	case a.Make == "packument-versions":
		intercept = answer("packument", text(`{"name":"bad","versions":{`+strings.Repeat(`"1":{},`, 1_000_000)+`"2":{}}}`))
	case a.Make == "tarball-endless":
		intercept = answer("archive", endless)
	case a.Make == "tarball-short":
		intercept = answer("archive", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000")
			_, _ = w.Write(bad.Archive())
		})
	case a.Make == "tarball-name":
		bad.Tarball = npmtest.Simple("other", "1.0.0", nil).Archive()
	case a.Make == "tarball-version":
		bad.Tarball = npmtest.Simple("bad", "6.6.6", nil).Archive()
	case a.Make == "tarball-deps":
		bad.Tarball = npmtest.Simple("bad", "1.0.0", obj{"hidden": "1"}).Archive()
	case a.Make == "slow":
		cfg.Timeout = 50 * time.Millisecond
		intercept = answer("packument", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	case a.Make == "too-new":
		cfg.MinReleaseAge, bad.Time = time.Hour, date
	case a.Make == "future":
		cfg.MinReleaseAge, bad.Time = time.Hour, date.AddDate(1, 0, 0)
	case a.Make == "no-date":
		cfg.MinReleaseAge = time.Hour // and what the registry says is below
	case a.Make == "tag-missing":
		tag = "9.9.9"
	case a.Make == "tag-path":
		tag = "../../x"
	default:
		t.Fatalf("a registry of no sort %q", a.Make)
	}
	w := newWorld(t, cfg)
	w.reg.Add(bad)
	if a.Make == "no-date" {
		short, _ := w.reg.Packument("bad", false)
		text := strings.ReplaceAll(string(short), "modified", "was-modified")
		intercept = answer("packument", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	w.reg.Intercept = intercept
	if tag != "" {
		w.reg.Tag("bad", "odd", tag)
		line += "@odd"
	}
	a.refused(w, line)
	if touched.Load() != 0 {
		t.Error("a server that is not granted was asked")
	}
}
