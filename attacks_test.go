package buntime_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/buntime/buntime"
)

// sqlitePrelude is what the attacks on SQLite begin with.
const sqlitePrelude = `
import { DatabaseSync } from "node:sqlite";
import fs from "node:fs";
import Better from "better-sqlite3";
const keep = [];
const table = (rows, columns = ["a"]) => { const d = new Better(":memory:"); d.table("t", { columns, rows }); return d; };
const open = (name) => { const d = new DatabaseSync(name); d.exec("select count(*) from sqlite_master"); return d; };
const mem = () => open(":memory:");
const corrupt = (at, value) => {
  const d = open("corrupt.db");
  d.exec("create table t (a primary key, b); insert into t values (1, 'x')");
  d.close();
  const bytes = fs.readFileSync("corrupt.db");
  for (let i = 0; i < 16; i++) bytes[at + i] = value;
  fs.writeFileSync("corrupt.db", bytes);
  open("corrupt.db").prepare("select * from t").all();
};
try {
  CODE;
  console.log("nothing refused it");
} catch (e) {
  console.log(e.message);
}
`

// fsPrelude is what the attacks on files begin with.
const fsPrelude = `
import fs from "node:fs";
try {
  CODE;
  console.log("nothing refused it");
} catch (e) {
  console.log(e.code, e.message);
}
`

// Every attack through SQL ends in the error or the limit that the table says,
// and in nothing else (I3, I6, I12).
func TestSQLiteAttacks(t *testing.T) {
	runAttacks(t, "sqlite", sqlitePrelude, buntime.Limits{Fuel: 60_000_000, Timeout: 2 * time.Minute, Disk: 32 << 20, Memory: 64 << 20})
}

// So does every attack through node:fs.
func TestFileAttacks(t *testing.T) {
	runAttacks(t, "fs", fsPrelude, buntime.Limits{Fuel: 400_000_000, Timeout: 2 * time.Minute, Disk: 32 << 20, Memory: 64 << 20})
}

// runAttacks runs those of testdata/attacks/<area>.json in the place of CODE.
func runAttacks(t *testing.T, area, prelude string, limits buntime.Limits) {
	b, err := os.ReadFile("testdata/attacks/" + area + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var attacks []struct{ Name, Code, Error, Limit string }
	if err := json.Unmarshal(b, &attacks); err != nil {
		t.Fatal(err)
	}
	rt := open(t, buntime.Config{})
	for _, a := range attacks {
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			source := regexp.MustCompile("CODE").ReplaceAllLiteralString(prelude, a.Code)
			res, err := rt.Run(t.Context(), buntime.Program{Source: source, Language: "js", Limits: limits})
			var limit *buntime.LimitError
			switch {
			case a.Limit != "":
				if !errors.As(err, &limit) || limit.Kind != a.Limit {
					t.Errorf("%v, want the limit %s; stdout %.300q", err, a.Limit, res.Stdout)
				}
			case err != nil:
				t.Errorf("%v, want error %q", err, a.Error)
			case !regexp.MustCompile(a.Error).Match(res.Stdout):
				t.Errorf("it says %.300q, want %q; stderr %.300q", res.Stdout, a.Error, res.Stderr)
			}
		})
	}
}
