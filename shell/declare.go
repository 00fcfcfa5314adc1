package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func (sh *shell) unsetBuiltin(args []string) int {
	status := 0
	funcs, vars, refs := true, true, false
	opts, names, bad := getopt(args[1:], "+fvn", nil)
	if bad != "" {
		sh.complain("unset: %s", bad)
		sh.print(2, "unset: usage: unset [-f] [-v] [-n] [name ...]\n")
		return 2
	}
	for _, o := range opts {
		switch o.name {
		case "n":
			funcs, vars, refs = false, false, true
		case "f":
			vars = false
		case "v":
			funcs = false
		}
	}
	for _, a := range names {
		base, _, _ := strings.Cut(a, "[")
		if !isName(base) && vars && !funcs {
			sh.complain("unset: `%s': not a valid identifier", clip(a))
			status = 1
			continue
		}
		v, sc := sh.scope.find(base)
		switch {
		case refs && v != nil && v.nameref:
			sh.clearValue(v)
			if *v = (variable{}); sc.outer == nil {
				sh.holdVars(-varBytes - int64(len(base)))
				delete(sc.vars, base)
			}
		case vars && v != nil:
			if !sh.unset(a) {
				status = 1
			}
		case funcs && sh.funcs[a] != nil:
			sh.lose(sh.funcs[a])
			delete(sh.funcs, a)
			delete(sh.funcFiles, a)
		}
	}
	return status
}

// declaration is what declare, local, export and readonly were asked for.
type declaration struct {
	variant                                              string
	array, dict, export, readonly, integer, lower, upper bool
	nameref, print, funcs, names, global                 bool
	off                                                  string
}

func (sh *shell) declFlags(d *declaration, w string) bool {
	for _, c := range w[1:] {
		if w[0] == '+' {
			d.off += string(c)
			continue
		}
		switch c {
		case 'a':
			d.array = true
		case 'A':
			d.dict = true
		case 'x':
			d.export = true
		case 'r':
			d.readonly = true
		case 'i':
			d.integer = true
		case 'l':
			d.lower = true
		case 'u':
			d.upper = true
		case 'n':
			if d.variant == "export" {
				d.off += "x"
			} else {
				d.nameref = true
			}
		case 'p':
			d.print = true
		case 'f':
			d.funcs = true
		case 'F':
			d.funcs, d.names = true, true
		case 'g':
			d.global = true
		case 't', 'I':
		default:
			sh.complain("%s: -%c: invalid option", d.variant, c)
			return false
		}
	}
	return true
}

// declareWords is declare and the like where its arguments are plain words.
func (sh *shell) declareWords(args []string) int {
	c := &syntax.DeclClause{Variant: &syntax.Lit{Value: args[0]}}
	for _, a := range args[1:] {
		w := &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: a}}}
		c.Args = append(c.Args, &syntax.Assign{Naked: true, Value: w})
	}
	sh.declClause(c)
	return sh.status
}

func (sh *shell) declare(d *declaration, args []*syntax.Assign) {
	switch d.variant {
	case "export":
		d.export = !strings.Contains(d.off, "x")
	case "readonly":
		d.readonly = true
	case "nameref":
		d.nameref = true
	case "local":
		if len(sh.calls) == 0 {
			sh.complain("local: can only be used in a function")
			sh.status = 1
			return
		}
	}
	if d.funcs {
		sh.status = 0
		sh.declareFuncs(d, args)
		return
	}
	if len(args) == 0 {
		sh.status = 0
		sh.listVars(d)
		return
	}
	status := 0
	local := len(sh.calls) > 0 && !d.global && d.variant != "export" && d.variant != "readonly"
	for _, a := range args {
		name := a.Name.Value
		base, _, _ := strings.Cut(name, "[")
		if !isName(base) {
			if a.Value != nil {
				name = assigned(&syntax.Assign{Name: a.Name, Append: a.Append}) + sh.assignValue(a)
			}
			sh.complain("%s: `%s': not a valid identifier", d.variant, clip(name))
			status = 1
			continue
		}
		if d.print {
			v, _ := sh.scope.find(name)
			if v == nil {
				sh.complain("%s: %s: not found", d.variant, name)
				status = 1
				continue
			}
			sh.print(1, sh.declaration(name, v)+"\n")
			continue
		}
		if !d.nameref {
			if v, _ := sh.scope.find(name); v != nil && v.nameref && !local {
				name = sh.resolve(name)
			}
		}
		if outer := sh.lookup(name); local && !d.nameref && outer != nil && outer.readonly {
			sh.complain("%s: %s: readonly variable", d.variant, name)
			status = 1
			continue
		}
		to := "" // what it refers to
		if d.nameref && a.Value != nil {
			switch to = sh.assignValue(a); {
			case !isReference(to):
				sh.complain("%s: `%s': invalid variable name for name reference", d.variant, clip(to))
				status = 1
				continue
			case to == name && !local:
				sh.complain("%s: %s: nameref variable self references not allowed", d.variant, clip(name))
				status = 1
				continue
			}
		}
		where := sh.scope
		for where.outer != nil && where.temp {
			where = where.outer
		}
		if d.global {
			where = where.global()
		}
		var v *variable
		if local || d.global {
			if v = where.vars[name]; v == nil {
				v = &variable{}
				sh.holdVars(varBytes + int64(len(name)))
				where.vars[name] = v
			}
		} else if v, _ = where.find(name); v == nil {
			v = &variable{}
			sh.holdVars(varBytes + int64(len(name)))
			where.global().vars[name] = v
		}
		if v.readonly && (a.Value != nil || a.Array != nil) {
			sh.complain("%s: readonly variable", name)
			status = 1
			continue
		}
		if why := d.refusal(v); why != "" {
			sh.complain("%s: %s: %s", d.variant, clip(name), why)
			status = 1
			continue
		}
		// What has a value keeps it as the element 0.
		first, has := v.str, v.kind == kindString
		switch {
		case d.dict && v.kind != kindMap:
			sh.clearValue(v)
			if v.kind, v.dict = kindMap, map[string]string{}; has {
				sh.putKey(v, "0", first)
			}
		case d.array && v.kind != kindArray:
			sh.clearValue(v)
			if v.kind = kindArray; has {
				sh.putIndex(v, 0, first)
			}
		}
		v.integer = (v.integer || d.integer) && !strings.Contains(d.off, "i")
		if d.lower || d.upper {
			v.lower, v.upper = d.lower && !d.upper, d.upper && !d.lower
		}
		v.exported = (v.exported || d.export) && !strings.Contains(d.off, "x")
		if a.Value != nil || a.Array != nil {
			// Assigned in the scope of the declaration.
			if d.nameref {
				sh.refer(v, to)
			} else {
				as := *a
				as.Name = &syntax.Lit{Value: name}
				old := sh.scope
				if local || d.global {
					sh.scope = where
				}
				sh.assignment(&as)
				sh.scope = old
			}
		}
		if d.nameref {
			v.nameref = true
		}
		v.readonly = v.readonly || d.readonly
	}
	sh.status = status // that of a substitution does not count
}

