// Package resolve finds the module that a specifier names, by Node's rules for
// ES modules and for CommonJS, or by Bun's, over a workspace.
//
// It also says what a source is: the format of a file, the names that a CommonJS
// module exports, what a tsconfig.json asks for. It runs nothing and knows
// nothing of the engine: the caller loads what was found.
package resolve

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Files is what resolution reads. Paths are absolute guest paths.
type Files interface {
	Stat(path string) (fs.FileInfo, error)
	ReadFile(path string) ([]byte, error)
	Realpath(path string) (string, error)
}

// Resolver resolves for one program. It is for one goroutine.
type Resolver struct {
	files Files
	node  bool // by Node's rules, else by Bun's
	bun   bool // what packages have for Bun is taken
	// Pause is called in between, if it is set: false ends the resolution.
	Pause    func() bool
	looks    int                     // at files, so far
	packages map[string]*packageJSON // by directory; read once, as Node does
	configs  map[string]*Config      // by directory; nil: none there or above
	held     int                     // bytes of package.json and tsconfig.json in the two
	work     int64
}

// maxPath bounds a path, in bytes, as everywhere: no file has a longer one. Without it
// a path of a million folders, which a program may say that it is in, is looked for
// through all of them, each by its whole name.
const maxPath = 4096

// pauseEvery is how many looks at files there are between two pauses.
const pauseEvery = 64

// maxHeld bounds the bytes of package.json and tsconfig.json files that are remembered.
const maxHeld = 4 << 20

// Rules are whose rules say which module a specifier names.
type Rules int

const (
	Bun   Rules = iota // Bun's
	Node               // Node's
	Mixed              // Bun's, but of packages what they have for Node: as tsx does it
)

// New returns a Resolver that follows rules.
func New(files Files, rules Rules) *Resolver {
	return &Resolver{files: files, node: rules == Node, bun: rules == Bun, packages: map[string]*packageJSON{}, configs: map[string]*Config{}}
}

// Work returns what was done since the last call: files looked at, and one for
// each 64 bytes read. Callers charge for it.
func (r *Resolver) Work() int64 {
	w := r.work
	r.work = 0
	return w
}

func (r *Resolver) conditions(require bool) []string {
	c := []string{"node", "import", "module-sync", "node-addons"}
	if require {
		c[1] = "require"
	}
	if r.bun {
		c = append(c, "bun")
	}
	return c
}

// Import returns the module that specifier names in the module from, an ID or a
// path. as is the import's type attribute, or "". With check false the file need
// not exist, if specifier is a path or URL: as import.meta.resolve has it.
//
// Built-in modules are the caller's: it asks for no name of one.
func (r *Resolver) Import(specifier, from, as string, check bool) (Module, error) {
	q := &query{r: r, specifier: specifier, from: Parse(from), conditions: r.conditions(false)}
	if len(q.from.Path) > maxPath {
		return Module{}, q.notFound()
	}
	m, err := q.importing(check)
	if err != nil {
		return Module{}, err
	}
	if m.Builtin != "" || m.Data != "" {
		return m, nil
	}
	if as != "" && as != attributeOf(m.Path) {
		m.As = as
	}
	return m, nil
}

// Require returns the file that a require of specifier in the file from finds.
// extensions are tried in their order, nil means the usual ones; lookup are the
// directories to search instead of those that follow from from, if it is not nil;
// conditions are those of exports and imports instead of a require's, if not nil.
func (r *Resolver) Require(specifier, from string, extensions, lookup, conditions []string) (Module, error) {
	if conditions == nil {
		conditions = r.conditions(true)
	}
	q := &query{r: r, specifier: specifier, from: Parse(from), require: true, conditions: conditions, extensions: extensions}
	if len(q.from.Path) > maxPath || len(specifier) > maxPath && !isURL(specifier) {
		return Module{}, q.notFound()
	}
	return q.requiring(lookup)
}

// Main returns the file that a command line means by name, an absolute path:
// itself, or with an extension, or a directory's main. "" if there is none.
func (r *Resolver) Main(name string) string {
	q := &query{r: r, specifier: name, require: true, conditions: r.conditions(true)}
	p, err := q.asFileOrDirectory(name, false)
	if err != nil {
		return ""
	}
	return r.real(p)
}

