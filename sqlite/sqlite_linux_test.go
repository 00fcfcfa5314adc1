package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

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

// I2, I12: a step of SQLite that does not look at the meter ends all the same, with a
// guest that has ended soon, and its connection gives all back.
func TestI12LongStepsEnd(t *testing.T) {
	const text = "create virtual table f using fts5 (a); insert into f select replace(hex(zeroblob(100000)), '0', 'a ')"
	const slow = "select snippet(f, 0, '<', '>', '', 64) from f where f match 'a'"
	for _, functions := range []bool{false, true} {
		t.Run(fmt.Sprintf("functions=%v", functions), func(t *testing.T) {
			before := mappings(t)
			g := newGuest(1 << 20)
			db := open(t, g, ":memory:")
			if functions {
				if err := db.CreateFunction("f", 1, sqlite.FunctionOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			exec(t, db, text)
			var failed *sqlite.Error
			if _, err := db.Exec(slow); !errors.As(err, &failed) || failed.Code != 9 || !strings.Contains(err.Error(), "longer than 3s") {
				t.Errorf("a step without end: %v", err)
			}
			if _, err := db.Exec("select 1"); !errors.As(err, &failed) || failed.Code != 9 {
				t.Errorf("afterwards: %v", err)
			}
			_, _ = db.InTransaction(), db.ReadOnly()
			db.Close()
			if n := mappings(t) - before; n > 10 || g.held != 0 {
				t.Errorf("it left %d mappings and holds %d bytes", n, g.held)
			}
		})
	}
	t.Run("of a guest that ended", func(t *testing.T) {
		// Before a step is ended for its length; the machine may be busy with something else.
		took := time.Hour
		for try := 0; try < 3 && took > 2500*time.Millisecond; try++ {
			done := make(chan struct{})
			h := newGuest(1 << 20).host()
			h.Done = done
			db, err := sqlite.Open(h, ":memory:", sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			exec(t, db, text)
			time.AfterFunc(300*time.Millisecond, func() { close(done) })
			began := time.Now()
			if _, err := db.Exec(slow); !errors.Is(err, sqlite.ErrEnded) {
				t.Errorf("a step without end: %v", err)
			}
			took = min(took, time.Since(began))
			db.Close()
		}
		if took > 2500*time.Millisecond {
			t.Errorf("it took %v at least", took)
		}
	})
	t.Run("while the guest has its turn", func(t *testing.T) {
		db := open(t, newGuest(1<<20), ":memory:")
		if err := db.CreateFunction("f", 1, sqlite.FunctionOptions{}); err != nil {
			t.Fatal(err)
		}
		c, err := db.Exec("select f()")
		if c == nil || err != nil {
			t.Fatal(c, err)
		}
		time.Sleep(3500 * time.Millisecond) // longer than a step may take
		if c, err := db.Resume(int64(1), nil); c != nil || err != nil {
			t.Errorf("a slow function: %v, %v", c, err)
		}
	})
}
