package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/buntime/buntime/storage"
)

func keysCommand() *cli.Command {
	remote := []cli.Flag{
		&cli.StringFlag{Name: "server", Value: "http://127.0.0.1:8000", Sources: cli.EnvVars("BUNTIME_SERVER"), Usage: "`URL` of the server"},
		&cli.StringFlag{Name: "root-key-file", Sources: cli.EnvVars("BUNTIME_ROOT_KEY_FILE"), Usage: "`FILE` of the root key (or BUNTIME_ROOT_KEY)"},
		&cli.BoolFlag{Name: "json", Usage: "print the server's JSON"},
	}
	with := func(more ...cli.Flag) []cli.Flag { return append(more, remote...) }
	return &cli.Command{
		Name:  "keys",
		Usage: "make, list, rotate and delete API keys; rotate the master key",
		Commands: []*cli.Command{
			{
				Name: "create", Usage: "make a key; its secret is printed once",
				Flags: with(
					&cli.StringFlag{Name: "name", Required: true, Usage: "`NAME`, for people"},
					&cli.StringFlag{Name: "tenant", Usage: "`TENANT` it belongs to (default: a new one)"},
					&cli.DurationFlag{Name: "expires-in", Usage: "`DURATION` (default: never)"}),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					body := map[string]any{"name": cmd.String("name")}
					if t := cmd.String("tenant"); t != "" {
						body["tenant"] = t
					}
					if d := cmd.Duration("expires-in"); d > 0 {
						body["expiresAt"] = time.Now().Add(d).UTC().Format(time.RFC3339)
					}
					return callKeys(ctx, cmd, http.MethodPost, "", body)
				},
			},
			{
				Name: "list", Usage: "list the keys", Flags: with(),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					return callKeys(ctx, cmd, http.MethodGet, "", nil)
				},
			},
			{
				Name: "delete", Usage: "revoke a key at once", ArgsUsage: "ID", Flags: with(),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					return callKey(ctx, cmd, http.MethodDelete, "", nil)
				},
			},
			{
				Name: "rotate", Usage: "give a key a new secret", ArgsUsage: "ID",
				Flags: with(&cli.DurationFlag{Name: "grace", Usage: "how long the old secret still works, `DURATION` up to 24h"}),
				Action: func(ctx context.Context, cmd *cli.Command) error {
					return callKey(ctx, cmd, http.MethodPost, "/rotate", map[string]any{"graceSeconds": int(cmd.Duration("grace").Seconds())})
				},
			},
			{
				Name: "rotate-master", Usage: "replace the master key of a data folder, while no server uses it",
				Description: `With a key file (in the data folder, or --key-file) a new key is made and takes
its place. With keys from the environment, BUNTIME_MASTER_KEY is the old one and
BUNTIME_NEW_MASTER_KEY the new one.`,
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "data", Value: "./data", Sources: cli.EnvVars("BUNTIME_DATA_DIR"), Usage: "`FOLDER` of the encrypted state"},
					&cli.StringFlag{Name: "key-file", Sources: cli.EnvVars("BUNTIME_KEY_FILE"), Usage: "`FILE` of the master key"},
				},
				Action: rotateMaster,
			},
		},
	}
}

func rotateMaster(_ context.Context, cmd *cli.Command) error {
	data := cmd.String("data")
	if _, err := os.Stat(data); err != nil {
		return failed("no data in %s", data)
	}
	before, err := masterKey("BUNTIME_MASTER_KEY")
	if err != nil {
		return err
	}
	after, err := masterKey("BUNTIME_NEW_MASTER_KEY")
	if err != nil {
		return err
	}
	switch {
	case (before == nil) != (after == nil):
		return usage("BUNTIME_MASTER_KEY and BUNTIME_NEW_MASTER_KEY go together")
	case before != nil:
		err = storage.RotateMaster(data, before, after)
	default:
		err = storage.RotateKeyFile(data, cmd.String("key-file"))
	}
	if err != nil {
		return failed("rotate the master key of %s: %w", data, err)
	}
	fmt.Fprintln(cmd.Root().Writer, "the master key was replaced; the old one opens nothing now")
	return nil
}

func callKey(ctx context.Context, cmd *cli.Command, method, suffix string, body any) error {
	id := cmd.Args().First()
	if id == "" || cmd.Args().Len() != 1 {
		return usage("%s takes one key's ID", cmd.Name)
	}
	return callKeys(ctx, cmd, method, "/"+url.PathEscape(id)+suffix, body)
}

// callKeys asks the server and prints its answer.
func callKeys(ctx context.Context, cmd *cli.Command, method, suffix string, body any) error {
	root := os.Getenv("BUNTIME_ROOT_KEY")
	if file := cmd.String("root-key-file"); root == "" && file != "" {
		text, err := readPrivate(file)
		if err != nil {
			return failed("read the root key file: %w", err)
		}
		root = strings.TrimSpace(string(text))
	}
	if root == "" {
		return usage("set BUNTIME_ROOT_KEY, or give --root-key-file")
	}
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return failed("%w", err)
		}
		payload = bytes.NewReader(text)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(cmd.String("server"), "/")+"/api/keys"+suffix, payload)
	if err != nil {
		return usage("--server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+root)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return failed("%w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return failed("read the answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var e struct{ Error struct{ Message string } }
		if json.Unmarshal(text, &e) != nil || e.Error.Message == "" {
			return failed("the server answered %s", resp.Status)
		}
		return failed("%s", e.Error.Message)
	}
	if cmd.Bool("json") {
		_, err := fmt.Fprintf(cmd.Root().Writer, "%s\n", bytes.TrimSpace(text))
		return err
	}
	return printKeys(cmd.Root().Writer, text)
}

// printKeys prints one key, or a table of them.
func printKeys(w io.Writer, text []byte) error {
	type key struct {
		ID, Name, Tenant, Key string
		CreatedAt, ExpiresAt  *time.Time
		Deleted               bool
	}
	var list struct{ Keys []key }
	var one key
	if err := json.Unmarshal(text, &list); err != nil {
		return failed("the server's answer is not JSON: %w", err)
	}
	if err := json.Unmarshal(text, &one); err != nil {
		return failed("the server's answer is not JSON: %w", err)
	}
	switch {
	case one.Deleted:
		fmt.Fprintf(w, "deleted %s\n", one.ID)
		return nil
	case one.Key != "":
		fmt.Fprintf(w, "%s (shown only now)\nid %s, tenant %s\n", one.Key, one.ID, one.Tenant)
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tNAME\tTENANT\tCREATED\tEXPIRES")
	day := func(t *time.Time) string {
		if t == nil || t.IsZero() {
			return "never"
		}
		return t.Format(time.RFC3339)
	}
	for _, k := range list.Keys {
		fmt.Fprintf(tw, "%s\t%q\t%s\t%s\t%s\n", k.ID, k.Name, k.Tenant, day(k.CreatedAt), day(k.ExpiresAt))
	}
	return tw.Flush()
}
