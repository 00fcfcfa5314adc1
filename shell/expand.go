package shell

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// run is a piece of a field. What is quoted is neither split nor a pattern.
type run struct {
	text   string
	quoted bool
}

// field is a word as it comes out of expansion.
type field struct {
	runs []run
	keep bool // it had quotes, so it is there even if empty
}

func (f *field) text() string {
	if len(f.runs) == 1 {
		return f.runs[0].text
	}
	var b strings.Builder
	for _, r := range f.runs {
		b.WriteString(r.text)
	}
	return b.String()
}

// pattern is the field with what is quoted escaped.
func (f *field) pattern() string {
	var b strings.Builder
	for _, r := range f.runs {
		if r.quoted {
			b.WriteString(escapePattern(r.text))
		} else {
			b.WriteString(r.text)
		}
	}
	return b.String()
}

// expander turns the parts of words into fields.
type expander struct {
	sh        *shell
	split     bool // into several fields
	ifs       string
	doc       bool // in a here-document: quotes are ordinary
	tabs      bool // in one of <<-: tabs at the start of a line go away
	lineStart bool
	braces    bool // in the word of ${x:-word} between double quotes
	out       []field
	cur       field
}

// maxFields bounds the fields of one command.
const maxFields = 1 << 20

func (e *expander) add(s string, quoted bool) {
	if quoted {
		e.cur.keep = true
	}
	if s == "" {
		return
	}
	e.sh.room(int64(len(s)))
	if n := len(e.cur.runs); n > 0 && e.cur.runs[n-1].quoted == quoted {
		if len(e.cur.runs[n-1].text) < 256 { // else a long field costs its square
			e.cur.runs[n-1].text += s
			return
		}
	}
	e.cur.runs = append(e.cur.runs, run{s, quoted})
}

// end finishes the field in hand, if there is one or force is set.
func (e *expander) end(force bool) {
	if len(e.cur.runs) > 0 || e.cur.keep || force {
		e.sh.room(256)
		e.sh.spend(100)
		if len(e.out) >= maxFields {
			e.sh.tooMuch(maxFields)
		}
		e.out = append(e.out, e.cur)
	}
	e.cur = field{}
}

// tooMuch ends the system like memory that runs out.
func (sh *shell) tooMuch(n int64) {
	sh.room(n * 1024)
	sh.complain("more than %d words", n)
	panic(stopped{1})
}

// value adds what an unquoted expansion gave.
func (e *expander) value(s string) {
	if !e.split {
		e.add(s, false)
		return
	}
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && strings.IndexByte(e.ifs, s[j]) < 0 {
			j++
		}
		if j > i {
			e.add(s[i:j], false)
			i = j
			continue
		}
		space := func(c byte) bool {
			return (c == ' ' || c == '\t' || c == '\n') && strings.IndexByte(e.ifs, c) >= 0
		}
		for j < len(s) && space(s[j]) {
			j++
		}
		hard := j < len(s) && strings.IndexByte(e.ifs, s[j]) >= 0
		if hard {
			for j++; j < len(s) && space(s[j]); {
				j++
			}
		}
		e.end(hard)
		i = j
	}
}

// list adds the elements of $@ and the like.
func (e *expander) list(vals []string, star, quoted bool) {
	switch {
	case quoted && star, !e.split:
		sep := " "
		if star {
			if sep = e.ifs; len(sep) > 1 {
				sep = sep[:1]
			}
		}
		e.add(e.sh.join(vals, sep), quoted)
	case quoted:
		for i, v := range vals {
			if i > 0 {
				e.end(true)
			}
			e.add(v, true)
		}
	case e.ifs != "" && strings.IndexByte(" \t\n", e.ifs[0]) < 0:
		e.value(e.sh.join(vals, e.ifs[:1])) // what is empty between others is a field
	default:
		for i, v := range vals {
			if i > 0 {
				e.end(false)
			}
			e.value(v)
		}
	}
}

// join is strings.Join within the memory there is.
func (sh *shell) join(vals []string, sep string) string {
	n := 0
	for _, v := range vals {
		n += len(v) + len(sep)
	}
	sh.room(int64(n))
	return strings.Join(vals, sep)
}

func (sh *shell) ifs() string {
	if v := sh.lookup("IFS"); v != nil && v.kind == kindString {
		return v.str
	}
	return " \t\n"
}

// fields expands words as those of a command: braces, parameters, splitting,
// names of files.
func (sh *shell) fields(words []*syntax.Word) []string {
	var out []string
	ifs := sh.ifs()
	for _, w := range words {
		for _, w := range sh.braces(w) {
			e := expander{sh: sh, split: true, ifs: ifs}
			e.word(w.Parts)
			e.end(false)
			for i := range e.out {
				out = sh.files(out, &e.out[i])
				if len(out) > maxFields {
					sh.tooMuch(maxFields)
				}
			}
		}
	}
	return out
}

// literal expands a word to one text: nothing is split.
func (sh *shell) literal(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	f := sh.single(w)
	return f.text()
}

// patternOf expands a word to a pattern.
func (sh *shell) patternOf(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	f := sh.single(w)
	return f.pattern()
}

func (sh *shell) single(w *syntax.Word) field {
	e := expander{sh: sh, ifs: sh.ifs()}
	e.word(w.Parts)
	return e.cur
}

// document expands the body of a here-document.
func (sh *shell) document(w *syntax.Word, tabs bool) string {
	if w == nil {
		return ""
	}
	e := expander{sh: sh, ifs: sh.ifs(), doc: true, tabs: tabs}
	e.lineStart = true
	e.parts(w.Parts, true)
	return e.cur.text()
}

// isQuoted reports whether something in the delimiter of a here-document is quoted:
// nothing in its body is expanded then, and a backslash is ordinary.
func isQuoted(delimiter *syntax.Word) bool {
	for _, p := range delimiter.Parts {
		if lit, ok := p.(*syntax.Lit); !ok || strings.IndexByte(lit.Value, '\\') >= 0 {
			return true
		}
	}
	return false
}

