package api

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// maxMembers bounds the members of one object: their names are held to find
// duplicates.
const maxMembers = 1 << 20

// maxDepth bounds how deep a request's JSON may nest. The request itself is
// level one.
const maxDepth = 64

// maxAnyDepth bounds how deep a value nests that is a program's. What encoding/json
// takes, which the values of programs are checked by, and what the engine parses is
// as deep.
const maxAnyDepth = 10_000

// A decoder reads one JSON text (RFC 8259) more strictly than encoding/json:
// duplicate names, names that nobody asked for, lone surrogates, invalid UTF-8
// and deep nesting are errors (but see any), and every error names the field it is about.
//
// Strings without escapes alias buf, which therefore must not change while they
// are in use.
type decoder struct {
	buf   []byte
	pos   int
	depth int
	// room is told how much memory long strings with escapes take, and the names of
	// large objects, or less once an object was read. An error refuses it. May be nil.
	room func(n int64) error
	// work runs the reading of a text longer than longText, which calls pause every
	// pauseEvery bytes. May be nil.
	work  func(read func(pause func() error) error) error
	pause func() error
	next  int // where pause is called next
}

const (
	// longText is from how many bytes on a text is read in a turn of its tenant.
	// Most take less than a slice, and even one made to be slow 2 ms.
	longText = 64 << 10

	pauseEvery = 4 << 10
)

// request reads the whole text, which must hold exactly one object, calling field
// for each of its members. An empty text stands for {}.
func (d *decoder) request(field func(d *decoder, name string) error) error {
	if len(d.buf) < longText || d.work == nil {
		return d.whole(field)
	}
	return d.work(func(pause func() error) error {
		d.pause = pause
		return d.whole(field)
	})
}

// breathe gives others a turn now and then, while what is read is at pos.
func (d *decoder) breathe(pos int) error {
	if pos < d.next {
		return nil
	}
	d.next = pos + pauseEvery
	if d.pause == nil {
		return nil
	}
	return d.pause()
}

func (d *decoder) whole(field func(d *decoder, name string) error) error {
	d.space()
	if d.pos == len(d.buf) {
		return nil
	}
	if err := d.object("", field); err != nil {
		return err
	}
	d.space()
	if d.pos != len(d.buf) {
		return d.malformed("there is more after the end of the JSON text")
	}
	return nil
}

// object reads an object whose own path is path ("" for the request itself).
// field must read the member's value and nothing else, or return an error.
func (d *decoder) object(path string, field func(d *decoder, name string) error) error {
	if err := d.open(path, '{', "an object"); err != nil {
		return err
	}
	var seen nameSet
	for n := 0; ; n++ {
		if err := d.breathe(d.pos); err != nil {
			return err
		}
		d.space()
		if d.take('}') {
			d.depth--
			return d.hold(&seen, -seen.held)
		}
		if n == maxMembers {
			return &Error{Code: CodeInvalidRequest, Message: fmt.Sprintf("an object has more than %d members", maxMembers),
				Details: map[string]any{"field": path, "limit": maxMembers}}
		}
		if n > 0 {
			if !d.take(',') {
				return d.malformed("a comma or } was expected")
			}
			d.space()
		}
		name, err := d.name(path)
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return invalid(join(path, name), "appears twice")
		}
		if err := d.hold(&seen, seen.missing()); err != nil {
			return err
		}
		if err := d.colon(); err != nil {
			return err
		}
		if err := field(d, name); err != nil {
			return err
		}
	}
}

