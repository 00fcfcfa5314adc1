package textdata

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TOML reads a document of TOML 1.0. Dates and times are strings. Errors are *Error, and ErrStopped.
func TOML(doc []byte, look Look) (*Value, error) {
	if len(doc) > MaxText {
		return nil, &Error{fmt.Sprintf("a text of %d bytes, at most %d", len(doc), MaxText)}
	}
	p := &toml{look: look, s: strings.TrimPrefix(strings.ToValidUTF8(string(doc), "\uFFFD"), "\ufeff")}
	root := &Value{kind: table, defined: true}
	if err := p.document(root); errors.Is(err, ErrStopped) {
		return nil, err
	} else if err != nil {
		return nil, &Error{"TOML Parse error: " + err.Error()}
	}
	return root, nil
}

type toml struct {
	s      string
	at     int
	values int
	look   Look
}

// count counts a value, or a table.
func (p *toml) count() error {
	if p.values++; p.values > maxValues {
		return fault("more than %d values", maxValues)
	}
	if p.values%1024 == 0 && !p.look() {
		return ErrStopped
	}
	return nil
}

func (p *toml) peek() byte {
	if p.at < len(p.s) {
		return p.s[p.at]
	}
	return 0
}

func (p *toml) space() {
	for p.peek() == ' ' || p.peek() == '\t' {
		p.at++
	}
}

