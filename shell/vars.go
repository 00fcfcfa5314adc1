package shell

import (
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
)

type kind int8

const (
	kindUnset kind = iota // declared, without a value
	kindString
	kindArray
	kindMap
)

// variable is a shell variable. Strings are shared by copies; arrays are not.
type variable struct {
	kind kind
	str  string
	list array // of kindArray
	dict map[string]string
	keys []string // of dict, in the order they came

	exported, readonly, integer, lower, upper, nameref bool
}

const (
	// varBytes is what a variable or an element takes beside its text.
	varBytes = 96
	// maxIndex bounds the subscripts of arrays.
	maxIndex = 1<<31 - 1
)

// weight is what the variable holds of the memory.
func (v *variable) weight() int64 {
	n := int64(varBytes + len(v.str))
	for _, e := range v.list {
		n += varBytes + int64(len(e.text))
	}
	for k, s := range v.dict {
		n += 2*varBytes + int64(len(k)+len(s))
	}
	return n
}

func (v *variable) clone() *variable {
	c := *v
	c.list = slices.Clone(v.list)
	c.dict = maps.Clone(v.dict)
	c.keys = slices.Clone(v.keys)
	return &c
}

// scalar is the value without a subscript, and whether it is set.
func (v *variable) scalar() (string, bool) {
	switch v.kind {
	case kindString:
		return v.str, true
	case kindArray:
		return v.list.get(0)
	case kindMap:
		s, ok := v.dict["0"]
		return s, ok
	}
	return "", false
}

// values are all elements, in order.
func (v *variable) values() []string {
	switch v.kind {
	case kindString:
		return []string{v.str}
	case kindArray:
		out := make([]string, len(v.list))
		for i, e := range v.list {
			out[i] = e.text
		}
		return out
	case kindMap:
		keys := v.order()
		out := make([]string, 0, len(keys))
		for _, k := range keys {
			out = append(out, v.dict[k])
		}
		return out
	}
	return nil
}

// order are the keys of a map in the order that bash gives them, which is that of its
// table: what scripts print depends on it. The table begins with 1024 buckets and gets
// four times as many when it holds twice as many keys. The latest key is the first of
// its bucket, and a table that grows turns each bucket around.
func (v *variable) order() []string {
	type key struct {
		name   string
		bucket uint32
	}
	buckets, from := 1024, 0
	keys := make([]key, 0, len(v.keys))
	add := func(to int) {
		next := make([]key, 0, len(v.keys))
		for _, k := range slices.Backward(v.keys[from:to]) {
			next = append(next, key{name: k})
		}
		keys, from = append(next, keys...), to
	}
	for ; len(v.keys) > 2*buckets; buckets *= 4 {
		add(2 * buckets)
		slices.Reverse(keys)
	}
	add(len(v.keys))
	for i := range keys {
		h := uint32(2166136261)
		for _, c := range []byte(keys[i].name) {
			h = h*16777619 ^ uint32(int8(c))
		}
		keys[i].bucket = h & uint32(buckets-1)
	}
	slices.SortStableFunc(keys, func(a, b key) int { return int(a.bucket) - int(b.bucket) })
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.name
	}
	return out
}

// billElements bills that all elements are gone through.
func (sh *shell) billElements(v *variable) {
	n, each := int64(v.count()), int64(4)
	if v.kind == kindMap { // its order is worked out
		each = 60
	}
	sh.spend(n * each)
	sh.room(n * 16)
}

// count is how many elements there are.
func (v *variable) count() int {
	switch v.kind {
	case kindString:
		return 1
	case kindArray:
		return len(v.list)
	case kindMap:
		return len(v.dict)
	}
	return 0
}

// subscripts are the keys of all elements, in order.
func (v *variable) subscripts() []string {
	switch v.kind {
	case kindString:
		return []string{"0"}
	case kindArray:
		out := make([]string, len(v.list))
		for i, e := range v.list {
			out[i] = strconv.Itoa(e.at)
		}
		return out
	case kindMap:
		return v.order()
	}
	return nil
}

