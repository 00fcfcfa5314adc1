package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	built "github.com/buntime/buntime/jsengine/engine"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/shell"
)

const (
	nodeVersion = "v20.20.2"
	bunVersion  = "1.4.5"
	// maxSource bounds the source of a program that comes on standard input.
	maxSource = 10 << 20
	// jsonFuel is the fuel of a byte of JSON that the host reads for a program.
	jsonFuel = 2
)

// print writes to a standard stream of a program. Who reads it may be gone.
func print(ctx context.Context, w shell.Writer, format string, args ...any) {
	_, _ = w.WriteContext(ctx, fmt.Appendf(nil, format, args...))
}

// moduleSyntax finds what makes a text an ES module and no script.
var moduleSyntax = regexp.MustCompile(`(?m)^\s*(import\s*[\w{*"']|export\s)|\bimport\.meta\b|^\s*await\s`)

// nodeCheck is the program of `node --check`: it parses the file and runs none
// of it. A script is the body of a function here; a module is loaded with an
// import before its own that throws, so that nothing of it is evaluated. What
// its imports lead to is not looked at, as a data: URL cannot name a file.
const nodeCheck = `import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inspect } from "node:util";
let file = process.argv[2];
const fail = (e) => {
  const where = e instanceof SyntaxError ? file + "\n\n" : "";
  e.stack = e.name + ": " + e.message;
  process.stderr.write(where + inspect(e).replace(/^\[([^]*)\]/, "$1") + "\n\nNode.js " + process.version + "\n");
  process.exit(1);
};
let text;
try {
  file = createRequire(file).resolve(file);
  text = readFileSync(file, "utf8").replace(/^#!.*/, "");
} catch (e) {
  fail(e);
}
const wrong = { script: null, module: null };
if (!/\.mjs$/.test(file)) {
  try {
    new Function("exports", "require", "module", "__filename", "__dirname", text);
  } catch (e) {
    wrong.script = e;
  }
}
if (/\.mjs$/.test(file) || (wrong.script && !/\.cjs$/.test(file))) {
  const source = 'import "data:text/javascript,throw 0";' + text;
  await import("data:text/javascript;charset=utf-8," + encodeURIComponent(source)).catch((e) => {
    if (e instanceof SyntaxError) wrong.module = e;
  });
  if (wrong.module) fail(wrong.module);
} else if (wrong.script) fail(wrong.script);
`

// script is the source of an ES module that runs text as node -e does: a script
// with require. The text goes by name, which is [eval] or [stdin].
func script(text, name string, show bool) string {
	quoted, _ := json.Marshal(text) // of a string: cannot fail
	run := "new Script(" + string(quoted) + `, { filename: "` + name + `", importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext()`
	if show {
		run = "console.log(" + run + ")"
	}
	return `import { createRequire } from "node:module";
import { Script, constants } from "node:vm";
{
  const require = createRequire(process.cwd() + "/` + name + `");
  const module = { exports: {}, id: "` + name + `", filename: process.cwd() + "/` + name + `", loaded: false, children: [], paths: [] };
  Object.assign(globalThis, { require, module, exports: module.exports, __filename: "` + name + `", __dirname: "." });
}
` + run + "\n"
}

// nodeArgs are node's options that have a value in the next word, and change
// nothing here.
var ignoredValues = []string{"--conditions", "-C", "--title", "--stack-trace-limit", "--max-old-space-size"}

// nodeOption finds the options of node that change nothing here; those of warnings the runtime reads.
var nodeOption = regexp.MustCompile(`^--(abort-on|addons|allow-|async-|build-|completion|cpu-prof|deprecation|diagnostic-|disable-|dns-|enable|entry-url|env-file|es-module|experimental-|expose|extra-info|force|frozen-|gc-|global-|harmony|heap|icu-|input-type|insecure-|interpreted-|jitless|localstorage-|max|min-|napi|network-|no-|node-|openssl-|optimize|pending-|perf|permission|prepare-|preserve-|redirect-|report|run|sea-|secure-|security-|snapshot|stack|strip-types|test-|throw-|title|tls-|trace|track-|turbo|unhandled-|use-|v8-|verify-|vm-|warnings|watch|zero-|conditions)`)

// preloadKinds are the options of node that name what is loaded before the program.
var preloadKinds = map[string]string{"-r": "require", "--require": "require", "--import": "import", "--env-file": "env", "--env-file-if-exists": "env"}

