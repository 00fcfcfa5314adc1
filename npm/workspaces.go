package npm

import (
	"context"
	"path"
	"slices"
	"strings"
)

// optionValue is the value of the option at args[i]: what is behind its "=", or the
// next argument, to which i then moves; "" if there is none.
func optionValue(args []string, i *int) string {
	_, value, has := strings.Cut(args[*i], "=")
	if !has && *i+1 < len(args) {
		*i++
		value = args[*i]
	}
	return value
}

// wordsOf are the arguments that are no options.
func wordsOf(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
}

// forWorkspaces takes out of a command line of npm's what says where it is to
// run, and returns the folders: nil if it says nothing of the kind, or only one
// folder for all. Errors: ENOWORKSPACES, EPATH.
func (cmd *command) forWorkspaces(args []string) (dirs, left []string, err error) {
	var named []string
	all, root := false, false
	for i := 0; i < len(args); i++ {
		name, value, _ := strings.Cut(args[i], "=")
		next := func() string { return optionValue(args, &i) }
		switch name {
		case "--":
			left = append(left, args[i:]...)
			i = len(args)
		case "-w", "--workspace":
			named = append(named, next())
		case "-ws", "--workspaces":
			all = value != "false"
		case "-iwr", "--include-workspace-root":
			root = value != "false"
		case "--if-present":
			cmd.ifPresent = value != "false"
		case "-C", "--prefix":
			if cmd.env.Dir, err = joinInside(cmd.env.Root, cmd.env.Dir, next()); err != nil {
				return nil, nil, err
			}
		default:
			left = append(left, args[i])
		}
	}
	if !all && named == nil {
		return nil, left, nil
	}
	if len(left) > 0 && named != nil && (left[0] == "init" || left[0] == "create") {
		cmd.making = named
		return nil, left, nil
	}
	p, err := cmd.project()
	if err != nil {
		return nil, nil, err
	}
	if root {
		dirs = append(dirs, p.root)
	}
	add := func(dir string) {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if all {
		for _, name := range p.order {
			add(p.workspaces[name].dir)
		}
		if len(p.order) == 0 {
			return nil, nil, fail("ENOWORKSPACES", "", "package.json names no workspaces")
		}
	}
	for _, want := range named {
		at := path.Join(cmd.env.Dir, want)
		if path.IsAbs(want) {
			at = path.Clean(want)
		}
		found := false
		for _, name := range p.order {
			if w := p.workspaces[name]; name == want || inside(at, w.dir) {
				add(w.dir)
				found = true
			}
		}
		if !found {
			return nil, nil, fail("ENOWORKSPACES", "", "No workspaces found:\nnpm error   --workspace=%s", cut(want, 100))
		}
	}
	return dirs, left, nil
}

// inEach runs a command in each of some folders, and returns the exit code of the
// last that failed. What installs everything is run once,
// whichever workspace is meant.
func (cmd *command) inEach(ctx context.Context, dirs, args []string) int {
	if len(args) == 0 {
		return cmd.run(ctx, nil)
	}
	cmd.only = dirs
	once := slices.Contains([]string{"ci", "clean-install", "prune", "dedupe", "ddp"}, args[0])
	if slices.Contains([]string{"install", "i", "in", "ins", "inst", "add", "a"}, args[0]) {
		once = len(wordsOf(args[1:])) == 0
	}
	if once {
		dirs = dirs[:1]
	}
	status := 0
	if args[0] == "pkg" && len(args) > 1 && args[1] == "get" {
		collected := *cmd
		collected.inAll = &orderedObject{}
		cmd = &collected
		defer func() {
			if status == 0 {
				cmd.printJSON(cmd.inAll.bytes())
			}
		}()
	}
	for _, dir := range dirs {
		if ctx.Err() != nil {
			return 1
		}
		in := *cmd
		in.workspace, in.env.Dir = true, dir
		if code := in.run(ctx, args); code != 0 {
			if status = code; !isScript(args[0]) {
				return code
			}
		}
	}
	return status
}

// isScript reports whether a command runs a script, which those of the other
// workspaces do not wait for.
func isScript(name string) bool {
	return slices.Contains([]string{"run", "run-script", "rum", "urn", "test", "t", "tst", "start", "stop", "restart"}, name)
}

// Workspace is a package of a project's own, as its package.json has it.
type Workspace struct {
	Name    string
	Version string
	Dir     string // absolute
	Scripts map[string]string
	Needs   []string // names of its dependencies of all kinds, sorted
}

// Workspaces returns the workspaces of the project that dir is in, at most 500, by
// folder; nothing above top is looked at. Errors: those of a package.json that
// cannot be read, or names too much.
func Workspaces(files Files, top, dir string) ([]Workspace, error) {
	p, err := openProject(files, top, dir)
	if err != nil {
		return nil, err
	}
	var out []Workspace
	for _, name := range p.order {
		w := p.workspaces[name]
		m, err := p.manifestOf(w.dir)
		if err != nil {
			return nil, err
		}
		needs := map[string]bool{}
		for _, s := range m.dependencies() {
			for name := range s.deps {
				needs[name] = true
			}
		}
		out = append(out, Workspace{Name: w.name, Version: m.Version, Dir: w.dir, Scripts: m.Scripts, Needs: sortedKeys(needs)})
	}
	slices.SortFunc(out, func(a, b Workspace) int { return strings.Compare(a.Dir, b.Dir) })
	return out, nil
}
