package shell

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// patcher is one run of patch.
type patcher struct {
	t                                    *tool
	strip                                int // parts of names to leave out; -1: all but the last
	fuzz                                 int
	reverse, dry, silent, backup, spaces bool
	noMismatchBackup                     bool
	out, rejects, file, suffix           string

	lines []string // of the patch, with their ends
	at    int
	found bool // a patch, in what was read
}

// hunk is one change of a patch.
type hunk struct {
	oldAt, newAt int
	lines        []hunkLine
	number       int // of its first line in the patch
}

type hunkLine struct {
	kind byte // one of " ", "-" and "+"
	text string
}

// filePatch is what a patch says of one file.
type filePatch struct {
	oldName, newName, index string
	oldNone, newNone        bool   // the file is made, or removed
	renameFrom, renameTo    string // with the parts of git's
	mode                    string
	heads                   string // the lines of the names
	hunks                   []hunk
}

// patchError ends the whole of patch.
type patchError struct{ text string }

func patchTool(t *tool) int {
	opts, names, bad := getopt(t.args, "bB:cd:eEfF:i:lnNo:p:r:RstTuVY:z:Z", map[string]string{
		"strip=": "p", "fuzz=": "F", "reverse": "R", "dry-run": "dry", "quiet": "s", "silent": "s", "forward": "N", "backup": "b", "input=": "i",
		"output=": "o", "reject-file=": "r", "directory=": "d", "ignore-whitespace": "l", "unified": "u", "force": "f", "batch": "t",
		"remove-empty-files": "E", "suffix=": "z", "no-backup-if-mismatch": "mismatch", "backup-if-mismatch": "u", "verbose": "u", "binary": "u",
		"context": "c", "normal": "n", "ed": "e", "posix": "u",
	})
	if bad != "" {
		return t.usage(2, "%s", bad)
	}
	p := patcher{t: t, strip: -1, fuzz: 2, suffix: ".orig"}
	input, dir := "-", ""
	for _, o := range opts {
		n, err := strconv.Atoi(o.value)
		switch o.name {
		case "p", "F":
			if err != nil || n < 0 {
				t.say("**** %s %s is not a number", map[string]string{"p": "strip count", "F": "fuzz factor"}[o.name], clip(o.value))
				return 2
			}
			if o.name == "p" {
				p.strip = n
			} else {
				p.fuzz = n
			}
		case "R":
			p.reverse = true
		case "dry":
			p.dry = true
		case "s":
			p.silent = true
		case "b":
			p.backup = true
		case "i":
			input = o.value
		case "o":
			p.out = o.value
			p.silent = p.silent || p.out == "-"
		case "r":
			p.rejects = o.value
		case "d":
			dir = o.value
		case "l":
			p.spaces = true
		case "z":
			p.suffix = o.value
		case "mismatch":
			p.noMismatchBackup = true
		case "c", "e":
			t.say("only unified and normal patches are supported: make them with diff -u")
			return 2
		}
	}
	if len(names) > 2 {
		return t.usage(2, "%s: extra operand", clip(names[2]))
	}
	if len(names) > 0 {
		p.file = names[0]
	}
	if len(names) > 1 {
		input = names[1]
	}
	if dir != "" {
		if info, err := t.sh.stat(dir); err != nil || !info.IsDir() {
			t.say("**** Can't change to directory %s : No such file or directory", clip(dir))
			return 2
		}
		old := t.sh.dir
		t.sh.dir = logical(t.sh.abs(dir))
		defer func() { t.sh.dir = old }()
	}
	var err error
	if p.lines, err = t.wholeLines(input); err != nil {
		t.say("**** Can't open patch file %s : %s", clip(input), errText(err))
		return 2
	}
	return p.run()
}

func (p *patcher) run() (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case patchError:
			p.t.say("**** %s", r.text)
			code = 2
		default:
			panic(r)
		}
	}()
	for {
		f, ok := p.next()
		if !ok {
			break
		}
		p.found = true
		p.apply(f)
	}
	if !p.found && len(p.lines) > 0 {
		panic(patchError{"Only garbage was found in the patch input."})
	}
	return p.t.code
}

