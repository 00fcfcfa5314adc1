package shell

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxDiffCells bounds what comparing two texts may cost: the lines that differ
// of one times those of the other.
const maxDiffCells = 64 << 20

type differ struct {
	t                                       *tool
	unified, ctx                            int // lines of context; -1: another format
	brief, same, recursive, newFile         bool
	fold, allSpace, someSpace, blank, split bool
	text, endSpace, endCR                   bool
	labels                                  []string
	exclude                                 []*glob
	differ, trouble                         bool
	depth                                   int
}

func diff(t *tool) int {
	opts, names, bad := getopt(t.args, "u0123456789U:cC:qsrNaiwbBytdpW:x:TEZ", map[string]string{
		"unified?": "u", "context?": "c", "brief": "q", "report-identical-files": "s", "recursive": "r", "new-file": "N", "ignore-case": "i",
		"ignore-all-space": "w", "ignore-space-change": "b", "ignore-blank-lines": "B", "label=": "label", "side-by-side": "y",
		"color?": "color", "exclude=": "x", "text": "a", "strip-trailing-cr": "cr", "normal": "color", "minimal": "d", "width=": "W",
		"suppress-common-lines": "color", "ignore-trailing-space": "Z",
	})
	if bad != "" {
		t.say("%s", bad)
		fmt.Fprintf(t.err, "diff: Try 'diff --help' for more information.\n")
		return 2
	}
	d := differ{t: t, unified: -1, ctx: -1}
	lines := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return 3
		}
		return n
	}
	for _, o := range opts {
		switch o.name {
		case "u":
			d.unified = 3
			if o.value != "" {
				d.unified = lines(o.value)
			}
		case "U":
			d.unified = lines(o.value)
		case "c":
			d.ctx = 3
			if o.value != "" {
				d.ctx = lines(o.value)
			}
		case "C":
			d.ctx = lines(o.value)
		case "q":
			d.brief = true
		case "s":
			d.same = true
		case "r":
			d.recursive = true
		case "N":
			d.newFile = true
		case "i":
			d.fold = true
		case "w":
			d.allSpace = true
		case "b":
			d.someSpace = true
		case "B":
			d.blank = true
		case "y":
			d.split = true
		case "a":
			d.text = true
		case "Z":
			d.endSpace = true
		case "cr":
			d.endCR = true
		case "x":
			d.exclude = append(d.exclude, t.sh.glob(o.value, globMode{}))
		case "label":
			d.labels = append(d.labels, o.value)
		}
	}
	if len(names) < 2 {
		missing := "diff"
		if len(names) == 1 {
			missing = names[0]
		}
		t.say("missing operand after '%s'", missing)
		fmt.Fprintf(t.err, "diff: Try 'diff --help' for more information.\n")
		return 2
	}
	a, b := names[0], names[1]
	// A file against a directory is against the file of that name in it.
	if info, err := t.sh.stat(a); err == nil && info.IsDir() && b != "-" {
		if other, err := t.sh.stat(b); err == nil && !other.IsDir() {
			a = joinName(a, baseName(b))
		}
	}
	if info, err := t.sh.stat(b); err == nil && info.IsDir() && a != "-" {
		if other, err := t.sh.stat(a); err == nil && !other.IsDir() {
			b = joinName(b, baseName(a))
		}
	}
	d.compare(a, b, "")
	switch {
	case d.trouble:
		return 2
	case d.differ:
		return 1
	}
	return 0
}