// Scope returns the path of the package.json that governs the file name, or "".
func (r *Resolver) Scope(name string) (string, error) {
	at, pkg, err := r.scope(path.Dir(name))
	if err != nil || pkg == nil {
		return "", err
	}
	return path.Join(at, "package.json"), nil
}

// Missing takes apart a bare specifier that a resolution for the file from ended
// with err for: the name of the package, the version, range or tag that it asks for
// ("" if none), and what it names in the package ("" or "/sub"). ok is false unless
// the package is what is missing, and there is no node_modules folder for the file
// that it would be in.
func (r *Resolver) Missing(specifier, from string, err *Error) (name, want, sub string, ok bool) {
	m := Parse(from)
	if r.node || len(m.Path) > maxPath || len(specifier) > maxPath || err.Code != "ERR_MODULE_NOT_FOUND" && err.Code != "MODULE_NOT_FOUND" || m.Data != "" || isURL(specifier) || isRelative(specifier) ||
		specifier == "" || strings.HasPrefix(specifier, "/") || strings.HasPrefix(specifier, "#") {
		return "", "", "", false
	}
	name, sub, _, ok = splitPackage(specifier)
	if !ok {
		return "", "", "", false
	}
	sub = sub[1:]
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		name, want = name[:i], name[i+1:]
	}
	for _, d := range NodeModules(path.Dir(m.Path)) {
		if r.stat(d) == directory {
			return "", "", "", false
		}
	}
	return name, want, sub, true
}

// query is one resolution.
type query struct {
	r          *Resolver
	specifier  string
	from       Module
	require    bool
	conditions []string
	extensions []string
	typed      bool // names written for JavaScript may mean TypeScript
	depth      int  // of imports that lead to packages
}

// kindOf is what the file system has at name.
type kind int

const (
	nothing kind = iota
	regular
	directory
)

func (r *Resolver) stat(name string) kind {
	r.work += 2
	if r.looks++; r.looks%pauseEvery == 0 && r.Pause != nil && !r.Pause() {
		return nothing
	}
	fi, err := r.files.Stat(name)
	switch {
	case err != nil:
		return nothing
	case fi.IsDir():
		return directory
	case fi.Mode().IsRegular():
		return regular
	}
	return nothing
}

func (r *Resolver) isFile(name string) bool { return r.stat(name) == regular }

// real is name without links: a file has one name, whatever leads to it.
func (r *Resolver) real(name string) string {
	if name == "" {
		return ""
	}
	if p, err := r.files.Realpath(name); err == nil {
		return p
	}
	return name
}

func isRelative(s string) bool {
	return s == "." || s == ".." || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")
}

// importing resolves for an import.
func (q *query) importing(check bool) (Module, error) {
	s := q.specifier
	if strings.ContainsRune(s, 0) {
		return Module{}, q.invalid(s, "must not include a null character")
	}
	if q.from.Data != "" && !isURL(s) {
		return Module{}, &Error{Name: "TypeError", Code: "ERR_UNSUPPORTED_RESOLVE_REQUEST",
			Message: "Failed to resolve module specifier \"" + s + "\" from \"" + q.from.Data + "\": Invalid relative URL or base scheme is not hierarchical."}
	}
	switch {
	case isRelative(s) || strings.HasPrefix(s, "/"):
		return q.path(s, check)
	case strings.HasPrefix(s, "#"):
		p, err := q.imports(s)
		if err != nil {
			return Module{}, err
		}
		return q.finish(p, check)
	}
	if scheme, rest, ok := strings.Cut(s, ":"); ok && isScheme(scheme) {
		return q.url(strings.ToLower(scheme), rest, check)
	}
	if len(s) > maxPath {
		return Module{}, q.notFound()
	}
	if !q.r.node {
		if p := q.r.mapped(q, s); p != "" {
			return Module{Path: q.r.real(p)}, nil
		}
	}
	p, err := q.pkg(s, path.Dir(q.from.Path))
	if err != nil {
		return Module{}, err
	}
	return q.finish(p, check)
}

// target is where a package's map leads: a path, or a built-in module.
type target struct {
	path    string
	builtin string
}

// finish checks that what a package led to is a file.
func (q *query) finish(t target, check bool) (Module, error) {
	if t.builtin != "" {
		return Module{Builtin: t.builtin}, nil
	}
	return q.file(t.path, "", check)
}