// nodeOptions are the modules that NODE_OPTIONS names, which every program loads
// first; what it says of warnings and rejections the runtime reads, the rest changes nothing.
func nodeOptions(text string) []jsengine.Preload {
	var words []string
	word, in, quoted := []byte{}, false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted && i+1 < len(text):
			i++
			word = append(word, text[i])
		case c == '"':
			quoted, in = !quoted, true
		case c == ' ' && !quoted:
			if in {
				words, word, in = append(words, string(word)), word[:0], false
			}
		default:
			word, in = append(word, c), true
		}
	}
	if in {
		words = append(words, string(word))
	}
	var out []jsengine.Preload
	for len(words) > 0 {
		name, value, has := strings.Cut(words[0], "=")
		words = words[1:]
		kind := preloadKinds[name]
		if kind != "require" && kind != "import" {
			continue
		}
		if !has {
			if len(words) == 0 {
				break
			}
			value, words = words[0], words[1:]
		}
		out = append(out, jsengine.Preload{Kind: kind, Name: value})
	}
	return out
}

// bunTest is the program that runs tests as `bun test` does: its arguments are the command's.
const bunTest = `import { run } from "buntime:test"; await run();
`

// typeScript finds the files whose types node takes away.
var typeScript = regexp.MustCompile(`\.[cm]?ts$`)

// nodeTest is that of `node --test`. It does not wait: the run ends when nothing
// keeps it alive any more, whatever tests still wait for.
const nodeTest = `import { run } from "buntime:node-test"; run();
`

// node runs `node` with its options.
func (l *line) node(ctx context.Context, p *shell.Program) int {
	args := p.Args[1:]
	var code *string
	show, module, check, test, watch := false, false, false, false, false
	var options []string // that the test runner takes
	given := args
	var preload []jsengine.Preload
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		a := args[0]
		args = args[1:]
		name, value, has := strings.Cut(a, "=")
		// valued says that the option has its value, which may be the next word.
		valued := func() bool {
			switch {
			case has:
			case len(args) == 0:
				print(ctx, p.Stderr, "node: %s requires an argument\n", name)
				return false
			default:
				value, args = args[0], args[1:]
			}
			return true
		}
		switch name {
		case "--":
		case "-v", "--version":
			print(ctx, p.Stdout, "%s\n", nodeVersion)
			return 0
		case "-h", "--help":
			print(ctx, p.Stdout, "Usage: node [options] [ script.js ] [arguments]\n")
			return 0
		case "--v8-options": // gulp and its like ask for their names: there are none
			print(ctx, p.Stdout, "Options:\n")
			return 0
		case "-e", "--eval", "-p", "--print", "-pe":
			show = show || name == "-p" || name == "--print" || name == "-pe"
			if !valued() {
				return 9
			}
			code = &value
		case "--input-type":
			module = value == "module"
		case "-c", "--check":
			check = true
		case "--unhandled-rejections": // its value is in process.execArgv
			if !valued() {
				return 9
			}
			if !slices.Contains([]string{"throw", "strict", "warn", "none", "warn-with-error-code"}, value) {
				print(ctx, p.Stderr, "node: invalid value for --unhandled-rejections\n")
				return 9
			}
		case "-i", "--interactive":
			print(ctx, p.Stderr, "node: there is no terminal for a prompt\n")
			return 1
		case "--test":
			test = true
		case "--watch", "--watch-path":
			if name == "--watch-path" && !valued() {
				return 9
			}
			watch = true
		case "--inspect", "--inspect-brk":
			print(ctx, p.Stderr, "node: %s is not supported here\n", name)
			return 9
		case "-r", "--require", "--import", "--env-file", "--env-file-if-exists":
			if !valued() {
				return 9
			}
			if strings.HasPrefix(name, "--env-file") {
				file := resolveEntry(p.Dir, value)
				if _, err := l.r.ws.Stat(file); err != nil {
					if name == "--env-file" {
						print(ctx, p.Stderr, "node: %s: not found\n", value)
						return 9
					}
					continue
				}
				value = file
			}
			preload = append(preload, jsengine.Preload{Kind: preloadKinds[name], Name: value})
			continue
		case "--loader", "--experimental-loader":
			print(ctx, p.Stderr, "node: %s is not supported here: loaders run in another thread\n", name)
			return 9
		default:
			if strings.HasPrefix(name, "--test-") || name == "--experimental-test-coverage" {
				options = append(options, a)
				if !has && name != "--test-only" && name != "--experimental-test-coverage" && len(args) > 0 {
					options = append(options, args[0])
					args = args[1:]
				}
			} else if slices.Contains(ignoredValues, name) && !has && len(args) > 0 {
				args = args[1:]
			} else if !nodeOption.MatchString(name) {
				print(ctx, p.Stderr, "node: bad option: %s\n", a)
				return 9
			}
			continue
		}
		if a == "--" {
			break
		}
	}
	if watch {
		if len(args) == 0 && !test || code != nil {
			print(ctx, p.Stderr, "node: --watch requires specifying a file\n")
			return 9
		}
		return l.nodeWatch(ctx, p, given, args)
	}
	js := jsengine.Program{Node: true, Preload: preload}
	if js.ExecArgv = given[:len(given)-len(args)]; len(js.ExecArgv) > 0 && js.ExecArgv[len(js.ExecArgv)-1] == "--" {
		js.ExecArgv = js.ExecArgv[:len(js.ExecArgv)-1]
	}
	switch {
	case test:
		js.Entry, js.Language, js.Code, js.Args = path.Join(p.Dir, "[test].mjs"), "js", nodeTest, append(options, args...)
	case code != nil:
		js.Args = args
		js.Unnamed = true
		l.eval(&js, p, *code, "[eval]", show, module)
	case len(args) == 0 || args[0] == "-":
		text, status := l.source(ctx, p)
		if status != 0 {
			return status
		}
		if len(args) > 0 {
			js.Args = args[1:]
		}
		js.Stdin = []byte{}
		l.eval(&js, p, text, "[stdin]", false, module)
	case check && typeScript.MatchString(args[0]):
		print(ctx, p.Stderr, "node: --check of TypeScript is not supported here: run the file\n")
		return 9
	case check:
		js.Entry, js.Language, js.Code = path.Join(p.Dir, "[check].mjs"), "js", nodeCheck
		js.Args = []string{resolveEntry(p.Dir, args[0])}
	default:
		js.Entry, js.Args = resolveEntry(p.Dir, args[0]), args[1:]
		// The package's own command needs a socket in the file system, and native code.
		if real, err := l.r.ws.Realpath(js.Entry); err == nil && strings.HasSuffix(real, "/node_modules/tsx/dist/cli.mjs") {
			q := *p
			q.Args = append([]string{"tsx"}, js.Args...)
			return l.tsx(ctx, &q)
		}
	}
	return l.run(ctx, p, js)
}

