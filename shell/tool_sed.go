package shell

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sedAddr is a line number, $ or an expression.
type sedAddr struct {
	line   int // 0: none; -1: the last
	step   int // first~step
	first  int
	isStep bool
	re     *regex
	empty  bool // //: the last expression used
	zero   bool // 0,/re/
	plus   int  // addr,+N
	isPlus bool
	mult   int // addr,~N
	isMult bool
}

type sedCmd struct {
	a1, a2    *sedAddr
	not       bool
	name      byte
	text      string // of a, i, c, labels and file names
	re        *regex
	emptyRe   bool
	with      string
	global    bool
	print     bool
	nth       int
	to        io.Writer
	toName    string
	wrap      int // of l: the length of a line; -1 for that of -l
	y         map[rune]rune
	jump      int // index of the matching } or of a label
	exit      int
	active    bool // in a range
	until     int  // line at which the range ends, if known
	evaluated bool
}

type sedder struct {
	t             *tool
	cmds          []*sedCmd
	quiet, ere    bool
	inPlace       bool
	suffix        string
	separate      bool
	null          byte
	line          int
	space, hold   []byte
	in            *sedInput
	appended      []func()
	quit          bool
	lastRe        *regex
	out           io.Writer
	files         map[string]*desc
	reading       map[string]*lines // of R
	opened        []*file           // of reading
	wrap          int               // -l
	held          int64
	noNL, substed bool
	holdNoNL      bool // of what is held
	missing       bool // the end of the line that was printed last
}

// sedInput is all files one after another, with one line of lookahead.
type sedInput struct {
	t      *tool
	names  []string
	cur    *file
	lines  *lines
	ahead  []byte
	ok     bool
	ended  bool // of ahead: it had its newline
	delim  byte // of lines
	opened func(name string) bool
	closed func()
}

func (in *sedInput) fill() {
	for {
		if in.lines == nil {
			if len(in.names) == 0 {
				in.ok = false
				return
			}
			name := in.names[0]
			in.names = in.names[1:]
			f, err := in.t.open(name)
			if err != nil {
				in.t.say("can't read %s: %s", name, errText(err))
				in.t.code = 2
				continue
			}
			in.cur, in.lines = f, in.t.lines(f)
			in.lines.delim = in.delim
			if in.opened != nil && !in.opened(name) {
				f.close()
				in.lines = nil
				continue
			}
		}
		line, ok := in.lines.next()
		if ok {
			in.ahead = append(in.ahead[:0], line...)
			in.ended = in.lines.ended
			in.ok = true
			return
		}
		in.cur.close()
		in.lines = nil
		if in.closed != nil {
			in.closed()
			in.ok = false
			return
		}
	}
}

