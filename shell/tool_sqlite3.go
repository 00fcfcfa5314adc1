package shell

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/sqlite"
)

const (
	// sqlMemory bounds what the connection of sqlite3 holds beside its files, which it
	// is billed at once; a quarter of what is left, if that is less.
	sqlMemory = 32 << 20
	// sqlLeast is the least that a connection works with.
	sqlLeast = 4 << 20
	// sqlOpen is what opening a database costs: it makes a memory of SQLite's own.
	sqlOpen = 20_000
	// sqlNesting bounds how deep .read may be in what .read reads.
	sqlNesting = 25
	// sqlFields is what the fields of a kilobyte of a file hold, at most.
	sqlFields = 48 << 10
	// sqlCannotOpen is SQLite's code of a file that cannot be opened.
	sqlCannotOpen = 14
	// sqlText bounds a statement, as the connection does.
	sqlText = 1 << 20
)

// sqlShell is a run of sqlite3.
type sqlShell struct {
	t    *tool
	file string
	db   *sqlite.DB // nil before it is needed
	done func()     // gives back what db has of the workspace
	held int64      // for db

	readOnly, bail, header, headerSet, changes bool
	mode                                       string
	column, row, null, table                   string
	quit                                       bool
	code                                       int // of .exit
	nesting                                    int
	end                                        func() // of .output; nil: none
	once                                       bool   // it is of one statement
	stop                                       any    // the panic that ended the process within SQLite
}

func sqlite3(t *tool) int {
	s := &sqlShell{t: t, mode: "list", column: "|", row: "\n"}
	defer s.close()
	var before, commands []string
	named := false
	for i := 0; i < len(t.args); i++ {
		a := t.args[i]
		if len(a) < 2 || a[0] != '-' {
			if named {
				commands = append(commands, a)
			} else {
				s.file, named = a, true
			}
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-")
		value := ""
		switch name {
		case "cmd", "separator", "newline", "nullvalue", "init", "maxsize", "mmap", "vfs", "lookaside", "pagecache":
			if i++; i == len(t.args) {
				t.say("Error: missing argument to %s", clip(a))
				return 1
			}
			value = t.args[i]
		}
		switch name {
		case "cmd":
			before = append(before, value)
		case "separator":
			s.column = value
		case "newline":
			s.row = value
		case "nullvalue":
			s.null = value
		case "init":
			before = append(before, ".read "+value)
		case "header", "headers":
			s.header, s.headerSet = true, true
		case "noheader", "noheaders":
			s.header, s.headerSet = false, true
		case "csv":
			s.mode, s.column, s.row = "csv", ",", "\n"
		case "tabs":
			s.mode, s.column = "list", "\t"
		case "ascii":
			s.mode, s.column, s.row = "ascii", "\x1f", "\x1e"
		case "json", "line", "column", "list", "quote", "box", "table", "markdown", "html":
			if s.mode = name; name == "quote" {
				s.column = ","
			}
		case "bail":
			s.bail = true
		case "readonly":
			s.readOnly = true
		case "batch", "safe", "memtrace", "nofollow", "maxsize", "mmap", "lookaside", "pagecache", "no-rowid-in-view", "utf8":
		case "version":
			t.out.WriteString(sqlVersion + "\n")
			return 0
		case "help":
			t.out.WriteString("Usage: sqlite3 [OPTIONS] [FILENAME [SQL]]\nFILENAME is the name of an SQLite database. A new database is created\nif the file does not previously exist. Defaults to :memory:.\n")
			return 0
		default:
			t.say("Error: unknown option: %s\nUse -help for a list of options.", clip(a))
			return 1
		}
	}
	for _, c := range before {
		if rc := s.command(c); rc != 0 && s.bail || s.quit {
			return s.status(rc)
		}
	}
	if len(commands) == 0 {
		rc := s.script(t.in, 0)
		return s.status(rc)
	}
	for _, c := range commands {
		if rc := s.command(c); rc != 0 || s.quit {
			return s.status(rc)
		}
	}
	return 0
}

// sqlVersion is what sqlite3 says that it is: the library that runs is newer.
const sqlVersion = "3.40.1 2022-12-28 14:03:47"

func (s *sqlShell) status(rc int) int {
	if s.quit {
		return s.code
	}
	return rc & 0xff
}

// close ends what is open.
func (s *sqlShell) close() {
	s.closeDB()
	s.toEnd()
}

func (s *sqlShell) closeDB() {
	if s.db != nil {
		s.db.Close()
		s.done()
		s.t.unhold(s.held)
		s.db, s.held = nil, 0
	}
}

// toEnd ends what .output began.
func (s *sqlShell) toEnd() {
	if s.end != nil {
		s.end()
		s.t.out.Reset(toolIO{s.t.sh, 1})
		s.end = nil
	}
}

// open opens the database. It prints why it cannot, and returns the code of that.
func (s *sqlShell) open() int {
	if s.db != nil {
		return 0
	}
	t := s.t
	host, done := jsengine.DatabaseHost(t.sh.sys.cfg.Files)
	host.Dir = t.sh.dir
	host.Done = t.sh.proc.ctx.Done()
	host.Memory = max(min(t.sh.sys.cfg.Budget.MemoryLeft()/4, sqlMemory), sqlLeast)
	host.Spend = func(units int64) bool { return s.within(func() { t.sh.spend(units) }) }
	host.Sleep = func(d time.Duration) bool { return s.within(func() { t.sh.pause(d) }) }
	opened := false
	defer func() {
		if !opened {
			done()
			t.unhold(s.held)
			s.held = 0
		}
	}()
	t.hold(host.Memory)
	s.held = host.Memory
	t.sh.spend(sqlOpen)
	db, err := sqlite.Open(host, s.file, sqlite.Options{ReadOnly: s.readOnly, Create: !s.readOnly})
	s.check()
	if err != nil {
		_ = t.out.Flush()
		if code := sqlCode(err); code != sqlCannotOpen {
			fmt.Fprintf(t.err, "Error: in prepare, %s (%d)\n", sqlWords(err), code)
			return code
		}
		fmt.Fprintf(t.err, "Error: unable to open database %q: %s\n", clip(s.file), sqlWords(err))
		return 1
	}
	s.db, s.done, opened = db, done, true
	return 0
}

// within runs f, which may end the process, while SQLite is at work: the panic of that
// goes on once SQLite has stopped.
func (s *sqlShell) within(f func()) (goOn bool) {
	defer func() {
		if r := recover(); r != nil {
			s.stop, goOn = r, false
		}
	}()
	if s.stop != nil {
		return false
	}
	f()
	return true
}

// check ends the process, if that has to end.
func (s *sqlShell) check() {
	if s.stop != nil {
		r := s.stop
		s.stop = nil
		panic(r)
	}
	s.t.sh.proc.check() // the end of the process may be what stopped SQLite
}

// sqlWords is what an error says.
func sqlWords(err error) string {
	var e *sqlite.Error
	var use *sqlite.UseError
	switch {
	case errors.As(err, &e):
		return e.Message
	case errors.As(err, &use):
		return use.Message
	}
	return "disk I/O error"
}

func sqlCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code&0xff != 0 {
		return e.Code & 0xff
	}
	return 1
}

