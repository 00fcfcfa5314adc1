package npm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Progress tells how far an install is.
type Progress struct {
	Phase string // "resolve", "fetch", "write"
	Done  int
	Total int // 0: not known
}

// Env is what one command works with.
type Env struct {
	Files    Files
	Root     string // no project is looked for above it: "/workspace"
	Dir      string // the working directory
	HTTP     HTTP   // nil: nothing can be fetched
	Tenant   string // whose packages with credentials are
	Vars     map[string]string
	Stdout   io.Writer
	Stderr   io.Writer
	Charge   func(delta int64) error // host memory held; may be nil
	Progress func(Progress)          // may be nil; called by one goroutine at a time
	// Run runs a program or a script of the project and returns its exit code; nil
	// if that is not possible.
	Run func(ctx context.Context, r Run) int
}

// Run is a program to run.
type Run struct {
	File   string // path of a module, or
	Script string // a command line
	Args   []string
	Vars   map[string]string
	Dir    string
}

// options are those of one install.
type options struct {
	add      []request
	remove   []string
	section  string // where added dependencies go; "": where they are, or dependencies
	exact    bool
	noSave   bool
	omitDev  bool
	frozen   bool     // the lockfile is what is installed, or nothing
	clean    bool     // node_modules is made anew
	prune    bool     // what is in node_modules and nobody needs goes
	dryRun   bool     // nothing is changed
	raise    bool     // package.json asks for the versions that were found
	anew     bool     // the lockfile does not count
	dedupe   bool     // of packages that are there more than once, as few as will do
	newest   bool     // what package.json asks for does not count
	update   []string // packages whose places in the lockfile do not count
	lockOnly bool
	only     []string // folders: what no package there needs stays as it is; nil: there is no such thing
	bun      bool     // saves as Bun does
	registry string
	legacy   bool
}

// outcome is what an install did.
type outcome struct {
	added, removed, changed int
	total                   int
	direct                  []string // what was asked for: "name@1.0.0"
	warnings                []string
	scripts                 []string // packages whose scripts were not run
	twins                   []string // packages that have the files of another
	raised                  bool     // package.json asks for newer versions
}

// sections are the dependencies of a package.json.
var sections = []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"}

// noHTTP refuses everything.
type noHTTP struct{}

func (noHTTP) Get(context.Context, string, map[string]string) (*Response, error) {
	return nil, errors.New("no network is granted")
}
func (noHTTP) Allowed(string) error { return errors.New("no network is granted") }

// job is one install.
type job struct {
	c     *Client
	env   Env
	opt   options
	p     *project
	set   *settings
	reg   *registry
	b     *builder
	doc   *document // package.json
	out   outcome
	pkgs  map[*node]*Package // fetched
	twins map[*node]*Package // fetched: what has the files of those that are native
	only  map[*node]bool     // what opt.only needs; nil: all

	docName  string // path of doc
	lockFile string // name of the lockfile that was read
	lockOld  []byte
}

// install does what opt says. Everything that may fail is done before the first
// file is changed, and if a change fails, all are undone.
func (c *Client) install(ctx context.Context, env Env, opt options) (*outcome, error) {
	j, err := c.open(env, opt)
	if err != nil {
		return nil, err
	}
	defer j.reg.close()
	if err := j.edit(ctx); err != nil {
		return nil, err
	}
	if err := j.ideal(ctx); err != nil {
		return nil, err
	}
	if err := j.save(); err != nil {
		return nil, err
	}
	if opt.dryRun {
		_, err := j.plan()
		return &j.out, err
	}
	return &j.out, j.write(ctx)
}