// rawDocument is the body of a here-document whose delimiter is quoted.
func (sh *shell) rawDocument(w *syntax.Word, tabs bool) string {
	e := expander{sh: sh, tabs: tabs, lineStart: true}
	if w != nil {
		for _, p := range w.Parts {
			if lit, ok := p.(*syntax.Lit); ok {
				e.add(e.untabbed(lit.Value), true)
			}
		}
	}
	return e.cur.text()
}

// word expands the parts of a whole word, with the tilde at its start.
func (e *expander) word(parts []syntax.WordPart) {
	if len(parts) > 0 {
		if lit, ok := parts[0].(*syntax.Lit); ok && strings.HasPrefix(lit.Value, "~") {
			prefix, rest, slash := strings.Cut(lit.Value, "/")
			if dir, ok := e.sh.tilde(prefix[1:]); ok && (slash || len(parts) == 1) {
				e.add(dir, true)
				if slash {
					e.literalText("/" + rest)
				}
				parts = parts[1:]
			}
		}
	}
	e.parts(parts, false)
}

// tilde returns what ~name stands for. There are no other users.
func (sh *shell) tilde(name string) (string, bool) {
	switch name {
	case "":
		if home, ok := sh.get("HOME"); ok {
			return home, true
		}
		return homeDir, true
	case "+":
		return sh.dir, true
	case "-":
		return sh.get("OLDPWD")
	case userName:
		return homeDir, true
	}
	return "", false
}

// literalText adds unquoted text, in which a backslash quotes.
func (e *expander) literalText(s string) {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			e.add(s, false)
			return
		}
		e.add(s[:i], false)
		s = s[i+1:]
		if s == "" {
			return
		}
		_, n := utf8.DecodeRuneInString(s)
		if s[0] != '\n' {
			e.add(s[:n], true)
		}
		s = s[n:]
	}
}

// quotedText adds text between double quotes.
func (e *expander) quotedText(s string) {
	special := "$`\"\\\n"
	if e.doc {
		special = "$`\\\n"
	}
	if e.braces {
		special += "}"
	}
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			e.add(s, true)
			return
		}
		e.add(s[:i], true)
		switch {
		case s[i+1] == '\n':
		case strings.IndexByte(special, s[i+1]) >= 0:
			e.add(s[i+1:i+2], true)
		default:
			e.add(s[i:i+2], true)
		}
		s = s[i+2:]
	}
}

func (e *expander) parts(parts []syntax.WordPart, quoted bool) {
	for _, p := range parts {
		e.sh.spend(5)
		if _, ok := p.(*syntax.Lit); !ok {
			e.lineStart = false
		}
		switch p := p.(type) {
		case *syntax.Lit:
			if quoted {
				e.quotedText(e.untabbed(p.Value))
			} else {
				e.literalText(p.Value)
			}
		case *syntax.SglQuoted:
			s := p.Value
			if quoted && !p.Dollar { // between double quotes they are ordinary
				s = "'" + s + "'"
			}
			if p.Dollar {
				s, _ = unescapeC(s, true)
			}
			e.add(s, true)
		case *syntax.DblQuoted:
			if len(p.Parts) == 0 {
				e.add("", true)
			}
			e.parts(p.Parts, true)
		case *syntax.ParamExp:
			e.param(p, quoted)
		case *syntax.CmdSubst:
			s := e.sh.substitute(p)
			if quoted {
				e.add(s, true)
			} else {
				e.value(s)
			}
		case *syntax.ArithmExp:
			s := strconv.FormatInt(e.sh.arith(p.X), 10)
			if quoted {
				e.add(s, true)
			} else {
				e.value(s)
			}
		case *syntax.ProcSubst:
			e.add(e.sh.processSubst(p), true)
		case *syntax.ExtGlob:
			e.add(p.Op.String()+p.Pattern.Value+")", false)
		case *syntax.BraceExp: // where braces are not expanded
			e.add("{", false)
			for i, w := range p.Elems {
				if i > 0 && p.Sequence {
					e.add("..", false)
				} else if i > 0 {
					e.add(",", false)
				}
				e.parts(w.Parts, quoted)
			}
			e.add("}", false)
		}
	}
}

// untabbed removes the tabs at the start of lines in a <<- here-document.
func (e *expander) untabbed(s string) string {
	if !e.tabs {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\t' && e.lineStart {
			continue
		}
		e.lineStart = s[i] == '\n'
		b.WriteByte(s[i])
	}
	return b.String()
}

// paramValue is what a parameter holds.
type paramValue struct {
	vals       []string
	list, star bool
	set        bool
}

func (v paramValue) one() string {
	if len(v.vals) == 0 {
		return ""
	}
	return v.vals[0]
}

// isAll reports whether a subscript is @ or *.
func isAll(x syntax.ArithmExpr) (star, ok bool) {
	w, isWord := x.(*syntax.Word)
	if !isWord || len(w.Parts) != 1 {
		return false, false
	}
	lit, isLit := w.Parts[0].(*syntax.Lit)
	if !isLit {
		return false, false
	}
	return lit.Value == "*", lit.Value == "*" || lit.Value == "@"
}

// parameter looks a parameter up.
func (sh *shell) parameter(name string, index syntax.ArithmExpr) paramValue {
	if name == "@" || name == "*" {
		return paramValue{vals: sh.args, list: true, star: name == "*", set: len(sh.args) > 0}
	}
	if index != nil {
		v := sh.lookup(name)
		if star, ok := isAll(index); ok {
			if vals, ok := sh.stack(name); ok {
				return paramValue{vals: vals, list: true, star: star, set: len(vals) > 0}
			}
			if v == nil {
				return paramValue{list: true, star: star}
			}
			sh.billElements(v)
			vals := v.values()
			return paramValue{vals: vals, list: true, star: star, set: len(vals) > 0}
		}
		if vals, ok := sh.stack(name); ok {
			i := sh.arithIndex(index)
			if i < 0 {
				i += int64(len(vals))
			}
			if i < 0 || i >= int64(len(vals)) {
				return paramValue{}
			}
			return paramValue{vals: vals[i : i+1], set: true}
		}
		if v == nil {
			if s, ok := sh.special(name); ok {
				return paramValue{vals: []string{s}, set: true}
			}
			sh.subscript(index)
			return paramValue{}
		}
		var s string
		var ok bool
		if v.kind == kindMap {
			s, ok = v.dict[sh.subscript(index)]
		} else {
			s, ok = sh.at(v, sh.arithIndex(index))
		}
		if !ok {
			return paramValue{}
		}
		return paramValue{vals: []string{s}, set: true}
	}
	s, ok := sh.get(name)
	if !ok {
		return paramValue{}
	}
	return paramValue{vals: []string{s}, set: true}
}

