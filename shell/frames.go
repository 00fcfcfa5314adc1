package shell

import (
	"slices"
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// frame is a function that runs, or a file that is sourced.
type frame struct {
	name string // of the function; "source" of a file
	file string // that it is written in
	line int    // where it was called
}

// stack is FUNCNAME, BASH_SOURCE or BASH_LINENO: one element for each frame, the
// innermost first, and at the end one for the script.
func (sh *shell) stack(name string) (vals []string, ok bool) {
	switch name {
	case "BASH_SOURCE", "BASH_LINENO":
	case "FUNCNAME":
		if len(sh.calls) == 0 {
			return nil, true
		}
	default:
		return nil, false
	}
	end := frame{name: "main", file: sh.scriptFile}
	frames := sh.frames
	if sh.scriptFile != "" {
		frames = slices.Insert(slices.Clone(frames), 0, end)
	}
	sh.room(int64(len(frames)) * 32)
	for _, f := range slices.Backward(frames) {
		switch name {
		case "FUNCNAME":
			vals = append(vals, f.name)
		case "BASH_SOURCE":
			vals = append(vals, f.file)
		default:
			vals = append(vals, strconv.Itoa(f.line))
		}
	}
	return vals, true
}

// enter adds a frame. The caller undoes it with the function returned.
func (sh *shell) enter(name, file string) (leave func()) {
	was, frames, line := sh.file, len(sh.frames), sh.line
	sh.frames = append(sh.frames, frame{name, file, sh.line})
	sh.file = file
	return func() {
		sh.file, sh.line = was, line
		sh.frames = sh.frames[:frames]
	}
}

// fileOf is the file that a function is written in.
func (sh *shell) fileOf(function string) string {
	if f := sh.funcFiles[function]; f != "" {
		return f
	}
	return "environment"
}

// caller prints where the innermost function was called, or the one n calls outside of it.
func (sh *shell) caller(args []string) int {
	frames := sh.frames
	n, named := 0, len(args) > 1
	if named {
		var err error
		if n, err = strconv.Atoi(args[1]); err != nil || n < 0 {
			sh.complain("caller: %s: invalid number", clip(args[1]))
			return 2
		}
	}
	if len(frames) == 0 && !named {
		if sh.scriptFile == "" {
			return 1
		}
		return sh.printed("0 NULL\n")
	}
	if n >= len(frames) {
		return 1
	}
	outer := frame{name: "main", file: sh.scriptFile}
	if i := len(frames) - 2 - n; i >= 0 {
		outer = frames[i]
	} else if named && sh.scriptFile == "" {
		return 1
	}
	if outer.file == "" {
		outer.file = "NULL"
	}
	line := strconv.Itoa(frames[len(frames)-1-n].line)
	if named {
		line += " " + outer.name
	}
	return sh.printed(line + " " + outer.file + "\n")
}

// commandText is a command as BASH_COMMAND shows it.
func commandText(s *syntax.Stmt) string {
	if s == nil {
		return ""
	}
	return substituted([]*syntax.Stmt{s})
}
