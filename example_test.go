package buntime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"time"

	"github.com/buntime/buntime"
)

// price stands for what a host program knows and a guest may ask.
func price(ctx context.Context, article string) (float64, error) {
	if article != "A1" {
		return 0, fmt.Errorf("no article %q", article)
	}
	return 21, nil
}

func ExampleRuntime_Run() {
	ctx := context.Background()
	rt, err := buntime.Open(ctx, buntime.Config{}) // the zero value works
	if err != nil {
		log.Fatal(err)
	}
	defer rt.Close()
	res, err := rt.Run(ctx, buntime.Program{
		Source: `export default 2 * await host.price(import.meta.input)`,
		Input:  "A1",
		Host:   buntime.Host{"price": buntime.Func(price)}, // func(ctx, string) (float64, error)
		Allow:  buntime.Allow{Net: []string{"api.example.com:443"}},
		Limits: buntime.Limits{Memory: 64 << 20, Fuel: 50e6, Timeout: time.Second},
	})
	var limit *buntime.LimitError
	if errors.As(err, &limit) {
		log.Fatalf("out of %s: %d of %d", limit.Kind, limit.Used, limit.Limit)
	}
	if err != nil {
		log.Fatal(err)
	}
	var total float64
	if err := res.Decode(&total); err != nil {
		log.Fatal(err)
	}
	fmt.Println(total)
	// Output: 42
}

func ExampleSession() {
	ctx := context.Background()
	rt, err := buntime.Open(ctx, buntime.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer rt.Close()
	s, err := rt.Create(ctx, buntime.SessionConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Delete(ctx)
	if err := s.WriteFile(ctx, "lib/greet.ts", []byte("export const greet = (who: string) => `Hello, ${who}`")); err != nil {
		log.Fatal(err)
	}
	if _, err := s.Run(ctx, buntime.Program{Source: `
		import { greet } from './lib/greet.ts'
		await Bun.write('out.txt', greet('world'))`}); err != nil {
		log.Fatal(err)
	}
	text, err := fs.ReadFile(s.Files(), "out.txt")
	fmt.Println(string(text), err)
	// Output: Hello, world <nil>
}
