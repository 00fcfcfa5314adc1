// Package engine holds the built JavaScript engine: QuickJS-ng compiled to
// WebAssembly with the shim in this folder, and the image that sandboxes start
// from.
//
// Neither is committed: `go run ./jsengine/engine/build` makes them from pinned
// source with a pinned compiler, next to this file.
package engine

import (
	"embed"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// The pattern matches this file as well, so that the package compiles before
// the engine is built: the build tool itself imports it.
//
//go:embed engine.*
var files embed.FS

// Names of the generated files in this folder.
const (
	ModuleFile = "engine.wasm.zst"
	ImageFile  = "engine.image.zst"
)

// ErrNotBuilt reports that the engine's generated files are missing.
var ErrNotBuilt = errors.New("engine: not built: run `go run ./jsengine/engine/build` (or `make`) and build again")

// Module returns the engine's WebAssembly module.
func Module() ([]byte, error) { return read(ModuleFile) }

// Image returns the base image, as jsengine.BuildImage made it.
func Image() ([]byte, error) { return read(ImageFile) }

func read(name string) ([]byte, error) {
	packed, err := files.ReadFile(name)
	if err != nil {
		return nil, ErrNotBuilt
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	defer d.Close()
	data, err := d.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("engine: unpack %s: %w", name, err)
	}
	return data, nil
}
