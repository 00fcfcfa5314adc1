package shell

import (
	"fmt"
	"io"

	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// builtin returns a command that the shell does itself, or nil.
func builtin(name string) func(sh *shell, args []string) int {
	switch name {
	case ":", "true", "hash", "enable", "history", "disown":
		return func(*shell, []string) int { return 0 }
	case "false", "suspend":
		return func(*shell, []string) int { return 1 }
	case "echo":
		return (*shell).echo
	case "printf":
		return (*shell).printf
	case "cd":
		return (*shell).cd
	case "pwd":
		return (*shell).pwd
	case "exit":
		return (*shell).exit
	case "return":
		return (*shell).ret
	case "break", "continue":
		return (*shell).brk
	case "shift":
		return (*shell).shift
	case "set":
		return (*shell).setBuiltin
	case "unset":
		return (*shell).unsetBuiltin
	case "export", "readonly", "declare", "typeset", "local":
		return (*shell).declareWords
	case "eval":
		return (*shell).eval
	case ".", "source":
		return (*shell).source
	case "exec":
		return (*shell).exec
	case "trap":
		return (*shell).trapBuiltin
	case "read":
		return (*shell).read
	case "mapfile", "readarray":
		return (*shell).mapfile
	case "test", "[":
		return (*shell).test
	case "type":
		return (*shell).typeBuiltin
	case "command":
		return (*shell).commandBuiltin
	case "builtin":
		return (*shell).builtinBuiltin
	case "wait":
		return (*shell).wait
	case "kill":
		return (*shell).kill
	case "jobs":
		return (*shell).jobsBuiltin
	case "let":
		return (*shell).let
	case "getopts":
		return (*shell).getopts
	case "umask":
		return (*shell).umask
	case "ulimit":
		return (*shell).ulimit
	case "alias":
		return (*shell).alias
	case "unalias":
		return (*shell).unalias
	case "shopt":
		return (*shell).shopt
	case "times":
		return (*shell).times
	case "pushd":
		return (*shell).pushd
	case "popd":
		return (*shell).popd
	case "dirs":
		return (*shell).dirs
	case "caller":
		return (*shell).caller
	case "fg", "bg":
		return (*shell).noJobs
	}
	return nil
}

func (sh *shell) times([]string) int {
	return sh.printed("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
}

func (sh *shell) caller([]string) int {
	if len(sh.calls) == 0 {
		return sh.printed("0 NULL\n")
	}
	return sh.printed(strconv.Itoa(sh.line) + " " + sh.name + "\n")
}

// printed writes to standard output and returns the status of that.
func (sh *shell) printed(s string) int {
	if err := sh.tryPrint(1, s); err != nil {
		sh.complain("write error: %s", errText(err))
		return 1
	}
	return 0
}

func (sh *shell) noJobs(args []string) int {
	sh.complain("%s: no job control", args[0])
	return 1
}

func (sh *shell) echo(args []string) int {
	args = args[1:]
	nl, esc := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				nl = false
			case 'e':
				esc = true
			case 'E':
				esc = false
			}
		}
		args = args[1:]
	}
	s := sh.join(args, " ")
	if esc {
		var more bool
		if s, more = unescapeC(s, false); !more {
			nl = false
		}
	}
	if nl {
		s += "\n"
	}
	if err := sh.tryPrint(1, s); err != nil {
		sh.complain("echo: write error: %s", errText(err))
		return 1
	}
	return 0
}

func (sh *shell) cd(args []string) int {
	args = args[1:]
	for len(args) > 0 && (args[0] == "-L" || args[0] == "-P" || args[0] == "--") {
		args = args[1:]
	}
	if len(args) > 1 {
		sh.complain("cd: too many arguments")
		return 1
	}
	to, show := "", false
	switch {
	case len(args) == 0:
		home, ok := sh.get("HOME")
		if !ok {
			sh.complain("cd: HOME not set")
			return 1
		}
		to = home
	case args[0] == "-":
		old, ok := sh.get("OLDPWD")
		if !ok {
			sh.complain("cd: OLDPWD not set")
			return 1
		}
		to, show = old, true
	default:
		to = args[0]
	}
	if to == "" {
		return 0
	}
	if !sh.chdir(to, "cd") {
		return 1
	}
	if show {
		return sh.printed(sh.dir + "\n")
	}
	return 0
}

func (sh *shell) chdir(to, who string) bool {
	abs := logical(sh.abs(to))
	info, err := sh.stat(sh.abs(to))
	if err != nil {
		sh.complain("%s: %s: %s", who, clip(to), errText(err))
		return false
	}
	if !info.IsDir() || strings.HasPrefix(abs, "/dev") {
		sh.complain("%s: %s: Not a directory", who, clip(to))
		return false
	}
	sh.setExported("OLDPWD", sh.dir)
	sh.dir = abs
	sh.setExported("PWD", abs)
	return true
}

func (sh *shell) setExported(name, value string) {
	sh.set(name, value)
	if v := sh.lookup(name); v != nil {
		v.exported = true
	}
}

func (sh *shell) pwd(args []string) int {
	if len(args) > 1 && args[1] == "-P" {
		if p, err := sh.sys.cfg.Files.Realpath(sh.dir); err == nil {
			return sh.printed(p + "\n")
		}
	}
	return sh.printed(sh.dir + "\n")
}

func (sh *shell) exit(args []string) int {
	status := sh.status
	if len(args) > 1 {
		n, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			sh.complain("exit: %s: numeric argument required", args[1])
			n = 2
		} else if len(args) > 2 {
			sh.complain("exit: too many arguments")
			return 1
		}
		status = int(n & 0xff)
	}
	sh.exiting = true
	return status
}

