package jsengine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/buntime/buntime/jsengine/resolve"
	"github.com/buntime/buntime/jsengine/wire"
)

var (
	// ErrClosed reports an Engine that is closed or closing.
	ErrClosed = errors.New("jsengine: engine is closed")
	// ErrOverloaded reports that the host has no room for another sandbox now.
	ErrOverloaded = errors.New("jsengine: no room for another sandbox")
	// ErrNoTransformer reports TypeScript or JSX in an Engine without Config.Transformer.
	ErrNoTransformer = errors.New("jsengine: TypeScript and JSX need a transformer, and this engine was opened without one")
)

// LimitError reports the limit that ended a program.
type LimitError struct {
	Kind  string // "time" (ms), "fuel" (units), "memory" or "disk" (bytes)
	Used  int64
	Limit int64
}

func (e *LimitError) Error() string {
	unit := "bytes"
	switch e.Kind {
	case "time":
		unit = "ms"
	case "fuel":
		unit = "units"
	}
	return fmt.Sprintf("%s limit exceeded: used %d of %d %s", e.Kind, e.Used, e.Limit, unit)
}

// deniedCode is the code of a DeniedError in the guest.
const deniedCode = "ERR_CAPABILITY_DENIED"

// noTransformerCode is the code of ErrNoTransformer in the guest.
const noTransformerCode = "ERR_NO_TRANSFORMER"

// DeniedError reports a capability that the guest used without holding it. The
// guest sees an error with code ERR_CAPABILITY_DENIED.
type DeniedError struct {
	Capability string // "files", "net", …
	Target     string // what was asked for
	Grant      string // what to grant, for people
}

func (e *DeniedError) Error() string {
	s := e.Capability + " is not granted"
	if e.Target != "" {
		s = fmt.Sprintf("access to %s is not granted", e.Target)
	}
	if e.Grant != "" {
		s += ": " + e.Grant
	}
	return s
}

// Errno is a failed system call as Node reports it.
type Errno struct {
	Code    string // "ENOENT"
	Syscall string // "open"; "" leaves it out
	Path    string // "" leaves it out, unless it is what was given
	Dest    string // the same
	given   int    // how many paths the call was given: 0, 1 or 2
}

func (e *Errno) Error() string {
	s := e.Code + ": " + errnoText(e.Code)
	if e.Syscall != "" {
		s += ", " + e.Syscall
	}
	if e.Path != "" || e.given > 0 {
		s += " '" + e.Path + "'"
	}
	if e.Dest != "" || e.given > 1 {
		s += " -> '" + e.Dest + "'"
	}
	return s
}

// Is makes errors.Is compare codes.
func (e *Errno) Is(target error) bool {
	t, ok := target.(*Errno)
	return ok && t.Code == e.Code
}

// JSError is an error that the guest is to see as it is.
type JSError struct {
	Name    string // "TypeError"; "" means Error
	Message string
	Code    string      // error.code; "" leaves it out
	Fields  wire.Object // further own properties
}

