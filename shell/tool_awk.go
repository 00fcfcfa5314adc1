package shell

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxAwkFields bounds $n and NF.
	maxAwkFields = 1 << 20
	// maxAwkStack bounds the stack that calls of functions take, in bytes.
	maxAwkStack = 48 << 20
	// maxAwkFiles bounds what is open at once.
	maxAwkFiles = 128
	// maxAwkRegexes is how many compiled expressions are kept.
	maxAwkRegexes = 64
)

// awkFatal ends a program of awk.
type awkFatal string

// awkStage is what runs: END and functions it calls may not ask for records.
type awkStage uint8

const (
	stageBegin awkStage = iota
	stageMain
	stageEnd
)

// awk runs a program.
type awk struct {
	t       *tool
	prog    *awkProgram
	globals []awkVar
	frame   []awkVar
	result  awkValue
	status  int
	stage   awkStage
	live    int64 // bytes that variables hold
	paid    int64 // of them, taken from the budget
	calls   []awkCall
	stack   int64 // bytes of stack of calls that run, about
	stacked int64 // of them, taken from the budget

	line      string   // $0, but for stale
	fields    []awkVar // $1 and so on; each a scalar
	nf        int
	split     bool // fields are those of line
	stale     bool // line is to be made of fields
	lineHeld  int64
	nr, fnr   float64
	cut       []string
	regexes   map[string]*regex
	regexSize int64

	fsep                                          awkSep
	ofs, ors, subsep, convfmt, ofmt, fpat, widths string
	rs                                            string
	paragraphs, fold                              bool
	how                                           byte // 'p': fields by content, 'w': by width, 0: by separator
	seed                                          float64
	random                                        uint64

	argAt  int
	cur    *awkReader
	opened bool // some file of the arguments was
	ended  bool // there are no more records

	inPlace awkInPlace

	outs   map[string]*awkOut
	order  []string // of outs, as they were opened
	ins    map[string]*awkReader
	stdout awkOut
	stderr awkOut
}

// awkOut is where print writes.
type awkOut struct {
	w    *bufio.Writer
	now  bool // nothing is kept back
	d    *desc
	proc *Process
}

// awkReader reads records.
type awkReader struct {
	r     io.Reader
	close func() // closes r
	proc  *Process
	buf   []byte
	from  int // of buf, not yet used
	eof   bool
	err   error
	held  int64
	begun bool // of paragraphs: empty lines at the start are skipped
}

