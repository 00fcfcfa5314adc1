package shell

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxDumpLine bounds the bytes of one line of a dump.
const maxDumpLine = 1 << 16

// joined reads inputs one after another; each is opened when it is its turn.
type joined struct {
	t     *tool
	names []string
	now   *file

	opened bool // one of them at least
}

func (t *tool) joined(names []string) *joined {
	if len(names) == 0 {
		names = []string{"-"}
	}
	return &joined{t: t, names: names}
}

func (j *joined) Read(b []byte) (int, error) {
	for {
		if j.now == nil {
			if len(j.names) == 0 {
				return 0, io.EOF
			}
			name := j.names[0]
			j.names = j.names[1:]
			f, err := j.t.open(name)
			if err != nil {
				j.t.fail("%s: %s", name, errText(err))
				continue
			}
			j.now, j.opened = f, true
		}
		n, err := j.now.Read(b)
		if err != nil && err != io.EOF {
			j.t.fail("%s: %s", j.now.name, errText(err))
		}
		if err != nil {
			j.close()
		}
		if n > 0 || err == nil {
			return n, nil
		}
	}
}

func (j *joined) close() {
	if j.now != nil {
		j.now.close()
		j.now = nil
	}
}

// skip reads n bytes away; false: there were not as many.
func skip(r io.Reader, n int64) bool {
	got, _ := io.CopyN(io.Discard, r, n)
	return got == n
}

// count reads a number of bytes: decimal, octal or hexadecimal, with a unit.
func count(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && len(s) > 1 && s[0] == '0' {
		return n, n >= 0
	}
	return size(s)
}

// printable is a byte as the margin of a dump shows it.
func printable(c byte) byte {
	if c < ' ' || c > '~' {
		return '.'
	}
	return c
}

// odType is one output format of od.
type odType struct {
	kind byte // one of a c d f o u x
	size int  // of an item, in bytes
	text bool // the line ends with the bytes as text

	width int // of an item in print
	pad   int // of all items of a line, to line up with those of other formats
}

// Widths of the longest numbers by their bytes.
var (
	odOctal    = [9]int{1: 3, 2: 6, 4: 11, 8: 22}
	odSigned   = [9]int{1: 4, 2: 6, 4: 11, 8: 20}
	odUnsigned = [9]int{1: 3, 2: 5, 4: 10, 8: 20}
	odFloat    = [9]int{4: 15, 8: 24}
)

// odTypes reads the argument of -t; ok is false where it is none.
func odTypes(s string) (list []odType, ok bool) {
	for s != "" {
		y := odType{kind: s[0], size: 1, width: 3}
		s = s[1:]
		sizes := "C\x01S\x02I\x04L\x08"
		switch y.kind {
		case 'a', 'c':
			sizes = ""
		case 'd', 'o', 'u', 'x':
			y.size = 4
		case 'f':
			y.size, sizes = 8, "F\x04D\x08L\x08"
		default:
			return nil, false
		}
		digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if sizes == "" {
			digits = 0
		}
		if digits > 0 {
			y.size, _ = strconv.Atoi(s[:digits])
			s = s[digits:]
		} else if sizes != "" && s != "" {
			if i := strings.IndexByte(sizes, s[0]); i >= 0 && i%2 == 0 {
				y.size = int(sizes[i+1])
				s = s[1:]
			}
		}
		if y.size != 1 && y.size != 2 && y.size != 4 && y.size != 8 || y.kind == 'f' && y.size < 4 {
			return nil, false
		}
		switch y.kind {
		case 'd':
			y.width = odSigned[y.size]
		case 'u':
			y.width = odUnsigned[y.size]
		case 'o':
			y.width = odOctal[y.size]
		case 'x':
			y.width = 2 * y.size
		case 'f':
			y.width = odFloat[y.size]
		}
		if strings.HasPrefix(s, "z") {
			y.text = true
			s = s[1:]
		}
		list = append(list, y)
	}
	return list, len(list) > 0
}

