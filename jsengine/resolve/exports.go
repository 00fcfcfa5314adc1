package resolve

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// exports resolves sub in the exports of the package at at. from is named in
// messages, if it is not "".
func (q *query) exports(at string, pkg *packageJSON, sub, from string) (target, error) {
	if pkg.exports.show() != "" && pkg.exports.str == nil { // false, 5: as if it had no keys
		return target{}, q.notExported(at, sub, from)
	}
	table := pkg.exports
	sugar, err := q.isSugar(at, table)
	if err != nil {
		return target{}, err
	}
	if sugar {
		table = value{object: &object{keys: []string{"."}, values: map[string]value{".": table}}}
	}
	m := &mapping{q: q, at: at, from: from}
	t, found, err := m.find(table.object, sub)
	if err != nil {
		return target{}, err
	}
	if !found {
		return target{}, q.notExported(at, sub, from)
	}
	return t, nil
}

// isSugar reports whether exports is the package's main entry itself.
func (q *query) isSugar(at string, v value) (bool, error) {
	if v.object == nil {
		return true, nil
	}
	sugar := false
	for i, k := range v.object.keys {
		s := !strings.HasPrefix(k, ".")
		if i > 0 && s != sugar {
			return false, q.badConfig(at, `"exports" cannot contain some keys starting with '.' and some not. The exports object must either be an object of package subpath keys or an object of main entry condition name keys only.`)
		}
		sugar = s
	}
	return sugar, nil
}

func (q *query) badConfig(at, reason string) error {
	if !q.r.node {
		return q.notFound()
	}
	msg := "Invalid package config " + at + "/package.json"
	if !q.require {
		msg += " while importing " + q.from.URL()
	}
	return &Error{Code: "ERR_INVALID_PACKAGE_CONFIG", Message: msg + ". " + reason}
}

func (q *query) notExported(at, sub, from string) error {
	if !q.r.node {
		return q.notFound()
	}
	msg := `No "exports" main defined in `
	if sub != "." {
		msg = "Package subpath '" + sub + `' is not defined by "exports" in `
	}
	msg += at + "/package.json"
	if from != "" {
		msg += " imported from " + from
	}
	return &Error{Code: "ERR_PACKAGE_PATH_NOT_EXPORTED", Message: msg}
}

// imports resolves a specifier that begins with #.
func (q *query) imports(name string) (target, error) {
	if name == "#" || strings.HasPrefix(name, "#/") || strings.HasSuffix(name, "/") {
		if !q.r.node {
			return target{}, q.notFound()
		}
		return target{}, q.invalid(name, "is not a valid internal imports specifier name")
	}
	at, pkg, err := q.r.scope(path.Dir(q.from.Path))
	if err != nil {
		return target{}, q.config(err)
	}
	where := ""
	if pkg != nil {
		m := &mapping{q: q, at: at, from: q.from.Name(), internal: true}
		t, found, err := m.find(pkg.imports.object, name)
		if found || err != nil {
			return t, err
		}
		where = " in package " + at + "/package.json"
	}
	if !q.r.node {
		return target{}, q.notFound()
	}
	return target{}, &Error{Name: "TypeError", Code: "ERR_PACKAGE_IMPORT_NOT_DEFINED",
		Message: "Package import specifier \"" + name + "\" is not defined" + where + " imported from " + q.from.Name()}
}

// mapping is a look-up in a package's exports or imports.
type mapping struct {
	q        *query
	at       string // the package
	from     string // for messages; "" leaves it out
	internal bool   // imports
}

// outcome is what a target comes to.
type outcome int

const (
	undefined outcome = iota // no condition holds
	null                     // explicitly nothing
	found
)

// find looks up sub: exactly, else by the longest pattern.
func (m *mapping) find(table *object, sub string) (target, bool, error) {
	if table == nil {
		return target{}, false, nil
	}
	m.q.r.work += int64(len(table.keys)) / 16
	if v, ok := table.values[sub]; ok && !strings.Contains(sub, "*") && !strings.HasSuffix(sub, "/") {
		t, o, err := m.resolve(v, "", sub, false)
		return t, o == found, err
	}
	best, match := "", ""
	for _, k := range table.keys {
		i := strings.IndexByte(k, '*')
		if i < 0 || !strings.HasPrefix(sub, k[:i]) {
			continue
		}
		tail := k[i+1:]
		if len(sub) >= len(k) && strings.HasSuffix(sub, tail) && strings.LastIndexByte(k, '*') == i && moreSpecific(k, best) {
			best, match = k, sub[i:len(sub)-len(tail)]
		}
	}
	if best == "" {
		return target{}, false, nil
	}
	t, o, err := m.resolve(table.values[best], match, best, true)
	return t, o == found, err
}

// moreSpecific orders patterns: the longer base wins, then the longer pattern.
func moreSpecific(k, best string) bool {
	base := func(s string) int {
		if i := strings.IndexByte(s, '*'); i >= 0 {
			return i + 1
		}
		return len(s)
	}
	if a, b := base(k), base(best); a != b {
		return a > b
	}
	return len(k) > len(best)
}

