package npm

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxIndex bounds an index that `npm pkg set` may name: what lies before it is
// filled.
const maxIndex = 1000

// keyPart matches one step of a key: "a", ".a", "[a]".
var keyPart = regexp.MustCompile(`^\.?([^.\[\]]+)|^\[([^\]]*)\]`)

// keySteps takes a key like "contributors[0].name" apart. Errors: EUSAGE.
func keySteps(key string) ([]string, error) {
	var out []string
	for rest := key; rest != ""; {
		m := keyPart.FindStringSubmatch(rest)
		if m == nil || len(out) >= 20 {
			return nil, fail("EUSAGE", "", "%q is not a key of package.json", cut(key, 100))
		}
		rest = rest[len(m[0]):]
		if m[1] == "" && m[2] == "" {
			out = append(out, "") // "[]": behind the last
			continue
		}
		step := m[1] + m[2]
		// A package's name goes on behind its slash, dots and all.
		if len(out) == 1 && slices.Contains(sections, out[0]) && m[2] == "" {
			step, rest = step+rest, ""
		}
		out = append(out, step)
	}
	if len(out) == 0 {
		return nil, fail("EUSAGE", "", "the empty text is not a key of package.json")
	}
	return out, nil
}

func items(raw json.RawMessage) ([]json.RawMessage, bool) {
	var list []json.RawMessage
	return list, len(raw) > 0 && raw[0] == '[' && json.Unmarshal(raw, &list) == nil
}

// valueAt returns what is at a key; nil if nothing is.
func valueAt(raw json.RawMessage, steps []string) json.RawMessage {
	for _, step := range steps {
		if list, ok := items(raw); ok {
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(list) {
				return nil
			}
			raw = list[n]
			continue
		}
		o, err := parseOrdered(raw)
		if err != nil {
			return nil
		}
		if raw = o.get(step); raw == nil {
			return nil
		}
	}
	return raw
}

// withValue returns raw with another value at a key; without it, if v is nil.
// Errors: EUSAGE.
func withValue(raw json.RawMessage, steps []string, v json.RawMessage) (json.RawMessage, error) {
	if len(steps) == 0 {
		return v, nil
	}
	step := steps[0]
	list, isList := items(raw)
	n, err := strconv.Atoi(step)
	index := step == "" || err == nil && n >= 0
	if isList && !index {
		return nil, fail("EUSAGE", "", "%q is not an index of a list", cut(step, 60))
	}
	if isList || len(raw) == 0 && index {
		if step == "" {
			n = len(list)
		}
		switch {
		case n > maxIndex:
			return nil, fail("EUSAGE", "", "index %d is larger than %d", n, maxIndex)
		case v == nil && n >= len(list):
			return raw, nil
		case v == nil && len(steps) == 1:
			return rawList(slices.Delete(list, n, n+1)), nil
		}
		for n >= len(list) {
			list = append(list, nil)
		}
		if list[n], err = withValue(list[n], steps[1:], v); err != nil {
			return nil, err
		}
		for i := range list {
			if list[i] == nil {
				list[i] = json.RawMessage("null")
			}
		}
		return rawList(list), nil
	}
	o := &orderedObject{}
	if len(raw) > 0 {
		if o, err = parseOrdered(raw); err != nil {
			if v == nil {
				return raw, nil
			}
			o = &orderedObject{}
		}
	}
	inner := o.get(step)
	if v == nil && (inner == nil || len(steps) == 1) {
		o.remove(step)
		return o.bytes(), nil
	}
	if inner, err = withValue(inner, steps[1:], v); err != nil {
		return nil, err
	}
	o.set(step, inner)
	return o.bytes(), nil
}

// document reads the package.json of the package that the command is in.
func (cmd *command) document() (*project, *document, error) {
	p, err := cmd.project()
	if err != nil {
		return nil, nil, err
	}
	d, err := readDocument(p.files, path.Join(p.here, "package.json"))
	if err != nil && codeOf(err) == "" {
		err = fail("ENOENT", "", "there is no package.json here or above")
	}
	return p, d, err
}

