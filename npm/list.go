package npm

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// listed is a line of `npm ls`.
type listed struct {
	n        *node // nil: it is missing
	e        *edge // that asks for it; nil: nothing does
	depth    int
	deduped  bool
	included bool // it, or something below it, is what was asked for
	problems []string
	invalid  string // what it does not satisfy
	kids     []*listed
}

// listing is what `npm ls` shows.
type listing struct {
	j        *job
	words    []string
	depth    int
	here     string // the workspace that is meant; "" for all
	seen     map[*node]bool
	problems []string
}

// maxListed bounds the lines of a listing: a package may be needed often.
const maxListed = 100_000

// list is `npm ls`.
func (cmd *command) list(args []string, long bool) int {
	l := listing{seen: map[*node]bool{}}
	asJSON, parseable, all, given := false, false, false, false
	var opt options
	for i := 0; i < len(args); i++ {
		name, value, _ := strings.Cut(args[i], "=")
		next := func() string { return optionValue(args, &i) }
		switch name {
		case "--json":
			asJSON = value != "false"
		case "-p", "--parseable":
			parseable = value != "false"
		case "-a", "--all":
			all = value != "false"
		case "-l", "--long":
			long = true
		case "--depth":
			text := next()
			n, err := strconv.Atoi(text)
			if text == "Infinity" {
				n, err = maxNesting, nil
			}
			if err != nil || n < 0 {
				return cmd.failed(fail("EUSAGE", "", "--depth takes a number: %q", cut(text, 40)))
			}
			l.depth, given = n, true
		case "--prod", "--production":
			opt.omitDev = true
		case "--omit":
			opt.omitDev = next() == "dev" || opt.omitDev
		default:
			if !strings.HasPrefix(name, "-") {
				l.words = append(l.words, args[i])
			}
		}
	}
	if (all || len(l.words) > 0) && !given {
		l.depth = maxNesting
	}
	j, err := cmd.actual(opt)
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	l.j = j
	if j.p.here != j.p.root {
		l.here = j.p.here
	}
	root := &listed{n: j.b.tree.root, included: true}
	if err := l.fill(root); err != nil {
		return cmd.failed(err)
	}
	l.narrow(root)
	code := 0
	switch {
	case len(l.problems) > 0:
		code = 1
	case len(l.words) > 0 && len(root.kids) == 0:
		code = 1
	}
	switch {
	case asJSON:
		l.complain(cmd)
		o := l.json(root)
		if len(l.problems) > 0 {
			e := &orderedObject{}
			e.set("code", jsonString("ELSPROBLEMS"))
			e.set("summary", jsonString(strings.Join(l.problems, "\n")))
			e.set("detail", jsonString(""))
			o.set("error", e.bytes())
		}
		cmd.printJSON(o.bytes())
	case parseable:
		l.lines(cmd, root, map[*node]bool{})
	default:
		var b strings.Builder
		l.text(&b, root, "", "", long)
		fmt.Fprintln(cmd.env.Stdout, b.String())
	}
	if !asJSON {
		l.complain(cmd)
	}
	return code
}

// complain tells what is wrong with what is installed.
func (l *listing) complain(cmd *command) {
	if len(l.problems) == 0 {
		return
	}
	fmt.Fprintln(cmd.env.Stderr, "npm error code ELSPROBLEMS")
	for _, p := range l.problems {
		fmt.Fprintf(cmd.env.Stderr, "npm error %s\n", p)
	}
}

