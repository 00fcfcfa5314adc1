package shell

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

func (sh *shell) stmts(list []*syntax.Stmt) {
	for _, s := range list {
		if sh.stop() {
			return
		}
		sh.stmt(s)
	}
}

// stmt runs one statement.
func (sh *shell) stmt(s *syntax.Stmt) {
	sh.spend(50)
	sh.proc.check()
	if sh.runPending(); sh.exiting {
		return
	}
	if len(sh.coprocs) > 0 {
		sh.reapCoprocs()
	}
	if line := int(s.Pos().Line()); line > 0 && !sh.inTrap {
		sh.line = line
	}
	if s.Background {
		sh.background(s)
		return
	}
	if isLeaf(s.Cmd) && !sh.inTrap {
		if sh.current = s; isPipe(s.Cmd) { // the last of it is what failed
			sh.current = s.Cmd.(*syntax.BinaryCmd).Y
		}
		sh.debugTrap()
	}
	if s.Negated {
		sh.noErr++
	}
	at := sh.heldTemp
	sh.command(s)
	sh.freeRoom(at)
	if s.Negated {
		sh.noErr--
		if !sh.exiting && !sh.returning {
			sh.status = int(truth(sh.status == 0))
		}
		return
	}
	if sh.status != 0 && sh.noErr == 0 && isLeaf(s.Cmd) && s != sh.ofPipe {
		sh.failed()
	}
}

// runPending runs the traps of signals that came.
func (sh *shell) runPending() {
	for n := sh.proc.takeSignal(sh.traps); n != 0 && !sh.exiting; n = sh.proc.takeSignal(sh.traps) {
		sh.indirect++
		sh.runTrap(sh.traps[signals[n]])
		sh.indirect--
	}
}

// debugTrap runs the DEBUG trap, which comes before a command.
func (sh *shell) debugTrap() {
	if action := sh.traps["DEBUG"]; action != "" && !sh.inTrap && (len(sh.calls) == 0 || sh.functrace) {
		sh.runTrap(action)
	}
}

// isLeaf reports whether a command's own failure, not that of one inside of it,
// is what set -e and the ERR trap look at.
func isLeaf(c syntax.Command) bool {
	switch c.(type) {
	case nil, *syntax.CallExpr, *syntax.Subshell, *syntax.ArithmCmd, *syntax.TestClause, *syntax.DeclClause:
		return true
	}
	return isPipe(c)
}

func isPipe(c syntax.Command) bool {
	b, ok := c.(*syntax.BinaryCmd)
	return ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll)
}

// failed is what set -e and the ERR trap make of a command that failed.
func (sh *shell) failed() {
	if sh.stop() {
		return
	}
	if action := sh.traps["ERR"]; action != "" && !sh.inTrap && (len(sh.calls) == 0 || sh.errtrace) {
		sh.runTrap(action)
	}
	if sh.errexit {
		sh.exiting, sh.errexited = true, true
	}
}

// background starts a statement as a process of its own.
func (sh *shell) background(s *syntax.Stmt) {
	quiet := *s
	quiet.Background = false
	parent := sh.proc
	p := sh.spawn(sh.sys.ctx, func(c *shell) {
		c.proc.ended = func() { parent.Signal(sigChld) }
		c.setFD(0, newDesc(deviceStream{dev: devNull}, "/dev/null"))
		c.becomes, _ = quiet.Cmd.(*syntax.CallExpr)
		c.stmt(&quiet)
	})
	if sh.isProgram(quiet.Cmd) {
		p.starts(literals(quiet.Cmd.(*syntax.CallExpr).Args))
	}
	p.job, p.number = &quiet, 1
	for _, q := range sh.jobs {
		if !sh.waited[q] { // else it is over, and was told
			p.number = max(p.number, q.number+1)
		}
	}
	sh.lastJob = p.pid
	sh.jobs = append(sh.jobs, p)
	sh.status = 0
}

// isProgram reports whether a command is the start of one program and nothing else.
func (sh *shell) isProgram(cmd syntax.Command) bool {
	call, ok := cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	name := call.Args[0].Lit()
	return name != "" && sh.funcs[name] == nil && builtin(name) == nil && sh.aliases[name] == ""
}

// literals are the words of a command, nil if what one of them is has to be found out.
func literals(words []*syntax.Word) []string {
	var all []string
	for _, w := range words {
		lit := w.Lit()
		if lit == "" {
			return nil
		}
		all = append(all, lit)
	}
	return all
}

// spawn runs f in a copy of the shell, as a process and on a goroutine of its own.
func (sh *shell) spawn(ctx context.Context, f func(c *shell)) *Process {
	if sh.depth+1 > maxDepth {
		sh.deeper()
	}
	p, err := sh.sys.newProcess(ctx, sh.proc.pid, sh.proc.depth)
	if err != nil {
		sh.complain("fork: retry: %v", err)
		panic(discard{-254})
	}
	started := false
	defer func() {
		if !started {
			p.end(137)
		}
	}()
	c := sh.fork(p)
	started = true
	sh.sys.wg.Add(1)
	go func() {
		defer sh.sys.wg.Done()
		p.end(p.guard(func() int {
			defer c.release()
			return c.body(func() { f(c) })
		}))
	}()
	return p
}

