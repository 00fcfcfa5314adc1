package shell

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxAwkDepth bounds how deep a program of awk nests: parsing and running it
// take the host's stack.
const maxAwkDepth = 150

type awkTok uint8

const (
	tokEOF awkTok = iota
	tokNewline
	tokNumber
	tokString
	tokRegex
	tokName
	tokCall    // a name with ( at once after it
	tokBuiltin // a function of awk
	tokWord    // a word of the language
	tokOp
)

// awkParser reads a program and makes closures of it.
type awkParser struct {
	src string
	awkPlace
	no     awkStops
	depth  int
	nodes  int  // of the statement that is read: what one run of it costs
	noNext bool // in BEGIN or END
	loops  int
	swit   int

	globals map[string]int
	locals  map[string]int // nil: not in a function
	funcs   map[string]*awkFunc
	calls   []awkCallSite
	prog    *awkProgram
	deepest int
}

// awkPlace is where the parser is, and the token that it read last.
type awkPlace struct {
	pos  int
	line int
	tok  awkTok
	text string
	n    float64
	prev awkTok // before tok
}

// awkStops are how often what is read stands where an operator ends it.
type awkStops struct{ in, gt, pipe int }

type awkCallSite struct {
	name string
	args int
	line int
}

// awkFunc is a function of the program.
type awkFunc struct {
	name    string
	params  []string
	body    awkStmt
	defined bool
	stack   int64 // bytes of stack that a call takes, about
}

type awkRule struct {
	begin, end bool
	file       byte // 'b': BEGINFILE, 'e': ENDFILE
	pattern    awkEval
	until      awkEval // of a range
	active     bool
	body       awkStmt // nil: print
}

type awkProgram struct {
	rules   []*awkRule
	globals int
	names   map[string]int
	funcs   map[string]*awkFunc
	reads   bool // has rules for records, or END
	regexes []awkSource
}

// awkSource is a piece of a program, and where it is.
type awkSource struct {
	text string
	line int
}

type awkEval func(*awk) awkValue

// awkFlow is how a statement ended.
type awkFlow uint8

const (
	flowOn awkFlow = iota
	flowBreak
	flowContinue
	flowNext
	flowNextFile
	flowExit
	flowReturn
)

type awkStmt func(*awk) awkFlow

type awkForm uint8

const (
	formOther awkForm = iota
	formRegex
	formVar
	formField
	formIndex
	formList // (a, b)
	formConst
)

// awkExpr is an expression and what it can be used for.
type awkExpr struct {
	eval  awkEval
	form  awkForm
	re    string
	name  string
	v     func(*awk) *awkVar // of formVar
	slot  int                // of a global, or -1
	field awkEval
	base  func(*awk) *awkArray // of formIndex
	key   func(*awk) string    // of formIndex
	list  []awkExpr
	paren bool
}

// awkSyntax is what is wrong with a program.
type awkSyntax struct {
	line   int
	text   string
	status int
}

func (p *awkParser) fail(text string) { panic(awkSyntax{p.line, text, 1}) }

// awkBuiltins has the functions of awk, and how many arguments each takes: at
// least, and at most.
var awkBuiltins = map[string][2]int{
	"length": {0, 1}, "substr": {2, 3}, "index": {2, 2}, "split": {2, 4}, "sub": {2, 3}, "gsub": {2, 3}, "gensub": {3, 4}, "match": {2, 3}, "sprintf": {1, 1 << 20},
	"sin": {1, 1}, "cos": {1, 1}, "atan2": {2, 2}, "exp": {1, 1}, "log": {1, 1}, "sqrt": {1, 1}, "int": {1, 1}, "rand": {0, 0}, "srand": {0, 1}, "tolower": {1, 1},
	"toupper": {1, 1}, "system": {1, 1}, "close": {1, 2}, "fflush": {0, 1}, "strftime": {0, 3}, "systime": {0, 0}, "mktime": {1, 2}, "and": {2, 64}, "or": {2, 64},
	"xor": {2, 64}, "lshift": {2, 2}, "rshift": {2, 2}, "compl": {1, 1}, "strtonum": {1, 1}, "asort": {1, 3}, "asorti": {1, 3}, "isarray": {1, 1}, "typeof": {1, 1},
	"patsplit": {2, 4},
}