// next reads what the patch says of the next file.
func (p *patcher) next() (f *filePatch, ok bool) {
	f = &filePatch{}
	begun := false // by a line of git
	for ; p.at < len(p.lines); p.at++ {
		p.t.sh.spend(20)
		line := strings.TrimRight(p.lines[p.at], "\r\n")
		after := func(prefix string) (string, bool) { return strings.CutPrefix(line, prefix) }
		if s, yes := after("diff --git "); yes {
			if f.bare() {
				return f, true
			}
			f = &filePatch{}
			if i := strings.LastIndex(s, " "); i > 0 {
				f.oldName, f.newName = s[:i], s[i+1:]
			}
			begun = true
		} else if s, yes := after("Index: "); yes {
			f.index = s
		} else if s, yes := after("rename from "); yes && begun {
			f.renameFrom = s
		} else if s, yes := after("rename to "); yes && begun {
			f.renameTo = s
		} else if s, yes := after("new file mode "); yes && begun {
			f.mode, f.oldNone = s, true
		} else if s, yes := after("new mode "); yes && begun {
			f.mode = s
		} else if _, yes := after("deleted file mode "); yes && begun {
			f.newNone = true
		} else if s, yes := after("--- "); yes && p.at+2 < len(p.lines) && strings.HasPrefix(p.lines[p.at+1], "+++ ") && strings.HasPrefix(p.lines[p.at+2], "@@ -") {
			f.oldName = patchName(s)
			f.newName = patchName(strings.TrimRight(p.lines[p.at+1][4:], "\r\n"))
			f.oldNone = f.oldNone || f.oldName == "/dev/null"
			f.newNone = f.newNone || f.newName == "/dev/null"
			f.heads = p.lines[p.at] + p.lines[p.at+1]
			p.at += 2
			for p.at < len(p.lines) && strings.HasPrefix(p.lines[p.at], "@@ -") {
				f.hunks = append(f.hunks, p.hunk())
			}
			return f, true
		} else if _, _, _, ok := normalHead(line); ok && !begun {
			for p.at < len(p.lines) {
				h, ok := p.normalHunk()
				if !ok {
					break
				}
				f.hunks = append(f.hunks, h)
			}
			return f, true
		}
	}
	return f, f.bare()
}

// normalHead reads the line above a change that is no unified one, as 2,3c4 and 5a6.
func normalHead(line string) (from, to [2]int, op byte, ok bool) {
	i := strings.IndexAny(line, "acd")
	if i < 1 || !isDigit(line[0]) {
		return from, to, 0, false
	}
	read := func(s string) (r [2]int, ok bool) {
		first, last, has := strings.Cut(s, ",")
		if !has {
			last = first
		}
		a, err1 := strconv.Atoi(first)
		b, err2 := strconv.Atoi(last)
		return [2]int{a, b}, err1 == nil && err2 == nil && a >= 0 && b >= a && b < 1<<40
	}
	from, ok1 := read(line[:i])
	to, ok2 := read(line[i+1:])
	return from, to, line[i], ok1 && ok2
}

// normalHunk reads a change that is no unified one.
func (p *patcher) normalHunk() (h hunk, ok bool) {
	from, to, op, ok := normalHead(strings.TrimRight(p.lines[p.at], "\r\n"))
	if !ok {
		return h, false
	}
	p.at++
	h.oldAt, h.newAt, h.number = from[0], to[0], p.at
	read := func(n int, kind byte, mark string) {
		for ; n > 0; n-- {
			if p.at == len(p.lines) || !strings.HasPrefix(p.lines[p.at], mark+" ") {
				panic(patchError{fmt.Sprintf("'%s' expected at line %d of patch", mark, p.at+1)})
			}
			p.t.sh.spend(10)
			p.t.hold(48)
			h.lines = append(h.lines, hunkLine{kind, p.lines[p.at][2:]})
			p.at++
		}
		if p.at < len(p.lines) && strings.HasPrefix(p.lines[p.at], `\ `) {
			h.unended()
			p.at++
		}
	}
	if op != 'a' {
		read(from[1]-from[0]+1, '-', "<")
	}
	if op == 'c' {
		if p.at == len(p.lines) || !strings.HasPrefix(p.lines[p.at], "---") {
			panic(patchError{fmt.Sprintf("'---' expected at line %d of patch", p.at+1)})
		}
		p.at++
	}
	if op != 'd' {
		read(to[1]-to[0]+1, '+', ">")
	}
	return h, true
}

