package resolve

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// Config is what a tsconfig.json says about a file's modules and its JavaScript.
type Config struct {
	// Compiler is the compiler options that a transform needs, as JSON: jsx,
	// jsxFactory, jsxFragmentFactory, jsxImportSource, experimentalDecorators,
	// useDefineForClassFields and the like. "" if there are none.
	Compiler string

	base    string // baseUrl, absolute; "" if none
	paths   []pathRule
	options map[string]value
}

// pathRule is one of a tsconfig.json's paths.
type pathRule struct {
	head, tail string // around the star; tail is not looked at if exact
	exact      bool
	targets    []string // absolute
}

// compilerOptions are those that Config.Compiler has.
var compilerOptions = []string{
	"alwaysStrict", "experimentalDecorators", "importsNotUsedAsValues", "jsx", "jsxFactory", "jsxFragmentFactory", "jsxImportSource",
	"preserveValueImports", "strict", "target", "useDefineForClassFields", "verbatimModuleSyntax",
}

// maxExtends bounds how many files one tsconfig.json extends.
const maxExtends = 16

// ConfigOf returns what the nearest tsconfig.json or jsconfig.json says about
// the file name; nil if there is none, or name belongs to an installed package,
// or the program runs as Node would. A file that cannot be read says nothing.
func (r *Resolver) ConfigOf(name string) *Config {
	if r.node || len(name) > maxPath || inNodeModules(name) {
		return nil
	}
	return r.configIn(path.Dir(name))
}

func (r *Resolver) configIn(dir string) *Config {
	if c, ok := r.configs[dir]; ok {
		return c
	}
	var c *Config
	for _, file := range []string{"tsconfig.json", "jsconfig.json"} {
		left := maxExtends
		if c = r.readConfig(path.Join(dir, file), &left); c != nil {
			c.finish()
			break
		}
	}
	if c == nil && dir != "/" && dir != "." {
		c = r.configIn(path.Dir(dir))
	}
	if len(r.configs) < 4096 {
		r.configs[dir] = c
	}
	return c
}

func (r *Resolver) readConfig(name string, left *int) *Config {
	if *left--; *left < 0 {
		return nil
	}
	text, err := r.small(name)
	if err != nil || text == nil {
		return nil
	}
	v, err := parse(PlainJSON(text))
	if err != nil {
		return &Config{}
	}
	c := &Config{options: map[string]value{}}
	extends := v.get("extends")
	parents := extends.array
	if extends.str != nil {
		parents = []value{extends}
	}
	dir := path.Dir(name)
	for _, p := range parents {
		if p.str == nil {
			continue
		}
		if parent := r.readConfig(r.extended(*p.str, dir), left); parent != nil {
			if parent.base != "" {
				c.base = parent.base
			}
			if parent.paths != nil {
				c.paths = parent.paths
			}
			for k, v := range parent.options {
				c.options[k] = v
			}
		}
	}
	own := v.get("compilerOptions")
	if b := own.get("baseUrl"); b.str != nil {
		c.base = path.Join(dir, *b.str)
		if path.IsAbs(*b.str) {
			c.base = path.Clean(*b.str)
		}
	}
	if o := own.get("paths").object; o != nil {
		at := c.base
		if at == "" {
			at = dir
		}
		c.paths = pathRules(o, at)
	}
	for _, k := range compilerOptions {
		if v := own.get(k); v.present() {
			c.options[k] = v
		}
	}
	return c
}

// extended is the file that extends names in a tsconfig.json of dir.
func (r *Resolver) extended(s, dir string) string {
	if isRelative(s) || strings.HasPrefix(s, "/") {
		p := path.Join(dir, s)
		if strings.HasPrefix(s, "/") {
			p = path.Clean(s)
		}
		if !strings.HasSuffix(p, ".json") && !r.isFile(p) {
			p += ".json"
		}
		return p
	}
	return "" // Bun looks into no packages for it either
}

func pathRules(o *object, at string) []pathRule {
	rules := []pathRule{}
	for _, k := range o.keys {
		rule := pathRule{exact: true, head: k}
		if head, tail, ok := strings.Cut(k, "*"); ok {
			rule = pathRule{head: head, tail: tail}
		}
		for _, t := range o.values[k].array {
			if t.str != nil {
				p := path.Join(at, *t.str)
				if path.IsAbs(*t.str) {
					p = path.Clean(*t.str)
				}
				rule.targets = append(rule.targets, p)
			}
		}
		rules = append(rules, rule)
	}
	return rules
}

// finish makes Compiler of the options.
func (c *Config) finish() {
	if len(c.options) == 0 {
		return
	}
	out := map[string]any{}
	for k, v := range c.options {
		switch {
		case v.str != nil:
			out[k] = *v.str
		case v.raw == "true" || v.raw == "false":
			out[k] = v.raw == "true"
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return // strings and booleans always marshal
	}
	c.Compiler = string(b)
}

// mapped is the file that a tsconfig.json's paths or baseUrl make of a bare
// specifier; "" if none.
func (r *Resolver) mapped(q *query, s string) string {
	c := r.ConfigOf(q.from.Path)
	if c == nil {
		return ""
	}
	try := func(p string) string {
		found, err := q.asFileOrDirectory(p, false)
		if err != nil {
			return ""
		}
		return found
	}
	var best *pathRule
	for i := range c.paths {
		rule := &c.paths[i]
		r.work++
		if rule.exact {
			if rule.head == s {
				best = rule
				break
			}
			continue
		}
		if strings.HasPrefix(s, rule.head) && strings.HasSuffix(s, rule.tail) && len(s) >= len(rule.head)+len(rule.tail) &&
			(best == nil || len(rule.head) > len(best.head)) {
			best = rule
		}
	}
	if best != nil {
		for _, t := range best.targets {
			if !best.exact {
				t = strings.Replace(t, "*", s[len(best.head):len(s)-len(best.tail)], 1)
			}
			if p := try(path.Clean(t)); p != "" {
				return p
			}
		}
	}
	if c.base != "" {
		return try(path.Join(c.base, s))
	}
	return ""
}

// PlainJSON makes JSON of JSON with comments and trailing commas: what is not
// JSON's becomes spaces, so that positions stay. It returns a copy.
func PlainJSON(text []byte) []byte {
	out := slices.Clone(text)
	comma := -1 // of the last comma that nothing but space follows
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == '"':
			comma = -1
			for i++; i < len(out) && out[i] != '"' && out[i] != '\n'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
		case c == '/' && i+1 < len(out) && out[i+1] == '/':
			for ; i < len(out) && out[i] != '\n'; i++ {
				out[i] = ' '
			}
		case c == '/' && i+1 < len(out) && out[i+1] == '*':
			end := len(out)
			if n := bytes.Index(out[i+2:], []byte("*/")); n >= 0 {
				end = i + 2 + n + 2
			}
			for ; i < end; i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
			i--
		case c == ',':
			comma = i
		case c == '}' || c == ']':
			if comma >= 0 {
				out[comma] = ' '
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return out
}