var awkWords = []string{"BEGIN", "END", "BEGINFILE", "ENDFILE", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next", "nextfile", "exit", "return", "delete", "in", "getline", "print", "printf", "switch", "case", "default"}

func awkWordKind(s string) awkTok {
	if slices.Contains(awkWords, s) {
		return tokWord
	}
	if _, ok := awkBuiltins[s]; ok {
		return tokBuiltin
	}
	return tokName
}

func awkNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// next reads a token.
func (p *awkParser) next() {
	p.prev = p.tok
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == ' ' || c == '\t' || c == '\r':
			p.pos++
			continue
		case c == '\\' && strings.HasPrefix(p.src[p.pos+1:], "\n"):
			p.pos += 2
			p.line++
			continue
		case c == '\\' && strings.HasPrefix(p.src[p.pos+1:], "\r\n"):
			p.pos += 3
			p.line++
			continue
		case c == '#':
			for p.pos < len(p.src) && p.src[p.pos] != '\n' {
				p.pos++
			}
			continue
		}
		break
	}
	if p.pos >= len(p.src) {
		p.tok, p.text = tokEOF, ""
		return
	}
	rest := p.src[p.pos:]
	switch c := rest[0]; {
	case c == '\n':
		p.pos++
		p.tok, p.text = tokNewline, "\n"
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n, used := awkPrefix(rest)
		if len(rest) > 2 && c == '0' && rest[1]|0x20 == 'x' && isHex(rest[2]) {
			for used = 2; used < len(rest) && isHex(rest[used]); used++ {
			}
			whole, _ := strconv.ParseUint(rest[2:used], 16, 64)
			n = float64(whole)
		}
		p.tok, p.n, p.text = tokNumber, n, rest[:used]
		p.pos += used
	case c == '"':
		p.pos++
		p.tok, p.text = tokString, p.quoted('"')
	case awkNameByte(c):
		i := 1
		for i < len(rest) && awkNameByte(rest[i]) {
			i++
		}
		p.text = rest[:i]
		p.pos += i
		p.tok = awkWordKind(p.text)
		if p.tok == tokName && i < len(rest) && rest[i] == '(' {
			p.tok = tokCall
		}
	default:
		p.tok = tokOp
		for _, op := range []string{"**=", "||", "&&", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", "!~", ">>", "|&"} {
			if strings.HasPrefix(rest, op) {
				p.pos += len(op)
				p.text = op
				return
			}
		}
		p.pos++
		p.text = rest[:1]
		if !strings.Contains("{}()[];,+-*/%^!<>|?:~$=@", p.text) {
			p.fail("syntax error at " + p.text)
		}
	}
}

// quoted reads the rest of a string.
func (p *awkParser) quoted(end byte) string {
	start := p.pos
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case end:
			p.pos++
			return awkUnescape(p.src[start : p.pos-1])
		case '\n':
			p.fail("unterminated string")
		case '\\':
			p.pos++
			if p.pos < len(p.src) && p.src[p.pos] == '\n' {
				p.line++
			}
		}
		p.pos++
	}
	p.fail("unterminated string")
	return ""
}

// awkUnescape replaces the escapes of a string.
func awkUnescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		one, n := awkUnescapeOne(s[i:])
		b.WriteString(one)
		i += n
	}
	return b.String()
}

// awkUnescapeOne is what the escape at the start of s stands for, and its length.
func awkUnescapeOne(s string) (string, int) {
	if len(s) > 1 {
		switch s[1] {
		case '\n':
			return "", 2
		case '/':
			return "/", 2
		case 'e', 'E', 'u', 'U', '\'', '?': // bash's
			return s[:2], 2
		}
	}
	return unescapeOne(s, escapesC)
}

// regexToken reads a regular expression: the token was / or /=.
func (p *awkParser) regexToken() string {
	start := p.pos
	if p.text == "/=" {
		start--
	}
	in := false
	for i := start; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == '\n':
			p.fail("unterminated regexp")
		case c == '\\':
			i++
		case c == '[' && !in:
			in = true
			if i+1 < len(p.src) && p.src[i+1] == '^' {
				i++
			}
			if i+1 < len(p.src) && p.src[i+1] == ']' {
				i++
			}
		case c == '[' && in && strings.HasPrefix(p.src[i+1:], ":"):
			if end := strings.Index(p.src[i+2:], ":]"); end >= 0 {
				i += end + 3
			}
		case c == ']':
			in = false
		case c == '/' && !in:
			p.pos = i + 1
			return p.src[start:i]
		}
	}
	p.fail("unterminated regexp")
	return ""
}

func (p *awkParser) is(text string) bool {
	return (p.tok == tokOp || p.tok == tokWord) && p.text == text
}

func (p *awkParser) take(text string) bool {
	if p.is(text) {
		p.next()
		return true
	}
	return false
}

func (p *awkParser) want(text string) {
	if !p.take(text) {
		p.bad()
	}
}

func (p *awkParser) bad() {
	switch p.tok {
	case tokEOF:
		p.fail("unexpected end of the program")
	case tokNewline:
		p.fail("unexpected newline or end of string")
	}
	p.fail("syntax error near " + strings.ToValidUTF8(clip(p.text), "?"))
}

func (p *awkParser) newlines() {
	for p.tok == tokNewline {
		p.line++
		p.next()
	}
}

// enter counts a level of nesting; leave undoes it.
func (p *awkParser) enter() {
	p.depth++
	p.deepest = max(p.deepest, p.depth)
	if p.depth > maxAwkDepth {
		p.fail("nested more than " + strconv.Itoa(maxAwkDepth) + " levels")
	}
}

func (p *awkParser) leave() { p.depth-- }