// subscript returns the key that an index names in a map.
func (sh *shell) subscript(index syntax.ArithmExpr) string {
	w, _ := index.(*syntax.Word)
	return sh.literal(w)
}

// param expands a parameter.
func (e *expander) param(pe *syntax.ParamExp, quoted bool) {
	sh := e.sh
	name := pe.Param.Value
	one := func(s string) {
		if quoted {
			e.add(s, true)
		} else {
			e.value(s)
		}
	}
	index := pe.Index
	if pe.Excl {
		switch {
		case pe.Names != 0:
			var names []string
			for _, n := range sh.names() {
				if strings.HasPrefix(n, name) {
					names = append(names, n)
				}
			}
			e.list(names, pe.Names == syntax.NamesPrefix, quoted)
			return
		case index != nil:
			if star, ok := isAll(index); ok {
				var keys []string
				if v := sh.lookup(name); v != nil {
					sh.billElements(v)
					keys = v.subscripts()
				}
				e.list(keys, star, quoted)
				return
			}
			name, index = sh.parameter(name, index).one(), nil
		default:
			if v, _ := sh.scope.find(name); v != nil && v.nameref {
				one(v.str)
				return
			}
			target, ok := sh.get(name)
			if !ok || target == "" {
				sh.complain("%s: invalid indirect expansion", name)
				panic(discard{1})
			}
			name = target
			if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") {
				sub := name[i+1 : len(name)-1]
				index = &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: sub}}}
				name = name[:i]
			} else if !isName(name) && !isSpecialName(name) {
				sh.complain("%s: invalid variable name", name)
				panic(discard{1})
			}
		}
	}
	if pe.Length && index != nil {
		if _, all := isAll(index); all {
			if v := sh.lookup(name); v != nil {
				one(strconv.Itoa(v.count()))
				return
			}
		}
	}
	v := sh.parameter(name, index)
	if pe.Length {
		switch {
		case v.list && (v.set || index == nil || !sh.nounset):
			one(strconv.Itoa(len(v.vals)))
		default:
			if !v.set && sh.nounset {
				sh.unbound(e.shown(pe, name))
			}
			sh.spend(int64(len(v.one())) / 64)
			one(strconv.Itoa(runes(v.one())))
		}
		return
	}
	if pe.Exp != nil {
		null := len(v.vals) == 0 || !v.list && v.vals[0] == "" || v.list && len(v.vals) == 1 && v.vals[0] == ""
		switch op := pe.Exp.Op; op {
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			if v.set && (op == syntax.AlternateUnset || !null) {
				e.operand(pe.Exp.Word, quoted)
			} else if quoted && !v.list {
				e.add("", true)
			}
			return
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
			if !v.set || op == syntax.DefaultUnsetOrNull && null {
				e.operand(pe.Exp.Word, quoted)
				return
			}
		case syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if !v.set || op == syntax.AssignUnsetOrNull && null {
				s := sh.operandText(pe.Exp.Word, quoted)
				if index != nil {
					sh.setElement(name, sh.subscript(index), s, false)
				} else {
					sh.set(name, s)
				}
				one(sh.value(name))
				return
			}
		case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
			if !v.set || op == syntax.ErrorUnsetOrNull && null {
				msg := sh.operandText(pe.Exp.Word, quoted)
				if msg == "" {
					msg = "parameter not set"
					if op == syntax.ErrorUnsetOrNull {
						msg = "parameter null or not set"
					}
				}
				sh.complain("%s: %s", name, msg)
				sh.quit()
			}
		default:
			e.need(pe, v, name)
			e.results(sh.transform(pe.Exp, v, name), v, quoted)
			return
		}
		e.results(v.vals, v, quoted)
		return
	}
	e.need(pe, v, name)
	switch {
	case pe.Slice != nil:
		v.vals = sh.slice(pe.Slice, v, name)
	case pe.Repl != nil:
		v.vals = sh.replace(pe.Repl, v.vals)
	}
	e.results(v.vals, v, quoted)
}

// need complains of an unset parameter under set -u.
func (e *expander) need(pe *syntax.ParamExp, v paramValue, name string) {
	if !v.set && !v.list && e.sh.nounset {
		e.sh.unbound(e.shown(pe, name))
	}
}

// shown is a parameter as the complaint of set -u names it.
func (e *expander) shown(pe *syntax.ParamExp, name string) string {
	if pe.Excl {
		name = "!" + pe.Param.Value
	}
	switch {
	case pe.Index != nil:
		var b strings.Builder
		_ = syntax.NewPrinter().Print(&b, pe.Index) // of what cannot be printed, nothing is shown
		name += "[" + b.String() + "]"
	case len(name) == 1 && (name == "!" || name[0] >= '0' && name[0] <= '9') && !pe.Length:
		name = "$" + name
	}
	return name
}

func (sh *shell) unbound(name string) {
	sh.complain("%s: unbound variable", name)
	sh.quit()
}

// quit ends the shell because of an error in an expansion.
func (sh *shell) quit() {
	if (sh.dashC || sh.sourced > 0 && sh.sourcedC) && sh.subshells == 0 && !sh.errexit {
		panic(discard{-127})
	}
	panic(discard{-1})
}

func isSpecialName(s string) bool {
	if _, err := strconv.Atoi(s); err == nil {
		return true
	}
	return len(s) == 1 && strings.Contains("@*#?-$!_", s)
}

