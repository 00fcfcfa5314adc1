package shell

import (
	"errors"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// source is a text that the parser reads. Arithmetic is bash's own matter: it is text
// until it is evaluated. The parser has a grammar for it, and for subscripts, that
// refuses some of what bash takes. What is refused is hidden from the parser behind
// text of the same length, and taken from the original when all is read.
type source struct {
	sh    *shell
	words bool   // it is words, not statements
	text  string // what the parser is given
	orig  string // what it stands for: as long, byte for byte

	toggles []uint // operators of ${x~}
	masks   []part // what is hidden

	stmts []*syntax.Stmt
	list  []*syntax.Word
	bad   error
	first error // before repairs
	held  int64 // of the shell, before
}

// part is a part of a source.
type part struct{ from, to uint }

func (s part) holds(t part) bool { return s.from <= t.from && t.to <= s.to }

const (
	// maxRepairs bounds what is written otherwise for the parser in one script, which
	// is read again for each.
	maxRepairs = 64
	// maxGuesses bounds where one error may begin, and farBack how long before it.
	maxGuesses = 6
	farBack    = 4096
)

// hiddenLet is the word let where it is not to be the parser's own clause.
const hiddenLet = "l\x01t"

// insert adds text for both.
func (s *source) insert(at uint, what string) {
	s.text = s.text[:at] + what + s.text[at:]
	s.orig = s.orig[:at] + what + s.orig[at:]
	for i := range s.toggles {
		if s.toggles[i] >= at {
			s.toggles[i] += uint(len(what))
		}
	}
	for i := range s.masks {
		if s.masks[i].from >= at {
			s.masks[i].from += uint(len(what))
		}
		if s.masks[i].to >= at {
			s.masks[i].to += uint(len(what))
		}
	}
}

// hide puts what stands for it in the place of a part.
func (s *source) hide(m part, what string) {
	s.text = s.text[:m.from] + what + s.text[m.to:]
	s.masks = slices.DeleteFunc(s.masks, m.holds)
	s.masks = append(s.masks, m)
}

func (s *source) copy() *source {
	c := *s
	c.toggles, c.masks = slices.Clone(s.toggles), slices.Clone(s.masks)
	return &c
}

// once reads the text as it is.
func (s *source) once() error {
	s.sh.freeRoom(s.held) // what is read again takes the place of what was read
	s.stmts, s.list = nil, nil
	if !s.words {
		s.stmts, s.bad = s.sh.parseOnce(s.text)
		return s.bad
	}
	s.sh.spend(int64(len(s.text)) * 10)
	s.sh.room(int64(len(s.text)) * 64)
	p := syntax.NewParser(syntax.Variant(syntax.LangBash))
	for w, err := range p.WordsSeq(strings.NewReader(s.text)) {
		if s.bad = err; err != nil {
			return err
		}
		s.list = append(s.list, w)
	}
	s.bad = nil
	return nil
}

// errorAt is where the parser stopped, if it is in the text.
func (s *source) errorAt() (uint, bool) {
	var pe syntax.ParseError
	var le syntax.LangError
	var at uint
	switch {
	case errors.As(s.bad, &pe):
		at = pe.Pos.Offset()
	case errors.As(s.bad, &le):
		at = le.Pos.Offset()
	default:
		return 0, false
	}
	return at, at < uint(len(s.text))
}

// read reads the text, and again with what is refused hidden.
func (s *source) read() error {
	s.held = s.sh.heldTemp
	s.first = s.once()
	for range maxRepairs {
		if s.bad == nil || !s.repair() {
			break
		}
	}
	return s.bad
}

// repair writes what the parser refused otherwise, and reports whether it goes on then.
func (s *source) repair() bool {
	at, ok := s.errorAt()
	if !ok {
		return false
	}
	if strings.Contains(s.bad.Error(), "cannot negate a command multiple times") { // two are none
		if next := at + 1 + uint(len(s.text[at+1:])-len(strings.TrimLeft(s.text[at+1:], " \t"))); strings.HasPrefix(s.text[next:], "!") {
			gap := strings.Repeat(" ", int(next-at)+1)
			s.text = s.text[:at] + gap + s.text[next+1:]
			s.orig = s.orig[:at] + gap + s.orig[next+1:]
			s.once()
			return true
		}
	}
	if why := s.bad.Error(); strings.Contains(why, "invalid var name") && isNameByte(s.text[at]) {
		s.insert(at, `""`) // a word like others, of which the declaration complains
		s.once()
		return true
	} else if i := strings.LastIndex(s.text[:min(at+7, uint(len(s.text)))], "nameref"); i >= 0 && strings.Contains(why, "`nameref` must be followed") {
		s.insert(uint(i), "\\") // a name like others
		s.once()
		return true
	}
	if toggle(s.bad, s.text) {
		s.toggles = append(s.toggles, at)
		s.text = s.text[:at] + strings.ReplaceAll(s.text[at:at+2], "~", "^") + s.text[at+2:]
		s.once()
		return true
	}
	guesses := 0
	try := func(c *source, end uint) bool {
		guesses++
		c.once()
		if next, ok := c.errorAt(); ok && next < end {
			return false
		}
		if _, _, open := openDocument(c.bad); c.bad != nil && !open {
			if _, ok := c.errorAt(); !ok {
				return false
			}
		}
		*s = *c
		return true
	}
	text := s.text
	in := scan{sh: s.sh, text: text}
	last := min(int(at)+2, len(text)-1)
	for i := last; i >= max(0, int(at)-farBack) && guesses < maxGuesses; i-- {
		switch {
		case text[i] == '(' && i+1 < len(text) && text[i+1] == '(':
			end := in.closes(i)
			if end < 0 || end < int(at) {
				continue
			}
			if text[end-1] == ')' && in.closes(i+1) == end-1 {
				c, to := s.copy(), uint(end)-1
				if to == uint(i)+2 {
					c.insert(to, " ")
					to++
				}
				m := part{uint(i) + 2, to}
				what := "0" + blanked(text[m.from:][:m.to-m.from], 1)
				if parts := s.sh.sections(s.orig[m.from:min(m.to, uint(len(s.orig)))]); len(parts) == 3 && isLoop(text[:i]) {
					what = blanked(parts[0], 0) + ";" + blanked(parts[1], 0) + ";" + blanked(parts[2], 0)
				}
				c.hide(m, what)
				if try(c, m.to) {
					return true
				}
				continue
			}
			c := s.copy() // a subshell that begins with another
			c.insert(uint(i)+1, " ")
			if try(c, uint(end)+1) {
				return true
			}
		case text[i] == '[':
			end := in.closes(i)
			if end < 0 || i == 0 {
				continue
			}
			after := text[end+1:]
			element := strings.IndexByte(" \t\n(", text[i-1]) >= 0
			switch {
			case !element && !isNameByte(text[i-1]) && text[i-1] != '$':
			case element && !strings.HasPrefix(after, "=") && !strings.HasPrefix(after, "+="):
				// A pattern that begins an element of an array, a=([ab]*), which the parser
				// takes for a subscript: an empty text before it says that it is none.
				c := s.copy()
				c.insert(uint(i), `""`)
				if try(c, at+3) {
					return true
				}
			case end > i+1 && end >= int(at):
				c, m := s.copy(), part{uint(i) + 1, uint(end)}
				what := strings.Repeat("0", end-i-1)
				if text[i-1] == '$' {
					what = "0" + blanked(text[m.from:m.to], 1)
				}
				c.hide(m, what)
				if try(c, m.to) {
					return true
				}
			}
		case text[i] == ':' && inBraces(text[:i]):
			in := scan{sh: s.sh, text: text}
			end := in.sliceEnd(i + 1)
			if end <= i+1 || end < int(at) {
				continue
			}
			c := s.copy()
			c.hide(part{uint(i) + 1, uint(end)}, strings.Repeat("0", end-i-1))
			if try(c, uint(end)) {
				return true
			}
		case i+3 < len(text) && text[i:i+3] == "let" && strings.IndexByte(" \t\n;&|<>()", text[i+3]) >= 0 && (i == 0 || strings.IndexByte(" \t\n;&|({`!", text[i-1]) >= 0):
			c := s.copy()
			c.hide(part{uint(i), uint(i) + 3}, hiddenLet)
			if try(c, at+1) {
				return true
			}
		}
	}
	return false
}

// blanked is a text as blanks and its line breaks, without its first n bytes.
func blanked(s string, n int) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s[min(n, len(s)):], " "))
}