func loadSettings(cfg Config, env Env, root string, opt options) (*settings, error) {
	set, err := newSettings(cfg, env.Vars)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"NPM_CONFIG_REGISTRY", "npm_config_registry"} {
		if r := env.Vars[name]; r != "" {
			if set.registry, err = registryURL(r); err != nil {
				return nil, err
			}
		}
	}
	rc := path.Join(root, ".npmrc")
	if exists(env.Files, rc) {
		b, err := readFile(env.Files, rc, maxConfig)
		if err != nil {
			return nil, err
		}
		if err := set.read(b); err != nil {
			return nil, err
		}
	}
	if opt.registry != "" {
		if set.registry, err = registryURL(opt.registry); err != nil {
			return nil, err
		}
	}
	set.omitDev = set.omitDev || opt.omitDev || env.Vars["NODE_ENV"] == "production" && opt.clean
	set.legacyPeer = set.legacyPeer || opt.legacy
	set.saveExact = set.saveExact || opt.exact
	return set, nil
}

func (j *job) progress(phase string, done, total int) {
	if j.env.Progress != nil {
		j.env.Progress(Progress{phase, done, total})
	}
}

func (j *job) warn(code, format string, args ...any) {
	if len(j.out.warnings) < 100 {
		j.out.warnings = append(j.out.warnings, code+" "+fmt.Sprintf(format, args...))
	}
}

// edit reads package.json and puts in what was asked for.
func (j *job) edit(ctx context.Context) error {
	p := j.p
	j.docName = path.Join(p.here, "package.json")
	if p.empty {
		if len(j.opt.add) == 0 {
			return fail("ENOENT", "", "there is no package.json here or above: add a package, or write one")
		}
		j.doc = newDocument()
	} else {
		var err error
		if j.doc, err = readDocument(p.files, j.docName); err != nil {
			return err
		}
		if j.opt.bun {
			j.doc.spread(j.doc.ended)
		}
	}
	for i := range j.opt.add {
		r := &j.opt.add[i]
		if err := j.name(ctx, r); err != nil {
			return err
		}
		want := r.spec.raw
		if want == "" {
			want = "latest"
			if have := j.wanted(r.name); have != "" && j.opt.section == "" {
				want = have
			}
		}
		section := j.section(r.name)
		for _, s := range sections {
			if s != section {
				j.doc.removeDependency(s, r.name)
			}
		}
		if err := j.doc.setDependency(section, r.name, want); err != nil {
			return err
		}
	}
	for _, name := range j.opt.remove {
		if err := checkName(name); err != nil {
			return err
		}
		for _, s := range sections {
			j.doc.removeDependency(s, name)
		}
	}
	return j.reparse()
}

// reparse makes the project's manifest what j.doc says.
func (j *job) reparse() error {
	m, err := parseManifest(j.doc.root.bytes())
	if err != nil {
		return fail("EJSONPARSE", "", "package.json cannot be read: %s", err)
	}
	if j.p.here == j.p.root {
		j.p.manifest = m
		return nil
	}
	j.p.edited = m
	return nil
}

// wanted returns what package.json asks for of name, or "".
func (j *job) wanted(name string) string {
	for _, s := range sections {
		if v := decodeMap(j.doc.root.get(s))[name]; v != "" {
			return v
		}
	}
	return ""
}

// section returns where a dependency is, or goes.
func (j *job) section(name string) string {
	if j.opt.section != "" {
		return j.opt.section
	}
	for _, s := range sections {
		if decodeMap(j.doc.root.get(s))[name] != "" {
			return s
		}
	}
	return "dependencies"
}

// name finds the name of a package that was given by path or URL.
func (j *job) name(ctx context.Context, r *request) error {
	if r.name != "" {
		return nil
	}
	var m *manifest
	var err error
	switch r.spec.kind {
	case kindFolder, kindArchive:
		var abs string
		if abs, err = joinInside(j.p.root, j.env.Dir, r.spec.want); err != nil {
			return err
		}
		if r.spec.kind == kindFolder {
			m, err = j.p.manifestOf(abs)
		} else {
			m, _, err = j.p.archive(ctx, j.reg, abs)
		}
		rel := relative(j.p.here, abs)
		r.spec.raw = "file:" + rel
	case kindRemote:
		m, _, err = j.p.remote(ctx, j.reg, r.spec.want)
	}
	if err != nil {
		return err
	}
	r.name = m.Name
	return checkName(r.name)
}

