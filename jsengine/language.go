package jsengine

import "strings"

// plainJS reports whether code is certainly JavaScript that means the same as
// TypeScript, so that it needs no transform. It knows only a small part of the
// language and says no to all else: what looks like a type, and what TypeScript
// treats in its own way (imports that are not used, `<`, decorators).
func plainJS(code string) bool {
	word := func(c byte) bool {
		return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
	}
	last := byte(0) // the last byte that is no space; 'a' for a word or string
	for i := 0; i < len(code); {
		c := code[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case word(c):
			j := i
			for j < len(code) && word(code[j]) {
				j++
			}
			w := code[i:j]
			if typeWords[w] && last != '.' {
				return false
			}
			i = j
			last = 'a'
			continue
		case c == '\'' || c == '"':
			j := i + 1
			for j < len(code) && code[j] != c && code[j] != '\n' {
				if code[j] == '\\' {
					j++
				}
				j++
			}
			if j >= len(code) || code[j] != c {
				return false
			}
			i = j + 1
			last = 'a'
			continue
		case c == '/':
			if strings.HasPrefix(code[i:], "//") {
				n := strings.IndexByte(code[i:], '\n')
				if n < 0 {
					return true
				}
				// JSX and type directives live in comments.
				if strings.Contains(code[i:i+n], "@") {
					return false
				}
				i += n
				continue
			}
			return false // a regular expression, a division, a comment: too hard to tell apart here
		case c == '<' || c == ':' || c == '?' || c == '@' || c == '`' || c == '\\' || c == '#':
			return false
		case c == '!':
			// Not JavaScript's prefix: x! is TypeScript's.
			if last == 'a' || last == ')' || last == ']' {
				if !strings.HasPrefix(code[i:], "!=") {
					return false
				}
			}
		}
		last = c
		i++
	}
	return true
}

// typeWords are words after which TypeScript may see something that JavaScript
// does not, or treat it differently.
var typeWords = map[string]bool{
	"type": true, "interface": true, "enum": true, "namespace": true, "module": true, "declare": true, "abstract": true,
	"as": true, "satisfies": true, "implements": true, "private": true, "public": true, "protected": true,
	"readonly": true, "override": true, "is": true, "keyof": true, "infer": true, "global": true, "accessor": true,
	"asserts": true, "unique": true, "out": true, "import": true, "class": true, "using": true,
}