// command runs a word of the command line: a command with a dot, or SQL.
func (s *sqlShell) command(text string) int {
	if strings.HasPrefix(text, ".") {
		return s.dot(text)
	}
	return s.run(text, 0)
}

// script runs what in has, line by line. It goes on after an error, unless -bail.
func (s *sqlShell) script(in io.Reader, name int) (rc int) {
	t := s.t
	l := t.lines(in)
	defer func() { t.unhold(l.held) }()
	var pending []byte
	held := int64(0)
	defer func() { t.unhold(held) }()
	var state sqlScan
	first := 1
	for num := 1; !s.quit; num++ {
		line, ok := l.next()
		if !ok {
			break
		}
		if state.begins() {
			trimmed := bytes.TrimSpace(line)
			if len(pending) == 0 && len(trimmed) == 0 {
				continue
			}
			if len(pending) == 0 && trimmed[0] == '.' && line[0] == '.' {
				if s.dot(string(trimmed)) != 0 {
					if rc = 1; s.bail {
						return rc
					}
				}
				continue
			}
			if len(pending) == 0 {
				first = num
			}
		}
		if len(pending)+len(line) > sqlText {
			fmt.Fprintf(t.err, "Error near line %d: string or blob too big\n", num)
			return 1
		}
		t.hold(int64(len(line)) + 1)
		held += int64(len(line)) + 1
		pending = append(append(pending, line...), '\n')
		if state.scan(line); state.complete() {
			if s.run(string(pending), first) != 0 {
				if rc = 1; s.bail {
					return rc
				}
			}
			t.unhold(held)
			pending, held, state = nil, 0, sqlScan{}
		}
	}
	if len(bytes.TrimSpace(pending)) > 0 && !s.quit {
		if s.run(string(pending), first) != 0 {
			rc = 1
		}
	}
	return rc
}

// sqlScan tells where statements end, as sqlite3_complete does: at a semicolon that is
// in no string and no comment, and in a trigger only after END.
type sqlScan struct {
	quote   byte // the end of the string that it is in; '*': of a comment
	seen    bool // there is something of a statement
	ended   bool // the last thing was the end of one
	words   int  // of the statement so far, as long as they may make a trigger
	trigger bool
	last    string // the word before
	semi    bool   // a semicolon is before last
}

// begins reports whether a statement may begin here.
func (c *sqlScan) begins() bool   { return c.quote == 0 && (!c.seen || c.ended) }
func (c *sqlScan) complete() bool { return c.quote == 0 && c.ended }

func (c *sqlScan) scan(line []byte) {
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case c.quote == '*':
			if b == '*' && i+1 < len(line) && line[i+1] == '/' {
				c.quote = 0
				i++
			}
		case c.quote != 0:
			if b == c.quote {
				c.quote = 0
			}
		case b == ' ' || b == '\t' || b == '\r' || b == '\f':
		case b == '-' && i+1 < len(line) && line[i+1] == '-':
			return
		case b == '/' && i+1 < len(line) && line[i+1] == '*':
			c.quote = '*'
			i++
		case b == ';':
			if c.trigger && !(c.semi && c.last == "end") {
				c.semi, c.last = true, ""
				continue
			}
			*c = sqlScan{ended: true, seen: true}
		case wordByte(b):
			j := i
			for j < len(line) && wordByte(line[j]) {
				j++
			}
			word := ""
			if j-i < 16 {
				word = strings.ToLower(string(line[i:j]))
			}
			c.word(word)
			i = j - 1
		default:
			c.word("")
			switch b {
			case '\'', '"', '`':
				c.quote = b
			case '[':
				c.quote = ']'
			}
		}
	}
}

// word is told of a word of a statement.
func (c *sqlScan) word(w string) {
	if c.ended {
		*c = sqlScan{}
	}
	c.seen = true
	if c.trigger {
		if w != "end" {
			c.semi = false
		}
		c.last = w
		return
	}
	switch {
	case c.words < 0:
	case w == "explain" && c.words == 0, (w == "query" || w == "plan") && c.words == 0:
	case w == "create" && c.words == 0:
		c.words = 1
	case (w == "temp" || w == "temporary") && c.words == 1:
	case w == "trigger" && c.words == 1:
		c.trigger = true
	default:
		c.words = -1
	}
}