// isLoop reports whether what comes before "((" is "for".
func isLoop(before string) bool {
	before = strings.TrimRight(before, " \t")
	rest, ok := strings.CutSuffix(before, "for")
	return ok && (rest == "" || !isNameByte(rest[len(rest)-1]))
}

// inBraces reports whether a text ends as ${name does, perhaps with a subscript.
func inBraces(s string) bool {
	if strings.HasSuffix(s, "]") {
		s = s[:max(strings.LastIndexByte(s, '['), 0)]
	}
	i := len(s)
	for i > 0 && (isNameByte(s[i-1]) || s[i-1] == '@' || s[i-1] == '*') {
		i--
	}
	if i > 0 && s[i-1] == '!' {
		i--
	}
	return i < len(s) && strings.HasSuffix(s[:i], "${")
}

// scan finds where the quotes and brackets of a text end. Its work is charged.
type scan struct {
	sh    *shell
	text  string
	work  int
	stuck bool // something that began never ends: what follows is taken byte by byte
}

func (s *scan) step() {
	if s.work++; s.work&255 == 0 {
		s.sh.spend(256)
	}
}

// quoted returns where what begins at i ends: what is quoted, substituted or escaped,
// or else a byte; -1 if it never ends. An apostrophe alone is a byte.
func (s *scan) quoted(i int) int {
	s.step()
	t := s.text
	switch c := t[i]; {
	case c == '\\':
		return min(i+2, len(t))
	case c == '\'':
		if j := strings.IndexByte(t[i+1:], '\''); j >= 0 {
			s.work += j / 8
			return i + j + 2
		}
	case c == '"' || c == '`':
		for j := i + 1; j >= 0 && j < len(t); {
			switch {
			case t[j] == c:
				return j + 1
			case t[j] == '\'':
				j++
			default:
				j = s.quoted(j)
			}
		}
		return -1
	case c == '$' && i+1 < len(t) && strings.IndexByte("({[", t[i+1]) >= 0:
		if end := s.closes(i + 1); end >= 0 {
			return end + 1
		}
		return -1
	}
	return i + 1
}

