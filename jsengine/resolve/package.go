package resolve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
)

// MaxPackageJSON bounds the package.json and tsconfig.json files that are read; a larger one is
// as good as broken.
const MaxPackageJSON = 256 << 10

// packageJSON is what resolution reads of a package.json.
type packageJSON struct {
	name    string
	typ     string // "module", "commonjs" or ""
	main    string
	module  string
	exports value
	imports value
}

// read is the package.json in dir; nil if there is none.
func (r *Resolver) read(dir string) (*packageJSON, error) {
	if pkg, ok := r.packages[dir]; ok {
		return pkg, nil
	}
	name := path.Join(dir, "package.json")
	text, err := r.small(name)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, nil
	}
	v, err := parse(text)
	if err != nil {
		return nil, &badPackage{path: name, reason: err.Error()}
	}
	pkg := &packageJSON{
		name: v.get("name").text(), typ: v.get("type").text(), main: v.get("main").text(), module: v.get("module").text(),
		exports: v.get("exports"), imports: v.get("imports"),
	}
	if pkg.typ != "module" && pkg.typ != "commonjs" {
		pkg.typ = ""
	}
	if r.held += len(text); r.held <= maxHeld {
		r.packages[dir] = pkg
	}
	return pkg, nil
}

// small reads a file of at most MaxPackageJSON bytes; nil if there is none.
func (r *Resolver) small(name string) ([]byte, error) {
	r.work++
	fi, err := r.files.Stat(name)
	if err != nil || !fi.Mode().IsRegular() {
		return nil, nil
	}
	if fi.Size() > MaxPackageJSON {
		return nil, &badPackage{path: name, reason: fmt.Sprintf("%d bytes, at most %d are read", fi.Size(), MaxPackageJSON)}
	}
	text, err := r.files.ReadFile(name)
	if err != nil {
		return nil, &badPackage{path: name, reason: "it cannot be read"}
	}
	r.work += int64(len(text)) / 64
	return append([]byte{}, text...), nil
}

// scope is the nearest package.json at dir or above, and where it is; nil if
// there is none on this side of a node_modules.
func (r *Resolver) scope(dir string) (string, *packageJSON, error) {
	if len(dir) > maxPath {
		return "", nil, nil
	}
	for path.Base(dir) != "node_modules" {
		pkg, err := r.read(dir)
		if pkg != nil || err != nil {
			return dir, pkg, err
		}
		if dir == "/" || dir == "." {
			break
		}
		dir = path.Dir(dir)
	}
	return "", nil, nil
}

// Type is the type field of the package that the file name belongs to:
// "module", "commonjs", or "" if it does not say.
//
// Errors: *Error with code ERR_INVALID_PACKAGE_CONFIG.
func (r *Resolver) Type(name string, require bool) (string, error) {
	_, pkg, err := r.scope(path.Dir(name))
	if err != nil {
		q := &query{r: r, specifier: name, require: require}
		return "", q.config(err)
	}
	if pkg == nil {
		return "", nil
	}
	return pkg.typ, nil
}

// value is a JSON value whose objects keep their order, which conditions need.
type value struct {
	str    *string
	object *object // nil: no object
	array  []value
	null   bool
	raw    string // of what is none of these
}

type object struct {
	keys   []string
	values map[string]value
}

func (v value) present() bool {
	return v.str != nil || v.object != nil || v.array != nil || v.raw != ""
}

func (v value) text() string {
	if v.str != nil {
		return *v.str
	}
	return ""
}

func (v value) get(key string) value {
	if v.object == nil {
		return value{}
	}
	return v.object.values[key]
}

// show is v as JSON, for messages.
func (v value) show() string {
	switch {
	case v.str != nil:
		return *v.str
	case v.null:
		return "null"
	}
	return v.raw
}

// maxNesting bounds how deep the JSON of a package.json may nest.
const maxNesting = 64

var errNesting = errors.New("it nests too deep")

// parse reads JSON.
func parse(text []byte) (value, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return value{}, describe(err)
	}
	if _, err := d.Token(); err == nil {
		return value{}, errors.New("unexpected text after the JSON value")
	}
	return v, nil
}

// describe says in our own words what is wrong with JSON.
func describe(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errNesting):
		return err
	case errors.As(err, &syntax):
		return fmt.Errorf("unexpected token in JSON at position %d", max(syntax.Offset-1, 0))
	}
	return errors.New("unexpected end of JSON input")
}

func parseValue(d *json.Decoder, depth int) (value, error) {
	if depth > maxNesting {
		return value{}, errNesting
	}
	t, err := d.Token()
	if err != nil {
		return value{}, err
	}
	switch t := t.(type) {
	case string:
		return value{str: &t}, nil
	case nil:
		return value{null: true}, nil
	case json.Delim:
		if t == '[' {
			return parseArray(d, depth)
		}
		return parseObject(d, depth)
	}
	return value{raw: fmt.Sprint(t)}, nil
}

func parseArray(d *json.Decoder, depth int) (value, error) {
	v := value{array: []value{}}
	for d.More() {
		e, err := parseValue(d, depth+1)
		if err != nil {
			return value{}, err
		}
		v.array = append(v.array, e)
	}
	_, err := d.Token()
	return v, err
}

func parseObject(d *json.Decoder, depth int) (value, error) {
	o := &object{values: map[string]value{}}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return value{}, err
		}
		key, _ := t.(string) // the decoder allows nothing else
		e, err := parseValue(d, depth+1)
		if err != nil {
			return value{}, err
		}
		if _, twice := o.values[key]; !twice {
			o.keys = append(o.keys, key)
		}
		o.values[key] = e
	}
	_, err := d.Token()
	return value{object: o}, err
}

// inNodeModules reports whether a file belongs to an installed package.
func inNodeModules(name string) bool { return strings.Contains(name, "/node_modules/") }