// relative is to as seen from the folder from; both are absolute.
func relative(from, to string) string {
	if from == to {
		return "."
	}
	f, t := strings.Split(strings.Trim(from, "/"), "/"), strings.Split(strings.Trim(to, "/"), "/")
	for len(f) > 0 && len(t) > 0 && f[0] == t[0] {
		f, t = f[1:], t[1:]
	}
	return path.Join(strings.Repeat("../", len(f)), strings.Join(t, "/"))
}

// begin makes a tree of the project and its workspaces, without what they need.
func (j *job) begin() error {
	p := j.p
	rules, err := parseOverrides(p.manifest)
	if err != nil {
		return err
	}
	b := &builder{
		reg: j.reg, set: j.set, ws: p, tree: newTree(), max: j.c.cfg.MaxPackages, warn: j.warn,
		bun: j.opt.bun, used: map[string][]string{}, raise: j.opt.raise, dedupe: j.opt.dedupe,
		explicit: map[string]bool{}, refresh: map[string]bool{}, tops: map[string]*node{},
	}
	j.b = b
	root := &node{name: p.manifest.Name, m: p.manifest, dir: p.root, overrides: rules}
	b.tree.root = root
	if err := root.setEdges(j.set.legacyPeer, true); err != nil {
		return err
	}
	for _, name := range sortedKeys(p.workspaces) {
		root.edges = slices.DeleteFunc(root.edges, func(e *edge) bool { return e.name == name })
		root.edges = append(root.edges, &edge{from: root, name: name, typ: depWorkspace, spec: spec{kind: kindWorkspace, raw: "workspace:*", name: name, want: "*"}})
	}
	root.sortEdges()
	b.tree.addEdges(root)
	for _, name := range sortedKeys(p.workspaces) {
		w := p.workspaces[name]
		top, err := b.workspaceTop(w)
		if err != nil {
			return err
		}
		b.tree.addEdges(top)
		b.tree.attach(root, &node{name: name, m: top.m, link: top})
	}
	for _, e := range root.edges {
		if rule := rules.find(e.name, func(key string) bool { return overlap(rootSpec(p.manifest, e.name), key) }); rule != nil && rule.outer == rules && len(p.manifest.Overrides) > 0 {
			if raw := rootSpec(p.manifest, e.name); raw != "" && rule.value != "" && rule.value != "*" && rule.value != raw && len(p.manifest.Resolutions) == 0 {
				return fail("EOVERRIDE", "", "package.json: overrides: %s is a dependency of the project itself, which asks for %q", cut(e.name, 80), cut(raw, 60))
			}
		}
	}
	return nil
}

// ideal makes the tree that is to be.
func (j *job) ideal(ctx context.Context) error {
	if err := j.start(ctx); err != nil {
		return err
	}
	if j.opt.frozen {
		if err := j.inSync(); err != nil {
			return err
		}
		return j.b.settle()
	}
	j.progress("resolve", 0, 0)
	if err := j.b.build(ctx); err != nil {
		return err
	}
	if j.b.asBun && j.lockFile == "" {
		if spare := j.b.spare(); len(spare) > 0 {
			if err := j.start(ctx); err != nil {
				return err
			}
			j.b.used = spare
			if err := j.b.build(ctx); err != nil {
				return err
			}
		}
	}
	j.progress("resolve", j.b.tree.nodes-1, j.b.tree.nodes-1)
	return nil
}

// start makes the tree that building begins with: the lockfile's, less what is to be
// had anew.
func (j *job) start(ctx context.Context) error {
	j.out.warnings = nil
	if err := j.begin(); err != nil {
		return err
	}
	b := j.b
	if err := j.readLock(ctx); err != nil {
		return err
	}
	b.asBun = j.opt.bun && (j.lockFile == "" || j.lockFile == bunName)
	for _, r := range j.opt.add {
		if r.tag || r.spec.kind != kindRange {
			b.explicit[r.name] = true
		}
	}
	if j.opt.newest {
		from := b.tree.root
		if top := b.tops[j.p.here]; top != nil {
			from = top
		}
		for _, e := range from.edges {
			if e.spec.kind == kindRange && e.err == nil && (len(j.opt.update) == 0 || slices.Contains(j.opt.update, e.name)) {
				e.spec.kind, e.spec.want = kindTag, "latest"
			}
		}
	}
	return nil
}

