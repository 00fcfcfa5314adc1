package npm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// view is `npm view`: what a registry says of a package.
func (cmd *command) view(ctx context.Context, args []string) int {
	asJSON := slices.Contains(args, "--json")
	args = wordsOf(args)
	if len(args) == 0 {
		return cmd.failed(fail("EUSAGE", "", "name a package to view"))
	}
	err := cmd.viewOne(ctx, args[0], args[1:], asJSON)
	if err == nil {
		return 0
	}
	if asJSON {
		e, o := &orderedObject{}, &orderedObject{}
		e.set("code", jsonString(codeOf(err)))
		e.set("summary", jsonString(err.Error()))
		o.set("error", e.bytes())
		cmd.printJSON(o.bytes())
	}
	return cmd.failed(err)
}

func (cmd *command) viewOne(ctx context.Context, word string, fields []string, asJSON bool) error {
	j, err := cmd.c.open(cmd.env, options{})
	if err != nil {
		return err
	}
	defer j.reg.close()
	if word == "." {
		word = j.p.manifest.Name
	}
	r, err := parseRequest(word)
	if err != nil {
		return err
	}
	if !r.spec.registry() || r.name == "" {
		return fail("EUNSUPPORTED", "", "%q is not in a registry", cut(word, 80))
	}
	if r.spec.raw == "" {
		r.spec.kind, r.spec.want = kindTag, "latest"
	}
	p, err := j.reg.packument(ctx, r.spec.name, true)
	if err != nil {
		return err
	}
	var versions []string
	if _, exact := version(r.spec.want); r.spec.kind == kindRange && !exact {
		for _, rel := range slices.Backward(p.releases()) {
			if satisfies(rel.text, r.spec.want) {
				versions = append(versions, rel.text)
			}
		}
	} else if m, err := p.pick(r.spec, time.Time{}); err == nil {
		versions = []string{m.Version}
	}
	if len(versions) == 0 {
		return fail("E404", "", "No match found for version %s", cut(r.spec.want, 60))
	}
	docs, err := p.whole(versions)
	if err != nil {
		return err
	}
	switch {
	case len(fields) == 0 && !asJSON:
		for _, o := range docs {
			cmd.page(o, p)
		}
	case asJSON:
		return cmd.viewJSON(docs, fields)
	default:
		cmd.viewText(docs, fields)
	}
	return nil
}

// whole is what is known of versions: their manifests, each with what is said of
// all.
func (p *packument) whole(versions []string) ([]*orderedObject, error) {
	tags, err := json.Marshal(p.tags)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range slices.Backward(p.releases()) {
		list = append(list, r.text)
	}
	all := stringList(list)
	var out []*orderedObject
	for _, v := range versions {
		if _, err := p.manifest(v); err != nil {
			return nil, err
		}
		o, err := parseOrdered(p.raw[v])
		if err != nil {
			return nil, fail("EREGISTRY", p.name, "its manifest cannot be read: %s", err)
		}
		o.set("dist-tags", tags)
		o.set("versions", all)
		if len(p.rawTimes) > 0 {
			o.set("time", p.rawTimes)
		}
		if raw, ok := items(o.get("maintainers")); ok {
			for i, m := range raw {
				raw[i] = jsonString(person(m))
			}
			o.set("maintainers", rawList(raw))
		}
		out = append(out, o)
	}
	return out, nil
}

// person is how a person is shown: "ann <ann@example>".
func person(raw json.RawMessage) string {
	if s := decodeString(raw); s != "" {
		return s
	}
	o, err := object(raw)
	if err != nil {
		return ""
	}
	s := decodeString(o["name"])
	if mail := decodeString(o["email"]); mail != "" {
		s += " <" + mail + ">"
	}
	return s
}

// chosen is what fields of a package there are, in the order they were named.
func chosen(doc *orderedObject, fields []string) *orderedObject {
	out := &orderedObject{}
	for _, f := range fields {
		v := doc.get(f)
		if steps, err := keySteps(f); v == nil && err == nil {
			v = valueAt(doc.get(steps[0]), steps[1:])
		}
		if v != nil {
			out.set(f, v)
		}
	}
	return out
}

func (cmd *command) viewJSON(docs []*orderedObject, fields []string) error {
	var list []json.RawMessage
	for _, d := range docs {
		if len(fields) == 0 {
			list = append(list, d.bytes())
			continue
		}
		o := chosen(d, fields)
		switch {
		case len(o.members) == 0:
		case len(fields) == 1:
			list = append(list, o.members[0].value)
		default:
			list = append(list, o.bytes())
		}
	}
	switch len(list) {
	case 0:
	case 1:
		cmd.printJSON(list[0])
	default:
		cmd.printJSON(rawList(list))
	}
	return nil
}

