package npm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bunWords are the commands of bun that are about packages and scripts.
var bunWords = strings.Fields("add a install i remove rm uninstall x ci pm list why outdated update init info")

// Understands reports whether a command line that begins with these words is one
// for Command: of bun, only what is about packages and scripts is.
func Understands(words []string) bool {
	switch {
	case len(words) == 0:
		return false
	case words[0] == "npm" || words[0] == "npx" || words[0] == "bunx":
		return true
	case words[0] == "bun" && len(words) > 1:
		return slices.Contains(bunWords, words[1]) || absent[words[1]] != ""
	}
	return false
}

// Command runs a command line, given as words, and returns its exit code: what
// npm and Bun do with packages, without what needs another process.
func (c *Client) Command(ctx context.Context, words []string, env Env) int {
	if env.Stdout == nil {
		env.Stdout = io.Discard
	}
	if env.Stderr == nil {
		env.Stderr = io.Discard
	}
	if env.Dir == "" {
		env.Dir = env.Root
	}
	if len(words) == 0 {
		return 127
	}
	cmd := &command{c: c, env: env, bun: strings.HasPrefix(words[0], "bun")}
	switch words[0] {
	case "npx", "bunx":
		return cmd.exec(ctx, words[1:])
	case "npm", "bun":
		return cmd.run(ctx, words[1:])
	}
	fmt.Fprintf(env.Stderr, "%s: command not found\n", cut(words[0], 100))
	return 127
}

type command struct {
	c   *Client
	env Env
	bun bool

	workspace bool           // it runs in one that a flag named
	inAll     *orderedObject // collects what a command says in each workspace; nil: it is said at once
	ifPresent bool           // a script that is not there is no error
	only      []string       // the folders that -w names; nil: all
	making    []string       // the folders of workspaces that init -w names
}

// flags is what a command line says beside its words.
type flags struct {
	options
	words  []string
	after  []string // what follows "--"
	silent bool
	json   bool
	save   bool // said so
	latest bool // Bun's: whatever package.json asks for
}

// parse reads the flags that installs have. Those that change nothing here are
// passed over, as are ones that are not known; those that would make an install
// safer are refused.
func (cmd *command) parse(args []string) (flags, error) {
	f := flags{options: options{bun: cmd.bun, only: cmd.only}}
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, value, _ := strings.Cut(a, "=")
		next := func() string { return optionValue(args, &i) }
		if a == "--" {
			f.after = args[i+1:]
			break
		}
		switch name {
		case "-D", "--save-dev", "--dev", "-d", "--development":
			f.section = "devDependencies"
		case "-O", "--save-optional", "--optional":
			f.section = "optionalDependencies"
		case "-P", "--save-prod":
			f.section = "dependencies"
		case "--save-peer", "--peer":
			f.section = "peerDependencies"
		case "-E", "--save-exact", "--exact":
			f.exact = true
		case "--json":
			f.json = value != "false"
		case "--save", "-S":
			f.save = true
		case "--latest":
			f.latest = true
		case "--dry-run":
			f.dryRun = true
		case "--no-save":
			f.noSave = true
		case "--production", "--prod":
			f.omitDev = true
		case "--omit":
			f.omitDev = f.omitDev || next() == "dev"
		case "--only":
			v := next()
			f.omitDev = f.omitDev || v == "prod" || v == "production"
		case "--registry":
			f.registry = next()
		case "--legacy-peer-deps":
			f.legacy = true
		case "--frozen-lockfile":
			f.frozen = true
		case "--package-lock-only", "--lockfile-only":
			f.lockOnly = true
		case "-s", "--silent", "--quiet", "-q":
			f.silent = true
		case "-g", "--global":
			return f, fail("EGLOBAL", "", "there is nothing global here: install into the project, or run a package with npx")
		case "-w", "--workspace", "--workspaces", "--filter":
			return f, fail("EUNSUPPORTED", "", "%s is not supported here: change into the workspace's folder instead", name)
		case "--before", "--min-release-age", "--minimum-release-age":
			// Who asks for old versions only is not to get others.
			return f, fail("EUNSUPPORTED", "", "%s is not supported: how old a version must be is for the server to say; name the version instead", name)
		case "--loglevel", "--cache", "--userconfig", "--backend", "--cache-dir", "--linker", "--concurrent-scripts", "--network-concurrency":
			next()
		default:
			if !strings.HasPrefix(a, "-") || a == "-" {
				f.words = append(f.words, a)
			}
		}
	}
	return f, nil
}

