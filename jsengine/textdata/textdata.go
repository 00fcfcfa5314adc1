// Package textdata reads TOML and YAML as Bun does, into values that a guest can take.
package textdata

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	// MaxText bounds a text, in bytes.
	MaxText = 1 << 20
	// MaxDepth bounds how deep values nest.
	MaxDepth = 512
	// maxValues bounds the values of one text, those that merge keys copy included.
	maxValues = 1 << 19
	// maxJSON bounds what [Value.JSON] makes of shared values, in bytes.
	maxJSON = 16 << 20
)

// Error is a text that cannot be read. Its message is for the guest.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// fault is what is wrong with a text, in Bun's words.
func fault(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	table
)

// Value is one value. Several places may share it.
type Value struct {
	kind  kind
	yes   bool
	num   float64
	str   string
	items []*Value
	keys  []string
	index map[string]int // of keys, if there are many

	// TOML's: who may still add to a table.
	defined, closed, static, dotted bool

	height int // how deep it nests, aliases included
	uses   int // places that share it, as far as they were counted
	id     int // its place among the shared ones, from 1
}

// Look is called now and then while a text is read; false ends that, with [ErrStopped].
type Look func() bool

// ErrStopped is the error of reading that Look has ended.
var ErrStopped = errors.New("textdata: stopped")

func textValue(s string) *Value    { return &Value{kind: text, str: s} }
func numberValue(f float64) *Value { return &Value{kind: number, num: f} }
func boolValue(b bool) *Value      { return &Value{kind: boolean, yes: b} }
func (v *Value) container() bool   { return v.kind == list || v.kind == table }
func (v *Value) get(k string) *Value {
	if i := v.find(k); i >= 0 {
		return v.items[i]
	}
	return nil
}

func (v *Value) find(k string) int {
	if v.index != nil {
		if i, ok := v.index[k]; ok {
			return i
		}
		return -1
	}
	for i, have := range v.keys {
		if have == k {
			return i
		}
	}
	return -1
}

// set gives a table's key a value: the last one stays, in the place of the first.
func (v *Value) set(k string, to *Value) {
	if i := v.find(k); i >= 0 {
		v.items[i] = to
		return
	}
	v.keys = append(v.keys, k)
	v.items = append(v.items, to)
	if v.index == nil && len(v.keys) > 16 {
		v.index = make(map[string]int)
		for i, k := range v.keys {
			v.index[k] = i
		}
	} else if v.index != nil {
		v.index[k] = len(v.keys) - 1
	}
}

// count finds the values that are used in several places, and numbers them.
func (v *Value) count(shared *[]*Value) {
	if !v.container() {
		return
	}
	if v.uses++; v.uses > 1 {
		if v.uses == 2 {
			*shared = append(*shared, v)
			v.id = len(*shared)
		}
		return
	}
	for _, item := range v.items {
		item.count(shared)
	}
}

// Wire is v as JSON for the guest's library: {"v": value, "t": [shared values]}. Within,
// a string that begins with NUL is "\0s" and the string, "\0n" is NaN, and "\0r3" the
// fourth shared value.
func (v *Value) Wire() string {
	var shared []*Value
	v.count(&shared)
	b := append([]byte(nil), `{"v":`...)
	b = v.append(b, false)
	b = append(b, `,"t":[`...)
	for i, s := range shared {
		if i > 0 {
			b = append(b, ',')
		}
		b = s.content(b, false)
	}
	return string(append(b, `]}`...))
}

// JSON is v as plain JSON, each shared value as often as it is used. NaN is null.
func (v *Value) JSON() ([]byte, error) {
	var shared []*Value
	v.count(&shared)
	if size(v, make(map[*Value]int)) > maxJSON {
		return nil, &Error{"the aliases stand for more than " + strconv.Itoa(maxJSON>>20) + " MiB"}
	}
	for _, s := range shared {
		s.id = 0
	}
	return v.content(nil, true), nil
}

// size is about how long a value's JSON is, at most maxJSON + 1; cycles are endless.
func size(v *Value, known map[*Value]int) int {
	if !v.container() {
		return len(v.str) + 8
	}
	if n, ok := known[v]; ok {
		return n
	}
	known[v] = maxJSON + 1 // within itself it never ends
	n := 2
	for i, item := range v.items {
		if v.kind == table {
			n += len(v.keys[i]) + 4
		}
		if n += size(item, known); n > maxJSON {
			n = maxJSON + 1
			break
		}
	}
	known[v] = n
	return n
}

func (v *Value) append(b []byte, plain bool) []byte {
	if v.id > 0 {
		return append(strconv.AppendInt(append(b, `"\u0000r`...), int64(v.id-1), 10), '"')
	}
	return v.content(b, plain)
}

// content is v itself, also where it is a shared one.
func (v *Value) content(b []byte, plain bool) []byte {
	switch v.kind {
	case boolean:
		return strconv.AppendBool(b, v.yes)
	case number:
		switch {
		case math.IsNaN(v.num) && plain:
			return append(b, "null"...)
		case math.IsNaN(v.num):
			return append(b, `"\u0000n"`...)
		case math.IsInf(v.num, 0): // beyond what a number holds, as JSON's readers see it
			return append(b, strings.TrimPrefix(strconv.FormatFloat(math.Copysign(1, v.num), 'f', 0, 64), "+")+"e999"...)
		}
		return strconv.AppendFloat(b, v.num, 'g', -1, 64)
	case text:
		if !plain && strings.HasPrefix(v.str, "\x00") {
			return appendString(b, "\x00s"+v.str)
		}
		return appendString(b, v.str)
	case list:
		b = append(b, '[')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.append(b, plain)
		}
		return append(b, ']')
	case table:
		b = append(b, '{')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, v.keys[i]), ':')
			b = item.append(b, plain)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendString(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always marshal
	}
	return append(b, q...)
}
