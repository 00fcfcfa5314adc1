package jsengine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buntime/buntime/internal/scoped"
	"github.com/buntime/buntime/jsengine/resolve"
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
	kindData     // JSON whose keys are exports
	kindCJSOpen  // CommonJS that exports what it has when it ran; its default is that of the ES module that it was made from, if any
	kindCJSWhole // the same, whose default is all of it
	kindCode     // bytecode of an ES module
)

func (k moduleKind) String() string {
	return [...]string{"esm", "json", "cjs", "text", "bytes", "json", "cjs", "cjs", "compiled"}[k]
}

// source is a module as the engine takes it.
type source struct {
	kind moduleKind
	text []byte
	maps []byte // positions, as encodeMap makes them; nil: the text's own
	sum  string // what tells the text from others; "" until asked for

	published *PublishedFile // that it is of; nil if it is not the same for everyone
}

// len is the length of the text, read or not.
func (s *source) len() int {
	if s.unread() {
		return int(s.published.Size)
	}
	return len(s.text)
}

func (s *source) unread() bool { return s.text == nil && s.published != nil }

func (s *source) size() int64 { return int64(s.len() + len(s.maps)) }

// read makes sure that the text is there.
func (s *source) read() error {
	if !s.unread() {
		return nil
	}
	b := make([]byte, s.published.Size)
	if n, err := s.published.Content.ReadAt(b, 0); n < len(b) {
		return err
	}
	s.text = b
	return nil
}

// ready makes the text what the engine takes.
func (s *source) ready() error {
	if err := s.read(); err != nil || s.kind != kindCJS {
		return err
	}
	if !utf8.Valid(s.text) {
		s.text = bytes.ToValidUTF8(s.text, []byte("\uFFFD"))
	}
	if bytes.HasPrefix(s.text, []byte("#!")) {
		s.text = append([]byte("//"), s.text[2:]...) // a function's body has no such line
	}
	return nil
}

