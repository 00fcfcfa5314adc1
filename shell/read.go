package shell

import (
	"context"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// readTimedOut is the status of read when its time is over, as if by SIGALRM.
const readTimedOut = 128 + 14

// readByte reads one byte of standard input: what comes after a line is for
// who reads next.
func (sh *shell) readByte(ctx context.Context, d *desc) (byte, error) {
	var b [1]byte
	n, err := d.read(ctx, b[:])
	sh.spend(20)
	if err != nil && err != io.EOF {
		sh.proc.check()
	}
	if n == 1 {
		return b[0], nil
	}
	if err == nil {
		err = io.EOF
	}
	return 0, err
}

func (sh *shell) read(args []string) int {
	opts, names, bad := getopt(args[1:], "+ersd:n:N:p:t:u:a:i:", nil)
	if bad != "" {
		sh.complain("read: %s", strings.Replace(bad, "invalid option -- ", "", 1))
		return 2
	}
	raw, delim, count, exact, array, fd := false, byte('\n'), -1, false, "", 0
	timeout := time.Duration(-1)
	for _, o := range opts {
		switch o.name {
		case "r":
			raw = true
		case "d":
			delim = 0
			if o.value != "" {
				delim = o.value[0]
			}
		case "n", "N":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				sh.complain("read: %s: invalid number", clip(o.value))
				return 1
			}
			count, exact = n, o.name == "N"
		case "t":
			f, err := strconv.ParseFloat(o.value, 64)
			if err != nil || !(f >= 0) {
				sh.complain("read: %s: invalid timeout specification", clip(o.value))
				return 1
			}
			timeout = time.Duration(min(f*float64(time.Second), 1<<62))
		case "a":
			array = o.value
		case "u":
			n, err := strconv.Atoi(o.value)
			if err != nil {
				sh.complain("read: %s: invalid file descriptor specification", clip(o.value))
				return 1
			}
			fd = n
		}
	}
	d := sh.fds[fd]
	if d == nil {
		sh.complain("read: %d: invalid file descriptor: Bad file descriptor", fd)
		return 1
	}
	for _, n := range names {
		if !isName(strings.SplitN(n, "[", 2)[0]) {
			sh.complain("read: `%s': not a valid identifier", clip(n))
			return 1
		}
	}
	ctx := sh.proc.ctx
	switch {
	case timeout == 0: // only whether there is something
		return 1 - int(truth(d.readable()))
	case timeout > 0:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	var line, quoted []byte // quoted[i] is 1 where a backslash made line[i] ordinary
	status := 0
	chars, rest := 0, 0 // rest: bytes of the last character that are to come
	room := 0           // bytes of the line that there is room for
	for count != 0 {
		c, err := sh.readByte(ctx, d)
		if err != nil {
			if status = 1; err != io.EOF && ctx.Err() != nil {
				status = readTimedOut
			} else if err != io.EOF && errCode(err) != "" {
				sh.complain("read: read error: %d: %s", fd, errText(err))
			}
			break
		}
		if len(line) == room {
			sh.room(4096)
			room += 1024
		}
		if !raw && c == '\\' {
			c, err = sh.readByte(ctx, d)
			if err != nil {
				if status = 1; err != io.EOF && ctx.Err() != nil {
					status = readTimedOut
				}
				break
			}
			if c != '\n' {
				line, quoted = append(line, c), append(quoted, 1)
				chars++
			}
		} else {
			if c == delim && !exact {
				break
			}
			if c == 0 {
				continue
			}
			line, quoted = append(line, c), append(quoted, 0)
			if c&0xc0 != 0x80 {
				chars++
				rest = max(bits.LeadingZeros8(^c), 1)
			}
			rest--
		}
		if count > 0 && chars >= count && rest <= 0 {
			break
		}
	}
	if len(names) == 0 && array == "" {
		sh.set("REPLY", string(line))
		return status
	}
	ifs := sh.ifs()
	if exact && len(names) > 0 {
		sh.set(names[0], string(line))
		return status
	}
	max := len(names)
	if array != "" {
		max = -1
	}
	fields := splitRead(line, quoted, ifs, max)
	if array != "" {
		sh.setList(array, fields)
		return status
	}
	for i, n := range names {
		v := ""
		if i < len(fields) {
			v = fields[i]
		}
		sh.set(n, v)
	}
	return status
}

// splitRead splits a line into at most n fields (all, if n is negative), the
// last of which is the rest of the line.
func splitRead(line, quoted []byte, ifs string, n int) []string {
	is := func(i int) bool { return quoted[i] == 0 && strings.IndexByte(ifs, line[i]) >= 0 }
	space := func(i int) bool {
		return is(i) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\n')
	}
	end := len(line)
	for end > 0 && space(end-1) {
		end--
	}
	i := 0
	for i < end && space(i) {
		i++
	}
	var out []string
	for i < end {
		if n > 0 && len(out) == n-1 {
			rest := line[i:end]
			// A single hard separator at the end of the only field is none.
			if k := end - 1; is(k) && !space(k) {
				hard := 0
				for j := i; j < end; j++ {
					if is(j) {
						hard++
					}
				}
				if hard == 1 {
					rest = line[i:k]
				}
			}
			return append(out, string(rest))
		}
		j := i
		for j < end && !is(j) {
			j++
		}
		out = append(out, string(line[i:j]))
		for j < end && space(j) {
			j++
		}
		if j < end && is(j) && !space(j) {
			for j++; j < end && space(j); {
				j++
			}
		}
		i = j
	}
	return out
}

func (sh *shell) mapfile(args []string) int {
	opts, names, bad := getopt(args[1:], "+tn:O:s:d:u:C:c:", nil)
	if bad != "" {
		sh.complain("mapfile: %s", bad)
		return 2
	}
	trim, count, skip, origin, delim, fd := false, 0, 0, int64(-1), byte('\n'), 0
	callback, quantum := "", 5000
	for _, o := range opts {
		n, err := strconv.Atoi(o.value)
		switch o.name {
		case "t":
			trim = true
			continue
		case "d":
			delim = 0
			if o.value != "" {
				delim = o.value[0]
			}
			continue
		}
		if o.name == "C" {
			callback = o.value
			continue
		}
		if err != nil {
			sh.complain("mapfile: %s: invalid number", clip(o.value))
			return 1
		}
		switch o.name {
		case "n":
			count = n
		case "O":
			origin = int64(n)
		case "s":
			skip = n
		case "u":
			fd = n
		case "c":
			quantum = max(n, 1)
		}
	}
	name := "MAPFILE"
	if len(names) > 0 {
		name = names[0]
	}
	d := sh.fds[fd]
	if d == nil {
		sh.complain("mapfile: %d: invalid file descriptor: Bad file descriptor", fd)
		return 1
	}
	v := sh.own(name)
	if origin < 0 {
		sh.clearValue(v)
		v.kind = kindArray
		origin = 0
	}
	var line []byte
	room := 0 // bytes of a line that there is room for
	for got := 0; count == 0 || got < count; {
		c, err := sh.readByte(sh.proc.ctx, d)
		if err == nil && len(line) == room {
			sh.room(2048)
			room += 1024
		}
		if err == nil {
			line = append(line, c)
			if c != delim {
				continue
			}
		}
		if len(line) > 0 {
			if skip > 0 {
				skip--
			} else {
				s := string(line)
				if trim || delim == 0 { // no variable has a NUL
					s = strings.TrimSuffix(s, string(delim))
				}
				if got++; callback != "" && got%quantum == 0 {
					sh.eval([]string{"eval", callback + " " + strconv.FormatInt(origin, 10) + " " + quoteSingle(s)})
				}
				sh.putIndex(v, origin, s)
				origin++
			}
			line = line[:0]
		}
		if err != nil {
			break
		}
	}
	return 0
}
