package hostfuncs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

// Policy says what may be dialled. It is immutable; the nil Policy allows
// nothing.
//
// A request is decided twice: its URL's host before anything is looked up, and
// the address at the moment it is dialled, for each hop and each attempt anew.
// It passes if one of these does, and no Narrowing forbids it:
//
//   - An opening, "host:port" or "IP:port": what an operator (--egress-allow) or
//     an embedding program (Allow.Net) opened exactly. An IP matches the address
//     dialled, whatever name led there. A name matches the URL's host, and then
//     whatever it resolves to may be dialled at that port: loopback and private
//     addresses too. Who opens a name trusts who answers for it.
//   - A grant, "host" or "*.domain" in Grants: a name of the URL, at any port,
//     but only at public addresses.
//   - public: any name and port, but only at public addresses.
//
// A public address is one of global unicast. Refused are loopback, private,
// shared (CGNAT), link-local, multicast, reserved, benchmarking and documentation
// ranges, IPv4 inside IPv6 in any form (mapped, NAT64, 6to4, Teredo), addresses
// with a zone, unique local ones, and this host's own, public ones included.
type Policy struct {
	public   bool
	openings []rule // name:port or IP:port
	grants   []rule // names, restricted to public addresses
	narrow   []Narrowing
}

// rule is one entry of a list: a name ("*.x" if sub) or an address, and a port
// (0: any).
type rule struct {
	name string
	sub  bool
	addr netip.Addr
	port uint16
}

func (r rule) String() string {
	host := r.name
	switch {
	case r.sub:
		host = "*." + host
	case r.addr.Is6() && r.port != 0:
		host = "[" + r.addr.String() + "]"
	case r.addr.IsValid():
		host = r.addr.String()
	}
	if r.port != 0 {
		host += ":" + strconv.Itoa(int(r.port))
	}
	return host
}

// PolicyError reports an entry that cannot be understood.
type PolicyError struct {
	Entry  string
	Reason string
}

func (e *PolicyError) Error() string {
	return fmt.Sprintf("egress entry %.120q: %s", e.Entry, e.Reason)
}

// CheckEntry reports whether an entry of an allow-list can be understood. Errors:
// *PolicyError.
func CheckEntry(entry string) error {
	_, err := parseRule(entry)
	return err
}

// parseRule reads "host", "host:port", "*.domain", an IP, or IP:port.
func parseRule(s string) (rule, error) {
	bad := func(reason string) (rule, error) { return rule{}, &PolicyError{Entry: s, Reason: reason} }
	if len(s) > maxEntry {
		return bad(fmt.Sprintf("has %d bytes; at most %d are possible", len(s), maxEntry))
	}
	if strings.ContainsAny(s, "/?#@\\ ") {
		return bad("give a host, without scheme, path or user")
	}
	var r rule
	host := s
	if addr, err := netip.ParseAddr(s); err == nil { // a bare IPv6 address has colons
		r.addr = addr
	} else if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		port, err := strconv.ParseUint(s[i+1:], 10, 16)
		if err != nil || port == 0 || s[i+1] == '+' {
			return bad("the port must be a number from 1 to 65535")
		}
		r.port, host = uint16(port), s[:i]
	}
	if inner, ok := strings.CutPrefix(host, "["); ok && !r.addr.IsValid() {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !ok || err != nil || !addr.Is6() {
			return bad("brackets hold an IPv6 address")
		}
		r.addr = addr
	} else if addr, err := netip.ParseAddr(host); err == nil && !r.addr.IsValid() {
		if addr.Is6() {
			return bad("an IPv6 address with a port needs brackets: [address]:port")
		}
		r.addr = addr
	}
	if r.addr.IsValid() {
		if r.addr.Zone() != "" {
			return bad("addresses with a zone cannot be opened")
		}
		r.addr = r.addr.Unmap()
		return r, nil
	}
	host, r.sub = strings.CutPrefix(host, "*.")
	host = strings.TrimSuffix(host, ".")
	name, err := idna.Lookup.ToASCII(host)
	switch {
	case err != nil || !plainHost(name) || strings.Contains("."+name, "..") || longLabel(name):
		return bad("not a host name, nor *.domain, nor an IP address")
	case endsInNumber(name):
		return bad("write IPv4 addresses as four decimal numbers")
	}
	r.name = name
	return r, nil
}

