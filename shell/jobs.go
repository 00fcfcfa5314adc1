package shell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// waitFor waits until a process ended, or a signal of ours has a handler.
func (sh *shell) waitFor(p *Process) int {
	sh.settle()
	for {
		sh.proc.turn.release()
		select {
		case <-p.done:
			code, _ := p.Status()
			return code
		case <-sh.proc.ctx.Done():
			sh.proc.check()
		case <-time.After(20 * time.Millisecond):
			if n := sh.proc.takeSignal(sh.traps); n != 0 {
				if sh.runTrap(sh.traps[signals[n]]); sh.exiting {
					return sh.status
				}
				if n != sigChld { // which tells of what is waited for
					return 128 + n
				}
			}
		}
	}
}

func (sh *shell) forget(p *Process) {
	delete(sh.waited, p)
	sh.jobs = slices.DeleteFunc(sh.jobs, func(q *Process) bool { return q == p })
}

// tell keeps that a job's end was told: wait -n does not tell it again.
func (sh *shell) tell(p *Process) {
	select {
	case <-p.done:
	default:
		return // a signal came first
	}
	if sh.waited == nil {
		sh.waited = map[*Process]bool{}
	}
	sh.waited[p] = true
}

func (sh *shell) wait(args []string) int {
	opts, args, bad := getopt(args[1:], "+nfp:", nil)
	if bad != "" {
		sh.complain("wait: %s", bad)
		return 2
	}
	next, name := false, ""
	for _, o := range opts {
		switch o.name {
		case "n":
			next = true
		case "p":
			name = o.value
		}
	}
	tell := func(p *Process) {
		if name != "" {
			sh.set(name, strconv.Itoa(p.pid))
		}
	}
	if next {
		var of []*Process
		for _, a := range args {
			if p := sh.job(a); p != nil {
				of = append(of, p)
			}
		}
		for {
			left := false
			for _, p := range sh.jobs {
				if sh.waited[p] || len(args) > 0 && !slices.Contains(of, p) {
					continue
				}
				left = true
				select {
				case <-p.done:
					tell(p)
					sh.tell(p)
					code, _ := p.Status()
					return code
				default:
				}
			}
			if !left {
				return 127
			}
			sh.settle()
			sh.pause(time.Millisecond)
		}
	}
	if len(args) == 0 {
		for _, p := range slices.Clone(sh.jobs) {
			if st := sh.waitFor(p); sh.exiting {
				return st
			}
			sh.forget(p)
		}
		return 0
	}
	status := 0
	for _, a := range args {
		p := sh.job(a)
		if p == nil {
			if strings.HasPrefix(a, "%") {
				sh.complain("wait: %s: no such job", clip(a))
			} else {
				sh.complain("wait: pid %s is not a child of this shell", clip(a))
			}
			status = 127
			continue
		}
		status = sh.waitFor(p)
		tell(p)
		sh.tell(p)
	}
	return status
}

// job finds a child by %n or number.
func (sh *shell) job(a string) *Process {
	if s, ok := strings.CutPrefix(a, "%"); ok {
		if s == "" || s == "%" || s == "+" || s == "-" {
			live := running(sh.jobs)
			if len(live) == 0 {
				live = sh.jobs
			}
			if s == "-" && len(live) > 1 {
				live = live[:len(live)-1]
			}
			if len(live) == 0 {
				return nil
			}
			return live[len(live)-1]
		}
		n, err := strconv.Atoi(s)
		for _, p := range slices.Backward(sh.jobs) {
			if err == nil && p.number == n || err != nil && p.names(s) {
				return p
			}
		}
		return nil
	}
	n, err := strconv.Atoi(a)
	if err != nil {
		return nil
	}
	for _, p := range sh.jobs {
		if p.pid == n {
			return p
		}
	}
	return nil
}