func awkTool(t *tool) int {
	var sources []string
	type assignment struct{ name, value string }
	var vars []assignment
	fs, hasFS := "", false
	var inPlace awkInPlace
	args := t.args
options:
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		arg := args[0]
		args = args[1:]
		long := ""
		if strings.HasPrefix(arg, "--") {
			if arg == "--" {
				break
			}
			name, value, has := strings.Cut(arg[2:], "=")
			long = map[string]string{"field-separator": "F", "assign": "v", "file": "f", "source": "e", "version": "V", "posix": "P", "traditional": "P", "re-interval": "P", "characters-as-bytes": "P", "sandbox": "P", "lint": "P", "help": "h", "include": "i"}[name]
			if long == "" {
				t.say("unrecognized option '%s'", clip(arg))
				return 2
			}
			arg = "-" + long
			if has {
				arg += value
			}
		}
		value := func() (string, bool) {
			if len(arg) > 2 {
				return arg[2:], true
			}
			if len(args) == 0 {
				t.say("option requires an argument -- '%c'", arg[1])
				return "", false
			}
			v := args[0]
			args = args[1:]
			return v, true
		}
		switch arg[1] {
		case 'F':
			v, ok := value()
			if !ok {
				return 2
			}
			fs, hasFS = v, true
		case 'v':
			v, ok := value()
			if !ok {
				return 2
			}
			name, text, is := strings.Cut(v, "=")
			if is && strings.HasPrefix(name, "inplace::") {
				vars = append(vars, assignment{name, text})
				continue
			}
			if !is || !awkIsName(name) {
				t.say("`%s' argument to `-v' not in `var=value' form", clip(v))
				return 2
			}
			vars = append(vars, assignment{name, text})
		case 'f':
			v, ok := value()
			if !ok {
				return 2
			}
			text, err := t.script(v)
			if err != nil {
				t.say("fatal: cannot open source file `%s' for reading: %s", clip(v), errText(err))
				return 2
			}
			sources = append(sources, text)
		case 'e':
			v, ok := value()
			if !ok {
				return 2
			}
			sources = append(sources, v)
		case 'V':
			t.out.WriteString("awk of buntime: POSIX awk and the functions of GNU awk\n")
			return 0
		case 'P', 'b', 'n', 'O', 'r', 's', 'S', 't', 'c':
			if long == "" && len(arg) > 2 {
				args = append([]string{"-" + arg[2:]}, args...)
			}
		case 'W':
			if _, ok := value(); !ok {
				return 2
			}
		case 'i':
			v, ok := value()
			if ok && v != "inplace" {
				t.say("fatal: -i is not supported: give the file with -f")
			}
			if v != "inplace" {
				return 2
			}
			inPlace.on = true
		default:
			t.say("invalid option -- '%c'", arg[1])
			fmt.Fprintln(t.err, "Usage: awk [-F fs] [-v var=value] 'program' | -f progfile [file ...]")
			return 1
		}
		if arg == "-" {
			break options
		}
	}
	if sources == nil {
		if len(args) == 0 {
			fmt.Fprintln(t.err, "Usage: awk [-F fs] [-v var=value] 'program' | -f progfile [file ...]")
			return 1
		}
		sources = args[:1]
		args = args[1:]
	}
	source := strings.Join(sources, "\n")
	if len(source) > maxScript {
		t.say("fatal: a program of %d bytes is longer than %d", len(source), maxScript)
		return 2
	}
	t.sh.spend(int64(len(source)) * 40)
	t.hold(int64(len(source)) * 200)
	prog, bad := awkParse(source)
	if bad != nil {
		_ = t.out.Flush()
		fmt.Fprintf(t.err, "%s: cmd. line:%d: %s\n", t.name, bad.line, bad.text)
		return bad.status
	}
	a := &awk{
		t: t, prog: prog, outs: map[string]*awkOut{}, ins: map[string]*awkReader{}, regexes: map[string]*regex{}, split: true,
		random: 0x9e3779b97f4a7c15,
	}
	for _, re := range prog.regexes[:min(len(prog.regexes), maxAwkRegexes)] {
		if _, why := a.compiled(re.text); why != "" {
			fmt.Fprintf(t.err, "%s: cmd. line:%d: error: %s: /%s/\n", t.name, re.line, why, strings.ToValidUTF8(clip(re.text), "?"))
			return 1
		}
	}
	vars = slices.DeleteFunc(vars, func(v assignment) bool { return inPlace.option(v.name, v.value) })
	a.inPlace = inPlace
	defer a.drop()
	a.stdout = awkOut{w: t.out}
	a.stderr = awkOut{w: bufio.NewWriterSize(t.err, 256), now: true}
	// A name of -v or of an argument may be one that the program has not.
	for _, v := range vars {
		a.variable(v.name)
	}
	a.globals = make([]awkVar, prog.globals+len(vars)+len(args)+1)
	return a.main(append([]string{t.name}, args...), func() {
		if hasFS {
			a.setNamed("FS", awkString(awkUnescape(fs)))
		}
		for _, v := range vars {
			a.setNamed(v.name, awkInput(awkUnescape(v.value)))
		}
	})
}

func awkIsName(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' || awkWordKind(s) != tokName {
		return false
	}
	for i := range len(s) {
		if !awkNameByte(s[i]) {
			return false
		}
	}
	return true
}

// variable is the place of a global variable; it is made if the program does not use it.
func (a *awk) variable(name string) int {
	i, ok := a.prog.names[name]
	if !ok {
		i = a.prog.globals
		a.prog.names[name] = i
		a.prog.globals++
	}
	return i
}

// setNamed assigns to a global variable, if it can be one.
func (a *awk) setNamed(name string, v awkValue) {
	i := a.variable(name)
	if i >= len(a.globals) {
		return
	}
	if a.globals[i].arr != nil {
		a.fatal("cannot use array `%s' as a variable", name)
	}
	a.setGlobal(i, v)
}