// bare reports what git says of a file without changes of its text.
func (f *filePatch) bare() bool {
	return f.renameTo != "" || f.mode != "" || f.newNone || f.oldNone
}

// patchName is a name without the time behind it.
func patchName(s string) string {
	s, _, _ = strings.Cut(s, "\t")
	return strings.TrimSpace(s)
}

// hunk reads a hunk, whose head says how many lines it has.
func (p *patcher) hunk() hunk {
	malformed := func() {
		text := ""
		if p.at < len(p.lines) {
			text = strings.TrimRight(clip(p.lines[p.at]), "\n")
		}
		panic(patchError{fmt.Sprintf("malformed patch at line %d: %s", p.at+1, text)})
	}
	var h hunk
	var oldN, newN int
	head, _, ok := strings.Cut(p.lines[p.at][3:], " @@")
	a, b, ok2 := strings.Cut(head, " ")
	read := func(s, sign string) (at, n int) {
		s, ok := strings.CutPrefix(s, sign)
		first, count, has := strings.Cut(s, ",")
		if !has {
			count = "1"
		}
		at, err1 := strconv.Atoi(first)
		n, err2 := strconv.Atoi(count)
		if !ok || err1 != nil || err2 != nil || at < 0 || n < 0 || at > 1<<40 || n > 1<<40 {
			malformed()
		}
		return at, n
	}
	if !ok || !ok2 {
		malformed()
	}
	h.oldAt, oldN = read(a, "-")
	h.newAt, newN = read(b, "+")
	p.at++
	h.number = p.at
	for oldN > 0 || newN > 0 {
		if p.at == len(p.lines) {
			malformed()
		}
		p.t.sh.spend(10)
		p.t.hold(48)
		line := p.lines[p.at]
		if line == "\n" || line == "\r\n" {
			line = " " + line
		}
		l := hunkLine{line[0], line[1:]}
		switch l.kind {
		case ' ', '\t':
			if l.kind == '\t' {
				l = hunkLine{' ', line}
			}
			oldN--
			newN--
		case '-':
			oldN--
		case '+':
			newN--
		case '\\':
			h.unended()
			p.at++
			continue
		default:
			malformed()
		}
		if oldN < 0 || newN < 0 {
			malformed()
		}
		h.lines = append(h.lines, l)
		p.at++
	}
	if p.at < len(p.lines) && strings.HasPrefix(p.lines[p.at], `\ `) {
		h.unended()
		p.at++
	}
	return h
}

// unended takes the end from the last line: "\ No newline at end of file".
func (h *hunk) unended() {
	if n := len(h.lines); n > 0 {
		h.lines[n-1].text = strings.TrimSuffix(h.lines[n-1].text, "\n")
	}
}

// turn makes of a patch the one that undoes it.
func (f *filePatch) turn() {
	f.oldName, f.newName = f.newName, f.oldName
	f.oldNone, f.newNone = f.newNone, f.oldNone
	f.renameFrom, f.renameTo = f.renameTo, f.renameFrom
	f.mode = ""
	for i := range f.hunks {
		f.hunks[i].turn()
	}
}

func (h *hunk) turn() {
	h.oldAt, h.newAt = h.newAt, h.oldAt
	for i := range h.lines {
		switch l := &h.lines[i]; l.kind {
		case '-':
			l.kind = '+'
		case '+':
			l.kind = '-'
		}
	}
	// What is taken away stands before what is put there.
	for i := 0; i < len(h.lines); {
		end := i
		for end < len(h.lines) && h.lines[end].kind != ' ' {
			end++
		}
		var minus, plus []hunkLine
		for _, l := range h.lines[i:end] {
			if l.kind == '-' {
				minus = append(minus, l)
			} else {
				plus = append(plus, l)
			}
		}
		copy(h.lines[i:end], append(minus, plus...))
		i = end + 1
	}
}

// side is what a hunk has of the file before it ("-") or after it ("+").
func (h *hunk) side(kind byte) (list []string) {
	for _, l := range h.lines {
		if l.kind == ' ' || l.kind == kind {
			list = append(list, l.text)
		}
	}
	return list
}

// context counts the lines of a hunk that stay as they are at its ends.
func (h *hunk) context() (before, after int) {
	for before < len(h.lines) && h.lines[before].kind == ' ' {
		before++
	}
	for after < len(h.lines)-before && h.lines[len(h.lines)-1-after].kind == ' ' {
		after++
	}
	return before, after
}