// eval makes js run a text that goes by name.
func (l *line) eval(js *jsengine.Program, p *shell.Program, text, name string, show, module bool) {
	js.Entry = path.Join(p.Dir, "[eval].mjs")
	js.Language = "js"
	if module || !show && moduleSyntax.MatchString(text) {
		js.Code = text
		return
	}
	js.Code, js.Script, js.ScriptName = script(text, name, show), text, name
}

// source reads a program from standard input.
func (l *line) source(ctx context.Context, p *shell.Program) (string, int) {
	var out []byte
	held := int64(0)
	defer func() { _ = l.budget.Hold(-held) }()
	buf := make([]byte, 32<<10)
	for {
		n, err := p.Stdin.ReadContext(ctx, buf)
		if n > 0 {
			if len(out)+n > maxSource {
				print(ctx, p.Stderr, "%s: the program on standard input is longer than %d bytes\n", p.Args[0], maxSource)
				return "", 1
			}
			if err := l.budget.Hold(int64(n)); err != nil {
				p.Process.System().Fail(err)
				return "", 137
			}
			held += int64(n)
			out = append(out, buf[:n]...)
		}
		if err != nil {
			if ctx.Err() != nil {
				return "", 137
			}
			return string(out), 0
		}
	}
}

// bun runs `bun` with its commands and options.
func (l *line) bun(ctx context.Context, p *shell.Program) int {
	args := p.Args[1:]
	var how bunRun
	for len(args) > 0 {
		a := args[0]
		if how.watch && (a == "-" || !strings.HasPrefix(a, "-") && (a != "run" || how.script)) {
			argv := []string{"bun"}
			if how.script {
				argv = append(argv, "run")
			}
			return l.watch(ctx, p, watched{argv: append(argv, args...), ended: func(int) string { return "" }})
		}
		switch {
		case a == "-v" || a == "--version":
			print(ctx, p.Stdout, "%s\n", bunVersion)
			return 0
		case a == "--revision":
			print(ctx, p.Stdout, "%s+buntime\n", bunVersion)
			return 0
		case a == "-e" || a == "--eval" || a == "-p" || a == "--print":
			if len(args) < 2 {
				print(ctx, p.Stderr, "error: %s requires an argument\n", a)
				return 1
			}
			js := jsengine.Program{Args: args[2:], Entry: path.Join(p.Dir, "[eval].ts"), Code: args[1], Unnamed: true}
			if a == "-p" || a == "--print" {
				js.Entry, js.Language, js.Code = path.Join(p.Dir, "[eval].mjs"), "js", script(args[1], "[eval]", true)
			}
			return l.run(ctx, p, js)
		case a == "--silent":
			how.silent = true
		case a == "--if-present":
			how.ifPresent = true
		case a == "--workspaces":
			how.workspaces = true
		case a == "--filter" || a == "-F":
			if len(args) < 2 {
				print(ctx, p.Stderr, "error: The argument '%s' requires a value but none was supplied.\n", a)
				return 1
			}
			how.filters = append(how.filters, args[1])
			args = args[1:]
		case strings.HasPrefix(a, "--filter="), strings.HasPrefix(a, "-F="):
			_, filter, _ := strings.Cut(a, "=")
			how.filters = append(how.filters, filter)
		case a == "run" && !how.script:
			how.script = true
		case a == "-" && how.script:
			text, status := l.source(ctx, p)
			if status != 0 {
				return status
			}
			return l.run(ctx, p, jsengine.Program{Args: args[1:], Entry: path.Join(p.Dir, "[stdin].ts"), Code: text, Stdin: []byte{}})
		case a == "x" && !how.script:
			return l.bunx(ctx, &shell.Program{Args: append([]string{"bunx"}, args[1:]...), Env: p.Env, Dir: p.Dir, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Process: p.Process})
		case a == "--watch" || a == "--hot":
			how.watch = true
		case strings.HasPrefix(a, "-") && a != "-":
			// Options of the runtime change nothing here.
		case !how.script && a == "test":
			return l.run(ctx, p, jsengine.Program{Entry: path.Join(p.Dir, "[test].mjs"), Language: "js", Code: bunTest, Args: args[1:]})
		case !how.script && npm.Understands([]string{"bun", a}):
			rest := args[1:]
			for _, f := range how.filters {
				rest = append([]string{"--filter=" + f}, rest...)
			}
			return l.bunCommand(ctx, p, a, rest)
		case how.workspaces || how.filters != nil:
			return l.bunFilter(ctx, p, a, args[1:], how)
		default:
			return l.bunRun(ctx, p, a, args[1:], how)
		}
		args = args[1:]
	}
	if how.script {
		return l.bunCommand(ctx, p, "run", nil)
	}
	print(ctx, p.Stdout, "Bun is a fast JavaScript runtime, package manager, bundler, and test runner. (%s)\n\nUsage: bun <command> [...flags] [...args]\n", bunVersion)
	return 0
}

