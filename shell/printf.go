package shell

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxWidth bounds the width and precision of a conversion.
const maxWidth = 1 << 20

// printf is the printf builtin.
func (sh *shell) printf(args []string) int {
	args = args[1:]
	dest := ""
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if args[0] == "--" {
			args = args[1:]
			break
		}
		if v, ok := strings.CutPrefix(args[0], "-v"); ok {
			args = args[1:]
			if v == "" {
				if len(args) == 0 {
					sh.complain("printf: -v: option requires an argument")
					return 2
				}
				v = args[0]
				args = args[1:]
			}
			dest = v
			continue
		}
		sh.complain("printf: %s: invalid option", clip(args[0]))
		return 2
	}
	if len(args) == 0 {
		sh.complain("printf: usage: printf [-v var] format [arguments]")
		return 2
	}
	f := formatter{sh: sh, args: args[1:], kept: dest != ""}
	for {
		before := len(f.args)
		f.format(args[0])
		if f.stop || len(f.args) == 0 || len(f.args) == before {
			break
		}
	}
	if dest != "" {
		if base, sub, ok := strings.Cut(dest, "["); ok {
			sh.setElement(base, strings.TrimSuffix(sub, "]"), f.b.String(), false)
		} else {
			sh.set(dest, f.b.String())
		}
		return f.status
	}
	if f.b.Len() > 0 && sh.printed(f.b.String()) != 0 {
		return 1
	}
	return f.status
}

// formatter fills a format of printf.
type formatter struct {
	sh     *shell
	args   []string
	b      strings.Builder
	status int
	stop   bool
	kept   bool // b is no output: the value of a variable
}

func (f *formatter) next() (string, bool) {
	if len(f.args) == 0 {
		return "", false
	}
	s := f.args[0]
	f.args = f.args[1:]
	return s, true
}

func (f *formatter) write(s string) {
	f.sh.room(int64(len(s)))
	f.sh.spend(5)
	f.b.WriteString(s)
}

// warn complains, after the lines that were printed before.
func (f *formatter) warn(format string, args ...any) {
	f.status = 1
	if text := f.b.String(); !f.kept && strings.Contains(text, "\n") {
		n := strings.LastIndexByte(text, '\n') + 1
		f.sh.printed(text[:n])
		f.b.Reset()
		f.b.WriteString(text[n:])
	}
	f.sh.complain("printf: %s", fmt.Sprintf(format, args...))
}

func (f *formatter) format(format string) {
	for i := 0; i < len(format) && !f.stop; {
		j := i
		for j < len(format) && format[j] != '%' && format[j] != '\\' {
			j++
		}
		f.write(format[i:j])
		if i = j; i == len(format) {
			return
		}
		if format[i] == '\\' {
			s, n := unescapeOne(format[i:], escapesC)
			if n == 2 && len(s) == 2 && strings.IndexByte("xuU", s[1]) >= 0 {
				digit := "unicode"
				if s[1] == 'x' {
					digit = "hex"
				}
				status := f.status // stays as it is
				f.warn("missing %s digit for \\%c", digit, s[1])
				f.status = status
			}
			f.write(s)
			i += n
			continue
		}
		i += f.conversion(format[i:])
	}
}

// printfSpec is a conversion of printf but for its letter.
type printfSpec struct {
	flags string
	width int
	prec  int // -1: none
}

// readSpec reads what stands before the letter of the conversion at the start of
// s, and how much of s that is. star is the value of a *; without it there are no
// arguments: neither * nor the sizes of C's types are read.
func readSpec(s string, star func() int) (spec printfSpec, n int) {
	n = 1
	for n < len(s) && strings.IndexByte("-+ #0'", s[n]) >= 0 {
		n++
	}
	spec.flags = s[1:n]
	number := func() int {
		if star != nil && n < len(s) && s[n] == '*' {
			n++
			return max(min(star(), math.MaxInt32), -math.MaxInt32)
		}
		v := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			v = min(v*10+int(s[n]-'0'), math.MaxInt32)
			n++
		}
		return v
	}
	if spec.width = number(); spec.width < 0 {
		spec.flags += "-"
		spec.width = -spec.width
	}
	spec.prec = -1
	if n < len(s) && s[n] == '.' {
		n++
		spec.prec = max(number(), -1)
	}
	for star != nil && n < len(s) && strings.IndexByte("hlLjzt", s[n]) >= 0 {
		n++
	}
	return spec, n
}

// room is what the text of the conversion takes at least, in bytes.
func (f printfSpec) room() int64 { return int64(f.width) + int64(max(f.prec, 0)) }

