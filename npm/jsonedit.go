package npm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// document is a JSON file whose order of keys, indentation and line ends are
// kept when parts of it change.
type document struct {
	root    *orderedObject
	indent  string
	crlf    bool
	newline bool // ends in one
	ended   bool // did so when it was read
	bom     bool
}

// orderedObject is an object in the order it was written.
type orderedObject struct{ members []member }

type member struct {
	key   string
	value json.RawMessage
}

func parseOrdered(b []byte) (*orderedObject, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	t, err := d.Token()
	if err != nil || t != json.Delim('{') {
		return nil, errNoObject
	}
	o := &orderedObject{}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := k.(string)
		var v json.RawMessage
		if err := d.Decode(&v); err != nil || !ok {
			return nil, errors.Join(errNoObject, err)
		}
		o.set(key, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *orderedObject) get(key string) json.RawMessage {
	for _, m := range o.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (o *orderedObject) set(key string, v json.RawMessage) {
	for i := range o.members {
		if o.members[i].key == key {
			o.members[i].value = v
			return
		}
	}
	o.members = append(o.members, member{key, v})
}

func (o *orderedObject) remove(key string) {
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return m.key == key })
}

// sorted sorts the members as npm sorts dependencies, and returns the object.
func (o *orderedObject) sorted() *orderedObject {
	slices.SortStableFunc(o.members, func(a, b member) int { return localeCompare(a.key, b.key) })
	return o
}

// bytes returns the object without blanks.
func (o *orderedObject) bytes() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o.members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(jsonString(m.key))
		b.WriteByte(':')
		b.Write(m.value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// jsonString quotes a string as JSON.stringify does.
func jsonString(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return []byte(`""`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func parseDocument(b []byte) (*document, error) {
	d := &document{indent: "  ", newline: true}
	b, d.bom = bytes.CutPrefix(b, []byte("\xef\xbb\xbf"))
	if !json.Valid(b) {
		_, err := object(b)
		if err == nil {
			err = errNoObject
		}
		return nil, fmt.Errorf("%w", err)
	}
	root, err := parseOrdered(b)
	if err != nil {
		return nil, err
	}
	d.root = root
	d.crlf = bytes.Contains(b, []byte("\r\n"))
	d.ended = bytes.HasSuffix(b, []byte("\n"))
	d.newline = d.ended
	// The first line inside says how it is indented.
	if i := bytes.IndexByte(b, '\n'); i >= 0 && len(root.members) > 0 {
		line := b[i+1:]
		d.indent = string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
		d.indent = d.indent[:min(len(d.indent), 10)]
	}
	if first := bytes.TrimLeft(b, "\r\n\t "); len(root.members) > 0 && !bytes.HasPrefix(bytes.TrimLeft(first[1:], "\r"), []byte("\n")) {
		d.indent, d.newline = "", false // of one line, as npm has it: without an end
	}
	return d, nil
}

// readDocument reads a package.json. Errors: EJSONPARSE, those of readFile.
func readDocument(files Files, name string) (*document, error) {
	b, err := readFile(files, name, maxProjectFile)
	if err != nil {
		return nil, err
	}
	d, err := parseDocument(b)
	if err != nil {
		return nil, fail("EJSONPARSE", "", "package.json cannot be read: %s", err)
	}
	return d, nil
}

// spread lays out a document of one line as Bun does: over lines.
func (d *document) spread(newline bool) {
	if d.indent == "" {
		d.indent, d.newline = "  ", newline
	}
}

func newDocument() *document {
	return &document{root: &orderedObject{}, indent: "  ", newline: true}
}

// bytes returns the file.
func (d *document) bytes() []byte {
	raw := d.root.bytes()
	var b bytes.Buffer
	if d.indent == "" {
		_ = json.Compact(&b, raw)
	} else {
		_ = json.Indent(&b, raw, "", d.indent)
	}
	out := b.String()
	if d.newline {
		out += "\n"
	}
	if d.crlf {
		out = strings.ReplaceAll(out, "\n", "\r\n")
	}
	if d.bom {
		out = "\ufeff" + out
	}
	return []byte(out)
}

// setDependency puts name into a section, which stays sorted as npm sorts it.
func (d *document) setDependency(section, name, want string) error {
	o := &orderedObject{}
	if raw := d.root.get(section); raw != nil {
		old, err := parseOrdered(raw)
		if err != nil {
			return fail("EJSONPARSE", "", "package.json: %s is not an object", section)
		}
		o = old
	}
	o.set(name, jsonString(want))
	d.root.set(section, o.sorted().bytes())
	return nil
}

// removeDependency takes name out of a section, and the section if it is empty
// then. It reports whether name was there.
func (d *document) removeDependency(section, name string) bool {
	raw := d.root.get(section)
	if raw == nil {
		return false
	}
	o, err := parseOrdered(raw)
	if err != nil || o.get(name) == nil {
		return false
	}
	o.remove(name)
	if len(o.members) == 0 {
		d.root.remove(section)
	} else {
		d.root.set(section, o.bytes())
	}
	return true
}

// localeCompare orders strings as JavaScript's localeCompare does for English,
// as far as names of packages go: punctuation, digits, then letters, whose case
// only counts between strings that are equal otherwise.
func localeCompare(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := weights[a[i]], weights[b[i]]; x != y {
			return x - y
		}
	}
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	for i := range len(a) {
		if a[i] != b[i] { // lower case first
			return int(b[i]) - int(a[i])
		}
	}
	return 0
}

// collation is the order of what is not a letter.
const collation = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"

// weights are the places of bytes in that order.
var weights = func() (w [256]int) {
	for c := range w {
		i := strings.IndexByte(collation, byte(c))
		switch {
		case i >= 0:
			w[c] = 1 + i
		case 'a' <= c && c <= 'z':
			w[c] = 100 + c - 'a'
		case 'A' <= c && c <= 'Z':
			w[c] = 100 + c - 'A'
		case c >= 0x80:
			w[c] = 200 + c
		}
	}
	return w
}()

// printJSON prints a JSON value over lines.
func (cmd *command) printJSON(raw json.RawMessage) {
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		b.Reset()
		b.Write(raw)
	}
	fmt.Fprintln(cmd.env.Stdout, b.String())
}

// rawList is a JSON list of values.
func rawList(list []json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(v)
	}
	b.WriteByte(']')
	return b.Bytes()
}
