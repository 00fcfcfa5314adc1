package shell

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

func uuidgen(t *tool) int {
	opts, _, bad := getopt(t.args, "rtn:N:msx", map[string]string{"random": "r", "time": "t", "namespace=": "n", "name=": "N", "md5": "m", "sha1": "s", "hex": "x"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var space uuid.UUID
	name, kind, spaced, named := "", "r", false, false
	for _, o := range opts {
		switch o.name {
		case "n":
			known := map[string]uuid.UUID{"@dns": uuid.NameSpaceDNS, "@url": uuid.NameSpaceURL, "@oid": uuid.NameSpaceOID, "@x500": uuid.NameSpaceX500}
			id, ok := known[strings.ToLower(o.value)]
			if !ok {
				var err error
				if id, err = uuid.Parse(o.value); err != nil || len(o.value) != 36 {
					return t.usage(1, "invalid uuid for namespace: %s", quoteASCII(clip(o.value)))
				}
			}
			space, spaced = id, true
		case "N":
			name, named = o.value, true
		case "x":
			t.say("option -x is not here")
			return 1
		default:
			kind = o.name
		}
	}
	hashed := kind == "m" || kind == "s"
	if hashed != spaced || hashed != named {
		return t.usage(1, "--namespace and --name go with --md5 or --sha1")
	}
	t.sh.spend(200 + int64(len(name)))
	var id uuid.UUID
	switch kind {
	case "m":
		id = uuid.NewMD5(space, []byte(name))
	case "s":
		id = uuid.NewSHA1(space, []byte(name))
	default:
		t.sh.sys.cfg.Random(id[:])
		version := byte(4)
		if kind == "t" {
			// Tenths of microseconds since the calendar of Gregory began, and a node that is no card's.
			const began = 122192928000000000
			version = 1
			at := uint64(t.sh.sys.cfg.Now().UnixNano()/100) + began
			for i, shift := range []int{24, 16, 8, 0, 40, 32, 56, 48} {
				id[i] = byte(at >> shift)
			}
			id[10] |= 1
		}
		id[6] = id[6]&0x0f | version<<4
		id[8] = id[8]&0x3f | 0x80
	}
	fmt.Fprintln(t.out, id)
	return 0
}
