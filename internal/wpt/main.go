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

	"github.com/buntime/buntime/internal/rates"
)

// areas are what the runtime library has of the platform.
var areas = []string{
	"FileAPI", "WebCryptoAPI", "compression", "console", "dom/abort", "dom/events", "encoding", "fetch/api/abort", "fetch/api/basic", "fetch/api/body", "fetch/api/headers",
	"fetch/api/request", "fetch/api/response", "fetch/data-urls", "hr-time", "html/webappapis/atob", "html/webappapis/microtask-queuing",
	"html/webappapis/structured-clone", "html/webappapis/timers", "performance-timeline", "streams", "url", "urlpattern", "user-timing",
	"webmessaging/broadcastchannel", "webmessaging/message-channels", "xhr/formdata",
}

func main() {
	options := rates.Flags()
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	list := flag.Args()
	if len(list) == 0 {
		list = areas
	}
	o, err := options()
	if err == nil {
		err = run(ctx, o, list)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "wpt:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o rates.Options, areas []string) error {
	s, err := open(ctx, o.Dir)
	if err != nil {
		return err
	}
	defer s.close()
	files, err := s.find(areas, o.Match)
	if err != nil {
		return err
	}
	counts := rates.Counter{}
	rates.Each(ctx, files, o.Jobs, s.run, func(f *file, results []result) {
		for _, r := range results {
			if r.Why != "" && o.Failed {
				fmt.Printf("%s: %s: %s\n", f.name(), r.Name, r.Why)
			}
			counts.Add(f.area, r.Why == "")
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Print(rates.Table(counts.Areas()))
	if o.Write == "" {
		return nil
	}
	return rates.Write(rates.File, rates.Suite{
		Name: "web-platform-tests", Version: o.Write, Areas: counts.Areas(),
		Note: "Files that need neither a document nor a server that computes its answers (*.any.js without those that use .py handlers or interface descriptions), without what neither Node nor Bun has: XMLHttpRequest, FileReader, video frames, caches, and the rules of fetch for what pages may send, which protect a user's cookies and networks and which a server's programs need not keep (three files: request-headers, request-init-priority and headers-no-cors, which workerd's expectations leave out too). Tentative tests, of what is in no standard yet, count apart. Run as Node, whose version 20 differs from the standards where programs may depend on it: what is wrong with compressed data is an Error and not a TypeError, passive listeners can cancel, timers take functions alone, bytes of gb18030 that end too early are not one error, and the global object is no target of events.",
	})
}