// bunCommand runs a command of bun's own, those about packages.
func (l *line) bunCommand(ctx context.Context, p *shell.Program, name string, args []string) int {
	q := *p
	q.Args = append([]string{"bun", name}, args...)
	return l.packages(ctx, &q)
}

// packages runs a command about packages.
func (l *line) packages(ctx context.Context, p *shell.Program) int {
	out, errs := &pipeWriter{ctx: ctx, w: p.Stdout, gone: func() {}}, &pipeWriter{ctx: ctx, w: p.Stderr, gone: func() {}}
	vars := make(map[string]string, len(p.Env))
	for _, kv := range p.Env {
		k, v, _ := strings.Cut(kv, "=")
		vars[k] = v
	}
	return l.m.packages.command(ctx, l.r, l.x, p.Args, npm.Env{
		Dir: p.Dir, Vars: vars, Stdout: out, Stderr: errs,
		Run: func(ctx context.Context, run npm.Run) int {
			env := make([]string, 0, len(run.Vars))
			for k, v := range run.Vars {
				env = append(env, k+"="+v)
			}
			slices.Sort(env)
			if run.Script != "" {
				text := run.Script
				for _, a := range run.Args {
					text += " " + quote(a)
				}
				return l.child(ctx, p, shell.Start{Line: text, Env: env, Dir: run.Dir})
			}
			return l.child(ctx, p, shell.Start{Argv: append([]string{"node", run.File}, run.Args...), Env: env, Dir: run.Dir})
		},
	})
}