func sed(t *tool) int {
	args := make([]string, 0, len(t.args))
	args = append(args, t.args...)
	opts, names, bad := getopt(args, "nEre:f:i::szul:b", map[string]string{"quiet": "n", "silent": "n", "regexp-extended": "E", "expression=": "e", "file=": "f", "in-place?": "i", "separate": "s", "null-data": "z", "posix": "u", "unbuffered": "u", "debug": "u", "line-length=": "l"})
	if bad != "" {
		fmt.Fprintf(t.err, "sed: %s\nUsage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", bad)
		return 1
	}
	s := sedder{t: t, null: '\n', files: map[string]*desc{}, reading: map[string]*lines{}, wrap: 70}
	defer func() {
		for _, d := range s.files {
			d.drop()
		}
		for _, f := range s.opened {
			f.close()
		}
	}()
	var script []string
	for _, o := range opts {
		switch o.name {
		case "n":
			s.quiet = true
		case "E", "r":
			s.ere = true
		case "e":
			script = append(script, o.value)
		case "f":
			text, err := t.script(o.value)
			if err != nil {
				t.say("couldn't open file %s: %s", o.value, errText(err))
				return 1
			}
			script = append(script, strings.TrimSuffix(text, "\n"))
		case "i":
			s.inPlace, s.suffix = true, o.value
		case "s":
			s.separate = true
		case "z":
			s.null = 0
		case "l":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				t.say("invalid line length: %s", clip(o.value))
				return 1
			}
			s.wrap = n
		}
	}
	if len(script) == 0 {
		if len(names) == 0 {
			fmt.Fprintf(t.err, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n")
			return 1
		}
		script = names[:1]
		names = names[1:]
	}
	p := sedParser{s: &s, text: strings.Join(script, "\n")}
	if strings.HasPrefix(p.text, "#n\n") {
		s.quiet = true
	}
	if !p.parse() {
		fmt.Fprintf(t.err, "sed: -e expression #1, char %d: %s\n", p.at, p.bad)
		return 1
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	s.out = t.out
	switch {
	case s.inPlace:
		for _, name := range names {
			s.editInPlace(name)
			if s.quit {
				break
			}
		}
	case s.separate:
		for _, name := range names {
			s.line = 0
			s.run([]string{name})
			if s.quit {
				break
			}
		}
	default:
		s.run(names)
	}
	return t.code
}

func (s *sedder) editInPlace(name string) {
	t := s.t
	info, err := t.sh.stat(name)
	if err != nil {
		t.say("can't read %s: %s", name, errText(err))
		t.code = 2
		return
	}
	if !info.Mode().IsRegular() {
		t.say("couldn't edit %s: not a regular file", name)
		t.code = 4
		return
	}
	capture := &captureStream{hold: func(n int64) error { t.hold(n); return nil }}
	d := newDesc(capture, "")
	s.out = descWriter{t.sh, d}
	s.line = 0
	s.run([]string{name})
	if s.suffix != "" {
		backup := name + s.suffix
		if strings.Contains(s.suffix, "*") {
			backup = strings.ReplaceAll(s.suffix, "*", baseName(name))
		}
		if err := t.copyFile(name, backup, info, true); err != nil {
			t.say("cannot rename %s: %s", name, errText(err))
			t.code = 4
			return
		}
	}
	if err := t.sh.sys.cfg.Files.WriteFile(t.sh.abs(name), capture.buf, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode().Perm()); err != nil {
		t.say("couldn't write %s: %s", name, errText(err))
		t.code = 4
	}
}

// sedParser reads a script.
type sedParser struct {
	s    *sedder
	text string
	at   int
	bad  string
}

func (p *sedParser) fail(msg string) bool {
	if p.bad == "" {
		p.bad = msg
	}
	return false
}

func (p *sedParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *sedParser) skip(set string) {
	for p.at < len(p.text) && strings.IndexByte(set, p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *sedParser) number() int {
	n := 0
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		n = min(n*10+int(p.text[p.at]-'0'), 1<<40)
		p.at++
	}
	return n
}

func (p *sedParser) regex(expr string, fold, multi bool) *regex {
	re, bad := p.s.t.sh.regex(sedChars(expr), regexMode{extended: p.s.ere, fold: fold, multi: multi})
	if bad != "" {
		p.fail(bad)
	}
	return re
}

// sedChar is the character that an escape at the start of s names, as \x41, and how long
// the escape is; 0 if it is none of a character.
func sedChar(s string) (c byte, n int) {
	if len(s) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte("afrv", s[1]); i >= 0 {
		return "\a\f\r\v"[i], 2
	}
	base, most := 0, 0
	switch s[1] {
	case 'x':
		base, most = 16, 2
	case 'o':
		base, most = 8, 3
	case 'd':
		base, most = 10, 3
	default:
		return 0, 0
	}
	v := 0
	for n = 2; n < len(s) && n < 2+most; n++ {
		d, err := strconv.ParseUint(s[n:n+1], base, 8)
		if err != nil {
			break
		}
		v = v*base + int(d)
	}
	if n == 2 || v >= 0x80 {
		return 0, 0
	}
	return byte(v), n
}

// sedChars writes the characters that escapes in a regular expression name.
func sedChars(expr string) string {
	if strings.IndexByte(expr, '\\') < 0 {
		return expr
	}
	var b strings.Builder
	for i := 0; i < len(expr); i++ {
		if expr[i] != '\\' || i+1 == len(expr) {
			b.WriteByte(expr[i])
			continue
		}
		c, n := sedChar(expr[i:])
		switch {
		case n == 0:
			b.WriteString(expr[i : i+2])
			i++
			continue
		default:
			b.WriteByte(c)
		}
		i += n - 1
	}
	return b.String()
}

// delimited reads up to an unescaped delimiter, inside of which brackets hide it.
func (p *sedParser) delimited(delim byte, isRegex bool) (string, bool) {
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == delim:
			p.at++
			return b.String(), true
		case c == '\\' && p.at+1 < len(p.text):
			n := p.text[p.at+1]
			if n == delim && delim != '\\' {
				if isRegex && strings.IndexByte(`.*+?()|[]{}^$`, delim) >= 0 {
					b.WriteByte('[')
					b.WriteByte(n)
					b.WriteByte(']')
				} else if !isRegex && delim == '&' {
					b.WriteString(`\&`)
				} else {
					b.WriteByte(n)
				}
			} else {
				b.WriteByte(c)
				b.WriteByte(n)
			}
			p.at += 2
		case c == '[' && isRegex:
			if _, n := posixSet(p.text[p.at:], false); n > 0 && !strings.Contains(p.text[p.at:p.at+n], "\n") {
				b.WriteString(p.text[p.at : p.at+n])
				p.at += n
				continue
			}
			b.WriteByte(c)
			p.at++
		case c == '\n' && isRegex:
			return "", false
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return "", false
}

func (p *sedParser) addr() *sedAddr {
	switch c := p.peek(); {
	case c >= '0' && c <= '9':
		n := p.number()
		if p.peek() == '~' {
			p.at++
			return &sedAddr{first: n, step: p.number(), isStep: true}
		}
		if n == 0 {
			return &sedAddr{zero: true}
		}
		return &sedAddr{line: n}
	case c == '$':
		p.at++
		return &sedAddr{line: -1}
	case c == '/' || c == '\\':
		delim := c
		p.at++
		if c == '\\' {
			delim = p.peek()
			p.at++
		}
		expr, ok := p.delimited(delim, true)
		if !ok {
			p.fail("unterminated address regex")
			return nil
		}
		fold, multi := false, false
		for p.peek() == 'I' || p.peek() == 'M' {
			fold = fold || p.peek() == 'I'
			multi = multi || p.peek() == 'M'
			p.at++
		}
		if expr == "" {
			return &sedAddr{empty: true}
		}
		return &sedAddr{re: p.regex(expr, fold, multi)}
	}
	return nil
}

func (p *sedParser) parse() bool {
	var open []int
	labels := map[string]int{}
	for {
		p.skip(" \t\n;")
		if p.at >= len(p.text) {
			break
		}
		if p.peek() == '#' {
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
			continue
		}
		c := &sedCmd{jump: -1}
		c.a1 = p.addr()
		p.skip(" \t")
		if c.a1 != nil && p.peek() == ',' {
			p.at++
			p.skip(" \t")
			switch p.peek() {
			case '+':
				p.at++
				c.a2 = &sedAddr{plus: p.number(), isPlus: true}
			case '~':
				p.at++
				c.a2 = &sedAddr{mult: p.number(), isMult: true}
			default:
				c.a2 = p.addr()
			}
			if c.a2 == nil && p.bad == "" {
				return p.fail("unexpected `,'")
			}
		}
		if p.bad != "" {
			return false
		}
		p.skip(" \t")
		for p.peek() == '!' {
			c.not = true
			p.at++
			p.skip(" \t")
		}
		if p.at >= len(p.text) {
			return p.fail("missing command")
		}
		c.name = p.text[p.at]
		p.at++
		p.s.cmds = append(p.s.cmds, c)
		if len(p.s.cmds) > 10_000 {
			return p.fail("too many commands")
		}
		switch c.name {
		case '{':
			open = append(open, len(p.s.cmds)-1)
			continue
		case '}':
			if len(open) == 0 {
				return p.fail("unexpected `}'")
			}
			p.s.cmds[open[len(open)-1]].jump = len(p.s.cmds) - 1
			open = open[:len(open)-1]
		case '=', 'd', 'D', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'z', 'F':
		case 'l', 'L':
			p.skip(" \t")
			if c.wrap = -1; p.peek() >= '0' && p.peek() <= '9' {
				c.wrap = p.number()
			}
		case 'q', 'Q':
			p.skip(" \t")
			c.exit = p.number()
		case 'a', 'i', 'c':
			var ok bool
			if c.text, ok = p.textArg(); !ok {
				return p.fail("expected \\ after `a', `c' or `i'")
			}
			continue
		case ':', 'b', 't', 'T':
			p.skip(" \t")
			start := p.at
			for p.at < len(p.text) && p.text[p.at] != '\n' && p.text[p.at] != ';' && (c.name == ':' || p.text[p.at] != '}') {
				p.at++
			}
			c.text = strings.TrimSpace(p.text[start:p.at])
			if c.name == ':' {
				if c.text == "" {
					return p.fail("\":\" lacks a label")
				}
				labels[c.text] = len(p.s.cmds) - 1
			}
			continue
		case 'r', 'R', 'w', 'W':
			p.skip(" \t")
			c.toName = p.restOfLine()
			if c.toName == "" {
				return p.fail("missing filename in r/R/w/W commands")
			}
			if c.name == 'w' || c.name == 'W' {
				if c.to = p.file(c.toName); c.to == nil {
					return false
				}
			}
			continue
		case 's':
			if !p.substitute(c) {
				return false
			}
		case 'y':
			if !p.transliterate(c) {
				return false
			}
		case 'e':
			return p.fail("the e command is not supported")
		default:
			return p.fail(fmt.Sprintf("unknown command: `%c'", c.name))
		}
		p.skip(" \t")
		if ch := p.peek(); p.at < len(p.text) && ch != '\n' && ch != ';' && ch != '}' && ch != '#' {
			p.at++
			return p.fail("extra characters after command")
		}
	}
	if len(open) > 0 {
		p.at = 0
		return p.fail("unmatched `{'")
	}
	for _, c := range p.s.cmds {
		if c.name == 'b' || c.name == 't' || c.name == 'T' {
			if c.text == "" {
				c.jump = len(p.s.cmds)
				continue
			}
			to, ok := labels[c.text]
			if !ok {
				return p.fail("can't find label for jump to `" + clip(c.text) + "'")
			}
			c.jump = to
		}
	}
	return p.bad == ""
}

func (p *sedParser) restOfLine() string {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] != '\n' {
		p.at++
	}
	return p.text[start:p.at]
}

