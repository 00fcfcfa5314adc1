package shell_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
)

// What SQL does is the command line's: its fuel and memory, and signals end it.
func TestSQLiteLimits(t *testing.T) {
	const forever = `with recursive f(n) as (select 1 union all select n + 1 from f) `
	for _, c := range []struct {
		name, line, kind string
		fuel, memory     int64
	}{
		{name: "a query without end", line: `sqlite3 :memory: "` + forever + `select sum(n) from f"`, kind: "fuel", fuel: 2_000_000},
		{name: "rows without end", line: `sqlite3 :memory: "` + forever + `select n from f" > /dev/null`, kind: "fuel", fuel: 2_000_000},
		{name: "rows to line up", line: `sqlite3 -column :memory: "` + forever + `select n from f"`, kind: "memory", memory: 16 << 20},
		{name: "a statement without end", line: `tr '\0' a < /dev/zero | sqlite3`, kind: "memory", memory: 6 << 20},
		{name: "a field without end", line: `sqlite3 :memory: "create table t(a)" ".import /dev/zero t"`, kind: "memory", memory: 16 << 20},
		{name: "fields without end", line: `tr '\0' '|' < /dev/zero | sqlite3 :memory: "create table t(a)" ".import - t"`, kind: "memory", memory: 16 << 20},
		{name: "marks that the text has", line: `sqlite3 a.db "create table t(a); with recursive c(n) as (select 0 union all select n+1 from c where n<20000) insert into t select char(10)||group_concat('(\n'||n||')','') from c"; sqlite3 a.db .dump`, kind: "fuel", fuel: 20_000_000},
		{name: "a cell of many lines", line: `sqlite3 -box :memory: "with t(x) as materialized (select replace(hex(zeroblob(100000)),'0',char(10))) select x, x, x, x, x from t"`, kind: "memory", memory: 16 << 20},
		{name: "a search without end", line: `yes "$(seq 1000 | tr -d '\n')" | tr -d '\n' | rg '(a|b)+c'`, kind: "memory", memory: 4 << 20},
		{name: "rules without end", line: `mkdir d; yes '*[a-z]*{a,b}?' | head -30000 > d/.ignore; rg x d`, kind: "memory", memory: 4 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t.Context(), t, shell.BudgetConfig{Fuel: c.fuel, Memory: c.memory}, nil)
			defer s.close()
			r := s.run(c.line + "; echo went on")
			s.Close()
			var limit *jsengine.LimitError
			if err := s.Err(); !errors.As(err, &limit) || limit.Kind != c.kind {
				t.Errorf("ended by %v", err)
			}
			if r.code != 137 || strings.Contains(r.stdout, "went on") {
				t.Errorf("exit %d, printed %.100q, %.300q", r.code, r.stdout, r.stderr)
			}
		})
	}
	r := run(t, `timeout 0.05 sqlite3 a.db "create table t(a); begin; insert into t values(1); `+forever+`select count(*) from f"; echo $?; sqlite3 a.db "select count(*) from t"; echo ".read r" > r; sqlite3 :memory: ".read r"; echo $?`)
	if r.stdout != "124\n0\n1\n" || strings.Contains(r.stderr, "out of memory") {
		t.Errorf("%+v", r)
	}
}

// A step of SQLite that takes hours ends with its process.
func TestSQLiteLongSteps(t *testing.T) {
	took := time.Hour
	for try := 0; try < 3 && took > 2500*time.Millisecond; try++ { // the machine may be busy with something else
		began := time.Now()
		r := run(t, `timeout 0.3 sqlite3 :memory: "create virtual table f using fts5(a); insert into f select replace(hex(zeroblob(100000)), '0', 'a '); select snippet(f, 0, '', '', '', 64) from f where f match 'a'"; echo $?`)
		if r.stdout != "124\n" {
			t.Errorf("%+v", r)
		}
		took = min(took, time.Since(began))
	}
	if took > 2500*time.Millisecond {
		t.Errorf("it took %v at least", took)
	}
}

// No name leads out of the workspace, and one writer waits for another.
func TestSQLiteFiles(t *testing.T) {
	r := run(t, `for f in /etc/passwd ../../etc/passwd /dev/zero 'file:/etc/passwd?vfs=unix'; do sqlite3 "$f" "create table t(a)" 2>/dev/null; echo $?; done
sqlite3 a.db "create table t(a)"; for i in 1 2 3 4; do (for j in 1 2 3 4 5; do sqlite3 a.db "insert into t values($i)"; done) & done; wait; sqlite3 a.db "select count(*), sum(a) from t"; ls`)
	if want := "1\n1\n1\n1\n20|50\na.db\n"; r.stdout != want {
		t.Errorf("%+v", r)
	}
}
