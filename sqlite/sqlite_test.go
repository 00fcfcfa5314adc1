package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/sqlite"
)

// guest is a workspace, and what its databases spend.
type guest struct {
	files *hostfuncs.Workspace
	locks sqlite.Locks
	spent int64
	looks int   // calls of Spend
	fuel  int64 // 0: no limit
	held  int64 // of the host's memory
	room  int64 // for that; 0: no limit
	// writes is how many writes to files succeed before all fail; negative: all.
	writes int
}

func newGuest(disk int64) *guest {
	return &guest{files: hostfuncs.NewWorkspace(hostfuncs.Config{Quota: hostfuncs.Quota{Bytes: disk}}), writes: -1}
}

func (g *guest) host() sqlite.Host {
	return sqlite.Host{
		Open: func(path string, flag int, perm fs.FileMode) (sqlite.File, error) {
			f, err := g.files.Open(path, flag, perm)
			if err != nil {
				return nil, err
			}
			return &file{f, g}, nil
		},
		Stat: g.files.Stat,
		Unlink: func(path string) error {
			if !g.write() {
				return errCrashed
			}
			return g.files.Unlink(path)
		},
		Real: func(path string) (string, error) {
			if r, err := g.files.Realpath(path); err == nil {
				return r, nil
			}
			return path, nil
		},
		Spend: func(units int64) bool {
			g.spent += units
			g.looks++
			return g.fuel == 0 || g.spent < g.fuel
		},
		Hold: func(delta int64) bool {
			if g.held += delta; delta > 0 && g.room > 0 && g.held > g.room {
				g.held -= delta
				return false
			}
			return true
		},
		Sleep:  func(d time.Duration) bool { g.spent += 1; return true },
		Dir:    "/workspace",
		Locks:  &g.locks,
		Memory: 32 << 20,
	}
}

var errCrashed = errors.New("crashed")

func (g *guest) write() bool {
	if g.writes == 0 {
		return false
	}
	if g.writes > 0 {
		g.writes--
	}
	return true
}

// file is a file that can stop taking writes.
type file struct {
	jsengine.File
	g *guest
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if !f.g.write() {
		if f.g.writes == 0 && len(p) > 1 { // a torn write
			_, _ = f.File.WriteAt(p[:len(p)/2], off)
		}
		return 0, errCrashed
	}
	return f.File.WriteAt(p, off)
}

func (f *file) Truncate(size int64) error {
	if !f.g.write() {
		return errCrashed
	}
	return f.File.Truncate(size)
}

func open(t *testing.T, g *guest, name string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(g.host(), name, sqlite.Options{Create: true, ForeignKeys: true})
	if err != nil {
		t.Fatalf("open %q: %v", name, err)
	}
	t.Cleanup(db.Close)
	return db
}

func exec(t *testing.T, db *sqlite.DB, sql string) {
	t.Helper()
	if c, err := db.Exec(sql); err != nil || c != nil {
		t.Fatalf("%s: %v, %v", sql, c, err)
	}
}

func query(db *sqlite.DB, sql string, args ...any) ([]any, error) {
	s, err := prepare(db, sql)
	if err != nil {
		return nil, err
	}
	defer s.Finalize()
	if err := s.Bind(args, true); err != nil {
		return nil, err
	}
	var rows sqlite.Result
	for !rows.Done {
		if c, err := s.Step(&rows, 1000); err != nil || c != nil {
			return nil, errors.Join(err, s.Reset())
		}
	}
	return rows.Values, nil
}

// prepare compiles SQL that connects no table of the guest's.
func prepare(db *sqlite.DB, sql string) (*sqlite.Stmt, error) {
	var p sqlite.Prepared
	if c, err := db.Prepare(sql, &p); err != nil || c != nil {
		return nil, errors.Join(err, fmt.Errorf("prepare: asked for %v", c))
	}
	return p.Stmt, nil
}

