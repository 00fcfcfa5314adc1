package jsengine

import (
	"context"
	"strconv"

	"github.com/buntime/buntime/internal/scoped"
	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// loaded is what is kept of a program whose code was made a module: the memory
// of an instance in which nothing of it ran yet.
type loaded struct {
	delta    *wasmhost.Delta // nil: the code was seen once, no more
	doubtful bool            // see Process
}

// defaultLoaded bounds what is kept of loaded programs, in bytes.
const defaultLoaded = 64 << 20

// Answers of callLoad, as in shim.c.
const (
	loadOK     = iota
	loadSyntax // the code does not parse; callRun would throw that
	loadFailed // another error, for callRun to throw
)

// prepare makes the program's code a module, if it has code: by what is kept of the
// same code in the same scope, or by compiling it. Which of them cannot be told
// from what the program does, nor from the fuel that it spends.
//
// What is kept comes from instances that ran no program: they equalled the image
// and did nothing but compile this very code. It is taken when code is seen for
// the second time, since most is seen once.
func (p *Process) prepare(ctx context.Context) error {
	if p.program.Code == "" && p.program.Entry != "" {
		return nil
	}
	name := p.entryPath()
	if p.program.gcAlways {
		_, err := p.compile(ctx, name)
		return err
	}
	// A tsconfig.json is looked for even if what is kept is used: it has its price.
	compiler := ""
	if p.program.Files != nil && p.program.Language != "js" {
		compiler = p.compilerOptions(name)
	}
	key := loadedKey(p.program, name, compiler)
	kept, seen := p.engine.loaded.Get(p.program.Scope, key)
	if kept.delta != nil && p.in.Apply(kept.delta) {
		p.doubtful = kept.doubtful
		return nil
	}
	ok, err := p.compile(ctx, name)
	if err != nil || !ok {
		return err
	}
	kept = loaded{doubtful: p.doubtful}
	size := int64(0)
	if seen {
		if kept.delta = p.in.Capture(int(p.engine.cfg.Loaded / 8)); kept.delta != nil {
			size = kept.delta.Bytes()
		}
	}
	p.engine.loaded.Put(p.program.Scope, key, kept, size)
	return nil
}

// loadedKey is what a loaded program is kept under: all that codeSource goes by.
func loadedKey(p *Program, name, compiler string) scoped.Key {
	return scoped.KeyOf(name, p.Language, p.Code, compiler, strconv.FormatBool(p.Node), strconv.FormatBool(p.Mixed), strconv.FormatBool(p.jsxDev()))
}

// compile makes the program's code a module that goes by name; false if the
// guest has an error to throw instead.
func (p *Process) compile(ctx context.Context, name string) (bool, error) {
	r, err := p.compileAs(ctx, name, false)
	if err == nil && r == loadSyntax && p.retry {
		if err := p.in.Rest(); err != nil { // transforming takes a while
			return false, err
		}
		r, err = p.compileAs(ctx, name, true)
	}
	if err == nil && int64(r) < 0 {
		err = errCorrupt
	}
	return r == loadOK, err
}

func (p *Process) compileAs(ctx context.Context, name string, again bool) (uint64, error) {
	b, err := p.loadArgs(ctx, name, again)
	if err != nil {
		return 0, err
	}
	return p.guest.call(ctx, callLoad, b)
}

// loadArgs is what callLoad takes: name, flags, kind, source and map.
func (p *Process) loadArgs(ctx context.Context, name string, again bool) ([]byte, error) {
	src, err := p.codeSource(ctx, name, again)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, 48+len(name)+len(src.text)+len(src.maps))
	b = appendText(b, name)
	b, _ = wire.Append(b, p.runFlags()) // flat values cannot fail
	return src.append(b)
}