// main runs the program and returns its status.
func (a *awk) main(argv []string, set func()) (status int) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(awkFatal)
			if !ok {
				panic(r)
			}
			a.flush()
			_ = a.t.out.Flush()
			fmt.Fprintf(a.t.err, "%s: fatal: %s\n", a.t.name, string(f))
			status = 2
		}
	}()
	for name, v := range map[string]string{"FS": " ", "OFS": " ", "ORS": "\n", "RS": "\n", "SUBSEP": "\x1c", "CONVFMT": "%.6g", "OFMT": "%.6g", "FPAT": "[^[:space:]]+"} {
		a.setNamed(name, awkString(v))
	}
	a.how = 0
	a.store(&a.globals[awkRLENGTH].v, awkNumber(-1))
	a.store(&a.globals[awkARGC].v, awkNumber(float64(len(argv))))
	list := newAwkArray()
	a.globals[awkARGV].arr = list
	for i, s := range argv {
		a.store(&a.at(list, strconv.Itoa(i)).v, awkInput(s))
	}
	env := newAwkArray()
	a.globals[awkENVIRON].arr = env
	for _, kv := range a.t.sh.environ() {
		k, v, _ := strings.Cut(kv, "=")
		a.store(&a.at(env, k).v, awkInput(v))
	}
	a.globals[awkPROCINFO].arr = newAwkArray()
	set()
	done := a.rules(func(r *awkRule) bool { return r.begin })
	if done != flowExit && a.prog.reads {
		a.stage = stageMain
		for done != flowExit {
			more := false
			if done = a.caught(func() awkFlow { more = a.nextRecord(); return flowOn }); !more || done == flowExit {
				break
			}
			if done = a.caught(a.each); done == flowNextFile {
				done = a.caught(func() awkFlow { a.closeInput(); return flowOn })
			}
		}
	}
	a.endInPlace(true)
	if a.prog.reads {
		a.stage = stageEnd
		a.rules(func(r *awkRule) bool { return r.end })
	}
	a.closeAll()
	if a.status == 0 {
		return a.t.code
	}
	return a.status
}

// rules runs the rules that are without a pattern.
func (a *awk) rules(which func(*awkRule) bool) awkFlow {
	for _, r := range a.prog.rules {
		if which(r) {
			if flow := a.caught(func() awkFlow { return r.body(a) }); flow == flowExit {
				return flow
			}
		}
	}
	return flowOn
}

// each runs the rules for a record.
func (a *awk) each() awkFlow {
	for _, r := range a.prog.rules {
		if r.begin || r.end || r.file != 0 {
			continue
		}
		switch {
		case r.pattern == nil:
		case r.until == nil:
			if !r.pattern(a).truth() {
				continue
			}
		case r.active:
			r.active = !r.until(a).truth()
		default:
			if !r.pattern(a).truth() {
				continue
			}
			r.active = !r.until(a).truth()
		}
		if r.body == nil {
			a.write(&a.stdout, a.record(), a.ors)
			continue
		}
		switch flow := r.body(a); flow {
		case flowNext:
			return flowOn
		case flowExit, flowNextFile:
			return flow
		}
	}
	return flowOn
}

func (a *awk) fatal(format string, args ...any) {
	panic(awkFatal(fmt.Sprintf(format, args...)))
}

// room takes memory for a string until the statement ends.
func (a *awk) room(n int) {
	if n > 512 {
		a.t.sh.room(int64(n))
	}
}

// special reads a variable that is computed.
func (a *awk) special(i int) awkValue {
	switch i {
	case 0:
		a.cutFields()
		return awkNumber(float64(a.nf))
	case 1:
		return awkNumber(a.nr)
	}
	return awkNumber(a.fnr)
}

// setGlobal assigns to a global variable.
func (a *awk) setGlobal(i int, v awkValue) {
	if i >= len(awkSpecials) {
		a.store(&a.globals[i].v, v)
		return
	}
	switch awkSpecials[i] {
	case "NF":
		a.cutFields()
		n := v.num()
		if !(n >= 0) {
			a.fatal("NF set to negative value")
		}
		a.resize(n)
		a.stale = true
		return
	case "NR":
		a.nr = v.num()
		return
	case "FNR":
		a.fnr = v.num()
		return
	}
	a.store(&a.globals[i].v, v)
	s := strings.Clone(a.text(v))
	switch awkSpecials[i] {
	case "FS":
		a.cutFields() // the record that is there is cut as it was read
		a.fsep, a.how = awkSeparator(s), 0
	case "OFS":
		if a.stale {
			a.record()
		}
		a.ofs = s
	case "ORS":
		a.ors = s
	case "RS":
		a.rs = s
		a.paragraphs = s == ""
	case "SUBSEP":
		a.subsep = s
	case "CONVFMT":
		a.convfmt = s
	case "OFMT":
		a.ofmt = s
	case "IGNORECASE":
		a.fold = v.truth()
	case "FPAT":
		a.fpat, a.how = s, 'p'
	case "FIELDWIDTHS":
		a.widths, a.how = s, 'w'
	}
}