func (cmd *command) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(cmd.env.Stderr, "usage: npm install | ci | uninstall | update | ls | view | outdated | pkg | version | init | run | exec")
		return 1
	}
	if !cmd.bun {
		each, left, err := cmd.forWorkspaces(args)
		if err != nil {
			return cmd.failed(err)
		}
		args = left
		if each != nil {
			return cmd.inEach(ctx, each, args)
		}
		if len(args) == 0 {
			return 0
		}
	}
	rest := args[1:]
	if cmd.bun {
		switch args[0] {
		case "pm":
			return cmd.pm(ctx, rest)
		case "list":
			return cmd.bunList(rest)
		case "why":
			return cmd.bunWhy(rest)
		case "outdated":
			return cmd.bunOutdated(ctx, rest)
		case "init":
			return cmd.bunInit(ctx, rest)
		}
		if args[0] == "create" && len(rest) > 0 { // it passes all on
			return cmd.exec(ctx, append([]string{"--", creator(rest[0])}, rest[1:]...))
		}
		if absent[args[0]] != "" {
			return cmd.refuse(args[0])
		}
	}
	switch args[0] {
	case "install", "i", "add", "a", "in", "ins", "inst":
		f, err := cmd.parse(rest)
		if err != nil {
			return cmd.failed(err)
		}
		if cmd.bun && (args[0] == "add" || args[0] == "a") && len(f.words) == 0 {
			return cmd.failed(fail("EUSAGE", "", "name a package to add: bun add express"))
		}
		for _, w := range f.words {
			r, err := parseRequest(w)
			if err != nil {
				return cmd.failed(err)
			}
			f.add = append(f.add, r)
		}
		return cmd.install(ctx, f)
	case "ci", "clean-install":
		f, err := cmd.parse(rest)
		if err != nil {
			return cmd.failed(err)
		}
		f.frozen, f.clean = true, true
		return cmd.install(ctx, f)
	case "uninstall", "remove", "rm", "r", "un", "unlink":
		f, err := cmd.parse(rest)
		if err != nil {
			return cmd.failed(err)
		}
		if len(f.words) == 0 {
			return cmd.failed(fail("EUSAGE", "", "name a package to remove"))
		}
		f.remove = f.words
		return cmd.install(ctx, f)
	case "ls", "list":
		return cmd.list(rest, false)
	case "la", "ll":
		return cmd.list(rest, true)
	case "explain", "why":
		return cmd.explain(rest)
	case "run", "run-script", "rum", "urn":
		return cmd.script(ctx, rest)
	case "test", "t", "tst":
		return cmd.script(ctx, append([]string{"test"}, rest...))
	case "start", "stop", "restart":
		return cmd.script(ctx, append([]string{args[0]}, rest...))
	case "exec", "x":
		return cmd.exec(ctx, rest)
	case "pkg":
		return cmd.pkg(rest)
	case "version":
		return cmd.version(ctx, rest)
	case "init", "create", "innit":
		if cmd.making != nil {
			return cmd.initWorkspaces(cmd.making, rest)
		}
		if name, args := template(rest); name != "" {
			return cmd.exec(ctx, append([]string{"--", name}, args...))
		}
		return cmd.initialise(rest)
	case "view", "info", "show", "v":
		return cmd.view(ctx, rest)
	case "outdated":
		return cmd.isOutdated(ctx, rest)
	case "config", "c":
		return cmd.configure(rest)
	case "get", "set":
		return cmd.configure(args)
	case "root", "prefix":
		return cmd.prefix(args[0])
	case "prune", "dedupe", "ddp", "find-dupes", "update", "up", "upgrade":
		return cmd.refresh(ctx, args[0], rest)
	case "-v", "--version":
		fmt.Fprintln(cmd.env.Stdout, "11.0.0")
		return 0
	}
	return cmd.refuse(args[0])
}

