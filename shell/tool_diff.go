package shell

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxDiffSteps bounds how far the search for a middle of two texts goes before it takes the
// best that it has; GNU's goes twice as far.
const maxDiffSteps = 2048

type differ struct {
	t                                         *tool
	unified, ctx                              int // lines of context; -1: another format
	brief, same, recursive, newFile           bool
	fold, allSpace, someSpace, blank, split   bool
	text, endSpace, endCR, ed, rcs, differing bool
	width                                     int // of -y
	ignore                                    []*regex
	formats                                   map[string]string // of lines and of groups of them
	labels                                    []string
	exclude                                   []*glob
	differ, trouble                           bool
	depth                                     int
}

func diff(t *tool) int {
	opts, names, bad := getopt(t.args, "u0123456789U:cC:qsrNaiwbBytdepW:x:I:TEZn", map[string]string{
		"unified?": "u", "context?": "c", "brief": "q", "report-identical-files": "s", "recursive": "r", "new-file": "N", "ignore-case": "i",
		"ignore-all-space": "w", "ignore-space-change": "b", "ignore-blank-lines": "B", "label=": "label", "side-by-side": "y",
		"color?": "color", "exclude=": "x", "text": "a", "strip-trailing-cr": "cr", "normal": "color", "minimal": "d", "width=": "W",
		"rcs": "n", "suppress-common-lines": "differing", "ignore-trailing-space": "Z", "ed": "e", "ignore-matching-lines=": "I", "show-c-function": "p",
		"line-format=": "line", "old-line-format=": "old-line", "new-line-format=": "new-line", "unchanged-line-format=": "unchanged-line",
		"old-group-format=": "old-group", "new-group-format=": "new-group", "changed-group-format=": "changed-group", "unchanged-group-format=": "unchanged-group",
	})
	if bad != "" {
		t.say("%s", bad)
		fmt.Fprintf(t.err, "diff: Try 'diff --help' for more information.\n")
		return 2
	}
	d := differ{t: t, unified: -1, ctx: -1, width: 130, formats: map[string]string{}}
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
		case "W":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 1 {
				t.say("invalid width '%s'", clip(o.value))
				return 2
			}
			d.width = min(n, 1<<16)
		case "differing":
			d.differing = true
		case "e":
			d.ed = true
		case "n":
			d.rcs = true
		case "I":
			re, bad := t.sh.regex(o.value, regexMode{})
			if bad != "" {
				t.say("%s: %s", clip(o.value), bad)
				return 2
			}
			d.ignore = append(d.ignore, re)
		case "line":
			for _, kind := range []string{"old", "new", "unchanged"} {
				d.formats[kind+"-line"] = o.value
			}
		case "old-line", "new-line", "unchanged-line", "old-group", "new-group", "changed-group", "unchanged-group":
			d.formats[o.name] = o.value
		case "a":
			d.text = true
		case "Z":
			d.endSpace = true
		case "cr":
			d.endCR = true
		case "x":
			d.exclude = append(d.exclude, t.glob(o.value, globMode{}))
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
	edits := d.edits(la, lb, ka, kb)
	if d.blank || d.ignore != nil {
		counts := func(s string) bool { // not only what is ignored
			return (!d.blank || strings.TrimSpace(s) != "") &&
				!slices.ContainsFunc(d.ignore, func(re *regex) bool { return t.sh.find(re, s) != nil })
		}
		edits = slices.DeleteFunc(edits, func(e edit) bool {
			return !slices.ContainsFunc(la[e.a1:e.a2], counts) && !slices.ContainsFunc(lb[e.b1:e.b2], counts)
		})
	}
	h := hunker{d: d, a: la, b: lb, endA: endA, endB: endB, edits: edits}
	if len(edits) == 0 {
		if d.same {
			fmt.Fprintf(t.out, "Files %s and %s are identical\n", a, b)
		}
		if d.split || len(d.formats) > 0 {
			h.print(x, y, a, b)
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
	h.print(x, y, a, b)
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
		if err != nil && d.newFile && errCode(err) == "ENOENT" {
			continue
		}
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
	isDir := func(name string) bool {
		info, err := t.sh.stat(name)
		return err == nil && info.IsDir()
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		x, y := joinName(a, n), joinName(b, n)
		switch {
		case names[n] == 3:
			if isDir(x) && isDir(y) {
				if d.recursive {
					d.dirs(x, y)
				} else {
					fmt.Fprintf(t.out, "Common subdirectories: %s and %s\n", x, y)
				}
				continue
			}
			d.compare(x, y, d.command(x, y))
		case d.newFile && (isDir(x) || isDir(y)):
			if d.recursive {
				d.dirs(x, y)
			}
		case d.newFile:
			d.compare(x, y, d.command(x, y))
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

// command is the line before what differs in two files of directories.
func (d *differ) command(a, b string) string {
	args := d.t.args
	line := "diff"
	for i, arg := range args {
		if strings.HasPrefix(arg, "-") || i > 0 && slices.Contains([]string{"-x", "-I", "-U", "-C", "-W", "--label"}, args[i-1]) {
			line += " " + arg
		}
	}
	return line + " " + a + " " + b + "\n"
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

// edits finds what differs in the keys of two texts.
func (d *differ) edits(textA, textB, a, b []string) []edit {
	t := d.t
	same := func(i, j int) bool { return a[i] == b[j] && textA[i] == textB[j] }
	lo := 0
	for lo < len(a) && lo < len(b) && same(lo, lo) {
		lo++
	}
	hi := 0
	for hi < len(a)-lo && hi < len(b)-lo && same(len(a)-1-hi, len(b)-1-hi) {
		hi++
	}
	t.sh.spend(int64(len(a)+len(b)) * 4)
	if lo+hi == len(a) && lo+hi == len(b) {
		return nil
	}
	// Changes may be shown as far off as the lines around them are.
	ctx := max(d.unified, d.ctx, 0)
	lo, hi = max(lo-ctx, 0), max(hi-ctx, 0)
	n, m := len(a)-lo-hi, len(b)-lo-hi
	t.hold(int64(n+m) * 100)
	t.sh.spend(int64(n+m) * 10)
	// A line is its number; one that the other text has not is changed, whatever else is.
	numbers := make(map[string]int32, n)
	x, y := make([]int32, n), make([]int32, m)
	for i, s := range a[lo : lo+n] {
		if _, ok := numbers[s]; !ok {
			numbers[s] = int32(len(numbers))
		}
		x[i] = numbers[s]
	}
	inB := make([]bool, len(numbers))
	for i, s := range b[lo : lo+m] {
		k, ok := numbers[s]
		if !ok {
			k = -1
		} else {
			inB[k] = true
		}
		y[i] = k
	}
	s := search{t: t, x: side{changed: make([]bool, n)}, y: side{changed: make([]bool, m)}}
	s.x.keep(x, func(k int32) bool { return inB[k] })
	s.y.keep(y, func(k int32) bool { return k >= 0 })
	s.compare(0, len(s.x.lines), 0, len(s.y.lines))
	d.shift(a[lo:lo+n], s.x.changed, s.y.changed)
	d.shift(b[lo:lo+m], s.y.changed, s.x.changed)
	var out []edit
	for i, j := 0, 0; i < n || j < m; {
		if i < n && s.x.changed[i] || j < m && s.y.changed[j] {
			e := edit{a1: lo + i, b1: lo + j}
			for i < n && s.x.changed[i] {
				i++
			}
			for j < m && s.y.changed[j] {
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

// side is one of two texts that are compared.
type side struct {
	lines   []int32 // that the other has, too
	at      []int32 // where they are in the text
	changed []bool  // of all lines
}

func (s *side) keep(lines []int32, known func(int32) bool) {
	for i, k := range lines {
		if known(k) {
			s.lines, s.at = append(s.lines, k), append(s.at, int32(i))
		} else {
			s.changed[i] = true
		}
	}
}

func (s *side) change(from, to int) {
	for ; from < to; from++ {
		s.changed[s.at[from]] = true
	}
}

// search looks for the shortest way from one text to the other, from both ends at once, as
// GNU's diff does, of whose ways it takes the same (Myers, An O(ND) Difference Algorithm).
type search struct {
	t    *tool
	x, y side
	// fore and back are how far the ways lead of each diagonal, of which the first has
	// the index 0.
	fore, back []int32
}

func (s *search) compare(x1, x2, y1, y2 int) {
	if s.fore == nil {
		n := x2 + y2 + 3
		s.t.hold(int64(n) * 8)
		s.fore, s.back = make([]int32, n), make([]int32, n)
	}
	for {
		for x1 < x2 && y1 < y2 && s.x.lines[x1] == s.y.lines[y1] {
			x1, y1 = x1+1, y1+1
		}
		for x1 < x2 && y1 < y2 && s.x.lines[x2-1] == s.y.lines[y2-1] {
			x2, y2 = x2-1, y2-1
		}
		if x1 == x2 || y1 == y2 {
			s.x.change(x1, x2)
			s.y.change(y1, y2)
			return
		}
		x, y := s.middle(x1, x2, y1, y2)
		if x-x1+y-y1 < x2-x+y2-y { // the stack is of the smaller halves
			s.compare(x1, x, y1, y)
			x1, y1 = x, y
		} else {
			s.compare(x, x2, y, y2)
			x2, y2 = x, y
		}
	}
}

// middle is a place on the shortest way through parts of the texts, or on a good one.
func (s *search) middle(x1, x2, y1, y2 int) (x, y int) {
	zero := len(s.y.lines) + 1 // of the diagonals
	fore := func(d int) *int32 { return &s.fore[zero+d] }
	back := func(d int) *int32 { return &s.back[zero+d] }
	least, most := x1-y2, x2-y1
	f, b := x1-y1, x2-y2
	f1, f2, b1, b2 := f, f, b, b
	odd := (f-b)&1 != 0
	*fore(f), *back(b) = int32(x1), int32(x2)
	for step := 1; ; step++ {
		s.t.sh.spend(int64(f2-f1+b2-b1+4) * 2)
		if f1 > least {
			f1--
			*fore(f1 - 1) = -1
		} else {
			f1++
		}
		if f2 < most {
			f2++
			*fore(f2 + 1) = -1
		} else {
			f2--
		}
		for d := f2; d >= f1; d -= 2 {
			lo, hi := int(*fore(d - 1)), int(*fore(d + 1))
			if x = lo + 1; lo < hi {
				x = hi
			}
			for y = x - d; x < x2 && y < y2 && s.x.lines[x] == s.y.lines[y]; x, y = x+1, y+1 {
			}
			*fore(d) = int32(x)
			if odd && b1 <= d && d <= b2 && int(*back(d)) <= x {
				return x, y
			}
		}
		if b1 > least {
			b1--
			*back(b1 - 1) = math.MaxInt32
		} else {
			b1++
		}
		if b2 < most {
			b2++
			*back(b2 + 1) = math.MaxInt32
		} else {
			b2--
		}
		for d := b2; d >= b1; d -= 2 {
			lo, hi := int(*back(d - 1)), int(*back(d + 1))
			if x = hi - 1; lo < hi {
				x = lo
			}
			for y = x - d; x1 < x && y1 < y && s.x.lines[x-1] == s.y.lines[y-1]; x, y = x-1, y-1 {
			}
			*back(d) = int32(x)
			if !odd && f1 <= d && d <= f2 && x <= int(*fore(d)) {
				return x, y
			}
		}
		if step < maxDiffSteps {
			continue
		}
		bestF, bestB, fx, bx := -1, math.MaxInt, 0, 0
		for d := f2; d >= f1; d -= 2 {
			x := min(int(*fore(d)), x2, y2+d)
			if 2*x-d > bestF {
				bestF, fx = 2*x-d, x
			}
		}
		for d := b2; d >= b1; d -= 2 {
			x := max(int(*back(d)), x1, y1+d)
			if 2*x-d < bestB {
				bestB, bx = 2*x-d, x
			}
		}
		if x2+y2-bestB < bestF-x1-y1 {
			return fx, bestF - fx
		}
		return bx, bestB - bx
	}
}

// shift moves each run of changed lines of a text to where GNU's diff shows it, of the
// places that mean the same: as far down as it goes, or beside one of the other text.
func (d *differ) shift(list []string, changed, other []bool) {
	is := func(c []bool, i int) bool { return i >= 0 && i < len(c) && c[i] }
	same := func(i, j int) bool {
		d.t.sh.spend(2 + int64(len(list[i]))/32)
		return list[i] == list[j]
	}
	i, j, end := 0, 0, len(list)
	for {
		for ; i < end && !changed[i]; i++ { // j is the line of the other text
			for j++; is(other, j-1); j++ {
			}
		}
		if i == end {
			return
		}
		start := i
		for i++; is(changed, i); i++ {
		}
		for ; is(other, j); j++ {
		}
		beside := end
		for length := 0; length != i-start; {
			length = i - start
			for start > 0 && same(start-1, i-1) {
				start, i = start-1, i-1
				changed[start], changed[i] = true, false
				for ; is(changed, start-1); start-- {
				}
				for j--; is(other, j); j-- {
				}
			}
			if beside = end; is(other, j-1) {
				beside = i
			}
			for i != end && same(start, i) {
				changed[start], changed[i] = false, true
				start, i = start+1, i+1
				for ; is(changed, i); i++ {
				}
				for j++; is(other, j); j++ {
					beside = i
				}
			}
		}
		for beside < i {
			start, i = start-1, i-1
			changed[start], changed[i] = true, false
			for j--; is(other, j); j-- {
			}
		}
	}
}

// hunker prints edits.
type hunker struct {
	d          *differ
	a, b       []string
	endA, endB bool
	edits      []edit
}

// print prints in the format that was asked for.
func (h *hunker) print(x, y fs.FileInfo, a, b string) {
	d := h.d
	switch {
	case len(d.formats) > 0:
		h.formatted()
	case d.split:
		h.sideBySide()
	case d.unified >= 0:
		d.titles("---", "+++", a, b, x, y)
		h.unified(d.unified)
	case d.ctx >= 0:
		d.titles("***", "---", a, b, x, y)
		h.context(d.ctx)
	case d.ed:
		h.script()
	case d.rcs:
		h.rcs()
	default:
		h.normal()
	}
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

// rcs prints commands as those of RCS: how many lines are deleted or added, and where
// in the old file.
func (h *hunker) rcs() {
	t := h.d.t
	for _, e := range h.edits {
		if n := e.a2 - e.a1; n > 0 {
			fmt.Fprintf(t.out, "d%d %d\n", e.a1+1, n)
		}
		if n := e.b2 - e.b1; n > 0 {
			fmt.Fprintf(t.out, "a%d %d\n", e.a2, n)
			for i := e.b1; i < e.b2; i++ {
				t.out.WriteString(h.b[i])
				if i < len(h.b)-1 || h.endB {
					t.out.WriteByte('\n')
				}
			}
		}
	}
}

// script prints commands for ed, the last first.
func (h *hunker) script() {
	t := h.d.t
	for _, e := range slices.Backward(h.edits) {
		op := "c"
		switch {
		case e.a1 == e.a2:
			op = "a"
		case e.b1 == e.b2:
			op = "d"
		}
		t.out.WriteString(span(e.a1, e.a2) + op + "\n")
		if op == "d" {
			continue
		}
		for _, l := range h.b[e.b1:e.b2] {
			if l == "." { // which would end the text
				t.out.WriteString("..\n.\ns/.//\na\n")
				continue
			}
			t.out.WriteString(l + "\n")
		}
		t.out.WriteString(".\n")
	}
}

// parts calls f for each part of the texts that is the same or that differs.
func (h *hunker) parts(f func(e edit, changed bool)) {
	a, b := 0, 0
	same := func(to, other int) {
		if a < to {
			f(edit{a, to, b, other}, false)
		}
	}
	for _, e := range h.edits {
		same(e.a1, e.b1)
		f(e, true)
		a, b = e.a2, e.b2
	}
	same(len(h.a), len(h.b))
}

// formatted prints lines and groups of lines by formats.
func (h *hunker) formatted() {
	t := h.d.t
	format := func(name, otherwise string) string {
		if f, ok := h.d.formats[name]; ok {
			return f
		}
		return otherwise
	}
	lines := func(kind string, list []string, from, to int, ended bool) {
		text := format(kind+"-line", "%L")
		for i := from; i < to; i++ {
			h.expand(text, func(c byte) bool {
				switch c {
				case 'l':
					t.out.WriteString(list[i])
				case 'L':
					t.out.WriteString(list[i])
					if i < len(list)-1 || ended {
						t.out.WriteByte('\n')
					}
				case 'n':
					t.out.WriteString(strconv.Itoa(i + 1))
				default:
					return false
				}
				return true
			})
		}
	}
	h.parts(func(e edit, changed bool) {
		var group string
		switch {
		case !changed:
			group = format("unchanged-group", "%=")
		case e.a1 == e.a2:
			group = format("new-group", format("changed-group", "%>"))
		case e.b1 == e.b2:
			group = format("old-group", format("changed-group", "%<"))
		default:
			group = format("changed-group", format("old-group", "%<")+format("new-group", "%>"))
		}
		h.expand(group, func(c byte) bool {
			switch c {
			case '<':
				lines("old", h.a, e.a1, e.a2, h.endA)
			case '=':
				lines("unchanged", h.a, e.a1, e.a2, h.endA)
			case '>':
				lines("new", h.b, e.b1, e.b2, h.endB)
			default:
				return false
			}
			return true
		})
	})
}

// expand prints a format. Of %% and %c'C' it knows itself, of the rest item, which returns
// whether it does.
func (h *hunker) expand(format string, item func(c byte) bool) {
	t := h.d.t
	t.sh.spend(int64(len(format)))
	for i := 0; i < len(format); i++ {
		rest := format[i:]
		switch {
		case rest[0] != '%' || len(rest) == 1:
			t.out.WriteByte(rest[0])
		case rest[1] == '%':
			t.out.WriteByte('%')
			i++
		case len(rest) >= 5 && strings.HasPrefix(rest, "%c'") && rest[4] == '\'':
			t.out.WriteByte(rest[3])
			i += 4
		case len(rest) >= 6 && strings.HasPrefix(rest, `%c'\`) && strings.IndexByte(rest, '\'') == 2 && strings.IndexByte(rest[3:], '\'') > 1:
			end := 3 + strings.IndexByte(rest[3:], '\'')
			c, _ := strconv.ParseUint(rest[4:end], 8, 8)
			t.out.WriteByte(byte(c))
			i += end
		case strings.HasPrefix(rest, "%dn") && item('n'):
			i += 2
		case item(rest[1]):
			i++
		default:
			t.out.WriteByte('%')
		}
	}
}

// sideBySide prints the texts in two columns, as wide as GNU's.
func (h *hunker) sideBySide() {
	const tab, gutter = 8, 3
	d := h.d
	off := d.width/2 + (tab+gutter)/2 + d.width&(tab+gutter)&1
	off -= off % tab
	half := max(0, min(off-gutter, d.width-off))
	if half == 0 {
		off = d.width
	}
	put := func(l, mark, r string, left, right bool) {
		at := 0
		if left {
			at = h.half(l, 0, half)
		}
		if mark != " " {
			at = h.tabs(at, (half+off-1)/2) + 1
			d.t.out.WriteString(mark)
		}
		if right && r != "" {
			h.half(r, h.tabs(at, off), half)
		}
		d.t.out.WriteByte('\n')
	}
	h.parts(func(e edit, changed bool) {
		if !changed {
			for i := e.a1; i < e.a2 && !d.differing; i++ {
				put(h.a[i], " ", h.b[e.b1+i-e.a1], true, true)
			}
			return
		}
		i, j := e.a1, e.b1
		for ; i < e.a2 && j < e.b2; i, j = i+1, j+1 {
			put(h.a[i], "|", h.b[j], true, true)
		}
		for ; i < e.a2; i++ {
			put(h.a[i], "<", "", true, false)
		}
		for ; j < e.b2; j++ {
			put("", ">", h.b[j], false, true)
		}
	})
}

// tabs goes from one column to another.
func (h *hunker) tabs(from, to int) int {
	for next := from + 8 - from%8; next <= to; next += 8 {
		h.d.t.out.WriteByte('\t')
		from = next
	}
	for ; from < to; from++ {
		h.d.t.out.WriteByte(' ')
	}
	return from
}

// half prints what of a line is within width columns, of which the first is indented, and
// returns where it ends.
func (h *hunker) half(s string, indent, width int) int {
	t := h.d.t
	t.sh.spend(int64(len(s)) / 8)
	in, out := 0, 0
	for _, r := range s {
		if r == '\t' {
			next := in + 8 - in%8
			if in == out && next < width {
				out = h.tabs(indent+out, indent+next) - indent
			}
			in = next
			continue
		}
		if in++; in <= width {
			out = in
			t.out.WriteRune(r)
		}
	}
	return indent + out
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
