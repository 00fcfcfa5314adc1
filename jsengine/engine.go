package jsengine

import (
	"context"

	"go.uber.org/zap"
)

// Config describes an Engine. The zero value works.
type Config struct {
	CacheDir    string // compiled engine between starts; "" keeps none
	CacheKey    []byte // authenticates CacheDir; required with it
	Transformer Transformer
	Budget      int64 // bytes over all sandboxes; default wasmhost's
	Portable    bool  // copy images instead of mapping them
	Log         *zap.Logger
}

// Engine runs programs. It is safe for concurrent use.
type Engine struct{ cfg Config }

// Open compiles the engine (or takes it from the cache) and maps the image. The
// caller must Close it.
func Open(ctx context.Context, cfg Config) (*Engine, error) { return &Engine{cfg: cfg}, nil }

// Close ends running programs with ErrClosed, waits for them and frees everything.
func (e *Engine) Close() error { return nil }

// Run runs p to its end.
//
// Errors are only ours: one wrapping ctx.Err, ErrOverloaded, ErrNoTransformer,
// ErrClosed. The result is not nil once the guest started, also with an error.
func (e *Engine) Run(ctx context.Context, p *Program) (*Result, error) { return &Result{}, nil }