// next is quoted, or a byte where nothing ends.
func (s *scan) next(i int) int {
	if s.stuck {
		return i + 1
	}
	if end := s.quoted(i); end >= 0 {
		return end
	}
	s.stuck = true
	return i + 1
}

// closes returns where the bracket at i is closed, or -1.
func (s *scan) closes(i int) int {
	open := s.text[i]
	end := map[byte]byte{'(': ')', '[': ']', '{': '}'}[open]
	depth := 0
	for i >= 0 && i < len(s.text) {
		switch s.step(); s.text[i] {
		case open:
			depth++
			i++
		case end:
			if depth--; depth == 0 {
				return i
			}
			i++
		default:
			i = s.quoted(i)
		}
	}
	return -1
}

// sliceEnd returns where an offset or a length that begins at i ends.
func (s *scan) sliceEnd(i int) int {
	choices := 0
	for i < len(s.text) {
		switch s.text[i] {
		case '?':
			choices++
		case ':':
			if choices--; choices < 0 {
				return i
			}
		case '}':
			return i
		case '(', '[':
			i = s.past(i)
			continue
		}
		i = s.next(i)
	}
	return -1
}

// past is what comes behind the bracket at i and what it holds, or behind it alone if it
// is never closed.
func (s *scan) past(i int) int {
	if !s.stuck {
		if end := s.closes(i); end >= 0 {
			return end + 1
		}
		s.stuck = true
	}
	return i + 1
}

