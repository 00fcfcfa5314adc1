package hostfuncs

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPublicAddr(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("93.184.216.40"), netip.MustParseAddr("::ffff:93.184.216.41"), netip.MustParseAddr("2606:4700::5%eth0")}
	deny := []netip.Prefix{netip.MustParsePrefix("93.184.217.0/24")}
	for addr, want := range map[string]string{ // "" is public
		"93.184.216.34": "", "8.8.8.8": "", "1.1.1.1": "", "223.255.255.255": "", "2606:4700:4700::1111": "", "2a00::1": "",
		"0.0.0.0": "0.0.0.0/8", "0.1.2.3": "0.0.0.0/8", "127.0.0.1": "loopback", "127.255.255.254": "loopback", "10.0.0.1": "private",
		"172.16.0.1": "private", "172.31.255.255": "private", "172.32.0.1": "", "192.168.1.1": "private", "100.64.0.1": "CGNAT",
		"100.127.255.255": "CGNAT", "100.128.0.1": "", "169.254.169.254": "link-local", "192.0.0.1": "protocol", "192.0.2.1": "documentation",
		"198.51.100.1": "documentation", "203.0.113.1": "documentation", "198.18.0.1": "benchmarking", "198.19.255.255": "benchmarking",
		"192.88.99.1": "6to4", "224.0.0.1": "multicast", "239.255.255.255": "multicast", "240.0.0.1": "reserved", "255.255.255.255": "reserved",
		"::": "unspecified", "::1": "loopback", "::7f00:1": "IPv4-compatible", "::ffff:127.0.0.1": "mapped", "::ffff:8.8.8.8": "mapped",
		"64:ff9b::7f00:1": "NAT64", "64:ff9b::808:808": "NAT64", "64:ff9b:1::1": "NAT64", "64:ff9b:2::1": "global unicast", "100::1": "discard",
		"2001::1": "Teredo", "2001:0:1::1": "Teredo", "2001:2::1": "benchmarking", "2001:10::1": "global unicast", "2001:db8::1": "documentation",
		"3fff::1": "documentation", "2002:7f00:1::": "6to4", "fc00::1": "private", "fd00::1": "private", "fe80::1": "link-local",
		"fe80::1%lo": "zone", "2606:4700::1%eth0": "zone", "fec0::1": "site-local", "ff02::1": "multicast", "4000::1": "global unicast", "5f00::1": "global unicast",
		"93.184.216.40": "own", "93.184.216.41": "own", "2606:4700::5": "own", "93.184.217.1": "operator",
	} {
		got := publicAddr(netip.MustParseAddr(addr), own, deny)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}

func TestParseRule(t *testing.T) {
	for s, want := range map[string]string{ // "" is an error
		"example.com": "example.com", "Example.COM.": "example.com", "example.com:443": "example.com:443", "*.example.com": "*.example.com",
		"*.example.com:80": "*.example.com:80", "127.0.0.1": "127.0.0.1", "127.0.0.1:80": "127.0.0.1:80", "::1": "::1", "[::1]": "::1",
		"[::1]:80": "[::1]:80", "::ffff:1.2.3.4": "1.2.3.4", "[::ffff:1.2.3.4]:80": "1.2.3.4:80", "bücher.example": "xn--bcher-kva.example", "localhost:1": "localhost:1",
		"": "", "*": "", "*.": "", "*.*.com": "", "a.*.com": "", ":80": "", "a:": "", "a:0": "", "a:65536": "", "a:-1": "", "a:+1": "", "a:x": "", "a:80:80": "",
		"http://a": "", "a/b": "", "u@a": "", "a b": "", "a?b": "", "a#b": "", "a\\b": "", "[::1": "", "[1.2.3.4]:80": "", "::1:x": "", "fe80::1%lo": "", "[fe80::1%lo]:80": "",
		"2130706433": "", "0x7f.1": "", "127.1": "", "0177.0.0.1": "", "1.2.3.4.5": "", "999.0.0.1": "", "a..b": "", "\x00": "", "-a.com": "",
	} {
		r, err := parseRule(s)
		var pe *PolicyError
		switch {
		case want == "" && (!errors.As(err, &pe) || pe.Entry != s):
			t.Errorf("%q: %v, %v; want an error", s, r, err)
		case want != "" && (err != nil || r.String() != want):
			t.Errorf("%q: %q, %v; want %q", s, r, err, want)
		}
	}
}

