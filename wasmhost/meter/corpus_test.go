package meter

import (
	"context"
	"io/fs"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// allFeatures is everything that wazero 1.12 can be told to accept.
const allFeatures = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling |
	experimental.CoreFeaturesTypedFunctionReferences

// corpusDir is wazero's own source tree, with some 8,000 modules in it.
var corpusDir = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	return strings.TrimSpace(string(out)), err
})

// corpus lists the paths of all modules in wazero's source tree.
func corpus(t testing.TB) []string {
	t.Helper()
	dir, err := corpusDir()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".wasm") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 7000 {
		t.Fatalf("only %d modules in %s", len(paths), dir)
	}
	sort.Strings(paths)
	return paths
}

// newRuntime makes a runtime that accepts everything wazero knows.
func newRuntime(t testing.TB, compiler bool) wazero.Runtime {
	t.Helper()
	config := wazero.NewRuntimeConfigInterpreter()
	if compiler {
		config = wazero.NewRuntimeConfigCompiler()
	}
	r := wazero.NewRuntimeWithConfig(context.Background(), config.WithCoreFeatures(allFeatures).WithMemoryLimitPages(65536))
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}