// file is where w writes, or nil.
func (p *sedParser) file(name string) io.Writer {
	t := p.s.t
	switch name {
	case "/dev/stdout":
		return t.out
	case "/dev/stderr":
		return t.err
	}
	if d := p.s.files[name]; d != nil {
		return descWriter{t.sh, d}
	}
	d, err := t.create(name, os.O_TRUNC)
	if err != nil {
		p.fail("couldn't open file " + name + ": " + errText(err))
		return nil
	}
	p.s.files[name] = d
	return descWriter{t.sh, d}
}

// textArg is what a, i and c add: the rest of the line, or the lines after a backslash,
// with none of which they add nothing but the end that the last line may lack.
func (p *sedParser) textArg() (text string, ok bool) {
	p.skip(" \t")
	if p.at == len(p.text) || p.peek() == '\n' {
		return "", false
	}
	if p.peek() == '\\' {
		if p.at++; p.at == len(p.text) {
			return "", true
		}
		start := p.at // blanks are part of the text if it is on this line
		if p.skip(" \t"); p.peek() == '\n' {
			p.at++
		} else {
			p.at = start
		}
	}
	var b strings.Builder
	for p.at < len(p.text) && p.text[p.at] != '\n' {
		if p.text[p.at] == '\\' && p.at+1 < len(p.text) {
			p.at++
			if c, n := sedChar(p.text[p.at-1:]); n > 0 {
				b.WriteByte(c)
				p.at += n - 1
				continue
			}
			switch c := p.text[p.at]; c {
			case 't':
				b.WriteByte('\t')
			case 'n':
				b.WriteByte('\n')
			default:
				b.WriteByte(c)
			}
			p.at++
			continue
		}
		b.WriteByte(p.text[p.at])
		p.at++
	}
	return b.String() + "\n", true
}

