package shell

import (
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// builtin reads a call of a function of awk.
func (p *awkParser) builtin() awkExpr {
	name := p.text
	p.next()
	p.nodes += 4
	var args []awkExpr
	if p.is("(") {
		args = p.args()
	} else if name != "length" {
		p.bad()
	}
	n := awkBuiltins[name]
	if len(args) < n[0] || len(args) > n[1] {
		p.fail(strconv.Itoa(len(args)) + " is invalid as number of arguments for " + name)
	}
	arg := func(i int) awkEval { return args[i].eval }
	num := func(f func(a *awk, x float64) float64) awkExpr {
		x := arg(0)
		return awkExpr{eval: func(a *awk) awkValue { return awkNumber(f(a, x(a).num())) }}
	}
	value := func(eval awkEval) awkExpr { return awkExpr{eval: eval} }
	switch name {
	case "length":
		if len(args) == 0 {
			return value(func(a *awk) awkValue { return awkNumber(float64(a.runes(a.record()))) })
		}
		e := args[0]
		return value(func(a *awk) awkValue {
			if arr := a.arrayIf(&e); arr != nil {
				return awkNumber(float64(len(arr.cells)))
			}
			return awkNumber(float64(a.runes(a.text(e.eval(a)))))
		})
	case "substr":
		return value(func(a *awk) awkValue {
			s, from := a.text(arg(0)(a)), arg(1)(a).num()
			length := math.Inf(1)
			if len(args) == 3 {
				length = arg(2)(a).num()
			}
			return awkValue{s: a.substr(s, from, length), kind: awkStr, part: true}
		})
	case "index":
		return value(func(a *awk) awkValue {
			s, t := a.text(arg(0)(a)), a.text(arg(1)(a))
			a.t.sh.spend(int64(len(s)) / 16)
			i := strings.Index(s, t)
			if i < 0 {
				return awkNumber(0)
			}
			return awkNumber(float64(a.runes(s[:i]) + 1))
		})
	case "split":
		arr := p.arrayOf(args[1])
		var seps func(*awk) *awkArray
		if len(args) > 3 {
			seps = p.arrayOf(args[3])
		}
		return value(func(a *awk) awkValue {
			s := a.text(arg(0)(a))
			sep := &a.fsep
			if len(args) > 2 {
				sep = a.separator(&args[2])
			}
			n := a.spread(arr(a), a.pieces(s, sep))
			if seps != nil {
				a.between(seps(a), s, sep)
			}
			return n
		})
	case "patsplit":
		arr := p.arrayOf(args[1])
		return value(func(a *awk) awkValue {
			s := a.text(arg(0)(a))
			re := a.regex(a.fpat)
			if len(args) > 2 {
				re = awkRegex(args[2])(a)
			}
			return a.spread(arr(a), a.byContent(s, re))
		})
	case "sub", "gsub":
		re := awkRegex(args[0])
		with := arg(1)
		target := awkExpr{form: formField, field: func(*awk) awkValue { return awkNumber(0) }, eval: func(a *awk) awkValue { return awkString(a.record()) }}
		if len(args) == 3 {
			target = args[2]
		}
		most := 1
		if name == "gsub" {
			most = -1
		}
		return value(func(a *awk) awkValue {
			r, repl := re(a), a.text(with(a))
			old := a.text(target.eval(a))
			s, n := a.replace(r, old, repl, most)
			if n > 0 && (target.form == formVar || target.form == formField || target.form == formIndex) {
				a.assign(&target, awkString(s))
			}
			return awkNumber(float64(n))
		})
	case "gensub":
		re := awkRegex(args[0])
		return value(func(a *awk) awkValue {
			r, repl, how := re(a), a.text(arg(1)(a)), arg(2)(a)
			s := a.record()
			if len(args) == 4 {
				s = a.text(arg(3)(a))
			}
			which := -1
			if h := a.text(how); h == "" || h[0]|0x20 != 'g' {
				which = max(int(how.num()), 1)
			}
			return awkString(a.gensub(r, s, repl, which))
		})
	case "match":
		re := awkRegex(args[1])
		var arr func(*awk) *awkArray
		if len(args) == 3 {
			arr = p.arrayOf(args[2])
		}
		return value(func(a *awk) awkValue { return a.match(a.text(arg(0)(a)), re(a), arr) })
	case "sprintf":
		evals := make([]awkEval, len(args))
		for i := range args {
			evals[i] = arg(i)
		}
		return value(func(a *awk) awkValue { return awkString(a.sprintf(evals)) })
	case "sin":
		return num(func(_ *awk, x float64) float64 { return math.Sin(x) })
	case "cos":
		return num(func(_ *awk, x float64) float64 { return math.Cos(x) })
	case "exp":
		return num(func(_ *awk, x float64) float64 { return math.Exp(x) })
	case "log":
		return num(func(_ *awk, x float64) float64 {
			if x < 0 {
				return math.Copysign(math.NaN(), -1)
			}
			return math.Log(x)
		})
	case "sqrt":
		return num(func(_ *awk, x float64) float64 {
			if x < 0 {
				return math.Copysign(math.NaN(), -1)
			}
			return math.Sqrt(x)
		})
	case "int":
		return num(func(_ *awk, x float64) float64 { return math.Trunc(x) })
	case "atan2":
		return value(func(a *awk) awkValue {
			y := arg(0)(a).num()
			return awkNumber(math.Atan2(y, arg(1)(a).num()))
		})
	case "rand":
		return value(func(a *awk) awkValue { return awkNumber(a.rand()) })
	case "srand":
		return value(func(a *awk) awkValue {
			old := a.seed
			a.seed = float64(a.t.sh.sys.cfg.Now().Unix())
			if len(args) == 1 {
				a.seed = arg(0)(a).num()
			}
			a.random = math.Float64bits(a.seed) ^ 0x9e3779b97f4a7c15
			return awkNumber(old)
		})
	case "tolower", "toupper":
		f := strings.ToLower
		if name == "toupper" {
			f = strings.ToUpper
		}
		return value(func(a *awk) awkValue {
			s := a.text(arg(0)(a))
			a.room(len(s))
			return awkString(f(s))
		})
	case "system":
		return awkNumeric(func(a *awk) float64 { return float64(a.system(a.text(arg(0)(a)))) })
	case "close":
		return awkNumeric(func(a *awk) float64 { return float64(a.close(a.text(arg(0)(a)))) })
	case "fflush":
		return awkNumeric(func(a *awk) float64 {
			a.flush()
			return 0
		})
	case "systime":
		return awkNumeric(func(a *awk) float64 { return float64(a.t.sh.sys.cfg.Now().Unix()) })
	case "strftime":
		return value(func(a *awk) awkValue {
			format, when, zone := "%a %b %e %H:%M:%S %Z %Y", a.t.sh.sys.cfg.Now(), a.t.sh.zone()
			if len(args) > 0 {
				format = a.text(arg(0)(a))
			}
			if len(args) > 1 {
				when = time.Unix(int64(arg(1)(a).num()), 0)
			}
			if len(args) > 2 && arg(2)(a).truth() {
				zone = time.UTC
			}
			if len(format) > 4096 {
				a.fatal("strftime: a format of %d bytes is longer than 4096", len(format))
			}
			a.t.sh.spend(int64(len(format)) * 20)
			return awkString(strftime(when.In(zone), format))
		})
	case "mktime":
		return awkNumeric(func(a *awk) float64 {
			var f [6]int
			words := strings.Fields(a.text(arg(0)(a)))
			if len(words) < 6 {
				return -1
			}
			for i := range f {
				f[i] = int(awkString(words[i]).num())
			}
			zone := a.t.sh.zone()
			if len(args) > 1 && arg(1)(a).truth() {
				zone = time.UTC
			}
			return float64(time.Date(f[0], time.Month(f[1]), f[2], f[3], f[4], f[5], 0, zone).Unix())
		})
	case "and", "or", "xor":
		return awkNumeric(func(a *awk) float64 {
			x := uint64(arg(0)(a).num())
			for i := 1; i < len(args); i++ {
				y := uint64(arg(i)(a).num())
				switch name {
				case "and":
					x &= y
				case "or":
					x |= y
				default:
					x ^= y
				}
			}
			return float64(x)
		})
	case "lshift", "rshift":
		return awkNumeric(func(a *awk) float64 {
			x, n := uint64(arg(0)(a).num()), uint64(arg(1)(a).num())
			if name == "lshift" {
				return float64(x << n)
			}
			return float64(x >> n)
		})
	case "compl":
		return num(func(_ *awk, x float64) float64 { return float64(^uint64(x) & (1<<53 - 1)) })
	case "strtonum":
		return value(func(a *awk) awkValue {
			v := arg(0)(a)
			s := strings.TrimSpace(a.text(v))
			if len(s) > 1 && s[0] == '0' && v.kind != awkNum {
				if n, used := parseInt(s); used == len(s) {
					return awkNumber(float64(n))
				}
			}
			return awkNumber(v.num())
		})
	case "asort", "asorti":
		src := p.arrayOf(args[0])
		dest := src
		if len(args) > 1 {
			dest = p.arrayOf(args[1])
		}
		return value(func(a *awk) awkValue {
			how := "@val_type_asc"
			if name == "asorti" {
				how = "@ind_str_asc"
			}
			if len(args) == 3 {
				how = a.text(arg(2)(a))
			}
			cells := a.sorted(src(a), how)
			values := make([]awkValue, len(cells))
			for i, c := range cells {
				if values[i] = c.v; name == "asorti" {
					values[i] = awkString(c.key)
				}
			}
			return a.spreadValues(dest(a), values)
		})
	case "isarray":
		e := args[0]
		return value(func(a *awk) awkValue { return awkBool(a.arrayIf(&e) != nil) })
	case "typeof":
		e := args[0]
		return value(func(a *awk) awkValue {
			switch {
			case e.form == formRegex:
				return awkString("regexp")
			case a.arrayIf(&e) != nil:
				return awkString("array")
			}
			switch e.eval(a).kind {
			case awkNum:
				return awkString("number")
			case awkStr:
				return awkString("string")
			case awkStrNum:
				return awkString("strnum")
			}
			if e.form == formVar {
				return awkString("untyped")
			}
			return awkString("unassigned")
		})
	}
	p.bad()
	return awkExpr{}
}

// awkNumeric is an expression that is a number.
func awkNumeric(f func(a *awk) float64) awkExpr {
	return awkExpr{eval: func(a *awk) awkValue { return awkNumber(f(a)) }}
}

// arrayIf is the array that an expression is, or nil.
func (a *awk) arrayIf(e *awkExpr) *awkArray {
	switch e.form {
	case formVar:
		x := e.v(a)
		for x.arr == nil && x.from != nil {
			x = x.from
		}
		return x.arr
	case formIndex:
		if c := e.base(a).cells[e.key(a)]; c != nil {
			return c.sub
		}
	}
	return nil
}

// runes is the length of s in characters.
func (a *awk) runes(s string) int {
	a.t.sh.spend(int64(len(s)) / 32)
	return utf8.RuneCountInString(s)
}

// substr is what substr returns: places count from 1; as
// GNU awk does, one before that is the first.
func (a *awk) substr(s string, from, length float64) string {
	if math.IsNaN(from) || math.IsNaN(length) {
		return ""
	}
	lo := max(math.Trunc(from), 1)
	hi := lo + math.Trunc(length)
	if hi <= lo || lo > float64(len(s)) {
		return ""
	}
	a.t.sh.spend(int64(len(s)) / 32)
	first, last := int(lo)-1, int(min(hi, float64(len(s)+1)))-1
	ascii := true
	for i := range min(len(s), last) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s[first:min(last, len(s))]
	}
	n, start := 0, len(s)
	for i := range s {
		if n == first {
			start = i
		}
		if n == last {
			return s[min(start, i):i]
		}
		n++
	}
	return s[start:]
}

