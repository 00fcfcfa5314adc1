package weburl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// parseHost parses and serializes a host; opaque for schemes that are not special.
func parseHost(s string, opaque bool) (string, bool) {
	if strings.HasPrefix(s, "[") {
		if !strings.HasSuffix(s, "]") {
			return "", false
		}
		ip, ok := parseIPv6(s[1 : len(s)-1])
		if !ok {
			return "", false
		}
		return "[" + serializeIPv6(ip) + "]", true
	}
	if opaque {
		for i := 0; i < len(s); i++ {
			if forbiddenHost(s[i]) {
				return "", false
			}
		}
		return encodeString(s, controlSet), true
	}
	domain, ok := DomainToASCII(percentDecode(s))
	if !ok {
		return "", false
	}
	if endsInNumber(domain) {
		ip, ok := parseIPv4(domain)
		if !ok {
			return "", false
		}
		return serializeIPv4(ip), true
	}
	return domain, true
}

func forbiddenHost(c byte) bool {
	switch c {
	case 0, '\t', '\n', '\r', ' ', '#', '/', ':', '<', '>', '?', '@', '[', '\\', ']', '^', '|':
		return true
	}
	return false
}

func forbiddenDomain(c byte) bool {
	return forbiddenHost(c) || c <= 0x1f || c == '%' || c == 0x7f
}

func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// toASCII is UTS #46 as the standard asks for it: not transitional, hyphens and
// lengths unchecked.
var toASCII = idna.New(
	idna.MapForLookup(),
	idna.ValidateLabels(true),
	idna.CheckHyphens(false),
	idna.CheckJoiners(true),
	idna.BidiRule(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.VerifyDNSLength(false),
)

var toUnicode = idna.New(
	idna.MapForLookup(),
	idna.CheckHyphens(false),
	idna.BidiRule(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.VerifyDNSLength(false),
)

// The standard bounds no name, but Punycode takes time in the square of a label's
// length: 60 KiB took six seconds. In DNS a label has 63 bytes and a name 253, so
// what is longer than these, of which part would be mapped, is no domain.
const (
	maxMapped = 1 << 10 // bytes of a name
	maxLabel  = 256     // bytes of one of its labels
)

// longLabel reports whether a label of domain, as far as ASCII dots part them, is
// longer than maxLabel.
func longLabel(domain string) bool {
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) > maxLabel {
			return true
		}
	}
	return false
}