// longLabel reports whether a label is longer than DNS has any.
func longLabel(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if len(label) > 63 {
			return true
		}
	}
	return false
}

// endsInNumber reports whether the last label is a number as the URL standard
// sees it, which makes the whole host an IPv4 address in some spelling.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(strings.ToLower(last), "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// matchName reports whether the rule is for the URL's host and port. The host is
// lower-case.
func (r rule) matchName(host string, port uint16) bool {
	if r.name == "" || r.port != 0 && r.port != port {
		return false
	}
	host = strings.TrimSuffix(host, ".")
	if r.sub {
		return strings.HasSuffix(host, "."+r.name)
	}
	return host == r.name
}

// matchAddr reports whether the rule is for the address dialled.
func (r rule) matchAddr(ap netip.AddrPort) bool {
	return r.addr.IsValid() && r.addr == ap.Addr().Unmap() && (r.port == 0 || r.port == ap.Port())
}

// ServerPolicy returns the policy of a server: its ceiling ("public" or "none";
// "" means public) and openings beyond it, "host:port" or "IP:port". Errors:
// *PolicyError.
func ServerPolicy(ceiling string, allow []string) (*Policy, error) {
	p := &Policy{}
	switch ceiling {
	case "public", "":
		p.public = true
	case "none":
	default:
		return nil, &PolicyError{Entry: ceiling, Reason: `the ceiling is "public" or "none"`}
	}
	for _, s := range allow {
		r, err := parseRule(s)
		if err != nil {
			return nil, err
		}
		if r.port == 0 || r.sub {
			return nil, &PolicyError{Entry: s, Reason: "opens exactly host:port or IP:port"}
		}
		p.openings = append(p.openings, r)
	}
	return p, nil
}

// Grants returns a policy under which only what entries name is reachable, for
// programs that embed buntime and for buntime run. "host:port", "IP:port" and "IP"
// are openings; "host" and "*.domain" (also with a port) are reachable at public
// addresses only; "public" is all that is public. Errors: *PolicyError.
func Grants(entries []string) (*Policy, error) {
	p := &Policy{}
	for _, s := range entries {
		if s == "public" {
			p.public = true
			continue
		}
		r, err := parseRule(s)
		switch {
		case err != nil:
			return nil, err
		case r.addr.IsValid() || r.port != 0 && !r.sub:
			p.openings = append(p.openings, r)
		default:
			p.grants = append(p.grants, r)
		}
	}
	return p, nil
}

// Open returns p with one opening more: "host:port" or "IP:port". Errors:
// *PolicyError.
func (p *Policy) Open(entry string) (*Policy, error) {
	r, err := parseRule(entry)
	if err != nil {
		return nil, err
	}
	if r.port == 0 || r.sub {
		return nil, &PolicyError{Entry: entry, Reason: "opens exactly host:port or IP:port"}
	}
	var q Policy
	if p != nil {
		q = *p
	}
	q.openings = append(slices.Clone(q.openings), r)
	return &q, nil
}

// Narrowing is what a session's egress field says: a restriction of its
// server's policy. The zero value restricts nothing. An IP in its list matches
// the address dialled, a name the URL's host; both only where the server's policy
// allows it anyway.
type Narrowing struct {
	none  bool
	allow []rule
	list  bool // allow counts, even if empty
}

const (
	maxNarrowing = 64
	maxEntry     = 1 << 10 // bytes; making a name's ASCII form takes time in the square of its length
)