// spread puts the pieces of a string into an array.
func (a *awk) spread(arr *awkArray, pieces []string) awkValue {
	a.clear(arr)
	for i, s := range pieces {
		a.t.sh.spend(15)
		a.store(&a.at(arr, strconv.Itoa(i+1)).v, awkInput(s))
	}
	return awkNumber(float64(len(pieces)))
}

// between stores what separates the pieces of s; at blanks, what is around them too.
func (a *awk) between(arr *awkArray, s string, sep *awkSep) {
	a.clear(arr)
	put := func(n int, text string) {
		a.t.sh.spend(15)
		a.store(&a.at(arr, strconv.Itoa(n)).v, awkString(text))
	}
	expr, first := sep.re, 1
	switch sep.how {
	case ' ':
		expr = `[ \t\n]+`
		if strings.IndexAny(s, " \t\n") == 0 {
			first = 0
		}
	case 'c':
		expr = regexp.QuoteMeta(string([]byte{sep.char}))
	case 0:
		for i := 1; i < utf8.RuneCountInString(s); i++ {
			put(i, "")
		}
		return
	}
	for _, m := range a.t.sh.matches(a.regex(expr), []byte(s), -1) {
		if m[1] > m[0] {
			put(first, s[m[0]:m[1]])
			first++
		}
	}
}