// refusal is why v cannot become what is declared, or "".
func (d *declaration) refusal(v *variable) string {
	switch {
	case v.readonly && strings.Contains(d.off, "r"):
		return "readonly variable"
	case d.dict && v.kind == kindArray:
		return "cannot convert indexed to associative array"
	case d.array && v.kind == kindMap:
		return "cannot convert associative to indexed array"
	case strings.ContainsAny(d.off, "aA") && (v.kind == kindArray || v.kind == kindMap):
		return "cannot destroy array variables in this way"
	}
	return ""
}

// isReference reports whether a text names a variable, or an element of one.
func isReference(s string) bool {
	name, sub, element := strings.Cut(s, "[")
	return isName(name) && (!element || len(sub) > 1 && strings.HasSuffix(sub, "]"))
}

// refer makes v refer to a name.
func (sh *shell) refer(v *variable, to string) {
	sh.clearValue(v)
	sh.holdVars(int64(len(to)))
	v.kind, v.str = kindString, to
}

func (sh *shell) declareFuncs(d *declaration, args []*syntax.Assign) {
	for _, a := range args {
		f := sh.funcs[a.Name.Value]
		if f == nil {
			if sh.status = 1; d.variant == "export" {
				sh.complain("export: %s: not a function", clip(a.Name.Value))
			}
			continue
		}
		if d.export || strings.Contains(d.off, "x") {
			sh.exportFunc(a.Name.Value, d.export)
			continue
		}
		if d.readonly {
			continue
		}
		if d.names {
			sh.print(1, a.Name.Value+"\n")
			continue
		}
		sh.print(1, sh.functionText(a.Name.Value, f.body))
	}
	if len(args) == 0 {
		for _, name := range slices.Sorted(maps.Keys(sh.funcs)) {
			if d.names {
				sh.print(1, "declare -f "+name+"\n")
			} else {
				sh.print(1, sh.functionText(name, sh.funcs[name].body))
			}
		}
	}
}

func (sh *shell) listVars(d *declaration) {
	for _, name := range sh.names() {
		v, _ := sh.scope.find(name)
		if v == nil || !d.lists(v) {
			continue
		}
		sh.print(1, sh.declaration(name, v)+"\n")
	}
}

// lists reports whether a variable has one of the attributes that were asked for, if any
// were, beside the one that export and readonly are about.
func (d *declaration) lists(v *variable) bool {
	any, exports, reads := false, d.variant == "export", d.variant == "readonly"
	if exports && !v.exported || reads && !v.readonly {
		return false
	}
	for _, f := range []struct{ asked, has bool }{
		{d.array, v.kind == kindArray}, {d.dict, v.kind == kindMap}, {d.integer, v.integer}, {d.lower, v.lower}, {d.upper, v.upper},
		{d.nameref, v.nameref}, {d.readonly && !reads, v.readonly}, {d.export && !exports, v.exported},
	} {
		if f.asked && f.has {
			return true
		}
		any = any || f.asked
	}
	return !any
}

func (v *variable) attributes() string {
	var b strings.Builder
	for _, f := range []struct {
		on bool
		c  byte
	}{{v.kind == kindArray, 'a'}, {v.kind == kindMap, 'A'}, {v.integer, 'i'}, {v.lower, 'l'}, {v.nameref, 'n'}, {v.readonly, 'r'}, {v.upper, 'u'}, {v.exported, 'x'}} {
		if f.on {
			b.WriteByte(f.c)
		}
	}
	return b.String()
}
