package npm

import (
	"encoding/json"
	"strings"
)

// overrides say what a dependency is to be, whatever the package that wants it
// says: package.json's overrides (npm, Bun) and resolutions (Yarn).
type overrides struct {
	outer *overrides // of the package this one is inside of; nil: the project's
	name  string     // of the package that the rules below are for
	key   string     // the versions of it
	value string     // what it is to be; "": as it is
	rules []*overrides
}

const (
	maxOverrides     = 2000
	maxOverrideDepth = 10
)

// parseOverrides reads the project's; nil if it has none. Errors: EOVERRIDE.
func parseOverrides(m *manifest) (*overrides, error) {
	if len(m.Overrides) == 0 && len(m.Resolutions) == 0 {
		return nil, nil
	}
	p := overrideParser{m: m}
	root := &overrides{}
	if len(m.Overrides) > 0 {
		if err := p.object(root, m.Overrides, 0); err != nil {
			return nil, err
		}
	}
	for path, want := range decodeMap(m.Resolutions) {
		at := root
		names := resolutionPath(path)
		for i, name := range names {
			next := &overrides{outer: at, name: name, key: "*"}
			if n, key := splitAt(name); key != "" {
				next.name, next.key = n, key
			}
			if err := checkName(next.name); err != nil {
				return nil, overrideError("%q is not a package", path)
			}
			if i == len(names)-1 {
				next.value = want
			}
			at.rules = append(at.rules, next)
			at = next
		}
	}
	return root, p.resolve(root)
}

func overrideError(format string, args ...any) error {
	return fail("EOVERRIDE", "", "package.json: overrides: "+format, args...)
}

// resolutionPath divides "a/**/@s/b" into names.
func resolutionPath(path string) []string {
	var out []string
	parts := strings.Split(path, "/")
	for i := 0; i < len(parts); i++ {
		switch {
		case parts[i] == "**" || parts[i] == "":
		case strings.HasPrefix(parts[i], "@") && i+1 < len(parts):
			out = append(out, parts[i]+"/"+parts[i+1])
			i++
		default:
			out = append(out, parts[i])
		}
	}
	return out
}

type overrideParser struct {
	m     *manifest
	count int
}

func (p *overrideParser) object(at *overrides, raw json.RawMessage, depth int) error {
	o, err := parseOrdered(raw)
	if err != nil {
		return overrideError("not an object")
	}
	for _, f := range o.members {
		if f.key == "." && depth > 0 {
			at.value = decodeString(f.value)
			continue
		}
		if p.count++; p.count > maxOverrides || depth >= maxOverrideDepth {
			return overrideError("more than %d, or deeper than %d", maxOverrides, maxOverrideDepth)
		}
		name, key := splitAt(f.key)
		if checkName(name) != nil {
			return overrideError("%q is not a package", cut(f.key, 80))
		}
		if key == "" {
			key = "*"
		}
		rule := &overrides{outer: at, name: name, key: key}
		at.rules = append(at.rules, rule)
		if len(f.value) > 0 && f.value[0] == '{' {
			if err := p.object(rule, f.value, depth+1); err != nil {
				return err
			}
			continue
		}
		rule.value = decodeString(f.value)
		if rule.value == "" {
			rule.value = "*"
		}
	}
	return nil
}

// resolve replaces "$name" by what the project itself asks for.
func (p *overrideParser) resolve(at *overrides) error {
	for _, r := range at.rules {
		if ref, ok := strings.CutPrefix(r.value, "$"); ok {
			r.value = ""
			for _, deps := range []stringMap{p.m.Dependencies, p.m.OptionalDependencies, p.m.DevDependencies, p.m.PeerDependencies} {
				if v := deps[ref]; v != "" {
					r.value = v
					break
				}
			}
			if r.value == "" || strings.HasPrefix(r.value, "$") {
				return overrideError("$%s refers to a dependency that package.json does not have", cut(ref, 80))
			}
		}
		if err := p.resolve(r); err != nil {
			return err
		}
	}
	return nil
}

// find returns the nearest rule for a package of which fits says whether it
// counts.
func (o *overrides) find(name string, fits func(key string) bool) *overrides {
	for ; o != nil; o = o.outer {
		for _, r := range o.rules {
			if r.name == name && (r.key == "*" || fits(r.key)) {
				return r
			}
		}
	}
	return nil
}

// specOf returns what a dependency is to be.
func (o *overrides) specOf(name, raw string) string {
	r := o.find(name, func(key string) bool { return overlap(raw, key) })
	if r == nil || r.value == "" || r.value == "*" {
		return raw
	}
	return r.value
}

// inside returns the rules that hold below a package.
func (o *overrides) inside(name, v string) *overrides {
	if o == nil {
		return nil
	}
	if r := o.find(name, func(key string) bool { return satisfies(v, key) }); r != nil {
		return r
	}
	return o
}

// overlap reports whether some version is in both ranges.
func overlap(a, b string) bool {
	ca, okA := rangeOf(a)
	cb, okB := rangeOf(b)
	if !okA || !okB {
		return false
	}
	set := ca.Set()
	if err := set.Intersect(cb.Set()); err != nil {
		return false
	}
	return !set.Empty()
}
