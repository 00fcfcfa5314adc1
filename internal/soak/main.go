// Command soak runs a server at full load for a long time and finds out whether
// it keeps anything: memory, goroutines, descriptors, mappings, processes, temporary
// files. The load is made of all that a server meets: programs that end, fail, never
// end, take too much or print too much, with workers, databases, servers, children
// and packages of a registry on loopback; sessions that come and go, clients that go
// away, answers in streams. Every answer
// is held to what it must be, and the server's own count of answers to ours.
//
//	go run ./internal/soak -for 30m
//
// It exits with 1 when something grew or an answer was wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	binary := flag.String("buntime", "bin/buntime", "the server's binary")
	length := flag.Duration("for", 30*time.Minute, "how long to load it, at least 1m")
	workers := flag.Int("workers", 16, "requests at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *binary, *length, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// rest is how long the server idles before it is measured: its connections'
// goroutines end after ten seconds.
const rest = 15 * time.Second

func run(ctx context.Context, binary string, length time.Duration, workers int) (err error) {
	if length < time.Minute || workers < 1 {
		return errors.New("-for must be at least 1m, -workers at least 1")
	}
	s, err := startServer(ctx, binary)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	l := newLoad(s)

	// Pools, caches and the store's tables fill up before anything is compared.
	warm := length / 5
	fmt.Printf("loading %s with %d requests at once: %v to warm up, then %v\n", s.url, workers, warm, length-warm)
	if _, err := l.during(ctx, warm, workers); err != nil {
		return err
	}
	before, err := s.idle(ctx)
	if err != nil {
		return err
	}
	samples, err := l.during(ctx, length-warm, workers)
	if err != nil {
		return err
	}
	after, err := s.idle(ctx)
	if err != nil {
		return err
	}
	l.report(os.Stdout)
	window := max(len(samples)/5, 1)
	first, last := median(samples[:window]), median(samples[len(samples)-window:])
	return errors.Join(l.verdict(after), compare(os.Stdout, before, after, first, last))
}