func (e *expander) results(vals []string, v paramValue, quoted bool) {
	switch {
	case v.list:
		e.list(vals, v.star, quoted)
	case quoted:
		e.add(strings.Join(vals, " "), true)
	default:
		for _, s := range vals {
			e.value(s)
		}
	}
}

// operand expands the word of ${x:-word} in place.
func (e *expander) operand(w *syntax.Word, quoted bool) {
	if w == nil {
		if quoted {
			e.add("", true)
		}
		return
	}
	if quoted {
		e.add("", true)
		was := e.braces
		e.braces = true
		e.parts(w.Parts, true)
		e.braces = was
		return
	}
	if !e.split {
		e.word(w.Parts)
		return
	}
	// Its own unquoted text is split, as what it expands to is.
	for i, p := range w.Parts {
		if lit, ok := p.(*syntax.Lit); ok {
			if i == 0 && strings.HasPrefix(lit.Value, "~") {
				e.word([]syntax.WordPart{lit})
				continue
			}
			e.splitLiteral(lit.Value)
			continue
		}
		e.parts([]syntax.WordPart{p}, false)
	}
}

// splitLiteral adds unquoted text that is split where nothing quotes.
func (e *expander) splitLiteral(s string) {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			e.value(s)
			return
		}
		e.value(s[:i])
		_, n := utf8.DecodeRuneInString(s[i+1:])
		e.add(s[i+1:i+1+n], true)
		s = s[i+1+n:]
	}
}

func (sh *shell) operandText(w *syntax.Word, quoted bool) string {
	if w == nil {
		return ""
	}
	e := expander{sh: sh, ifs: sh.ifs()}
	if quoted {
		e.parts(w.Parts, true)
	} else {
		e.word(w.Parts)
	}
	return e.cur.text()
}

func runes(s string) int {
	return utf8.RuneCountInString(s)
}

// transform applies the operators that make another text of each value.
func (sh *shell) transform(x *syntax.Expansion, v paramValue, name string) []string {
	if x.Op == syntax.OtherParamOps {
		return sh.paramOp(sh.literal(x.Word), v, name)
	}
	pat := sh.patternOf(x.Word)
	var g *glob
	if pat != "" {
		g = sh.glob(pat, globMode{ext: sh.shopts["extglob"]})
	}
	out := make([]string, len(v.vals))
	for i, s := range v.vals {
		sh.room(int64(len(s)))
		switch x.Op {
		case syntax.RemSmallPrefix, syntax.RemLargePrefix:
			out[i] = sh.trimPrefix(s, g, x.Op == syntax.RemLargePrefix)
		case syntax.RemSmallSuffix, syntax.RemLargeSuffix:
			out[i] = sh.trimSuffix(s, g, x.Op == syntax.RemLargeSuffix)
		case syntax.UpperFirst, syntax.UpperAll, syntax.LowerFirst, syntax.LowerAll, toggleFirst, toggleAll:
			out[i] = sh.caseOf(s, g, x.Op)
		default:
			out[i] = s
		}
	}
	return out
}

// trimPrefix removes the longest or shortest prefix that matches.
func (sh *shell) trimPrefix(s string, g *glob, longest bool) string {
	if g == nil {
		return s
	}
	if g.re == nil && g.not == nil {
		return strings.TrimPrefix(s, g.literal)
	}
	if g.re != nil {
		// Anchored at the start, the leftmost match is the prefix.
		if m := sh.findGlob(sh.prefix(g, longest), g.size, true, longest, s); m != nil {
			return s[m[1]:]
		}
		return s
	}
	for _, i := range sh.cuts(s, longest) {
		if sh.match(g, s[:i]) {
			return s[i:]
		}
	}
	return s
}

// prefix returns the pattern anchored at the start only.
func (sh *shell) prefix(g *glob, longest bool) *regexp.Regexp {
	expr := strings.TrimSuffix(g.re.String(), "$")
	if !longest {
		expr = strings.NewReplacer(`.*`, `.*?`, `[^/]*`, `[^/]*?`).Replace(expr)
	}
	re := sh.mustCompile(expr)
	if longest {
		re.Longest()
	}
	return re
}

// trimSuffix removes the longest or shortest suffix that matches.
func (sh *shell) trimSuffix(s string, g *glob, longest bool) string {
	if g == nil {
		return s
	}
	if g.re == nil && g.not == nil {
		return strings.TrimSuffix(s, g.literal)
	}
	if g.re != nil && longest {
		// Anchored at the end, the leftmost match is the longest suffix.
		expr := strings.Replace(g.re.String(), "^(?:", "(?:", 1)
		if m := sh.findGlob(sh.mustCompile(expr), g.size, false, false, s); m != nil {
			return s[:m[0]]
		}
		return s
	}
	for _, i := range sh.cuts(s, !longest) {
		if sh.match(g, s[i:]) {
			return s[:i]
		}
	}
	return s
}

// maxCuts bounds the text that is tried at each of its places.
const maxCuts = 32 << 10

// cuts are the places between the characters of s, from the end if down.
func (sh *shell) cuts(s string, down bool) []int {
	if len(s) > maxCuts {
		sh.complain("a text of %d bytes is too long to match each end of it", len(s))
		panic(discard{1})
	}
	sh.room(int64(len(s)) * 8)
	out := make([]int, 0, len(s)+1)
	for i := range s {
		out = append(out, i)
	}
	out = append(out, len(s))
	if down {
		slices.Reverse(out)
	}
	return out
}