func (a *awk) spreadValues(arr *awkArray, values []awkValue) awkValue {
	a.clear(arr)
	for i, v := range values {
		a.t.sh.spend(15)
		a.store(&a.at(arr, strconv.Itoa(i+1)).v, v)
	}
	return awkNumber(float64(len(values)))
}

// splice puts what with writes in the place of each match in s.
func (a *awk) splice(s string, at [][]int, with func(b *strings.Builder, m []int)) string {
	if len(at) == 0 {
		return s
	}
	var b strings.Builder
	end := 0
	for _, m := range at {
		a.t.sh.spend(10)
		b.WriteString(s[end:m[0]])
		with(&b, m)
		end = m[1]
		a.roomFor(&b)
	}
	b.WriteString(s[end:])
	a.room(b.Len())
	return b.String()
}

// replace is sub and gsub.
func (a *awk) replace(re *regex, s, repl string, most int) (string, int) {
	at := a.t.sh.matches(re, []byte(s), most)
	plain := !strings.ContainsAny(repl, `\&`)
	return a.splice(s, at, func(b *strings.Builder, m []int) {
		if plain {
			b.WriteString(repl)
		} else {
			a.replacement(b, repl, s[m[0]:m[1]])
		}
	}), len(at)
}

// roomFor ends a replacement that outgrows what there is, before it is complete.
func (a *awk) roomFor(b *strings.Builder) {
	if b.Len() > 1<<20 && int64(b.Len()) > a.t.sh.sys.cfg.Budget.MemoryLeft() {
		a.room(b.Len())
	}
}