func (cmd *command) viewText(docs []*orderedObject, fields []string) {
	for _, d := range docs {
		for _, m := range chosen(d, fields).members {
			text := shownValue(m.value)
			s := decodeString(m.value)
			if list, ok := items(m.value); ok && len(list) == 1 {
				s = decodeString(list[0])
			}
			prefix := ""
			if len(docs) > 1 {
				prefix = decodeString(d.get("_id")) + " "
			}
			if len(fields) > 1 {
				prefix += m.key + " = "
			}
			if s != "" && prefix == "" {
				text = s
			}
			fmt.Fprintln(cmd.env.Stdout, prefix+text)
		}
	}
}

// bare matches a key that needs no quotes.
func bare(key string) bool {
	return key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") == "" && (key[0] < '0' || key[0] > '9')
}

func quoted(s string) string {
	s = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\x1b", `\x1B`).Replace(s)
	switch {
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	case !strings.Contains(s, `"`):
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
}

// shownValue shows JSON as Node's inspect does: on one line if it has up to 72
// characters.
func shownValue(raw json.RawMessage) string {
	return inspectValue(raw, 0)
}

func inspectValue(raw json.RawMessage, depth int) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	var parts []string
	open, end := "{", "}"
	switch raw[0] {
	case '"':
		return quoted(decodeString(raw))
	case '[':
		open, end = "[", "]"
		list, _ := items(raw)
		if depth > 4 && len(list) > 0 {
			return "[Array]"
		}
		for _, v := range list {
			parts = append(parts, inspectValue(v, depth+1))
		}
	case '{':
		o, err := parseOrdered(raw)
		if err != nil {
			return ""
		}
		if depth > 4 && len(o.members) > 0 {
			return "[Object]"
		}
		for _, m := range o.members {
			key := m.key
			if !bare(key) {
				key = quoted(key)
			}
			parts = append(parts, key+": "+inspectValue(m.value, depth+1))
		}
	default:
		return string(raw)
	}
	if len(parts) == 0 {
		return open + end
	}
	if line := strings.Join(parts, ", "); len(line)+len(parts) <= 72 && len(parts) <= 6 && !strings.Contains(line, "\n") {
		return open + " " + line + " " + end
	}
	pad := strings.Repeat("  ", depth+1)
	return open + "\n" + pad + strings.Join(parts, ",\n"+pad) + "\n" + pad[2:] + end
}

// page shows a package as `npm view` does without fields.
func (cmd *command) page(o *orderedObject, p *packument) {
	m, err := parseManifest(o.bytes())
	if err != nil {
		return
	}
	var b strings.Builder
	license := m.license()
	if license == "" {
		license = "Proprietary"
	}
	deps := "none"
	if n := len(m.Dependencies); n > 0 {
		deps = fmt.Sprint(n)
	}
	fmt.Fprintf(&b, "\n%s | %s | deps: %s | versions: %d\n", m.id(), license, deps, len(p.raw))
	if m.Description != "" {
		fmt.Fprintln(&b, m.Description)
	}
	if home := decodeString(o.get("homepage")); home != "" {
		fmt.Fprintln(&b, home)
	}
	if m.Deprecated != "" {
		fmt.Fprintf(&b, "\nDEPRECATED ⚠️  - %s\n", m.Deprecated)
	}
	if bins := m.bin(); len(bins) > 0 {
		fmt.Fprintf(&b, "\nbin: %s\n", strings.Join(sortedKeys(bins), ", "))
	}
	b.WriteString("\ndist\n")
	for _, key := range []string{"tarball", "shasum", "integrity"} {
		if v := decodeString(valueAt(o.get("dist"), []string{key})); v != "" {
			fmt.Fprintf(&b, ".%s: %s\n", key, v)
		}
	}
	if len(m.Dependencies) > 0 {
		b.WriteString("\ndependencies:\n")
		names := sortedKeys(m.Dependencies)
		for _, name := range names[:min(len(names), 24)] {
			fmt.Fprintf(&b, "%s: %s\n", name, m.Dependencies[name])
		}
		if len(names) > 24 {
			fmt.Fprintf(&b, "(...and %d more.)\n", len(names)-24)
		}
	}
	b.WriteString("\ndist-tags:\n")
	tags := sortedKeys(p.tags)
	slices.SortStableFunc(tags, func(a, b string) int {
		switch {
		case a == "latest":
			return -1
		case b == "latest":
			return 1
		}
		return 0
	})
	for _, tag := range tags {
		fmt.Fprintf(&b, "%s: %s\n", tag, p.tags[tag])
	}
	if at, ok := p.times[m.Version]; ok {
		fmt.Fprintf(&b, "\npublished %s\n", ago(cmd.c.cfg.Now().Sub(at)))
	}
	_, _ = cmd.env.Stdout.Write([]byte(b.String()))
}