// awkParse reads a program.
func awkParse(src string) (prog *awkProgram, bad *awkSyntax) {
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(awkSyntax)
			if !ok {
				panic(r)
			}
			bad = &s
		}
	}()
	p := &awkParser{src: src, awkPlace: awkPlace{line: 1}, globals: map[string]int{}, funcs: map[string]*awkFunc{}, prog: &awkProgram{}}
	for i, name := range awkSpecials {
		p.globals[name] = i
	}
	p.next()
	for {
		p.skipEnds()
		if p.tok == tokEOF {
			break
		}
		p.item()
		if !(p.tok == tokNewline || p.is(";") || p.tok == tokEOF || p.prev == tokOp) {
			p.bad()
		}
	}
	for _, c := range p.calls {
		f := p.funcs[c.name]
		if f == nil || !f.defined {
			return nil, &awkSyntax{c.line, "fatal: function `" + c.name + "' not defined", 2}
		}
		if c.args > len(f.params) {
			return nil, &awkSyntax{c.line, "fatal: function `" + c.name + "' called with more arguments than declared", 2}
		}
	}
	p.prog.globals = len(p.globals)
	p.prog.names = p.globals
	p.prog.funcs = p.funcs
	return p.prog, nil
}

func (p *awkParser) item() {
	if p.is("function") || p.is("func") {
		p.function()
		return
	}
	r := &awkRule{}
	switch {
	case p.take("BEGIN"):
		r.begin = true
	case p.take("END"):
		r.end = true
		p.prog.reads = true
	case p.take("BEGINFILE"):
		r.file = 'b'
		p.prog.reads = true
	case p.take("ENDFILE"):
		r.file = 'e'
		p.prog.reads = true
	default:
		p.prog.reads = true
		if !p.is("{") {
			r.pattern = p.condition().eval
			if p.take(",") {
				p.newlines()
				r.until = p.condition().eval
			}
			if !p.is("{") {
				p.prog.rules = append(p.prog.rules, r)
				return
			}
		}
	}
	p.noNext = r.begin || r.end
	r.body = p.block()
	p.noNext = false
	p.prog.rules = append(p.prog.rules, r)
}

func (p *awkParser) function() {
	p.next()
	if p.tok != tokName && p.tok != tokCall {
		p.fail("a function needs a name of its own, not " + clip(p.text))
	}
	name := p.text
	f := p.funcs[name]
	if f == nil {
		f = &awkFunc{name: name}
		p.funcs[name] = f
	}
	if f.defined {
		p.fail("function name `" + name + "' previously defined")
	}
	if _, special := p.globals[name]; special && p.globals[name] < len(awkSpecials) {
		p.fail("function `" + name + "' has the name of a variable")
	}
	f.defined = true
	p.next()
	p.want("(")
	p.locals = map[string]int{}
	for !p.is(")") {
		p.newlines()
		if p.tok != tokName {
			p.bad()
		}
		if p.text == name {
			p.fail("function `" + name + "': cannot use function name as parameter name")
		}
		if _, twice := p.locals[p.text]; twice {
			p.fail("function `" + name + "': parameter `" + p.text + "' twice")
		}
		if len(f.params) == 64 {
			p.fail("function `" + name + "' has more than 64 parameters")
		}
		p.locals[p.text] = len(f.params)
		f.params = append(f.params, p.text)
		p.next()
		if !p.take(",") {
			break
		}
		p.newlines()
	}
	p.want(")")
	p.newlines()
	p.deepest = p.depth
	f.body = p.block()
	f.stack = 1024 + 512*int64(p.deepest-p.depth)
	p.locals = nil
}

// skipEnds passes over ends of statements: newlines and semicolons.
func (p *awkParser) skipEnds() {
	for p.tok == tokNewline || p.is(";") {
		if p.tok == tokNewline {
			p.line++
		}
		p.next()
	}
}

// block reads { … } and the newline after it is left.
func (p *awkParser) block() awkStmt {
	p.want("{")
	p.enter()
	defer p.leave()
	var list []awkStmt
	for {
		p.skipEnds()
		if p.is("}") {
			break
		}
		if p.tok == tokEOF {
			p.bad()
		}
		list = append(list, p.statement())
	}
	p.next()
	return awkSequence(list)
}

func awkSequence(list []awkStmt) awkStmt {
	if len(list) == 1 {
		return list[0]
	}
	return func(a *awk) awkFlow {
		for _, s := range list {
			if flow := s(a); flow != flowOn {
				return flow
			}
		}
		return flowOn
	}
}

// body is the statement of an if or a loop.
func (p *awkParser) body() awkStmt {
	p.newlines()
	if p.take(";") {
		return func(*awk) awkFlow { return flowOn }
	}
	return p.statement()
}

// ends takes what ends a simple statement.
func (p *awkParser) ends() {
	switch {
	case p.take(";"), p.is("}"), p.tok == tokEOF:
	case p.tok == tokNewline:
		p.line++
		p.next()
	default:
		p.bad()
	}
}

// priced makes a statement pay for its nodes, and gives back what temporary
// strings took.
func (p *awkParser) priced(nodes int, s awkStmt) awkStmt {
	cost := int64(12 + 6*nodes)
	return func(a *awk) awkFlow {
		a.t.sh.spend(cost)
		at := a.t.sh.heldTemp
		flow := s(a)
		if a.t.sh.heldTemp != at {
			a.t.sh.freeRoom(at)
		}
		return flow
	}
}

// condition reads an expression whose evaluation pays for itself.
func (p *awkParser) condition() awkExpr {
	before := p.nodes
	p.nodes = 0
	e := p.expr()
	cost := int64(6 + 6*p.nodes)
	p.nodes = before
	eval := e.eval
	e.eval = func(a *awk) awkValue {
		a.t.sh.spend(cost)
		return eval(a)
	}
	return e
}