// replacement writes what a match becomes: & is the match, \& an ampersand.
func (a *awk) replacement(b *strings.Builder, repl, match string) {
	for i := 0; i < len(repl); i++ {
		switch c := repl[i]; {
		case c == '\\' && i+1 < len(repl) && repl[i+1] == '&':
			b.WriteByte('&')
			i++
		case c == '\\' && strings.HasPrefix(repl[i+1:], `\&`), c == '\\' && strings.HasPrefix(repl[i+1:], `\\&`):
			b.WriteByte('\\')
			i++
		case c == '&':
			b.WriteString(match)
			a.roomFor(b)
		default:
			b.WriteByte(c)
		}
	}
}

// gensub replaces one match, or all, with groups in the replacement.
func (a *awk) gensub(re *regex, s, repl string, which int) string {
	at := a.t.sh.matches(re, []byte(s), which)
	if which > len(at) {
		return s
	}
	if which > 0 {
		at = at[which-1 : which]
	}
	return a.splice(s, at, func(b *strings.Builder, m []int) {
		for i := 0; i < len(repl); i++ {
			c := repl[i]
			group := -1
			switch {
			case c == '&':
				group = 0
			case c == '\\' && i+1 < len(repl):
				i++
				c = repl[i]
				if c >= '0' && c <= '9' {
					group = int(c - '0')
				}
			}
			switch {
			case group < 0:
				b.WriteByte(c)
			case 2*group+1 < len(m) && m[2*group] >= 0:
				b.WriteString(s[m[2*group]:m[2*group+1]])
				a.roomFor(b)
			}
		}
	})
}