func (e *JSError) Error() string {
	if e.Name == "" {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

// SyntaxError is what a Transformer finds wrong with a guest's source.
type SyntaxError struct {
	Message string
	File    string // guest path
	Line    int    // from 1
	Column  int    // from 1
	Text    string // the line itself
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s (%s:%d:%d)", e.Message, e.File, e.Line, e.Column)
}

// errnoNames has Node's text and (negative, Linux) number for each code.
var errnoNames = map[string]struct {
	text string
	no   int
}{
	"EPERM":        {"operation not permitted", -1},
	"ENOENT":       {"no such file or directory", -2},
	"ENXIO":        {"no such device or address", -6},
	"EIO":          {"i/o error", -5},
	"EBADF":        {"bad file descriptor", -9},
	"EAGAIN":       {"resource temporarily unavailable", -11},
	"ENOMEM":       {"not enough memory", -12},
	"EACCES":       {"permission denied", -13},
	"EBUSY":        {"resource busy or locked", -16},
	"EEXIST":       {"file already exists", -17},
	"EXDEV":        {"cross-device link not permitted", -18},
	"ENODEV":       {"no such device", -19},
	"E2BIG":        {"argument list too long", -7},
	"ENOTDIR":      {"not a directory", -20},
	"EISDIR":       {"illegal operation on a directory", -21},
	"EINVAL":       {"invalid argument", -22},
	"ENFILE":       {"file table overflow", -23},
	"EMFILE":       {"too many open files", -24},
	"EFBIG":        {"file too large", -27},
	"ENOSPC":       {"no space left on device", -28},
	"ESPIPE":       {"invalid seek", -29},
	"EROFS":        {"read-only file system", -30},
	"EMLINK":       {"too many links", -31},
	"ERANGE":       {"result too large", -34},
	"ENAMETOOLONG": {"name too long", -36},
	"ENOSYS":       {"function not implemented", -38},
	"ENOTEMPTY":    {"directory not empty", -39},
	"ELOOP":        {"too many symbolic links encountered", -40},
	"ENOTSUP":      {"operation not supported on socket", -95},
	"EADDRINUSE":   {"address already in use", -98},
	"ETIMEDOUT":    {"connection timed out", -110},
	"ECONNREFUSED": {"connection refused", -111},
	"ECANCELED":    {"operation canceled", -125},
	"EDQUOT":       {"disk quota exceeded", -122},
}

func errnoText(code string) string {
	if e, ok := errnoNames[code]; ok {
		return e.text
	}
	return "unknown error"
}

// wireError is how err looks in the guest. What is not meant for guests comes
// out as "internal error"; hidden says so, for the host's log.
func wireError(err error) (we *wire.Error, hidden bool) {
	var (
		js     *JSError
		errno  *Errno
		denied *DeniedError
		syntax *SyntaxError
		we0    *wire.Error
		res    *resolve.Error
	)
	switch {
	case errors.As(err, &res):
		we = &wire.Error{Name: res.Name, Message: res.Message, Code: res.Code}
		if res.Path != "" {
			we.Fields = append(we.Fields, wire.Pair{Key: "path", Value: res.Path})
		}
		if res.Name == "ResolveMessage" {
			we.Fields = append(we.Fields, wire.Pair{Key: "specifier", Value: res.Specifier}, wire.Pair{Key: "referrer", Value: res.Referrer},
				wire.Pair{Key: "importKind", Value: res.Kind})
		}
		return we, false
	case errors.As(err, &js):
		return &wire.Error{Name: js.Name, Message: js.Message, Code: js.Code, Fields: append(openSSLFields(js), js.Fields...)}, false
	case errors.As(err, &errno):
		f := wire.Object{{Key: "errno", Value: errnoNames[errno.Code].no}, {Key: "code", Value: errno.Code}} // in Node's order
		if errno.Syscall != "" {
			f = append(f, wire.Pair{Key: "syscall", Value: errno.Syscall})
		}
		if errno.Path != "" || errno.given > 0 {
			f = append(f, wire.Pair{Key: "path", Value: errno.Path})
		}
		if errno.Dest != "" || errno.given > 1 {
			f = append(f, wire.Pair{Key: "dest", Value: errno.Dest})
		}
		return &wire.Error{Message: errno.Error(), Fields: f}, false
	case errors.As(err, &denied):
		return &wire.Error{Message: denied.Error(), Code: deniedCode, Fields: wire.Object{
			{Key: "capability", Value: denied.Capability}, {Key: "target", Value: denied.Target},
		}}, false
	case errors.As(err, &syntax):
		return &wire.Error{Name: "SyntaxError", Message: syntax.Error()}, false
	case errors.Is(err, ErrNoTransformer):
		return &wire.Error{Message: ErrNoTransformer.Error(), Code: noTransformerCode}, false
	case errors.As(err, &we0):
		return we0, false
	}
	return &wire.Error{Message: "internal error"}, true
}

// openSSLFields are what Node takes out of an error of OpenSSL's, whose message is
// error:NUMBER:library:function:reason; nil if e is none.
func openSSLFields(e *JSError) wire.Object {
	if !strings.HasPrefix(e.Code, "ERR_OSSL_") {
		return nil
	}
	parts := strings.SplitN(e.Message, ":", 5)
	if len(parts) != 5 || parts[0] != "error" {
		return nil
	}
	return wire.Object{{Key: "library", Value: parts[2]}, {Key: "reason", Value: parts[4]}}
}
