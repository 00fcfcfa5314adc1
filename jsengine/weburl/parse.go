package weburl

import (
	"strings"
)

type state int

const (
	noOverride state = iota
	schemeStart
	scheme
	noScheme
	specialRelativeOrAuthority
	pathOrAuthority
	relative
	relativeSlash
	specialAuthoritySlashes
	specialAuthorityIgnoreSlashes
	authority
	host
	hostname
	port
	file
	fileSlash
	fileHost
	pathStart
	path
	opaquePath
	query
	fragment
)

// Parse parses input, relative to base unless that is nil. It returns ErrInvalid
// for what is not a URL.
func Parse(input string, base *URL) (*URL, error) {
	input = strings.TrimFunc(input, func(r rune) bool { return r <= ' ' })
	u := &URL{Port: -1}
	if !u.parse(input, base, noOverride) {
		return nil, ErrInvalid
	}
	return u, nil
}

// removeTabs drops tab, line feed and carriage return.
func removeTabs(s string) string {
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, s)
}

// parse is the standard's basic URL parser. With an override it changes u from
// that state on and returns false where the standard returns or fails early;
// callers that set parts do not care which. All delimiters are ASCII, so it goes
// through the UTF-8 bytes.
func (u *URL) parse(input string, base *URL, override state) bool {
	input = removeTabs(input)
	st := override
	if override == noOverride {
		st = schemeStart
	}
	var buf []byte
	atSign, inBrackets, passwordToken := false, false, false
	const eof = -1

	for p := 0; ; p++ {
		c := eof
		if p < len(input) {
			c = int(input[p])
		}
		rest := ""
		if p+1 < len(input) {
			rest = input[p+1:]
		}
		switch st {
		case schemeStart:
			switch {
			case c != eof && isAlpha(byte(c)):
				buf = append(buf, byte(c)|0x20)
				st = scheme
			case override == noOverride:
				st = noScheme
				p--
			default:
				return false
			}

		case scheme:
			switch {
			case c != eof && (isAlpha(byte(c)) || isDigit(byte(c)) || c == '+' || c == '-' || c == '.'):
				b := byte(c)
				if isAlpha(b) {
					b |= 0x20
				}
				buf = append(buf, b)
			case c == ':':
				name := string(buf)
				if override != noOverride {
					_, special := defaultPort(name)
					if u.Special() != special ||
						(u.hasCredentials() || u.Port >= 0) && name == "file" ||
						u.Scheme == "file" && u.Host == "" {
						return false
					}
				}
				u.Scheme = name
				def, special := defaultPort(name)
				if override != noOverride {
					if u.Port == def {
						u.Port = -1
					}
					return true
				}
				buf = buf[:0]
				switch {
				case name == "file":
					st = file
				case special && base != nil && base.Scheme == name:
					st = specialRelativeOrAuthority
				case special:
					st = specialAuthoritySlashes
				case strings.HasPrefix(rest, "/"):
					st = pathOrAuthority
					p++
				default:
					u.Opaque = true
					st = opaquePath
				}
			case override == noOverride:
				buf = buf[:0]
				st = noScheme
				p = -1
			default:
				return false
			}

		case noScheme:
			switch {
			case base == nil || base.Opaque && c != '#':
				return false
			case base.Opaque:
				u.Scheme, u.Opaque, u.OpaquePath = base.Scheme, true, base.OpaquePath
				u.Query, u.HasQuery = base.Query, base.HasQuery
				u.Fragment, u.HasFragment = "", true
				st = fragment
			case base.Scheme != "file":
				st = relative
				p--
			default:
				st = file
				p--
			}

		case specialRelativeOrAuthority:
			if c == '/' && strings.HasPrefix(rest, "/") {
				st = specialAuthorityIgnoreSlashes
				p++
			} else {
				st = relative
				p--
			}

		case pathOrAuthority:
			if c == '/' {
				st = authority
			} else {
				st = path
				p--
			}

		case relative:
			u.Scheme = base.Scheme
			switch {
			case c == '/':
				st = relativeSlash
			case u.Special() && c == '\\':
				st = relativeSlash
			default:
				u.copyAuthority(base)
				u.Path = append([]string(nil), base.Path...)
				u.Query, u.HasQuery = base.Query, base.HasQuery
				switch {
				case c == '?':
					u.Query, u.HasQuery = "", true
					st = query
				case c == '#':
					u.HasFragment = true
					st = fragment
				case c != eof:
					u.Query, u.HasQuery = "", false
					u.shorten()
					st = path
					p--
				}
			}

		case relativeSlash:
			switch {
			case u.Special() && (c == '/' || c == '\\'):
				st = specialAuthorityIgnoreSlashes
			case c == '/':
				st = authority
			default:
				u.copyAuthority(base)
				st = path
				p--
			}

		case specialAuthoritySlashes:
			if c == '/' && strings.HasPrefix(rest, "/") {
				p++
			} else {
				p--
			}
			st = specialAuthorityIgnoreSlashes

		case specialAuthorityIgnoreSlashes:
			if c != '/' && c != '\\' {
				st = authority
				p--
			}

		case authority:
			// The userinfo ends at the last "@" before the authority's end: look for it at once,
			// instead of going back for each, which is quadratic.
			end := p + authorityLength(input[p:], u.Special())
			at := strings.LastIndexByte(input[p:end], '@')
			if at >= 0 {
				atSign = true
				info := input[p : p+at]
				for i := 0; i < len(info); i++ {
					if info[i] == ':' && !passwordToken {
						passwordToken = true
						u.Username = encodeString(info[:i], userinfoSet)
						u.Password = encodeString(info[i+1:], userinfoSet)
						break
					}
				}
				if !passwordToken {
					u.Username = encodeString(info, userinfoSet)
				}
				p += at + 1
			}
			if atSign && p == end {
				return false
			}
			st = host
			p--

		case host, hostname:
			switch {
			case override != noOverride && u.Scheme == "file":
				p--
				st = fileHost
			case c == ':' && !inBrackets:
				if len(buf) == 0 || override == hostname {
					return false
				}
				h, ok := parseHost(string(buf), !u.Special())
				if !ok {
					return false
				}
				u.Host, u.HasHost = h, true
				buf = buf[:0]
				st = port
			case c == eof || c == '/' || c == '?' || c == '#' || u.Special() && c == '\\':
				p--
				if u.Special() && len(buf) == 0 {
					return false
				}
				if override != noOverride && len(buf) == 0 && (u.hasCredentials() || u.Port >= 0) {
					return false
				}
				h, ok := parseHost(string(buf), !u.Special())
				if !ok {
					return false
				}
				u.Host, u.HasHost = h, true
				buf = buf[:0]
				st = pathStart
				if override != noOverride {
					return true
				}
			default:
				if c == '[' {
					inBrackets = true
				} else if c == ']' {
					inBrackets = false
				}
				buf = append(buf, byte(c))
			}

		case port:
			switch {
			case c != eof && isDigit(byte(c)):
				buf = append(buf, byte(c))
			case c == eof || c == '/' || c == '?' || c == '#' || u.Special() && c == '\\' || override != noOverride:
				if len(buf) != 0 {
					n := 0
					for _, d := range buf {
						n = n*10 + int(d-'0')
						if n > 65535 {
							return false
						}
					}
					if def, _ := defaultPort(u.Scheme); n == def {
						n = -1
					}
					u.Port = n
					buf = buf[:0]
					if override != noOverride {
						return true
					}
				}
				if override != noOverride {
					return false
				}
				st = pathStart
				p--
			default:
				return false
			}

		case file:
			u.Scheme = "file"
			u.Host, u.HasHost = "", true
			switch {
			case c == '/' || c == '\\':
				st = fileSlash
			case base != nil && base.Scheme == "file":
				u.Host, u.HasHost = base.Host, base.HasHost
				u.Path = append([]string(nil), base.Path...)
				u.Query, u.HasQuery = base.Query, base.HasQuery
				switch {
				case c == '?':
					u.Query, u.HasQuery = "", true
					st = query
				case c == '#':
					u.HasFragment = true
					st = fragment
				case c != eof:
					u.Query, u.HasQuery = "", false
					if !startsWithDrive(input[p:]) {
						u.shorten()
					} else {
						u.Path = nil
					}
					st = path
					p--
				}
			default:
				st = path
				p--
			}

		case fileSlash:
			if c == '/' || c == '\\' {
				st = fileHost
				break
			}
			if base != nil && base.Scheme == "file" {
				u.Host, u.HasHost = base.Host, base.HasHost
				if !startsWithDrive(input[min(p, len(input)):]) && len(base.Path) > 0 && isNormalizedDrive(base.Path[0]) {
					u.Path = append(u.Path, base.Path[0])
				}
			}
			st = path
			p--

		case fileHost:
			if c != eof && c != '/' && c != '\\' && c != '?' && c != '#' {
				buf = append(buf, byte(c))
				break
			}
			p--
			switch {
			case override == noOverride && isDrive(string(buf)):
				st = path
			case len(buf) == 0:
				u.Host, u.HasHost = "", true
				if override != noOverride {
					return true
				}
				st = pathStart
			default:
				h, ok := parseHost(string(buf), !u.Special())
				if !ok {
					return false
				}
				if h == "localhost" {
					h = ""
				}
				u.Host, u.HasHost = h, true
				if override != noOverride {
					return true
				}
				buf = buf[:0]
				st = pathStart
			}

		case pathStart:
			switch {
			case u.Special():
				st = path
				if c != '/' && c != '\\' {
					p--
				}
			case override == noOverride && c == '?':
				u.HasQuery = true
				st = query
			case override == noOverride && c == '#':
				u.HasFragment = true
				st = fragment
			case c != eof:
				st = path
				if c != '/' {
					p--
				}
			case override != noOverride && !u.HasHost:
				u.Path = append(u.Path, "")
			}

		case path:
			if c == eof || c == '/' || u.Special() && c == '\\' || override == noOverride && (c == '?' || c == '#') {
				slash := c == '/' || u.Special() && c == '\\'
				segment := string(buf)
				switch {
				case isDoubleDot(segment):
					u.shorten()
					if !slash {
						u.Path = append(u.Path, "")
					}
				case isSingleDot(segment):
					if !slash {
						u.Path = append(u.Path, "")
					}
				default:
					if u.Scheme == "file" && len(u.Path) == 0 && isDrive(segment) {
						segment = segment[:1] + ":"
					}
					u.Path = append(u.Path, segment)
				}
				buf = buf[:0]
				switch c {
				case '?':
					u.Query, u.HasQuery = "", true
					st = query
				case '#':
					u.Fragment, u.HasFragment = "", true
					st = fragment
				}
			} else {
				buf = appendEncoded(buf, byte(c), pathSet)
			}

		case opaquePath:
			end := strings.IndexAny(input[min(p, len(input)):], "?#")
			if end < 0 {
				end = len(input)
			} else {
				end += p
			}
			part := input[min(p, len(input)):end]
			u.OpaquePath = encodeString(part, controlSet)
			if end < len(input) && strings.HasSuffix(u.OpaquePath, " ") {
				u.OpaquePath = u.OpaquePath[:len(u.OpaquePath)-1] + "%20"
			}
			p = end
			c = eof
			if p < len(input) {
				c = int(input[p])
				if c == '?' {
					u.HasQuery = true
					st = query
				} else {
					u.HasFragment = true
					st = fragment
				}
			}

		case query:
			end := len(input)
			if override == noOverride {
				if i := strings.IndexByte(input[min(p, len(input)):], '#'); i >= 0 {
					end = p + i
				}
			}
			set := querySet
			if u.Special() {
				set = specialQuerySet
			}
			u.Query = encodeString(input[min(p, len(input)):end], set)
			u.HasQuery = true
			p = end
			c = eof
			if p < len(input) {
				c = '#'
				u.Fragment, u.HasFragment = "", true
				st = fragment
			}

		case fragment:
			u.Fragment = encodeString(input[min(p, len(input)):], fragmentSet)
			u.HasFragment = true
			p = len(input)
			c = eof
		}
		if c == eof && p >= len(input) {
			return true
		}
	}
}

func (u *URL) copyAuthority(base *URL) {
	u.Username, u.Password = base.Username, base.Password
	u.Host, u.HasHost, u.Port = base.Host, base.HasHost, base.Port
}

// authorityLength is how many bytes of s belong to the authority.
func authorityLength(s string, special bool) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '/', '?', '#':
			return i
		case '\\':
			if special {
				return i
			}
		}
	}
	return len(s)
}