// run runs statements; line is where they are in a script, or 0.
func (s *sqlShell) run(sql string, line int) int {
	if rc := s.open(); rc != 0 {
		return rc
	}
	complain := func(err error, how string) int {
		_ = s.t.out.Flush()
		switch {
		case line == 0:
			fmt.Fprintf(s.t.err, "Error: %s, %s", how, sqlWords(err))
		case how == "stepping":
			fmt.Fprintf(s.t.err, "Runtime error near line %d: %s", line, sqlWords(err))
		default:
			fmt.Fprintf(s.t.err, "Parse error near line %d: %s", line, sqlWords(err))
		}
		if code := sqlCode(err); code != 1 {
			fmt.Fprintf(s.t.err, " (%d)", code)
		}
		fmt.Fprintln(s.t.err)
		return sqlCode(err)
	}
	for strings.TrimSpace(sql) != "" {
		made, err := s.prepare(sql)
		if err != nil {
			return complain(err, "in prepare")
		}
		if made.Stmt == nil {
			if len(made.Tail) >= len(sql) {
				break
			}
			sql = made.Tail
			continue
		}
		p := sqlPrinter{sqlShell: s}
		err = s.rows(made.Stmt, p.begin, p.row)
		p.finish()
		made.Finalize()
		if s.once {
			s.toEnd()
			s.once = false
		}
		if err != nil {
			return complain(err, "stepping")
		}
		sql = made.Tail
	}
	if s.changes && line > 0 {
		last, total, _ := s.db.Changes()
		fmt.Fprintf(s.t.out, "changes: %d   total_changes: %d\n", last, total)
	}
	return 0
}

func (s *sqlShell) prepare(sql string) (sqlite.Prepared, error) {
	var made sqlite.Prepared
	_, err := s.db.Prepare(sql, &made)
	s.check()
	return made, err
}

// rows runs a statement, and passes its columns and then each row on.
func (s *sqlShell) rows(stmt *sqlite.Stmt, begin func([]string), row func([]any)) error {
	columns, err := stmt.Columns()
	s.check()
	if err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	begin(names)
	for {
		var got sqlite.Result
		_, err := stmt.Step(&got, 1000)
		s.check()
		for i := 0; i < got.Rows; i++ {
			s.t.sh.spend(20)
			row(got.Values[i*got.Columns : (i+1)*got.Columns])
		}
		if err != nil {
			return err
		}
		if got.Done {
			return nil
		}
	}
}

// each passes the rows of a query on, with values in the place of its parameters.
func (s *sqlShell) each(sql string, args []any, row func([]any)) error {
	made, err := s.prepare(sql)
	if err != nil {
		return err
	}
	if made.Stmt == nil {
		return nil
	}
	defer made.Finalize()
	if len(args) > 0 {
		err := made.Bind(args, true)
		if s.check(); err != nil {
			return err
		}
	}
	return s.rows(made.Stmt, func([]string) {}, row)
}

// sqlFloat is a real number as SQLite writes it: with digits, at most.
func sqlFloat(f float64, digits int) string {
	switch {
	case math.IsInf(f, 1):
		return "Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	case math.IsNaN(f):
		return ""
	case f == 0:
		return "0.0"
	}
	form := byte('g')
	if a := math.Abs(f); digits < 0 && a >= 1e-4 && a < 1e15 { // as few as there are
		form = 'f'
	}
	text := strconv.FormatFloat(f, form, digits, 64)
	if mantissa, exponent, ok := strings.Cut(text, "e"); ok {
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		return mantissa + "e" + exponent
	}
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// sqlPlain is a value as a text; of one that is no text, what a C program sees of it.
func sqlPlain(v any, null string) string {
	text := ""
	switch v := v.(type) {
	case nil:
		return null
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return sqlFloat(v, 15)
	case string:
		text = v
	case []byte:
		text = string(v)
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	return text
}

// literal is a value as SQL writes it. With lines, a text has none: as .dump does it. The
// room of what is made is for the caller to free.
func (s *sqlShell) literal(v any, lines bool) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		switch {
		case math.IsInf(v, 1):
			return "1e999"
		case math.IsInf(v, -1):
			return "-1e999"
		}
		return sqlFloat(v, -1)
	case []byte:
		return fmt.Sprintf("X'%x'", v)
	case string:
		s.t.sh.room(2 * int64(len(v)))
		quoted := "'" + strings.ReplaceAll(v, "'", "''") + "'"
		if lines {
			for _, c := range []struct {
				b    string
				mark string
				code int
			}{{"\n", `\n`, 10}, {"\r", `\r`, 13}} {
				if strings.Contains(quoted, c.b) {
					mark := c.mark
					for n := 0; strings.Contains(v, mark); n++ {
						s.t.sh.spend(int64(len(v))/8 + 100)
						mark = fmt.Sprintf(`(\%s%d)`, c.mark[1:], n)
					}
					s.t.sh.room(int64(len(quoted) + strings.Count(quoted, c.b)*len(mark)))
					quoted = fmt.Sprintf("replace(%s,'%s',char(%d))", strings.ReplaceAll(quoted, c.b, mark), mark, c.code)
				}
			}
		}
		return quoted
	}
	return ""
}

