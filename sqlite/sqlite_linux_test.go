package sqlite_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/buntime/buntime/sqlite"
)

// mappings counts the mappings of the process.
func mappings(t *testing.T) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(maps, []byte("\n"))
}

// I3: a connection gives its memory back, whatever became of it.
func TestI3CloseLeavesNothing(t *testing.T) {
	tests := map[string]func(g *guest) *sqlite.DB{
		"an ordinary one": func(g *guest) *sqlite.DB { return open(t, g, ":memory:") },
		"one that was never opened": func(g *guest) *sqlite.DB {
			for _, name := range []string{"none/a.db", "/", "/workspace", string(make([]byte, 5000))} {
				if _, err := sqlite.Open(g.host(), name, sqlite.Options{}); err == nil {
					t.Errorf("%q is a database", name)
				}
			}
			return nil
		},
		"one without memory left": func(g *guest) *sqlite.DB {
			db := open(t, g, ":memory:")
			exec(t, db, "create table t (a)")
			for range 2 {
				if _, err := db.Exec("with recursive c (n) as (select 1 union all select n + 1 from c) insert into t select replace(hex(zeroblob(500000)), 'x', 'y') from c"); err == nil {
					t.Error("memory has no end")
				}
			}
			return db
		},
		"one with functions under way": func(g *guest) *sqlite.DB {
			db := open(t, g, ":memory:")
			if err := db.CreateFunction("f", 1, sqlite.FunctionOptions{}); err != nil {
				t.Fatal(err)
			}
			if c, err := db.Exec("select f()"); c == nil || err != nil {
				t.Errorf("%v, %v", c, err)
			}
			return db
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := 0
			for i := range 24 {
				if i == 4 {
					before = mappings(t)
				}
				if db := tt(newGuest(1 << 20)); db != nil {
					db.Close()
				}
			}
			if n := mappings(t) - before; n > 10 {
				t.Errorf("20 of them left %d mappings", n)
			}
		})
	}
}
