package shell

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// hexUnit is a part of a format of hexdump: texts and conversions, that are
// repeated.
type hexUnit struct {
	times int
	open  bool // no count was given: it is repeated up to the block's end
	parts []hexPart
	bytes int // that one repetition takes
}

// hexPart is a text, or a conversion of the next bytes.
type hexPart struct {
	printfSpec
	text  string
	conv  byte // 0: only text; _ conversions are capitals: A C P U, and E of the end
	bytes int
	radix byte // of an address
}

// hexFormat is one -e: what is printed of each block.
type hexFormat struct {
	units []hexUnit
	bytes int
}

const (
	maxHexParts = 1000
	maxHexWidth = 1000
)

// The formats of hexdump's own options; the first prints the last address.
var hexFormats = map[string][]string{
	"b": {`"%07.7_Ax\n"`, `"%07.7_ax " 16/1 "%03o " "\n"`},
	"c": {`"%07.7_Ax\n"`, `"%07.7_ax " 16/1 "%3_c " "\n"`},
	"C": {`"%08.8_Ax\n"`, `"%08.8_ax  " 8/1 "%02x " "  " 8/1 "%02x " `, `"  |" 16/1 "%_p" "|\n"`},
	"d": {`"%07.7_Ax\n"`, `"%07.7_ax " 8/2 "  %05u " "\n"`},
	"o": {`"%07.7_Ax\n"`, `"%07.7_ax " 8/2 " %06o " "\n"`},
	"x": {`"%07.7_Ax\n"`, `"%07.7_ax " 8/2 "   %04x " "\n"`},
	"":  {`"%07.7_Ax\n"`, `"%07.7_ax " 8/2 "%04x " "\n"`},
}