// saveDocument writes a package.json. Errors: ELIMIT, EPATH.
func saveDocument(p *project, dir string, d *document) error {
	b := d.bytes()
	if len(b) > maxProjectFile {
		return fail("ELIMIT", "", "package.json is larger than %d bytes", maxProjectFile)
	}
	_, err := p.replace(path.Join(dir, "package.json"), b)
	return err
}

// pkg is `npm pkg`.
func (cmd *command) pkg(args []string) int {
	asJSON := slices.Contains(args, "--json")
	args = wordsOf(args)
	usage := func(why string) int {
		return cmd.failed(fail("EUSAGE", "", "%s: npm pkg get [key …] | set key=value … | delete key …", why))
	}
	if len(args) == 0 {
		return usage("name what to do")
	}
	p, d, err := cmd.document()
	if err != nil {
		return cmd.failed(err)
	}
	raw := d.root.bytes()
	keys := args[1:]
	switch args[0] {
	case "get":
		return cmd.pkgGet(d, raw, keys)
	case "set":
		if len(keys) == 0 {
			return usage("set takes key=value")
		}
		for _, pair := range keys {
			key, text, ok := strings.Cut(pair, "=")
			if !ok {
				return usage("set takes key=value")
			}
			v := json.RawMessage(jsonString(text))
			if asJSON {
				if v = json.RawMessage(text); !json.Valid(v) {
					return cmd.failed(fail("EJSONPARSE", "", "%s: the value is not JSON", cut(key, 60)))
				}
			}
			if raw, err = set(raw, key, v); err != nil {
				return cmd.failed(err)
			}
		}
	case "delete", "rm":
		if len(keys) == 0 {
			return usage("delete takes keys")
		}
		for _, key := range keys {
			if raw, err = set(raw, key, nil); err != nil {
				return cmd.failed(err)
			}
		}
	default:
		return usage(fmt.Sprintf("%q is not known", cut(args[0], 40)))
	}
	if d.root, err = parseOrdered(raw); err != nil {
		return cmd.failed(fail("EJSONPARSE", "", "package.json cannot be written: %s", err))
	}
	if cmd.bun {
		d.spread(true)
	} else {
		for _, section := range sections {
			o, err := parseOrdered(d.root.get(section))
			switch {
			case err != nil:
			case len(o.members) == 0:
				d.root.remove(section)
			default:
				d.root.set(section, o.sorted().bytes())
			}
		}
	}
	if err := saveDocument(p, p.here, d); err != nil {
		return cmd.failed(err)
	}
	return 0
}

func set(raw json.RawMessage, key string, v json.RawMessage) (json.RawMessage, error) {
	steps, err := keySteps(key)
	if err != nil {
		return nil, err
	}
	return withValue(raw, steps, v)
}

func (cmd *command) pkgGet(d *document, raw json.RawMessage, keys []string) int {
	if cmd.inAll != nil {
		// For some workspaces, what each has is shown by its name at the end.
		var v json.RawMessage
		if len(keys) == 1 {
			steps, err := keySteps(keys[0])
			if err != nil {
				return cmd.failed(err)
			}
			v = valueAt(raw, steps)
		} else {
			v = raw
		}
		if v == nil {
			v = json.RawMessage("{}")
		}
		cmd.inAll.set(decodeString(d.root.get("name")), v)
		return 0
	}
	if len(keys) == 0 {
		cmd.printJSON(raw)
		return 0
	}
	out := &orderedObject{}
	for _, key := range keys {
		steps, err := keySteps(key)
		if err != nil {
			return cmd.failed(err)
		}
		if v := valueAt(raw, steps); v != nil {
			out.set(key, v)
		} else if len(steps) > 1 && len(keys) == 1 {
			if _, ok := items(valueAt(raw, steps[:1])); ok {
				return 0
			}
		}
	}
	if len(keys) == 1 && len(out.members) == 1 {
		cmd.printJSON(out.members[0].value)
		return 0
	}
	cmd.printJSON(out.bytes())
	return 0
}

// increments are the words for the next version.
var increments = strings.Fields("major minor patch premajor preminor prepatch prerelease")

