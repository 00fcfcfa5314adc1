package jsengine

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/buntime/buntime/jsengine/wire"
)

// moduleKind is how a module is built, as in shim.c.
type moduleKind int32

const (
	kindESM moduleKind = iota
	kindJSON
	kindCJS
	kindText
	kindBytes
)

func (k moduleKind) String() string {
	return [...]string{"esm", "json", "cjs", "text", "bytes"}[k]
}

// source is a module as the engine takes it.
type source struct {
	kind moduleKind
	text []byte
	maps []byte // positions, as encodeMap makes them; nil: the text's own
}

// append appends kind, text (with its NUL) and positions.
func (s *source) append(b []byte) ([]byte, error) {
	b, _ = wire.Append(b, int32(s.kind)) // flat values cannot fail
	b = appendText(b, s.text)
	if s.maps == nil {
		return wire.Append(b, wire.Undefined{})
	}
	return wire.Append(b, s.maps)
}

// tagBytes is the wire's tag of bytes: texts that C reads in place are sent as
// bytes that end with a NUL.
const tagBytes = 10

func appendText[T string | []byte](b []byte, s T) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, tagBytes), uint32(len(s)+1))
	b = append(b, s...)
	return append(b, 0)
}

// raw is an answer that is encoded already.
type raw []byte

// moduleOps resolve and load modules for the runtime library's require.
func moduleOps() []Op {
	return []Op{
		// module.resolve (specifier, referrer, "require"?) → {url, kind}
		{Name: "module.resolve", Sync: func(c *Call) (any, error) {
			spec, err := c.String(0, "specifier")
			if err != nil {
				return nil, err
			}
			from, err := c.String(1, "referrer")
			if err != nil {
				return nil, err
			}
			require := c.arg(2) == "require"
			name, err := c.Process.resolvePath(spec, from, require)
			if err != nil {
				return nil, err
			}
			kind := c.Process.kindOf(name, require)
			return wire.Object{{Key: "url", Value: name}, {Key: "kind", Value: kind.String()}}, nil
		}},
		// module.load (path) → {kind, source, map?}
		{Name: "module.load", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "path")
			if err != nil {
				return nil, err
			}
			s, err := c.Process.loadSource(name, "", true)
			if err != nil {
				return nil, err
			}
			var text string
			c.Process.long(len(s.text), func() { text = strings.ToValidUTF8(string(s.text), "\uFFFD") })
			o := wire.Object{{Key: "kind", Value: s.kind.String()}, {Key: "source", Value: text}}
			if s.maps != nil {
				o = append(o, wire.Pair{Key: "map", Value: s.maps})
			}
			return o, nil
		}},
	}
}

// resolve is the engine's: specifier, referrer, type → path.
func (p *Process) resolve(c *Call) (any, error) {
	spec, err := c.String(0, "specifier")
	if err != nil {
		return nil, err
	}
	from, err := c.String(1, "referrer")
	if err != nil {
		return nil, err
	}
	return p.resolvePath(spec, from, false)
}

// load is the engine's: path, type → kind, source, positions.
func (p *Process) load(c *Call) (any, error) {
	name, err := c.String(0, "path")
	if err != nil {
		return nil, err
	}
	as, _ := c.arg(1).(string)
	s, err := p.loadSource(name, as, false)
	if err != nil {
		return nil, err
	}
	var b []byte
	p.long(len(s.text), func() { b, err = s.append(make([]byte, 0, len(s.text)+len(s.maps)+32)) })
	return raw(b), err
}

// notFound is Node's error for a specifier that leads nowhere.
func notFound(spec, from string) error {
	what := "module"
	if isBare(spec) {
		what = "package"
	}
	return &JSError{Code: "ERR_MODULE_NOT_FOUND", Message: fmt.Sprintf("Cannot find %s '%s' imported from %s", what, spec, from)}
}

func isBare(spec string) bool {
	return spec != "" && spec[0] != '/' && spec[0] != '#' && spec != "." && spec != ".." &&
		!strings.HasPrefix(spec, "./") && !strings.HasPrefix(spec, "../")
}