func (p *awkParser) statement() awkStmt {
	p.enter()
	defer p.leave()
	switch {
	case p.is("{"):
		return p.block()
	case p.take("if"):
		p.want("(")
		cond := p.condition().eval
		p.want(")")
		then := p.body()
		// else may follow newlines and semicolons.
		place := p.awkPlace
		p.skipEnds()
		if p.take("else") {
			other := p.body()
			return func(a *awk) awkFlow {
				if cond(a).truth() {
					return then(a)
				}
				return other(a)
			}
		}
		p.awkPlace = place
		return func(a *awk) awkFlow {
			if cond(a).truth() {
				return then(a)
			}
			return flowOn
		}
	case p.take("while"):
		p.want("(")
		cond := p.condition().eval
		p.want(")")
		return p.loop(cond, nil, p.loopBody())
	case p.take("do"):
		body := p.loopBody()
		p.skipEnds()
		p.want("while")
		p.want("(")
		cond := p.condition().eval
		p.want(")")
		p.ends()
		return func(a *awk) awkFlow {
			for {
				if flow := body(a); flow == flowBreak {
					return flowOn
				} else if flow > flowContinue {
					return flow
				}
				if !cond(a).truth() {
					return flowOn
				}
			}
		}
	case p.take("for"):
		return p.forStatement()
	case p.take("switch"):
		return p.switchStatement()
	}
	s := p.pricedSimple()
	p.ends()
	return s
}

// pricedSimple reads a simple statement, which pays for itself.
func (p *awkParser) pricedSimple() awkStmt {
	before := p.nodes
	p.nodes = 0
	s := p.simple()
	s = p.priced(p.nodes, s)
	p.nodes = before
	return s
}

func (p *awkParser) loopBody() awkStmt {
	p.loops++
	s := p.body()
	p.loops--
	return s
}

func (p *awkParser) loop(cond awkEval, step, body awkStmt) awkStmt {
	return func(a *awk) awkFlow {
		for cond == nil || cond(a).truth() {
			a.t.sh.spend(10)
			if flow := body(a); flow == flowBreak {
				break
			} else if flow > flowContinue {
				return flow
			}
			if step != nil {
				step(a)
			}
		}
		return flowOn
	}
}

func (p *awkParser) forStatement() awkStmt {
	p.want("(")
	if p.tok == tokName { // for (k in a)?
		place := p.awkPlace
		name := p.text
		p.next()
		if p.take("in") && (p.tok == tokName) {
			key := p.variable(name)
			array := p.text
			p.next()
			e := p.arrayOf(p.subscripts(p.variable(array)))
			if p.take(")") {
				body := p.loopBody()
				return func(a *awk) awkFlow {
					at := a.t.sh.heldTemp
					defer a.t.sh.freeRoom(at)
					arr := e(a)
					for _, k := range a.keys(arr) {
						a.t.sh.spend(15)
						a.assign(&key, awkInput(k))
						if flow := body(a); flow == flowBreak {
							break
						} else if flow > flowContinue {
							return flow
						}
					}
					return flowOn
				}
			}
		}
		p.awkPlace = place
	}
	var first, step awkStmt
	var cond awkEval
	if !p.is(";") {
		first = p.pricedSimple()
	}
	p.want(";")
	p.newlines()
	if !p.is(";") {
		cond = p.condition().eval
	}
	p.want(";")
	p.newlines()
	if !p.is(")") {
		step = p.pricedSimple()
	}
	p.want(")")
	loop := p.loop(cond, step, p.loopBody())
	if first == nil {
		return loop
	}
	return func(a *awk) awkFlow {
		first(a)
		return loop(a)
	}
}

func (p *awkParser) switchStatement() awkStmt {
	p.want("(")
	what := p.condition().eval
	p.want(")")
	p.newlines()
	p.want("{")
	p.newlines()
	type arm struct {
		match func(*awk, awkValue) bool
		body  awkStmt
	}
	var arms []arm
	other := -1
	p.swit++
	for !p.is("}") {
		var x arm
		switch {
		case p.take("default"):
			other = len(arms)
		case p.take("case"):
			e := p.primary()
			if e.form == formRegex {
				x.match = func(a *awk, v awkValue) bool { return a.matches(a.regex(e.re), a.text(v)) }
			} else {
				x.match = func(a *awk, v awkValue) bool { return a.compare(v, e.eval(a)) == 0 }
			}
		default:
			p.bad()
		}
		p.want(":")
		var list []awkStmt
		for {
			p.skipEnds()
			if p.is("case") || p.is("default") || p.is("}") || p.tok == tokEOF {
				break
			}
			list = append(list, p.statement())
		}
		x.body = awkSequence(list)
		arms = append(arms, x)
	}
	p.swit--
	p.want("}")
	return func(a *awk) awkFlow {
		v := what(a)
		at := other
		for i, x := range arms {
			a.t.sh.spend(10)
			if x.match != nil && x.match(a, v) {
				at = i
				break
			}
		}
		if at < 0 {
			return flowOn
		}
		for _, x := range arms[at:] {
			if flow := x.body(a); flow == flowBreak {
				return flowOn
			} else if flow != flowOn {
				return flow
			}
		}
		return flowOn
	}
}

