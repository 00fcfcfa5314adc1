package shell

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/buntime/buntime/jsengine"
)

// What programs are told of the user and the machine: nobody's and nowhere's.
const (
	userID   = 1000
	userName = "user"
	hostName = "sandbox"
	homeDir  = "/workspace"
	toolPath = "/usr/local/bin:/usr/bin:/bin"
)

// options are those of set -o.
type options struct {
	errexit, nounset, pipefail, noglob, xtrace, verbose, noexec, noclobber, allexport, errtrace, functrace bool
}

// shell is one shell: its variables, functions, descriptors and where it is in
// the script. One goroutine uses it.
type shell struct {
	sys  *System
	proc *Process

	name  string
	args  []string
	scope *scope
	funcs map[string]*function
	// The files of functions, where they are of one.
	funcFiles   map[string]string
	funcExports map[string]bool
	dir         string
	fds         map[int]*desc
	traps       map[string]string
	ignored     map[string]string // of traps, when the shell began: these cannot be changed
	aliases     map[string]string
	shopts      map[string]bool
	jobs        []*Process
	waited      map[*Process]bool // jobs whose end was told
	coprocs     []coprocess       // not changed in place
	dirStack    []string
	options

	status      int
	pipeStatus  []int
	line        int
	dashC       bool // the text came as -c does
	bun         bool // the text is one of Bun.$, whose own tools end otherwise in places
	shellPID    int  // $$
	lastJob     int  // $!
	lastArg     string
	subshells   int
	secondsBase int64
	mask        fs.FileMode // of umask; modes are kept, not enforced
	allJobs     []*Process  // those of the shells that this one is inside of, too
	getoptsAt   int         // place inside of the word that getopts reads

	exiting, returning bool
	errexited          bool // exiting by set -e
	breaks, continues  int
	loops              int          // that the statement is inside of
	calls              []string     // functions
	frames             []frame      // these, and files that are sourced
	scriptFile, file   string       // that the shell was started with, and that is read
	current            *syntax.Stmt // the simple one in hand
	ofPipe             *syntax.Stmt // of a pipeline, that the shell is for: it is the pipeline that fails
	sourced            int
	sourcedC           bool // by a text that came as -c does
	noErr              int  // conditions that the statement is inside of
	indirect           int  // substitutions, eval and the like that it is inside of
	declaring          bool // an array that is assigned is one of a declaration
	untraced           bool // set -x is not for what runs
	inTrap             bool
	substituted        bool // a command substitution ran since it was last made false
	depth              int
	arithDepth         int
	arithFor           string           // what an error in arithmetic names
	whole              bool             // the process is for the program that starts next
	becomes            *syntax.CallExpr // all that the process is for, if it is a program
	with               any              // Start.With, for that program
	shareCoprocs       bool             // the subshell that starts next has the descriptors of coprocs
	procFDs            []int            // descriptors of process substitutions of the command in hand

	units    int64 // of fuel, not yet spent
	heldVars int64
	heldArgs int64 // of heldVars, for the arguments
	heldTemp int64 // given back when the command in hand ends
}

// bunName is what Bun.$ calls the shell that it starts.
const bunName = "bun"

// discard unwinds to the top of the script after an error in an expansion.
type discard struct{ status int }

func newShell(p *Process, st Start) *shell {
	sh := &shell{
		sys: p.sys, proc: p, name: st.Name, args: st.Args, dir: st.Dir, depth: st.Depth,
		scope: &scope{vars: map[string]*variable{}}, funcs: map[string]*function{}, fds: map[int]*desc{},
		traps: map[string]string{}, shopts: map[string]bool{}, shellPID: p.pid, mask: workspaceMask, secondsBase: p.sys.cfg.Now().Unix(),
	}
	if sh.name == "" {
		sh.name = "bash"
	}
	for _, name := range shoptsOn {
		sh.shopts[name] = true
	}
	sh.scope.vars["PATH"] = &variable{kind: kindString, str: toolPath}
	for _, kv := range st.Env {
		if name, value, ok := strings.Cut(kv, "="); ok && isName(name) {
			sh.scope.vars[name] = &variable{kind: kindString, str: value, exported: true}
		}
	}
	sh.scope.vars["PWD"] = &variable{kind: kindString, str: st.Dir, exported: true}
	for name, value := range map[string]string{
		"IFS": " \t\n", "OPTIND": "1", "BASH_VERSION": "5.2.15(1)-release", "HOSTNAME": hostName, "SHELL": "/bin/bash", "BASH": "/bin/bash",
	} {
		if sh.scope.vars[name] == nil || name == "IFS" || name == "OPTIND" {
			sh.scope.vars[name] = &variable{kind: kindString, str: value}
		}
	}
	for name, value := range map[string]string{"MACHTYPE": "x86_64-pc-linux-gnu", "HOSTTYPE": "x86_64", "OSTYPE": "linux-gnu"} {
		if sh.scope.vars[name] == nil {
			sh.scope.vars[name] = &variable{kind: kindString, str: value}
		}
	}
	level := &variable{kind: kindString, exported: true}
	if st.Argv == nil { // else it is no shell
		n, _ := strconv.Atoi(sh.value("SHLVL"))
		level.str = strconv.Itoa(max(n, 0) + 1)
		sh.scope.vars["SHLVL"] = level
	}
	versions := array{{0, "5"}, {1, "2"}, {2, "15"}, {3, "1"}, {4, "release"}, {5, "x86_64-pc-linux-gnu"}}
	sh.scope.vars["BASH_VERSINFO"] = &variable{kind: kindArray, list: versions, readonly: true}
	sh.scope.vars["PIPESTATUS"] = &variable{kind: kindArray, list: array{{0, "0"}}}
	sh.fds[0] = newDesc(deviceStream{dev: devNull}, "/dev/null")
	if st.Stdin != nil {
		sh.fds[0] = newDesc(readStream{st.Stdin}, "/dev/stdin")
	}
	for fd, w := range map[int]Writer{1: st.Stdout, 2: st.Stderr} {
		if w == nil {
			w = Discard{}
		}
		sh.fds[fd] = newDesc(writeStream{w}, "")
	}
	sh.holdVars(sh.scope.weight())
	return sh
}