// bumped is the version that follows v, or "" if v is none. It is npm's: a
// version before a release becomes that release.
func bumped(v, how, preid string) string {
	if _, ok := version(v); !ok {
		return ""
	}
	core, pre, _ := strings.Cut(strings.TrimLeft(strings.TrimSpace(v), "=v "), "-")
	core, _, _ = strings.Cut(core, "+")
	pre, _, _ = strings.Cut(pre, "+")
	var n [3]int
	for i, s := range strings.SplitN(core, ".", 3) {
		var err error
		if n[i], err = strconv.Atoi(s); err != nil {
			return ""
		}
	}
	first := func() string {
		if preid == "" {
			return "-0"
		}
		return "-" + preid + ".0"
	}
	suffix := ""
	switch how {
	case "major":
		if n[1] != 0 || n[2] != 0 || pre == "" {
			n[0]++
		}
		n[1], n[2] = 0, 0
	case "minor":
		if n[2] != 0 || pre == "" {
			n[1]++
		}
		n[2] = 0
	case "patch":
		if pre == "" {
			n[2]++
		}
	case "premajor":
		n, suffix = [3]int{n[0] + 1}, first()
	case "preminor":
		n, suffix = [3]int{n[0], n[1] + 1}, first()
	case "prepatch":
		n[2]++
		suffix = first()
	case "prerelease":
		if pre == "" {
			n[2]++
			suffix = first()
			break
		}
		parts := strings.Split(pre, ".")
		done := false
		for i := len(parts) - 1; i >= 0 && !done; i-- {
			if k, err := strconv.Atoi(parts[i]); err == nil {
				parts[i], done = strconv.Itoa(k+1), true
			}
		}
		if !done {
			parts = append(parts, "0")
		}
		if preid != "" && parts[0] != preid {
			parts = []string{preid, "0"}
		}
		suffix = "-" + strings.Join(parts, ".")
	default:
		return ""
	}
	return fmt.Sprintf("%d.%d.%d%s", n[0], n[1], n[2], suffix)
}

// version is `npm version`: it changes package.json and the lockfile, and in a
// repository makes a commit of that and a tag.
func (cmd *command) version(ctx context.Context, args []string) int {
	preid, same, silent, scripts, force := "", false, false, true, false
	message, commit := "%s", true
	var words []string
	for i := 0; i < len(args); i++ {
		name, _, _ := strings.Cut(args[i], "=")
		switch name {
		case "--preid":
			preid = optionValue(args, &i)
		case "--allow-same-version":
			same = true
		case "-s", "--silent":
			silent = true
		case "--ignore-scripts":
			scripts = false
		case "-f", "--force":
			force = true
		case "-m", "--message":
			message = optionValue(args, &i)
		case "--no-git-tag-version", "--git-tag-version":
			commit = name == "--git-tag-version" && !strings.HasSuffix(args[i], "=false")
		default:
			if !strings.HasPrefix(name, "-") {
				words = append(words, args[i])
			}
		}
	}
	p, d, err := cmd.document()
	if err != nil {
		return cmd.failed(err)
	}
	old := decodeString(d.root.get("version"))
	if len(words) != 1 {
		return cmd.failed(fail("EUSAGE", "", "name the next version, or one of %s", strings.Join(increments, ", ")))
	}
	want := words[0]
	next := ""
	if slices.Contains(increments, want) {
		from := old
		if from == "" && cmd.bun {
			from = "0.0.0"
		}
		next = bumped(from, want, preid)
	} else if v, ok := version(want); ok {
		next = v.String()
	}
	if next == "" || len(preid) > 60 {
		return cmd.refused("Invalid version: %s", cut(want, 100))
	}
	if next == old && !same {
		return cmd.refused("Version not changed")
	}
	commit = commit && exists(p.files, path.Join(p.here, ".git"))
	git := func(line string, args ...string) int {
		return cmd.start(ctx, Run{Script: "git " + line, Args: args, Dir: p.here})
	}
	if commit && !force && git("diff --quiet && git diff --cached --quiet") != 0 {
		return cmd.refused("Git working directory not clean.")
	}
	run := func(name string) int {
		m, err := p.manifestOf(p.here)
		if err != nil {
			return cmd.failed(err)
		}
		line := m.Scripts[name]
		if line == "" || !scripts {
			return 0
		}
		if !silent {
			fmt.Fprintf(cmd.env.Stdout, "\n> %s\n> %s\n\n", name, line)
		}
		vars := cmd.scriptVars(p, m, name, line)
		vars["npm_old_version"], vars["npm_new_version"] = old, next
		return cmd.start(ctx, Run{Script: line, Dir: p.here, Vars: vars})
	}
	if code := run("preversion"); code != 0 {
		return code
	}
	d.root.set("version", jsonString(next))
	if cmd.bun {
		d.spread(true)
	}
	if err := saveDocument(p, p.here, d); err != nil {
		return cmd.failed(err)
	}
	if err := lockVersion(p, next); err != nil {
		return cmd.failed(err)
	}
	if code := run("version"); code != 0 {
		return code
	}
	if commit {
		files := []string{"package.json"}
		if exists(p.files, path.Join(p.here, lockName)) {
			files = append(files, lockName)
		}
		said := strings.ReplaceAll(message, "%s", next)
		for _, step := range [][]string{append([]string{"add"}, files...), {"commit -q -m", said}, {"tag -m", said, "v" + next}} {
			if code := git(step[0], step[1:]...); code != 0 {
				return code
			}
		}
	}
	if code := run("postversion"); code != 0 {
		return code
	}
	if cmd.workspace {
		fmt.Fprintln(cmd.env.Stdout, path.Base(p.here))
	}
	fmt.Fprintf(cmd.env.Stdout, "v%s\n", next)
	return 0
}