// template reads the words after `npm init`: the package whose command makes a project,
// or "" if none is named, and what that command gets.
func template(args []string) (name string, rest []string) {
	for i, a := range args {
		if a == "--" {
			break
		}
		if strings.HasPrefix(a, "-") {
			continue
		}
		for j, b := range args[i+1:] {
			if b == "--" {
				return creator(a), append(rest, args[i+j+2:]...)
			}
			if b != "-y" && b != "--yes" { // npm's own
				rest = append(rest, b)
			}
		}
		return creator(a), rest
	}
	return "", nil
}

// creator is the package that makes projects from a template: create-vite@5 for vite@5,
// @a/create for @a, @a/create-b for @a/b.
func creator(template string) string {
	name, version := splitAt(template)
	scope, base, scoped := strings.Cut(name, "/")
	switch {
	case strings.HasPrefix(name, "@") && !scoped:
		name += "/create"
	case strings.HasPrefix(name, "@"):
		name = scope + "/create-" + strings.TrimPrefix(base, "create-")
	default:
		name = "create-" + strings.TrimPrefix(name, "create-")
	}
	if version != "" {
		name += "@" + version
	}
	return name
}

// project is the one that the command runs in.
func (cmd *command) project() (*project, error) {
	return openProject(cmd.env.Files, cmd.env.Root, cmd.env.Dir)
}

// prefix is `npm root` and `npm prefix`.
func (cmd *command) prefix(what string) int {
	p, err := cmd.project()
	if err != nil {
		return cmd.failed(err)
	}
	dir := p.root
	if what == "root" {
		dir = path.Join(dir, "node_modules")
	}
	fmt.Fprintln(cmd.env.Stdout, dir)
	return 0
}

// refresh is an install that does not just take the lockfile as it is.
func (cmd *command) refresh(ctx context.Context, what string, args []string) int {
	f, err := cmd.parse(args)
	if err != nil {
		return cmd.failed(err)
	}
	switch what {
	case "prune":
		f.prune = true
	case "dedupe", "ddp":
		f.dedupe = true
	case "find-dupes":
		f.dedupe, f.dryRun = true, true
	default:
		f.anew, f.update = len(f.words) == 0, f.words
		f.raise, f.newest = f.save || cmd.bun, f.latest
	}
	return cmd.install(ctx, f)
}