// nameBytes is what a subshell holds of a function or an alias that the shell it is of
// has as well.
const nameBytes = 64

// fork returns a copy of the shell for a process of its own: what it changes
// does not reach sh.
func (sh *shell) fork(p *Process) *shell {
	c := *sh
	c.proc = p
	c.units, c.heldVars, c.heldTemp = 0, 0, 0
	c.depth++
	c.subshells++
	c.args = slices.Clone(sh.args)
	c.funcFiles = maps.Clone(sh.funcFiles)
	c.funcExports = maps.Clone(sh.funcExports)
	c.shopts = maps.Clone(sh.shopts)
	c.aliases = maps.Clone(sh.aliases)
	c.calls = slices.Clone(sh.calls)
	c.frames = slices.Clone(sh.frames)
	c.waited = maps.Clone(sh.waited)
	c.pipeStatus = slices.Clone(sh.pipeStatus)
	c.procFDs = nil
	c.allJobs = append(slices.Clone(sh.allJobs), sh.jobs...)
	c.jobs = nil
	c.traps = map[string]string{}
	for sig, action := range sh.traps {
		switch {
		case action == "": // ignored signals stay ignored
			c.traps[sig] = ""
			c.ignore(sig)
		case sig == "ERR" && sh.errtrace, (sig == "DEBUG" || sig == "RETURN") && sh.functrace:
			c.traps[sig] = action
		}
	}
	weight := sh.scope.weight()
	names := int64(len(sh.funcs) + len(sh.aliases))
	// It is the copy that pays, once it works: sh may wait for it, and has no turn then.
	c.units = 500 + weight/64 + 60*(sh.scope.entries()+names) + int64(len(sh.args))
	c.holdVars(weight + nameBytes*names + 16*int64(len(sh.args)))
	c.scope = sh.scope.fork()
	c.funcs = make(map[string]*function, len(sh.funcs))
	for name, f := range sh.funcs {
		f.refs.Add(1)
		c.funcs[name] = f
	}
	c.fds = make(map[int]*desc, len(sh.fds))
	for fd, d := range sh.fds {
		if sh.shareCoprocs || !sh.ofCoproc(d) {
			c.fds[fd] = d.dup()
		}
	}
	if !sh.shareCoprocs {
		c.coprocs = nil
	}
	c.shareCoprocs = false
	return &c
}

// ignore makes the process, which may be another than the one that said so, ignore a signal.
func (sh *shell) ignore(name string) {
	if n := SignalNumber(name); n > 0 {
		sh.proc.mu.Lock()
		sh.proc.handle(n, false)
		sh.proc.mu.Unlock()
	}
}

// handlesSignals reports whether the shell has a trap for a signal. A tool then needs a
// process of its own, which the signal ends.
func (sh *shell) handlesSignals() bool {
	for name, action := range sh.traps {
		if action != "" && SignalNumber(name) > 0 {
			return true
		}
	}
	return false
}

// release gives back what the shell holds.
func (sh *shell) release() {
	for _, d := range sh.fds {
		d.drop()
	}
	sh.fds = nil
	for _, f := range sh.funcs {
		sh.lose(f)
	}
	sh.funcs = nil
	_ = sh.sys.cfg.Budget.Hold(-sh.heldVars - sh.heldTemp)
	sh.heldVars, sh.heldTemp = 0, 0
	if err := sh.sys.cfg.Budget.bill(sh.units); err != nil {
		sh.sys.Fail(err)
	}
	sh.units = 0
}