func (a *awk) match(s string, re *regex, groups func(*awk) *awkArray) awkValue {
	m := a.t.sh.find(re, s)
	start, length := 0, -1
	if m != nil {
		start, length = a.runes(s[:m[0]])+1, a.runes(s[m[0]:m[1]])
	}
	a.store(&a.globals[awkRSTART].v, awkNumber(float64(start)))
	a.store(&a.globals[awkRLENGTH].v, awkNumber(float64(length)))
	if groups != nil {
		arr := groups(a)
		a.clear(arr)
		for i := 0; 2*i < len(m); i++ {
			if m[2*i] < 0 {
				continue
			}
			k := strconv.Itoa(i)
			a.store(&a.at(arr, k).v, awkInput(s[m[2*i]:m[2*i+1]]))
			a.store(&a.at(arr, k+a.subsep+"start").v, awkNumber(float64(a.runes(s[:m[2*i]])+1)))
			a.store(&a.at(arr, k+a.subsep+"length").v, awkNumber(float64(a.runes(s[m[2*i]:m[2*i+1]]))))
		}
	}
	return awkNumber(float64(start))
}

func (a *awk) rand() float64 {
	a.random ^= a.random << 13
	a.random ^= a.random >> 7
	a.random ^= a.random << 17
	return float64(a.random>>11) / (1 << 53)
}

// keys are the subscripts of an array, in the order that PROCINFO["sorted_in"] asks for.
func (a *awk) keys(arr *awkArray) []string {
	how := ""
	if info := a.globals[awkPROCINFO].arr; info != nil {
		if c := info.cells["sorted_in"]; c != nil {
			how = a.text(c.v)
		}
	}
	cells := a.sorted(arr, how)
	keys := make([]string, len(cells))
	a.room(16 * len(cells))
	for i, c := range cells {
		keys[i] = c.key
	}
	return keys
}

