package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program of someone who embeds buntime.
const program = `package main

import (
	"context"
	"fmt"
	"os"

	"github.com/buntime/buntime"
)

func main() {
	buntime.MaybeTransformer()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	rt, err := buntime.Open(ctx, buntime.Config{})
	if err != nil {
		return err
	}
	defer rt.Close()
	res, err := rt.Run(ctx, buntime.Program{
		Source: "import { twice } from './twice.ts'\n" +
			"const n: number = await host.price(import.meta.input)\n" +
			"export default twice(n)",
		Files: map[string][]byte{"twice.ts": []byte("export const twice = (n: number): number => 2 * n")},
		Input: "A1",
		Host: buntime.Host{"price": buntime.Func(func(_ context.Context, item string) (float64, error) {
			return float64(len(item)) + 0.5, nil
		})},
	})
	if err != nil {
		return err
	}
	var total float64
	if err := res.Decode(&total); err != nil {
		return err
	}
	fmt.Println(total)
	return nil
}
`

// The module tree of a release is complete: a program that embeds it builds and
// runs TypeScript, without the engine's build and without a network.
func TestModule(t *testing.T) {
	t.Chdir(filepath.Join("..", "..")) // where run expects to be
	out := t.TempDir()
	if err := run(out, "v0.0.0-test", true); err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(out, "module")
	if _, err := os.Stat(filepath.Join(module, ".gitignore")); err == nil {
		t.Error("the tree holds a .gitignore, so that a release would not commit what the build makes")
	}

	// The requirements are the module's own, so that nothing is looked up.
	app := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module github.com/buntime/buntime\n", "module example.com/embedder\n", 1) +
		"\nrequire github.com/buntime/buntime v0.0.0\nreplace github.com/buntime/buntime => " + module + "\n"
	for name, content := range map[string][]byte{"go.mod": []byte(text), "go.sum": sum, "main.go": []byte(program)} {
		if err := os.WriteFile(filepath.Join(app, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	exe := filepath.Join(app, "embedder")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", exe, ".")
	build.Dir = app
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	if b, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Dir = t.TempDir()
	b, err := cmd.CombinedOutput()
	if err != nil || string(b) != "5\n" {
		t.Errorf("the program printed %q, %v", b, err)
	}
}