// subshell runs f in a copy of the shell and returns its status.
func (sh *shell) subshell(f func(c *shell)) (status int) {
	sh.deeper()
	defer func() { sh.depth-- }()
	handled := sh.proc.handlers()
	defer sh.proc.setHandlers(handled)
	c := sh.fork(sh.proc)
	defer c.release()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stopped:
			sh.proc.check() // it was the whole process that ended
			status = r.status
		default:
			panic(r)
		}
	}()
	return c.body(func() { f(c) })
}

func (sh *shell) setFD(fd int, d *desc) {
	if old := sh.fds[fd]; old != nil {
		old.drop()
	}
	if d == nil {
		delete(sh.fds, fd)
		return
	}
	sh.fds[fd] = d
}

// command runs what a statement is, with its redirections.
func (sh *shell) command(s *syntax.Stmt) {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		sh.call(call, s.Redirs)
		return
	}
	if len(s.Redirs) > 0 {
		undo, ok := sh.redirect(s.Redirs)
		defer undo()
		if !ok {
			sh.status = 1
			return
		}
	}
	switch c := s.Cmd.(type) {
	case nil:
		sh.status = 0
	case *syntax.Block:
		sh.stmts(c.Stmts)
	case *syntax.Subshell:
		sh.status = sh.subshell(func(c2 *shell) { c2.stmts(c.Stmts) })
	case *syntax.IfClause:
		sh.ifClause(c)
	case *syntax.WhileClause:
		sh.while(c)
	case *syntax.ForClause:
		sh.forClause(c)
	case *syntax.CaseClause:
		sh.caseClause(c)
	case *syntax.BinaryCmd:
		switch c.Op {
		case syntax.AndStmt, syntax.OrStmt:
			sh.noErr++
			sh.stmt(c.X)
			sh.noErr--
			if !sh.stop() && (sh.status == 0) == (c.Op == syntax.AndStmt) {
				sh.stmt(c.Y)
			}
		default:
			sh.pipeline(c)
		}
	case *syntax.FuncDecl:
		if c.Name == nil { // "() …", which the parser takes as another shell's
			sh.complain("syntax error near unexpected token `)'")
			sh.status, sh.exiting = 2, true
			return
		}
		sh.room(256)
		sh.define(c.Name.Value, c.Body)
		if delete(sh.funcFiles, c.Name.Value); sh.file != "" {
			if sh.funcFiles == nil {
				sh.funcFiles = map[string]string{}
			}
			sh.funcFiles[c.Name.Value] = sh.file
		}
		sh.status = 0
	case *syntax.ArithmCmd:
		sh.status = sh.arithStatus("((: ", func() int64 {
			text := sh.expression(c.X)
			sh.trace("(( " + text + " ))")
			return sh.arithOf(text, false)
		})
	case *syntax.TestClause:
		sh.status = sh.testClause(c.X)
	case *syntax.DeclClause:
		sh.declClause(c)
	case *syntax.CoprocClause:
		sh.coproc(c)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			began := sh.sys.cfg.Now()
			sh.stmt(c.Stmt)
			d := sh.sys.cfg.Now().Sub(began).Seconds()
			if c.PosixFormat {
				sh.print(2, fmt.Sprintf("real %.2f\nuser 0.00\nsys 0.00\n", d))
			} else {
				sh.print(2, fmt.Sprintf("\nreal\t0m%.3fs\nuser\t0m0.000s\nsys\t0m0.000s\n", d))
			}
		}
	default:
		sh.complain("this kind of command is not supported")
		sh.status = 2
	}
}

func (sh *shell) condition(list []*syntax.Stmt) bool {
	sh.noErr++
	sh.stmts(list)
	sh.noErr--
	return sh.status == 0 && !sh.stop()
}

func (sh *shell) ifClause(c *syntax.IfClause) {
	for ; c != nil; c = c.Else {
		if len(c.Cond) == 0 || sh.condition(c.Cond) {
			sh.stmts(c.Then)
			return
		}
		if sh.stop() {
			return
		}
	}
	sh.status = 0
}

// again says whether a loop goes on after its body.
func (sh *shell) again() bool {
	sh.spend(20)
	sh.proc.check()
	if sh.breaks > 0 {
		sh.breaks--
		return false
	}
	if sh.continues > 0 {
		sh.continues--
		return sh.continues == 0
	}
	return !sh.exiting && !sh.returning
}

