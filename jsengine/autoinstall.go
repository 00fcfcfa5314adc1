package jsengine

import (
	"context"
	"errors"

	"github.com/buntime/buntime/jsengine/resolve"
)

// Installer gets packages that a program imports and nobody has installed, as Bun
// does where there is no node_modules folder. It is used by several goroutines at once.
type Installer interface {
	// Install returns a folder whose node_modules has the package called name, in the
	// version, range or tag want ("": what the project of the file from asks for, else
	// the latest). The error's text reaches the guest.
	Install(ctx context.Context, name, want, from string) (dir string, err error)
}

const (
	// installFuel is what a package costs that is not there: about what npm's part takes.
	installFuel = 1_000_000
	// maxInstalls bounds how often one program asks for packages.
	maxInstalls = 100
)

// found resolves specifier, as find does it, and gets the package that it names if
// there is none.
func (p *Process) found(specifier, from string, find func(specifier, from string) (resolve.Module, error)) (resolve.Module, error) {
	m, err := find(specifier, from)
	p.chargeResolution()
	var missing *resolve.Error
	if !errors.As(err, &missing) || p.program.Installer == nil {
		return m, err
	}
	name, want, sub, ok := p.resolver().Missing(specifier, from, missing)
	if !ok {
		return m, err
	}
	if p.installs++; p.installs > maxInstalls {
		return m, missing.Because("this program has asked for more packages than it may")
	}
	p.in.Charge(installFuel)
	var dir string
	var failed error
	p.Block(func() { dir, failed = p.program.Installer.Install(p.ctx, name, want, from) })
	if failed != nil {
		return m, missing.Because(failed.Error())
	}
	p.modules = nil // what it remembers of folders is not true any more
	m, err = find(name+sub, dir+"/[import]")
	p.chargeResolution()
	return m, err
}