// resolvePath finds the file that spec names in the module from.
func (p *Process) resolvePath(spec, from string, require bool) (string, error) {
	if spec == "" || strings.ContainsRune(spec, 0) {
		return "", &JSError{Name: "TypeError", Code: "ERR_INVALID_MODULE_SPECIFIER", Message: fmt.Sprintf("Invalid module %q imported from %s", spec, from)}
	}
	if scheme, rest, ok := strings.Cut(spec, ":"); ok && isBare(spec) && isScheme(scheme) {
		switch scheme {
		case "file":
			u, err := url.Parse(spec)
			if err != nil || (u.Host != "" && u.Host != "localhost") || u.Path == "" {
				return "", &JSError{Name: "TypeError", Code: "ERR_INVALID_MODULE_SPECIFIER", Message: fmt.Sprintf("Invalid module %q imported from %s", spec, from)}
			}
			spec = u.Path
		case "node", "bun":
			return "", &JSError{Code: "ERR_UNKNOWN_BUILTIN_MODULE", Message: "No such built-in module: " + spec}
		default:
			return "", &JSError{Code: "ERR_UNSUPPORTED_ESM_URL_SCHEME", Message: fmt.Sprintf("Cannot import %q from %s: only files and built-in modules can be imported (received protocol '%s:')", scheme+":"+rest, from, scheme)}
		}
	}
	files, err := p.Files()
	if err != nil {
		if !isBare(spec) {
			return "", err
		}
		return "", notFound(spec, from)
	}
	r := resolver{files: files, require: require, parsed: p.parsed}
	name, err := r.resolve(spec, from)
	if err != nil {
		return "", err
	}
	if name == "" {
		return "", notFound(spec, from)
	}
	// A file has one name, whatever links lead to it.
	if real, err := files.Realpath(name); err == nil {
		name = real
	}
	return name, nil
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return len(s) > 1
}

// kindOf is how the file at name is built.
func (p *Process) kindOf(name string, require bool) moduleKind {
	switch path.Ext(name) {
	case ".json":
		return kindJSON
	case ".cjs", ".cts":
		return kindCJS
	case ".mjs", ".mts":
		return kindESM
	case ".txt":
		return kindText
	case ".ts", ".tsx", ".jsx":
		return kindESM
	}
	files, err := p.Files()
	if err != nil {
		return kindESM
	}
	switch (&resolver{files: files, parsed: p.parsed}).packageType(path.Dir(name)) {
	case "module":
		return kindESM
	case "commonjs":
		return kindCJS
	}
	// No package.json decides: what the source itself looks like.
	cjs := false
	if text, err := p.readSource(files, name); err == nil {
		p.long(len(text), func() { cjs = looksCommonJS(text) })
	}
	if cjs {
		return kindCJS
	}
	return kindESM
}

const (
	// maxSource bounds a module's source, in bytes.
	maxSource = 64 << 20
	// longSource is what takes more than a slice to go through.
	longSource = 256 << 10
	// parseShift gives the fuel of parsing a byte of JSON: half a unit.
	parseShift = 1
)

// readSource reads the file at name in pieces.
func (p *Process) readSource(files Files, name string) ([]byte, error) {
	info, err := files.Stat(name)
	if err != nil {
		return nil, err
	}
	switch size := info.Size(); {
	case size <= fsPiece || info.IsDir():
		return files.ReadFile(name)
	case size > maxSource:
		return nil, &JSError{Name: "RangeError", Message: fmt.Sprintf("Module %s has %d bytes; at most %d are allowed", name, size, maxSource)}
	}
	f, err := files.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	c := &fsCall{Call: &Call{Process: p}, files: files}
	text := make([]byte, 0, info.Size())
	for err == nil && int64(len(text)) < info.Size() {
		var more []byte
		more, err = c.readAt(&openFile{file: f, readable: true}, info.Size()-int64(len(text)), int64(len(text)))
		if len(more) == 0 {
			break
		}
		text = append(text, more...)
	}
	return text, errors.Join(err, f.Close())
}

// long runs f, which goes through n bytes a few times, in a turn of its own if
// they are many.
func (p *Process) long(n int, f func()) {
	if n <= longSource {
		f()
		return
	}
	p.Work(f)
}

// parsed charges for n bytes of JSON that were parsed.
func (p *Process) parsed(n int) {
	p.in.Charge(int64(n)>>parseShift + 1)
	p.checkpoint()
}

// looksCommonJS reports whether plain JavaScript uses CommonJS's names and no
// static import or export. It errs towards ES modules.
func looksCommonJS(text []byte) bool {
	cjs := false
	for line := range bytes.Lines(text) {
		t := bytes.TrimSpace(line)
		if bytes.HasPrefix(t, []byte("import ")) || bytes.HasPrefix(t, []byte("import{")) || bytes.HasPrefix(t, []byte("import\"")) ||
			bytes.HasPrefix(t, []byte("import'")) || bytes.HasPrefix(t, []byte("export ")) || bytes.HasPrefix(t, []byte("export{")) || bytes.HasPrefix(t, []byte("export*")) {
			return false
		}
		if bytes.Contains(t, []byte("module.exports")) || bytes.HasPrefix(t, []byte("exports.")) || bytes.Contains(t, []byte("require(")) {
			cjs = true
		}
	}
	return cjs
}