func (sh *shell) while(c *syntax.WhileClause) {
	sh.loops++
	defer func() { sh.loops-- }()
	status := 0
	for {
		ok := sh.condition(c.Cond)
		if sh.stop() {
			if !sh.again() {
				break
			}
			continue
		}
		if ok == c.Until {
			sh.status = status
			return
		}
		sh.status = 0
		sh.stmts(c.Do)
		status = sh.status
		if !sh.again() {
			break
		}
	}
}

func (sh *shell) forClause(c *syntax.ForClause) {
	sh.loops++
	defer func() { sh.loops-- }()
	switch l := c.Loop.(type) {
	case *syntax.WordIter:
		items := sh.args
		if l.InPos.IsValid() {
			items = sh.fields(l.Items)
		} else {
			items = slices.Clone(items)
		}
		sh.status = 0
		if c.Select {
			sh.trace("select " + l.Name.Value + " in " + traceWords(items))
			sh.selectLoop(l.Name.Value, items, c.Do)
			return
		}
		for _, it := range items {
			if sh.xtrace {
				sh.trace("for " + l.Name.Value + " in " + traceWords(items))
			}
			at := sh.heldTemp
			if v, _ := sh.scope.find(l.Name.Value); v != nil && v.nameref {
				sh.refer(v, it)
			} else {
				sh.set(l.Name.Value, it)
			}
			sh.stmts(c.Do)
			sh.freeRoom(at)
			if !sh.again() {
				return
			}
		}
	case *syntax.CStyleLoop:
		bad := false
		value := func(x syntax.ArithmExpr) (v int64) {
			bad = sh.arithStatus("((: ", func() int64 {
				text := sh.expression(x)
				sh.trace("(( " + strings.TrimSpace(text) + " ))")
				v = sh.arithOf(text, false)
				return 1
			}) != 0
			return v
		}
		if l.Init != nil && (value(l.Init) == 0) && bad {
			sh.status = 1
			return
		}
		sh.status = 0
		for {
			at := sh.heldTemp
			if l.Cond != nil && value(l.Cond) == 0 {
				if bad {
					sh.status = 1
				}
				return
			}
			sh.stmts(c.Do)
			if !sh.again() {
				return
			}
			if l.Post != nil {
				if value(l.Post); bad {
					sh.status = 1
					return
				}
			}
			sh.freeRoom(at)
		}
	}
}

// selectLoop runs the body of select for each number of an item that is read.
func (sh *shell) selectLoop(name string, items []string, body []*syntax.Stmt) {
	for menu := true; len(items) > 0; {
		at := sh.heldTemp
		if menu {
			for i, it := range items {
				sh.spend(20)
				sh.print(2, strconv.Itoa(i+1)+") "+it+"\n")
			}
		}
		prompt := "#? "
		if sh.lookup("PS3") != nil {
			prompt = sh.value("PS3")
		}
		sh.print(2, prompt)
		if sh.read([]string{"read"}) != 0 {
			sh.print(1, "\n")
			sh.status = 1
			return
		}
		reply := sh.value("REPLY")
		if menu = reply == ""; !menu {
			item := ""
			if n, err := strconv.Atoi(strings.TrimSpace(reply)); err == nil && n > 0 && n <= len(items) {
				item = items[n-1]
			}
			sh.set(name, item)
			sh.stmts(body)
		}
		sh.freeRoom(at)
		if !sh.again() {
			return
		}
	}
}

func (sh *shell) caseClause(c *syntax.CaseClause) {
	if sh.xtrace {
		sh.trace("case " + printed(c.Word) + " in")
	}
	word := sh.literal(c.Word)
	sh.status = 0
	fall := false
	for _, item := range c.Items {
		match := fall
		for i := 0; i < len(item.Patterns) && !match; i++ {
			g := sh.glob(sh.patternOf(item.Patterns[i]), globMode{ext: true, fold: sh.shopts["nocasematch"]})
			match = sh.match(g, word)
		}
		if !match {
			continue
		}
		sh.stmts(item.Stmts)
		if sh.stop() {
			return
		}
		switch item.Op {
		case syntax.Fallthrough:
			fall = true
		case syntax.Resume:
			fall = false
		default:
			return
		}
	}
}

