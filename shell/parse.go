package shell

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxNesting bounds open brackets of all kinds in a text: the parser's time
// grows with the square of how deep it is.
const maxNesting = 250

// parsable returns why a text is not given to the parser, or "".
func parsable(s string) string {
	if len(s) > maxScript {
		return fmt.Sprintf("script of %d bytes is longer than %d", len(s), maxScript)
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(', '[', '{':
			if depth++; depth > maxNesting {
				return fmt.Sprintf("syntax error: more than %d open brackets", maxNesting)
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return ""
}

// parse reads a script. With an error come the statements before it.
func (sh *shell) parse(text string) ([]*syntax.Stmt, error) {
	_, stmts, err := sh.parseText(text)
	return stmts, err
}

// parseText is parse. It returns the text that the places of statements are in, too.
func (sh *shell) parseText(text string) (string, []*syntax.Stmt, error) {
	if why := parsable(text); why != "" {
		return text, nil, errors.New(why)
	}
	src := &source{sh: sh, text: text, orig: text}
	lines := strings.Count(text, "\n") + 1
	var bad error
	for range maxOpenDocuments {
		bad = src.read()
		end, at, open := openDocument(bad)
		if !open || len(src.text)+len(end) > maxScript {
			break
		}
		sh.complain("warning: here-document at line %d delimited by end-of-file (wanted `%s')", at, clip(end))
		if !strings.HasSuffix(src.text, "\n") {
			end = "\n" + end
		}
		src.insert(uint(len(src.text)), end+"\n")
	}
	var pe syntax.ParseError
	if errors.As(bad, &pe) && int(pe.Pos.Line()) > lines { // in what was added
		pe.Pos = syntax.NewPos(0, uint(lines), 1)
		bad = pe
	}
	stmts, wrong := src.finish()
	if wrong != nil {
		bad = wrong
	}
	return src.orig, stmts, bad
}

// maxOpenDocuments bounds the here-documents without an end of one script.
const maxOpenDocuments = 16

// parseOnce reads a script. With an error come the statements before it.
func (sh *shell) parseOnce(text string) (stmts []*syntax.Stmt, err error) {
	sh.spend(int64(len(text)) * 10)
	// What the tree holds is a multiple of the text.
	sh.room(int64(len(text)) * 64)
	p := syntax.NewParser(syntax.Variant(syntax.LangBash))
	for stmt, bad := range p.StmtsSeq(strings.NewReader(text)) {
		switch { // it may go on after an error, and panics if we do not
		case err != nil:
		case bad != nil:
			err = bad
		default:
			stmts = append(stmts, stmt)
		}
	}
	return stmts, err
}

// openDocument reports whether err is of a here-document without an end, which
// takes all that is left; and the line that would end it, and where it began.
func openDocument(err error) (end string, line uint, open bool) {
	var pe syntax.ParseError
	if !errors.As(err, &pe) {
		return "", 0, false
	}
	quoted, open := strings.CutPrefix(pe.Text, "unclosed here-document ")
	if !open {
		return "", 0, false
	}
	end, err = strconv.Unquote(quoted)
	return end, pe.Pos.Line(), err == nil
}

// syntaxError says what is wrong with a script, and where.
func (sh *shell) syntaxError(err error) {
	msg := err.Error()
	var pe syntax.ParseError
	var le syntax.LangError
	switch {
	case errors.As(err, &pe):
		sh.line = int(pe.Pos.Line())
		msg = "syntax error: " + pe.Text
	case errors.As(err, &le):
		sh.line = int(le.Pos.Line())
		msg = "syntax error: " + le.Feature + " is not supported"
	}
	sh.complain("%s", clip(msg))
	sh.status = 2
}

// runMain runs a whole script as the body of a process.
func (sh *shell) runMain(text string) int {
	return sh.body(func() { sh.script(text) })
}

// script runs the text of a script, of eval or of a trap in this shell.
func (sh *shell) script(text string) {
	at := sh.heldTemp
	if sh.verbose {
		sh.print(2, strings.TrimSuffix(text, "\n")+"\n")
	}
	if err := sh.runText(text, false); err != nil && !sh.stop() {
		sh.syntaxError(err)
		if sh.sourced == 0 && len(sh.calls) == 0 {
			sh.exiting = true
		}
	}
	sh.freeRoom(at)
}

// runText runs a script, or what eval or . reads: an error in an expansion skips what is
// left of its line. It returns what is wrong with the text, which comes after what was
// run; if whole is true, nothing is run then.
func (sh *shell) runText(text string, whole bool) error {
	at := sh.heldTemp
	text, stmts, err := sh.parseText(text)
	if err != nil && whole && !sh.expandsAliases() {
		return err
	}
	if sh.status = 0; sh.noexec {
		return err
	}
	var end, skip uint
	for len(stmts) > 0 && !sh.stop() {
		if stmts[0].Pos().Line() > end {
			if sh.expandsAliases() {
				if text, stmts, err = sh.expandAliases(at, text, stmts, err); len(stmts) == 0 {
					break
				}
			}
			_, end = lineOf(stmts)
		}
		s := stmts[0]
		stmts = stmts[1:]
		var pe syntax.ParseError
		if sh.dashC && errors.As(err, &pe) && s.Pos().Line() == pe.Pos.Line() {
			break // a line is run when all of it was read
		}
		if skip > 0 && s.Pos().Line() <= skip {
			continue
		}
		skip = 0
		if sh.discarded(func() { sh.stmt(s) }) {
			skip = s.End().Line()
		}
	}
	return err
}

// discarded runs f and reports whether an error in an expansion ended it.
func (sh *shell) discarded(f func()) (yes bool) {
	depth, noErr, loops, calls, scope := sh.depth, sh.noErr, sh.loops, len(sh.calls), sh.scope
	indirect, untraced := sh.indirect, sh.untraced
	frames, file := len(sh.frames), sh.file
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		d, ok := r.(discard)
		if !ok {
			panic(r)
		}
		yes = true
		sh.depth, sh.noErr, sh.loops, sh.scope = depth, noErr, loops, scope
		sh.indirect, sh.untraced, sh.declaring = indirect, untraced, false
		sh.calls, sh.frames, sh.file = sh.calls[:calls], sh.frames[:frames], file
		sh.status = d.status
		if d.status < 0 {
			sh.status = -d.status
			sh.exiting = true
		}
	}()
	f()
	return false
}

// arithStatus is the status of a command that is arithmetic: 1 if its value is 0, or
// if there is an error in it, which it has for itself.
func (sh *shell) arithStatus(what string, value func() int64) (status int) {
	was := sh.arithFor
	sh.arithFor = what
	defer func() {
		sh.arithFor = was
		if r := recover(); r != nil {
			if d, ok := r.(discard); !ok || d.status < 0 {
				panic(r)
			}
			status = 1
		}
	}()
	return int(truth(value() == 0))
}

// body runs f as all that a shell does, with its EXIT trap, and returns its status.
func (sh *shell) body(f func()) int {
	defer sh.lastTrap(sh.depth, sh.scope)
	if sh.discarded(f) {
		sh.exiting = true
	} else if !sh.exiting {
		sh.discarded(sh.runPending)
	}
	sh.exitTrap()
	return sh.status & 0xff
}

// lastTrap runs the EXIT trap of a shell that a signal unwinds, and lets it unwind.
func (sh *shell) lastTrap(depth int, scope *scope) {
	if sh.traps["EXIT"] == "" {
		return
	}
	n := sh.proc.endedBy()
	if n == 0 {
		return
	}
	if r := recover(); r != nil {
		if _, ok := r.(stopped); !ok {
			panic(r)
		}
	}
	sh.depth, sh.scope, sh.noErr, sh.loops, sh.inTrap = depth, scope, 0, 0, false
	sh.proc.revive()
	sh.exitTrap()
	sh.proc.stop(&signalError{n})
	panic(stopped{128 + n})
}

func (sh *shell) exitTrap() {
	action := sh.traps["EXIT"]
	delete(sh.traps, "EXIT")
	if action == "" {
		return
	}
	status := sh.status
	sh.exiting, sh.returning, sh.breaks, sh.continues = false, false, 0, 0
	if sh.discarded(func() { sh.runTrap(action) }) || !sh.exiting {
		sh.status = status
	}
	sh.exiting = true
}

// runTrap runs the action of a trap, which leaves $? alone.
func (sh *shell) runTrap(action string) {
	status := sh.status
	was := sh.inTrap
	sh.inTrap = true
	sh.deeper()
	defer func() { sh.depth-- }()
	stmts, err := sh.parse(action)
	if err != nil {
		sh.syntaxError(err)
	} else {
		sh.stmts(stmts)
	}
	sh.inTrap = was
	if !sh.exiting {
		sh.status = status
	}
}

// stop reports whether the statements after this one are skipped.
func (sh *shell) stop() bool {
	return sh.exiting || sh.returning || sh.breaks > 0 || sh.continues > 0
}
