package shell

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

const (
	// maxAliasRounds bounds how often the statements of one line are read again because of
	// aliases in them.
	maxAliasRounds = 64
	// maxAliased bounds the aliases that are expanded in one line.
	maxAliased = 512
)

// aliased is where the text of an alias stands in the place of its name.
type aliased struct {
	part
	name string
	next bool // it ends with a blank: the word after it may be an alias as well
}

// expandsAliases reports whether commands may be aliases.
func (sh *shell) expandsAliases() bool { return len(sh.aliases) > 0 && sh.shopts["expand_aliases"] }

// lineOf are the statements that begin on the line of the first, or on the last of one
// of them, and where they end. They are read, and their aliases expanded, before any of
// them runs.
func lineOf(stmts []*syntax.Stmt) (line []*syntax.Stmt, end uint) {
	for i, s := range stmts {
		if i > 0 && s.Pos().Line() > end {
			return stmts[:i], end
		}
		end = max(end, s.End().Line())
	}
	return stmts, end
}

// expandAliases reads a text again from the first of its statements with the aliases of
// the statement's line expanded, if there are any. What it has read takes the place of
// what was read since heldTemp was at.
func (sh *shell) expandAliases(at int64, text string, stmts []*syntax.Stmt, err error) (string, []*syntax.Stmt, error) {
	var made []aliased
	for range maxAliasRounds {
		line, _ := lineOf(stmts)
		found := sh.aliasesIn(text, line, made)
		if len(found) == 0 {
			break
		}
		if len(made)+len(found) > maxAliased {
			return text, nil, fmt.Errorf("syntax error: more than %d aliases in one line", maxAliased)
		}
		sh.spend(int64(len(found) * (len(made) + len(found))))
		from, n := stmts[0].Pos().Offset(), stmts[0].Pos().Line()
		size := len(text) + int(n)
		for _, a := range found {
			size += len(sh.aliases[a.name])
		}
		sh.room(int64(size))
		var b strings.Builder
		b.Grow(size)
		b.WriteString(strings.Repeat("\n", int(n)-1)) // the lines keep their numbers
		var all []aliased
		for _, a := range made {
			if a.from >= from {
				a.from, a.to = a.from-from+n-1, a.to-from+n-1
				all = append(all, a)
			}
		}
		for _, a := range found {
			value := sh.aliases[a.name]
			b.WriteString(text[from:a.from])
			start := uint(b.Len())
			b.WriteString(value)
			grown := uint(len(value)) - (a.to - a.from) // or less than none
			for i := range all {
				if all[i].from > start {
					all[i].from += grown
				}
				if all[i].to > start {
					all[i].to += grown
				}
			}
			end := uint(b.Len())
			all = append(all, aliased{part{start, end}, a.name, value != "" && isBlank(value[len(value)-1])})
			from = a.to
		}
		b.WriteString(text[from:])
		made = all
		sh.freeRoom(at)
		if text, stmts, err = sh.parseText(b.String()); len(stmts) == 0 {
			break
		}
	}
	return text, stmts, err
}

// aliasesIn are the words of statements that are aliases, in the order of the text.
func (sh *shell) aliasesIn(text string, stmts []*syntax.Stmt, made []aliased) (found []aliased) {
	nodes := int64(0)
	word := func(w *syntax.Word) {
		if len(w.Parts) != 1 {
			return
		}
		lit, ok := w.Parts[0].(*syntax.Lit)
		if !ok {
			return
		}
		name := lit.Value
		if _, ok := sh.aliases[name]; !ok {
			return
		}
		sp := part{w.Pos().Offset(), w.Pos().Offset() + uint(len(name))}
		if sp.to > uint(len(text)) || text[sp.from:sp.to] != name {
			return
		}
		if slices.ContainsFunc(made, func(a aliased) bool { return a.name == name && a.holds(sp) }) {
			return // an alias is not expanded in itself
		}
		found = append(found, aliased{part: sp, name: name})
	}
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			nodes++
			switch n := n.(type) {
			case *syntax.BraceExp: // Walk does not know it
				return false
			case *syntax.CallExpr:
				for i, w := range n.Args {
					if i == 0 || w.Pos().IsValid() && followsAlias(text, n.Args[i-1].End().Offset(), w.Pos().Offset(), made) {
						word(w)
					}
				}
			}
			return true
		})
	}
	sh.spend(nodes * (5 + int64(len(made))))
	slices.SortFunc(found, func(a, b aliased) int { return int(a.from) - int(b.from) })
	return slices.CompactFunc(found, func(a, b aliased) bool { return a.from == b.from })
}

// followsAlias reports whether a word comes after an alias that ends with a blank, and
// behind the word before.
func followsAlias(text string, from, at uint, made []aliased) bool {
	return slices.ContainsFunc(made, func(a aliased) bool {
		return a.next && from <= a.to && a.to <= at && at <= uint(len(text)) && strings.Trim(text[a.to:at], " \t") == ""
	})
}

func (sh *shell) alias(args []string) int {
	if sh.aliases == nil {
		sh.aliases = map[string]string{}
	}
	show := func(name string) {
		dashes := ""
		if strings.HasPrefix(name, "-") {
			dashes = "-- "
		}
		sh.print(1, "alias "+dashes+name+"="+quoteSingle(sh.aliases[name])+"\n")
	}
	opts, words, bad := getopt(args[1:], "+p", nil)
	if bad != "" {
		sh.complain("alias: %s", bad)
		sh.print(2, "alias: usage: alias [-p] [name[=value] ... ]\n")
		return 2
	}
	if len(words) == 0 || len(opts) > 0 {
		for _, name := range slices.Sorted(maps.Keys(sh.aliases)) {
			show(name)
		}
	}
	status := 0
	for _, a := range words {
		name, value, ok := strings.Cut(a, "=")
		switch _, known := sh.aliases[name]; {
		case ok && name != "" && strings.ContainsAny(name, " \t\n|&;()<>/$`'\"\\"):
			sh.complain("alias: `%s': invalid alias name", clip(name))
			status = 1
		case ok && name != "":
			sh.holdVars(int64(len(a)) + varBytes)
			sh.aliases[name] = value
		case known:
			show(name)
		default:
			sh.complain("alias: %s: not found", clip(a))
			status = 1
		}
	}
	return status
}

func (sh *shell) unalias(args []string) int {
	opts, names, bad := getopt(args[1:], "+a", nil)
	if bad != "" {
		sh.complain("unalias: %s", bad)
	}
	if bad != "" || len(opts)+len(names) == 0 {
		sh.print(2, "unalias: usage: unalias [-a] name [name ...]\n")
		return 2
	}
	if len(opts) > 0 {
		clear(sh.aliases)
		return 0
	}
	status := 0
	for _, a := range names {
		if _, ok := sh.aliases[a]; !ok {
			sh.complain("unalias: %s: not found", clip(a))
			status = 1
		}
		delete(sh.aliases, a)
	}
	return status
}
