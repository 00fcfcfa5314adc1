package npm

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
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

// TestAttackRegistry asks registries that lie.
func TestAttackRegistry(t *testing.T) {
	bad := npmtest.Simple("bad", "1.0.0", nil)
	said := lies(bad.Archive())
	answer := func(body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte(body)) // the client may go away
			return true
		}
	}
	answers := map[string]string{
		"packument-html": "<html>", "packument-name": `{"name":"other","versions":{}}`, "packument-deep": `{"name":` + strings.Repeat("[", 100_000),
		"packument-versions": `{"name":"bad","versions":{` + strings.Repeat(`"1":{},`, 1_000_000) + `"2":{}}}`,
	}
	for _, a := range attacks(t, "registry") {
		lie, isLie := said[a.Make]
		body, isAnswer := answers[a.Make]
		p := bad
		var age time.Duration
		switch {
		case isLie:
			p.Lies = lie
		case isAnswer:
		case a.Make == "too-new", a.Make == "future":
			age = time.Hour
			p.Time = time.Date(2026, 10, 31, 23, 59, 0, 0, time.UTC)
			if a.Make == "future" {
				p.Time = p.Time.AddDate(1, 0, 0)
			}
		case a.Make == "tarball-name":
			p.Tarball = npmtest.Simple("other", "1.0.0", nil).Archive()
		case a.Make == "tarball-version":
			p.Tarball = npmtest.Simple("bad", "6.6.6", nil).Archive()
		case a.Make == "tag-missing":
		case a.Make == "tag-path":
		default:
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			w := newWorld(t, Config{MinReleaseAge: age})
			w.reg.Add(p)
			if isAnswer {
				w.reg.Intercept = answer(body)
			}
			line := "npm install bad"
			switch a.Make {
			case "tag-missing":
				w.reg.Tag("bad", "odd", "9.9.9")
				line += "@odd"
			case "tag-path":
				w.reg.Tag("bad", "odd", "../../x")
				line += "@odd"
			}
			if code := w.run(line); code != 1 || !strings.Contains(w.err.String(), "npm error code "+a.Code+"\n") {
				t.Errorf("exit %d, %s; want %s", code, w.err.String(), a.Code)
			}
			if got := w.tree(); got != "" {
				t.Errorf("it left %s", got)
			}
		})
	}
}