// pipeline runs commands at once, each with what the one before it prints.
func (sh *shell) pipeline(c *syntax.BinaryCmd) {
	var list []*syntax.Stmt
	var both []bool // 2>&1 of the command at this place
	for {
		list = append(list, c.Y)
		both = append(both, c.Op == syntax.PipeAll)
		x, ok := c.X.Cmd.(*syntax.BinaryCmd)
		if !ok || x.Op != syntax.Pipe && x.Op != syntax.PipeAll || len(c.X.Redirs) > 0 || c.X.Negated {
			list = append(list, c.X)
			break
		}
		c = x
	}
	slices.Reverse(list)
	slices.Reverse(both)
	noErr := sh.noErr
	statuses := make([]int, len(list))
	procs := make([]*Process, 0, len(list)-1)
	var in *desc
	// Whatever happens, nobody is left that waits for a pipe of ours.
	defer func() {
		if in != nil {
			in.drop()
		}
	}()
	for i, s := range list {
		last := i == len(list)-1
		var next *desc
		var out *desc
		if !last {
			pipe := NewPipe()
			next, out = newDesc(pipeReader{pipe}, "pipe"), newDesc(pipeWriter{pipe}, "pipe")
		}
		stdin := in
		in = next
		run := func(c *shell) {
			c.noErr = noErr
			if stdin != nil {
				c.setFD(0, stdin)
			}
			if out != nil {
				c.setFD(1, out)
				if both[i] {
					c.setFD(2, out.dup())
				}
			}
			c.ofPipe = s
			c.stmt(s)
		}
		if last && sh.shopts["lastpipe"] {
			in = nil
			statuses[i] = sh.lastOf(s, stdin)
			break
		}
		if last {
			in = nil
			statuses[i] = sh.subshell(run)
			break
		}
		func() {
			ok := false
			defer func() {
				if !ok {
					out.drop()
					if stdin != nil {
						stdin.drop()
					}
				}
			}()
			procs = append(procs, sh.spawn(sh.proc.ctx, run))
			ok = true
		}()
	}
	sh.proc.turn.release()
	for i, p := range procs {
		<-p.done
		statuses[i], _ = p.Status()
	}
	sh.proc.check()
	sh.setPipeStatus(statuses)
	sh.status = statuses[len(statuses)-1]
	if sh.pipefail {
		for _, st := range statuses {
			if st != 0 {
				sh.status = st
			}
		}
	}
}

// lastOf runs the last command of a pipeline in this shell, for lastpipe.
func (sh *shell) lastOf(s *syntax.Stmt, stdin *desc) int {
	saved := sh.fds[0]
	if saved != nil {
		saved = saved.dup()
	}
	sh.setFD(0, stdin)
	sh.noErr++
	defer func() {
		sh.noErr--
		if sh.fds != nil {
			sh.setFD(0, saved)
		} else if saved != nil {
			saved.drop()
		}
	}()
	sh.stmt(s)
	return sh.status
}

func (sh *shell) setPipeStatus(statuses []int) {
	v := sh.scope.global().vars["PIPESTATUS"]
	if v == nil {
		return
	}
	v.list = make(array, len(statuses))
	for i, st := range statuses {
		v.list[i] = element{i, strconv.Itoa(st)}
	}
}

// redirect applies redirections and returns what undoes them.
func (sh *shell) redirect(list []*syntax.Redirect) (undo func(), ok bool) {
	saved := map[int]*desc{}
	keep := func(fd int) {
		if _, ok := saved[fd]; !ok {
			if d := sh.fds[fd]; d != nil {
				saved[fd] = d.dup()
			} else {
				saved[fd] = nil
			}
		}
	}
	undo = func() {
		for _, fd := range slices.Sorted(maps.Keys(saved)) {
			if sh.fds != nil {
				sh.setFD(fd, saved[fd])
			} else if saved[fd] != nil {
				saved[fd].drop()
			}
		}
		clear(saved)
	}
	done := false
	defer func() {
		if !done {
			undo()
		}
	}()
	for _, r := range list {
		if !sh.redirectOne(r, keep) {
			done = true
			return undo, false
		}
	}
	done = true
	return undo, true
}

// redirectCommand is redirect for a simple command. Those of a program are the program's
// own: an error in an expansion ends it and not the shell.
func (sh *shell) redirectCommand(list []*syntax.Redirect, program bool) (undo func(), ok bool) {
	if !program || len(list) == 0 {
		undo, ok = sh.redirect(list)
		if !ok {
			sh.status = 1
		}
		return undo, ok
	}
	undo = func() {}
	if sh.discarded(func() { undo, ok = sh.redirect(list) }) {
		sh.exiting = false
	} else if !ok {
		sh.status = 1
	}
	return undo, ok
}

