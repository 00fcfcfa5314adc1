package api

import (
	"strings"

	"github.com/google/uuid"
)

// requestIDHeader carries a request's id, both ways.
const requestIDHeader = "X-Request-Id"

// requestID returns the id a client gave its request if it is 1 to 128
// characters of [A-Za-z0-9._-], else a new UUID.
func requestID(given []byte) string {
	if len(given) == 0 || len(given) > 128 {
		return uuid.NewString()
	}
	for _, c := range given {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return uuid.NewString()
		}
	}
	return string(given)
}

// loggable returns what a client sent in a form that stays within its line and
// its bounds, whatever reads the log: printable ASCII, at most 256 characters.
func loggable(s string) string {
	const most = 256
	cut := len(s) > most
	if cut {
		s = s[:most]
	}
	plain := true
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e || s[i] == '"' || s[i] == '\\' {
			plain = false
			break
		}
	}
	if !plain {
		var b strings.Builder
		for i := range len(s) {
			if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
				const hex = "0123456789abcdef"
				b.WriteString(`%`)
				b.WriteByte(hex[c>>4])
				b.WriteByte(hex[c&15])
			} else {
				b.WriteByte(c)
			}
		}
		s = b.String()
	}
	if cut {
		s += "..."
	}
	return s
}