// simple is a statement without others in it.
func (p *awkParser) simple() awkStmt {
	if p.tok == tokWord {
		switch word := p.text; word {
		case "print", "printf":
			return p.print(word == "printf")
		case "next", "nextfile":
			p.next()
			flow := flowNext
			if word == "nextfile" {
				flow = flowNextFile
			}
			if p.noNext {
				p.fail("`" + word + "' used in BEGIN or END action")
			}
			return func(a *awk) awkFlow {
				if a.stage != stageMain {
					a.fatal("`%s' used where no record is read", word)
				}
				return flow
			}
		case "break", "continue":
			p.next()
			if p.loops == 0 && (word != "break" || p.swit == 0) {
				p.fail("`" + word + "' is not allowed outside a loop")
			}
			if word == "break" {
				return func(*awk) awkFlow { return flowBreak }
			}
			return func(*awk) awkFlow { return flowContinue }
		case "exit":
			p.next()
			if p.endsHere() {
				return func(*awk) awkFlow { return flowExit }
			}
			e := p.expr().eval
			return func(a *awk) awkFlow {
				a.status = int(int64(e(a).num())) & 255
				return flowExit
			}
		case "return":
			p.next()
			if p.locals == nil {
				p.fail("`return' used outside function context")
			}
			if p.endsHere() {
				return func(a *awk) awkFlow {
					a.result = awkValue{}
					return flowReturn
				}
			}
			e := p.expr().eval
			return func(a *awk) awkFlow {
				a.result = e(a)
				return flowReturn
			}
		case "delete":
			p.next()
			if p.tok != tokName {
				p.bad()
			}
			name := p.text
			p.next()
			e := p.subscripts(p.variable(name))
			if e.form == formVar {
				arr := p.arrayOf(e)
				return func(a *awk) awkFlow {
					a.clear(arr(a))
					return flowOn
				}
			}
			return func(a *awk) awkFlow {
				arr := e.base(a)
				a.remove(arr, e.key(a))
				return flowOn
			}
		}
	}
	e := p.expr().eval
	return func(a *awk) awkFlow {
		e(a)
		return flowOn
	}
}

func (p *awkParser) endsHere() bool {
	return p.is(";") || p.is("}") || p.tok == tokNewline || p.tok == tokEOF
}

// print reads print or printf.
func (p *awkParser) print(formatted bool) awkStmt {
	p.next()
	var list []awkExpr
	p.no.gt++
	p.no.pipe++
	if !p.endsHere() && !p.is(">") && !p.is(">>") && !p.is("|") {
		e := p.expr()
		if e.form == formList {
			list = e.list
		} else {
			list = append(list, e)
			for p.take(",") {
				p.newlines()
				list = append(list, p.expr())
			}
		}
	}
	p.no.gt--
	p.no.pipe--
	var where awkEval
	how := ""
	if p.is(">") || p.is(">>") || p.is("|") {
		how = p.text
		p.next()
		p.no.gt++
		p.no.pipe++
		p.no.in++
		where = p.concat().eval
		p.no.in--
		p.no.gt--
		p.no.pipe--
	}
	evals := make([]awkEval, len(list))
	for i, e := range list {
		evals[i] = e.eval
	}
	if formatted {
		if len(list) == 0 {
			p.bad()
		}
		return func(a *awk) awkFlow {
			s := a.sprintf(evals)
			a.write(a.output(how, where), s)
			return flowOn
		}
	}
	return func(a *awk) awkFlow {
		if len(evals) == 0 {
			a.write(a.output(how, where), a.record(), a.ors)
			return flowOn
		}
		if len(evals) == 1 {
			s := a.str(evals[0](a), a.ofmt)
			a.write(a.output(how, where), s, a.ors)
			return flowOn
		}
		pieces := make([]string, 0, 2*len(evals))
		for i, e := range evals {
			if i > 0 {
				pieces = append(pieces, a.ofs)
			}
			pieces = append(pieces, a.str(e(a), a.ofmt))
		}
		pieces = append(pieces, a.ors)
		a.write(a.output(how, where), pieces...)
		return flowOn
	}
}

// expr reads an expression.
func (p *awkParser) expr() awkExpr {
	p.enter()
	defer p.leave()
	cond := p.or()
	if p.is("=") || p.tok == tokOp && len(p.text) > 1 && p.text[len(p.text)-1] == '=' && strings.Contains("+= -= *= /= %= ^= **=", p.text) {
		if cond.paren || cond.form != formVar && cond.form != formField && cond.form != formIndex {
			p.bad()
		}
		op := strings.TrimSuffix(p.text, "=")
		p.next()
		p.newlines()
		value := p.expr().eval
		target := cond
		if op == "" {
			return awkExpr{eval: func(a *awk) awkValue { return a.assign(&target, value(a)) }}
		}
		f := awkArith(op)
		return awkExpr{eval: func(a *awk) awkValue {
			right := value(a).num()
			_, v := a.change(&target, func(old float64) float64 { return f(a, old, right) })
			return v
		}}
	}
	if !p.is("?") {
		return cond
	}
	p.next()
	p.newlines()
	yes := p.expr()
	p.newlines()
	p.want(":")
	p.newlines()
	no := p.expr()
	return awkExpr{eval: func(a *awk) awkValue {
		if cond.eval(a).truth() {
			return yes.eval(a)
		}
		return no.eval(a)
	}}
}