func (sh *shell) redirectOne(r *syntax.Redirect, keep func(int)) bool {
	fd := 1
	switch r.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		fd = 0
	}
	named := ""
	if r.N != nil {
		if n, err := strconv.Atoi(r.N.Value); err == nil && n < 1024 {
			fd = n
		} else if name := fdVariable(r.N.Value); name != "" {
			named = name
			if r.Op == syntax.DplOut || r.Op == syntax.DplIn {
				if w := r.Word.Lit(); w == "-" {
					if n, ok := sh.fdValue(name); ok {
						sh.setFD(n, nil)
					}
					return true
				}
			}
			for fd = 10; sh.fds[fd] != nil; fd++ {
			}
			if base, sub, element := strings.Cut(name, "["); element {
				sh.setElement(base, strings.TrimSuffix(sub, "]"), strconv.Itoa(fd), false)
			} else {
				sh.set(name, strconv.Itoa(fd))
			}
		} else {
			sh.complain("%s: Bad file descriptor", clip(r.N.Value))
			return false
		}
	}
	put := func(fd int, d *desc) {
		if named == "" {
			keep(fd)
		}
		sh.setFD(fd, d)
	}
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		body := ""
		if isQuoted(r.Word) {
			body = sh.rawDocument(r.Hdoc, r.Op == syntax.DashHdoc)
		} else {
			body = sh.document(r.Hdoc, r.Op == syntax.DashHdoc)
		}
		put(fd, newDesc(&bytesStream{b: []byte(body)}, "here-document"))
		return true
	case syntax.WordHdoc:
		body := sh.literal(r.Word)
		sh.room(int64(len(body)))
		put(fd, newDesc(&bytesStream{b: []byte(body + "\n")}, "here-string"))
		return true
	}
	words := sh.fields([]*syntax.Word{r.Word})
	if len(words) != 1 {
		sh.complain("%s: ambiguous redirect", clip(sh.literal(r.Word)))
		return false
	}
	name := words[0]
	if r.Op == syntax.DplIn || r.Op == syntax.DplOut {
		if name == "-" {
			put(fd, nil)
			return true
		}
		move := strings.HasSuffix(name, "-")
		if n, err := strconv.Atoi(strings.TrimSuffix(name, "-")); err == nil {
			d := sh.fds[n]
			if d == nil {
				sh.complain("%d: Bad file descriptor", n)
				return false
			}
			put(fd, d.dup())
			if move {
				put(n, nil)
			}
			return true
		}
		if r.Op == syntax.DplIn || r.N != nil {
			sh.complain("%s: ambiguous redirect", clip(name))
			return false
		}
	}
	flags := 0
	switch r.Op {
	case syntax.RdrIn:
		flags = os.O_RDONLY
	case syntax.RdrInOut:
		flags = os.O_RDWR | os.O_CREATE
	case syntax.AppOut, syntax.AppAll:
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	default:
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if sh.noclobber && r.Op == syntax.RdrOut {
			if info, err := sh.stat(name); err == nil && info.Mode().IsRegular() {
				sh.complain("%s: cannot overwrite existing file", name)
				return false
			}
		}
	}
	d, err := sh.open(name, flags, 0o666)
	if err != nil {
		sh.complain("%s: %s", name, errText(err))
		return false
	}
	put(fd, d)
	switch r.Op {
	case syntax.RdrAll, syntax.AppAll, syntax.DplOut:
		put(2, d.dup())
	}
	return true
}

// call runs a simple command: assignments, or the words of a command.
func (sh *shell) call(c *syntax.CallExpr, redirs []*syntax.Redirect) {
	sh.spend(150)
	fds := len(sh.procFDs)
	defer func() {
		if sh.fds == nil {
			return
		}
		for _, fd := range sh.procFDs[fds:] {
			sh.setFD(fd, nil)
		}
		sh.procFDs = sh.procFDs[:fds]
	}()
	if len(c.Args) == 0 {
		undo, ok := sh.redirect(redirs)
		defer undo()
		sh.substituted = false
		for _, a := range c.Assigns {
			sh.assignment(a)
		}
		if !sh.substituted {
			sh.status = 0
		}
		if !ok {
			sh.status = 1
		}
		sh.setPipeStatus([]int{sh.status})
		return
	}
	args := sh.fields(c.Args)
	if len(args) == 0 {
		// All words went away: what is left is the status of a substitution.
		if !hasSubst(c.Args) {
			sh.status = 0
		}
		undo, _ := sh.redirect(redirs)
		defer undo()
		for _, a := range c.Assigns {
			sh.assignment(a)
		}
		return
	}
	isBuiltin := builtin(args[0]) != nil && sh.funcs[args[0]] == nil
	undo, ok := sh.redirectCommand(redirs, !isBuiltin && sh.funcs[args[0]] == nil)
	if !(ok && args[0] == "exec" && len(args) == 1 && isBuiltin) {
		defer undo()
	} else {
		sh.dropSaved(undo)
	}
	if !ok {
		return
	}
	if len(c.Assigns) > 0 {
		temp := &scope{vars: map[string]*variable{}, outer: sh.scope, temp: true}
		held := sh.heldVars
		for _, a := range c.Assigns {
			value := sh.assignValue(a)
			if a.Append {
				value = sh.value(a.Name.Value) + value
			}
			if v := sh.lookup(a.Name.Value); v != nil && v.readonly {
				sh.complain("%s: readonly variable", a.Name.Value)
				sh.status = 1
				return
			}
			if sh.xtrace {
				sh.trace(a.Name.Value + "=" + traceQuote(value))
			}
			sh.holdVars(varBytes + int64(len(value)))
			temp.vars[a.Name.Value] = &variable{kind: kindString, str: value, exported: true}
		}
		sh.scope = temp
		defer func() {
			if sh.scope == temp {
				sh.scope = temp.outer
			}
			if n := sh.heldVars - held; n > 0 && n <= temp.weight() {
				sh.holdVars(-n)
			}
		}()
	}
	if sh.xtrace {
		sh.trace(traceWords(args))
	}
	sh.lastArg = args[len(args)-1]
	// A program that is all of a background job is its process: what signals the job
	// signals the program.
	sh.whole = sh.whole || c == sh.becomes && !isBuiltin && sh.funcs[args[0]] == nil
	sh.run(args)
	if !sh.inTrap {
		sh.setPipeStatus([]int{sh.status})
	}
}