func rootSpec(m *manifest, name string) string {
	for _, deps := range []stringMap{m.Dependencies, m.OptionalDependencies, m.DevDependencies} {
		if v := deps[name]; v != "" {
			return v
		}
	}
	return ""
}

// workspaceTop returns the node of a workspace.
func (b *builder) workspaceTop(w workspaceInfo) (*node, error) {
	if b.ws.edited != nil && w.dir == b.ws.here {
		b.ws.edited.catalogs = b.ws.manifest.catalogs
		n := &node{name: w.name, m: b.ws.edited, dir: w.dir, around: b.tree.root, ws: true, overrides: b.tree.root.overrides}
		b.tops[w.dir] = n
		return n, n.setEdges(b.set.legacyPeer, true)
	}
	n, err := b.top(w.dir)
	if err != nil {
		return nil, err
	}
	n.ws = true
	return n, nil
}

// readLock starts the tree from a lockfile, if there is one.
func (j *job) readLock(ctx context.Context) error {
	files, root := j.p.files, j.p.root
	names := []string{shrinkName, lockName, bunName}
	if j.opt.bun {
		names = []string{bunName, shrinkName, lockName}
	}
	for _, name := range names {
		at := path.Join(root, name)
		if !exists(files, at) {
			continue
		}
		b, err := readFile(files, at, maxLockfile)
		if err != nil {
			return err
		}
		var entries []lockEntry
		if name == bunName {
			entries, err = parseBunLock(b)
		} else {
			entries, err = parseLock(name, b)
		}
		if err != nil {
			return err
		}
		j.lockFile, j.lockOld = name, b
		if j.opt.anew {
			return nil
		}
		if err := j.b.load(entries); err != nil {
			return err
		}
		if name == bunName {
			if err := j.b.spreadBundled(ctx, !j.opt.bun); err != nil {
				return err
			}
		}
		for _, n := range j.b.find(j.opt.update) {
			switch {
			case n.link != nil || n.tree == nil || n.bundled:
			case j.opt.bun:
				j.b.tree.detach(n)
			default:
				j.b.refresh[n.name] = true
			}
		}
		if j.opt.dedupe {
			seen := map[string]bool{}
			j.b.each(func(n *node) {
				if seen[n.name] {
					j.b.refresh[n.name] = true
				}
				seen[n.name] = true
			})
		}
		return nil
	}
	if exists(files, path.Join(root, bunBinary)) {
		return lockError("bun.lockb is a binary file that only Bun reads: run `bun install --save-text-lockfile --lockfile-only` where Bun is, and bring bun.lock")
	}
	if j.opt.bun && j.opt.frozen && !j.opt.clean {
		j.opt.frozen = false // as Bun has it: what there is not cannot change
		return nil
	}
	if j.opt.frozen {
		return lockError("there is no lockfile, which is all that this command installs: run `npm install` once")
	}
	return nil
}

// inSync reports whether the tree of the lockfile is what package.json asks for.
func (j *job) inSync() error {
	if j.lockFile == bunName {
		why, err := bunAsks(j.lockOld, j.p)
		if err != nil {
			return err
		}
		if why != "" {
			return lockError("lockfile had changes, but lockfile is frozen: bun.lock was not made for %s", why)
		}
	}
	var missing []string
	j.b.walk(func(n *node) {
		for _, e := range n.edges {
			if n.m.bundles(e.name) && !n.isTop() {
				continue
			}
			switch to := e.to(); {
			case e.err != nil:
				missing = append(missing, e.err.Error())
			case to == nil && !e.typ.optional() && !e.typ.peer(), to != nil && !e.valid() && !e.typ.peer() && n.isTop():
				missing = append(missing, e.name+"@"+cut(e.spec.raw, 60)+" of "+cut(n.m.id(), 100))
			}
		}
	})
	if len(missing) > 0 {
		return lockError("%s is not what package.json asks for, and this command changes neither: missing %s", j.lockFile, strings.Join(missing[:min(len(missing), 5)], ", "))
	}
	return nil
}

