package npm

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// bunTitle is what Bun says first.
func bunTitle(what string) string { return "bun " + what + " v1.4.5 (a7733435c)" }

// pm is `bun pm`.
func (cmd *command) pm(ctx context.Context, args []string) int {
	if len(args) == 0 {
		return cmd.failed(fail("EUSAGE", "", "bun pm ls | why | bin | cache | hash | pkg | version | view | untrusted"))
	}
	rest := args[1:]
	switch args[0] {
	case "ls", "list":
		return cmd.bunList(rest)
	case "why":
		return cmd.bunWhy(rest)
	case "bin":
		return cmd.bunPlace("node_modules/.bin")
	case "cache":
		if len(rest) > 0 {
			return cmd.failed(fail("EUNSUPPORTED", "", "the server keeps packages for all its sessions: there is no cache of a session's own to change"))
		}
		dir := cmd.env.Vars["BUN_INSTALL_CACHE_DIR"]
		if dir == "" {
			dir = path.Join(cmd.env.Root, ".bun/install/cache")
		}
		fmt.Fprint(cmd.env.Stdout, dir)
		return 0
	case "hash", "hash-string", "hash-print":
		return cmd.bunHash(args[0])
	case "pkg":
		return cmd.pkg(rest)
	case "version":
		return cmd.version(ctx, rest)
	case "view":
		return cmd.view(ctx, rest)
	case "untrusted":
		return cmd.bunUntrusted()
	case "whoami":
		return cmd.failed(fail("", "", "missing authentication (run `bunx npm login`)"))
	case "trust", "migrate", "fetch", "licenses", "scan", "diff", "pack":
		return cmd.refuse(args[0])
	}
	return cmd.failed(fail("EUSAGE", "", "%q unknown command", cut(args[0], 60)))
}

// bunUntrusted is `bun pm untrusted`: packages whose scripts an install passed over.
func (cmd *command) bunUntrusted() int {
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	fmt.Fprintf(cmd.env.Stdout, "%s\n\n", bunTitle("pm untrusted"))
	found := 0
	j.b.each(func(n *node) {
		if n.link != nil || !n.m.hasInstallScript() {
			return
		}
		found++
		fmt.Fprintf(cmd.env.Stdout, "./%s @%s\n", n.location(), n.m.Version)
		for _, name := range lifecycle {
			if line := n.m.Scripts[name]; line != "" {
				fmt.Fprintf(cmd.env.Stdout, " » [%s]: %s\n", name, cut(line, 200))
			}
		}
		fmt.Fprintln(cmd.env.Stdout)
	})
	if found > 0 {
		fmt.Fprintf(cmd.env.Stdout, "These dependencies had their lifecycle scripts blocked during install.\n\nNo script of a package is ever run here.\n")
		return 0
	}
	fmt.Fprint(cmd.env.Stdout, "Found 0 untrusted dependencies with scripts.\n\nThis means all packages with scripts are in \"trustedDependencies\" or none of your dependencies have scripts.\n\nFor more information, visit https://bun.com/docs/install/lifecycle#trusteddependencies\n")
	return 0
}

func (cmd *command) bunPlace(what string) int {
	p, err := cmd.project()
	if err != nil {
		return cmd.failed(err)
	}
	fmt.Fprintln(cmd.env.Stdout, path.Join(p.root, what))
	return 0
}

// bunHash is `bun pm hash`: of names and versions of all that is installed.
func (cmd *command) bunHash(what string) int {
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	var ids []string
	j.b.each(func(n *node) {
		if n.link == nil {
			ids = append(ids, n.m.id())
		}
	})
	slices.Sort(ids)
	ids = slices.Compact(ids)
	text := "\n-- BEGIN SHA512/256(`${alphabetize(name)}@${order(version)}`) --\n" + strings.Join(ids, "\n") + "\n-- END HASH--\n"
	if what == "hash-string" {
		fmt.Fprint(cmd.env.Stdout, text)
		return 0
	}
	sum := sha512.Sum512_256([]byte(text))
	s := strings.ToUpper(hex.EncodeToString(sum[:]))
	fmt.Fprintf(cmd.env.Stdout, "%s-%s-%s-%s\n", s[:16], strings.ToLower(s[16:32]), s[32:48], strings.ToLower(s[48:]))
	return 0
}

// bunScripts lists a package's scripts as `bun run` does.
func (cmd *command) bunScripts(m *manifest) {
	fmt.Fprintf(cmd.env.Stdout, "Usage: bun run [flags] <file or script>\n\npackage.json scripts (%d found):\n", len(m.ScriptOrder))
	for _, name := range m.ScriptOrder {
		fmt.Fprintf(cmd.env.Stdout, "  $ bun run %s\n    %s\n\n", name, m.Scripts[name])
	}
}

// bunList is `bun pm ls`.
func (cmd *command) bunList(args []string) int {
	all := slices.Contains(args, "--all") || slices.Contains(args, "-a")
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	total := 0
	j.b.each(func(*node) { total++ })
	root := j.b.tree.root
	if all {
		fmt.Fprintf(cmd.env.Stdout, "%s node_modules\n", j.p.root)
		cmd.bunTree(root.kids(), "")
		return 0
	}
	fmt.Fprintf(cmd.env.Stdout, "%s node_modules (%d installed)\n", j.p.root, total)
	var direct []*node
	for _, e := range root.edges {
		if to := e.to(); to != nil {
			direct = append(direct, to)
		}
	}
	for i, n := range direct {
		branch := "├── "
		if i == len(direct)-1 {
			branch = "└── "
		}
		fmt.Fprintln(cmd.env.Stdout, branch+n.bunID())
	}
	return 0
}

