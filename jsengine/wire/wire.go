// Package wire encodes the values that cross between a guest and the host. The
// engine's shim has the same codec in C (jsengine/engine/shim.c).
//
// A value is a tag byte and what the tag says; numbers are little-endian:
//
//	0 undefined   4 int32 (4 bytes)              8 UTF-16 string (u32 units, units)
//	1 null        5 float64 (8 bytes)            9 UTF-8 string (u32 bytes, bytes)
//	2 false       6 bigint (u32 n, n digits)    10 bytes (u32 n, n bytes)
//	3 true        7 Latin-1 string (u32 n, n)   11 array (u32 n, n values)
//	12 object (u32 n, n pairs of string and value)
//	13 error (name, message, code: strings; fields: an object)
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth bounds how deep arrays and objects may nest.
const MaxDepth = 64

// MaxValues bounds how many values one message from a guest may hold, those
// inside arrays and objects counted: one is a byte there and up to 100 bytes in
// Go, and nothing ends the decoding of a long message.
const MaxValues = 1 << 18

// maxDigits bounds a bigint's text: converting it takes time quadratic in it.
const maxDigits = 8192

const (
	tagUndefined = iota
	tagNull
	tagFalse
	tagTrue
	tagInt32
	tagFloat64
	tagBigInt
	tagLatin1
	tagUTF16
	tagUTF8
	tagBytes
	tagArray
	tagObject
	tagError
)

// Undefined is JavaScript's undefined; null is Go's nil.
type Undefined struct{}

// Pair is one property of an Object.
type Pair struct {
	Key   string
	Value any
}

// Object is a plain object's own properties in their order.
type Object []Pair

// Get returns the value of the last property with that key, or Undefined.
func (o Object) Get(key string) any {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Key == key {
			return o[i].Value
		}
	}
	return Undefined{}
}

// Error is a JavaScript error.
type Error struct {
	Name    string // "" means Error
	Message string
	Code    string // own property code; "" leaves it out
	Fields  Object // further own properties
}

func (e *Error) Error() string {
	if e.Name == "" {
		return "Error: " + e.Message
	}
	return e.Name + ": " + e.Message
}

// ErrMalformed reports bytes that are no wire value.
var ErrMalformed = errors.New("wire: malformed value")

// Append appends v's encoding to b.
//
// It takes nil, Undefined, bool, Go's integers (beyond 2^53 as bigint), float64,
// *big.Int, string, []byte, []any, []string, Object, map[string]any and
// map[string]string (keys sorted), *Error. Strings that are not UTF-8 get U+FFFD.
func Append(b []byte, v any) ([]byte, error) { return AppendPausing(b, v, nil) }

// AppendPausing is Append for a value that may be large: pause is called between
// pieces of the work, of some ten microseconds each.
func AppendPausing(b []byte, v any, pause func()) ([]byte, error) {
	e := encoder{pieces{pause: pause}}
	return e.append(b, v, 0)
}

// piece is how much of something is done between two pauses, in bytes.
const piece = 64 << 10

// pieces counts work up to the next pause.
type pieces struct {
	pause func() // may be nil
	done  int
}

func (p *pieces) did(n int) {
	if p.done += n; p.done >= piece {
		p.done = 0
		if p.pause != nil {
			p.pause()
		}
	}
}

// perValue is the work that a value makes, whatever its size.
const perValue = 64

// appendPieces appends s to b.
func appendPieces[T string | []byte](p *pieces, b []byte, s T) []byte {
	if cap(b)-len(b) < len(s) && len(s) > piece {
		// At once: to grow on the way would copy what is there again and again.
		b = append(make([]byte, 0, len(b)+len(s)), b...)
	}
	for len(s) > piece {
		b = append(b, s[:piece]...)
		s = s[piece:]
		p.did(piece)
	}
	p.did(len(s))
	return append(b, s...)
}

type encoder struct{ pieces }

