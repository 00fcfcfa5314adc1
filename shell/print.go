package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

const (
	// printIndent is what a line of a function is indented for each command it is inside of.
	printIndent = 4
	// maxPrintIndent bounds it, so that the text is not much longer than the function.
	maxPrintIndent = 64 * printIndent
)

// functionText prints a function as bash does.
func (sh *shell) functionText(name string, body *syntax.Stmt) string {
	var p printer
	p.b.WriteString(name + " () \n")
	p.function(body)
	p.b.WriteByte('\n')
	sh.room(int64(p.b.Cap()))
	return p.b.String()
}

// printer prints commands as bash prints those of a function.
type printer struct {
	b         strings.Builder
	indent    int
	flat      bool               // commands that follow each other share a line
	inLine    bool               // the next command goes on with the line
	documents []*syntax.Redirect // here-documents that come at the end of the line
	ended     bool               // by one, which takes the place of a semicolon
}

func (p *printer) newline(s string) {
	p.b.WriteByte('\n')
	p.margin()
	p.b.WriteString(s)
}

func (p *printer) margin() {
	p.b.WriteString(strings.Repeat(" ", min(p.indent, maxPrintIndent)))
}

// semicolon ends a command before a keyword.
func (p *printer) semicolon() {
	if s := p.b.String(); !strings.HasSuffix(s, "&") && !strings.HasSuffix(s, "\n") {
		p.b.WriteByte(';')
	}
}

// flush prints the here-documents that wait for the end of the line.
func (p *printer) flush() {
	if len(p.documents) == 0 {
		return
	}
	p.b.WriteByte('\n')
	for _, r := range p.documents {
		if r.Hdoc != nil {
			text := printed(r.Hdoc)
			if r.Op == syntax.DashHdoc {
				lines := strings.SplitAfter(text, "\n")
				for i, l := range lines {
					lines[i] = strings.TrimLeft(l, "\t")
				}
				text = strings.Join(lines, "")
			}
			p.b.WriteString(text)
		}
		p.b.WriteString(documentEnd(r.Word) + "\n")
	}
	p.documents, p.ended = nil, true
}

// documentEnd is the line that ends a here-document.
func documentEnd(w *syntax.Word) string {
	var b strings.Builder
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(part.Value))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, in := range part.Parts {
				b.WriteString(printed(in))
			}
		}
	}
	return b.String()
}

// printed is the text of a word, or of a part of one.
func printed(n syntax.Node) string {
	if w, ok := n.(*syntax.Word); ok {
		var b strings.Builder
		for _, part := range w.Parts {
			b.WriteString(printed(part))
		}
		return b.String()
	}
	switch n := n.(type) {
	case *syntax.Lit:
		return n.Value
	case *syntax.SglQuoted:
		if n.Dollar {
			s, _ := unescapeC(n.Value, true)
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	case *syntax.CmdSubst:
		if !n.TempFile && !n.ReplyVar {
			return "$(" + substituted(n.Stmts) + ")"
		}
	case *syntax.ProcSubst:
		return n.Op.String() + substituted(n.Stmts) + ")"
	case *syntax.DblQuoted:
		open := `"`
		if n.Dollar {
			open = `$"`
		}
		var b strings.Builder
		for _, part := range n.Parts {
			b.WriteString(printed(part))
		}
		return open + b.String() + `"`
	case *syntax.BraceExp:
		sep, open, end := ",", "{", "}"
		if n.Sequence {
			sep = ".."
		}
		var elems []string
		for _, w := range n.Elems {
			elems = append(elems, printed(w))
		}
		return open + strings.Join(elems, sep) + end
	}
	var b strings.Builder
	_ = syntax.NewPrinter().Print(&b, n) // cannot fail
	text := strings.ReplaceAll(b.String(), toggleAll.String(), "~~")
	return strings.ReplaceAll(text, toggleFirst.String(), "~")
}

// substituted is the text of the commands of a substitution.
func substituted(stmts []*syntax.Stmt) string {
	p := printer{flat: true}
	p.list(stmts)
	p.flush()
	return p.b.String()
}

// function prints what is between the braces of a function, and these.
func (p *printer) function(body *syntax.Stmt) {
	p.margin()
	p.b.WriteString("{ \n")
	flat := p.flat
	p.flat = false
	defer func() { p.flat, p.ended = flat, false }()
	p.indent += printIndent
	block, ok := body.Cmd.(*syntax.Block)
	if ok && !body.Negated {
		p.list(block.Stmts)
	} else {
		p.stmt(body)
	}
	p.flush()
	p.indent -= printIndent
	p.newline("}")
	if ok {
		p.redirects(body.Redirs)
	}
}

// list prints commands that follow each other.
func (p *printer) list(stmts []*syntax.Stmt) {
	for i, s := range stmts {
		p.stmt(s)
		last := i == len(stmts)-1
		switch {
		case s.Background:
			p.b.WriteString(" &")
			if !last {
				p.b.WriteByte(' ')
				p.inLine = true
			}
		case last:
		case len(p.documents) > 0:
			p.flush()
			p.ended = i == 0 // as bash's parser nests lists, it counts for the next semicolon then
			p.next()
		default:
			if !p.ended {
				p.b.WriteByte(';')
			}
			p.ended = false
			p.next()
		}
	}
}

// next goes to the place of the next command of a list.
func (p *printer) next() {
	switch p.inLine = p.flat; {
	case !p.flat:
		p.b.WriteByte('\n')
	case !strings.HasSuffix(p.b.String(), "\n"):
		p.b.WriteByte(' ')
	}
}

// stmt prints a command with what is before and after it, but for an &.
func (p *printer) stmt(s *syntax.Stmt) {
	if p.inLine {
		p.inLine = false
	} else {
		p.margin()
	}
	if s.Negated {
		p.b.WriteString("! ")
	}
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		p.call(call, s.Redirs)
		return
	}
	if s.Cmd == nil {
		p.words("", s.Redirs)
		return
	}
	p.command(s.Cmd)
	p.redirects(s.Redirs)
}