func od(t *tool) int {
	opts, names, bad := getopt(t.args, "A:j:N:t:vw::abcdfilosx", map[string]string{
		"address-radix=": "A", "skip-bytes=": "j", "read-bytes=": "N", "format=": "t", "output-duplicates": "v", "width?": "w", "endian=": "endian",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	radix, from, limit, all, width, big := "o", int64(0), int64(math.MaxInt64), false, int64(0), false
	var types []odType
	for _, o := range opts {
		kind := ""
		switch o.name {
		case "A":
			if radix = o.value; radix == "" || strings.IndexByte("doxn", radix[0]) < 0 {
				t.say("invalid output address radix '%s'; it must be one character from [doxn]", clip(radix))
				return 1
			}
		case "j", "N", "w":
			n, ok := count(o.value)
			if o.name == "w" && o.value == "" {
				n, ok = 32, true
			}
			if !ok || o.name == "w" && (n < 1 || n > maxDumpLine) {
				t.say("invalid -%s argument '%s'", o.name, clip(o.value))
				return 1
			}
			switch o.name {
			case "j":
				from = n
			case "N":
				limit = n
			case "w":
				width = n
			}
		case "v":
			all = true
		case "endian":
			if big = o.value == "big"; !big && o.value != "little" {
				return t.usage(1, "invalid argument %s for '--endian'", quoteName(clip(o.value)))
			}
		case "t":
			kind = o.value
		default:
			kind = map[string]string{"a": "a", "b": "o1", "c": "c", "d": "u2", "f": "f4", "i": "d4", "l": "d8", "o": "o2", "s": "d2", "x": "x2"}[o.name]
		}
		if kind != "" || o.name == "t" {
			more, ok := odTypes(kind)
			if !ok || len(types)+len(more) > 64 {
				t.say("invalid type string %s", quoteName(clip(kind)))
				return 1
			}
			types = append(types, more...)
		}
	}
	if types == nil {
		types, _ = odTypes("o2")
	}
	unit := 1
	for _, y := range types {
		unit = max(unit, y.size) // all are powers of two
	}
	line := 16
	if width > 0 {
		if line = int(width); line%unit != 0 {
			t.say("warning: invalid width %d; using %d instead", line, unit)
			line = unit
		}
	}
	widest := 0
	for _, y := range types {
		widest = max(widest, (y.width+1)*(line/y.size))
	}
	for i, y := range types {
		types[i].pad = widest - y.width*(line/y.size)
	}
	in := t.joined(names)
	defer in.close()
	if !skip(in, from) {
		t.say("cannot skip past end of combined input")
		return 1
	}
	at, margin := from, 7
	addr := func() string {
		switch radix[0] {
		case 'n':
			margin = 0
			return ""
		case 'x':
			margin = 6
			return fmt.Sprintf("%06x", at)
		case 'd':
			return fmt.Sprintf("%07d", at)
		}
		return fmt.Sprintf("%07o", at)
	}
	t.hold(2 * int64(line))
	cost := int64(50) // of a line
	for _, y := range types {
		each := 40
		if y.kind == 'f' {
			each = 400
		}
		cost += int64(line / y.size * each)
	}
	total := t.blocks(io.LimitReader(in, limit), line, all, func(b []byte, n int) {
		t.sh.spend(cost)
		for i, y := range types {
			if a := addr(); i == 0 {
				t.out.WriteString(a)
			} else {
				t.out.WriteString(strings.Repeat(" ", margin))
			}
			fields, left := line/y.size, y.pad
			blank := (line - n) / y.size
			for f := fields; f > blank; f-- {
				next := y.pad * (f - 1) / fields
				item := b[(fields-f)*y.size:][:y.size]
				t.out.WriteString(printfSpec{width: left - next + y.width}.pad(y.item(item, big)))
				left = next
			}
			if y.text {
				t.out.WriteString(strings.Repeat(" ", blank*y.width+y.pad*blank/fields) + "  >")
				for _, c := range b[:n] {
					t.out.WriteByte(printable(c))
				}
				t.out.WriteByte('<')
			}
			t.out.WriteByte('\n')
		}
		at += int64(line)
	}, func() { at += int64(line) })
	at = from + total
	if a := addr(); a != "" && (in.opened || t.code == 0) {
		t.out.WriteString(a + "\n")
	}
	return t.code
}

// blocks gives f each block of an input: line bytes, of which n are of the
// input and zeros follow. same is called for one that is as the one before it,
// unless all is set; the first such prints a star. It returns the bytes read.
func (t *tool) blocks(r io.Reader, line int, all bool, f func(b []byte, n int), same func()) (total int64) {
	b, before := make([]byte, line), make([]byte, line)
	starred := false
	for {
		n, err := readFull(r, b)
		total += int64(n)
		clear(b[n:])
		switch {
		case n == 0:
		case !all && n == line && total > int64(line) && bytes.Equal(b, before):
			if !starred {
				t.out.WriteString("*\n")
			}
			starred = true
			t.sh.spend(10)
			same()
		default:
			starred = false
			f(b, n)
		}
		if err != nil {
			return total
		}
		b, before = before, b
	}
}

// asciiNames are the names of the characters that are not printed.
var asciiNames = strings.Fields("nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp")

// word reads an integer of up to 8 bytes.
func word(b []byte, big bool) (v uint64) {
	for i := range b {
		c := b[len(b)-1-i]
		if big {
			c = b[i]
		}
		v = v<<8 | uint64(c)
	}
	return v
}

// extend gives v, which has size bytes, its sign.
func extend(v uint64, size int) int64 { return int64(v<<(64-8*size)) >> (64 - 8*size) }

// item is one item as od prints it, without its padding.
func (y odType) item(b []byte, big bool) string {
	v := word(b, big)
	switch y.kind {
	case 'a':
		if v &= 0x7f; v < uint64(len(asciiNames)) {
			return asciiNames[v]
		}
		if v == 0x7f {
			return "del"
		}
		return string(rune(v))
	case 'c':
		return charText(byte(v))
	case 'd':
		return strconv.FormatInt(extend(v, y.size), 10)
	case 'u':
		return strconv.FormatUint(v, 10)
	case 'f':
		return shortFloat(floatOf(v, y.size), y.size)
	case 'x':
		return printfSpec{prec: 2 * y.size}.int(int64(v), 'x')
	}
	return printfSpec{prec: odOctal[y.size]}.int(int64(v), 'o')
}

// charText is a byte as C writes it in a text, or its three octal digits.
func charText(c byte) string {
	if i := strings.IndexByte("\x00\a\b\t\n\v\f\r", c); i >= 0 {
		return `\` + "0abtnvfr"[i:i+1]
	}
	if c < ' ' || c > '~' {
		return fmt.Sprintf("%03o", c)
	}
	return string(rune(c))
}

func floatOf(bits uint64, size int) float64 {
	if size == 4 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// shortFloat writes as few digits as tell a float of size bytes from all others.
func shortFloat(x float64, size int) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	for digits := map[int]int{4: 6, 8: 15}[size]; ; digits++ {
		s := fmt.Sprintf("%.*g", digits, x)
		if back, err := strconv.ParseFloat(s, 8*size); digits >= 17 || err == nil && back == x {
			return s
		}
	}
}

// xxdArgs turns the arguments of xxd, whose long options have one dash and count
// by their first letter, into those of getopt.
func xxdArgs(args []string) (out []string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) > 1 && a[0] == '-' && a[1] == '-' {
			a = a[1:]
		}
		if len(a) < 2 || a[0] != '-' {
			return append(append(out, "--"), args[i:]...)
		}
		if strings.IndexByte("cglson", a[1]) < 0 {
			out = append(out, a[:2])
			continue
		}
		value := a[2:]
		for _, long := range []string{"cols", "groupsize", "len", "seek", "offset", "name"} {
			if a[1:] == long {
				value = ""
			}
		}
		if out = append(out, a[:2]+value); value == "" && i+1 < len(args) {
			i++
			out = append(out, args[i])
		}
	}
	return out
}

// xxd is one run of xxd that dumps.
type xxd struct {
	t              *tool
	cols, group    int
	bits, little   bool
	upper, decimal bool
	skipZero       bool
	capital        bool
	at, shift      int64
	name           string
}

func xxdTool(t *tool) int {
	opts, names, bad := getopt(xxdArgs(t.args), "abCdEeic:g:l:n:o:prs:uv", nil)
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	x := xxd{t: t, cols: -1, group: -1}
	plain, include, reverse := false, false, false
	from, limit := "0", int64(math.MaxInt64)
	for _, o := range opts {
		switch o.name {
		case "c", "g", "l":
			n, ok := count(o.value)
			if !ok || o.name != "l" && n > maxDumpLine {
				t.say("invalid number of columns, group size or length: %s", clip(o.value))
				return 1
			}
			switch o.name {
			case "c":
				x.cols = int(n)
			case "g":
				x.group = int(n)
			case "l":
				limit = n
			}
		case "s":
			from = o.value
		case "o":
			n, ok := count(strings.TrimPrefix(o.value, "-"))
			if !ok {
				t.say("invalid offset: %s", clip(o.value))
				return 1
			}
			if x.shift = n; strings.HasPrefix(o.value, "-") {
				x.shift = -n
			}
		case "n":
			x.name = o.value
		case "a":
			x.skipZero = true
		case "b":
			x.bits = true
		case "C":
			x.capital = true
		case "d":
			x.decimal = true
		case "e":
			x.little = true
		case "i":
			include = true
		case "p":
			plain = true
		case "r":
			reverse = true
		case "u":
			x.upper = true
		}
	}
	if len(names) > 2 {
		return t.usage(1, "too many files")
	}
	if len(names) == 2 && names[1] != "-" {
		flags := 0
		if !reverse {
			flags = os.O_TRUNC
		}
		d, end, err := t.printTo(names[1], flags)
		if err != nil {
			t.say("%s: %s", names[1], errText(err))
			return 3
		}
		defer end()
		if reverse {
			return t.xxdFrom(names[0], plain, d)
		}
	}
	name := "-"
	if len(names) > 0 {
		name = names[0]
	}
	if reverse {
		return t.xxdFrom(name, plain, t.sh.fds[1])
	}
	f, err := t.open(name)
	if err != nil {
		t.say("%s: %s", name, errText(err))
		return 2
	}
	defer f.close()
	back := strings.HasPrefix(from, "-")
	n, ok := count(strings.TrimLeft(from, "+-"))
	if back && ok {
		info, err := t.sh.stat(name)
		if n = -n; err == nil {
			n += info.Size()
		}
	}
	if !ok || n < 0 || !skip(f, n) && back {
		t.say("Sorry, cannot seek.")
		return 4
	}
	x.at = n
	r := io.LimitReader(f, limit)
	switch {
	case plain:
		if x.cols < 0 {
			x.cols = 30
		}
		w := &wrapWriter{w: t.out, width: 2 * int64(x.cols)}
		var enc io.Writer = hex.NewEncoder(w)
		if x.upper {
			enc = hex.NewEncoder(upperWriter{w})
		}
		if err := t.copy(enc, r); err != nil {
			t.fail("%s", errText(err))
		}
		if w.col > 0 || x.cols == 0 {
			t.out.WriteByte('\n')
		}
	case include:
		if x.name == "" && name != "-" {
			x.name = name
		}
		x.include(r)
	default:
		x.dump(r)
	}
	return t.code
}

// upperWriter writes ASCII in capitals.
type upperWriter struct{ w io.Writer }

func (u upperWriter) Write(b []byte) (int, error) { return u.w.Write(bytes.ToUpper(b)) }

// include prints the bytes as an array of C.
func (x *xxd) include(r io.Reader) {
	t := x.t
	name := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '_'
	}, x.name)
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		name = "__" + name
	}
	length := name + "_len"
	if x.capital {
		name, length = strings.ToUpper(name), strings.ToUpper(length)
	}
	if name != "" {
		t.out.WriteString("unsigned char " + name + "[] = {\n")
	}
	cols, n := x.cols, 0
	if cols <= 0 {
		cols = 12
	}
	format := "0x%02x"
	if x.upper {
		format = "0X%02X"
	}
	buf := make([]byte, 4096)
	for {
		k, err := r.Read(buf)
		t.sh.spend(int64(k) * 4)
		for _, c := range buf[:k] {
			switch {
			case n == 0:
				t.out.WriteString("  ")
			case n%cols == 0:
				t.out.WriteString(",\n  ")
			default:
				t.out.WriteString(", ")
			}
			fmt.Fprintf(t.out, format, c)
			n++
		}
		if err != nil {
			break
		}
	}
	if n > 0 {
		t.out.WriteByte('\n')
	}
	if name != "" {
		fmt.Fprintf(t.out, "};\nunsigned int %s = %d;\n", length, n)
	}
}

// dump prints lines of an address, groups of bytes and their text.
func (x *xxd) dump(r io.Reader) {
	t := x.t
	digits := 2
	switch {
	case x.bits:
		digits = 8
		x.cols, x.group = orElse(x.cols, 6), orElse(x.group, 1)
	case x.little:
		x.cols, x.group = orElse(x.cols, 16), orElse(x.group, 4)
		if x.group&(x.group-1) != 0 {
			t.say("number of octets per group must be a power of 2 with -e.")
			t.code = 1
			return
		}
	}
	x.cols, x.group = orElse(x.cols, 16), orElse(x.group, 2)
	if x.cols == 0 {
		x.cols = 16
	}
	if x.group == 0 || x.group > x.cols && !x.little {
		x.group = x.cols
	}
	size := digits*x.group + 1 // of a group in print
	margin := (size*x.cols-1)/x.group + 2
	t.hold(int64(x.cols)*12 + 64)
	line := make([]byte, margin+x.cols)
	b := make([]byte, x.cols)
	zeros := 0
	hexDigits := "0123456789abcdef"
	if x.upper {
		hexDigits = "0123456789ABCDEF"
	}
	print := func(n int) {
		for i := range line {
			line[i] = ' '
		}
		for i, c := range b[:n] {
			place := i
			if x.little {
				place = i ^ (x.group - 1)
			}
			to := size*(place/x.group) + digits*(place%x.group)
			if to+digits <= margin {
				if x.bits {
					for bit := range 8 {
						line[to+bit] = '0' + c>>(7-bit)&1
					}
				} else {
					line[to], line[to+1] = hexDigits[c>>4], hexDigits[c&15]
				}
			}
			line[margin+i] = printable(c)
		}
		format := "%08x: %s\n"
		if x.decimal {
			format = "%08d: %s\n"
		}
		fmt.Fprintf(t.out, format, x.at+x.shift, line[:margin+n])
	}
	for {
		n, err := readFull(r, b)
		t.sh.spend(int64(n)*2 + 50)
		blank := x.skipZero && n == x.cols && err == nil && len(bytes.Trim(b[:n], "\x00")) == 0
		if blank {
			zeros++
		} else {
			zeros = 0
		}
		switch {
		case n == 0:
		case zeros < 2:
			print(n)
		case zeros == 2:
			t.out.WriteString("*\n")
		}
		if err != nil {
			return
		}
		x.at += int64(n)
	}
}

func orElse(n, other int) int {
	if n < 0 {
		return other
	}
	return n
}

// xxdFrom is xxd -r: the bytes that a dump shows, at the places it says.
func (t *tool) xxdFrom(name string, plain bool, out *desc) int {
	f, err := t.open(name)
	if err != nil {
		t.say("%s: %s", name, errText(err))
		return 2
	}
	defer f.close()
	if plain {
		return t.unhex(f)
	}
	var file *fileStream
	if out != nil {
		file = out.file()
	}
	at := int64(0)
	l := t.lines(f)
	room := t.sh.heldTemp
	for line, ok := l.next(); ok; line, ok = l.next() {
		t.sh.freeRoom(room)
		t.sh.room(int64(len(line)) * 3)
		where, rest, ok := strings.Cut(string(line), ":")
		to, err := strconv.ParseInt(strings.TrimSpace(where), 16, 64)
		if !ok || err != nil {
			continue
		}
		switch {
		case to == at:
		case file != nil && !file.append:
			_ = t.out.Flush()
			file.mu.Lock()
			file.off += to - at
			file.mu.Unlock()
		case to < at:
			t.say("sorry, cannot seek backwards.")
			return 5
		default:
			if err := t.copy(t.out, io.LimitReader(descReader{t.sh, newDesc(deviceStream{dev: devZero}, "/dev/zero")}, to-at)); err != nil {
				t.fail("%s", errText(err))
				return t.code
			}
		}
		at = to
		rest = strings.TrimPrefix(rest, " ")
		if i := strings.Index(rest, "  "); i >= 0 {
			rest = rest[:i]
		}
		rest = strings.ReplaceAll(rest, " ", "")
		b, err := hex.DecodeString(rest[:len(rest)&^1])
		_ = err // what is no digit ends the line
		t.out.Write(b)
		at += int64(len(b))
	}
	return t.code
}

// stringsTool prints the texts in files of any kind.
func stringsTool(t *tool) int {
	args := slices.Clone(t.args)
	for i, a := range args {
		if len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "0123456789") == "" {
			args[i] = "-n" + a[1:]
		}
	}
	opts, names, bad := getopt(args, "adfn:ot:we:s:", map[string]string{"all": "a", "data": "d", "print-file-name": "f", "bytes=": "n", "radix=": "t", "include-all-whitespace": "w", "encoding=": "e", "output-separator=": "s"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	least, radix, names1, space, sep := int64(4), byte(0), false, false, "\n"
	for _, o := range opts {
		switch o.name {
		case "n":
			n, ok := count(o.value)
			if !ok || n < 1 {
				t.say("invalid minimum string length %s", clip(o.value))
				return 1
			}
			least = n
		case "o":
			radix = 'o'
		case "t":
			if len(o.value) != 1 || strings.IndexByte("dox", o.value[0]) < 0 {
				return t.usage(1, "invalid radix %s", quoteName(clip(o.value)))
			}
			radix = o.value[0]
		case "e":
			if o.value != "s" && o.value != "S" {
				t.say("the encoding %s is not supported: s is", quoteName(clip(o.value)))
				return 1
			}
		case "f":
			names1 = true
		case "w":
			space = true
		case "s":
			sep = o.value
		}
	}
	t.inputs(names, func(f *file) {
		var run []byte
		at, shown := int64(0), false
		buf := make([]byte, 32<<10)
		for {
			n, err := f.Read(buf)
			t.sh.spend(int64(n))
			for _, c := range buf[:n] {
				at++
				switch text := c >= ' ' && c <= '~' || c == '\t' || space && c >= '\t' && c <= '\r'; {
				case text && shown:
					t.out.WriteByte(c)
				case text:
					if len(run) == cap(run) {
						t.hold(int64(max(len(run), 64)))
					}
					if run = append(run, c); int64(len(run)) == least {
						if names1 {
							t.out.WriteString(f.name + ": ")
						}
						if radix != 0 {
							t.out.WriteString(printfSpec{width: 7, prec: -1}.int(at-least, radix) + " ")
						}
						t.out.Write(run)
						shown = true
					}
				default:
					if shown {
						t.out.WriteString(sep)
					}
					run, shown = run[:0], false
				}
			}
			if err != nil {
				break
			}
		}
		if shown {
			t.out.WriteString(sep)
		}
	})
	return t.code
}