func (e *encoder) append(b []byte, v any, depth int) ([]byte, error) {
	e.did(perValue)
	if depth > MaxDepth {
		return b, fmt.Errorf("wire: value nests deeper than %d", MaxDepth)
	}
	var err error
	switch v := v.(type) {
	case nil:
		return append(b, tagNull), nil
	case Undefined:
		return append(b, tagUndefined), nil
	case bool:
		if v {
			return append(b, tagTrue), nil
		}
		return append(b, tagFalse), nil
	case int:
		return appendInt(b, int64(v)), nil
	case int32:
		return appendInt(b, int64(v)), nil
	case int64:
		return appendInt(b, v), nil
	case uint16:
		return appendInt(b, int64(v)), nil
	case uint32:
		return appendInt(b, int64(v)), nil
	case uint64:
		if v > math.MaxInt64 {
			return appendBig(b, new(big.Int).SetUint64(v)), nil
		}
		return appendInt(b, int64(v)), nil
	case float64:
		return appendFloat(b, v), nil
	case *big.Int:
		return appendBig(b, v), nil
	case string:
		return e.string(b, v)
	case []byte:
		if b, err = appendLen(append(b, tagBytes), len(v)); err != nil {
			return b, err
		}
		return appendPieces(&e.pieces, b, v), nil
	case []any:
		if b, err = appendLen(append(b, tagArray), len(v)); err != nil {
			return b, err
		}
		for _, kid := range v {
			if b, err = e.append(b, kid, depth+1); err != nil {
				return b, err
			}
		}
		return b, nil
	case []string:
		if b, err = appendLen(append(b, tagArray), len(v)); err != nil {
			return b, err
		}
		for _, s := range v {
			e.did(perValue)
			if b, err = e.string(b, s); err != nil {
				return b, err
			}
		}
		return b, nil
	case Object:
		return e.object(b, v, depth)
	case map[string]any:
		o := make(Object, 0, len(v))
		for k, kid := range v {
			o = append(o, Pair{k, kid})
		}
		return e.object(b, sorted(o), depth)
	case map[string]string:
		o := make(Object, 0, len(v))
		for k, kid := range v {
			o = append(o, Pair{k, kid})
		}
		return e.object(b, sorted(o), depth)
	case *Error:
		b = append(b, tagError)
		for _, s := range []string{v.Name, v.Message, v.Code} {
			if b, err = e.string(b, s); err != nil {
				return b, err
			}
		}
		return e.object(b, v.Fields, depth)
	}
	return b, fmt.Errorf("wire: cannot encode %T", v)
}

func sorted(o Object) Object {
	slices.SortFunc(o, func(a, b Pair) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return o
}

func (e *encoder) object(b []byte, o Object, depth int) ([]byte, error) {
	b, err := appendLen(append(b, tagObject), len(o))
	if err != nil {
		return b, err
	}
	for _, p := range o {
		if b, err = e.string(b, p.Key); err != nil {
			return b, err
		}
		if b, err = e.append(b, p.Value, depth+1); err != nil {
			return b, err
		}
	}
	return b, nil
}

func appendLen(b []byte, n int) ([]byte, error) {
	// A guest's memory is 4 GiB at most, a JavaScript string 2^30 units.
	if n > math.MaxInt32 {
		return b, errors.New("wire: value too large")
	}
	return binary.LittleEndian.AppendUint32(b, uint32(n)), nil
}

func appendInt(b []byte, v int64) []byte {
	switch {
	case v == int64(int32(v)):
		return binary.LittleEndian.AppendUint32(append(b, tagInt32), uint32(v))
	case v <= 1<<53 && v >= -1<<53:
		return appendFloat(b, float64(v))
	}
	return appendBig(b, big.NewInt(v))
}

func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(append(b, tagFloat64), math.Float64bits(v))
}

func appendBig(b []byte, v *big.Int) []byte {
	s := v.String()
	b = binary.LittleEndian.AppendUint32(append(b, tagBigInt), uint32(len(s)))
	return append(b, s...)
}

func (e *encoder) string(b []byte, s string) ([]byte, error) {
	tag := byte(tagLatin1)
	for i := 0; i < len(s); i++ {
		if i&(piece-1) == piece-1 {
			e.did(piece)
		}
		if s[i] >= utf8.RuneSelf {
			tag = tagUTF8
			s = e.valid(s)
			break
		}
	}
	b, err := appendLen(append(b, tag), len(s))
	if err != nil {
		return b, err
	}
	return appendPieces(&e.pieces, b, s), nil
}

