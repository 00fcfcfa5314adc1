package session

import (
	"testing"

	"github.com/buntime/buntime/hostfuncs"
)

// What programs of a command line see of the workspace knows how many names it has,
// as the workspace does.
func TestProgramFilesNames(t *testing.T) {
	ws := hostfuncs.NewWorkspace(hostfuncs.Config{})
	if err := ws.WriteFile("/workspace/a", nil, 0, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, want := (programFiles{Files: ws}).Names(), ws.Names(); got != want || got < 1 {
		t.Errorf("%d names, want %d", got, want)
	}
}