// sections are the parts of a text between semicolons.
func (sh *shell) sections(text string) []string { return (&scan{sh: sh, text: text}).sections() }

func (s *scan) sections() (parts []string) {
	from := 0
	for i := 0; i < len(s.text); {
		switch s.text[i] {
		case ';':
			parts = append(parts, s.text[from:i])
			from = i + 1
			i++
		case '(':
			i = s.past(i)
		default:
			i = s.next(i)
		}
	}
	return append(parts, s.text[from:])
}

// toggle reports whether err is of ${x~} or ${x~~}.
func toggle(err error, text string) bool {
	var pe syntax.ParseError
	if !errors.As(err, &pe) || pe.Text != "not a valid parameter expansion operator: `~`" {
		return false
	}
	at := pe.Pos.Offset()
	return at+1 < uint(len(text)) && text[at] == '~'
}

// ${x~} and ${x~~} change the case of letters to the other. The parser does not
// know them: it is given ${x^} and ${x^^}, whose nodes then get these operators.
const (
	toggleFirst = ^syntax.ParExpOperator(0) - iota
	toggleAll
)

// finish makes of what was read what is run: expressions and subscripts become their
// texts, words with braces are split. It fails if what is hidden is not where it seemed
// to be.
func (s *source) finish() ([]*syntax.Stmt, error) {
	f := finisher{source: s, done: map[syntax.Node]bool{}}
	var words []*syntax.Word // split when all is walked: Walk knows nothing of split words
	walk := func(n syntax.Node) bool { return f.node(n, &words) }
	for _, st := range s.stmts {
		syntax.Walk(st, walk)
	}
	for _, w := range s.list {
		syntax.Walk(w, walk)
	}
	if f.bad == nil {
		for _, m := range s.masks {
			if !slices.ContainsFunc(f.seen, func(sp part) bool { return sp.holds(m) }) && (s.bad == nil || f.covers(m)) {
				f.bad = s.first
			}
		}
	}
	if f.bad != nil {
		return nil, f.bad
	}
	for _, w := range words {
		syntax.SplitBraces(w)
	}
	return s.stmts, nil
}

// finisher walks through what was read.
type finisher struct {
	*source
	done  map[syntax.Node]bool // not to be walked through
	seen  []part               // of expressions, subscripts and the like
	stack []syntax.Node
	ticks int // `` around it
	bad   error
}

// covers reports whether a part is in a statement that is run.
func (f *finisher) covers(m part) bool {
	for _, st := range f.stmts {
		if st.Pos().Offset() <= m.from && m.from < st.End().Offset() {
			return true
		}
	}
	return false
}

