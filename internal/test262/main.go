// Command test262 runs the ECMAScript test suite from a local checkout in
// sandboxes, and prints the pass rate by area and by feature.
//
//	go run ./internal/test262 -dir CHECKOUT [-run REGEXP] [-failed] [-write VERSION] [FOLDER...]
//
// Folders are below test/; the default is language and built-ins.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/buntime/buntime/internal/rates"
)

func main() {
	options := rates.Flags()
	features := flag.Bool("features", false, "print the rate of each feature, not of each area")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	folders := flag.Args()
	if len(folders) == 0 {
		folders = []string{"language", "built-ins"}
	}
	o, err := options()
	if err == nil {
		err = run(ctx, o, folders, *features)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "test262:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o rates.Options, folders []string, features bool) error {
	s, err := open(ctx, o.Dir)
	if err != nil {
		return err
	}
	defer s.close()
	tests, err := s.find(folders, o.Match)
	if err != nil {
		return err
	}
	areas, byFeature, theirs := rates.Counter{}, rates.Counter{}, rates.Counter{}
	rates.Each(ctx, tests, o.Jobs, s.run, func(t *test, why string) {
		if why != "" && o.Failed {
			fmt.Printf("%s: %s\n", t.path, why)
		}
		areas.Add(t.area(), why == "")
		if t.authorsRun() {
			theirs.Add(t.area(), why == "")
		}
		if len(t.features) == 0 {
			byFeature.Add("(no feature named)", why == "")
		}
		for _, f := range t.features {
			byFeature.Add(f, why == "")
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if features {
		fmt.Print(rates.Table(byFeature.Areas()))
	} else {
		fmt.Print(rates.Table(areas.Areas()))
	}
	if o.Write == "" {
		return nil
	}
	note := "Folders " + strings.Join(folders, ", ") + ". A test counts as one, though most run in sloppy and in strict mode."
	if err := rates.Write(rates.File, rates.Suite{Name: "test262", Version: o.Write, Note: note, Areas: areas.Areas()}); err != nil {
		return err
	}
	if err := rates.Write(rates.File, rates.Suite{Name: "test262 as the engine's authors run it", Version: o.Write, Note: authorsNote, Areas: theirs.Areas()}); err != nil {
		return err
	}
	return rates.Write(rates.File, rates.Suite{Name: "test262 by feature", Version: o.Write, Note: "Tests that name several features count for each.", Areas: byFeature.Areas()})
}