// stripped leaves parts of a name out; "" where it has not as many, or leads
// out of the directory.
func (p *patcher) stripped(name string) string {
	if name == "/dev/null" || name == "" {
		return ""
	}
	if p.strip < 0 {
		return path.Base(name)
	}
	parts := strings.Split(name, "/")
	kept := parts[:0]
	for i, part := range parts { // several slashes count as one
		if part != "" || i == 0 {
			kept = append(kept, part)
		}
	}
	if len(kept) <= p.strip {
		return ""
	}
	return strings.Join(kept[p.strip:], "/")
}

// target chooses the file that a patch is for.
func (p *patcher) target(f *filePatch) string {
	if p.file != "" {
		return p.file
	}
	best, made := "", ""
	names := []string{f.oldName, f.newName, f.index}
	if p.reverse { // which names are looked at first does not turn
		names[0], names[1] = names[1], names[0]
	}
	shorter := func(a, b string) bool {
		return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), len(path.Base(a))-len(path.Base(b)), len(a)-len(b)) < 0
	}
	for _, name := range names {
		s := p.stripped(name)
		if s == "" {
			continue
		}
		if outside(s) {
			p.t.say("Ignoring potentially dangerous file name %s", clip(s))
			continue
		}
		made = s
		if _, err := p.t.sh.stat(s); err != nil {
			continue
		}
		if best == "" || shorter(s, best) {
			best = s
		}
	}
	if best == "" && f.oldNone {
		return made
	}
	return best
}

// outside reports a name that is absolute or goes up.
func outside(name string) bool {
	return strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../")
}