func TestValues(t *testing.T) {
	db := open(t, newGuest(1<<20), ":memory:")
	in := []any{nil, int64(-1 << 63), 1.5, "grüße", []byte{0, 1}, []byte{}, ""}
	got, err := query(db, "select ?, ?, ?, ?, ?, ?, ?", in...)
	if err != nil || !reflect.DeepEqual(got, in) {
		t.Errorf("%#v, %v", got, err)
	}
	if _, err := query(db, "select 1", struct{}{}); err == nil {
		t.Error("a struct was bound")
	}
}

// The functions put in the place of SQLite's own answer as they do.
func TestReplacedFunctions(t *testing.T) {
	db := open(t, newGuest(1<<20), ":memory:")
	for sql, want := range map[string]any{
		"instr('hello world', 'o w')": int64(5), "instr('grüße', 'ß')": int64(4), "instr('abc', '')": int64(1), "instr('abc', 'x')": int64(0),
		"instr('', '')": int64(1), "instr(x'010203', x'03')": int64(3), "instr(null, 'a')": nil, "instr('aabaabaaab', 'aabaaab')": int64(4),
		"instr(12345, 34)": int64(3), "replace('aaa', 'a', 'bc')": "bcbcbc", "replace('abc', '', 'x')": "abc", "replace('abc', 'x', 'y')": "abc",
		"replace('abab', 'ab', '')": "", "replace(null, 'a', 'b')": nil, "replace(121, 1, 'x')": "x2x",
		"hex(unhex('12-ab:c0', '-:'))": "12ABC0", "unhex('1-2', '-')": nil, "unhex('12x', '-')": nil, "unhex('123', '')": nil, "unhex('12ä34', 'äöüßàáâãåæçèé')": []byte("\x124"), "unhex('12é', 'äöüßàáâãåæçè')": nil,
		"unhex(null, '')": nil, "unhex('12', null)": nil, "unhex('', '')": []byte{}, "hex(unhex('Ab', 'a'))": "AB", "unhex('3\t', char(9))": nil,
		"trim('  a b  ')": "a b", "ltrim('xxaxx', 'x')": "axx", "rtrim('xxaxx', 'x')": "xxa", "trim('äöaöä', 'äö')": "a", "trim('aaa', 'a')": "", "trim(null)": nil, "trim('abc', '')": "abc",
		"'abc' like 'A%'": int64(1), "'abc' like 'a_c'": int64(1), "'abc' like 'a_'": int64(0), "'äbc' like '_bc'": int64(1), "'Ä' like 'ä'": int64(0),
		"'' like '%'": int64(1), "'' like ''": int64(1), "'a' like ''": int64(0), "'a%c' like 'a\\%c' escape '\\'": int64(1), "'abc' like 'a\\%c' escape '\\'": int64(0),
		"'abcbc' like '%bc'": int64(1), "'abcbd' like '%bc'": int64(0), "'mississippi' like '%iss%pp%'": int64(1), "'mississippi' like 'm%iss%ssip%i'": int64(1), "null like 'a'": nil,
		"'abc' like 'a\\' escape '\\'": int64(0), "'a%' like 'a%' escape '%'": int64(0), "'a%' like 'a%%' escape '%'": int64(1),
		"'abc' glob 'a*'": int64(1), "'abc' glob 'A*'": int64(0), "'abc' glob 'a?c'": int64(1), "'abc' glob '[a-c][^x]c'": int64(1), "'a]c' glob 'a[]]c'": int64(1),
		"'a-c' glob 'a[x-]c'": int64(1), "'abc' glob 'a[b'": int64(0), "'a*c' glob 'a[*]c'": int64(1), "'abc' glob '*[c]'": int64(1),
	} {
		got, err := query(db, "select "+sql)
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s = %#v, %v; want %#v", sql, got, err, want)
		}
	}
	if _, err := query(db, "select 'a' like 'a' escape 'xy'"); err == nil || !strings.Contains(err.Error(), "single character") {
		t.Errorf("escape of two: %v", err)
	}
}

