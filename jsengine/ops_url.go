package jsengine

import "github.com/buntime/buntime/jsengine/weburl"

// urlOps are the operations behind the runtime library's url.
//
//	url.parse(input, base?) → parts, or null for what is no URL
//	url.set(href, part, value) → parts
//	url.domainToASCII(domain), url.domainToUnicode(domain) → string, "" for what is no domain
//
// Parts are the href and then offsets into it, in the order of weburl.Offsets.
func urlOps() []Op {
	return []Op{
		{Name: "url.parse", Sync: urlParse},
		{Name: "url.set", Sync: urlSet},
		{Name: "url.domainToASCII", Sync: func(c *Call) (any, error) {
			domain, err := urlString(c, 0, "domain")
			if err != nil {
				return nil, err
			}
			s := ""
			longURL(c, len(domain), func() { s, _ = weburl.DomainToASCII(domain) })
			return s, nil
		}},
		{Name: "url.domainToUnicode", Sync: func(c *Call) (any, error) {
			domain, err := urlString(c, 0, "domain")
			if err != nil {
				return nil, err
			}
			s := ""
			longURL(c, len(domain), func() {
				if ascii, ok := weburl.DomainToASCII(domain); ok {
					s = weburl.DomainToUnicode(ascii)
				}
			})
			return s, nil
		}},
	}
}

const (
	maxURL    = 2 << 20 // bytes; what is longer is no URL, as in Chrome
	urlAtOnce = 8 << 10 // bytes; what is longer may take more than a slice: some 300 ns for each, where all of it is short segments
)

var errURLTooLong = &JSError{Name: "TypeError", Message: "Invalid URL: it is longer than 2 MB", Code: "ERR_INVALID_URL"}

// urlString returns a string argument and charges for parsing it: about 17 ns a
// byte, which is four units. It returns errURLTooLong for one that is.
func urlString(c *Call, i int, name string) (string, error) {
	s, err := c.String(i, name)
	if err != nil {
		return "", err
	}
	if len(s) > maxURL {
		return "", errURLTooLong
	}
	c.Process.Charge(4*int64(len(s)) + 1)
	return s, nil
}

// longURL runs f, which goes through n bytes of a URL, in a turn of its own if they
// are many. F does not run if the guest's end comes first.
func longURL(c *Call, n int, f func()) {
	if n <= urlAtOnce {
		f()
		return
	}
	c.Process.Work(f)
}

func urlParse(c *Call) (any, error) {
	input, err := urlString(c, 0, "url")
	if err == errURLTooLong {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	from := ""
	if c.Has(1) {
		if from, err = urlString(c, 1, "base"); err != nil {
			return nil, err
		}
	}
	var parts any // null
	longURL(c, len(input)+len(from), func() {
		var base *weburl.URL
		if c.Has(1) {
			if base, err = weburl.Parse(from, nil); err != nil {
				return
			}
		}
		if u, err := weburl.Parse(input, base); err == nil {
			parts = urlParts(u)
		}
	})
	return parts, nil
}

func urlSet(c *Call) (any, error) {
	href, err := urlString(c, 0, "href")
	if err != nil {
		return nil, err
	}
	part, err := c.String(1, "part")
	if err != nil {
		return nil, err
	}
	value, err := urlString(c, 2, "value")
	if err != nil {
		return nil, err
	}
	var parts []any
	longURL(c, len(href)+len(value), func() {
		if u, err := weburl.Parse(href, nil); err == nil {
			u.Set(part, value)
			parts = urlParts(u)
		}
	})
	if parts == nil {
		return nil, ArgError("href", "a URL")
	}
	return parts, nil
}

func urlParts(u *weburl.URL) []any {
	o := u.Serialize()
	parts := make([]any, 1, 12)
	parts[0] = o.Href
	for _, n := range [...]int{
		o.Protocol, o.UserStart, o.UserEnd, o.PassEnd, o.HostStart, o.HostEnd,
		o.PortEnd, o.PathStart, o.SearchStart, o.SearchEnd, o.FragmentStart,
	} {
		parts = append(parts, int32(n))
	}
	return parts
}