// dropSaved makes redirections stay: what was there before is closed.
func (sh *shell) dropSaved(undo func()) {
	now := sh.fds
	sh.fds = nil
	undo()
	sh.fds = now
}

func hasSubst(words []*syntax.Word) (yes bool) {
	for _, w := range words {
		for _, p := range w.Parts {
			if be, ok := p.(*syntax.BraceExp); ok {
				yes = yes || hasSubst(be.Elems)
				continue
			}
			syntax.Walk(p, func(n syntax.Node) bool {
				if _, ok := n.(*syntax.CmdSubst); ok {
					yes = true
				}
				return !yes
			})
		}
	}
	return yes
}

// run runs a command by its words: a function, a builtin, or a program.
func (sh *shell) run(args []string) {
	name := args[0]
	if f := sh.funcs[name]; f != nil {
		sh.function(name, f, args[1:])
		return
	}
	if b := builtin(name); b != nil {
		sh.status = b(sh, args)
		return
	}
	sh.status = sh.external(args)
}

// function is a function of the shell.
type function struct {
	body *syntax.Stmt
	size int64        // what it holds
	refs atomic.Int32 // shells that have it, and calls of it
}

const (
	// functionBytes is what a function holds beside its tree: nodes are made in batches.
	functionBytes = 4 << 10
	// nodeBytes is what a node of a tree holds, about.
	nodeBytes = 80
)

// define makes a function. What it holds is given back when no shell has it, or runs it,
// any more.
func (sh *shell) define(name string, body *syntax.Stmt) {
	f := &function{body: body, size: functionBytes}
	syntax.Walk(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case nil:
			return true
		case *syntax.BraceExp: // Walk does not know it
			f.size += int64(n.End().Offset()-n.Pos().Offset()) * nodeBytes
			return false
		case *syntax.Lit:
			f.size += int64(len(n.Value))
		case *syntax.SglQuoted:
			f.size += int64(len(n.Value))
		}
		f.size += nodeBytes
		return true
	})
	sh.spend(f.size / 8)
	if err := sh.sys.cfg.Budget.Hold(f.size); err != nil {
		sh.proc.fail(err)
	}
	f.refs.Store(1)
	if old := sh.funcs[name]; old != nil {
		sh.lose(old)
	}
	sh.funcs[name] = f
}

// lose is told that a shell has a function no more.
func (sh *shell) lose(f *function) {
	if f.refs.Add(-1) == 0 {
		_ = sh.sys.cfg.Budget.Hold(-f.size)
	}
}

func (sh *shell) function(name string, f *function, args []string) {
	sh.deeper()
	outer, params := sh.scope, sh.args
	local := &scope{vars: map[string]*variable{}, outer: sh.scope}
	sh.scope, sh.args = local, args
	loops := sh.loops
	sh.loops = 0
	sh.calls = append(sh.calls, name)
	leave := sh.enter(name, sh.fileOf(name))
	f.refs.Add(1)
	defer func() {
		sh.lose(f)
		leave()
		sh.depth--
		sh.loops = loops
		sh.scope, sh.args = outer, params
		sh.calls = sh.calls[:len(sh.calls)-1]
		var n int64
		for name, v := range local.vars {
			n += int64(len(name)) + v.weight()
		}
		if n > 0 && n <= sh.heldVars {
			sh.holdVars(-n)
		}
	}()
	defer sh.lastTrap(sh.depth, sh.scope)
	// The RETURN trap is of the function that it was set in.
	outerTrap, had := sh.traps["RETURN"]
	if had && !sh.functrace {
		delete(sh.traps, "RETURN")
	}
	if sh.stmt(f.body); sh.exiting && (!sh.errexited || sh.subshells > 0) {
		sh.exitTrap() // which sees the variables of the function
	}
	sh.returning = false
	sh.breaks, sh.continues = 0, 0
	action, set := sh.traps["RETURN"]
	if action != "" && !sh.exiting {
		sh.runTrap(action)
	}
	if had && !set {
		sh.traps["RETURN"] = outerTrap
	}
}

// assignValue expands what an assignment assigns.
func (sh *shell) assignValue(a *syntax.Assign) string {
	if a.Value == nil {
		return ""
	}
	e := expander{sh: sh, ifs: sh.ifs()}
	parts := a.Value.Parts
	if len(parts) > 0 {
		if lit, ok := parts[0].(*syntax.Lit); ok && strings.Contains(lit.Value, ":~") {
			// A tilde after a colon stands for a home as well.
			for i, p := range strings.Split(lit.Value, ":") {
				if i > 0 {
					e.add(":", false)
				}
				e.word([]syntax.WordPart{&syntax.Lit{Value: p}})
			}
			parts = parts[1:]
			e.parts(parts, false)
			return e.cur.text()
		}
	}
	e.word(parts)
	return e.cur.text()
}