// bunID names a node as Bun's lists do.
func (n *node) bunID() string {
	if n.link != nil {
		return n.name + "@workspace:" + n.link.location()
	}
	return n.name + "@" + n.m.Version
}

func (cmd *command) bunTree(list []*node, indent string) {
	for i, n := range list {
		branch, bar := "├── ", "│   "
		if i == len(list)-1 {
			branch, bar = "└── ", "    "
		}
		fmt.Fprintln(cmd.env.Stdout, indent+branch+n.bunID())
		cmd.bunTree(n.kids(), indent+bar)
	}
}

// bunWhy is `bun why`.
func (cmd *command) bunWhy(args []string) int {
	depth := maxNesting
	var words []string
	for i := 0; i < len(args); i++ {
		name, _, _ := strings.Cut(args[i], "=")
		switch name {
		case "--top":
			depth = 0
		case "--depth":
			value := optionValue(args, &i)
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return cmd.failed(fail("EUSAGE", "", "--depth takes a number: %q", cut(value, 40)))
			}
			depth = n
		default:
			if !strings.HasPrefix(name, "-") {
				words = append(words, args[i])
			}
		}
	}
	if len(words) != 1 {
		return cmd.failed(fail("EUSAGE", "", "name one package: bun why express"))
	}
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	var found []*node
	j.b.each(func(n *node) {
		name, want := splitAt(words[0])
		if ok, err := path.Match(name, n.name); (err == nil && ok || n.name == name) && n.link == nil && (want == "" || satisfies(n.m.Version, want)) {
			found = append(found, n)
		}
	})
	if len(found) == 0 {
		return cmd.failed(fail("ENOENT", "", "No packages matching '%s' found in lockfile", cut(words[0], 100)))
	}
	slices.SortStableFunc(found, func(a, b *node) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return compareVersions(a.m.Version, b.m.Version)
	})
	w := bunReasons{cmd: cmd, max: depth}
	for _, n := range found {
		fmt.Fprintln(cmd.env.Stdout, n.bunID())
		w.show(n, "  ", 0, []*node{n})
		fmt.Fprintln(cmd.env.Stdout)
	}
	if w.lines > maxListed {
		return cmd.failed(fail("ELIMIT", "", "more than %d lines to show: use --depth", maxListed))
	}
	return 0
}

// bunReasons shows who needs a package, and who needs those.
type bunReasons struct {
	cmd   *command
	max   int
	lines int
}

func (w *bunReasons) show(n *node, indent string, depth int, seen []*node) {
	edges := wanting(n)
	// The project's own come first.
	slices.SortStableFunc(edges, func(a, b *edge) int {
		switch {
		case a.from.mine() == b.from.mine():
			return 0
		case a.from.mine():
			return -1
		}
		return 1
	})
	for i, e := range edges {
		if w.lines++; w.lines > maxListed {
			return
		}
		branch, bar := "├─ ", "│  "
		if i == len(edges)-1 {
			branch, bar = "└─ ", "   "
		}
		kind := ""
		switch e.typ {
		case depDev:
			kind = "dev "
		case depOptional:
			kind = "optional "
		case depPeer, depPeerOptional:
			kind = "peer "
		}
		who := e.from.m.id()
		if e.from.isRoot() {
			if who = e.from.m.Name; who == "" {
				who = path.Base(e.from.dir)
			}
		}
		fmt.Fprintf(w.cmd.env.Stdout, "%s%s%s%s (requires %s)\n", indent, branch, kind, who, cut(e.spec.raw, 200))
		if e.from.mine() || slices.Contains(seen, e.from) || w.max == 0 {
			continue
		}
		if depth+1 >= w.max {
			fmt.Fprintf(w.cmd.env.Stdout, "%s%s└─ (deeper dependencies hidden)\n", indent, bar)
			continue
		}
		w.show(e.from, indent+bar, depth+1, append(slices.Clone(seen), e.from))
	}
}

// bunOutdated is `bun outdated`.
func (cmd *command) bunOutdated(ctx context.Context, args []string) int {
	fmt.Fprintln(cmd.env.Stdout, bunTitle("outdated"))
	words := wordsOf(args)
	j, err := cmd.actual(options{})
	if err != nil {
		return cmd.failed(err)
	}
	defer j.reg.close()
	list, err := j.outdated(ctx, nil, false)
	if err != nil {
		return cmd.failed(err)
	}
	rows := [][]string{{"Package", "Current", "Update", "Latest"}}
	for _, kind := range []depType{depProd, depDev, depPeer, depOptional} {
		for _, l := range list {
			fits := len(words) == 0
			for _, word := range words {
				if ok, err := path.Match(word, l.e.name); err == nil && ok {
					fits = true
				}
			}
			if !fits || l.e.typ != kind || l.n == nil || l.current == l.latest {
				continue
			}
			name := l.e.name
			if kind != depProd {
				name += " (" + kind.String() + ")"
			}
			rows = append(rows, []string{name, l.current, l.wanted, l.latest})
		}
	}
	if len(rows) == 1 {
		return 0
	}
	widths := make([]int, 4)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	widths[0] = max(widths[0], 8)
	total := 3*len(widths) - 1
	rule := "|"
	for _, w := range widths {
		total += w
		rule += strings.Repeat("-", w+2) + "|"
	}
	edge := "|" + strings.Repeat("-", total) + "|"
	fmt.Fprintln(cmd.env.Stdout, edge)
	for i, row := range rows {
		if i > 0 {
			fmt.Fprintln(cmd.env.Stdout, rule)
		}
		line := "|"
		for k, cell := range row {
			line += " " + cell + strings.Repeat(" ", widths[k]-len(cell)) + " |"
		}
		fmt.Fprintln(cmd.env.Stdout, line)
	}
	fmt.Fprintln(cmd.env.Stdout, edge)
	return 0
}