// path resolves a relative or absolute path, which is a URL's: it may be
// percent-encoded and may have a query.
func (q *query) path(s string, check bool) (Module, error) {
	p, suffix := s, ""
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		p, suffix = s[:i], s[i:]
		if suffix == "?" || suffix == "#" {
			suffix = ""
		}
	}
	base := path.Dir(q.from.Path)
	if q.r.node {
		p = strings.ReplaceAll(p, `\`, "/")
	} else if suffix != "" || strings.Contains(p, "%") {
		// Bun takes a path as it is written, if there is such a file.
		if whole := join(base, s); q.r.isFile(whole) {
			return Module{Path: q.r.real(whole)}, nil
		}
	}
	full := join(base, p)
	if encodedSeparator(full) {
		return Module{}, q.invalid(full, `must not include encoded "/" or "\" characters`)
	}
	return q.file(unescape(full), suffix, check)
}

// join joins as a URL is resolved: a final slash stays.
func join(base, p string) string {
	full := p
	if !strings.HasPrefix(p, "/") {
		full = base + "/" + p
	}
	clean := path.Clean(full)
	last := p[strings.LastIndexByte(p, '/')+1:]
	if (last == "" || last == "." || last == "..") && clean != "/" {
		clean += "/"
	}
	return clean
}

