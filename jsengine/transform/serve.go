package transform

import (
	"bufio"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
)

// serveArg is the argument that makes a process a transformer.
const serveArg = "__buntime_transform"

// MaybeServe turns this process into a transformer, and does not return, when
// it was started as one by a [Pool]; otherwise it does nothing. Call it first
// thing in main.
func MaybeServe() {
	if len(os.Args) == 2 && os.Args[1] == serveArg {
		os.Exit(serve(os.Stdin, os.Stdout))
	}
}

// serve answers requests until in ends.
func serve(in io.Reader, out io.Writer) int {
	// Ctrl-C reaches a terminal's whole process group, but the parent lets its
	// programs finish: it ends us by closing in.
	signal.Ignore(os.Interrupt)
	limitProcess()
	// A parse that is nested too deeply for this ends the process, which is
	// how the parent learns of it; a normal program needs a few kilobytes.
	debug.SetMaxStack(64 << 20)
	debug.SetMemoryLimit(childMemory / 2)
	if _, err := io.WriteString(out, greeting); err != nil {
		return 1
	}
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		req, err := readRequest(r)
		if err == io.EOF {
			return 0
		}
		if err != nil {
			return 1
		}
		limitRequest()
		if err := writeReply(out, run(req)); err != nil {
			return 1
		}
	}
}