// append appends kind, text (with its NUL) and positions.
func (s *source) append(b []byte) ([]byte, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
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

// raw is an answer that is encoded already, and not changed.
type raw []byte

// moduleOps resolve and load modules for the runtime library's require.
func moduleOps() []Op {
	return []Op{
		// module.resolve (specifier, referrer, extensions?, lookup?, conditions?) → path, or a built-in module's name: what require finds
		{Name: "module.resolve", Sync: func(c *Call) (any, error) {
			spec, from, err := c.request()
			if err != nil {
				return nil, err
			}
			var lists [3][]string
			for i := range lists {
				if !c.Has(2 + i) {
					continue
				}
				a, err := c.Array(2+i, "list")
				if err != nil {
					return nil, err
				}
				if len(a) > maxLookup {
					return nil, &JSError{Name: "RangeError", Message: fmt.Sprintf("at most %d directories, extensions or conditions can be tried", maxLookup)}
				}
				lists[i] = make([]string, len(a))
				for j, v := range a {
					lists[i][j], _ = v.(string)
				}
			}
			p := c.Process
			find := func(spec, from string) (resolve.Module, error) {
				return p.resolver().Require(spec, from, lists[0], lists[1], lists[2])
			}
			var m resolve.Module
			if lists[1] == nil {
				m, err = p.found(spec, p.referrer(from), find)
			} else {
				m, err = find(spec, p.referrer(from))
				p.chargeResolution()
			}
			if err != nil {
				return nil, err
			}
			return m.ID(), nil
		}},
		// module.url (specifier, referrer) → the URL that import.meta.resolve gives
		{Name: "module.url", Sync: func(c *Call) (any, error) {
			spec, from, err := c.request()
			if err != nil {
				return nil, err
			}
			p := c.Process
			m, err := p.resolver().Import(spec, p.referrer(from), "", false)
			p.chargeResolution()
			if err != nil {
				return nil, err
			}
			return m.URL(), nil
		}},
		// module.find (specifier, referrer) → the path that an import of it loads
		{Name: "module.find", Sync: func(c *Call) (any, error) {
			spec, from, err := c.request()
			if err != nil {
				return nil, err
			}
			p := c.Process
			if p.program.Files != nil {
				if info, err := p.program.Files.Stat(from); err == nil && info.IsDir() {
					from = path.Join(from, "[resolve]")
				}
			}
			return p.importID(spec, from, "")
		}},
		// module.package (path) → the package.json that makes the file an ES module; undefined if none does
		{Name: "module.package", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "path")
			if err != nil {
				return nil, err
			}
			r := c.Process.resolver()
			typ, err := r.Type(name, false)
			if err != nil || typ != "module" {
				return wire.Undefined{}, nil
			}
			config, err := r.Scope(name)
			c.Process.chargeResolution()
			return config, err
		}},
		// module.line (path, line) → that line of a module of the program, to show where an error comes from; undefined if it cannot be told
		{Name: "module.line", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "path")
			if err != nil {
				return nil, err
			}
			n, err := c.Int(1, "line")
			if err != nil {
				return nil, err
			}
			if text, ok := c.Process.sourceLine(name, n); ok {
				return text, nil
			}
			return wire.Undefined{}, nil
		}},
		// module.load (path, mayCompile) → {kind, source, map?}; only the kind of an ES module, and of what compiledSource has
		{Name: "module.load", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "path")
			if err != nil {
				return nil, err
			}
			s, err := c.Process.loadSource(resolve.Parse(name), true)
			if err != nil {
				return nil, c.Process.buildError(name, err)
			}
			if s.kind == kindESM {
				return wire.Object{{Key: "kind", Value: s.kind.String()}}, nil
			}
			if s.kind == kindCJS && c.arg(1) == true {
				if code := c.Process.bytecode(name, s); code != nil {
					c.Process.promised = code
					return wire.Object{{Key: "kind", Value: kindCode.String()}}, nil
				}
			}
			var text string
			c.Process.long(s.len(), func() {
				if err = s.ready(); err == nil {
					text = strings.ToValidUTF8(string(s.text), "\uFFFD")
				}
			})
			if err != nil {
				return nil, err
			}
			o := wire.Object{{Key: "kind", Value: s.kind.String()}, {Key: "source", Value: text}}
			if s.maps != nil {
				o = append(o, wire.Pair{Key: "map", Value: s.maps})
			}
			return o, nil
		}},
	}
}

const (
	// maxShown bounds a file of which a line is shown, in bytes: what is larger was not written by hand.
	maxShown = 1 << 20
	// maxShownLine bounds the line.
	maxShownLine = 1000
)