func (d *differ) compare(a, b, header string) {
	t := d.t
	look := func(name string) (fs.FileInfo, bool) {
		if name == "-" {
			return nil, true
		}
		info, err := t.sh.stat(name)
		if err != nil {
			if d.newFile && errCode(err) == "ENOENT" {
				return nil, true
			}
			t.say("%s: %s", name, errText(err))
			d.trouble = true
			return nil, false
		}
		return info, true
	}
	x, ok1 := look(a)
	y, ok2 := look(b)
	if !ok1 || !ok2 {
		return
	}
	if x != nil && y != nil && x.IsDir() && y.IsDir() {
		d.dirs(a, b)
		return
	}
	binary := false
	read := func(name string) ([]string, bool, bool) {
		if name != "-" {
			if _, err := t.sh.stat(name); err != nil && d.newFile {
				return nil, true, true
			}
		}
		f, err := t.open(name)
		if err != nil {
			t.say("%s: %s", name, errText(err))
			d.trouble = true
			return nil, false, false
		}
		defer f.close()
		l := t.lines(f)
		binary = binary || !d.text && l.binary()
		list, ended := t.linesOf(l)
		return list, ended, true
	}
	la, endA, ok1 := read(a)
	lb, endB, ok2 := read(b)
	if !ok1 || !ok2 {
		return
	}
	ka, kb := d.keys(la, endA), d.keys(lb, endB)
	edits := d.edits(ka, kb)
	if d.blank {
		edits = slices.DeleteFunc(edits, func(e edit) bool {
			isBlank := func(s string) bool { return strings.TrimSpace(s) == "" }
			return !slices.ContainsFunc(la[e.a1:e.a2], func(s string) bool { return !isBlank(s) }) &&
				!slices.ContainsFunc(lb[e.b1:e.b2], func(s string) bool { return !isBlank(s) })
		})
	}
	if len(edits) == 0 {
		if d.same {
			fmt.Fprintf(t.out, "Files %s and %s are identical\n", a, b)
		}
		if d.split {
			for _, l := range la {
				fmt.Fprintf(t.out, "%s\t%s\n", l, l)
			}
		}
		return
	}
	d.differ = true
	if binary {
		fmt.Fprintf(t.out, "Binary files %s and %s differ\n", a, b)
		return
	}
	if d.brief {
		fmt.Fprintf(t.out, "Files %s and %s differ\n", a, b)
		return
	}
	t.out.WriteString(header)
	h := hunker{d: d, a: la, b: lb, endA: endA, endB: endB, edits: edits}
	switch {
	case d.split:
		h.sideBySide()
	case d.unified >= 0:
		d.titles("---", "+++", a, b, x, y)
		h.unified(d.unified)
	case d.ctx >= 0:
		d.titles("***", "---", a, b, x, y)
		h.context(d.ctx)
	default:
		h.normal()
	}
}

func (d *differ) titles(m1, m2, a, b string, x, y fs.FileInfo) {
	title := func(mark, name string, info fs.FileInfo, i int) {
		if i < len(d.labels) {
			fmt.Fprintf(d.t.out, "%s %s\n", mark, d.labels[i])
			return
		}
		when := d.t.sh.sys.cfg.Now()
		if info != nil {
			when = info.ModTime()
		}
		fmt.Fprintf(d.t.out, "%s %s\t%s\n", mark, name, when.In(d.t.sh.zone()).Format("2006-01-02 15:04:05.000000000 -0700"))
	}
	title(m1, a, x, 0)
	title(m2, b, y, 1)
}

