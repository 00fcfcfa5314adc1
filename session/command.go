package session

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/buntime/buntime/npm"
)

// A command is what a command line asks for: a file to run, or the reason, as a
// shell words it, why there is nothing to run.
type command struct {
	file   string // as written
	node   bool   // whether it is Node that is to run it
	stderr string // when file is ""
	exit   int

	words []string // a command about packages, for which there is no file
	// Of a program that such a command runs:
	args []string
	env  map[string]string // nil: as it is
	dir  string            // "": as it is
}

// parseCommand reads a command line. What can be run is exactly `bun run F`,
// `node F` and `bun F`, where F is a plain name, and the commands of npm and Bun
// about packages, in plain words: nothing that a shell would expand or split.
func parseCommand(line string) command {
	words := strings.Fields(line)
	if len(words) == 0 { // a shell does nothing, well
		return command{}
	}
	if npm.Understands(words) && !slices.ContainsFunc(words, func(s string) bool { return !plainWord(s) }) && !strings.ContainsAny(line, "\n\r") {
		return command{words: words}
	}
	var file string
	switch {
	case len(words) == 3 && words[0] == "bun" && words[1] == "run":
		file = words[2]
	case len(words) == 2 && words[0] == "node", len(words) == 2 && words[0] == "bun" && !bunCommands[words[1]]:
		file = words[1]
	}
	plain := func(s string) bool {
		return s != "" && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "~") && !strings.ContainsAny(s, "|&;<>()$`\\\"'*?[]#!{}=\x00\n\r")
	}
	if plain(file) && !strings.ContainsAny(line, "\n\r") {
		return command{file: file, node: words[0] == "node"}
	}
	// Bun's own subcommands are commands that do not exist here, as others.
	name := words[0]
	if (name == "bun" || name == "node") && len(words) > 1 {
		name = strings.Join(words, " ")
	}
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "") + "…"
	}
	return command{exit: 127, stderr: fmt.Sprintf("sh: %s: command not found\n", name)}
}

// plainWord reports whether a shell would take s as it is.
func plainWord(s string) bool {
	return s != "" && !strings.HasPrefix(s, "~") && !strings.ContainsAny(s, "|&;<>()$`\\\"'*?[]#!{}\x00\n\r") && (strings.HasPrefix(s, "-") || !strings.Contains(s, "="))
}

// bunCommands are what `bun` takes for a command of its own, not for a file.
var bunCommands = map[string]bool{
	"a": true, "add": true, "audit": true, "build": true, "c": true, "completions": true, "create": true, "exec": true,
	"feedback": true, "help": true, "i": true, "info": true, "init": true, "install": true, "link": true, "outdated": true,
	"patch": true, "patch-commit": true, "pm": true, "publish": true, "remove": true, "repl": true, "rm": true, "run": true,
	"test": true, "unlink": true, "update": true, "upgrade": true, "why": true, "x": true,
}

// resolve returns the absolute path of the command's file for a program that
// starts in dir.
func (c command) resolve(dir string) string {
	if path.IsAbs(c.file) {
		return path.Clean(c.file)
	}
	return path.Join(dir, c.file)
}