// fill finds what a listing shows, breadth first: where a package is shown a
// second time, what it needs is not.
func (l *listing) fill(root *listed) error {
	queue := []*listed{root}
	lines := 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at.n == nil || at.deduped {
			continue
		}
		n := at.n.target()
		depth := at.depth
		if n.ws {
			depth = 0
		}
		if depth > l.depth {
			continue
		}
		reached := map[*node]bool{}
		for _, e := range n.edges {
			to := e.to()
			switch {
			case n.isRoot() && l.here != "" && (to == nil || to.target().dir != l.here || !to.target().ws),
				n.isRoot() && l.j.set.omitDev && e.typ == depDev,
				to == nil && e.typ == depPeerOptional:
				continue
			}
			k := &listed{n: to, e: e}
			if to == nil {
				if !e.typ.optional() {
					k.problems = append(k.problems, "missing: "+e.name+"@"+cut(e.spec.raw, 200)+", required by "+from(e.from))
				}
			} else {
				reached[to] = true
				if !e.valid() {
					k.invalid = fmt.Sprintf("%q from %s", cut(e.spec.raw, 200), l.place(e.from))
					k.problems = append(k.problems, "invalid: "+to.id()+" "+l.path(to))
				}
			}
			at.kids = append(at.kids, k)
		}
		for _, c := range n.kids() {
			if !c.reached && !c.bundled && !reached[c] && l.here == "" {
				at.kids = append(at.kids, &listed{n: c, problems: []string{"extraneous: " + c.id() + " " + l.path(c)}})
			}
		}
		slices.SortStableFunc(at.kids, func(a, b *listed) int { return localeCompare(a.name(), b.name()) })
		for _, k := range at.kids {
			if lines++; lines > maxListed {
				return fail("ELIMIT", "", "more than %d lines to show: name a package, or a smaller --depth", maxListed)
			}
			k.depth = depth + 1
			k.included = len(l.words) == 0 || k.n != nil && slices.ContainsFunc(l.words, k.n.named)
			if k.n != nil {
				k.deduped = l.seen[k.n.target()]
				l.seen[k.n.target()] = true
			}
			if len(l.words) == 0 {
				l.problems = append(l.problems, k.problems...)
			}
			queue = append(queue, k)
		}
	}
	return nil
}

func from(n *node) string {
	if n.m.Version == "" {
		return n.m.Name + "@"
	}
	return n.m.id()
}

func (k *listed) name() string {
	if k.n == nil {
		return k.e.name
	}
	return k.n.name
}

// narrow leaves what leads to what was asked for.
func (l *listing) narrow(at *listed) bool {
	at.kids = slices.DeleteFunc(at.kids, func(k *listed) bool { return !l.narrow(k) })
	return at.included || len(at.kids) > 0
}

func (l *listing) path(n *node) string { return path.Join(l.j.p.root, n.location()) }

// place is how messages name who asks for a package.
func (l *listing) place(n *node) string {
	if n.isRoot() {
		return "the root project"
	}
	return n.location()
}

// overridden reports whether a rule of the project's makes the dependency another.
func (k *listed) overridden() bool {
	if k.e == nil || k.e.from.overrides == nil {
		return false
	}
	raw := k.e.from.m.Dependencies[k.e.name]
	if raw == "" {
		return false
	}
	r := k.e.from.overrides.find(k.e.name, func(key string) bool { return overlap(raw, key) })
	return r != nil && r.value != ""
}

func (l *listing) text(b *strings.Builder, at *listed, first, rest string, long bool) {
	b.WriteString(first)
	switch {
	case at.n == nil && at.e.typ.optional():
		b.WriteString("UNMET OPTIONAL DEPENDENCY " + at.e.name + "@" + cut(at.e.spec.raw, 200))
	case at.n == nil:
		b.WriteString("UNMET DEPENDENCY " + at.e.name + "@" + cut(at.e.spec.raw, 200))
	case at.n.isRoot():
		name := at.n.m.Name
		if name == "" {
			name = path.Base(l.j.p.root)
		}
		b.WriteString(name + "@" + at.n.m.Version)
		if long {
			b.WriteString("\n" + rest + "│ " + l.j.p.root + "\n" + rest + "│ " + at.n.m.Description)
		} else {
			b.WriteString(" " + l.j.p.root)
		}
	default:
		b.WriteString(at.n.id())
		if at.deduped {
			b.WriteString(" deduped")
		}
		if at.invalid != "" {
			b.WriteString(" invalid: " + at.invalid)
		}
		if at.e == nil {
			b.WriteString(" extraneous")
		}
		if at.overridden() {
			b.WriteString(" overridden")
		}
		if at.n.link != nil {
			b.WriteString(" -> ./" + at.n.link.location())
		}
		if long {
			b.WriteString("\n" + rest + "  " + at.n.target().m.Description)
		}
	}
	b.WriteString("\n")
	if at.n != nil && at.n.isRoot() && len(at.kids) == 0 {
		b.WriteString("└── (empty)\n")
	}
	for i, k := range at.kids {
		branch, bar := "├─", "│ "
		if i == len(at.kids)-1 {
			branch, bar = "└─", "  "
		}
		if len(k.kids) > 0 {
			branch += "┬ "
		} else {
			branch += "─ "
		}
		l.text(b, k, rest+branch, rest+bar, long)
	}
}

