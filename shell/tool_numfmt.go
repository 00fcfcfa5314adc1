package shell

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numfmtRun is one run of numfmt. Its numbers have the 64 bits of precision that those of
// the real one have.
type numfmtRun struct {
	t                *tool
	from, to         string
	fromUnit, toUnit *big.Float
	round, invalid   string
	suffix           string
	delim            string // "": blanks
	fields           ranges
	width            int // padding; less than 0: to the left
	zero             bool
	prec             int // -1: not said
	before, after    string
	end              byte
}

const (
	unitLetters = "KMGTPEZY"
	// numfmtDigits are what a number without a unit has at most.
	numfmtDigits = 18
	// maxNumfmtWidth bounds the padding.
	maxNumfmtWidth = 4096
)

func longFloat(v float64) *big.Float { return new(big.Float).SetPrec(64).SetFloat64(v) }

func tenTo(n int) *big.Float {
	f := longFloat(1)
	for range n {
		f.Mul(f, longFloat(10))
	}
	return f
}

// unitBase is what a letter of a scale multiplies by; 0: it has none.
func unitBase(scale string) float64 {
	switch scale {
	case "si":
		return 1000
	case "iec", "iec-i", "auto":
		return 1024
	}
	return 0
}

func numfmt(t *tool) int {
	opts, words, bad := getopt(t.args, "d:z", map[string]string{
		"to=": "", "from=": "", "suffix=": "", "padding=": "", "field=": "", "grouping": "", "delimiter=": "d", "header?": "", "format=": "", "round=": "",
		"from-unit=": "", "to-unit=": "", "invalid=": "", "zero-terminated": "z", "debug": "",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	n := numfmtRun{t: t, from: "none", to: "none", fromUnit: longFloat(1), toUnit: longFloat(1), round: "from-zero", invalid: "abort", prec: -1, end: '\n', fields: ranges{{1, 1}}}
	header, grouping, format := 0, false, false
	// What is not among the choices is complained of with all of them.
	choose := func(o option, choices ...string) bool {
		for _, c := range choices {
			if c == o.value {
				return true
			}
		}
		t.say("invalid argument %s for %s", quoteName(o.value), quoteName("--"+o.name))
		list := "Valid arguments are:\n"
		for _, c := range choices {
			list += "  - " + quoteName(c) + "\n"
		}
		_, _ = t.err.Write([]byte(list + "Try 'numfmt --help' for more information.\n"))
		return false
	}
	for _, o := range opts {
		num, err := strconv.Atoi(o.value)
		switch o.name {
		case "to":
			if n.to = o.value; !choose(o, "none", "si", "iec", "iec-i") {
				return 1
			}
		case "from":
			if n.from = o.value; !choose(o, "none", "auto", "si", "iec", "iec-i") {
				return 1
			}
		case "round":
			if n.round = o.value; !choose(o, "up", "down", "from-zero", "towards-zero", "nearest") {
				return 1
			}
		case "invalid":
			if n.invalid = o.value; !choose(o, "abort", "fail", "warn", "ignore") {
				return 1
			}
		case "from-unit", "to-unit":
			unit := o.value
			if unit != "" && !isDigit(unit[0]) {
				unit = "1" + unit
			}
			v, _, why := unitNumber(unit, "auto")
			if why != "" || v.Sign() <= 0 || !v.IsInt() {
				t.say("invalid unit size: %s", quoteName(o.value))
				return 1
			}
			if o.name == "to-unit" {
				n.toUnit = v
			} else {
				n.fromUnit = v
			}
		case "suffix":
			n.suffix = o.value
		case "padding":
			if err != nil || num == 0 || max(num, -num) > maxNumfmtWidth {
				t.say("invalid padding value %s", quoteName(o.value))
				return 1
			}
			n.width = num
		case "field":
			fields, ok := parseRanges(o.value)
			if o.value == "-" {
				fields, ok = ranges{{1, 1 << 30}}, true
			}
			if n.fields = fields; !ok {
				return t.usage(1, "fields are numbered from 1")
			}
		case "grouping":
			grouping = true
		case "header":
			if header = 1; o.value != "" {
				if header = num; err != nil || num < 1 {
					t.say("invalid header value %s", quoteName(o.value))
					return 1
				}
			}
		case "format":
			if format = true; !n.format(o.value) {
				return 1
			}
		case "d":
			if n.delim = o.value; len(n.delim) > 1 {
				t.say("the delimiter must be a single character")
				return 1
			}
		case "z":
			n.end = 0
		}
	}
	switch {
	case grouping && format:
		t.say("--grouping cannot be combined with --format")
		return 1
	case grouping && n.to != "none":
		t.say("grouping cannot be combined with --to")
		return 1
	}
	for _, w := range words {
		if !n.line(w) {
			return 2
		}
	}
	if len(words) > 0 {
		return t.code
	}
	l := t.lines(t.in)
	l.delim = n.end
	for b, ok := l.next(); ok; b, ok = l.next() {
		if header > 0 {
			header--
			t.out.Write(b)
			t.out.WriteByte(n.end)
		} else if !n.line(string(b)) {
			return 2
		}
	}
	return t.code
}

// format reads the value of --format.
func (n *numfmtRun) format(s string) bool {
	fail := func(format string) bool {
		n.t.say(format, quoteName(s))
		return false
	}
	i, text := 0, strings.Builder{}
	literal := func() { // up to the next directive
		for ; i < len(s); i++ {
			if s[i] == '%' {
				if i+1 == len(s) || s[i+1] != '%' {
					return
				}
				text.WriteByte('%') // both are printed
				i++
			}
			text.WriteByte(s[i])
		}
	}
	literal()
	if n.before = text.String(); i == len(s) {
		return fail("format %s has no %% directive")
	}
	width, left := 0, false
	for i++; i < len(s) && strings.IndexByte("0'- ", s[i]) >= 0; i++ {
		n.zero = n.zero || s[i] == '0'
		left = left || s[i] == '-'
	}
	number := func() (v int) {
		for ; i < len(s) && isDigit(s[i]); i++ {
			v = min(v*10+int(s[i]-'0'), maxNumfmtWidth+1)
		}
		return v
	}
	if width = number(); width > maxNumfmtWidth {
		return fail("invalid format %s (width overflow)")
	}
	if i < len(s) && s[i] == '.' {
		i++
		n.prec = number()
	}
	if i == len(s) {
		return fail("format %s ends in %%")
	}
	if s[i] != 'f' {
		return fail("invalid format %s, directive must be %%[0]['][-][N][.][N]f")
	}
	i++
	text.Reset()
	literal()
	if n.after = text.String(); i < len(s) {
		return fail("format %s has too many %% directives")
	}
	if width > 0 {
		if n.width = width; left {
			n.width, n.zero = -width, false
		}
	}
	return true
}

// line converts the fields of a line, and reports whether to go on.
func (n *numfmtRun) line(s string) bool {
	t := n.t
	t.sh.spend(700 + int64(len(s))/4)
	t.sh.room(int64(2 * len(s)))
	for field := 1; ; field++ {
		end := 0
		if n.delim != "" {
			if end = strings.Index(s, n.delim); end < 0 {
				end = len(s)
			}
		} else {
			for end < len(s) && isBlank(s[end]) {
				end++
			}
			for end < len(s) && !isBlank(s[end]) {
				end++
			}
		}
		text := s[:end]
		if n.fields.has(field) {
			out, why := n.convert(text, field)
			if why != "" {
				if n.invalid != "ignore" {
					t.say("%s", why)
				}
				if n.invalid == "abort" {
					return false
				}
				if out = text; n.invalid == "fail" {
					t.code = 2
				}
			}
			text = out
		}
		t.out.WriteString(text)
		if end == len(s) {
			break
		}
		if n.delim == "" {
			t.out.WriteByte(' ')
		} else {
			t.out.WriteString(n.delim)
		}
		s = s[end+1:]
	}
	t.out.WriteByte(n.end)
	return true
}

// convert is what a field becomes, or why it does not.
func (n *numfmtRun) convert(field string, number int) (out, why string) {
	text := strings.TrimLeft(field, " \t\n")
	bare := strings.TrimSuffix(text, n.suffix)
	if bare == "" {
		bare = text
	}
	v, digits, why := unitNumber(bare, n.from)
	if why != "" {
		return "", why
	}
	v.Mul(v, n.fromUnit)
	v.Quo(v, n.toUnit)
	width := n.width
	if width == 0 && n.delim == "" && (number > 1 || text != field) { // as wide as it was
		width = len(field)
	}
	if out, why = n.human(v, digits); why != "" {
		return "", why
	}
	out += n.suffix
	if pad := max(width, -width) - utf8.RuneCountInString(out); pad > 0 {
		if space := strings.Repeat(" ", pad); width < 0 {
			out += space
		} else {
			out = space + out
		}
	}
	return n.before + out + n.after, ""
}

// unitNumber reads a number with a unit of a scale. digits are those behind its point.
func unitNumber(s, scale string) (v *big.Float, digits int, why string) {
	invalid := "invalid number: " + quoteName(s)
	i := 0
	if strings.HasPrefix(s, "-") {
		i = 1
	}
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	whole := i - first
	if i < len(s) && s[i] == '.' {
		point := i
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
		if digits = i - point - 1; digits == 0 {
			return nil, 0, invalid
		}
	}
	if whole+digits == 0 || whole+digits > 64 {
		return nil, 0, invalid
	}
	v, _, err := big.ParseFloat(s[:i], 10, 64, big.ToNearestEven)
	if err != nil {
		return nil, 0, invalid
	}
	rest := strings.TrimLeft(s[i:], " \t")
	if rest == "" {
		return v, digits, ""
	}
	e := strings.IndexByte(unitLetters, rest[0]) + 1
	if e == 0 {
		return nil, 0, "invalid suffix in input: " + quoteName(s)
	}
	base := unitBase(scale)
	if base == 0 {
		return nil, 0, "rejecting suffix in input: " + quoteName(s) + " (consider using --from)"
	}
	rest = rest[1:]
	switch {
	case scale == "auto" && strings.HasPrefix(rest, "i"):
		rest = rest[1:]
	case scale == "auto":
		base = 1000
	case scale == "iec-i":
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "i"); !ok {
			return nil, 0, "missing 'i' suffix in input: " + quoteName(s) + " (e.g Ki/Mi/Gi)"
		}
	}
	if rest != "" {
		return nil, 0, "invalid suffix in input " + quoteName(s) + ": " + quoteName(rest)
	}
	for range e {
		v.Mul(v, longFloat(base))
	}
	return v, 0, ""
}

// rounded is a number as a whole one.
func (n *numfmtRun) rounded(v *big.Float) *big.Float {
	i, _ := v.Int(nil) // towards zero
	whole := new(big.Float).SetPrec(64).SetInt(i)
	rest := new(big.Float).SetPrec(64).Sub(v, whole)
	away := false
	switch n.round {
	case "up":
		away = rest.Sign() > 0
	case "down":
		away = rest.Sign() < 0
	case "from-zero":
		away = rest.Sign() != 0
	case "nearest":
		away = new(big.Float).Abs(rest).Cmp(longFloat(0.5)) >= 0
	}
	if away {
		whole.Add(whole, longFloat(float64(v.Sign())))
	}
	return whole
}

// zeros puts zeros before the digits of a number, up to the width.
func (n *numfmtRun) zeros(digits string) string {
	pad := n.width - len(digits)
	if !n.zero || pad <= 0 {
		return digits
	}
	rest, negative := strings.CutPrefix(digits, "-")
	if digits = strings.Repeat("0", pad) + rest; negative {
		digits = "-" + digits
	}
	return digits
}

// human is a number with a unit, if there is to be one.
func (n *numfmtRun) human(v *big.Float, digits int) (text, why string) {
	size := func(v *big.Float) *big.Float { return new(big.Float).Abs(v) }
	base := unitBase(n.to)
	if base == 0 {
		prec := digits
		if n.prec >= 0 {
			prec = n.prec
		}
		power := 0
		for w := size(v); w.Cmp(longFloat(10)) >= 0 && power <= numfmtDigits; power++ {
			w.Quo(w, longFloat(10))
		}
		switch {
		case power > numfmtDigits || prec == 0 && power == numfmtDigits:
			return "", "value too large to be printed: '" + v.Text('g', 6) + "' (consider using --to)"
		case power+prec > numfmtDigits:
			return "", "value/precision too large to be printed: '" + v.Text('g', 6) + "/" + strconv.Itoa(prec) + "' (consider using --to)"
		}
		unit := tenTo(prec)
		w := n.rounded(new(big.Float).SetPrec(64).Mul(v, unit))
		return n.zeros(w.Quo(w, unit).Text('f', prec)), ""
	}
	w, power := new(big.Float).SetPrec(64).Set(v), 0
	for size(w).Cmp(longFloat(base)) >= 0 && power <= len(unitLetters) {
		w.Quo(w, longFloat(base))
		power++
	}
	if power > len(unitLetters) {
		return "", "value too large to be printed: '" + v.Text('g', 6) + "' (cannot handle values > 999Y)"
	}
	adjust := 0
	if n.prec >= 0 {
		adjust = min(power*3, n.prec)
	} else if size(w).Cmp(longFloat(10)) < 0 {
		adjust = 1
	}
	unit := tenTo(adjust)
	w = n.rounded(w.Mul(w, unit))
	w.Quo(w, unit)
	if size(w).Cmp(longFloat(base)) >= 0 && power < len(unitLetters) {
		w.Quo(w, longFloat(base))
		power++
	}
	prec := n.prec
	if prec < 0 {
		prec = int(truth(w.Sign() != 0 && size(w).Cmp(longFloat(10)) < 0 && power > 0))
	}
	text = n.zeros(w.Text('f', min(prec, maxNumfmtWidth)))
	if power > 0 {
		text += unitLetters[power-1 : power]
		if n.to == "iec-i" {
			text += "i"
		}
	}
	return text, ""
}
