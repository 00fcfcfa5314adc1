package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// A host is a process that keeps one kind of sandbox and speaks this on loopback,
// with a program's text as the body of each POST:
//
//	GET  /health        200 once it is ready
//	POST /run           a fresh sandbox; what the program gives, as text
//	POST /fresh?ms=N    as /run, again and again for N ms: nanoseconds of each, JSON
//	POST /cpu           {"result", "ns"}: and the processor time that the program took
//	POST /live?n=N      N sandboxes that ran it and are kept, after a collection
//
// Hosts in Go are this binary (`bench host NAME`); those in Node are peers/host.mjs.

// sandboxes is one kind of sandbox. It is used by several goroutines.
type sandboxes interface {
	// run evaluates text in a fresh sandbox and returns what it gives as text.
	run(ctx context.Context, text string) (string, error)
	// keep makes a sandbox that has run text, which lives until ctx ends.
	keep(ctx context.Context, text string) error
}

// measured is for sandboxes whose processor time this process does not spend.
type measured interface {
	cpu(ctx context.Context, text string) (string, time.Duration, error)
}

// used is the answer to /cpu.
type used struct {
	Result string `json:"result"`
	NS     int64  `json:"ns"`
}

// serveHost serves s until standard input ends: the parent holds its other end.
func serveHost(s sandboxes) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	server := &fasthttp.Server{Handler: func(rq *fasthttp.RequestCtx) {
		body, err := answer(ctx, s, string(rq.Path()), rq.QueryArgs(), string(rq.PostBody()))
		if err != nil {
			rq.SetStatusCode(fasthttp.StatusInternalServerError)
			body = []byte(err.Error())
		}
		rq.SetBody(body)
	}}
	ln, err := listen()
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", ln.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		err := ln.Close()
		if p, ok := s.(*processes); ok {
			p.all.Wait() // ctx kills them; what runs in this process ends with it
		}
		return err
	}
}

func answer(ctx context.Context, s sandboxes, path string, args *fasthttp.Args, text string) ([]byte, error) {
	number := func(name string) (int, error) { return strconv.Atoi(string(args.Peek(name))) }
	switch path {
	case "/health":
		return []byte("ok"), nil
	case "/run":
		result, err := s.run(ctx, text)
		return []byte(result), err
	case "/fresh":
		ms, err := number("ms")
		if err != nil {
			return nil, err
		}
		return fresh(ctx, s, text, time.Duration(ms)*time.Millisecond)
	case "/cpu":
		result, took, err := cpu(ctx, s, text)
		if err != nil {
			return nil, err
		}
		return json.Marshal(used{result, took.Nanoseconds()})
	case "/live":
		n, err := number("n")
		if err != nil {
			return nil, err
		}
		for range n {
			if err := s.keep(ctx, text); err != nil {
				return nil, err
			}
		}
		time.Sleep(200 * time.Millisecond) // until all are back in their loops
		runtime.GC()
		debug.FreeOSMemory()
		return nil, nil
	}
	return nil, errors.New("no such path: " + path)
}

// freshMost bounds how many runs of /fresh are timed at once.
const freshMost = 50_000

func fresh(ctx context.Context, s sandboxes, text string, during time.Duration) ([]byte, error) {
	want, err := s.run(ctx, text)
	if err != nil {
		return nil, err
	}
	took := make([]int64, 0, freshMost)
	for end := time.Now().Add(during); len(took) < freshMost; {
		start := time.Now()
		got, err := s.run(ctx, text)
		now := time.Now()
		if err != nil {
			return nil, err
		}
		if got != want {
			return nil, fmt.Errorf("it gave %q once and %q later", want, got)
		}
		took = append(took, now.Sub(start).Nanoseconds())
		if now.After(end) {
			break
		}
	}
	return json.Marshal(took)
}

func cpu(ctx context.Context, s sandboxes, text string) (string, time.Duration, error) {
	if m, ok := s.(measured); ok {
		return m.cpu(ctx, text)
	}
	runtime.GC() // none pays for what the one before left
	start, err := ownTime()
	if err != nil {
		return "", 0, err
	}
	result, err := s.run(ctx, text)
	if err != nil {
		return "", 0, err
	}
	end, err := ownTime()
	return result, end - start, err
}

// ownTime is the processor time that this process has spent, in all threads.
func ownTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