// failed tells an error and returns the exit code.
func (cmd *command) failed(err error) int {
	code := codeOf(err)
	switch {
	case cmd.bun:
		fmt.Fprintf(cmd.env.Stderr, "error: %s\n", err)
	case code != "":
		fmt.Fprintf(cmd.env.Stderr, "npm error code %s\nnpm error %s\n", code, err)
	default:
		fmt.Fprintf(cmd.env.Stderr, "npm error %s\n", err)
	}
	return 1
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (cmd *command) install(ctx context.Context, f flags) int {
	begun := time.Now()
	if cmd.bun && !f.silent {
		what := "install"
		switch {
		case len(f.add) > 0:
			what = "add"
		case len(f.remove) > 0:
			what = "remove"
		case f.raise:
			what = "update"
		}
		fmt.Fprintln(cmd.env.Stdout, bunTitle(what))
	}
	if told := cmd.env.Progress; told == nil && !f.silent {
		phase := ""
		cmd.env.Progress = func(p Progress) {
			if p.Phase != phase {
				phase = p.Phase
				if p.Phase == "resolve" {
					fmt.Fprintln(cmd.env.Stderr, "Resolving dependencies")
				}
			}
			if p.Phase == "write" && p.Done == 0 {
				fmt.Fprintf(cmd.env.Stderr, "Resolved, downloaded and checked [%d]\n", p.Total)
			}
		}
	}
	out, err := cmd.c.install(ctx, cmd.env, f.options)
	if err != nil {
		return cmd.failed(err)
	}
	took := time.Since(begun)
	for _, w := range out.warnings {
		fmt.Fprintf(cmd.env.Stderr, "npm warn %s\n", w)
	}
	if len(out.scripts) > 0 {
		list := out.scripts[:min(len(out.scripts), 5)]
		more := ""
		if len(out.scripts) > len(list) {
			more = ", …"
		}
		fmt.Fprintf(cmd.env.Stderr, "Scripts of %s were not run, as none ever is: %s%s\n", plural(len(out.scripts), "package"), strings.Join(list, ", "), more)
	}
	if len(out.twins) > 0 {
		slices.Sort(out.twins)
		fmt.Fprintf(cmd.env.Stderr, "Native code does not run here. Replaced: %s\n", strings.Join(out.twins, ", "))
	}
	if f.json && !cmd.bun {
		o := &orderedObject{}
		for _, c := range []struct {
			key string
			n   int
		}{{"added", out.added}, {"removed", out.removed}, {"changed", out.changed}} {
			o.set(c.key, json.RawMessage(strconv.Itoa(c.n)))
		}
		cmd.printJSON(o.bytes())
		return 0
	}
	if f.silent {
		return 0
	}
	if cmd.bun {
		for _, d := range out.direct {
			fmt.Fprintf(cmd.env.Stdout, "installed %s\n", d)
		}
		if len(out.direct) > 0 {
			fmt.Fprintln(cmd.env.Stdout)
		}
		switch {
		case out.added+out.changed > 0:
			fmt.Fprintf(cmd.env.Stdout, "%s installed [%s]\n", plural(out.added+out.changed, "package"), took.Round(time.Millisecond))
		case out.removed > 0:
			fmt.Fprintf(cmd.env.Stdout, "%s removed [%s]\n", plural(out.removed, "package"), took.Round(time.Millisecond))
		default:
			fmt.Fprintf(cmd.env.Stdout, "Checked %s (no changes) [%s]\n", plural(out.total, "install"), took.Round(time.Millisecond))
		}
		return 0
	}
	var did []string
	for _, d := range []struct {
		n    int
		what string
	}{{out.added, "added"}, {out.removed, "removed"}, {out.changed, "changed"}} {
		if d.n > 0 {
			did = append(did, d.what+" "+plural(d.n, "package"))
		}
	}
	text := "up to date"
	if len(did) > 0 {
		text = strings.Join(did, ", ")
		if i := strings.LastIndex(text, ", "); i >= 0 {
			text = text[:i] + ", and " + text[i+2:]
		}
	}
	fmt.Fprintf(cmd.env.Stdout, "\n%s in %s\n", text, took.Round(time.Millisecond))
	return 0
}

// script runs a script of the project.
func (cmd *command) script(ctx context.Context, args []string) int {
	p, err := cmd.project()
	if err != nil {
		return cmd.failed(err)
	}
	m, err := p.manifestHere()
	if err != nil {
		return cmd.failed(err)
	}
	var silent, asJSON, alone bool
	var words []string
	for i, a := range args {
		if a == "--" {
			words = append(words, args[i:]...)
			break
		}
		switch {
		case a == "-s" || a == "--silent":
			silent = true
		case a == "--json":
			asJSON = true
		case a == "--ignore-scripts":
			alone = true
		case cmd.bun && len(words) > 0, !strings.HasPrefix(a, "-"):
			words = append(words, a)
		}
	}
	args = words
	if len(args) == 0 && asJSON {
		o := &orderedObject{}
		for _, name := range m.ScriptOrder {
			o.set(name, jsonString(m.Scripts[name]))
		}
		cmd.printJSON(o.bytes())
		return 0
	}
	if len(args) == 0 {
		if cmd.bun {
			cmd.bunScripts(m)
		} else {
			cmd.scripts(m)
		}
		return 0
	}
	name, rest := withArgs(args)
	if m.Scripts[name] == "" && !cmd.bun {
		switch {
		case name == "start" && exists(cmd.env.Files, path.Join(p.here, "server.js")):
			m.Scripts = withScript(m.Scripts, name, "node server.js")
		case name == "restart" && len(cmd.named(m, "start")) > 0:
			m.Scripts = withScript(m.Scripts, name, "npm stop --if-present && npm start")
		}
	}
	if m.Scripts[name] == "" {
		switch {
		case cmd.ifPresent:
			return 0
		case cmd.bun:
			fmt.Fprintf(cmd.env.Stderr, "error: Script not found %q\n", cut(name, 100))
		default:
			list := "npm run"
			if cmd.workspace {
				list += " --workspace=" + m.id()
				cmd.scriptFailed(name, m, p.here, "")
			}
			fmt.Fprintf(cmd.env.Stderr, "npm error Missing script: %q\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   %s\n", cut(name, 100), list)
		}
		return 1
	}
	for _, s := range []string{"pre" + name, name, "post" + name} {
		line := m.Scripts[s]
		if line == "" || alone && s != name {
			continue
		}
		r := Run{Script: line, Dir: p.here, Vars: cmd.scriptVars(p, m, s, line)}
		if s == name {
			r.Args = rest
		}
		if !silent {
			shown := line
			for _, a := range r.Args {
				if cmd.bun && a == "" {
					a = `""`
				}
				shown += " " + a
			}
			if cmd.bun {
				fmt.Fprintf(cmd.env.Stderr, "$ %s\n", shown)
			} else {
				fmt.Fprintf(cmd.env.Stdout, "\n> %s %s\n> %s\n\n", m.id(), s, shown)
			}
		}
		if code := cmd.start(ctx, r); code != 0 {
			if cmd.workspace {
				cmd.scriptFailed(s, m, p.here, fmt.Sprintf("npm error code %d\nnpm error path %s\n", code, p.here))
				fmt.Fprintf(cmd.env.Stderr, "npm error command failed\nnpm error command sh -c %s\n\n", line)
			}
			return code
		}
	}
	return 0
}

// withArgs divides a name from its arguments, which may begin with "--".
func withArgs(words []string) (name string, args []string) {
	if args = words[1:]; len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	return words[0], args
}

// withScript adds a script that a package does not have by name, but npm runs.
func withScript(scripts stringMap, name, line string) stringMap {
	out := stringMap{name: line}
	for k, v := range scripts {
		out[k] = v
	}
	return out
}

// named is the line of a script that a package has, or npm has for it.
func (cmd *command) named(m *manifest, name string) string {
	if m.Scripts[name] == "" && name == "start" && exists(cmd.env.Files, path.Join(cmd.env.Dir, "server.js")) {
		return "node server.js"
	}
	return m.Scripts[name]
}

// scripts lists the scripts of a package, first those that npm's own commands run.
func (cmd *command) scripts(m *manifest) {
	var own, others strings.Builder
	for _, name := range m.ScriptOrder {
		list := &others
		if slices.Contains(commandScripts, name) {
			list = &own
		}
		fmt.Fprintf(list, "  %s\n    %s\n", name, m.Scripts[name])
	}
	title := ""
	if own.Len() > 0 {
		fmt.Fprintf(cmd.env.Stdout, "Lifecycle scripts included in %s:\n%s", m.id(), own.String())
		title = "available via `npm run`:"
	}
	if others.Len() > 0 {
		if title == "" {
			title = fmt.Sprintf("Scripts available in %s via `npm run`:", m.id())
		}
		fmt.Fprintf(cmd.env.Stdout, "%s\n%s", title, others.String())
	}
}

// commandScripts are those that npm's commands run.
var commandScripts = strings.Fields(`prepare prepublishOnly prepack postpack dependencies preinstall install postinstall
	prepublish publish postpublish prerestart restart postrestart prestart start poststart prestop stop poststop
	pretest test posttest preuninstall uninstall postuninstall preversion version postversion`)

// scriptFailed tells which workspace's script failed.
func (cmd *command) scriptFailed(name string, m *manifest, dir, how string) {
	fmt.Fprintf(cmd.env.Stderr, "npm error Lifecycle script `%s` failed with error:\n%snpm error workspace %s\nnpm error location %s\n", cut(name, 100), how, m.id(), dir)
}

// scriptVars are the variables that npm sets for a script.
func (cmd *command) scriptVars(p *project, m *manifest, name, line string) map[string]string {
	vars := map[string]string{}
	for k, v := range cmd.env.Vars {
		vars[k] = v
	}
	vars["npm_lifecycle_event"], vars["npm_lifecycle_script"] = name, line
	vars["npm_package_name"], vars["npm_package_version"] = m.Name, m.Version
	vars["npm_package_json"] = path.Join(p.here, "package.json")
	vars["INIT_CWD"], vars["npm_command"] = cmd.env.Dir, "run"
	bins := cmd.binFolders(p.here)
	if vars["PATH"] != "" {
		bins = append(bins, vars["PATH"])
	}
	vars["PATH"] = strings.Join(bins, ":")
	return vars
}

// binFolders are those whose commands a folder has, the nearest first.
func (cmd *command) binFolders(dir string) []string {
	var out []string
	for d := dir; inside(cmd.env.Root, d); d = path.Dir(d) {
		out = append(out, path.Join(d, "node_modules/.bin"))
		if d == cmd.env.Root {
			break
		}
	}
	return out
}

func (cmd *command) start(ctx context.Context, r Run) int {
	if cmd.env.Run == nil {
		fmt.Fprintln(cmd.env.Stderr, "programs cannot be run here")
		return 127
	}
	if r.Vars == nil {
		r.Vars = cmd.env.Vars
	}
	if r.Dir == "" {
		r.Dir = cmd.env.Dir
	}
	return cmd.env.Run(ctx, r)
}

// exec runs a command of a package, which is fetched if the project lacks it.
func (cmd *command) exec(ctx context.Context, args []string) int {
	var packages []string
	var call string // a command line
	only := false   // what is installed
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		name, value, has := strings.Cut(args[0], "=")
		args = args[1:]
		if name == "--" {
			break
		}
		if name == "-p" || name == "--package" {
			if !has && len(args) > 0 {
				value, args = args[0], args[1:]
			}
			packages = append(packages, value)
		}
		switch name {
		case "-c", "--call":
			if !has && len(args) > 0 {
				value, args = args[0], args[1:]
			}
			call = value
		case "--no", "--no-install":
			only = true
		case "--yes", "-y":
			only = value == "false"
		}
	}
	if call != "" {
		return cmd.call(ctx, call, packages)
	}
	if len(args) == 0 {
		return cmd.failed(fail("EUSAGE", "", "name a command to run: npx cowsay hello"))
	}
	name, rest := withArgs(args)
	// Bun takes a command that is there unless a version is asked for.
	there := cmd.bun && !slices.ContainsFunc(packages, func(p string) bool {
		_, want := splitAt(p)
		return want != ""
	})
	if len(packages) == 0 || there {
		for _, folder := range cmd.binFolders(cmd.env.Dir) {
			if file, ok := cmd.command(folder, name); ok {
				return cmd.startCommand(ctx, file, rest, "")
			}
		}
	}
	if len(packages) == 0 && !cmd.bun {
		file, ok, err := cmd.installedCommand(name)
		if err != nil {
			return cmd.failed(err)
		}
		if ok {
			return cmd.startCommand(ctx, file, rest, "")
		}
	}
	if len(packages) == 0 {
		packages = []string{name}
		name = ""
	}
	if only && !exists(cmd.env.Files, fetchedInto(packages)) {
		return cmd.failed(fail("ENOTINSTALLED", "", "npx canceled: %s is not installed", cut(strings.Join(packages, ", "), 200)))
	}
	file, err := cmd.fetchCommand(ctx, packages, name)
	if err != nil {
		return cmd.failed(err)
	}
	return cmd.startCommand(ctx, file, rest, path.Join(fetchedInto(packages), "node_modules/.bin"))
}