// scope holds the variables of the shell, or the local ones of a function.
type scope struct {
	vars  map[string]*variable
	outer *scope
	temp  bool // of the assignments before a command
}

// find returns a variable and where it is, without following references.
func (sc *scope) find(name string) (*variable, *scope) {
	for s := sc; s != nil; s = s.outer {
		if v := s.vars[name]; v != nil {
			return v, s
		}
	}
	return nil, nil
}

// global is the outermost scope.
func (sc *scope) global() *scope {
	for sc.outer != nil {
		sc = sc.outer
	}
	return sc
}

// fork copies all scopes.
func (sc *scope) fork() *scope {
	if sc == nil {
		return nil
	}
	c := &scope{vars: make(map[string]*variable, len(sc.vars)), outer: sc.outer.fork(), temp: sc.temp}
	for name, v := range sc.vars {
		c.vars[name] = v.clone()
	}
	return c
}

func (sc *scope) weight() (n int64) {
	for s := sc; s != nil; s = s.outer {
		for name, v := range s.vars {
			n += int64(len(name)) + v.weight()
		}
	}
	return n
}

// entries counts what is copied with the scopes: a variable is four of its elements.
func (sc *scope) entries() (n int64) {
	for s := sc; s != nil; s = s.outer {
		n += 4 * int64(len(s.vars))
		for _, v := range s.vars {
			n += int64(len(v.list) + len(v.dict))
		}
	}
	return n
}

// resolve follows name references. It returns the name they lead to.
func (sh *shell) resolve(name string) string {
	for range 16 {
		v, _ := sh.scope.find(name)
		if v == nil || !v.nameref || v.str == "" {
			return name
		}
		name = v.str
	}
	sh.complain("warning: %s: circular name reference", name)
	return name
}

// lookup returns a variable, or nil. References are followed; one that names an
// element gives a copy of it.
func (sh *shell) lookup(name string) *variable {
	name = sh.resolve(name)
	if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") {
		base, _ := sh.scope.find(name[:i])
		if base == nil {
			return nil
		}
		if s, ok := sh.element(base, name[i+1:len(name)-1]); ok {
			return &variable{kind: kindString, str: s}
		}
		return nil
	}
	v, _ := sh.scope.find(name)
	return v
}

// element returns an element by the text of its subscript.
func (sh *shell) element(v *variable, sub string) (string, bool) {
	if v.kind == kindMap {
		s, ok := v.dict[sub]
		return s, ok
	}
	i := sh.arithText(sub)
	return sh.at(v, i)
}

// at returns the element at a subscript; negative ones count from the end.
func (sh *shell) at(v *variable, i int64) (string, bool) {
	switch v.kind {
	case kindString:
		if i == 0 || i == -1 {
			return v.str, true
		}
	case kindArray:
		if i < 0 {
			i += int64(v.list.next())
		}
		return v.list.get(int(i))
	}
	return "", false
}

// get returns a variable's value as $name does, and whether it is set.
func (sh *shell) get(name string) (string, bool) {
	if s, ok := sh.special(name); ok {
		return s, true
	}
	v := sh.lookup(name)
	if v == nil {
		return "", false
	}
	return v.scalar()
}

// value is get without the question whether it is set.
func (sh *shell) value(name string) string {
	s, _ := sh.get(name)
	return s
}

// own returns the variable that an assignment to name changes, made if needed.
func (sh *shell) own(name string) *variable {
	name = sh.resolve(name)
	v, _ := sh.scope.find(name)
	if v == nil {
		v = &variable{}
		sh.holdVars(varBytes + int64(len(name)))
		sh.scope.global().vars[name] = v
	}
	if v.readonly {
		sh.complain("%s: readonly variable", name)
		panic(discard{1})
	}
	return v
}

// converted applies the attributes of v to a value.
func (sh *shell) converted(v *variable, s string) string {
	switch {
	case v.integer:
		return strconv.FormatInt(sh.arithText(s), 10)
	case v.lower:
		return strings.ToLower(s)
	case v.upper:
		return strings.ToUpper(s)
	}
	return s
}