func (sh *shell) caseOf(s string, g *glob, op syntax.ParExpOperator) string {
	conv := unicode.ToLower
	switch op {
	case syntax.UpperFirst, syntax.UpperAll:
		conv = unicode.ToUpper
	case toggleFirst, toggleAll:
		conv = otherCase
	}
	all := op == syntax.UpperAll || op == syntax.LowerAll || op == toggleAll
	if g == nil && all {
		return strings.Map(conv, s)
	}
	var b strings.Builder
	for i, r := range s {
		if (i == 0 || all) && (g == nil || sh.match(g, string(r))) {
			r = conv(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// otherCase is a letter in the case that it is not in.
func otherCase(r rune) rune {
	if upper := unicode.ToUpper(r); upper != r {
		return upper
	}
	return unicode.ToLower(r)
}

func (sh *shell) paramOp(op string, v paramValue, name string) []string {
	out := make([]string, 0, len(v.vals))
	var keys []string // of the values, where they are elements
	if op == "A" || op == "a" || op == "K" || op == "k" {
		vr := sh.lookup(name)
		if vr == nil {
			return nil
		}
		switch op {
		case "K", "k":
			if v.list {
				sh.billElements(vr)
				keys = vr.subscripts()
			}
		case "a":
			return []string{vr.attributes()}
		case "A":
			switch {
			case vr.kind == kindString && vr.attributes() == "":
				return []string{name + "=" + quoteSingle(vr.str)}
			case vr.kind == kindString:
				return []string{"declare -" + vr.attributes() + " " + name + "=" + quoteSingle(vr.str)}
			case !v.list && len(v.vals) == 0:
				return []string{"declare -" + vr.attributes() + " " + name}
			case !v.list:
				return []string{"declare -" + vr.attributes() + " " + name + "=" + quoteSingle(v.one())}
			}
			return []string{sh.declaration(name, vr)}
		}
	}
	for i, s := range v.vals {
		sh.room(2 * int64(len(s)))
		switch op {
		case "Q":
			s = quoteSingle(s)
		case "U":
			s = strings.ToUpper(s)
		case "L":
			s = strings.ToLower(s)
		case "u":
			if r, n := utf8.DecodeRuneInString(s); n > 0 {
				s = string(unicode.ToUpper(r)) + s[n:]
			}
		case "E":
			s, _ = unescapeC(s, true)
		case "P":
		case "K", "k":
			if i < len(keys) {
				out = append(out, keys[i])
			}
			if op == "K" {
				s = quoteDouble(s)
			}
		default:
			sh.complain("${%s@%s}: bad substitution", name, op)
			panic(discard{1})
		}
		out = append(out, s)
	}
	return out
}

// quoteSingle quotes as ${x@Q} does.
func quoteSingle(s string) string {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return quoteC(s)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// quoteC quotes as $'…' does.
func quoteC(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == 7:
			b.WriteString(`\a`)
		case r == 8:
			b.WriteString(`\b`)
		case r == 27:
			b.WriteString(`\E`)
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\%03o`, s[i])
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}

// slice is ${x:offset:length}.
func (sh *shell) slice(sl *syntax.Slice, v paramValue, name string) []string {
	off := sh.arith(sl.Offset)
	length, bounded := int64(0), false
	if sl.Length != nil {
		length, bounded = sh.arith(sl.Length), true
	}
	bad := func() {
		sh.complain("%d: substring expression < 0", length)
		panic(discard{1})
	}
	held := sh.lookup(name)
	if v.list && (held == nil || held.kind != kindString) {
		vals := v.vals
		if name == "@" || name == "*" {
			vals = append([]string{sh.name}, vals...)
		}
		n := int64(len(vals))
		switch {
		case held != nil && held.kind == kindArray: // by subscripts
			if off < 0 {
				off += int64(held.list.next())
			}
			if off >= 0 {
				i, _ := held.list.find(int(off))
				off = int64(i)
			}
		case held != nil && held.kind == kindMap: // from 1; 0 is the first as well
			if off < 0 {
				off += n + 1
			}
			if off > 0 {
				off--
			}
		case off < 0:
			off += n
		}
		if off < 0 || off >= n {
			return nil
		}
		end := n
		if bounded {
			if length < 0 {
				bad()
			}
			end = off + min(length, n-off)
		}
		return vals[off:end]
	}
	s := v.one()
	if !v.set {
		return []string{""}
	}
	sh.spend(int64(len(s)) / 16)
	at := []rune(nil)
	n := int64(len(s))
	ascii := isASCII(s)
	if !ascii {
		sh.room(int64(len(s)) * 4)
		at = []rune(s)
		n = int64(len(at))
	}
	if off < 0 {
		off += n
	}
	if off < 0 || off > n {
		return []string{""}
	}
	end := n
	if bounded {
		if length < 0 {
			end = n + length
			if end < off {
				bad()
			}
		} else {
			end = off + min(length, n-off)
		}
	}
	if ascii {
		return []string{s[off:end]}
	}
	return []string{string(at[off:end])}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// replace is ${x/pattern/text}.
func (sh *shell) replace(r *syntax.Replace, vals []string) []string {
	pat := sh.patternOf(r.Orig)
	with := sh.replacement(r.With)
	anchor := byte(0)
	if pat != "" && (pat[0] == '#' || pat[0] == '%') && !r.All {
		anchor = pat[0]
		pat = pat[1:]
	}
	out := make([]string, len(vals))
	if pat == "" {
		for i, s := range vals {
			switch anchor {
			case '#':
				s = with.of("") + s
			case '%':
				s += with.of("")
			}
			out[i] = s
		}
		return out
	}
	g := sh.glob(pat, globMode{ext: sh.shopts["extglob"]})
	for i, s := range vals {
		sh.room(int64(len(s)))
		if s == "" {
			if sh.match(g, "") {
				out[i] = with.of("")
			}
			continue
		}
		out[i] = sh.replaceIn(s, g, with, anchor, r.All)
	}
	return out
}

// replacement is the text that comes for what matched: its pieces, with what
// matched between them.
type replacement []string

// replacement expands the text of a replacement, in which an & that is not quoted
// stands for what matched.
func (sh *shell) replacement(w *syntax.Word) replacement {
	pieces := replacement{""}
	if w == nil {
		return pieces
	}
	f := sh.single(w)
	if !sh.shopts["patsub_replacement"] {
		return replacement{f.text()}
	}
	for _, r := range f.runs {
		parts := []string{r.text}
		if !r.quoted {
			parts = replacementPieces(r.text)
		}
		sh.room(int64(16 * len(parts)))
		pieces[len(pieces)-1] += parts[0]
		pieces = append(pieces, parts[1:]...)
	}
	return pieces
}

// replacementPieces splits a text at each &. A backslash before one, or before another
// backslash, quotes it.
func replacementPieces(s string) []string {
	if strings.IndexByte(s, '\\') < 0 {
		return strings.Split(s, "&")
	}
	var parts []string
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '&':
			parts = append(parts, b.String())
			b.Reset()
			continue
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '&' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return append(parts, b.String())
}

// of is the text for what matched.
func (r replacement) of(matched string) string { return strings.Join(r, matched) }

// size is the length of the text for a match of n bytes.
func (r replacement) size(n int) int {
	size := (len(r) - 1) * n
	for _, p := range r {
		size += len(p)
	}
	return size
}

func (sh *shell) replaceIn(s string, g *glob, with replacement, anchor byte, all bool) string {
	var expr string
	switch {
	case g.not != nil:
		for _, i := range sh.cuts(s, true) {
			if sh.match(g, s[:i]) {
				sh.room(int64(with.size(i)))
				return with.of(s[:i]) + s[i:]
			}
		}
		return s
	case g.re != nil:
		expr = strings.TrimSuffix(strings.Replace(g.re.String(), "^(?:", "(?:", 1), "$")
	default:
		expr = regexp.QuoteMeta(g.literal)
	}
	if anchor == '#' {
		expr = "^" + expr
	} else if anchor == '%' {
		expr += "$"
	}
	re, err := sh.compile(expr)
	if err != nil {
		return s
	}
	re.Longest()
	own := sh.engine(re, g.size, anchor == '#', true, len(s))
	n := 1
	if all {
		n = -1
	}
	var text []byte
	if own != nil {
		text = []byte(s)
	}
	var b strings.Builder
	at := 0
	for at <= len(s) && n != 0 {
		var m []int
		if own != nil {
			m = own.from(text[at:], 0, false)
		} else {
			m = re.FindStringIndex(s[at:])
		}
		if m == nil {
			break
		}
		sh.spend(20)
		from, to := at+m[0], at+m[1]
		if to == from {
			if from >= len(s) {
				break
			}
			to++ // an empty match replaces nothing
			b.WriteString(s[at:to])
			at = to
			continue
		}
		sh.room(int64(from - at + with.size(to-from)))
		sh.spend(int64(len(with)))
		b.WriteString(s[at:from])
		b.WriteString(with.of(s[from:to]))
		at = to
		n--
		if anchor == '#' {
			break
		}
	}
	b.WriteString(s[min(at, len(s)):])
	return b.String()
}

// files replaces a field that is a pattern by the names that match it.
func (sh *shell) files(out []string, f *field) []string {
	meta := false
	if !sh.noglob {
		for _, r := range f.runs {
			if !r.quoted && strings.ContainsAny(r.text, "*?[+@!") {
				meta = true
			}
		}
	}
	if meta {
		if pat := f.pattern(); hasMeta(pat, sh.shopts["extglob"]) {
			matches := sh.expandPath(pat)
			if len(matches) > 0 {
				return append(out, matches...)
			}
			switch {
			case sh.bun:
				sh.complain("no matches found: %s", f.text())
				panic(discard{1})
			case sh.shopts["failglob"]:
				sh.complain("no match: %s", f.text())
				panic(discard{1})
			case sh.shopts["nullglob"]:
				return out
			}
		}
	}
	return append(out, f.text())
}

// expandPath returns the names that match a pattern and none of GLOBIGNORE, sorted.
func (sh *shell) expandPath(pat string) []string {
	names := sh.pathsOf(pat)
	if ignored := sh.value("GLOBIGNORE"); ignored != "" && len(names) > 0 {
		// A pattern and its place for each colon, at most.
		sh.room(int64(strings.Count(ignored, ":")+1) * 256)
		var globs []*glob
		for _, p := range splitPatterns(ignored) {
			m := globMode{ext: sh.shopts["extglob"], fold: sh.shopts["nocaseglob"], slash: p != "*"} // which matches all
			globs = append(globs, sh.glob(p, m))
		}
		names = slices.DeleteFunc(names, func(name string) bool {
			return slices.ContainsFunc(globs, func(g *glob) bool { return sh.match(g, name) })
		})
	}
	return names
}

// splitPatterns splits patterns at the colons that are in no bracket expression.
func splitPatterns(s string) (patterns []string) {
	from, bracket := 0, false
	last := strings.LastIndexByte(s, ']')
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			bracket = i < last
		case ']':
			bracket = bracket && s[i-1] == ':' && i < last
		case ':':
			if !bracket {
				patterns = append(patterns, s[from:i])
				from = i + 1
			}
		}
	}
	return append(patterns, s[from:])
}

// dotGlob reports whether * matches names that begin with a dot.
func (sh *shell) dotGlob() bool { return sh.shopts["dotglob"] || sh.value("GLOBIGNORE") != "" }

// pathsOf returns the names that match a pattern, sorted.
func (sh *shell) pathsOf(pat string) []string {
	// A bracket expression cannot hold a slash, so slashes separate.
	parts := strings.Split(pat, "/")
	bases := []string{""}
	if parts[0] == "" {
		bases = []string{"/"}
		for len(parts) > 0 && parts[0] == "" {
			parts = parts[1:]
		}
	}
	budget := maxFields / 4
	for i, p := range parts {
		last := i == len(parts)-1
		var next []string
		switch {
		case p == "":
			if !last {
				continue
			}
			for _, b := range bases {
				if info, err := sh.stat(b); err == nil && info.IsDir() {
					next = append(next, b+"/")
				}
			}
		case p == "**" && sh.shopts["globstar"]:
			for _, b := range bases {
				if info, err := sh.stat(b); b != "" && (err != nil || !info.IsDir()) {
					continue
				}
				at := len(next)
				next = sh.descend(next, b, last, &budget)
				if last && b != "" && !strings.HasSuffix(b, "/") && !slices.ContainsFunc(parts[:i], func(p string) bool { return hasMeta(p, sh.shopts["extglob"]) }) {
					next[at] += "/" // itself
				}
			}
		case !hasMeta(p, sh.shopts["extglob"]):
			name := unescape(p)
			for _, b := range bases {
				full := joinName(b, name)
				sh.spend(50)
				if !last && i > 0 || last {
					if _, err := sh.lstat(full); err != nil {
						continue
					}
				}
				next = append(next, full)
			}
		default:
			g := sh.glob(p, globMode{fold: sh.shopts["nocaseglob"], ext: sh.shopts["extglob"], slash: true})
			hidden := strings.HasPrefix(p, ".") || strings.HasPrefix(p, `\.`) || sh.dotGlob()
			for _, b := range bases {
				entries, err := sh.readDir(b)
				if err != nil {
					continue
				}
				sh.spend(int64(len(entries)) * 20)
				for _, en := range entries {
					if strings.HasPrefix(en.Name(), ".") && !hidden || !sh.match(g, en.Name()) {
						continue
					}
					full := joinName(b, en.Name())
					if !last && !en.IsDir() {
						if info, err := sh.stat(full); err != nil || !info.IsDir() {
							continue
						}
					}
					if budget--; budget < 0 {
						sh.tooMuch(maxFields / 4)
					}
					sh.room(int64(len(full)) + 256)
					next = append(next, full)
				}
			}
		}
		if bases = next; len(bases) == 0 {
			return nil
		}
	}
	slices.Sort(bases)
	return slices.Compact(bases)
}

// descend adds a directory and all below it, for **.
func (sh *shell) descend(out []string, dir string, files bool, budget *int) []string {
	if *budget--; *budget < 0 {
		sh.tooMuch(maxFields / 4)
	}
	sh.room(int64(len(dir)) + 256)
	if dir != "" || !files {
		out = append(out, dir)
	}
	entries, err := sh.readDir(dir)
	if err != nil {
		return out
	}
	sh.spend(int64(len(entries)) * 20)
	for _, en := range entries {
		if strings.HasPrefix(en.Name(), ".") && !sh.dotGlob() {
			continue
		}
		full := joinName(dir, en.Name())
		if en.IsDir() {
			out = sh.descend(out, full, files, budget)
		} else if files {
			if *budget--; *budget < 0 {
				sh.tooMuch(maxFields / 4)
			}
			sh.room(int64(len(full)) + 256)
			out = append(out, full)
		}
	}
	return out
}

func joinName(dir, name string) string {
	switch {
	case dir == "":
		return name
	case strings.HasSuffix(dir, "/"):
		return dir + name
	}
	return dir + "/" + name
}

// braces expands the braces of a word, which the parser found already.
func (sh *shell) braces(w *syntax.Word) []*syntax.Word {
	for _, p := range w.Parts {
		if _, ok := p.(*syntax.BraceExp); ok {
			return sh.braceParts(nil, w.Parts)
		}
	}
	return []*syntax.Word{w}
}

func (sh *shell) braceParts(prefix, parts []syntax.WordPart) []*syntax.Word {
	for i, p := range parts {
		be, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		head := slices.Concat(prefix, parts[:i])
		rest := parts[i+1:]
		// The tails are the same for each element.
		tails := sh.braceParts(nil, rest)
		var out []*syntax.Word
		add := func(mid []syntax.WordPart) {
			for _, t := range tails {
				if len(out) >= maxFields {
					sh.tooMuch(maxFields)
				}
				sh.room(512)
				sh.spend(20)
				out = append(out, &syntax.Word{Parts: joinParts(slices.Concat(head, mid, t.Parts))})
			}
		}
		if be.Sequence {
			if !sh.sequence(be, func(s string) { add([]syntax.WordPart{&syntax.Lit{Value: s}}) }) {
				add([]syntax.WordPart{be})
			}
			return out
		}
		for _, el := range be.Elems {
			for _, w := range sh.braceParts(nil, el.Parts) {
				add(w.Parts)
			}
		}
		return out
	}
	return []*syntax.Word{{Parts: slices.Concat(prefix, parts)}}
}

// joinParts makes $a{b,c} what it is for bash, which expands braces in the text:
// $ab $ac.
func joinParts(parts []syntax.WordPart) []syntax.WordPart {
	for i := 0; i+1 < len(parts); i++ {
		pe, ok1 := parts[i].(*syntax.ParamExp)
		lit, ok2 := parts[i+1].(*syntax.Lit)
		if !ok1 || !ok2 || !pe.Short || !isName(pe.Param.Value) {
			continue
		}
		n := 0
		for n < len(lit.Value) && isName("a"+lit.Value[n:n+1]) {
			n++
		}
		if n > 0 {
			joined := *pe
			joined.Param = &syntax.Lit{Value: pe.Param.Value + lit.Value[:n]}
			parts[i], parts[i+1] = &joined, &syntax.Lit{Value: lit.Value[n:]}
		}
	}
	return parts
}

// sequence calls yield for each text of {a..b..step}. It returns false if it is none.
func (sh *shell) sequence(be *syntax.BraceExp, yield func(string)) bool {
	a, b := be.Elems[0].Lit(), be.Elems[1].Lit()
	step := int64(0)
	if len(be.Elems) > 2 {
		n, err := strconv.ParseInt(be.Elems[2].Lit(), 10, 64)
		if err != nil {
			return false
		}
		step = max(n, -n)
	}
	step = max(step, 1)
	from, err1 := strconv.ParseInt(a, 10, 64)
	to, err2 := strconv.ParseInt(b, 10, 64)
	format := func(n int64) string { return strconv.FormatInt(n, 10) }
	switch {
	case err1 == nil && err2 == nil:
		zero := func(s string) bool { return len(s) > 1 && (s[0] == '0' || strings.HasPrefix(s, "-0") && len(s) > 2) }
		if zero(a) || zero(b) {
			width := max(len(a), len(b))
			format = func(n int64) string { return fmt.Sprintf("%0*d", width, n) }
		}
	case len(a) == 1 && len(b) == 1:
		from, to = int64(a[0]), int64(b[0])
		format = func(n int64) string { return string(rune(n)) }
	default:
		return false
	}
	n := (to - from) / step
	if from > to {
		n = (from - to) / step
		step = -step
	}
	if n < 0 || n > maxFields {
		sh.tooMuch(maxFields)
	}
	for i := int64(0); i <= n; i++ {
		yield(format(from + i*step))
	}
	return true
}

// escapes are the kinds of texts with backslashes. They differ in little.
type escapes int

const (
	escapesC      escapes = iota // of a format
	escapesDollar                // $'…', which ends at a zero byte
	escapesEcho                  // echo -e: an octal number begins with 0
	escapesB                     // %b of printf
)

// unescapeC undoes the escapes of a format, or of $'…' if dollar.
func unescapeC(s string, dollar bool) (out string, more bool) {
	if dollar {
		return unescapeText(s, escapesDollar)
	}
	return unescapeText(s, escapesC)
}

// unescapeText undoes the escapes of a text. more is false where \c ends all that is printed.
func unescapeText(s string, kind escapes) (out string, more bool) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case s[i] != '\\':
			b.WriteByte(s[i])
			i++
		case i+1 < len(s) && s[i+1] == 'c':
			if kind == escapesEcho || kind == escapesB {
				return b.String(), false
			}
			if i += 2; i < len(s) {
				c := s[i] & 0x1f
				if s[i] == '?' {
					c = 0x7f
				}
				b.WriteByte(c)
				i++
			}
		default:
			one, n := unescapeOne(s[i:], kind)
			if kind == escapesDollar && one == "\x00" {
				return b.String(), true
			}
			b.WriteString(one)
			i += n
		}
	}
	return b.String(), true
}

// unescapeOne is what the escape at the start of s stands for, and its length.
// One that there is not stands for itself.
func unescapeOne(s string, kind escapes) (out string, n int) {
	if len(s) == 1 {
		return s, 1
	}
	digits := func(from, most int, ok func(byte) bool) int {
		n := from
		for n < len(s) && n-from < most && ok(s[n]) {
			n++
		}
		return n
	}
	switch c := s[1]; c {
	case 'a':
		return "\a", 2
	case 'b':
		return "\b", 2
	case 'e', 'E':
		return "\x1b", 2
	case 'f':
		return "\f", 2
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case 'v':
		return "\v", 2
	case '\\':
		return `\`, 2
	case '\'', '"', '?':
		if kind == escapesC || kind == escapesDollar {
			return s[1:2], 2
		}
	case 'x', 'u', 'U':
		if kind == escapesDollar && strings.HasPrefix(s, `\x{`) { // the last two digits count
			n := digits(3, len(s), isHex)
			v, _ := strconv.ParseUint(s[max(3, n-2):n], 16, 8)
			if n < len(s) && s[n] == '}' {
				n++
			}
			return string([]byte{byte(v)}), n
		}
		n := digits(2, map[byte]int{'x': 2, 'u': 4, 'U': 8}[c], isHex)
		if n == 2 {
			break
		}
		v, _ := strconv.ParseUint(s[2:n], 16, 32)
		if c == 'x' {
			return string([]byte{byte(v)}), n
		}
		return encodeRune(uint32(v)), n
	case '0', '1', '2', '3', '4', '5', '6', '7':
		most := 3
		if c == '0' && (kind == escapesEcho || kind == escapesB) {
			most = 4
		} else if kind == escapesEcho {
			break
		}
		n := digits(1, most, func(c byte) bool { return c >= '0' && c <= '7' })
		v, _ := strconv.ParseUint(s[1:n], 8, 16)
		return string([]byte{byte(v)}), n
	}
	return s[:2], 2
}

// encodeRune is a number as UTF-8 was first defined: also half a pair, and up to 31 bits.
// What does not fit is nothing.
func encodeRune(v uint32) string {
	if v < 0x80 {
		return string([]byte{byte(v)})
	}
	for more, limit := 1, uint32(1<<11); more <= 5; more, limit = more+1, limit<<5 {
		if v >= limit {
			continue
		}
		b := []byte{byte(0xff<<(7-more)) | byte(v>>(6*more))}
		for i := more - 1; i >= 0; i-- {
			b = append(b, 0x80|byte(v>>(6*i))&0x3f)
		}
		return string(b)
	}
	return ""
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// substitute runs a command substitution and returns what it printed.
func (sh *shell) substitute(cs *syntax.CmdSubst) string {
	sh.substituted = true
	if len(cs.Stmts) == 0 {
		sh.status = 0
		return ""
	}
	// $(< file)
	if len(cs.Stmts) == 1 && cs.Stmts[0].Cmd == nil && len(cs.Stmts[0].Redirs) == 1 && cs.Stmts[0].Redirs[0].Op == syntax.RdrIn {
		name := sh.literal(cs.Stmts[0].Redirs[0].Word)
		d, err := sh.open(name, os.O_RDONLY, 0)
		if err != nil {
			sh.complain("%s: %s", name, errText(err))
			sh.status = 1
			return ""
		}
		defer d.drop()
		var out []byte
		buf := make([]byte, 32<<10)
		for {
			n, err := d.read(sh.proc.ctx, buf)
			sh.room(int64(2 * n))
			out = append(out, buf[:n]...)
			if err != nil {
				break
			}
		}
		sh.status = 0
		return strings.TrimRight(strings.ReplaceAll(string(out), "\x00", ""), "\n")
	}
	var held int64
	capture := &captureStream{hold: func(n int64) error {
		err := sh.sys.cfg.Budget.Hold(n)
		if err == nil {
			held += n
		}
		return err
	}}
	defer func() { _ = sh.sys.cfg.Budget.Hold(-held) }()
	sh.sharing(func() {
		sh.status = sh.subshell(func(c *shell) {
			c.setFD(1, newDesc(capture, ""))
			c.indirect++
			if !sh.shopts["inherit_errexit"] {
				c.errexit = false
			}
			c.stmts(cs.Stmts)
		})
	})
	capture.mu.Lock()
	defer capture.mu.Unlock()
	sh.room(2 * int64(len(capture.buf)))
	out := string(capture.buf)
	if strings.IndexByte(out, 0) >= 0 {
		out = strings.ReplaceAll(out, "\x00", "")
	}
	return strings.TrimRight(out, "\n")
}