// startCommand runs the file of a command, which finds the project's commands by
// their names, and first of all those of the folder more, if that is not "".
func (cmd *command) startCommand(ctx context.Context, file string, args []string, more string) int {
	vars := map[string]string{}
	for k, v := range cmd.env.Vars {
		vars[k] = v
	}
	var folders []string
	if more != "" {
		folders = append(folders, more)
	}
	folders = append(folders, cmd.binFolders(cmd.env.Dir)...)
	if vars["PATH"] != "" {
		folders = append(folders, vars["PATH"])
	}
	vars["PATH"] = strings.Join(folders, ":")
	return cmd.start(ctx, Run{File: file, Args: args, Vars: vars})
}

// call runs a command line with the project's commands, and those of packages.
func (cmd *command) call(ctx context.Context, line string, packages []string) int {
	p, err := cmd.project()
	if err != nil {
		return cmd.failed(err)
	}
	m, err := p.manifestHere()
	if err != nil {
		return cmd.failed(err)
	}
	vars := cmd.scriptVars(p, m, "npx", line)
	vars["npm_command"] = "exec"
	if len(packages) > 0 {
		if _, err := cmd.fetch(ctx, packages); err != nil {
			return cmd.failed(err)
		}
		vars["PATH"] = path.Join(fetchedInto(packages), "node_modules/.bin") + ":" + vars["PATH"]
	}
	return cmd.start(ctx, Run{Script: line, Vars: vars, Dir: p.here})
}

