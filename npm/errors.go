package npm

import (
	"errors"
	"fmt"
)

// Error is a refusal or failure that its user can understand.
type Error struct {
	Code    string // as npm's where npm has one: "E404", "EINTEGRITY", "ELIMIT"
	Package string // what it is about: "name@1.0.0"; may be empty
	Message string // continues "package: "; names what was expected
}

func (e *Error) Error() string {
	if e.Package == "" {
		return e.Message
	}
	return e.Package + ": " + e.Message
}

func fail(code, pkg, format string, args ...any) error {
	return &Error{Code: code, Package: cut(pkg, 200), Message: fmt.Sprintf(format, args...)}
}

// about names the package that err is about, unless it names one.
func about(pkg string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Package == "" {
		c := *e
		c.Package = cut(pkg, 200)
		return &c
	}
	return err
}

// codeOf returns the code of an *Error, or "".
func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// cut shortens what others wrote before it goes into a message.
func cut(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