// A database survives a crash at any write, torn or not: what was committed is
// there, and what was not is not.
func TestCrashAtAnyWrite(t *testing.T) {
	for _, mode := range []string{"delete", "truncate", "persist", "wal"} {
		t.Run(mode, func(t *testing.T) {
			crashes := 0
			for n := 0; ; n++ {
				g := newGuest(8 << 20)
				db := open(t, g, "a.db")
				exec(t, db, "pragma journal_mode = "+mode+"; create table t (a integer primary key, b); create index i on t (b); insert into t values (0, 'start')")
				committed := 1
				g.writes = n
				for i := 1; i <= 4; i++ {
					_, err := db.Exec(fmt.Sprintf("begin; insert into t values (%d, '%s'); update t set b = b || '.'; insert into t values (%d, 'x'); commit", 2*i, strings.Repeat("y", 3000*i), 2*i+1))
					if err != nil {
						break
					}
					committed += 2
				}
				crashed := g.writes == 0
				g.writes = 0 // nothing of the end is written, as if the process had been killed
				db.Close()
				g.writes = -1
				after := open(t, g, "a.db")
				ok, err := query(after, "pragma integrity_check")
				if err != nil || len(ok) != 1 || ok[0] != "ok" {
					t.Fatalf("crash at write %d: integrity: %v, %v", n, ok, err)
				}
				count, err := query(after, "select count(*), length(b) - length(rtrim(b, '.')) from t where a = 0")
				if err != nil {
					t.Fatalf("crash at write %d: %v", n, err)
				}
				all, err := query(after, "select count(*) from t")
				if err != nil {
					t.Fatalf("crash at write %d: %v", n, err)
				}
				// A commit whose answer was lost may have happened; each adds two rows
				// and a dot.
				rows, dots := int(all[0].(int64)), int(count[1].(int64))
				if rows != committed && rows != committed+2 || rows != 1+2*dots {
					t.Fatalf("crash at write %d: %d rows and %d dots, %d rows were committed", n, rows, dots, committed)
				}
				after.Close()
				if !crashed {
					break
				}
				crashes++
			}
			if crashes < 20 {
				t.Errorf("only %d crashes", crashes)
			}
			t.Logf("%d crashes", crashes)
		})
	}
}

// A transaction over two files is in both or in none, whatever write it crashes at.
func TestCrashOfTwoFiles(t *testing.T) {
	crashes := 0
	for n := 0; ; n++ {
		g := newGuest(8 << 20)
		db := open(t, g, "a.db")
		exec(t, db, "create table t (a); insert into t values (0); attach 'b.db' as b; create table b.u (a); insert into b.u values (0)")
		g.writes = n
		_, err := db.Exec("begin; insert into t values (1), (randomblob(5000)); insert into b.u values (1), (randomblob(5000)); commit")
		crashed := g.writes == 0
		g.writes = 0
		db.Close()
		g.writes = -1
		after := open(t, g, "a.db")
		exec(t, after, "attach 'b.db' as b")
		counts, failed := query(after, "select (select count(*) from t), (select count(*) from b.u)")
		if failed != nil {
			t.Fatalf("crash at write %d: %v", n, failed)
		}
		if counts[0] != counts[1] || counts[0] != int64(1) && counts[0] != int64(3) || err == nil && counts[0] != int64(3) {
			t.Fatalf("crash at write %d (%v): %v rows", n, err, counts)
		}
		for _, check := range []string{"pragma main.integrity_check", "pragma b.integrity_check"} {
			if ok, err := query(after, check); err != nil || ok[0] != "ok" {
				t.Fatalf("crash at write %d: %s: %v, %v", n, check, ok, err)
			}
		}
		after.Close()
		if !crashed {
			break
		}
		crashes++
	}
	if crashes < 10 {
		t.Errorf("only %d crashes", crashes)
	}
}