// valid returns s with U+FFFD for each byte that is no UTF-8.
func (p *pieces) valid(s string) string {
	for rest := s; ; {
		n := min(len(rest), piece)
		for n > 0 && n < len(rest) && n > piece-utf8.UTFMax && !utf8.RuneStart(rest[n]) {
			n--
		}
		if !utf8.ValidString(rest[:n]) {
			break
		}
		if rest = rest[n:]; rest == "" {
			return s
		}
		p.did(n)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		if i&(piece/4-1) == 0 {
			p.did(piece / 4)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Decode reads one value that fills data: nil for null, Undefined, bool, int32,
// float64, *big.Int, string (lone surrogates become U+FFFD), []byte, []any,
// Object, *Error. The result aliases nothing of data. It accepts any bytes; more
// than MaxValues values are ErrMalformed, so that its memory is bounded by
// len(data) and a constant.
func Decode(data []byte) (any, error) {
	d := decoder{b: data}
	v, err := d.value(0)
	if err == nil && len(d.b) != 0 {
		err = ErrMalformed
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// DecodeArgs reads a sequence of values that fills data. Pause, if it is not nil,
// is called between pieces of the work, of some ten microseconds each.
func DecodeArgs(data []byte, pause func()) ([]any, error) {
	d := decoder{b: data, pieces: pieces{pause: pause}}
	var args []any
	for len(d.b) > 0 {
		v, err := d.value(0)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return args, nil
}

type decoder struct {
	b      []byte
	values int // decoded so far
	pieces
}

func (d *decoder) take(n int) ([]byte, error) {
	if n < 0 || n > len(d.b) {
		return nil, ErrMalformed
	}
	p := d.b[:n]
	d.b = d.b[n:]
	return p, nil
}

// count reads a length whose elements take at least size bytes each.
func (d *decoder) count(size int) (int, error) {
	p, err := d.take(4)
	if err != nil {
		return 0, err
	}
	n := int64(binary.LittleEndian.Uint32(p))
	if n*int64(size) > int64(len(d.b)) {
		return 0, ErrMalformed
	}
	return int(n), nil
}

func (d *decoder) run(size int) ([]byte, error) {
	n, err := d.count(size)
	if err != nil {
		return nil, err
	}
	return d.take(n * size)
}

func (d *decoder) value(depth int) (any, error) {
	if d.values++; depth > MaxDepth || d.values > MaxValues {
		return nil, ErrMalformed
	}
	t, err := d.take(1)
	if err != nil {
		return nil, err
	}
	d.did(perValue)
	switch t[0] {
	case tagUndefined:
		return Undefined{}, nil
	case tagNull:
		return nil, nil
	case tagFalse:
		return false, nil
	case tagTrue:
		return true, nil
	case tagInt32:
		p, err := d.take(4)
		if err != nil {
			return nil, err
		}
		return int32(binary.LittleEndian.Uint32(p)), nil
	case tagFloat64:
		p, err := d.take(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(p)), nil
	case tagBigInt:
		p, err := d.run(1)
		if err != nil {
			return nil, err
		}
		if len(p) > maxDigits {
			return nil, ErrMalformed
		}
		for i, c := range p {
			if (c < '0' || c > '9') && (i != 0 || c != '-') {
				return nil, ErrMalformed
			}
		}
		n, ok := new(big.Int).SetString(string(p), 10)
		if !ok {
			return nil, ErrMalformed
		}
		return n, nil
	case tagLatin1, tagUTF16, tagUTF8:
		return d.text(t[0])
	case tagBytes:
		p, err := d.run(1)
		if err != nil {
			return nil, err
		}
		return appendPieces(&d.pieces, make([]byte, 0, len(p)), p), nil
	case tagArray:
		n, err := d.count(1)
		if err != nil {
			return nil, err
		}
		// An element is one byte here and 16 in Go: let the slice grow as they come.
		a := make([]any, 0, min(n, 64))
		for range n {
			v, err := d.value(depth + 1)
			if err != nil {
				return nil, err
			}
			a = append(a, v)
		}
		return a, nil
	case tagObject:
		return d.object(depth)
	case tagError:
		e := new(Error)
		for _, s := range []*string{&e.Name, &e.Message, &e.Code} {
			if *s, err = d.str(); err != nil {
				return nil, err
			}
		}
		t, err := d.take(1)
		if err != nil || t[0] != tagObject {
			return nil, ErrMalformed
		}
		if e.Fields, err = d.object(depth); err != nil {
			return nil, err
		}
		return e, nil
	}
	return nil, ErrMalformed
}

func (d *decoder) object(depth int) (Object, error) {
	n, err := d.count(6) // a key is at least 5 bytes, a value 1
	if err != nil {
		return nil, err
	}
	o := make(Object, 0, min(n, 64))
	for range n {
		k, err := d.str()
		if err != nil {
			return nil, err
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o = append(o, Pair{k, v})
	}
	return o, nil
}

func (d *decoder) str() (string, error) {
	t, err := d.take(1)
	if err != nil {
		return "", err
	}
	return d.text(t[0])
}

func (d *decoder) text(tag byte) (string, error) {
	switch tag {
	case tagLatin1:
		p, err := d.run(1)
		if err != nil {
			return "", err
		}
		return d.latin1(p), nil
	case tagUTF16:
		p, err := d.run(2)
		if err != nil {
			return "", err
		}
		return d.utf16(p), nil
	case tagUTF8:
		p, err := d.run(1)
		if err != nil {
			return "", err
		}
		return d.valid(d.copied(p)), nil
	}
	return "", ErrMalformed
}

// copied returns p as a string.
func (p *pieces) copied(from []byte) string {
	if len(from) <= piece {
		return string(from)
	}
	var b strings.Builder
	b.Grow(len(from))
	for len(from) > piece {
		b.Write(from[:piece])
		from = from[piece:]
		p.did(piece)
	}
	b.Write(from)
	return b.String()
}

func (p *pieces) latin1(from []byte) string {
	high := 0
	for i, c := range from {
		if i&(piece-1) == piece-1 {
			p.did(piece)
		}
		high += int(c >> 7)
	}
	if high == 0 {
		return p.copied(from)
	}
	var b strings.Builder
	b.Grow(len(from) + high)
	for i, c := range from {
		if i&(piece/4-1) == piece/4-1 {
			p.did(piece / 4)
		}
		b.WriteRune(rune(c))
	}
	return b.String()
}

func (p *pieces) utf16(from []byte) string {
	var b strings.Builder
	b.Grow(len(from) / 2 * 3)
	done := 0
	for i := 0; i+1 < len(from); i += 2 {
		if i-done >= piece/4 {
			p.did(i - done)
			done = i
		}
		r := rune(binary.LittleEndian.Uint16(from[i:]))
		if utf16.IsSurrogate(r) {
			var r2 rune
			if i+3 < len(from) {
				r2 = rune(binary.LittleEndian.Uint16(from[i+2:]))
			}
			if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
				i += 2
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