func hexdump(t *tool) int {
	opts, names, bad := getopt(t.args, "bcCde:f:n:os:vx", map[string]string{
		"one-byte-octal": "b", "one-byte-char": "c", "canonical": "C", "two-bytes-decimal": "d", "format=": "e", "format-file=": "f",
		"length=": "n", "two-bytes-octal": "o", "skip=": "s", "no-squeezing": "v", "two-bytes-hex": "x",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	from, limit, all := int64(0), int64(math.MaxInt64), false
	var texts []string
	for _, o := range opts {
		switch o.name {
		case "n", "s":
			n, ok := count(o.value)
			if !ok {
				t.say("failed to parse %s: '%s'", map[string]string{"n": "length", "s": "offset"}[o.name], clip(o.value))
				return 1
			}
			if o.name == "n" {
				limit = n
			} else {
				from = n
			}
		case "v":
			all = true
		case "e":
			texts = append(texts, o.value)
		case "f":
			list, _, err := t.fileLines(o.value, '\n')
			if err != nil {
				t.say("%s: %s", o.value, errText(err))
				return 1
			}
			for _, s := range list {
				if s = strings.TrimSpace(s); s != "" && s[0] != '#' {
					texts = append(texts, s)
				}
			}
		default:
			texts = append(texts, hexFormats[o.name]...)
		}
	}
	if len(texts) == 0 {
		kind := ""
		if t.name == "hd" {
			kind = "C"
		}
		texts = hexFormats[kind]
	}
	h := hexdumper{t: t}
	for _, s := range texts {
		f, why := hexParse(s)
		if why != "" {
			t.say("%s", why)
			return 1
		}
		h.formats = append(h.formats, f)
		h.block = max(h.block, f.bytes)
	}
	if h.block > maxDumpLine || len(h.formats) > maxHexParts {
		t.say("a format takes more than %d bytes", maxDumpLine)
		return 1
	}
	h.block = max(h.block, 1)
	for _, f := range h.formats {
		if n := len(f.units); n > 0 {
			if u := &f.units[n-1]; u.open && u.bytes > 0 {
				u.times += (h.block - f.bytes) / u.bytes
			}
		}
	}
	in := t.joined(names)
	defer in.close()
	h.at = from
	if !skip(in, from) {
		return t.code
	}
	t.hold(2 * int64(h.block))
	total := t.blocks(io.LimitReader(in, limit), h.block, all, h.print, func() { h.at += int64(h.block) })
	if total > 0 {
		h.at = from + total
		for _, p := range h.last() {
			t.out.WriteString(p.text)
			if p.conv != 0 {
				t.out.WriteString(p.address(h.at))
			}
		}
	}
	return t.code
}

type hexdumper struct {
	t       *tool
	formats []hexFormat
	block   int
	at      int64
}

// ends reports that a unit is of the end only.
func (u *hexUnit) ends() bool {
	return slices.ContainsFunc(u.parts, func(p hexPart) bool { return p.conv == 'E' })
}

// last is what is printed at the end: of all units that are for it, the last.
func (h *hexdumper) last() (parts []hexPart) {
	for _, f := range h.formats {
		for _, u := range f.units {
			if u.ends() {
				parts = slices.DeleteFunc(slices.Clone(u.parts), func(p hexPart) bool { return p.conv != 0 && p.conv != 'E' })
			}
		}
	}
	return parts
}

// print prints a block, of which n bytes are of the input.
func (h *hexdumper) print(b []byte, n int) {
	for _, f := range h.formats {
		at := 0
		for _, u := range f.units {
			if u.ends() {
				continue
			}
			for i := range u.times {
				h.t.sh.spend(int64(10 + 20*len(u.parts)))
				for j, p := range u.parts {
					s := p.text
					if p.conv != 0 {
						s += h.convert(p, b, at, n)
						at += p.bytes
					}
					if p.conv == 0 && i == u.times-1 && u.times > 1 && j == len(u.parts)-1 {
						s = strings.TrimRight(s, " \t\n")
					}
					h.t.out.WriteString(s)
				}
			}
		}
	}
	h.at += int64(h.block)
}

// address is an offset as the conversions _a and _A write it.
func (p hexPart) address(at int64) string {
	return p.int(at, p.radix)
}

func (h *hexdumper) convert(p hexPart, block []byte, at, n int) string {
	if p.conv == 'A' {
		return p.address(h.at + int64(at))
	}
	if at >= n || at+p.bytes > len(block) { // behind the input there is room only
		return p.pad("")
	}
	b := block[at : at+p.bytes]
	v := word(b, false)
	switch p.conv {
	case 'd', 'i':
		return p.int(extend(v, p.bytes), 'd')
	case 'o', 'u', 'x', 'X':
		return p.int(int64(v), p.conv)
	case 'e', 'E', 'f', 'g', 'G':
		return p.float(floatOf(v, p.bytes), p.conv)
	case 's':
		s, _, _ := strings.Cut(string(b), "\x00")
		return p.pad(s)
	case 'c':
		return p.pad(string(b))
	case 'C':
		return p.pad(charText(byte(v)))
	case 'U':
		s := string(rune(v))
		switch {
		case v == '\n':
			s = "lf"
		case v < ' ':
			s = asciiNames[v]
		case v == 0x7f:
			s = "del"
		case v > 0x7f:
			s = fmt.Sprintf("%02x", v)
		}
		return p.pad(s)
	}
	return p.pad(string(rune(printable(byte(v)))))
}

// hexParse reads a format: units of a count, a number of bytes and a text in
// quotes, each of which may lack the numbers. why says what is wrong with it.
func hexParse(s string) (f hexFormat, why string) {
	whole := s
	parts := 0
	number := func() int {
		n := len(s) - len(strings.TrimLeft(s, "0123456789"))
		v, err := strconv.Atoi(s[:n])
		s = s[n:]
		if n == 0 {
			return -1
		}
		if err != nil || v > maxDumpLine {
			return maxDumpLine + 1
		}
		return v
	}
	for {
		if s = strings.TrimLeft(s, " \t\n"); s == "" {
			return f, ""
		}
		u := hexUnit{times: number()}
		size := 0
		s = strings.TrimLeft(s, " \t")
		if strings.HasPrefix(s, "/") {
			s = strings.TrimLeft(s[1:], " \t")
			if size = number(); size < 1 {
				return f, "bad byte count for conversion in \"" + clip(whole) + "\""
			}
			s = strings.TrimLeft(s, " \t")
		}
		if u.times < 0 {
			u.times, u.open = 1, true
		}
		var body string
		end := -1
		if strings.HasPrefix(s, `"`) {
			end = strings.IndexByte(s[1:], '"')
		}
		if end < 0 {
			return f, "bad format {" + clip(whole) + "}"
		}
		body, s = s[1:1+end], s[2+end:]
		if u.parts, why = hexParts(body, size); why != "" {
			return f, why
		}
		for _, p := range u.parts {
			u.bytes += p.bytes
		}
		if parts += len(u.parts); parts > maxHexParts || u.times > maxDumpLine || u.bytes > maxDumpLine {
			return f, "too long a format"
		}
		f.bytes += u.bytes * u.times
		if f.bytes > maxDumpLine {
			return f, fmt.Sprintf("a format takes more than %d bytes", maxDumpLine)
		}
		f.units = append(f.units, u)
	}
}

// hexParts reads the text of a unit, each of whose conversions takes size bytes
// if that is given.
func hexParts(s string, size int) (parts []hexPart, why string) {
	s, _ = unescapeC(s, false)
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			if s != "" {
				parts = append(parts, hexPart{text: s})
			}
			return parts, ""
		}
		p := hexPart{text: s[:i]}
		if s = s[i:]; strings.HasPrefix(s, "%%") {
			parts = append(parts, hexPart{text: p.text + "%"})
			s = s[2:]
			continue
		}
		p.printfSpec, i = readSpec(s, nil)
		s = s[i:]
		if p.width > maxHexWidth || p.prec > maxHexWidth {
			return nil, fmt.Sprintf("a width of more than %d", maxHexWidth)
		}
		bad := func(c string) ([]hexPart, string) { return nil, "bad conversion character %" + clip(c) }
		if s == "" {
			return bad("")
		}
		p.conv = s[0]
		s = s[1:]
		takes := func(sizes ...int) bool {
			p.bytes = sizes[0]
			if size == 0 {
				return true
			}
			p.bytes = size
			for _, n := range sizes {
				if n == size {
					return true
				}
			}
			return false
		}
		ok := true
		switch p.conv {
		case 'd', 'i', 'o', 'u', 'x', 'X':
			ok = takes(4, 1, 2, 8)
		case 'e', 'E', 'f', 'g', 'G':
			if ok = takes(8, 4); p.conv == 'E' {
				p.conv = 'e'
			}
		case 'c':
			ok = takes(1)
		case 's':
			p.bytes = max(size, p.prec, 1)
		case '_':
			if s == "" {
				return bad("_")
			}
			c := s[0]
			s = s[1:]
			switch c {
			case 'a', 'A':
				p.conv = 'A'
				if c == 'A' {
					p.conv = 'E'
				}
				if s == "" || strings.IndexByte("dox", s[0]) < 0 {
					return bad("_" + string(rune(c)) + s[:min(len(s), 1)])
				}
				p.radix = s[0]
				s = s[1:]
			case 'c', 'p', 'u':
				p.conv = c - 'a' + 'A'
				ok = takes(1)
			default:
				return bad("_" + string(rune(c)))
			}
		default:
			return bad(string(rune(p.conv)))
		}
		if !ok {
			return nil, fmt.Sprintf("bad byte count for conversion character %c", p.conv)
		}
		parts = append(parts, p)
	}
}
