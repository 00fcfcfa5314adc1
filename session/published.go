package session

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/storage"
)

const (
	// maxKnownFiles bounds the names of packages in memory that committed files were
	// found to be of: about 20 MB.
	maxKnownFiles = 100_000
	// maxMadeWaiting bounds what waits to be stored, in bytes.
	maxMadeWaiting = 32 << 20
)

// published keeps what is made of the files of packages that everyone may have:
// those that were fetched without credentials. It is found by what it was made of
// and nothing else, and lies in the store beside the packages.
type published struct {
	m *Manager

	mu      sync.Mutex
	known   map[[16]byte]*npm.Package // guarded by mu; by parcel
	files   int                       // guarded by mu; of known
	making  []made                    // guarded by mu; to be stored
	waiting int64                     // guarded by mu; bytes of making
	writing bool                      // guarded by mu; a goroutine stores
	writers sync.WaitGroup
}

type made struct {
	key   [32]byte
	value []byte
}

// in returns what jsengine asks for a workspace over the files that a session has
// stored; base may be nil.
func (p *published) in(ws *hostfuncs.Workspace, base *storage.Workspace) jsengine.Published {
	if p.m.cfg.Store == nil {
		return nil
	}
	return &publishedFiles{published: p, ws: ws, base: base}
}

// publishedFiles implements jsengine.Published.
type publishedFiles struct {
	*published
	ws   *hostfuncs.Workspace
	base *storage.Workspace
}

// File implements jsengine.Published. Where a package lies is part of what is
// kept of it, so a file counts only in the one place where everyone has it: what
// can be learned from how fast an import is, is then no more than that somebody
// uses this file of this package.
func (f *publishedFiles) File(name string) *jsengine.PublishedFile {
	at := ""
	for _, dir := range []string{hostfuncs.Root, autoDir} {
		if rest, ok := strings.CutPrefix(name, dir+"/node_modules/"); ok {
			at = rest
		}
	}
	if at == "" {
		return nil
	}
	layer, from, ok := f.ws.Source(name)
	if !ok {
		return nil
	}
	if layer != nil {
		k, ok := layer.Ref().(*keptPackage)
		if !ok || k.name.tenant != "" || at != path.Join(k.pkg.Name, from) {
			return nil
		}
		if file, ok := k.pkg.File(from); ok {
			return publishedFile(k.parcel, file)
		}
		return nil
	}
	if f.base == nil {
		return nil
	}
	parcel, off, err := f.base.Origin(from)
	if err != nil {
		return nil
	}
	pkg := f.packageOf(parcel)
	if pkg == nil {
		return nil
	}
	inside, ok := strings.CutPrefix(at, pkg.Name+"/")
	if file, found := pkg.File(inside); ok && found && file.Offset == off {
		return publishedFile(parcel, file)
	}
	return nil
}

// publishedFile is a file of the package that the parcel holds.
func publishedFile(parcel *storage.Parcel, file npm.File) *jsengine.PublishedFile {
	id := parcel.ID()
	return &jsengine.PublishedFile{
		ID:      string(id[:]) + file.Path,
		Content: io.NewSectionReader(parcel, file.Offset, file.Size), Size: file.Size,
	}
}

// packageOf returns the package that a parcel holds, or nil.
func (p *published) packageOf(parcel *storage.Parcel) *npm.Package {
	id := parcel.ID()
	p.mu.Lock()
	pkg := p.known[id]
	p.mu.Unlock()
	if pkg != nil {
		return pkg
	}
	meta, err := parcel.LoadMeta()
	if err != nil {
		return nil
	}
	if pkg, err = npm.UnmarshalPackage(meta); err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[id] == nil {
		if p.files += len(pkg.Files); p.files > maxKnownFiles {
			p.known, p.files = map[[16]byte]*npm.Package{}, len(pkg.Files)
		}
		p.known[id] = pkg
	}
	return pkg
}

// madeName is what the parcel of something made is called.
func madeName(key [32]byte) string { return "made " + hex.EncodeToString(key[:]) }

// Kept implements jsengine.Published.
func (p *published) Kept(key [32]byte) []byte {
	parcel, err := p.m.cfg.Store.Parcel("", madeName(key))
	if err != nil {
		return nil
	}
	return parcel.Meta()
}

// Keep implements jsengine.Published.
func (p *published) Keep(key [32]byte, value []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting+int64(len(value)) > maxMadeWaiting || len(value) > storage.MaxParcelMeta {
		return // it is made again
	}
	p.waiting += int64(len(value))
	p.making = append(p.making, made{key, value})
	if !p.writing {
		p.writing = true
		p.writers.Go(p.write)
	}
}

// write stores what waits. Precondition: the caller is a program that runs, so that
// close comes later.
func (p *published) write() {
	for {
		p.mu.Lock()
		if len(p.making) == 0 {
			p.writing = false
			p.mu.Unlock()
			return
		}
		next := p.making[0]
		p.making[0].value = nil
		p.making = p.making[1:]
		p.mu.Unlock()
		_, err := p.m.cfg.Store.PutParcel(context.Background(), "", madeName(next.key), next.value, nil)
		switch {
		case err == nil:
			p.m.stats.made.Add(1)
		case !errors.Is(err, storage.ErrParcelsFull) && !errors.Is(err, storage.ErrNoSpace):
			p.m.cfg.Log.Warn("what was made of a package is not kept", zap.Error(err))
		}
		p.mu.Lock()
		p.waiting -= int64(len(next.value))
		p.mu.Unlock()
	}
}

// close waits until nothing is being stored. Precondition: no program runs any more.
func (p *published) close() { p.writers.Wait() }
