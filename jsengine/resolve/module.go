package resolve

import (
	"encoding/base64"
	"path"
	"strings"
)

// Module says where a specifier leads. Exactly one of Path, Data and Builtin is set.
type Module struct {
	Path    string // a file
	Query   string // "?x", "#y": one file may be several modules
	As      string // an import attribute that makes something else of the file: "text", "json", …
	Data    string // a data: URL
	Builtin string // "node:fs"
}

// attributes are what As may be. "scope" and "interop" are no guest's: see Import.
var attributes = []string{"json", "text", "bytes", "file", "toml", "yaml", "jsonc", "scope", "interop"}

// ID is the module's name in the engine: its path if that says all.
func (m Module) ID() string {
	switch {
	case m.Data != "":
		return m.Data
	case m.Builtin != "":
		return m.Builtin
	}
	id := m.Path
	if m.Query != "" {
		id = FileURL(m.Path) + m.Query
	}
	if m.As != "" {
		id = m.As + ":" + id
	}
	return id
}

// Parse is the inverse of ID. A plain path is one, too.
func Parse(id string) Module {
	var m Module
	switch {
	case strings.HasPrefix(id, "/"):
		m.Path = id
		return m
	case strings.HasPrefix(id, "data:"):
		m.Data = id
		return m
	}
	if rest, ok := strings.CutPrefix(id, "file://"); ok {
		if i := strings.IndexAny(rest, "?#"); i >= 0 {
			rest, m.Query = rest[:i], rest[i:]
		}
		m.Path = unescape(rest)
		return m
	}
	for _, as := range attributes {
		if rest, ok := strings.CutPrefix(id, as+":"); ok {
			m = Parse(rest)
			m.As = as
			return m
		}
	}
	m.Builtin = id
	return m
}

// Name is what messages call the module.
func (m Module) Name() string {
	switch {
	case m.Data != "":
		return m.Data
	case m.Builtin != "":
		return m.Builtin
	}
	return m.Path
}

// URL is the module's URL.
func (m Module) URL() string {
	switch {
	case m.Data != "":
		return m.Data
	case m.Builtin != "":
		return m.Builtin
	}
	return FileURL(m.Path) + m.Query
}

// FileURL is the file: URL of an absolute path.
func FileURL(p string) string {
	var b strings.Builder
	b.WriteString("file://")
	for i := 0; i < len(p); i++ {
		c := p[i]
		// The URL standard's path set, and what would end a path or start an escape.
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"#%<>?\\^`{|}", c) >= 0 {
			const hex = "0123456789ABCDEF"
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isFileURL(s string) bool { return strings.HasPrefix(s, "file://") }

// unescape decodes a URL's path; what is no escape stays.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// encodedSeparator reports an escaped slash or backslash, which no path may have.
func encodedSeparator(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && (s[i+1] == '2' && (s[i+2] == 'f' || s[i+2] == 'F') || s[i+1] == '5' && (s[i+2] == 'c' || s[i+2] == 'C')) {
			return true
		}
	}
	return false
}

// Decode returns the media type and content of a data: URL's module.
//
// Errors: *Error with code ERR_INVALID_URL.
func (m Module) Decode() (mime string, content []byte, err error) {
	head, body, ok := strings.Cut(strings.TrimPrefix(m.Data, "data:"), ",")
	if !ok {
		return "", nil, &Error{Name: "TypeError", Code: "ERR_INVALID_URL", Message: "Invalid URL"}
	}
	if i := strings.IndexByte(body, '#'); i >= 0 {
		body = body[:i]
	}
	text := unescape(body)
	parts := strings.Split(head, ";")
	mime = strings.ToLower(strings.TrimSpace(parts[0]))
	if n := len(parts); n > 1 && parts[n-1] == "base64" {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			if b, err = base64.RawStdEncoding.DecodeString(text); err != nil {
				return "", nil, &Error{Name: "TypeError", Code: "ERR_INVALID_URL", Message: "Invalid URL"}
			}
		}
		return mime, b, nil
	}
	return mime, []byte(text), nil
}

// attributeOf is the type that a file is imported as without an attribute.
func attributeOf(name string) string {
	switch path.Ext(name) {
	case ".json":
		return "json"
	case ".txt":
		return "text"
	case ".toml":
		return "toml"
	case ".yaml", ".yml":
		return "yaml"
	case ".jsonc":
		return "jsonc"
	}
	return ""
}
