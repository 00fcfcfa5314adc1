package npm

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// actual makes the tree of what is in the project's node_modules, which may not
// be what its package.json asks for.
func (cmd *command) actual(opt options) (*job, error) {
	j, err := cmd.c.open(cmd.env, opt)
	if err != nil {
		return nil, err
	}
	if err := j.begin(); err != nil {
		return nil, err
	}
	known, _ := j.recorded() // without it, less is known
	entries, err := j.installed(known)
	if err != nil {
		return nil, err
	}
	if err := j.b.load(entries); err != nil {
		return nil, err
	}
	j.b.flag()
	return j, nil
}

// open is the beginning of every command that has to do with a project.
func (c *Client) open(env Env, opt options) (*job, error) {
	j := &job{c: c, env: env, opt: opt, pkgs: map[*node]*Package{}, twins: map[*node]*Package{}}
	var err error
	if j.p, err = openProject(env.Files, env.Root, env.Dir); err != nil {
		return nil, err
	}
	if j.set, err = loadSettings(c.cfg, env, j.p.root, opt); err != nil {
		return nil, err
	}
	http := env.HTTP
	if http == nil {
		http = noHTTP{}
	}
	j.reg = newRegistry(c, http, j.set, env.Tenant, env.Charge)
	return j, nil
}

// recorded is what the lockfile of node_modules says is there, by place.
func (j *job) recorded() (map[string]lockEntry, error) {
	known := map[string]lockEntry{}
	b, err := readFile(j.p.files, path.Join(j.p.root, "node_modules", hiddenName), maxLockfile)
	if err != nil {
		return known, err
	}
	list, err := parseLock(hiddenName, b)
	for _, e := range list {
		known[e.path] = e
	}
	return known, err
}

// installed reads what is in the folders of packages, as a lockfile would say it:
// with what is known of them. Errors: ELIMIT.
func (j *job) installed(known map[string]lockEntry) ([]lockEntry, error) {
	files, root := j.p.files, j.p.root
	var out []lockEntry
	var look func(dir string, depth int) error
	one := func(at string, e fs.DirEntry, depth int) error {
		name := at[strings.LastIndex(at, "node_modules/")+len("node_modules/"):]
		if checkName(name) != nil {
			return nil
		}
		if len(out) >= maxLocked {
			return fail("ELIMIT", "", "node_modules has more than %d packages", maxLocked)
		}
		full := path.Join(root, at)
		if e.Type()&fs.ModeSymlink != 0 {
			to, err := files.Readlink(full)
			if err != nil {
				return nil
			}
			target := path.Join(path.Dir(full), to)
			if m, err := j.p.manifestOf(target); err == nil && inside(root, target) {
				out = append(out, lockEntry{path: at, m: m, link: true, resolved: below(root, target)})
			}
			return nil
		}
		m, err := j.p.manifestOf(full)
		if err != nil || m.Version == "" {
			return nil // no package
		}
		was := known[at]
		out = append(out, lockEntry{path: at, m: m, resolved: was.resolved, integrity: was.integrity, bundled: was.bundled})
		return look(at, depth+1)
	}
	look = func(dir string, depth int) error {
		home := path.Join(dir, "node_modules")
		list, err := files.ReadDir(path.Join(root, home))
		if err != nil || depth > maxNesting {
			return nil
		}
		for _, e := range list {
			at := path.Join(home, e.Name())
			if !strings.HasPrefix(e.Name(), "@") {
				if err := one(at, e, depth); err != nil {
					return err
				}
				continue
			}
			scoped, err := files.ReadDir(path.Join(root, at))
			if err != nil {
				continue
			}
			for _, s := range scoped {
				if err := one(path.Join(at, s.Name()), s, depth); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, dir := range append([]string{root}, mapDirs(j.p.workspaces)...) {
		if err := look(below(root, dir), 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func mapDirs(m map[string]workspaceInfo) []string {
	var out []string
	for _, name := range sortedKeys(m) {
		out = append(out, m[name].dir)
	}
	return out
}

// matches reports whether a node is what a word of a command line names: a name,
// a name and a range, or a place.
func (n *node) named(word string) bool {
	if n.location() == strings.TrimSuffix(word, "/") {
		return true
	}
	name, want := splitAt(word)
	return n.name == name && (want == "" || satisfies(n.target().m.Version, want))
}

// find returns the nodes that words name, by their places.
func (b *builder) find(words []string) []*node {
	var out []*node
	b.each(func(n *node) {
		if slices.ContainsFunc(words, n.named) {
			out = append(out, n)
		}
	})
	slices.SortFunc(out, func(x, y *node) int { return localeCompare(x.location(), y.location()) })
	return out
}

// latest is what a registry has of a package: its latest version, and the best
// for a dependency. Errors are the registry's.
func (j *job) latest(ctx context.Context, s spec) (wanted, latest string, err error) {
	p, err := j.reg.packument(ctx, s.name, false)
	if err != nil {
		return "", "", err
	}
	m, err := j.reg.pick(ctx, s)
	if err != nil {
		return "", p.tags["latest"], nil
	}
	return m.Version, p.tags["latest"], nil
}