// array reads an array, calling element once for each of its values with that
// value's own path.
func (d *decoder) array(path string, element func(d *decoder, path string) error) error {
	if err := d.open(path, '[', "an array"); err != nil {
		return err
	}
	for i := 0; ; i++ {
		if err := d.breathe(d.pos); err != nil {
			return err
		}
		d.space()
		if d.take(']') {
			d.depth--
			return nil
		}
		if i > 0 {
			if !d.take(',') {
				return d.malformed("a comma or ] was expected")
			}
			d.space()
		}
		if err := element(d, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
}

// string reads a string.
func (d *decoder) string(path string) (string, error) {
	if d.peek() != '"' {
		return "", d.mistyped(path, "a string")
	}
	return d.text(path)
}

// bool reads true or false.
func (d *decoder) bool(path string) (bool, error) {
	switch {
	case d.literal("true"):
		return true, nil
	case d.literal("false"):
		return false, nil
	}
	return false, d.mistyped(path, "a boolean")
}

// integer reads a number that has no fraction and lies in min…max. 3e2 and 300.0
// are the integer 300: JSON has one kind of number.
func (d *decoder) integer(path string, min, max int64) (int64, error) {
	text, err := d.numberText(path, "an integer")
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(text, 64)
		switch {
		case ferr != nil || math.Abs(f) >= 1<<63:
			return 0, outOfRange(path, min, max, literal(text))
		case f != math.Trunc(f):
			return 0, &Error{Code: CodeInvalidRequest, Message: path + " must be an integer",
				Details: map[string]any{"field": path, "value": literal(text)}}
		}
		n = int64(f)
	}
	if n < min || n > max {
		return 0, outOfRange(path, min, max, literal(text))
	}
	return n, nil
}

// number reads a number in min…max.
func (d *decoder) number(path string, min, max float64) (float64, error) {
	text, err := d.numberText(path, "a number")
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < min || f > max {
		return 0, outOfRange(path, min, max, literal(text))
	}
	return f, nil
}

// raw reads any value and returns its text, which is checked as strictly as the
// rest (its names may be any, but not twice the same).
func (d *decoder) raw(path string) ([]byte, error) {
	start := d.pos
	if err := d.skip(path); err != nil {
		return nil, err
	}
	return d.buf[start:d.pos:d.pos], nil
}

func (d *decoder) skip(path string) error {
	switch c := d.peek(); {
	case c == '{':
		return d.object(path, func(d *decoder, name string) error { return d.skip(path) })
	case c == '[':
		return d.array(path, func(d *decoder, _ string) error { return d.skip(path) })
	case c == '"':
		_, err := d.text(path)
		return err
	case c == '-' || c >= '0' && c <= '9':
		_, err := d.numberText(path, "a number")
		return err
	case d.literal("true"), d.literal("false"), d.literal("null"):
		return nil
	}
	return d.malformed("a value was expected")
}

// any reads a value that is a program's business, and returns its text: its names may
// stand twice, of which JSON.parse takes the last, and it nests up to maxAnyDepth
// levels, which it counts itself.
func (d *decoder) any(path string) ([]byte, error) {
	start := d.pos
	var closing []byte // the brackets that are awaited, innermost last
	for {
		if c := d.peek(); c == '{' || c == '[' {
			if len(closing) == maxAnyDepth {
				return nil, &Error{Code: CodeInvalidRequest, Message: fmt.Sprintf("%s nests deeper than %d levels", path, maxAnyDepth),
					Details: map[string]any{"field": path, "limit": maxAnyDepth}}
			}
			d.pos++
			closing = append(closing, c+2) // } is two behind {, ] behind [
			d.space()
			if d.peek() != c+2 {
				if err := d.memberName(path, c); err != nil {
					return nil, err
				}
				continue
			}
		} else if err := d.skip(path); err != nil { // a scalar
			return nil, err
		}
		for { // after a value
			if err := d.breathe(d.pos); err != nil {
				return nil, err
			}
			if len(closing) == 0 {
				return d.buf[start:d.pos:d.pos], nil
			}
			d.space()
			end := closing[len(closing)-1]
			if d.take(',') {
				d.space()
				if err := d.memberName(path, end-2); err != nil {
					return nil, err
				}
				break
			}
			if !d.take(end) {
				return nil, d.malformed(fmt.Sprintf("a comma or %c was expected", end))
			}
			closing = closing[:len(closing)-1]
		}
	}
}

// memberName reads the name that stands before a value in an object; in an array
// none does.
func (d *decoder) memberName(path string, bracket byte) error {
	if bracket != '{' {
		return nil
	}
	if _, err := d.name(path); err != nil {
		return err
	}
	return d.colon()
}

// name reads the name of a member.
func (d *decoder) name(path string) (string, error) {
	if d.peek() != '"' {
		return "", d.malformed("a name in quotes was expected")
	}
	return d.text(path)
}

// colon reads what stands between a name and its value.
func (d *decoder) colon() error {
	d.space()
	if !d.take(':') {
		return d.malformed("a colon was expected")
	}
	d.space()
	return nil
}

// open consumes the bracket that starts a value of the wanted kind.
func (d *decoder) open(path string, bracket byte, want string) error {
	if d.peek() != bracket {
		return d.mistyped(path, want)
	}
	d.pos++
	if d.depth++; d.depth > maxDepth {
		return &Error{Code: CodeInvalidRequest, Message: fmt.Sprintf("JSON nests deeper than %d levels", maxDepth),
			Details: map[string]any{"field": path, "limit": maxDepth}}
	}
	return nil
}

// text reads a string, whose opening quote is at pos.
func (d *decoder) text(path string) (string, error) {
	d.pos++
	for start := d.pos; d.pos < len(d.buf); {
		if err := d.breathe(d.pos); err != nil {
			return "", err
		}
		piece := d.buf[d.pos:min(d.pos+pauseEvery, len(d.buf))]
		i := special(piece)
		if d.pos += i; i == len(piece) {
			continue
		}
		switch d.buf[d.pos] {
		case '"':
			s := d.buf[start:d.pos]
			d.pos++
			return d.valid(path, s)
		case '\\':
			return d.escaped(path, start)
		}
		return "", d.malformed("a control character stands in a string")
	}
	return "", d.malformed("a string does not end")
}

// special is where s has its first byte that stands in no string for itself, or the
// length of s.
func special(s []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := binary.LittleEndian.Uint64(s[i:])
		quote, slash := w^'"'*ones, w^'\\'*ones
		// The lowest bit that is set is of the first such byte; later ones may be wrong.
		if m := ((w-' '*ones)&^w | (quote-ones)&^quote | (slash-ones)&^slash) & high; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// valid returns s if it is UTF-8.
func (d *decoder) valid(path string, s []byte) (string, error) {
	for from := 0; from < len(s); {
		to := min(from+pauseEvery, len(s))
		for to < len(s) && to > from+1 && !utf8.RuneStart(s[to]) {
			to--
		}
		if !utf8.Valid(s[from:to]) {
			return "", invalidText(path, "is not valid UTF-8")
		}
		if from = to; from < len(s) && d.pause != nil {
			if err := d.pause(); err != nil {
				return "", err
			}
		}
	}
	return unsafe.String(unsafe.SliceData(s), len(s)), nil
}

// escapes has what an escape of one letter stands for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// plain has which bytes stand in a string for themselves.
var plain = func() (p [256]bool) {
	for c := 0x20; c < len(p); c++ {
		p[c] = c != '"' && c != '\\'
	}
	return p
}()

// escaped reads the rest of a string that has an escape at pos.
func (d *decoder) escaped(path string, start int) (string, error) {
	end, err := d.endOfText()
	if err != nil {
		return "", err
	}
	// The end of the string bounds the size of what it stands for: no escape is
	// shorter than its meaning.
	if n := int64(end - start); n >= pauseEvery && d.room != nil {
		if err := d.room(n); err != nil {
			return "", err
		}
	}
	buf, out := d.buf, make([]byte, end-start)
	n := copy(out, buf[start:d.pos])
	d.next = d.pos // again from there
	for pos := d.pos; pos < end; {
		if err := d.breathe(pos); err != nil {
			return "", err
		}
		for stop := min(pos+pauseEvery, end); pos < stop; {
			c := buf[pos]
			if plain[c] {
				out[n] = c
				n++
				pos++
				continue
			}
			if short := escapes[buf[pos+1]]; short != 0 && c == '\\' {
				out[n] = short
				n++
				pos += 2
				continue
			}
			d.pos = pos
			r, err := d.escape(path)
			if err != nil {
				return "", err
			}
			n += utf8.EncodeRune(out[n:], r)
			pos = d.pos
		}
	}
	d.pos = end + 1
	return d.valid(path, out[:n])
}

// endOfText is where the string ends that has an escape at pos: at a quote before
// which stands an even number of backslashes.
func (d *decoder) endOfText() (int, error) {
	odd := false // before end
	for end := d.pos; end < len(d.buf); {
		if err := d.breathe(end); err != nil {
			return 0, err
		}
		piece := d.buf[end:min(end+pauseEvery, len(d.buf))]
		i := bytes.IndexByte(piece, '"')
		if i >= 0 {
			piece = piece[:i]
		}
		slashes := 0
		for slashes < len(piece) && piece[len(piece)-1-slashes] == '\\' {
			slashes++
		}
		odd = (odd && slashes == len(piece)) != (slashes%2 == 1)
		end += len(piece)
		if i < 0 {
			continue
		}
		if !odd {
			return end, nil
		}
		odd = false
		end++
	}
	return 0, d.malformed("a string does not end")
}

// escape reads the escape at pos that is none of one letter.
func (d *decoder) escape(path string) (rune, error) {
	if d.buf[d.pos] != '\\' {
		return 0, d.malformed("a control character stands in a string")
	}
	c := d.buf[d.pos+1]
	d.pos += 2
	if c != 'u' {
		return 0, d.malformed("an escape is unknown")
	}
	r, ok := d.hex()
	if ok && utf16.IsSurrogate(r) {
		var low rune
		if bytes.HasPrefix(d.buf[d.pos:], []byte(`\u`)) {
			d.pos += 2
			low, ok = d.hex()
		}
		if r = utf16.DecodeRune(r, low); ok && r == utf8.RuneError {
			return 0, invalidText(path, "has a lone surrogate")
		}
	}
	if !ok {
		return 0, d.malformed("an escape is not \\u and four hexadecimal digits")
	}
	return r, nil
}

// hex reads four hexadecimal digits.
func (d *decoder) hex() (rune, bool) {
	if len(d.buf)-d.pos < 4 {
		return 0, false
	}
	var r rune
	for _, c := range d.buf[d.pos : d.pos+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	d.pos += 4
	return r, true
}

// numberText reads a number and returns it as it is written.
func (d *decoder) numberText(path, want string) (string, error) {
	start := d.pos
	c := d.peek()
	if c != '-' && (c < '0' || c > '9') {
		return "", d.mistyped(path, want)
	}
	d.take('-')
	if !d.take('0') && d.digits() == 0 {
		return "", d.malformed("a number lacks its digits")
	}
	if d.take('.') && d.digits() == 0 {
		return "", d.malformed("a number lacks digits after its point")
	}
	if d.take('e') || d.take('E') {
		if !d.take('+') {
			d.take('-')
		}
		if d.digits() == 0 {
			return "", d.malformed("a number lacks digits in its exponent")
		}
	}
	// 01 and 1x end up here: what follows a number is a separator or the end.
	switch d.peek() {
	case 0, ' ', '\t', '\r', '\n', ',', ']', '}':
		return string(d.buf[start:d.pos]), nil
	}
	return "", d.malformed("a number is malformed")
}

func (d *decoder) digits() int {
	start := d.pos
	for d.pos < len(d.buf) && d.buf[d.pos] >= '0' && d.buf[d.pos] <= '9' {
		d.pos++
	}
	return d.pos - start
}

// peek returns the next byte, or 0 at the end. A NUL in the text is 0 as well:
// no JSON starts with one, so whoever asked refuses it.
func (d *decoder) peek() byte {
	if d.pos < len(d.buf) {
		return d.buf[d.pos]
	}
	return 0
}

func (d *decoder) take(c byte) bool {
	if d.pos < len(d.buf) && d.buf[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

func (d *decoder) literal(word string) bool {
	if !bytes.HasPrefix(d.buf[d.pos:], []byte(word)) {
		return false
	}
	d.pos += len(word)
	return true
}

func (d *decoder) space() {
	for d.pos < len(d.buf) {
		switch d.buf[d.pos] {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return
		}
	}
}

// mistyped reports that the value at pos is not of the wanted type; a value that
// is no JSON at all is malformed instead.
func (d *decoder) mistyped(path, want string) error {
	got := ""
	switch c := d.peek(); {
	case c == '{':
		got = "object"
	case c == '[':
		got = "array"
	case c == '"':
		got = "string"
	case c == '-' || c >= '0' && c <= '9':
		got = "number"
	case d.literal("true"), d.literal("false"):
		got = "boolean"
	case d.literal("null"):
		got = "null"
	default:
		return d.malformed("a value was expected")
	}
	name := path
	if name == "" {
		name = "the request body"
	}
	return &Error{Code: CodeInvalidRequest, Message: name + " must be " + want,
		Details: map[string]any{"field": path, "expected": want, "value": got}}
}

func (d *decoder) malformed(why string) error {
	return &Error{Code: CodeInvalidRequest, Message: "malformed JSON: " + why,
		Details: map[string]any{"offset": d.pos}}
}

// A nameSet holds the names seen in one object. Few are the rule: those are
// searched, and a map serves the rest.
type nameSet struct {
	few  []string
	many map[string]struct{}
	held int64 // bytes that were counted for many
}

// nameBytes is about what a name in a map takes.
const nameBytes = 64

// missing returns how many bytes are to be counted more. They double, as what a map
// takes does.
func (s *nameSet) missing() int64 {
	if need := int64(len(s.many)) * nameBytes; need > s.held {
		return max(need, 2*s.held) - s.held
	}
	return 0
}

// hold counts n bytes more of what s takes.
func (d *decoder) hold(s *nameSet, n int64) error {
	if n == 0 || d.room == nil {
		return nil
	}
	if err := d.room(n); err != nil {
		return err
	}
	s.held += n
	return nil
}

// add reports whether name is new.
func (s *nameSet) add(name string) bool {
	if s.many != nil {
		if _, ok := s.many[name]; ok {
			return false
		}
		s.many[name] = struct{}{}
		return true
	}
	for _, n := range s.few {
		if n == name {
			return false
		}
	}
	s.few = append(s.few, name)
	if len(s.few) > 16 {
		s.many = make(map[string]struct{}, 64)
		for _, n := range s.few {
			s.many[n] = struct{}{}
		}
	}
	return true
}

// join returns the path of the member name of the object at path.
func join(path, name string) string {
	name = shorten(name)
	if path == "" {
		return name
	}
	return path + "." + name
}

// shorten bounds a name or value that a client sent, for use in a message.
func shorten(s string) string {
	const most = 128
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// unknown reports a field that a request may not have.
func unknown(path, name string) error {
	field := join(path, name)
	return &Error{Code: CodeInvalidRequest, Message: "unknown field " + strconv.Quote(field),
		Details: map[string]any{"field": field}}
}

// invalid reports what is wrong with the field at path.
func invalid(path, why string) error {
	return &Error{Code: CodeInvalidRequest, Message: path + " " + why,
		Details: map[string]any{"field": path}}
}

func invalidText(path, why string) error {
	if path == "" {
		path = "a name"
	}
	return invalid(path, why)
}

// outOfRange reports a value outside min…max.
func outOfRange(path string, min, max, value any) error {
	return &Error{Code: CodeInvalidRequest, Message: fmt.Sprintf("%s must be %v to %v", path, min, max),
		Details: map[string]any{"field": path, "minimum": min, "maximum": max, "value": value}}
}

// tooLong reports a value of got units where limit are allowed.
func tooLong(path string, limit, got int64, unit string) error {
	return &Error{Code: CodeInvalidRequest, Message: fmt.Sprintf("%s must be at most %d %s", path, limit, unit),
		Details: map[string]any{"field": path, "limit": limit, "value": got}}
}

// literal returns a number as a client wrote it, for use in details.
func literal(text string) any {
	if _, err := strconv.ParseFloat(text, 64); err != nil || len(text) > 64 {
		return shorten(text) // as text: not every reader can hold it as a number
	}
	return json.Number(text)
}
