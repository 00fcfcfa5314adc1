package shell

import (
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/buntime/buntime/jsengine"
)

// test is the test and [ builtins.
func (sh *shell) test(args []string) int {
	name, args := args[0], args[1:]
	if name == "[" {
		if len(args) == 0 || args[len(args)-1] != "]" {
			sh.complain("[: missing `]'")
			return 2
		}
		args = args[:len(args)-1]
	}
	p := testParser{sh: sh, name: name, args: args}
	ok := p.eval()
	if p.bad != "" {
		sh.complain("%s: %s", name, p.bad)
		return 2
	}
	return int(truth(!ok))
}

// testParser evaluates the words of test.
type testParser struct {
	sh    *shell
	name  string
	args  []string
	bad   string // what is wrong with them
	depth int
}

func (p *testParser) fail(msg string) bool {
	if p.bad == "" {
		p.bad = msg
	}
	return false
}

var unaryTests = "abcdefghknoprstuvwxzGLNOSR"

func isUnary(s string) bool {
	return len(s) == 2 && s[0] == '-' && strings.IndexByte(unaryTests, s[1]) >= 0
}

func isBinary(s string) bool {
	switch s {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

// eval follows POSIX: what the words mean depends on how many there are.
func (p *testParser) eval() bool {
	a := p.args
	switch len(a) {
	case 0:
		return false
	case 1:
		return a[0] != ""
	case 2:
		if a[0] == "!" {
			return a[1] == ""
		}
		if isUnary(a[0]) {
			return p.unary(a[0], a[1])
		}
		return p.fail(a[0] + ": unary operator expected")
	case 3:
		switch {
		case isBinary(a[1]):
			return p.binary(a[0], a[1], a[2])
		case a[1] == "-a":
			return a[0] != "" && a[2] != ""
		case a[1] == "-o":
			return a[0] != "" || a[2] != ""
		case a[0] == "!":
			q := *p
			q.args = a[1:]
			r := q.eval()
			p.bad = q.bad
			return !r
		case a[0] == "(" && a[2] == ")":
			return a[1] != ""
		}
		return p.fail(a[1] + ": binary operator expected")
	case 4:
		if a[0] == "!" {
			q := *p
			q.args = a[1:]
			r := q.eval()
			p.bad = q.bad
			return !r
		}
	}
	r := p.or()
	if p.bad == "" && len(p.args) > 0 {
		if isUnary(p.args[0]) || isBinary(p.args[0]) {
			return p.fail("syntax error: `" + p.args[0] + "' unexpected")
		}
		return p.fail("too many arguments")
	}
	return r
}

func (p *testParser) or() bool {
	r := p.and()
	for p.bad == "" && len(p.args) > 0 && p.args[0] == "-o" {
		p.args = p.args[1:]
		right := p.and()
		r = r || right
	}
	return r
}

func (p *testParser) and() bool {
	r := p.not()
	for p.bad == "" && len(p.args) > 0 && p.args[0] == "-a" {
		p.args = p.args[1:]
		right := p.not()
		r = r && right
	}
	return r
}

func (p *testParser) not() bool {
	neg := false
	for len(p.args) > 1 && p.args[0] == "!" {
		neg = !neg
		p.args = p.args[1:]
	}
	return p.primary() != neg
}

func (p *testParser) primary() bool {
	if p.depth++; p.depth > maxNesting {
		return p.fail("too many arguments")
	}
	defer func() { p.depth-- }()
	a := p.args
	switch {
	case len(a) == 0:
		return p.fail("argument expected")
	case len(a) >= 3 && isBinary(a[1]):
		p.args = a[3:]
		return p.binary(a[0], a[1], a[2])
	case a[0] == "(":
		p.args = a[1:]
		r := p.or()
		if len(p.args) == 0 || p.args[0] != ")" {
			return p.fail("`)' expected")
		}
		p.args = p.args[1:]
		return r
	case len(a) >= 2 && isUnary(a[0]):
		p.args = a[2:]
		return p.unary(a[0], a[1])
	}
	p.args = a[1:]
	return a[0] != ""
}

func (p *testParser) int(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		p.fail(clip(s) + ": integer expression expected")
	}
	return n
}

func (p *testParser) binary(a, op, b string) bool {
	switch op {
	case "=", "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case ">":
		return a > b
	case "-nt", "-ot", "-ef":
		return p.sh.compareFiles(a, op, b)
	}
	x, y := p.int(a), p.int(b)
	if p.bad != "" {
		return false
	}
	return compareInts(x, op, y)
}

func compareInts(x int64, op string, y int64) bool {
	switch op {
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-lt":
		return x < y
	case "-le":
		return x <= y
	case "-gt":
		return x > y
	}
	return x >= y
}

func (sh *shell) compareFiles(a, op, b string) bool {
	x, err1 := sh.stat(a)
	y, err2 := sh.stat(b)
	switch op {
	case "-nt":
		return err1 == nil && (err2 != nil || x.ModTime().After(y.ModTime()))
	case "-ot":
		return err2 == nil && (err1 != nil || x.ModTime().Before(y.ModTime()))
	}
	if err1 != nil || err2 != nil {
		return false
	}
	return sameInode(x, y)
}

func (p *testParser) unary(op, s string) bool {
	if op == "-t" {
		if _, err := strconv.Atoi(s); err != nil {
			return p.fail(clip(s) + ": integer expression expected")
		}
	}
	return p.sh.unaryTest(op[1], s)
}

// unaryTest is -e file and the like.
func (sh *shell) unaryTest(op byte, s string) bool {
	switch op {
	case 'z':
		return s == ""
	case 'n':
		return s != ""
	case 't': // there is no terminal
		return false
	case 'v':
		if _, ok := sh.special(s); ok {
			return true
		}
		v := sh.lookup(s)
		if v == nil {
			return false
		}
		_, ok := v.scalar()
		return ok
	case 'o':
		p := sh.option(s)
		return p != nil && *p
	case 'R':
		v, _ := sh.scope.find(s)
		return v != nil && v.nameref
	case 'p':
		if _, fd, _, is := sh.dev(sh.abs(s)); is && sh.fds[fd] != nil {
			switch sh.fds[fd].stream.(type) {
			case pipeReader, pipeWriter, *bytesStream: // a here-document is in a pipe
				return true
			}
		}
	case 'L', 'h':
		info, err := sh.lstat(s)
		return err == nil && info.Mode()&fs.ModeSymlink != 0
	}
	info, err := sh.stat(s)
	if err != nil { // the files of programs are nowhere, and seem to be there
		return strings.IndexByte("eafrsx", op) >= 0 && strings.Contains(s, "/") && sh.lookPath(s).status == 0
	}
	m := info.Mode()
	switch op {
	case 'e', 'a':
		return true
	case 'f':
		return m.IsRegular()
	case 'd':
		return m.IsDir()
	case 'c':
		return m&fs.ModeCharDevice != 0
	case 'b':
		return m&fs.ModeDevice != 0 && m&fs.ModeCharDevice == 0
	case 'p':
		return m&fs.ModeNamedPipe != 0
	case 'S':
		return m&fs.ModeSocket != 0
	case 'g':
		return m&fs.ModeSetgid != 0
	case 'u':
		return m&fs.ModeSetuid != 0
	case 'k':
		return m&fs.ModeSticky != 0
	case 's':
		return info.Size() > 0 || m.IsDir()
	case 'r':
		return m&0o400 != 0
	case 'w':
		return m&0o200 != 0
	case 'x':
		return m&0o100 != 0
	case 'N':
		st, ok := info.(jsengine.FileStat)
		return ok && info.ModTime().After(st.AccessTime())
	case 'O', 'G': // there is one user
		return true
	}
	return false
}

// testClause is [[ … ]].
func (sh *shell) testClause(x syntax.TestExpr) (status int) {
	ok, bad := sh.testExpr(x)
	if bad {
		return 2
	}
	return int(truth(!ok))
}

func (sh *shell) traceTest(s string) {
	if sh.xtrace {
		sh.trace("[[ " + s + " ]]")
	}
}

// traceTested is a word of [[ … ]] as set -x shows it.
func traceTested(s string) string {
	if s == "" {
		return "''"
	}
	return s
}

func (sh *shell) testExpr(x syntax.TestExpr) (ok, bad bool) {
	sh.spend(20)
	switch x := x.(type) {
	case *syntax.Word:
		s := sh.literal(x)
		sh.traceTest("-n " + traceTested(s))
		return s != "", false
	case *syntax.ParenTest:
		return sh.testExpr(x.X)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			ok, bad := sh.testExpr(x.X)
			return !ok, bad
		}
		w, isWord := x.X.(*syntax.Word)
		if !isWord {
			return false, true
		}
		s := sh.literal(w)
		sh.traceTest(x.Op.String() + " " + traceTested(s))
		return sh.unaryTest(x.Op.String()[1], s), false
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest:
			if ok, bad := sh.testExpr(x.X); !ok || bad {
				return false, bad
			}
			return sh.testExpr(x.Y)
		case syntax.OrTest:
			if ok, bad := sh.testExpr(x.X); ok || bad {
				return ok, bad
			}
			return sh.testExpr(x.Y)
		}
		l, ok1 := x.X.(*syntax.Word)
		r, ok2 := x.Y.(*syntax.Word)
		if !ok1 || !ok2 {
			return false, true
		}
		left := sh.literal(l)
		op := x.Op.String()
		switch x.Op {
		case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
			pattern := sh.patternOf(r)
			sh.traceTest(traceTested(left) + " " + op + " " + traceTested(pattern))
			g := sh.glob(pattern, globMode{ext: true, fold: sh.shopts["nocasematch"]})
			return sh.match(g, left) == (x.Op != syntax.TsNoMatch), false
		case syntax.TsReMatch:
			return sh.regexMatch(left, r)
		}
		right := sh.literal(r)
		sh.traceTest(traceTested(left) + " " + op + " " + traceTested(right))
		switch x.Op {
		case syntax.TsBefore:
			return left < right, false
		case syntax.TsAfter:
			return left > right, false
		case syntax.TsNewer, syntax.TsOlder, syntax.TsDevIno:
			return sh.compareFiles(left, op, right), false
		}
		return compareInts(sh.arithText(left), op, sh.arithText(right)), false
	}
	return false, true
}

// regexMatch is =~: what is quoted in the pattern is literal.
func (sh *shell) regexMatch(s string, w *syntax.Word) (ok, bad bool) {
	f := sh.single(w)
	var b strings.Builder
	for _, r := range f.runs {
		if r.quoted {
			b.WriteString(regexp.QuoteMeta(r.text))
		} else {
			b.WriteString(r.text)
		}
	}
	sh.traceTest(traceTested(s) + " =~ " + b.String())
	re, err := sh.regex(b.String(), regexMode{extended: true, fold: sh.shopts["nocasematch"]})
	if err != "" {
		return false, true
	}
	m := sh.find(re, s)
	if m == nil {
		sh.setList("BASH_REMATCH", nil)
		return false, false
	}
	out := make([]string, 0, len(m)/2)
	for i := 0; i < len(m); i += 2 {
		if m[i] < 0 {
			out = append(out, "")
			continue
		}
		out = append(out, s[m[i]:m[i+1]])
	}
	sh.setList("BASH_REMATCH", out)
	return true, false
}