// ParseNarrowing reads a session's egress field: "public", "none", or {"allow":
// [at most 64 of "host", "host:port", "*.domain", IP, IP:port]}. Empty and null
// are "public". Errors name what is wrong, a *PolicyError the entry.
func ParseNarrowing(raw json.RawMessage) (Narrowing, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return Narrowing{}, nil
	}
	if raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return Narrowing{}, fmt.Errorf("egress: %w", err)
		}
		switch s {
		case "public":
			return Narrowing{}, nil
		case "none":
			return Narrowing{none: true}, nil
		}
	}
	var field struct {
		Allow *[]string `json:"allow"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&field); err != nil || field.Allow == nil || d.More() {
		return Narrowing{}, fmt.Errorf(`egress must be "public", "none" or {"allow": [hosts]}`)
	}
	if len(*field.Allow) > maxNarrowing {
		return Narrowing{}, fmt.Errorf("egress.allow has %d entries, at most %d are possible", len(*field.Allow), maxNarrowing)
	}
	n := Narrowing{list: true}
	for _, s := range *field.Allow {
		r, err := parseRule(s)
		if err != nil {
			return Narrowing{}, err
		}
		n.allow = append(n.allow, r)
	}
	return n, nil
}

// MarshalJSON returns the field as ParseNarrowing reads it.
func (n Narrowing) MarshalJSON() ([]byte, error) {
	switch {
	case n.none:
		return []byte(`"none"`), nil
	case !n.list:
		return []byte(`"public"`), nil
	}
	list := make([]string, len(n.allow))
	for i, r := range n.allow {
		list[i] = r.String()
	}
	return json.Marshal(map[string][]string{"allow": list})
}

// UnmarshalJSON is ParseNarrowing.
func (n *Narrowing) UnmarshalJSON(raw []byte) error {
	parsed, err := ParseNarrowing(raw)
	if err == nil {
		*n = parsed
	}
	return err
}

// Narrow returns p, further restricted.
func (p *Policy) Narrow(n Narrowing) *Policy {
	if p == nil || !n.none && !n.list {
		return p
	}
	q := *p
	q.narrow = append(slices.Clone(p.narrow), n)
	return &q
}

// ticket is what is decided of a URL's host and port before its addresses are
// known. It depends on nothing else, so that connections can be shared between
// requests to one host and port.
type ticket struct {
	policy *Policy
	opened bool   // a name opened exactly: any address at this port
	public bool   // public addresses may be dialled
	byAddr []bool // for each Narrowing: still to be decided by address
}

// admit decides on a URL's host (lower-case; IPv6 without brackets) and port. If
// it refuses, rule says why.
func (p *Policy) admit(host string, port uint16) (t ticket, refused string) {
	if p == nil {
		return t, "no network was granted"
	}
	t.policy = p
	literal, err := netip.ParseAddr(host)
	isIP := err == nil
	for _, n := range p.narrow {
		if n.none {
			return t, `this session's egress is "none"`
		}
		byName, byAddr := false, false
		for _, r := range n.allow {
			byName = byName || !isIP && r.matchName(host, port)
			byAddr = byAddr || r.addr.IsValid() && (!isIP || r.addr == literal.Unmap())
		}
		if !byName && !byAddr {
			return t, "not in this session's egress.allow"
		}
		t.byAddr = append(t.byAddr, !byName)
	}
	possible := p.public
	t.public = p.public
	for _, r := range p.grants {
		if !isIP && r.matchName(host, port) {
			t.public, possible = true, true
		}
	}
	for _, r := range p.openings {
		switch {
		case !isIP && r.matchName(host, port):
			t.opened, possible = true, true
		case r.addr.IsValid() && (r.port == 0 || r.port == port):
			// Any name may resolve to it: decided when dialled.
			possible = possible || !isIP || r.addr == literal.Unmap()
		}
	}
	if !possible {
		return t, notAllowed
	}
	return t, ""
}

// notAllowed is the rule of a policy that is not public.
const notAllowed = "it is none of the hosts that were allowed"