// lockVersion makes the lockfile say the version of the project, or of the
// workspace that is meant.
func lockVersion(p *project, v string) error {
	name := path.Join(p.root, lockName)
	if !exists(p.files, name) {
		return nil
	}
	b, err := readFile(p.files, name, maxLockfile)
	if err != nil {
		return err
	}
	d, err := parseDocument(b)
	if err != nil {
		return lockError("%s cannot be read: %s", lockName, err)
	}
	at := below(p.root, p.here)
	if at == "" {
		d.root.set("version", jsonString(v))
	}
	packages := d.root.get("packages")
	if valueAt(packages, []string{at}) == nil {
		return nil
	}
	if packages, err = withValue(packages, []string{at, "version"}, jsonString(v)); err != nil {
		return err
	}
	d.root.set("packages", packages)
	_, err = p.replace(name, d.bytes())
	return err
}

// refused tells why nothing was done, as npm does where it has no code for it.
func (cmd *command) refused(format string, args ...any) int {
	fmt.Fprintf(cmd.env.Stderr, "npm error "+format+"\n", args...)
	return 1
}

// packageNamed makes a name for a package of that of its folder.
func packageNamed(dir string) string {
	name := strings.ToLower(strings.ReplaceAll(path.Base(dir), " ", "-"))
	name = strings.Trim(regexp.MustCompile(`[^a-z0-9._-]+`).ReplaceAllString(name, "-"), "-._")
	if name == "" {
		return "project"
	}
	return cut(name, maxName)
}