// command returns the file that a link in a .bin folder leads to.
func (cmd *command) command(folder, name string) (string, bool) {
	to, err := cmd.env.Files.Readlink(path.Join(folder, name))
	if err != nil || !plainCommand(name) {
		return "", false
	}
	file := path.Join(folder, to)
	info, err := cmd.env.Files.Stat(file)
	return file, err == nil && info.Mode().IsRegular()
}

// installedCommand returns the file of the command of a package that the project
// has, if the version that is asked for with it, which may be a range, is there.
func (cmd *command) installedCommand(asked string) (string, bool, error) {
	name, want := splitAt(asked)
	if checkName(name) != nil {
		return "", false, nil
	}
	for _, folder := range cmd.binFolders(cmd.env.Dir) {
		dir := path.Join(path.Dir(folder), name)
		if !exists(cmd.env.Files, path.Join(dir, "package.json")) {
			continue
		}
		m, err := (&project{files: cmd.env.Files}).manifestOf(dir)
		if err != nil {
			return "", false, err
		}
		if want != "" && !satisfies(m.Version, want) {
			continue
		}
		bin, err := m.meantCommand(name)
		if err != nil {
			return "", false, err
		}
		if file, ok := cmd.command(folder, bin); ok {
			return file, true, nil
		}
	}
	return "", false, nil
}