// sorted are the elements of an array in an order that has a name: of the
// language, or of a function of the program.
func (a *awk) sorted(arr *awkArray, how string) []*awkCell {
	cells := make([]*awkCell, 0, len(arr.cells))
	a.room(8 * len(arr.cells))
	for c := arr.first; c != nil; c = c.next {
		a.t.sh.spend(5)
		cells = append(cells, c)
	}
	if how == "" || how == "@unsorted" {
		return cells
	}
	rank := func(c *awkCell) int {
		switch {
		case c.sub != nil:
			return 2
		case c.v.kind == awkStr:
			return 1
		}
		return 0
	}
	order := func(x, y *awkCell) int { return 0 }
	number := func(x, y float64) int {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	base := strings.TrimSuffix(strings.TrimSuffix(how, "_asc"), "_desc")
	switch base {
	case "@ind_str":
		order = func(x, y *awkCell) int { return strings.Compare(x.key, y.key) }
	case "@ind_num":
		order = func(x, y *awkCell) int {
			if n := number(awkString(x.key).num(), awkString(y.key).num()); n != 0 {
				return n
			}
			return strings.Compare(x.key, y.key)
		}
	case "@val_str":
		order = func(x, y *awkCell) int { return strings.Compare(a.text(x.v), a.text(y.v)) }
	case "@val_num":
		order = func(x, y *awkCell) int { return number(x.v.num(), y.v.num()) }
	case "@val_type":
		order = func(x, y *awkCell) int {
			if n := rank(x) - rank(y); n != 0 {
				return n
			}
			return a.compare(x.v, y.v)
		}
	default:
		f := a.prog.funcs[how]
		if f == nil || !f.defined || len(f.params) != 4 {
			a.fatal("sort comparison function `%s' is not defined with four parameters", how)
		}
		order = func(x, y *awkCell) int {
			v := a.callValues(f, awkInput(x.key), x.v, awkInput(y.key), y.v)
			return number(v.num(), 0)
		}
	}
	desc := strings.HasSuffix(how, "_desc")
	// A function of the program may say anything: sort takes that.
	sort.SliceStable(cells, func(i, j int) bool {
		a.t.sh.spend(30)
		n := order(cells[i], cells[j])
		if desc {
			return n > 0
		}
		return n < 0
	})
	return cells
}

// sprintf fills a format with the values of what follows it.
func (a *awk) sprintf(list []awkEval) string {
	format := a.text(list[0](a))
	args := make([]awkValue, len(list)-1)
	for i, e := range list[1:] {
		args[i] = e(a)
	}
	return a.format(format, args)
}

// format is printf's.
func (a *awk) format(format string, args []awkValue) string {
	var b strings.Builder
	next := func() awkValue {
		if len(args) == 0 {
			a.fatal("not enough arguments to satisfy format string `%s'", clip(format))
		}
		v := args[0]
		args = args[1:]
		return v
	}
	for i := 0; i < len(format); {
		j := strings.IndexByte(format[i:], '%')
		if j < 0 {
			b.WriteString(format[i:])
			break
		}
		b.WriteString(format[i : i+j])
		start := i + j
		spec, n := readSpec(format[start:], func() int { return int(max(min(next().num(), math.MaxInt32), -math.MaxInt32)) })
		if spec.tooWide() {
			a.fatal("a width of more than %d is not supported", maxWidth)
		}
		a.room(int(spec.room()))
		if i = start + n; i == len(format) {
			b.WriteString(format[start:])
			break
		}
		c := format[i]
		i++
		switch c {
		case '%':
			b.WriteByte('%')
		case 'd', 'i', 'o', 'x', 'X', 'u':
			n := math.Trunc(next().num())
			switch {
			case math.IsNaN(n) || math.IsInf(n, 0):
				b.WriteString(spec.pad(a.numText(n, "")))
			case math.Abs(n) >= 1<<63:
				b.WriteString(spec.pad(strconv.FormatFloat(n, 'f', 0, 64)))
			case n < 0:
				b.WriteString(spec.int(int64(n), 'd'))
			default:
				b.WriteString(spec.int(int64(n), c))
			}
		case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
			n := next().num()
			if math.IsNaN(n) || math.IsInf(n, 0) {
				b.WriteString(spec.pad(a.numText(n, "")))
				break
			}
			b.WriteString(spec.float(n, c))
		case 'c':
			v := next()
			s := ""
			if v.kind == awkNum || v.kind == awkStrNum {
				if n := v.num(); n >= 0 && n < utf8.RuneSelf {
					s = string([]byte{byte(n)})
				} else {
					s = string(rune(int32(int64(n))))
				}
			} else if _, size := utf8.DecodeRuneInString(v.s); size > 0 {
				s = v.s[:size]
			}
			b.WriteString(spec.pad(s))
		case 's':
			s := a.text(next())
			if spec.prec >= 0 {
				s = a.substr(s, 1, float64(spec.prec))
			}
			b.WriteString(spec.pad(s))
		default:
			b.WriteString(format[start:i])
		}
		a.t.sh.spend(10)
		a.roomFor(&b)
	}
	a.room(b.Len())
	return b.String()
}

// awkSep is how a string is cut into fields.
type awkSep struct {
	how  byte // ' ': at blanks, 'c': at a byte, 0: each character, 'r': a regular expression
	char byte
	re   string
}

func awkSeparator(fs string) awkSep {
	switch {
	case fs == " ":
		return awkSep{how: ' '}
	case fs == "":
		return awkSep{}
	case len(fs) == 1 && fs != `\`:
		return awkSep{how: 'c', char: fs[0]}
	case fs == `\`:
		return awkSep{how: 'c', char: '\\'}
	}
	return awkSep{how: 'r', re: fs}
}

// separator is the third argument of split.
func (a *awk) separator(e *awkExpr) *awkSep {
	if e.form == formRegex {
		return &awkSep{how: 'r', re: e.re}
	}
	s := awkSeparator(a.text(e.eval(a)))
	return &s
}

// pieces cuts a string at separators. The result is good until the next call.
func (a *awk) pieces(s string, sep *awkSep) []string {
	out := a.cut[:0]
	a.t.sh.spend(int64(len(s)) / 4)
	add := func(piece string) {
		if len(out) == cap(out) {
			a.t.hold(16 * int64(max(cap(out), 16)))
		}
		out = append(out, piece)
	}
	lines := a.paragraphs && sep == &a.fsep
	switch {
	case s == "":
	case sep.how == ' ':
		for i := 0; i < len(s); {
			for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n') {
				i++
			}
			j := i
			for j < len(s) && s[j] != ' ' && s[j] != '\t' && s[j] != '\n' {
				j++
			}
			if j > i {
				add(s[i:j])
			}
			i = j
		}
	case sep.how == 'c' && !lines:
		for {
			i := strings.IndexByte(s, sep.char)
			if i < 0 {
				break
			}
			add(s[:i])
			s = s[i+1:]
		}
		add(s)
	case sep.how == 'c':
		for {
			i := strings.IndexAny(s, string([]byte{sep.char, '\n'}))
			if i < 0 {
				break
			}
			add(s[:i])
			s = s[i+1:]
		}
		add(s)
	case sep.how == 0:
		for len(s) > 0 {
			_, n := utf8.DecodeRuneInString(s)
			add(s[:n])
			s = s[n:]
		}
	default:
		expr := sep.re
		if lines {
			expr = "(" + expr + ")|\n"
		}
		end := 0
		for _, m := range a.t.sh.matches(a.regex(expr), []byte(s), -1) {
			if m[1] == m[0] {
				continue
			}
			add(s[end:m[0]])
			end = m[1]
		}
		add(s[end:])
	}
	a.cut = out
	return out
}

// byContent are the pieces that an expression matches.
func (a *awk) byContent(s string, re *regex) []string {
	out := a.cut[:0]
	for _, m := range a.t.sh.matches(re, []byte(s), -1) {
		out = append(out, s[m[0]:m[1]])
	}
	a.cut = out
	return out
}

// byWidth are pieces of given widths.
func (a *awk) byWidth(s string) []string {
	out := a.cut[:0]
	for _, w := range strings.Fields(a.widths) {
		n := int(awkString(w).num())
		if s == "" || n <= 0 {
			break
		}
		piece := a.substr(s, 1, float64(n))
		if w == "*" {
			piece = s
		}
		out = append(out, piece)
		s = s[len(piece):]
	}
	a.cut = out
	return out
}

var awkSpecials = []string{"NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "SUBSEP", "CONVFMT", "OFMT", "IGNORECASE", "FPAT", "FIELDWIDTHS", "RSTART", "RLENGTH", "FILENAME", "RT", "ENVIRON", "ARGC", "ARGV", "PROCINFO", "ERRNO"}

var (
	awkRSTART   = slices.Index(awkSpecials, "RSTART")
	awkRLENGTH  = slices.Index(awkSpecials, "RLENGTH")
	awkFILENAME = slices.Index(awkSpecials, "FILENAME")
	awkRT       = slices.Index(awkSpecials, "RT")
	awkENVIRON  = slices.Index(awkSpecials, "ENVIRON")
	awkARGC     = slices.Index(awkSpecials, "ARGC")
	awkARGV     = slices.Index(awkSpecials, "ARGV")
	awkPROCINFO = slices.Index(awkSpecials, "PROCINFO")
	awkERRNO    = slices.Index(awkSpecials, "ERRNO")
)

// awkHooked is how many of the specials are computed when they are read.
const awkHooked = 3