// initialise is `npm init -y`.
func (cmd *command) initialise(args []string) int {
	yes := false
	given := map[string]string{"version": "1.0.0", "license": "ISC"}
	for i := 0; i < len(args); i++ {
		name, _, _ := strings.Cut(args[i], "=")
		next := func() string { return optionValue(args, &i) }
		switch name {
		case "-y", "--yes", "-f", "--force":
			yes = true
		case "--init-version":
			given["version"] = next()
		case "--init-license":
			given["license"] = next()
		case "--init-author-name":
			given["author"] = next()
		case "--init-type":
			given["type"] = next()
		case "--scope":
			given["scope"] = "@" + strings.TrimPrefix(next(), "@") + "/"
		default:
			if !strings.HasPrefix(name, "-") {
				return cmd.failed(fail("EUNSUPPORTED", "", "npm init %s in a workspace is not supported: run it in the folder", cut(args[i], 60)))
			}
		}
	}
	if !yes {
		return cmd.failed(fail("EUNSUPPORTED", "", "there is no terminal to answer questions: use npm init -y"))
	}
	files, dir := cmd.env.Files, cmd.env.Dir
	d := newDocument()
	name := path.Join(dir, "package.json")
	if exists(files, name) {
		var err error
		if d, err = readDocument(files, name); err != nil {
			return cmd.failed(err)
		}
	}
	was := d.root
	o := &orderedObject{}
	keep := func(key string, v json.RawMessage) {
		if have := was.get(key); have != nil {
			v = have
		}
		o.set(key, v)
	}
	keep("name", jsonString(given["scope"]+packageNamed(dir)))
	keep("version", jsonString(given["version"]))
	keep("description", jsonString(""))
	keep("main", jsonString(cmd.mainFile(dir)))
	if list, err := files.ReadDir(dir); err == nil && was.get("directories") == nil {
		dirs := &orderedObject{}
		for _, e := range list {
			for _, d := range []struct{ key, folders string }{{"doc", "doc docs"}, {"example", "example examples"}, {"lib", "lib"}, {"test", "test tests"}} {
				if e.IsDir() && slices.Contains(strings.Fields(d.folders), e.Name()) && dirs.get(d.key) == nil {
					dirs.set(d.key, jsonString(e.Name()))
				}
			}
		}
		if len(dirs.members) > 0 {
			o.set("directories", dirs.bytes())
		}
	}
	scripts := &orderedObject{}
	if raw := was.get("scripts"); raw != nil {
		if s, err := parseOrdered(raw); err == nil {
			scripts = s
		}
	}
	if scripts.get("test") == nil {
		scripts.set("test", jsonString(`echo "Error: no test specified" && exit 1`))
	}
	if scripts.get("start") == nil && exists(files, path.Join(dir, "server.js")) {
		scripts.set("start", jsonString("node server.js"))
	}
	o.set("scripts", scripts.bytes())
	keep("keywords", json.RawMessage("[]"))
	keep("author", jsonString(given["author"]))
	keep("license", jsonString(given["license"]))
	kind := given["type"]
	if kind == "" {
		kind = "commonjs"
	}
	keep("type", jsonString(kind))
	for _, m := range was.members {
		if o.get(m.key) == nil {
			o.set(m.key, m.value)
		}
	}
	d = &document{root: o, indent: "  ", newline: true}
	p := &project{files: files, root: dir, here: dir}
	if err := saveDocument(p, dir, d); err != nil {
		return cmd.failed(err)
	}
	fmt.Fprintf(cmd.env.Stdout, "Wrote to %s:\n\n%s\n\n", name, d.bytes())
	return 0
}

// mainFile is what npm takes for the program of a folder.
func (cmd *command) mainFile(dir string) string {
	list, err := cmd.env.Files.ReadDir(dir)
	if err != nil {
		return "index.js"
	}
	var names []string
	for _, e := range list {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".js") {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 || slices.Contains(names, "index.js") {
		return "index.js"
	}
	for _, name := range []string{"main.js", path.Base(dir) + ".js"} {
		if slices.Contains(names, name) {
			return name
		}
	}
	slices.Sort(names)
	return names[0]
}

// initWorkspaces is `npm init -w`: it makes the folders, and names them in the
// project's package.json.
func (cmd *command) initWorkspaces(named, args []string) int {
	p, d, err := cmd.document()
	if err != nil {
		return cmd.failed(err)
	}
	for _, name := range named {
		dir, err := joinInside(p.root, p.root, name)
		if err != nil {
			return cmd.failed(err)
		}
		if err := cmd.env.Files.MkdirAll(dir, 0o755); err != nil {
			return cmd.failed(diskError(err))
		}
		in := *cmd
		in.env.Dir = dir
		if code := in.initialise(args); code != 0 {
			return code
		}
		rel := relative(p.root, dir)
		if list := p.manifest.Workspaces; !slices.Contains(list, rel) {
			p.manifest.Workspaces = append(list, rel)
		}
	}
	d.root.set("workspaces", stringList(p.manifest.Workspaces))
	if err := saveDocument(p, p.root, d); err != nil {
		return cmd.failed(err)
	}
	return 0
}
