package sqlite

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"
)

// replaceFunctions puts functions in the place of SQLite's own that take time in
// proportion to the product of their arguments' lengths, within one instruction:
// these look at the meter as they go.
func (db *DB) replaceFunctions() error {
	const flags = sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS
	for _, f := range []struct {
		name string
		args int
		fn   func(*work, sqlite3.Context, []sqlite3.Value)
	}{
		{"instr", 2, sqlInstr},
		{"replace", 3, sqlReplace},
		{"unhex", 2, sqlUnhex},
		{"like", 2, sqlLike},
		{"like", 3, sqlLike},
		{"glob", 2, sqlGlob},
		{"trim", 1, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, true, true) }},
		{"trim", 2, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, true, true) }},
		{"ltrim", 1, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, true, false) }},
		{"ltrim", 2, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, true, false) }},
		{"rtrim", 1, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, false, true) }},
		{"rtrim", 2, func(w *work, c sqlite3.Context, a []sqlite3.Value) { sqlTrim(w, c, a, false, true) }},
	} {
		err := db.conn.CreateFunction(f.name, f.args, flags, func(ctx sqlite3.Context, args ...sqlite3.Value) {
			w := &work{spend: db.spend}
			f.fn(w, ctx, args)
			db.owed += int64(w.steps) >> 2
			if w.ended {
				ctx.ResultError(sqlite3.INTERRUPT)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// work counts the steps of a function.
type work struct {
	spend func(units int64) bool
	steps int
	ended bool
}

// perChar is how many bytes a character counts for that is decoded, or compared with
// what a pattern or a set says.
const perChar = 8

// step counts n bytes looked at, and reports whether to go on.
func (w *work) step(n int) bool {
	w.steps += n
	if w.steps >= 16<<10 && !w.ended {
		w.ended = !w.spend(int64(w.steps) >> 2)
		w.steps = 0
	}
	return !w.ended
}

func anyNull(args []sqlite3.Value) bool {
	for _, a := range args {
		if a.Type() == sqlite3.NULL {
			return true
		}
	}
	return false
}

// index returns where needle begins in hay, or -1, in time proportional to the
// sum of their lengths.
func (w *work) index(hay, needle []byte, table []int32) int {
	if len(needle) == 0 {
		return 0
	}
	k := 0
	for i, c := range hay {
		if i&1023 == 1023 && !w.step(1024) {
			return -1
		}
		for k > 0 && needle[k] != c {
			k = int(table[k-1])
		}
		if needle[k] == c {
			k++
		}
		if k == len(needle) {
			w.step(i & 1023)
			return i + 1 - k
		}
	}
	w.step(len(hay) & 1023)
	return -1
}

// borders returns, for each prefix of needle, how long a proper prefix of it is
// also its end.
func (w *work) borders(needle []byte) []int32 {
	table := make([]int32, len(needle))
	k := 0
	for i := 1; i < len(needle); i++ {
		if i&1023 == 0 && !w.step(1024) {
			return table
		}
		for k > 0 && needle[k] != needle[i] {
			k = int(table[k-1])
		}
		if needle[k] == needle[i] {
			k++
		}
		table[i] = int32(k)
	}
	return table
}

func sqlInstr(w *work, ctx sqlite3.Context, args []sqlite3.Value) {
	if anyNull(args) {
		return
	}
	if args[0].Type() == sqlite3.BLOB && args[1].Type() == sqlite3.BLOB {
		hay, needle := args[0].RawBlob(), args[1].RawBlob()
		ctx.ResultInt(w.index(hay, needle, w.borders(needle)) + 1)
		return
	}
	hay, needle := args[0].RawText(), args[1].RawText()
	at := w.index(hay, needle, w.borders(needle))
	if at > 0 {
		at = utf8.RuneCount(hay[:at])
	}
	ctx.ResultInt(at + 1)
}

func sqlReplace(w *work, ctx sqlite3.Context, args []sqlite3.Value) {
	if anyNull(args) {
		return
	}
	// Copies: reading an argument as text can move another.
	text, old, with := args[0].Text(), []byte(args[1].Text()), args[2].Text()
	if len(old) == 0 {
		ctx.ResultText(text)
		return
	}
	table := w.borders(old)
	var out []byte
	for rest := []byte(text); ; {
		at := w.index(rest, old, table)
		if at < 0 {
			if len(out)+len(rest) > maxLength {
				ctx.ResultError(sqlite3.TOOBIG)
				return
			}
			ctx.ResultRawText(append(out, rest...))
			return
		}
		if len(out)+at+len(with) > maxLength {
			ctx.ResultError(sqlite3.TOOBIG)
			return
		}
		if !w.step(at + len(with) + perChar) {
			return
		}
		out = append(append(out, rest[:at]...), with...)
		rest = rest[at+len(old):]
	}
}

func sqlTrim(w *work, ctx sqlite3.Context, args []sqlite3.Value, left, right bool) {
	if anyNull(args) {
		return
	}
	text := []byte(args[0].Text())
	chars := " "
	if len(args) == 2 {
		chars = args[1].Text()
	}
	set, ok := w.runes(chars)
	if !ok {
		return
	}
	for left && len(text) > 0 && w.step(perChar) {
		r, n := utf8.DecodeRune(text)
		if !set.has(r) {
			break
		}
		text = text[n:]
	}
	for right && len(text) > 0 && w.step(perChar) {
		r, n := utf8.DecodeLastRune(text)
		if !set.has(r) {
			break
		}
		text = text[:len(text)-n]
	}
	ctx.ResultRawText(text)
}

// sqlUnhex is unhex(text, characters that may stand between bytes).
func sqlUnhex(w *work, ctx sqlite3.Context, args []sqlite3.Value) {
	if anyNull(args) {
		return
	}
	text := args[0].Text()
	between, ok := w.runes(args[1].Text())
	if !ok {
		return
	}
	out := make([]byte, 0, len(text)/2)
	for text != "" && text[0] != 0 && w.step(perChar) {
		r, n := utf8.DecodeRuneInString(text)
		high, ok := hexDigit(text[0])
		switch {
		case ok:
			if len(text) < 2 {
				return
			}
			low, ok := hexDigit(text[1])
			if !ok {
				return
			}
			out = append(out, high<<4|low)
			n = 2
		case !between.has(r):
			return
		}
		text = text[n:]
	}
	ctx.ResultBlob(out)
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// runeSet is a set of characters. The zero value is empty.
type runeSet struct {
	ascii [2]uint64
	few   []rune // up to some
	many  []uint64
}

// runeSetBytes is the size of a set with many characters.
const runeSetBytes = (utf8.MaxRune + 1) / 8

// runes is the set of the characters of text; false if the guest has to end.
func (w *work) runes(text string) (*runeSet, bool) {
	s := &runeSet{}
	for _, r := range text {
		if !w.step(perChar) {
			return nil, false
		}
		switch {
		case s.has(r):
		case r < utf8.RuneSelf:
			s.ascii[r>>6] |= 1 << (r & 63)
		case len(s.few) < 8:
			s.few = append(s.few, r)
		default:
			if s.many == nil {
				w.step(runeSetBytes >> 4) // for what is made
				s.many = make([]uint64, runeSetBytes/8)
			}
			s.many[r>>6] |= 1 << (r & 63)
		}
	}
	return s, true
}

func (s *runeSet) has(r rune) bool {
	if r < utf8.RuneSelf {
		return s.ascii[r>>6]>>(r&63)&1 != 0
	}
	return slices.Contains(s.few, r) || s.many != nil && s.many[r>>6]>>(r&63)&1 != 0
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// runeLen is how many bytes the character at the start of b has; at least 1.
func runeLen(b []byte) int {
	_, n := utf8.DecodeRune(b)
	return n
}

// sqlLike is like(pattern, text[, escape]).
func sqlLike(w *work, ctx sqlite3.Context, args []sqlite3.Value) {
	if anyNull(args) {
		return
	}
	pattern, text := []byte(args[0].Text()), []byte(args[1].Text())
	if len(pattern) > maxPattern {
		ctx.ResultError(&Error{Message: "LIKE or GLOB pattern too complex"})
		return
	}
	escape := rune(-1)
	if len(args) == 3 {
		e := args[2].Text()
		if utf8.RuneCountInString(e) != 1 {
			ctx.ResultError(&Error{Message: "ESCAPE expression must be a single character"})
			return
		}
		escape, _ = utf8.DecodeRuneInString(e)
	}
	// What a piece of the pattern matches at the start of text: how many bytes of
	// each, and whether it does.
	one := func(pattern, text []byte) (int, int, bool) {
		r, n := utf8.DecodeRune(pattern)
		if r == escape {
			pattern = pattern[n:]
			if len(pattern) == 0 {
				return n, 0, false
			}
			m := runeLen(pattern)
			t := runeLen(text)
			return n + m, t, equalFold(pattern[:m], text[:t])
		}
		t := runeLen(text)
		if r == '_' {
			return 1, t, true
		}
		return n, t, equalFold(pattern[:n], text[:t])
	}
	ctx.ResultBool(w.match(pattern, text, '%', escape, one))
}

func equalFold(a, b []byte) bool {
	if len(a) == 1 && len(b) == 1 {
		return lower(a[0]) == lower(b[0])
	}
	return bytes.Equal(a, b)
}

// sqlGlob is glob(pattern, text).
func sqlGlob(w *work, ctx sqlite3.Context, args []sqlite3.Value) {
	if anyNull(args) {
		return
	}
	pattern, text := []byte(args[0].Text()), []byte(args[1].Text())
	if len(pattern) > maxPattern {
		ctx.ResultError(&Error{Message: "LIKE or GLOB pattern too complex"})
		return
	}
	one := func(pattern, text []byte) (int, int, bool) {
		r, t := utf8.DecodeRune(text)
		switch pattern[0] {
		case '?':
			return 1, t, true
		case '[':
			n, ok := w.set(pattern, r)
			return n, t, ok
		}
		n := runeLen(pattern)
		return n, t, bytes.Equal(pattern[:n], text[:t])
	}
	ctx.ResultBool(w.match(pattern, text, '*', -1, one))
}

// set matches r with the set that pattern begins with, and returns its length. One
// without an end matches nothing.
func (w *work) set(pattern []byte, r rune) (int, bool) {
	i, invert, found := 1, false, false
	if i < len(pattern) && pattern[i] == '^' {
		invert = true
		i++
	}
	var before rune
	for first := true; i < len(pattern); first = false {
		c, n := utf8.DecodeRune(pattern[i:])
		i += n
		w.step(perChar)
		switch {
		case c == ']' && !first:
			return i, found != invert
		case c == '-' && before != 0 && i < len(pattern) && pattern[i] != ']':
			to, n := utf8.DecodeRune(pattern[i:])
			i += n
			if before <= r && r <= to {
				found = true
			}
			before = 0
		default:
			if c == r {
				found = true
			}
			before = c
		}
	}
	return len(pattern), false
}

// match matches all of text with a pattern in which the byte many stands for any
// characters; one says what any other piece matches. A mismatch goes back to the
// last many only, which is enough.
func (w *work) match(pattern, text []byte, many byte, escape rune, one func(pattern, text []byte) (int, int, bool)) bool {
	back := -1 // in pattern, after the last many
	again := 0 // in text, where it ends so far
	p, t := 0, 0
	for t < len(text) {
		if !w.step(perChar) {
			return false
		}
		if p < len(pattern) {
			if pattern[p] == many && rune(many) != escape {
				p++
				back, again = p, t
				if p == len(pattern) {
					return true
				}
				continue
			}
			if n, m, ok := one(pattern[p:], text[t:]); ok {
				p += n
				t += m
				continue
			}
		}
		if back < 0 {
			return false
		}
		again += runeLen(text[again:])
		p, t = back, again
	}
	for p < len(pattern) && pattern[p] == many && rune(many) != escape {
		p++
	}
	return p == len(pattern)
}