// Connections to one file see each other's locks.
func TestLocks(t *testing.T) {
	g := newGuest(1 << 20)
	a, b := open(t, g, "a.db"), open(t, g, "a.db")
	exec(t, a, "create table t (x); begin immediate; insert into t values (1)")
	var e *sqlite.Error
	if _, err := b.Exec("insert into t values (2)"); !errors.As(err, &e) || e.Code != 5 || e.Message != "database is locked" {
		t.Errorf("a second writer: %v", err)
	}
	if rows, err := query(b, "select count(*) from t"); err != nil || rows[0] != int64(0) {
		t.Errorf("a reader meanwhile: %v, %v", rows, err)
	}
	exec(t, a, "commit")
	exec(t, b, "insert into t values (2)")
	a.Close()
	if rows, err := query(b, "select count(*) from t"); err != nil || rows[0] != int64(2) {
		t.Errorf("afterwards: %v, %v", rows, err)
	}
}

// answerAll plays the guest: it runs functions until the call is over.
func answerAll(db *sqlite.DB, c *sqlite.Call, err error, f func(*sqlite.Call) (any, error)) error {
	for c != nil {
		v, failure := f(c)
		c, err = db.Resume(v, failure)
	}
	return err
}

func TestFunctions(t *testing.T) {
	db := open(t, newGuest(1<<20), ":memory:")
	if err := db.CreateFunction("twice", 7, sqlite.FunctionOptions{Args: 1}); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateAggregate("total2", 8, true, sqlite.FunctionOptions{Args: 1}); err != nil {
		t.Fatal(err)
	}
	groups := map[int]int64{}
	play := func(c *sqlite.Call) (any, error) {
		switch {
		case c.Function == 7:
			if n, ok := c.Args[0].(int64); ok {
				return 2 * n, nil
			}
			return nil, errors.New("twice takes a number")
		case c.Kind == sqlite.Step:
			groups[c.Group] += c.Args[0].(int64)
		case c.Kind == sqlite.Inverse:
			groups[c.Group] -= c.Args[0].(int64)
		case c.Kind == sqlite.Value:
			return groups[c.Group], nil
		case c.Kind == sqlite.Final:
			delete(groups, c.Group)
		}
		return nil, nil
	}
	ask := func(sql string) ([]any, error) {
		s, err := prepare(db, sql)
		if err != nil {
			return nil, err
		}
		defer s.Finalize()
		var rows sqlite.Result
		for !rows.Done {
			c, err := s.Step(&rows, 1000)
			if err := answerAll(db, c, err, play); err != nil {
				return nil, err
			}
		}
		return rows.Values, nil
	}
	for sql, want := range map[string][]any{
		"select twice(21), twice(twice(1))":                                                   {int64(42), int64(4)},
		"select total2(value) from json_each('[1,2]')":                                        {int64(3)},
		"select total2(value) over (order by key rows 1 preceding) from json_each('[1,2,4]')": {int64(1), int64(3), int64(6)},
	} {
		if got, err := ask(sql); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, %v; want %v", sql, got, err, want)
		}
	}
	if _, err := ask("select twice('x')"); err == nil || !strings.Contains(err.Error(), "twice takes a number") {
		t.Errorf("a failure: %v", err)
	}
	if len(groups) != 0 {
		t.Errorf("groups are left: %v", groups)
	}
	// SQL within a function, and a connection that is closed in the middle.
	s, err := prepare(db, "select twice(1)")
	if err != nil {
		t.Fatal(err)
	}
	var rows sqlite.Result
	if c, err := s.Step(&rows, 1); c == nil || err != nil {
		t.Fatalf("%v, %v", c, err)
	}
	if got, err := ask("select 5"); err != nil || !reflect.DeepEqual(got, []any{int64(5)}) {
		t.Errorf("within a function: %v, %v", got, err)
	}
	db.Close()
	if _, err := db.Resume(nil, nil); err == nil {
		t.Error("resumed after the end")
	}
}

