package npm

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// Names of lockfiles.
const (
	lockName   = "package-lock.json"
	shrinkName = "npm-shrinkwrap.json"
	bunName    = "bun.lock"
	bunBinary  = "bun.lockb"
	hiddenName = ".package-lock.json" // in node_modules: what is there
)

// maxLocked bounds the packages of a lockfile.
const maxLocked = 20_000

func lockError(format string, args ...any) error { return fail("ELOCK", "", format, args...) }

// lockEntry is what a lockfile says of one place.
type lockEntry struct {
	path      string
	m         *manifest
	resolved  string
	integrity string
	link      bool
	bundled   bool
}

// parseLock reads a package-lock.json of version 2 or 3.
func parseLock(name string, b []byte) ([]lockEntry, error) {
	if bytes.Contains(b, []byte("<<<<<<< ")) {
		return nil, lockError("%s has marks of a merge that was not finished", name)
	}
	f, err := object(b)
	if err != nil {
		return nil, lockError("%s cannot be read: %s", name, err)
	}
	switch v := string(f["lockfileVersion"]); v {
	case "2", "3":
	default:
		return nil, lockError("%s is of version %s, and 2 and 3 are read: let npm 7 or later write it anew", name, cut(v, 20))
	}
	packages, err := object(f["packages"])
	if err != nil {
		return nil, lockError("%s has no packages", name)
	}
	if len(packages) > maxLocked {
		return nil, fail("ELIMIT", "", "%s has more than %d packages", name, maxLocked)
	}
	out := make([]lockEntry, 0, len(packages))
	for at, raw := range packages {
		e, err := object(raw)
		if err != nil {
			return nil, lockError("%s: %q is not an object", name, cut(at, 80))
		}
		m, err := parseManifest(raw)
		if err != nil {
			return nil, lockError("%s: %q: %s", name, cut(at, 80), err)
		}
		out = append(out, lockEntry{
			path: at, m: m, resolved: decodeString(e["resolved"]), integrity: decodeString(e["integrity"]),
			link: string(e["link"]) == "true", bundled: string(e["inBundle"]) == "true",
		})
	}
	return out, nil
}

// place is a path of a lockfile taken apart: a folder of the workspace, and the
// packages that lead to it.
type lockPlace struct {
	top   string   // "" is the root
	names []string // each in the node_modules of the one before
}

// parsePlace reads "packages/a/node_modules/@s/b/node_modules/c".
func parsePlace(at string) (lockPlace, error) {
	bad := lockError("the lockfile has %q, which is not a place for a package", cut(at, 100))
	if path.IsAbs(at) || at != "" && path.Clean(at) != at || strings.ContainsAny(at, "\\\x00") || len(at) > 4096 || at == ".." || strings.HasPrefix(at, "../") {
		return lockPlace{}, bad
	}
	parts := strings.Split("/"+at+"/", "/node_modules/")
	p := lockPlace{top: strings.Trim(parts[0], "/")}
	for _, name := range parts[1:] {
		name = strings.TrimSuffix(name, "/")
		if checkName(name) != nil {
			return lockPlace{}, bad
		}
		p.names = append(p.names, name)
	}
	if slices.Contains(strings.Split(p.top, "/"), "node_modules") {
		return lockPlace{}, bad
	}
	return p, nil
}

