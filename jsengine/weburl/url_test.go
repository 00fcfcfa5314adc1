package weburl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Data of the web-platform-tests; testdata/wpt/LICENSE.md.
func wpt(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "testdata", "wpt", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// parts are what the getters of the URL class return.
func parts(u *URL) map[string]string {
	o := u.Serialize()
	m := map[string]string{
		"href":     o.Href,
		"protocol": o.Href[:o.Protocol],
		"username": o.Href[o.UserStart:o.UserEnd],
		"password": "",
		"host":     o.Href[o.HostStart:o.PortEnd],
		"hostname": o.Href[o.HostStart:o.HostEnd],
		"port":     "",
		"pathname": o.Href[o.PathStart:o.SearchStart],
		"search":   o.Href[o.SearchStart:o.SearchEnd],
		"hash":     o.Href[o.FragmentStart:],
	}
	if o.PassEnd > o.UserEnd {
		m["password"] = o.Href[o.UserEnd+1 : o.PassEnd]
	}
	if o.PortEnd > o.HostEnd {
		m["port"] = o.Href[o.HostEnd+1 : o.PortEnd]
	}
	if m["search"] == "?" {
		m["search"] = ""
	}
	if m["hash"] == "#" {
		m["hash"] = ""
	}
	return m
}

func TestParse(t *testing.T) {
	var tests []json.RawMessage
	wpt(t, "urltestdata.json", &tests)
	passed, total := 0, 0
	for _, raw := range tests {
		if raw[0] == '"' {
			continue // a comment
		}
		var tt struct {
			Input   string
			Base    *string
			Failure bool
		}
		want := map[string]any{}
		if err := json.Unmarshal(raw, &tt); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		total++
		var base *URL
		var err error
		if tt.Base != nil {
			base, err = Parse(*tt.Base, nil)
		}
		var u *URL
		if err == nil {
			u, err = Parse(tt.Input, base)
		}
		if tt.Failure != (err != nil) {
			t.Errorf("Parse(%q, %v) = %v, %v; want failure %t", tt.Input, tt.Base, u, err, tt.Failure)
			continue
		}
		if err == nil {
			bad := false
			for name, got := range parts(u) {
				if w, ok := want[name].(string); ok && w != got {
					t.Errorf("Parse(%q): %s = %q, want %q", tt.Input, name, got, w)
					bad = true
				}
			}
			again, err := Parse(u.String(), nil)
			if err != nil || again.String() != u.String() {
				t.Errorf("Parse(%q) does not survive serialization: %v, %v", u, again, err)
				bad = true
			}
			if bad {
				continue
			}
		}
		passed++
	}
	t.Logf("urltestdata: %d of %d", passed, total)
}

func TestSet(t *testing.T) {
	tests := map[string]json.RawMessage{}
	wpt(t, "setters_tests.json", &tests)
	passed, total := 0, 0
	for part, raw := range tests {
		if part == "comment" {
			continue
		}
		var cases []struct {
			Href     string
			New      string `json:"new_value"`
			Expected map[string]string
		}
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatal(part, err)
		}
		for _, tt := range cases {
			total++
			u, err := Parse(tt.Href, nil)
			if err != nil {
				t.Errorf("Parse(%q): %v", tt.Href, err)
				continue
			}
			if part == "href" {
				if n, err := Parse(tt.New, nil); err == nil {
					u = n
				}
			} else {
				u.Set(part, tt.New)
			}
			got := parts(u)
			bad := false
			for name, want := range tt.Expected {
				if got[name] != want {
					t.Errorf("%q.%s = %q: %s = %q, want %q", tt.Href, part, tt.New, name, got[name], want)
					bad = true
				}
			}
			if !bad {
				passed++
			}
		}
	}
	t.Logf("setters_tests: %d of %d", passed, total)
}

func TestDomainToASCII(t *testing.T) {
	var tests []json.RawMessage
	wpt(t, "toascii.json", &tests)
	passed, total := 0, 0
	for _, raw := range tests {
		if raw[0] == '"' {
			continue
		}
		var tt struct {
			Input  string
			Output *string
		}
		if err := json.Unmarshal(raw, &tt); err != nil {
			t.Fatal(err)
		}
		total++
		got, ok := parseHost(tt.Input, false)
		if ok != (tt.Output != nil) || ok && got != *tt.Output {
			want := "failure"
			if tt.Output != nil {
				want = *tt.Output
			}
			t.Errorf("domain %q = %q, %t; want %q", tt.Input, got, ok, want)
			continue
		}
		passed++
	}
	t.Logf("toascii: %d of %d", passed, total)
}

func TestPercentEncoding(t *testing.T) {
	var tests []json.RawMessage
	wpt(t, "percent-encoding.json", &tests)
	for _, raw := range tests {
		if raw[0] == '"' {
			continue
		}
		var tt struct {
			Input  string
			Output map[string]string
		}
		if err := json.Unmarshal(raw, &tt); err != nil {
			t.Fatal(err)
		}
		u, err := Parse("about:blank?"+tt.Input, nil)
		if err != nil || u.Query != tt.Output["utf-8"] {
			t.Errorf("query %q = %v, %v; want %q", tt.Input, u, err, tt.Output["utf-8"])
		}
		u, err = Parse("about:blank#"+tt.Input, nil)
		if err != nil || u.Fragment != tt.Output["utf-8"] {
			t.Errorf("fragment %q = %v, %v; want %q", tt.Input, u, err, tt.Output["utf-8"])
		}
	}
}

// What parses serializes to something that parses to the same, in ASCII.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"https://user:pw@host:8080/a/../b?q#f", "file:///C|/x", "http://[::1]:80", "data:x y", "//x", "non-special:opaque  ?hi", "http://0x7f.1/"} {
		f.Add(s, "http://example.org/foo/bar")
	}
	f.Fuzz(func(t *testing.T, input, base string) {
		b, err := Parse(base, nil)
		if err != nil {
			b = nil
		}
		u, err := Parse(input, b)
		if err != nil {
			return
		}
		s := u.String()
		for i := 0; i < len(s); i++ {
			if s[i] >= 0x80 {
				t.Fatalf("Parse(%q) = %q: not ASCII", input, s)
			}
		}
		again, err := Parse(s, nil)
		if err != nil || again.String() != s {
			t.Fatalf("Parse(%q) = %q, and that parses to %v, %v", input, s, again, err)
		}
		for _, part := range []string{"protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"} {
			u.Set(part, input)
		}
	})
}

// I12: what makes a name ASCII, or Unicode, takes time in the square of a label's
// length. It ends soon all the same, and a name of DNS's lengths is as ever.
func TestI12LongDomains(t *testing.T) {
	var wide strings.Builder
	for i := 0; wide.Len() < 60_000; i++ {
		wide.WriteRune(rune(0x4e00 + i%20_000)) // each another character
	}
	began := time.Now()
	if u, err := Parse("http://"+wide.String()+"/", nil); err == nil {
		t.Errorf("a name of 60 KB is a host of %d bytes", len(u.Host))
	}
	if s, ok := DomainToASCII(wide.String()); ok {
		t.Errorf("a name of 60 KB is a domain of %d bytes", len(s))
	}
	ascii := "xn--" + strings.Repeat("a", 60_000)
	if s := DomainToUnicode(ascii); s != ascii {
		t.Errorf("a name of 60 KB became one of %d", len(s))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	label := strings.Repeat("ü", 40)
	name := label + "." + label + "." + label + ".example"
	s, ok := DomainToASCII(name)
	if !ok || DomainToUnicode(s) != name {
		t.Errorf("%q became %q, and that %q", name, s, DomainToUnicode(s))
	}
}