func (f printfSpec) tooWide() bool { return max(f.width, f.prec) > maxWidth }

func (f printfSpec) has(flag byte) bool { return strings.IndexByte(f.flags, flag) >= 0 }

// conversion handles the % at the start of s and returns its length.
func (f *formatter) conversion(s string) int {
	spec, i := readSpec(s, func() int {
		a, _ := f.next()
		n, _ := strconv.Atoi(a)
		return n
	})
	most := -1 // bytes of a text, as the width is; -1: all
	if i < len(s) && strings.IndexByte("sbqQ", s[i]) >= 0 {
		most, spec.prec = spec.prec, -1
	}
	if spec.tooWide() {
		f.warn("a width of more than %d is not supported", maxWidth)
		f.stop = true
		return len(s)
	}
	f.sh.room(spec.room())
	if i == len(s) {
		f.warn("`%s': missing format character", clip(s))
		f.stop = true
		return i
	}
	c := s[i]
	i++
	cut := func(text string) string {
		if most >= 0 && len(text) > most {
			return text[:most]
		}
		return text
	}
	switch c {
	case '%':
		f.write("%")
	case 's':
		a, _ := f.next()
		f.write(spec.padBytes(cut(a)))
	case 'b':
		a, _ := f.next()
		f.sh.room(int64(len(a)))
		out, more := unescapeText(a, escapesB)
		f.write(spec.padBytes(cut(out)))
		f.stop = !more
	case 'q':
		a, _ := f.next()
		f.write(spec.padBytes(cut(quoteWord(a))))
	case 'Q':
		a, _ := f.next()
		f.write(spec.padBytes(quoteWord(cut(a))))
	case 'c':
		a, _ := f.next()
		f.write(spec.pad((a + "\x00")[:1]))
	case 'd', 'i', 'u', 'o', 'x', 'X':
		a, ok := f.next()
		n := f.integer(a, ok)
		if big, err := strconv.ParseUint(a, 0, 64); err == nil && c != 'd' && c != 'i' {
			n = int64(big)
		}
		f.write(spec.int(n, c))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		a, ok := f.next()
		if x := longDouble(a); x != nil && strings.IndexByte("eEfF", c) >= 0 && !spec.has('#') {
			f.write(spec.float(x, c))
		} else {
			f.write(spec.float(f.float(a, ok), c))
		}
	case '(':
		end := strings.Index(s[i:], ")T")
		if end < 0 {
			f.warn("`(': invalid format character")
			f.stop = true
			return len(s)
		}
		a, ok := f.next()
		t := f.sh.sys.cfg.Now()
		if ok && a != "-1" && a != "-2" {
			t = time.Unix(f.integer(a, true), 0)
		}
		f.write(spec.pad(strftime(t.In(f.sh.zone()), s[i:i+end])))
		i += end + 2
	default:
		f.warn("`%c': invalid format character", c)
		f.stop = true
	}
	return i
}

// integer reads an argument of %d: a number, or a quote and a character.
func (f *formatter) integer(a string, given bool) int64 {
	if !given || a == "" {
		return 0
	}
	if a[0] == '\'' || a[0] == '"' {
		r, _ := utf8.DecodeRuneInString(a[1:])
		if len(a) == 1 {
			return 0
		}
		return int64(r)
	}
	s := strings.TrimLeft(a, " \t\n")
	n, used := parseInt(s)
	if used < len(s) {
		f.warn("%s: invalid number", clip(a))
	}
	return n
}

// parseInt reads a number as strtol with base 0 does, and how much of s it is.
func parseInt(s string) (n int64, used int) {
	i := 0
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	base := uint64(10)
	if strings.HasPrefix(s[i:], "0x") || strings.HasPrefix(s[i:], "0X") {
		base, i = 16, i+2
	} else if i < len(s) && s[i] == '0' {
		base = 8
	}
	var v uint64
	over := false
	start := i
	for ; i < len(s); i++ {
		d := uint64(99)
		switch c := s[i] | 0x20; {
		case s[i] >= '0' && s[i] <= '9':
			d = uint64(s[i] - '0')
		case c >= 'a' && c <= 'f':
			d = uint64(c-'a') + 10
		}
		if d >= base {
			break
		}
		if v > (math.MaxUint64-d)/base {
			over = true
		}
		v = v*base + d
	}
	if i == start {
		return 0, 0
	}
	switch {
	case neg && (over || v > 1<<63):
		return math.MinInt64, i
	case neg:
		return -int64(v), i
	case over || v > math.MaxInt64:
		return math.MaxInt64, i
	}
	return int64(v), i
}