// bunRun is how bun runs a file or script.
type bunRun struct {
	script    bool // a script is looked for whatever the name is: bun run
	silent    bool
	watch     bool // it starts again when a file changes
	ifPresent bool // a script that is not there is no error

	workspaces bool     // it runs in all of them, or
	filters    []string // in those that these name
}

// bunRun runs a file or, if there is one of that name, a script of package.json.
func (l *line) bunRun(ctx context.Context, p *shell.Program, name string, args []string, how bunRun) int {
	if !strings.ContainsAny(name, "/.") || how.script {
		own := args
		if len(own) > 0 && own[0] == "--" {
			own = own[1:]
		}
		if status, ok := l.packageScript(ctx, p, name, own, how.silent); ok {
			return status
		}
	}
	entry := resolveEntry(p.Dir, name)
	if !l.isFile(entry) && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "/") && path.Ext(name) == "" {
		found := false
		for _, ext := range []string{".tsx", ".ts", ".jsx", ".js", ".mjs", ".cjs"} {
			if l.isFile(entry + ext) {
				entry, found = entry+ext, true
				break
			}
		}
		if !found {
			if bin := l.packageBin(p, name); bin != "" {
				return l.start(ctx, p, append([]string{bin}, args...))
			}
			if how.ifPresent {
				return 0
			}
			print(ctx, p.Stderr, "error: Script not found %q\n", name)
			return 1
		}
	}
	return l.run(ctx, p, jsengine.Program{Entry: entry, Args: args})
}

func (l *line) isFile(name string) bool {
	info, err := l.r.ws.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// packageScript runs a script of the nearest package.json, with those that npm
// would run before and after it.
func (l *line) packageScript(ctx context.Context, p *shell.Program, name string, args []string, silent bool) (status int, ok bool) {
	for dir := p.Dir; ; dir = path.Dir(dir) {
		b, err := readManifest(l.r.ws, path.Join(dir, "package.json"))
		if large := (*largeManifest)(nil); errors.As(err, &large) {
			print(ctx, p.Stderr, "error: %v\n", err)
			return 1, true
		}
		if err != nil {
			if dir == hostfuncs.Root || dir == "/" {
				return 0, false
			}
			continue
		}
		var pkg struct {
			Name    string            `json:"name"`
			Version string            `json:"version"`
			Scripts map[string]string `json:"scripts"`
		}
		if err := l.budget.Spend(int64(len(b)) * jsonFuel); err != nil {
			p.Process.System().Fail(err)
			return 137, true
		}
		if json.Unmarshal(b, &pkg) != nil || pkg.Scripts[name] == "" {
			return 0, false
		}
		env := scriptEnv(p, dir, name, pkg.Name, pkg.Version)
		for _, step := range []string{"pre" + name, name, "post" + name} {
			text := pkg.Scripts[step]
			if text == "" {
				continue
			}
			if step == name {
				for _, a := range args {
					text += " " + quote(a)
				}
			}
			if !silent {
				shown := pkg.Scripts[step]
				if step == name {
					for _, a := range args {
						shown += " " + shownWord(a)
					}
				}
				print(ctx, p.Stderr, "$ %s\n", shown)
			}
			status = l.child(ctx, p, shell.Start{Line: text, Env: env, Dir: dir})
			if status != 0 {
				if !silent && step == name {
					print(ctx, p.Stderr, "error: script %q exited with code %d\n", step, status)
				}
				return status, true
			}
		}
		return status, true
	}
}

// scriptEnv is the environment of a script of a package in dir: commands of the
// packages that it has, and those that are above it has, come first.
func scriptEnv(p *shell.Program, dir, script, name, version string) []string {
	env := append(slices.Clone(p.Env), "npm_lifecycle_event="+script, "npm_package_name="+name, "npm_package_version="+version)
	for _, kv := range p.Env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			for at, bins := dir, ""; ; at = path.Dir(at) {
				bins += path.Join(at, "node_modules/.bin") + ":"
				if at == hostfuncs.Root || at == "/" {
					env = append(env, "PATH="+bins+v)
					break
				}
			}
		}
	}
	return env
}