func (l *listing) json(at *listed) *orderedObject {
	o := &orderedObject{}
	yes := json.RawMessage("true")
	switch {
	case at.n == nil:
		o.set("required", jsonString(at.e.spec.raw))
		if at.e.typ.optional() {
			return &orderedObject{}
		}
		o.set("missing", yes)
	case at.n.isRoot():
		if at.n.m.Version != "" {
			o.set("version", jsonString(at.n.m.Version))
		}
		if at.n.m.Name != "" {
			o.set("name", jsonString(at.n.m.Name))
		}
	default:
		o.set("version", jsonString(at.n.target().m.Version))
		switch {
		case at.n.link != nil:
			o.set("resolved", jsonString("file:"+relative(path.Dir(l.path(at.n)), at.n.link.dir)))
		case at.n.resolved != "":
			o.set("resolved", jsonString(at.n.resolved))
		}
		o.set("overridden", json.RawMessage(strconv.FormatBool(at.overridden())))
		if at.invalid != "" {
			o.set("invalid", jsonString(at.invalid))
		}
		if at.e == nil {
			o.set("extraneous", yes)
		}
	}
	problems := at.problems
	if at.n != nil && at.n.isRoot() {
		problems = l.problems
	}
	if len(problems) > 0 {
		o.set("problems", stringList(problems))
	}
	if len(at.kids) > 0 {
		deps := &orderedObject{}
		for _, k := range at.kids {
			deps.set(k.name(), l.json(k).bytes())
		}
		o.set("dependencies", deps.bytes())
	}
	return o
}

// lines prints the places of what is shown, each once, breadth first.
func (l *listing) lines(cmd *command, root *listed, seen map[*node]bool) {
	for queue := []*listed{root}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		queue = append(queue, at.kids...)
		if at.n == nil || seen[at.n] || len(l.words) > 0 && !at.included {
			continue
		}
		seen[at.n] = true
		fmt.Fprintln(cmd.env.Stdout, l.path(at.n.target()))
	}
}

// explain is `npm explain`: why packages are there.
func (cmd *command) explain(args []string) int {
	asJSON := slices.Contains(args, "--json")
	args = wordsOf(args)
	if len(args) == 0 {
		return cmd.failed(fail("EUSAGE", "", "name a package to explain"))
	}
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	found := j.b.find(args)
	if len(found) == 0 {
		fmt.Fprintf(cmd.env.Stderr, "npm error No dependencies found matching %s\n", cut(strings.Join(args, ", "), 200))
		return 1
	}
	x := explainer{j: j}
	if asJSON {
		var list []json.RawMessage
		for _, n := range found {
			list = append(list, x.node(n, nil, true))
		}
		cmd.printJSON(rawList(list))
	} else {
		for i, n := range found {
			if i > 0 {
				x.b.WriteString("\n")
			}
			x.text(n, "", nil)
		}
		fmt.Fprint(cmd.env.Stdout, x.b.String())
	}
	if x.lines > maxListed {
		return cmd.failed(fail("ELIMIT", "", "more than %d lines to show", maxListed))
	}
	return 0
}

// explainer shows why packages are there. A package that is needed in many ways
// has many lines: it stops after maxListed.
type explainer struct {
	j     *job
	b     strings.Builder
	lines int
}

func (x *explainer) full() bool {
	x.lines++
	return x.lines > maxListed
}