func (p *sedParser) substitute(c *sedCmd) bool {
	delim := p.peek()
	if delim == 0 || delim == '\n' || delim == '\\' {
		return p.fail("unterminated `s' command")
	}
	p.at++
	expr, ok1 := p.delimited(delim, true)
	with, ok2 := p.delimited(delim, false)
	if !ok1 || !ok2 {
		return p.fail("unterminated `s' command")
	}
	fold, multi := false, false
flags:
	for p.at < len(p.text) {
		switch ch := p.text[p.at]; {
		case ch == 'g':
			c.global = true
		case ch == 'p':
			c.print = true
		case ch == 'i' || ch == 'I':
			fold = true
		case ch == 'm' || ch == 'M':
			multi = true
		case ch >= '1' && ch <= '9':
			c.nth = p.number()
			continue
		case ch == 'w':
			p.at++
			p.skip(" \t")
			c.toName = p.restOfLine()
			if c.to = p.file(c.toName); c.to == nil {
				return false
			}
			break flags
		case ch == 'e':
			return p.fail("the e flag is not supported")
		case ch == '\n' || ch == ';' || ch == '}' || ch == ' ' || ch == '\t' || ch == '#':
			break flags
		default:
			p.at++
			return p.fail("unknown option to `s'")
		}
		p.at++
	}
	if expr == "" {
		c.emptyRe = true
	} else if c.re = p.regex(expr, fold, multi); c.re == nil {
		return false
	}
	c.with = with
	if c.re != nil {
		for i := 0; i+1 < len(with); i++ {
			if with[i] == '\\' {
				if d := with[i+1]; d >= '1' && d <= '9' && int(d-'0') > c.re.NumSubexp() {
					return p.fail(fmt.Sprintf("invalid reference \\%c on `s' command's RHS", d))
				}
				i++
			}
		}
	}
	return true
}