func (d *differ) dirs(a, b string) {
	t := d.t
	if d.depth++; d.depth > 40 {
		d.depth--
		return
	}
	defer func() { d.depth-- }()
	names := map[string]int{}
	for i, dir := range []string{a, b} {
		list, err := t.sh.readDir(dir)
		if err != nil {
			t.say("%s: %s", dir, errText(err))
			d.trouble = true
			return
		}
		for _, e := range list {
			if !t.sh.matchAny(d.exclude, e.Name()) {
				names[e.Name()] |= 1 << i
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		x, y := joinName(a, n), joinName(b, n)
		switch {
		case names[n] == 3:
			i, err1 := t.sh.stat(x)
			j, err2 := t.sh.stat(y)
			if err1 == nil && err2 == nil && i.IsDir() && j.IsDir() {
				if d.recursive {
					d.dirs(x, y)
				} else {
					fmt.Fprintf(t.out, "Common subdirectories: %s and %s\n", x, y)
				}
				continue
			}
			flags := ""
			for i, arg := range t.args {
				if strings.HasPrefix(arg, "-") || i > 0 && slices.Contains([]string{"-x", "-U", "-C", "-W", "--label"}, t.args[i-1]) {
					flags += " " + arg
				}
			}
			d.compare(x, y, "diff"+flags+" "+x+" "+y+"\n")
		case d.newFile:
			d.compare(x, y, "diff -N "+x+" "+y+"\n")
		default:
			d.differ = true
			dir := a
			if names[n] == 2 {
				dir = b
			}
			fmt.Fprintf(t.out, "Only in %s: %s\n", dir, n)
		}
	}
}

// keys are what lines are compared by.
func (d *differ) keys(list []string, ended bool) []string {
	out := make([]string, len(list))
	d.t.hold(int64(len(list)) * 16)
	for i, s := range list {
		if d.endCR {
			s = strings.TrimSuffix(s, "\r")
		}
		if d.endSpace {
			s = strings.TrimRight(s, " \t\r")
		}
		if d.allSpace || d.someSpace {
			d.t.sh.spend(int64(len(s)) / 8)
			d.t.hold(int64(len(s)))
			sep := " "
			if d.allSpace {
				sep = ""
			}
			lead := ""
			if d.someSpace && s != "" && (s[0] == ' ' || s[0] == '\t') {
				lead = sep
			}
			s = lead + strings.Join(strings.Fields(s), sep)
		}
		if d.fold {
			s = strings.ToLower(s)
		}
		if i == len(list)-1 && !ended && !d.allSpace && !d.someSpace {
			s += "\x00no newline"
		}
		out[i] = s
	}
	return out
}

// edit says that lines a1…a2 of one text are b1…b2 of the other.
type edit struct{ a1, a2, b1, b2 int }

// edits finds what differs, by the longest common subsequence (Myers).
func (d *differ) edits(a, b []string) []edit {
	t := d.t
	lo := 0
	for lo < len(a) && lo < len(b) && a[lo] == b[lo] {
		lo++
	}
	hi := 0
	for hi < len(a)-lo && hi < len(b)-lo && a[len(a)-1-hi] == b[len(b)-1-hi] {
		hi++
	}
	x, y := a[lo:len(a)-hi], b[lo:len(b)-hi]
	t.sh.spend(int64(len(a)+len(b)) * 4)
	n, m := len(x), len(y)
	if n == 0 && m == 0 {
		return nil
	}
	whole := []edit{{lo, lo + n, lo, lo + m}}
	if n == 0 || m == 0 {
		return whole
	}
	// Myers: the furthest reaching path of each diagonal, for each number of edits.
	maxD := n + m
	var trace [][]int32
	v := make([]int32, 2*maxD+2)
	t.hold(int64(len(v)) * 4)
	cells := 0
	found := -1
search:
	for k := 0; k <= maxD; k++ {
		if cells += 2*k + 1; cells > maxDiffCells/16 {
			return whole // too much differs: all of it is one change
		}
		t.hold(int64(2*k+1) * 4)
		t.sh.spend(int64(2*k+1) * 4)
		snap := make([]int32, 2*k+1)
		for j := -k; j <= k; j += 2 {
			var i int
			if j == -k || j != k && v[maxD+j-1] < v[maxD+j+1] {
				i = int(v[maxD+j+1])
			} else {
				i = int(v[maxD+j-1]) + 1
			}
			q := i - j
			for i < n && q < m && x[i] == y[q] {
				i++
				q++
			}
			v[maxD+j] = int32(i)
			snap[j+k] = int32(i)
			if i >= n && q >= m {
				trace = append(trace, snap)
				found = k
				break search
			}
		}
		trace = append(trace, snap)
	}
	delA, insB := make([]bool, n), make([]bool, m)
	i, j := n, m
	for k := found; k > 0; k-- {
		prev := trace[k-1]
		at := func(diag int) int {
			if diag < -(k-1) || diag > k-1 {
				return -1
			}
			return int(prev[diag+k-1])
		}
		diag := i - j
		down := diag == -k || diag != k && at(diag-1) < at(diag+1)
		var pi, pj int
		if down {
			pi = at(diag + 1)
			pj = pi - (diag + 1)
			insB[pj] = true
		} else {
			pi = at(diag - 1)
			pj = pi - (diag - 1)
			delA[pi] = true
		}
		i, j = pi, pj
	}
	var out []edit
	for i, j = 0, 0; i < n || j < m; {
		if i < n && delA[i] || j < m && insB[j] {
			e := edit{a1: lo + i, b1: lo + j}
			for i < n && delA[i] {
				i++
			}
			for j < m && insB[j] {
				j++
			}
			e.a2, e.b2 = lo+i, lo+j
			out = append(out, e)
			continue
		}
		i++
		j++
	}
	return out
}

// hunker prints edits.
type hunker struct {
	d          *differ
	a, b       []string
	endA, endB bool
	edits      []edit
}

func (h *hunker) line(mark string, list []string, i int, ended bool) {
	t := h.d.t
	t.out.WriteString(mark + list[i] + "\n")
	if i == len(list)-1 && !ended {
		t.out.WriteString("\\ No newline at end of file\n")
	}
}

func span(from, to int) string { // from 0, to is past the end
	if to-from == 1 {
		return strconv.Itoa(to)
	}
	if to == from {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d,%d", from+1, to)
}

func (h *hunker) normal() {
	t := h.d.t
	for _, e := range h.edits {
		op := "c"
		switch {
		case e.a1 == e.a2:
			op = "a"
		case e.b1 == e.b2:
			op = "d"
		}
		t.out.WriteString(span(e.a1, e.a2) + op + span(e.b1, e.b2) + "\n")
		for i := e.a1; i < e.a2; i++ {
			h.line("< ", h.a, i, h.endA)
		}
		if op == "c" {
			t.out.WriteString("---\n")
		}
		for i := e.b1; i < e.b2; i++ {
			h.line("> ", h.b, i, h.endB)
		}
	}
}

// groups are the edits whose context overlaps.
func (h *hunker) groups(ctx int) [][]edit {
	var out [][]edit
	for _, e := range h.edits {
		if n := len(out); n > 0 {
			last := out[n-1][len(out[n-1])-1]
			if e.a1-last.a2 <= 2*ctx {
				out[n-1] = append(out[n-1], e)
				continue
			}
		}
		out = append(out, []edit{e})
	}
	return out
}

func (h *hunker) unified(ctx int) {
	t := h.d.t
	for _, g := range h.groups(ctx) {
		first, last := g[0], g[len(g)-1]
		a1, a2 := max(first.a1-ctx, 0), min(last.a2+ctx, len(h.a))
		b1, b2 := max(first.b1-ctx, 0), min(last.b2+ctx, len(h.b))
		r := func(from, to int) string { return hunkSpan(from+min(to-from, 1), to-from) } // no lines are at the one before them
		fmt.Fprintf(t.out, "@@ -%s +%s @@\n", r(a1, a2), r(b1, b2))
		at := a1
		for _, e := range g {
			for ; at < e.a1; at++ {
				h.line(" ", h.a, at, h.endA)
			}
			for ; at < e.a2; at++ {
				h.line("-", h.a, at, h.endA)
			}
			for i := e.b1; i < e.b2; i++ {
				h.line("+", h.b, i, h.endB)
			}
		}
		for ; at < a2; at++ {
			h.line(" ", h.a, at, h.endA)
		}
	}
}

func (h *hunker) context(ctx int) {
	t := h.d.t
	for _, g := range h.groups(ctx) {
		first, last := g[0], g[len(g)-1]
		a1, a2 := max(first.a1-ctx, 0), min(last.a2+ctx, len(h.a))
		b1, b2 := max(first.b1-ctx, 0), min(last.b2+ctx, len(h.b))
		r := func(from, to int) string {
			if to-from <= 1 {
				return strconv.Itoa(to)
			}
			return fmt.Sprintf("%d,%d", from+1, to)
		}
		t.out.WriteString("***************\n")
		half := func(list []string, ended bool, from, to int, get func(edit) (int, int), other func(edit) (int, int), mark string) {
			any := slices.ContainsFunc(g, func(e edit) bool { x, y := get(e); return x < y })
			if !any {
				return
			}
			at := from
			for _, e := range g {
				x, y := get(e)
				ox, oy := other(e)
				for ; at < x; at++ {
					h.line("  ", list, at, ended)
				}
				m := mark + " "
				if ox < oy {
					m = "! "
				}
				for ; at < y; at++ {
					h.line(m, list, at, ended)
				}
			}
			for ; at < to; at++ {
				h.line("  ", list, at, ended)
			}
		}
		ea := func(e edit) (int, int) { return e.a1, e.a2 }
		eb := func(e edit) (int, int) { return e.b1, e.b2 }
		fmt.Fprintf(t.out, "*** %s ****\n", r(a1, a2))
		half(h.a, h.endA, a1, a2, ea, eb, "-")
		fmt.Fprintf(t.out, "--- %s ----\n", r(b1, b2))
		half(h.b, h.endB, b1, b2, eb, ea, "+")
	}
}

func (h *hunker) sideBySide() {
	t := h.d.t
	at := 0
	for _, e := range h.edits {
		for ; at < e.a1; at++ {
			fmt.Fprintf(t.out, "%s\t%s\n", h.a[at], h.a[at])
		}
		j := e.b1
		for ; at < e.a2 || j < e.b2; at, j = at+1, j+1 {
			l, r, m := "", "", "|"
			if at < e.a2 {
				l = h.a[at]
			} else {
				m = ">"
			}
			if j < e.b2 {
				r = h.b[j]
			} else {
				m = "<"
			}
			fmt.Fprintf(t.out, "%s\t%s\t%s\n", l, m, r)
		}
		at = e.a2
	}
	for ; at < len(h.a); at++ {
		fmt.Fprintf(t.out, "%s\t%s\n", h.a[at], h.a[at])
	}
}

func cmpTool(t *tool) int {
	opts, names, bad := getopt(t.args, "sbln:i:", map[string]string{"quiet": "s", "silent": "s", "bytes=": "n", "verbose": "l"})
	if bad != "" {
		return t.usage(2, "%s", bad)
	}
	silent, limit := false, int64(-1)
	for _, o := range opts {
		switch o.name {
		case "s":
			silent = true
		case "n":
			limit, _ = size(o.value)
		}
	}
	if len(names) == 0 {
		return t.usage(2, "missing operand after 'cmp'")
	}
	if len(names) == 1 {
		names = append(names, "-")
	}
	var ins [2]*file
	for i := range 2 {
		f, err := t.open(names[i])
		if err != nil {
			if !silent {
				t.say("%s: %s", names[i], errText(err))
			}
			return 2
		}
		defer f.close()
		ins[i] = f
	}
	var buf [2][32 << 10]byte
	at, line := int64(0), 1
	for limit < 0 || at < limit {
		n0, _ := readFull(ins[0], buf[0][:])
		n1, _ := readFull(ins[1], buf[1][:])
		n := min(n0, n1)
		for i := range n {
			if limit >= 0 && at+int64(i) >= limit {
				return 0
			}
			if buf[0][i] != buf[1][i] {
				if !silent {
					fmt.Fprintf(t.out, "%s %s differ: byte %d, line %d\n", names[0], names[1], at+int64(i)+1, line)
				}
				return 1
			}
			if buf[0][i] == '\n' {
				line++
			}
		}
		at += int64(n)
		if n0 != n1 {
			short := names[0]
			if n1 < n0 {
				short = names[1]
			}
			if !silent {
				where := fmt.Sprintf("after byte %d, line %d", at, line-1)
				if at == 0 {
					where = "which is empty"
				}
				_ = t.out.Flush()
				fmt.Fprintf(t.err, "cmp: EOF on %s %s\n", short, where)
			}
			return 1
		}
		if n == 0 {
			return 0
		}
	}
	return 0
}
