// Command buntime runs JavaScript and TypeScript that nobody trusts in
// WebAssembly sandboxes: as a server with sessions, or one program at a time.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/urfave/cli/v3"

	"github.com/buntime/buntime/jsengine/transform"
)

// version is set when a release is linked.
var version = "dev"

//go:embed THIRD_PARTY_NOTICES.txt
var notices string

// Exit codes of our own; a guest's are passed on.
const (
	exitUsage    = 2   // flags or arguments make no sense
	exitInternal = 125 // ours, or the host's, as in env(1) and docker run
	exitNotFound = 127 // the program to run does not exist
	exitLimit    = 124 // time or fuel, as in timeout(1)
	exitMemory   = 137 // memory or disk, as a killed process's
)

// exitError ends the command with a code, and a line on standard error unless
// there is no error.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	transform.MaybeServe()
	os.Exit(run(context.WithValue(context.Background(), ownProcess{}, true), os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// ownProcess in the context of run says that the process is the command's, not a
// test's: what is taken from it is missed by nobody.
type ownProcess struct{}

// run is main, with what a test replaces. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	cmd := command()
	cmd.Reader, cmd.Writer, cmd.ErrWriter = stdin, stdout, stderr
	err := cmd.Run(ctx, args)
	if err == nil {
		return 0
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{exitUsage, errors.New(mistake(err.Error()))} // the flag parser's
	}
	if exit.err != nil {
		fmt.Fprintln(stderr, "buntime:", oneLine(exit.err.Error()))
	}
	return exit.code
}

// oneLine makes one line of a message: joined errors have several.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(s, "\n", "; "))
}

func command() *cli.Command {
	cmd := &cli.Command{
		Name:    "buntime",
		Usage:   "run JavaScript and TypeScript that nobody trusts",
		Version: version,
		Description: `Each program runs in a WebAssembly sandbox of its own: metered CPU, capped
memory, and nothing of this machine that it is not given.

   buntime run hello.ts            run one program
   buntime serve --data ./data     serve the sessions API`,
		EnableShellCompletion: true,
		HideHelpCommand:       true,
		// Errors are printed and turned into exit codes in one place.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		Action:         onlyCommands,
		Commands: []*cli.Command{runCommand(), serveCommand(), keysCommand(), {
			Name:  "licenses",
			Usage: "print the licences of the software in this binary",
			Action: func(_ context.Context, cmd *cli.Command) error {
				if err := noArguments(cmd); err != nil {
					return err
				}
				if _, err := io.WriteString(cmd.Root().Writer, notices); err != nil {
					return failed("%w", err)
				}
				return nil
			},
		}},
	}
	_ = cmd.Walk(func(c *cli.Command) error { // it is not inherited; the function never fails
		c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error {
			return usage("%s (see %s --help)", mistake(err.Error()), c.FullName())
		}
		return nil
	})
	return cmd
}

// onlyCommands is the action of a command that consists of others.
func onlyCommands(_ context.Context, cmd *cli.Command) error {
	if name := cmd.Args().First(); name != "" {
		return usage("no command is called %q (see %s --help)", name, cmd.FullName())
	}
	if cmd == cmd.Root() {
		return cli.ShowRootCommandHelp(cmd)
	}
	return cli.ShowSubcommandHelp(cmd)
}

// noArguments refuses arguments that a command has no use for.
func noArguments(cmd *cli.Command) error {
	if cmd.Args().Present() {
		return usage("%s takes no argument, but got %q", cmd.Name, cmd.Args().First())
	}
	return nil
}