func (p *sedParser) transliterate(c *sedCmd) bool {
	delim := p.peek()
	p.at++
	a, ok1 := p.delimited(delim, false)
	b, ok2 := p.delimited(delim, false)
	if !ok1 || !ok2 {
		return p.fail("unterminated `y' command")
	}
	plain := func(s string) []rune {
		return []rune(strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(s))
	}
	x, y := plain(a), plain(b)
	if len(x) != len(y) {
		return p.fail("strings for `y' command are different lengths")
	}
	c.y = make(map[rune]rune, len(x))
	for i := range x {
		if _, ok := c.y[x[i]]; !ok {
			c.y[x[i]] = y[i]
		}
	}
	return true
}

func (s *sedder) write(b []byte, newline bool) {
	s.finishLine()
	s.out.Write(b)
	if s.missing = !newline; newline {
		s.out.Write([]byte{s.null})
	}
}

// finishLine ends the line that was printed last, if it has no end yet: the last one of
// the input may have none.
func (s *sedder) finishLine() {
	if s.missing {
		s.missing = false
		s.out.Write([]byte{s.null})
	}
}

// writeTo writes a line to the file of w, which may be where all is printed.
func (s *sedder) writeTo(w io.Writer, line []byte, newline bool) {
	if w == s.out {
		s.write(line, newline)
		return
	}
	line = bytes.Clone(line)
	if newline {
		line = append(line, s.null)
	}
	w.Write(line)
}

// readLine prints the next line of a file that R reads, if there is one.
func (s *sedder) readLine(name string) {
	in, ok := s.reading[name]
	if !ok {
		if f, err := s.t.open(name); err == nil {
			s.t.hold(32 << 10)
			s.opened = append(s.opened, f)
			in = s.t.lines(f)
			in.delim = s.null
		}
		s.reading[name] = in
	}
	if in == nil {
		return
	}
	if line, ok := in.next(); ok {
		s.write(line, in.ended)
	}
}

func (s *sedder) text(text string) {
	s.finishLine()
	io.WriteString(s.out, text)
}

// ends reports whether the pattern space is of a line that has an end.
func (s *sedder) ends() bool { return !s.noNL || s.in.ok }

func (s *sedder) setSpace(b []byte) {
	if n := int64(cap(b)+cap(s.hold)) - s.held; n > 0 {
		s.t.hold(n)
		s.held += n
	}
	s.space = b
}

