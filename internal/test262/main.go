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
	"regexp"
	"strings"

	"github.com/buntime/buntime/internal/rates"
)

func main() {
	dir := flag.String("dir", "", "the `directory` of the checkout")
	pattern := flag.String("run", "", "only tests whose path matches this regular `expression`")
	failed := flag.Bool("failed", false, "print each test that fails, and why")
	features := flag.Bool("features", false, "print the rate of each feature, not of each area")
	write := flag.String("write", "", "write the rates to "+rates.File+" with this `version` of the tests")
	jobs := flag.Int("j", 2, "tests at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	folders := flag.Args()
	if len(folders) == 0 {
		folders = []string{"language", "built-ins"}
	}
	if err := run(ctx, *dir, *pattern, folders, *jobs, *failed, *features, *write); err != nil {
		fmt.Fprintln(os.Stderr, "test262:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, pattern string, folders []string, jobs int, failed, features bool, version string) error {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	s, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.close()
	tests, err := s.find(folders, match)
	if err != nil {
		return err
	}
	areas, byFeature := rates.Counter{}, rates.Counter{}
	s.runAll(ctx, tests, jobs, func(t *test, why string) {
		if why != "" && failed {
			fmt.Printf("%s: %s\n", t.path, why)
		}
		areas.Add(t.area(), why == "")
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
	if version == "" {
		return nil
	}
	note := "Folders " + strings.Join(folders, ", ") + ". A test counts as one, though most run in sloppy and in strict mode."
	if err := rates.Write(rates.File, rates.Suite{Name: "test262", Version: version, Note: note, Areas: areas.Areas()}); err != nil {
		return err
	}
	return rates.Write(rates.File, rates.Suite{Name: "test262 by feature", Version: version, Note: "Tests that name several features count for each.", Areas: byFeature.Areas()})
}