func (f *finisher) node(n syntax.Node, words *[]*syntax.Word) bool {
	if n == nil {
		top := f.stack[len(f.stack)-1]
		f.stack = f.stack[:len(f.stack)-1]
		if c, ok := top.(*syntax.CmdSubst); ok && c.Backquotes {
			f.ticks--
		}
		return true
	}
	if f.bad != nil || f.done[n] {
		return false
	}
	f.stack = append(f.stack, n)
	switch n := n.(type) {
	case *syntax.CallExpr:
		if len(n.Args) > 0 && len(n.Args[0].Parts) == 1 {
			if lit, ok := n.Args[0].Parts[0].(*syntax.Lit); ok && lit.Value == hiddenLet {
				at := lit.Pos().Offset()
				if lit.Value = f.orig[at : at+3]; lit.Value == "let" {
					f.seen = append(f.seen, part{at, at + 3})
				}
			}
		}
		*words = append(*words, n.Args...)
	case *syntax.FuncDecl:
		if n.Name != nil {
			n.Name.Value = strings.TrimPrefix(n.Name.Value, "\\")
		}
	case *syntax.WordIter:
		*words = append(*words, n.Items...)
	case *syntax.CmdSubst:
		if n.Backquotes {
			f.ticks++
		}
	case *syntax.Stmt:
		if let, ok := n.Cmd.(*syntax.LetClause); ok {
			n.Cmd = f.let(let)
		}
	case *syntax.ArithmCmd:
		n.X = f.expression(n.Left.Offset()+2, n.Right.Offset())
	case *syntax.ArithmExp:
		from := n.Left.Offset() + 3
		if n.Bracket {
			from--
		}
		n.X = f.expression(from, n.Right.Offset())
	case *syntax.CStyleLoop:
		f.loop(n)
	case *syntax.Assign:
		n.Index = f.index(n.Index)
	case *syntax.ArrayElem:
		if n.Value != nil && n.Index == nil {
			*words = append(*words, n.Value)
		}
		n.Index = f.index(n.Index)
	case *syntax.ParamExp:
		f.param(n)
	}
	return true
}

func (f *finisher) param(n *syntax.ParamExp) {
	op := n.Param.End().Offset()
	if n.Index != nil {
		op = f.around(n.Index).to + 1
	}
	if n.Exp != nil && slices.Contains(f.toggles, op) {
		switch n.Exp.Op {
		case syntax.UpperFirst:
			n.Exp.Op = toggleFirst
		case syntax.UpperAll:
			n.Exp.Op = toggleAll
		}
	}
	n.Index = f.index(n.Index)
	if n.Slice == nil {
		return
	}
	for _, x := range []*syntax.ArithmExpr{&n.Slice.Offset, &n.Slice.Length} {
		if *x != nil {
			*x = f.expression((*x).Pos().Offset(), (*x).End().Offset())
			if lit, ok := (*x).(*syntax.Word).Parts[0].(*syntax.Lit); ok && lit.Value != "" && strings.IndexByte("-+=?", lit.Value[0]) >= 0 {
				lit.Value = " " + lit.Value // as it was written: ${x:-1} is something else
			}
		}
	}
}

// around is where a subscript is, with the blanks around it.
func (f *finisher) around(x syntax.ArithmExpr) part {
	sp := part{x.Pos().Offset(), x.End().Offset()}
	for sp.from > 0 && isBlank(f.text[sp.from-1]) {
		sp.from--
	}
	for sp.to < uint(len(f.text)) && isBlank(f.text[sp.to]) {
		sp.to++
	}
	return sp
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// original is a part of the text as it is without the “ around it.
func (f *finisher) original(sp part) string {
	if f.seen = append(f.seen, sp); sp.from > sp.to || sp.to > uint(len(f.orig)) {
		f.bad = errors.New("syntax error")
		return ""
	}
	text := f.orig[sp.from:sp.to]
	for range f.ticks {
		text = unticked(text)
	}
	return text
}

// unticked is what is between “ without the backslashes that it needs there.
func unticked(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\\", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// word marks a word as one that is ready.
func (f *finisher) word(w *syntax.Word, err error) syntax.ArithmExpr {
	if err != nil {
		f.bad = err
		w = litWord("")
	}
	f.done[w] = true
	return w
}

func (f *finisher) expression(from, to uint) syntax.ArithmExpr {
	return f.word(f.sh.expressionWord(f.original(part{from, to})))
}

func (f *finisher) loop(n *syntax.CStyleLoop) {
	from := n.Lparen.Offset() + 2
	raw := f.original(part{from, n.Rparen.Offset()})
	parts := f.sh.sections(raw)
	if f.bad != nil || len(parts) != 3 {
		f.bad = errors.New("syntax error: arithmetic expression required")
		return
	}
	for i, x := range []*syntax.ArithmExpr{&n.Init, &n.Cond, &n.Post} {
		if *x = nil; strings.Trim(parts[i], " \t\n") != "" {
			*x = f.word(f.sh.expressionWord(parts[i]))
		}
	}
}

func (f *finisher) index(x syntax.ArithmExpr) syntax.ArithmExpr {
	if x == nil {
		return nil
	}
	sp := f.around(x)
	raw := f.original(sp)
	if w, ok := x.(*syntax.Word); ok && !isPlain(raw) && f.text[sp.from:sp.to] == raw && sp.from == x.Pos().Offset() && sp.to == x.End().Offset() {
		if !slices.ContainsFunc(w.Parts, func(p syntax.WordPart) bool {
			pe, ok := p.(*syntax.ParamExp)
			return ok && !pe.Dollar.IsValid()
		}) {
			return x
		}
	}
	return f.word(f.sh.indexWord(raw))
}

// let makes an ordinary command of a clause.
func (f *finisher) let(c *syntax.LetClause) syntax.Command {
	from := c.Let.Offset() + 3
	raw := f.original(part{from, c.Exprs[len(c.Exprs)-1].End().Offset()})
	words, err := f.sh.wordsOf(raw)
	if err != nil {
		f.bad = err
	}
	name := litWord("let")
	lit := name.Parts[0].(*syntax.Lit)
	lit.ValuePos, lit.ValueEnd = c.Let, c.Let
	call := &syntax.CallExpr{Args: append([]*syntax.Word{name}, words...)}
	f.done[call] = true
	return call
}

func litWord(s string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: s}}}
}