// save puts the versions that were found into package.json.
func (j *job) save() error {
	j.out.total = 0
	j.b.each(func(n *node) {
		if n.link == nil && !n.bundled {
			j.out.total++
		}
	})
	from := j.b.tree.root
	if j.p.here != j.p.root {
		from = j.b.tops[j.p.here]
	}
	for _, r := range j.opt.add {
		n := from.resolve(r.name)
		if n == nil {
			continue
		}
		j.out.direct = append(j.out.direct, n.id())
		if !r.spec.registry() {
			continue
		}
		want := j.saved(r, n)
		if err := j.doc.setDependency(j.section(r.name), r.name, want); err != nil {
			return err
		}
	}
	raised, err := j.raise(from)
	if err != nil {
		return err
	}
	if len(j.opt.add) > 0 || raised {
		if err := j.reparse(); err != nil {
			return err
		}
		if j.p.edited != nil {
			from.m = j.p.edited
		} else {
			from.m = j.p.manifest
		}
	}
	return nil
}

// raise makes package.json ask for the versions that an update found.
func (j *job) raise(from *node) (bool, error) {
	if !j.opt.raise {
		return false, nil
	}
	for _, e := range from.edges {
		n := from.resolve(e.name)
		if n == nil || n.link != nil || !e.spec.registry() || len(j.opt.update) > 0 && !slices.Contains(j.opt.update, e.name) {
			continue
		}
		raw := e.spec.raw
		_, exact := version(e.spec.want)
		if raw != j.wanted(e.name) || exact && !j.opt.newest {
			continue
		}
		want := raw
		if !j.opt.bun {
			want = j.saved(request{name: e.name, spec: e.spec}, n)
		} else if !strings.ContainsAny(raw, " |<>*x:") {
			want = strings.TrimSuffix(raw, strings.TrimLeft(raw, "^~")) + n.m.Version
		}
		if want == raw {
			continue
		}
		if err := j.doc.setDependency(j.section(e.name), e.name, want); err != nil {
			return false, err
		}
		j.out.raised = true
	}
	return j.out.raised, nil
}

// saved is what package.json says from now on of a dependency that was added.
func (j *job) saved(r request, n *node) string {
	v := n.target().m.Version
	prefix := j.set.savePrefix
	if j.set.saveExact {
		prefix = ""
	}
	want := prefix + v
	if r.spec.raw == "" && j.wanted(r.name) != "latest" && j.opt.section == "" {
		return j.wanted(r.name) // it was there, and what it asked for was had again
	}
	if r.spec.kind == kindRange && !r.tag {
		_, exact := version(r.spec.want)
		switch {
		case j.opt.bun, !exact && !within(v, r.spec.want):
			want = r.spec.want
		}
	}
	if r.spec.name != r.name {
		return "npm:" + r.spec.name + "@" + want
	}
	return want
}

// within reports whether ^v is part of a range, as far as versions to come can
// tell.
func within(v, r string) bool {
	parsed, ok := version(v)
	if !ok {
		return false
	}
	major, _ := parsed.Major()
	if major == 0 {
		return satisfies(v, r) && satisfies(strings.Join(append(strings.SplitN(v, ".", 3)[:2], "99999"), "."), r)
	}
	return satisfies(v, r) && satisfies(fmt.Sprintf("%d.99999.99999", major), r)
}

// onDisk reports whether a node is to be in the workspace.
func (j *job) onDisk(n *node) bool {
	for ; n != nil && !n.isTop(); n = n.parent {
		if n.optional && n.m.platformError() != "" && n.link == nil || j.set.omitDev && (n.dev || n.devOpt) || j.only != nil && !j.only[n] {
			return false
		}
	}
	return true
}

// narrow finds what the packages in opt.only need.
func (j *job) narrow() {
	if j.opt.only == nil {
		return
	}
	j.only = map[*node]bool{}
	var need func(n *node)
	need = func(n *node) {
		if n == nil || j.only[n] {
			return
		}
		j.only[n] = true
		need(n.link)
		for _, e := range n.edges {
			if e.typ != depWorkspace {
				need(e.to())
			}
		}
	}
	for _, dir := range j.opt.only {
		top, err := j.b.top(dir)
		if err != nil || top.tree == nil {
			continue
		}
		need(top)
		need(j.b.tree.root.children[top.name])
	}
}

