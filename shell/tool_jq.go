package shell

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

type jqRun struct {
	t                                           *tool
	raw, join, compact, sorted, ascii, tab, nul bool
	indent                                      int
	order                                       map[string][]string // of keys, by the sorted keys of objects that were read or written in the filter
	first                                       map[string]int      // when a key was seen first
}

// maxJQ bounds the text of a program of jq.
const maxJQ = 16 << 10

func jq(t *tool) int {
	j := jqRun{t: t, indent: 2, order: map[string][]string{}, first: map[string]int{}}
	var null, slurp, rawIn, status, seqOpt bool
	var filter string
	hasFilter := false
	var names, varNames []string
	var vars []any
	named := map[string]any{}
	positional := []any{}
	restArgs, restJSON := false, false
	args := t.args
	for i := 0; i < len(args); i++ {
		a := args[i]
		next := func() (string, bool) {
			if i+1 >= len(args) {
				return "", false
			}
			i++
			return args[i], true
		}
		if a == "--" {
			continue
		}
		if len(a) < 2 || a[0] != '-' {
			switch {
			case !hasFilter:
				filter, hasFilter = a, true
			case restArgs:
				positional = append(positional, a)
			case restJSON:
				v, err := j.parse(a)
				if err != nil {
					t.say("Invalid JSON text passed to --jsonargs")
					return 2
				}
				positional = append(positional, v)
			default:
				names = append(names, a)
			}
			continue
		}
		bind := func(name string, v any) {
			varNames = append(varNames, "$"+name)
			vars = append(vars, v)
			named[name] = v
		}
		flags := []string{a}
		if a[1] != '-' {
			flags = nil
			for _, c := range a[1:] {
				flags = append(flags, "-"+string(c))
			}
		}
		for _, f := range flags {
			switch f {
			case "-r", "--raw-output":
				j.raw = true
			case "-j", "--join-output":
				j.raw, j.join = true, true
			case "--raw-output0":
				j.raw, j.nul = true, true
			case "-c", "--compact-output":
				j.compact = true
			case "-S", "--sort-keys":
				j.sorted = true
			case "-a", "--ascii-output":
				j.ascii = true
			case "-C", "--color-output", "-M", "--monochrome-output", "--unbuffered":
			case "--tab":
				j.tab = true
			case "--indent":
				s, _ := next()
				n, err := strconv.Atoi(s)
				if err != nil || n < 0 || n > 7 {
					t.say("Cannot indent more than 7 characters")
					return 2
				}
				j.indent = n
				j.compact = n == 0
			case "-n", "--null-input":
				null = true
			case "-s", "--slurp":
				slurp = true
			case "-R", "--raw-input":
				rawIn = true
			case "-e", "--exit-status":
				status = true
			case "--seq":
				seqOpt = true
			case "--args":
				restArgs, restJSON = true, false
			case "--jsonargs":
				restArgs, restJSON = false, true
			case "--arg":
				name, ok1 := next()
				v, ok2 := next()
				if !ok1 || !ok2 {
					t.say("--arg takes two parameters (e.g. --arg varname value)")
					return 2
				}
				bind(name, v)
			case "--argjson":
				name, ok1 := next()
				s, ok2 := next()
				v, err := j.parse(s)
				if !ok1 || !ok2 || err != nil {
					t.say("Invalid JSON text passed to --argjson")
					return 2
				}
				bind(name, v)
			case "--slurpfile", "--rawfile":
				name, ok1 := next()
				file, ok2 := next()
				if !ok1 || !ok2 {
					t.say("%s takes two parameters", f)
					return 2
				}
				in, err := t.open(file)
				if err != nil {
					t.say("Bad JSON in --%s %s %s: Could not open %s: %s", f[2:], name, file, file, errText(err))
					return 2
				}
				b, _ := t.all(in)
				in.close()
				if f == "--rawfile" {
					bind(name, string(b))
					continue
				}
				list := []any{}
				dec := j.decoder(bytes.NewReader(b))
				for {
					v, err := dec.next()
					if err == io.EOF {
						break
					}
					if err != nil {
						t.say("Bad JSON in --slurpfile %s %s: %s", name, file, err)
						return 2
					}
					list = append(list, v)
				}
				bind(name, list)
			case "-f", "--from-file":
				file, _ := next()
				text, err := t.sh.readScript(file)
				if err != nil {
					t.say("error: Could not open %s: %s", file, errText(err))
					return 2
				}
				if hasFilter {
					names = append([]string{filter}, names...)
				}
				filter, hasFilter = text, true
			case "-h", "--help":
				t.out.WriteString("Usage:\tjq [OPTIONS] FILTER [FILES...]\n")
				return 0
			case "-V", "--version":
				t.out.WriteString("jq-1.6\n")
				return 0
			default:
				t.say("Unknown arguments")
				fmt.Fprintf(t.err, "Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n")
				return 2
			}
		}
	}
	if !hasFilter {
		fmt.Fprintf(t.err, "Usage:\tjq [OPTIONS] FILTER [FILES...]\n")
		return 2
	}
	_ = seqOpt
	if len(filter) > maxJQ || parsable(filter) != "" {
		t.say("error: the program is too long, or nests too deeply")
		return 3
	}
	t.sh.spend(int64(len(filter)) * 50)
	query, err := gojq.Parse(filter)
	if err != nil {
		t.say("error: syntax error: %s", clip(err.Error()))
		t.say("1 compile error")
		return 3
	}
	varNames = append(varNames, "$ARGS")
	vars = append(vars, map[string]any{"named": named, "positional": positional})
	j.noteFilter(query)
	query.FuncDefs = append(slices.Clone(jqPrelude()), query.FuncDefs...)
	src := &jqInputs{j: &j, names: names, raw: rawIn, slurp: slurp}
	defer src.close()
	code, err := gojq.Compile(query,
		gojq.WithVariables(varNames),
		gojq.WithEnvironLoader(t.sh.environ),
		gojq.WithInputIter(src),
		gojq.WithFunction("keys_unsorted", 0, 0, func(v any, _ []any) any {
			obj, ok := v.(map[string]any)
			if !ok {
				list, ok := v.([]any)
				if !ok {
					return fmt.Errorf("%s has no keys", gojq.TypeOf(v))
				}
				keys := make([]any, len(list))
				for i := range list {
					keys[i] = i
				}
				return keys
			}
			t.sh.room(int64(len(obj)) * 48)
			t.sh.spend(int64(len(obj)) * 20)
			keys := j.keys(obj)
			out := make([]any, len(keys))
			for i, k := range keys {
				out[i] = k
			}
			return out
		}),
		gojq.WithFunction("input_filename", 0, 0, func(any, []any) any {
			if src.cur == nil || src.cur.name == "-" {
				return nil
			}
			return src.cur.name
		}),
	)
	if err != nil {
		t.say("error: %s", clip(err.Error()))
		t.say("1 compile error")
		return 3
	}
	meter := newJQMeter(&j)
	if err := meter.watch(code); err != nil {
		t.say("error: %v", err)
		return 3
	}
	exit := 0
	var last any
	printed := false
	run := func(v any) bool {
		iter, err := meter.run(code, v, vars)
		if err != nil {
			t.say("error: %v", err)
			exit = 3
			return false
		}
		defer meter.release()
		for {
			v, ok := iter.Next()
			t.sh.spend(200)
			t.sh.proc.check()
			if !ok {
				return true
			}
			if err, ok := v.(error); ok {
				var halt *gojq.HaltError
				if errors.As(err, &halt) {
					if halt.Value() != nil {
						if s, ok := halt.Value().(string); ok {
							_ = t.out.Flush()
							io.WriteString(t.err, s)
						} else {
							t.say("error (at <unknown>): %s", clip(err.Error()))
						}
					}
					exit = halt.ExitCode()
					return false
				}
				t.say("error (at <stdin>:0): %s", clip(err.Error()))
				exit = 5
				return true
			}
			last, printed = v, true
			j.print(v)
		}
	}
	switch {
	case null:
		run(nil)
	default:
		for {
			v, ok := src.Next()
			if !ok {
				break
			}
			if err, ok := v.(error); ok {
				if syntax := jqSyntax(""); errors.As(err, &syntax) {
					io.WriteString(t.err, clip(err.Error())+"\n")
				} else {
					t.say("error (at %s:0): %s", src.shown(), clip(err.Error()))
				}
				exit = 4
				break
			}
			if !run(v) {
				break
			}
		}
	}
	if src.failed && exit == 0 {
		exit = 2
	}
	if status && exit == 0 {
		switch {
		case !printed:
			return 4
		case last == nil || last == false:
			return 1
		}
	}
	return exit
}