// assign gives an expression a value, which it returns.
func (a *awk) assign(e *awkExpr, v awkValue) awkValue {
	switch e.form {
	case formVar:
		x := e.v(a)
		if x.arr != nil {
			a.fatal("attempt to use array `%s' in a scalar context", e.name)
		}
		if e.slot >= 0 {
			a.setGlobal(e.slot, v)
		} else {
			a.store(&x.v, v)
		}
	case formField:
		a.setField(a.fieldNumber(e.field(a)), v)
	case formIndex:
		a.setCell(a.at(e.base(a), e.key(a)), v)
	}
	return v
}

func (a *awk) setCell(c *awkCell, v awkValue) {
	if c.sub != nil {
		a.fatal("attempt to use an array in a scalar context")
	}
	a.store(&c.v, v)
}

// change gives an expression a value made of its number; what it names is
// looked up once.
func (a *awk) change(e *awkExpr, f func(old float64) float64) (old, now awkValue) {
	set := func(v awkValue) awkValue { return a.assign(e, v) }
	switch e.form {
	case formIndex:
		c := a.at(e.base(a), e.key(a))
		if c.sub != nil {
			a.fatal("attempt to use an array in a scalar context")
		}
		old = awkNumber(c.v.num())
		set = func(v awkValue) awkValue {
			a.setCell(c, v)
			return v
		}
	case formField:
		i := a.fieldNumber(e.field(a))
		old = awkNumber(a.fieldAt(i).num())
		set = func(v awkValue) awkValue {
			a.setField(i, v)
			return v
		}
	default:
		old = awkNumber(e.eval(a).num())
	}
	return old, set(awkNumber(f(old.n)))
}

// call calls a function of the program.
func (a *awk) call(f *awkFunc, args []awkExpr) awkValue {
	frame := make([]awkVar, len(f.params))
	for i := range args {
		e := &args[i]
		if e.paren || e.form != formVar && e.form != formIndex {
			a.store(&frame[i].v, e.eval(a))
			continue
		}
		if e.form == formVar && (e.slot < 0 || e.slot >= awkHooked) {
			x := e.v(a)
			switch {
			case x.arr != nil:
				frame[i].arr = x.arr
			case x.v.kind == awkUnset:
				frame[i].from = x
			default:
				a.store(&frame[i].v, x.v)
			}
			continue
		}
		if arr := a.arrayIf(e); arr != nil {
			frame[i].arr = arr
			continue
		}
		a.store(&frame[i].v, e.eval(a))
	}
	return a.enter(f, frame)
}

// callValues calls a function with values.
func (a *awk) callValues(f *awkFunc, values ...awkValue) awkValue {
	frame := make([]awkVar, len(f.params))
	for i, v := range values {
		a.store(&frame[i].v, v)
	}
	return a.enter(f, frame)
}

// awkCall is a call that runs.
type awkCall struct {
	f     *awkFunc
	frame []awkVar
	owned uint64 // which of its variables are no array of the caller's
}

func (a *awk) enter(f *awkFunc, frame []awkVar) awkValue {
	c := awkCall{f: f, frame: frame}
	for i := range frame {
		if frame[i].arr == nil && frame[i].from == nil {
			c.owned |= 1 << i
		}
	}
	a.stack += f.stack
	if a.stack > maxAwkStack {
		a.fatal("function `%s': calls are nested too deep", f.name)
	}
	if a.stack > a.stacked {
		a.t.hold(1 << 20)
		a.stacked += 1 << 20
	}
	a.t.sh.spend(60 + 10*int64(len(frame)))
	a.calls = append(a.calls, c)
	a.frame = frame
	a.result = awkValue{}
	flow := f.body(a)
	v := a.result
	a.result = awkValue{}
	a.leave()
	if flow != flowReturn && flow != flowOn {
		panic(awkUnwind(flow))
	}
	return v
}