// wanting are the dependencies that lead to a node, in npm's order: the nearest
// first, the project itself last.
func wanting(n *node) []*edge {
	var out []*edge
	if n.isTop() {
		for _, l := range n.tree.byName[n.m.Name] {
			if to := l.to(); to != nil && to.link == n {
				out = append(out, l)
			}
		}
	} else {
		out = n.in()
	}
	out = slices.DeleteFunc(out, func(e *edge) bool { return !e.valid() && !keepsInvalid(e) })
	slices.SortStableFunc(out, func(a, b *edge) int {
		switch {
		case a.from.isRoot() == b.from.isRoot():
			return localeCompare(a.from.location(), b.from.location())
		case a.from.isRoot():
			return 1
		}
		return -1
	})
	return out
}

func (n *node) sorts() string {
	s := ""
	for _, f := range []struct {
		on   bool
		what string
	}{{!n.reached, "extraneous"}, {n.dev, "dev"}, {n.optional, "optional"}, {n.peer, "peer"}, {n.bundled, "bundled"}} {
		if f.on {
			s += " " + f.what
		}
	}
	return s
}

func (t depType) String() string {
	return [...]string{"prod", "dev", "optional", "peer", "peerOptional", "workspace"}[t]
}

func (x *explainer) text(n *node, indent string, seen []*node) {
	if x.full() {
		return
	}
	fmt.Fprintf(&x.b, "%s%s\n%s%s\n", indent, n.id()+n.sorts(), indent, n.location())
	x.dependents(n, indent, seen)
}

func (x *explainer) dependents(n *node, indent string, seen []*node) {
	if slices.Contains(seen, n) {
		return
	}
	seen = append(slices.Clone(seen), n)
	for _, e := range wanting(n) {
		if x.full() {
			return
		}
		kind := ""
		if e.typ != depProd {
			kind = e.typ.String() + " "
		}
		if e.typ == depWorkspace {
			fmt.Fprintf(&x.b, "%s  workspace %s from the root project\n", indent, n.target().location())
			continue
		}
		fmt.Fprintf(&x.b, "%s  %s%s@%q from ", indent, kind, e.name, cut(e.spec.raw, 200))
		if e.from.isRoot() {
			x.b.WriteString("the root project\n")
			continue
		}
		fmt.Fprintf(&x.b, "%s\n%s  %s\n", e.from.id(), indent, e.from.location())
		if e.from.isTop() {
			for _, l := range wanting(e.from) {
				if to := l.to(); to != nil && l.typ == depWorkspace && !slices.Contains(seen, to) {
					x.text(to, indent+"    ", seen)
				}
			}
			continue
		}
		x.dependents(e.from, indent+"  ", seen)
	}
}

func (x *explainer) node(n *node, seen []*node, flags bool) json.RawMessage {
	o := &orderedObject{}
	if n.isRoot() {
		o.set("location", jsonString(x.j.p.root))
		return o.bytes()
	}
	o.set("name", jsonString(n.name))
	o.set("version", jsonString(n.target().m.Version))
	o.set("location", jsonString(n.location()))
	o.set("isWorkspace", json.RawMessage(strconv.FormatBool(n.ws)))
	var list []json.RawMessage
	if !slices.Contains(seen, n) && !x.full() {
		seen = append(slices.Clone(seen), n)
		for _, e := range wanting(n) {
			d := &orderedObject{}
			d.set("type", jsonString(e.typ.String()))
			d.set("name", jsonString(e.name))
			d.set("spec", jsonString(e.spec.raw))
			d.set("from", x.node(e.from, seen, false))
			list = append(list, d.bytes())
		}
	}
	o.set("dependents", rawList(list))
	if flags {
		for _, f := range []struct {
			key string
			on  bool
		}{{"dev", n.dev}, {"optional", n.optional}, {"devOptional", n.devOpt}, {"peer", n.peer}, {"bundled", n.bundled}, {"overridden", false}} {
			o.set(f.key, json.RawMessage(strconv.FormatBool(f.on)))
		}
	}
	return o.bytes()
}