// assignment runs name=value, name[i]=value, name=(…) and the += of each.
func (sh *shell) assignment(a *syntax.Assign) {
	name := a.Name.Value
	if a.Array != nil {
		if sh.xtrace && !sh.declaring {
			sh.trace(assigned(a))
		}
		sh.assignArray(name, a.Array, a.Append)
		return
	}
	value := sh.assignValue(a)
	if sh.xtrace {
		op := "="
		if a.Append {
			op = "+="
		}
		sh.trace(name + op + traceQuote(value))
	}
	if a.Index != nil {
		v := sh.lookup(name)
		var sub string
		if v != nil && v.kind == kindMap {
			sub = sh.subscript(a.Index)
		} else {
			sub = strconv.FormatInt(sh.arithIndex(a.Index), 10)
		}
		sh.setElement(sh.resolve(name), sub, value, a.Append)
		return
	}
	if a.Append {
		v := sh.lookup(name)
		switch {
		case v != nil && v.kind == kindArray:
			sh.setElement(sh.resolve(name), "0", value, true)
			return
		default:
			old, _ := sh.get(name)
			value = sh.sum(v, old, value)
		}
	}
	sh.set(name, value)
}

func (sh *shell) assignArray(name string, arr *syntax.ArrayExpr, add bool) {
	v := sh.own(name)
	isMap := v.kind == kindMap || v.dict != nil
	type elem struct {
		key, value string
	}
	var elems []elem
	next := int64(0)
	if add && !isMap {
		if v.kind == kindString {
			next = 1
		} else {
			next = int64(v.list.next())
		}
	}
	for _, el := range arr.Elems {
		switch {
		case el.Index != nil:
			var key string
			if isMap {
				key = sh.subscript(el.Index)
			} else {
				next = sh.arithIndex(el.Index)
				key = strconv.FormatInt(next, 10)
				next++
			}
			elems = append(elems, elem{key, sh.literal(el.Value)})
		case el.Value != nil:
			for _, s := range sh.fields([]*syntax.Word{el.Value}) {
				elems = append(elems, elem{strconv.FormatInt(next, 10), s})
				next++
			}
		}
	}
	if sh.xtrace && sh.declaring {
		var b strings.Builder
		b.WriteString(name + "=(")
		for i, el := range elems {
			if i > 0 {
				b.WriteByte(' ')
			}
			if isMap {
				b.WriteString("[" + quoteSingle(el.key) + "]=")
			}
			b.WriteString(quoteSingle(el.value))
		}
		sh.room(int64(b.Len()))
		sh.trace(b.String() + ")")
	}
	if isMap && len(arr.Elems) > 0 && arr.Elems[0].Index == nil { // (k v k v)
		var pairs []elem
		for i := 0; i < len(elems); i += 2 {
			p := elem{key: elems[i].value}
			if i+1 < len(elems) {
				p.value = elems[i+1].value
			}
			pairs = append(pairs, p)
		}
		elems = pairs
	}
	if !add {
		sh.clearValue(v)
	}
	if isMap {
		v.kind = kindMap
		if v.dict == nil {
			v.dict = map[string]string{}
		}
		for _, el := range elems {
			sh.putKey(v, el.key, sh.converted(v, el.value))
		}
		return
	}
	if v.kind != kindString {
		v.kind = kindArray
	}
	for _, el := range elems {
		i, _ := strconv.ParseInt(el.key, 10, 64)
		sh.putIndex(v, i, sh.converted(v, el.value))
	}
}