// loadSource reads the file at name and makes it JavaScript.
func (p *Process) loadSource(name, as string, require bool) (*source, error) {
	files, err := p.Files()
	if err != nil {
		return nil, err
	}
	text, err := p.readSource(files, name)
	if err != nil {
		return nil, err
	}
	// Reading is charged like any other crossing, when it is answered.
	switch as {
	case "json":
		return &source{kind: kindJSON, text: text}, nil
	case "text":
		return &source{kind: kindText, text: text}, nil
	case "bytes":
		return &source{kind: kindBytes, text: text}, nil
	}
	s := &source{kind: p.kindOf(name, require), text: text}
	if s.kind == kindJSON {
		s.text = bytes.TrimPrefix(s.text, []byte("\xef\xbb\xbf"))
		return s, nil
	}
	loader := loaderOf(name)
	if loader == "" || s.kind == kindCJS && !require {
		// require reads a CommonJS module itself, when the engine asks for it.
		return s, nil
	}
	var out *source
	p.in.Charge(transformCost(len(text)))
	p.Block(func() { out, err = p.transformed(p.ctx, text, name, loader) })
	if err != nil {
		return nil, err
	}
	out.kind = s.kind
	return out, nil
}

// loaderOf is the transform that a file needs by its name; "" for none.
func loaderOf(name string) string {
	switch path.Ext(name) {
	case ".ts", ".mts", ".cts":
		return "ts"
	case ".tsx":
		return "tsx"
	case ".jsx":
		return "jsx"
	}
	return ""
}

// transformCost is the fuel that a transform of n bytes costs: what esbuild takes
// for it, about, and the same when the result is cached.
func transformCost(n int) int64 { return transformBase + int64(n)*transformRate/1024 }

const (
	transformBase = 20_000 // units for a source
	transformRate = 20_000 // units for 1 KiB of it
)

// transform makes JavaScript of TypeScript or JSX before the guest starts.
func (p *Process) transform(ctx context.Context, text []byte, name, loader string) (*source, error) {
	p.in.Charge(transformCost(len(text)))
	return p.transformed(ctx, text, name, loader)
}

// transformed makes JavaScript of TypeScript or JSX; its caller charges for it.
func (p *Process) transformed(ctx context.Context, text []byte, name, loader string) (*source, error) {
	t := p.engine.cfg.Transformer
	if t == nil {
		return nil, ErrNoTransformer
	}
	r, err := t.Transform(ctx, TransformRequest{Source: text, Path: name, Loader: loader, Scope: p.program.Scope})
	if err != nil {
		return nil, err
	}
	maps, err := encodeMap(r.Map, r.Code)
	if err != nil {
		return nil, fmt.Errorf("source map of %s: %w", name, err)
	}
	return &source{kind: kindESM, text: r.Code, maps: maps}, nil
}

// codeSource is the program's own code as a module. It leaves out the transform
// where that would change nothing, if the code is JavaScript: again says that the
// engine found it is not.
func (p *Process) codeSource(ctx context.Context, name string, again bool) (*source, error) {
	code := p.program.Code
	if !utf8.ValidString(code) {
		code = strings.ToValidUTF8(code, "\uFFFD")
	}
	lang := p.program.Language
	if lang == "" || lang == "auto" {
		plain, typed := plainJS(code)
		switch {
		case p.engine.cfg.Transformer == nil:
			p.doubtful = typed || !plain
			lang = "js"
		case plain && !again:
			p.retry = true
			lang = "js"
		default:
			s, err := p.transform(ctx, []byte(code), name, "ts")
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				return s, err
			}
			// What is no TypeScript may be TSX; if it is not, the first error is the one to show.
			if s, err2 := p.transform(ctx, []byte(code), name, "tsx"); err2 == nil {
				return s, nil
			}
			return nil, err
		}
	}
	switch lang {
	case "js":
		return &source{kind: kindESM, text: []byte(code)}, nil
	case "ts", "tsx", "jsx":
		return p.transform(ctx, []byte(code), name, lang)
	}
	return nil, fmt.Errorf("jsengine: unknown language %q", lang)
}

// resolver finds files by Node's rules.
type resolver struct {
	files   Files
	require bool
	parsed  func(bytes int) // is told of JSON that was parsed
}