func (sh *shell) ret(args []string) int {
	if len(sh.calls) == 0 && sh.sourced == 0 {
		sh.complain("return: can only `return' from a function or sourced script")
		return 2
	}
	status := sh.status
	if len(args) > 1 {
		n, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			sh.complain("return: %s: numeric argument required", args[1])
			n = 2
		}
		status = int(n & 0xff)
	}
	sh.returning = true
	return status
}

func (sh *shell) brk(args []string) int {
	if sh.loops == 0 {
		sh.complain("%s: only meaningful in a `for', `while', or `until' loop", args[0])
		return 0
	}
	n := 1
	if len(args) > 1 {
		var err error
		if n, err = strconv.Atoi(args[1]); err != nil || n < 1 {
			sh.complain("%s: %s: loop count out of range", args[0], args[1])
			sh.breaks = sh.loops
			return 1
		}
	}
	n = min(n, sh.loops)
	if args[0] == "break" {
		sh.breaks = n
	} else {
		sh.continues = n
	}
	return 0
}

func (sh *shell) shift(args []string) int {
	n := 1
	if len(args) > 1 {
		var err error
		if n, err = strconv.Atoi(args[1]); err != nil || n < 0 {
			sh.complain("shift: %s: numeric argument required", args[1])
			return 1
		}
	}
	if n > len(sh.args) {
		return 1
	}
	sh.args = sh.args[n:]
	return 0
}

var setLetters = map[byte]string{
	'e': "errexit", 'u': "nounset", 'f': "noglob", 'x': "xtrace", 'v': "verbose", 'n': "noexec", 'C': "noclobber", 'a': "allexport",
}

func (sh *shell) option(name string) *bool {
	switch name {
	case "errexit":
		return &sh.errexit
	case "nounset":
		return &sh.nounset
	case "pipefail":
		return &sh.pipefail
	case "noglob":
		return &sh.noglob
	case "xtrace":
		return &sh.xtrace
	case "verbose":
		return &sh.verbose
	case "noexec":
		return &sh.noexec
	case "noclobber":
		return &sh.noclobber
	case "allexport":
		return &sh.allexport
	}
	return nil
}

var optionNames = []string{"allexport", "errexit", "noclobber", "noexec", "noglob", "nounset", "pipefail", "verbose", "xtrace"}

// ignoredOptions are known to bash, and change nothing here.
var ignoredOptions = []string{"braceexpand", "emacs", "errtrace", "functrace", "hashall", "histexpand", "history", "ignoreeof", "interactive-comments", "keyword", "monitor", "nolog", "notify", "onecmd", "physical", "posix", "privileged", "vi"}

// setFlag sets the options of one word, as -eu. It returns how many words after
// it were used, or -1.
func (sh *shell) setFlag(word string, rest []string) int {
	on := word[0] == '-'
	used := 0
	for i := 1; i < len(word); i++ {
		c := word[i]
		if c == 'o' {
			if used >= len(rest) {
				for _, name := range optionNames {
					state := "off"
					if *sh.option(name) {
						state = "on"
					}
					sh.print(1, fmt.Sprintf("%-15s\t%s\n", name, state))
				}
				return used
			}
			name := rest[used]
			used++
			if p := sh.option(name); p != nil {
				*p = on
			} else if !slices.Contains(ignoredOptions, name) {
				sh.complain("set: %s: invalid option name", clip(name))
				return -1
			}
			continue
		}
		name, ok := setLetters[c]
		if ok {
			*sh.option(name) = on
		} else if strings.IndexByte("hBHmbEPTkptli", c) < 0 {
			sh.complain("set: %c%c: invalid option", word[0], c)
			return -1
		}
	}
	return used
}

func (sh *shell) setBuiltin(args []string) int {
	args = args[1:]
	if len(args) == 0 {
		for _, name := range sh.names() {
			if v := sh.lookup(name); v != nil && v.kind == kindString {
				sh.print(1, name+"="+traceQuote(v.str)+"\n")
			}
		}
		return 0
	}
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			sh.setArgs(args[1:])
			return 0
		case a == "-":
			sh.xtrace, sh.verbose = false, false
			if len(args) > 1 {
				sh.setArgs(args[1:])
			}
			return 0
		case len(a) > 1 && (a[0] == '-' || a[0] == '+'):
			n := sh.setFlag(a, args[1:])
			if n < 0 {
				return 2
			}
			args = args[1+n:]
		default:
			sh.setArgs(args)
			return 0
		}
	}
	return 0
}

func (sh *shell) setArgs(args []string) {
	var n int64
	for _, a := range args {
		n += int64(len(a)) + 16
	}
	sh.holdVars(n - sh.heldArgs)
	sh.heldArgs = n
	sh.args = slices.Clone(args)
}

func (sh *shell) unsetBuiltin(args []string) int {
	status := 0
	funcs, vars := true, true
	for _, a := range args[1:] {
		switch a {
		case "-f":
			vars = false
			continue
		case "-v", "-n":
			funcs = false
			continue
		}
		base, _, _ := strings.Cut(a, "[")
		if !isName(base) && vars && !funcs {
			sh.complain("unset: `%s': not a valid identifier", clip(a))
			status = 1
			continue
		}
		v, _ := sh.scope.find(base)
		switch {
		case vars && v != nil:
			if !sh.unset(a) {
				status = 1
			}
		case funcs:
			delete(sh.funcs, a)
		}
	}
	return status
}