// file is the module of the file name, by the rules for imports.
func (q *query) file(name, suffix string, check bool) (Module, error) {
	if !check {
		return Module{Path: name, Query: suffix}, nil
	}
	if len(name) > maxPath {
		return Module{}, q.notFound()
	}
	if !q.r.node {
		p, err := q.asFileOrDirectory(strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/"))
		if err != nil {
			return Module{}, err
		}
		if p == "" {
			return Module{}, q.notFound()
		}
		return Module{Path: q.r.real(p), Query: suffix}, nil
	}
	k := q.r.stat(strings.TrimSuffix(name, "/"))
	if k != regular {
		if p := q.asTypeScript(strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/")); p != "" {
			return Module{Path: q.r.real(p), Query: suffix}, nil
		}
	}
	switch {
	case k == directory:
		return Module{}, &Error{Code: "ERR_UNSUPPORTED_DIR_IMPORT", Message: "Directory import '" + name + "' is not supported resolving ES modules imported from " + q.from.Name()}
	case k == nothing || strings.HasSuffix(name, "/"):
		return Module{}, &Error{Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find module '" + name + "' imported from " + q.from.Name()}
	}
	return Module{Path: q.r.real(name), Query: suffix}, nil
}

// url resolves a specifier with a scheme.
func (q *query) url(scheme, rest string, check bool) (Module, error) {
	switch scheme {
	case "file":
		p := rest
		if strings.HasPrefix(p, "//") {
			p = p[2:]
			i := strings.IndexByte(p, '/')
			host := p
			if i >= 0 {
				host, p = p[:i], p[i:]
			} else {
				p = "/"
			}
			if host != "" && host != "localhost" {
				return Module{}, &Error{Name: "TypeError", Code: "ERR_INVALID_FILE_URL_HOST", Message: `File URL host must be "localhost" or empty on linux`}
			}
		}
		if !strings.HasPrefix(p, "/") {
			p = "/" + p
		}
		return q.path(p, check)
	case "data":
		m := Module{Data: "data:" + rest}
		if _, _, err := m.Decode(); err != nil {
			return Module{}, err
		}
		return m, nil
	case "buntime":
		if rest == "scope" && q.from.Path != "" {
			return Module{Path: q.from.Path, As: "scope"}, nil
		}
	case "node":
		if check {
			return Module{}, q.unknownBuiltin()
		}
	}
	switch {
	case !check:
		return Module{Data: q.specifier}, nil
	case !q.r.node && strings.HasPrefix(rest, "//"):
		return Module{}, &Error{Name: "BuildMessage", Message: "ENOENT reading " + strconv.Quote(q.specifier) +
			"\nOnly file: and data: URLs and packages can be imported: fetch what the URL leads to, or install it as a package"}
	case q.r.node:
		return Module{}, &Error{Code: "ERR_UNSUPPORTED_ESM_URL_SCHEME",
			Message: "Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. Received protocol '" + scheme + ":'"}
	}
	return Module{}, q.notFound()
}

// isScheme reports whether s can be a URL's scheme.
func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return len(s) > 0
}

func isURL(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return ok && isScheme(scheme)
}

// splitPackage splits a bare specifier into a package's name and the subpath in
// it; ok is false for what can be no package's name.
func splitPackage(s string) (name, sub string, scoped, ok bool) {
	i := strings.IndexByte(s, '/')
	ok = true
	if strings.HasPrefix(s, "@") {
		scoped = true
		if i < 0 {
			ok = false
		} else if j := strings.IndexByte(s[i+1:], '/'); j >= 0 {
			i += 1 + j
		} else {
			i = -1
		}
	}
	name, sub = s, "."
	if i >= 0 {
		name, sub = s[:i], "."+s[i:]
	}
	if strings.HasPrefix(name, ".") || strings.ContainsAny(name, `%\`) {
		ok = false
	}
	return name, sub, scoped, ok
}

// pkg resolves a bare specifier in a file of dir, by the rules for imports.
func (q *query) pkg(s, dir string) (target, error) {
	if q.depth++; q.depth > maxDepth {
		return target{}, q.notFound()
	}
	if isBuiltin(s) && q.depth > 1 {
		return target{builtin: "node:" + s}, nil
	}
	name, sub, _, ok := splitPackage(s)
	if !ok {
		if !q.r.node {
			return target{}, q.notFound()
		}
		return target{}, q.invalid(s, "is not a valid package name")
	}
	at, pkg, err := q.r.scope(dir)
	if err != nil {
		return target{}, q.config(err)
	}
	if pkg != nil && pkg.name == name && pkg.exports.present() {
		return q.exports(at, pkg, sub, q.from.Name())
	}
	// What follows # or ? is no part of a URL's path.
	folder, _, _ := strings.Cut(name, "#")
	folder, _, _ = strings.Cut(folder, "?")
	for d := dir; name != ""; d = path.Dir(d) {
		if path.Base(d) != "node_modules" {
			at := path.Join(d, "node_modules", folder)
			if q.r.stat(at) == directory {
				return q.inPackage(at, sub)
			}
			if !q.r.node {
				// A file, too, for the rules of CommonJS are in force.
				if p, err := q.asFile(at); p != "" || err != nil {
					return target{path: p}, err
				}
			}
		}
		if d == "/" || d == "." {
			break
		}
	}
	if !q.r.node {
		return target{}, q.notFound()
	}
	return target{}, &Error{Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find package '" + name + "' imported from " + q.from.Name()}
}

// maxDepth bounds how often one package's map leads to another package.
const maxDepth = 32

// inPackage resolves sub in the package at at, by the rules for imports.
func (q *query) inPackage(at, sub string) (target, error) {
	pkg, err := q.r.read(at)
	if err != nil {
		return target{}, q.config(err)
	}
	if pkg != nil && pkg.exports.present() {
		return q.exports(at, pkg, sub, q.from.Name())
	}
	if !q.r.node {
		p, err := q.asFileOrDirectory(path.Join(at, sub), strings.HasSuffix(sub, "/"))
		if err == nil && p == "" {
			err = q.notFound()
		}
		return target{path: p}, err
	}
	if sub != "." {
		return target{path: join(at, sub)}, nil
	}
	main := ""
	if pkg != nil {
		main = pkg.main
	}
	var tries []string
	if main != "" {
		p := path.Join(at, main)
		tries = append(tries, p, p+".js", p+".json", p+".node", p+"/index.js", p+"/index.json", p+"/index.node")
	} else {
		main = "index.js"
	}
	tries = append(tries, at+"/index.js", at+"/index.json", at+"/index.node")
	for _, p := range tries {
		if q.r.isFile(p) {
			return target{path: p}, nil
		}
	}
	from := q.from.Name()
	if q.depth > 1 {
		from = q.scopeOf()
	}
	return target{}, &Error{Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find package '" + path.Join(at, main) + "' imported from " + from}
}

// scopeOf is the package.json whose imports led on.
func (q *query) scopeOf() string {
	at, _, _ := q.r.scope(path.Dir(q.from.Path))
	return path.Join(at, "package.json")
}

// nodeExtensions and bunExtensions are tried in their order.
var (
	nodeExtensions = []string{".js", ".json", ".node"}
	bunExtensions  = []string{".tsx", ".ts", ".jsx", ".cts", ".cjs", ".js", ".mjs", ".mts", ".json"}
	// bunPackages is Bun's order inside of node_modules.
	bunPackages = []string{".jsx", ".cjs", ".js", ".mjs", ".mts", ".tsx", ".ts", ".cts", ".json"}
)

func (q *query) tries(name string) []string {
	switch {
	case q.extensions != nil:
		return q.extensions
	case q.r.node:
		return nodeExtensions
	case strings.Contains(name, "/node_modules/"):
		return bunPackages
	}
	return bunExtensions
}

// typed are the TypeScript files that a name written for JavaScript may mean.
var typed = map[string][]string{".js": {".ts", ".tsx"}, ".mjs": {".mts"}, ".cjs": {".cts"}, ".jsx": {".tsx"}}

// asTypeScript is what a module of TypeScript that runs as Node would means by name
// where Node has no file: as tsx has it, whose programs these are. "" if nothing.
func (q *query) asTypeScript(name string, slash bool) string {
	if ext := path.Ext(q.from.Path); !q.r.node || ext != ".ts" && ext != ".tsx" && ext != ".mts" && ext != ".cts" {
		return ""
	}
	t := *q
	t.extensions, t.typed = bunExtensions, true
	p, err := t.asFileOrDirectory(name, slash)
	if err != nil {
		return ""
	}
	return p
}

// asFile is name, or name with an extension; "" if there is no such file.
func (q *query) asFile(name string) (string, error) {
	if q.r.isFile(name) {
		return name, nil
	}
	return q.withExtension(name), nil
}

func (q *query) withExtension(name string) string {
	for _, ext := range q.tries(name) {
		if q.r.isFile(name + ext) {
			return name + ext
		}
	}
	if !q.r.node || q.typed {
		ext := path.Ext(name)
		for _, ts := range typed[ext] {
			if p := strings.TrimSuffix(name, ext) + ts; q.r.isFile(p) {
				return p
			}
		}
	}
	return ""
}

// asFileOrDirectory is what CommonJS finds at name; "" if nothing.
func (q *query) asFileOrDirectory(name string, slash bool) (string, error) {
	k := q.r.stat(name)
	if !slash {
		if k == regular {
			return name, nil
		}
		if p := q.withExtension(name); p != "" {
			return p, nil
		}
	}
	if k == directory {
		return q.asDirectory(name)
	}
	return "", nil
}

// asDirectory is the main file of the package or folder at name.
func (q *query) asDirectory(name string) (string, error) {
	pkg, err := q.r.read(name)
	if err != nil {
		return "", q.config(err)
	}
	if pkg != nil {
		mains := []string{pkg.main}
		if !q.r.node {
			mains = append(mains, pkg.module)
		}
		for _, main := range mains {
			if main == "" {
				continue
			}
			p := path.Join(name, main)
			if p != name {
				if found, err := q.asFile(p); found != "" || err != nil {
					return found, err
				}
			}
			if found := q.withExtension(p + "/index"); found != "" {
				return found, nil
			}
		}
	}
	found := q.withExtension(name + "/index")
	if found == "" && pkg != nil && pkg.main != "" && q.r.node {
		return "", &Error{Code: "MODULE_NOT_FOUND", Message: "Cannot find module '" + path.Join(name, pkg.main) + "'. Please verify that the package.json has a valid \"main\" entry",
			Path: path.Join(name, "package.json")}
	}
	return found, nil
}

// requiring resolves for a require.
func (q *query) requiring(lookup []string) (Module, error) {
	s := q.specifier
	dir := path.Dir(q.from.Path)
	relative := isRelative(s)
	switch {
	case strings.ContainsRune(s, 0):
		return Module{}, q.notFound()
	case strings.HasPrefix(s, "node:"):
		return Module{}, q.unknownBuiltin()
	case !q.r.node && strings.HasPrefix(s, "file://"):
		m, err := q.importing(true)
		return m, err
	case strings.HasPrefix(s, "/"):
		return q.found(q.asFileOrDirectory(path.Clean(s), trailing(s)))
	case relative && lookup == nil:
		p, err := q.asFileOrDirectory(path.Join(dir, s), trailing(s))
		if p == "" && err == nil {
			p = q.asTypeScript(path.Join(dir, s), trailing(s))
		}
		return q.found(p, err)
	case strings.HasPrefix(s, "#") && lookup == nil:
		_, pkg, err := q.r.scope(dir)
		if err != nil {
			return Module{}, q.config(err)
		}
		if pkg != nil && pkg.imports.object != nil {
			t, err := q.imports(s)
			if err != nil {
				return Module{}, q.esmFailure(err)
			}
			return q.exact(t)
		}
	case lookup == nil:
		name, sub, _, ok := splitPackage(s)
		at, pkg, err := q.r.scope(dir)
		if err != nil {
			return Module{}, q.config(err)
		}
		if ok && pkg != nil && pkg.name == name && pkg.exports.present() {
			t, err := q.exports(at, pkg, sub, q.from.Name())
			if err != nil {
				return Module{}, q.esmFailure(err)
			}
			return q.exact(t)
		}
		if !q.r.node {
			if p := q.r.mapped(q, s); p != "" {
				return Module{Path: q.r.real(p)}, nil
			}
		}
		lookup = NodeModules(dir)
	}
	for _, d := range lookup {
		if q.r.stat(d) != directory {
			continue
		}
		if name, sub, _, ok := splitPackage(s); ok && !relative && !strings.HasPrefix(s, "#") {
			at := path.Join(d, name)
			pkg, err := q.r.read(at)
			if err != nil {
				return Module{}, q.config(err)
			}
			if pkg != nil && pkg.exports.present() {
				t, err := q.exports(at, pkg, sub, "")
				if err != nil {
					return Module{}, q.esmFailure(err)
				}
				return q.exact(t)
			}
		}
		p, err := q.asFileOrDirectory(path.Join(d, s), trailing(s))
		if err != nil {
			return Module{}, err
		}
		if p != "" {
			return Module{Path: q.r.real(p)}, nil
		}
	}
	return Module{}, q.notFound()
}

func trailing(s string) bool {
	return strings.HasSuffix(s, "/") || strings.HasSuffix(s, "/.") || strings.HasSuffix(s, "/..") || s == "." || s == ".."
}

func (q *query) found(p string, err error) (Module, error) {
	if err == nil && p == "" {
		err = q.notFound()
	}
	if err != nil {
		return Module{}, err
	}
	return Module{Path: q.r.real(p)}, nil
}

// exact is the file that a package's map names; no extension is tried.
func (q *query) exact(t target) (Module, error) {
	switch {
	case t.builtin != "":
		return Module{Builtin: t.builtin}, nil
	case encodedSeparator(t.path):
		return Module{}, q.invalid(t.path, `must not include encoded "/" or "\" characters`)
	case strings.HasSuffix(t.path, "/") || !q.r.isFile(t.path):
		if !q.r.node {
			return Module{}, q.notFound()
		}
		return Module{}, &Error{Code: "MODULE_NOT_FOUND", Message: "Cannot find module '" + t.path + "'"}
	}
	return Module{Path: q.r.real(t.path)}, nil
}

// esmFailure is the error of a package's map as require shows it.
func (q *query) esmFailure(err error) error {
	if e, ok := err.(*Error); ok && e.Code == "ERR_MODULE_NOT_FOUND" {
		return q.notFound()
	}
	return err
}

// NodeModules returns the node_modules directories that a file in dir sees,
// nearest first.
func NodeModules(dir string) []string {
	var out []string
	for d := path.Clean(dir); ; d = path.Dir(d) {
		if path.Base(d) != "node_modules" {
			out = append(out, path.Join(d, "node_modules"))
		}
		if d == "/" || d == "." {
			return out
		}
	}
}

// isBuiltin reports whether a package's map means a built-in module by name.
func isBuiltin(name string) bool {
	return slices.Contains(builtins, name)
}

var builtins = []string{
	"assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
	"diagnostics_channel", "dns", "dns/promises", "domain", "events", "fs", "fs/promises", "http", "http2", "https", "inspector",
	"inspector/promises", "module", "net", "os", "path", "path/posix", "path/win32", "perf_hooks", "process", "punycode",
	"querystring", "readline", "readline/promises", "repl", "stream", "stream/consumers", "stream/promises", "stream/web",
	"string_decoder", "sys", "timers", "timers/promises", "tls", "trace_events", "tty", "url", "util", "util/types", "v8", "vm",
	"wasi", "worker_threads", "zlib",
}