func (p *awkParser) or() awkExpr {
	left := p.and()
	for p.is("||") {
		p.next()
		p.newlines()
		x, y := left.eval, p.and().eval
		p.nodes++
		left = awkExpr{eval: func(a *awk) awkValue { return awkBool(x(a).truth() || y(a).truth()) }}
	}
	return left
}

func (p *awkParser) and() awkExpr {
	left := p.in()
	for p.is("&&") {
		p.next()
		p.newlines()
		x, y := left.eval, p.in().eval
		p.nodes++
		left = awkExpr{eval: func(a *awk) awkValue { return awkBool(x(a).truth() && y(a).truth()) }}
	}
	return left
}

func (p *awkParser) in() awkExpr {
	left := p.match()
	for p.no.in == 0 && p.is("in") {
		p.next()
		if p.tok != tokName {
			p.bad()
		}
		name := p.text
		p.next()
		arr := p.arrayOf(p.subscripts(p.variable(name)))
		key := awkKey([]awkExpr{left})
		if left.form == formList {
			key = awkKey(left.list)
		}
		p.nodes++
		left = awkExpr{eval: func(a *awk) awkValue {
			k := key(a)
			_, ok := arr(a).cells[k]
			return awkBool(ok)
		}}
	}
	return left
}

func (p *awkParser) match() awkExpr {
	left := p.comparison()
	for p.is("~") || p.is("!~") {
		want := p.text == "~"
		p.next()
		x, re := left.eval, awkRegex(p.comparison())
		p.nodes += 2
		left = awkExpr{eval: func(a *awk) awkValue {
			s := a.text(x(a))
			return awkBool(a.matches(re(a), s) == want)
		}}
	}
	return left
}

// awkRegex is an expression where a regular expression is meant.
func awkRegex(e awkExpr) func(*awk) *regex {
	if e.form == formRegex {
		return func(a *awk) *regex { return a.regex(e.re) }
	}
	return func(a *awk) *regex { return a.regex(a.text(e.eval(a))) }
}

func (p *awkParser) comparison() awkExpr {
	left := p.concat()
	for {
		switch {
		case p.no.pipe == 0 && (p.is("|") || p.is("|&")), p.is("|") && p.getlineFollows():
			if p.is("|&") {
				p.fail("coprocesses (|&) are not supported")
			}
			p.next()
			if !p.take("getline") {
				p.bad()
			}
			cmd := left.eval
			into := p.getlineTarget()
			p.nodes += 20
			left = awkExpr{eval: func(a *awk) awkValue { return a.getline(a.command(a.text(cmd(a))), into) }}
			continue
		case p.tok == tokOp && (p.text == "<" || p.text == "<=" || p.text == "==" || p.text == "!=" || p.text == ">=" || p.text == ">" && p.no.gt == 0):
			op := p.text
			p.next()
			x, y := left.eval, p.concat().eval
			p.nodes++
			left = awkExpr{eval: awkComparison(op, x, y)}
			continue
		}
		return left
	}
}

// getlineFollows reports whether the word after the | is getline.
func (p *awkParser) getlineFollows() bool {
	return strings.HasPrefix(strings.TrimLeft(p.src[p.pos:], " \t"), "getline")
}

func awkComparison(op string, x, y awkEval) awkEval {
	switch op {
	case "<":
		return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) < 0) }
	case "<=":
		return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) <= 0) }
	case ">":
		return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) > 0) }
	case ">=":
		return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) >= 0) }
	case "==":
		return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) == 0) }
	}
	return func(a *awk) awkValue { l := x(a); return awkBool(a.compare(l, y(a)) != 0) }
}

// concat reads terms one after another.
func (p *awkParser) concat() awkExpr {
	left := p.sum()
	var list []awkEval
	for p.startsTerm() {
		if list == nil {
			list = []awkEval{left.eval}
		}
		list = append(list, p.sum().eval)
		p.nodes++
	}
	if list == nil {
		return left
	}
	return awkExpr{eval: func(a *awk) awkValue {
		var few [4]string
		parts := few[:0]
		n := 0
		for _, e := range list {
			s := a.text(e(a))
			parts = append(parts, s)
			n += len(s)
		}
		a.room(n)
		return awkString(strings.Join(parts, ""))
	}}
}

func (p *awkParser) startsTerm() bool {
	switch p.tok {
	case tokNumber, tokString, tokName, tokCall, tokBuiltin:
		return true
	case tokOp:
		switch p.text {
		case "$", "!", "(", "++", "--":
			return true
		}
	}
	return false
}

// awkArith is a function of numbers.
func awkArith(op string) func(a *awk, x, y float64) float64 {
	switch op {
	case "+":
		return func(_ *awk, x, y float64) float64 { return x + y }
	case "-":
		return func(_ *awk, x, y float64) float64 { return x - y }
	case "*":
		return func(_ *awk, x, y float64) float64 { return x * y }
	case "/":
		return func(a *awk, x, y float64) float64 {
			if y == 0 {
				a.fatal("division by zero attempted")
			}
			return x / y
		}
	case "%":
		return func(a *awk, x, y float64) float64 {
			if y == 0 {
				a.fatal("division by zero attempted in `%%'")
			}
			return math.Mod(x, y)
		}
	}
	return func(_ *awk, x, y float64) float64 { return math.Pow(x, y) }
}