func (p *printer) call(c *syntax.CallExpr, redirs []*syntax.Redirect) {
	var words []string
	for _, a := range c.Assigns {
		words = append(words, assigned(a))
	}
	for _, w := range c.Args {
		words = append(words, printed(w))
	}
	p.words(strings.Join(words, " "), redirs)
}

func (p *printer) words(text string, redirs []*syntax.Redirect) {
	p.b.WriteString(text)
	if text == "" && len(redirs) > 0 {
		p.b.WriteString(p.redirect(redirs[0]))
		redirs = redirs[1:]
	}
	p.redirects(redirs)
}

// assigned is the text of an assignment.
func assigned(a *syntax.Assign) string {
	if a.Name == nil {
		return printed(a.Value)
	}
	name := a.Name.Value
	if a.Index != nil {
		name += "[" + printed(a.Index) + "]"
	}
	if a.Naked {
		return name
	}
	if a.Append {
		name += "+"
	}
	name += "="
	if a.Array != nil {
		var elems []string
		for _, el := range a.Array.Elems {
			text := ""
			if el.Index != nil {
				text = "[" + printed(el.Index) + "]="
			}
			if el.Value != nil {
				text += printed(el.Value)
			}
			elems = append(elems, text)
		}
		return name + "(" + strings.Join(elems, " ") + ")"
	}
	if a.Value != nil {
		name += printed(a.Value)
	}
	return name
}

// inner prints commands one level further in.
func (p *printer) inner(stmts []*syntax.Stmt) {
	p.indent += printIndent
	p.list(stmts)
	p.flush()
	p.indent -= printIndent
}

// body prints the commands between two keywords that have their own lines.
func (p *printer) body(stmts []*syntax.Stmt, end string) {
	p.inner(stmts)
	p.semicolon()
	p.newline(end)
}

// condition prints the commands of if and while.
func (p *printer) condition(stmts []*syntax.Stmt, then string) {
	p.inLine = true
	p.list(stmts)
	p.flush()
	p.semicolon()
	p.b.WriteString(" " + then + "\n")
}

func (p *printer) command(c syntax.Command) {
	switch c := c.(type) {
	case *syntax.Block:
		if p.flat {
			p.b.WriteString("{ ")
			p.inLine = true
			p.list(c.Stmts)
			p.flush()
			p.semicolon()
			p.b.WriteString(" }")
			return
		}
		p.b.WriteString("{ \n")
		p.inner(c.Stmts)
		p.newline("}")
	case *syntax.Subshell:
		p.b.WriteString("( ")
		p.inLine = true
		p.list(c.Stmts)
		p.flush()
		p.b.WriteString(" )")
	case *syntax.IfClause:
		p.ifClause(c)
	case *syntax.WhileClause:
		p.b.WriteString(map[bool]string{false: "while ", true: "until "}[c.Until])
		p.condition(c.Cond, "do")
		p.body(c.Do, "done")
	case *syntax.ForClause:
		p.forClause(c)
	case *syntax.CaseClause:
		p.b.WriteString("case " + printed(c.Word) + " in ")
		p.indent += printIndent
		for _, item := range c.Items {
			var patterns []string
			for _, w := range item.Patterns {
				patterns = append(patterns, printed(w))
			}
			p.newline(strings.Join(patterns, " | ") + ")\n")
			p.inner(item.Stmts)
			p.newline(item.Op.String())
		}
		p.indent -= printIndent
		p.newline("esac")
	case *syntax.BinaryCmd:
		p.binary(c)
	case *syntax.FuncDecl:
		if c.Name == nil {
			return
		}
		p.b.WriteString("function " + c.Name.Value + " () \n")
		p.function(c.Body)
	case *syntax.ArithmCmd:
		p.b.WriteString("((" + printed(c.X) + "))")
	case *syntax.TestClause:
		p.b.WriteString("[[ " + testText(c.X) + " ]]")
	case *syntax.DeclClause:
		p.b.WriteString(c.Variant.Value)
		for _, a := range c.Args {
			p.b.WriteString(" " + assigned(a))
		}
	case *syntax.TimeClause:
		p.b.WriteString("time ")
		if c.PosixFormat {
			p.b.WriteString("-p ")
		}
		if c.Stmt != nil {
			p.inLine = true
			p.stmt(c.Stmt)
		}
	case *syntax.CoprocClause:
		name := "COPROC"
		if c.Name != nil {
			name = printed(c.Name)
		}
		p.b.WriteString("coproc " + name + " ")
		p.inLine = true
		p.stmt(c.Stmt)
	}
}