// declaration is what declare, local, export and readonly were asked for.
type declaration struct {
	variant                                              string
	array, dict, export, readonly, integer, lower, upper bool
	nameref, print, funcs, names, global                 bool
	off                                                  string
}

func (sh *shell) declFlags(d *declaration, w string) bool {
	for _, c := range w[1:] {
		if w[0] == '+' {
			d.off += string(c)
			continue
		}
		switch c {
		case 'a':
			d.array = true
		case 'A':
			d.dict = true
		case 'x':
			d.export = true
		case 'r':
			d.readonly = true
		case 'i':
			d.integer = true
		case 'l':
			d.lower = true
		case 'u':
			d.upper = true
		case 'n':
			if d.variant == "export" {
				d.off += "x"
			} else {
				d.nameref = true
			}
		case 'p':
			d.print = true
		case 'f':
			d.funcs = true
		case 'F':
			d.funcs, d.names = true, true
		case 'g':
			d.global = true
		case 't', 'I':
		default:
			sh.complain("%s: -%c: invalid option", d.variant, c)
			return false
		}
	}
	return true
}

// declareWords is declare and the like where its arguments are plain words.
func (sh *shell) declareWords(args []string) int {
	c := &syntax.DeclClause{Variant: &syntax.Lit{Value: args[0]}}
	for _, a := range args[1:] {
		w := &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: a}}}
		c.Args = append(c.Args, &syntax.Assign{Naked: true, Value: w})
	}
	sh.declClause(c)
	return sh.status
}

func (sh *shell) declare(d *declaration, args []*syntax.Assign) {
	switch d.variant {
	case "export":
		d.export = !strings.Contains(d.off, "x")
	case "readonly":
		d.readonly = true
	case "nameref":
		d.nameref = true
	case "local":
		if len(sh.calls) == 0 {
			sh.complain("local: can only be used in a function")
			sh.status = 1
			return
		}
	}
	sh.status = 0
	if d.funcs {
		sh.declareFuncs(d, args)
		return
	}
	if len(args) == 0 {
		sh.listVars(d)
		return
	}
	status := 0
	local := len(sh.calls) > 0 && !d.global && d.variant != "export" && d.variant != "readonly"
	for _, a := range args {
		name := a.Name.Value
		base, _, _ := strings.Cut(name, "[")
		if !isName(base) {
			sh.complain("%s: `%s': not a valid identifier", d.variant, clip(name))
			status = 1
			continue
		}
		if d.print {
			v, _ := sh.scope.find(name)
			if v == nil {
				sh.complain("%s: %s: not found", d.variant, name)
				status = 1
				continue
			}
			sh.print(1, sh.declaration(name, v)+"\n")
			continue
		}
		if !d.nameref {
			if v, _ := sh.scope.find(name); v != nil && v.nameref && !local {
				name = sh.resolve(name)
			}
		}
		where := sh.scope
		for where.outer != nil && sh.tempScope(where) {
			where = where.outer
		}
		var v *variable
		if local {
			if v = where.vars[name]; v == nil {
				v = &variable{}
				sh.holdVars(varBytes + int64(len(name)))
				where.vars[name] = v
			}
		} else if v, _ = where.find(name); v == nil {
			v = &variable{}
			sh.holdVars(varBytes + int64(len(name)))
			where.global().vars[name] = v
		}
		if v.readonly && (a.Value != nil || a.Array != nil) {
			sh.complain("%s: readonly variable", name)
			status = 1
			continue
		}
		if d.dict && v.kind != kindMap {
			sh.clearValue(v)
			v.kind, v.dict = kindMap, map[string]string{}
		}
		if d.array && v.kind == kindUnset {
			v.kind, v.list = kindArray, map[int]string{}
		}
		v.integer = (v.integer || d.integer) && !strings.Contains(d.off, "i")
		if d.lower || d.upper {
			v.lower, v.upper = d.lower, d.upper
		}
		v.exported = (v.exported || d.export) && !strings.Contains(d.off, "x")
		if a.Value != nil || a.Array != nil {
			// Assigned in the scope of the declaration.
			if local || !d.nameref {
				as := *a
				as.Name = &syntax.Lit{Value: name}
				if d.nameref {
					v.str, v.kind = sh.assignValue(a), kindString
				} else {
					old := sh.scope
					if local {
						sh.scope = where
					}
					sh.assignment(&as)
					sh.scope = old
				}
			} else {
				v.str, v.kind = sh.assignValue(a), kindString
			}
		}
		if d.nameref {
			v.nameref = true
		}
		v.readonly = v.readonly || d.readonly
	}
	sh.status = status // that of a substitution does not count
}

// tempScope reports whether a scope is that of the assignments before a command.
func (sh *shell) tempScope(sc *scope) bool { return sc.temp }

func (sh *shell) declareFuncs(d *declaration, args []*syntax.Assign) {
	for _, a := range args {
		body := sh.funcs[a.Name.Value]
		if body == nil {
			sh.status = 1
			continue
		}
		if d.names {
			sh.print(1, a.Name.Value+"\n")
			continue
		}
		sh.print(1, functionText(a.Name.Value, body))
	}
	if len(args) == 0 {
		names := make([]string, 0, len(sh.funcs))
		for name := range sh.funcs {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			sh.print(1, "declare -f "+name+"\n")
		}
	}
}

// functionText prints a function as bash does.
func functionText(name string, body *syntax.Stmt) string {
	var b strings.Builder
	b.WriteString(name + " () \n")
	_ = syntax.NewPrinter(syntax.Indent(4)).Print(&b, body) // cannot fail
	return b.String() + "\n"
}

