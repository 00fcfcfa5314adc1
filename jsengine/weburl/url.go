// Package weburl parses, changes and serializes URLs as the URL Standard says
// (https://url.spec.whatwg.org/), which is not what net/url does.
//
// Inputs are valid UTF-8. Time and memory are linear in the input's length.
package weburl

import (
	"errors"
	"strconv"
	"strings"
)

// ErrInvalid reports an input that is not a valid URL.
var ErrInvalid = errors.New("weburl: invalid URL")

// URL is a parsed URL. Its fields are those of the standard, serialized and
// percent-encoded: everything in them is ASCII.
type URL struct {
	Scheme             string
	Username, Password string
	Host               string // serialized; empty and !HasHost if there is none
	HasHost            bool
	Port               int // -1: none, or the scheme's default
	Opaque             bool
	OpaquePath         string   // if Opaque
	Path               []string // else
	Query              string
	HasQuery           bool
	Fragment           string
	HasFragment        bool
}

// defaultPort returns a special scheme's default port, -1 for file, and whether the scheme is special.
func defaultPort(scheme string) (port int, special bool) {
	switch scheme {
	case "http", "ws":
		return 80, true
	case "https", "wss":
		return 443, true
	case "ftp":
		return 21, true
	case "file":
		return -1, true
	}
	return -1, false
}

// Special reports whether the URL's scheme is one of http, https, ws, wss, ftp and file.
func (u *URL) Special() bool {
	_, special := defaultPort(u.Scheme)
	return special
}

func (u *URL) hasCredentials() bool { return u.Username != "" || u.Password != "" }

// cannotHaveCredentials is the standard's "cannot have a username/password/port".
func (u *URL) cannotHaveCredentials() bool {
	return !u.HasHost || u.Host == "" || u.Scheme == "file"
}

// Pathname serializes the path.
func (u *URL) Pathname() string {
	if u.Opaque {
		return u.OpaquePath
	}
	n := 0
	for _, s := range u.Path {
		n += 1 + len(s)
	}
	var b strings.Builder
	b.Grow(n)
	for _, s := range u.Path {
		b.WriteByte('/')
		b.WriteString(s)
	}
	return b.String()
}

// Offsets says where the parts of a serialized URL are, in bytes of Href.
type Offsets struct {
	Href                   string
	Protocol               int // end of "scheme:"
	UserStart, UserEnd     int
	PassEnd                int // the password begins at UserEnd+1 if PassEnd > UserEnd
	HostStart, HostEnd     int
	PortEnd                int // the port begins at HostEnd+1 if PortEnd > HostEnd
	PathStart              int
	SearchStart, SearchEnd int // with its '?', also when it is alone
	FragmentStart          int // with its '#'; len(Href) if there is none
}

// Serialize returns the URL as a string, and where its parts are.
func (u *URL) Serialize() Offsets {
	var o Offsets
	var b strings.Builder
	b.WriteString(u.Scheme)
	b.WriteByte(':')
	o.Protocol = b.Len()
	if u.HasHost {
		b.WriteString("//")
		o.UserStart = b.Len()
		b.WriteString(u.Username)
		o.UserEnd = b.Len()
		o.PassEnd = o.UserEnd
		if u.Password != "" {
			b.WriteByte(':')
			b.WriteString(u.Password)
			o.PassEnd = b.Len()
		}
		if u.hasCredentials() {
			b.WriteByte('@')
		}
		o.HostStart = b.Len()
		b.WriteString(u.Host)
		o.HostEnd = b.Len()
		if u.Port >= 0 {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(u.Port))
		}
		o.PortEnd = b.Len()
	} else {
		n := b.Len()
		o.UserStart, o.UserEnd, o.PassEnd, o.HostStart, o.HostEnd, o.PortEnd = n, n, n, n, n, n
		if !u.Opaque && len(u.Path) > 1 && u.Path[0] == "" {
			b.WriteString("/.")
		}
	}
	o.PathStart = b.Len()
	b.WriteString(u.Pathname())
	o.SearchStart = b.Len()
	if u.HasQuery {
		b.WriteByte('?')
		b.WriteString(u.Query)
	}
	o.SearchEnd = b.Len()
	o.FragmentStart = b.Len()
	if u.HasFragment {
		b.WriteByte('#')
		b.WriteString(u.Fragment)
	}
	o.Href = b.String()
	return o
}

// String serializes the URL.
func (u *URL) String() string { return u.Serialize().Href }

// shorten removes the last segment of the path, but keeps a file URL's drive letter.
func (u *URL) shorten() {
	if u.Scheme == "file" && len(u.Path) == 1 && isNormalizedDrive(u.Path[0]) {
		return
	}
	if len(u.Path) > 0 {
		u.Path = u.Path[:len(u.Path)-1]
	}
}

func isDrive(s string) bool {
	return len(s) == 2 && isAlpha(s[0]) && (s[1] == ':' || s[1] == '|')
}

func isNormalizedDrive(s string) bool { return len(s) == 2 && isAlpha(s[0]) && s[1] == ':' }

// startsWithDrive reports whether s begins with a drive letter that is a whole segment.
func startsWithDrive(s string) bool {
	return len(s) >= 2 && isDrive(s[:2]) && (len(s) == 2 || s[2] == '/' || s[2] == '\\' || s[2] == '?' || s[2] == '#')
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isSingleDot(s string) bool {
	return s == "." || strings.EqualFold(s, "%2e")
}

func isDoubleDot(s string) bool {
	switch len(s) {
	case 2:
		return s == ".."
	case 4:
		return strings.EqualFold(s, ".%2e") || strings.EqualFold(s, "%2e.")
	case 6:
		return strings.EqualFold(s, "%2e%2e")
	}
	return false
}

// A set of the characters that get percent-encoded, besides controls and what is not ASCII.
type encodeSet [128]bool

func newSet(base *encodeSet, chars string) *encodeSet {
	var s encodeSet
	if base != nil {
		s = *base
	}
	for i := 0; i < len(chars); i++ {
		s[chars[i]] = true
	}
	return &s
}

var (
	controlSet      = newSet(nil, "")
	fragmentSet     = newSet(nil, " \"<>`")
	querySet        = newSet(nil, " \"#<>")
	specialQuerySet = newSet(querySet, "'")
	pathSet         = newSet(querySet, "?^`{}")
	userinfoSet     = newSet(pathSet, "/:;=@[\\]|")
)

const upperHex = "0123456789ABCDEF"

func appendEncoded(b []byte, c byte, set *encodeSet) []byte {
	if c <= 0x1f || c >= 0x7f || set[c] {
		return append(b, '%', upperHex[c>>4], upperHex[c&15])
	}
	return append(b, c)
}

func encodeString(s string, set *encodeSet) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= 0x1f || c >= 0x7f || set[c] {
			b := append(make([]byte, 0, len(s)+16), s[:i]...)
			for ; i < len(s); i++ {
				b = appendEncoded(b, s[i], set)
			}
			return string(b)
		}
	}
	return s
}