func TestServerPolicy(t *testing.T) {
	for _, tt := range []struct {
		ceiling string
		allow   []string
		ok      bool
	}{
		{"", nil, true}, {"public", nil, true}, {"none", []string{"db.internal:5432", "10.0.0.1:80"}, true},
		{"all", nil, false}, {"Public", nil, false}, {"none", []string{"db.internal"}, false}, {"none", []string{"10.0.0.1"}, false},
		{"none", []string{"*.internal:80"}, false}, {"none", []string{""}, false},
	} {
		if _, err := ServerPolicy(tt.ceiling, tt.allow); (err == nil) != tt.ok {
			t.Errorf("%q, %q: %v", tt.ceiling, tt.allow, err)
		}
	}
}

func TestNarrowing(t *testing.T) {
	for raw, want := range map[string]string{ // "" is an error
		``: `"public"`, `null`: `"public"`, `"public"`: `"public"`, `"none"`: `"none"`, `{"allow":[]}`: `{"allow":[]}`,
		` {"allow": ["A.com", "*.b.com", "c.com:80"]} `: `{"allow":["a.com","*.b.com","c.com:80"]}`,
		`"all"`: "", `1`: "", `[]`: "", `{}`: "", `{"allow":null}`: "", `{"allow":"a"}`: "", `{"allow":[1]}`: "", `{"allow":[],"x":1}`: "", `{"allow":[]} {}`: "",
		`{"allow":["a/b"]}`: "", `{"allow":[` + strings.TrimSuffix(strings.Repeat(`"a",`, maxNarrowing+1), ",") + `]}`: "",
	} {
		n, err := ParseNarrowing(json.RawMessage(raw))
		if want == "" {
			if err == nil {
				t.Errorf("%s: no error", raw)
			}
			continue
		}
		got, _ := json.Marshal(n)
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", raw, got, err, want)
		}
		if back, err := ParseNarrowing(got); err != nil {
			t.Errorf("%s does not read back: %v", got, err)
		} else if again, _ := json.Marshal(back); string(again) != string(got) {
			t.Errorf("%s reads back as %s", got, again)
		}
	}
}

// TestDecision is the table of what API.md "Egress" says.
func TestDecision(t *testing.T) {
	must := func(p *Policy, err error) *Policy {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
		return p
	}
	narrow := func(p *Policy, raw string) *Policy {
		n, err := ParseNarrowing(json.RawMessage(raw))
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
		return p.Narrow(n)
	}
	public := must(ServerPolicy("public", nil))
	open := must(ServerPolicy("none", []string{"db.internal:5432", "10.0.0.1:80"}))
	both := must(ServerPolicy("public", []string{"db.internal:5432", "10.0.0.1:80"}))
	grants := must(Grants([]string{"api.test:443", "web.test", "*.cdn.test", "10.0.0.1", "[fd00::1]:80"}))
	for name, tt := range map[string]struct {
		p    *Policy
		host string // of the URL
		port uint16
		addr string // dialled; "" means refused before that
		ok   bool
	}{
		"nil":                                 {nil, "a.test", 80, "", false},
		"public name":                         {public, "a.test", 80, "8.8.8.8", true},
		"public name, any port":               {public, "a.test", 8443, "8.8.8.8", true},
		"public name, private address":        {public, "a.test", 80, "10.0.0.1", false},
		"none, name":                          {must(ServerPolicy("none", nil)), "a.test", 80, "", false},
		"opened name":                         {open, "db.internal", 5432, "10.9.9.9", true},
		"opened name, loopback":               {open, "db.internal", 5432, "127.0.0.1", true},
		"opened name, other port":             {open, "db.internal", 80, "10.9.9.9", false},
		"opened address":                      {open, "10.0.0.1", 80, "10.0.0.1", true},
		"opened address, by a name":           {open, "any.test", 80, "10.0.0.1", true},
		"opened address, other port":          {open, "10.0.0.1", 81, "", false},
		"opened address, another answer":      {open, "any.test", 80, "10.0.0.2", false},
		"opened, not public":                  {open, "any.test", 80, "8.8.8.8", false},
		"both, public":                        {both, "any.test", 80, "8.8.8.8", true},
		"both, opened":                        {both, "db.internal", 5432, "10.9.9.9", true},
		"grant, name and port opens":          {grants, "api.test", 443, "127.0.0.1", true},
		"grant, name and port, other port":    {grants, "api.test", 80, "8.8.8.8", false},
		"grant, name":                         {grants, "web.test", 99, "8.8.8.8", true},
		"grant, name, private":                {grants, "web.test", 99, "10.9.9.9", false},
		"grant, subdomain":                    {grants, "x.y.cdn.test", 80, "8.8.8.8", true},
		"grant, the domain itself":            {grants, "cdn.test", 80, "8.8.8.8", false},
		"grant, suffix without dot":           {grants, "evilcdn.test", 80, "8.8.8.8", false},
		"grant, address at any port":          {grants, "10.0.0.1", 1234, "10.0.0.1", true},
		"grant, IPv6":                         {grants, "fd00::1", 80, "fd00::1", true},
		"grant, another":                      {grants, "8.8.8.8", 80, "", false},
		"grant, mapped spelling":              {grants, "::ffff:10.0.0.1", 80, "10.0.0.1", true},
		"narrowed, in list":                   {narrow(public, `{"allow":["a.test"]}`), "a.test", 80, "8.8.8.8", true},
		"narrowed, list does not widen":       {narrow(public, `{"allow":["a.test"]}`), "a.test", 80, "10.0.0.1", false},
		"narrowed, list names private":        {narrow(public, `{"allow":["10.0.0.1"]}`), "10.0.0.1", 80, "10.0.0.1", false},
		"narrowed, not in list":               {narrow(public, `{"allow":["a.test"]}`), "b.test", 80, "", false},
		"narrowed, port":                      {narrow(public, `{"allow":["a.test:443"]}`), "a.test", 80, "", false},
		"narrowed, address of a name":         {narrow(public, `{"allow":["8.8.8.8"]}`), "a.test", 80, "8.8.8.8", true},
		"narrowed, other address of a name":   {narrow(public, `{"allow":["8.8.8.8"]}`), "a.test", 80, "8.8.4.4", false},
		"narrowed, opened and in list":        {narrow(open, `{"allow":["db.internal"]}`), "db.internal", 5432, "10.9.9.9", true},
		"narrowed, opened and not in list":    {narrow(open, `{"allow":["a.test"]}`), "db.internal", 5432, "", false},
		"narrowed to none":                    {narrow(both, `"none"`), "db.internal", 5432, "", false},
		"narrowed to public":                  {narrow(open, `"public"`), "a.test", 80, "8.8.8.8", false},
		"narrowed to nothing":                 {narrow(public, `{"allow":[]}`), "a.test", 80, "", false},
		"narrowed twice":                      {narrow(narrow(public, `{"allow":["a.test"]}`), `{"allow":["b.test"]}`), "a.test", 80, "", false},
		"narrowed twice, the same":            {narrow(narrow(public, `{"allow":["a.test"]}`), `{"allow":["*.test"]}`), "a.test", 80, "8.8.8.8", true},
		"nothing is wider for a literal zone": {both, "fe80::1%lo", 80, "fe80::1%lo", false},
	} {
		t.Run(name, func(t *testing.T) {
			ticket, refused := tt.p.admit(tt.host, tt.port)
			if tt.addr == "" {
				if refused == "" {
					t.Error("would be looked up")
				}
				return
			}
			if refused == "" {
				refused = ticket.dial(netip.AddrPortFrom(netip.MustParseAddr(tt.addr), tt.port), nil, nil)
			}
			if (refused == "") != tt.ok {
				t.Errorf("refused: %q, want ok %v", refused, tt.ok)
			}
		})
	}
}