func (sh *shell) listVars(d *declaration) {
	for _, name := range sh.names() {
		v, _ := sh.scope.find(name)
		if v == nil || d.variant == "export" && !v.exported || d.variant == "readonly" && !v.readonly || d.export && !v.exported {
			continue
		}
		sh.print(1, sh.declaration(name, v)+"\n")
	}
}

func (v *variable) attributes() string {
	var b strings.Builder
	for _, f := range []struct {
		on bool
		c  byte
	}{{v.kind == kindArray, 'a'}, {v.kind == kindMap, 'A'}, {v.integer, 'i'}, {v.lower, 'l'}, {v.nameref, 'n'}, {v.readonly, 'r'}, {v.upper, 'u'}, {v.exported, 'x'}} {
		if f.on {
			b.WriteByte(f.c)
		}
	}
	return b.String()
}

// declaration is a variable as declare -p prints it.
func (sh *shell) declaration(name string, v *variable) string {
	attrs := v.attributes()
	if attrs == "" {
		attrs = "-"
	}
	s := "declare -" + attrs + " " + name
	dq := func(s string) string {
		if strings.ContainsAny(s, "\n\t\x1b") {
			return quoteC(s)
		}
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(s) + `"`
	}
	switch v.kind {
	case kindString:
		return s + "=" + dq(v.str)
	case kindArray, kindMap:
		var parts []string
		vals := v.values()
		for i, k := range v.subscripts() {
			parts = append(parts, "["+k+"]="+dq(vals[i]))
		}
		if v.kind == kindMap && len(parts) > 0 {
			return s + "=(" + strings.Join(parts, " ") + " )"
		}
		return s + "=(" + strings.Join(parts, " ") + ")"
	}
	return s
}

func (sh *shell) eval(args []string) int {
	sh.deeper()
	defer func() { sh.depth-- }()
	text := strings.Join(args[1:], " ")
	stmts, err := sh.parse(text)
	if err != nil {
		sh.syntaxError(err)
		if strings.Contains(err.Error(), "must be followed by an expression") {
			return 1 // bash finds these only when it runs them
		}
		return 2
	}
	sh.status = 0
	line := sh.line
	sh.stmts(stmts)
	sh.line = line
	return sh.status
}

func (sh *shell) source(args []string) int {
	if len(args) < 2 {
		sh.complain("%s: filename argument required", args[0])
		return 2
	}
	text, err := sh.readScript(args[1])
	if err != nil {
		sh.complain("%s: %s", clip(args[1]), errText(err))
		return 1
	}
	sh.deeper()
	sh.sourced++
	params, line := sh.args, sh.line
	if len(args) > 2 {
		sh.args = args[2:]
	}
	defer func() {
		sh.depth--
		sh.sourced--
		sh.line = line
		if len(args) > 2 {
			sh.args = params
		}
	}()
	dashC := sh.dashC
	sh.dashC = false
	defer func() { sh.dashC = dashC }()
	stmts, perr := sh.parse(text)
	sh.status = 0
	sh.stmts(stmts)
	if perr != nil && !sh.stop() {
		sh.syntaxError(perr)
	}
	sh.returning = false
	return sh.status
}

func (sh *shell) exec(args []string) int {
	args = args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-a" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return 0
	}
	l := sh.lookPath(args[0])
	if l.status != 0 {
		sh.complain("exec: %s: %s", clip(args[0]), strings.Replace(l.why, "command not found", "not found", 1))
		sh.exiting = true
		return l.status
	}
	status := sh.start(l, args)
	sh.exiting = true
	delete(sh.traps, "EXIT") // the shell is not there any more
	return status
}

func (sh *shell) trapBuiltin(args []string) int {
	args = args[1:]
	if len(args) == 0 || args[0] == "-p" {
		want := args
		if len(want) > 0 {
			want = want[1:]
		}
		names := make([]string, 0, len(sh.traps))
		for name := range sh.traps {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			shown := name
			if SignalNumber(name) > 0 {
				shown = "SIG" + name
			}
			if len(want) > 0 && !slices.Contains(want, name) && !slices.Contains(want, shown) {
				continue
			}
			sh.print(1, "trap -- "+quoteSingle(sh.traps[name])+" "+shown+"\n")
		}
		return 0
	}
	if args[0] == "-l" {
		return sh.kill([]string{"kill", "-l"})
	}
	if args[0] == "--" {
		args = args[1:]
	}
	action := ""
	reset := false
	switch {
	case len(args) == 1:
		reset = true
	case args[0] == "-":
		reset = true
		args = args[1:]
	default:
		action, args = args[0], args[1:]
	}
	status := 0
	for _, a := range args {
		name := strings.TrimPrefix(strings.ToUpper(a), "SIG")
		n := SignalNumber(a)
		switch {
		case name == "EXIT" || a == "0":
			name, n = "EXIT", 0
		case name == "ERR" || name == "DEBUG" || name == "RETURN":
			n = 0
		case n > 0:
			name = signals[n]
		default:
			sh.complain("trap: %s: invalid signal specification", clip(a))
			status = 1
			continue
		}
		sh.holdVars(int64(len(action)) + 64)
		if reset {
			delete(sh.traps, name)
			if n > 0 {
				sh.proc.Unhandle(n)
			}
			continue
		}
		sh.traps[name] = action
		if n > 0 {
			sh.proc.mu.Lock()
			sh.proc.handle(n, action != "")
			sh.proc.mu.Unlock()
		}
	}
	return status
}