// shownWord is how Bun shows a word of a command line.
func shownWord(s string) string {
	if quote(s) == s {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// quote makes a word of a text for the shell.
func quote(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`|&;<>()*?[]#~!{}=") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// child runs a program with the standard streams of another, and waits for it.
func (l *line) child(ctx context.Context, p *shell.Program, st shell.Start) int {
	st.Stdin, st.Stdout, st.Stderr = p.Stdin, p.Stdout, p.Stderr
	st.Depth, st.Parent = p.Process.Depth()+1, p.Process.PID()
	c, err := p.Process.System().Go(ctx, st)
	switch {
	case errors.Is(err, shell.ErrNotFound):
		print(ctx, p.Stderr, "%s: %s: %v\n", p.Args[0], st.Argv[0], err)
		return 127
	case err != nil:
		print(ctx, p.Stderr, "%s: %v\n", p.Args[0], err)
		return 126
	}
	<-c.Done()
	status, _ := c.Status()
	return status
}

func (l *line) start(ctx context.Context, p *shell.Program, argv []string) int {
	return l.child(ctx, p, shell.Start{Argv: argv, Env: p.Env, Dir: p.Dir})
}

// packageBin is the program of a name in the nearest node_modules/.bin, or "".
func (l *line) packageBin(p *shell.Program, name string) string {
	if strings.ContainsAny(name, "/\x00") {
		return ""
	}
	for dir := p.Dir; ; dir = path.Dir(dir) {
		bin := path.Join(dir, "node_modules/.bin", name)
		if l.isFile(bin) {
			return bin
		}
		if dir == hostfuncs.Root || dir == "/" {
			return ""
		}
	}
}

// bunx runs the program of a package that is installed.
func (l *line) bunx(ctx context.Context, p *shell.Program) int {
	args := p.Args[1:]
	for len(args) > 0 && slices.Contains([]string{"--bun", "-b", "--silent", "--verbose"}, args[0]) {
		args = args[1:]
	}
	if len(args) == 0 {
		print(ctx, p.Stderr, "Usage: bunx [flags] <package>[@version] [...args]\n")
		return 1
	}
	if bin := l.packageBin(p, args[0]); bin != "" {
		return l.start(ctx, p, append([]string{bin}, args[1:]...))
	}
	q := *p
	q.Args = append([]string{"bunx"}, args...)
	return l.packages(ctx, &q)
}

// tsx runs a file in TypeScript.
func (l *line) tsx(ctx context.Context, p *shell.Program) int {
	args := p.Args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-v" || args[0] == "--version" {
			print(ctx, p.Stdout, "tsx v4.20.6\nnode %s\n", nodeVersion)
			return 0
		}
		args = args[1:]
	}
	if len(args) == 0 {
		print(ctx, p.Stderr, "tsx: name a file to run\n")
		return 1
	}
	if args[0] == "watch" {
		args = args[1:]
		for len(args) > 0 && strings.HasPrefix(args[0], "-") {
			args = args[1:]
		}
		if len(args) == 0 {
			print(ctx, p.Stderr, "tsx: name a file to watch\n")
			return 1
		}
		return l.watch(ctx, p, watched{argv: append([]string{"tsx"}, args...), ended: func(int) string { return "" }, again: "[tsx] change in a file Restarting..."})
	}
	return l.run(ctx, p, jsengine.Program{Node: true, Mixed: true, Entry: resolveEntry(p.Dir, args[0]), Args: args[1:]})
}

// gitProgram is the program of the command git. It runs in a sandbox of its own, as
// any program does: what a repository or a server sends is read by nothing of ours.
var gitProgram = sync.OnceValues(func() (string, error) {
	text, err := built.Git()
	return string(text), err
})

// git runs `git`.
func (l *line) git(ctx context.Context, p *shell.Program) int {
	text, err := gitProgram()
	if err != nil {
		p.Process.System().Fail(err)
		return 137
	}
	// It is the same for all, and so is what it compiles to.
	return l.run(ctx, p, jsengine.Program{Entry: "/usr/bin/git.mjs", Language: "js", Code: text, Args: p.Args[1:], Scope: "git"})
}