// declClause is declare and the like, whose arguments may be arrays.
func (sh *shell) declClause(c *syntax.DeclClause) {
	d := declaration{variant: c.Variant.Value}
	if d.variant == "nameref" { // which is none of bash's
		sh.run(sh.wordsOfClause(c))
		return
	}
	words := []string{d.variant} // for set -x
	var args []*syntax.Assign
	flags := true // they may still come
	for _, a := range c.Args {
		if a.Name == nil || a.Naked && a.Value != nil {
			for _, w := range sh.fields([]*syntax.Word{a.Value}) {
				if flags = flags && len(args) == 0 && len(w) > 1 && (w[0] == '-' || w[0] == '+'); flags && w == "--" {
					flags, words = false, append(words, w)
					continue
				}
				if flags {
					if !sh.declFlags(&d, w) {
						sh.status = 2
						return
					}
					words = append(words, w)
					continue
				}
				name, value, ok := strings.Cut(w, "=")
				as := &syntax.Assign{Name: &syntax.Lit{Value: name}, Naked: !ok}
				if ok {
					as.Append = strings.HasSuffix(name, "+")
					as.Name.Value = strings.TrimSuffix(name, "+")
					as.Value = &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: value}}}
				}
				args = append(args, as)
			}
			continue
		}
		args = append(args, a)
	}
	// All is expanded, and arrays are assigned, before anything else is declared:
	// $? is that of the command before, and none of the values that are assigned now.
	bad, arrays := 0, 0
	var rest []*syntax.Assign
	for _, a := range args {
		switch {
		case a.Array != nil:
			status := sh.status
			sh.declaring = true
			sh.declare(&d, []*syntax.Assign{a})
			sh.declaring = false
			bad = max(bad, sh.status)
			sh.status = status
			arrays++
			words = append(words, a.Name.Value)
		case !a.Naked:
			as := *a
			value := sh.assignValue(a)
			if as.Value = nil; sh.xtrace {
				words = append(words, assigned(&as)+value)
			}
			rest = append(rest, &as)
			as.Value = &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: value}}}
		default:
			rest = append(rest, a)
			words = append(words, a.Name.Value)
		}
	}
	if sh.xtrace {
		sh.trace(traceWords(words))
	}
	if sh.status = bad; arrays == 0 || len(rest) > 0 {
		was := sh.untraced
		sh.untraced = was || d.variant != "export" && d.variant != "readonly"
		sh.declare(&d, rest)
		sh.untraced = was
		sh.status = max(sh.status, bad)
	}
}

// wordsOfClause are the words of a declaration that is an ordinary command.
func (sh *shell) wordsOfClause(c *syntax.DeclClause) []string {
	words := []string{c.Variant.Value}
	for _, a := range c.Args {
		switch {
		case a.Name == nil || a.Naked && a.Value != nil:
			words = append(words, sh.fields([]*syntax.Word{a.Value})...)
		case a.Naked:
			words = append(words, a.Name.Value)
		default:
			words = append(words, a.Name.Value+"="+sh.assignValue(a))
		}
	}
	return words
}

// trace prints a command as set -x does. What is inside of a substitution, eval or the
// like has the first character of PS4 once more.
func (sh *shell) trace(s string) {
	if !sh.xtrace || sh.untraced {
		return
	}
	ps4, ok := sh.get("PS4")
	if !ok {
		ps4 = "+ "
	}
	if strings.ContainsAny(ps4, "$`\\") {
		sh.untraced = true
		if w, err := sh.oneWord(`"` + strings.ReplaceAll(ps4, `"`, `\"`) + `"`); err == nil {
			status := sh.status
			ps4 = sh.literal(w)
			sh.status = status
		}
		sh.untraced = false
	}
	if _, n := utf8.DecodeRuneInString(ps4); n > 0 {
		ps4 = strings.Repeat(ps4[:n], sh.indirect) + ps4
	}
	sh.print(2, ps4+s+"\n")
}

func traceWords(args []string) string {
	var b bytes.Buffer
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(traceQuote(a))
	}
	return b.String()
}

func traceQuote(s string) string {
	if s == "" {
		return "''"
	}
	if !strings.ContainsAny(s, " \t\n'\"\\$`|&;<>()*?[]#~!{}^") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// piped starts a subshell whose descriptor fd, 0 or 1, is a pipe, and returns the
// pipe's other end.
func (sh *shell) piped(ctx context.Context, fd int, run func(c *shell)) (*desc, *Process) {
	pipe := NewPipe()
	mine, theirs := newDesc(pipeReader{pipe}, "pipe"), newDesc(pipeWriter{pipe}, "pipe")
	if fd == 0 {
		mine, theirs = theirs, mine
	}
	started := false
	defer func() {
		if !started {
			mine.drop()
			theirs.drop()
		}
	}()
	p := sh.spawn(ctx, func(c *shell) {
		c.setFD(fd, theirs)
		run(c)
	})
	started = true
	return mine, p
}

// processSubst starts the commands of <(…) or >(…) and returns the name of the
// file that leads to them.
func (sh *shell) processSubst(ps *syntax.ProcSubst) string {
	if ps.Op == syntax.CmdInTemp {
		sh.complain("=( … ) is not supported")
		panic(discard{1})
	}
	fd := 1
	if ps.Op == syntax.CmdOut {
		fd = 0
	}
	var mine *desc
	var p *Process
	sh.sharing(func() {
		mine, p = sh.piped(sh.sys.ctx, fd, func(c *shell) { c.stmts(ps.Stmts) })
	})
	sh.lastJob = p.pid
	n := 63
	for sh.fds[n] != nil {
		n--
	}
	sh.setFD(n, mine)
	sh.procFDs = append(sh.procFDs, n)
	return "/dev/fd/" + strconv.Itoa(n)
}

// pause sleeps.
func (sh *shell) pause(d time.Duration) {
	sh.proc.turn.release()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-sh.proc.ctx.Done():
		sh.proc.check()
	}
}