// readByte reads one byte of standard input: what comes after a line is for
// who reads next.
func (sh *shell) readByte(d *desc) (byte, error) {
	var b [1]byte
	n, err := sh.readFrom(d, b[:])
	if n == 1 {
		return b[0], nil
	}
	if err == nil {
		err = io.EOF
	}
	return 0, err
}

func (sh *shell) read(args []string) int {
	opts, names, bad := getopt(args[1:], "+ersd:n:N:p:t:u:a:i:", nil)
	if bad != "" {
		sh.complain("read: %s", strings.Replace(bad, "invalid option -- ", "", 1))
		return 2
	}
	raw, delim, count, exact, array, fd := false, byte('\n'), -1, false, "", 0
	for _, o := range opts {
		switch o.name {
		case "r":
			raw = true
		case "d":
			delim = 0
			if o.value != "" {
				delim = o.value[0]
			}
		case "n", "N":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				sh.complain("read: %s: invalid number", clip(o.value))
				return 1
			}
			count, exact = n, o.name == "N"
		case "a":
			array = o.value
		case "u":
			n, err := strconv.Atoi(o.value)
			if err != nil {
				sh.complain("read: %s: invalid file descriptor specification", clip(o.value))
				return 1
			}
			fd = n
		}
	}
	d := sh.fds[fd]
	if d == nil {
		sh.complain("read: %d: invalid file descriptor: Bad file descriptor", fd)
		return 1
	}
	for _, n := range names {
		if !isName(strings.SplitN(n, "[", 2)[0]) {
			sh.complain("read: `%s': not a valid identifier", clip(n))
			return 2
		}
	}
	var line, quoted []byte // quoted[i] is 1 where a backslash made line[i] ordinary
	status := 0
	chars := 0
	for count != 0 {
		c, err := sh.readByte(d)
		if err != nil {
			status = 1
			if err != io.EOF && errCode(err) != "" {
				sh.complain("read: read error: %d: %s", fd, errText(err))
			}
			break
		}
		if len(line)%1024 == 0 {
			sh.room(4096)
		}
		if !raw && c == '\\' {
			c, err = sh.readByte(d)
			if err != nil {
				status = 1
				break
			}
			if c != '\n' {
				line, quoted = append(line, c), append(quoted, 1)
				chars++
			}
		} else {
			if c == delim && !exact {
				break
			}
			if c == 0 {
				continue
			}
			line, quoted = append(line, c), append(quoted, 0)
			if c&0xc0 != 0x80 {
				chars++
			}
		}
		if count > 0 && chars >= count {
			break
		}
	}
	if len(names) == 0 && array == "" {
		sh.set("REPLY", string(line))
		return status
	}
	ifs := sh.ifs()
	if exact {
		sh.set(names[0], string(line))
		return status
	}
	max := len(names)
	if array != "" {
		max = -1
	}
	fields := splitRead(line, quoted, ifs, max)
	if array != "" {
		sh.setList(array, fields)
		return status
	}
	for i, n := range names {
		v := ""
		if i < len(fields) {
			v = fields[i]
		}
		sh.set(n, v)
	}
	return status
}

// splitRead splits a line into at most n fields (all, if n is negative), the
// last of which is the rest of the line.
func splitRead(line, quoted []byte, ifs string, n int) []string {
	is := func(i int) bool { return quoted[i] == 0 && strings.IndexByte(ifs, line[i]) >= 0 }
	space := func(i int) bool {
		return is(i) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\n')
	}
	end := len(line)
	for end > 0 && space(end-1) {
		end--
	}
	i := 0
	for i < end && space(i) {
		i++
	}
	var out []string
	for i < end {
		if n > 0 && len(out) == n-1 {
			rest := line[i:end]
			// A single hard separator at the end of the only field is none.
			if k := end - 1; is(k) && !space(k) {
				hard := 0
				for j := i; j < end; j++ {
					if is(j) {
						hard++
					}
				}
				if hard == 1 {
					rest = line[i:k]
				}
			}
			return append(out, string(rest))
		}
		j := i
		for j < end && !is(j) {
			j++
		}
		out = append(out, string(line[i:j]))
		for j < end && space(j) {
			j++
		}
		if j < end && is(j) && !space(j) {
			for j++; j < end && space(j); {
				j++
			}
		}
		i = j
	}
	return out
}

func (sh *shell) mapfile(args []string) int {
	opts, names, bad := getopt(args[1:], "+tn:O:s:d:u:C:c:", nil)
	if bad != "" {
		sh.complain("mapfile: %s", bad)
		return 2
	}
	trim, count, skip, origin, delim, fd := false, 0, 0, int64(-1), byte('\n'), 0
	for _, o := range opts {
		n, err := strconv.Atoi(o.value)
		switch o.name {
		case "t":
			trim = true
			continue
		case "d":
			delim = 0
			if o.value != "" {
				delim = o.value[0]
			}
			continue
		}
		if err != nil {
			sh.complain("mapfile: %s: invalid number", clip(o.value))
			return 1
		}
		switch o.name {
		case "n":
			count = n
		case "O":
			origin = int64(n)
		case "s":
			skip = n
		case "u":
			fd = n
		}
	}
	name := "MAPFILE"
	if len(names) > 0 {
		name = names[0]
	}
	d := sh.fds[fd]
	if d == nil {
		sh.complain("mapfile: %d: invalid file descriptor: Bad file descriptor", fd)
		return 1
	}
	v := sh.own(name)
	if origin < 0 {
		sh.clearValue(v)
		v.kind, v.list = kindArray, map[int]string{}
		origin = 0
	}
	var line []byte
	for got := 0; count == 0 || got < count; {
		c, err := sh.readByte(d)
		if err == nil && len(line)%1024 == 0 {
			sh.room(2048)
		}
		if err == nil {
			line = append(line, c)
			if c != delim {
				continue
			}
		}
		if len(line) > 0 {
			if skip > 0 {
				skip--
			} else {
				s := string(line)
				if trim {
					s = strings.TrimSuffix(s, string(delim))
				}
				sh.putIndex(v, origin, s)
				origin++
				got++
			}
			line = line[:0]
		}
		if err != nil {
			break
		}
	}
	return 0
}