// extensions are tried in this order for a name that is no file as it stands.
var extensions = []string{".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".cts", ".json"}

func (r *resolver) resolve(spec, from string) (string, error) {
	dir := path.Dir(from)
	switch {
	case spec[0] == '/':
		return r.file(path.Clean(spec)), nil
	case spec[0] == '#':
		return r.imports(spec, dir)
	case !isBare(spec):
		name := path.Join(dir, spec)
		if strings.HasSuffix(spec, "/") || spec == "." || spec == ".." {
			return r.directory(name), nil
		}
		return r.file(name), nil
	}
	return r.bare(spec, dir)
}

func (r *resolver) isFile(name string) bool {
	fi, err := r.files.Stat(name)
	return err == nil && fi.Mode().IsRegular()
}

// file is name itself, with an extension, or a directory's index; "" if none.
func (r *resolver) file(name string) string {
	if r.isFile(name) {
		return name
	}
	for _, ext := range extensions {
		if r.isFile(name + ext) {
			return name + ext
		}
	}
	// TypeScript writes import "./a.js" for what is a.ts.
	for js, ts := range map[string][]string{".js": {".ts", ".tsx"}, ".mjs": {".mts"}, ".cjs": {".cts"}, ".jsx": {".tsx"}} {
		if base, ok := strings.CutSuffix(name, js); ok {
			for _, ext := range ts {
				if r.isFile(base + ext) {
					return base + ext
				}
			}
		}
	}
	return r.directory(name)
}

func (r *resolver) directory(name string) string {
	if pkg := r.readPackage(name); pkg != nil {
		for _, main := range []string{pkg.Module, pkg.Main} {
			if main == "" || r.require && main == pkg.Module && pkg.Main != "" {
				continue
			}
			target := path.Join(name, main)
			if target == name {
				continue
			}
			if r.isFile(target) {
				return target
			}
			for _, try := range []string{target, target + "/index"} {
				for _, ext := range extensions {
					if r.isFile(try + ext) {
						return try + ext
					}
				}
			}
		}
	}
	for _, ext := range extensions {
		if f := name + "/index" + ext; r.isFile(f) {
			return f
		}
	}
	return ""
}

// packageJSON is what resolution reads of a package.json.
type packageJSON struct {
	Name    string          `json:"name"`
	Type    string          `json:"type"`
	Main    string          `json:"main"`
	Module  string          `json:"module"`
	Exports json.RawMessage `json:"exports"`
	Imports json.RawMessage `json:"imports"`
}

// maxPackageJSON bounds the package.json files that are read.
const maxPackageJSON = 512 << 10

func (r *resolver) readPackage(dir string) *packageJSON {
	name := path.Join(dir, "package.json")
	fi, err := r.files.Stat(name)
	if err != nil || !fi.Mode().IsRegular() || fi.Size() > maxPackageJSON {
		return nil
	}
	text, err := r.files.ReadFile(name)
	if err != nil {
		return nil
	}
	defer r.parsed(len(text))
	pkg := new(packageJSON)
	if json.Unmarshal(text, pkg) != nil {
		// Fields of the wrong type are as good as missing ones.
		return &packageJSON{Name: pkg.Name, Type: pkg.Type, Main: pkg.Main, Module: pkg.Module, Exports: pkg.Exports, Imports: pkg.Imports}
	}
	return pkg
}

// scope is the nearest package.json at dir or above, and where it is.
func (r *resolver) scope(dir string) (string, *packageJSON) {
	for {
		if path.Base(dir) == "node_modules" {
			return "", nil
		}
		if pkg := r.readPackage(dir); pkg != nil {
			return dir, pkg
		}
		if dir == "/" || dir == "." {
			return "", nil
		}
		dir = path.Dir(dir)
	}
}

// packageType is "module", "commonjs" or "" by the nearest package.json.
func (r *resolver) packageType(dir string) string {
	at, pkg := r.scope(dir)
	if pkg == nil {
		return ""
	}
	if pkg.Type == "" && strings.Contains(at, "/node_modules/") {
		return "commonjs"
	}
	return pkg.Type
}

// bare finds a package: by its own name, then in node_modules from dir upwards.
func (r *resolver) bare(spec, dir string) (string, error) {
	name, sub := spec, "."
	n := 1
	if spec[0] == '@' {
		n = 2
	}
	if parts := strings.SplitN(spec, "/", n+1); len(parts) > n {
		name, sub = strings.Join(parts[:n], "/"), "./"+parts[n]
	}
	if at, pkg := r.scope(dir); pkg != nil && pkg.Name == name && len(pkg.Exports) > 0 {
		return r.exports(at, pkg, sub, spec)
	}
	for {
		if path.Base(dir) != "node_modules" {
			at := path.Join(dir, "node_modules", name)
			if fi, err := r.files.Stat(at); err == nil && fi.IsDir() {
				if pkg := r.readPackage(at); pkg != nil && len(pkg.Exports) > 0 && string(pkg.Exports) != "null" {
					return r.exports(at, pkg, sub, spec)
				}
				if sub == "." {
					return r.directory(at), nil
				}
				return r.file(path.Join(at, sub)), nil
			}
		}
		if dir == "/" || dir == "." {
			return "", nil
		}
		dir = path.Dir(dir)
	}
}

func notExported(spec, at string) error {
	return &JSError{Code: "ERR_PACKAGE_PATH_NOT_EXPORTED", Message: fmt.Sprintf("'%s' is not exported by %s/package.json", spec, at)}
}

func (r *resolver) exports(at string, pkg *packageJSON, sub, spec string) (string, error) {
	target, err := r.target(pkg.Exports, sub, true)
	if err != nil || target == "" {
		return "", errors.Join(err, notExported(spec, at))
	}
	return r.inside(at, target, spec)
}

func (r *resolver) imports(spec, dir string) (string, error) {
	at, pkg := r.scope(dir)
	if pkg != nil && len(pkg.Imports) > 0 {
		target, err := r.target(pkg.Imports, spec, false)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(target, "./") {
			return r.inside(at, target, spec)
		}
		if target != "" && isBare(target) {
			return r.bare(target, at)
		}
	}
	return "", &JSError{Name: "TypeError", Code: "ERR_PACKAGE_IMPORT_NOT_DEFINED", Message: fmt.Sprintf("Package import specifier %q is not defined", spec)}
}

// inside joins a target to its package, which it must not leave.
func (r *resolver) inside(at, target, spec string) (string, error) {
	name := path.Join(at, target)
	if !strings.HasPrefix(target, "./") || !strings.HasPrefix(name, at+"/") {
		return "", &JSError{Code: "ERR_INVALID_PACKAGE_TARGET", Message: fmt.Sprintf("Invalid target %q for '%s' in %s/package.json", target, spec, at)}
	}
	if r.isFile(name) {
		return name, nil
	}
	return "", nil
}

// ordered is a JSON object's members in their order, which conditions need.
func ordered(text json.RawMessage) (keys []string, values map[string]json.RawMessage) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	values = map[string]json.RawMessage{}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, nil
		}
		var v json.RawMessage
		if d.Decode(&v) != nil {
			return nil, nil
		}
		key, _ := k.(string)
		if _, dup := values[key]; !dup {
			keys = append(keys, key)
		}
		values[key] = v
	}
	return keys, values
}

