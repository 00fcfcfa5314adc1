package npm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// writeBunLock returns bun.lock as Bun 1.4 writes it: version 2, or 3 if there are
// overrides in others.
func (b *builder) writeBunLock() []byte {
	var out bytes.Buffer
	rules, version := bunOverrides(b.ws.manifest)
	fmt.Fprintf(&out, "{\n  \"lockfileVersion\": %d,\n  \"configVersion\": 1,\n  \"workspaces\": {\n", version)
	bunWorkspace(&out, "", b.ws.manifest, true)
	for _, name := range b.ws.order {
		w := b.ws.workspaces[name]
		if top := b.tops[w.dir]; top != nil {
			bunWorkspace(&out, relative(b.ws.root, w.dir), top.m, false)
		}
	}
	out.WriteString("  },\n")
	if len(rules.members) > 0 {
		bunRules(&out, "  ", "overrides", rules)
	}
	c := b.ws.manifest.catalogs
	if len(c[""]) > 0 {
		bunMap(&out, "  ", "catalog", c[""])
	}
	if len(c) > 1 || len(c) == 1 && c[""] == nil {
		out.WriteString("  \"catalogs\": {\n")
		for _, name := range sortedKeys(c) {
			if name != "" {
				bunMap(&out, "    ", name, c[name])
			}
		}
		out.WriteString("  },\n")
	}
	type line struct {
		key   string
		depth int
		n     *node
	}
	var lines []line
	b.each(func(n *node) {
		if n.bundled && n.integrity == "" {
			return // its archive's
		}
		names := []string{n.name}
		at := n.parent
		for ; !at.isTop(); at = at.parent {
			names = append(names, at.name)
		}
		if !at.isRoot() {
			names = append(names, at.m.Name)
		}
		slices.Reverse(names)
		lines = append(lines, line{strings.Join(names, "/"), len(names), n})
	})
	slices.SortFunc(lines, func(x, y line) int {
		if d := x.depth - y.depth; d != 0 {
			return d
		}
		return strings.Compare(x.key, y.key)
	})
	if len(lines) == 0 {
		out.WriteString("  \"packages\": {}\n}\n")
		return out.Bytes()
	}
	out.WriteString("  \"packages\": {\n")
	for i, l := range lines {
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString("    ")
		out.Write(jsonString(l.key))
		out.WriteString(": ")
		out.Write(b.bunPackage(l.n))
		out.WriteString(",\n")
	}
	out.WriteString("  }\n}\n")
	return out.Bytes()
}

// bunCanSay reports whether bun.lock can hold the tree: not if dependencies turn
// in a circle that only a link from one package to another ends.
func (b *builder) bunCanSay() bool {
	can := true
	b.each(func(n *node) { can = can && (n.link == nil || n.link.isTop()) })
	return can
}

// bunWorkspace writes what a package of the project's own depends on.
func bunWorkspace(out *bytes.Buffer, at string, m *manifest, root bool) {
	out.WriteString("    ")
	out.Write(jsonString(at))
	out.WriteString(": {\n")
	field := func(key string, v []byte) {
		out.WriteString("      ")
		out.Write(jsonString(key))
		out.WriteString(": ")
		out.Write(v)
		out.WriteString(",\n")
	}
	if m.Name != "" {
		field("name", jsonString(m.Name))
	}
	if !root {
		if m.Version != "" {
			field("version", jsonString(m.Version))
		}
		if len(m.BinField) > 0 {
			field("bin", bunInline(m.BinField))
		}
	}
	for _, f := range m.dependencies() {
		if len(f.deps) > 0 {
			bunMap(out, "      ", f.key, f.deps)
		}
	}
	if names := sortedKeys(m.PeerOptional); len(names) > 0 {
		out.WriteString("      \"optionalPeers\": [\n")
		for _, name := range names {
			out.WriteString("        " + string(jsonString(name)) + ",\n")
		}
		out.WriteString("      ],\n")
	}
	out.WriteString("    },\n")
}

func bunMap(out *bytes.Buffer, indent, key string, m map[string]string) {
	bunRules(out, indent, key, bunSorted(m))
}

// bunSorted is a map in the order of bun.lock, which is that of bytes.
func bunSorted(m map[string]string) *orderedObject {
	o := &orderedObject{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.set(name, jsonString(m[name]))
	}
	return o
}

// bunInline lays out JSON on one line, with blanks where Bun has them.
func bunInline(raw json.RawMessage) []byte {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return raw
	}
	var parts []string
	switch raw[0] {
	case '{':
		o, err := parseOrdered(raw)
		if err != nil || len(o.members) == 0 {
			return []byte("{}")
		}
		for _, m := range o.members {
			parts = append(parts, string(jsonString(m.key))+": "+string(bunInline(m.value)))
		}
		return []byte("{ " + strings.Join(parts, ", ") + " }")
	case '[':
		list, _ := items(raw)
		for _, v := range list {
			parts = append(parts, string(bunInline(v)))
		}
		return []byte("[" + strings.Join(parts, ", ") + "]")
	}
	return raw
}