// isPlain reports whether nothing in a text is expanded.
func isPlain(s string) bool { return !strings.ContainsAny(s, "$`\"'\\") }

// wordsOf reads words.
func (sh *shell) wordsOf(text string) ([]*syntax.Word, error) {
	if why := parsable(text); why != "" {
		return nil, errors.New(why)
	}
	src := &source{sh: sh, words: true, text: text, orig: text}
	if err := src.read(); err != nil {
		return nil, err
	}
	if _, err := src.finish(); err != nil {
		return nil, err
	}
	return src.list, nil
}

// oneWord is wordsOf of a text that is one.
func (sh *shell) oneWord(text string) (*syntax.Word, error) {
	words, err := sh.wordsOf(text)
	if err == nil && len(words) != 1 {
		err = errors.New("syntax error")
	}
	if err != nil {
		return nil, err
	}
	return words[0], nil
}

// expressionWord makes a word of the text of an expression, which is expanded as between
// double quotes.
func (sh *shell) expressionWord(raw string) (*syntax.Word, error) {
	if isPlain(raw) {
		return litWord(raw), nil
	}
	var b strings.Builder
	in := scan{sh: sh, text: raw}
	b.WriteByte('"')
	for i := 0; i < len(raw); {
		end := i + 1
		switch raw[i] {
		case '\\', '$', '`':
			end = in.next(i)
		case '"':
			i++
			continue
		}
		b.WriteString(raw[i:end])
		i = end
	}
	b.WriteByte('"')
	w, err := sh.oneWord(b.String())
	if err != nil {
		return nil, err
	}
	if len(w.Parts) == 1 {
		if q, ok := w.Parts[0].(*syntax.DblQuoted); ok {
			if len(q.Parts) == 0 {
				return litWord(""), nil
			}
			return &syntax.Word{Parts: q.Parts}, nil
		}
	}
	return w, nil
}

// indexWord makes a word of the text of a subscript, in which blanks are ordinary.
func (sh *shell) indexWord(raw string) (*syntax.Word, error) {
	if isPlain(raw) {
		return litWord(raw), nil
	}
	var b strings.Builder
	in := scan{sh: sh, text: raw}
	for i := 0; i < len(raw); {
		end := in.next(i)
		if end == i+1 && strings.IndexByte(" \t\n;&|<>()#", raw[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteString(raw[i:end])
		i = end
	}
	return sh.oneWord(b.String())
}