// load makes a tree of what a lockfile says, for the project as it is now. What
// the lockfile does not know, or has otherwise, is left to build.
func (b *builder) load(entries []lockEntry) error {
	type placed struct {
		lockEntry
		lockPlace
	}
	list := make([]placed, 0, len(entries))
	for _, e := range entries {
		p, err := parsePlace(e.path)
		if err != nil {
			return err
		}
		list = append(list, placed{e, p})
	}
	// Parents first.
	slices.SortFunc(list, func(x, y placed) int {
		if d := len(x.names) - len(y.names); d != 0 {
			return d
		}
		return strings.Compare(x.path, y.path)
	})
	type linked struct {
		n  *node
		to string
	}
	var links []linked
	for _, e := range list {
		if len(e.names) == 0 {
			if e.resolved != "" || e.integrity != "" {
				return lockError("the lockfile has an archive at %q, where no package can be", cut(e.path, 100))
			}
			continue // its package.json says more
		}
		at := b.tree.root
		if e.top != "" {
			dir, err := joinInside(b.ws.root, b.ws.root, e.top)
			if err != nil {
				return err
			}
			if at = b.tops[dir]; at == nil {
				if at, err = b.top(dir); err != nil {
					continue // the folder is gone
				}
				b.tree.addEdges(at)
			} else if at.tree == nil {
				b.tree.addEdges(at)
			}
		}
		for _, name := range e.names[:len(e.names)-1] {
			if at = at.children[name]; at == nil {
				break
			}
			at = at.target() // of a workspace: its own folder
		}
		if at == nil {
			return lockError("the lockfile has %q in a package that it does not have", cut(e.path, 100))
		}
		name := e.names[len(e.names)-1]
		if len(e.names) > maxNesting {
			return fail("ELIMIT", "", "packages are nested deeper than %d", maxNesting)
		}
		n := &node{name: name, m: e.m, resolved: e.resolved, integrity: e.integrity, bundled: e.bundled}
		switch {
		case e.link && strings.Contains("/"+e.resolved+"/", "/node_modules/"):
			links = append(links, linked{n, e.resolved}) // when that is there
		case e.link:
			target, err := b.linkTarget(e.resolved)
			if err != nil {
				return err
			}
			if target == nil {
				continue // the folder is gone
			}
			n.link, n.m = target, target.m
		default:
			if n.m.Name == "" {
				n.m.Name = name
			}
			if n.m.Version == "" {
				return lockError("the lockfile has %q without a version", cut(e.path, 100))
			}
			if err := checkName(n.m.Name); err != nil {
				return err
			}
			if local, ok := strings.CutPrefix(e.resolved, "file:"); ok {
				abs, err := joinInside(b.ws.root, b.ws.root, local)
				if err != nil {
					return err
				}
				n.local, n.resolved = abs, ""
			}
			n.overrides = at.overrides.inside(name, n.m.Version)
			if err := n.setEdges(b.set.legacyPeer, false); err != nil {
				return err
			}
		}
		if at.children[name] != nil {
			continue // a workspace's link
		}
		b.tree.attach(at, n)
		if n.link == nil && n.integrity != "" {
			b.use(n.m)
		}
		if b.tree.nodes > b.max {
			return fail("ELIMIT", "", "the lockfile has more than %d packages", b.max)
		}
	}
	for _, l := range links {
		if l.n.tree == nil {
			continue
		}
		target, err := b.linkTarget(l.to)
		if err != nil {
			return err
		}
		if target == nil {
			b.tree.detach(l.n) // the folder is gone
			continue
		}
		if len(l.n.children) > 0 {
			return lockError("the lockfile has packages in the link %q", cut(l.n.location(), 100))
		}
		l.n.link, l.n.m = target, target.m
	}
	return nil
}

