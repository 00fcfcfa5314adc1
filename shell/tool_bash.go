package shell

import (
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// bashTool is bash and sh as programs.
func bashTool(t *tool) int {
	sh := t.sh
	return sh.inProcess(func(p *Process) int {
		p.runs(append([]string{t.name}, t.args...))
		p.shell = true
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
			n.fds[fd] = d.dup()
		}
		defer n.release()
		maps.Copy(n.traps, c.traps) // what is ignored
		n.ignored = maps.Clone(c.traps)
		n.importFuncs(env)
		return n.bashMain(t)
	})
}

// exportedFunc is how a function is in the environment, between these: its name.
const (
	exportedFunc    = "BASH_FUNC_"
	exportedFuncEnd = "%%=() "
)

// exportFuncs are the functions that export -f gave to programs, as a shell that starts
// finds them in its environment.
func (sh *shell) exportFuncs() (env []string) {
	for _, name := range slices.Sorted(maps.Keys(sh.funcExports)) {
		if f := sh.funcs[name]; f != nil {
			_, text, _ := strings.Cut(sh.functionText(name, f.body), "\n")
			sh.spend(int64(len(text)))
			env = append(env, exportedFunc+name+exportedFuncEnd+strings.TrimSuffix(text, "\n"))
		}
	}
	return env
}

// importFuncs defines the functions of an environment.
func (sh *shell) importFuncs(env []string) {
	for _, kv := range env {
		rest, ok := strings.CutPrefix(kv, exportedFunc)
		name, body, found := strings.Cut(rest, exportedFuncEnd)
		if !ok || !found {
			continue
		}
		stmts, err := sh.parse(name + " () " + body)
		if err != nil || len(stmts) != 1 {
			continue
		}
		if f, ok := stmts[0].Cmd.(*syntax.FuncDecl); ok && f.Name != nil && f.Name.Value == name {
			sh.room(256)
			sh.define(name, f.Body)
			sh.exportFunc(name, true)
		}
	}
}

// exportFunc says whether programs find a function in their environment.
func (sh *shell) exportFunc(name string, yes bool) {
	if sh.funcExports == nil {
		sh.funcExports = map[string]bool{}
	}
	if sh.funcExports[name] = yes; !yes {
		delete(sh.funcExports, name)
	}
}

func (sh *shell) bashMain(t *tool) int {
	args := t.args
	text, hasText, stdin := "", false, false
	sh.shopts["expand_aliases"] = t.name == "sh" || t.name == "dash"
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
		if a == "-O" || a == "+O" {
			if len(args) == 0 {
				return sh.shopt([]string{"shopt"})
			}
			if !slices.Contains(shoptNames, args[0]) {
				sh.print(2, t.name+": "+clip(args[0])+": invalid shell option name\n")
				return 2
			}
			sh.shopts[args[0]] = a == "-O"
			args = args[1:]
			continue
		}
		if strings.IndexByte(a, 'i') > 0 && a[0] == '-' {
			sh.shopts["expand_aliases"] = true
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
		sh.scriptFile, sh.file = file, file
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