// binary is x op y.
func (p *awkParser) binary(op string, x, y awkExpr) awkExpr {
	p.nodes++
	if op == "/" && x.form == formConst && y.form == formConst && y.eval(nil).num() == 0 {
		p.fail("division by zero")
	}
	f := awkArith(op)
	l, r := x.eval, y.eval
	return awkExpr{eval: func(a *awk) awkValue {
		n := l(a).num()
		return awkNumber(f(a, n, r(a).num()))
	}}
}

func (p *awkParser) sum() awkExpr {
	left := p.product()
	for p.is("+") || p.is("-") {
		op := p.text
		p.next()
		left = p.binary(op, left, p.product())
	}
	return left
}

func (p *awkParser) product() awkExpr {
	left := p.unary()
	for p.is("*") || p.is("/") || p.is("%") {
		op := p.text
		p.next()
		left = p.binary(op, left, p.unary())
	}
	return left
}

func (p *awkParser) unary() awkExpr {
	if !p.is("!") && !p.is("-") && !p.is("+") {
		return p.power()
	}
	p.enter()
	defer p.leave()
	op := p.text
	p.next()
	e := p.unary().eval
	p.nodes++
	switch op {
	case "!":
		return awkExpr{eval: func(a *awk) awkValue { return awkBool(!e(a).truth()) }}
	case "-":
		return awkExpr{eval: func(a *awk) awkValue { return awkNumber(-e(a).num()) }}
	}
	return awkExpr{eval: func(a *awk) awkValue { return awkNumber(e(a).num()) }}
}

func (p *awkParser) power() awkExpr {
	left := p.postfix()
	if !p.is("^") && !p.is("**") {
		return left
	}
	p.enter()
	defer p.leave()
	p.next()
	var right awkExpr
	if p.is("-") || p.is("+") || p.is("!") {
		right = p.unary()
	} else {
		right = p.power()
	}
	return p.binary("^", left, right)
}

func (p *awkParser) postfix() awkExpr {
	e := p.primary()
	if e.paren || e.form != formVar && e.form != formField && e.form != formIndex {
		return e
	}
	if p.is("++") || p.is("--") {
		step := 1.0
		if p.text == "--" {
			step = -1
		}
		p.next()
		return awkExpr{eval: func(a *awk) awkValue {
			old, _ := a.change(&e, func(old float64) float64 { return old + step })
			return old
		}}
	}
	return e
}

func (p *awkParser) primary() awkExpr {
	p.nodes++
	switch p.tok {
	case tokNumber:
		v := awkNumber(p.n)
		p.next()
		return awkExpr{eval: func(*awk) awkValue { return v }, form: formConst}
	case tokString:
		v := awkString(p.text)
		p.next()
		return awkExpr{eval: func(*awk) awkValue { return v }, form: formConst}
	case tokName:
		name := p.text
		p.next()
		return p.subscripts(p.variable(name))
	case tokCall:
		return p.call()
	case tokBuiltin:
		return p.builtin()
	case tokWord:
		if p.take("getline") {
			return p.getline()
		}
	case tokOp:
		switch p.text {
		case "/", "/=":
			re := p.regexToken()
			p.prog.regexes = append(p.prog.regexes, awkSource{re, p.line})
			p.next()
			return awkExpr{form: formRegex, re: re, eval: func(a *awk) awkValue {
				return awkBool(a.matches(a.regex(re), a.record()))
			}}
		case "$":
			p.enter()
			defer p.leave()
			p.next()
			var at awkEval
			if p.is("++") || p.is("--") || p.is("-") || p.is("+") || p.is("!") {
				at = p.prefixed().eval
			} else {
				at = p.primary().eval
			}
			e := awkExpr{form: formField, field: at}
			e.eval = func(a *awk) awkValue { return a.fieldAt(a.fieldNumber(at(a))) }
			return e
		case "++", "--", "-", "+", "!":
			return p.prefixed()
		case "(":
			return p.group()
		case "@":
			p.fail("directives and indirect calls (@) are not supported")
		}
	}
	p.bad()
	return awkExpr{}
}

// prefixed reads ++x, --x or a sign.
func (p *awkParser) prefixed() awkExpr {
	if !p.is("++") && !p.is("--") {
		return p.unary()
	}
	p.enter()
	defer p.leave()
	step := 1.0
	if p.text == "--" {
		step = -1
	}
	p.next()
	e := p.primary()
	if e.form != formVar && e.form != formField && e.form != formIndex {
		p.bad()
	}
	return awkExpr{eval: func(a *awk) awkValue {
		_, v := a.change(&e, func(old float64) float64 { return old + step })
		return v
	}}
}

// group reads what is in parentheses.
func (p *awkParser) group() awkExpr {
	p.next()
	p.newlines()
	no := p.no
	p.no = awkStops{}
	defer func() { p.no = no }()
	e := p.expr()
	p.newlines()
	if !p.is(",") {
		p.no = no
		p.want(")")
		if e.form == formList { // in more parentheses it is one no more
			e.form = formOther
		}
		e.paren = true
		return e
	}
	list := []awkExpr{e}
	for p.take(",") {
		p.newlines()
		list = append(list, p.expr())
		p.newlines()
	}
	p.no = no
	p.want(")")
	if !p.is("in") && p.no.gt == 0 {
		p.bad()
	}
	key := awkKey(list)
	return awkExpr{form: formList, list: list, paren: true, eval: func(a *awk) awkValue { return awkString(key(a)) }}
}

