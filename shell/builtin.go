package shell

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// builtin returns a command that the shell does itself, or nil.
func builtin(name string) func(sh *shell, args []string) int {
	switch name {
	case "hash":
		return (*shell).hash
	case ":", "true", "enable", "history":
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
	case "disown":
		return (*shell).disown
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
	case "compgen":
		return (*shell).compgen
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

// hash finds its arguments; nothing is kept.
func (sh *shell) hash(args []string) int {
	if len(args) == 1 {
		return sh.printed("hash: hash table empty\n")
	}
	status := 0
	for _, a := range args[1:] {
		if strings.HasPrefix(a, "-") {
			return 0
		}
		if kind, _ := sh.classify(a); kind == "" {
			sh.complain("hash: %s: not found", clip(a))
			status = 1
		}
	}
	return status
}

// compgen prints the names of a kind that begin with a word: what a script asks it for,
// not what a terminal would.
func (sh *shell) compgen(args []string) int {
	opts, words, bad := getopt(args[1:], "+abcdefgjksuvo:A:G:W:F:C:X:P:S:", nil)
	if bad != "" {
		sh.complain("compgen: %s", bad)
		return 2
	}
	var names []string
	prefix, suffix, without := "", "", ""
	kinds := map[string]string{"a": "alias", "b": "builtin", "c": "command", "d": "directory", "e": "export", "f": "file", "k": "keyword", "v": "variable"}
	for _, o := range opts {
		kind := kinds[o.name]
		switch o.name {
		case "A":
			kind = o.value
		case "G":
			names = append(names, sh.expandPath(o.value)...)
		case "W":
			quoted := make([]byte, len(o.value))
			names = append(names, splitRead([]byte(o.value), quoted, sh.ifs(), -1)...)
		case "P":
			prefix = o.value
		case "S":
			suffix = o.value
		case "X":
			without = o.value
		}
		switch kind {
		case "":
		case "function":
			names = append(names, slices.Sorted(maps.Keys(sh.funcs))...)
		case "alias":
			names = append(names, slices.Sorted(maps.Keys(sh.aliases))...)
		case "variable", "export":
			for _, name := range sh.names() {
				if v := sh.lookup(name); v != nil && (kind == "variable" || v.exported) {
					names = append(names, name)
				}
			}
		case "keyword":
			names = append(names, keywords...)
		case "file", "directory":
			word := ""
			if len(words) > 0 {
				word = words[0]
			}
			plain := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
			for _, name := range sh.expandPath(plain.Replace(word) + "*") {
				if info, err := sh.stat(name); kind == "file" || err == nil && info.IsDir() {
					names = append(names, name)
				}
			}
		case "builtin", "command":
			if len(words) > 0 {
				if kind, _ := sh.classify(words[0]); kind != "" {
					names = append(names, words[0])
				}
			}
		default:
			sh.complain("compgen: %s: invalid action name", clip(kind))
			return 2
		}
	}
	var b strings.Builder
	for _, name := range names {
		sh.spend(10 + int64(len(name)+len(prefix)+len(suffix))/8)
		if len(words) > 0 && !strings.HasPrefix(name, words[0]) {
			continue
		}
		if without != "" {
			pattern, not := strings.CutPrefix(without, "!")
			if sh.match(sh.glob(pattern, globMode{}), name) != not {
				continue
			}
		}
		sh.room(int64(len(prefix) + len(name) + len(suffix) + 1))
		b.WriteString(prefix + name + suffix + "\n")
	}
	if b.Len() == 0 && len(opts) > 0 {
		return 1
	}
	return sh.printed(b.String())
}

func (sh *shell) times([]string) int {
	return sh.printed("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
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
	nl, esc := true, sh.shopts["xpg_echo"]
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
		if s, more = unescapeText(s, escapesEcho); !more {
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
		if found := sh.cdPath(to); found != "" {
			to, show = found, true
		}
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

// cdPath is the folder that CDPATH leads to, if it does.
func (sh *shell) cdPath(to string) string {
	all := sh.value("CDPATH")
	if all == "" || to == "" || strings.HasPrefix(to, "/") || to == "." || to == ".." || strings.HasPrefix(to, "./") || strings.HasPrefix(to, "../") {
		return ""
	}
	for _, dir := range strings.Split(all, ":") {
		sh.spend(100)
		if dir == "" || dir == "." {
			if info, err := sh.stat(sh.abs(to)); err == nil && info.IsDir() {
				return ""
			}
			continue
		}
		dir = strings.TrimSuffix(dir, "/") + "/" + to
		if info, err := sh.stat(sh.abs(dir)); err == nil && info.IsDir() {
			return dir
		}
	}
	return ""
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

// quoteDouble quotes as declare -p does.
func quoteDouble(s string) string {
	if strings.ContainsAny(s, "\n\t\x1b") {
		return quoteC(s)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(s) + `"`
}

// declaration is a variable as declare -p prints it.
func (sh *shell) declaration(name string, v *variable) string {
	attrs := v.attributes()
	if attrs == "" {
		attrs = "-"
	}
	s := "declare -" + attrs + " " + name
	switch v.kind {
	case kindString:
		return s + "=" + quoteDouble(v.str)
	case kindArray, kindMap:
		var parts []string
		vals := v.values()
		for i, k := range v.subscripts() {
			if v.kind == kindMap && (k == "" || strings.ContainsAny(k, " \t\n'\"\\$`|&;<>()*?[]#~!{}^@")) {
				k = quoteDouble(k)
			}
			parts = append(parts, "["+k+"]="+quoteDouble(vals[i]))
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
	line := sh.line
	sh.indirect++
	err := sh.runText(strings.Join(args[1:], " "), true)
	if sh.indirect--; err != nil && !sh.stop() {
		sh.syntaxError(err)
		return 2
	}
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
	leave := sh.enter("source", args[1])
	params, line := sh.args, sh.line
	if len(args) > 2 {
		sh.args = args[2:]
	}
	defer func() {
		leave()
		sh.depth--
		sh.sourced--
		sh.line = line
		if len(args) > 2 {
			sh.args = params
		}
	}()
	dashC, outer := sh.dashC, sh.sourcedC
	sh.dashC, sh.sourcedC = false, dashC || outer
	defer func() { sh.dashC, sh.sourcedC = dashC, outer }()
	sh.indirect++
	err = sh.runText(text, false)
	if sh.indirect--; err != nil && !sh.stop() {
		sh.syntaxError(err)
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
	for name, action := range sh.traps { // of what is run now, none has a handler
		if n := SignalNumber(name); n > 0 && action != "" {
			sh.proc.Unhandle(n)
			delete(sh.traps, name)
		}
	}
	delete(sh.traps, "EXIT") // the shell is not there any more
	status := sh.start(l, args)
	sh.exiting = true
	return status
}

func (sh *shell) trapBuiltin(args []string) int {
	args = args[1:]
	if len(args) == 0 || args[0] == "-p" {
		want := args
		if len(want) > 0 {
			want = want[1:]
		}
		for _, name := range slices.Sorted(maps.Keys(sh.traps)) {
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
		if _, fixed := sh.ignored[name]; fixed {
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
				text = name + " is a function\n" + strings.TrimSuffix(sh.functionText(name, sh.funcs[name].body), "\n")
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
	case sh.aliases[name] != "" && sh.shopts["expand_aliases"]:
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

func (sh *shell) let(args []string) int {
	return sh.arithStatus("let: ", func() (v int64) {
		if len(args) < 2 {
			sh.arithError("expression expected")
		}
		for _, a := range args[1:] {
			v = sh.arithText(a)
		}
		return v
	})
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
	args = args[1:]
	symbolic, again := false, false
	for ; len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-'; args = args[1:] {
		switch args[0] {
		case "-S":
			symbolic = true
		case "-p":
			again = true
		case "-pS", "-Sp":
			symbolic, again = true, true
		default:
			sh.complain("umask: %s: invalid option", clip(args[0]))
			return 2
		}
	}
	allowed := 0o777 &^ sh.mask
	if len(args) > 0 {
		word := args[0]
		if word != "" && word[0] >= '0' && word[0] <= '9' {
			n, err := strconv.ParseUint(word, 8, 32)
			if err != nil || n > 0o777 {
				sh.complain("umask: %s: octal number out of range", clip(word))
				return 1
			}
			sh.mask = fs.FileMode(n)
			return 0
		}
		clauses := strings.Split(word, ",")
		for i, c := range clauses {
			if c != "" && strings.IndexByte("+-=", c[0]) >= 0 {
				clauses[i] = "a" + c // what is masked does not count here
			}
		}
		mode, ok := parseMode(strings.Join(clauses, ","), allowed)
		if !ok {
			sh.complain("umask: %s: invalid symbolic mode", clip(word))
			return 1
		}
		sh.mask = 0o777 &^ mode
		return 0
	}
	text := fmt.Sprintf("%04o", sh.mask)
	if symbolic {
		bits := modeString(allowed)
		text = strings.ReplaceAll("u="+bits[1:4]+",g="+bits[4:7]+",o="+bits[7:], "-", "")
	}
	switch {
	case again && symbolic:
		text = "umask -S " + text
	case again:
		text = "umask " + text
	}
	return sh.printed(text + "\n")
}

func (sh *shell) ulimit(args []string) int {
	last := args[len(args)-1]
	if _, err := strconv.Atoi(last); err == nil || last == "unlimited" && len(args) > 1 {
		sh.complain("ulimit: cannot modify limit: Operation not permitted")
		return 1
	}
	return sh.printed("unlimited\n")
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
