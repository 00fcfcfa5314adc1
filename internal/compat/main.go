// Command compat holds buntime to what the real Node, Bun and bash print.
//
//	go run ./internal/compat [-run REGEXP] [-v]     run the programs of testdata/compat, print the pass rate of each area
//	go run ./internal/compat -packages [-run …]     run those of testdata/packages too, whose packages npm's registry has
//	go run ./internal/compat -golden [-run REGEXP]  record the golden files with the real runtimes
//	go run ./internal/compat -locks [-run REGEXP]   check the lockfiles of what those depend on with the real npm and Bun
//	go run ./internal/compat -write                 run all, and write docs/compatibility.md
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/buntime/buntime/internal/rates"
	"github.com/buntime/buntime/jsengine/transform"
)

// options are what the flags say.
type options struct {
	root, pattern                           string
	packages, golden, locks, write, verbose bool
}

func main() {
	transform.MaybeServe() // this program is its own transformer
	var opt options
	flag.StringVar(&opt.pattern, "run", "", "only programs whose area/name matches this regular `expression`")
	flag.BoolVar(&opt.golden, "golden", false, "record the golden files with the real Node 20, Bun (fetched by npm) and bash")
	flag.BoolVar(&opt.write, "write", false, "write docs/compatibility.md from a run of all programs")
	flag.BoolVar(&opt.verbose, "v", false, "print the first line that differs of each program that fails")
	flag.BoolVar(&opt.locks, "locks", false, "check the lockfiles that are written for the programs with packages with the real npm and Bun")
	flag.BoolVar(&opt.packages, "packages", false, "the programs that use popular packages, which come from npm's registry, too")
	flag.StringVar(&opt.root, "root", "testdata", "the `directory` of the programs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, opt); err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opt options) (err error) {
	packages := opt.packages || opt.write || opt.locks
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if opt.write && opt.pattern != "" {
		return errors.New("-write reports on all programs: it takes no -run")
	}
	re, err := regexp.Compile(opt.pattern)
	if err != nil {
		return err
	}
	all, err := load(opt.root, packages)
	if err != nil {
		return err
	}
	var programs []*program
	for _, p := range all {
		if re.MatchString(p.String()) {
			programs = append(programs, p)
		}
	}
	if len(programs) == 0 {
		return errors.New("no program matches")
	}
	if opt.golden {
		return record(ctx, opt.root, programs)
	}
	registry := ""
	if packages {
		if registry, err = registryURL(ctx); err != nil {
			return err
		}
	}
	o, err := newOurs(ctx, registry, filepath.Join("build", "packages"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if opt.locks {
		r, err := newReference(ctx, filepath.Join(opt.root, "compat"))
		if err != nil {
			return err
		}
		defer r.close()
		return checkLocks(ctx, o, r, programs)
	}
	var results []result
	for _, p := range programs {
		r := check(ctx, o, p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		results = append(results, r)
		if r.why != "" && (opt.verbose || p.miss == "") {
			fmt.Printf("%s: %s\n", p, r.why)
		}
		if r.why == "" && p.miss != "" {
			fmt.Printf("%s: passes, though misses.json has it\n", p)
		}
	}
	areas := summarise(results)
	fmt.Print(table(areas))
	if !opt.write {
		return nil
	}
	suites, err := rates.Read(rates.File)
	if err != nil {
		return err
	}
	if err := os.MkdirAll("docs", 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("docs", "compatibility.md"), []byte(document(areas, results, time.Now())+rates.Document(suites)), 0o644)
}

// record writes the golden files of programs.
func record(ctx context.Context, root string, programs []*program) error {
	r, err := newReference(ctx, filepath.Join(root, "compat"))
	if err != nil {
		return err
	}
	defer r.close()
	var failed []string
	for _, p := range programs {
		out, err := r.run(ctx, p)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = append(failed, p.String())
			continue
		}
		if err := os.WriteFile(p.golden, []byte(out), 0o644); err != nil {
			return err
		}
	}
	if failed != nil {
		return fmt.Errorf("not recorded: %s", strings.Join(failed, ", "))
	}
	fmt.Printf("%d golden files recorded\n", len(programs))
	return nil
}