// resolve resolves the target v of key; star stands for "*" in it.
func (m *mapping) resolve(v value, star, key string, pattern bool) (target, outcome, error) {
	m.q.r.work++
	switch {
	case v.str != nil:
		t, err := m.text(*v.str, star, key, pattern)
		return t, found, err
	case v.null:
		return target{}, null, nil
	case v.array != nil:
		var last error
		o := null
		for _, e := range v.array {
			t, o1, err := m.resolve(e, star, key, pattern)
			if err != nil {
				if e, ok := err.(*Error); !ok || e.Code != "ERR_INVALID_PACKAGE_TARGET" {
					return target{}, undefined, err
				}
				last = err
				continue
			}
			if o1 == found {
				return t, found, nil
			}
			if o = o1; o1 == null {
				last = nil
			}
		}
		return target{}, o, last
	case v.object != nil:
		for _, k := range v.object.keys {
			if isIndex(k) {
				return target{}, undefined, m.q.badConfig(m.at, `"exports" cannot contain numeric property keys.`)
			}
		}
		for _, k := range v.object.keys {
			if k != "default" && !slices.Contains(m.q.conditions, k) {
				continue
			}
			if t, o, err := m.resolve(v.object.values[k], star, key, pattern); o != undefined || err != nil {
				return t, o, err
			}
		}
		return target{}, undefined, nil
	}
	return target{}, undefined, m.invalid(key, v.show())
}

// isIndex reports whether a key is an array's index.
func isIndex(k string) bool {
	if k == "" || len(k) > 10 || k[0] == '0' && k != "0" {
		return false
	}
	for i := 0; i < len(k); i++ {
		if k[i] < '0' || k[i] > '9' {
			return false
		}
	}
	return true
}

// text resolves a target that is a string.
func (m *mapping) text(s, star, key string, pattern bool) (t target, err error) {
	if !strings.HasPrefix(s, "./") {
		if m.internal && !strings.HasPrefix(s, "../") && !strings.HasPrefix(s, "/") && (!isURL(s) || !m.q.r.node && strings.HasPrefix(s, "node:")) {
			if strings.HasPrefix(s, "node:") {
				return target{builtin: s}, nil
			}
			if pattern {
				if s, err = m.fill(s, star); err != nil {
					return target{}, err
				}
			}
			return m.another(s)
		}
		return target{}, m.invalid(key, s)
	}
	if bad(s[2:]) {
		return target{}, m.invalid(key, s)
	}
	if bad(star) {
		request := strings.Replace(key, "*", star, 1)
		kind := "exports"
		if m.internal {
			kind = "imports"
		}
		return target{}, m.q.invalidFrom(request, `request is not a valid match in pattern "`+key+`" for the "`+kind+`" resolution of `+m.at+"/package.json", m.from)
	}
	if pattern {
		if s, err = m.fill(s, star); err != nil {
			return target{}, err
		}
	}
	return target{path: join(m.at, unescape(s))}, nil
}

// fill puts star in the place of every "*" of a target. Both may be long, and their
// product longer than any memory.
func (m *mapping) fill(s, star string) (string, error) {
	if n := strings.Count(s, "*"); len(star) > 0 && (len(star) > maxPath || n > maxPath/len(star)) {
		return "", m.q.notFound()
	}
	return strings.ReplaceAll(s, "*", star), nil
}

// another resolves what a package's imports name in another package.
func (m *mapping) another(s string) (target, error) {
	q := m.q
	if !q.require {
		q.depth = max(q.depth, 1)
		return q.pkg(s, m.at)
	}
	if isBuiltin(s) {
		return target{builtin: "node:" + s}, nil
	}
	next := &query{r: q.r, specifier: s, from: Module{Path: m.at + "/package.json"}, conditions: q.conditions, depth: q.depth + 1, extensions: q.extensions}
	return next.pkg(s, m.at)
}

func (m *mapping) invalid(key, shown string) error {
	q := m.q
	if !q.r.node {
		return &Error{Name: "ResolveMessage", Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find package '" + q.specifier + "' imported from " + q.from.Name(),
			Specifier: q.specifier, Referrer: q.from.Name(), Kind: "import-statement"}
	}
	b, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	kind, defined := "exports", ""
	if m.internal {
		kind = "imports"
	}
	msg := `Invalid "` + kind + `" `
	if key == "." {
		msg += "main "
	} else {
		defined = " for '" + key + "'"
	}
	msg += "target " + string(b) + " defined" + defined + " in the package config " + m.at + "/package.json"
	if m.from != "" {
		msg += " imported from " + m.from
	}
	if !m.internal && shown != "" && !strings.HasPrefix(shown, "./") {
		msg += `; targets must start with "./"`
	}
	return &Error{Code: "ERR_INVALID_PACKAGE_TARGET", Message: msg}
}

// bad reports a path with a segment that is ".", ".." or "node_modules", however
// it is written.
func bad(s string) bool {
	for seg := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '/' || c == '\\' }) {
		seg = strings.ToLower(unescape(seg))
		if seg == "." || seg == ".." || seg == "node_modules" {
			return true
		}
	}
	return false
}