// awkKey is the subscript that some expressions make.
func awkKey(list []awkExpr) func(*awk) string {
	if len(list) == 1 {
		e := list[0].eval
		return func(a *awk) string { return a.text(e(a)) }
	}
	return func(a *awk) string {
		parts := make([]string, len(list))
		n := 0
		for i, e := range list {
			parts[i] = a.text(e.eval(a))
			n += len(parts[i]) + len(a.subsep)
		}
		a.room(n)
		return strings.Join(parts, a.subsep)
	}
}

// variable is a variable by its name.
func (p *awkParser) variable(name string) awkExpr {
	if i, ok := p.locals[name]; ok {
		v := func(a *awk) *awkVar { return &a.frame[i] }
		return awkExpr{form: formVar, name: name, slot: -1, v: v, eval: func(a *awk) awkValue {
			x := &a.frame[i]
			if x.arr != nil {
				a.fatal("attempt to use array `%s' in a scalar context", name)
			}
			return x.v
		}}
	}
	if f := p.funcs[name]; f != nil && f.defined {
		p.fail("function `" + name + "' used as a variable")
	}
	i, ok := p.globals[name]
	if !ok {
		i = len(p.globals)
		p.globals[name] = i
	}
	v := func(a *awk) *awkVar { return &a.globals[i] }
	if i < awkHooked {
		return awkExpr{form: formVar, name: name, slot: i, v: v, eval: func(a *awk) awkValue { return a.special(i) }}
	}
	return awkExpr{form: formVar, name: name, slot: i, v: v, eval: func(a *awk) awkValue {
		x := &a.globals[i]
		if x.arr != nil {
			a.fatal("attempt to use array `%s' in a scalar context", name)
		}
		return x.v
	}}
}

// subscripts reads [ … ] after a variable.
func (p *awkParser) subscripts(e awkExpr) awkExpr {
	for depth := 0; p.is("["); depth++ {
		if depth > 20 {
			p.fail("an array in more than 20 others")
		}
		base := p.arrayOf(e)
		p.next()
		no := p.no
		p.no = awkStops{}
		list := []awkExpr{p.expr()}
		for p.take(",") {
			p.newlines()
			list = append(list, p.expr())
		}
		p.no = no
		p.want("]")
		key := awkKey(list)
		p.nodes += 2
		name := e.name
		e = awkExpr{form: formIndex, name: name, base: base, key: key, slot: -1, eval: func(a *awk) awkValue {
			k := key(a)
			c := a.at(base(a), k)
			if c.sub != nil {
				a.fatal("attempt to use array `%s[\"%s\"]' in a scalar context", name, k)
			}
			return c.v
		}}
	}
	return e
}

// arrayOf is the array that an expression names.
func (p *awkParser) arrayOf(e awkExpr) func(*awk) *awkArray {
	switch e.form {
	case formVar:
		return func(a *awk) *awkArray { return a.array(e.v(a), e.name) }
	case formIndex:
		return func(a *awk) *awkArray {
			base := e.base(a)
			c := a.at(base, e.key(a))
			if c.sub == nil {
				if c.v.kind != awkUnset {
					a.fatal("attempt to use scalar `%s' as an array", e.name)
				}
				c.sub = newAwkArray()
			}
			return c.sub
		}
	}
	p.bad()
	return nil
}

// call reads a call of a function of the program.
func (p *awkParser) call() awkExpr {
	name := p.text
	line := p.line
	p.next()
	args := p.args()
	p.nodes += 4
	f := p.funcs[name]
	if f == nil {
		f = &awkFunc{name: name}
		p.funcs[name] = f
	}
	p.calls = append(p.calls, awkCallSite{name, len(args), line})
	return awkExpr{eval: func(a *awk) awkValue { return a.call(f, args) }}
}

// args reads ( … ).
func (p *awkParser) args() []awkExpr {
	p.want("(")
	no := p.no
	p.no = awkStops{}
	var list []awkExpr
	p.newlines()
	for !p.is(")") {
		list = append(list, p.expr())
		p.newlines()
		if !p.take(",") {
			break
		}
		p.newlines()
	}
	p.no = no
	p.want(")")
	return list
}

// getlineTarget is the variable that getline may have after it.
func (p *awkParser) getlineTarget() *awkExpr {
	if p.tok != tokName && !p.is("$") {
		return nil
	}
	e := p.primary()
	if e.form != formVar && e.form != formField && e.form != formIndex {
		p.bad()
	}
	return &e
}

func (p *awkParser) getline() awkExpr {
	into := p.getlineTarget()
	p.nodes += 20
	if !p.is("<") {
		return awkExpr{eval: func(a *awk) awkValue { return a.getlineMain(into) }}
	}
	p.next()
	file := p.postfix().eval
	return awkExpr{eval: func(a *awk) awkValue { return a.getline(a.input(a.text(file(a))), into) }}
}