// Tables of the guest's: their rows come one at a time, as far as they are asked for.
func TestTables(t *testing.T) {
	g := newGuest(1 << 20)
	db := open(t, g, "a.db")
	if err := db.CreateTable("seq", 3, &sqlite.Table{Columns: []string{"value", "odd \"name\""}, Parameters: []string{"from", "to"}}); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateTable("module", 4, nil); err != nil {
		t.Fatal(err)
	}
	at, to, asked := map[int]int64{}, map[int]int64{}, 0
	most := 0 // slots in use
	play := func(c *sqlite.Call) (any, error) {
		asked++
		switch c.Kind {
		case sqlite.Connect:
			if len(c.Args) == 4 && c.Args[3] == "nonsense" {
				return []any{int64(1), int64(0), int64(9), "a"}, nil
			}
			return []any{int64(1), int64(0), int64(0), "a", "b"}, nil
		case sqlite.Rows:
			at[c.Group], to[c.Group] = 0, 3
			if len(c.Args) == 3 {
				if n, ok := c.Args[1].(int64); ok {
					at[c.Group] = n
				}
				if n, ok := c.Args[2].(int64); ok {
					to[c.Group] = n
				}
			}
			most = max(most, len(at))
		case sqlite.Why:
			return nil, fmt.Errorf("column %d is bad", c.Args[0])
		}
		n := at[c.Group]
		at[c.Group]++
		switch {
		case n >= to[c.Group]:
			return nil, nil
		case n == 77:
			return []any{n, sqlite.Invalid{}}, nil
		case n == 78:
			return []any{n}, nil
		}
		return []any{n, "x"}, nil
	}
	ask := func(sql string, rows int) ([]any, error) {
		var p sqlite.Prepared
		c, err := db.Prepare(sql, &p)
		if err := answerAll(db, c, err, play); err != nil {
			return nil, err
		}
		defer p.Finalize()
		var out sqlite.Result
		for !out.Done && out.Rows < rows {
			c, err := p.Step(&out, rows)
			if err := answerAll(db, c, err, play); err != nil {
				return nil, err
			}
		}
		return out.Values, nil
	}
	for _, c := range []struct {
		sql  string
		want []any
	}{
		{"select * from seq", []any{int64(0), "x", int64(1), "x", int64(2), "x"}},
		{"select value, \"from\", \"to\", rowid from seq(1, 2)", []any{int64(1), int64(1), int64(2), int64(1)}},
		{"select value from seq where \"to\" = 5 and \"from\" = 4", []any{int64(4)}},
		{"select value from seq(null)", nil},
		{"select a.value, b.value from seq(1, 3) a, seq(0, a.value) b", []any{int64(1), int64(0), int64(2), int64(0), int64(2), int64(1)}},
		{"select count(*) from seq(0, 50)", []any{int64(50)}},
		{"select value from seq(77, 78)", []any{int64(77)}},
		{"create virtual table m using module(some, thing)", nil},
		{"select b, a from m", []any{"x", int64(0), "x", int64(1), "x", int64(2)}},
	} {
		if got, err := ask(c.sql, 1000); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s = %v, %v; want %v", c.sql, got, err, c.want)
		}
	}
	for sql, want := range map[string]string{
		"select * from seq(77, 78)":                             "column 1 is bad",
		"select * from seq(78, 79)":                             "made no row",
		"select * from seq where \"to\" > 5":                    "can only be constrained by the '=' operator",
		"insert into seq values (1, 2)":                         "may not be modified",
		"create virtual table n using module(nonsense)":         "makes no sense",
		"select * from module":                                  "no such table",
		"attach (select b from m limit 1) as x":                 "not authorized",
		"select * from seq(0, 9, 9)":                            "too many arguments",
		"create temp trigger g insert on m begin select 1; end": "cannot create triggers on virtual tables",
	} {
		if _, err := ask(sql, 1000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", sql, err, want)
		}
	}
	asked = 0
	if got, err := ask("select value from seq(0, 1000000)", 2); err != nil || len(got) != 2 || asked > 3 {
		t.Errorf("two rows of many: %v, %v; asked %d times", got, err, asked)
	}
	for range 100 {
		if _, err := ask("select value from seq(0, 9)", 1); err != nil {
			t.Fatal(err)
		}
	}
	if most > 10 {
		t.Errorf("statements that were given up left %d slots", most)
	}
	// The table is in the file: another connection that has the module connects it.
	db.Close()
	db = open(t, g, "a.db")
	if _, err := ask("select * from m", 1); err == nil || !strings.Contains(err.Error(), "no such module") {
		t.Errorf("without its module: %v", err)
	}
	if err := db.CreateTable("module", 4, nil); err != nil {
		t.Fatal(err)
	}
	var p sqlite.Prepared
	c, err := db.Prepare("select * from m", &p)
	if err := answerAll(db, c, err, play); err != nil {
		t.Fatal(err)
	}
	var rows sqlite.Result
	if c, err := p.Step(&rows, 1); c == nil || err != nil { // closed in the middle of a row
		t.Fatalf("%v, %v", c, err)
	}
	for _, bad := range []*sqlite.Table{{}, {Columns: make([]string, 5000)}, {Columns: []string{"a"}, Parameters: make([]string, 33)}} {
		if err := db.CreateTable("bad", 9, bad); err == nil {
			t.Errorf("a table of %d columns and %d parameters", len(bad.Columns), len(bad.Parameters))
		}
	}
}

