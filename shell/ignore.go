package shell

import (
	"path"
	"regexp"
	"strings"
)

// ignoreRule is a line of a .gitignore, or of a file like it.
type ignoreRule struct {
	literal string // if re is nil
	re      *regexp.Regexp
	size    int
	not     bool // begins with !: what matches is kept after all
	dirs    bool // ends with /: only directories match
	whole   bool // it has a slash: it is about a path, not about a name
}

// ignoreList is what one file says, or one list of options.
type ignoreList struct {
	dir   string // absolute; what paths are relative to
	rules []ignoreRule
	keeps int // rules with !
}

// verdict is what a list says of a path.
type verdict int

const (
	noVerdict verdict = iota
	isIgnored
	isKept
)

// ignores reads the rules in lines. With braces {a,b} is a choice, as it is to
// ripgrep, and with fold letters match in either case.
func (t *tool) ignores(dir string, lines []string, braces, fold bool) *ignoreList {
	list := &ignoreList{dir: dir}
	for _, line := range lines {
		if r, ok := t.ignoreRule(line, braces, fold); ok {
			if r.not {
				list.keeps++
			}
			list.rules = append(list.rules, r)
		}
	}
	return list
}

// ignoreFile reads the rules of a file, or returns nil if there is none.
func (t *tool) ignoreFile(dir, name string, braces, fold bool) *ignoreList {
	file := joinName(dir, name)
	if info, err := t.sh.stat(file); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	lines, _, err := t.fileLines(file, '\n')
	if err != nil || len(lines) == 0 {
		return nil
	}
	return t.ignores(path.Clean(t.sh.abs(dir)), lines, braces, fold)
}

func (t *tool) ignoreRule(line string, braces, fold bool) (r ignoreRule, ok bool) {
	line = strings.TrimSuffix(line, "\r")
	if strings.HasPrefix(line, "#") {
		return r, false
	}
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if line, r.not = strings.CutPrefix(line, "!"); line == "" {
		return r, false
	}
	if strings.HasSuffix(line, "/") && !strings.HasSuffix(line, `\/`) {
		r.dirs, line = true, strings.TrimRight(line, "/")
	}
	r.whole = strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" || len(line) > maxPattern {
		return r, false
	}
	r.size = len(line)
	if !strings.ContainsAny(line, `*?[\{`) && !fold {
		t.sh.spend(int64(len(line)))
		t.hold(int64(len(line)) + 64)
		r.literal = line
		return r, true
	}
	t.sh.spend(3000 + int64(len(line))*150)
	t.hold(patternMemory + int64(len(line))*100)
	flags := "(?s)^(?:"
	if fold {
		flags = "(?si)^(?:"
	}
	re, err := regexp.Compile(flags + ignoreExpr(line, braces) + ")$")
	if err != nil {
		return r, false
	}
	r.re = re
	return r, true
}

// ignoreExpr translates the pattern of a rule to a regular expression.
func ignoreExpr(p string, braces bool) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(p); i++ {
		starts := i == 0 || p[i-1] == '/'
		switch c := p[i]; {
		case starts && strings.HasPrefix(p[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case starts && i > 0 && p[i:] == "**":
			b.WriteString(".+")
			i++
		case starts && p == "**":
			b.WriteString(".*")
			i++
		case c == '*':
			for i+1 < len(p) && p[i+1] == '*' {
				i++
			}
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '[':
			set, n := ignoreSet(p[i:])
			b.WriteString(set)
			i += n - 1
		case c == '\\' && i+1 < len(p):
			i++
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		case braces && c == '{' && depth < 10:
			depth++
			b.WriteString("(?:")
		case braces && c == '}' && depth > 0:
			depth--
			b.WriteByte(')')
		case c == ',' && depth > 0:
			b.WriteByte('|')
		case c >= 0x80:
			b.WriteByte(c)
		default:
			b.WriteString(regexp.QuoteMeta(string(rune(c))))
		}
	}
	return b.String() + strings.Repeat(")", depth)
}

// ignoreSet is the set that p begins with, and its length; one without an end is a bracket.
func ignoreSet(p string) (string, int) {
	end := 1
	if strings.HasPrefix(p[end:], "!") || strings.HasPrefix(p[end:], "^") {
		end++
	}
	start := end
	for end < len(p) && (p[end] != ']' || end == start) {
		end++
	}
	if end >= len(p) {
		return `\[`, 1
	}
	set := "["
	if start == 2 {
		set = "[^/"
	}
	body := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `^`, `\^`).Replace(p[start:end])
	return set + body + "]", end + 1
}

// says tells what the rules say of a path, the last one first. It is absolute.
func (l *ignoreList) says(sh *shell, file string, dir bool) verdict {
	rel, ok := strings.CutPrefix(file, l.dir)
	if !ok {
		return noVerdict
	}
	rel = strings.TrimPrefix(rel, "/")
	base := path.Base(rel)
	for i := len(l.rules) - 1; i >= 0; i-- {
		r := &l.rules[i]
		text := base
		if r.whole {
			text = rel
		}
		sh.spend(2)
		if r.dirs && !dir {
			continue
		}
		hit := false
		if r.re == nil {
			hit = r.literal == text
		} else {
			hit = sh.matchGlob(r.re, r.size, text)
		}
		switch {
		case hit && r.not:
			return isKept
		case hit:
			return isIgnored
		}
	}
	return noVerdict
}