// sqlName is a name as SQL takes it.
func sqlName(s string) string {
	plain := s != "" && (s[0] < '0' || s[0] > '9')
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] < utf8.RuneSelf && wordByte(s[i])
	}
	switch strings.ToLower(s) {
	case "table", "select", "from", "where", "order", "group", "index", "values", "insert", "update", "delete", "create", "drop", "join", "default", "check", "primary",
		"foreign", "references", "unique", "constraint", "in", "is", "not", "null", "and", "or", "as", "on", "by", "to", "set", "into", "case", "when", "then", "else", "limit",
		"having", "union", "all", "distinct", "between", "exists", "using", "transaction", "commit", "alter", "add", "collate", "escape", "isnull", "notnull", "returning", "autoincrement", "deferrable", "if":
		plain = false
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// sqlPrinter prints the rows of one statement.
type sqlPrinter struct {
	*sqlShell
	names []string
	cells [][]string // of modes that show columns; nil else
	ids   [][2]int64 // of a plan of a query
	held  int64
	count int
	width int // of the longest name
	plan  bool
}

func (p *sqlPrinter) tabular() bool {
	switch p.mode {
	case "column", "box", "table", "markdown":
		return true
	}
	return false
}

func (p *sqlPrinter) begin(names []string) {
	p.names, p.width = names, 5
	p.plan = len(names) == 4 && names[0] == "id" && names[1] == "parent" && names[2] == "notused" && names[3] == "detail"
	for _, n := range names {
		p.width = max(p.width, len(n))
	}
}

// keep holds a row for later.
func (p *sqlPrinter) keep(cells []string) {
	n := int64(64)
	for _, c := range cells {
		n += int64(len(c)) + 16
	}
	p.t.hold(n)
	p.held += n
	p.cells = append(p.cells, cells)
}

func (p *sqlPrinter) row(values []any) {
	out, room := p.t.out, p.t.sh.heldTemp
	defer p.t.sh.freeRoom(room)
	p.count++
	if p.plan {
		id, _ := values[0].(int64)
		parent, _ := values[1].(int64)
		p.ids = append(p.ids, [2]int64{id, parent})
		p.keep([]string{sqlPlain(values[3], "")})
		return
	}
	if p.tabular() {
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = sqlPlain(v, p.null)
		}
		p.keep(cells)
		return
	}
	if p.count == 1 && p.header && p.mode != "line" && p.mode != "json" && p.mode != "insert" {
		p.heads()
	}
	switch p.mode {
	case "line":
		if p.count > 1 {
			out.WriteString(p.sqlShell.row)
		}
		for i, v := range values {
			fmt.Fprintf(out, "%*s = %s%s", p.width, p.names[i], sqlPlain(v, p.null), p.sqlShell.row)
		}
		return
	case "json":
		if p.count == 1 {
			out.WriteByte('[')
		} else {
			out.WriteString(",\n")
		}
		out.WriteByte('{')
		for i, v := range values {
			if i > 0 {
				out.WriteByte(',')
			}
			p.jsonText(p.names[i])
			out.WriteByte(':')
			switch v := v.(type) {
			case nil:
				out.WriteString("null")
			case float64:
				switch {
				case math.IsInf(v, 1):
					out.WriteString("1e999")
				case math.IsInf(v, -1):
					out.WriteString("-1e999")
				default:
					out.WriteString(sqlFloat(v, 15))
				}
			case string:
				p.jsonText(v)
			case []byte:
				p.jsonText(string(v))
			default:
				out.WriteString(sqlPlain(v, ""))
			}
		}
		out.WriteByte('}')
		return
	case "html":
		out.WriteString("<TR>")
		for _, v := range values {
			out.WriteString("<TD>" + sqlHTML(sqlPlain(v, p.null)) + "</TD>\n")
		}
		out.WriteString("</TR>\n")
		return
	case "insert":
		out.WriteString("INSERT INTO " + sqlName(p.table))
		if p.header {
			for i, n := range p.names {
				out.WriteByte("(,"[min(i, 1)])
				out.WriteString(sqlName(n))
			}
			out.WriteByte(')')
		}
		out.WriteString(" VALUES(")
		for i, v := range values {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(p.literal(v, true))
		}
		out.WriteString(");\n")
		return
	}
	for i, v := range values {
		if i > 0 {
			out.WriteString(p.column)
		}
		switch p.mode {
		case "csv":
			if v == nil {
				out.WriteString(p.null)
			} else {
				out.WriteString(p.csvText(sqlPlain(v, "")))
			}
		case "quote":
			out.WriteString(p.literal(v, false))
		default:
			out.WriteString(sqlPlain(v, p.null))
		}
	}
	out.WriteString(p.sqlShell.row)
}

// heads prints the names of the columns.
func (p *sqlPrinter) heads() {
	out := p.t.out
	if p.mode == "html" {
		out.WriteString("<TR>")
		for _, n := range p.names {
			out.WriteString("<TH>" + sqlHTML(n) + "</TH>\n")
		}
		out.WriteString("</TR>\n")
		return
	}
	for i, n := range p.names {
		if i > 0 {
			out.WriteString(p.column)
		}
		switch p.mode {
		case "csv":
			n = p.csvText(n)
		case "quote":
			n = p.literal(n, false)
		}
		out.WriteString(n)
	}
	out.WriteString(p.sqlShell.row)
}

func sqlHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}