// SQLite has one value for many columns, and for many arguments: what is copied out of
// it is bounded as a whole (I3).
func TestWideRows(t *testing.T) {
	db := open(t, newGuest(1<<20), ":memory:")
	if err := db.CreateFunction("count_of", 7, sqlite.FunctionOptions{Args: -1}); err != nil {
		t.Fatal(err)
	}
	const million = "with t(a) as materialized (select printf('%1000000s', 'x')) select "
	wide := func(n int) string { return "a" + strings.Repeat(", a", n-1) }
	for sql, ok := range map[string]bool{
		million + wide(8) + " from t":                                        true,
		million + wide(9) + " from t":                                        false,
		million + wide(2000) + " from t":                                     false,
		million + "count_of(" + wide(8) + ") from t":                         true,
		million + "count_of(" + wide(90) + ") from t":                        false,
		"select 1 union all select * from (" + million + "length(a) from t)": true,
	} {
		s, err := prepare(db, sql)
		if err != nil {
			t.Fatal(err)
		}
		var rows sqlite.Result
		most := 0
		c, err := s.Step(&rows, 1000)
		err = answerAll(db, c, err, func(c *sqlite.Call) (any, error) {
			most = len(c.Args)
			return int64(most), nil
		})
		var failed *sqlite.Error
		if ok && err != nil || !ok && (!errors.As(err, &failed) || failed.Code&0xff != 18) || most > 9 || len(rows.Values) != rows.Rows*rows.Columns {
			t.Errorf("%.90s: %d rows of %d with %d values, %d arguments: %v", sql, rows.Rows, rows.Columns, len(rows.Values), most, err)
		}
		s.Finalize()
	}
	if v, err := query(db, "select 1"); err != nil || len(v) != 1 {
		t.Errorf("afterwards: %v, %v", v, err)
	}
}

// I3: what a connection has of the host's memory is charged as it grows, and given back.
func TestI3MemoryIsCharged(t *testing.T) {
	const fill = "with recursive c (n) as (select 1 union all select n + 1 from c limit 80) insert into t select randomblob(100000) from c"
	g := newGuest(1 << 20)
	db := open(t, g, ":memory:")
	exec(t, db, "create table t (a)")
	if g.held < 256<<10 {
		t.Errorf("an empty connection holds %d bytes", g.held)
	}
	exec(t, db, fill)
	if g.held < 8e6 || g.held > 12e6 {
		t.Errorf("with 8 MB of rows it holds %d bytes", g.held)
	}
	most := g.held
	g.room = most + 4<<20
	if _, err := db.Serialize(); err == nil {
		t.Error("bytes of all the rows had room")
	}
	db.Close()
	if g.held != 0 {
		t.Errorf("once closed it holds %d bytes", g.held)
	}
	g.room = 4 << 20
	db = open(t, g, ":memory:")
	exec(t, db, "create table t (a)")
	var failed *sqlite.Error
	if _, err := db.Exec(fill); !errors.As(err, &failed) || failed.Code != 7 || g.held > g.room {
		t.Errorf("without room: %v, with %d bytes held", err, g.held)
	}
	db.Close()
	if g.held != 0 {
		t.Errorf("once closed it holds %d bytes", g.held)
	}
	g.room = 1
	if _, err := sqlite.Open(g.host(), ":memory:", sqlite.Options{}); err == nil || g.held != 0 {
		t.Errorf("a connection for which there is no room: %v, with %d bytes held", err, g.held)
	}
}

