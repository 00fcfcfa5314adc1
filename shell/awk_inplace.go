package shell

import (
	"io/fs"
	"os"
)

// awkInPlace is -i inplace: what a program prints while it reads a file takes the place of
// the file.
type awkInPlace struct {
	on     bool
	suffix string // of a copy of what was there; "": none

	name  string // of the file that is read; "": none is
	info  fs.FileInfo
	kept  *captureStream
	held  int64 // guarded by kept.mu
	saved *desc // the standard output
}

// option takes a variable that is meant for it.
func (p *awkInPlace) option(name, value string) bool {
	switch name {
	case "inplace::suffix", "INPLACE_SUFFIX":
		p.suffix = value
	case "inplace::enable":
		p.on = p.on && value != "" && value != "0"
	default:
		return false
	}
	return name != "INPLACE_SUFFIX" // which is a variable, too
}

// beginInPlace keeps what is printed from now on, in the place of a file.
func (a *awk) beginInPlace(name string) {
	p := &a.inPlace
	if !p.on || name == "" || name == "-" {
		return
	}
	sh := a.t.sh
	info, err := sh.stat(name)
	if err != nil || !info.Mode().IsRegular() {
		a.t.say("warning: inplace::begin: `%s' is not a regular file", name)
		return
	}
	kept := &captureStream{}
	p.held = 0
	kept.hold = func(n int64) error {
		err := sh.sys.cfg.Budget.Hold(n)
		if err == nil {
			p.held += n
		}
		return err
	}
	a.flush()
	p.name, p.info, p.kept, p.saved = name, info, kept, sh.fds[1]
	sh.fds[1] = newDesc(kept, "")
}

// endInPlace goes back to the standard output, and writes the file if write says so.
func (a *awk) endInPlace(write bool) {
	p := &a.inPlace
	if p.name == "" {
		return
	}
	sh := a.t.sh
	if write {
		a.flush()
	} else {
		a.t.out.Reset(toolIO{sh, 1}) // what it has is of no use
	}
	name := p.name
	p.name = ""
	if sh.fds != nil {
		sh.fds[1].drop()
		if sh.fds[1] = p.saved; p.saved == nil {
			delete(sh.fds, 1)
		}
	} else if p.saved != nil {
		p.saved.drop()
	}
	p.kept.mu.Lock()
	text := p.kept.buf
	p.kept.buf, p.kept.hold = nil, func(int64) error { return errno("EBADF") }
	defer func() { _ = sh.sys.cfg.Budget.Hold(-p.held) }()
	p.kept.mu.Unlock()
	if !write {
		return
	}
	if p.suffix != "" {
		if err := a.t.copyFile(name, name+p.suffix, p.info, true); err != nil {
			a.fatal("inplace::end: cannot copy `%s' to `%s': %s", name, name+p.suffix, errText(err))
		}
	}
	if err := sh.sys.cfg.Files.WriteFile(sh.abs(name), text, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, p.info.Mode().Perm()); err != nil {
		a.fatal("inplace::end: cannot write `%s': %s", name, errText(err))
	}
}