func (p *printer) ifClause(c *syntax.IfClause) {
	p.b.WriteString("if ")
	p.condition(c.Cond, "then")
	p.inner(c.Then)
	if e := c.Else; e != nil {
		p.semicolon()
		p.newline("else\n")
		if len(e.Cond) == 0 {
			p.inner(e.Then)
		} else {
			p.indent += printIndent
			p.margin()
			p.ifClause(e)
			p.indent -= printIndent
		}
	}
	p.semicolon()
	p.newline("fi")
}

func (p *printer) forClause(c *syntax.ForClause) {
	switch l := c.Loop.(type) {
	case *syntax.WordIter:
		p.b.WriteString(map[bool]string{false: "for ", true: "select "}[c.Select])
		var words []string
		for _, w := range l.Items {
			words = append(words, printed(w))
		}
		if !l.InPos.IsValid() {
			words = []string{`"$@"`}
		}
		p.b.WriteString(l.Name.Value + " in " + strings.Join(words, " ") + ";")
	case *syntax.CStyleLoop:
		var parts []string
		for _, x := range []syntax.ArithmExpr{l.Init, l.Cond, l.Post} {
			text := "1"
			if x != nil {
				text = strings.TrimSpace(printed(x))
			}
			parts = append(parts, text)
		}
		p.b.WriteString("for ((" + strings.Join(parts, "; ") + "))")
	}
	p.newline("do\n")
	p.body(c.Do, "done")
}

// binary prints two commands that are joined by |, && or ||.
func (p *printer) binary(c *syntax.BinaryCmd) {
	p.inLine = true
	p.stmt(c.X)
	pipe := c.Op == syntax.Pipe || c.Op == syntax.PipeAll
	if c.Op == syntax.PipeAll {
		p.b.WriteString(" 2>&1")
	}
	op := c.Op.String()
	if pipe {
		op = "|"
	}
	p.b.WriteString(" " + op)
	if !pipe {
		p.b.WriteByte(' ')
	}
	if len(p.documents) > 0 {
		p.flush()
		p.b.WriteByte(' ')
	}
	if pipe {
		p.b.WriteByte(' ')
	}
	p.inLine = true
	p.stmt(c.Y)
}

// testText is the text of what is between [[ and ]].
func testText(x syntax.TestExpr) string {
	switch x := x.(type) {
	case *syntax.Word:
		return "-n " + printed(x)
	case *syntax.ParenTest:
		return "( " + testText(x.X) + " )"
	case *syntax.UnaryTest:
		if w, ok := x.X.(*syntax.Word); ok && x.Op != syntax.TsNot {
			return x.Op.String() + " " + printed(w)
		}
		return x.Op.String() + " " + testText(x.X)
	case *syntax.BinaryTest:
		a, okA := x.X.(*syntax.Word)
		b, okB := x.Y.(*syntax.Word)
		if okA && okB && x.Op != syntax.AndTest && x.Op != syntax.OrTest {
			return printed(a) + " " + x.Op.String() + " " + printed(b)
		}
		return testText(x.X) + " " + x.Op.String() + " " + testText(x.Y)
	}
	return ""
}

func (p *printer) redirects(list []*syntax.Redirect) {
	for _, r := range list {
		p.b.WriteString(" " + p.redirect(r))
	}
}

// redirect is the text of a redirection, without the here-document.
func (p *printer) redirect(r *syntax.Redirect) string {
	fd := ""
	if r.N != nil {
		fd = r.N.Value
	}
	op, word := r.Op.String(), printed(r.Word)
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		p.documents = append(p.documents, r)
		if isQuoted(r.Word) {
			word = quoteSingle(documentEnd(r.Word))
		}
		return fd + op + word
	case syntax.DplIn, syntax.DplOut:
		if word == "-" {
			op = ">&"
		}
		if _, err := strconv.Atoi(strings.TrimSuffix(word+"0", "-0")); fd == "" && (err == nil || word == "-") {
			fd = "1"
			if r.Op == syntax.DplIn {
				fd = "0"
			}
		}
		return fd + op + word
	case syntax.RdrInOut:
		if fd == "" {
			fd = "0"
		}
	}
	if fd == "1" && (r.Op == syntax.RdrOut || r.Op == syntax.AppOut) || fd == "0" && r.Op == syntax.RdrIn {
		fd = ""
	}
	return fd + op + " " + word
}