// stays reports whether a node that is not to be put on disk stays there if it is
// there: what some workspaces do not need, others may.
func (j *job) stays(n *node) bool {
	return j.only != nil && !j.only[n] && !j.opt.clean && exists(j.p.files, path.Join(j.p.root, n.location()))
}

// write brings the workspace to the tree.
func (j *job) write(ctx context.Context) error {
	if !j.opt.lockOnly {
		w, err := j.plan()
		if err != nil {
			return err
		}
		if err := j.fetchAll(ctx, w); err != nil {
			return err
		}
		if err := j.unbundle(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		j.progress("write", 0, len(w.place))
		// From here on nothing waits, and nothing is left half done.
		if err := w.apply(); err != nil {
			return err
		}
		j.progress("write", len(w.place), len(w.place))
		return nil
	}
	if err := j.unbundle(ctx); err != nil {
		return err
	}
	w := &writer{j: j, files: j.p.files}
	return w.records()
}

// fetchAll gets the packages that are to be placed.
func (j *job) fetchAll(ctx context.Context, w *writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		first error
		done  int
	)
	slots := make(chan struct{}, 4*runtime.GOMAXPROCS(0))
	total := len(w.place)
	j.progress("fetch", 0, total)
	for _, n := range w.place {
		if n.link != nil {
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		byURL := n.fromURL() // here: walking the tree counts its work
		wg.Go(func() {
			defer func() { <-slots }()
			p, sum, err := j.fetchNode(ctx, n, byURL)
			var other *Package
			var unfit error
			if err == nil {
				other, unfit = j.fetchTwin(ctx, n)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				if first == nil {
					first = err
					cancel()
				}
				return
			}
			j.pkgs[n] = p
			switch {
			case other != nil:
				j.twins[n] = other
				j.out.twins = append(j.out.twins, n.id()+" by "+other.Name+"@"+other.Version)
			case unfit != nil:
				j.warn("ENATIVE", "%s is native code, which does not run here, and %s was not to be had: %s", n.id(), twins[n.m.Name].name, unfit)
			}
			if n.integrity == "" {
				n.integrity = sum
			}
			done++
			j.progress("fetch", done, total)
		})
	}
	wg.Wait()
	if first != nil {
		return first
	}
	return ctx.Err()
}

// fetchNode gets a node's package; byURL: a dependency names its archive's URL.
func (j *job) fetchNode(ctx context.Context, n *node, byURL bool) (*Package, string, error) {
	if n.local != "" {
		if p := j.p.unpacked[n.local]; p != nil {
			return p, n.integrity, nil
		}
		return nil, "", fail("ENOENT", n.id(), "its archive is not in the workspace any more")
	}
	w := wanted{name: n.m.Name, version: n.m.Version}
	var err error
	switch {
	case byURL:
		w.version = ""
		if w.url, err = remoteURL(n.resolved); err != nil {
			return nil, "", about(n.id(), err)
		}
	default:
		if n.resolved == "" {
			if n.resolved, err = j.reg.archiveURL(n.m.Name, n.m.Version); err != nil {
				return nil, "", about(n.id(), err)
			}
		}
		if w.url, err = j.reg.tarballURL(n.m.Name, n.resolved); err != nil {
			return nil, "", about(n.id(), err)
		}
		w.said = n.m
	}
	if n.integrity != "" || !byURL {
		if w.integrity, err = parseIntegrity(n.integrity); err != nil {
			return nil, "", about(n.id(), err)
		}
		w.pinned = true
	}
	p, sum, err := j.reg.fetch(ctx, w)
	return p, sum.String(), err
}

// fromURL reports whether a dependency names the very URL of the node's archive.
func (n *node) fromURL() bool {
	for _, e := range n.in() {
		if e.spec.kind == kindRemote && e.spec.want == n.resolved {
			return true
		}
	}
	return false
}