// FuzzTarget: whatever a URL looks like, what is dialled is what was decided on:
// the host is a canonical address or a name that no resolver takes for one.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"http://127.0.0.1/", "http://0x7f.1", "http://[::ffff:1.2.3.4]:80/a?b#c", "https://a.b/%", "http://a/\\..", "//x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		target, err := parseTarget("", raw)
		if err != nil {
			return
		}
		if addr, err := netip.ParseAddr(target.host); err == nil {
			if addr.String() != target.host && !addr.Is4In6() {
				t.Errorf("%q: host %q is not canonical (%s)", raw, target.host, addr)
			}
		} else if endsInNumber(strings.TrimSuffix(target.host, ".")) || !plainHost(target.host) {
			t.Errorf("%q: host %q", raw, target.host)
		}
		if target.u.User != nil || target.u.Opaque != "" || target.port == 0 || strings.ContainsAny(target.u.RequestURI(), " \r\n\t") {
			t.Errorf("%q: %+v", raw, target.u)
		}
		if strings.Contains(target.u.Host, "%") || strings.ContainsAny(target.u.Host, "/@\\ ") {
			t.Errorf("%q: authority %q", raw, target.u.Host)
		}
	})
}

// I12: the names that servers and clients write take no time to speak of, however
// long they are.
func TestI12LongNames(t *testing.T) {
	var wide strings.Builder
	for i := 0; wide.Len() < 60_000; i++ {
		wide.WriteRune(rune(0x4e00 + i%20_000)) // each another character
	}
	began := time.Now()
	if _, err := parseTarget("http://a.test/", "http://"+wide.String()+"/"); err == nil {
		t.Error("a redirect to a name of 60 KB would be followed")
	}
	if _, err := ParseNarrowing(json.RawMessage(`{"allow":["` + wide.String() + `"]}`)); err == nil {
		t.Error("an egress.allow with a name of 60 KB is accepted")
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
