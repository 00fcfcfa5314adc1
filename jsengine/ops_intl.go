package jsengine

import (
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones, wherever the program runs
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// localeTag is what ECMA-402 takes for a language tag: Unicode's locale identifier.
var localeTag = regexp.MustCompile(`(?i)^([a-z]{2,3}|[a-z]{5,8})(-[a-z]{4})?(-[a-z]{2}|-\d{3})?(-[a-z\d]{5,8}|-\d[a-z\d]{3})*(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?$`)

// wellFormed reports whether tag is a language tag, of subtags that need not exist.
func wellFormed(tag string) bool {
	if !localeTag.MatchString(tag) {
		return false
	}
	// No variant and no extension comes twice.
	var variants, extensions []string
	for _, sub := range strings.Split(strings.ToLower(tag), "-")[1:] {
		list := &variants
		switch {
		case sub == "x":
			return true
		case len(sub) == 1:
			list = &extensions
		case len(extensions) > 0 || len(sub) < 4 || len(sub) == 4 && sub[0] > '9':
			continue
		}
		if slices.Contains(*list, sub) {
			return false
		}
		*list = append(*list, sub)
	}
	return true
}

// spelled returns a tag whose subtags have the case that they are written in.
func spelled(tag string) string {
	subs := strings.Split(strings.ToLower(tag), "-")
	for i, sub := range subs[1:] {
		switch {
		case len(sub) == 1:
			return strings.Join(subs, "-")
		case len(sub) == 2:
			subs[i+1] = strings.ToUpper(sub)
		case len(sub) == 4 && sub[0] > '9':
			subs[i+1] = strings.ToUpper(sub[:1]) + sub[1:]
		}
	}
	return strings.Join(subs, "-")
}

// zoneNames has the names of the time zones of IANA's database (public domain):
// first those in use, an empty line, then each alias with the name in use, if there is
// one, as the Unicode Consortium has them.
//
//go:embed zones.txt
var zoneNames string

// zones finds a zone by its name in lower case, and keeps those that were asked for.
var zones = sync.OnceValue(func() *zoneTable {
	t := &zoneTable{names: map[string]string{}, inUse: map[string]string{}, loaded: map[string]*time.Location{}}
	current, aliases, _ := strings.Cut(zoneNames, "\n\n")
	t.current = strings.Fields(current)
	for _, n := range t.current {
		t.names[strings.ToLower(n)] = n
	}
	for line := range strings.Lines(aliases) {
		n, inUse, alias := strings.Cut(strings.TrimSpace(line), " ")
		t.names[strings.ToLower(n)] = n
		if alias {
			t.inUse[n] = inUse
		}
	}
	return t
})

type zoneTable struct {
	current []string
	names   map[string]string
	inUse   map[string]string // what an alias stands for

	mu     sync.Mutex
	loaded map[string]*time.Location // guarded by mu; at most as many as names
}

// find returns a zone and its name as the database spells it, or nil.
func (t *zoneTable) find(name string) (*time.Location, string) {
	name, ok := t.names[strings.ToLower(name)]
	if !ok {
		return nil, ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.loaded[name]; l != nil {
		return l, name
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, ""
	}
	t.loaded[name] = l
	return l, name
}

// collators compare strings for one set of options each. A Collator is not safe
// for concurrent use.
var collators [16]sync.Pool

const (
	collateNumeric = 1 << iota
	collateIgnoreCase
	collateIgnoreAccents
	collateUpperFirst
)

func collator(flags int64) (*collate.Collator, func()) {
	pool := &collators[flags&15]
	c, ok := pool.Get().(*collate.Collator)
	if !ok {
		var o []collate.Option
		if flags&collateNumeric != 0 {
			o = append(o, collate.Numeric)
		}
		if flags&collateIgnoreCase != 0 {
			o = append(o, collate.IgnoreCase)
		}
		if flags&collateIgnoreAccents != 0 {
			o = append(o, collate.IgnoreDiacritics)
		}
		c = collate.New(language.English, o...)
	}
	return c, func() { pool.Put(c) }
}

// isWord reports whether a character beyond ASCII makes a segment like a word.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// sentenceSight is how many bytes of text are looked at to find the end of a sentence,
// at least. At each space and bracket behind a full stop uniseg looks for the next
// letter, so that what it takes grows with the square of what it sees.
const sentenceSight = 256

// firstSentence splits text behind its first sentence, as uniseg's function of that name.
// It calls pause in a long one, and returns the units that it took beside those for the
// length of text.
func firstSentence(text string, state int, pause func()) (sentence, rest string, newState int, work int64) {
	if len(text) > 2*sentenceSight {
		seen := text[:cutAt(text, 2*sentenceSight)]
		s, more, st := wholeSentence(seen, state)
		if more != "" && len(s) <= sentenceSight {
			return s, text[len(s):], st, lookedAhead(s)
		}
	} else {
		s, more, st := wholeSentence(text, state)
		return s, more, st, lookedAhead(s)
	}
	// A long one: a character at a time, each with what follows it in sight.
	n, run := 0, 0
	state = -1
	for i := 0; n < len(text); i++ {
		if i&15 == 15 {
			pause()
		}
		var cluster string
		var bounds int
		sight := 2 * sentenceSight
		if run > sentenceSight/8 {
			sight = sentenceSight / 4 // many spaces or brackets: what counts is what follows the last
		}
		for ; ; sight *= 2 {
			seen := text[n:]
			if sight < len(seen) {
				seen = seen[:cutAt(seen, sight)]
			}
			c, more, b, st := uniseg.StepString(seen, state)
			if more == "" && len(seen) < len(text)-n {
				continue // all of it is one character, so far
			}
			cluster, bounds, state = c, b, st
			break
		}
		n += len(cluster)
		work += 64
		if run++; alphanumeric(cluster) {
			run = 0
		}
		work += int64(min(run, sentenceSight/8)) * 4
		if bounds&uniseg.MaskSentence != 0 {
			break
		}
	}
	return text[:n], text[n:], -1, work
}

// wholeSentence is uniseg's function, which ends a sentence within the line break behind
// a full stop.
func wholeSentence(text string, state int) (sentence, rest string, newState int) {
	sentence, rest, newState = uniseg.FirstSentenceInString(text, state)
	if strings.HasSuffix(sentence, "\r") && strings.HasPrefix(rest, "\n") {
		return text[:len(sentence)+1], rest[1:], -1
	}
	return sentence, rest, newState
}

// cutAt is the greatest place up to n at which text can be cut.
func cutAt(text string, n int) int {
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

func alphanumeric(cluster string) bool {
	r, _ := utf8.DecodeRuneInString(cluster)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// lookedAhead is what looking for a letter took in s: at each of what follows one
// another that is none, about.
func lookedAhead(s string) (work int64) {
	run := int64(0)
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			run = 0
			continue
		}
		work += run
		run++
	}
	return work
}

// maxSegmentText bounds the bytes of text that one operation splits.
const maxSegmentText = 1 << 20

// intlOps are the operations behind Intl: what needs tables that the host has.
func intlOps() []Op {
	return []Op{
		// intl.zone (name, milliseconds since 1970) → [name as the database has it, offset in seconds, abbreviation, summer time,
		// from when and until when it holds, the name in use], or null
		{Name: "intl.zone", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "timeZone")
			if err != nil {
				return nil, err
			}
			ms, err := c.Float(1, "time")
			if err != nil {
				return nil, err
			}
			if len(name) > 64 || !(ms >= -8.64e15 && ms <= 8.64e15) {
				return nil, nil
			}
			c.Process.Charge(50)
			l, name := zones().find(name)
			if l == nil {
				return nil, nil
			}
			at := time.UnixMilli(int64(ms)).In(l)
			abbreviation, offset := at.Zone()
			from, until := math.Inf(-1), math.Inf(1)
			start, end := at.ZoneBounds()
			if !start.IsZero() {
				from = float64(start.UnixMilli())
			}
			if !end.IsZero() {
				until = float64(end.UnixMilli())
			}
			inUse, alias := zones().inUse[name]
			if !alias {
				inUse = name
			}
			return []any{name, int32(offset), abbreviation, at.IsDST(), from, until, inUse}, nil
		}},
		{Name: "intl.zones", Sync: func(c *Call) (any, error) {
			names := zones().current
			out := make([]any, len(names))
			for i, n := range names {
				out[i] = n
			}
			c.Process.Charge(int64(len(out)))
			return out, nil
		}},
		// intl.compare (a, b, flags) → -1, 0 or 1
		{Name: "intl.compare", Sync: func(c *Call) (any, error) {
			a, err := c.String(0, "a")
			if err != nil {
				return nil, err
			}
			b, err := c.String(1, "b")
			if err != nil {
				return nil, err
			}
			flags, err := c.Int(2, "flags")
			if err != nil {
				return nil, err
			}
			if len(a)+len(b) > maxSegmentText {
				return nil, &JSError{Name: "RangeError", Message: "Invalid string length"}
			}
			// Some 50 ns for a byte, up to the first that differs or not.
			c.Process.Charge(30 + 4*int64(len(a)+len(b)))
			col, done := collator(flags)
			defer done()
			order := 0
			c.Process.long(len(a)+len(b), func() { order = col.CompareString(a, b) })
			return int32(order), nil
		}},
		// intl.segment (text, granularity) → where each segment ends, in UTF-16 units, negative if it is like no word
		{Name: "intl.segment", Sync: func(c *Call) (any, error) {
			text, err := c.String(0, "text")
			if err != nil {
				return nil, err
			}
			kind, err := c.String(1, "granularity")
			if err != nil {
				return nil, err
			}
			if len(text) > maxSegmentText {
				return nil, &JSError{Name: "RangeError", Message: "Invalid string length"}
			}
			c.Process.Charge(30 + 4*int64(len(text)))
			out := []any{}
			at, state := 0, -1
			for i := 0; text != ""; i++ {
				if i&255 == 255 && !c.Process.in.Checkpoint() {
					break
				}
				var s string
				switch kind {
				case "word":
					s, text, state = uniseg.FirstWordInString(text, state)
				case "sentence":
					var work int64
					s, text, state, work = firstSentence(text, state, c.Process.checkpoint)
					c.Process.Charge(work)
					c.Process.checkpoint()
				default:
					s, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
				}
				like := false
				for _, r := range s {
					if n := utf16.RuneLen(r); n > 0 {
						at += n
					} else {
						at++
					}
					like = like || r == '_' || '0' <= r && r <= '9' || r >= utf8.RuneSelf && isWord(r) || 'a' <= r|0x20 && r|0x20 <= 'z'
				}
				if like || kind != "word" {
					out = append(out, int32(at))
				} else {
					out = append(out, int32(-at))
				}
			}
			return out, nil
		}},
		// intl.name (kind: "region", "language" or "script", code) → English, or null
		{Name: "intl.name", Sync: func(c *Call) (any, error) {
			kind, err := c.String(0, "type")
			if err != nil {
				return nil, err
			}
			code, err := c.String(1, "code")
			if err != nil {
				return nil, err
			}
			if len(code) > 64 {
				return nil, nil
			}
			c.Process.Charge(100)
			var name string
			switch kind {
			case "region":
				if r, err := language.ParseRegion(code); err == nil {
					name = display.English.Regions().Name(r)
				}
			case "script":
				if s, err := language.ParseScript(code); err == nil {
					name = display.English.Scripts().Name(s)
				}
			case "language":
				if t, err := language.Parse(code); err == nil {
					name = display.English.Languages().Name(t)
				}
			}
			if name == "" {
				return nil, nil
			}
			return name, nil
		}},
		// intl.locale (tag, how: 0 as it is, 1 maximized, 2 minimized) → the tag in canonical form, or null
		{Name: "intl.locale", Sync: func(c *Call) (any, error) {
			tag, err := c.String(0, "locale")
			if err != nil {
				return nil, err
			}
			how, err := c.Int(1, "how")
			if err != nil {
				return nil, err
			}
			c.Process.Charge(100)
			if len(tag) > 128 || !wellFormed(tag) {
				return nil, nil
			}
			t, err := language.Parse(tag)
			if err != nil { // of subtags that mean nothing to anybody
				return spelled(tag), nil
			}
			switch how {
			case 1, 2:
				base, _ := t.Base()
				script, _ := t.Script()
				region, _ := t.Region()
				full, err := language.Compose(base, script, region)
				if err != nil {
					return nil, nil
				}
				if how == 1 {
					return full.String(), nil
				}
				for _, short := range []string{base.String(), base.String() + "-" + region.String(), base.String() + "-" + script.String()} {
					s, err := language.Parse(short)
					if err != nil {
						continue
					}
					b2, _ := s.Base()
					s2, _ := s.Script()
					r2, _ := s.Region()
					if b2 == base && s2 == script && r2 == region {
						return short, nil
					}
				}
				return full.String(), nil
			}
			return t.String(), nil
		}},
	}
}
