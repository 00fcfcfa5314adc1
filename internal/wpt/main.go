// Command wpt runs web-platform-tests from a local checkout in sandboxes, and
// prints the pass rate by area.
//
//	go run ./internal/wpt -dir CHECKOUT [-run REGEXP] [-failed] [-write VERSION] [AREA...]
//
// An area is a folder of the checkout; the default are those of what the runtime
// library has. Of each the files that need no document run (*.any.js).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"

	"github.com/buntime/buntime/internal/rates"
)

// areas are what the runtime library has of the platform.
var areas = []string{
	"FileAPI", "WebCryptoAPI", "compression", "console", "dom/abort", "dom/events", "encoding", "fetch/api/abort", "fetch/api/basic", "fetch/api/headers",
	"fetch/api/request", "fetch/api/response", "fetch/data-urls", "hr-time", "html/webappapis/atob", "html/webappapis/microtask-queuing",
	"html/webappapis/structured-clone", "html/webappapis/timers", "performance-timeline", "streams", "url", "urlpattern", "user-timing",
	"webmessaging/broadcastchannel", "webmessaging/message-channels", "xhr/formdata",
}

func main() {
	dir := flag.String("dir", "", "the `directory` of the checkout")
	pattern := flag.String("run", "", "only files whose path matches this regular `expression`")
	failed := flag.Bool("failed", false, "print each test that fails, and why")
	write := flag.String("write", "", "write the rates to "+rates.File+" with this `version` of the tests")
	jobs := flag.Int("j", 2, "files at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	list := flag.Args()
	if len(list) == 0 {
		list = areas
	}
	if err := run(ctx, *dir, *pattern, list, *jobs, *failed, *write); err != nil {
		fmt.Fprintln(os.Stderr, "wpt:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, pattern string, areas []string, jobs int, failed bool, version string) error {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	s, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.close()
	files, err := s.find(areas, match)
	if err != nil {
		return err
	}
	counts := rates.Counter{}
	s.runAll(ctx, files, jobs, func(f *file, results []result) {
		for _, r := range results {
			if r.Why != "" && failed {
				fmt.Printf("%s: %s: %s\n", f.name(), r.Name, r.Why)
			}
			counts.Add(f.area, r.Why == "")
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Print(rates.Table(counts.Areas()))
	if version == "" {
		return nil
	}
	return rates.Write(rates.File, rates.Suite{
		Name: "web-platform-tests", Version: version, Areas: counts.Areas(),
		Note: "Files that need neither a document nor a server that computes its answers (*.any.js without those that use .py handlers or interface descriptions), without what browsers alone have: XMLHttpRequest, FileReader, video frames, caches, and the rules of fetch for what pages may send. Run as Node.",
	})
}
