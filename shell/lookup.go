package shell

import (
	"context"
	"io"
	"os"
	"path"
	"strings"
)

// lookup is what a name of a command leads to.
type lookup struct {
	status  int // 0, or 126 or 127
	why     string
	tool    func(*tool) int
	program func(context.Context, *Program) int
	script  string // path of a file of the workspace
	path    string // as command -v shows it
}

// isToolDir reports whether a directory of PATH is where the tools seem to be.
func isToolDir(dir string) bool {
	switch strings.TrimSuffix(dir, "/") {
	case "/bin", "/usr/bin", "/usr/local/bin":
		return true
	}
	return false
}

func (sh *shell) named(name, dir string) (lookup, bool) {
	if p := sh.sys.cfg.Programs[name]; p != nil {
		return lookup{program: p, path: "/usr/local/bin/" + name}, dir == "" || dir != "/sbin"
	}
	if t := toolFor(name); t != nil {
		if dir == "" || dir == "/usr/local/bin" {
			dir = "/usr/bin"
		}
		return lookup{tool: t, path: dir + "/" + name}, true
	}
	return lookup{}, false
}

// Tool reports whether a path is where a tool or program seems to be.
func (s *System) Tool(name string) bool {
	dir, base := path.Split(path.Clean(name))
	return isToolDir(dir) && (s.cfg.Programs[base] != nil || toolFor(base) != nil)
}

// lookPath finds a program by its name in PATH, or by its path.
func (sh *shell) lookPath(name string) lookup {
	missing := lookup{status: 127, why: "command not found"}
	if name == "" {
		return missing
	}
	if !strings.Contains(name, "/") {
		for _, dir := range strings.Split(sh.value("PATH"), ":") {
			if isToolDir(dir) {
				if l, ok := sh.named(name, dir); ok {
					return l
				}
				continue
			}
			if dir == "" {
				dir = "."
			}
			full := path.Join(sh.abs(dir), name)
			if info, err := sh.stat(full); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
				return lookup{script: full, path: full}
			}
		}
		return missing
	}
	full := sh.abs(name)
	if dir, base := path.Split(path.Clean(full)); isToolDir(dir) {
		if l, ok := sh.named(base, strings.TrimSuffix(dir, "/")); ok {
			l.path = full
			return l
		}
	}
	info, err := sh.stat(full)
	switch {
	case err != nil && errCode(err) == "ENOENT":
		return lookup{status: 127, why: "No such file or directory"}
	case err != nil:
		return lookup{status: 126, why: errText(err)}
	case info.IsDir():
		return lookup{status: 126, why: "Is a directory"}
	case info.Mode()&0o111 == 0:
		return lookup{status: 126, why: "Permission denied"}
	}
	return lookup{script: full, path: name}
}

// external runs a program that is not the shell's own.
func (sh *shell) external(args []string) int {
	l := sh.lookPath(args[0])
	switch {
	case l.status != 0 && sh.bun:
		sh.complain("%s: %s", l.why, clip(args[0]))
		return 1
	case l.status != 0:
		sh.complain("%s: %s", clip(args[0]), l.why)
		return l.status
	}
	return sh.start(l, args)
}

// execArgv runs a program as the whole of a process.
func (sh *shell) execArgv(file string, args []string) int {
	l := sh.lookPath(file)
	if l.status != 0 {
		sh.print(2, clip(file)+": "+l.why+"\n")
		return l.status
	}
	if l.tool != nil && baseName(l.path) != "bash" && baseName(l.path) != "sh" {
		args[0] = l.path // tools say their own name
	}
	sh.whole = true
	return sh.start(l, args)
}

// start runs what a lookup found.
func (sh *shell) start(l lookup, args []string) int {
	sh.spend(500)
	if l.program == nil { // else the process is another
		defer sh.proc.runs(args)()
	}
	switch {
	case l.tool != nil && sh.handlesSignals():
		return sh.inProcess(func(p *Process) int {
			defer p.runs(args)()
			c := sh.fork(p)
			defer c.release()
			c.whole = true
			return c.runTool(l.tool, args)
		})
	case l.tool != nil:
		return sh.runTool(l.tool, args)
	case l.program != nil:
		return sh.runProgram(l.program, args)
	}
	return sh.runScript(l, args)
}

