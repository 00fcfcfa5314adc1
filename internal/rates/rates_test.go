package rates

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteReplaces(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rates.json")
	for i, passed := range []bool{false, true} {
		c := Counter{}
		c.Add("b", true)
		c.Add("a", passed)
		if err := Write(file, Suite{Name: "suite", Version: "1", Areas: c.Areas()}); err != nil {
			t.Fatal(err)
		}
		list, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 1 || len(list[0].Areas) != 2 || list[0].Areas[0] != (Area{"a", i, 1}) {
			t.Errorf("after run %d: %+v", i, list)
		}
		if got := Sum(list[0].Areas); got != (Area{"all", i + 1, 2}) {
			t.Errorf("sum %+v", got)
		}
		if text := Document(list); !strings.Contains(text, "| b | 1 | 1 | 100.00 % |") {
			t.Errorf("document %q", text)
		}
	}
}