func (sh *shell) kill(args []string) int {
	args = args[1:]
	sig := sigTerm
	if len(args) > 0 {
		switch a := args[0]; {
		case a == "-l" || a == "-L":
			if len(args) > 1 {
				n, err := strconv.Atoi(args[1])
				if err == nil && n > 128 {
					n -= 128
				}
				if err == nil && n > 0 && n < len(signals) {
					return sh.printed(signals[n] + "\n")
				}
				return sh.printed(strconv.Itoa(SignalNumber(args[1])) + "\n")
			}
			for n := 1; n < len(signals); n++ {
				sh.print(1, fmt.Sprintf("%2d) %s\n", n, signalName(n)))
			}
			return 0
		case a == "-s" || a == "-n":
			if len(args) < 2 {
				sh.complain("kill: %s: option requires an argument", a)
				return 2
			}
			sig = SignalNumber(args[1])
			args = args[2:]
		case a == "--":
			args = args[1:]
		case len(a) > 1 && a[0] == '-':
			sig = SignalNumber(a[1:])
			if sig < 0 {
				sh.complain("kill: %s: invalid signal specification", clip(a[1:]))
				return 1
			}
			args = args[1:]
		}
	}
	if sig < 0 {
		sh.complain("kill: invalid signal specification")
		return 1
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		sh.complain("kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]")
		return 2
	}
	status := 0
	for _, a := range args {
		if strings.HasPrefix(a, "%") {
			if p := sh.job(a); p == nil || !p.Signal(sig) {
				sh.complain("kill: %s: no such job", clip(a))
				status = 1
			}
			continue
		}
		n, err := strconv.Atoi(a)
		if err != nil {
			sh.complain("kill: %s: arguments must be process or job IDs", clip(a))
			status = 1
			continue
		}
		switch {
		case n == 1:
			sh.complain("kill: (1) - Operation not permitted")
			status = 1
		case n <= 0:
			sh.sys.mu.Lock()
			var all []*Process
			for _, p := range sh.sys.procs {
				if p != sh.proc {
					all = append(all, p)
				}
			}
			sh.sys.mu.Unlock()
			for _, p := range all {
				p.Signal(sig)
			}
			if n == 0 || n < -1 {
				sh.proc.Signal(sig)
			}
		default:
			p := sh.sys.Find(n)
			if p == nil || !p.Signal(sig) {
				sh.complain("kill: (%d) - No such process", n)
				status = 1
			}
		}
	}
	sh.proc.check()
	return status
}

func (sh *shell) jobsBuiltin(args []string) int {
	opts, names, bad := getopt(args[1:], "+lprsn", nil)
	if bad != "" {
		sh.complain("jobs: %s: invalid option\njobs: usage: jobs [-lnprs] [jobspec ...] or jobs -x command [args]", badLetter(bad))
		return 2
	}
	format := ""
	for _, o := range opts {
		format += o.name
	}
	if strings.Contains(format, "s") {
		return 0 // nothing stops
	}
	named := map[*Process]bool{}
	for _, name := range names {
		p := sh.job(name)
		if p == nil {
			sh.complain("jobs: %s: no such job", clip(name))
			return 1
		}
		named[p] = true
	}
	all := append(slices.Clone(sh.allJobs), sh.jobs...)
	live := running(all)
	for _, p := range all {
		at := slices.Index(live, p)
		if at < 0 || len(named) > 0 && !named[p] {
			continue
		}
		if strings.Contains(format, "p") {
			sh.print(1, strconv.Itoa(p.pid)+"\n")
			continue
		}
		mark, pid := " ", ""
		switch len(live) - at {
		case 1:
			mark = "+"
		case 2:
			mark = "-"
		}
		if strings.Contains(format, "l") {
			pid = strconv.Itoa(p.pid) + " "
		}
		text := ""
		if p.job != nil {
			text = substituted([]*syntax.Stmt{p.job}) + " &"
			sh.spend(int64(len(text)))
		}
		sh.print(1, fmt.Sprintf("[%d]%s  %s%-23s %s\n", p.number, mark, pid, "Running", text))
	}
	return 0
}

// badLetter is the option that getopt complains of.
func badLetter(bad string) string {
	return "-" + strings.Trim(bad[strings.LastIndexByte(bad, ' ')+1:], "'")
}

// running are those of some jobs that are not over.
func running(jobs []*Process) []*Process {
	return slices.DeleteFunc(slices.Clone(jobs), func(p *Process) bool { return !p.Signal(0) })
}

// names reports whether %s means p: how its command begins or, with a question mark, what
// is in it.
func (p *Process) names(s string) bool {
	text := substituted([]*syntax.Stmt{p.job})
	if part, ok := strings.CutPrefix(s, "?"); ok {
		return strings.Contains(text, part)
	}
	return strings.HasPrefix(text, s)
}

// disown forgets jobs: those that are named, all of them (-a, -r), or the last.
func (sh *shell) disown(args []string) int {
	opts, names, bad := getopt(args[1:], "+arh", nil)
	if bad != "" {
		sh.complain("disown: %s: invalid option\ndisown: usage: disown [-h] [-ar] [jobspec ... | pid ...]", badLetter(bad))
		return 2
	}
	all, keep := false, false
	for _, o := range opts {
		all, keep = all || o.name != "h", keep || o.name == "h"
	}
	if keep {
		return 0 // no hangup comes
	}
	if all && len(names) == 0 {
		sh.jobs = nil
		return 0
	}
	if len(names) == 0 {
		names = []string{"%+"}
	}
	status := 0
	for _, name := range names {
		p := sh.job(name)
		if pid, err := strconv.Atoi(name); err == nil {
			p = sh.sys.Find(pid)
		}
		if p == nil || !slices.Contains(sh.jobs, p) {
			sh.complain("disown: %s: no such job", clip(strings.ReplaceAll(name, "%+", "current")))
			status = 1
			continue
		}
		sh.forget(p)
	}
	return status
}