// meantCommand is the command of a package that goes by its name.
func (m *manifest) meantCommand(name string) (string, error) {
	names := sortedKeys(m.bin())
	base := name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case len(names) == 1:
		return names[0], nil
	case slices.Contains(names, base):
		return base, nil
	}
	return "", fail("ENOEXEC", m.id(), "it has no command that can be meant: %s", cut(strings.Join(names, ", "), 200))
}

// temporary is where packages are that a command needs and the project lacks.
const temporary = "/tmp"

// fetchedInto is the folder of packages that the project lacks.
func fetchedInto(packages []string) string {
	sum := sha256.Sum256([]byte(strings.Join(packages, "\x00")))
	return path.Join(temporary, ".npx-"+hex.EncodeToString(sum[:8]))
}

// fetch installs packages aside and returns the name of the first.
func (cmd *command) fetch(ctx context.Context, packages []string) (string, error) {
	dir := fetchedInto(packages)
	env := cmd.env
	env.Root, env.Dir = dir, dir
	if env.Progress == nil {
		env.Progress = func(Progress) {}
	}
	opt := options{}
	for _, p := range packages {
		r, err := parseRequest(p)
		if err != nil {
			return "", err
		}
		opt.add = append(opt.add, r)
	}
	// The project's registries count.
	p, err := cmd.project()
	if err != nil {
		return "", err
	}
	if err := env.Files.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	rc := path.Join(p.root, ".npmrc")
	if exists(env.Files, rc) {
		b, err := readFile(env.Files, rc, maxConfig)
		if err != nil {
			return "", err
		}
		if err := env.Files.WriteFile(path.Join(dir, ".npmrc"), b, 0, 0o600); err != nil {
			return "", err
		}
	}
	out, err := cmd.c.install(ctx, env, opt)
	if err != nil {
		return "", err
	}
	if cmd.bun && out.added+out.changed > 0 {
		fmt.Fprintln(cmd.env.Stderr, "Saved lockfile")
	}
	return opt.add[0].name, nil
}

// fetchCommand installs packages aside and returns the file of one of their commands:
// the one called name, or, if that is "", the one that is the first package's.
func (cmd *command) fetchCommand(ctx context.Context, packages []string, name string) (string, error) {
	first, err := cmd.fetch(ctx, packages)
	if err != nil {
		return "", err
	}
	dir := fetchedInto(packages)
	m, err := (&project{files: cmd.env.Files}).manifestOf(path.Join(dir, "node_modules", first))
	if err != nil {
		return "", err
	}
	if name == "" {
		if name, err = m.meantCommand(first); err != nil {
			return "", err
		}
	}
	file, ok := cmd.command(path.Join(dir, "node_modules/.bin"), name)
	if !ok {
		return "", fail("ENOEXEC", m.id(), "it has no command %q", cut(name, 60))
	}
	return file, nil
}