// nextLine makes the next line the pattern space.
func (s *sedder) nextLine() bool {
	if !s.in.ok {
		return false
	}
	s.space = append(s.space[:0], s.in.ahead...)
	s.noNL = !s.in.ended
	s.setSpace(s.space)
	s.in.fill()
	s.line++
	return true
}

func (s *sedder) run(names []string) {
	s.in = &sedInput{t: s.t, names: names, delim: s.null}
	s.missing = false
	s.in.fill()
	for _, c := range s.cmds {
		c.active = false
	}
	defer func() {
		if s.in.lines != nil {
			s.in.cur.close()
		}
	}()
	restart := false // D: the next cycle begins without reading
	for !s.quit {
		if !restart {
			if !s.nextLine() {
				return
			}
		}
		restart = s.cycle()
	}
}

func (s *sedder) endCycle() {
	if !s.quiet {
		s.write(s.space, !s.noNL || s.in.ok)
	}
	s.flushAppended()
}

func (s *sedder) flushAppended() {
	for _, f := range s.appended {
		f()
	}
	s.appended = s.appended[:0]
}

func (s *sedder) matchRe(re *regex) bool {
	if re == nil {
		re = s.lastRe
	}
	if re == nil {
		return false
	}
	s.lastRe = re
	s.t.sh.regexCost(re, len(s.space))
	return re.Match(s.space)
}

func (s *sedder) matchAddr(a *sedAddr) bool {
	switch {
	case a.line > 0:
		return s.line == a.line
	case a.line < 0:
		return !s.in.ok
	case a.isStep:
		if a.step <= 0 {
			return s.line == a.first
		}
		return s.line >= a.first && (s.line-a.first)%a.step == 0
	case a.re != nil, a.empty:
		return s.matchRe(a.re)
	}
	return false
}

func (s *sedder) selected(c *sedCmd) bool {
	if c.a1 == nil {
		return true
	}
	if c.a2 == nil {
		return s.matchAddr(c.a1)
	}
	if !c.active {
		if c.a1.zero {
			if s.line > 1 || c.evaluated {
				return false
			}
			c.evaluated = true
			c.active, c.until = true, -1
			if s.matchAddr(c.a2) {
				c.active = false
			}
			return true
		}
		if !s.matchAddr(c.a1) {
			return false
		}
		c.active, c.until = true, -1
		switch {
		case c.a2.isPlus:
			c.until = s.line + c.a2.plus
		case c.a2.isMult && c.a2.mult > 0:
			c.until = (s.line/c.a2.mult + 1) * c.a2.mult
		case c.a2.isMult:
			c.until = s.line
		case c.a2.line > 0:
			c.until = c.a2.line
		}
		if c.until >= 0 && c.until <= s.line || c.a2.line < 0 && !s.in.ok {
			c.active = false
		}
		return true
	}
	switch {
	case c.until >= 0:
		if s.line >= c.until {
			c.active = false
		}
		return s.line <= c.until
	case s.matchAddr(c.a2):
		c.active = false
	}
	return true
}

