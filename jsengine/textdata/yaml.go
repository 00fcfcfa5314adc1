package textdata

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// YAML reads a stream: the value of its document, or the list of those of several.
// Scalars are by the core schema of YAML 1.2, and "<<" merges. Errors are *Error, and ErrStopped.
func YAML(stream []byte, look Look) (*Value, error) {
	if len(stream) > MaxText {
		return nil, &Error{fmt.Sprintf("a text of %d bytes, at most %d", len(stream), MaxText)}
	}
	stream = bytes.TrimPrefix(bytes.ToValidUTF8(stream, []byte("\uFFFD")), []byte("\ufeff"))
	// The parser knows version 1.1 by name alone, and ends a block's last line only where the stream does.
	stream = version.ReplaceAll(stream, []byte("${1}1"))
	if len(stream) > 0 && stream[len(stream)-1] != '\n' {
		stream = append(bytes.Clone(stream), '\n')
	}
	y := &reader{known: make(map[*yaml.Node]*Value)}
	var docs []*Value
	d := yaml.NewDecoder(&source{rest: stream, look: look})
	for {
		var node yaml.Node
		if err := d.Decode(&node); errors.Is(err, io.EOF) {
			break
		} else if !look() {
			return nil, ErrStopped
		} else if err != nil {
			return nil, yamlError(err)
		}
		v, err := y.value(&node, 0)
		if err != nil {
			return nil, &Error{"YAML Parse error: " + err.Error()}
		}
		docs = append(docs, v)
	}
	switch len(docs) {
	case 0:
		return &Value{}, nil
	case 1:
		return docs[0], nil
	}
	return &Value{kind: list, items: docs}, nil
}

// source gives the parser its text in pieces, until it is to stop.
type source struct {
	rest []byte
	look Look
}

func (s *source) Read(b []byte) (int, error) {
	if !s.look() {
		return 0, ErrStopped
	}
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), 4096)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func yamlError(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if strings.Contains(text, "depth") {
		return &Error{fmt.Sprintf("YAML Parse error: values are nested too deep, at most %d", MaxDepth)}
	}
	text = strings.TrimPrefix(text, "yaml: ")
	return &Error{"YAML Parse error: " + text[:min(len(text), 200)]}
}

var errYAMLDepth = fault("values are nested too deep, at most %d", MaxDepth)

type reader struct {
	known  map[*yaml.Node]*Value // what anchors name
	values int
}

func (y *reader) value(n *yaml.Node, depth int) (*Value, error) {
	if depth > MaxDepth {
		return nil, errYAMLDepth
	}
	if y.values++; y.values > maxValues {
		return nil, fault("more than %d values", maxValues)
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return &Value{}, nil
		}
		return y.value(n.Content[0], depth)
	case yaml.AliasNode:
		if v := y.known[n.Alias]; v != nil {
			if depth+v.height > MaxDepth {
				return nil, errYAMLDepth
			}
			return v, nil
		}
		return nil, fault("Unresolved alias")
	case yaml.SequenceNode:
		v := y.named(n, &Value{kind: list, items: make([]*Value, 0, len(n.Content))})
		for _, c := range n.Content {
			item, err := y.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, item)
			v.height = max(v.height, item.height+1)
		}
		return v, nil
	case yaml.MappingNode:
		return y.mapping(n, depth)
	}
	return y.named(n, yamlScalar(n)), nil
}

// named remembers what an anchor names, before what is in it is read.
func (y *reader) named(n *yaml.Node, v *Value) *Value {
	if n.Anchor != "" {
		y.known[n] = v
	}
	return v
}

func (y *reader) mapping(n *yaml.Node, depth int) (*Value, error) {
	v := y.named(n, &Value{kind: table})
	var merged []*Value
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := y.value(n.Content[i], depth+1)
		if err != nil {
			return nil, err
		}
		item, err := y.value(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if k := n.Content[i]; k.Kind == yaml.ScalarNode && k.Value == "<<" && k.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
			merged = append(merged, item)
			continue
		}
		v.set(keyText(key, n.Content[i]), item)
		v.height = max(v.height, item.height+1)
	}
	for _, m := range merged {
		from := []*Value{m}
		if m.kind == list {
			from = m.items
		}
		for _, f := range from {
			if f.kind != table {
				continue
			}
			for i, k := range f.keys {
				if y.values++; y.values > maxValues {
					return nil, fault("more than %d values", maxValues)
				}
				if v.find(k) < 0 {
					v.set(k, f.items[i])
					v.height = max(v.height, f.items[i].height+1)
				}
			}
		}
	}
	return v, nil
}

// keyText is a key as JavaScript makes a name of it.
func keyText(v *Value, n *yaml.Node) string {
	switch v.kind {
	case null:
		return "null"
	case boolean:
		return strconv.FormatBool(v.yes)
	case number:
		if v.num == math.Trunc(v.num) && math.Abs(v.num) < 1e21 {
			return strconv.FormatFloat(v.num, 'f', -1, 64)
		}
		return n.Value
	case text:
		return v.str
	case list:
		parts := make([]string, 0, len(v.items))
		for _, item := range v.items {
			if item.kind == null {
				parts = append(parts, "")
			} else if item.container() {
				parts = append(parts, "[object Object]")
			} else {
				parts = append(parts, keyText(item, &yaml.Node{Value: strconv.FormatFloat(item.num, 'g', -1, 64)}))
			}
		}
		return strings.Join(parts, ",")
	}
	return "[object Object]"
}

var version = regexp.MustCompile(`(?m)^(%YAML 1\.)\d`)

var (
	yamlInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	yamlOctal = regexp.MustCompile(`^0o[0-7]+$`)
	yamlHex   = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	yamlFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

func yamlScalar(n *yaml.Node) *Value {
	s := n.Value
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return textValue(s)
	}
	if n.Style&yaml.TaggedStyle != 0 && (n.Tag == "!!str" || n.Tag == "tag:yaml.org,2002:str") {
		return textValue(s)
	}
	switch s {
	case "", "~", "null", "Null", "NULL":
		return &Value{}
	case "true", "True", "TRUE":
		return boolValue(true)
	case "false", "False", "FALSE":
		return boolValue(false)
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return numberValue(math.Inf(1))
	case "-.inf", "-.Inf", "-.INF":
		return numberValue(math.Inf(-1))
	case ".nan", ".NaN", ".NAN":
		return numberValue(math.NaN())
	}
	if len(s) > 400 {
		return textValue(s)
	}
	switch {
	case yamlOctal.MatchString(s), yamlHex.MatchString(s):
		if u, err := strconv.ParseUint(s, 0, 64); err == nil {
			return numberValue(float64(u))
		}
	case yamlInt.MatchString(s), yamlFloat.MatchString(s):
		f, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
		if err == nil || math.IsInf(f, 0) {
			return numberValue(f)
		}
	}
	return textValue(s)
}