func (sh *shell) typeBuiltin(args []string) int {
	opts, names, bad := getopt(args[1:], "+afptP", nil)
	if bad != "" {
		sh.complain("type: %s", bad)
		return 2
	}
	brief, pathOnly := false, false
	for _, o := range opts {
		switch o.name {
		case "t":
			brief = true
		case "p", "P":
			pathOnly = true
		}
	}
	status := 0
	for _, name := range names {
		kind, text := sh.classify(name)
		switch {
		case kind == "":
			if !brief && !pathOnly {
				sh.complain("type: %s: not found", clip(name))
			}
			status = 1
		case brief:
			sh.print(1, kind+"\n")
		case pathOnly:
			if kind == "file" {
				sh.print(1, text+"\n")
			}
		default:
			switch kind {
			case "keyword":
				text = name + " is a shell keyword"
			case "builtin":
				text = name + " is a shell builtin"
			case "function":
				text = name + " is a function\n" + strings.TrimSuffix(functionText(name, sh.funcs[name]), "\n")
			case "alias":
				text = name + " is aliased to `" + text + "'"
			default:
				text = name + " is " + text
			}
			sh.print(1, text+"\n")
		}
	}
	return status
}

var keywords = []string{"if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done", "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc"}

func (sh *shell) classify(name string) (kind, text string) {
	switch {
	case sh.aliases[name] != "":
		return "alias", sh.aliases[name]
	case slices.Contains(keywords, name):
		return "keyword", name
	case sh.funcs[name] != nil:
		return "function", name
	case builtin(name) != nil:
		return "builtin", name
	}
	if l := sh.lookPath(name); l.status == 0 {
		return "file", l.path
	}
	return "", ""
}

func (sh *shell) commandBuiltin(args []string) int {
	args = args[1:]
	verbose := byte(0)
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		flag := args[0]
		args = args[1:]
		if flag == "--" {
			break
		}
		for _, c := range flag[1:] {
			switch c {
			case 'v', 'V':
				verbose = byte(c)
			case 'p':
			default:
				sh.complain("command: -%c: invalid option", c)
				return 2
			}
		}
	}
	if len(args) == 0 {
		return 0
	}
	if verbose != 0 {
		status := 1
		for _, name := range args {
			kind, text := sh.classify(name)
			switch {
			case kind == "" && verbose == 'V':
				sh.complain("command: %s: not found", clip(name))
			case kind == "":
			case verbose == 'V':
				status = sh.typeBuiltin([]string{"type", name})
			default:
				if kind == "alias" {
					text = "alias " + name + "=" + quoteSingle(text)
				}
				sh.print(1, text+"\n")
				status = 0
			}
		}
		return status
	}
	if b := builtin(args[0]); b != nil {
		return b(sh, args)
	}
	return sh.external(args)
}

func (sh *shell) builtinBuiltin(args []string) int {
	if len(args) < 2 {
		return 0
	}
	if b := builtin(args[1]); b != nil {
		return b(sh, args[1:])
	}
	sh.complain("builtin: %s: not a shell builtin", clip(args[1]))
	return 1
}

// waitFor waits until a process ended, or a signal of ours has a handler.
func (sh *shell) waitFor(p *Process) int {
	sh.settle()
	for {
		select {
		case <-p.done:
			code, _ := p.Status()
			return code
		case <-sh.proc.ctx.Done():
			sh.proc.check()
		case <-time.After(20 * time.Millisecond):
			if n := sh.proc.takeSignal(); n != 0 {
				if action := sh.traps[signals[n]]; action != "" {
					sh.runTrap(action)
				}
				if sh.exiting {
					return sh.status
				}
				return 128 + n
			}
		}
	}
}

func (sh *shell) forget(p *Process) {
	sh.jobs = slices.DeleteFunc(sh.jobs, func(q *Process) bool { return q == p })
}