// set assigns to a name, which may have a subscript (of a reference).
func (sh *shell) set(name, value string) {
	name = sh.resolve(name)
	if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") {
		sh.setElement(name[:i], name[i+1:len(name)-1], value, false)
		return
	}
	switch name {
	case "RANDOM", "LINENO", "BASHPID", "FUNCNAME", "BASH_SOURCE", "BASH_LINENO", "BASH_COMMAND", "EPOCHSECONDS", "EPOCHREALTIME", "GROUPS", "PIPESTATUS":
		return
	case "SECONDS":
		n, _ := strconv.ParseInt(value, 10, 64)
		sh.secondsBase = sh.sys.cfg.Now().Unix() - n
		return
	}
	v := sh.own(name)
	value = sh.converted(v, value)
	switch v.kind {
	case kindArray:
		sh.putIndex(v, 0, value)
	case kindMap:
		sh.putKey(v, "0", value)
	default:
		sh.holdVars(int64(len(value) - len(v.str)))
		v.kind, v.str = kindString, value
	}
	if sh.allexport {
		v.exported = true
	}
	if name == "OPTIND" {
		sh.getoptsAt = 0
	}
}

func (sh *shell) putIndex(v *variable, i int64, value string) {
	if v.kind == kindString {
		v.list = array{{0, v.str}}
		sh.holdVars(varBytes)
		v.str = ""
	}
	v.kind = kindArray
	if i < 0 {
		i += int64(v.list.next())
	}
	if i < 0 || i > maxIndex {
		sh.complain("[%d]: bad array subscript", i)
		panic(discard{1})
	}
	n, ok := v.list.find(int(i))
	if ok {
		sh.holdVars(int64(len(value) - len(v.list[n].text)))
		v.list[n].text = value
		return
	}
	sh.holdVars(varBytes + int64(len(value)))
	sh.spend(int64(len(v.list)-n) / 2)
	v.list = slices.Insert(v.list, n, element{int(i), value})
}

func (sh *shell) putKey(v *variable, key, value string) {
	if v.dict == nil {
		v.dict = map[string]string{}
	}
	v.kind = kindMap
	old, ok := v.dict[key]
	d := int64(len(value) - len(old))
	if !ok {
		d += 2*varBytes + int64(len(key))
		v.keys = append(v.keys, key)
	}
	sh.holdVars(d)
	v.dict[key] = value
}

// setElement assigns to name[sub], or appends to it.
func (sh *shell) setElement(name, sub, value string, add bool) {
	v := sh.own(name)
	if v.kind == kindMap {
		if add {
			value = sh.sum(v, v.dict[sub], value)
		}
		sh.putKey(v, sub, sh.converted(v, value))
		return
	}
	i := sh.arithText(sub)
	if add {
		old, _ := sh.at(v, i)
		value = sh.sum(v, old, value)
	}
	sh.putIndex(v, i, sh.converted(v, value))
}

// sum is what += makes of two values.
func (sh *shell) sum(v *variable, a, b string) string {
	if v != nil && v.integer {
		return strconv.FormatInt(sh.arithText(a)+sh.arithText(b), 10)
	}
	sh.room(int64(len(a) + len(b)))
	return a + b
}

// clearValue drops what v holds.
func (sh *shell) clearValue(v *variable) {
	sh.holdVars(varBytes - v.weight())
	v.kind, v.str, v.list, v.dict, v.keys = kindUnset, "", nil, nil, nil
}

// setList makes name an array of values.
func (sh *shell) setList(name string, values []string) {
	v := sh.own(name)
	sh.clearValue(v)
	v.kind = kindArray
	v.list = make(array, len(values))
	for i, s := range values {
		sh.holdVars(varBytes + int64(len(s)))
		v.list[i] = element{i, s}
	}
}