// linkTarget returns the node that a lockfile's link is to; nil if its folder is
// gone.
func (b *builder) linkTarget(to string) (*node, error) {
	abs, err := joinInside(b.ws.root, b.ws.root, strings.TrimPrefix(to, "file:"))
	if err != nil {
		return nil, err
	}
	rel := below(b.ws.root, abs)
	p, err := parsePlace(rel)
	if err != nil {
		return nil, err
	}
	if len(p.names) == 0 {
		top, err := b.top(abs)
		if codeOf(err) == "ENOENT" {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		if top.tree == nil {
			b.tree.addEdges(top)
		}
		return top, nil
	}
	at := b.tree.root
	if p.top != "" {
		at = b.tops[path.Join(b.ws.root, p.top)]
	}
	for _, name := range p.names {
		if at != nil {
			at = at.children[name]
		}
	}
	if at == nil || at.link != nil {
		return nil, lockError("the lockfile has a link to %q, where no package is", cut(to, 100))
	}
	return at, nil
}

// writeLock returns package-lock.json, version 3. With installed it is that of
// node_modules: of the packages that are, without the root.
func (b *builder) writeLock(indent string, meta map[*node]*Package, installed func(*node) bool) []byte {
	root := b.ws.manifest
	name := root.Name
	if name == "" {
		name = path.Base(b.ws.root)
	}
	doc := &orderedObject{}
	doc.set("name", jsonString(name))
	if root.Version != "" {
		doc.set("version", jsonString(root.Version))
	}
	doc.set("lockfileVersion", json.RawMessage("3"))
	doc.set("requires", json.RawMessage("true"))
	packages := &orderedObject{}
	if installed == nil {
		packages.set("", b.lockRoot(root))
	}
	type at struct {
		path string
		n    *node
	}
	var list []at
	b.walk(func(n *node) {
		if !n.isRoot() { // nor a folder outside the project
			list = append(list, at{n.location(), n})
		}
	})
	slices.SortFunc(list, func(x, y at) int { return localeCompare(x.path, y.path) })
	for _, e := range list {
		if installed != nil && !installed(e.n) {
			continue
		}
		packages.set(e.path, b.lockNode(e.n, meta[e.n]))
	}
	doc.set("packages", packages.bytes())
	d := &document{root: doc, indent: indent, newline: true}
	return d.bytes()
}

func (b *builder) lockRoot(m *manifest) json.RawMessage {
	o := &orderedObject{}
	put := func(key string, v json.RawMessage) { o.set(key, v) }
	if m.Name != "" {
		put("name", jsonString(m.Name))
	}
	if m.Version != "" {
		put("version", jsonString(m.Version))
	}
	if len(m.LicenseField) > 0 {
		if l := m.license(); l != "" {
			put("license", jsonString(l))
		}
	}
	if len(m.Workspaces) > 0 {
		put("workspaces", stringList(m.Workspaces))
	}
	dependencyFields(o, m, true)
	return nice(o)
}

// lockNode is what a lockfile says of a node, in npm's order: plain values first,
// then objects, each by name.
func (b *builder) lockNode(n *node, p *Package) json.RawMessage {
	o := &orderedObject{}
	yes := json.RawMessage("true")
	if n.link != nil {
		o.set("resolved", jsonString(n.link.location()))
		o.set("link", yes)
		return nice(o)
	}
	m := n.m
	if n.isTop() {
		if m.Name != "" && m.Name != path.Base(n.dir) {
			o.set("name", jsonString(m.Name))
		}
	} else if m.Name != n.name {
		o.set("name", jsonString(m.Name))
	}
	if m.Version != "" {
		o.set("version", jsonString(m.Version))
	}
	switch {
	case n.local != "":
		o.set("resolved", jsonString("file:"+below(b.ws.root, n.local)))
	case n.resolved != "":
		o.set("resolved", jsonString(n.resolved))
	}
	if n.integrity != "" {
		o.set("integrity", jsonString(n.integrity))
	}
	flag := func(key string, on bool) {
		if on {
			o.set(key, yes)
		}
	}
	kept := n.reached && !n.isTop()
	flag("extraneous", n.bundled && !n.reached)
	flag("dev", n.dev && kept)
	flag("optional", n.optional && kept)
	flag("devOptional", n.devOpt && kept)
	flag("peer", n.peer && kept)
	flag("inBundle", n.bundled)
	license := m.license()
	if license == "" && p != nil {
		license = p.License
	}
	if license != "" {
		o.set("license", jsonString(license))
	}
	flag("hasInstallScript", !n.isTop() && (m.hasInstallScript() || p != nil && p.Scripts))
	if m.Deprecated != "" {
		o.set("deprecated", jsonString(m.Deprecated))
	}
	for key, list := range map[string][]string{"os": m.OS, "cpu": m.CPU, "libc": m.Libc, "bundleDependencies": m.Bundled} {
		if len(list) > 0 {
			o.set(key, stringList(list))
		}
	}
	dependencyFields(o, m, n.isTop())
	if bin := m.bin(); len(bin) > 0 && !n.isTop() {
		o.set("bin", stringObject(bin))
	}
	if len(m.Engines) > 0 {
		o.set("engines", stringObject(m.Engines))
	}
	if url := decodeString(m.Funding); url != "" && !n.isTop() {
		funding := &orderedObject{}
		funding.set("url", jsonString(url))
		o.set("funding", funding.bytes())
	} else if len(m.Funding) > 0 && strings.IndexByte("{[", m.Funding[0]) >= 0 && !n.isTop() {
		o.set("funding", m.Funding)
	}
	return nice(o)
}

func dependencyFields(o *orderedObject, m *manifest, dev bool) {
	for _, f := range m.dependencies() {
		if len(f.deps) > 0 && (dev || f.key != "devDependencies") {
			o.set(f.key, stringObject(f.deps))
		}
	}
	if len(m.PeerOptional) > 0 {
		meta := &orderedObject{}
		for _, name := range sortedKeys(m.PeerOptional) {
			meta.set(name, json.RawMessage(`{"optional":true}`))
		}
		o.set("peerDependenciesMeta", meta.bytes())
	}
}

func stringObject(m map[string]string) json.RawMessage {
	o := &orderedObject{}
	for _, k := range sortedKeys(m) {
		o.set(k, jsonString(m[k]))
	}
	return o.bytes()
}

func stringList(list []string) json.RawMessage {
	raw := make([]json.RawMessage, len(list))
	for i, s := range list {
		raw[i] = jsonString(s)
	}
	return rawList(raw)
}

// lockOrder are the keys that come first in npm's lockfiles.
var lockOrder = []string{"name", "version", "lockfileVersion", "resolved", "integrity", "requires", "packages", "dependencies"}

// nice sorts an object as npm's lockfiles are sorted.
func nice(o *orderedObject) json.RawMessage {
	rank := func(key string) int {
		if i := slices.Index(lockOrder, key); i >= 0 {
			return i
		}
		return len(lockOrder)
	}
	slices.SortStableFunc(o.members, func(a, b member) int {
		objA, objB := len(a.value) > 0 && a.value[0] == '{', len(b.value) > 0 && b.value[0] == '{'
		switch {
		case objA != objB && objA:
			return 1
		case objA != objB:
			return -1
		}
		if d := rank(a.key) - rank(b.key); d != 0 {
			return d
		}
		return localeCompare(a.key, b.key)
	})
	return o.bytes()
}