// ago words how long something was ago.
func ago(d time.Duration) string {
	days := int(d.Hours() / 24)
	for _, s := range []struct {
		days int
		what string
	}{{365, "year"}, {30, "month"}, {7, "week"}, {1, "day"}} {
		switch n := days / s.days; {
		case n >= 1 && s.what == "year":
			return "over a year ago"
		case n >= 1:
			return plural(n, s.what) + " ago"
		}
	}
	if h := int(d.Hours()); h >= 1 {
		return plural(h, "hour") + " ago"
	}
	return "a moment ago"
}

// late is a dependency that has a newer version.
type late struct {
	e                       *edge
	n                       *node // nil: it is not there
	current, wanted, latest string
}

// outdated finds the dependencies that have newer versions: the project's and its
// workspaces', or all.
func (j *job) outdated(ctx context.Context, words []string, all bool) ([]late, error) {
	var out []late
	var err error
	j.b.walk(func(n *node) {
		if err != nil || !all && !n.mine() && len(words) == 0 {
			return
		}
		for _, e := range n.edges {
			to := e.to()
			if e.err != nil || !e.spec.registry() || to != nil && to.link != nil || to == nil && e.typ != depProd || e.typ.peer() ||
				len(words) > 0 && !slices.Contains(words, e.name) {
				continue
			}
			l := late{e: e, n: to, current: "MISSING"}
			if to != nil {
				l.current = to.m.Version
			}
			if l.wanted, l.latest, err = j.latest(ctx, e.spec); err != nil {
				return
			}
			if l.current != l.wanted || compareVersions(l.wanted, l.latest) < 0 {
				out = append(out, l)
			}
		}
	})
	slices.SortStableFunc(out, func(a, b late) int {
		if c := localeCompare(a.e.name, b.e.name); c != 0 {
			return c
		}
		return localeCompare(j.dependent(a.e.from), j.dependent(b.e.from))
	})
	return out, err
}

// dependent is what `npm outdated` calls who needs a package.
func (j *job) dependent(n *node) string {
	switch {
	case n.isRoot():
		return path.Base(j.p.root)
	case n.ws:
		return n.m.id()
	}
	return n.name
}

// isOutdated is `npm outdated`.
func (cmd *command) isOutdated(ctx context.Context, args []string) int {
	asJSON, parseable, all, long := false, false, false, false
	var words []string
	for _, a := range args {
		switch a {
		case "--json":
			asJSON = true
		case "-p", "--parseable":
			parseable = true
		case "-a", "--all":
			all = true
		case "-l", "--long":
			long = true
		default:
			if !strings.HasPrefix(a, "-") {
				words = append(words, a)
			}
		}
	}
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	list, err := j.outdated(ctx, words, all)
	if err != nil {
		return cmd.failed(err)
	}
	section := func(l late) string {
		return map[depType]string{depDev: "devDependencies", depOptional: "optionalDependencies"}[l.e.typ]
	}
	rows := [][]string{{"Package", "Current", "Wanted", "Latest", "Location", "Depended by"}}
	if long {
		rows[0] = append(rows[0], "Package Type", "Homepage", "Depended By Location")
	}
	o := &orderedObject{}
	for _, l := range list {
		where, full := "-", ""
		if l.n != nil {
			where = l.n.location()
			full = path.Join(j.p.root, where)
		}
		kind := section(l)
		if kind == "" {
			kind = "dependencies"
		}
		row := []string{l.e.name, l.current, l.wanted, l.latest, where, j.dependent(l.e.from)}
		if long {
			row = append(row, kind, "", "")
		}
		rows = append(rows, row)
		item := &orderedObject{}
		if l.n != nil {
			item.set("current", jsonString(l.current))
		}
		item.set("wanted", jsonString(l.wanted))
		item.set("latest", jsonString(l.latest))
		item.set("dependent", jsonString(j.dependent(l.e.from)))
		if full != "" {
			item.set("location", jsonString(full))
		}
		o.set(l.e.name, item.bytes())
		if parseable {
			fmt.Fprintf(cmd.env.Stdout, "%s:%s@%s:%s@%s:%s@%s:%s\n", full, l.e.name, l.wanted, l.e.name, l.current, l.e.name, l.latest, j.dependent(l.e.from))
		}
	}
	switch {
	case asJSON:
		cmd.printJSON(o.bytes())
	case parseable || len(list) == 0:
	default:
		columns(cmd, rows, []bool{false, true, true, true, false, false, false, false, false})
	}
	if len(list) > 0 {
		return 1
	}
	return 0
}

// columns prints rows with their columns under each other; right says which are
// flush right.
func columns(cmd *command, rows [][]string, right []bool) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-len(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		fmt.Fprintln(cmd.env.Stdout, strings.TrimRight(b.String(), " "))
	}
}
