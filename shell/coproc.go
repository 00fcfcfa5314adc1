package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// coprocess is a job that coproc started, whose standard streams are pipes to the shell.
type coprocess struct {
	name string // of its variables
	proc *Process
	fds  [2]int   // that it is read from, and written to by
	ends [2]*desc // what these were at the start
	from *Pipe    // that it prints to
}

// maxCoprocs bounds the coprocesses of a shell at once.
const maxCoprocs = 8

// coproc starts a coprocess.
func (sh *shell) coproc(c *syntax.CoprocClause) {
	name := "COPROC"
	if c.Name != nil {
		name = sh.literal(c.Name)
	}
	if !isName(name) {
		sh.complain("`%s': not a valid identifier", clip(name))
		sh.status = 1
		return
	}
	for _, other := range sh.coprocs {
		sh.complain("warning: execute_coproc: coproc [%d:%s] still exists", other.proc.pid, other.name)
	}
	if len(sh.coprocs) >= maxCoprocs || len(sh.fds) > 48 {
		sh.complain("pipe error: Too many open files")
		sh.status = 1
		return
	}
	to, from := NewPipe(), NewPipe()
	in, out := newDesc(pipeReader{to}, "pipe"), newDesc(pipeWriter{from}, "pipe")
	co := coprocess{name: name, from: from, ends: [2]*desc{newDesc(pipeReader{from}, "pipe"), newDesc(pipeWriter{to}, "pipe")}}
	started := false
	defer func() {
		if !started {
			for _, d := range []*desc{in, out, co.ends[0], co.ends[1]} {
				d.drop()
			}
		}
	}()
	co.proc = sh.spawn(sh.sys.ctx, func(child *shell) {
		child.setFD(0, in)
		child.setFD(1, out)
		child.becomes, _ = c.Stmt.Cmd.(*syntax.CallExpr)
		child.stmt(c.Stmt)
	})
	started = true
	n := 63
	for i, d := range co.ends {
		for sh.fds[n] != nil {
			n--
		}
		co.fds[i] = n
		sh.setFD(n, d)
	}
	sh.coprocs = append(slices.Clone(sh.coprocs), co)
	sh.lastJob = co.proc.pid
	sh.jobs = append(sh.jobs, co.proc)
	sh.unset(name)
	for i, fd := range co.fds {
		sh.setElement(name, strconv.Itoa(i), strconv.Itoa(fd), false)
	}
	sh.set(name+"_PID", strconv.Itoa(co.proc.pid))
	sh.status = 0
}

// reapCoprocs forgets the coprocesses that ended and have been read from to the end:
// their descriptors and variables.
func (sh *shell) reapCoprocs() {
	sh.coprocs = slices.DeleteFunc(slices.Clone(sh.coprocs), func(co coprocess) bool {
		select {
		case <-co.proc.done:
		default:
			return false
		}
		if sh.fds[co.fds[0]] == co.ends[0] && !co.from.drained() {
			return false
		}
		for i, fd := range co.fds {
			if sh.fds[fd] == co.ends[i] {
				sh.setFD(fd, nil)
			}
		}
		sh.unset(co.name)
		sh.unset(co.name + "_PID")
		return true
	})
}

// ofCoproc reports whether a descriptor is that of a coprocess, which only command and
// process substitutions share with the shell: who else held it would keep the
// coprocess from reading to the end.
func (sh *shell) ofCoproc(d *desc) bool {
	return slices.ContainsFunc(sh.coprocs, func(co coprocess) bool { return d == co.ends[0] || d == co.ends[1] })
}

// sharing runs f, which starts a subshell that has the descriptors of coprocesses.
func (sh *shell) sharing(f func()) {
	was := sh.shareCoprocs
	sh.shareCoprocs = true
	defer func() { sh.shareCoprocs = was }()
	f()
}

// fdVariable is the name between the braces of {name}> or {name[i]}>, or "".
func fdVariable(word string) string {
	word = strings.Trim(word, "{}")
	if !isReference(word) {
		return ""
	}
	return word
}

// fdValue is the descriptor that a variable, or an element of one, holds.
func (sh *shell) fdValue(variable string) (fd int, ok bool) {
	text := ""
	if name, sub, element := strings.Cut(variable, "["); element {
		if v := sh.lookup(name); v != nil {
			text, _ = sh.element(v, strings.TrimSuffix(sub, "]"))
		}
	} else {
		text = sh.value(variable)
	}
	fd, err := strconv.Atoi(text)
	return fd, err == nil
}