// sourceLine returns line n, from 1, of the program's own code or of a file of its workspace.
func (p *Process) sourceLine(name string, n int64) (string, bool) {
	var text []byte
	if p.program.Code != "" && name == p.entryPath() {
		text = []byte(p.program.Code)
	} else if name == p.program.ScriptName {
		text = []byte(p.program.Script)
	} else if files := p.program.Files; files != nil {
		info, err := files.Stat(name)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxShown {
			return "", false
		}
		if text, err = p.readSource(files, name); err != nil {
			return "", false
		}
	}
	if len(text) > maxShown {
		return "", false
	}
	p.in.Charge(int64(len(text)) * scanRate / 1024)
	for ; n > 1; n-- {
		_, rest, ok := bytes.Cut(text, []byte("\n"))
		if !ok {
			return "", false
		}
		text = rest
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	return string(line), n == 1 && len(line) <= maxShownLine && utf8.Valid(line)
}

// buildError is err as Bun has it, if it says that the file name, which is not the
// program itself, cannot be made a module.
func (p *Process) buildError(name string, err error) error {
	var syntax *SyntaxError
	if p.nodeRules() || name == p.entryPath() || !errors.As(err, &syntax) {
		return err
	}
	message := syntax.Message
	if what, ok := strings.CutPrefix(message, `Unexpected "`); ok {
		if what, ok := strings.CutSuffix(what, `"`); ok { // Bun has no quotes there
			message = "Unexpected " + what
		}
	}
	e := &JSError{Name: "BuildMessage", Message: message}
	if syntax.Line > 0 {
		e.Fields = wire.Object{{Key: "position", Value: wire.Object{
			{Key: "lineText", Value: syntax.Text}, {Key: "file", Value: syntax.File}, {Key: "namespace", Value: "file"},
			{Key: "line", Value: syntax.Line}, {Key: "column", Value: syntax.Column},
		}}}
	}
	return e
}

// maxLookup bounds the directories and extensions that a program gives a require.
const maxLookup = 256

// request is a specifier and its referrer.
func (c *Call) request() (spec, from string, err error) {
	if spec, err = c.String(0, "specifier"); err != nil {
		return "", "", err
	}
	from, err = c.String(1, "referrer")
	return spec, from, err
}

// noFiles is the workspace of a program that has none.
type noFiles struct{}

func (noFiles) Stat(name string) (fs.FileInfo, error) { return nil, fs.ErrNotExist }
func (noFiles) ReadFile(name string) ([]byte, error)  { return nil, fs.ErrNotExist }
func (noFiles) Realpath(name string) (string, error)  { return "", fs.ErrNotExist }

// resolver is the program's.
func (p *Process) resolver() *resolve.Resolver {
	if p.modules == nil {
		var files resolve.Files = noFiles{}
		if p.program.Files != nil {
			files = p.program.Files
		}
		p.modules = resolve.New(files, p.rules())
		p.modules.Pause = func() bool {
			p.chargeResolution()
			return p.in.Checkpoint()
		}
	}
	return p.modules
}

// rules are those by which the program's modules are found and told apart.
func (p *Process) rules() resolve.Rules {
	switch {
	case !p.program.Node:
		return resolve.Bun
	case p.program.Mixed:
		return resolve.Mixed
	}
	return resolve.Node
}

func (p *Process) nodeRules() bool { return p.rules() == resolve.Node }

// Prices of resolution, about what it takes: for a file looked at, and for a
// KiB of source whose words are looked at.
const (
	lookRate = 100
	scanRate = 8000
)

func (p *Process) chargeResolution() {
	p.in.Charge(p.resolver().Work() * lookRate)
	p.checkpoint()
}

// scan looks at the words of a source.
func (p *Process) scan(s *source) (resolve.Syntax, error) {
	return scanned(p, s, "words", func() (resolve.Syntax, int) { return resolve.Scan(s.text), 0 })
}

// exports looks for what a CommonJS source exports.
func (p *Process) exports(s *source) (resolve.Exports, error) {
	return scanned(p, s, "exports", func() (e resolve.Exports, size int) {
		e, _ = resolve.CommonJSExports(s.text)
		for _, name := range e.Names {
			size += len(name) + 16
		}
		for _, name := range e.Reexports {
			size += len(name) + 16
		}
		return e, size
	})
}

// scanned returns what f, which reads all of s, found: now, or before in a source
// that was the same. It costs the guest the same. F says how large its result is, in bytes.
func scanned[T any](p *Process, s *source, what string, f func() (T, int)) (v T, err error) {
	p.in.Charge(int64(s.len()) * scanRate / 1024)
	p.long(s.len(), func() {
		if s.len() < minCompiled {
			if err = s.read(); err == nil {
				v, _ = f()
			}
			return
		}
		key := scoped.KeyOf(what, s.key(), resolve.ScanVersion)
		if kept, ok := p.engine.scans.Get(p.scope(s), key); ok {
			v = kept.(T)
			return
		}
		size := 0
		if stored := p.stored(s, key); stored == nil || json.Unmarshal(stored, &v) != nil {
			if err = s.read(); err != nil {
				return
			}
			v, size = f()
			store(p, s, key, v)
		} else {
			size = len(stored)
		}
		p.engine.scans.Put(p.scope(s), key, v, int64(size))
	})
	return v, err
}

// key tells the text from all others: by its hash, or by the published file that
// it is.
func (s *source) key() string {
	if s.sum == "" {
		sum := sha256.Sum256(s.text)
		s.sum = "text " + string(sum[:])
	}
	return s.sum
}

// referrer is the module that code of the referrer id is taken for: what is
// neither file nor URL, as eval's code, is taken for the entry module.
func (p *Process) referrer(id string) string {
	if resolve.Parse(id).Builtin != "" {
		return p.entryPath()
	}
	return id
}

// importID returns the ID of the module that an import finds.
func (p *Process) importID(spec, from, as string) (string, error) {
	if p.program.Files == nil && (strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../")) {
		_, err := p.Files()
		return "", err
	}
	m, err := p.found(spec, p.referrer(from), func(spec, from string) (resolve.Module, error) {
		return p.resolver().Import(spec, from, as, true)
	})
	if err != nil {
		return "", err
	}
	return m.ID(), nil
}

// resolve is the engine's: specifier, referrer, type → ID.
func (p *Process) resolve(c *Call) (any, error) {
	spec, from, err := c.request()
	if err != nil {
		return nil, err
	}
	as, _ := c.arg(2).(string)
	switch as {
	case "", "json", "text", "bytes", "file":
	default:
		return nil, &JSError{Name: "TypeError", Code: "ERR_IMPORT_ASSERTION_TYPE_UNSUPPORTED", Message: fmt.Sprintf("Import attribute type %q is unsupported", as)}
	}
	return p.importID(spec, from, as)
}

// load is the engine's: ID, type → kind, source, positions.
func (p *Process) load(c *Call) (any, error) {
	id, err := c.String(0, "path")
	if err != nil {
		return nil, err
	}
	as, _ := c.arg(1).(string)
	m := resolve.Parse(id)
	s, err := p.loadSource(m, false)
	if err != nil {
		return nil, p.buildError(m.Path, err)
	}
	if p.nodeRules() && (m.As == "" || m.As == "json") {
		switch {
		case s.kind == kindJSON && as == "" && m.Path != p.entryPath():
			return nil, &JSError{Name: "TypeError", Code: "ERR_IMPORT_ASSERTION_TYPE_MISSING", Message: fmt.Sprintf("Module %q needs an import attribute of type \"json\"", m.URL())}
		case m.As == "json" && path.Ext(m.Path) != ".json":
			return nil, &JSError{Name: "TypeError", Code: "ERR_IMPORT_ASSERTION_TYPE_FAILED", Message: fmt.Sprintf("Module %q is not of type \"json\"", m.URL())}
		}
	}
	if s.kind == kindESM {
		if code := p.bytecode(id, s); code != nil {
			return raw(code), nil
		}
	}
	var b []byte
	p.long(s.len(), func() { b, err = s.append(make([]byte, 0, s.len()+len(s.maps)+32)) })
	return raw(b), err
}

// dataSource is the source of a data: URL.
func dataSource(m resolve.Module) (*source, error) {
	mime, text, err := m.Decode()
	if err != nil {
		return nil, err
	}
	switch mime {
	case "text/javascript", "application/javascript":
		return &source{kind: kindESM, text: text}, nil
	case "application/json":
		return &source{kind: kindJSON, text: text}, nil
	}
	return nil, &JSError{Name: "RangeError", Code: "ERR_UNKNOWN_MODULE_FORMAT", Message: fmt.Sprintf("Unknown module format: %s for URL %s", mime, m.Data)}
}

// interop is what require gives for an ES module that has a default export, in a
// program that runs as Node would.
func interop(name string) []byte {
	b, err := json.Marshal(resolve.FileURL(name))
	if err != nil {
		panic(err) // a string always marshals
	}
	return fmt.Appendf(nil, "export * from %s; export { default } from %[1]s; export const __esModule = true;", b)
}

// loadSource reads a module and makes it JavaScript. require asks for what
// require runs: for it a CommonJS module's source is its own, for an import its
// source is the names that it exports, each with a NUL.
func (p *Process) loadSource(m resolve.Module, require bool) (*source, error) {
	switch {
	case m.Builtin != "":
		return nil, &JSError{Code: "ERR_UNKNOWN_BUILTIN_MODULE", Message: "No such built-in module: " + m.Builtin}
	case m.Data != "":
		return dataSource(m)
	case m.As == "scope":
		return &source{kind: kindCJS, text: []byte("require\x00__dirname\x00__filename\x00")}, nil
	case m.As == "interop":
		return &source{kind: kindESM, text: interop(m.Path)}, nil
	case m.As == "file":
		return &source{kind: kindText, text: []byte(m.Path)}, nil
	}
	files, err := p.Files()
	if err != nil {
		return nil, err
	}
	if p.noEntry && m.Path == p.entryID {
		if !p.program.Node {
			return nil, &JSError{Name: "BuildMessage", Message: fmt.Sprintf("Module not found %q", m.Path)}
		}
		return nil, &JSError{Message: "Cannot find module '" + m.Path + "'",
			Fields: wire.Object{{Key: "code", Value: "MODULE_NOT_FOUND"}, {Key: "requireStack", Value: []any{}}}} // in Node's order
	}
	if s := p.prepared[m.Path]; s != nil && require {
		delete(p.prepared, m.Path)
		_ = p.holding.Charge(-s.size()) // giving back cannot fail
		p.preparedSize -= s.size()
		return s, nil
	}
	// Reading is charged like any other crossing, when it is answered.
	switch m.As {
	case "json", "text", "bytes":
		text, err := p.readSource(files, m.Path)
		switch {
		case err != nil:
			return nil, err
		case m.As == "json":
			return p.jsonSource(text), nil
		case m.As == "text":
			return &source{kind: kindText, text: text}, nil
		}
		return &source{kind: kindBytes, text: text}, nil
	}
	s, err := p.fileSource(files, m.Path, require)
	if err != nil || s.kind != kindCJS || require {
		return s, err
	}
	if size := s.size(); p.preparedSize+size <= maxPrepared && p.holding.Charge(size) == nil {
		// require will ask for it soon.
		if p.prepared == nil {
			p.prepared = map[string]*source{}
		}
		p.prepared[m.Path] = s
		p.preparedSize += size
	}
	if !p.nodeRules() {
		kind := kindCJSOpen
		typ, err := p.resolver().Type(m.Path, false)
		p.chargeResolution()
		if err == nil && typ == "module" { // as in Bun: there Node's rules hold
			kind = kindCJSWhole
		}
		return &source{kind: kind}, nil
	}
	l := nameList{process: p, seen: map[string]bool{}}
	l.add(m.Path, s)
	return &source{kind: kindCJS, text: l.text}, nil
}

// maxPrepared bounds the sources that wait for their require, in bytes.
const maxPrepared = 4 << 20

// jsonSource is JSON as a module: its keys are exports in Bun.
func (p *Process) jsonSource(text []byte) *source {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if p.nodeRules() {
		return &source{kind: kindJSON, text: text}
	}
	return &source{kind: kindData, text: text}
}

// dataSource is TOML or YAML as a module: its keys are exports.
func (p *Process) dataSource(format, name string, text []byte) (*source, error) {
	v, err := p.readData(format, text)
	if e, ok := err.(*JSError); ok && e.Name == "SyntaxError" {
		return nil, &SyntaxError{Message: e.Message, File: name}
	}
	if err != nil {
		return nil, err
	}
	plain, err := v.JSON()
	if err != nil {
		return nil, &SyntaxError{Message: err.Error(), File: name}
	}
	return &source{kind: kindData, text: plain}, nil
}

// fileSource makes JavaScript of the file name.
func (p *Process) fileSource(files Files, name string, require bool) (*source, error) {
	if s := p.publishedSource(name); s != nil {
		return p.moduleSource(name, s, require)
	}
	text, err := p.readSource(files, name)
	if err != nil {
		return nil, err
	}
	ext := path.Ext(name)
	switch ext {
	case ".json":
		return p.jsonSource(text), nil
	case ".jsonc":
		if !p.nodeRules() {
			return p.jsonSource(resolve.PlainJSON(text)), nil
		}
	case ".toml", ".yaml", ".yml":
		if !p.nodeRules() {
			format := "yaml"
			if ext == ".toml" {
				format = "toml"
			}
			return p.dataSource(format, name, text)
		}
	case ".txt":
		if !p.nodeRules() {
			return &source{kind: kindText, text: text}, nil
		}
	case ".node":
		return nil, &JSError{Code: "ERR_DLOPEN_FAILED", Message: "Native addons cannot be loaded in a sandbox: " + name}
	case ".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx", "":
	default:
		switch {
		case require:
		case p.nodeRules():
			return nil, &JSError{Name: "TypeError", Code: "ERR_UNKNOWN_FILE_EXTENSION", Message: fmt.Sprintf("Unknown file extension %q for %s", ext, name)}
		case name != p.entryPath():
			return &source{kind: kindText, text: []byte(name)}, nil
		}
	}
	s := &source{kind: kindESM, text: text}
	if loader := loaderOf(name); loader != "" {
		p.in.Charge(transformCost(len(text)))
		p.Block(func() { s, err = p.transformed(p.ctx, text, name, loader) })
		if err != nil {
			return nil, err
		}
	}
	return p.moduleSource(name, s, require)
}

// moduleSource finds out what module the JavaScript s of the file name is.
func (p *Process) moduleSource(name string, s *source, require bool) (*source, error) {
	switch path.Ext(name) {
	case ".cjs", ".cts":
		// Bun takes what is written as an ES module for one, whatever its name.
		if !p.nodeRules() {
			if syntax, err := p.scan(s); err != nil || syntax.ESM {
				return s, err
			}
		}
		s.kind = kindCJS
		return s, nil
	case ".mjs", ".mts":
		if p.nodeRules() {
			return s, nil
		}
		if err := p.readAll(s); err != nil || !p.mayNeedScope(s.text) {
			return s, err
		}
		syntax, err := p.scan(s)
		if err != nil {
			return nil, err
		}
		return s, p.addScope(s, syntax)
	}
	typ, err := p.resolver().Type(name, require)
	p.chargeResolution()
	if err != nil && (require || p.nodeRules()) {
		return nil, err
	}
	if p.nodeRules() {
		switch typ {
		case "module":
			return s, nil
		case "commonjs":
			s.kind = kindCJS
			return s, nil
		}
	}
	syntax, err := p.scan(s)
	if err != nil {
		return nil, err
	}
	switch {
	case syntax.ESM:
	case p.nodeRules():
		if !syntax.Await || syntax.CommonJS {
			s.kind = kindCJS
		}
	case syntax.Await:
	case syntax.CommonJS || typ == "commonjs":
		s.kind = kindCJS
	}
	return s, p.addScope(s, syntax)
}

// mayNeedScope reports whether an ES module may use what Bun gives it: require,
// __dirname and __filename.
func (p *Process) mayNeedScope(text []byte) bool {
	return !p.nodeRules() &&
		(bytes.Contains(text, []byte("require")) || bytes.Contains(text, []byte("__dirname")) || bytes.Contains(text, []byte("__filename")))
}

// readAll reads s, which a running program asked for, in a turn of its own if it is
// long.
func (p *Process) readAll(s *source) (err error) {
	if s.unread() {
		p.long(s.len(), func() { err = s.read() })
	}
	return err
}

const (
	mainTest = "require.main === module"
	mainMeta = "import.meta.main       "
)

// addScope adds an import of the names after the source, where it moves nothing:
// imports come first, wherever they stand.
func (p *Process) addScope(s *source, syntax resolve.Syntax) error {
	if p.nodeRules() || s.kind != kindESM || !syntax.Require && !syntax.Dirname && !syntax.Filename {
		return nil
	}
	if err := p.readAll(s); err != nil {
		return err
	}
	// The way of CommonJS to ask whether a module is the main one, which has no
	// module in an ES module. What replaces it is as long.
	if i := bytes.Index(s.text, []byte(mainTest)); syntax.Require && i >= 0 {
		s.text = bytes.ReplaceAll(s.text, []byte(mainTest), []byte(mainMeta))
	}
	var names []string
	if syntax.Require {
		names = append(names, "require")
	}
	if syntax.Dirname {
		names = append(names, "__dirname")
	}
	if syntax.Filename {
		names = append(names, "__filename")
	}
	s.text, s.sum = fmt.Appendf(slices.Clip(s.text), "\nimport{%s}from\"buntime:scope\"", strings.Join(names, ",")), ""
	return nil
}

const (
	// maxSource bounds a module's source, in bytes.
	maxSource = 64 << 20
	// longSource is what takes more than a slice to go through.
	longSource = 256 << 10
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

// nameList collects what a CommonJS module exports, as far as sources show it.
type nameList struct {
	process *Process
	seen    map[string]bool // of files and, with a NUL before, of names
	files   int
	text    []byte
}

// maxReexports bounds the files that are looked at for one module's names.
const maxReexports = 256

func (l *nameList) add(name string, src *source) {
	l.seen[name] = true
	e, err := l.process.exports(src)
	if err != nil {
		return // it fails when it runs
	}
	for _, n := range e.Names {
		if n != "default" && !l.seen["\x00"+n] && !strings.ContainsRune(n, 0) {
			l.seen["\x00"+n] = true
			l.text = append(append(l.text, n...), 0)
		}
	}
	for _, spec := range e.Reexports {
		if l.files++; l.files > maxReexports {
			return
		}
		m, err := l.process.resolver().Require(spec, name, nil, nil, nil)
		l.process.chargeResolution()
		if err != nil || m.Path == "" || l.seen[m.Path] {
			continue // it fails when it runs, or says nothing new
		}
		if s, err := l.process.fileSource(l.process.program.Files, m.Path, true); err == nil && s.kind == kindCJS {
			l.add(m.Path, s)
		}
	}
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

// compilerOptions is what a tsconfig.json says about the file name.
func (p *Process) compilerOptions(name string) string {
	if c := p.resolver().ConfigOf(name); c != nil {
		return c.Compiler
	}
	return ""
}

// jsxDev reports whether JSX is for React's development runtime, as it is in Bun.
func (p *Program) jsxDev() bool {
	return !p.Node && p.Env["NODE_ENV"] != "production"
}

// transformed makes JavaScript of TypeScript or JSX; its caller charges for it.
func (p *Process) transformed(ctx context.Context, text []byte, name, loader string) (*source, error) {
	t := p.engine.cfg.Transformer
	if t == nil {
		return nil, ErrNoTransformer
	}
	r, err := t.Transform(ctx, TransformRequest{Source: text, Path: name, Loader: loader, Scope: p.program.Scope, Compiler: p.compilerOptions(name), JSXDev: p.program.jsxDev()})
	if err != nil {
		return nil, err
	}
	maps, err := encodeMap(r.Map)
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
			if errors.As(err, &syntax) {
				// What is no TypeScript may be TSX; if it is not, the first error is the one to show.
				if tsx, err2 := p.transform(ctx, []byte(code), name, "tsx"); err2 == nil {
					s, err = tsx, nil
				}
			}
			return p.codeScope(s, err)
		}
	}
	switch lang {
	case "js":
		return p.codeScope(&source{kind: kindESM, text: []byte(code)}, nil)
	case "ts", "tsx", "jsx":
		return p.codeScope(p.transform(ctx, []byte(code), name, lang))
	}
	return nil, fmt.Errorf("jsengine: unknown language %q", lang)
}

// codeScope gives the program's own code what it may use as if it were CommonJS.
func (p *Process) codeScope(s *source, err error) (*source, error) {
	if err != nil || !p.mayNeedScope(s.text) {
		return s, err
	}
	p.in.Charge(int64(len(s.text)) * scanRate / 1024)
	return s, p.addScope(s, resolve.Scan(s.text))
}