// leave ends the innermost call.
func (a *awk) leave() {
	last := len(a.calls) - 1
	c := a.calls[last]
	a.calls = a.calls[:last]
	a.stack -= c.f.stack
	for i := range c.frame {
		x := &c.frame[i]
		a.account(-int64(len(x.v.s)))
		if x.arr != nil && c.owned&(1<<i) != 0 {
			a.clear(x.arr) // it dies with the call
		}
	}
	a.frame = nil
	if last > 0 {
		a.frame = a.calls[last-1].frame
	}
}

// awkUnwind is a statement in a function, or in a rule for files, that ends more than it.
type awkUnwind awkFlow

// caught runs f, and takes what a function or a rule for files in it ended.
func (a *awk) caught(f func() awkFlow) (flow awkFlow) {
	calls := len(a.calls)
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(awkUnwind)
			if !ok {
				panic(r)
			}
			for len(a.calls) > calls {
				a.leave()
			}
			flow = awkFlow(u)
		}
	}()
	return f()
}

// fieldNumber is which field a value names.
func (a *awk) fieldNumber(v awkValue) int {
	n := v.num()
	if !(n >= 0) {
		a.fatal("attempt to access field %s", a.numText(math.Trunc(n), ""))
	}
	if n > maxAwkFields {
		a.fatal("field %s is more than %d", a.numText(n, "%.6g"), maxAwkFields)
	}
	return int(n)
}

// setRecord makes s the record.
func (a *awk) setRecord(s string) {
	if n := int64(len(s)); n > a.lineHeld {
		a.t.hold(n - a.lineHeld)
		a.lineHeld = n
	}
	a.line, a.split, a.stale = s, false, false
}

// record is $0.
func (a *awk) record() string {
	if a.stale {
		parts := make([]string, a.nf)
		n := 0
		for i := range parts {
			parts[i] = a.text(a.fields[i].v)
			n += len(parts[i]) + len(a.ofs)
		}
		a.t.sh.spend(int64(5 * a.nf))
		a.room(n + 16*a.nf)
		split := a.split
		a.setRecord(strings.Join(parts, a.ofs))
		a.split = split
	}
	return a.line
}

// cutFields makes fields of the record.
func (a *awk) cutFields() {
	if a.split {
		return
	}
	a.split = true
	var pieces []string
	switch a.how {
	case 'p':
		pieces = a.byContent(a.line, a.regex(a.fpat))
	case 'w':
		pieces = a.byWidth(a.line)
	default:
		pieces = a.pieces(a.line, &a.fsep)
	}
	a.nf = 0
	a.resize(float64(len(pieces)))
	a.t.sh.spend(int64(4 * len(pieces)))
	for i, s := range pieces {
		a.fields[i].v = awkInput(s)
	}
}

// resize sets the number of fields.
func (a *awk) resize(n float64) {
	if n > maxAwkFields {
		a.fatal("a record of more than %d fields", maxAwkFields)
	}
	k := int(n)
	if k > cap(a.fields) {
		grown := max(2*cap(a.fields), k, 16)
		a.t.hold(int64(grown-cap(a.fields)) * 64)
		a.fields = slices.Grow(a.fields, grown-len(a.fields))
	}
	for len(a.fields) < k {
		a.fields = append(a.fields, awkVar{})
	}
	for i := a.nf; i < k; i++ {
		a.fields[i].v = awkValue{}
	}
	a.nf = k
}

func (a *awk) fieldAt(i int) awkValue {
	if i == 0 {
		return awkInput(a.record())
	}
	a.cutFields()
	if i > a.nf {
		return awkValue{}
	}
	return a.fields[i-1].v
}

func (a *awk) setField(i int, v awkValue) {
	if i == 0 {
		a.setRecord(strings.Clone(a.text(v)))
		return
	}
	a.cutFields()
	if i > a.nf {
		a.t.sh.spend(int64(i - a.nf))
		a.resize(float64(i))
	}
	if v.part {
		v.s, v.part = strings.Clone(v.s), false
	}
	a.room(len(v.s))
	a.fields[i-1].v = v
	a.stale = true
}

// regex is a compiled expression.
func (a *awk) regex(expr string) *regex {
	re, bad := a.compiled(expr)
	if bad != "" {
		a.fatal("%s: /%s/", bad, strings.ToValidUTF8(clip(expr), "?"))
	}
	return re
}