// jqPrelude defines what goes through an object's keys in the order in which jq
// has them: gojq's own go by the sorted keys, as its objects have no order.
var jqPrelude = sync.OnceValue(func() []*gojq.FuncDef {
	q, err := gojq.Parse(`
		def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
		def with_entries(f): to_entries | map(f) | from_entries;
		def recurse: def r: ., (if type == "object" then keys_unsorted[] as $k | .[$k] else .[]? end | r); r;
		def paths: path(..) | select(. != []);
		def paths(f): path(.. | select(f)) | select(. != []);
		def leaf_paths: paths(scalars);
		.`)
	if err != nil {
		return nil // never: the text is ours, and the tests run it
	}
	return q.FuncDefs
})

// parse reads one JSON text.
func (j *jqRun) parse(s string) (any, error) {
	d := j.decoder(strings.NewReader(s))
	v, err := d.next()
	if err != nil {
		return nil, err
	}
	if _, err := d.next(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// jqDecoder reads JSON texts, and holds memory for what they become.
type jqDecoder struct {
	j   *jqRun
	dec *json.Decoder
	in  *holdReader
}

type holdReader struct {
	t *tool
	r io.Reader
}

func (h *holdReader) Read(b []byte) (int, error) {
	n, err := h.r.Read(b)
	h.t.hold(int64(n) * 8) // a value in memory is larger than its text
	h.t.sh.spend(int64(n) * 2)
	return n, err
}

func (j *jqRun) decoder(r io.Reader) *jqDecoder {
	in := &holdReader{j.t, r}
	d := &jqDecoder{j: j, dec: json.NewDecoder(in), in: in}
	d.dec.UseNumber()
	return d
}

// jqSyntax reports a text that is not JSON.
type jqSyntax string

func (e jqSyntax) Error() string { return "parse error: " + string(e) }

func (d *jqDecoder) next() (any, error) {
	v, err := d.value(0)
	var syntax *json.SyntaxError
	switch {
	case err == nil || err == io.EOF:
		return v, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, jqSyntax("Unfinished JSON term at EOF")
	case errors.As(err, &syntax):
		return nil, jqSyntax(fmt.Sprintf("Invalid JSON text at byte %d", syntax.Offset))
	}
	return nil, jqSyntax(err.Error())
}

// maxJQInput bounds the depth of what is read, as jq does.
const maxJQInput = 256

// value reads one value. It reads by tokens, which keep the order of keys.
func (d *jqDecoder) value(depth int) (any, error) {
	tok, err := d.dec.Token()
	if err != nil {
		if depth > 0 {
			err = unfinished(err)
		}
		return nil, err
	}
	d.j.t.sh.spend(5)
	switch tok := tok.(type) {
	case json.Number:
		return jqNumber(tok), nil
	case json.Delim:
		if depth >= maxJQInput {
			//lint:ignore ST1005 what a guest reads, in the words of the real tool
			return nil, errors.New("Exceeds depth limit for parsing")
		}
		if tok == '[' {
			list := []any{}
			for d.dec.More() {
				v, err := d.value(depth + 1)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.dec.Token()
			return list, unfinished(err)
		}
		obj := map[string]any{}
		var keys []string
		for d.dec.More() {
			k, err := d.dec.Token()
			if err != nil {
				return nil, unfinished(err)
			}
			key, ok := k.(string)
			if !ok {
				//lint:ignore ST1005 what a guest reads, in the words of the real tool
				return nil, errors.New("Object keys must be strings")
			}
			v, err := d.value(depth + 1)
			if err != nil {
				return nil, err
			}
			if _, ok := obj[key]; !ok {
				keys = append(keys, key)
			}
			obj[key] = v
		}
		d.j.note(keys, 0)
		_, err := d.dec.Token()
		return obj, unfinished(err)
	}
	return tok, nil
}

// unfinished is err within a value, where the end comes too early.
func unfinished(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// jqNumber makes a number one that gojq takes.
func jqNumber(v json.Number) any {
	if n, err := strconv.Atoi(v.String()); err == nil {
		return n
	}
	if !strings.ContainsAny(v.String(), ".eE") && len(v) < 1000 {
		if n, ok := new(big.Int).SetString(v.String(), 10); ok {
			return n
		}
	}
	f, err := v.Float64()
	if err != nil {
		f = math.Copysign(math.MaxFloat64, f)
	}
	return f
}

const (
	// maxJQOrders bounds how many kinds of objects are remembered, and maxJQKeys
	// the keys of one.
	maxJQOrders = 4096
	maxJQKeys   = 256
)

// note remembers in which order an object's keys came, and that each comes after
// so many others. gojq's own objects have no order, and jq prints keys as they came.
func (j *jqRun) note(keys []string, after int) {
	if len(keys) == 0 || len(keys) > maxJQKeys {
		return
	}
	for _, k := range keys {
		if at, ok := j.first[k]; len(j.first) < maxJQOrders && (!ok || at >= maxJQOrders && after == 0) {
			j.first[k] = after + len(j.first)
		}
	}
	sorted := slices.Sorted(slices.Values(keys))
	id := strings.Join(sorted, "\x00")
	if _, ok := j.order[id]; !ok && len(j.order) < maxJQOrders {
		j.t.hold(int64(2*len(id)) + 64)
		j.order[id] = keys
	}
}

// noteFilter remembers the order of keys in the objects that a filter makes.
func (j *jqRun) noteFilter(q *gojq.Query) {
	if q == nil {
		return
	}
	j.noteFilter(q.Left)
	j.noteFilter(q.Right)
	for _, f := range q.FuncDefs {
		j.noteFilter(f.Body)
	}
	t := q.Term
	if t == nil {
		return
	}
	if t.Object != nil {
		var keys []string
		for _, kv := range t.Object.KeyVals {
			switch {
			case kv.Key != "":
				keys = append(keys, strings.TrimPrefix(kv.Key, "$"))
			case kv.KeyString != nil && len(kv.KeyString.Queries) == 0:
				keys = append(keys, kv.KeyString.Str)
			}
			j.noteFilter(kv.Val)
		}
		j.note(keys, maxJQOrders) // keys of the input come first
	}
	if t.Func != nil {
		for _, a := range t.Func.Args {
			j.noteFilter(a)
		}
	}
	if t.Array != nil {
		j.noteFilter(t.Array.Query)
	}
	if t.If != nil {
		j.noteFilter(t.If.Then)
		j.noteFilter(t.If.Else)
	}
	if t.Reduce != nil {
		j.noteFilter(t.Reduce.Start)
		j.noteFilter(t.Reduce.Update)
	}
}

// keys returns an object's keys in the order in which jq would print them, as far
// as it is known.
func (j *jqRun) keys(obj map[string]any) []string {
	keys := slices.Sorted(maps.Keys(obj))
	if j.sorted || len(keys) > maxJQKeys {
		return keys
	}
	if order, ok := j.order[strings.Join(keys, "\x00")]; ok {
		copy(keys, order)
		return keys
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		x, ok1 := j.first[a]
		y, ok2 := j.first[b]
		switch {
		case ok1 && ok2:
			return x - y
		case ok1:
			return -1
		case ok2:
			return 1
		}
		return 0
	})
	return keys
}

// jqInputs is what the program reads.
type jqInputs struct {
	j          *jqRun
	names      []string
	raw, slurp bool
	cur        *file
	dec        *jqDecoder
	lines      *lines
	began      bool
	failed     bool
	slurped    bool
}

func (in *jqInputs) shown() string {
	if in.cur == nil || in.cur.name == "-" {
		return "<stdin>"
	}
	return in.cur.name
}

func (in *jqInputs) close() {
	if in.cur != nil {
		in.cur.close()
		in.cur = nil
	}
}

func (in *jqInputs) open() bool {
	t := in.j.t
	for {
		in.close()
		name := "-"
		if len(in.names) == 0 {
			if in.began {
				return false
			}
		} else {
			name = in.names[0]
			in.names = in.names[1:]
		}
		in.began = true
		f, err := t.open(name)
		if err != nil {
			t.say("error: Could not open %s: %s", name, errText(err))
			in.failed = true
			continue
		}
		in.cur = f
		in.dec, in.lines = in.j.decoder(f), t.lines(f)
		return true
	}
}

// Next implements gojq.Iter.
func (in *jqInputs) Next() (any, bool) {
	if !in.slurp {
		return in.next()
	}
	if in.slurped {
		return nil, false
	}
	in.slurped = true
	if in.raw {
		var b strings.Builder
		for in.open() {
			all, _ := in.j.t.all(in.cur)
			b.Write(all)
		}
		return b.String(), true
	}
	list := []any{}
	for {
		v, ok := in.next()
		if !ok {
			return list, true
		}
		if err, ok := v.(error); ok {
			return err, true
		}
		list = append(list, v)
	}
}

func (in *jqInputs) next() (any, bool) {
	for {
		if in.cur == nil && !in.open() {
			return nil, false
		}
		if in.raw {
			if line, ok := in.lines.next(); ok {
				return string(line), true
			}
		} else {
			v, err := in.dec.next()
			if err == nil {
				return v, true
			}
			if err != io.EOF {
				return err, true
			}
		}
		in.close()
		if len(in.names) == 0 {
			return nil, false
		}
	}
}

func (j *jqRun) print(v any) {
	t := j.t
	if s, ok := v.(string); ok && j.raw {
		t.out.WriteString(s)
	} else {
		j.value(v, 0)
	}
	switch {
	case j.nul:
		t.out.WriteByte(0)
	case !j.join:
		t.out.WriteByte('\n')
	}
}

func (j *jqRun) newline(depth int) {
	if j.compact {
		return
	}
	j.t.out.WriteByte('\n')
	if j.tab {
		j.t.out.WriteString(strings.Repeat("\t", depth))
		return
	}
	j.t.out.WriteString(strings.Repeat(" ", depth*j.indent))
}

// maxJQDepth bounds the depth of what is printed.
const maxJQDepth = 10_000

func (j *jqRun) value(v any, depth int) {
	t := j.t
	t.sh.spend(10 + int64(depth)/8)
	if depth > maxJQDepth {
		t.say("error: the value is deeper than %d", maxJQDepth)
		panic(stopped{5})
	}
	switch v := v.(type) {
	case nil:
		t.out.WriteString("null")
	case bool:
		t.out.WriteString(strconv.FormatBool(v))
	case int:
		t.out.WriteString(strconv.Itoa(v))
	case float64:
		t.out.WriteString(jqFloat(v))
	case *big.Int: // a number is a float64 beyond 64 bits
		f, _ := new(big.Float).SetInt(v).Float64()
		t.out.WriteString(jqFloat(f))
	case string:
		j.text(v)
	case []any:
		if len(v) == 0 {
			t.out.WriteString("[]")
			return
		}
		t.out.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				t.out.WriteByte(',')
			}
			j.newline(depth + 1)
			j.value(x, depth+1)
		}
		j.newline(depth)
		t.out.WriteByte(']')
	case map[string]any:
		if len(v) == 0 {
			t.out.WriteString("{}")
			return
		}
		keys := j.keys(v)
		t.out.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				t.out.WriteByte(',')
			}
			j.newline(depth + 1)
			j.text(k)
			t.out.WriteByte(':')
			if !j.compact {
				t.out.WriteByte(' ')
			}
			j.value(v[k], depth+1)
		}
		j.newline(depth)
		t.out.WriteByte('}')
	default:
		fmt.Fprint(t.out, v)
	}
}

func jqFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "null"
	case math.IsInf(f, 1):
		f = math.MaxFloat64
	case math.IsInf(f, -1):
		f = -math.MaxFloat64
	}
	s := strconv.FormatFloat(f, 'g', 17, 64)
	if x := strconv.FormatFloat(f, 'f', -1, 64); len(x) < 18 {
		s = x
	}
	return s
}

func (j *jqRun) text(s string) {
	out := j.t.out
	j.t.sh.spend(int64(len(s)) / 8)
	out.WriteByte('"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\b':
			out.WriteString(`\b`)
		case r == '\f':
			out.WriteString(`\f`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(out, `\u%04x`, r)
		case r > 0x7e && j.ascii:
			if r > 0xffff {
				r -= 0x10000
				fmt.Fprintf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
			} else {
				fmt.Fprintf(out, `\u%04x`, r)
			}
		default:
			out.WriteString(s[i : i+n])
		}
		i += n
	}
	out.WriteByte('"')
}