// csvText quotes a field that needs it.
func (s *sqlShell) csvText(text string) string {
	plain := text != "" && (s.column == "" || !strings.Contains(text, s.column))
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] > ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\''
	}
	if plain {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

func (s *sqlShell) jsonText(text string) {
	out := s.t.out
	out.WriteByte('"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case strings.IndexByte("\b\f\n\r\t", c) >= 0:
			out.WriteByte('\\')
			out.WriteByte("bfnrt"[strings.IndexByte("\b\f\n\r\t", c)])
		case c < ' ':
			fmt.Fprintf(out, `\u%04x`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
}

// finish prints what is kept, and what comes after the last row.
func (p *sqlPrinter) finish() {
	defer func() { p.t.unhold(p.held); p.held = 0 }()
	switch {
	case p.plan:
		if len(p.cells) > 0 {
			p.t.out.WriteString("QUERY PLAN\n")
			p.branches(0, "", 0)
		}
	case p.mode == "json" && p.count > 0:
		p.t.out.WriteString("]\n")
	case p.tabular() && len(p.cells) > 0:
		p.grid()
	}
}

// branches prints what a plan has below one of its steps.
func (p *sqlPrinter) branches(parent int64, before string, depth int) {
	var below []int
	p.t.sh.spend(int64(len(p.ids)))
	for i, id := range p.ids {
		if id[1] == parent {
			below = append(below, i)
		}
	}
	for n, i := range below {
		mark, next := "|--", "|  "
		if n == len(below)-1 {
			mark, next = "`--", "   "
		}
		p.t.out.WriteString(before + mark + p.cells[i][0] + "\n")
		if p.ids[i][0] != parent && depth < 100 {
			p.branches(p.ids[i][0], before+next, depth+1)
		}
	}
}

// grid prints the rows that are kept as a table.
func (p *sqlPrinter) grid() {
	out := p.t.out
	heads := p.header || p.mode != "column"
	widths := make([]int, len(p.names))
	lines := false // a cell has several
	for i, n := range p.names {
		widths[i] = utf8.RuneCountInString(n)
	}
	for _, cells := range p.cells {
		for i, c := range cells {
			for line := range strings.SplitSeq(c, "\n") {
				widths[i] = max(widths[i], utf8.RuneCountInString(line))
			}
			lines = lines || strings.Contains(c, "\n")
			p.t.sh.spend(int64(len(c))/8 + 1)
		}
	}
	for i := range widths {
		p.t.sh.room(int64(widths[i]) * 4)
	}
	style := map[string][]string{ // the line of a row, and what is at its ends and between; then the lines
		"column": {"", "", "  ", ""}, "markdown": {"", "| ", " | ", " |"}, "table": {"-", "| ", " | ", " |"}, "box": {"─", "│ ", " │ ", " │"},
	}[p.mode]
	rule := func(left, mid, right, dash string) {
		for i, w := range widths {
			if i == 0 {
				out.WriteString(left)
			} else {
				out.WriteString(mid)
			}
			out.WriteString(strings.Repeat(dash, w+2))
		}
		out.WriteString(right + "\n")
	}
	between := func(at int) { // 0 above, 1 below the heads, 2 between rows, 3 below
		switch p.mode {
		case "markdown":
			if at == 1 {
				rule("|", "|", "|", "-")
			}
		case "table":
			if at != 2 || lines {
				rule("+", "+", "+", "-")
			}
		case "box":
			marks := [][3]string{{"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}}[at]
			if at != 2 || lines {
				rule(marks[0], marks[1], marks[2], "─")
			}
		case "column":
			switch {
			case at == 1 && heads:
				for i, w := range widths {
					if i > 0 {
						out.WriteString("  ")
					}
					out.WriteString(strings.Repeat("-", w))
				}
				out.WriteByte('\n')
			case at == 2 && lines:
				out.WriteByte('\n')
			}
		}
	}
	print := func(cells []string, center bool) {
		room := p.t.sh.heldTemp
		defer p.t.sh.freeRoom(room)
		parts := make([][]string, len(cells))
		most := 1
		for i, c := range cells {
			p.t.sh.room(int64(strings.Count(c, "\n")) * 16)
			parts[i] = strings.Split(c, "\n")
			most = max(most, len(parts[i]))
		}
		for row := range most {
			out.WriteString(style[1])
			for i := range cells {
				if i > 0 {
					out.WriteString(style[2])
				}
				text := ""
				if row < len(parts[i]) {
					text = parts[i][row]
				}
				n := max(widths[i]-utf8.RuneCountInString(text), 0)
				left := 0
				if center {
					left = n / 2
				}
				out.WriteString(strings.Repeat(" ", left) + text + strings.Repeat(" ", n-left))
			}
			out.WriteString(style[3] + "\n")
		}
		p.t.sh.spend(int64(most * len(cells)))
	}
	between(0)
	if heads {
		print(p.names, p.mode != "column")
	}
	between(1)
	for i, cells := range p.cells {
		if i > 0 {
			between(2)
		}
		print(cells, false)
	}
	between(3)
}

// sqlEscapes reads the escapes of a separator.
func sqlEscapes(s string) string {
	return strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`, `\0`, "\x00").Replace(s)
}

// sqlWordsOf splits a command with a dot into its words.
func sqlWordsOf(line string) []string {
	var words []string
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '\'' || c == '"':
			j := i + 1
			for j < len(line) && line[j] != c {
				if c == '"' && line[j] == '\\' && j+1 < len(line) {
					j++
				}
				j++
			}
			word := line[i+1 : min(j, len(line))]
			if c == '"' {
				word = strings.ReplaceAll(sqlEscapes(word), `\"`, `"`)
			}
			words = append(words, word)
			i = j + 1
		default:
			j := i
			for j < len(line) && line[j] != ' ' && line[j] != '\t' {
				j++
			}
			words = append(words, sqlEscapes(line[i:j]))
			i = j
		}
	}
	return words
}

// dot runs a command that begins with a dot.
func (s *sqlShell) dot(line string) int {
	t := s.t
	words := sqlWordsOf(strings.TrimSuffix(strings.TrimSpace(line[1:]), ";"))
	if len(words) == 0 {
		return 0
	}
	fail := func(format string, args ...any) int {
		_ = t.out.Flush()
		fmt.Fprintf(t.err, format+"\n", args...)
		return 1
	}
	args := words[1:]
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	on := arg(0) == "on" || arg(0) == "1" || arg(0) == "yes" || arg(0) == "true"
	// A command may be cut short, as far as it is only one.
	names := []string{"bail", "backup", "cd", "changes", "databases", "dump", "echo", "eqp", "exit", "explain", "fullschema", "headers", "help", "import", "indexes", "indices", "load", "mode",
		"nullvalue", "once", "open", "output", "print", "prompt", "quit", "read", "save", "schema", "separator", "shell", "show", "stats", "system", "tables", "timeout", "timer", "version", "width", "binary", "log"}
	name := words[0]
	for _, n := range names {
		if len(name) >= 1 && strings.HasPrefix(n, name) {
			name = n
			break
		}
	}
	switch name {
	case "tables", "indexes", "indices", "schema", "fullschema", "dump", "databases", "import", "backup", "save":
		if rc := s.open(); rc != 0 {
			return rc
		}
	}
	var err error
	switch name {
	case "bail":
		s.bail = on
	case "changes":
		s.changes = on
	case "headers":
		if len(args) != 1 {
			return fail("Usage: .headers on|off")
		}
		s.header, s.headerSet = on, true
	case "mode":
		return s.setMode(args)
	case "nullvalue":
		s.null = arg(0)
	case "separator":
		if len(args) == 0 {
			return fail("Usage: .separator COL ?ROW?")
		}
		if s.column = args[0]; len(args) > 1 {
			s.row = args[1]
		}
	case "print":
		t.out.WriteString(strings.Join(args, " ") + "\n")
	case "quit", "exit":
		s.quit = true
		if name == "exit" {
			s.code, _ = strconv.Atoi(arg(0))
			s.code &= 0xff
		}
	case "echo", "timeout", "timer", "prompt", "width", "explain", "stats", "eqp", "binary":
		if on && (name == "timer" || name == "stats" || name == "eqp" || name == "echo") {
			return fail("Error: .%s on is not here", name)
		}
	case "show":
		head := "off"
		if s.header {
			head = "on"
		}
		fmt.Fprintf(t.out, "        echo: off\n         eqp: off\n     explain: auto\n     headers: %s\n        mode: %s\n   nullvalue: %q\n      output: stdout\ncolseparator: %q\nrowseparator: %q\n       stats: off\n       width: \n    filename: %s\n", head, s.mode, s.null, s.column, s.row, s.file)
	case "version":
		t.out.WriteString("SQLite " + sqlVersion + "\n")
	case "help":
		t.out.WriteString(".backup FILE             Backup the database to FILE\n.bail on|off             Stop after hitting an error.  Default OFF\n.changes on|off          Show number of rows changed by SQL\n.databases               List names and files of attached databases\n.dump ?OBJECTS?          Render database content as SQL\n.exit ?CODE?             Exit this program with return-code CODE\n.headers on|off          Turn display of headers on or off\n.import FILE TABLE       Import data from FILE into TABLE\n.indexes ?TABLE?         Show names of indexes\n.mode MODE               Set output mode\n.nullvalue STRING        Use STRING in place of NULL values\n.once FILE               Output for the next SQL command only to FILE\n.open FILE               Close existing database and reopen FILE\n.output ?FILE?           Send output to FILE or stdout if FILE is omitted\n.print STRING...         Print literal STRING\n.quit                    Exit this program\n.read FILE               Read input from FILE\n.schema ?PATTERN?        Show the CREATE statements matching PATTERN\n.separator COL ?ROW?     Change the column and row separators\n.show                    Show the current values for various settings\n.tables ?TABLE?          List names of tables matching LIKE pattern TABLE\n")
	case "open":
		s.closeDB()
		s.file = ""
		for _, a := range args {
			if a == "--readonly" || a == "-readonly" {
				s.readOnly = true
			} else if !strings.HasPrefix(a, "-") {
				s.file = a
			}
		}
		if rc := s.open(); rc != 0 {
			return rc
		}
	case "output", "once":
		s.toEnd()
		if file := arg(0); file != "" && file != "stdout" {
			if strings.HasPrefix(file, "|") || strings.HasPrefix(file, "-") {
				return fail("Error: .%s to %s is not here", name, clip(file))
			}
			_, end, err := t.printTo(file, os.O_TRUNC)
			if err != nil {
				return fail("Error: cannot open %q", clip(file))
			}
			s.end, s.once = end, name == "once"
		}
	case "read":
		file := arg(0)
		if file == "" {
			return fail("Usage: .read FILE")
		}
		if s.nesting == sqlNesting {
			return fail("Input nesting limit (%d) reached. Check recursion.", sqlNesting)
		}
		in, err := t.open(file)
		if err != nil {
			return fail("Error: cannot open %q", clip(file))
		}
		defer in.close()
		s.nesting++
		rc := s.script(in, 1)
		s.nesting--
		return rc
	case "databases":
		err = s.each("PRAGMA database_list", nil, func(v []any) {
			file, access := sqlPlain(v[2], ""), "r/w"
			if s.readOnly {
				access = "r/o"
			}
			if file == "" {
				file = `""`
			}
			fmt.Fprintf(t.out, "%s: %s %s\n", sqlPlain(v[1], ""), file, access)
		})
	case "tables":
		err = s.names(`SELECT name FROM sqlite_schema WHERE type IN ('table','view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name LIKE ?1 ORDER BY 1`, args)
	case "indexes", "indices":
		err = s.names(`SELECT name FROM sqlite_schema WHERE type='index' AND tbl_name LIKE ?1 ORDER BY 1`, args)
	case "schema", "fullschema":
		err = s.schema(args, name == "fullschema")
	case "dump":
		err = s.dump(args)
	case "import":
		return s.importFile(args)
	case "backup", "save":
		file := arg(len(args) - 1)
		if file == "" {
			return fail("missing FILENAME argument on .%s", name)
		}
		_, err = s.db.Backup(file)
		s.check()
	case "shell", "system", "load", "log", "cd":
		return fail("Error: .%s is not here", name)
	default:
		return fail("Error: unknown command or invalid arguments:  %q. Enter \".help\" for help", clip(words[0]))
	}
	if err != nil {
		return fail("Error: %s", sqlWords(err))
	}
	return 0
}

func (s *sqlShell) setMode(args []string) int {
	if len(args) == 0 {
		s.t.out.WriteString("current output mode: " + s.mode + "\n")
		return 0
	}
	for _, m := range []string{"ascii", "box", "column", "csv", "html", "insert", "json", "lines", "list", "markdown", "quote", "table", "tabs"} {
		if !strings.HasPrefix(m, args[0]) && m+"s" != args[0] {
			continue
		}
		switch m {
		case "lines":
			s.mode, s.row = "line", "\n"
		case "csv":
			s.mode, s.column, s.row = m, ",", "\r\n"
		case "tabs":
			s.mode, s.column = "list", "\t"
		case "list":
			s.mode, s.column, s.row = m, "|", "\n"
		case "quote":
			s.mode, s.column, s.row = m, ",", "\n"
		case "ascii":
			s.mode, s.column, s.row = m, "\x1f", "\x1e"
		case "column":
			s.mode, s.row = m, "\n"
			s.header = s.header || !s.headerSet
		case "insert":
			s.mode, s.table = m, "table"
			if len(args) > 1 {
				s.table = args[1]
			}
		default:
			s.mode = m
		}
		return 0
	}
	_ = s.t.out.Flush()
	fmt.Fprintf(s.t.err, "Error: mode should be one of: ascii box column csv html insert json line list markdown quote table tabs\n")
	return 1
}

// names prints names in as many columns as fit.
func (s *sqlShell) names(sql string, args []string) error {
	pattern := "%"
	if len(args) > 0 {
		pattern = args[0]
	}
	var list []string
	widest := 1
	held := int64(0)
	defer func() { s.t.unhold(held) }()
	err := s.each(sql, []any{pattern}, func(v []any) {
		name := sqlPlain(v[0], "")
		s.t.hold(int64(len(name)) + 16)
		held += int64(len(name)) + 16
		list = append(list, name)
		widest = max(widest, len(name))
	})
	if len(list) == 0 {
		return err
	}
	columns := max(80/(widest+2), 1)
	rows := (len(list) + columns - 1) / columns
	for i := range rows {
		for j := i; j < len(list); j += rows {
			if j >= rows {
				s.t.out.WriteString("  ")
			}
			s.t.out.WriteString(list[j])
			if j+rows < len(list) || len(list) > 1 || columns > 1 {
				s.t.sh.spend(int64(widest) / 8)
				s.t.out.WriteString(strings.Repeat(" ", widest-len(list[j])))
			}
		}
		s.t.out.WriteByte('\n')
	}
	return err
}

// schemaLine is the text that made something, so that it can be made where it is.
func sqlSchemaLine(sql string) string {
	if rest, ok := strings.CutPrefix(sql, "CREATE TABLE "); ok && rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		return "CREATE TABLE IF NOT EXISTS " + rest
	}
	return sql
}

// schema prints what made the tables, views, indexes and triggers.
func (s *sqlShell) schema(args []string, full bool) error {
	pattern := "%"
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			pattern = a
		}
	}
	type made struct{ kind, name, sql string }
	var list []made
	held := int64(0)
	defer func() { s.t.unhold(held) }()
	err := s.each(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND (tbl_name LIKE ?1 OR name LIKE ?1) ORDER BY rowid`, []any{pattern}, func(v []any) {
		m := made{sqlPlain(v[0], ""), sqlPlain(v[1], ""), sqlPlain(v[2], "")}
		n := int64(len(m.sql)+len(m.name)) + 64
		s.t.hold(n)
		held += n
		list = append(list, m)
	})
	if err != nil {
		return err
	}
	for _, m := range list {
		s.t.out.WriteString(sqlSchemaLine(m.sql))
		virtual := len(m.sql) > 20 && strings.EqualFold(m.sql[:20], "CREATE VIRTUAL TABLE")
		if (m.kind == "view" || virtual) && !full {
			if stmt, err := s.prepare("SELECT * FROM " + sqlName(m.name)); err == nil && stmt.Stmt != nil {
				columns, _ := stmt.Columns()
				s.check()
				stmt.Finalize()
				names := make([]string, len(columns))
				for i, c := range columns {
					names[i] = sqlName(c.Name)
				}
				s.t.out.WriteString("\n/* " + sqlName(m.name) + "(" + strings.Join(names, ",") + ") */")
			}
		}
		s.t.out.WriteString(";\n")
	}
	if full {
		s.t.out.WriteString("/* No STAT tables available */\n")
	}
	return nil
}

// dump prints the SQL that makes the database.
func (s *sqlShell) dump(args []string) error {
	out := s.t.out
	pattern := "%"
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			pattern = a
		}
	}
	out.WriteString("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")
	var tables [][2]string
	held := int64(0)
	defer func() { s.t.unhold(held) }()
	err := s.each(`SELECT name, sql FROM sqlite_schema WHERE type='table' AND sql NOT NULL AND name LIKE ?1 ORDER BY tbl_name='sqlite_sequence', rowid`, []any{pattern}, func(v []any) {
		name, sql := sqlPlain(v[0], ""), sqlPlain(v[1], "")
		n := int64(len(name)+len(sql)) + 64
		s.t.hold(n)
		held += n
		tables = append(tables, [2]string{name, sql})
	})
	for _, t := range tables {
		if err != nil {
			break
		}
		name, sql := t[0], t[1]
		switch {
		case name == "sqlite_sequence":
			out.WriteString("DELETE FROM sqlite_sequence;\n")
		case strings.HasPrefix(name, "sqlite_stat"):
			out.WriteString("ANALYZE sqlite_schema;\n")
		case strings.HasPrefix(name, "sqlite_"):
			continue
		case len(sql) > 20 && strings.EqualFold(sql[:20], "CREATE VIRTUAL TABLE"):
			fmt.Fprintf(out, "PRAGMA writable_schema=ON;\nINSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table',%s,%s,0,%s);\n", s.literal(name, false), s.literal(name, false), s.literal(sql, false))
			continue
		default:
			out.WriteString(sqlSchemaLine(sql) + ";\n")
		}
		var columns []string // but those that are made of others
		err = s.each("SELECT name FROM pragma_table_info(?1)", []any{name}, func(v []any) {
			columns = append(columns, sqlName(sqlPlain(v[0], "")))
		})
		if err != nil {
			break
		}
		err = s.each("SELECT "+strings.Join(columns, ",")+" FROM "+sqlName(name), nil, func(v []any) {
			room := s.t.sh.heldTemp
			defer s.t.sh.freeRoom(room)
			out.WriteString("INSERT INTO " + sqlName(name) + " VALUES(")
			for i, x := range v {
				if i > 0 {
					out.WriteByte(',')
				}
				out.WriteString(s.literal(x, true))
			}
			out.WriteString(");\n")
		})
	}
	if err == nil {
		err = s.each(`SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND type IN ('index','trigger','view') AND name LIKE ?1 ORDER BY rowid`, []any{pattern}, func(v []any) {
			out.WriteString(sqlPlain(v[0], "") + ";\n")
		})
	}
	if err != nil {
		out.WriteString("ROLLBACK; -- due to errors\n")
		return err
	}
	out.WriteString("COMMIT;\n")
	return nil
}

// importFile puts the rows of a file into a table.
func (s *sqlShell) importFile(args []string) int {
	t := s.t
	fail := func(format string, args ...any) int {
		_ = t.out.Flush()
		fmt.Fprintf(t.err, format+"\n", args...)
		return 1
	}
	if s.mode == "csv" && s.row == "\r\n" {
		s.row = "\n" // from now on, as the real one does
	}
	column, row, quoted, skip := s.column, s.row, s.mode != "ascii", 0
	var names []string
	for i := 0; i < len(args); i++ {
		switch strings.TrimPrefix(args[i], "-") {
		case "-csv":
			column, row, quoted = ",", "\n", true
		case "-ascii":
			column, row, quoted = "\x1f", "\x1e", false
		case "-skip":
			if i++; i < len(args) {
				skip, _ = strconv.Atoi(args[i])
			}
		case "v":
		default:
			names = append(names, args[i])
		}
	}
	if len(names) != 2 || strings.HasPrefix(names[0], "|") {
		return fail("Usage: .import [--csv] [--skip N] FILE TABLE")
	}
	if len(column) != 1 || len(row) != 1 {
		return fail("Error: multi-character column or row separators not allowed for import")
	}
	in, err := t.open(names[0])
	if err != nil {
		return fail("Error: cannot open %q", clip(names[0]))
	}
	defer in.close()
	r := &sqlReader{t: t, r: bufio.NewReaderSize(in, 32<<10), column: column[0], row: row[0], quoted: quoted}
	defer r.close()
	for ; skip > 0; skip-- {
		if _, ok := r.next(); !ok {
			break
		}
	}
	exec := func(sql string) error {
		_, err := s.db.Exec(sql)
		s.check()
		return err
	}
	table := `"` + strings.ReplaceAll(names[1], `"`, `""`) + `"`
	exists := false
	if err := s.each("SELECT 1 FROM sqlite_schema WHERE type IN ('table','view') AND name = ?1 COLLATE NOCASE", []any{names[1]}, func([]any) { exists = true }); err != nil {
		return fail("Error: %s", sqlWords(err))
	}
	if !exists {
		fields, ok := r.next()
		if !ok {
			return fail("%s: empty file", clip(names[0]))
		}
		var b strings.Builder
		b.WriteString("CREATE TABLE " + table + "(\n")
		for i, f := range fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(`"` + strings.ReplaceAll(f, `"`, `""`) + `" TEXT`)
		}
		if err := exec(b.String() + ")"); err != nil {
			return fail("%s failed:\n%s", "CREATE TABLE", sqlWords(err))
		}
	}
	probe, err := s.prepare("SELECT * FROM " + table)
	if err != nil || probe.Stmt == nil {
		return fail("Error: %s", sqlWords(err))
	}
	columns, _ := probe.Columns()
	s.check()
	probe.Finalize()
	insert, err := s.prepare("INSERT INTO " + table + " VALUES(?" + strings.Repeat(",?", max(len(columns)-1, 0)) + ")")
	if err != nil {
		return fail("Error: %s", sqlWords(err))
	}
	defer insert.Finalize()
	own := !s.db.InTransaction()
	if own {
		if err := exec("BEGIN"); err != nil {
			return fail("Error: %s", sqlWords(err))
		}
	}
	for num := 1; ; num++ {
		fields, ok := r.next()
		if !ok {
			break
		}
		values := make([]any, len(columns))
		for i := range values {
			if i < len(fields) {
				values[i] = fields[i]
			}
		}
		if n := len(fields); n < len(columns) {
			fmt.Fprintf(t.err, "%s:%d: expected %d columns but found %d - filling the rest with NULL\n", clip(names[0]), num, len(columns), n)
		} else if n > len(columns) {
			fmt.Fprintf(t.err, "%s:%d: expected %d columns but found %d - extras ignored\n", clip(names[0]), num, len(columns), n)
		}
		err := insert.Bind(values, true)
		if s.check(); err == nil {
			err = s.rows(insert.Stmt, func([]string) {}, func([]any) {})
		}
		if err != nil {
			fmt.Fprintf(t.err, "%s:%d: INSERT failed: %s\n", clip(names[0]), num, sqlWords(err))
		}
	}
	if own {
		if err := exec("COMMIT"); err != nil {
			return fail("Error: %s", sqlWords(err))
		}
	}
	if r.failed {
		return fail("Error: cannot read %q", clip(names[0]))
	}
	return 0
}

// sqlReader reads rows of fields.
type sqlReader struct {
	t           *tool
	r           *bufio.Reader
	column, row byte
	quoted      bool
	held        int64
	failed      bool
}

func (r *sqlReader) close() { r.t.unhold(r.held); r.held = 0 }

// next returns the fields of the next row, which are valid until the one after.
func (r *sqlReader) next() (fields []string, ok bool) {
	r.close()
	var field []byte
	inside, began := false, false
	end := func() {
		fields = append(fields, string(field))
		field = field[:0]
	}
	for n := 0; ; n++ {
		c, err := r.r.ReadByte()
		if err != nil {
			r.failed = r.failed || err != io.EOF
			if !began {
				return nil, false
			}
			end()
			return fields, true
		}
		began = true
		if n%1024 == 0 {
			r.t.hold(sqlFields)
			r.held += sqlFields
			r.t.sh.spend(1024)
		}
		switch {
		case inside && c == '"':
			if next, err := r.r.Peek(1); err == nil && next[0] == '"' {
				_, _ = r.r.Discard(1)
				field = append(field, '"')
			} else {
				inside = false
			}
		case inside:
			field = append(field, c)
		case r.quoted && c == '"' && len(field) == 0:
			inside = true
		case c == r.column:
			end()
		case c == r.row:
			if c == '\n' && len(field) > 0 && field[len(field)-1] == '\r' {
				field = field[:len(field)-1]
			}
			end()
			return fields, true
		default:
			field = append(field, c)
		}
	}
}