// spendStep is how many units are spent at once.
const spendStep = 20_000

// spend bills work. It panics when the process is to end.
func (sh *shell) spend(units int64) {
	if sh.units += units; sh.units >= spendStep {
		sh.settle()
	}
}

// settle spends what was billed, and sleeps if the session has to.
func (sh *shell) settle() {
	n := sh.units
	sh.units = 0
	if err := sh.sys.cfg.Budget.bill(n); err != nil {
		sh.proc.fail(err)
	}
	sh.proc.check()
	if d := sh.sys.cfg.Budget.pace(n); d > 0 {
		sh.pause(d)
	}
	if sh.proc.turn.take(sh.proc.ctx, sh.sys.cfg.Budget, n) != nil {
		sh.proc.check()
	}
}

func (sh *shell) holdVars(n int64) {
	if n == 0 {
		return
	}
	if err := sh.sys.cfg.Budget.Hold(n); err != nil {
		sh.proc.fail(err)
	}
	sh.heldVars += n
}

// room takes memory until the command in hand ends. It comes before the
// allocation it is for.
func (sh *shell) room(n int64) {
	if n < 256 {
		return
	}
	if err := sh.sys.cfg.Budget.Hold(n); err != nil {
		sh.proc.fail(err)
	}
	sh.heldTemp += n
	sh.spend(n / 32)
}

// freeRoom gives back what room took since it was at.
func (sh *shell) freeRoom(at int64) {
	if n := sh.heldTemp - at; n > 0 {
		_ = sh.sys.cfg.Budget.Hold(-n)
		sh.heldTemp = at
	}
}

// deeper counts one level of nesting. The caller undoes it with sh.depth--.
func (sh *shell) deeper() {
	sh.depth++
	if sh.depth > maxDepth {
		sh.depth--
		sh.complain("maximum nesting level exceeded (%d)", maxDepth)
		sh.exiting = true
		panic(stopped{1})
	}
}

// complain prints a message as bash does.
func (sh *shell) complain(format string, args ...any) {
	where := sh.name + ": "
	if len(sh.frames) > 0 && sh.file != "" {
		where = sh.file + ": "
	}
	if sh.bun {
		where = bunName + ": "
	} else if sh.dashC || sh.line > 0 {
		where += "line " + strconv.Itoa(max(sh.line, 1)) + ": "
	}
	sh.print(2, where+fmt.Sprintf(format, args...)+"\n")
}

// print writes to a descriptor of the shell and reports whether it could.
func (sh *shell) print(fd int, s string) bool { return sh.tryPrint(fd, s) == nil }

// tryPrint writes to a descriptor of the shell.
func (sh *shell) tryPrint(fd int, s string) error {
	d := sh.fds[fd]
	if d == nil {
		return errno("EBADF")
	}
	sh.spend(int64(len(s)) / 16)
	_, err := d.write(sh.proc.ctx, []byte(s))
	if sh.wrote(err) {
		return nil
	}
	return err
}

// brokenPipe ends what wrote where nobody reads, unless it ignores the signal.
func (sh *shell) brokenPipe() {
	if action, set := sh.traps["PIPE"]; !set || action != "" {
		panic(stopped{128 + sigPipe})
	}
}

// wrote looks at how a write of the shell's own ended.
func (sh *shell) wrote(err error) bool {
	switch {
	case err == nil:
		return true
	case errors.Is(err, ErrPipe):
		sh.brokenPipe()
		return false
	}
	if code := errCode(err); code == "ENOSPC" || code == "EDQUOT" {
		sh.sys.full.Store(true)
	}
	sh.proc.check()
	var limit *jsengine.LimitError
	if errors.As(err, &limit) {
		sh.proc.fail(err)
	}
	return false
}

// abs returns an absolute path.
func (sh *shell) abs(p string) string {
	if p == "" {
		return ""
	}
	if strings.HasPrefix(p, "/") {
		return p
	}
	return sh.dir + "/" + p
}

// logical cleans a path as cd does, without looking at links.
func logical(p string) string { return path.Clean(p) }

// flags is $-.
func (sh *shell) flags() string {
	var b strings.Builder
	for _, f := range []struct {
		on bool
		c  byte
	}{{sh.allexport, 'a'}, {sh.errexit, 'e'}, {sh.noglob, 'f'}, {true, 'h'}, {sh.noexec, 'n'}, {sh.nounset, 'u'}, {sh.verbose, 'v'}, {sh.xtrace, 'x'}, {true, 'B'}, {sh.noclobber, 'C'}} {
		if f.on {
			b.WriteByte(f.c)
		}
	}
	if sh.dashC {
		b.WriteByte('c')
	}
	return b.String()
}