// linked reports whether a part of the way from a directory to a name below it is
// a symbolic link. "" is the directory of the shell.
func (t *tool) linked(from, name string) bool {
	for dir := path.Dir(path.Clean(name)); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if info, err := t.sh.lstat(joinName(from, dir)); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// apply changes one file.
func (p *patcher) apply(f *filePatch) {
	t := p.t
	if p.reverse {
		f.turn()
	}
	name := p.target(f)
	if name == "" {
		at := p.at
		if len(f.hunks) > 0 {
			at = f.hunks[0].number
		}
		fmt.Fprintf(t.out, "can't find file to patch at input line %d\nPerhaps you used the wrong -p or --strip option?\nNo file to patch.  Skipping patch.\n", at)
		p.ignored(f, "")
		return
	}
	to := name
	if f.renameTo != "" && p.file == "" {
		to = f.renameTo
		if p.strip == 1 { // git writes it without the part that the other names begin with
			to = "a/" + to
		}
		to = p.stripped(to)
		if to == "" || outside(to) {
			t.fail("Ignoring potentially dangerous file name %s", clip(f.renameTo))
			p.ignored(f, "")
			return
		}
	}
	for _, n := range []string{name, to} {
		info, err := t.sh.lstat(n)
		if err == nil && !info.Mode().IsRegular() || strings.HasPrefix(t.sh.abs(n), "/dev/") || p.file == "" && t.linked("", n) {
			t.fail("File %s is not a regular file -- refusing to patch", clip(n))
			p.ignored(f, "")
			return
		}
	}
	verb := "patching"
	if p.dry {
		verb = "checking"
	}
	made := false // already, by another
	if info, err := t.sh.stat(name); err == nil && f.oldNone && len(f.hunks) > 0 {
		made = info.Size() > 0
	}
	if made {
		t.out.WriteString("The next patch would create the file " + name + ",\nwhich already exists!  Skipping patch.\n")
		p.ignored(f, "")
		return
	}
	if !p.silent {
		switch {
		case p.out != "":
			t.out.WriteString(verb + " file " + p.out + " (read from " + name + ")")
		case to != name:
			t.out.WriteString(verb + " file " + to + " (renamed from " + name + ")")
		default:
			t.out.WriteString(verb + " file " + to)
		}
		t.out.WriteByte('\n')
	}
	mode := fs.FileMode(0)
	lines, err := t.wholeLines(name)
	switch {
	case err == nil:
		if info, err := t.sh.stat(name); err == nil {
			mode = info.Mode().Perm()
		}
	case errCode(err) != "ENOENT":
		panic(patchError{fmt.Sprintf("Can't open file %s : %s", clip(name), errText(err))})
	}
	exists := err == nil
	if p.isReversed(f, lines) {
		t.out.WriteString("Reversed (or previously applied) patch detected!  Skipping patch.\n")
		p.ignored(f, to)
		return
	}
	result, rejected, exact := p.merge(f, lines)
	if len(rejected) > 0 {
		t.code = max(t.code, 1)
		p.tell(len(rejected), len(f.hunks), "FAILED", to)
	}
	if p.dry {
		return
	}
	if exists && (p.backup || !exact && !p.noMismatchBackup) {
		p.write(name+p.suffix, lines, mode)
	}
	if len(rejected) > 0 {
		p.reject(f, to, rejected)
	}
	out := to
	if p.out != "" {
		out = p.out
	}
	if f.mode != "" {
		if n, err := strconv.ParseUint(f.mode, 8, 32); err == nil {
			mode = fs.FileMode(n) & fs.ModePerm
		}
	}
	if f.newNone && len(result) == 0 && len(rejected) == 0 && p.out == "" {
		p.remove(name)
		return
	}
	p.write(out, result, mode)
	if to != name && p.out == "" {
		p.remove(name)
	}
}

// remove deletes a file and the directories that it leaves empty.
func (p *patcher) remove(name string) {
	files := p.t.sh.sys.cfg.Files
	if err := files.Unlink(p.t.sh.abs(name)); err != nil {
		panic(patchError{fmt.Sprintf("Can't remove file %s : %s", clip(name), errText(err))})
	}
	for dir := path.Dir(path.Clean(name)); dir != "." && dir != "/"; dir = path.Dir(dir) {
		p.t.sh.spend(100)
		if files.Rmdir(p.t.sh.abs(dir)) != nil {
			return
		}
	}
}

// write makes a file of lines, and the directories it is in.
func (p *patcher) write(name string, lines []string, mode fs.FileMode) {
	t := p.t
	if name == "-" && p.out == "-" {
		for _, l := range lines {
			t.out.WriteString(l)
		}
		return
	}
	if dir := path.Dir(name); dir != "." {
		_ = t.sh.mkdirAll(t.sh.abs(dir))
	}
	if err := t.writeLines(name, lines); err != nil {
		panic(patchError{fmt.Sprintf("Can't write file %s : %s", clip(name), errText(err))})
	}
	if mode != 0 {
		_ = t.sh.sys.cfg.Files.Chmod(t.sh.abs(name), mode)
	}
}

// tell says how many hunks were not applied.
func (p *patcher) tell(n, of int, what, to string) {
	fmt.Fprintf(p.t.out, "%d out of %s %s", n, numberOf(of, "hunk"), what)
	if to != "" && !p.dry {
		fmt.Fprintf(p.t.out, " -- saving rejects to file %s", p.rejectName(to))
	}
	p.t.out.WriteByte('\n')
}

func (p *patcher) rejectName(to string) string {
	if p.rejects != "" {
		return p.rejects
	}
	return to + ".rej"
}

// ignored leaves a file's whole patch out.
func (p *patcher) ignored(f *filePatch, to string) {
	p.t.code = max(p.t.code, 1)
	p.tell(len(f.hunks), len(f.hunks), "ignored", to)
	if to != "" && !p.dry {
		p.reject(f, to, f.hunks)
	}
}

// reject writes hunks that were not applied.
func (p *patcher) reject(f *filePatch, to string, hunks []hunk) {
	name := p.rejectName(to)
	if name == "-" {
		return
	}
	lines := []string{f.heads}
	for _, h := range hunks {
		lines = append(lines, fmt.Sprintf("@@ -%s +%s @@\n", hunkSpan(h.oldAt, len(h.side('-'))), hunkSpan(h.newAt, len(h.side('+')))))
		for _, l := range h.lines {
			p.t.hold(int64(len(l.text)) + 48)
			text := string(rune(l.kind)) + l.text
			if !strings.HasSuffix(text, "\n") {
				text += "\n\\ No newline at end of file\n"
			}
			lines = append(lines, text)
		}
	}
	p.write(name, lines, 0)
}

// hunkSpan is a place and a number of lines, as a hunk's head has them.
func hunkSpan(at, n int) string {
	if n == 1 {
		return strconv.Itoa(at)
	}
	return fmt.Sprintf("%d,%d", at, n)
}

// isReversed reports that the first hunk is not to be found, but is when it is
// turned round.
func (p *patcher) isReversed(f *filePatch, lines []string) bool {
	if len(f.hunks) == 0 || f.oldNone {
		return false
	}
	h := f.hunks[0]
	if _, _, ok := p.find(&h, lines, 0, 0); ok {
		return false
	}
	h.lines = slices.Clone(h.lines)
	h.turn()
	before, after := h.context()
	if before+after == len(h.side('-')) { // what is taken away alone says too little
		return false
	}
	_, fuzz, ok := p.find(&h, lines, 0, 0)
	return ok && fuzz == 0
}

// merge applies the hunks. exact reports that each was where it should be.
func (p *patcher) merge(f *filePatch, lines []string) (result []string, rejected []hunk, exact bool) {
	t := p.t
	exact = true
	frozen, shift, grown := 0, 0, 0
	for i := range f.hunks {
		h := &f.hunks[i]
		at, fuzz, ok := p.find(h, lines, frozen, shift)
		if !ok {
			exact = false
			rejected = append(rejected, *h)
			fmt.Fprintf(t.out, "Hunk #%d FAILED at %d.\n", i+1, h.oldAt+grown)
			continue
		}
		should := h.oldAt - 1
		if len(h.side('-')) == 0 {
			should++
		}
		offset := at - should
		shift = offset
		if fuzz > 0 || offset != 0 {
			exact = false
			if !p.silent {
				s := fmt.Sprintf("Hunk #%d succeeded at %d", i+1, h.oldAt+offset+grown)
				if fuzz > 0 {
					s += fmt.Sprintf(" with fuzz %d", fuzz)
				}
				if offset != 0 {
					s += fmt.Sprintf(" (offset %s)", numberOf(offset, "line"))
				}
				t.out.WriteString(s + ".\n")
			}
		}
		t.hold(int64(at-frozen+len(h.lines)) * 16)
		result = append(result, lines[frozen:at]...)
		frozen = at
		for _, l := range h.lines {
			switch l.kind {
			case ' ': // the file's own, which the fuzz may let differ
				if frozen < len(lines) {
					result = append(result, lines[frozen])
				}
				frozen++
			case '-':
				frozen++
				grown--
			default:
				result = append(result, l.text)
				grown++
			}
		}
		frozen = min(frozen, len(lines))
	}
	t.hold(int64(len(lines)-frozen) * 16)
	return append(result, lines[frozen:]...), rejected, exact
}

// find looks for the place of a hunk from line frozen on: first where it should
// be, then near it, then with less and less of its context.
func (p *patcher) find(h *hunk, lines []string, frozen, shift int) (at, fuzz int, ok bool) {
	want := h.side('-')
	p.t.sh.spend(int64(len(h.lines)) * 4)
	before, after := h.context()
	context := max(before, after)
	guess := h.oldAt - 1 + shift
	if len(want) == 0 {
		guess = min(max(h.oldAt+shift, frozen), len(lines))
		return guess, 0, h.oldAt == 0 && len(lines) == 0 || h.oldAt > 0 || len(h.lines) == 0
	}
	for fuzz = 0; fuzz <= min(p.fuzz, context); fuzz++ {
		head, tail := fuzz+before-context, fuzz+after-context
		fits := func(at int) bool {
			if at < frozen || at+len(want)-max(tail, 0) > len(lines) {
				return false
			}
			for i := max(head, 0); i < len(want)-max(tail, 0); i++ {
				p.t.sh.spend(2)
				if !p.same(lines[at+i], want[i]) {
					return false
				}
			}
			return true
		}
		switch {
		case head < 0: // less is known of what comes before: there is nothing
			if (tail >= 0 || len(want) == len(lines)) && fits(0) {
				return 0, fuzz, true
			}
			continue
		case tail < 0:
			if at := len(lines) - len(want); fits(at) {
				return at, fuzz, true
			}
			continue
		}
		for off := 0; guess-off >= frozen || guess+off < len(lines); off++ {
			p.t.sh.spend(2)
			if fits(guess + off) {
				return guess + off, fuzz, true
			}
			if fits(guess - off) {
				return guess - off, fuzz, true
			}
		}
	}
	return 0, 0, false
}

// same compares two lines, with -l but for their spaces.
func (p *patcher) same(a, b string) bool {
	if a == b || !p.spaces {
		return a == b
	}
	p.t.sh.spend(int64(len(a)+len(b)) / 4)
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}