// bunPackage is what bun.lock says of a package.
func (b *builder) bunPackage(n *node) []byte {
	if n.link != nil {
		dir := relative(b.ws.root, n.link.dir)
		if n.link.ws {
			return bunInline(stringList([]string{n.m.Name + "@workspace:" + dir}))
		}
		return bunInline(rawList([]json.RawMessage{jsonString(n.link.m.Name + "@file:" + dir), bunInfo(n.link.m).bytes()}))
	}
	m := n.m
	info := bunInfo(m)
	if n.bundled && n.parent.m.bundles(n.name) {
		info.set("bundled", json.RawMessage("true"))
	}
	list := []json.RawMessage{jsonString(m.Name + "@" + m.Version), jsonString(n.resolved), info.bytes(), jsonString(n.integrity)}
	switch {
	case n.local != "":
		list = []json.RawMessage{jsonString(m.Name + "@" + relative(b.ws.root, n.local)), info.bytes(), jsonString(n.integrity)}
	case n.fromURL():
		list = []json.RawMessage{jsonString(m.Name + "@" + n.resolved), info.bytes(), jsonString(n.integrity)}
	}
	return bunInline(rawList(list))
}

// bunInfo is what bun.lock says of a package. A peer that is a dependency as well is
// only that; one that is only said to be optional is any version.
func bunInfo(m *manifest) *orderedObject {
	o := &orderedObject{}
	peers := map[string]string{}
	for name := range m.PeerOptional {
		peers[name] = "*"
	}
	maps.Copy(peers, m.PeerDependencies)
	own := func(name string) bool { return m.Dependencies[name] != "" || m.OptionalDependencies[name] != "" }
	maps.DeleteFunc(peers, func(name, _ string) bool { return own(name) })
	for _, f := range m.dependencies() {
		if f.key == "peerDependencies" {
			f.deps = peers
		}
		if len(f.deps) > 0 && f.key != "devDependencies" {
			o.set(f.key, bunSorted(f.deps).bytes())
		}
	}
	if names := slices.DeleteFunc(sortedKeys(m.PeerOptional), own); len(names) > 0 {
		o.set("optionalPeers", stringList(names))
	}
	for _, f := range []struct {
		key  string
		list []string
	}{{"os", m.OS}, {"cpu", m.CPU}, {"libc", m.Libc}} {
		switch len(f.list) {
		case 0:
		case 1:
			o.set(f.key, jsonString(f.list[0]))
		default:
			o.set(f.key, stringList(f.list))
		}
	}
	if len(m.BinField) > 0 && m.bin() != nil {
		o.set("bin", m.BinField)
	}
	return o
}

// bunOverrides are a project's overrides as bun.lock has them, and the version of
// the lockfile that can hold them.
func bunOverrides(m *manifest) (rules *orderedObject, version int) {
	rules, version = bunSorted(flatOverrides(m)), 2
	if o, err := parseOrdered(m.Overrides); err == nil {
		for _, rule := range o.members {
			if rule.value[0] == '{' {
				rules.set(rule.key, rule.value)
				version = 3
			}
		}
	}
	return rules, version
}

func bunRules(out *bytes.Buffer, indent, key string, rules *orderedObject) {
	out.WriteString(indent + string(jsonString(key)) + ": {\n")
	slices.SortFunc(rules.members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	for _, rule := range rules.members {
		if inner, err := parseOrdered(rule.value); err == nil {
			bunRules(out, indent+"  ", rule.key, inner)
			continue
		}
		out.WriteString(indent + "  " + string(jsonString(rule.key)) + ": " + string(rule.value) + ",\n")
	}
	out.WriteString(indent + "},\n")
}

// flatOverrides are the overrides that name a version for a package wherever it
// is.
func flatOverrides(m *manifest) map[string]string {
	out := map[string]string{}
	for _, raw := range []json.RawMessage{m.Resolutions, m.Overrides} {
		for name, want := range decodeMap(raw) {
			if ref, ok := strings.CutPrefix(want, "$"); ok {
				want = rootSpec(m, ref)
			}
			if checkName(name) == nil {
				out[name] = want
			}
		}
	}
	return out
}

// bunAsks reports what package.json asks for and bun.lock was not made for; "" if
// they agree. Errors: ELOCK.
func bunAsks(b []byte, p *project) (string, error) {
	f, err := bunObject(b)
	if err != nil {
		return "", err
	}
	said, err := object(f["workspaces"])
	if err != nil {
		return "the workspaces", nil
	}
	check := func(at string, m *manifest) string {
		o, err := object(said[at])
		if err != nil {
			return path.Join(at, "package.json")
		}
		for _, s := range m.dependencies() {
			have := decodeMap(o[s.key])
			for _, name := range sortedKeys(s.deps) {
				if have[name] != s.deps[name] {
					return name + "@" + cut(s.deps[name], 60) + " of " + path.Join(at, "package.json")
				}
			}
			for _, name := range sortedKeys(have) {
				if _, ok := s.deps[name]; !ok {
					return path.Join(at, "package.json") + " without " + cut(name, 80)
				}
			}
		}
		return ""
	}
	if why := check("", p.manifest); why != "" {
		return why, nil
	}
	for _, name := range p.order {
		w := p.workspaces[name]
		m, err := p.manifestOf(w.dir)
		if err != nil {
			return "", err
		}
		if why := check(relative(p.root, w.dir), m); why != "" {
			return why, nil
		}
	}
	for _, o := range []struct {
		key  string
		want map[string]string
	}{{"overrides", flatOverrides(p.manifest)}, {"catalog", p.manifest.catalogs[""]}} {
		have := decodeMap(f[o.key])
		for _, name := range sortedKeys(o.want) {
			if have[name] != o.want[name] {
				return o.key + ": " + name + "@" + cut(o.want[name], 60), nil
			}
		}
		if len(have) != len(o.want) {
			return o.key, nil
		}
	}
	return "", nil
}