func (sh *shell) wait(args []string) int {
	args = args[1:]
	if len(args) > 0 && args[0] == "-n" {
		for {
			if len(sh.jobs) == 0 {
				return 127
			}
			for _, p := range sh.jobs {
				select {
				case <-p.done:
					sh.forget(p)
					code, _ := p.Status()
					return code
				default:
				}
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
	}
	return status
}

// job finds a child by %n or number.
func (sh *shell) job(a string) *Process {
	if s, ok := strings.CutPrefix(a, "%"); ok {
		if s == "" || s == "%" || s == "+" {
			s = strconv.Itoa(len(sh.jobs))
		}
		if n, err := strconv.Atoi(s); err == nil && n > 0 && n <= len(sh.jobs) {
			return sh.jobs[n-1]
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
	for i, p := range append(slices.Clone(sh.allJobs), sh.jobs...) {
		select {
		case <-p.done:
			continue
		default:
		}
		if slices.Contains(args, "-p") {
			sh.print(1, strconv.Itoa(p.pid)+"\n")
			continue
		}
		sh.print(1, fmt.Sprintf("[%d]+  Running\n", i+1))
	}
	return 0
}

func (sh *shell) let(args []string) int {
	var v int64
	for _, a := range args[1:] {
		v = sh.arithText(a)
	}
	return int(truth(v == 0))
}

func (sh *shell) getopts(args []string) int {
	if len(args) < 3 {
		sh.complain("getopts: usage: getopts optstring name [arg ...]")
		return 2
	}
	spec, name := args[1], args[2]
	words := sh.args
	if len(args) > 3 {
		words = args[3:]
	}
	silent := strings.HasPrefix(spec, ":")
	spec = strings.TrimPrefix(spec, ":")
	ind, err := strconv.Atoi(sh.value("OPTIND"))
	if err != nil || ind < 1 {
		ind = 1
	}
	at := sh.getoptsAt
	setInd := func(n, pos int) {
		sh.set("OPTIND", strconv.Itoa(n))
		sh.getoptsAt = pos
	}
	done := func() int {
		sh.set(name, "?")
		setInd(ind, 0)
		return 1
	}
	if ind > len(words) {
		return done()
	}
	w := words[ind-1]
	if at == 0 {
		if w == "--" {
			ind++
			return done()
		}
		if len(w) < 2 || w[0] != '-' {
			return done()
		}
		at = 1
	}
	if at >= len(w) {
		return done()
	}
	c := w[at : at+1]
	next, pos := ind, at+1
	if pos >= len(w) {
		next, pos = ind+1, 0
	}
	i := strings.Index(spec, c)
	switch {
	case i < 0 || c == ":":
		setInd(next, pos)
		sh.set(name, "?")
		if silent {
			sh.set("OPTARG", c)
		} else {
			sh.unset("OPTARG")
			sh.print(2, sh.name+": illegal option -- "+c+"\n")
		}
	case i+1 < len(spec) && spec[i+1] == ':':
		switch {
		case at+1 < len(w):
			sh.set("OPTARG", w[at+1:])
			setInd(ind+1, 0)
			sh.set(name, c)
		case ind < len(words):
			sh.set("OPTARG", words[ind])
			setInd(ind+2, 0)
			sh.set(name, c)
		default:
			setInd(ind+1, 0)
			if silent {
				sh.set(name, ":")
				sh.set("OPTARG", c)
			} else {
				sh.set(name, "?")
				sh.unset("OPTARG")
				sh.print(2, sh.name+": option requires an argument -- "+c+"\n")
			}
		}
	default:
		setInd(next, pos)
		sh.unset("OPTARG")
		sh.set(name, c)
	}
	return 0
}

func (sh *shell) umask(args []string) int {
	if len(args) > 1 && args[1] != "-S" && args[1] != "-p" {
		n, err := strconv.ParseUint(args[1], 8, 32)
		if err != nil {
			sh.complain("umask: %s: octal number out of range", clip(args[1]))
			return 1
		}
		sh.mask = int(n & 0o777)
		return 0
	}
	return sh.printed(fmt.Sprintf("%04o\n", sh.mask))
}

func (sh *shell) ulimit(args []string) int {
	last := args[len(args)-1]
	if _, err := strconv.Atoi(last); err == nil || last == "unlimited" && len(args) > 1 {
		sh.complain("ulimit: cannot modify limit: Operation not permitted")
		return 1
	}
	return sh.printed("unlimited\n")
}

func (sh *shell) alias(args []string) int {
	if sh.aliases == nil {
		sh.aliases = map[string]string{}
	}
	status := 0
	show := func(name string) {
		sh.print(1, "alias "+name+"="+quoteSingle(sh.aliases[name])+"\n")
	}
	if len(args) == 1 {
		names := make([]string, 0, len(sh.aliases))
		for name := range sh.aliases {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			show(name)
		}
	}
	for _, a := range args[1:] {
		if a == "-p" {
			continue
		}
		name, value, ok := strings.Cut(a, "=")
		if ok {
			sh.holdVars(int64(len(a)) + varBytes)
			sh.aliases[name] = value
			continue
		}
		if _, ok := sh.aliases[name]; !ok {
			sh.complain("alias: %s: not found", clip(name))
			status = 1
			continue
		}
		show(name)
	}
	return status
}

func (sh *shell) unalias(args []string) int {
	status := 0
	for _, a := range args[1:] {
		if a == "-a" {
			clear(sh.aliases)
			continue
		}
		if _, ok := sh.aliases[a]; !ok {
			sh.complain("unalias: %s: not found", clip(a))
			status = 1
		}
		delete(sh.aliases, a)
	}
	return status
}

var shoptNames = []string{
	"autocd", "cdspell", "checkhash", "checkwinsize", "cmdhist", "dotglob", "execfail", "expand_aliases", "extglob", "extquote",
	"failglob", "force_fignore", "globasciiranges", "globskipdots", "globstar", "gnu_errfmt", "histappend", "hostcomplete",
	"huponexit", "inherit_errexit", "interactive_comments", "lastpipe", "login_shell", "nocaseglob", "nocasematch", "nullglob",
	"patsub_replacement", "progcomp", "promptvars", "sourcepath", "xpg_echo",
}

// shoptsOn are those that are on until they are turned off.
var shoptsOn = []string{
	"checkwinsize", "cmdhist", "extquote", "force_fignore", "globasciiranges", "globskipdots", "hostcomplete", "interactive_comments",
	"patsub_replacement", "progcomp", "promptvars", "sourcepath",
}

func (sh *shell) shopt(args []string) int {
	opts, names, bad := getopt(args[1:], "+supqo", nil)
	if bad != "" {
		sh.complain("shopt: %s", bad)
		return 2
	}
	set, quiet, o := 0, false, false
	for _, opt := range opts {
		switch opt.name {
		case "s":
			set = 1
		case "u":
			set = -1
		case "q":
			quiet = true
		case "o":
			o = true
		}
	}
	status := 0
	if len(names) == 0 {
		for _, n := range shoptNames {
			sh.print(1, fmt.Sprintf("%-15s\t%s\n", n, onOff(sh.shopts[n])))
		}
	}
	for _, n := range names {
		if o {
			if p := sh.option(n); p != nil {
				if set != 0 {
					*p = set > 0
				} else if !*p {
					status = 1
				}
				continue
			}
		}
		if !slices.Contains(shoptNames, n) {
			sh.complain("shopt: %s: invalid shell option name", clip(n))
			status = 1
			continue
		}
		if set != 0 {
			sh.shopts[n] = set > 0
			continue
		}
		if !quiet {
			sh.print(1, fmt.Sprintf("%-15s\t%s\n", n, onOff(sh.shopts[n])))
		}
		if !sh.shopts[n] {
			status = 1
		}
	}
	return status
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func (sh *shell) pushd(args []string) int {
	old := sh.dir
	if len(args) < 2 {
		if len(sh.dirStack) == 0 {
			sh.complain("pushd: no other directory")
			return 1
		}
		top := sh.dirStack[len(sh.dirStack)-1]
		if !sh.chdir(top, "pushd") {
			return 1
		}
		sh.dirStack[len(sh.dirStack)-1] = old
		return sh.dirs(nil)
	}
	if !sh.chdir(args[1], "pushd") {
		return 1
	}
	sh.holdVars(int64(len(old)) + 16)
	sh.dirStack = append(slices.Clone(sh.dirStack), old)
	return sh.dirs(nil)
}

func (sh *shell) popd([]string) int {
	n := len(sh.dirStack)
	if n == 0 {
		sh.complain("popd: directory stack empty")
		return 1
	}
	if !sh.chdir(sh.dirStack[n-1], "popd") {
		return 1
	}
	sh.dirStack = slices.Clone(sh.dirStack[:n-1])
	return sh.dirs(nil)
}

func (sh *shell) dirs([]string) int {
	home := sh.value("HOME")
	show := func(d string) string {
		if home != "" && (d == home || strings.HasPrefix(d, home+"/")) {
			return "~" + d[len(home):]
		}
		return d
	}
	out := show(sh.dir)
	for _, d := range slices.Backward(sh.dirStack) {
		out += " " + show(d)
	}
	return sh.printed(out + "\n")
}

// bashTool is bash and sh as programs.
func bashTool(t *tool) int {
	sh := t.sh
	return sh.inProcess(func(p *Process) int {
		c := sh.fork(p)
		defer c.release()
		c.proc = p
		// A new shell has what is exported, and nothing else of ours.
		env := sh.environ()
		n := newShell(p, Start{Env: env, Dir: sh.dir, Name: "bash", Depth: c.depth})
		for _, d := range n.fds {
			d.drop()
		}
		n.fds = map[int]*desc{}
		for fd, d := range sh.fds {
			if fd < 10 {
				n.fds[fd] = d.dup()
			}
		}
		defer n.release()
		return n.bashMain(t)
	})
}

func (sh *shell) bashMain(t *tool) int {
	args := t.args
	text, hasText, stdin := "", false, false
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		a := args[0]
		args = args[1:]
		if a == "--" {
			break
		}
		if strings.HasPrefix(a, "--") {
			switch a {
			case "--version":
				return sh.printed("GNU bash, version 5.2.15(1)-release\n")
			case "--norc", "--noprofile", "--posix", "--login", "--noediting":
				continue
			}
			sh.print(2, t.name+": "+a+": invalid option\n")
			return 2
		}
		if i := strings.IndexByte(a, 'c'); i > 0 && a[0] == '-' {
			hasText = true
			a = a[:i] + a[i+1:]
		}
		if strings.IndexByte(a, 's') > 0 {
			stdin = true
			a = strings.Replace(a, "s", "", 1)
		}
		if len(a) > 1 {
			n := sh.setFlag(a, args)
			if n < 0 {
				return 2
			}
			args = args[n:]
		}
	}
	sh.name = t.path
	sh.bun = t.name == bunName
	switch {
	case hasText:
		if len(args) == 0 {
			sh.print(2, t.name+": -c: option requires an argument\n")
			return 2
		}
		text = args[0]
		sh.dashC = true
		if len(args) > 1 {
			sh.name = args[1]
			sh.setArgs(args[2:])
		}
	case len(args) > 0 && !stdin:
		file := args[0]
		sh.name = file
		if !strings.Contains(file, "/") {
			if _, err := sh.stat(file); err != nil {
				if l := sh.lookPath(file); l.script != "" {
					file = l.script
				}
			}
		}
		var err error
		if text, err = sh.readScript(file); err != nil {
			sh.print(2, t.name+": "+clip(file)+": "+errText(err)+"\n")
			if errCode(err) == "ENOENT" {
				return 127
			}
			return 126
		}
		sh.setArgs(args[1:])
	default:
		if sh.fds[0] == nil {
			return 0
		}
		var err error
		if text, err = sh.readText(sh.fds[0]); err != nil {
			return 1
		}
		sh.setArgs(args)
	}
	return sh.runMain(text)
}

// tempDir is where mktemp makes its files.
func (sh *shell) tempDir() string {
	if d := sh.value("TMPDIR"); d != "" {
		if info, err := sh.stat(d); err == nil && info.IsDir() {
			return path.Clean(sh.abs(d))
		}
	}
	return "/tmp"
}
