package jsengine

import (
	"errors"
	"testing"
)

// I3: what all guests together may not have is not the program's own fault.
func TestI3BudgetIsOverload(t *testing.T) {
	e, err := Open(t.Context(), Config{Budget: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	const bomb = "const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))"
	res, err := e.Run(t.Context(), &Program{Code: bomb, Language: "js", Limits: Limits{Memory: 64 << 20}})
	if !errors.Is(err, ErrOverloaded) || res == nil || res.Limit != nil {
		t.Errorf("over the budget: %+v, %v", res, err)
	}
	res, err = e.Run(t.Context(), &Program{Code: bomb, Language: "js", Limits: Limits{Memory: 4 << 20}})
	if err != nil || res.Limit == nil || res.Limit.Kind != "memory" {
		t.Errorf("over its own cap: %+v, %v", res, err)
	}
}