// cycle runs the commands on the pattern space. It returns true if the next
// cycle goes on with it.
func (s *sedder) cycle() (again bool) {
	t := s.t
	s.substed = false
	for i := 0; i < len(s.cmds); i++ {
		c := s.cmds[i]
		t.sh.spend(20)
		if s.selected(c) == c.not {
			if c.name == '{' {
				i = c.jump
			}
			continue
		}
		switch c.name {
		case '=':
			s.text(strconv.Itoa(s.line) + "\n")
		case 'a':
			text := c.text
			s.appended = append(s.appended, func() { s.text(text) })
			t.sh.room(64)
		case 'i':
			s.text(c.text)
		case 'c':
			if c.a2 == nil || c.not || !c.active {
				s.text(c.text)
			}
			s.flushAppended()
			return false
		case 'd':
			s.flushAppended()
			return false
		case 'D':
			j := bytes.IndexByte(s.space, '\n')
			s.flushAppended()
			if j < 0 {
				return false
			}
			s.space = append(s.space[:0], s.space[j+1:]...)
			return true
		case 'g':
			s.noNL = s.holdNoNL
			s.setSpace(append(s.space[:0], s.hold...))
		case 'G':
			s.noNL = s.holdNoNL
			s.grow(len(s.space) + len(s.hold) + 1)
			s.setSpace(append(append(s.space, '\n'), s.hold...))
		case 'h':
			s.holdNoNL = s.noNL
			s.grow(len(s.space))
			s.hold = append(s.hold[:0], s.space...)
		case 'H':
			s.holdNoNL = s.noNL
			s.grow(len(s.space) + len(s.hold) + 1)
			s.hold = append(append(s.hold, '\n'), s.space...)
		case 'x':
			s.noNL, s.holdNoNL = s.holdNoNL, s.noNL
			s.space, s.hold = s.hold, s.space
		case 'l':
			wrap := c.wrap
			if wrap < 0 {
				wrap = s.wrap
			}
			s.text(sedVisible(s.space, wrap-1) + "$\n")
		case 'n':
			if !s.in.ok {
				if !s.quiet {
					s.write(s.space, !s.noNL)
				}
				s.flushAppended()
				s.quit = true
				return false
			}
			if !s.quiet {
				s.write(s.space, true)
			}
			s.flushAppended()
			s.nextLine()
		case 'N':
			if !s.in.ok {
				s.endCycle()
				s.quit = true
				return false
			}
			s.grow(len(s.space) + len(s.in.ahead) + 1)
			s.setSpace(append(append(s.space, '\n'), s.in.ahead...))
			s.noNL = !s.in.ended
			s.in.fill()
			s.line++
		case 'p':
			s.write(s.space, s.ends())
		case 'P':
			line, _, more := bytes.Cut(s.space, []byte("\n"))
			s.write(line, more || s.ends())
		case 'q', 'Q':
			if c.name == 'q' {
				s.endCycle()
			}
			s.quit = true
			t.code = c.exit
			return false
		case 'r':
			name := c.toName
			s.appended = append(s.appended, func() {
				if f, err := t.open(name); err == nil {
					s.finishLine()
					_ = t.copy(s.out, f)
					f.close()
				}
			})
		case 'R':
			name := c.toName
			s.appended = append(s.appended, func() { s.readLine(name) })
		case 'w':
			s.writeTo(c.to, s.space, s.ends())
		case 'W':
			line, _, more := bytes.Cut(s.space, []byte("\n"))
			s.writeTo(c.to, line, more || s.ends())
		case 'z':
			s.space = s.space[:0]
		case 'F':
			s.text(s.in.cur.name + "\n")
		case 's':
			s.substitute(c)
		case 'y':
			s.setSpace([]byte(strings.Map(func(r rune) rune {
				if x, ok := c.y[r]; ok {
					return x
				}
				return r
			}, string(s.space))))
		case 'b':
			i = c.jump - 1
			if c.jump < len(s.cmds) {
				i = c.jump
			}
		case 't', 'T':
			if s.substed == (c.name == 't') {
				i = c.jump - 1
				if c.jump < len(s.cmds) {
					i = c.jump
				}
			}
			if c.name == 't' || s.substed {
				s.substed = false
			}
		}
		if s.quit {
			return false
		}
	}
	s.endCycle()
	return false
}

// grow makes sure of the memory for n bytes before they are made.
func (s *sedder) grow(n int) {
	if d := 2*int64(n) - s.held; d > 0 {
		s.t.hold(d)
		s.held += d
	}
	s.t.sh.spend(int64(n) / 32)
}