// compiled is an expression that was compiled before, or is now; bad says what is
// wrong with one that cannot be.
func (a *awk) compiled(expr string) (re *regex, bad string) {
	key := expr
	if a.fold {
		key = "i" + expr
	}
	if re := a.regexes[key]; re != nil {
		return re, ""
	}
	if len(a.regexes) >= maxAwkRegexes {
		clear(a.regexes)
		a.account(-a.regexSize)
		a.regexSize = 0
	}
	if re, bad = a.t.sh.regex(expr, regexMode{extended: true, fold: a.fold, awk: true}); bad != "" {
		return nil, bad
	}
	size := 512 + 64*int64(re.size)
	a.regexSize += size
	a.account(size)
	a.regexes[strings.Clone(key)] = re
	return re, ""
}

func (a *awk) matches(re *regex, s string) bool {
	a.t.sh.regexCost(re, len(s))
	return re.MatchString(s)
}

// nextRecord makes the next record of the input the record.
func (a *awk) nextRecord() bool {
	rec, ok := a.nextLine()
	if ok {
		a.setRecord(rec)
	}
	return ok
}

// nextLine reads a record of the files that the arguments name.
func (a *awk) nextLine() (string, bool) {
	for {
		if a.cur == nil && !a.openNext() {
			return "", false
		}
		rec, ok := a.read(a.cur)
		if ok {
			a.nr++
			a.fnr++
			return rec, true
		}
		if err := a.cur.err; err != nil {
			a.t.say("error reading input file `%s': %s", a.text(a.globals[awkFILENAME].v), errText(err))
			a.t.code = 2
		}
		a.closeInput()
	}
}

// openNext opens the next file of the arguments.
func (a *awk) openNext() bool {
	if a.ended {
		return false
	}
	argc := int(min(a.globals[awkARGC].v.num(), 1<<20))
	for a.argAt+1 < argc {
		a.argAt++
		a.t.sh.spend(20)
		c := a.globals[awkARGV].arr.cells[strconv.Itoa(a.argAt)]
		if c == nil {
			continue
		}
		arg := a.text(c.v)
		if arg == "" {
			continue
		}
		if name, value, is := strings.Cut(arg, "="); is && awkIsName(name) {
			a.setNamed(name, awkInput(awkUnescape(value)))
			continue
		}
		a.opened = true
		f, err := a.t.open(arg)
		if err != nil {
			if errCode(err) == "EISDIR" {
				a.t.say("warning: command line argument `%s' is a directory: skipped", arg)
				continue
			}
			a.fatal("cannot open file `%s' for reading: %s", arg, errText(err))
		}
		a.begin(f, arg)
		return true
	}
	if a.opened {
		a.ended = true
		return false
	}
	a.opened = true
	a.begin(&file{Reader: a.t.in, name: "-"}, "")
	return true
}

func (a *awk) begin(f *file, name string) {
	a.cur = &awkReader{r: f, close: f.close}
	a.fnr = 0
	a.endInPlace(true)
	a.beginInPlace(name)
	a.store(&a.globals[awkFILENAME].v, awkString(name))
	a.atFile('b')
}

func (a *awk) atFile(which byte) {
	for _, r := range a.prog.rules {
		if r.file == which {
			if flow := r.body(a); flow == flowExit {
				panic(awkUnwind(flow))
			}
		}
	}
}

// closeInput ends the file that is read.
func (a *awk) closeInput() {
	if a.cur == nil {
		return
	}
	a.cur.end(a.t)
	a.cur = nil
	a.atFile('e')
}

func (r *awkReader) end(t *tool) {
	r.close()
	t.unhold(r.held)
	r.held = 0
}

// more reads more of the input.
func (r *awkReader) more(t *tool) {
	if r.from > 0 {
		n := copy(r.buf, r.buf[r.from:])
		r.buf = r.buf[:n]
		r.from = 0
	}
	if len(r.buf) == cap(r.buf) {
		grown := max(2*cap(r.buf), 8<<10)
		t.hold(int64(grown - cap(r.buf)))
		r.held += int64(grown - cap(r.buf))
		r.buf = append(make([]byte, 0, grown), r.buf...)
	}
	n, err := r.r.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if err != nil {
		r.eof = true
		if !errors.Is(err, io.EOF) {
			r.err = err
		}
	}
}