// unset removes a variable, an element, or the innermost local.
func (sh *shell) unset(name string) bool {
	name = sh.resolve(name)
	if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") {
		v, _ := sh.scope.find(name[:i])
		if v == nil {
			return true
		}
		sub := name[i+1 : len(name)-1]
		switch v.kind {
		case kindMap:
			if s, ok := v.dict[sub]; ok {
				sh.holdVars(-int64(2*varBytes + len(sub) + len(s)))
				delete(v.dict, sub)
				sh.spend(int64(len(v.keys)))
				v.keys = slices.DeleteFunc(v.keys, func(k string) bool { return k == sub })
			}
		case kindArray:
			if sub == "@" || sub == "*" {
				sh.clearValue(v)
				return true
			}
			n := sh.arithText(sub)
			if n < 0 {
				n += int64(v.list.next())
			}
			if n < 0 {
				sh.complain("unset: [%s]: bad array subscript", sub)
				return false
			}
			if i, ok := v.list.find(int(n)); ok {
				sh.holdVars(-int64(varBytes + len(v.list[i].text)))
				sh.spend(int64(len(v.list)-i) / 2)
				v.list = slices.Delete(v.list, i, i+1)
				if cap(v.list) > 4*len(v.list)+64 { // what is not held is not kept
					v.list = slices.Clip(slices.Clone(v.list))
				}
			}
		}
		return true
	}
	v, sc := sh.scope.find(name)
	if v == nil {
		return true
	}
	if v.readonly {
		sh.complain("unset: %s: cannot unset: readonly variable", name)
		return false
	}
	sh.clearValue(v)
	if sc.outer != nil { // stays local, without a value
		*v = variable{}
		return true
	}
	sh.holdVars(-varBytes - int64(len(name)))
	delete(sc.vars, name)
	return true
}

// environ is what a program gets to see.
func (sh *shell) environ() []string {
	seen := map[string]bool{}
	var out []string
	for s := sh.scope; s != nil; s = s.outer {
		for name, v := range s.vars {
			if seen[name] {
				continue
			}
			seen[name] = true
			if v.exported && v.kind == kindString {
				out = append(out, name+"="+v.str)
			}
		}
	}
	sort.Strings(out)
	return append(out, sh.exportFuncs()...)
}

// names are all variables that are set, sorted.
func (sh *shell) names() []string {
	seen := map[string]bool{}
	for s := sh.scope; s != nil; s = s.outer {
		for name := range s.vars {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// special returns the variables that are computed.
func (sh *shell) special(name string) (string, bool) {
	switch name {
	case "?":
		return strconv.Itoa(sh.status), true
	case "#":
		return strconv.Itoa(len(sh.args)), true
	case "$":
		return strconv.Itoa(sh.shellPID), true
	case "!":
		if sh.lastJob == 0 {
			return "", false
		}
		return strconv.Itoa(sh.lastJob), true
	case "-":
		return sh.flags(), true
	case "0":
		return sh.name, true
	case "@", "*":
		return strings.Join(sh.args, " "), len(sh.args) > 0
	case "_":
		return sh.lastArg, true
	case "RANDOM":
		var b [2]byte
		sh.sys.cfg.Random(b[:])
		return strconv.Itoa(int(b[0])<<8&0x7f00 | int(b[1])), true
	case "SECONDS":
		return strconv.FormatInt(sh.sys.cfg.Now().Unix()-sh.secondsBase, 10), true
	case "EPOCHSECONDS":
		return strconv.FormatInt(sh.sys.cfg.Now().Unix(), 10), true
	case "LINENO":
		return strconv.Itoa(sh.line), true
	case "BASHPID":
		return strconv.Itoa(sh.proc.pid), true
	case "BASH_SUBSHELL":
		return strconv.Itoa(sh.subshells), true
	case "FUNCNAME", "BASH_SOURCE", "BASH_LINENO":
		vals, _ := sh.stack(name)
		if len(vals) == 0 {
			return "", false
		}
		return vals[0], true
	case "BASH_COMMAND":
		return commandText(sh.current), true
	case "UID", "EUID":
		return strconv.Itoa(userID), true
	case "PPID":
		return strconv.Itoa(sh.proc.parent), true
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		if n <= len(sh.args) {
			return sh.args[n-1], true
		}
		return "", false
	}
	return "", false
}

// isName reports whether s can be the name of a variable.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