// target finds sub in exports (or imports): exact, else the longest pattern.
func (r *resolver) target(table json.RawMessage, sub string, exports bool) (string, error) {
	r.parsed(len(table))
	keys, values := ordered(table)
	if exports && (keys == nil || !strings.HasPrefix(keys[0], ".")) {
		if sub != "." {
			return "", nil
		}
		return r.condition(table, "", 0), nil
	}
	if v, ok := values[sub]; ok && !strings.Contains(sub, "*") {
		return r.condition(v, "", 0), nil
	}
	best, match := "", ""
	for _, k := range keys {
		head, tail, ok := strings.Cut(k, "*")
		if ok && strings.HasPrefix(sub, head) && strings.HasSuffix(sub, tail) && len(sub) >= len(head)+len(tail) &&
			(best == "" || len(head) > len(best[:strings.IndexByte(best, '*')])) {
			best, match = k, sub[len(head):len(sub)-len(tail)]
		}
	}
	if best == "" {
		return "", nil
	}
	return r.condition(values[best], match, 0), nil
}

// condition picks a target by conditions; star replaces "*" in it.
func (r *resolver) condition(v json.RawMessage, star string, depth int) string {
	r.parsed(len(v))
	var s string
	if json.Unmarshal(v, &s) == nil {
		return strings.ReplaceAll(s, "*", star)
	}
	if depth > 16 {
		return ""
	}
	var list []json.RawMessage
	if json.Unmarshal(v, &list) == nil {
		for _, e := range list {
			if t := r.condition(e, star, depth+1); t != "" {
				return t
			}
		}
		return ""
	}
	keys, values := ordered(v)
	for _, k := range keys {
		switch k {
		case "bun", "node", "default":
		case "import", "module-sync":
			if r.require {
				continue
			}
		case "require":
			if !r.require {
				continue
			}
		default:
			continue
		}
		if t := r.condition(values[k], star, depth+1); t != "" {
			return t
		}
	}
	return ""
}