// read reads a record.
func (a *awk) read(r *awkReader) (string, bool) {
	a.t.sh.spend(15)
	take := func(rec, sep int) (string, bool) {
		s := string(r.buf[r.from : r.from+rec])
		a.store(&a.globals[awkRT].v, awkString(string(r.buf[r.from+rec:r.from+rec+sep])))
		r.from += rec + sep
		a.t.sh.spend(int64(rec) / 16)
		return s, true
	}
	if a.paragraphs && !r.begun {
		r.begun = true
		for {
			for r.from < len(r.buf) && r.buf[r.from] == '\n' {
				r.from++
			}
			if r.from < len(r.buf) || r.eof {
				break
			}
			r.more(a.t)
		}
	}
	looked := 0
	for {
		rest := r.buf[r.from:]
		switch {
		case a.paragraphs:
			if i := bytes.Index(rest, []byte("\n\n")); i >= 0 {
				j := i + 2
				for j < len(rest) && rest[j] == '\n' {
					j++
				}
				if j < len(rest) || r.eof {
					return take(i, j-i)
				}
			} else if r.eof && len(rest) > 0 {
				if rest[len(rest)-1] == '\n' {
					return take(len(rest)-1, 1)
				}
				return take(len(rest), 0)
			}
		case len(a.rs) == 1:
			if i := bytes.IndexByte(rest[looked:], a.rs[0]); i >= 0 {
				return take(looked+i, 1)
			}
			looked = len(rest)
		default:
			re := a.regex(a.rs)
			// Not all that is there is looked at at once: it is looked at again for
			// the next record.
			for size := 256; ; size *= 4 {
				part := rest[:min(size, len(rest))]
				a.t.sh.regexCost(re, len(part))
				m := re.FindIndex(part)
				if m != nil && m[1] > m[0] && (m[1] < len(part) || len(part) == len(rest) && r.eof) {
					return take(m[0], m[1]-m[0])
				}
				if len(part) == len(rest) {
					break
				}
			}
		}
		if r.eof {
			if len(rest) == 0 {
				return "", false
			}
			return take(len(rest), 0)
		}
		r.more(a.t)
	}
}

// getlineMain is getline without a file.
func (a *awk) getlineMain(into *awkExpr) awkValue {
	if a.stage == stageEnd {
		return awkNumber(0)
	}
	rec, ok := a.nextLine()
	if !ok {
		return awkNumber(0)
	}
	if into == nil {
		a.setRecord(rec)
	} else {
		a.assign(into, awkInput(rec))
	}
	return awkNumber(1)
}

// getline reads a record of a file or of a command. NR does not count it.
func (a *awk) getline(r *awkReader, into *awkExpr) awkValue {
	if r == nil {
		return awkNumber(-1)
	}
	rec, ok := a.read(r)
	if !ok {
		if r.err != nil {
			return awkNumber(-1)
		}
		return awkNumber(0)
	}
	if into == nil {
		a.setRecord(rec)
	} else {
		a.assign(into, awkInput(rec))
	}
	return awkNumber(1)
}

func (a *awk) limitFiles() {
	if len(a.ins)+len(a.outs) >= maxAwkFiles {
		a.fatal("more than %d files and commands are open: close() those that are done", maxAwkFiles)
	}
}

// input is a file that getline reads, or nil.
func (a *awk) input(name string) *awkReader {
	if r := a.ins[name]; r != nil {
		return r
	}
	a.limitFiles()
	if name == "-" || name == "/dev/stdin" {
		name = "-"
		if r := a.ins[name]; r != nil {
			return r
		}
	}
	f, err := a.t.open(name)
	if err != nil {
		a.store(&a.globals[awkERRNO].v, awkString(errText(err)))
		return nil
	}
	r := &awkReader{r: f, close: f.close}
	a.ins[strings.Clone(name)] = r
	return r
}

// start starts a command whose descriptor fd is a pipe, and returns the other end.
func (a *awk) start(cmd string, fd int) (*desc, *Process) {
	a.limitFiles()
	a.flush()
	return a.t.sh.piped(a.t.sh.proc.ctx, fd, func(c *shell) { c.status = c.line1(cmd) })
}