// dial decides on the address about to be dialled. own are this host's
// addresses, deny further ranges. If it refuses, rule says why.
func (t ticket) dial(ap netip.AddrPort, own []netip.Addr, deny []netip.Prefix) (refused string) {
	if t.policy == nil {
		return "no network was granted"
	}
	if ap.Addr().Zone() != "" {
		return "addresses with a zone are not reachable"
	}
	for i, n := range t.policy.narrow {
		if t.byAddr[i] && !slices.ContainsFunc(n.allow, func(r rule) bool { return r.matchAddr(ap) }) {
			return "not in this session's egress.allow"
		}
	}
	if t.opened || slices.ContainsFunc(t.policy.openings, func(r rule) bool { return r.matchAddr(ap) }) {
		return ""
	}
	if !t.public {
		return notAllowed
	}
	return publicAddr(ap.Addr(), own, deny)
}

// special are the ranges that are not public, with the rule a refusal names;
// the first that holds an address counts. The ranges of package ssrf (IANA's
// registries) stand behind it.
var special = []struct {
	prefix netip.Prefix
	rule   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "0.0.0.0/8 (this network) is not reachable"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback addresses are not reachable"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private addresses are not reachable"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private addresses are not reachable"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private addresses are not reachable"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared (CGNAT) addresses are not reachable"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local addresses are not reachable"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation addresses are not reachable"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation addresses are not reachable"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation addresses are not reachable"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarking addresses are not reachable"},
	{netip.MustParsePrefix("192.0.0.0/24"), "protocol assignments (192.0.0.0/24) are not reachable"},
	{netip.MustParsePrefix("192.88.99.0/24"), "6to4 relays are not reachable"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast addresses are not reachable"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved addresses (240.0.0.0/4) are not reachable"},
	{netip.MustParsePrefix("::/128"), "the unspecified address is not reachable"},
	{netip.MustParsePrefix("::1/128"), "loopback addresses are not reachable"},
	{netip.MustParsePrefix("::/96"), "IPv4-compatible addresses are not reachable"},
	{netip.MustParsePrefix("64:ff9b::/96"), "NAT64 addresses are not reachable"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "NAT64 addresses are not reachable"},
	{netip.MustParsePrefix("100::/64"), "discard-only addresses are not reachable"},
	{netip.MustParsePrefix("2001::/32"), "Teredo addresses are not reachable"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation addresses are not reachable"},
	{netip.MustParsePrefix("3fff::/20"), "documentation addresses are not reachable"},
	{netip.MustParsePrefix("2001:2::/48"), "benchmarking addresses are not reachable"},
	{netip.MustParsePrefix("2002::/16"), "6to4 addresses are not reachable"},
	{netip.MustParsePrefix("fc00::/7"), "private (unique local) addresses are not reachable"},
	{netip.MustParsePrefix("fe80::/10"), "link-local addresses are not reachable"},
	{netip.MustParsePrefix("fec0::/10"), "site-local addresses are not reachable"},
	{netip.MustParsePrefix("ff00::/8"), "multicast addresses are not reachable"},
}

// publicRanges is IANA's view, for any port. It is never changed.
var publicRanges = ssrf.New(ssrf.WithAnyPort())

// publicAddr returns "" if addr is public, else the rule that refuses it.
func publicAddr(addr netip.Addr, own []netip.Addr, deny []netip.Prefix) string {
	switch {
	case !addr.IsValid():
		return "not an address"
	case addr.Zone() != "":
		return "addresses with a zone are not reachable"
	case addr.Is4In6():
		return "IPv4-mapped addresses are not reachable"
	}
	for _, s := range special {
		if s.prefix.Contains(addr) {
			return s.rule
		}
	}
	if publicRanges.SafeAddr(addr) != nil || !addr.IsGlobalUnicast() {
		return "addresses that are not global unicast are not reachable"
	}
	for _, o := range own {
		if o.Unmap().WithZone("") == addr {
			return "this host's own addresses are not reachable"
		}
	}
	for _, d := range deny {
		if d.Contains(addr) {
			return "this range is closed by the operator"
		}
	}
	return ""
}