func (s *sedder) substitute(c *sedCmd) {
	re := c.re
	if re == nil {
		re = s.lastRe
	}
	if re == nil {
		return
	}
	s.lastRe = re
	s.t.sh.regexCost(re, len(s.space))
	src := s.space
	var out []byte
	at, n, done := 0, 0, false
	lastEnd := -1
	next := func() []int { return s.matchAt(re, src, at) }
	if re.looksBack && (c.global || c.nth > 1) {
		limit := -1
		if !c.global {
			limit = c.nth
		}
		held := s.t.sh.heldTemp
		defer s.t.sh.freeRoom(held)
		all := s.t.sh.matches(re, src, limit)
		next = func() []int { return matchFrom(all, at) }
	}
	for at <= len(src) {
		m := next()
		if m == nil {
			break
		}
		if m[0] == m[1] && m[0] == lastEnd { // an empty match right after another is none
			if m[0] >= len(src) {
				break
			}
			_, k := utf8.DecodeRune(src[m[0]:])
			out = append(out, src[at:m[0]+k]...)
			at = m[0] + k
			lastEnd = -1
			continue
		}
		n++
		out = append(out, src[at:m[0]]...)
		if n >= max(c.nth, 1) {
			out = s.replacement(out, c.with, src, m)
			done = true
		} else {
			out = append(out, src[m[0]:m[1]]...)
		}
		s.grow(len(out) + len(src))
		lastEnd = m[1]
		at = m[1]
		if m[0] == m[1] {
			if m[1] >= len(src) {
				at = len(src) + 1
				break
			}
			_, k := utf8.DecodeRune(src[m[1]:])
			out = append(out, src[m[1]:m[1]+k]...)
			at = m[1] + k
			lastEnd = -1
		}
		if done && !c.global {
			break
		}
	}
	if !done {
		return
	}
	if at < len(src) {
		out = append(out, src[at:]...)
	}
	s.setSpace(out)
	s.substed = true
	if c.print {
		s.write(s.space, s.ends())
	}
	if c.to != nil {
		s.writeTo(c.to, s.space, s.ends())
	}
}

// matchAt finds a match at or after at of an expression that does not look back,
// or at 0.
func (s *sedder) matchAt(re *regex, src []byte, at int) []int {
	if at == 0 {
		return re.FindSubmatchIndex(src)
	}
	s.t.sh.spend(10)
	m := re.FindSubmatchIndex(src[at:])
	for i := range m {
		if m[i] >= 0 {
			m[i] += at
		}
	}
	return m
}

// replacement adds what a match is replaced by.
func (s *sedder) replacement(out []byte, with string, src []byte, m []int) []byte {
	mode, once := byte(0), byte(0)
	add := func(b []byte) {
		s.grow(len(out) + len(b))
		if mode == 0 && once == 0 {
			out = append(out, b...)
			return
		}
		for _, r := range string(b) {
			switch {
			case once == 'u':
				r = unicode.ToUpper(r)
			case once == 'l':
				r = unicode.ToLower(r)
			case mode == 'U':
				r = unicode.ToUpper(r)
			case mode == 'L':
				r = unicode.ToLower(r)
			}
			once = 0
			out = utf8.AppendRune(out, r)
		}
	}
	group := func(n int) {
		if 2*n+1 < len(m) && m[2*n] >= 0 {
			add(src[m[2*n]:m[2*n+1]])
		}
	}
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '&':
			group(0)
		case c == '\\' && i+1 < len(with):
			i++
			switch d := with[i]; {
			case d >= '0' && d <= '9':
				group(int(d - '0'))
			case d == 'n':
				add([]byte("\n"))
			case d == 't':
				add([]byte("\t"))
			case strings.IndexByte("afrvxod", d) >= 0:
				if ch, n := sedChar(with[i-1:]); n > 0 {
					add([]byte{ch})
					i += n - 2
				} else {
					add([]byte{d})
				}
			case d == 'U' || d == 'L':
				mode = d
			case d == 'E':
				mode = 0
			case d == 'u' || d == 'l':
				once = d
			default:
				add([]byte{d})
			}
		default:
			j := i + 1
			for j < len(with) && with[j] != '&' && with[j] != '\\' {
				j++
			}
			add([]byte(with[i:j]))
			i = j - 1
		}
	}
	return out
}

// sedVisible is what l shows of a text, in lines of a width, or in one if that is not
// positive.
func sedVisible(b []byte, width int) string {
	var out strings.Builder
	at := 0
	for _, c := range b {
		text := string(rune(c))
		if i := strings.IndexByte("\a\b\f\n\r\t\v\\", c); i >= 0 {
			text = `\` + `abfnrtv\`[i:i+1]
		} else if c < ' ' || c >= 0x7f {
			text = fmt.Sprintf(`\%03o`, c)
		}
		if at += len(text); width > 0 && at > width {
			out.WriteString("\\\n")
			at = len(text)
		}
		out.WriteString(text)
	}
	return out.String()
}