// line1 runs a command line with sh.
func (sh *shell) line1(cmd string) int {
	return sh.start(lookup{tool: bashTool}, []string{"sh", "-c", cmd})
}

// command is a command whose output getline reads.
func (a *awk) command(cmd string) *awkReader {
	key := "|" + cmd
	if r := a.ins[key]; r != nil {
		return r
	}
	d, p := a.start(cmd, 1)
	r := &awkReader{r: descReader{a.t.sh, d}, close: d.drop, proc: p}
	a.ins[key] = r
	return r
}

// output is where print writes to.
func (a *awk) output(how string, where awkEval) *awkOut {
	if how == "" {
		return &a.stdout
	}
	name := a.text(where(a))
	key := name
	if how == "|" {
		key = "|" + name
	}
	if o := a.outs[key]; o != nil {
		return o
	}
	switch {
	case how == "|":
		d, p := a.start(name, 0)
		a.t.hold(4 << 10)
		return a.keep(key, &awkOut{w: bufio.NewWriterSize(descWriter{a.t.sh, d}, 4<<10), d: d, proc: p})
	case name == "/dev/stdout" || name == "-":
		return &a.stdout
	case name == "/dev/stderr":
		return &a.stderr
	case name == "":
		a.fatal("expression for `%s' redirection has null string value", how)
	}
	a.limitFiles()
	flags := os.O_TRUNC
	if how == ">>" {
		flags = os.O_APPEND
	}
	d, err := a.t.create(name, flags)
	if err != nil {
		a.fatal("cannot redirect to `%s': %s", name, errText(err))
	}
	a.t.hold(4 << 10)
	return a.keep(key, &awkOut{w: bufio.NewWriterSize(descWriter{a.t.sh, d}, 4<<10), d: d})
}

func (a *awk) keep(key string, o *awkOut) *awkOut {
	key = strings.Clone(key)
	a.outs[key] = o
	a.order = append(a.order, key)
	return o
}

func (a *awk) write(o *awkOut, pieces ...string) {
	for _, s := range pieces {
		if _, err := o.w.WriteString(s); err != nil {
			a.fatal("write error: %s", errText(err))
		}
	}
	if o.now {
		_ = a.t.out.Flush()
		_ = o.w.Flush()
	}
}

// flush writes what print kept back.
func (a *awk) flush() {
	_ = a.t.out.Flush()
	for _, key := range a.order {
		_ = a.outs[key].w.Flush()
	}
}

// close closes a file or a command and returns its status, or -1.
func (a *awk) close(name string) int {
	status := -1
	for _, key := range []string{name, "|" + name} {
		if r := a.ins[key]; r != nil {
			delete(a.ins, key)
			r.end(a.t)
			status = a.wait(r.proc)
		}
		if o := a.outs[key]; o != nil {
			delete(a.outs, key)
			a.order = slices.DeleteFunc(a.order, func(k string) bool { return k == key })
			status = a.finish(o)
		}
	}
	return status
}

func (a *awk) finish(o *awkOut) int {
	_ = a.t.out.Flush()
	_ = o.w.Flush()
	o.d.drop()
	a.t.unhold(4 << 10)
	return a.wait(o.proc)
}

// wait waits for a command, whose pipe is closed.
func (a *awk) wait(p *Process) int {
	if p == nil {
		return 0
	}
	a.t.sh.proc.turn.release()
	<-p.done
	a.t.sh.proc.check()
	code, _ := p.Status()
	return code
}

// closeAll closes what is open, and waits for commands.
func (a *awk) closeAll() {
	_ = a.t.out.Flush()
	for len(a.order) > 0 {
		key := a.order[0]
		o := a.outs[key]
		delete(a.outs, key)
		a.order = a.order[1:]
		a.finish(o)
	}
	for key, r := range a.ins {
		delete(a.ins, key)
		r.end(a.t)
		a.wait(r.proc)
	}
}

// drop closes what is still open when the program was ended.
func (a *awk) drop() {
	a.endInPlace(false)
	for _, o := range a.outs {
		o.d.drop()
	}
	for _, r := range a.ins {
		r.end(a.t)
	}
	if a.cur != nil {
		a.cur.end(a.t)
	}
}

// system runs a command and returns its status.
func (a *awk) system(cmd string) int {
	a.flush()
	return a.t.sh.subshell(func(c *shell) { c.status = c.line1(cmd) })
}
