package resolve

import "errors"

// Error is a failed resolution, as the program that asked is to see it.
type Error struct {
	Name      string // "TypeError"; "" means Error
	Code      string // "ERR_MODULE_NOT_FOUND"
	Message   string
	Path      string // of the package.json at fault, or ""
	Specifier string // with Name "ResolveMessage"
	Referrer  string // with Name "ResolveMessage"
	Kind      string // with Name "ResolveMessage": "import-statement", "require-call"
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

// Because returns e with the reason why what is missing could not be had, in a line
// of its own.
func (e *Error) Because(reason string) *Error {
	more := *e
	more.Message += "\nIt is not installed, and could not be now: " + reason
	return &more
}

// notFound is the error for a specifier that leads nowhere.
func (q *query) notFound() error {
	what := "module"
	switch {
	case q.r.node && q.require:
		return &Error{Code: "MODULE_NOT_FOUND", Message: "Cannot find module '" + q.specifier + "'"}
	case q.require:
		return &Error{Name: "ResolveMessage", Code: "MODULE_NOT_FOUND", Message: "Cannot find module '" + q.specifier + "'",
			Specifier: q.specifier, Referrer: q.from.Name(), Kind: "require-call"}
	case q.specifier != "" && q.specifier[0] != '/' && !isRelative(q.specifier) && !isFileURL(q.specifier):
		what = "package"
	}
	if q.r.node {
		return &Error{Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find " + what + " '" + q.specifier + "' imported from " + q.from.Name()}
	}
	shown := q.specifier
	if isFileURL(shown) {
		shown = shown[len("file://"):]
	} else if name, _, _, ok := splitPackage(shown); ok && what == "package" {
		shown = name
	}
	return &Error{Name: "ResolveMessage", Code: "ERR_MODULE_NOT_FOUND", Message: "Cannot find " + what + " '" + shown + "' imported from " + q.from.Name(),
		Specifier: q.specifier, Referrer: q.from.Name(), Kind: "import-statement"}
}

func (q *query) unknownBuiltin() error {
	e := &Error{Code: "ERR_UNKNOWN_BUILTIN_MODULE", Message: "No such built-in module: " + q.specifier}
	if !q.r.node {
		e.Name, e.Specifier, e.Referrer, e.Kind = "ResolveMessage", q.specifier, q.from.Name(), "import-statement"
	}
	return e
}

// invalid is the error for a specifier that can name nothing.
func (q *query) invalid(what, reason string) error {
	return q.invalidFrom(what, reason, q.from.Name())
}

func (q *query) invalidFrom(what, reason, from string) error {
	e := &Error{Name: "TypeError", Code: "ERR_INVALID_MODULE_SPECIFIER", Message: "Invalid module \"" + what + "\" " + reason}
	if from != "" {
		e.Message += " imported from " + from
	}
	return e
}

// badPackage reports a package.json that is no JSON.
type badPackage struct{ path, reason string }

func (e *badPackage) Error() string { return e.path + ": " + e.reason }

// config is the error for a package.json that cannot be used.
func (q *query) config(err error) error {
	var bad *badPackage
	if !errors.As(err, &bad) {
		return err
	}
	if q.require {
		return &Error{Name: "SyntaxError", Message: "Error parsing " + bad.path + ": " + bad.reason, Path: bad.path}
	}
	msg := "Invalid package config " + bad.path
	if isRelative(q.specifier) || q.specifier == "" || q.specifier[0] == '/' {
		msg += " while importing " + q.specifier
	} else {
		msg += " while importing \"" + q.specifier + "\" from " + q.from.Name()
	}
	return &Error{Code: "ERR_INVALID_PACKAGE_CONFIG", Message: msg + ". " + bad.reason}
}
