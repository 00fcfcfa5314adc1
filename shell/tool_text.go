package shell

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func cat(t *tool) int {
	opts, names, bad := getopt(t.args, "AbeEnstTuv", map[string]string{"number": "n", "number-nonblank": "b", "squeeze-blank": "s", "show-ends": "E", "show-tabs": "T", "show-all": "A", "show-nonprinting": "v"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var number, nonblank, squeeze, ends, tabs, control bool
	for _, o := range opts {
		switch o.name {
		case "A":
			ends, tabs, control = true, true, true
		case "b":
			nonblank = true
		case "e":
			ends, control = true, true
		case "E":
			ends = true
		case "n":
			number = true
		case "s":
			squeeze = true
		case "t":
			tabs, control = true, true
		case "T":
			tabs = true
		case "v":
			control = true
		}
	}
	plain := !number && !nonblank && !squeeze && !ends && !tabs && !control
	n, blank := 0, 0
	out := t.sh.fds[1]
	t.inputs(names, func(f *file) {
		in := f.d
		if in == nil {
			in = t.sh.fds[0]
		}
		if in != nil && out != nil && sameFile(in, out) {
			t.fail("%s: input file is output file", f.name)
			return
		}
		if plain { // what comes is passed on at once
			_ = t.out.Flush()
			if err := t.copy(toolIO{t.sh, 1}, f); err != nil {
				t.fail("%s: %s", f.name, errText(err))
			}
			return
		}
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			if len(line) == 0 && squeeze {
				if blank++; blank > 1 {
					continue
				}
			} else {
				blank = 0
			}
			if number && !nonblank || nonblank && len(line) > 0 {
				n++
				fmt.Fprintf(t.out, "%6d\t", n)
			}
			if tabs || control {
				line = visible(line, tabs, control)
			}
			t.out.Write(line)
			if l.ended {
				if ends {
					t.out.WriteByte('$')
				}
				t.out.WriteByte('\n')
			}
		}
	})
	return t.code
}

// sameFile reports whether two descriptors are of one file that has something in it.
func sameFile(a, b *desc) bool {
	x, y := a.file(), b.file()
	if x == nil || y == nil {
		return false
	}
	i, err1 := x.file.Stat()
	j, err2 := y.file.Stat()
	return err1 == nil && err2 == nil && i.Size() > 0 && sameInode(i, j)
}

func visible(line []byte, tabs, control bool) []byte {
	var b bytes.Buffer
	for _, c := range line {
		switch {
		case c == '\t':
			if tabs {
				b.WriteString("^I")
			} else {
				b.WriteByte(c)
			}
		case !control:
			b.WriteByte(c)
		default:
			if c >= 0x80 {
				b.WriteString("M-")
				c &= 0x7f
			}
			switch {
			case c < ' ':
				b.WriteByte('^')
				b.WriteByte(c + 64)
			case c == 0x7f:
				b.WriteString("^?")
			default:
				b.WriteByte(c)
			}
		}
	}
	return b.Bytes()
}

// allLines reads an input into lines that own their memory.
func (t *tool) allLines(r io.Reader, delim byte) (list []string, ended bool) {
	l := t.lines(r)
	l.delim = delim
	return t.linesOf(l)
}

// linesOf reads what is left of l, and whether its last line has an end.
func (t *tool) linesOf(l *lines) (list []string, ended bool) {
	ended = true
	for line, ok := l.next(); ok; line, ok = l.next() {
		t.hold(int64(len(line)) + 32)
		list = append(list, string(line))
		ended = l.ended
	}
	return list, ended
}

// fileLines is allLines of a file by its name.
func (t *tool) fileLines(name string, delim byte) (list []string, ended bool, err error) {
	f, err := t.open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.close()
	list, ended = t.allLines(f, delim)
	return list, ended, nil
}

// wholeLines is the lines of a file with their ends.
func (t *tool) wholeLines(name string) ([]string, error) {
	list, ended, err := t.fileLines(name, '\n')
	t.hold(int64(len(list)) * 8)
	for i := range list {
		if ended || i < len(list)-1 {
			list[i] += "\n"
		}
	}
	return list, err
}

// writeLines makes a file of lines that have their ends.
func (t *tool) writeLines(name string, lines []string) error {
	d, err := t.create(name, os.O_TRUNC)
	if err != nil {
		return err
	}
	defer d.drop()
	for _, line := range lines {
		if _, err := t.sh.writeTo(d, []byte(line)); err != nil {
			return err
		}
	}
	return nil
}

func tac(t *tool) int {
	t.inputs(t.args, func(f *file) {
		list, ended := t.allLines(f, '\n')
		for i, line := range slices.Backward(list) {
			t.out.WriteString(line)
			if i < len(list)-1 || ended {
				t.out.WriteByte('\n')
			}
		}
	})
	return t.code
}

func nl(t *tool) int {
	opts, names, bad := getopt(t.args, "b:n:w:s:v:i:d:f:h:l:p", map[string]string{"body-numbering=": "b", "number-format=": "n", "number-width=": "w", "number-separator=": "s", "starting-line-number=": "v", "line-increment=": "i"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	style, format, width, sep, n, step := "t", "rn", 6, "\t", 1, 1
	for _, o := range opts {
		v, _ := strconv.Atoi(o.value)
		switch o.name {
		case "b":
			style = o.value
		case "n":
			format = o.value
		case "w":
			width = min(max(v, 1), 1000)
		case "s":
			sep = o.value
		case "v":
			n = v
		case "i":
			step = v
		}
	}
	t.inputs(names, func(f *file) {
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			if style == "a" || style == "t" && len(line) > 0 {
				switch format {
				case "ln":
					fmt.Fprintf(t.out, "%-*d%s", width, n, sep)
				case "rz":
					fmt.Fprintf(t.out, "%0*d%s", width, n, sep)
				default:
					fmt.Fprintf(t.out, "%*d%s", width, n, sep)
				}
				n += step
			} else {
				t.out.WriteString(strings.Repeat(" ", width+len(sep)))
			}
			t.out.Write(line)
			t.out.WriteByte('\n')
		}
	})
	return t.code
}

func rev(t *tool) int {
	t.inputs(t.args, func(f *file) {
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			t.hold(int64(len(line)) * 4)
			r := []rune(string(line))
			slices.Reverse(r)
			t.out.WriteString(string(r))
			t.unhold(int64(len(line)) * 4)
			if l.ended {
				t.out.WriteByte('\n')
			}
		}
	})
	return t.code
}

func paste(t *tool) int {
	opts, names, bad := getopt(t.args, "sd:z", map[string]string{"serial": "s", "delimiters=": "d"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	serial, delims := false, []string{"\t"}
	for _, o := range opts {
		switch o.name {
		case "s":
			serial = true
		case "d":
			s, _ := unescapeC(strings.ReplaceAll(o.value, `\0`, ""), false)
			delims = nil
			for _, r := range s {
				delims = append(delims, string(r))
			}
			if len(delims) == 0 {
				delims = []string{""}
			}
		}
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	if serial {
		t.inputs(names, func(f *file) {
			l := t.lines(f)
			n := 0
			for line, ok := l.next(); ok; line, ok = l.next() {
				if n > 0 {
					t.out.WriteString(delims[(n-1)%len(delims)])
				}
				t.out.Write(line)
				n++
			}
			t.out.WriteByte('\n')
		})
		return t.code
	}
	var ins []*lines
	var stdin *lines
	for _, name := range names {
		if name == "-" {
			if stdin == nil {
				stdin = t.lines(t.in)
			}
			ins = append(ins, stdin)
			continue
		}
		f, err := t.open(name)
		if err != nil {
			t.fail("%s: %s", name, errText(err))
			return t.code
		}
		defer f.close()
		ins = append(ins, t.lines(f))
	}
	for {
		var parts []string
		any := false
		for _, in := range ins {
			line, ok := in.next()
			any = any || ok
			parts = append(parts, string(line))
		}
		if !any {
			return t.code
		}
		for i, p := range parts {
			if i > 0 {
				t.out.WriteString(delims[(i-1)%len(delims)])
			}
			t.out.WriteString(p)
		}
		t.out.WriteByte('\n')
	}
}

func comm(t *tool) int {
	opts, names, bad := getopt(t.args, "123", map[string]string{"output-delimiter=": "d", "check-order": "check", "nocheck-order": "nocheck", "total": "t"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	if len(names) != 2 {
		return t.usage(1, "missing operand")
	}
	var hide [4]bool
	var counts [4]int
	total, sep := false, "\t"
	order := orderCheck{t: t}
	for _, o := range opts {
		switch o.name {
		case "check", "nocheck":
			order.when = o.name
		case "1", "2", "3":
			hide[o.name[0]-'0'] = true
		case "d":
			sep = o.value
		case "t":
			total = true
		}
	}
	var ins [2]*lines
	for i, name := range names {
		f, err := t.open(name)
		if err != nil {
			t.fail("%s: %s", name, errText(err))
			return 1
		}
		defer f.close()
		ins[i] = t.lines(f)
	}
	var last [2]string
	var read [2]bool
	next := func(i int) (string, bool) {
		b, ok := ins[i].next()
		line := string(b)
		if ok && read[i] && line < last[i] {
			order.broken(i, "file "+strconv.Itoa(i+1)+" is not in sorted order")
		}
		last[i], read[i] = line, true
		return line, ok && !order.stop
	}
	put := func(col int, s string) {
		if counts[col]++; hide[col] {
			return
		}
		for c := 1; c < col; c++ {
			if !hide[c] {
				t.out.WriteString(sep)
			}
		}
		t.out.WriteString(s + "\n")
	}
	a, okA := next(0)
	b, okB := next(1)
	for okA || okB {
		switch {
		case okA && (!okB || a < b):
			put(1, a)
			order.unpaired = true
			a, okA = next(0)
		case okB && (!okA || b < a):
			put(2, b)
			order.unpaired = true
			b, okB = next(1)
		default:
			put(3, a)
			a, okA = next(0)
			b, okB = next(1)
		}
	}
	if order.stop {
		return 1
	}
	if total {
		fmt.Fprintf(t.out, "%d%s%d%s%d%stotal\n", counts[1], sep, counts[2], sep, counts[3], sep)
	}
	order.end()
	return t.code
}

// orderCheck complains of the two inputs of comm and join if they are not sorted: with
// --check-order at once, and else only if there was a line that is in one of them alone.
type orderCheck struct {
	t        *tool
	when     string // "check", "nocheck" or ""
	unpaired bool
	said     [2]bool
	stop     bool // nothing more is to be done
}

// broken is called where the lines of an input are not in order.
func (o *orderCheck) broken(input int, msg string) {
	if o.said[input] || o.when == "nocheck" || o.when == "" && !o.unpaired {
		return
	}
	o.said[input] = true
	o.t.fail("%s", msg)
	o.stop = o.when == "check"
}

func (o *orderCheck) end() {
	if o.said[0] || o.said[1] {
		o.t.fail("input is not in sorted order")
	}
}

func join(t *tool) int {
	opts, names, bad := getopt(t.args, "t:1:2:j:a:v:o:e:i", map[string]string{"header": "H", "ignore-case": "i", "check-order": "check", "nocheck-order": "nocheck"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	if len(names) != 2 {
		return t.usage(1, "missing operand")
	}
	sep, key, show := "", [2]int{1, 1}, [3]bool{2: true}
	empty, fold, auto, header := "", false, false, false
	var format [][2]int // of -o: file and field, 0 for the key
	order := orderCheck{t: t}
	for _, o := range opts {
		n, _ := strconv.Atoi(o.value)
		switch o.name {
		case "check", "nocheck":
			order.when = o.name
		case "t":
			sep = o.value
		case "1", "2":
			key[o.name[0]-'1'] = max(n, 1)
		case "j":
			key = [2]int{max(n, 1), max(n, 1)}
		case "a":
			if n == 1 || n == 2 {
				show[n-1] = true
			}
		case "v":
			show[2] = false
			if n == 1 || n == 2 {
				show[n-1] = true
			}
		case "e":
			empty = o.value
		case "i":
			fold = true
		case "H":
			header = true
		case "o":
			if o.value == "auto" {
				auto = true
				continue
			}
			for item := range strings.FieldsFuncSeq(o.value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
				side, n, has := strings.Cut(item, ".")
				f, err := strconv.Atoi(n)
				switch {
				case item == "0":
					format = append(format, [2]int{})
				case has && (side == "1" || side == "2") && err == nil && f > 0:
					format = append(format, [2]int{int(side[0] - '0'), f})
				default:
					t.say("invalid field specifier: %s", quoteName(item))
					return 1
				}
			}
		}
	}
	split := func(s string) []string {
		if sep == "" {
			return strings.Fields(s)
		}
		return strings.Split(s, sep)
	}
	glue := sep
	if glue == "" {
		glue = " "
	}
	var texts [2][]string
	var rows [2][][]string
	for i, name := range names {
		list, _, err := t.fileLines(name, '\n')
		if err != nil {
			t.fail("%s: %s", name, errText(err))
			return 1
		}
		texts[i] = list
		for _, l := range list {
			row := split(l)
			t.hold(int64(len(row))*16 + 64)
			rows[i] = append(rows[i], row)
		}
	}
	field := func(i int, r []string) string {
		if key[i] > len(r) {
			return ""
		}
		if fold {
			return strings.ToLower(r[key[i]-1])
		}
		return r[key[i]-1]
	}
	rest := func(i int, r []string) []string {
		if key[i] > len(r) {
			return r
		}
		return slices.Concat(r[:key[i]-1], r[key[i]:])
	}
	// put prints a pair of lines; nil is the one that there is not.
	put := func(a, b []string) {
		t.sh.spend(50)
		out := make([]string, 0, len(a)+len(b)+len(format))
		one := func(r []string, n int) {
			if n > len(r) || r[n-1] == "" {
				out = append(out, empty)
			} else {
				out = append(out, r[n-1])
			}
		}
		id := func() {
			if a != nil {
				one(a, key[0])
			} else {
				one(b, key[1])
			}
		}
		if format == nil {
			id()
			out = slices.Concat(out, rest(0, a), rest(1, b))
		}
		for _, f := range format {
			switch f[0] {
			case 0:
				id()
			case 1:
				one(a, f[1])
			case 2:
				one(b, f[1])
			}
		}
		t.sh.spend(int64(len(out)))
		t.out.WriteString(strings.Join(out, glue) + "\n")
	}
	if auto { // the fields of the first lines
		format = append(format, [2]int{})
		for side := range rows {
			for n := 1; len(rows[side]) > 0 && n <= len(rows[side][0]); n++ {
				if n != key[side] {
					format = append(format, [2]int{side + 1, n})
				}
			}
		}
	}
	i, j, first := 0, 0, 0
	if header && len(rows[0]) > 0 && len(rows[1]) > 0 {
		put(rows[0][0], rows[1][0])
		i, j, first = 1, 1, 1
	}
	// arrive looks whether a line is in order when it is reached.
	arrive := func(file, n int) {
		if n > first && n < len(rows[file]) && field(file, rows[file][n-1]) > field(file, rows[file][n]) {
			order.broken(file, names[file]+":"+strconv.Itoa(n+1)+": is not sorted: "+texts[file][n])
		}
	}
	for (i < len(rows[0]) || j < len(rows[1])) && !order.stop {
		switch {
		case j == len(rows[1]) || i < len(rows[0]) && field(0, rows[0][i]) < field(1, rows[1][j]):
			if show[0] {
				put(rows[0][i], nil)
			}
			i++
			arrive(0, i)
			order.unpaired = order.unpaired || j < len(rows[1])
		case i == len(rows[0]) || field(0, rows[0][i]) > field(1, rows[1][j]):
			if show[1] {
				put(nil, rows[1][j])
			}
			j++
			arrive(1, j)
			order.unpaired = order.unpaired || i < len(rows[0])
		default:
			k := field(0, rows[0][i])
			m := j
			for ; m < len(rows[1]) && field(1, rows[1][m]) == k; m++ {
				if show[2] {
					put(rows[0][i], rows[1][m])
				}
			}
			i++
			arrive(0, i)
			if i == len(rows[0]) || field(0, rows[0][i]) != k {
				j = m
				arrive(1, j)
			}
		}
	}
	if !order.stop {
		order.end()
	}
	return t.code
}

// size reads a count of bytes or lines, with a unit.
func size(s string) (int64, bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, err := strconv.ParseInt(s[:i], 10, 64)
	if err != nil {
		return 0, false
	}
	mult := int64(1)
	switch s[i:] {
	case "":
	case "b":
		mult = 512
	case "k", "K", "KiB":
		mult = 1 << 10
	case "kB", "KB":
		mult = 1000
	case "M", "MiB", "m":
		mult = 1 << 20
	case "MB":
		mult = 1000_000
	case "G", "GiB":
		mult = 1 << 30
	case "GB":
		mult = 1000_000_000
	case "T":
		mult = 1 << 40
	default:
		return 0, false
	}
	if n > 1<<62/mult {
		return 0, false
	}
	return n * mult, true
}

// headTail is head and tail.
func headTail(t *tool) int {
	args := slices.Clone(t.args)
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0][1] >= '0' && args[0][1] <= '9' {
		args = append([]string{"-n", args[0][1:]}, args[1:]...)
	} else if t.name == "tail" && len(args) > 0 && len(args[0]) > 1 && args[0][0] == '+' {
		args = append([]string{"-n", args[0]}, args[1:]...)
	}
	for i, a := range args { // -q -3, say
		if i > 0 && len(a) > 1 && a[0] == '-' && a[1] >= '0' && a[1] <= '9' && args[i-1] != "-n" && args[i-1] != "-c" && args[i-1] != "--lines" && args[i-1] != "--bytes" {
			args[i] = "-n" + a[1:]
		}
	}
	opts, names, bad := getopt(args, "n:c:qvzfFs:", map[string]string{"lines=": "n", "bytes=": "c", "quiet": "q", "silent": "q", "verbose": "v", "zero-terminated": "z", "follow?": "f", "pid=": "pid", "retry": "retry", "sleep-interval=": "s"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	count, bytesMode, delim := "10", false, byte('\n')
	quiet, verbose := false, false
	fo := follower{t: t, poll: followPoll}
	for _, o := range opts {
		switch o.name {
		case "n":
			count, bytesMode = o.value, false
		case "c":
			count, bytesMode = o.value, true
		case "q":
			quiet = true
		case "v":
			verbose = true
		case "z":
			delim = 0
		case "f", "F", "pid", "retry", "s":
			if t.name == "head" {
				return t.usage(1, "invalid option -- '%s'", o.name)
			}
			if bad := fo.option(o); bad != "" {
				t.say("%s", bad)
				return 1
			}
		}
	}
	what := "lines"
	if bytesMode {
		what = "bytes"
	}
	sign := byte(0)
	if count != "" && (count[0] == '-' || count[0] == '+') {
		sign = count[0]
		count = count[1:]
	}
	n, ok := size(count)
	if !ok {
		t.say("invalid number of %s: %s", what, quoteName(count))
		return 1
	}
	fo.headers = (len(names) > 1 || verbose) && !quiet
	defer fo.close()
	t.cannot = "cannot open %s for reading: %s"
	t.inputs(names, func(f *file) {
		fo.header(f.name)
		switch {
		case t.name == "head" && sign == '-':
			t.allBut(f, n, bytesMode, delim)
		case t.name == "head":
			t.first(f, n, bytesMode, delim)
		case sign == '+':
			t.from(f, max(n-1, 0), bytesMode, delim)
		default:
			t.last(f, n, bytesMode, delim)
		}
		if fo.follows {
			fo.add(f)
		}
	})
	if !fo.follows {
		return t.code
	}
	fo.await(names)
	return fo.run()
}

func (t *tool) first(f *file, n int64, bytesMode bool, delim byte) {
	if n == 0 {
		return
	}
	if bytesMode {
		_ = t.copy(t.out, io.LimitReader(f, n))
		return
	}
	r := bufio.NewReaderSize(f, 4096)
	for n > 0 {
		piece, err := r.ReadSlice(delim)
		t.out.Write(piece)
		if err == nil {
			n--
		} else if err != bufio.ErrBufferFull {
			if err != io.EOF {
				t.fail("error reading %s: %s", quoteASCII(f.name), errText(err))
			}
			return
		}
	}
	// What was read too much is put back where that can be.
	if src := t.source(f); src != nil {
		src.mu.Lock()
		src.off -= int64(r.Buffered())
		src.mu.Unlock()
	}
}

// source is the open file that an input reads, if it is one.
func (t *tool) source(f *file) *fileStream {
	if f.d != nil {
		return f.d.file()
	}
	if d := t.sh.fds[0]; d != nil {
		return d.file()
	}
	return nil
}

func (t *tool) from(f *file, skip int64, bytesMode bool, delim byte) {
	r := bufio.NewReaderSize(f, 32<<10)
	if bytesMode {
		_, _ = io.CopyN(io.Discard, r, skip)
	} else {
		for skip > 0 {
			_, err := r.ReadSlice(delim)
			if err == nil {
				skip--
			} else if err != bufio.ErrBufferFull {
				return
			}
		}
	}
	_ = t.copy(t.out, r)
}

func (t *tool) last(f *file, n int64, bytesMode bool, delim byte) {
	if bytesMode {
		t.out.Write(t.behind(f, n, func([]byte) {}))
		return
	}
	var ring []string
	var held int64
	l := t.lines(f)
	l.delim = delim
	at := 0
	for line, ok := l.next(); ok; line, ok = l.next() {
		s := string(line)
		if l.ended {
			s += string(delim)
		}
		if n == 0 {
			continue
		}
		t.hold(int64(len(s)) + 32)
		held += int64(len(s)) + 32
		if int64(len(ring)) < n {
			ring = append(ring, s)
			continue
		}
		t.unhold(int64(len(ring[at])) + 32)
		held -= int64(len(ring[at])) + 32
		ring[at] = s
		at = (at + 1) % len(ring)
	}
	for i := range ring {
		t.out.WriteString(ring[(at+i)%len(ring)])
	}
	t.unhold(held)
}

// behind passes on all of an input but its last n bytes, which it returns. It holds
// twice as much as that, or 64 KB.
func (t *tool) behind(f *file, n int64, pass func([]byte)) []byte {
	var b []byte
	for {
		if len(b) == cap(b) {
			if spare := int64(len(b)) - n; spare >= max(n, 32<<10) {
				pass(b[:spare])
				b = b[:copy(b, b[spare:])]
			} else {
				b = t.grow(b)
			}
		}
		got, err := f.Read(b[len(b):cap(b)])
		b = b[:len(b)+got]
		if err == nil {
			continue
		}
		if err != io.EOF {
			t.fail("error reading %s: %s", quoteASCII(f.name), errText(err))
		}
		spare := max(int64(len(b))-n, 0)
		pass(b[:spare])
		return b[spare:]
	}
}

func (t *tool) allBut(f *file, n int64, bytesMode bool, delim byte) {
	if bytesMode {
		t.behind(f, n, func(b []byte) { t.out.Write(b) })
		return
	}
	var queue []string
	l := t.lines(f)
	l.delim = delim
	for line, ok := l.next(); ok; line, ok = l.next() {
		s := string(line)
		if l.ended {
			s += string(delim)
		}
		t.hold(int64(len(s)) + 32)
		queue = append(queue, s)
		if int64(len(queue)) > n {
			t.out.WriteString(queue[0])
			t.unhold(int64(len(queue[0])) + 32)
			queue = queue[1:]
		}
	}
}

func wc(t *tool) int {
	opts, names, bad := getopt(t.args, "clmwL", map[string]string{"bytes": "c", "chars": "m", "lines": "l", "words": "w", "max-line-length": "L"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	show := map[string]bool{}
	for _, o := range opts {
		show[o.name] = true
	}
	if len(opts) == 0 {
		show = map[string]bool{"l": true, "w": true, "c": true}
	}
	type counts struct{ l, w, m, c, longest int64 }
	type row struct {
		counts
		name string
	}
	var rows []row
	var total counts
	sizes, pipe := int64(0), false
	t.inputs(names, func(f *file) {
		var k counts
		if src := t.source(f); src != nil {
			if info, err := src.file.Stat(); err == nil {
				sizes += info.Size()
			}
		} else {
			pipe = true
		}
		buf := make([]byte, 32<<10)
		inWord := false
		width := int64(0)
		for {
			n, err := f.Read(buf)
			t.sh.spend(int64(n) / 4)
			for _, c := range buf[:n] {
				k.c++
				if c&0xc0 != 0x80 {
					k.m++
				}
				switch {
				case c == '\n':
					k.l++
					k.longest = max(k.longest, width)
					width = 0
					inWord = false
				case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f':
					if c == '\t' {
						width += 8 - width%8
					} else {
						width++
					}
					inWord = false
				default:
					if !inWord {
						k.w++
					}
					inWord = true
					if c&0xc0 != 0x80 {
						width++
					}
				}
			}
			if err != nil {
				break
			}
		}
		k.longest = max(k.longest, width)
		rows = append(rows, row{k, f.name})
		total.l, total.w, total.m, total.c = total.l+k.l, total.w+k.w, total.m+k.m, total.c+k.c
		total.longest = max(total.longest, k.longest)
	})
	if len(names) > 1 {
		rows = append(rows, row{total, "total"})
	}
	width := len(strconv.FormatInt(sizes, 10))
	if len(show) == 1 && len(rows) == 1 {
		width = 1
	} else if pipe {
		width = max(width, 7)
	}
	for _, r := range rows {
		first := true
		for _, col := range []struct {
			name string
			n    int64
		}{{"l", r.l}, {"w", r.w}, {"m", r.m}, {"c", r.c}, {"L", r.longest}} {
			if !show[col.name] {
				continue
			}
			if !first {
				t.out.WriteByte(' ')
			}
			first = false
			fmt.Fprintf(t.out, "%*d", width, col.n)
		}
		if len(names) > 0 {
			t.out.WriteString(" " + r.name)
		}
		t.out.WriteByte('\n')
	}
	return t.code
}

// ranges is a list like 1,3-5,7-.
type ranges [][2]int

func parseRanges(s string) (ranges, bool) {
	var out ranges
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		lo, hi, isRange := strings.Cut(p, "-")
		a, b := 1, 1<<31
		var err error
		if lo != "" {
			if a, err = strconv.Atoi(lo); err != nil || a < 1 {
				return nil, false
			}
		}
		switch {
		case !isRange:
			b = a
		case hi != "":
			if b, err = strconv.Atoi(hi); err != nil || b < a {
				return nil, false
			}
		case lo == "":
			return nil, false
		}
		out = append(out, [2]int{a, b})
	}
	return out, len(out) > 0
}

func (r ranges) has(n int) bool {
	for _, x := range r {
		if n >= x[0] && n <= x[1] {
			return true
		}
	}
	return false
}

func cut(t *tool) int {
	opts, names, bad := getopt(t.args, "b:c:f:d:sz", map[string]string{"bytes=": "b", "characters=": "c", "fields=": "f", "delimiter=": "d", "only-delimited": "s", "output-delimiter=": "O", "complement": "C", "zero-terminated": "z"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	mode, list, delim, outDelim, only, complement, end := "", "", "\t", "", false, false, byte('\n')
	hasOut := false
	for _, o := range opts {
		switch o.name {
		case "b", "c", "f":
			if mode != "" {
				return t.usage(1, "only one type of list may be specified")
			}
			mode, list = o.name, o.value
		case "d":
			if delim = o.value; utf8.RuneCountInString(delim) > 1 {
				return t.usage(1, "the delimiter must be a single character")
			}
			if delim == "" {
				delim = "\x00"
			}
		case "O":
			outDelim, hasOut = o.value, true
		case "s":
			only = true
		case "C":
			complement = true
		case "z":
			end = 0
		}
	}
	if mode == "" {
		return t.usage(1, "you must specify a list of bytes, characters, or fields")
	}
	sel, ok := parseRanges(list)
	if !ok {
		return t.usage(1, "invalid field value %s", quoteName(list))
	}
	if !hasOut && mode == "f" {
		outDelim = delim
	}
	t.inputs(names, func(f *file) {
		l := t.lines(f)
		l.delim = end
		for line, ok := l.next(); ok; line, ok = l.next() {
			t.sh.spend(int64(len(line)) / 8)
			if mode == "f" {
				if !bytes.Contains(line, []byte(delim)) {
					if !only {
						t.out.Write(line)
						t.out.WriteByte(end)
					}
					continue
				}
				n := 0
				first := true
				for part := range bytes.SplitSeq(line, []byte(delim)) {
					n++
					if sel.has(n) == complement {
						continue
					}
					if !first {
						t.out.WriteString(outDelim)
					}
					first = false
					t.out.Write(part)
				}
			} else { // Debian's cut takes -c for bytes as well
				last := 0
				for i, c := range line {
					if sel.has(i+1) != complement {
						if last > 0 && last != i && hasOut {
							t.out.WriteString(outDelim)
						}
						last = i + 1
						t.out.WriteByte(c)
					}
				}
			}
			t.out.WriteByte(end)
		}
	})
	return t.code
}

// trSet reads a set of tr. The first has fill -1; the second has the length of the
// first, to which its [c*] fills it.
func trSet(s string, fill int) (set []byte, bad string) {
	var out []byte
	filled := -1 // where the [c*] is
	var filler byte
	char := func(i int) (byte, int) {
		if s[i] == '\\' && i+1 < len(s) {
			n := 2
			for n < len(s)-i && n < 4 && s[i+1] >= '0' && s[i+1] <= '7' && s[i+n] >= '0' && s[i+n] <= '7' {
				n++
			}
			u, _ := unescapeC(s[i:i+n], false)
			if len(u) == 2 && u[0] == '\\' {
				return u[1], n
			}
			if u == "" {
				return '\\', n
			}
			return u[0], n
		}
		return s[i], 1
	}
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], "[:") {
			if end := strings.Index(s[i:], ":]"); end > 1 {
				name := s[i+2 : i+end]
				if !charClasses[name] {
					return nil, "invalid character class " + quoteName(name)
				}
				for c := range 128 {
					if inClass(byte(c), name) {
						out = append(out, byte(c))
					}
				}
				i += end + 2
				continue
			}
		}
		if s[i] == '[' && i+1 < len(s) {
			c, n := char(i + 1)
			rest := s[i+1+n:]
			if s[i+1] == '=' && len(s)-i > 4 && s[i+3:i+5] == "=]" {
				out = append(out, s[i+2])
				i += 5
				continue
			}
			if count, _, ok := strings.Cut(rest, "]"); ok && count != "" && count[0] == '*' {
				count = count[1:]
				base := 10
				if count == "" || count[0] == '0' {
					base = 8
				}
				times, err := strconv.ParseUint(cmp.Or(count, "0"), base, 64)
				switch {
				case err != nil:
					return nil, "invalid repeat count " + quoteName(count) + " in [c*n] construct"
				case times > 0:
					out = append(out, bytes.Repeat([]byte{c}, int(min(times, 256)))...)
				case fill < 0:
					return nil, "the [c*] repeat construct may not appear in string1"
				case filled >= 0:
					return nil, "only one [c*] repeat construct may appear in string2"
				default:
					filled, filler = len(out), c
				}
				i += 1 + n + 1 + len(count) + 1
				continue
			}
		}
		c, n := char(i)
		i += n
		if i+1 < len(s) && s[i] == '-' {
			d, m := char(i + 1)
			if d < c {
				return nil, fmt.Sprintf("range-endpoints of '%c-%c' are in reverse collating sequence order", c, d)
			}
			for x := int(c); x <= int(d); x++ {
				out = append(out, byte(x))
			}
			i += 1 + m
			continue
		}
		out = append(out, c)
	}
	if filled >= 0 {
		out = slices.Insert(out, filled, bytes.Repeat([]byte{filler}, max(fill-len(out), 0))...)
	}
	return out, ""
}

func inClass(c byte, name string) bool {
	upper, lower, digit := c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9'
	switch name {
	case "alnum", "word":
		return upper || lower || digit
	case "alpha":
		return upper || lower
	case "blank":
		return c == ' ' || c == '\t'
	case "cntrl":
		return c < ' ' || c == 0x7f
	case "digit":
		return digit
	case "graph":
		return c > ' ' && c < 0x7f
	case "lower":
		return lower
	case "print":
		return c >= ' ' && c < 0x7f
	case "punct":
		return c > ' ' && c < 0x7f && !upper && !lower && !digit
	case "space":
		return c == ' ' || c >= 9 && c <= 13
	case "upper":
		return upper
	case "xdigit":
		return isHex(c)
	}
	return false
}

func tr(t *tool) int {
	opts, sets, bad := getopt(t.args, "+cCdst", map[string]string{"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var complement, del, squeeze, trunc bool
	for _, o := range opts {
		switch o.name {
		case "c", "C":
			complement = true
		case "d":
			del = true
		case "s":
			squeeze = true
		case "t":
			trunc = true
		}
	}
	switch {
	case len(sets) == 0:
		return t.usage(1, "missing operand")
	case len(sets) == 1 && !del && !squeeze:
		return t.usage(1, "missing operand after %s\nTwo strings must be given when translating.", quoteName(sets[0]))
	case len(sets) > 2 || len(sets) == 2 && del && !squeeze:
		return t.usage(1, "extra operand %s", quoteName(sets[len(sets)-1]))
	}
	one, bad := trSet(sets[0], -1)
	if bad != "" {
		t.say("%s", bad)
		return 1
	}
	var in [256]bool
	for _, c := range one {
		in[c] = true
	}
	if complement {
		one = one[:0:0]
		for c := range 256 {
			if in[c] = !in[c]; in[c] {
				one = append(one, byte(c))
			}
		}
	}
	var to [256]byte
	for c := range to {
		to[c] = byte(c)
	}
	var squash [256]bool
	last := sets[len(sets)-1]
	if len(sets) == 2 {
		two, bad := trSet(last, len(one))
		if bad != "" {
			t.say("%s", bad)
			return 1
		}
		if len(two) == 0 {
			t.say("when not truncating set1, string2 must be non-empty")
			return 1
		}
		if !del {
			for i, c := range one {
				switch {
				case i < len(two):
					to[c] = two[i]
				case !trunc:
					to[c] = two[len(two)-1]
				}
			}
		}
		for _, c := range two {
			squash[c] = squeeze
		}
	} else if squeeze && !del {
		squash = in
	}
	buf := make([]byte, 32<<10)
	prev := -1
	for {
		n, err := t.in.Read(buf)
		out := buf[:0]
		t.sh.spend(int64(n) / 8)
		for _, c := range buf[:n] {
			if del && in[c] {
				continue
			}
			if !del {
				c = to[c]
			}
			if squash[c] && prev == int(c) {
				continue
			}
			prev = int(c)
			out = append(out, c)
		}
		t.out.Write(out)
		if err != nil {
			return t.code
		}
	}
}

func fold(t *tool) int {
	opts, names, bad := getopt(t.args, "w:bs", map[string]string{"width=": "w", "spaces": "s", "bytes": "b"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	width, spaces := 80, false
	for _, o := range opts {
		switch o.name {
		case "w":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 1 {
				t.say("invalid number of columns: %s", quoteName(o.value))
				return 1
			}
			width = n
		case "s":
			spaces = true
		}
	}
	t.inputs(names, func(f *file) {
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			for len(line) > width {
				n := width
				for n > 1 && !utf8.RuneStart(line[n]) {
					n--
				}
				if spaces {
					if i := bytes.LastIndexByte(line[:n], ' '); i >= 0 {
						n = i + 1
					}
				}
				t.out.Write(line[:n])
				t.out.WriteByte('\n')
				line = line[n:]
			}
			t.out.Write(line)
			if l.ended {
				t.out.WriteByte('\n')
			}
		}
	})
	return t.code
}

func expand(t *tool) int {
	opts, names, bad := getopt(t.args, "t:ia", map[string]string{"tabs=": "t", "initial": "i", "all": "a"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	tab := 8
	for _, o := range opts {
		if o.name == "t" {
			if n, err := strconv.Atoi(o.value); err == nil && n > 0 && n < 1000 {
				tab = n
			}
		}
	}
	t.inputs(names, func(f *file) {
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			if t.name == "unexpand" {
				lead := 0
				for lead < len(line) && line[lead] == ' ' {
					lead++
				}
				t.out.WriteString(strings.Repeat("\t", lead/tab) + strings.Repeat(" ", lead%tab))
				t.out.Write(line[lead:])
			} else {
				col := 0
				for _, r := range string(line) {
					if r == '\t' {
						n := tab - col%tab
						t.out.WriteString(strings.Repeat(" ", n))
						col += n
						continue
					}
					t.out.WriteRune(r)
					col++
				}
			}
			t.out.WriteByte('\n')
		}
	})
	return t.code
}

func column(t *tool) int {
	opts, names, bad := getopt(t.args, "ts:o:c:N:", map[string]string{"table": "t", "separator=": "s", "output-separator=": "o", "table-columns=": "N"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	sep, out, heads := "", "  ", ""
	for _, o := range opts {
		switch o.name {
		case "N":
			heads = o.value
		case "s":
			sep = o.value
		case "o":
			out = o.value
		}
	}
	var rows [][]string
	var widths []int
	add := func(r []string) {
		t.hold(int64(len(r))*16 + 64)
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
		rows = append(rows, r)
	}
	if heads != "" {
		add(strings.Split(heads, ","))
	}
	t.inputs(names, func(f *file) {
		list, _ := t.allLines(f, '\n')
		for _, l := range list {
			switch {
			case strings.TrimSpace(l) == "":
			case sep == "":
				add(strings.Fields(l))
			default: // what is empty between two of them is a cell, too
				add(splitAny(l, sep))
			}
		}
	})
	for _, r := range rows {
		for i, width := range widths {
			c := ""
			if i < len(r) {
				c = r[i]
			}
			t.out.WriteString(c)
			if i < len(widths)-1 {
				n := width - utf8.RuneCountInString(c)
				t.sh.spend(int64(n) + 1)
				t.out.WriteString(strings.Repeat(" ", n) + out)
			}
		}
		t.out.WriteByte('\n')
	}
	return t.code
}

// splitAny splits s at each character of a set.
func splitAny(s, set string) (parts []string) {
	for {
		i := strings.IndexAny(s, set)
		if i < 0 {
			return append(parts, s)
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		parts = append(parts, s[:i])
		s = s[i+n:]
	}
}

// splitter is one run of split.
type splitter struct {
	t       *tool
	prefix  string
	tail    string // of the names
	digits  string // of the numbers in the names
	width   int    // of these; 0: it grows
	part    int    // the number of the next file
	filter  string // a command that each part is for; "": it is a file
	verbose bool
	delim   byte

	name string // of the part in hand
	out  *desc
	proc *Process // of the filter
	w    *bufio.Writer
}

func split(t *tool) int {
	opts, names, bad := getopt(t.args, "l:b:C:a:dxn:et:u", map[string]string{
		"lines=": "l", "bytes=": "b", "line-bytes=": "C", "suffix-length=": "a", "numeric-suffixes?": "d", "hex-suffixes?": "x", "additional-suffix=": "S",
		"number=": "n", "filter=": "filter", "elide-empty-files": "e", "separator=": "t", "verbose": "verbose", "unbuffered": "u",
	})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	s := splitter{t: t, prefix: "x", digits: "abcdefghijklmnopqrstuvwxyz", delim: '\n'}
	kind, count, chunk := byte('l'), int64(1000), int64(0)
	chunkKind, elide, kinds := "", false, 0
	for _, o := range opts {
		n, ok := size(o.value)
		switch o.name {
		case "l", "b", "C":
			what := "bytes"
			if o.name == "l" {
				what = "lines"
			}
			if !ok || n < 1 {
				why := ""
				if ok && o.name != "l" {
					why = ": Numerical result out of range"
				}
				t.say("invalid number of %s: %s%s", what, quoteName(o.value), why)
				return 1
			}
			kind, count = o.name[0], n
			kinds++
		case "a":
			s.width = int(min(max(n, 0), 8))
		case "d", "x":
			base := 10
			if s.digits = "0123456789"; o.name == "x" {
				s.digits, base = "0123456789abcdef", 16
			}
			if o.value != "" {
				first, err := strconv.ParseInt(o.value, base, 32)
				if err != nil || first < 0 {
					t.say("%s: invalid start value for numerical suffix", quoteName(o.value))
					return 1
				}
				s.part = int(first)
				s.width = max(s.width, 2)
			}
		case "S":
			if s.tail = o.value; strings.Contains(o.value, "/") {
				t.say("invalid suffix %s, contains directory separator", quoteName(o.value))
				return 1
			}
		case "filter":
			s.filter = o.value
		case "e":
			elide = true
		case "verbose":
			s.verbose = true
		case "t":
			if o.value == `\0` {
				o.value = "\x00"
			}
			if len(o.value) != 1 {
				t.say("multi-character separator %s", quoteName(o.value))
				return 1
			}
			s.delim = o.value[0]
		case "n":
			kinds++
			parts := strings.Split(o.value, "/")
			if chunkKind = "b"; parts[0] == "l" || parts[0] == "r" {
				chunkKind, parts = parts[0], parts[1:]
			}
			if len(parts) == 2 {
				if chunk, ok = size(parts[0]); !ok || chunk < 1 {
					t.say("invalid chunk number: %s", quoteName(parts[0]))
					return 1
				}
				parts = parts[1:]
			}
			if kind = 'n'; len(parts) > 0 {
				count, ok = size(parts[0])
			}
			if len(parts) != 1 || !ok || count < 1 || count > 100_000 {
				t.say("invalid number of chunks: %s", quoteName(o.value))
				return 1
			}
			if chunk > count {
				t.say("invalid chunk number: %s", quoteName(strconv.FormatInt(chunk, 10)))
				return 1
			}
		}
	}
	switch {
	case kinds > 1:
		return t.usage(1, "cannot split in more than one way")
	case len(names) > 2:
		return t.usage(1, "extra operand %s", quoteName(names[2]))
	case s.filter != "" && chunk > 0:
		t.say("--filter does not process a chunk extracted to stdout")
		return 1
	}
	if len(names) > 1 {
		s.prefix = names[1]
		names = names[:1]
	}
	if kind == 'n' && s.width == 0 { // as wide as the last name needs
		s.width = 2
		for n := len(s.digits) * len(s.digits); n < s.part+int(count); n *= len(s.digits) {
			s.width++
		}
	}
	defer func() {
		if s.out != nil {
			s.out.drop()
		}
	}()
	t.cannot = "cannot open %s for reading: %s"
	t.inputs(names, func(f *file) {
		switch kind {
		case 'n':
			s.chunks(f, chunkKind, int(count), int(chunk), elide)
		case 'b':
			s.bytes(f, count)
		case 'C':
			s.lineBytes(f, count)
		default:
			s.lines(f, count)
		}
	})
	s.close()
	return t.code
}

// open begins the next part.
func (s *splitter) open() bool {
	t := s.t
	if s.close(); t.code != 0 {
		return false
	}
	end := s.suffix()
	if end == "" {
		t.fail("output file suffixes exhausted")
		return false
	}
	s.part++
	s.name = s.prefix + end + s.tail
	if s.verbose {
		what := "creating file "
		if s.filter != "" {
			what = "executing with FILE="
		}
		t.out.WriteString(what + quoteASCII(s.name) + "\n")
	}
	if s.filter == "" {
		d, err := t.create(s.name, os.O_TRUNC)
		if err != nil {
			t.fail("%s: %s", s.name, errText(err))
			return false
		}
		s.out, s.w = d, bufio.NewWriter(descWriter{t.sh, d})
		return true
	}
	_ = t.out.Flush()
	s.out, s.proc = t.sh.piped(t.context(), 0, func(c *shell) {
		c.setExported("FILE", s.name)
		c.status = t.commandIn(c, []string{"sh", "-c", s.filter})
	})
	s.w = bufio.NewWriter(splitPipe{s})
	return true
}

// splitPipe writes to a filter, which need not read all.
type splitPipe struct{ s *splitter }

func (p splitPipe) Write(b []byte) (int, error) {
	p.s.t.sh.spend(20 + int64(len(b))/16)
	if _, err := p.s.out.write(p.s.t.context(), b); err != nil && !errors.Is(err, ErrPipe) {
		p.s.t.sh.proc.check()
		return 0, err
	}
	return len(b), nil
}

// close ends the part in hand.
func (s *splitter) close() {
	if s.out == nil {
		return
	}
	t := s.t
	if err := s.w.Flush(); err != nil {
		t.fail("%s: %s", s.name, errText(err))
	}
	s.out.drop()
	s.out = nil
	if s.proc == nil {
		return
	}
	t.sh.proc.turn.release()
	<-s.proc.done
	t.sh.proc.check()
	if code, _ := s.proc.Status(); code != 0 {
		t.say("with FILE=%s, exit %d from command: %s", s.name, code, s.filter)
		t.code = code
	}
	s.proc = nil
}

// chunks is split -n.
func (s *splitter) chunks(f *file, kind string, count, only int, elide bool) {
	t := s.t
	b, err := t.all(f)
	if err != nil {
		t.fail("%s: %s", f.name, errText(err))
		return
	}
	t.hold(int64(count) * 24)
	var parts [][][]byte // pieces of each
	if kind == "r" {
		t.hold(int64(bytes.Count(b, []byte{s.delim})+count) * 48)
		parts = make([][][]byte, count)
		for i := 0; len(b) > 0; i++ {
			t.sh.spend(5)
			n := bytes.IndexByte(b, s.delim) + 1
			if n == 0 {
				n = len(b)
			}
			parts[i%count] = append(parts[i%count], b[:n])
			b = b[n:]
		}
	} else {
		t.hold(int64(count) * 48)
		for _, c := range t.chunks(b, kind, count, s.delim) {
			parts = append(parts, [][]byte{c})
		}
	}
	for i, pieces := range parts {
		if only > 0 {
			for _, p := range pieces {
				if i == only-1 {
					t.out.Write(p)
				}
			}
			continue
		}
		if elide && (len(pieces) == 0 || len(pieces) == 1 && len(pieces[0]) == 0) {
			continue
		}
		if !s.open() {
			return
		}
		for _, p := range pieces {
			s.w.Write(p)
		}
	}
}

// bytes is split -b.
func (s *splitter) bytes(f *file, count int64) {
	buf := make([]byte, 32<<10)
	left := int64(0)
	for s.t.code == 0 {
		n, err := f.Read(buf)
		for b := buf[:n]; len(b) > 0; {
			if left == 0 {
				if !s.open() {
					return
				}
				left = count
			}
			k := min(int64(len(b)), left)
			s.w.Write(b[:k])
			b, left = b[k:], left-k
		}
		if err != nil {
			return
		}
	}
}

// lines is split -l.
func (s *splitter) lines(f *file, count int64) {
	left := int64(0)
	l := s.t.lines(f)
	l.delim = s.delim
	for line, ok := l.next(); ok && s.t.code == 0; line, ok = l.next() {
		if left == 0 {
			if !s.open() {
				return
			}
			left = count
		}
		left--
		s.w.Write(line)
		if l.ended {
			s.w.WriteByte(s.delim)
		}
	}
}

// lineBytes is split -C: as many whole lines as fit, and of a longer one what fits.
func (s *splitter) lineBytes(f *file, count int64) {
	left := int64(0)
	l := s.t.lines(f)
	l.delim = s.delim
	for line, ok := l.next(); ok && s.t.code == 0; line, ok = l.next() {
		if l.ended {
			line = append(line, s.delim)
		}
		for len(line) > 0 {
			if left == 0 || int64(len(line)) > left && left < count {
				if !s.open() {
					return
				}
				left = count
			}
			k := min(int64(len(line)), left)
			s.w.Write(line[:k])
			line, left = line[k:], left-k
		}
	}
}

// suffix is the end of the next name, or "". Without a width of its own it grows: after
// yz comes zaaa.
func (s *splitter) suffix() string {
	n, width, lead := s.part, s.width, ""
	if base := len(s.digits); width == 0 {
		width = 2
		for room := (base - 1) * base; n >= room; room *= base {
			n -= room
			lead += s.digits[base-1:]
			width++
		}
	}
	return suffix(n, lead, width, s.digits)
}

// suffix is a number of that many digits behind lead, or "" if it has more.
func suffix(n int, lead string, width int, digits string) string {
	b := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		b[i] = digits[n%len(digits)]
		n /= len(digits)
	}
	if n > 0 {
		return ""
	}
	return lead + string(b)
}

func tee(t *tool) int {
	opts, names, bad := getopt(t.args, "aip", map[string]string{"append": "a", "ignore-interrupts": "i"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	flags := os.O_TRUNC
	for _, o := range opts {
		if o.name == "a" {
			flags = os.O_APPEND
		}
	}
	var outs []*desc
	defer func() {
		for _, d := range outs {
			d.drop()
		}
	}()
	for _, name := range names {
		d, err := t.create(name, flags)
		if err != nil {
			t.fail("%s: %s", name, errText(err))
			continue
		}
		outs = append(outs, d)
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := t.in.Read(buf)
		if n > 0 {
			if _, err := (toolIO{t.sh, 1}).Write(buf[:n]); err != nil {
				t.fail("standard output: %s", errText(err))
			}
			for i := 0; i < len(outs); i++ {
				if _, err := t.sh.writeTo(outs[i], buf[:n]); err != nil {
					t.fail("%s: %s", outs[i].path, errText(err))
					outs[i].drop()
					outs = slices.Delete(outs, i, i+1)
					i--
				}
			}
		}
		if err != nil {
			return t.code
		}
	}
}