// runProgram runs a program of Config.Programs in a process of its own.
func (sh *shell) runProgram(f func(context.Context, *Program) int, args []string) int {
	env := sh.environ()
	// It is billed by itself; what the shell did comes first, while it may have a turn.
	sh.settle()
	return sh.inProcess(func(p *Process) int {
		defer p.runs(args)()
		io := func(fd int) descIO { return descIO{sh.fds[fd]} }
		with := sh.with
		sh.with = nil
		return f(p.ctx, &Program{
			Args: args, Env: env, Dir: sh.dir, Stdin: io(0), Stdout: io(1), Stderr: io(2), Process: p, With: with,
		})
	})
}

// inProcess runs f as a process of its own, in the foreground.
func (sh *shell) inProcess(f func(p *Process) int) int {
	sh.proc.turn.release()
	if sh.whole { // the process is for this program alone
		sh.whole = false
		status := f(sh.proc)
		sh.proc.check()
		return status
	}
	if sh.proc.depth+1 > maxPrograms {
		sh.complain("programs start each other more than %d deep", maxPrograms)
		return 126
	}
	p, err := sh.sys.newProcess(sh.proc.ctx, sh.proc.pid, sh.proc.depth+1)
	if err != nil {
		sh.complain("fork: retry: %v", err)
		panic(discard{-254})
	}
	p.end(p.guard(func() int { return f(p) }))
	sh.proc.check()
	code, _ := p.Status()
	return code
}

// maxPrograms bounds how deep programs and shells may start each other.
const maxPrograms = 24

// descIO is a descriptor as a program's standard stream.
type descIO struct{ d *desc }

func (s descIO) ReadContext(ctx context.Context, b []byte) (int, error) {
	if s.d == nil {
		return 0, io.EOF
	}
	return s.d.read(ctx, b)
}

func (s descIO) WriteContext(ctx context.Context, b []byte) (int, error) {
	if s.d == nil {
		return 0, errno("EBADF")
	}
	return s.d.write(ctx, b)
}

// runScript runs a file of the workspace by its first line.
func (sh *shell) runScript(found lookup, args []string) int {
	head := make([]byte, 256)
	file := found.path // as the script's $0 is
	d, err := sh.open(found.script, os.O_RDONLY, 0)
	if err != nil {
		sh.complain("%s: %s", args[0], errText(err))
		return 126
	}
	n, _ := d.read(sh.proc.ctx, head)
	d.drop()
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	if interp, ok := strings.CutPrefix(line, "#!"); ok {
		words := strings.Fields(interp)
		if len(words) == 0 {
			words = []string{"sh"}
		}
		if path.Base(words[0]) == "env" {
			words = words[1:]
			if len(words) > 0 && words[0] == "-S" {
				words = words[1:]
			}
		}
		if len(words) > 0 {
			l, ok := sh.named(path.Base(words[0]), "")
			if !ok {
				sh.complain("%s: %s: bad interpreter: No such file or directory", args[0], words[0])
				return 126
			}
			argv := append(append([]string{}, words...), file)
			return sh.start(l, append(argv, args[1:]...))
		}
	}
	if strings.IndexByte(string(head[:n]), 0) >= 0 {
		sh.complain("%s: cannot execute binary file: Exec format error", args[0])
		return 126
	}
	return sh.start(lookup{tool: toolFor("bash")}, append([]string{"bash", file}, args[1:]...))
}

// readScript reads the text of a script.
func (sh *shell) readScript(name string) (string, error) {
	d, err := sh.open(name, os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer d.drop()
	return sh.readText(d)
}

// script reads the program that -f names: - is the standard input.
func (t *tool) script(name string) (string, error) {
	if name == "-" {
		return t.sh.readText(t.sh.fds[0])
	}
	return t.sh.readScript(name)
}

// readText reads all of a script, but no more than the parser takes.
func (sh *shell) readText(d *desc) (string, error) {
	var out []byte
	buf := make([]byte, 8<<10)
	for {
		n, err := d.read(sh.proc.ctx, buf)
		out = append(out, buf[:n]...)
		if err == io.EOF || len(out) > maxScript {
			return string(out), nil
		}
		if err != nil {
			sh.proc.check()
			return "", err
		}
	}
}