// blank passes over white space, ends of lines and comments.
func (p *toml) blank() error {
	for {
		switch c := p.peek(); {
		case c == ' ' || c == '\t' || c == '\n':
			p.at++
		case c == '\r' && strings.HasPrefix(p.s[p.at:], "\r\n"):
			p.at += 2
		case c == '#':
			if err := p.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (p *toml) comment() error {
	for ; p.at < len(p.s) && p.s[p.at] != '\n'; p.at++ {
		if c := p.s[p.at]; c < 0x20 && c != '\t' && !(c == '\r' && strings.HasPrefix(p.s[p.at:], "\r\n")) || c == 0x7f {
			return fault("Control characters are not allowed in comments")
		}
	}
	return nil
}

// lineEnd passes over what may stand after a pair or a header.
func (p *toml) lineEnd(after string) error {
	p.space()
	if p.peek() == '#' {
		if err := p.comment(); err != nil {
			return err
		}
	}
	switch {
	case p.at == len(p.s):
	case p.peek() == '\n':
		p.at++
	case strings.HasPrefix(p.s[p.at:], "\r\n"):
		p.at += 2
	default:
		return fault("Expected a newline or end of file after %s", after)
	}
	return nil
}

func (p *toml) document(root *Value) error {
	current := root
	for {
		if err := p.blank(); err != nil {
			return err
		}
		if p.at == len(p.s) {
			return nil
		}
		if p.peek() != '[' {
			if err := p.pair(current, 0); err != nil {
				return err
			}
			if err := p.lineEnd("a key/value pair"); err != nil {
				return err
			}
			continue
		}
		p.at++
		array := p.peek() == '['
		if array {
			p.at++
		}
		p.space()
		keys, err := p.keys()
		if err != nil {
			return err
		}
		for range 1 + btoi(array) {
			if p.peek() != ']' {
				return fault("Expected ']' after a table header but found %s", p.found())
			}
			p.at++
		}
		if current, err = header(root, keys, array); err != nil {
			return err
		}
		if err := p.count(); err != nil {
			return err
		}
		if err := p.lineEnd("a table header"); err != nil {
			return err
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// header finds or makes the table that a header names.
func header(root *Value, keys []string, array bool) (*Value, error) {
	t := root
	for i, k := range keys {
		last := i == len(keys)-1
		have := t.get(k)
		switch {
		case have == nil:
			next := &Value{kind: table}
			if last && array {
				next.defined = true
				t.set(k, &Value{kind: list, items: []*Value{next}})
			} else {
				next.defined = last
				t.set(k, next)
			}
			t = next
		case last && array:
			if have.kind != list || have.static {
				return nil, fault("Cannot redefine key '%s'", k)
			}
			next := &Value{kind: table, defined: true}
			have.items = append(have.items, next)
			t = next
		case have.kind == list && !have.static && !last:
			t = have.items[len(have.items)-1]
		case have.kind == table && !have.closed:
			if last {
				if have.defined || have.dotted {
					return nil, fault("Cannot redefine table '%s'", k)
				}
				have.defined = true
			}
			t = have
		default:
			return nil, fault("Cannot redefine key '%s'", k)
		}
	}
	return t, nil
}

// pair reads key = value into t.
func (p *toml) pair(t *Value, depth int) error {
	keys, err := p.keys()
	if err != nil {
		return err
	}
	if p.peek() != '=' {
		return fault("Expected '=' after a key but found %s", p.found())
	}
	p.at++
	p.space()
	for _, k := range keys[:len(keys)-1] {
		have := t.get(k)
		switch {
		case have == nil:
			have = &Value{kind: table, dotted: true}
			t.set(k, have)
		case have.kind != table:
			return fault("Cannot redefine key '%s'", k)
		case have.closed || have.defined:
			return fault("Cannot extend table '%s' with a dotted key", k)
		}
		have.dotted = true
		t = have
	}
	k := keys[len(keys)-1]
	if t.get(k) != nil {
		return fault("Cannot redefine key '%s'", k)
	}
	v, err := p.value(depth)
	if err != nil {
		return err
	}
	t.set(k, v)
	return nil
}

var errTOMLDepth = fault("values are nested too deep, at most %d", MaxDepth)

// keys reads a key, or several with dots between.
func (p *toml) keys() ([]string, error) {
	var keys []string
	for {
		var k string
		switch c := p.peek(); c {
		case '"', '\'':
			if strings.HasPrefix(p.s[p.at:], strings.Repeat(string(c), 3)) {
				return nil, fault("Multi-line strings are not allowed as keys")
			}
			var err error
			if k, err = p.str(c); err != nil {
				return nil, err
			}
		default:
			from := p.at
			for isBare(p.peek()) {
				p.at++
			}
			if k = p.s[from:p.at]; k == "" {
				return nil, fault("Expected a key but found %s", p.found())
			}
		}
		if keys = append(keys, k); len(keys) > MaxDepth {
			return nil, errTOMLDepth
		}
		p.space()
		if p.peek() != '.' {
			return keys, nil
		}
		p.at++
		p.space()
	}
}

func isBare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// found names what stands here, for errors.
func (p *toml) found() string {
	if p.at == len(p.s) {
		return "end of file"
	}
	if c := p.peek(); c == '\n' || c == '\r' {
		return "a newline"
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.at:])
	return "'" + string(r) + "'"
}

func (p *toml) value(depth int) (*Value, error) {
	if depth >= MaxDepth {
		return nil, errTOMLDepth
	}
	if err := p.count(); err != nil {
		return nil, err
	}
	switch c := p.peek(); c {
	case '"', '\'':
		if strings.HasPrefix(p.s[p.at:], strings.Repeat(string(c), 3)) {
			s, err := p.long(c)
			return textValue(s), err
		}
		s, err := p.str(c)
		return textValue(s), err
	case '[':
		return p.array(depth)
	case '{':
		return p.inline(depth)
	case 0, '\n', '\r', '#':
		return nil, fault("Missing value after '='")
	}
	from := p.at
	for c := p.peek(); isBare(c) || c == '+' || c == '.' || c == ':'; c = p.peek() {
		p.at++
	}
	word := p.s[from:p.at]
	// A date, a blank, and a time.
	if len(word) == 10 && p.peek() == ' ' && dateOnly.MatchString(word) {
		end := p.at + 1
		for end < len(p.s) && (isBare(p.s[end]) || strings.IndexByte("+.:", p.s[end]) >= 0) {
			end++
		}
		if both := p.s[from:end]; dateTime.MatchString(both) {
			p.at = end
			return textValue(both), nil
		}
	}
	return scalar(word, p)
}

var (
	dateOnly = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	dateTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?$|^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$`)
	integer  = regexp.MustCompile(`^([+-]?\d[\d_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)$`)
	float    = regexp.MustCompile(`^[+-]?\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d[\d_]*)?$`)
)

func scalar(word string, p *toml) (*Value, error) {
	switch word {
	case "":
		return nil, fault("Expected a value but found %s", p.found())
	case "true", "false":
		return boolValue(word == "true"), nil
	case "inf", "+inf":
		return numberValue(math.Inf(1)), nil
	case "-inf":
		return numberValue(math.Inf(-1)), nil
	case "nan", "+nan", "-nan":
		return numberValue(math.NaN()), nil
	}
	if dateTime.MatchString(word) {
		return textValue(word), nil
	}
	whole := integer.MatchString(word)
	if !whole && !float.MatchString(word) {
		return nil, fault("Strings must be quoted: \"%s\"", word[:min(len(word), 100)])
	}
	for i := range len(word) {
		if word[i] == '_' && (i == 0 || i == len(word)-1 || !isHex(word[i-1]) || !isHex(word[i+1])) {
			return nil, fault("Underscores in numbers must be surrounded by digits")
		}
	}
	bare := strings.TrimLeft(word, "+-")
	if len(bare) > 1 && bare[0] == '0' && (bare[1] >= '0' && bare[1] <= '9' || bare[1] == '_') {
		return nil, fault("Leading zeros are not allowed in numbers")
	}
	if len(word) > 400 {
		return nil, fault("a number of more than 400 characters")
	}
	digits := strings.ReplaceAll(word, "_", "")
	if whole {
		n, ok := new(big.Int).SetString(strings.TrimPrefix(digits, "+"), 0)
		if !ok {
			return nil, fault("Invalid number: %s", word)
		}
		if !n.IsInt64() {
			return nil, fault("Integer is outside the 64-bit signed range")
		}
		return numberValue(float64(n.Int64())), nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, fault("Invalid number: %s", word)
	}
	return numberValue(f), nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func (p *toml) array(depth int) (*Value, error) {
	p.at++
	v := &Value{kind: list, static: true}
	for {
		if err := p.blank(); err != nil {
			return nil, err
		}
		if p.peek() == ']' {
			p.at++
			return v, nil
		}
		if p.at == len(p.s) {
			return nil, fault("Expected ',' or ']' in an array but found %s", p.found())
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
		if err := p.blank(); err != nil {
			return nil, err
		}
		switch p.peek() {
		case ',':
			p.at++
		case ']':
		default:
			return nil, fault("Expected ',' or ']' in an array but found %s", p.found())
		}
	}
}

func (p *toml) inline(depth int) (*Value, error) {
	p.at++
	v := &Value{kind: table}
	for {
		if err := p.blank(); err != nil {
			return nil, err
		}
		if p.peek() == '}' {
			p.at++
			closeTable(v)
			return v, nil
		}
		if err := p.pair(v, depth+1); err != nil {
			return nil, err
		}
		if err := p.blank(); err != nil {
			return nil, err
		}
		switch p.peek() {
		case ',':
			p.at++
		case '}':
		default:
			return nil, fault("Expected ',' or '}' in an inline table but found %s", p.found())
		}
	}
}

// closeTable forbids all that could add to an inline table.
func closeTable(v *Value) {
	v.closed = true
	for _, item := range v.items {
		if item.kind == table && !item.closed {
			closeTable(item)
		}
	}
}

// str reads a string of one line, with its quotes.
func (p *toml) str(quote byte) (string, error) {
	p.at++
	var b strings.Builder
	for {
		c := p.peek()
		switch {
		case p.at == len(p.s) || c == '\n':
			return "", fault("Unterminated string")
		case c == quote:
			p.at++
			return b.String(), nil
		case c == '\\' && quote == '"':
			if err := p.escape(&b, false); err != nil {
				return "", err
			}
		case c < 0x20 && c != '\t' || c == 0x7f:
			return "", fault("Control characters are not allowed in strings")
		default:
			b.WriteByte(c)
			p.at++
		}
	}
}

// long reads a string of several lines, with its quotes.
func (p *toml) long(quote byte) (string, error) {
	end := strings.Repeat(string(quote), 3)
	p.at += 3
	if strings.HasPrefix(p.s[p.at:], "\r\n") {
		p.at += 2
	} else if p.peek() == '\n' {
		p.at++
	}
	var b strings.Builder
	for {
		c := p.peek()
		switch {
		case p.at == len(p.s):
			return "", fault("Unterminated string")
		case strings.HasPrefix(p.s[p.at:], end):
			p.at += 3
			// Up to two quotes may stand before the three.
			for range 2 {
				if p.peek() == quote {
					b.WriteByte(quote)
					p.at++
				}
			}
			return b.String(), nil
		case c == '\\' && quote == '"':
			if err := p.escape(&b, true); err != nil {
				return "", err
			}
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f:
			return "", fault("Control characters are not allowed in strings")
		case c == '\r' && strings.HasPrefix(p.s[p.at:], "\r\n"):
			b.WriteByte('\n')
			p.at += 2
		default:
			b.WriteByte(c)
			p.at++
		}
	}
}

func (p *toml) escape(b *strings.Builder, lines bool) error {
	p.at++
	c := p.peek()
	p.at++
	switch c {
	case 'b':
		b.WriteByte('\b')
	case 't':
		b.WriteByte('\t')
	case 'n':
		b.WriteByte('\n')
	case 'f':
		b.WriteByte('\f')
	case 'r':
		b.WriteByte('\r')
	case 'e':
		b.WriteByte(0x1b)
	case '"', '\\':
		b.WriteByte(c)
	case 'x', 'u', 'U':
		n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		if p.at+n > len(p.s) {
			return fault("Invalid escape sequence")
		}
		r, err := strconv.ParseUint(p.s[p.at:p.at+n], 16, 32)
		if err != nil || !utf8.ValidRune(rune(r)) || r > utf8.MaxRune {
			return fault("Invalid escape sequence")
		}
		b.WriteRune(rune(r))
		p.at += n
	default:
		if lines && (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			p.at--
			from := p.at
			for c := p.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = p.peek() {
				p.at++
			}
			if strings.IndexByte(p.s[from:p.at], '\n') >= 0 {
				return nil
			}
		}
		return fault("Invalid escape sequence")
	}
	return nil
}