// Work ends when the guest does, however it waits.
func TestEnds(t *testing.T) {
	g := newGuest(1 << 20)
	db := open(t, g, ":memory:")
	g.fuel = g.spent + 10_000_000
	const endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"
	if _, err := db.Exec(endless); !errors.Is(err, sqlite.ErrEnded) {
		t.Errorf("endless: %v", err)
	}
	g = newGuest(1 << 20)
	db = open(t, g, ":memory:")
	if err := db.CreateFunction("f", 1, sqlite.FunctionOptions{}); err != nil {
		t.Fatal(err)
	}
	g.fuel = g.spent + 10_000_000
	if _, err := db.Exec(endless); !errors.Is(err, sqlite.ErrEnded) {
		t.Errorf("endless beside the guest: %v", err)
	}
}

// Work looks at the meter all the time, and the same work costs the same (I12).
func TestMeter(t *testing.T) {
	const sql = "with recursive c(n) as (select 1 union all select n + 1 from c limit 5000) select sum(n), max(hex(n) like '%0%1%') from c"
	spent := map[bool]int64{}
	for _, functions := range []bool{false, true, false, true} {
		g := newGuest(1 << 20)
		db := open(t, g, ":memory:")
		if functions {
			if err := db.CreateFunction("f", 1, sqlite.FunctionOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		g.spent, g.looks = 0, 0
		exec(t, db, sql)
		if g.looks < 3000 {
			t.Errorf("some 100,000 instructions looked at the meter %d times", g.looks)
		}
		if before, ok := spent[functions]; ok && before != g.spent {
			t.Errorf("the same work cost %d and %d", before, g.spent)
		}
		spent[functions] = g.spent
	}
	if spent[false] != spent[true] {
		t.Errorf("beside the guest it costs %d, else %d", spent[true], spent[false])
	}
}

// What a function looks at costs the same whether it does so in one call or in many,
// and no more than there is (I12).
func TestFunctionsAreCharged(t *testing.T) {
	cost := func(sql string) int64 {
		g := newGuest(1 << 20)
		db := open(t, g, ":memory:")
		exec(t, db, "create table t (a, b); with recursive c (n) as (select 1 union all select n + 1 from c limit 200) insert into t select 'x', replace(hex(zeroblob(500)), '0', 'a') from c")
		g.spent = 0
		exec(t, db, sql)
		return g.spent
	}
	none := cost("select a from t")
	for sql, want := range map[string][2]int64{ // bounds, for 200 texts of 1,000 bytes
		"select b like '%b' from t":                               {200_000 * 2, 200_000 * 8},
		"select b glob '*b' from t":                               {200_000 * 2, 200_000 * 8},
		"select trim(b, 'a') from t":                              {200_000, 200_000 * 4},
		"select unhex(b, 'b') from t":                             {200_000 / 2, 200_000 * 4},
		"select instr(b, 'b') from t":                             {200_000 / 4, 200_000},
		"select length(replace(b, 'a', 'bc')) from t":             {200_000, 200_000 * 4},
		"select length(replace(group_concat(b), 'a', '')) from t": {200_000, 200_000 * 4},
	} {
		if got := cost(sql) - none; got < want[0] || got > want[1] {
			t.Errorf("%s costs %d, want %d to %d", sql, got, want[0], want[1])
		}
	}
	// Each looks for each character of one text in the other.
	for _, sql := range []string{"select unhex(replace(hex(zeroblob(200000)), '0', 'z'), replace(hex(zeroblob(200000)), '0', 'y') || 'z')"} {
		began := time.Now()
		cost(sql)
		if took := time.Since(began); took > 30*time.Second { // in the square of what it is given, it takes more
			t.Errorf("%s took %v", sql, took)
		}
	}
}

// What looks into pages of databases costs more than its instructions, and a sort is
// done in files, piece by piece (I2, I12).
func TestPagesAreCharged(t *testing.T) {
	const rows = 20_000
	cost := func(before, sql string) int64 {
		g := newGuest(1 << 20)
		db := open(t, g, ":memory:")
		exec(t, db, before+"; create table t (a integer primary key, b)")
		exec(t, db, fmt.Sprintf("with recursive c (n) as (select 1 union all select n + 1 from c limit %d) insert into t select n, n * 7919 %% 100003 from c", rows))
		g.spent = 0
		exec(t, db, sql)
		return g.spent
	}
	const lookUp = "select sum((select a from t t2 where t2.a = t.b % 20000)) from t"
	for sql, least := range map[string]int64{
		"create table u (a text primary key); insert into u select b || 'x' from t": 130,
		lookUp: 100,
	} {
		if got := cost("select 1", sql) / rows; got < least || got > 8*least {
			t.Errorf("%s costs %d for a row, want %d or some more", sql, got, least)
		}
	}
	for _, set := range []string{"select 1", "pragma temp_store = memory", "pragma main.temp_store = 2"} {
		const text = "select zeroblob(1000) x, b from t"
		if more := cost(set, text+" order by b") - cost(set, text); more < 2*rows*1000/64 {
			t.Errorf("after %s a sort of 20 MB costs %d", set, more)
		}
	}
}

func TestSerialize(t *testing.T) {
	g := newGuest(1 << 20)
	db := open(t, g, "a.db")
	exec(t, db, "create table t (a); insert into t values (1), (2)")
	data, err := db.Serialize()
	if err != nil || !bytes.HasPrefix(data, []byte("SQLite format 3")) {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	other := open(t, g, ":memory:")
	if err := other.Deserialize(data); err != nil {
		t.Fatal(err)
	}
	if rows, err := query(other, "select sum(a) from t"); err != nil || rows[0] != int64(3) {
		t.Errorf("%v, %v", rows, err)
	}
	if err := other.Deserialize([]byte("nonsense")); err == nil {
		t.Error("nonsense is a database")
	}
	if n, err := db.Backup("copy.db"); err != nil || n != 2 {
		t.Errorf("backup: %d pages, %v", n, err)
	}
	if rows, err := query(open(t, g, "copy.db"), "select sum(a) from t"); err != nil || rows[0] != int64(3) {
		t.Errorf("the copy: %v, %v", rows, err)
	}
}

// FuzzDatabase opens a database file made of anything and reads all of it.
func FuzzDatabase(f *testing.F) {
	g := newGuest(1 << 20)
	db, err := sqlite.Open(g.host(), "a.db", sqlite.Options{Create: true})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := db.Exec("create table t (a primary key, b); insert into t values (1, 'x'), (2, zeroblob(9000)); create virtual table s using fts5(c); insert into s values ('some words'); create index i on t (b)"); err != nil {
		f.Fatal(err)
	}
	data, err := db.Serialize()
	if err != nil {
		f.Fatal(err)
	}
	db.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for range 64 {
		bad := bytes.Clone(data)
		for range 1 + r.IntN(8) {
			bad[r.IntN(len(bad))] = byte(r.Uint32())
		}
		f.Add(bad, "select * from t, s")
	}
	f.Add(data, "pragma integrity_check; select s from s where s match 'some'; vacuum; reindex")
	f.Fuzz(func(t *testing.T, data []byte, sql string) {
		g := newGuest(4 << 20)
		g.fuel = 50_000_000
		if err := g.files.WriteFile("/workspace/a.db", data, os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
			return // larger than the disk
		}
		db, err := sqlite.Open(g.host(), "a.db", sqlite.Options{})
		if err != nil {
			return
		}
		defer db.Close()
		_, _ = db.Exec(sql)
		_, _ = query(db, "select * from sqlite_master")
		_, _ = query(db, "pragma quick_check")
		_, _ = db.Exec("insert into t values (3, 'y')")
	})
}