// longDouble is a number as bash rounds it, which counts in 64 bits: 2.675 is not less
// than it says there. It is nil of what is not plainly a number.
func longDouble(a string) *big.Float {
	if a == "" || len(a) > 40 || strings.Trim(a, "0123456789.-+") != "" {
		return nil
	}
	x, _, err := big.ParseFloat(a, 10, 64, big.ToNearestEven)
	if err != nil {
		return nil
	}
	return x
}

func (f *formatter) float(a string, given bool) float64 {
	if !given || a == "" {
		return 0
	}
	if a[0] == '\'' || a[0] == '"' {
		return float64(f.integer(a, true))
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(a), 64)
	if err != nil {
		n, used := parseInt(a)
		if used == len(a) {
			return float64(n)
		}
		f.warn("%s: invalid number", clip(a))
		for j := len(a) - 1; j > 0; j-- {
			if x, err := strconv.ParseFloat(a[:j], 64); err == nil {
				return x
			}
		}
		return 0
	}
	return x
}

// formatFloat is a number as the conversion c of printf writes it.
func (f printfSpec) float(x any, c byte) string {
	flags := strings.ReplaceAll(f.flags, "'", "")
	if f.has('-') {
		flags = strings.ReplaceAll(flags, "0", "")
	}
	verb := "%" + flags
	if f.width != 0 {
		verb += strconv.Itoa(f.width)
	}
	prec := f.prec
	if prec < 0 {
		prec = 6
	}
	if n, ok := x.(float64); ok && (math.IsInf(n, 0) || math.IsNaN(n)) {
		return f.endless(n, c)
	}
	switch c {
	case 'a':
		c = 'x'
	case 'A':
		c = 'X'
	}
	return fmt.Sprintf(verb+"."+strconv.Itoa(prec)+string(c), x)
}

// endless writes a number that has no digits.
func (f printfSpec) endless(n float64, c byte) string {
	text := "nan"
	switch {
	case math.IsInf(n, -1):
		text = "-inf"
	case math.IsInf(n, 1) && f.has('+'):
		text = "+inf"
	case math.IsInf(n, 1):
		text = "inf"
	}
	if c < 'a' {
		text = strings.ToUpper(text)
	}
	f.flags = strings.ReplaceAll(f.flags, "0", "")
	return f.pad(text)
}

func (f printfSpec) int(n int64, c byte) string {
	var digits string
	sign := ""
	switch c {
	case 'd', 'i':
		if n < 0 {
			sign = "-"
			digits = strconv.FormatUint(-uint64(n), 10)
		} else {
			digits = strconv.FormatInt(n, 10)
			if f.has('+') {
				sign = "+"
			} else if f.has(' ') {
				sign = " "
			}
		}
	case 'u':
		digits = strconv.FormatUint(uint64(n), 10)
	case 'o':
		digits = strconv.FormatUint(uint64(n), 8)
		if f.has('#') && n != 0 {
			sign = "0"
		}
	case 'x', 'X':
		digits = strconv.FormatUint(uint64(n), 16)
		if f.has('#') && n != 0 {
			sign = "0x"
		}
		if c == 'X' {
			digits, sign = strings.ToUpper(digits), strings.ToUpper(sign)
		}
	}
	if n == 0 && f.prec == 0 {
		digits = ""
	}
	if len(digits) < f.prec {
		digits = strings.Repeat("0", f.prec-len(digits)) + digits
	}
	left := f.has('-')
	if fill := f.width - len(sign) - len(digits); fill > 0 {
		switch {
		case left:
			return sign + digits + strings.Repeat(" ", fill)
		case f.has('0') && f.prec < 0:
			return sign + strings.Repeat("0", fill) + digits
		default:
			return strings.Repeat(" ", fill) + sign + digits
		}
	}
	return sign + digits
}

// quoteWord quotes as printf %q does.
func quoteWord(s string) string {
	if s == "" {
		return "''"
	}
	var b strings.Builder
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return quoteC(s)
		}
		if strings.ContainsRune(" \"'\\$`|&;<>()*?[]!{}^,", r) || b.Len() == 0 && (r == '#' || r == '~') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// padBytes fills a text to the width, in bytes.
func (f printfSpec) padBytes(s string) string {
	f.width -= len(s) - utf8.RuneCountInString(s)
	return f.pad(s)
}

// pad fills a text to the width, in characters.
func (f printfSpec) pad(s string) string {
	n := f.width - utf8.RuneCountInString(s)
	switch {
	case n <= 0:
		return s
	case f.has('-'):
		return s + strings.Repeat(" ", n)
	}
	return strings.Repeat(" ", n) + s
}