// DomainToASCII is the standard's "domain to ASCII", not strict: false for what is no domain.
func DomainToASCII(domain string) (string, bool) {
	ascii := true
	for i := 0; i < len(domain); i++ {
		if domain[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		domain = asciiLower(domain)
	} else {
		if len(domain) > maxMapped || longLabel(domain) {
			return "", false
		}
		var err error
		if domain, err = toASCII.ToASCII(strings.Map(mapNewer, domain)); err != nil {
			return "", false
		}
	}
	if domain == "" {
		return "", false
	}
	for i := 0; i < len(domain); i++ {
		if forbiddenDomain(domain[i]) || domain[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return domain, true
}

// mapNewer maps what UTS #46 has mapped or ignored since Unicode 15.1, and the
// tables of x/net/idna, which are older, refuse or map otherwise.
func mapNewer(r rune) rune {
	switch {
	case r < 0x04c0:
		return r
	case r == 0x180e, 0x206a <= r && r <= 0x206f:
		return -1
	case 0x10a0 <= r && r <= 0x10c5:
		return r - 0x10a0 + 0x2d00
	}
	switch r {
	case 0x04c0:
		return 0x04cf
	case 0x1e9e:
		return 0x00df
	case 0x2132:
		return 0x214e
	case 0x2183:
		return 0x2184
	case 0x2f868:
		return 0x36fc
	case 0x2f874:
		return 0x5f53
	case 0x2f91f:
		return 0x243ab
	case 0x2f95f:
		return 0x7aee
	case 0x2f9bf:
		return 0x45d7
	}
	return r
}

// DomainToUnicode decodes the Punycode labels of a domain for display; the empty string for what is no domain.
// A domain that is too long to have been mapped is as it was.
func DomainToUnicode(domain string) string {
	if len(domain) > maxMapped || longLabel(domain) {
		return domain
	}
	s, err := toUnicode.ToUnicode(domain)
	if err != nil && s == "" {
		return ""
	}
	return s
}

func asciiLower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// endsInNumber reports whether a host is to be read as an IPv4 address.
func endsInNumber(s string) bool {
	s = strings.TrimSuffix(s, ".")
	last := s[strings.LastIndexByte(s, '.')+1:]
	if last == "" {
		return false
	}
	digits := true
	for i := 0; i < len(last); i++ {
		if !isDigit(last[i]) {
			digits = false
			break
		}
	}
	if digits {
		return true
	}
	_, ok := parseIPv4Number(last)
	return ok
}

// parseIPv4Number parses decimal, octal (0…) and hexadecimal (0x…); values over 2^32 are 2^32.
func parseIPv4Number(s string) (uint64, bool) {
	if s == "" {
		return 0, false
	}
	base := 10
	switch {
	case len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x':
		s, base = s[2:], 16
	case len(s) >= 2 && s[0] == '0':
		s, base = s[1:], 8
	}
	if s == "" {
		return 0, true
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d := unhex(s[i])
		if d < 0 || d >= base {
			return 0, false
		}
		if n = n*uint64(base) + uint64(d); n > 1<<32 {
			n = 1 << 32
		}
	}
	return n, true
}

func parseIPv4(s string) (uint32, bool) {
	parts := strings.Split(strings.TrimSuffix(s, "."), ".")
	if len(parts) > 4 {
		return 0, false
	}
	var ip uint64
	for i, part := range parts {
		n, ok := parseIPv4Number(part)
		if !ok {
			return 0, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return 0, false
			}
			ip |= n << (8 * (3 - i))
			continue
		}
		if n >= 1<<(8*(5-len(parts))) {
			return 0, false
		}
		ip |= n
	}
	return uint32(ip), true
}

func serializeIPv4(ip uint32) string {
	b := make([]byte, 0, 15)
	for i := 3; i >= 0; i-- {
		b = strconv.AppendUint(b, uint64(ip>>(8*i)&255), 10)
		if i > 0 {
			b = append(b, '.')
		}
	}
	return string(b)
}

func parseIPv6(s string) (ip [8]uint16, ok bool) {
	piece, compress := 0, -1
	p := 0
	at := func(i int) byte {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	if at(p) == ':' {
		if at(p+1) != ':' {
			return ip, false
		}
		p += 2
		piece++
		compress = piece
	}
	for p < len(s) {
		if piece == 8 {
			return ip, false
		}
		if s[p] == ':' {
			if compress >= 0 {
				return ip, false
			}
			p++
			piece++
			compress = piece
			continue
		}
		value, length := 0, 0
		for length < 4 && p < len(s) && unhex(s[p]) >= 0 {
			value = value<<4 | unhex(s[p])
			p++
			length++
		}
		switch {
		case at(p) == '.' && p < len(s):
			if length == 0 {
				return ip, false
			}
			p -= length
			if piece > 6 {
				return ip, false
			}
			seen := 0
			for p < len(s) {
				if seen > 0 {
					if s[p] != '.' || seen >= 4 {
						return ip, false
					}
					p++
				}
				if p >= len(s) || !isDigit(s[p]) {
					return ip, false
				}
				v := -1
				for p < len(s) && isDigit(s[p]) {
					n := int(s[p] - '0')
					switch {
					case v == -1:
						v = n
					case v == 0:
						return ip, false
					default:
						v = v*10 + n
					}
					if v > 255 {
						return ip, false
					}
					p++
				}
				ip[piece] = ip[piece]<<8 | uint16(v)
				seen++
				if seen == 2 || seen == 4 {
					piece++
				}
			}
			if seen != 4 {
				return ip, false
			}
			goto done
		case p < len(s) && s[p] == ':':
			p++
			if p == len(s) {
				return ip, false
			}
		case p < len(s):
			return ip, false
		}
		ip[piece] = uint16(value)
		piece++
	}
done:
	if compress >= 0 {
		swaps := piece - compress
		for i := 7; i != 0 && swaps > 0; i-- {
			j := compress + swaps - 1
			ip[i], ip[j] = ip[j], ip[i]
			swaps--
		}
	} else if piece != 8 {
		return ip, false
	}
	return ip, true
}

func serializeIPv6(ip [8]uint16) string {
	// The longest run of two or more zero pieces, the first of those.
	best, bestLen := -1, 1
	for i := 0; i < 8; {
		j := i
		for j < 8 && ip[j] == 0 {
			j++
		}
		if j-i > bestLen {
			best, bestLen = i, j-i
		}
		i = max(j, i+1)
	}
	b := make([]byte, 0, 39)
	for i := 0; i < 8; i++ {
		if i == best {
			if i == 0 {
				b = append(b, ':')
			}
			b = append(b, ':')
			i += bestLen - 1
			continue
		}
		b = strconv.AppendUint(b, uint64(ip[i]), 16)
		if i < 7 {
			b = append(b, ':')
		}
	}
	return string(b)
}
