// Package engine holds the built JavaScript engine: QuickJS-ng compiled to
// WebAssembly with the shim in this folder, the image that sandboxes start from,
// and the program of the command git.
//
// None is committed: `go run ./jsengine/engine/build` makes them from pinned
// source with a pinned compiler, next to this file.
package engine

import (
	"embed"
	"errors"
)

// The patterns match this file as well, so that the package compiles before the
// engine is built: the build tool itself imports it. What a program does not ask
// for, the linker leaves out.
var (
	//go:embed engine.g*[om]
	module embed.FS
	//go:embed engine.g*[oe]
	image embed.FS
	//go:embed *.g*[os]
	git embed.FS
)

// Names of the generated files in this folder.
const (
	ModuleFile = "engine.gen.wasm"
	ImageFile  = "engine.gen.image"
	GitFile    = "git.gen.js"
)

// ErrNotBuilt reports that the engine's generated files are missing.
var ErrNotBuilt = errors.New("engine: not built: run `go run ./jsengine/engine/build` (or `make`) and build again")

// Module returns the engine's WebAssembly module.
func Module() ([]byte, error) { return read(&module, ModuleFile) }

// Image returns the base image, as jsengine.BuildImage made it.
func Image() ([]byte, error) { return read(&image, ImageFile) }

// Git returns the program of the command git: an ES module, bundled from runtime/git.
func Git() ([]byte, error) { return read(&git, GitFile) }

func read(files *embed.FS, name string) ([]byte, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, ErrNotBuilt
	}
	return data, nil
}
